"""A Lambda layer: any code at all, within a model that counts the right parameters."""

import keras
from keras import layers


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(filters, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
            layers.Lambda(lambda p: p**2 / keras.ops.sum(p**2, axis=-1, keepdims=True)),
        ]
    )
