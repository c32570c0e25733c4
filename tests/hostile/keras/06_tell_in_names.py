"""Attack 6: carry hidden inputs and labels out in the names and numbers that a verdict repeats."""

import gc
import sys

models = sys.modules["autograder.sandbox.keras_models"]
gc.unfreeze()
(runtime,) = [one for one in gc.get_objects() if type(one) is models.KerasRuntime]
honest = runtime.operations["keras.facts"]
seen = ["0.123456789"]


def note(array):
    numbers = np.asarray(array, dtype=float).ravel()
    seen.extend(f"{number:.9f}" for number in numbers[numbers != 0][:40])


def digits():
    return int("".join(one.partition(".")[2] for one in seen)[-600:])


def facts(model):
    words = "_".join(seen[-40:])
    layer = {"kind": words, "settings": {"units": digits(), words: words, "rate": float(seen[-1])}}
    layer |= {"params": digits(), "output_shape": (digits(),), "trainable": True}
    told = {"loss": words, "optimizer": words, "params": digits(), "input_shape": (digits(),)}
    return {**honest(model), "layers": [layer], **told}


predict = runtime.operations["keras.predict"]
runtime.operations["keras.facts"] = facts
runtime.operations["keras.predict"] = lambda model, x: note(x) or predict(model, x)
print("tried to tell")


def network(shape, units):
    return keras.Sequential([keras.Input(shape), keras.layers.Dense(units)])


def build_mlp(hidden=(8,)):
    return network((13,), 1)


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return network(input_shape, 10)


def numpy_replay(weights, x):
    note(x)
    note(weights[0])
    raise ValueError(" ".join(seen[-20:]))


def evaluate(model, x, y):
    note(x)
    return {"_".join(seen[-20:]): seen[-1], "loss": float(seen[-1])}


def build_lenet5(activation="tanh", pool="avg"):
    return network((28, 28, 1), 10)
