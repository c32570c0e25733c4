"""Hidden checks of A7.3 `max_pool2d_backward`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_repeatable,
    centred_difference,
)

LARGE_IMAGES = np.sin(np.arange(4.0 * 32 * 30 * 8)).reshape(4, 32, 30, 8)
LARGE_GRADIENT = np.cos(np.arange(4.0 * 15 * 14 * 8)).reshape(4, 15, 14, 8)


def without_ties(rng, shape):
    """Return numbers that differ by 0.01 and more, in random order: no kink is near."""
    return (rng.permutation(np.prod(shape)).reshape(shape) + rng.uniform(0.0, 0.5, shape)) / 50.0


@pytest.mark.group("values")
@pytest.mark.parametrize(
    ("shape", "pool", "stride"),
    [
        ((2, 4, 6, 3), (2, 2), None),
        ((2, 5, 5, 2), (3, 3), 1),
        ((3, 8, 7, 2), 3, 2),
        ((2, 9, 6, 2), (3, 2), None),
        ((2, 7, 9, 1), (2, 3), (1, 2)),
    ],
)
def test_max_pool2d_backward_agrees_with_the_reference(
    student, reference, rng, shape, pool, stride
):
    """Maxima get the gradient, and overlapping windows add theirs up."""
    x = without_ties(rng, shape)
    dout = rng.uniform(1.0, 2.0, size=reference.max_pool2d(x, pool, stride).shape)
    expected = reference.max_pool2d_backward(dout, x, pool, stride)
    assert_agrees(student.max_pool2d_backward(dout, x, pool, stride), expected, axes="NHWC")


@pytest.mark.group("values")
def test_max_pool2d_backward_is_the_slope_of_the_forward_pass(student, reference, rng):
    """The gradient is the difference quotient of the loss, pixel by pixel."""
    x = without_ties(rng, (1, 4, 5, 2))
    dout = rng.normal(size=(1, 3, 4, 2))

    def loss(point):
        return float(np.sum(dout * reference.max_pool2d(point, (2, 2), 1)))

    expected = centred_difference(loss, x)
    answer = student.max_pool2d_backward(dout, x, (2, 2), 1)
    assert_agrees(answer, expected, axes="NHWC", rtol=1e-6, atol=1e-7)


@pytest.mark.group("values")
def test_max_pool2d_backward_keeps_the_sum_of_the_gradient(student, rng):
    """Nothing of the gradient is lost and nothing added, whatever the overlap and the ties."""
    x, dout = (
        rng.integers(0, 3, size=(2, 6, 6, 2)).astype(float),
        rng.uniform(1.0, 2.0, size=(2, 5, 5, 2)),
    )
    answer = student.max_pool2d_backward(dout, x, (2, 2), 1)
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.shape == x.shape, "the gradient has another shape than x"
    assert_agrees(np.sum(answer, axis=(1, 2)), np.sum(dout, axis=(1, 2)), axes="NC")


@pytest.mark.group("shapes")
@pytest.mark.parametrize(
    ("shape", "pool", "stride"),
    [
        ((1, 3, 4, 1), (3, 4), None),
        ((2, 3, 5, 2), (1, 1), None),
        ((1, 6, 7, 2), (1, 2), (4, 3)),
    ],
)
def test_max_pool2d_backward_of_extreme_shapes(student, reference, rng, shape, pool, stride):
    """A window as large as the image, of one pixel, and pixels that no window sees."""
    x = without_ties(rng, shape)
    dout = rng.normal(size=reference.max_pool2d(x, pool, stride).shape)
    expected = reference.max_pool2d_backward(dout, x, pool, stride)
    assert_agrees(student.max_pool2d_backward(dout, x, pool, stride), expected, axes="NHWC")


@pytest.mark.group("shapes")
def test_max_pool2d_backward_of_an_even_image(student, rng):
    """Where all pixels are equal, the first one of each window gets the gradient."""
    dout, expected = rng.uniform(1.0, 2.0, size=(1, 2, 3, 1)), np.zeros((1, 4, 6, 1))
    expected[:, ::2, ::2] = dout
    answer = student.max_pool2d_backward(dout, np.ones((1, 4, 6, 1)))
    assert_agrees(answer, expected, axes="NHWC")


@pytest.mark.group("stability")
@pytest.mark.parametrize("stride", [None, 1])
def test_max_pool2d_backward_gives_a_tie_to_the_first_maximum(student, reference, rng, stride):
    """Of equal maxima the first one, in rows and then columns, gets all of the gradient."""
    x = rng.integers(0, 2, size=(2, 4, 6, 2)).astype(float)
    x[0, :2, :2, 0] = [[1.0, 2.0], [2.0, 2.0]]
    dout = rng.uniform(1.0, 2.0, size=reference.max_pool2d(x, (2, 2), stride).shape)
    expected = reference.max_pool2d_backward(dout, x, (2, 2), stride)
    assert_agrees(student.max_pool2d_backward(dout, x, (2, 2), stride), expected, axes="NHWC")


@pytest.mark.group("hygiene")
def test_max_pool2d_backward_keeps_the_dtype(student, rng):
    """float32 stays float32, and float64 stays float64."""
    x, dout = without_ties(rng, (1, 4, 4, 2)), rng.normal(size=(1, 2, 2, 2))
    for dtype in (np.float32, np.float64):
        answer = student.max_pool2d_backward(dout.astype(dtype), x.astype(dtype))
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        assert answer.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_max_pool2d_backward_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    x, dout = without_ties(rng, (1, 4, 4, 2)), rng.normal(size=(1, 2, 2, 2))
    first = student.max_pool2d_backward(dout, x)
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.max_pool2d_backward(dout, x))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_max_pool2d_backward_is_fast_on_a_batch(assert_fast):
    """Windows are not visited one by one."""
    assert_fast("max_pool2d_backward", LARGE_GRADIENT, LARGE_IMAGES, (3, 3), 2)
