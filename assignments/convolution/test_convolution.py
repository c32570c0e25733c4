"""Public tests of `convolution`: the lectures' worked examples. Run: pytest test_convolution.py.

W.. names a worked example of the decks, E.. an erratum: where a deck misprints a number, the test
has the corrected one.
"""

from functools import partial

import convolution
import numpy as np
import pytest

try:
    from autograder.suite import assert_agrees  # explains a mismatch
except ImportError:  # stock tools only
    from numpy.testing import assert_allclose

    assert_agrees = partial(assert_allclose, strict=True)

EDGE = [[1, 0, -1], [1, 0, -1], [1, 0, -1]]
PADDED_IMAGE = [  # deck 000 L623-630, without its frame of zeros
    [3, 3, 4, 4, 7, 0],
    [9, 7, 6, 5, 8, 2],
    [6, 5, 5, 6, 9, 2],
    [7, 1, 3, 2, 7, 8],
    [0, 3, 7, 1, 8, 3],
    [4, 0, 4, 3, 2, 2],
]
RED = [  # deck 003 L268-296, without the frames of zeros
    [156, 155, 156, 158, 158],
    [153, 154, 157, 159, 159],
    [149, 151, 155, 158, 159],
    [146, 146, 149, 153, 158],
    [145, 143, 143, 148, 158],
]
GREEN = [
    [167, 166, 167, 169, 169],
    [164, 165, 168, 170, 170],
    [160, 162, 166, 169, 170],
    [156, 156, 159, 163, 168],
    [155, 153, 153, 158, 168],
]
BLUE = [
    [163, 162, 163, 165, 165],
    [160, 161, 164, 166, 166],
    [156, 158, 162, 165, 166],
    [155, 155, 158, 162, 167],
    [154, 152, 152, 157, 167],
]


@pytest.mark.question("A6.1")
def test_output_size_of_unpadded_images():
    """W13, W14, W25-W27: 32 and 5 give 28, with stride 3 10; 7 and 3 give 5, 3, 2 (E29)."""
    for n, k, stride, size in ((32, 5, 1, 28), (32, 5, 3, 10), (7, 3, 1, 5), (7, 3, 2, 3)):
        assert_agrees(convolution.conv_output_size(n, k, stride), size, rtol=0)
    assert_agrees(convolution.conv_output_size(7, 3, 3), 2, rtol=0)


@pytest.mark.question("A6.1")
def test_output_size_with_padding_on_both_sides():
    """W16, W28: 32 and 5 with padding 2 give 32; W18: 6 and 3 with padding 1 give 6 (E17)."""
    assert_agrees(convolution.conv_output_size(32, 5, 1, padding=2), 32, rtol=0)
    assert_agrees(convolution.conv_output_size(6, 3, 1, padding=1), 6, rtol=0)
    assert_agrees(convolution.conv_output_size(7, 3, 2, padding="same"), 4, rtol=0)


@pytest.mark.question("A6.1")
def test_output_size_strict_refuses_a_rest():
    """W27: (7 - 3) / 3 + 1 = 2.33 is "NOT possible" (deck 003 L575, E29)."""
    with pytest.raises(ValueError):
        convolution.conv_output_size(7, 3, 3, strict=True)


@pytest.mark.question("A6.2")
def test_pad2d_puts_zeros_on_every_side():
    """A 5x5 image with a frame of zeros is 7x7, not 6x6 (deck 003 L373, E26)."""
    image = np.arange(1.0, 26.0).reshape(1, 5, 5, 1)
    expected = np.zeros((1, 7, 7, 1))
    expected[:, 1:6, 1:6] = image
    assert_agrees(convolution.pad2d(image, 1), expected, rtol=1e-12)


@pytest.mark.question("A6.2")
def test_pad2d_with_ones_and_by_repeating_the_edge():
    """One padding adds pixels of value 1, replicate padding the edge's (deck 000 L657-658)."""
    image = np.array([3.0, 9.0]).reshape(1, 1, 2, 1)
    ones = np.array([[1.0, 1, 1, 1], [1, 3, 9, 1], [1, 1, 1, 1]]).reshape(1, 3, 4, 1)
    edges = np.array([[3.0, 3, 9, 9]] * 3).reshape(1, 3, 4, 1)
    assert_agrees(convolution.pad2d(image, 1, mode="one"), ones, rtol=1e-12)
    assert_agrees(convolution.pad2d(image, 1, mode="replicate"), edges, rtol=1e-12)


@pytest.mark.question("A6.3")
def test_correlate2d_with_a_row_kernel():
    """W07: [-1 0 1] on a 3x3 image gives -2, 2, 0 (deck 000 L715)."""
    image = np.array([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0], [1.0, 1.0, 1.0]])
    answer = convolution.correlate2d(image, np.array([[-1.0, 0.0, 1.0]]))
    assert_agrees(answer, np.array([[-2.0], [2.0], [0.0]]), rtol=1e-12)


@pytest.mark.question("A6.3")
def test_correlate2d_with_the_x_kernel():
    """W15: the binary 5x5 image (its caption says 7x7, E12) gives 4 3 4, 2 4 3, 2 3 4."""
    image = np.array(
        [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    )
    kernel = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    expected = np.array([[4.0, 3.0, 4.0], [2.0, 4.0, 3.0], [2.0, 3.0, 4.0]])
    assert_agrees(convolution.correlate2d(image, kernel), expected, rtol=1e-12)


@pytest.mark.question("A6.3")
def test_correlate2d_finds_a_vertical_edge():
    """W24: a step from 10 to 0 answers with 0 30 30 0 in each row (deck 003 L447-467)."""
    image = np.repeat([[10.0, 10.0, 10.0, 0.0, 0.0, 0.0]], 6, axis=0)
    answer = convolution.correlate2d(image, np.array(EDGE, dtype=float))
    assert_agrees(answer, np.repeat([[0.0, 30.0, 30.0, 0.0]], 4, axis=0), rtol=1e-12)


@pytest.mark.question("A6.4")
def test_conv2d_forward_of_a_zero_padded_image():
    """W08: the first row is -10 2 1 ..., the second -15 3 0 ... (deck 000 L642-643, E02)."""
    x = np.array(PADDED_IMAGE, dtype=float)[None, :, :, None]
    w = np.array(EDGE, dtype=float)[:, :, None, None]
    expected = [
        [-10.0, 2.0, 1.0, -5.0, 7.0, 15.0],
        [-15.0, 3.0, 0.0, -9.0, 11.0, 24.0],
        [-13.0, 8.0, 0.0, -10.0, 1.0, 24.0],
        [-9.0, -2.0, 0.0, -9.0, -4.0, 24.0],
        [-4.0, -3.0, -2.0, -3.0, -7.0, 17.0],
        [-3.0, -7.0, -1.0, 1.0, -1.0, 10.0],
    ]
    answer = convolution.conv2d_forward(x, w, padding=1)
    assert_agrees(answer, np.array(expected)[None, :, :, None], rtol=1e-12)


@pytest.mark.question("A6.4")
def test_conv2d_forward_sums_the_channels_and_adds_the_bias():
    """W22: 308 - 498 + 164 + 1 = -25 in the corner (deck 003 L306 prints 380, E25)."""
    image = np.stack([RED, GREEN, BLUE], axis=-1).astype(float)
    x = np.pad(image, ((1, 0), (1, 0), (0, 0)))[None]
    kernels = [
        [[-1, -1, 1], [0, 1, -1], [0, 1, 1]],
        [[1, 0, 0], [1, -1, -1], [1, 0, -1]],
        [[0, 1, 1], [0, 1, 0], [1, -1, 1]],
    ]
    w = np.stack(kernels, axis=-1).astype(float)[..., None]
    expected = [
        [-25.0, 466.0, 466.0, 475.0],
        [295.0, 787.0, 798.0, 812.0],
        [291.0, 776.0, 784.0, 800.0],
        [293.0, 771.0, 773.0, 782.0],
    ]
    answer = convolution.conv2d_forward(x, w, b=np.array([1.0]))
    assert_agrees(answer, np.array(expected)[None, :, :, None], rtol=1e-12)


@pytest.mark.question("A6.5")
def test_conv_param_count_of_the_lecture():
    """W12, W29: ten filters of 5x5x3 = 75 weights and a bias have 760; W40: 64 * 32 + 32."""
    assert_agrees(convolution.conv_param_count(5, 5, 3, 10), 760, rtol=0)
    assert_agrees(convolution.conv_param_count(3, 3, 1, 28), 280, rtol=0)
    assert_agrees(convolution.conv_param_count(1, 1, 64, 32), 2080, rtol=0)


@pytest.mark.question("A6.5")
def test_dense_equivalent_counts_an_output_of_the_same_size():
    """W11, W30: 3072 * 10 is ten neurons only; 32x32x10 outputs need 31,467,520 (E30)."""
    assert_agrees(convolution.dense_equivalent(32, 32, 3, 1, 1, 10), 30730, rtol=0)
    assert_agrees(convolution.dense_equivalent(32, 32, 3, 32, 32, 10), 31467520, rtol=0)


@pytest.mark.question("A6.6")
def test_kernels_are_the_ones_of_the_decks():
    """W09 and deck 002 L316-323: sharpen, box blur and Gaussian blur as printed."""
    table = convolution.KERNELS
    assert isinstance(table, dict)
    sharpen = np.array([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]])
    gaussian = np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]) / 16
    for name, kernel in (
        ("sharpen", sharpen),
        ("box_blur", np.ones((3, 3)) / 9),
        ("gaussian_blur", gaussian),
    ):
        found = table.get(name)
        assert isinstance(found, np.ndarray), f"KERNELS has no array called {name}"
        assert found.dtype.kind in "iuf", f"the numbers of {name} are no numbers"
        assert_agrees(found.astype(float), kernel, rtol=1e-12)


@pytest.mark.question("A6.6")
def test_apply_kernel_answers_at_an_edge():
    """W24, E16: the vertical edge detector answers 0 30 30 0 to a step from 10 to 0."""
    image = np.repeat([[10.0, 10.0, 0.0, 0.0]], 3, axis=0)
    expected = np.repeat([[0.0, 30.0, 30.0, 0.0]], 3, axis=0)
    assert_agrees(convolution.apply_kernel(image, "vertical_edge"), expected, rtol=1e-12)


@pytest.mark.question("A6.7")
def test_conv1x1_is_an_inner_product_at_every_pixel():
    """W40: each output channel is the inner product of two vectors (deck 003 L638-648)."""
    x = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 2, 2)
    w = np.array([[1.0, 0.0, 3.0], [0.0, 1.0, 4.0]])
    expected = np.array([[1.0, 2.0, 12.0], [3.0, 4.0, 26.0]]).reshape(1, 1, 2, 3)
    assert_agrees(convolution.conv1x1(x, w, np.array([0.0, 0.0, 1.0])), expected, rtol=1e-12)


@pytest.mark.question("A6.8")
def test_conv2d_backward_adds_up_a_shared_weight():
    """Each weight's gradient is a sum over all its positions (deck 002 L569-602, E22)."""
    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])[None, :, :, None]
    w = np.array([[1.0, 10.0]])[:, :, None, None]
    dout = np.array([[1.0, 2.0], [3.0, 4.0]])[None, :, :, None]
    answer = convolution.conv2d_backward(dout, x, w)
    assert isinstance(answer, tuple)
    assert len(answer) == 3
    dx, dw, db = answer
    expected = np.array([[1.0, 12.0, 20.0], [3.0, 34.0, 40.0]])
    assert_agrees(dx, expected[None, :, :, None], rtol=1e-12)
    assert_agrees(dw, np.array([[37.0, 47.0]])[:, :, None, None], rtol=1e-12)
    assert_agrees(db, np.array([10.0]), rtol=1e-12)
