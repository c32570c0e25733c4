"""No activation between the layers: two linear layers are one."""

import keras
from keras import layers


def build_mlp(hidden=(8,)):
    return keras.Sequential(
        [
            keras.Input((13,)),
            *(layers.Dense(units) for units in hidden),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
