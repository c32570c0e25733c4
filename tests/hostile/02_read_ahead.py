"""Attack 2: read all calls before they are made, and look for answers among their arguments."""

import gc
import sys

import numpy as np

messages = sys.modules["autograder.sandbox.messages"]
codec = sys.modules["autograder.sandbox.codec"]
gc.unfreeze()  # what the process was forked with is not listed otherwise
state = {"calls": 0}


def right(x):
    """Give what answers the reference could have been asked for with this argument."""
    with np.errstate(all="ignore"):
        yield 1 / (1 + np.exp(-x))
        yield np.tanh(x)
        if x.ndim:
            powers = np.exp(x - x.max(axis=-1, keepdims=True))
            yield powers / powers.sum(axis=-1, keepdims=True)


def arrays_of(calls):
    for call in calls:
        if call.arguments is None:
            continue
        positional, keywords = codec.decode(call.arguments, codec.REQUEST_LIMITS)
        for value in (*positional, *keywords.values()):
            if isinstance(value, np.ndarray) and value.dtype.kind == "f":
                yield value


def look_ahead():
    frame = sys._getframe()
    while "body" not in frame.f_locals:
        frame = frame.f_back
        if frame is None:
            return
    found = list(arrays_of(messages.unpack_calls(frame.f_locals["body"])))
    state["calls"] += len(found)
    for x in found:
        for answer in right(x):
            for other in found:
                same = other is not x and other.shape == answer.shape
                if same and other.size > 1 and np.allclose(other, answer, atol=1e-12):
                    print("BREACH an answer among the arguments", other.shape)


def search():
    kept = (np.ndarray, bytes, str, dict, list, tuple)
    for value in gc.get_objects():
        if type(value) is dict and ("reference" in value or "expected" in value):
            print("BREACH", list(value)[:9])
        if isinstance(value, kept) or type(value).__module__ != "autograder.compare":
            continue
        print("BREACH", type(value))


search()
print("tried to read ahead")


def sigmoid(x):
    look_ahead()
    search()
    raise LookupError(f"{state['calls'] > 9} that there were calls to read")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
