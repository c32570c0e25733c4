"""Hidden checks of A7.6 `dropout_forward` and `dropout_backward`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


def twins(rng):
    """Return two generators that give the same numbers."""
    seed = int(rng.integers(2**32))
    return np.random.default_rng(seed), np.random.default_rng(seed)


def pair(answer, shape):
    """Return output and mask once it is certain that arithmetic with them is safe."""
    assert isinstance(answer, tuple), "the answer is not a tuple"
    assert len(answer) == 2, "the answer is not the pair (out, mask)"
    for part in answer:
        assert isinstance(part, np.ndarray), "the output or the mask is not an array"
        assert part.dtype.kind == "f", "the output or the mask is not made of floats"
        assert part.shape == shape, "the output or the mask has another shape than x"
    return answer


def check_mask(answer, x, rate):
    """Hold that the mask has its two values, some of each, and that the output is x times it."""
    out, mask = pair(answer, x.shape)
    kept = mask != 0
    assert_agrees(mask, np.where(kept, 1 / (1 - rate), 0.0))
    assert_agrees(out, np.where(kept, x / (1 - rate), 0.0))


@pytest.mark.group("values")
def test_dropout_forward_draws_as_agreed(student, reference, rng):
    """Output and mask match where both draw the same numbers."""
    mine, theirs = twins(rng)
    x = rng.normal(size=(2, 3, 4, 5))
    expected = reference.dropout_forward(x, 0.7, mine)
    assert_agrees(student.dropout_forward(x, 0.7, theirs), expected)


@pytest.mark.group("values")
@pytest.mark.parametrize(("shape", "rate"), [((6, 7), 0.2), ((5, 5), 0.4), ((2, 3, 4, 5), 0.75)])
def test_dropout_forward_scales_what_it_keeps(student, rng, shape, rate):
    """The mask holds 0 and 1 / (1 - rate), and the output is the input times it."""
    x = rng.uniform(1.0, 2.0, size=shape)
    check_mask(student.dropout_forward(x, rate, twins(rng)[0]), x, rate)


@pytest.mark.group("values")
def test_dropout_forward_drops_each_number_by_itself(student, rng):
    """How many are dropped differs from draw to draw: it is the rate on average only."""
    x = np.ones((40, 25))
    counts = set()
    for _ in range(4):
        out, _ = pair(student.dropout_forward(x, 0.4, twins(rng)[0]), x.shape)
        counts.add(int(np.sum(out == 0)))
        assert 250 < np.sum(out == 0) < 550, "the share of zeros is not the rate"
    assert len(counts) > 1, "each draw drops as many: decide for each number by itself"


@pytest.mark.group("values")
def test_dropout_forward_drops_the_rate(student, rng):
    """Of 60,000 numbers a fifth is dropped, within five standard deviations of chance."""
    x = np.ones((200, 300))
    out, _ = pair(student.dropout_forward(x, 0.2, twins(rng)[0]), x.shape)
    assert abs(float(np.mean(out == 0)) - 0.2) < 5 * np.sqrt(0.2 * 0.8 / x.size)


@pytest.mark.group("values")
@pytest.mark.critical
def test_dropout_forward_is_the_identity_outside_of_training(student, rng):
    """At test time nothing is dropped and nothing scaled, and the mask is all ones."""
    x = rng.normal(size=(4, 6))
    for rate in (0.3, 0.9):
        answer = student.dropout_forward(x, rate, twins(rng)[0], training=False)
        assert_agrees(answer, (x, np.ones_like(x)))


@pytest.mark.group("values")
def test_dropout_backward_multiplies_by_the_mask(student, rng):
    """The gradient passes where the number did, with the same factor."""
    dout, mask = rng.normal(size=(5, 6)), rng.integers(0, 2, size=(5, 6)) / 0.75
    assert_agrees(student.dropout_backward(dout, mask), dout * mask)


@pytest.mark.group("shapes")
@pytest.mark.parametrize(("shape", "rate"), [((50,), 0.6), ((1, 1, 1, 40), 0.25), ((3, 4), 0.0)])
def test_dropout_forward_of_other_shapes(student, rng, shape, rate):
    """One axis, one sample, and a rate of zero, which keeps everything."""
    x = rng.uniform(1.0, 2.0, size=shape)
    answer = student.dropout_forward(x, rate, twins(rng)[0])
    check_mask(answer, x, rate)
    assert np.any(answer[1] != 0), "everything is dropped"


@pytest.mark.group("hygiene")
def test_dropout_forward_keeps_the_dtype(student, rng):
    """float32 stays float32 and float64 stays float64, the mask too, in training and outside."""
    x = rng.normal(size=(3, 4))
    for dtype in (np.float32, np.float64):
        for training in (True, False):
            answer = student.dropout_forward(x.astype(dtype), 0.5, twins(rng)[0], training)
            for part in pair(answer, x.shape):
                assert part.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_dropout_forward_depends_on_its_generator_alone(student, rng):
    """Equal generators give equal answers, other ones others; the input stays as it is."""
    x = rng.normal(size=(8, 9))
    mine, theirs = twins(rng)
    first = pair(student.dropout_forward(x, 0.5, mine), x.shape)
    assert_repeatable(first, student.dropout_forward(x, 0.5, theirs))
    other = pair(student.dropout_forward(x, 0.5, twins(rng)[0]), x.shape)
    assert np.any(other[1] != first[1]), "another generator drops the same numbers"
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
@pytest.mark.parametrize("rate", [1.0, -0.1])
def test_dropout_forward_refuses_a_rate_out_of_range(student, rng, rate):
    """Dropping everything, or less than nothing, raises ValueError."""
    with pytest.raises(ValueError):
        student.dropout_forward(rng.normal(size=(2, 3)), rate, twins(rng)[0])
