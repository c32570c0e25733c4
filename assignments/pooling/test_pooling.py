"""Public tests of `pooling`: the lectures' worked examples. Run: pytest test_pooling.py.

W.. names a worked example of the decks, E.. an erratum: where a deck misprints a number, the test
has the corrected one.
"""

from functools import partial

import numpy as np
import pooling
import pytest

try:
    from autograder.suite import assert_agrees  # explains a mismatch
except ImportError:  # stock tools only
    from numpy.testing import assert_allclose

    assert_agrees = partial(assert_allclose, strict=True)

SQUARE = [[1, 3, 2, 1], [2, 9, 1, 1], [1, 4, 2, 3], [5, 6, 1, 2]]  # deck 002 L273
CONVOLVED = [  # deck 003 L385
    [3, 3, 2, 1, 0],
    [0, 0, 1, 3, 1],
    [3, 1, 2, 2, 3],
    [2, 0, 0, 2, 2],
    [2, 0, 0, 0, 1],
]


def image(rows):
    """One grey image as a batch, shape (1, H, W, 1)."""
    return np.array(rows, dtype=float)[None, :, :, None]


@pytest.mark.question("A7.1")
def test_max_pool2d_of_the_four_by_four_image():
    """W19: the maxima of the four quarters are 9, 2, 6, 3 (deck 002 L273)."""
    assert_agrees(pooling.max_pool2d(image(SQUARE)), image([[9, 2], [6, 3]]), rtol=1e-12)


@pytest.mark.question("A7.1")
def test_max_pool2d_with_overlapping_windows():
    """W23: 3x3 windows, one pixel apart, on a 5x5 feature map (deck 003 L381)."""
    expected = image([[3, 3, 3], [3, 3, 3], [3, 2, 3]])
    answer = pooling.max_pool2d(image(CONVOLVED), pool=(3, 3), stride=1)
    assert_agrees(answer, expected, rtol=1e-12)


@pytest.mark.question("A7.2")
def test_avg_pool2d_of_the_four_by_four_image():
    """W19: the means are 3.75, 1.25, 4 and 2, where the deck prints 7 (deck 002 L275, E18)."""
    assert_agrees(pooling.avg_pool2d(image(SQUARE)), image([[3.75, 1.25], [4, 2]]), rtol=1e-12)


@pytest.mark.question("A7.2")
def test_avg_pool2d_with_overlapping_windows():
    """W23: the means beside the maxima, 15/9, 9/9, 10/9 and so on (deck 003 L381)."""
    ninths = [[15, 15, 15], [9, 11, 16], [10, 7, 12]]
    answer = pooling.avg_pool2d(image(CONVOLVED), pool=(3, 3), stride=1)
    assert_agrees(answer, image(ninths) / 9, rtol=1e-12)


@pytest.mark.question("A7.3")
def test_max_pool2d_backward_gives_the_gradient_to_the_maximum():
    """In each quarter of the image of W19 the maximum gets the gradient, the others nothing."""
    dout = image([[1, 2], [3, 4]])
    expected = image([[0, 0, 2, 0], [0, 1, 0, 0], [0, 0, 0, 4], [0, 3, 0, 0]])
    assert_agrees(pooling.max_pool2d_backward(dout, image(SQUARE)), expected, rtol=1e-12)


@pytest.mark.question("A7.4")
def test_avg_pool2d_backward_spreads_the_gradient():
    """Each of the four pixels of a window gets a quarter."""
    answer = pooling.avg_pool2d_backward(image([[4, 8]]), (1, 2, 4, 1))
    assert_agrees(answer, image([[1, 1, 2, 2], [1, 1, 2, 2]]), rtol=1e-12)


@pytest.mark.question("A7.5")
def test_flatten_and_unflatten_two_pixels_of_two_channels():
    """Rows, then columns, then channels: 0 to 7 stay in order (deck 000 L786)."""
    x = np.arange(8.0).reshape(1, 2, 2, 2)
    assert_agrees(pooling.flatten(x), np.arange(8.0)[None], rtol=1e-12)
    assert_agrees(pooling.unflatten(np.arange(8.0)[None], (1, 2, 2, 2)), x, rtol=1e-12)


@pytest.mark.question("A7.6")
def test_dropout_forward_keeps_what_the_draw_says():
    """Where the draw is at least the rate the number is kept, times 1 / (1 - 0.5) (E32)."""
    x = np.arange(1.0, 7.0).reshape(2, 3)
    kept = np.random.default_rng(7).random((2, 3)) >= 0.5
    out, mask = pooling.dropout_forward(x, 0.5, np.random.default_rng(7))
    assert_agrees(mask, 2.0 * kept, rtol=1e-12)
    assert_agrees(out, 2.0 * kept * x, rtol=1e-12)


@pytest.mark.question("A7.6")
def test_dropout_forward_does_nothing_outside_of_training():
    """At test time the numbers pass as they are, and the mask is all ones (deck 000 L767)."""
    x = np.array([[1.0, -2.0, 3.0]])
    out, mask = pooling.dropout_forward(x, 0.9, np.random.default_rng(7), training=False)
    assert_agrees(out, x, rtol=1e-12)
    assert_agrees(mask, np.ones_like(x), rtol=1e-12)


@pytest.mark.question("A7.6")
def test_dropout_backward_uses_the_mask():
    """The gradient passes where the number did, with the same factor."""
    answer = pooling.dropout_backward(np.array([1.0, 2.0, 3.0]), np.array([2.0, 0.0, 2.0]))
    assert_agrees(answer, np.array([2.0, 0.0, 6.0]), rtol=1e-12)


@pytest.mark.question("A7.7")
def test_batch_norm_of_two_samples():
    """1 and 3 become -1 and 1; the moving statistics go a hundredth of the way (E23)."""
    x, zero, one = np.array([[1.0], [3.0]]), np.zeros(1), np.ones(1)
    out, mean, var = pooling.batch_norm(x, one, zero, zero, 4.0 * one, eps=0.0)
    assert_agrees(out, np.array([[-1.0], [1.0]]), rtol=1e-12)
    assert_agrees(mean, np.array([0.02]), rtol=1e-12)
    assert_agrees(var, np.array([3.97]), rtol=1e-12)


@pytest.mark.question("A7.8")
def test_augment_without_a_shift_changes_nothing():
    """With a largest shift of 0, and without flips, the batch stays what it is."""
    x = np.arange(18.0).reshape(2, 3, 3, 1)
    assert_agrees(pooling.augment(x, np.random.default_rng(3), max_shift=0), x, rtol=1e-12)
