"""Sparse cross-entropy, which wants integers, gets one-hot labels: Keras refuses."""

import keras


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    keras.utils.set_random_seed(seed)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    fitted = model.fit(
        x, keras.utils.to_categorical(y), epochs=epochs, batch_size=batch_size, verbose=0
    )
    return {name: fitted.history[name] for name in ("loss", "accuracy")}
