"""Public tests of `sgd_update`: the lectures' worked example and small ones like it.

Run: pytest test_sgd_update.py. W.. names a worked example of the decks, E.. an erratum: where a
deck misprints a number, the test has the corrected one.
"""

from functools import partial

import numpy as np
import pytest
import sgd_update

try:
    from autograder.suite import assert_agrees  # explains a mismatch
except ImportError:  # stock tools only
    from numpy.testing import assert_allclose

    def assert_agrees(actual, expected, **options):
        """Compare arrays and numbers, also within lists, tuples and dicts."""
        if isinstance(expected, list | tuple):
            assert type(actual) is type(expected)
            assert len(actual) == len(expected)
            for one, other in zip(actual, expected, strict=True):
                assert_agrees(one, other, **options)
        elif isinstance(expected, dict):
            assert type(actual) is dict
            assert sorted(actual) == sorted(expected)
            for key, value in expected.items():
                assert_agrees(actual[key], value, **options)
        else:
            assert_allclose(actual, expected, strict=isinstance(expected, np.ndarray), **options)


agrees = partial(assert_agrees, rtol=1e-6)

# The numbers of deck 000 L284-346: w = 0.2 and b = 0.5, with their right gradients (E01).
PARAMS = [np.array([0.2]), np.array([0.5])]
GRADS = [np.array([-12.4]), np.array([-6.2])]
ZEROS = [np.array([0.0]), np.array([0.0])]

SAMPLES = np.arange(24.0).reshape(12, 2)
LABELS = np.arange(12)


def batches_of(*arguments, **keywords):
    """Return the batches of the samples as a list, once it is certain that there are some."""
    batches = list(sgd_update.iterate_minibatches(SAMPLES, LABELS, *arguments, **keywords))
    assert all(isinstance(batch, tuple) and len(batch) == 2 for batch in batches)
    return batches


@pytest.mark.question("A5.1")
def test_sgd_step_of_the_lecture():
    """W06: with lr 0.1, w goes to 1.44 and b to 1.12 (deck 000 L346 prints w = 1.84, E01)."""
    answer = sgd_update.sgd_step(PARAMS, GRADS, 0.1)
    agrees(answer, [np.array([1.44]), np.array([1.12])])


@pytest.mark.question("A5.1")
def test_sgd_step_of_a_matrix():
    """Parameters may have any shape: every entry goes its own way."""
    params, grads = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [-1.0, 2.0]])
    agrees(sgd_update.sgd_step([params], [grads], 0.5), [np.array([[0.5, 2.0], [3.5, 3.0]])])


@pytest.mark.question("A5.2")
def test_iterate_minibatches_without_shuffling():
    """Twelve samples in batches of four are three batches, in the order of the arrays."""
    expected = [(SAMPLES[i : i + 4], LABELS[i : i + 4]) for i in (0, 4, 8)]
    agrees(batches_of(4, None, shuffle=False), expected)


@pytest.mark.question("A5.2")
def test_iterate_minibatches_shuffled_keeps_samples_and_labels_together():
    """Each sample comes once, beside its own label, and not in the old order."""
    batches = batches_of(4, np.random.default_rng(1))
    assert len(batches) == 3
    labels = np.concatenate([yb for _, yb in batches])
    agrees(np.concatenate([Xb for Xb, _ in batches]), SAMPLES[labels])
    agrees(np.sort(labels), LABELS)
    assert not np.array_equal(labels, LABELS), "the order is still that of the arrays"


@pytest.mark.question("A5.2")
def test_iterate_minibatches_has_another_order_for_another_generator():
    """What the generator gives decides the order: two generators, two orders."""
    orders = []
    for seed in (1, 2):
        batches = batches_of(4, np.random.default_rng(seed))
        assert len(batches) == 3
        labels = np.concatenate([yb for _, yb in batches])
        agrees(np.concatenate([Xb for Xb, _ in batches]), SAMPLES[labels])
        orders.append(labels)
    assert not np.array_equal(*orders), "two generators gave the same order"


@pytest.mark.question("A5.3")
def test_train_linear_takes_the_step_of_the_lecture():
    """W06: x = 2, y = 4, w = 0.2, b = 0.5 and lr 0.1 give w = 1.44, b = 1.12 (E01)."""
    answer = sgd_update.train_linear(
        np.array([[2.0]]), np.array([4.0]), np.array([0.2]), 0.5, lr=0.1, epochs=1
    )
    agrees(answer[:2], (np.array([1.44]), 1.12))


@pytest.mark.question("A5.3")
def test_train_linear_averages_over_the_batch():
    """Two samples at once: (1, 2) and (2, 3) lead from 0 to w = 1.05, b = 0.66 in two epochs."""
    answer = sgd_update.train_linear(
        np.array([[1.0], [2.0]]), np.array([2.0, 3.0]), np.zeros(1), 0.0, lr=0.1, epochs=2
    )
    agrees(answer[:2], (np.array([1.05]), 0.66))


@pytest.mark.question("A5.3")
def test_train_linear_tells_the_loss_after_each_epoch():
    """The losses of those two epochs are 0.65 and 0.07085."""
    answer = sgd_update.train_linear(
        np.array([[1.0], [2.0]]), np.array([2.0, 3.0]), np.zeros(1), 0.0, lr=0.1, epochs=2
    )
    agrees(answer[2], [0.65, 0.07085])


@pytest.mark.question("A5.3")
def test_train_linear_with_one_sample_at_a_time():
    """The same two samples one after the other lead to w = 1.12, b = 0.76 in one epoch."""
    answer = sgd_update.train_linear(
        np.array([[1.0], [2.0]]),
        np.array([2.0, 3.0]),
        np.zeros(1),
        0.0,
        lr=0.1,
        epochs=1,
        batch_size=1,
        shuffle=False,
    )
    agrees(answer[:2], (np.array([1.12]), 0.76))


@pytest.mark.question("A5.4")
def test_momentum_step_begins_like_gradient_descent():
    """From rest, the first step with lr 0.01 is that of gradient descent: 0.324 and 0.562."""
    answer = sgd_update.momentum_step(PARAMS, GRADS, ZEROS, 0.01)
    agrees(answer[0], [np.array([0.324]), np.array([0.562])])


@pytest.mark.question("A5.4")
def test_momentum_step_goes_further_the_second_time():
    """The same gradients once more: 0.5596 and 0.6798, for 0.9 of the velocity is kept."""
    params, velocity = sgd_update.momentum_step(PARAMS, GRADS, ZEROS, 0.01)
    answer = sgd_update.momentum_step(params, GRADS, velocity, 0.01)
    agrees(answer[0], [np.array([0.5596]), np.array([0.6798])])


@pytest.mark.question("A5.5")
def test_rmsprop_step_is_as_long_for_every_parameter():
    """With lr 0.1 the first step is 0.1 / sqrt(0.1) for both, whatever the gradient's size."""
    params, state = sgd_update.rmsprop_step(PARAMS, GRADS, ZEROS, 0.1)
    agrees(params, [np.array([0.516227758]), np.array([0.816227750])])
    agrees(state, [np.array([15.376]), np.array([3.844])])


@pytest.mark.question("A5.6")
def test_adam_step_begins_with_the_learning_rate():
    """With lr 0.1 the first step is 0.1 for both, whatever the gradient's size."""
    answer = sgd_update.adam_step(PARAMS, GRADS, {"m": ZEROS, "v": ZEROS, "t": 0}, 0.1)
    agrees(answer[0], [np.array([0.2999999992]), np.array([0.5999999984])])


@pytest.mark.question("A5.6")
def test_adam_step_keeps_what_is_not_corrected():
    """The new m is a tenth of the gradient, v a thousandth of its square; the step is corrected."""
    answer = sgd_update.adam_step(PARAMS, GRADS, {"m": ZEROS, "v": ZEROS, "t": 0}, 0.1)
    m, v = [np.array([-1.24]), np.array([-0.62])], [np.array([0.15376]), np.array([0.03844])]
    params = [np.array([0.2999999992]), np.array([0.5999999984])]
    agrees(answer, (params, {"m": m, "v": v, "t": 1}))


@pytest.mark.question("A5.7")
def test_lr_regime_of_small_and_of_large_steps():
    """W06's line has curvature 2 x**2 = 8 in w: lr 0.01 and 0.1 creep, 0.3 diverges."""
    assert [sgd_update.lr_regime(8.0, lr) for lr in (0.01, 0.1)] == ["monotone", "monotone"]
    assert sgd_update.lr_regime(8.0, 0.3) == "diverges"


@pytest.mark.question("A5.7")
def test_lr_regime_between():
    """With curvature 8, lr 0.125 hits at once, 0.2 swings towards it, 0.25 swings for ever."""
    answers = [sgd_update.lr_regime(8.0, lr) for lr in (0.125, 0.2, 0.25)]
    assert answers == ["one_step", "oscillates", "cycles"]


@pytest.mark.question("A5.8")
def test_early_stopping_waits_for_two_epochs():
    """Best in epoch 3, no better in 4 and 5: with patience 2, training stops after epoch 5."""
    losses = [0.9, 0.6, 0.7, 0.5, 0.55, 0.52, 0.4]
    agrees(sgd_update.early_stopping(losses, patience=2), (5, 3))


@pytest.mark.question("A5.8")
def test_early_stopping_of_a_run_that_nothing_stops():
    """Epoch 3 is better than 2, but epoch 1 was the best; the patience of 3 is not used up."""
    agrees(sgd_update.early_stopping([0.9, 0.6, 0.8, 0.7], patience=3), (3, 1))
