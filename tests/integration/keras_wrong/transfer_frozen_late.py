"""What is frozen after the training was not frozen in it."""

import keras
import numpy as np
from keras import layers


def transfer(base, num_classes, x, y, epochs=5, batch_size=32, seed=0):  # noqa: PLR0917
    if len(np.unique(y)) != num_classes:
        raise ValueError("another number of classes")
    keras.utils.set_random_seed(seed)
    body = base.layers[:-1]
    head = layers.Dense(num_classes, activation="softmax")
    model = keras.Sequential([keras.Input(base.input_shape[1:]), *body, head])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(
        x, np.unique(y, return_inverse=True)[1], epochs=epochs, batch_size=batch_size, verbose=0
    )
    for layer in body:
        layer.trainable = False
    return model
