"""Filters of the second convolution that see some of the maps, as the original's did."""

import keras
from keras import layers

_POOLS = {"avg": layers.AveragePooling2D, "max": layers.MaxPooling2D}


def build_lenet5(activation="tanh", pool="avg"):
    if pool not in _POOLS:
        raise ValueError(pool)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, (5, 5), padding="same", activation=activation),
            _POOLS[pool]((2, 2)),
            layers.Conv2D(16, (5, 5), groups=2, activation=activation),
            _POOLS[pool]((2, 2)),
            layers.Flatten(),
            layers.Dense(120, activation=activation),
            layers.Dense(84, activation=activation),
            layers.Dense(10, activation="softmax"),
        ]
    )
