"""Attack 21: wait while loading."""

import time

import numpy as np


def relu(x):
    return np.maximum(x, 0)


time.sleep(10_000)
