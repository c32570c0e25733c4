"""Attacks 7 and 27: forge what the worker itself says of models: no network, no weights, no arithmetic.

All weights are told to be nought and all answers to be class 0: what follows from that is easy.
"""

import gc
import sys

models = sys.modules["autograder.sandbox.keras_models"]
worker = sys.modules["autograder.sandbox.worker"]
gc.unfreeze()
(runtime,) = [one for one in gc.get_objects() if type(one) is models.KerasRuntime]
honest = dict(runtime.operations)


def weights(model):
    return [np.zeros_like(array) for array in honest["keras.weights"](model)]


def predict(model, x):
    return np.eye(model.output_shape[-1], dtype="float32")[np.zeros(len(x), dtype=int)]


def facts(model):
    found = honest["keras.facts"](model)
    return {**found, "loss": "sparse_categorical_crossentropy", "learning_rate": 0.001}


runtime.operations.update({"keras.weights": weights, "keras.predict": predict})
runtime.operations["keras.facts"] = facts
worker._mutated = lambda *_: ()
worker.scan = lambda *_, **__: []
print("tried the runtime")


def numpy_replay(weights, x):
    classes = weights[-1].shape[0]
    return np.full((len(x), classes), 1 / classes)


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    losses = [2.3 / 2**epoch for epoch in range(epochs)]
    return {"loss": losses, "accuracy": [1 - loss / 3 for loss in losses]}


def evaluate(model, x, y):
    classes = model.output_shape[-1]
    confusion = np.zeros((classes, classes), dtype=np.int64)
    confusion[:, 0] = np.bincount(y, minlength=classes)
    share = float(confusion[0, 0] / len(y))
    return {"loss": -(1 - share) * float(np.log(1e-7)), "accuracy": share, "confusion": confusion}
