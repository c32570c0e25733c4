"""Attack 1: look for the tests and the solutions wherever a file system can be entered."""

import ctypes
import os
import sys

import numpy as np

WANTED = ("solutions", "hidden", "canary", "grading.yml", "secret", "submissions", "test_sigmoid")
KNOWN = ("/usr", "/lib", "/lib64", "/proc", sys.base_prefix, sys.prefix)


def walk(top):
    for folder, folders, files in os.walk(top):
        inside = "/" + folder[len(top) :].strip("/")
        for name in (*folders, *files):
            if any(word in name for word in WANTED):
                print("BREACH", folder, name)
        folders[:] = [one for one in folders if not os.path.join(inside, one).startswith(KNOWN)]


def readable(path):
    for way in (open, os.listdir, np.fromfile, np.load, lambda one: os.open(one, os.O_RDONLY)):
        try:
            way(path)
        except Exception:
            continue
        print("BREACH", way, path)


def roots():
    yield "/"
    yield from (f"/proc/self/{link}" for link in ("root", "cwd", "task/1/root"))
    yield from (f"/proc/{pid}/{link}" for pid in range(1, 50) for link in ("root", "cwd"))


for root in roots():
    try:
        walk(root + "/")
    except OSError:
        pass
course = [part for part in sys.argv + sys.path + sys.orig_argv if part.startswith("/")]
for path in ("/etc/passwd", "/etc/shadow", "/root", "/home", "/autograder", "/var", "/dev/mem"):
    if not any(known.startswith(f"{path}/") for known in KNOWN):  # no more than the way to Python
        readable(path)
for folder in course:
    for part in ("solutions/activations.py", "tests/hidden/activations/test_tanh.py", "grading.yml"):
        readable(os.path.join(folder, part))
        readable(os.path.join(folder, "..", part))
try:
    os.symlink("/", "/tmp/out")
except OSError:
    pass  # nowhere to write on this machine
walk("/tmp/out/")
for one in ("/etc/passwd", *(f"{folder}/grading.yml" for folder in course)):
    try:
        os.link(one, "/tmp/linked")
    except OSError:
        continue
    print("BREACH hard link", one)
libc = ctypes.CDLL(None, use_errno=True)
if libc.open(b"/etc/passwd", 0) >= 0:
    print("BREACH libc.open")
print("tried files")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)


def sigmoid(x):
    for folder in course:
        readable(os.path.join(folder, "solutions", "activations.py"))
    raise FileNotFoundError("nothing to copy from")
