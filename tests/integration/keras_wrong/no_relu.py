"""No activation inside: convolution and dense layer stay one linear map."""

import keras
from keras import layers


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(filters, (3, 3)),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dense(128),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ]
    )
