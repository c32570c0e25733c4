"""Hidden checks of A5.2 `iterate_minibatches`.

The order in which samples come is the student's own, so it is read from the answer and then held
against what every right order has in common.
"""

from itertools import pairwise

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


def data(rng, n, *axes):
    """Draw n samples, all different, with labels that are all different too."""
    return rng.permutation(n * 7)[:n] + 1000, rng.normal(size=(n, *axes))


def generator(rng):
    """Make a generator of its own for one call."""
    return np.random.default_rng(int(rng.integers(2**62)))


def order_of(answer, samples, labels):
    """Tell which sample stands where, once it is certain that each has its own label.

    Every batch is held to be two arrays of rows of the data, none of them empty.
    """
    assert type(answer) is list, "what is returned cannot be iterated over"
    order = []
    for batch in answer:
        assert type(batch) is tuple, "a batch is not a tuple"
        assert len(batch) == 2, "a batch is not the pair of samples and labels"
        for part, whole in zip(batch, (samples, labels), strict=True):
            assert isinstance(part, np.ndarray), "a part of a batch is not an array"
            assert part.shape[1:] == whole.shape[1:], "samples or labels have another shape"
            assert part.ndim == whole.ndim, "samples or labels have another number of axes"
        assert 0 < len(batch[0]) == len(batch[1]), "a batch has more samples than labels, or none"
        for sample, label in zip(*batch, strict=True):
            same = np.all(samples == sample, axis=tuple(range(1, samples.ndim)))
            assert np.count_nonzero(same) == 1, "a row of a batch is none of the samples"
            (place,) = np.flatnonzero(same)
            assert np.array_equal(labels[place], label), "a sample has the label of another one"
            order.append(int(place))
    return order


def sizes_of(answer):
    """Count the samples of each batch; call `order_of` first."""
    return [len(labels) for _, labels in answer]


@pytest.mark.group("values")
@pytest.mark.critical
def test_iterate_minibatches_gives_every_pair_once(student, rng):
    """Shuffled or not, every sample comes exactly once, and beside its own label."""
    labels, samples = data(rng, 24, 3)
    answer = student.iterate_minibatches(samples, labels, 4, generator(rng))
    assert sorted(order_of(answer, samples, labels)) == list(range(24)), "not every sample once"


@pytest.mark.group("values")
@pytest.mark.points(3)
def test_iterate_minibatches_shuffles_anew(student, rng):
    """The order is not that of the arrays, and every generator gives another one."""
    labels, samples = data(rng, 20, 2)
    orders = [list(range(20))]
    for _ in range(3):
        answer = student.iterate_minibatches(samples, labels, 5, generator(rng))
        order = order_of(answer, samples, labels)
        assert order not in orders, "an order has come before, or is that of the arrays"
        orders.append(order)


@pytest.mark.group("values")
@pytest.mark.points(3)
def test_iterate_minibatches_takes_its_order_from_the_generator(student, rng):
    """A generator in the same state gives the same batches again, another one gives others."""
    labels, samples = data(rng, 20, 2)
    seed = int(rng.integers(2**62))
    once, again, other = (
        student.iterate_minibatches(samples, labels, 5, np.random.default_rng(number))
        for number in (seed, seed, seed + 1)
    )
    orders = [order_of(answer, samples, labels) for answer in (once, again, other)]
    assert orders[0] == orders[1], "the same generator gave two orders: use `rng` alone"
    assert orders[0] != orders[2], "two generators gave one order: use `rng`"


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_iterate_minibatches_shuffles_samples_and_not_batches(student, rng):
    """Neighbours do not stay together, neither in blocks that move nor in blocks that stay."""
    labels, samples = data(rng, 36, 1)
    answer = student.iterate_minibatches(samples, labels, 6, generator(rng))
    order = order_of(answer, samples, labels)
    assert len(order) == 36, "not every sample once"
    blocks = [{place // 6 for place in order[i : i + 6]} for i in range(0, 36, 6)]
    assert any(len(block) > 1 for block in blocks), "the samples of a batch were neighbours before"
    neighbours = sum(abs(a - b) == 1 for a, b in pairwise(order))
    assert neighbours < 25, "most neighbours have stayed neighbours"


@pytest.mark.group("values")
def test_iterate_minibatches_keeps_the_last_batch(student, rng):
    """Every batch has the size that is asked for, the last one what is left."""
    labels, samples = data(rng, 11, 2)
    answer = student.iterate_minibatches(samples, labels, 4, generator(rng))
    assert sorted(order_of(answer, samples, labels)) == list(range(11)), "not every sample once"
    assert sizes_of(answer) == [4, 4, 3], "11 samples by 4 are batches of 4, 4 and 3"


@pytest.mark.group("values")
def test_iterate_minibatches_can_drop_the_last_batch(student, rng):
    """With `drop_last` only whole batches come, and a batch that is whole is not dropped."""
    for n, wanted in ((11, [4, 4]), (12, [4, 4, 4])):
        labels, samples = data(rng, n, 2)
        answer = student.iterate_minibatches(samples, labels, 4, generator(rng), drop_last=True)
        order = order_of(answer, samples, labels)
        assert len(order) == len(set(order)), "a sample comes twice"
        assert sizes_of(answer) == wanted, f"{n} samples by 4 are batches of {wanted}"


@pytest.mark.group("shapes")
def test_iterate_minibatches_larger_than_the_data(student, rng):
    """A batch size beyond N gives one batch of all samples, and a size of 1 gives N batches."""
    labels, samples = data(rng, 5, 2)
    for size, wanted in ((8, [5]), (1, [1] * 5)):
        answer = student.iterate_minibatches(samples, labels, size, generator(rng))
        assert sorted(order_of(answer, samples, labels)) == list(range(5)), "not every sample once"
        assert sizes_of(answer) == wanted, f"5 samples by {size} are batches of {wanted}"


@pytest.mark.group("shapes")
def test_iterate_minibatches_of_images_with_one_hot_labels(student, rng):
    """Samples and labels may have any number of axes, none at all too."""
    samples, labels = rng.normal(size=(6, 3, 2, 1)), np.eye(6)
    answer = student.iterate_minibatches(samples, labels, 4, generator(rng))
    assert sorted(order_of(answer, samples, labels)) == list(range(6)), "not every sample once"
    _, numbers = data(rng, 6)
    answer = student.iterate_minibatches(numbers, labels, 4, generator(rng))
    assert sorted(order_of(answer, numbers, labels)) == list(range(6)), "not every sample once"


@pytest.mark.group("shapes")
def test_iterate_minibatches_without_shuffling_needs_no_generator(student, reference, rng):
    """Without `shuffle` the order is that of the arrays, and `rng` may be None."""
    labels, samples = data(rng, 7, 2)
    expected = list(reference.iterate_minibatches(samples, labels, 3, None, shuffle=False))
    assert_agrees(student.iterate_minibatches(samples, labels, 3, None, shuffle=False), expected)


@pytest.mark.group("hygiene")
def test_iterate_minibatches_keeps_dtypes(student, rng):
    """float32 images and uint8 labels stay what they are."""
    labels, samples = data(rng, 6, 2)
    samples, labels = samples.astype("float32"), (labels % 256).astype("uint8")
    answer = student.iterate_minibatches(samples, labels, 3, generator(rng))
    assert len(order_of(answer, samples, labels)) == 6, "not every sample once"
    dtypes = {(str(Xb.dtype), str(yb.dtype)) for Xb, yb in answer}
    assert dtypes == {("float32", "uint8")}, f"float32 and uint8 have become {dtypes}"


@pytest.mark.group("hygiene")
def test_iterate_minibatches_leaves_the_data_alone(student, rng):
    """Samples and labels are not put into another order themselves."""
    labels, samples = data(rng, 9, 2)
    seed = int(rng.integers(2**62))
    once, again = (
        student.iterate_minibatches(samples, labels, 3, np.random.default_rng(seed), shuffle=turn)
        for turn in (True, False)
    )
    assert len(order_of(once, samples, labels)) == 9, "not every sample once"
    assert_repeatable(order_of(again, samples, labels), list(range(9)))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_iterate_minibatches_refuses_what_makes_no_batches(student, rng):
    """Samples and labels of two lengths, and batches of less than one sample, are ValueErrors."""
    labels, samples = data(rng, 6, 2)
    for count, size, drop in ((5, 2, False), (6, 0, False), (6, 0, True), (6, -1, False)):
        with pytest.raises(ValueError):
            student.iterate_minibatches(
                samples, labels[:count], size, generator(rng), drop_last=drop
            )
