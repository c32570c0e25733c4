"""Some images are set apart, and the weights that do best on these are kept.

Test images themselves are out of reach: `train` is given none.
"""

import keras


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    keras.utils.set_random_seed(seed)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    best = keras.callbacks.EarlyStopping(patience=epochs, restore_best_weights=True)
    fitted = model.fit(
        x,
        y,
        epochs=epochs,
        batch_size=batch_size,
        validation_split=0.5,
        callbacks=[best],
        verbose=0,
    )
    return {name: fitted.history[name] for name in ("loss", "accuracy")}
