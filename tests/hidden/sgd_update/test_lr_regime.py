"""Hidden checks of A5.7 `lr_regime`."""

import math
from itertools import product

import pytest

from autograder.suite import assert_agrees

CURVATURES = (0.2, 3.0, 40.0)


def lr_for(target, curvature):
    """Return the learning rate whose product with the curvature is the target."""
    return float(target / curvature)


def walk(curvature, lr):
    """Take eight steps down the parabola from 1, and return the distances to the minimum."""
    distances = [1.0]
    for _ in range(8):
        distances.append(distances[-1] - lr * curvature * distances[-1])
    return distances


@pytest.mark.group("values")
def test_lr_regime_creeps_below_and_diverges_beyond(student, rng):
    """Below 1 / curvature it is monotone, beyond 2 / curvature it diverges, for every curvature."""
    for curvature in CURVATURES:
        for low, high, word in ((0.01, 0.95, "monotone"), (2.05, 9.0, "diverges")):
            lr = lr_for(rng.uniform(low, high), curvature)
            assert_agrees(student.lr_regime(curvature, lr), word)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_lr_regime_swings_in_between(student, rng):
    """Between 1 / curvature and 2 / curvature the sign alternates, and the distance shrinks."""
    for curvature in CURVATURES:
        for low, high in ((1.02, 1.4), (1.6, 1.98)):
            lr = lr_for(rng.uniform(low, high), curvature)
            assert_agrees(student.lr_regime(curvature, lr), "oscillates")


@pytest.mark.group("values")
def test_lr_regime_at_the_limits(student, rng):
    """Powers of 2 are exact: a product of just 1 is one step, of just 2 a cycle."""
    for exponent in rng.permutation([-3, 0, 4]):
        curvature = 2.0 ** int(exponent)
        assert_agrees(student.lr_regime(curvature, 1.0 / curvature), "one_step")
        assert_agrees(student.lr_regime(curvature, 2.0 / curvature), "cycles")


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_lr_regime_is_what_the_steps_do(student, rng):
    """The word is right for eight steps that were taken: which sides, and how far."""
    for size, (low, high) in product(CURVATURES, ((0.3, 0.9), (1.1, 1.9), (2.1, 3.0))):
        curvature = float(size * rng.uniform(0.8, 1.2))
        lr = lr_for(rng.uniform(low, high), curvature)
        distances = walk(curvature, lr)
        word = "monotone" if min(distances) > 0 else "oscillates"
        word = "diverges" if abs(distances[-1]) > 1 else word
        assert_agrees(student.lr_regime(curvature, lr), word)


@pytest.mark.group("stability")
def test_lr_regime_at_limits_that_were_rounded(student):
    """A product that misses 1 or 2 by rounding only is taken for it, one beside it is not."""
    third, seventh = 0.1 * 3, 1 / 49 * 49  # 0.30000000000000004 and 0.9999999999999999
    assert_agrees(student.lr_regime(third, 10 / 3), "one_step")
    assert_agrees(student.lr_regime(1.0, seventh), "one_step")
    assert_agrees(student.lr_regime(2.0, seventh), "cycles")
    assert_agrees(student.lr_regime(1.0, math.nextafter(2.0, 3.0)), "cycles")
    assert_agrees(student.lr_regime(1.0, 1 - 1e-4), "monotone")
    assert_agrees(student.lr_regime(1.0, 2 + 1e-4), "diverges")


@pytest.mark.group("hygiene")
def test_lr_regime_refuses_what_is_no_valley(student):
    """A curvature or learning rate that is 0 or less is a ValueError."""
    for curvature, lr in ((0.0, 0.1), (-1.0, 0.1), (1.0, 0.0), (1.0, -0.1), (-2.0, -0.1)):
        with pytest.raises(ValueError):
            student.lr_regime(curvature, lr)


@pytest.mark.group("hygiene")
def test_lr_regime_takes_integers(student):
    """Whole numbers are numbers, and the answer is a plain word."""
    assert_agrees(student.lr_regime(5, 2), "diverges")
