"""Attacks 22 and 30: names of the process that tell of trainings, and more than that."""

import ctypes
import threading
import time

libc = ctypes.CDLL(None)
NAMES = (
    b"1/999999 1e+999",
    b"9/8 \x1b[2J",
    b"\x1b]0;owned\x07",
    b"1/2 0.1\n3/4",
    b"1/2 BREACH",
    b") R 1 1 1 1 1",
    b"\xff\xfe\x00",
    b"(\n\r\t",
)


def rename():
    while True:
        for name in NAMES:
            libc.prctl(15, name, 0, 0, 0)
            try:
                with open("/proc/self/comm", "wb") as file:
                    file.write(name)
            except OSError:
                pass
            time.sleep(0.01)


for name in NAMES:
    libc.prctl(15, name, 0, 0, 0)
threading.Thread(target=rename, daemon=True).start()
keras.callbacks.CallbackList.on_epoch_end = lambda *_: libc.prctl(15, NAMES[0], 0, 0, 0)
print("tried to pretend")
