"""Attack 9: end the process with a success from within TensorFlow, or with words like a result."""

import os
import sys

import tensorflow as tf

RESULT = '{"schema": 1, "grades": [{"points": 100, "status": "graded"}]}'


def build_mlp(hidden=(8,)):
    tf.function(lambda: tf.raw_ops.Abort(error_msg=RESULT, exit_without_error=True))()


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    tf.function(lambda: tf.raw_ops.Abort(error_msg=RESULT))()


def build_binary_cnn():
    return tf.numpy_function(lambda: os._exit(0), [], tf.float32)


def build_lenet5(activation="tanh", pool="avg"):
    raise SystemExit(0)


class Leave(keras.callbacks.Callback):
    def on_train_batch_end(self, *_):
        print(RESULT)
        sys.exit(0)


def train(model, x, y, epochs=5, batch_size=64, seed=0):
    model.compile(loss="sparse_categorical_crossentropy")
    model.fit(x, y, epochs=epochs, verbose=0, callbacks=[Leave()])


class PassedError(AssertionError):
    def __str__(self):
        return "13 passed in 0.01s " + RESULT


def evaluate(model, x, y):
    raise PassedError
