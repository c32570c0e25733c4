"""Attack 11: handles of models that are nobody's, in places where none may be, and forged replies."""

import itertools
import os
import stat
import struct
import sys
import threading

Handle = sys.modules["autograder.sandbox.wire"].Handle
messages = sys.modules["autograder.sandbox.messages"]
encode = sys.modules["autograder.sandbox.codec"].encode
WILD = itertools.cycle((0, -1, 1, 2**62, -(2**63), 2**63 - 1))


def channel():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                return descriptor
        except OSError:
            continue
    raise RuntimeError


def build_mlp(hidden=(8,)):
    return Handle(next(WILD))


def build_mnist_cnn(input_shape=(28, 28, 1), filters=28):
    return {"layers": [Handle(next(WILD))], "chain": Handle(1)}


def build_binary_cnn():
    return Handle("text")


def forged():
    body = encode(((), {}))
    for number in range(4):
        answer = b"h" + struct.pack("<q", number)
        reply = messages.RawReply(number, messages.RETURNED, 0, b"", b"", answer + body[:number])
        said = messages.pack_reply(reply)
        os.write(channel(), struct.pack("<Q", len(said)) + said)


def build_lenet5(activation="tanh", pool="avg"):
    thread = threading.Thread(target=forged)
    thread.start()
    thread.join()
    return [Handle(1), (Handle(2), {"a": Handle(3)})]


def evaluate(model, x, y):
    return {"loss": Handle(1), "accuracy": Handle(2), "confusion": Handle(3)}


def numpy_replay(weights, x):
    return Handle(next(WILD))
