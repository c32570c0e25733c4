"""Attack 21: never finish loading."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


while True:
    pass
