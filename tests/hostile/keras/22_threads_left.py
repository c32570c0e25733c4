"""Attack 22: threads, timers, and waits in TensorFlow that go on behind the answers."""

import atexit
import threading
import time

import tensorflow as tf


def stay():
    while True:
        time.sleep(0.05)


for _ in range(8):
    threading.Thread(target=stay).start()
threading.Timer(0.1, stay).start()
atexit.register(stay)

queue = tf.queue.FIFOQueue(1, tf.float32)
for _ in range(4):
    threading.Thread(target=queue.dequeue).start()
print("tried to stay")
