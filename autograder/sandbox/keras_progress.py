"""How far a training is, in the name of its process, as PostgreSQL's processes tell what they do.

`ps` shows it, and `autograder.executor.epochs` reads it. A name has 15 bytes, costs nothing while
nobody looks, and no reply waits for it. It is student code's to change, so nothing relies on it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import keras

from autograder.sandbox.kernel import prctl

__all__ = ["name_after_epochs"]

_PR_SET_NAME: Final = 15
_LONGEST: Final = 15  # bytes; the kernel cuts off the rest
_USUAL: Final = "worker"


def name_after_epochs() -> None:
    """Have each training in this process and its forks put its last epoch into the process' name.

    Keras has no callbacks for whatever is trained, so the list that calls the callbacks is told.
    """
    after_epoch = keras.callbacks.CallbackList.on_epoch_end
    after_all = keras.callbacks.CallbackList.on_train_end

    def on_epoch_end(
        self: keras.callbacks.CallbackList, epoch: int, logs: Mapping[str, Any] | None = None
    ) -> None:
        after_epoch(self, epoch, logs)
        with suppress(Exception):  # whatever it is that is missing: a training goes before its name
            _name(f"{epoch + 1}/{self.params['epochs']} {float((logs or {})['loss']):.4g}")

    def on_train_end(
        self: keras.callbacks.CallbackList, logs: Mapping[str, Any] | None = None
    ) -> None:
        after_all(self, logs)
        _name(_USUAL)

    keras.callbacks.CallbackList.on_epoch_end = on_epoch_end
    keras.callbacks.CallbackList.on_train_end = on_train_end


def _name(text: str) -> None:
    buffer = ctypes.create_string_buffer(text.encode()[:_LONGEST])
    with suppress(OSError):
        prctl(_PR_SET_NAME, ctypes.addressof(buffer))
