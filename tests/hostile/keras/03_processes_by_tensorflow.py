"""Attacks 3 and 4: the memory, the environment and the descriptors of others, through TensorFlow."""

import os

import tensorflow as tf

tried = 0
own = {"self", "thread-self", "1", *os.listdir("/proc/self/task")}  # pid 1 is this process
for pid in ("self", "thread-self", str(os.getppid()), *map(str, range(1, 40)), "4000", "40000"):
    for name in ("environ", "cmdline", "mem", "maps", "auxv", "stack", "fd/3", "cwd", "root"):
        path = f"/proc/{pid}/{name}"
        try:
            found = tf.io.read_file(path).numpy()
        except tf.errors.OpError:
            tried += 1
            continue
        if pid not in own | set(os.listdir("/proc/self/task")) or b"SECRET" in found:
            print("BREACH", path)
    try:
        links = tf.io.gfile.listdir(f"/proc/{pid}/fd")
    except tf.errors.OpError:
        continue
    for link in links:
        try:
            where = os.readlink(f"/proc/{pid}/fd/{link}")
        except OSError:
            continue
        if not where.startswith(("socket:", "/dev/null", "/proc/", "anon_inode:", "pipe:")):
            print("BREACH descriptor", pid, where)
for name in sorted(os.environ):
    if any(word in name for word in ("SECRET", "TOKEN", "PASSWORD", "CANARY")):
        print("BREACH environment", name)
print("tried others' processes", tried > 100)
