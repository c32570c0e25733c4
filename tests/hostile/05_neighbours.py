"""Attack 5: leave a message for the next worker, and look for another's."""

import os

import numpy as np

PLACES = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/run/user/0", ".", "/", os.path.expanduser("~"))
for place in PLACES:
    if os.path.exists(os.path.join(place, "left_behind")):
        print("BREACH message found", place)
for place in PLACES:
    path = os.path.join(place, "left_behind")
    try:
        with open(path, "w") as file:
            file.write("4, 8, 15, 16, 23, 42")
    except OSError:
        pass
    try:
        # Where Python itself lies below, the way to it is there.
        own = {part for part in np.__file__.split(os.sep) if np.__file__.startswith(place + os.sep)}
        others = set(os.listdir(place)) - {"left_behind"} - own
        if others and place in ("/tmp", "/var/tmp", "/dev/shm"):
            print("BREACH somebody's files", place)
    except OSError:
        pass
print("tried neighbours")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def sigmoid(x):
    os._exit(0)  # the next worker looks for what this one left


def tanh(x):
    return np.array(os.listdir("."))
