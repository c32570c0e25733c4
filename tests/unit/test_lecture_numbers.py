"""Every worked number of the lectures, W01 to W40, computed with the reference solutions.

Where a deck is wrong the right number stands here, with the erratum's id; see docs/errata.md.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

VERTICAL_EDGE = np.array([[1, 0, -1]] * 3)
# Deck 002 L52: the image on which the edge detector is shown.
IMAGE_002 = np.array(
    [
        [3, 0, 1, 2, 7, 4],
        [1, 5, 8, 9, 3, 1],
        [2, 7, 2, 5, 1, 3],
        [0, 1, 3, 1, 7, 8],
        [4, 2, 1, 6, 2, 8],
        [2, 4, 5, 2, 3, 9],
    ]
)
# Deck 000 L623: the image on which padding is shown.
IMAGE_000 = np.array(
    [
        [3, 3, 4, 4, 7, 0],
        [9, 7, 6, 5, 8, 2],
        [6, 5, 5, 6, 9, 2],
        [7, 1, 3, 2, 7, 8],
        [0, 3, 7, 1, 8, 3],
        [4, 0, 4, 3, 2, 2],
    ]
)
# Deck 003 L381: the image on which pooling is shown.
IMAGE_003 = np.array(
    [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
)


@pytest.fixture
def forward(solution):
    return solution("forward_pass")


@pytest.fixture
def loss(solution):
    return solution("loss")


@pytest.fixture
def backprop(solution):
    return solution("backprop")


@pytest.fixture
def sgd(solution):
    return solution("sgd_update")


@pytest.fixture
def conv(solution):
    return solution("convolution")


@pytest.fixture
def pooling(solution):
    return solution("pooling")


X_000 = np.array([[2.0, 3.0], [2.0, 4.0], [1.0, 4.0], [9.0, 4.0]])
W_000 = np.array([[0.3, 0.2, 0.2], [0.1, 0.4, 0.5]])
B_000 = np.array([0.5, 0.5, 0.5])


def test_w01_feedforward_net_inputs(forward):
    """W01: the hidden net inputs of deck 000 L208."""
    expected = [[1.4, 2.1, 2.4], [1.5, 2.5, 2.9], [1.2, 2.3, 2.7], [3.6, 3.9, 4.3]]
    assert_allclose(forward.dense_forward(X_000, W_000, B_000), expected)
    folded = forward.add_bias_column(X_000) @ forward.fold_bias(W_000, B_000)
    assert_allclose(folded, expected)


def test_w02_feedforward_outputs(forward):
    """W02: the four outputs of deck 000 L208; the output unit is a sigmoid (E05)."""
    params = [(W_000, B_000), (np.full((3, 1), 0.2), np.array([0.5]))]
    out, _ = forward.mlp_forward(X_000, params, ["sigmoid", "sigmoid"])
    # The deck cuts its digits: 0.7384, 0.7355 and 0.7480 stand there as 0.738, 0.736 and 0.748.
    assert_allclose(out.ravel(), [0.735, 0.738, 0.736, 0.748], atol=6e-4)


def test_w03_w04_w05_prediction_loss_and_gradient(backprop):
    """W03, W04, W05: 0.9 and 9.61 (deck 000 L284-307); the gradient is -12.4, -6.2 (E01)."""
    assert_allclose(backprop.linear_mse_step(2.0, 4.0, 0.2, 0.5), (0.9, 9.61, -12.4, -6.2))


def test_w06_update(sgd):
    """W06: w = 1.44, b = 1.12 after a step of 0.1 (deck 000 L346, E01)."""
    new = sgd.sgd_step(
        [np.array([0.2]), np.array([0.5])], [np.array([-12.4]), np.array([-6.2])], 0.1
    )
    assert_allclose(np.concatenate(new), [1.44, 1.12])


def test_w07_row_kernel(conv):
    """W07: -2, 2, 0 is a correlation (deck 000 L715, E28)."""
    image = np.array([[3, 2, 1], [1, 2, 3], [1, 1, 1]])
    assert_allclose(conv.correlate2d(image, np.array([[-1, 0, 1]])).ravel(), [-2, 2, 0])


def test_w08_padded_convolution(conv):
    """W08: rows 0 and 1 of the padded convolution, with 2 and -15 (deck 000 L642, E02)."""
    answer = conv.conv2d_forward(
        IMAGE_000[None, :, :, None].astype(float),
        VERTICAL_EDGE[:, :, None, None].astype(float),
        padding=1,
    )[0, :, :, 0]
    assert_allclose(answer[0], [-10, 2, 1, -5, 7, 15])
    assert_allclose(answer[1], [-15, 3, 0, -9, 11, 24])
    assert_allclose(answer[2:4, 0], [-13, -9])


def test_w09_line_detectors(conv):
    """W09: the line detectors of deck 000 L538-556 and the 8-neighbour kernel sum to 0."""
    for name in ("vertical_line", "horizontal_line", "edge8"):
        assert conv.KERNELS[name].sum() == 0


def test_w10_parameters_of_a_small_network(forward):
    """W10: 13-8-1 has 121 parameters, with a further layer of 10 213 (deck 000 L472)."""
    assert forward.count_params([13, 8, 1]) == 121
    assert forward.count_params([13, 8, 10, 1]) == 213


@pytest.mark.parametrize(
    ("worked", "shape", "count"),
    [("W11", (32, 32, 3), 3072), ("W11", (200, 200, 3), 120_000), ("W12", (5, 5, 3), 75)],
)
def test_w11_w12_weights_of_one_neuron(worked, shape, count, conv):
    """W11, W12: the weights of a neuron that sees a whole image or a window (deck 001 L389)."""
    assert conv.conv_param_count(*shape, 1, bias=False) == count, worked


@pytest.mark.parametrize(
    ("worked", "arguments", "size"),
    [
        ("W13", (32, 5), 28),
        ("W14", (32, 5, 3), 10),
        ("W16", (32, 5, 1, 2), 32),
        ("W18", (6, 3), 4),
        ("W18", (6, 3, 1, 1), 6),
        ("W25", (32, 5), 28),
        ("W26", (7, 3, 2), 3),
        ("W27", (7, 3, 1), 5),
        ("W27", (7, 3, 2), 3),
        ("W27", (7, 3, 3), 2),
        ("W28", (32, 5, 1, 2), 32),
    ],
)
def test_w13_to_w28_output_sizes(worked, arguments, size, conv):
    """W13, W14, W16, W18, W25, W26, W27, W28: sizes of outputs (decks 001 to 003)."""
    assert conv.conv_output_size(*arguments) == size, worked


def test_w27_stride_that_does_not_fit(conv):
    """W27: (7 - 3) / 3 + 1 is 2.33: rounded down, and refused where asked for (E29)."""
    with pytest.raises(ValueError, match=r"."):
        conv.conv_output_size(7, 3, 3, strict=True)


def test_w15_binary_image(conv):
    """W15: the X kernel on the 5x5 image of deck 001 L478 (E12)."""
    image = np.array(
        [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
    )
    kernel = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])
    assert_allclose(conv.correlate2d(image, kernel), [[4, 3, 4], [2, 4, 3], [2, 3, 4]])


def test_w16_padded_shape(conv):
    """W16: padding of 2 makes 36x36x3, three filters of 5x5 give 32x32x3 (deck 001 L524)."""
    x = np.zeros((1, 32, 32, 3))
    assert conv.pad2d(x, 2).shape == (1, 36, 36, 3)
    assert conv.conv2d_forward(x, np.zeros((5, 5, 3, 3)), padding=2).shape == (1, 32, 32, 3)


def test_w17_edge_detector(conv):
    """W17: the vertical and the horizontal edge detector on the image of deck 002 L52."""
    vertical = [[-5, -4, 0, 8], [-10, -2, 2, 3], [0, -2, -4, -7], [-3, -2, -3, -16]]
    horizontal = [[-7, -11, 2, 4], [10, 17, 9, -3], [4, 5, -1, -7], [-7, -6, 1, 2]]
    assert_allclose(conv.correlate2d(IMAGE_002, VERTICAL_EDGE), vertical)
    assert_allclose(conv.correlate2d(IMAGE_002, VERTICAL_EDGE.T), horizontal)


def test_w19_pooling_by_two(pooling):
    """W19: averages 3.75, 1.25, 4, 2 with stride 2 (deck 002 L273, E18), maxima 9, 2, 6, 3."""
    image = np.array([[1, 3, 2, 1], [2, 9, 1, 1], [1, 4, 2, 3], [5, 6, 1, 2]], dtype=float)
    x = image[None, :, :, None]
    assert_allclose(pooling.avg_pool2d(x)[0, :, :, 0], [[3.75, 1.25], [4, 2]])
    assert_allclose(pooling.max_pool2d(x)[0, :, :, 0], [[9, 2], [6, 3]])


def test_w20_parameters_of_the_digits_network(conv, forward):
    """W20: the network of deck 002 L464 has 607,394 parameters: 28 filters, then dense layers."""
    side = conv.conv_output_size(conv.conv_output_size(28, 3), 2, 2)
    convolution = conv.conv_param_count(3, 3, 1, 28)
    assert convolution + forward.count_params([side * side * 28, 128, 10]) == 607_394


def test_w21_parameters_of_the_binary_network(conv, forward):
    """W21: the re-ordered network of deck 002 L496 has 454,977 parameters (E20)."""
    side, channels, count = 150, 3, 0
    for filters, pool in ((32, 2), (64, 2), (128, 3), (128, 2), (128, 2)):
        count += conv.conv_param_count(3, 3, channels, filters)
        side, channels = conv.conv_output_size(conv.conv_output_size(side, 3), pool, pool), filters
    assert count + forward.count_params([side * side * channels, 512, 1]) == 454_977


def test_w22_colour_window(conv):
    """W22: the three channels give 308, -498 and 164, with the bias -25 (deck 003 L306, E25)."""
    assert 308 - 498 + 164 + 1 == -25
    red = np.array([[0, 0, 0], [0, 156, 155], [0, 153, 154]])
    green = np.array([[0, 0, 0], [0, 167, 166], [0, 164, 165]])
    blue = np.array([[0, 0, 0], [0, 163, 162], [0, 160, 161]])
    kernels = [
        np.array([[-1, -1, 1], [0, 1, -1], [0, 1, 1]]),
        np.array([[1, 0, 0], [1, -1, -1], [1, 0, -1]]),
        np.array([[0, 1, 1], [0, 1, 0], [1, -1, 1]]),
    ]
    channels = [red, green, blue]
    sums = [conv.correlate2d(c, k).item() for c, k in zip(channels, kernels, strict=True)]
    assert sums == [308, -498, 164]
    x = np.stack(channels, axis=-1)[None].astype(float)
    w = np.stack(kernels, axis=-1)[..., None].astype(float)
    assert conv.conv2d_forward(x, w, np.array([1.0])).item() == -25


def test_w23_overlapping_pooling(pooling):
    """W23: 3x3 max-pooling with stride 1 (deck 003 L381), and the averages beside it."""
    x = IMAGE_003[None, :, :, None].astype(float)
    expected = [[3, 3, 3], [3, 3, 3], [3, 2, 3]]
    assert_allclose(pooling.max_pool2d(x, (3, 3), 1)[0, :, :, 0], expected)
    averages = [[1.667, 1.667, 1.667], [1, 1.222, 1.778], [1.111, 0.778, 1.333]]
    assert_allclose(pooling.avg_pool2d(x, (3, 3), 1)[0, :, :, 0], averages, atol=5e-4)


def test_w24_step_image(conv):
    """W24: an edge between 10 and 0 gives 0, 30, 30, 0 in each row (deck 003 L447)."""
    image = np.repeat([[10, 10, 10, 0, 0, 0]], 6, axis=0)
    assert_allclose(conv.correlate2d(image, VERTICAL_EDGE), [[0, 30, 30, 0]] * 4)


@pytest.mark.parametrize(
    ("worked", "arguments", "count"), [("W29", (5, 5, 3, 10), 760), ("W40", (1, 1, 64, 32), 2080)]
)
def test_w29_w40_parameters_of_convolutions(worked, arguments, count, conv):
    """W29, W40: (75 + 1) 10 and 64 32 + 32 parameters (deck 003 L601, L638)."""
    assert conv.conv_param_count(*arguments) == count, worked


def test_w30_dense_layer_with_the_same_output(conv):
    """W30: 3072 10 = 30,720 is right, but the same output needs 31,457,280 weights (E30)."""
    assert 32 * 32 * 3 * 10 == 30_720
    assert conv.dense_equivalent(32, 32, 3, 32, 32, 10) == 31_457_280 + 10_240


def test_w31_probabilities(forward):
    """W31: 0.8, 0.1, 0.05, 0.05 sum to 1, and the first class is predicted (deck 003 L108)."""
    probabilities = np.array([[0.8, 0.1, 0.05, 0.05]])
    assert probabilities.sum() == pytest.approx(1)
    assert forward.predict_classes(probabilities).tolist() == [0]


def test_w32_row_times_matrix(forward):
    """W32: [3, 4, 2] times the matrix of deck 004 L54 is 83, 63, 37."""
    matrix = np.array([[13.0, 9.0, 7.0], [8.0, 7.0, 4.0], [6.0, 4.0, 0.0]])
    answer = forward.dense_forward(np.array([[3.0, 4.0, 2.0]]), matrix, np.zeros(3))
    assert_allclose(answer, [[83, 63, 37]])


def test_w33_number_times_matrix():
    """W33: 2 [[10, 6], [4, 3]] is [[20, 12], [8, 6]] (deck 004 L47)."""
    assert_array_equal(2 * np.array([[10, 6], [4, 3]]), [[20, 12], [8, 6]])


def test_w34_step(solution):
    """W34: the unit fires above 0 only (deck 004 L124)."""
    answer = solution("activations").step(np.array([-1.0, 0.0, 1e-9]))
    assert_array_equal(answer, [0, 0, 1])


def test_w35_parameters_of_a_deep_network(forward):
    """W35: 4-5-5-3 has 25 + 30 + 18 = 73 parameters (deck 004 L241, E37)."""
    assert forward.count_params([4, 5, 5, 3]) == 73
    assert forward.count_params([4, 5, 5, 3], bias=False) == 60


def test_w36_cross_entropy(loss):
    """W36: -ln 0.3 = 1.204, the natural logarithm (deck 004 L354, E40)."""
    answer = loss.categorical_cross_entropy(
        np.array([[0.0, 1.0, 0.0]]), np.array([[0.2, 0.3, 0.5]])
    )
    assert answer == pytest.approx(1.2039728043)


def test_w37_derivative_of_a_polynomial(backprop):
    """W37: 10x^5 + 4x^7 + 12x has the derivative 289.9557 at 1.3 (deck 004 L400, E41)."""
    derivative = backprop.poly_derivative(np.array([0, 12, 0, 0, 0, 10, 0, 4]))
    assert_allclose(derivative, [12, 0, 0, 0, 50, 0, 28])
    assert np.polynomial.polynomial.polyval(1.3, derivative) == pytest.approx(289.9557, abs=1e-4)


def test_w38_derivative_of_the_sigmoid(solution):
    """W38: sigma' = sigma (1 - sigma) (deck 004 L406)."""
    activations = solution("activations")
    x = np.linspace(-4, 4, 9)
    s = activations.sigmoid(x)
    assert_allclose(activations.activation_grad(x, "sigmoid"), s * (1 - s))


def test_w39_parameters_of_the_symbolic_network(forward):
    """W39: 3-3-4-1 has 25 weights, 33 with the biases (deck 004 L249)."""
    assert forward.count_params([3, 3, 4, 1], bias=False) == 25
    assert forward.count_params([3, 3, 4, 1]) == 33


def test_lecture_numbers_of_w01_to_w40_are_all_held():
    """Each of the forty is named by a test of this file."""
    named = set(re.findall(r"W(\d\d)", Path(__file__).read_text(encoding="utf-8")))
    assert named >= {f"{number:02}" for number in range(1, 41)}
