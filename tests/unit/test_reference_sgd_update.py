"""The reference solution of `sgd_update` against SciPy, plain loops, and its own laws."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from autograder.suite.collect import load_reference

SOLUTION = Path(__file__).parents[2] / "solutions" / "sgd_update.py"


reference = load_reference(SOLUTION, SOLUTION.stem)

repeatable = settings(max_examples=60, deadline=None, derandomize=True, database=None)
seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 9)
parts = st.floats(0.0, 0.99)


def arrays(rng: np.random.Generator, count: int, steps: int = 1) -> list[list[np.ndarray]]:
    """Draw lists of arrays of random shapes, the same shapes in every list."""
    shapes = [tuple(rng.integers(1, 4, size=rng.integers(1, 4))) for _ in range(count)]
    return [[rng.normal(size=shape) for shape in shapes] for _ in range(steps)]


@repeatable
@given(seeds, st.floats(0.0, 10.0))
def test_sgd_step_moves_against_the_gradient(seed: int, lr: float) -> None:
    """Entry by entry, the way is the learning rate times the gradient; with 0 nothing moves."""
    params, grads = arrays(np.random.default_rng(seed), 3, 2)
    for old, slope, new in zip(params, grads, reference.sgd_step(params, grads, lr), strict=True):
        for index in np.ndindex(old.shape):
            assert new[index] == old[index] - lr * slope[index]
        assert lr != 0 or np.array_equal(new, old)


@repeatable
@given(seeds, st.integers(1, 30), sizes, st.booleans(), st.booleans())
def test_iterate_minibatches_partitions_the_data(
    seed: int, n: int, size: int, shuffle: bool, drop_last: bool
) -> None:
    """Every sample comes once, beside its label, unless its batch is incomplete and dropped."""
    samples, labels = np.arange(n * 2).reshape(n, 2), np.arange(n) * 10
    rng = np.random.default_rng(seed)
    batches = list(reference.iterate_minibatches(samples, labels, size, rng, shuffle, drop_last))
    lengths = [size] * (n // size) + [n % size] * (n % size > 0 and not drop_last)
    assert [len(ys) for _, ys in batches] == lengths
    seen = np.concatenate([ys for _, ys in batches]) // 10 if batches else np.arange(0)
    rows = np.concatenate([xs for xs, _ in batches]) if batches else samples[:0]
    assert np.array_equal(rows, samples[seen])
    assert len(set(seen)) == len(seen)
    assert shuffle or np.array_equal(seen, np.arange(len(seen)))


def test_iterate_minibatches_makes_every_order_equally_often() -> None:
    """Among 12,000 shuffles of four samples each of the 24 orders comes about 500 times."""
    rng = np.random.default_rng(3)
    counts: dict[bytes, int] = {}
    for _ in range(12_000):
        ((_, order),) = reference.iterate_minibatches(np.zeros((4, 1)), np.arange(4), 4, rng)
        counts[order.tobytes()] = counts.get(order.tobytes(), 0) + 1
    assert len(counts) == 24
    assert sum((count - 500) ** 2 / 500 for count in counts.values()) < 50  # 23 are expected


def test_iterate_minibatches_is_lazy() -> None:
    """A batch is drawn when it is asked for, and its arrays are its own."""
    samples = np.arange(6.0)
    batches = reference.iterate_minibatches(samples, samples, 2, None, shuffle=False)
    first, _ = next(batches)
    first[:] = -1
    assert samples[0] == 0
    samples[2] = 9
    assert next(batches)[0][0] == 9


@repeatable
@given(seeds, sizes, st.integers(1, 4))
def test_train_linear_takes_the_gradient_of_the_loss(seed: int, n: int, d: int) -> None:
    """One epoch goes against the complex-step derivative of the mean squared error."""
    rng = np.random.default_rng(seed)
    samples, targets, theta = rng.normal(size=(n, d)), rng.normal(size=n), rng.normal(size=d + 1)

    def loss(at: np.ndarray) -> complex:
        return complex(np.mean((samples @ at[:d] + at[d] - targets) ** 2))

    tiny = 1e-30
    slopes = [loss(theta + 1j * tiny * unit).imag / tiny for unit in np.eye(d + 1)]
    w, b, losses = reference.train_linear(samples, targets, theta[:d], float(theta[d]), 0.1, 1)
    np.testing.assert_allclose([*w, b], theta - 0.1 * np.array(slopes), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(losses, [loss(np.array([*w, b])).real], rtol=1e-12)


@repeatable
@given(seeds, st.integers(2, 9), st.integers(1, 4), st.integers(0, 3))
def test_train_linear_agrees_with_a_loop_over_samples(
    seed: int, n: int, size: int, epochs: int
) -> None:
    """Weights and losses are those of a loop over batches and samples, shuffled alike."""
    rng = np.random.default_rng(seed)
    samples, targets, w = rng.normal(size=(n, 2)), rng.normal(size=n), rng.normal(size=2)
    answer = reference.train_linear(
        samples, targets, w, 0.5, 0.05, epochs, size, np.random.default_rng(seed)
    )
    b, losses, rng = 0.5, [], np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(n)
        for start in range(0, n, size):
            batch = order[start : start + size]
            slopes = np.zeros(3)
            for i in batch:
                error = float(samples[i] @ w) + b - targets[i]
                slopes += 2 * error * np.array([*samples[i], 1.0]) / len(batch)
            w, b = w - 0.05 * slopes[:2], b - 0.05 * slopes[2]
        losses.append(np.mean((samples @ w + b - targets) ** 2))
    np.testing.assert_allclose(answer[0], w, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose([answer[1], *answer[2]], [b, *losses], rtol=1e-10, atol=1e-12)


def test_train_linear_converges_to_least_squares() -> None:
    """Many epochs lead to the line that least squares finds in closed form."""
    rng = np.random.default_rng(0)
    samples, targets = rng.normal(size=(20, 3)), rng.normal(size=20)
    w, b, losses = reference.train_linear(samples, targets, np.zeros(3), 0.0, 0.1, 2_000)
    exact, *_ = np.linalg.lstsq(np.column_stack([samples, np.ones(20)]), targets, rcond=None)
    np.testing.assert_allclose([*w, b], exact, atol=1e-10)
    assert all(later <= earlier + 1e-15 for earlier, later in pairwise(losses))


@repeatable
@given(seeds, st.integers(1, 8), parts)
def test_momentum_step_is_a_recursive_filter(seed: int, steps: int, beta: float) -> None:
    """SciPy's filter 1 / (1 - beta / z) of the gradients gives the velocities and their sum."""
    rng = np.random.default_rng(seed)
    grads = rng.normal(size=steps)
    params, velocity = [np.zeros(1)], [np.zeros(1)]
    for g in grads:
        params, velocity = reference.momentum_step(
            params, [np.array([g])], velocity, 0.1, beta=beta
        )
    velocities = lfilter([1.0], [1.0, -beta], -0.1 * grads)
    np.testing.assert_allclose(velocity[0], velocities[-1], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(params[0], velocities.sum(), rtol=1e-9, atol=1e-12)


@repeatable
@given(seeds, parts)
def test_momentum_step_of_nesterov_is_one_step_ahead(seed: int, beta: float) -> None:
    """Nesterov's parameters are the plain ones of the same velocities, moved on by beta * v."""
    rng = np.random.default_rng(seed)
    (plain, *all_grads), velocity = arrays(rng, 2, 5), None
    velocity = [np.zeros_like(w) for w in plain]
    ahead, own = plain, velocity
    for grads in all_grads:
        plain, velocity = reference.momentum_step(plain, grads, velocity, 0.1, beta)
        ahead, own = reference.momentum_step(ahead, grads, own, 0.1, beta, nesterov=True)
        for w, v, other, same in zip(plain, velocity, ahead, own, strict=True):
            assert np.array_equal(v, same)
            np.testing.assert_allclose(other, w + beta * v, rtol=1e-9, atol=1e-12)


@repeatable
@given(seeds, st.integers(1, 8), parts)
def test_rmsprop_step_keeps_a_weighted_mean_of_squares(seed: int, steps: int, rho: float) -> None:
    """After t steps the state is the sum of (1 - rho) * rho**(t - k) * g_k**2."""
    rng = np.random.default_rng(seed)
    grads = rng.normal(size=(steps, 3))
    params, state = [np.zeros(3)], [np.zeros(3)]
    for g in grads:
        before = params
        params, state = reference.rmsprop_step(params, [g], state, 0.1, rho)
    weights = (1 - rho) * rho ** np.arange(steps - 1, -1, -1.0)
    mean = weights @ grads**2
    np.testing.assert_allclose(state[0], mean, rtol=1e-9)
    step = 0.1 * grads[-1] / (np.sqrt(mean) + 1e-7)
    np.testing.assert_allclose(before[0] - params[0], step, rtol=1e-6, atol=1e-9)


@repeatable
@given(seeds, st.integers(1, 8), parts, parts)
def test_adam_step_divides_weighted_means(
    seed: int, steps: int, beta1: float, beta2: float
) -> None:
    """Both corrected means are the averages of g and g**2 with geometric weights that sum to 1."""
    rng = np.random.default_rng(seed)
    grads = rng.normal(size=(steps, 3))
    params, state = [np.zeros(3)], {"m": [np.zeros(3)], "v": [np.zeros(3)], "t": 0}
    for g in grads:
        before = params
        params, state = reference.adam_step(params, [g], state, 0.1, beta1, beta2)
    means = []
    for beta, values in ((beta1, grads), (beta2, grads**2)):
        weights = beta ** np.arange(steps - 1, -1, -1.0)
        means.append(weights @ values / weights.sum())
    step = 0.1 * means[0] / (np.sqrt(means[1]) + 1e-7)
    assert state["t"] == steps
    np.testing.assert_allclose(before[0] - params[0], step, rtol=1e-6, atol=1e-8)


@repeatable
@given(st.sampled_from(["momentum", "rmsprop", "adam"]), seeds)
def test_steps_leave_parameters_without_a_gradient_alone(name: str, seed: int) -> None:
    """From rest and with gradients of 0, no optimizer moves, and none divides by 0."""
    (params,) = arrays(np.random.default_rng(seed), 2)
    zeros = [np.zeros_like(w) for w in params]
    state = {"m": zeros, "v": zeros, "t": 0} if name == "adam" else zeros
    answer, _ = getattr(reference, f"{name}_step")(params, zeros, state, 0.1)
    assert all(np.array_equal(new, old) for new, old in zip(answer, params, strict=True))


@repeatable
@given(st.floats(0.01, 100.0), st.floats(0.01, 3.0))
def test_lr_regime_is_what_the_distances_do(curvature: float, product: float) -> None:
    """Twenty steps down the parabola behave as the word says."""
    lr = product / curvature
    word = reference.lr_regime(curvature, lr)
    distances = [1.0]
    for _ in range(20):
        distances.append(distances[-1] * (1 - lr * curvature))
    shrinks = abs(distances[-1]) < 1
    if word in {"one_step", "cycles"}:
        assert math.isclose(product, 1 if word == "one_step" else 2, rel_tol=1e-8)
    elif word == "monotone":
        assert shrinks
        assert min(distances) >= 0
    else:
        assert shrinks == (word == "oscillates")
        assert distances[1] < 0


@pytest.mark.parametrize(
    ("lr", "word"),
    [
        (0.01, "monotone"),
        (0.1, "monotone"),
        (0.125, "one_step"),
        (0.2, "oscillates"),
        (0.25, "cycles"),
        (0.3, "diverges"),
    ],
)
def test_lr_regime_of_the_lectures_line(lr: float, word: str) -> None:
    """W06's line has curvature 8 in w; both its weight and bias land on the target at lr 0.1."""
    assert reference.lr_regime(8.0, lr) == word
    w, b, losses = reference.train_linear(
        np.array([[2.0]]), np.array([4.0]), np.array([0.2]), 0.5, 0.1, 1
    )
    np.testing.assert_allclose([w[0], b, losses[0]], [1.44, 1.12, 0.0], atol=1e-12)


@repeatable
@given(
    st.lists(st.floats(0, 10) | st.just(math.nan), min_size=1, max_size=12),
    st.integers(1, 4),
    st.sampled_from([0.0, 0.5, 3.0]),
)
def test_early_stopping_agrees_with_keras_counting(
    losses: list[float], patience: int, min_delta: float
) -> None:
    """A counter that Keras' callback would keep gives the same epochs."""
    losses = [1.0, *losses]
    best, best_epoch, wait, stopped = math.inf, 0, 0, len(losses) - 1
    for epoch, loss in enumerate(losses):
        wait += 1
        if loss - best < -min_delta if epoch else True:
            best, best_epoch, wait = loss, epoch, 0
        if wait >= patience:
            stopped = epoch
            break
    near = min(abs(abs(a - b) - min_delta) for a in losses for b in losses if not math.isnan(a - b))
    if min_delta == 0 or near > 1e-9:  # else rounding decides, here and there
        assert reference.early_stopping(losses, patience, min_delta) == (stopped, best_epoch)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("sgd_step", ([np.zeros(2)], [], 0.1)),
        ("sgd_step", ([np.zeros(2)], [np.zeros(1)], 0.1)),
        ("lr_regime", (0.0, 0.1)),
        ("lr_regime", (1.0, math.nan)),
        ("early_stopping", ([], 1)),
        ("early_stopping", ([1.0], 0)),
    ],
)
def test_reference_refuses_what_makes_no_sense(name: str, arguments: tuple[object, ...]) -> None:
    """What the contract calls a ValueError is one."""
    with pytest.raises(ValueError, match=r"\d|gradients"):
        getattr(reference, name)(*arguments)


def test_iterate_minibatches_refuses_what_makes_no_batches() -> None:
    """The error comes with the first batch that is asked for."""
    for labels, size in ((np.zeros(2), 1), (np.zeros(3), 0), (np.zeros(3), -1)):
        with pytest.raises(ValueError, match=r"\d"):
            next(reference.iterate_minibatches(np.zeros(3), labels, size, None, shuffle=False))
