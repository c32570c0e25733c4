"""Hints about number: the received entries as a function of the expected ones."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from autograder.compare.case import Case
from autograder.compare.relation import Array

__all__ = [
    "clipped",
    "complement",
    "constant_everywhere",
    "constant_factor",
    "constant_offset",
    "function_of_expected",
    "integer_wraparound",
    "low_precision",
    "named_factor",
    "off_by_one",
    "offset_per_channel",
    "rounded",
    "sign_flipped",
    "sign_partly_flipped",
    "wrong_axis",
]


def constant_everywhere(case: Case) -> str:
    """Test whether one number was received everywhere and several are expected."""
    if case.actual.size < 2 or case.distinct < 2 or (case.actual != case.actual.flat[0]).any():
        return ""
    if case.actual.flat[0] == 0:
        return "every entry is 0: is the result filled in, and is it what is returned?"
    return "every entry is the same: was it reduced over all entries, or never filled in?"


def sign_flipped(case: Case) -> str:
    """Test the negative of everything."""
    return "the sign is flipped everywhere" if case.matches(-case.expected) else ""


def sign_partly_flipped(case: Case) -> str:
    """Test whether the sizes are right and the signs of some entries wrong."""
    if not (case.real and case.rich and case.close(np.abs(case.actual), np.abs(case.expected))):
        return ""
    return "the sizes are right everywhere, but some signs are flipped"


def named_factor(case: Case) -> str:
    """Test the factors that have a reason: 2, N, the number of entries, C and one over each."""
    fitting = [
        (factor, name) for factor, name in _factors(case) if case.matches(case.expected * factor)
    ]
    if not fitting:
        return ""
    names = ", or ".join(name for _, name in fitting)
    if "logarithm" in names:
        return f"off by the {names}: the natural logarithm is expected"
    advice = "is a mean or a division missing" if fitting[0][0] > 1 else "is a division too many"
    return f"every entry is off by the factor {names}: {advice}?"


def _factors(case: Case) -> Iterator[tuple[float, str]]:
    yield 2.0, "2"
    yield 0.5, "1/2"
    if case.distinct < 2:  # a constant is any multiple of another one
        return
    shape, size = case.expected.shape, case.expected.size
    lengths = [(shape[0], "N", "the length of the first axis")]
    if case.ndim > 1:
        lengths.append((shape[-1], "C", "the length of the last axis"))
        lengths.append((size, "S", "the number of entries"))
    for length, letter, meaning in lengths:
        if length > 1:
            yield float(length), f"{letter} ({meaning})"
            yield 1 / length, f"1/{letter} ({letter} is {meaning})"
    if case.rich:
        yield 1 / math.log(2), "factor between logarithms to base e and 2"
        yield 1 / math.log(10), "factor between logarithms to base e and 10"


def constant_factor(case: Case) -> str:
    """Test one unknown factor for all entries."""
    if not case.rich:
        return ""
    largest = np.unravel_index(np.argmax(np.abs(case.expected)), case.expected.shape)
    factor = case.actual[largest] / case.expected[largest]
    if factor == 0 or not case.matches(case.expected * factor):
        return ""
    return "every entry is off by the same factor: look at what everything is multiplied with"


def constant_offset(case: Case) -> str:
    """Test one unknown summand for all entries."""
    if not case.rich:
        return ""
    candidate = case.expected + (case.actual - case.expected).mean()
    # Measured by the scale of the expected: beside a huge offset, all entries would look right.
    if not (case.matches(candidate) and case.close(case.actual, candidate, case.scale)):
        return ""
    return "the same number is added to every entry: look at the bias, an eps or a starting value"


def offset_per_channel(case: Case) -> str:
    """Test one summand for each channel, or one factor for each slice along an axis."""
    if not case.rich or case.ndim < 2:
        return ""
    if case.expected.shape[-1] > 1 and math.prod(case.expected.shape[:-1]) >= 3:
        offset = (case.actual - case.expected).mean(axis=tuple(range(case.ndim - 1)))
        candidate = case.expected + offset
        if case.matches(candidate) and case.close(case.actual, candidate, case.scale):
            return "each channel, or column, is off by a number of its own: look at the bias"
    for axis in range(case.ndim):
        if case.expected.shape[axis] < 3:
            continue
        factors = _line_factors(case, axis)
        # Lines that are right, or off by the same factor, are no sign of a wrong divisor.
        if np.unique(factors.round(6)).size < 3 or np.isclose(factors, 1).any():
            continue
        if case.matches(np.asarray(case.expected * factors)):
            line = f"each line along {_axis(case, axis)} is off by a factor of its own"
            return f"{line}: look at the sum or mean that is divided by"
    return ""


def _line_factors(case: Case, axis: int) -> Array:
    """Find the factor with which each line of the expected array fits the received one best."""
    product = (case.actual * case.expected.conj()).sum(axis=axis, keepdims=True)
    square = (np.abs(case.expected) ** 2).sum(axis=axis, keepdims=True)
    return np.asarray(np.divide(product, square, out=np.zeros_like(product), where=square != 0))


def complement(case: Case) -> str:
    """Test 1 minus the expected."""
    if not (case.rich and case.matches(1 - case.expected)):
        return ""
    return "1 minus the expected: were two classes, or keeping and dropping, confused?"


def clipped(case: Case) -> str:
    """Test a cut at 0 or at 1 that is missing or one too many, and absolute values."""
    if not case.real:
        return ""
    actual, expected = case.actual, case.expected
    if np.unique(expected[expected > 0]).size >= 2:
        if case.matches(np.maximum(expected, 0)):
            return "negative entries are cut to 0: is there a ReLU, or a clip, too many?"
        if case.close(np.maximum(actual, 0), expected):
            return "negative entries are kept: is a ReLU, or a clip at 0, missing?"
    if case.rich and (expected > 0).any() and case.matches(np.abs(expected)):
        return "negative entries have become positive: look at the absolute value or the square"
    cut = np.clip(expected, 0, 1)
    if np.unique(cut).size >= 3 and case.matches(cut):
        return "entries are cut to 0..1: is there a clip too many?"
    return ""


def integer_wraparound(case: Case) -> str:
    """Test remainders of 256, as 8-bit integers leave them."""
    if not (case.real and case.rich):
        return ""
    whole = np.trunc(case.expected)
    for wrapped in (whole % 256, (whole + 128) % 256 - 128):
        beyond = (wrapped != whole).any()
        if beyond and np.unique(wrapped).size >= 3 and case.matches(wrapped):
            return "wrapped around at 256: was it computed in uint8 or int8? Convert first"
    return ""


def rounded(case: Case) -> str:
    """Test the ways of making whole numbers of the expected ones."""
    if not case.real:
        return ""
    for name, whole in (("cut off", np.trunc), ("cut off", np.floor), ("rounded away", np.rint)):
        candidate = whole(case.expected)
        if np.unique(candidate).size >= 2 and case.matches(candidate):
            return f"fractions are {name}: look for `//`, `int`, a round or an integer array"
    return ""


def function_of_expected(case: Case) -> str:
    """Test the exponential, logarithm, root, square and reciprocal of everything expected."""
    if not (case.real and case.rich):
        return ""
    for function, advice in _FUNCTIONS:
        if case.matches(np.asarray(function(case.expected))):
            return advice
    return ""


_FUNCTIONS = (
    (np.exp, "the exponential of the expected: is a logarithm missing, or an exp too many?"),
    (np.log, "the logarithm of the expected: is an exponential missing, or a log too many?"),
    (np.sqrt, "the square root of the expected: is there a root too many?"),
    (np.square, "the square of the expected: is a root missing, or a square too many?"),
    (np.reciprocal, "1 over the expected: were numerator and denominator swapped?"),
)


def low_precision(case: Case) -> str:
    """Test agreement to the six or seven digits that float32 has."""
    if case.precision not in {"float64", "complex128"} or not case.rich:
        return ""
    single = np.complex64 if not case.real else np.float32
    error = np.abs(case.actual - case.expected)
    if not (error <= 2e-6 * np.abs(case.expected) + 1e-7 * case.scale).all():
        return ""
    if (case.actual == case.actual.astype(single)).all():
        return "rounded to float32: keep float64 where the input is float64"
    return "agrees to about six digits: was a part computed in float32, or is there an eps?"


def wrong_axis(case: Case) -> str:
    """Test whether slices along another axis than the expected one add up to 1.

    The ratio of softmax over axis A to softmax over axis B is a product of a function of the
    other axes than A and one of the other axes than B, so its logarithm has no mixed difference.
    """
    if not (case.real and case.rich and 2 <= case.ndim <= 4):
        return ""
    for actual, expected in (
        (case.actual, case.expected),
        (np.exp(case.actual), np.exp(case.expected)),
    ):
        right = next((a for a in range(case.ndim) if _adds_up(case, expected, a)), None)
        if right is None or (expected <= 0).any() or (actual <= 0).any():
            continue
        rescaled = actual / actual.sum(axis=right, keepdims=True)
        if _is_one(case, actual.sum()) and case.close(rescaled, expected):
            return f"all entries together add up to 1: each slice along {_axis(case, right)} should"
        for axis in range(case.ndim):
            if axis != right and _adds_up(case, actual, axis):
                ratio = np.log(actual / expected)
                mixed = np.diff(np.diff(ratio, axis=axis), axis=right)
                if (np.abs(mixed) <= 1e-6 + 10 * case.tolerance.rtol).all():
                    return _describe_axes(case, axis, right)
    return ""


def _describe_axes(case: Case, axis: int, right: int) -> str:
    return (
        f"adds up to 1 along {_axis(case, axis)} instead of {_axis(case, right)}: "
        "look at `axis=` and `keepdims=`"
    )


def _axis(case: Case, axis: int) -> str:
    return f"axis {axis}" if case.axes is None else f"axis {case.axes[axis]}"


def _adds_up(case: Case, array: Array, axis: int) -> bool:
    return array.shape[axis] >= 2 and _is_one(case, array.sum(axis=axis))


def _is_one(case: Case, total: Array) -> bool:
    return bool((np.abs(total - 1) <= 1e-7 + 10 * case.tolerance.rtol).all())


def off_by_one(case: Case) -> str:
    """Test a whole number that is one too large or one too small."""
    if case.ndim or not case.precision.startswith(("int", "uint")):
        return ""
    if abs(case.actual - case.expected) != 1:
        return ""
    return "off by one: look at the rounding, or at a 1 that is missing or too many"
