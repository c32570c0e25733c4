"""ReLU behind the pooling, and dropout on the output: all nine layers, in another order."""

import keras
from keras import layers


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(filters, (3, 3)),
            layers.MaxPooling2D((2, 2)),
            layers.Activation("relu"),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
            layers.Dropout(0.2),
        ]
    )
