"""Attacks 3, 23, 24 and 25: forbidden calls from the threads that TensorFlow has for its work."""

import ctypes
import os
import signal
import socket
import threading

import tensorflow as tf

libc = ctypes.CDLL(None, use_errno=True)
threads = set()


def call(what, number, *arguments):
    if libc.syscall(ctypes.c_long(number), *arguments) >= 0:
        print("BREACH", what, threading.get_native_id())


def attempt(what, function, *arguments):
    try:
        function(*arguments)
    except (OSError, ValueError):
        return
    print("BREACH", what, threading.get_native_id())


def attack(number):
    threads.add(threading.get_native_id())
    for pid in (os.getppid(), 0, 2, 3, -1):
        attempt("kill", os.kill, pid, signal.SIGCONT)
        call("tkill", 200, pid, 18)
        call("ptrace", 101, 16, pid, None, None)
        call("pidfd", 434, pid, 0)
        call("read memory", 310, pid, None, 0, None, 0, 0)
    attempt("fork", os.fork)
    attempt("socket", socket.socket, socket.AF_UNIX)
    attempt("internet", socket.socket)
    call("unshare", 272, ctypes.c_ulong(0x10000000))
    call("setns", 308, 0, 0)
    call("mount", 165, b"none", b"/tmp", b"tmpfs", 0, None)
    call("exec", 59, b"/bin/true", None, None)
    call("setuid", 105, 0)
    call("io_uring", 425, 8, ctypes.create_string_buffer(256))
    call("bpf", 321, 0, None, 0)
    attempt("file", open, "/etc/passwd")
    attempt("write", open, "/var/tmp/out", "w")
    return number


values = tf.data.Dataset.range(24).map(
    lambda n: tf.numpy_function(attack, [n], tf.int64), num_parallel_calls=8
)
for value in values.prefetch(8):
    pass
workers = [threading.Thread(target=attack, args=(0,)) for _ in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print("tried from threads", len(threads) > 2)
