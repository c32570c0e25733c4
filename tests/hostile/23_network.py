"""Attack 23: reach anything by a socket of any kind, by name or by number."""

import ctypes
import os
import socket
import urllib.request

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET)
for family in range(0, 46):
    for kind in KINDS:
        try:
            socket.socket(family, kind)
        except OSError:
            continue
        print("BREACH socket", family, kind)
for attempt in (
    socket.socketpair,
    lambda: socket.create_connection(("127.0.0.1", 22), 1),
    lambda: socket.create_connection(("8.8.8.8", 53), 1),
    lambda: urllib.request.urlopen("http://127.0.0.1/", timeout=1),
    lambda: socket.getaddrinfo("example.org", 80)[0][4],
    lambda: os.open("/dev/tcp/127.0.0.1/80", os.O_RDWR),
):
    try:
        print("BREACH", attempt())
    except OSError:
        pass
parameters = ctypes.create_string_buffer(256)
if libc.syscall(ctypes.c_long(425), 8, parameters) >= 0:
    print("BREACH io_uring")
for descriptor in range(3, 64):
    for level, option in ((socket.SOL_SOCKET, socket.SO_PEERCRED),):
        value = ctypes.create_string_buffer(12)
    message = ctypes.create_string_buffer(56)
    for number in (44, 45, 46, 47):  # sendto, recvfrom, sendmsg, recvmsg
        if libc.syscall(ctypes.c_long(number), descriptor, message, 0, 0x40, None, None) >= 0:
            print("BREACH socket call", number, descriptor)
print("tried sockets")


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
