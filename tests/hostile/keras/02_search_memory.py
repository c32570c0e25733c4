"""Attack 2: find the reference, a hidden check or another's model in this process' memory."""

import ctypes
import gc
import re
import sys
import types

NEEDLE = re.compile(rb"planted_marker_[0-9a-f]{16}")  # its own source does not match
ASKED = {"build_mnist_cnn", "build_binary_cnn", "build_lenet5", "numpy_replay", "transfer"}
gc.unfreeze()  # what was there before the fork is hidden otherwise
for value in gc.get_objects():
    if isinstance(value, types.FunctionType) and value.__name__ in ASKED:
        print("BREACH function", value.__module__)
    elif str(type(value).__module__).startswith(("autograder.suite", "autograder.compare", "pytest")):
        print("BREACH object", type(value))
for name in list(sys.modules):
    if "hidden" in name or "solution" in name or name.startswith(("test_", "autograder.suite")):
        print("BREACH module", name)
frame = sys._getframe()
while frame is not None:
    for name in {*frame.f_globals, *frame.f_locals}:
        if name in ("expected", "reference", "suite", "secret", "canary"):
            print("BREACH frame", name)
    frame = frame.f_back
for line in open("/proc/self/maps").read().splitlines():
    span, rights, *_ = line.split()
    begin, end = (int(part, 16) for part in span.split("-"))
    if rights.startswith("rw") and end - begin < 2**28 and "[v" not in line:
        if NEEDLE.search(ctypes.string_at(begin, end - begin)):
            print("BREACH memory", line)
print("tried memory")
