"""A model that somebody trained elsewhere, read from a file beside the module."""

import keras


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return keras.saving.load_model("trained.keras", safe_mode=False)
