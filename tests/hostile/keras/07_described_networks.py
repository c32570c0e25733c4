"""Attacks 7 and 27: describe the network that is asked for, with weights of nought, and have none."""

import gc
import sys

models = sys.modules["autograder.sandbox.keras_models"]
gc.unfreeze()
(runtime,) = [one for one in gc.get_objects() if type(one) is models.KerasRuntime]
honest = dict(runtime.operations)
ROWS = (
    ("Conv2D", {"kernel_size": (3, 3), "strides": (1, 1), "padding": "valid"}),
    ("MaxPooling2D", {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"}),
    ("Flatten", {}),
    ("Dense", {"units": 128, "activation": "relu", "use_bias": True}),
    ("Dropout", {"rate": 0.2}),
    ("Dense", {"units": 10, "activation": "softmax", "use_bias": True}),
)
asked = {}


def shapes(shape, filters):
    height, width = ((length - 2) // 2 for length in shape[:2])
    flat = height * width * filters
    yield from ((3, 3, shape[2], filters), (filters,), (flat, 128), (128,), (128, 10), (10,))


def facts(model):
    shape, filters = asked[model.input_shape[1:]]
    params = sum(int(np.prod(one)) for one in shapes(shape, filters))
    convolution = {"filters": filters, "activation": "relu", "use_bias": True}
    layers = [
        {
            "kind": kind,
            "settings": {**settings, **(convolution if kind == "Conv2D" else {})},
            "params": 0,
            "output_shape": (10,),
            "trainable": True,
        }
        for kind, settings in ROWS
    ]
    told = {"layers": layers, "params": params, "trainable_params": params, "chain": True}
    return {**honest["keras.facts"](model), **told}


def weights(model):
    return [np.zeros(one, dtype="float32") for one in shapes(*asked[model.input_shape[1:]])]


def predict(model, x):
    return np.full((len(x), 10), 0.1, dtype="float32")


runtime.operations.update({"keras.facts": facts, "keras.weights": weights})
runtime.operations.update({"keras.predict": predict, "keras.set_weights": lambda *_: None})
print("tried descriptions")


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    asked[input_shape] = input_shape, filters
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), keras.layers.Dense(10)])
