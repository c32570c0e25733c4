"""Hidden checks of A6.8 `conv2d_backward`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

LARGE_IMAGES = np.sin(np.arange(2.0 * 12 * 13 * 3)).reshape(2, 12, 13, 3)
LARGE_KERNEL = np.cos(np.arange(3.0 * 3 * 3 * 8)).reshape(3, 3, 3, 8)
LARGE_GRADIENT = np.sin(np.arange(2.0 * 12 * 13 * 8)).reshape(2, 12, 13, 8)


def gradients(answer, *shapes):
    """Return the three arrays once it is certain that arithmetic with them is safe."""
    assert isinstance(answer, tuple), "the answer is not a tuple"
    assert len(answer) == len(shapes), "the answer is not the three arrays dx, dw, db"
    for part, shape in zip(answer, shapes, strict=True):
        assert isinstance(part, np.ndarray), "a gradient is not an array"
        assert part.dtype.kind == "f", "a gradient is not made of floats"
        assert part.shape == shape, "a gradient has another shape than what it belongs to"
        assert np.all(np.abs(part) < 1e6), "a gradient is not finite, or far too large"
    return answer


@pytest.mark.group("values")
@pytest.mark.parametrize(
    ("shape", "kernel_shape", "stride", "padding"),
    [
        ((2, 5, 6, 3), (3, 2, 3, 4), 1, 1),
        ((2, 5, 5, 3), (3, 3, 3, 3), (1, 2), (1, 2)),
        ((3, 7, 5, 2), (4, 3, 2, 1), (3, 2), "same"),
        ((2, 4, 3, 3), (1, 1, 3, 2), 1, "valid"),
    ],
)
def test_conv2d_backward_agrees_with_the_reference(
    student, reference, rng, shape, kernel_shape, stride, padding
):
    """All three gradients match the reference for every way to give stride and padding."""
    x, w = rng.normal(size=shape), rng.normal(size=kernel_shape)
    out = reference.conv2d_forward(x, w, stride=stride, padding=padding)
    dout = rng.normal(size=out.shape)
    expected = reference.conv2d_backward(dout, x, w, stride=stride, padding=padding)
    assert_agrees(student.conv2d_backward(dout, x, w, stride=stride, padding=padding), expected)


@pytest.mark.group("values")
def test_conv2d_backward_is_the_adjoint_of_the_forward_pass(student, reference, rng):
    """A small step in any direction changes the loss by its inner product with the gradient."""
    x, step_x = rng.normal(size=(2, 2, 5, 4, 3))
    w, step_w = rng.normal(size=(2, 3, 2, 3, 2))
    dout = rng.normal(size=(2, 5, 4, 2))
    answer = student.conv2d_backward(dout, x, w, padding="same")
    dx, dw, db = gradients(answer, x.shape, w.shape, (2,))
    change_x = np.sum(dout * reference.conv2d_forward(step_x, w, padding="same"))
    change_w = np.sum(dout * reference.conv2d_forward(x, step_w, padding="same"))
    steps = np.array([np.sum(dx * step_x), np.sum(dw * step_w)])
    assert_agrees(steps, np.array([change_x, change_w]))
    assert_agrees(db, np.sum(dout, axis=(0, 1, 2)))


@pytest.mark.group("shapes")
@pytest.mark.parametrize(
    ("shape", "kernel_shape", "stride", "padding"),
    [
        ((1, 5, 4, 1), (1, 1, 1, 2), (3, 2), "valid"),
        ((2, 3, 2, 3), (5, 4, 3, 1), 1, 1),
    ],
)
def test_conv2d_backward_of_extreme_shapes(
    student, reference, rng, shape, kernel_shape, stride, padding
):
    """One channel, one filter, a kernel of the image's size, pixels that no position sees."""
    x, w = rng.normal(size=shape), rng.normal(size=kernel_shape)
    out = reference.conv2d_forward(x, w, stride=stride, padding=padding)
    dout = rng.normal(size=out.shape)
    expected = reference.conv2d_backward(dout, x, w, stride=stride, padding=padding)
    assert_agrees(student.conv2d_backward(dout, x, w, stride=stride, padding=padding), expected)


@pytest.mark.group("hygiene")
def test_conv2d_backward_keeps_the_dtype(student, rng):
    """float32 gives three float32 arrays, and float64 three float64 arrays."""
    arguments = [rng.normal(size=shape) for shape in ((1, 3, 3, 2), (1, 4, 4, 2), (2, 2, 2, 2))]
    for dtype in (np.float32, np.float64):
        answer = student.conv2d_backward(*(a.astype(dtype) for a in arguments))
        assert isinstance(answer, tuple), "the answer is not a tuple"
        assert len(answer) == 3, "the answer is not the three arrays dx, dw, db"
        for part in answer:
            assert isinstance(part, np.ndarray), "a gradient is not an array"
            assert part.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_conv2d_backward_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    arguments = [rng.normal(size=shape) for shape in ((1, 3, 3, 2), (1, 3, 3, 2), (3, 3, 2, 2))]
    first = student.conv2d_backward(*arguments, padding=1)
    assert isinstance(first, tuple), "the answer is not a tuple"
    assert [type(part) for part in first] == [np.ndarray] * 3, "the answer is not three arrays"
    assert_repeatable(first, student.conv2d_backward(*arguments, padding=1))
    assert_inputs_unchanged(student)


@pytest.mark.group("speed")
def test_conv2d_backward_is_fast_on_a_batch(assert_fast):
    """The sums over batch, kernel, channels and filters are left to NumPy."""
    assert_fast("conv2d_backward", LARGE_GRADIENT, LARGE_IMAGES, LARGE_KERNEL, padding="same")
