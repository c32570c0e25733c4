"""The reference solution of `pooling` against naive loops, differences, and its own laws."""

from __future__ import annotations

import math
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.suite import centred_difference

Pair = tuple[int, int]
Layer = tuple[np.ndarray, Pair, Pair]

repeatable = settings(max_examples=60, deadline=None, derandomize=True, database=None)
small = st.integers(1, 3)
pairs = st.tuples(small, small)
seeds = st.integers(0, 2**32 - 1)
paddings = st.sampled_from(["valid", "same"])


@pytest.fixture(scope="module")
def pooling(solution) -> ModuleType:
    return solution("pooling")


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """Draw images of different numbers, a window that fits on them, and a stride."""
    rng = np.random.default_rng(draw(seeds))
    pool, stride = draw(pairs), draw(pairs)
    shape = (draw(small), draw(st.integers(pool[0], 7)), draw(st.integers(pool[1], 7)), draw(small))
    return rng.permutation(np.linspace(-9.0, 9.0, math.prod(shape))).reshape(shape), pool, stride


def windows(shape: tuple[int, ...], pool: Pair, stride: Pair, padding: str):
    """Give, for each position of an output, the pixels of its window, row by row.

    By the rule as it is written: a position counts, without padding, if its window fits, and with
    "same" every stride-th pixel counts; the zeros (or minus infinities) that the last window needs
    are halved, the odd one at the end.
    """
    starts = []
    for n, k, step in zip(shape[1:3], pool, stride, strict=True):
        firsts = range(0, n, step) if padding == "same" else range(0, n - k + 1, step)
        missing = max(0, firsts[-1] + k - n)
        starts.append([first - missing // 2 for first in firsts])
    for i, top in enumerate(starts[0]):
        for j, left in enumerate(starts[1]):
            rows, columns = range(top, top + pool[0]), range(left, left + pool[1])
            inside = [
                (h, w) for h in rows for w in columns if 0 <= h < shape[1] and 0 <= w < shape[2]
            ]
            yield (i, j), inside


def pooled_by_hand(x: np.ndarray, pool: Pair, stride: Pair, padding: str, choose) -> np.ndarray:
    """Pool with Python's numbers: `choose` makes one of the list under each window."""
    placed = list(windows(x.shape, pool, stride, padding))
    (rows, columns), _ = placed[-1]
    out = np.empty((len(x), rows + 1, columns + 1, x.shape[3]))
    for n, c in np.ndindex(len(x), x.shape[3]):
        for (i, j), pixels in placed:
            out[n, i, j, c] = choose([float(x[n, h, w, c]) for h, w in pixels])
    return out


def mean(numbers: list[float]) -> float:
    return math.fsum(numbers) / len(numbers)


@repeatable
@given(layers(), paddings)
def test_max_pool2d_agrees_with_a_loop(pooling, layer: Layer, padding: str) -> None:
    """The maximum of the pixels under each window, negative ones at a border too, is the same."""
    x, pool, stride = layer
    expected = pooled_by_hand(x, pool, stride, padding, max)
    np.testing.assert_array_equal(pooling.max_pool2d(x, pool, stride, padding), expected)


@repeatable
@given(layers(), paddings)
def test_avg_pool2d_agrees_with_a_loop(pooling, layer: Layer, padding: str) -> None:
    """The mean of the real pixels under each window is the same; padding does not count."""
    x, pool, stride = layer
    expected = pooled_by_hand(x, pool, stride, padding, mean)
    answer = pooling.avg_pool2d(x, pool, stride, padding)
    np.testing.assert_allclose(answer, expected, atol=1e-12)


@pytest.mark.parametrize(
    ("n", "k", "stride", "before", "after"),
    [
        (5, 3, 1, 1, 1),
        (5, 2, 1, 0, 1),
        (6, 3, 2, 0, 1),
        (224, 7, 2, 2, 3),
        (7, 3, 3, 1, 1),
        (4, 2, 2, 0, 0),
    ],
)
def test_pooling_same_pads_as_tensorflow_does(pooling, n, k, stride, before, after):
    """The padding before and after is TensorFlow's, the odd one after, of what never wins."""
    x = np.random.default_rng(n).normal(size=(1, n, 1, 1)) - 5.0
    frame = ((0, 0), (before, after), (0, 0), (0, 0))
    padded = np.pad(x, frame, constant_values=-np.inf)
    expected = pooling.max_pool2d(padded, (k, 1), (stride, 1))
    answer = pooling.max_pool2d(x, (k, 1), (stride, 1), "same")
    np.testing.assert_array_equal(answer, expected)
    total = pooling.avg_pool2d(np.pad(x, frame), (k, 1), (stride, 1))
    share = pooling.avg_pool2d(np.pad(np.ones_like(x), frame), (k, 1), (stride, 1))
    answer = pooling.avg_pool2d(x, (k, 1), (stride, 1), "same")
    np.testing.assert_allclose(answer, total / share, rtol=1e-12)


def test_avg_pool2d_of_a_corner_divides_by_four(pooling):
    """Of 1 to 25 the padded corner is the mean of 1, 2, 6 and 7, as TensorFlow answers."""
    x = np.arange(1.0, 26.0).reshape(1, 5, 5, 1)
    assert pooling.avg_pool2d(x, 3, 2, "same")[0, 0, 0, 0] == 4.0


@repeatable
@given(layers(), paddings, st.floats(-50, 50))
def test_pooling_of_brighter_images_is_brighter(
    pooling, layer: Layer, padding: str, more: float
) -> None:
    """What is added to every pixel is added to every answer, and no mean exceeds its maximum."""
    x, pool, stride = layer
    largest = pooling.max_pool2d(x, pool, stride, padding)
    average = pooling.avg_pool2d(x, pool, stride, padding)
    assert (average <= largest + 1e-12).all()
    answer = pooling.max_pool2d(x + more, pool, stride, padding)
    np.testing.assert_allclose(answer, largest + more, atol=1e-12)
    answer = pooling.avg_pool2d(x + more, pool, stride, padding)
    np.testing.assert_allclose(answer, average + more, atol=1e-12)


@repeatable
@given(layers(), paddings)
def test_pooling_without_a_stride_steps_by_the_window(pooling, layer: Layer, padding: str) -> None:
    """No stride means the window's own size, backward too; one number stands for both axes."""
    x, pool, _ = layer
    for pooled in (pooling.max_pool2d, pooling.avg_pool2d):
        expected = pooled(x, pool, pool, padding)
        np.testing.assert_array_equal(pooled(x, pool, padding=padding), expected)
    side = min(pool)
    expected = pooling.max_pool2d(x, (side, side), (side, side), padding)
    np.testing.assert_array_equal(pooling.max_pool2d(x, side, padding=padding), expected)
    dout = pooling.max_pool2d(x, pool)
    expected = pooling.max_pool2d_backward(dout, x, pool, pool)
    np.testing.assert_array_equal(pooling.max_pool2d_backward(dout, x, pool), expected)
    expected = pooling.avg_pool2d_backward(dout, x.shape, pool, pool)
    np.testing.assert_array_equal(pooling.avg_pool2d_backward(dout, x.shape, pool), expected)


@repeatable
@given(layers())
def test_pooling_of_single_pixels_changes_nothing(pooling, layer: Layer) -> None:
    """A window of one pixel gives the images back, forward and backward."""
    x, _, _ = layer
    for answer in (
        pooling.max_pool2d(x, 1),
        pooling.avg_pool2d(x, 1),
        pooling.max_pool2d_backward(x, x, 1),
        pooling.avg_pool2d_backward(x, x.shape, 1),
    ):
        np.testing.assert_array_equal(answer, x)


@repeatable
@given(layers(), seeds)
def test_max_pool2d_backward_is_the_slope_of_the_forward_pass(
    pooling, layer: Layer, seed: int
) -> None:
    """Without ties, moving any pixel changes the loss as the gradient says, overlaps added up."""
    x, pool, stride = layer
    out = pooling.max_pool2d(x, pool, stride)
    dout = np.random.default_rng(seed).normal(size=out.shape)
    expected = centred_difference(
        lambda moved: float((dout * pooling.max_pool2d(moved, pool, stride)).sum()), x
    )
    answer = pooling.max_pool2d_backward(dout, x, pool, stride)
    np.testing.assert_allclose(answer, expected, atol=1e-6)


@repeatable
@given(layers(), seeds)
def test_max_pool2d_backward_of_ties_agrees_with_a_loop(pooling, layer: Layer, seed: int) -> None:
    """Of equal maxima the first in rows, then columns, gets all of the window's gradient."""
    x, pool, stride = layer
    x = np.sign(np.round(x / 5))
    dout = np.random.default_rng(seed).normal(size=pooling.max_pool2d(x, pool, stride).shape)
    expected = np.zeros_like(x)
    for n, c in np.ndindex(len(x), x.shape[3]):
        for (i, j), pixels in windows(x.shape, pool, stride, "valid"):
            h, w = max(pixels, key=lambda pixel: x[n, *pixel, c])
            expected[n, h, w, c] += dout[n, i, j, c]
    answer = pooling.max_pool2d_backward(dout, x, pool, stride)
    np.testing.assert_allclose(answer, expected, atol=1e-12)
    assert answer.sum() == pytest.approx(dout.sum(), abs=1e-10)


@repeatable
@given(layers(), seeds)
def test_avg_pool2d_backward_is_the_adjoint(pooling, layer: Layer, seed: int) -> None:
    """<pool(x), d> is <x, backward(d)> for all images x, as the mean is linear."""
    x, pool, stride = layer
    out = pooling.avg_pool2d(x, pool, stride)
    dout = np.random.default_rng(seed).normal(size=out.shape)
    answer = pooling.avg_pool2d_backward(dout, x.shape, pool, stride)
    assert answer.shape == x.shape
    assert np.sum(out * dout) == pytest.approx(np.sum(x * answer), abs=1e-10)


@repeatable
@given(layers())
def test_flatten_lays_rows_columns_and_channels_in_this_order(pooling, layer: Layer) -> None:
    """The last axis runs fastest, and `unflatten` brings everything back, in other memory."""
    x, _, _ = layer
    flat = pooling.flatten(x)
    assert flat.tolist() == [
        [float(x[n, h, w, c]) for h, w, c in np.ndindex(x.shape[1:])] for n in range(len(x))
    ]
    again = pooling.unflatten(flat, x.shape)
    np.testing.assert_array_equal(again, x)
    assert not np.shares_memory(flat, x)
    assert not np.shares_memory(again, flat)


@repeatable
@given(st.tuples(small, small, small), st.floats(0, 0.95), seeds)
def test_dropout_drops_the_numbers_whose_draw_is_below_the_rate(
    pooling, shape: tuple[int, ...], rate: float, seed: int
) -> None:
    """One uniform draw a number decides, and who stays is divided by the chance to stay."""
    x = np.random.default_rng(seed + 1).normal(size=shape)
    draws = np.random.default_rng(seed).random(shape).ravel().tolist()
    out, mask = pooling.dropout_forward(x, rate, np.random.default_rng(seed))
    expected = [0.0 if draw < rate else 1 / (1 - rate) for draw in draws]
    np.testing.assert_allclose(mask.ravel(), expected, rtol=1e-12)
    np.testing.assert_allclose(out, x * mask, rtol=1e-12)
    step = np.random.default_rng(seed + 2).normal(size=shape)
    np.testing.assert_allclose(pooling.dropout_backward(step, mask), step * mask, rtol=1e-12)


def test_dropout_keeps_the_expectation(pooling):
    """Over sixty thousand ones a fifth is dropped, and the mean stays 1 within five deviations."""
    out, _ = pooling.dropout_forward(np.ones((200, 300)), 0.2, np.random.default_rng(3))
    deviation = math.sqrt(0.2 * 0.8 / out.size)
    assert np.mean(out == 0) == pytest.approx(0.2, abs=5 * deviation)
    assert out.mean() == pytest.approx(1.0, abs=5 * deviation / 0.8)


def test_dropout_outside_of_training_changes_nothing(pooling):
    """Nothing is dropped or scaled, whatever the rate, and the mask lets all gradients through."""
    x = np.random.default_rng(4).normal(size=(3, 5))
    out, mask = pooling.dropout_forward(x, 0.9, np.random.default_rng(5), training=False)
    np.testing.assert_array_equal(out, x)
    np.testing.assert_array_equal(mask, np.ones_like(x))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("rate", [-0.1, 1.0, 1.5, math.nan])
def test_dropout_of_a_rate_outside_0_to_1_is_refused(pooling, rate, training):
    """A rate below 0 or from 1 up drops nothing that could be scaled."""
    with pytest.raises(ValueError, match="rate"):
        pooling.dropout_forward(np.ones(3), rate, np.random.default_rng(6), training)


@st.composite
def batches(draw: st.DrawFn) -> tuple[np.ndarray, ...]:
    """Draw a batch of vectors or images, and gamma, beta and moving statistics of its channels."""
    rng, channels = np.random.default_rng(draw(seeds)), draw(small)
    axes = draw(st.sampled_from([(7,), (3, 4, 2)]))
    x = rng.normal(loc=3.0, scale=draw(st.sampled_from([0.02, 1.0, 40.0])), size=(*axes, channels))
    gamma, beta, mean_, var = rng.uniform(0.5, 2.0, size=(4, channels))
    return x, gamma, beta, mean_, var


@repeatable
@given(batches(), st.sampled_from([0.0, 0.9, 0.99]), st.sampled_from([1e-5, 1e-3]))
def test_batch_norm_agrees_with_a_loop(
    pooling, batch: tuple[np.ndarray, ...], momentum: float, eps: float
) -> None:
    """In training each channel is normalised by its own numbers, divided by n, eps in the root."""
    x, gamma, beta, mean_, var = batch
    out, new_mean, new_var = pooling.batch_norm(
        x, gamma, beta, mean_, var, momentum=momentum, eps=eps
    )
    for c in range(x.shape[-1]):
        numbers = x[..., c].ravel().tolist()
        middle = mean(numbers)
        spread = mean([(number - middle) ** 2 for number in numbers])
        expected = [
            gamma[c] * (number - middle) / math.sqrt(spread + eps) + beta[c] for number in numbers
        ]
        np.testing.assert_allclose(out[..., c].ravel(), expected, rtol=1e-9, atol=1e-9)
        assert new_mean[c] == pytest.approx(momentum * mean_[c] + (1 - momentum) * middle)
        assert new_var[c] == pytest.approx(momentum * var[c] + (1 - momentum) * spread)


@repeatable
@given(batches())
def test_batch_norm_outside_of_training_uses_the_moving_statistics(
    pooling, batch: tuple[np.ndarray, ...]
) -> None:
    """A sample is answered alike alone and in any batch, and the statistics stay as they are."""
    x, gamma, beta, mean_, var = batch
    out, new_mean, new_var = pooling.batch_norm(x, gamma, beta, mean_, var, training=False)
    np.testing.assert_allclose((out - beta) * np.sqrt(var + 1e-3) / gamma + mean_, x, atol=1e-9)
    alone, _, _ = pooling.batch_norm(x[:1], gamma, beta, mean_, var, training=False)
    np.testing.assert_array_equal(alone, out[:1])
    np.testing.assert_array_equal(new_mean, mean_)
    np.testing.assert_array_equal(new_var, var)
    assert not np.shares_memory(new_mean, mean_)


def shifted_by_hand(image: np.ndarray, down: int, right: int) -> np.ndarray:
    """Move each pixel by itself; what leaves is gone, what is free is 0."""
    moved = np.zeros_like(image)
    for h, w in np.ndindex(image.shape[:2]):
        if 0 <= h + down < image.shape[0] and 0 <= w + right < image.shape[1]:
            moved[h + down, w + right] = image[h, w]
    return moved


@repeatable
@given(st.integers(0, 3), st.booleans(), st.booleans(), seeds)
def test_augment_makes_each_image_one_of_its_possible_moves(
    pooling, max_shift: int, flip: bool, square: bool, seed: int
) -> None:
    """Each image is shifted by at most max_shift, zeros behind it, and mirrored only on demand."""
    x = 1 + np.random.default_rng(seed).random((4, 5, 5 if square else 6, 2))
    out = pooling.augment(x, np.random.default_rng(seed), max_shift, flip)
    assert out.shape == x.shape
    for image, answer in zip(x, out, strict=True):
        moves = range(-max_shift, max_shift + 1)
        possible = [shifted_by_hand(image, down, right) for down in moves for right in moves]
        if flip:
            possible += [moved[:, ::-1] for moved in possible]
        assert any(np.array_equal(answer, moved) for moved in possible)


def test_augment_gives_every_move_its_fair_share(pooling):
    """Each of the 25 shifts, mirrored or not, comes about as often as the others."""
    count = 50_000
    x = np.zeros((count, 7, 7, 1))
    x[:, 3, 3], x[:, 3, 4] = 1.0, 2.0
    out = pooling.augment(x, np.random.default_rng(8), 2, flip=True)[..., 0]
    rows, columns = np.unravel_index((out == 1).reshape(count, -1).argmax(axis=1), (7, 7))
    mirrored = np.take_along_axis(out[np.arange(count), rows], columns[:, None] - 1, 1)[:, 0] == 2
    kinds = np.unique(np.stack([rows, columns, mirrored]), axis=1, return_counts=True)[1]
    deviation = math.sqrt(count / 50 * (1 - 1 / 50))
    assert len(kinds) == 50
    assert np.abs(kinds - count / 50).max() < 5 * deviation


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_reference_keeps_the_dtype_and_its_arguments(pooling, dtype):
    """Every function answers in the floats that it is given, and writes into none of them."""
    rng = np.random.default_rng(9)
    x, dout = rng.normal(size=(2, 4, 6, 3)).astype(dtype), rng.normal(size=(2, 2, 3, 3))
    gamma, beta, mean_, var = rng.uniform(0.5, 2.0, size=(4, 3)).astype(dtype)
    dout, given_ = dout.astype(dtype), (x, gamma, beta, mean_, var)
    before = [array.copy() for array in (*given_, dout)]
    answers = [
        pooling.max_pool2d(x, padding="same"),
        pooling.avg_pool2d(x, padding="same"),
        pooling.max_pool2d_backward(dout, x),
        pooling.avg_pool2d_backward(dout, x.shape),
        pooling.flatten(x),
        *pooling.dropout_forward(x, 0.4, rng),
        *pooling.dropout_forward(x, 0.4, rng, training=False),
        *pooling.batch_norm(*given_),
        *pooling.batch_norm(*given_, training=False),
        pooling.augment(x, rng, flip=True),
    ]
    assert {answer.dtype for answer in answers} == {np.dtype(dtype)}
    for array, copy in zip((*given_, dout), before, strict=True):
        np.testing.assert_array_equal(array, copy)
        assert not any(np.shares_memory(array, answer) for answer in answers)


def test_pooling_promotes_pixels_to_float64(pooling):
    """Whole numbers and truth values are answered in float64."""
    for dtype in (np.uint8, np.int64, np.bool_):
        x = np.arange(24).reshape(1, 4, 6, 1).astype(dtype)
        for pooled in (pooling.max_pool2d, pooling.avg_pool2d):
            answer = pooled(x, padding="same")
            np.testing.assert_array_equal(answer, pooled(x.astype(np.float64)))
            assert answer.dtype == np.float64


def test_pooling_refuses_a_window_larger_than_the_image(pooling):
    """Without padding such a window has no position; with padding it has."""
    x = np.ones((1, 2, 4, 1))
    for pooled in (pooling.max_pool2d, pooling.avg_pool2d):
        with pytest.raises(ValueError, match="window"):
            pooled(x, (3, 2))
        np.testing.assert_array_equal(pooled(x, (3, 2), padding="same"), np.ones((1, 1, 2, 1)))


def test_unflatten_refuses_rows_of_another_length(pooling):
    """Rows that do not have as many numbers as the shape are a ValueError."""
    with pytest.raises(ValueError, match="reshape"):
        pooling.unflatten(np.ones((2, 5)), (2, 2, 3))
