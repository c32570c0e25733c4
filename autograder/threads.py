"""One thread in the arithmetic: what is timed is then the same on every machine."""

from __future__ import annotations

import os
from typing import Final

__all__ = ["hold_to_one_thread"]

_VARIABLES: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def hold_to_one_thread() -> None:
    """Have NumPy's arithmetic use one thread, unless the environment says otherwise.

    It must be called before anything imports NumPy. Processes that are forked later are held too.
    """
    for name in _VARIABLES:
        os.environ.setdefault(name, "1")
