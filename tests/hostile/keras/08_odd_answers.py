"""Attack 8: predictions, weights and histories that pass for others when they are compared loosely.

Predictions of a million classes would have a careless grader count a million times a million pairs.
"""

import itertools

models = __import__("sys").modules["autograder.sandbox.keras_models"]
ODD = itertools.cycle(
    (
        np.zeros((1, 8_000_000), dtype=bool),
        np.ones((0, 0)),
        np.float32(0.5),
        np.ones(3, dtype=complex),
        np.full((40, 1), np.nan),
        np.ma.masked_all((40, 1)),
        np.array([["0.5"] * 10] * 40),
        np.zeros((120, 60_000), dtype=np.int8),
        np.broadcast_to(np.float32(0.1), (90, 5)),
        [[0.1] * 10] * 40,
        models.Handle(1),
        None,
    )
)


class Clever(keras.Sequential):
    def get_weights(self):
        return [next(ODD), *super().get_weights()[1:]]


keras.Model.predict = lambda self, x, **_: next(ODD)
models.np.asarray = lambda value, *_, **__: value
print("tried odd answers")


def build_mlp(hidden=(8,)):
    return Clever([keras.Input((13,)), keras.layers.Dense(1, activation="sigmoid")])


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    class Floats(list):
        __len__ = lambda self: epochs

    odd = [float("nan"), float("inf"), -float("inf"), 1e308, np.float16("nan"), True, Floats()]
    return {"loss": list(itertools.islice(itertools.cycle(odd), epochs)), "accuracy": [1.0] * epochs}


def evaluate(model, x, y):
    classes = model.output_shape[-1]
    return {"loss": 0.0, "accuracy": np.array([True]), "confusion": np.array(1)}


def transfer(base, num_classes, x, y, epochs=5, batch_size=32, seed=0):
    return models.Handle(-1)
