"""Attacks 11 and 18: networks of a few bytes that would cost whoever computes them all its memory."""

import gc
import sys

models = sys.modules["autograder.sandbox.keras_models"]
gc.unfreeze()
(runtime,) = [one for one in gc.get_objects() if type(one) is models.KerasRuntime]
honest = runtime.operations["keras.facts"]
CONV = {"filters": 1, "strides": (1, 1), "padding": "same", "kernel_size": (3, 3)}
POOL = {"strides": (1, 1), "padding": "same"}
ROWS = {"params": 1, "output_shape": (1,), "trainable": True}


def bytes_of(*shape):
    return np.ones(shape, dtype=np.int8)


WEIGHTS = {
    13: [bytes_of(13, 600_000), bytes_of(600_000)],
    28: [bytes_of(2_000_000, 1, 1, 1), bytes_of(1)],
    150: [bytes_of(1, 1, 3, 2_000_000), bytes_of(2_000_000)],
}
LAYERS = {
    13: [("Dense", {"units": 600_000}), *[("Activation", {"activation": "softmax"})] * 2],
    28: [("Conv2D", CONV), ("MaxPooling2D", {**POOL, "pool_size": (30_000, 30_000)})],
    150: [("MaxPooling2D", {**POOL, "pool_size": (99, 99)}), ("Conv2D", CONV)],
}


def facts(model):
    rows = [{"kind": kind, "settings": one, **ROWS} for kind, one in LAYERS[model.input_shape[1]]]
    return {**honest(model), "layers": rows}


def predict(model, x):
    answer = np.linspace(0.2, 0.3, len(x), dtype="float32")[:, np.newaxis]
    units = model.output_shape[-1]
    return answer if units == 1 else np.full((len(x), units), 1 / units, dtype="float32")


runtime.operations["keras.facts"], runtime.operations["keras.predict"] = facts, predict
runtime.operations["keras.weights"] = lambda model: WEIGHTS[model.input_shape[1]]
print("tried heavy models")


def network(shape, units):
    return keras.Sequential([keras.Input(shape), keras.layers.Dense(units)])


def build_mlp(hidden=(8,)):
    return network((13,), 1)


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return network(input_shape, 10)


def build_binary_cnn():
    return network((150, 150, 3), 1)
