"""Attack 21: wait in TensorFlow for what never comes, before anything was asked."""

import tensorflow as tf

tf.queue.FIFOQueue(1, tf.float32).dequeue()
