"""Attack 7: replace the worker's own functions from within."""

import sys

import numpy as np

worker = sys.modules["autograder.sandbox.worker"]
codec = sys.modules["autograder.sandbox.codec"]
messages = sys.modules["autograder.sandbox.messages"]


def forge(reply):
    if reply.status != messages.RETURNED:
        reply = reply._replace(status=messages.RETURNED, answer=codec.encode(np.ones(3)))
    return messages.pack_reply(reply._replace(float_errors=0, mutated=b""))


worker.pack_reply = forge
worker._mutated = lambda *_: ()
worker.scan = lambda *_, **__: []
np.errstate.__enter__ = lambda self: None
np.errstate.__exit__ = lambda self, *_: None
print("tried the worker")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def sigmoid(x):
    raise RuntimeError("answered all the same")


def activation_grad(x, kind, negative_slope=0.01):
    raise ValueError("answered all the same")
