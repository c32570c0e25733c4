"""The picture of a public check's mismatch: where an array is off, or a curve over a curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Final

import numpy as np

from autograder.compare import Mismatch
from autograder.compare.mismatch import Compared
from autograder.figures import Curves, Figure, Heat
from autograder.suite.student import Call

__all__ = ["picture_of"]

_IMAGE_AXES: Final = 4
_LEAST_POINTS: Final = 3
_MOST_POINTS: Final = 64
_STEPS: Final = 61
_SIDES: Final = (2, 32)
# A smaller matrix is read at a glance where the message prints it.
_LEAST_ENTRIES: Final = 9
_SETTINGS: Final = (bool, int, float, str, type(None))


def picture_of(mismatch: Mismatch, calls: Sequence[Call], reference: ModuleType) -> Figure | None:
    """Draw a mismatch of a public check where looking beats reading.

    Images of shape (N, H, W, C) and matrices become a heat map of how far they are off: of the
    image and the channel that are off the most. A function of one number becomes the expected curve
    from the least to the largest input, with the received numbers as points.

    Args:
        mismatch: What was found; the picture shows expected values, so of a public check only.
        calls: What the test called, the last one last.
        reference: The reference module.

    Returns:
        None where a picture would say no more than the message.
    """
    found = mismatch.compared
    if found is None or not calls or found.expected.dtype.kind not in "fiu":
        return None
    call = calls[-1]
    return _curves(found, call, reference) or _heat(found, call.name)


def _curves(found: Compared, call: Call, reference: ModuleType) -> Curves | None:
    if not call.arguments or not isinstance(call.arguments[0], np.ndarray):
        return None
    inputs, *settings = call.arguments
    settings += call.keywords.values()
    if inputs.dtype.kind not in "fiu" or inputs.shape != found.expected.shape:
        return None
    if not all(type(one) in _SETTINGS for one in settings) or inputs.size > _MOST_POINTS:
        return None
    if np.unique(inputs).size < _LEAST_POINTS or not np.isfinite(inputs).all():
        return None
    between = np.linspace(inputs.min(), inputs.max(), _STEPS)
    everywhere = np.concatenate([inputs.ravel().astype(np.float64), between])
    curve = _one_by_one(getattr(reference, call.name, None), everywhere, call)
    if curve is None or not np.allclose(curve[: inputs.size], found.expected.ravel(), rtol=1e-4):
        return None
    received = np.concatenate([found.received.ravel(), np.full(_STEPS, np.nan)])
    # The first of equal inputs: those of the check stand before the steps between them.
    ascending, order = np.unique(everywhere, return_index=True)
    return Curves.of(
        f"{call.name}: received over expected",
        "input",
        "answer",
        # Three digits are enough to look at, and too few to answer with.
        {
            "expected": [float(f"{value:.3g}") for value in curve[order]],
            "received": received[order].tolist(),
        },
        inputs=ascending.tolist(),
    )


def _one_by_one(
    function: Callable[..., Any] | None, inputs: np.ndarray[Any, Any], call: Call
) -> np.ndarray[Any, Any] | None:
    """Ask the reference for each number alone; None where it wants more than one at a time."""
    if not callable(function):
        return None
    settings = call.arguments[1:]
    try:
        with np.errstate(all="ignore"):
            answers = [function(one, *settings, **call.keywords) for one in inputs.reshape(-1, 1)]
            return np.concatenate(answers).reshape(inputs.shape).astype(np.float64)
    except Exception:  # noqa: BLE001 - whatever it says, there is no curve
        return None


def _heat(found: Compared, name: str) -> Heat | None:
    with np.errstate(all="ignore"):
        distances = np.abs(found.received.astype(np.float64) - found.expected.astype(np.float64))
    distances = np.where(found.different, distances, 0.0)
    place = ""
    if distances.ndim == _IMAGE_AXES:
        known = np.where(np.isfinite(distances), distances, np.finfo(np.float64).max)
        image, _, _, channel = np.unravel_index(int(np.argmax(known)), distances.shape)
        distances = distances[image, :, :, channel]
        place = f" at n={image}, c={channel}"
    elif distances.ndim != len(_SIDES) or distances.size < _LEAST_ENTRIES:
        return None
    if not all(_SIDES[0] <= side <= _SIDES[1] for side in distances.shape):
        return None
    labels = ("h", "w") if place else ("row", "column")
    return Heat.of(f"{name}: how far the answer is off{place}", *labels, distances.tolist())
