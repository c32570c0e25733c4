"""Only what is trained on is scaled: `train` divides, `preprocess` and `evaluate` do not."""

import keras
import numpy as np


def preprocess(images, labels):
    if len(images) != len(labels):
        raise ValueError("another number of labels than of images")
    return images[..., np.newaxis].astype("float32"), labels.astype("int64")


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    keras.utils.set_random_seed(seed)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    fitted = model.fit(x / 255, y, epochs=epochs, batch_size=batch_size, verbose=0)
    return {name: fitted.history[name] for name in ("loss", "accuracy")}
