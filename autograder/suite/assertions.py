"""Asserts about an answer that need no expected one: `assert_agrees` compares with one."""

from __future__ import annotations

import numpy as np

from autograder.compare.kinds import name_of
from autograder.sandbox.codec import Plain, encode_reply
from autograder.suite.student import Student

__all__ = [
    "assert_inputs_unchanged",
    "assert_no_float_errors",
    "assert_number",
    "assert_repeatable",
]


def assert_inputs_unchanged(student: Student) -> None:
    """Hold that no call of this test so far has modified an argument.

    Raises:
        AssertionError: Some argument is not, byte for byte, what was handed in.
    """
    for call in student.calls:
        if call.mutated:
            names = ", ".join(
                repr(name) if isinstance(name, str) else f"number {name + 1}"
                for name in call.mutated
            )
            message = f"{call.name} modified its argument {names}: work on a copy"
            raise AssertionError(message)


def assert_no_float_errors(student: Student) -> None:
    """Hold that no call of this test so far made NumPy report overflow, division by 0 or invalid.

    Underflow to zero is fine. Code that handles the case itself, within `np.errstate`, is too.

    Raises:
        AssertionError: Names the function and the kinds of floating-point error.
    """
    for call in student.calls:
        if call.float_errors:
            kinds = " and ".join(call.float_errors)
            message = f"{call.name} ran into a floating-point error on the way: {kinds}"
            raise AssertionError(message)


def assert_number(answer: Plain) -> None:
    """Hold that an answer is one finite number, before a check goes on to use it.

    A float, a NumPy scalar of that kind or an array without axes will do, an int or a bool not.

    Raises:
        AssertionError: It is none of these, an array with axes, NaN or infinite.
    """
    if not isinstance(answer, float | np.floating | np.ndarray):
        message = f"expected a real number, received {name_of(answer)}"
        raise AssertionError(message)  # noqa: TRY004 - the answer fails, the call of this is right
    if np.ndim(answer):
        message = f"expected one number, received {name_of(answer)}: reduce over all axes"
        raise AssertionError(message)
    if not np.isfinite(answer):
        message = "expected a finite number, received NaN or infinity"
        raise AssertionError(message)


def assert_repeatable(first: Plain, second: Plain) -> None:
    """Hold that two answers are the same to the last bit.

    Raises:
        AssertionError: They differ.
    """
    if encode_reply(first) != encode_reply(second):
        message = "the same call gave two different answers: keep nothing between calls"
        raise AssertionError(message)
