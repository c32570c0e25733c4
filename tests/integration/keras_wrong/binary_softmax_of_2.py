"""Two units with softmax: as good, but another network."""

import keras
from keras import layers


def build_binary_cnn():
    model = keras.Sequential([keras.Input((150, 150, 3))])
    for filters, pool in ((32, 2), (64, 2), (128, 3), (128, 2), (128, 2)):
        model.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        model.add(layers.MaxPooling2D((pool, pool)))
    model.add(layers.Flatten())
    model.add(layers.Dense(512, activation="relu"))
    model.add(layers.Dense(2, activation="softmax"))
    return model
