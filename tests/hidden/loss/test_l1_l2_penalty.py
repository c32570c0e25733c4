"""Hidden checks of A3.6 `l1_l2_penalty`.

A forgotten absolute value and a mean in the place of a sum each cost the checks that are about
them: the other checks use positive weights, or one of the two penalties alone.
"""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_number,
    assert_repeatable,
)

HALF = "there is no factor 1/2 in L2 here (CS231n has one): half of this check"


def layers(rng, *shapes):
    """Draw weights of which two thirds are negative, so that their sum is far from their sizes."""
    signs = [np.resize([-1.0, 1.0, -1.0], shape) for shape in shapes]
    return [sign * rng.uniform(0.5, 1.5, size=sign.shape) for sign in signs]


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_l1_l2_penalty_adds_up_squares(student, reference, rng, award):
    """L2 alone is the sum of all squares times its factor."""
    weights = layers(rng, (3, 4), (4, 2))
    expected = reference.l1_l2_penalty(weights, l2=0.03)
    mean = float(0.03 * sum(np.mean(w**2) for w in weights))
    known = {
        HALF: lambda: expected / 2,
        "those are means: add the squares up, so that large layers count more": lambda: mean,
    }
    try:
        assert_agrees(student.l1_l2_penalty(weights, l2=0.03), expected, alternatives=known)
    except AssertionError as mismatch:
        if getattr(mismatch, "hint", "") == HALF:
            award(0.5, HALF)
        raise


@pytest.mark.group("values")
def test_l1_l2_penalty_adds_up_sizes(student, reference, rng):
    """L1 alone is the sum of all absolute values times its factor."""
    weights = layers(rng, (3, 4), (4, 2))
    signed = float(0.2 * sum(w.sum() for w in weights))
    known = {"negative weights are rewarded: take absolute values (E13)": lambda: signed}
    expected = reference.l1_l2_penalty(weights, l1=0.2)
    assert_agrees(student.l1_l2_penalty(weights, l1=0.2), expected, alternatives=known)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_l1_l2_penalty_adds_both(student, reference, rng):
    """Both penalties add up, each with its own factor."""
    weights = layers(rng, (2, 5), (5, 3), (3, 1))
    swapped = {"the two factors are swapped": lambda: reference.l1_l2_penalty(weights, 0.3, 0.7)}
    expected = reference.l1_l2_penalty(weights, 0.7, 0.3)
    assert_agrees(student.l1_l2_penalty(weights, 0.7, 0.3), expected, alternatives=swapped)


@pytest.mark.group("values")
def test_l1_l2_penalty_does_not_care_for_signs_nor_for_layers(student, reference, rng):
    """Weights of the opposite sign, or split into other layers, cost the same."""
    (weights,) = layers(rng, (4, 3))
    expected = reference.l1_l2_penalty([weights], 0.5, 0.5)
    assert_agrees(student.l1_l2_penalty([-weights], 0.5, 0.5), expected)
    assert_agrees(student.l1_l2_penalty([weights[:1], weights[1:]], 0.5, 0.5), expected)


@pytest.mark.group("shapes")
def test_l1_l2_penalty_takes_arrays_of_any_axes(student, reference, rng):
    """Convolution kernels, dense weights and a vector go together."""
    weights = [rng.uniform(0.5, 1.5, size=shape) for shape in ((2, 3, 1, 4), (5, 2), (3,))]
    expected = reference.l1_l2_penalty(weights, l1=0.1, l2=0.2)
    assert_agrees(student.l1_l2_penalty(weights, l1=0.1, l2=0.2), expected)


@pytest.mark.group("shapes")
def test_l1_l2_penalty_takes_integers(student, reference, rng):
    """Whole numbers are weights too."""
    weights = [rng.integers(1, 10, size=(3, 2))]
    expected = reference.l1_l2_penalty(weights, l1=0.1, l2=0.2)
    assert_agrees(student.l1_l2_penalty(weights, l1=0.1, l2=0.2), expected)


@pytest.mark.group("hygiene")
def test_l1_l2_penalty_answers_single_precision_with_one_number(student, reference, rng):
    """float32 gives one real number, right to the precision of float32."""
    weights = [rng.uniform(0.5, 1.5, size=shape).astype("float32") for shape in ((3, 4), (4,))]
    expected = reference.l1_l2_penalty(weights, l1=0.1)
    assert_agrees(student.l1_l2_penalty(weights, l1=0.1), expected, rtol=1e-4)


@pytest.mark.group("hygiene")
def test_l1_l2_penalty_has_no_side_effects(student, rng):
    """No array and no list is modified, and the same call gives the same answer again."""
    weights = layers(rng, (3, 4), (4, 2))
    first = student.l1_l2_penalty(weights, l1=0.1, l2=0.2)
    assert_number(first)
    assert_repeatable(first, student.l1_l2_penalty(weights, l1=0.1, l2=0.2))
    assert_inputs_unchanged(student)
