"""Hints about place: the expected numbers in another order, or wrong in one region only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from autograder.compare.case import Case
from autograder.compare.places import spatial_axes
from autograder.compare.relation import Array, Mask

__all__ = [
    "another_order",
    "memory_order",
    "one_index_differs",
    "only_border_differs",
    "permuted_axes",
    "permuted_channels",
    "reversed_axes",
    "shifted_by_one",
]

_MOST_AXES = 4
_MOST_CHANNELS = 64
_ENOUGH = 0.5  # share of a region that must be wrong for the region to be the explanation


def permuted_axes(case: Case) -> str:
    """Test every other order of the axes that keeps the shape."""
    if not (case.rich and 2 <= case.ndim <= _MOST_AXES and case.rearranged):
        return ""
    for order in _orders(case.ndim):
        if case.matches(case.expected.transpose(order)):
            return describe_order(order, case.axes)
    return ""


def describe_order(order: tuple[int, ...], axes: tuple[str, ...] | None) -> str:
    """Say which axes changed places.

    Args:
        order: The expected array's axes in the order in which they were received.
        axes: The axis names that the suite gave, or None.
    """
    names = axes or tuple(f"{i}" for i in range(len(order)))
    moved = [i for i, axis in enumerate(order) if axis != i]
    if len(order) == 2:
        swap = "rows and columns are swapped"
        return f"{swap}: is a transpose missing, or one too many?"
    if len(moved) == 2:
        first, second = (names[i] for i in moved)
        return f"axes {first} and {second} are swapped: look at the transpose or the index order"
    received = ", ".join(names[i] for i in order)
    return f"the axes come in the order ({received}): look at the transpose or the index order"


def permuted_channels(case: Case) -> str:
    """Match every slice of the last axis with the expected slice that it equals."""
    if not (case.rich and case.ndim >= 2 and case.rearranged):
        return ""
    if not 2 <= case.expected.shape[-1] <= _MOST_CHANNELS:
        return ""
    left = list(range(case.expected.shape[-1]))
    order = []
    for received in range(case.actual.shape[-1]):
        match = _same_channel(case, received, left)
        if match is None:
            return ""
        left.remove(match)
        order.append(match)
    if case.axes is None and case.ndim == 2:
        return "the columns are in another order: look at the index of the last axis"
    turned = " (reversed: RGB and BGR?)" if order == list(range(len(order)))[::-1] else ""
    return f"the channels are in another order{turned}: look at the index of the last axis"


def _same_channel(case: Case, received: int, candidates: list[int]) -> int | None:
    part = case.actual[..., received]
    for candidate in candidates:
        if case.close(part, case.expected[..., candidate], case.scale):
            return candidate
    return None


def reversed_axes(case: Case) -> str:
    """Test the expected array reversed along every choice of axes."""
    if not (case.rich and 1 <= case.ndim <= _MOST_AXES and case.rearranged):
        return ""
    for count in range(1, case.ndim + 1):
        for axes in itertools.combinations(range(case.ndim), count):
            if case.matches(np.flip(case.expected, axes)):
                return _describe_flip(case, axes)
    return ""


def _describe_flip(case: Case, axes: tuple[int, ...]) -> str:
    if axes == spatial_axes(case.axes, case.ndim):
        return "turned by 180 degrees: was the kernel flipped, or the loop run backwards?"
    if case.ndim == 1:
        return "the order is reversed: does the loop, or the list, run backwards?"
    names = " and ".join(case.names[axis] for axis in axes)
    return f"reversed along {names}: was something flipped, or indexed backwards?"


def shifted_by_one(case: Case) -> str:
    """Test a shift by one place along an axis, or along height and width together."""
    for shift in _shifts(case):
        received = tuple(_window(step, late=True) for step in shift)
        wanted = tuple(_window(step, late=False) for step in shift)
        part = case.expected[wanted]
        if not case.close(case.actual[received], part, case.scale):
            continue
        if np.unique(part).size >= 3:
            names = " and ".join(
                f"{case.names[axis]} ({'too late' if step > 0 else 'too early'})"
                for axis, step in enumerate(shift)
                if step
            )
            where = "" if case.ndim == 1 else f" along {names}"
            return f"shifted by one place{where}: look at the first index and at the padding"
    return ""


def _shifts(case: Case) -> Iterator[tuple[int, ...]]:
    if case.ndim > _MOST_AXES:
        return
    together = spatial_axes(case.axes, case.ndim)
    for shift in itertools.product((0, 1, -1), repeat=case.ndim):
        moved = tuple(axis for axis, step in enumerate(shift) if step)
        single = len(moved) == 1
        if (single or moved == together) and all(case.expected.shape[i] >= 3 for i in moved):
            yield shift


def _window(step: int, *, late: bool) -> slice:
    if step == 0:
        return slice(None)
    return slice(1, None) if (step > 0) == late else slice(None, -1)


def memory_order(case: Case) -> str:
    """Test a reshape that read or wrote the numbers in another order than rows first."""
    if not (case.rich and 2 <= case.ndim <= _MOST_AXES and case.rearranged):
        return ""
    shape = case.expected.shape
    if case.matches(case.expected.ravel(order="F").reshape(shape)):
        return _RESHAPE
    for order in _orders(case.ndim):
        lengths = tuple(shape[i] for i in order)
        if case.matches(case.expected.transpose(order).reshape(shape)):
            return _RESHAPE
        if case.matches(case.expected.reshape(lengths).transpose(np.argsort(order))):
            return _RESHAPE
    return ""


_RESHAPE = (
    "the right values, laid out in another order: a reshape does not exchange axes, "
    "a transpose does"
)


def another_order(case: Case) -> str:
    """Test whether the sorted numbers agree."""
    if case.distinct < 4 or not (case.real and case.rearranged):
        return ""
    received, wanted = np.sort(case.actual, axis=None), np.sort(case.expected, axis=None)
    if not case.close(received, wanted):
        return ""
    return "the right values in another order: look at the indices, or at a sort or shuffle"


def one_index_differs(case: Case) -> str:
    """Test whether one entry of the batch or one channel is wrong, or only the first right."""
    if case.ndim < 2 or case.different.sum() < 2:
        return ""
    last = case.ndim - 1
    for axis in (0, last):
        others = tuple(i for i in range(case.ndim) if i != axis)
        wrong = np.flatnonzero(case.different.any(axis=others))
        length = case.expected.shape[axis]
        if axis == 0 and length >= 2 and _only_first_is_right(case, wrong):
            first = _entry(case, 0, 0) if case.axes else "index 0 of the first axis"
            return f"only {first} is right: does the loop, or the `return`, stop after the first?"
        share = case.different.take(wrong, axis=axis).mean()
        says_something = _says_something(case.expected[~case.different])
        if wrong.size == 1 and length >= 2 and share >= _ENOUGH and says_something:
            return f"only {_entry(case, axis, int(wrong[0]))} differs: look at its index"
    return ""


def _only_first_is_right(case: Case, wrong: Array) -> bool:
    rest = case.different[1:].reshape(case.expected.shape[0] - 1, -1)
    return (
        wrong.tolist() == list(range(1, case.expected.shape[0]))
        and bool(rest.mean() >= _ENOUGH)
        and _says_something(case.expected[0])
    )


def _entry(case: Case, axis: int, index: int) -> str:
    if case.axes is not None:
        return f"{case.axes[axis].lower()}={index}"
    if case.ndim == 2:
        return f"{'row' if axis == 0 else 'column'} {index}"
    return f"channel {index}" if axis else f"index {index} of the first axis"


def only_border_differs(case: Case) -> str:
    """Find the fewest sides, one or two entries wide, that hold everything that is wrong."""
    if case.ndim == 1:
        return _ends_differ(case)
    axes = spatial_axes(case.axes, case.ndim)
    if axes is None or case.different.sum() < 2:
        return ""
    image = case.axes is not None or case.ndim > 2
    names = ("top", "bottom", "left", "right") if image else _TABLE_SIDES
    advice = "look at the padding" if image else "look at the ends of the loops"
    for width, count in itertools.product((1, 2) if image else (1,), (1, 2, 3, 4)):
        for sides in itertools.combinations(range(4), count):
            border = _border(case, axes, sides, width)
            if case.different[~border].any() or case.different[border].mean() < _ENOUGH:
                continue
            if _says_something(case.expected[~border]):
                return f"only {_describe_sides(names, sides, image=image)} differs: {advice}"
    return ""


_TABLE_SIDES = ("first row", "last row", "first column", "last column")


def _border(case: Case, axes: tuple[int, int], sides: tuple[int, ...], width: int) -> Mask:
    border = np.zeros(case.expected.shape, dtype=bool)
    for side in sides:
        ends = slice(None, width) if side % 2 == 0 else slice(-width, None)
        border[(slice(None),) * axes[side // 2] + (ends,)] = True
    return border


def _describe_sides(names: tuple[str, ...], sides: tuple[int, ...], *, image: bool) -> str:
    if len(sides) == 4:
        return "the border"
    chosen = " and ".join(names[side] for side in sides)
    return f"the {chosen} border" if image else f"the {chosen}"


def _ends_differ(case: Case) -> str:
    wrong = np.flatnonzero(case.different)
    if wrong.size != 1 or wrong[0] not in {0, case.expected.size - 1}:
        return ""
    if not _says_something(case.expected[~case.different]):
        return ""
    end = "first" if wrong[0] == 0 else "last"
    return f"only the {end} entry differs: look at the ends of the loop"


def _says_something(agreeing: Array) -> bool:
    """Tell whether entries that agree are proof of anything: zeros alone are not."""
    return bool(np.unique(agreeing).size >= 2)


def _orders(ndim: int) -> list[tuple[int, ...]]:
    """List the orders of axes but the usual one, those that swap only two axes first."""
    usual = tuple(range(ndim))
    orders = [order for order in itertools.permutations(usual) if order != usual]
    return sorted(orders, key=lambda order: sum(i != axis for i, axis in enumerate(order)))
