"""Whether a received dtype will do where another one is expected."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["dtype_hint", "less_precise", "same_kind"]

Dtype = np.dtype[Any]
_GROUP = {"u": "i"}


def same_kind(received: Dtype, wanted: Dtype) -> bool:
    """Tell whether both are real, or both integers, and so on, whatever their size."""
    return _GROUP.get(received.kind, received.kind) == _GROUP.get(wanted.kind, wanted.kind)


def less_precise(first: Dtype, second: Dtype) -> Dtype:
    """Return the dtype with the fewer bytes: no more can be asked of an answer."""
    return first if first.itemsize < second.itemsize else second


def dtype_hint(received: Dtype, wanted: Dtype) -> str:
    """Say what usually makes the received dtype where another one is expected.

    Returns:
        A sentence without a final stop; empty if there is nothing better than the two names.
    """
    if received.kind == "b":
        return "a comparison gives True and False: convert with astype"
    if wanted.kind == "f" and received.kind == "f":
        if received.itemsize > wanted.itemsize:
            return "something promoted it: np.zeros or np.array without `dtype=`, or an astype"
        return "precision is lost: look for an astype or a `dtype=`"
    if wanted.kind == "f" and received.kind in "iu":
        return "real numbers are expected: integers lose the fractions"
    if wanted.kind in "iu" and received.kind == "f":
        return "integers are expected: convert with astype"
    return ""
