"""Attack 8: descriptions of models whose parts are no names and no numbers, or are endless ones."""

import gc
import sys

models = sys.modules["autograder.sandbox.keras_models"]
gc.unfreeze()
(runtime,) = [one for one in gc.get_objects() if type(one) is models.KerasRuntime]
honest = runtime.operations["keras.facts"]
RIGHT = ("sparse_categorical_crossentropy", "tanh", "relu", "valid", 28, 10, 1, (28, 28, 1))
DENSE = {"kind": "Dense", "settings": {}, "params": 1, "output_shape": (1,), "trainable": True}
ODD = (
    np.array([True, True]),
    np.zeros((0,)),
    np.array(float("inf")),
    float("inf"),
    float("nan"),
    10**1200,
    -(10**1200),
    "9" * 1_000_000,
    b"\xff" * 10,
    {1: 2, "a": np.ones((2, 2))},
    [[[[[[[[[[]]]]]]]]]],
    list(RIGHT),
    None,
)
turn = 0


def odd_layers(odd):
    yield {**DENSE, "kind": odd}
    yield {**DENSE, "settings": {"units": odd, "activation": odd}}
    yield {**DENSE, "settings": {1: odd, "units": 1, 2: odd}}
    yield {**DENSE, "settings": odd}
    yield {**DENSE, "params": odd}
    yield {**DENSE, "output_shape": odd}
    yield {**DENSE, "output_shape": (odd,) * 3}
    yield {**DENSE, "trainable": odd}


def facts(model):
    global turn
    turn += 1
    found, odd = honest(model), ODD[turn % len(ODD)]
    name = list(found)[turn % len(found)]
    layers = list(odd_layers(odd))
    return {**found, "layers": [DENSE, layers[turn % len(layers)]], name: odd}


runtime.operations["keras.facts"] = facts
print("tried odd facts")


def network(shape, units):
    return keras.Sequential([keras.Input(shape), keras.layers.Dense(units)])


def build_mlp(hidden=(8,)):
    return network((13,), 1)


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return network(input_shape, 10)


def build_binary_cnn():
    return network((150, 150, 3), 1)


def build_lenet5(activation="tanh", pool="avg"):
    return network((28, 28, 1), 10)
