"""Hidden checks of A6.6 `apply_kernel` and `KERNELS`."""

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

SMOOTH = ("identity", "sharpen", "box_blur", "gaussian_blur")
EDGES = ("edge_diag", "edge4", "edge8")
DIRECTED = ("vertical_line", "horizontal_line", "vertical_edge", "horizontal_edge")


@pytest.mark.group("values")
@pytest.mark.points(3)
def test_kernels_are_complete_and_as_printed(student, reference):
    """`KERNELS` has the eleven names, each with the 3x3 numbers of the decks."""
    table = student.KERNELS
    assert isinstance(table, dict), "KERNELS is not a dict"
    for name, kernel in reference.KERNELS.items():
        found = table.get(name)
        assert isinstance(found, np.ndarray), f"KERNELS has no array called {name}"
        assert found.dtype.kind in "iuf", f"the numbers of {name} are no numbers"
        assert_agrees(found.astype(float), kernel)


@pytest.mark.group("values")
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(SMOOTH, id="smooth"),
        pytest.param(EDGES, id="edges", marks=pytest.mark.points(2)),
        pytest.param(DIRECTED, id="directed", marks=pytest.mark.points(4)),
    ],
)
def test_apply_kernel_agrees_with_the_reference(student, reference, rng, names):
    """The answer matches the reference at every pixel, up to the border."""
    image = rng.normal(scale=300.0, size=(4, 5))
    for name in names:
        expected = reference.apply_kernel(image, name)
        assert_agrees(student.apply_kernel(image, name), expected, axes="HW")


@pytest.mark.group("shapes")
def test_apply_kernel_filters_each_channel_on_its_own(student, rng):
    """A colour image keeps its shape and is filtered as its channels are, one by one."""
    image = rng.normal(scale=300.0, size=(3, 4, 2))
    image[1, 2] = 9000.0  # answers of both signs in each channel, whatever is drawn
    channels = [student.apply_kernel(image[..., c], "vertical_edge") for c in range(2)]
    for channel in channels:
        assert isinstance(channel, np.ndarray), "the answer is not an array"
        assert channel.shape == (3, 4), "the answer has another shape than the image"
        assert channel.any(), "the answer is 0 everywhere"
    colour = student.apply_kernel(image, "vertical_edge")
    assert_agrees(colour, np.stack(channels, axis=-1), axes="HWC")


@pytest.mark.group("stability")
def test_apply_kernel_of_pixels_goes_below_0_and_above_255(student, reference, rng):
    """The response to uint8 pixels is neither clipped nor wrapped around."""
    image = np.zeros((5, 6), dtype=np.uint8)
    image[1:-1, 1:-1] = rng.integers(200, 256, size=(3, 4))
    image[2, 2] = 0
    expected = reference.apply_kernel(image, "edge8")
    assert_agrees(student.apply_kernel(image, "edge8"), expected, axes="HW")


@pytest.mark.group("hygiene")
def test_apply_kernel_keeps_float32(student, rng):
    """A float32 image gives float32, and a float64 image float64."""
    for dtype in (np.float32, np.float64):
        answer = student.apply_kernel(rng.normal(size=(3, 3)).astype(dtype), "gaussian_blur")
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        assert answer.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_apply_kernel_has_no_side_effects(student, rng):
    """The image is not modified, and the same call gives the same answer again."""
    image = rng.normal(size=(3, 4))
    first = student.apply_kernel(image, "edge8")
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.apply_kernel(image, "edge8"))
    assert_inputs_unchanged(student)
