"""Attack 4: secrets in the environment, in command lines and behind open descriptors."""

import ctypes
import os
import stat
import sys

import numpy as np

for name, value in os.environ.items():
    if "SECRET" in name or "TOKEN" in name or "marker" in value:
        print("BREACH environment", name)
raw = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
index = 0
while raw[index]:
    if b"SECRET" in raw[index]:
        print("BREACH libc environment")
    index += 1
for pid in ("self", "1", "2", str(os.getppid())):
    for name in ("environ", "cmdline"):
        try:
            text = open(f"/proc/{pid}/{name}", "rb").read()
        except OSError:
            continue
        if b"SECRET" in text or b"solutions" in text or b"grade" in text.split(b"\0"):
            print("BREACH", pid, name)
if any("solutions" in part or "hidden" in part for part in sys.orig_argv):
    print("BREACH arguments")
sockets = []
for descriptor in range(3, 4096):
    try:
        kind = os.fstat(descriptor).st_mode
    except OSError:
        continue
    if stat.S_ISSOCK(kind):
        sockets.append(descriptor)
    else:
        print("BREACH descriptor", descriptor, oct(kind))
if len(sockets) != 1:
    print("BREACH sockets", sockets)
for descriptor in (0, 1, 2):
    if os.fstat(descriptor).st_rdev != os.stat("/dev/null").st_rdev:
        print("BREACH standard stream", descriptor)
print("tried environment")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
