"""Attack 4: what the kernel tells of mounts, of other processes, of the account and the host."""

import ctypes
import getpass
import glob
import os
import pwd
import re
import site
import sys

import numpy as np

WANTED = re.compile(r"solutions|tests/hidden|canary|submissions|SECRET|planted_marker_[0-9a-f]{16}")
FILES = ("mountinfo", "mounts", "environ", "cmdline", "auxv", "io", "limits", "status", "cgroup")
for path in (
    *(f"/proc/self/{name}" for name in FILES),
    "/proc/keys",
    "/proc/key-users",
    "/proc/locks",
    "/proc/net/unix",
    "/proc/net/tcp",
    "/proc/sysvipc/shm",
    "/proc/sys/kernel/hostname",
    "/proc/sys/fs/nr_open",
    "/run/secrets",
    "/etc/environment",
    "/sys/fs/cgroup",
):
    try:
        text = open(path, "rb").read(2**20).decode("latin-1")
    except OSError:
        continue
    if WANTED.search(text):
        print("BREACH", path, WANTED.search(text)[0])
for pattern in ("/proc/[0-9]*/cmdline", "/proc/[0-9]*/task/*/comm", "/proc/[0-9]*/environ"):
    for path in glob.glob(pattern):
        try:
            text = open(path, "rb").read().decode("latin-1")
        except OSError:
            continue
        if WANTED.search(text) or "grade" in text.split("\0"):
            print("BREACH", path)
# The arguments and variables that the process began with lie at the top of the stack.
libc = ctypes.CDLL(None)
try:
    maps = open("/proc/self/maps").read()
except OSError:
    maps = ""
for begin, end in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) .*\[stack\]$", maps, re.MULTILINE):
    stack = ctypes.string_at(int(begin, 16), int(end, 16) - int(begin, 16))
    if re.search(rb"AUTOGRADER_[A-Z]+=|planted_marker_[0-9a-f]{16}", stack):
        print("BREACH stack")
for name in ("AUTOGRADER_SECRET", "AUTOGRADER_SECRET_FILE", "GITHUB_TOKEN", "PGPASSWORD"):
    if libc.getenv(name.encode()):
        print("BREACH variable", name)
paths = [*sys.path, site.getusersitepackages(), sys.pycache_prefix or "", os.getcwd()]
if any(WANTED.search(path) or os.path.exists(f"{path}/grading.yml") for path in paths):
    print("BREACH paths", paths)
for ask in (os.getlogin, getpass.getuser, lambda: pwd.getpwuid(0), lambda: os.listdir("/home")):
    try:
        ask()
    except Exception:
        continue
print("tried the kernel")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
