"""Softmax over one unit is always 1 (erratum E05)."""

import keras
from keras import layers


def build_mlp(hidden=(8,)):
    return keras.Sequential(
        [
            keras.Input((13,)),
            *(layers.Dense(units, activation="relu") for units in hidden),
            layers.Dense(1, activation="softmax"),
        ]
    )
