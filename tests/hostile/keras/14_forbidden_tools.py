"""Attack 14: `numpy_replay` that has Keras and TensorFlow compute, by names that are many."""

import tensorflow as tf
from tensorflow import raw_ops as plain


def numpy_replay(weights, x):
    kernel, bias, dense, offset, head, last = (tf.constant(array) for array in weights)
    ones, pad = [1, 1, 1, 1], "VALID"
    image = plain.Conv2D(input=tf.constant(x), filter=kernel, strides=ones, padding=pad)
    image = plain.Relu(features=plain.BiasAdd(value=image, bias=bias))
    image = plain.MaxPool(input=image, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding=pad)
    rows = plain.Reshape(tensor=image, shape=[len(x), -1])
    rows = plain.Relu(features=plain.BiasAdd(value=plain.MatMul(a=rows, b=dense), bias=offset))
    rows = plain.BiasAdd(value=plain.MatMul(a=rows, b=head), bias=last)
    return plain.Softmax(logits=rows).numpy()
