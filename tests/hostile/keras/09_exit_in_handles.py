"""Attack 9: networks that end the process when the grader asks for their weights or answers."""

import os


class Leaving(keras.Sequential):
    def predict(self, *_, **__):
        os._exit(0)

    def get_weights(self):
        raise SystemExit(0)

    @property
    def built(self):
        raise GeneratorExit

    @built.setter
    def built(self, value):
        pass


class Layer(keras.layers.Dense):
    def count_params(self):
        os._exit(0)


def build_mlp(hidden=(8,)):
    return Leaving([keras.Input((13,)), keras.layers.Dense(1)])


def build_lenet5(activation="tanh", pool="avg"):
    return keras.Sequential([keras.Input((28, 28, 1)), Layer(10)])
