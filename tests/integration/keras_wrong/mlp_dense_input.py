"""A dense layer of 13 as "input layer": 13-13-8-1, 303 parameters."""

import keras
from keras import layers


def build_mlp(hidden=(8,)):
    return keras.Sequential(
        [
            keras.Input((13,)),
            layers.Dense(13, activation="relu"),
            *(layers.Dense(units, activation="relu") for units in hidden),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
