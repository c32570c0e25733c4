"""Hidden checks of A6.1 `conv_output_size`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees


def is_number(answer, expected):
    """Tell whether the answer is that number, be it an int or a float."""
    kinds = (int, float, np.number, np.ndarray)
    return isinstance(answer, kinds) and np.ndim(answer) == 0 and bool(answer == expected)


def image_size(rng, k, stride, rest, pad):
    """Draw an image size for which `stride` leaves `rest`; return it with the output size."""
    steps = int(rng.integers(3, 9))
    return steps * stride + rest + k - 2 * pad, steps + 1


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_conv_output_size_with_a_rest_rounds_down(student, rng):
    """An incomplete last position is not counted."""
    for k, stride, rest in ((3, 3, 2), (2, 5, 4)):
        n, expected = image_size(rng, k, stride, rest, pad=0)
        assert is_number(student.conv_output_size(n, k, stride), expected), "not rounded down"


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_conv_output_size_with_padding_and_a_rest_rounds_down(student, rng):
    """An incomplete last position is not counted in a padded image either."""
    for k, stride, rest, pad in ((9, 3, 2, 3), (9, 4, 3, 4)):
        n, expected = image_size(rng, k, stride, rest, pad)
        answer = student.conv_output_size(n, k, stride, padding=pad)
        assert is_number(answer, expected), "not the number of complete positions"


@pytest.mark.group("values")
@pytest.mark.points(3)
def test_conv_output_size_with_padding_counts_both_sides(student, rng):
    """Padding is added on both sides; without a stride the step is 1."""
    for k, step, pad in ((5, {}, 2), (3, {"stride": 2}, 1)):
        n, expected = image_size(rng, k, step.get("stride", 1), rest=0, pad=pad)
        answer = student.conv_output_size(n, k, **step, padding=pad)
        assert is_number(answer, expected), "is the padding counted on both sides?"


@pytest.mark.group("values")
def test_conv_output_size_same_does_not_depend_on_the_kernel(student, rng):
    """With "same" there are ceil(n / stride) positions, even for a kernel larger than the image."""
    steps = int(rng.integers(3, 9))
    for n, k, stride, expected in ((4 * steps + 1, 3, 4, steps + 1), (3, 5, 2, 2), (6, 2, 3, 2)):
        answer = student.conv_output_size(n, k, stride, "same")
        assert is_number(answer, expected), "not ceil(n / stride)"


@pytest.mark.group("shapes")
def test_conv_output_size_at_the_largest_kernel(student, rng):
    """A kernel that just fits has one position, and one that is a pixel larger is refused."""
    n, pad = int(rng.integers(2, 6)), 2
    for stride in (1, 3):
        assert_agrees(student.conv_output_size(n, n + 2 * pad, stride, pad), 1)
        with pytest.raises(ValueError):
            student.conv_output_size(n, n + 2 * pad + 1, stride, pad)


@pytest.mark.group("shapes")
def test_conv_output_size_is_the_shape_of_a_convolution(student, reference, rng):
    """The sizes are the shape that `conv2d_forward` returns."""
    height, _ = image_size(rng, 4, 3, rest=1, pad=2)
    width, _ = image_size(rng, 2, 3, rest=1, pad=2)
    out = reference.conv2d_forward(
        np.zeros((1, height, width, 1)), np.zeros((4, 2, 1, 1)), stride=3, padding=2
    )
    assert_agrees(student.conv_output_size(height, 4, 3, 2), out.shape[1])
    assert_agrees(student.conv_output_size(width, 2, 3, 2), out.shape[2])


@pytest.mark.group("hygiene")
def test_conv_output_size_refuses_a_kernel_that_is_too_large(student):
    """A kernel larger than the padded image raises ValueError, whatever the stride."""
    for n, k, stride in ((2, 3, 2), (4, 6, 5), (1, 2, 1)):
        with pytest.raises(ValueError):
            student.conv_output_size(n, k, stride)


@pytest.mark.group("hygiene")
def test_conv_output_size_strict_refuses_only_a_rest(student, rng):
    """With `strict` a rest raises ValueError, and a stride that fits gives an int as ever."""
    n, expected = image_size(rng, 3, 4, rest=0, pad=0)
    assert_agrees(student.conv_output_size(n, 3, 4, strict=True), expected)
    with pytest.raises(ValueError):
        student.conv_output_size(n + 1, 3, 4, strict=True)
