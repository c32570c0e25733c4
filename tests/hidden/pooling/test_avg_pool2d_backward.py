"""Hidden checks of A7.4 `avg_pool2d_backward`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

LARGE_GRADIENT = np.cos(np.arange(4.0 * 15 * 14 * 8)).reshape(4, 15, 14, 8)


@pytest.mark.group("values")
@pytest.mark.parametrize(
    ("shape", "out", "pool", "stride"),
    [
        ((2, 4, 6, 3), (2, 2, 3, 3), (2, 2), None),
        ((2, 5, 5, 2), (2, 3, 3, 2), (3, 3), 1),
        ((3, 8, 7, 2), (3, 3, 3, 2), 3, 2),
        ((2, 7, 9, 1), (2, 6, 4, 1), (2, 3), (1, 2)),
    ],
)
def test_avg_pool2d_backward_agrees_with_the_reference(
    student, reference, rng, shape, out, pool, stride
):
    """Each pixel gets its share, and overlapping windows add theirs up."""
    dout = rng.uniform(1.0, 2.0, size=out)
    expected = reference.avg_pool2d_backward(dout, shape, pool, stride)
    assert_agrees(student.avg_pool2d_backward(dout, shape, pool, stride), expected, axes="NHWC")


@pytest.mark.group("values")
def test_avg_pool2d_backward_is_the_adjoint_of_the_forward_pass(student, reference, rng):
    """The inner product of the means with dout is that of the images with the gradient."""
    x, dout = rng.normal(size=(2, 7, 6, 3)), rng.normal(size=(2, 3, 2, 3))
    answer = student.avg_pool2d_backward(dout, x.shape, (3, 3), 2)
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.shape == x.shape, "the gradient has another shape than x"
    forward = np.sum(reference.avg_pool2d(x, (3, 3), 2) * dout, axis=(1, 2))
    assert_agrees(np.sum(x * answer, axis=(1, 2)), forward, axes="NC")


@pytest.mark.group("values")
def test_avg_pool2d_backward_keeps_the_sum_of_the_gradient(student, rng):
    """Nothing of the gradient is lost and nothing added, whatever the overlap."""
    dout = rng.uniform(1.0, 2.0, size=(2, 5, 4, 2))
    answer = student.avg_pool2d_backward(dout, (2, 6, 6, 2), (2, 3), 1)
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.shape == (2, 6, 6, 2), "the gradient has another shape than x"
    assert_agrees(np.sum(answer, axis=(1, 2)), np.sum(dout, axis=(1, 2)), axes="NC")


@pytest.mark.group("shapes")
@pytest.mark.parametrize(
    ("shape", "out", "pool", "stride"),
    [
        ((1, 3, 4, 1), (1, 1, 3, 1), (3, 2), 1),
        ((2, 3, 5, 2), (2, 3, 5, 2), (1, 1), None),
        ((1, 6, 7, 2), (1, 2, 2, 2), (1, 2), (4, 3)),
    ],
)
def test_avg_pool2d_backward_of_extreme_shapes(student, reference, rng, shape, out, pool, stride):
    """A window as high as the image, of one pixel, and pixels that no window sees."""
    dout = rng.normal(size=out)
    expected = reference.avg_pool2d_backward(dout, shape, pool, stride)
    assert_agrees(student.avg_pool2d_backward(dout, shape, pool, stride), expected, axes="NHWC")


@pytest.mark.group("hygiene")
def test_avg_pool2d_backward_keeps_the_dtype(student, rng):
    """float32 stays float32, and float64 stays float64."""
    dout = rng.normal(size=(1, 2, 2, 2))
    for dtype in (np.float32, np.float64):
        answer = student.avg_pool2d_backward(dout.astype(dtype), (1, 4, 4, 2))
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        assert answer.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_avg_pool2d_backward_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    dout = rng.normal(size=(1, 2, 2, 2))
    first = student.avg_pool2d_backward(dout, (1, 4, 4, 2))
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.avg_pool2d_backward(dout, (1, 4, 4, 2)))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_avg_pool2d_backward_is_fast_on_a_batch(assert_fast):
    """Windows are not visited one by one."""
    assert_fast("avg_pool2d_backward", LARGE_GRADIENT, (4, 32, 30, 8), (3, 3), 2)
