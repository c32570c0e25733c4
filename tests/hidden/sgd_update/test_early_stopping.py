"""Hidden checks of A5.8 `early_stopping`."""

import math

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

STOP = "the epoch that stops the training is right, the best epoch is not: it comes earlier"
BEST = "the best epoch is right, the one that stops the training is not: count the waiting again"


def losses(rng, *steps):
    """Make a run of losses out of steps up and down, each stretched by a random factor."""
    values = [float(rng.uniform(20.0, 30.0))]
    for step in steps:
        values.append(values[-1] + step * float(rng.uniform(0.9, 1.1)))
    return values


def assert_stops(student, reference, award, run, patience, min_delta=0.0):
    """Hold that both epochs are right; give half if one of them is."""
    answer = student.early_stopping(run, patience, min_delta)
    expected = reference.early_stopping(run, patience, min_delta)
    try:
        assert_agrees(answer, expected)
    except AssertionError:
        for place, reason in ((0, STOP), (1, BEST)):
            if is_right(answer, expected, place):
                award(0.5, reason)
                return
        raise


def is_right(answer, expected, place):
    """Tell whether one of the two epochs is right."""
    if type(answer) is not tuple or len(answer) != 2:
        return False
    try:
        assert_agrees(answer[place], expected[place])
    except AssertionError:
        return False
    return True


@pytest.mark.group("values")
@pytest.mark.parametrize("patience", [1, 2, 4])
def test_early_stopping_after_the_patience(student, reference, rng, award, patience):
    """Training stops with the last of so many epochs that are no better than the best."""
    run = losses(rng, -2, 1, -3, 3, -1, 2, -1, 2, -5)
    assert_stops(student, reference, award, run, patience)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_early_stopping_is_not_fooled_by_small_dips(student, reference, rng, award):
    """An epoch that is better than the one before, and not than the best, is no improvement."""
    run = losses(rng, -3, 2, -1, 2, -1, 2, -1, 2, -1)
    assert_stops(student, reference, award, run, 3)


@pytest.mark.group("values")
def test_early_stopping_asks_for_a_difference(student, reference, rng, award):
    """With `min_delta`, losses that creep down count from the last that was enough."""
    run = losses(rng, -4, -1, -1, -1, -1, -1, -1)
    assert_stops(student, reference, award, run, 2, 2.5)


@pytest.mark.group("values")
def test_early_stopping_ignores_what_comes_after(student, reference, rng, award):
    """A better loss after the end is not seen: training was over."""
    run = losses(rng, -3, 2, -1, 2, -9, -1)
    assert_stops(student, reference, award, run, 3)


@pytest.mark.group("shapes")
@pytest.mark.parametrize(("steps", "patience"), [((), 1), ((-2, 2, -1), 3)])
def test_early_stopping_of_a_short_run(student, reference, rng, award, steps, patience):
    """One epoch, and a run that ends before the patience does, end with their last epoch."""
    assert_stops(student, reference, award, losses(rng, *steps), patience)


@pytest.mark.group("stability")
@pytest.mark.parametrize("offset", [0.0, math.nan])
def test_early_stopping_with_ties_and_nan(student, reference, rng, award, offset):
    """The same loss again is no improvement, and neither is NaN."""
    run = losses(rng, -2)
    run += [run[-1] + offset, run[-1] + 1, run[-1] + offset, 0.0]
    assert_stops(student, reference, award, run, 3)


@pytest.mark.group("hygiene")
def test_early_stopping_refuses_an_empty_run(student, rng):
    """No epoch at all, and a patience below 1, are ValueErrors."""
    for run, patience in (([], 2), (losses(rng, -1), 0), (losses(rng, -1), -1)):
        with pytest.raises(ValueError):
            student.early_stopping(run, patience)


@pytest.mark.group("hygiene")
def test_early_stopping_has_no_side_effects(student, rng):
    """The list of losses is not modified, and the same call gives the same answer."""
    run = losses(rng, -2, 1, 1)
    first = student.early_stopping(run, 2)
    assert type(first) is tuple, "the answer is not a tuple"
    assert len(first) == 2, "the answer is not the pair of epochs"
    assert all(isinstance(epoch, int | np.integer) for epoch in first), "an epoch is no number"
    assert bool not in map(type, first), "True and False are no epochs"
    assert_repeatable(first, student.early_stopping(run, 2))
    assert_inputs_unchanged(student)
