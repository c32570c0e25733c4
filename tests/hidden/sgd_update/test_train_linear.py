"""Hidden checks of A5.3 `train_linear`."""

from itertools import combinations

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable

HALF = "the gradient lacks the factor 2: the loss is the mean of e**2, not of e**2 / 2"
IN_TURN = "the new w is used for the gradient of b: compute both gradients first, then step"
LOSSES = "w and b are right, the losses are not: after each epoch, the mean over all samples"

MANY = np.sin(np.arange(40_000.0)).reshape(2_000, 20)
TARGETS = np.cos(np.arange(2_000.0))


def problem(rng, n, d):
    """Draw samples, noisy targets, and weights and a bias to begin with.

    The bias stays far from 0, where a relative tolerance would ask for too much. No column changes
    its sign and every prediction is too low at first: were a column's mean 0, or the errors' mean,
    the step of w would not move the gradient of b, and a slip in the order would go unseen.
    """
    signs = rng.choice([-1.0, 1.0], size=d)
    samples = signs * rng.uniform(0.5, 2.0, size=(n, d))
    w, b = rng.normal(size=d), float(rng.uniform(6.0, 7.0))
    better = w + signs * rng.uniform(0.5, 1.5, size=d)
    return samples, samples @ better + rng.uniform(7.0, 9.0, size=n), w, b


def step_in_turn(samples, targets, w, b, lr, epochs, size):
    """Train with the slip that b is moved with the gradient at the new w."""
    losses = []
    for _ in range(epochs):
        for i in range(0, len(samples), size):
            xs, ys = samples[i : i + size], targets[i : i + size]
            w = w - lr * 2 * xs.T @ (xs @ w + b - ys) / len(xs)
            b = b - lr * 2 * float(np.mean(xs @ w + b - ys))
        losses.append(float(np.mean((samples @ w + b - targets) ** 2)))
    return w, b, losses


def assert_trains(student, reference, award, start, lr, epochs, **how):
    """Hold that training agrees with the reference; give a part for a slip that is known.

    Samples come in the order of the arrays: nothing here is shuffled. Bias and losses are plain
    floats, so float32 has to be given its tolerance by hand.
    """
    tolerance = {"rtol": 1e-3, "atol": 1e-5} if start[0].dtype == "float32" else {}
    answer = student.train_linear(*start, lr, epochs, **how)
    expected = reference.train_linear(*start, lr, epochs, **how)
    try:
        assert_agrees(answer, expected, check_dtype=False, **tolerance)
    except AssertionError:
        size = how.get("batch_size") or len(start[0])
        for fraction, reason, known in (
            (0.85, LOSSES, (*expected[:2], ...)),
            (0.6, HALF, reference.train_linear(*start, lr / 2, epochs, **how)),
            (0.7, IN_TURN, step_in_turn(*start, lr, epochs, size)),
        ):
            if agrees(answer, known, **tolerance):
                award(fraction, reason)
                return
        raise


def agrees(answer, known, **tolerance):
    """Tell whether weights and bias are the known ones, and the losses too if they are given."""
    if type(answer) is not tuple or len(answer) != 3:
        return False
    parts = 2 if known[2] is ... else 3
    try:
        assert_agrees(answer[:parts], known[:parts], check_dtype=False, **tolerance)
    except AssertionError:
        return False
    return True


def weights_of(answer, d):
    """Return the weights, once it is certain that they are d numbers beside a bias and losses."""
    assert type(answer) is tuple, "the answer is not a tuple"
    assert len(answer) == 3, "the answer is not w, b and losses"
    assert isinstance(answer[0], np.ndarray), "w is not an array"
    assert answer[0].shape == (d,), "w has another shape than before"
    return answer[0]


@pytest.mark.group("values")
@pytest.mark.points(2)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_train_linear_on_all_samples_at_once(student, reference, rng, award, dtype):
    """Without a batch size every epoch is one step, with the mean gradient of all samples."""
    samples, targets, w, b = problem(rng, 7, 3)
    start = (samples.astype(dtype), targets.astype(dtype), w.astype(dtype), b)
    assert_trains(student, reference, award, start, 0.05, 4)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_train_linear_approaches_the_best_line(student, reference, rng, award):
    """Many epochs on a square problem come near the targets, for each step is the right one."""
    assert_trains(student, reference, award, problem(rng, 4, 4), 0.02, 50)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_train_linear_on_one_sample_at_a_time(student, reference, rng, award):
    """With a batch size of 1 each sample makes a step, from where the last one led."""
    start = problem(rng, 5, 2)
    assert_trains(student, reference, award, start, 0.02, 3, batch_size=1, shuffle=False)


@pytest.mark.group("values")
def test_train_linear_on_batches_with_a_rest(student, reference, rng, award):
    """The last, smaller batch makes a step too, with the mean over its own samples."""
    start = problem(rng, 8, 3)
    assert_trains(student, reference, award, start, 0.03, 3, batch_size=3, shuffle=False)


@pytest.mark.group("values")
@pytest.mark.points(3)
def test_train_linear_shuffles_in_every_epoch(student, reference, rng):
    """Each epoch is explained by some order of the samples, and not all by the same one."""
    samples, targets, w, b = problem(rng, 4, 2)
    seed = np.random.default_rng(int(rng.integers(2**62)))
    answer = student.train_linear(samples, targets, w, b, 0.05, 10, batch_size=2, rng=seed)
    weights_of(answer, 2)
    losses = answer[2]
    assert type(losses) is list, "the losses are not a list"
    assert len(losses) == 10, "there is not one loss for each epoch"
    firsts = []
    for loss in losses:
        for first in combinations(range(4), 2):  # the batch that comes first decides the epoch
            order = [*first, *(i for i in range(4) if i not in first)]
            made = reference.train_linear(
                samples[order], targets[order], w, b, 0.05, 1, batch_size=2, shuffle=False
            )
            if agrees((w, b, [loss]), (w, b, made[2])):
                break
        else:
            raise AssertionError("no order of the samples leads to these losses")
        (w, b, _), firsts = made, [*firsts, first]
    assert_agrees(answer[:2], (w, b))
    assert len(set(firsts)) > 1, "the order is the same in every epoch: shuffle in the loop"


@pytest.mark.group("shapes")
@pytest.mark.parametrize("shape", [(6, 1), (3, 5)])
def test_train_linear_of_any_width(student, reference, rng, award, shape):
    """One feature, or more features than samples, are no special cases."""
    assert_trains(student, reference, award, problem(rng, *shape), 0.03, 3)


@pytest.mark.group("shapes")
def test_train_linear_takes_integers(student, reference, rng, award):
    """Samples and targets may be integers, which do not make integers of the weights."""
    signs = rng.choice([-1, 1], size=2)
    samples, targets = signs * rng.integers(1, 4, size=(5, 2)), rng.integers(-9, 1, size=5)
    w = signs * rng.uniform(0.5, 1.5, size=2)  # every prediction is too high: see `problem`
    assert_trains(student, reference, award, (samples, targets, w, 0.5), 0.02, 3)


@pytest.mark.group("hygiene")
def test_train_linear_keeps_float32(student, rng):
    """Weights of float32 stay float32, and those of float64 stay float64, whatever the data is."""
    samples, targets, w, b = problem(rng, 5, 3)
    single, double = "float32", "float64"
    for kinds in ((single,) * 3, (double,) * 3, (double, single, single), (single, double, single)):
        parts = (part.astype(kind) for part, kind in zip((samples, targets, w), kinds, strict=True))
        found = weights_of(student.train_linear(*parts, b, 0.02, 2), 3).dtype
        assert found == kinds[2], f"w was {kinds[2]}, and is {found}"


@pytest.mark.group("hygiene")
def test_train_linear_leaves_its_arguments_alone(student, rng):
    """Samples, targets and the first weights are not modified, whatever the batches."""
    start = problem(rng, 5, 2)
    for how in ({}, {"batch_size": 2, "shuffle": False}):
        weights_of(student.train_linear(*start, 0.02, 2, **how), 2)
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_train_linear_repeats_itself(student, rng):
    """The same data and the same generator give the same weights and losses, to the bit."""
    start, seed = problem(rng, 6, 2), int(rng.integers(2**62))
    once, again = (
        student.train_linear(*start, 0.02, 3, batch_size=2, rng=np.random.default_rng(seed))
        for _ in range(2)
    )
    weights_of(once, 2)
    assert_repeatable(once, again)


@pytest.mark.group("speed")
def test_train_linear_is_fast_on_many_samples(assert_fast):
    """The sums over the samples of a batch are left to NumPy."""
    assert_fast("train_linear", MANY, TARGETS, np.zeros(20), 0.0, 0.01, 10)
