"""Hidden checks of A7.7 `batch_norm`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


def arguments(rng, shape, spread=2.0):
    """Return x, gamma, beta, moving mean and moving variance for a batch of this shape."""
    channels = shape[-1]
    offsets = rng.uniform(-3.0, 3.0, size=channels)
    return (
        rng.normal(scale=spread, size=shape) + offsets,
        rng.uniform(0.5, 2.0, size=channels),
        rng.normal(size=channels),
        rng.uniform(4.0, 6.0, size=channels),
        rng.uniform(5.0, 9.0, size=channels),
    )


def triple(answer, x):
    """Return the three arrays once it is certain that arithmetic with them is safe."""
    assert isinstance(answer, tuple), "the answer is not a tuple"
    assert len(answer) == 3, "the answer is not (out, moving_mean, moving_var)"
    for part, shape in zip(answer, (x.shape, x.shape[-1:], x.shape[-1:]), strict=True):
        assert isinstance(part, np.ndarray), "a part of the answer is not an array"
        assert part.dtype.kind == "f", "a part of the answer is not made of floats"
        assert part.shape == shape, "a part of the answer has another shape"
        assert np.all(np.abs(part) < 1e9), "a part of the answer is not finite, or far too large"
    return answer


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(5, 5), (2, 3, 4, 5)])
def test_batch_norm_in_training_agrees_with_the_reference(student, reference, rng, shape):
    """The output is normalised with the batch's own mean and variance."""
    given = arguments(rng, shape)
    out, _, _ = triple(student.batch_norm(*given), given[0])
    assert_agrees(out, reference.batch_norm(*given)[0])


@pytest.mark.group("values")
@pytest.mark.parametrize(
    ("shape", "momentum"), [((6, 4), 0.99), ((2, 3, 3, 4), 0.6), ((5, 3), 0.0)]
)
def test_batch_norm_moves_the_mean(student, reference, rng, shape, momentum):
    """The moving mean keeps `momentum` of the past and takes the rest from the batch."""
    given = arguments(rng, shape)
    _, mean, _ = triple(student.batch_norm(*given, momentum=momentum), given[0])
    assert_agrees(mean, reference.batch_norm(*given, momentum=momentum)[1])


@pytest.mark.group("values")
def test_batch_norm_moves_the_variance(student, reference, rng):
    """The moving variance follows the batch's variance, which divides by the number of values."""
    given = arguments(rng, (2, 3, 3, 4))
    _, _, var = triple(student.batch_norm(*given, momentum=0.7), given[0])
    assert_agrees(var, reference.batch_norm(*given, momentum=0.7)[2])


@pytest.mark.group("values")
@pytest.mark.critical
@pytest.mark.parametrize("shape", [(6, 4), (2, 3, 4, 5)])
def test_batch_norm_outside_of_training_uses_the_moving_statistics(student, reference, rng, shape):
    """At test time the batch's own statistics do not matter, and nothing moves."""
    given = arguments(rng, shape)
    answer = student.batch_norm(*given, training=False, eps=0.0)
    assert_agrees(answer, reference.batch_norm(*given, training=False, eps=0.0))


@pytest.mark.group("values")
def test_batch_norm_outside_of_training_adds_eps(student, reference, rng):
    """Outside of training eps stands inside the root too."""
    given = arguments(rng, (4, 3))
    answer = student.batch_norm(*given, training=False, eps=0.1)
    assert_agrees(answer, reference.batch_norm(*given, training=False, eps=0.1))


@pytest.mark.group("values")
def test_batch_norm_makes_mean_beta_and_deviation_gamma(student, rng):
    """With a tiny eps each channel comes out with the mean beta and the variance gamma^2."""
    given = arguments(rng, (40, 3))
    out, _, _ = triple(student.batch_norm(*given, eps=1e-12), given[0])
    assert_agrees(np.mean(out, axis=0), given[2])
    assert_agrees(np.var(out, axis=0), given[1] ** 2)


@pytest.mark.group("shapes")
@pytest.mark.parametrize(
    ("shape", "training"), [((2, 1), False), ((7, 3, 2), True), ((1, 2, 2, 3), False)]
)
def test_batch_norm_of_other_shapes(student, reference, rng, shape, training):
    """One channel, three axes, one image."""
    given = arguments(rng, shape)
    answer = student.batch_norm(*given, training=training)
    assert_agrees(answer, reference.batch_norm(*given, training=training))


@pytest.mark.group("stability")
def test_batch_norm_of_channels_with_little_variance(student, reference, rng):
    """A channel that is the same everywhere comes out as beta: eps keeps the root above zero."""
    given = arguments(rng, (5, 3), spread=0.02)
    given[0][:, 1] = 4.0
    out, _, _ = triple(student.batch_norm(*given), given[0])
    assert_agrees(out, reference.batch_norm(*given)[0])


@pytest.mark.group("hygiene")
def test_batch_norm_keeps_the_dtype(student, rng):
    """float32 stays float32 and float64 stays float64, in training and outside of it."""
    given = arguments(rng, (4, 3))
    for dtype in (np.float32, np.float64):
        for training in (True, False):
            cast = [array.astype(dtype) for array in given]
            for part in triple(student.batch_norm(*cast, training=training), given[0]):
                assert part.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_batch_norm_has_no_side_effects(student, rng):
    """The moving statistics that were handed in stay as they are; new ones come back."""
    given = arguments(rng, (4, 3))
    first = triple(student.batch_norm(*given), given[0])
    assert_repeatable(first, student.batch_norm(*given))
    assert_inputs_unchanged(student)
