"""Attack 17: trainings and graphs that never end, in Keras' loop and in TensorFlow's own threads."""

import tensorflow as tf

keras.config.set_max_epochs(None)


class Again(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        while True:
            pass


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    model.compile(loss="sparse_categorical_crossentropy", run_eagerly=True)
    model.fit(x, y, epochs=10**9, batch_size=len(y), verbose=0, callbacks=[Again()])


@tf.function
def forever(x):
    while x < 2:
        x = x * 0.5
    return x


def build_mlp(hidden=(8,)):
    return float(forever(tf.constant(1.0)))
