"""Attack 2: find the reference in frames, in collected objects, in modules, in raw memory."""

import ctypes
import gc
import re
import sys
import types

import numpy as np

NEEDLE = re.compile(rb"planted_marker_[0-9a-f]{16}")  # its own source does not match


def look(where, value):
    if isinstance(value, types.FunctionType) and value.__module__ not in (__name__, None):
        if value.__name__ in ("sigmoid", "tanh", "softmax", "log_softmax", "leaky_relu"):
            print("BREACH", where, value)
    if isinstance(value, types.ModuleType) and "reference" in value.__name__.split("_"):
        print("BREACH", where, value)


def search_objects():
    for value in gc.get_objects():
        look("gc", value)
    for name, module in list(sys.modules.items()):
        look("modules", module)
        if "hidden" in name or "solution" in name or name.startswith("test_"):
            print("BREACH module", name)


def search_frames():
    frame = sys._getframe()
    while frame is not None:
        for name, value in {**frame.f_globals, **frame.f_locals}.items():
            look(f"frame {name}", value)
            if name in ("expected", "reference", "suite", "secret"):
                print("BREACH frame", name)
        frame = frame.f_back


def search_raw_memory():
    try:
        maps = open("/proc/self/maps").read().splitlines()
    except OSError:
        return
    for line in maps:
        span, rights, *_ = line.split()
        begin, end = (int(part, 16) for part in span.split("-"))
        if rights.startswith("rw") and end - begin < 2**28 and "[v" not in line:
            data = ctypes.string_at(begin, end - begin)
            if NEEDLE.search(data):
                print("BREACH memory", line)


search_objects()
search_frames()
search_raw_memory()
print("tried memory")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def sigmoid(x):
    search_objects()
    search_frames()
    for value in gc.get_objects():
        if isinstance(value, np.ndarray) and value is not x and value.shape == x.shape:
            return value
    raise LookupError("nothing to copy from")
