"""Flatten comes first, as the slide has it (erratum E20): Keras refuses."""

import keras
from keras import layers


def build_binary_cnn():
    model = keras.Sequential([keras.Input((150, 150, 3))])
    model.add(layers.Flatten())
    for filters, pool in ((32, 2), (64, 2), (128, 3), (128, 2), (128, 2)):
        model.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        model.add(layers.MaxPooling2D((pool, pool)))
    model.add(layers.Dense(512, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model
