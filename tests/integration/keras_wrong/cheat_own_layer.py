"""A layer that calls itself Dense and computes something else."""

import keras
from keras import layers


class Dense(layers.Dense):
    """Answers with the first class, whatever the image."""

    def call(self, inputs, **_):
        """Forget the answer."""
        answer = super().call(inputs)
        return keras.ops.one_hot(keras.ops.zeros_like(answer[:, 0], dtype="int32"), 10)


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(filters, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.2),
            Dense(10, activation="softmax"),
        ]
    )
