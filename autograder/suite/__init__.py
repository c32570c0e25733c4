"""What a suite is written with: the fixtures come from the pytest plugin, the asserts from here."""

from autograder.compare import assert_agrees
from autograder.suite.assertions import (
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_number,
    assert_repeatable,
)
from autograder.suite.gradients import centred_difference

__all__ = [
    "assert_agrees",
    "assert_inputs_unchanged",
    "assert_no_float_errors",
    "assert_number",
    "assert_repeatable",
    "centred_difference",
]
