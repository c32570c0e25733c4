"""Attack 18: processes, threads, memory, files, descriptors and output without end."""

import os
import threading

import numpy as np

try:
    if os.fork() == 0:
        os._exit(0)
    print("BREACH fork")
except OSError:
    pass

held = []
try:
    while len(held) < 4000:
        held.append(bytearray(2**20))
except MemoryError:
    pass
mebibytes = len(held)
held.clear()
if mebibytes > 1500:
    print("BREACH memory", mebibytes)

stop = threading.Event()
threads = []
try:
    while len(threads) < 500:
        thread = threading.Thread(target=stop.wait, daemon=True)
        thread.start()
        threads.append(thread)
except RuntimeError:
    pass
if len(threads) > 100:
    print("BREACH threads", len(threads))
stop.set()
for thread in threads:
    thread.join()

written = 0
try:
    for index in range(200):
        with open(f"/tmp/{index}", "wb") as file:
            written += file.write(bytes(2**20))
except OSError:
    pass
if written > 64 * 2**20:
    print("BREACH disk", written)
made = 0
try:
    for index in range(20_000):
        os.mkdir(f"/tmp/f{index}")
        made += 1
except OSError:
    pass
if made > 5_000:
    print("BREACH files", made)

descriptors = []
try:
    while len(descriptors) < 5000:
        descriptors.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
for descriptor in descriptors:
    os.close(descriptor)
if len(descriptors) > 1000:
    print("BREACH descriptors", len(descriptors))
print("tried bombs", mebibytes > 100, len(descriptors) > 10, len(threads) > 2)
for _ in range(1000):
    print("x" * 100_000)


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
