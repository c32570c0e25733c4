"""Attacks 17 and 19: every signal ignored, and waits in TensorFlow where no handler ever runs."""

import signal

import tensorflow as tf

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))


def build_mlp(hidden=(8,)):
    return tf.queue.FIFOQueue(1, tf.float32).dequeue()


def build_lenet5(activation="tanh", pool="avg"):
    return tf.raw_ops.Unstage(dtypes=[tf.float32])
