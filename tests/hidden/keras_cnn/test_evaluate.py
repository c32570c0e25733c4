"""Hidden checks of A8.6 `evaluate`.

The networks' weights are drawn here, and what the networks answer is computed from them on this
side: what the student's process says of either may be made up.
"""

from functools import partial

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_number,
    assert_repeatable,
)
from autograder.suite.models import Layer, facts, given, weights
from autograder.suite.replay import replay

# Two probabilities that are as close as this, or closer, could change places in float32.
CLOSE = 1e-3


def weights_of(rng, classes, shape=(6, 5, 1)):
    """Draw weights that know nothing, so that each class is taken for each other."""
    size = (int(np.prod(shape)), classes)
    bound = np.sqrt(6 / sum(size))
    return [rng.uniform(-bound, bound, size).astype("float32"), np.zeros(classes, "float32")]


def classifier(student, arrays, shape=(6, 5, 1)):
    """Have a network with these weights built; return it, and what computes its answers."""
    layers = [Layer("Flatten"), Layer("Dense", {"units": len(arrays[1]), "activation": "softmax"})]
    return given(student, layers, shape, arrays=arrays), partial(replay, layers, arrays)


def images(rng, answers, count, shape=(6, 5, 1), scale=1.0):
    """Draw images of which a network takes each for one class, and by no hair's breadth."""
    x = rng.normal(scale=scale, size=(2 * count + 8, *shape)).astype("float32")
    second, first = np.sort(answers(x), axis=1)[:, -2:].T
    return x[first - second > CLOSE][:count]


def labels_for(rng, probabilities):
    """Draw labels of which about half are what the network answers."""
    answers = probabilities.argmax(axis=1)
    drawn = rng.integers(0, probabilities.shape[1], size=len(answers))
    return np.where(rng.random(len(answers)) < 0.5, answers, drawn)


def table(rows, columns, classes):
    """Count each pair of classes."""
    counts = np.zeros((classes, classes), dtype="int64")
    np.add.at(counts, (rows, columns), 1)
    return counts


def parts_of(answer):
    """Return the three parts of an answer that has the form that is asked for."""
    words = "expected a dict with the keys 'loss', 'accuracy' and 'confusion', and no others"
    assert isinstance(answer, dict), words
    assert set(answer) == {"loss", "accuracy", "confusion"}, words
    return answer["loss"], answer["accuracy"], answer["confusion"]


def assert_confusion(received, y, probabilities):
    """Compare with the count of each pair of classes, and name the usual mistakes."""
    answers, classes = probabilities.argmax(axis=1), probabilities.shape[1]
    expected = table(y, answers, classes)
    known = {
        "rows are the truth, columns the answers": lambda: expected.T,
        "each pair is counted once only: += with index arrays": lambda: np.minimum(expected, 1),
        "counts are asked for, not shares": lambda: expected / len(y),
    }
    assert_agrees(received, expected, check_dtype=False, alternatives=known)


def assert_loss(received, y, probabilities):
    """Compare with the cross-entropy, and name the usual mistakes."""
    clipped = np.clip(probabilities.astype("float64"), 1e-7, 1 - 1e-7)
    costs = -np.log(clipped[np.arange(len(y)), y])
    known = {
        "a sum over the samples: average over them": lambda: float(costs.sum()),
        "softmax once more: the network gives probabilities": lambda: _softmax_twice(clipped, y),
    }
    assert_agrees(received, float(costs.mean()), rtol=1e-4, alternatives=known)


def _softmax_twice(probabilities, y):
    powers = np.exp(probabilities)
    shares = powers / powers.sum(axis=1, keepdims=True)
    return float(-np.log(shares[np.arange(len(y)), y]).mean())


@pytest.mark.group("values")
@pytest.mark.parametrize("classes", [4, 10])
def test_evaluate_counts_each_pair_of_classes(student, rng, classes):
    """Row i and column j hold how many images of class i were taken for class j."""
    model, answers = classifier(student, weights_of(rng, classes))
    x = images(rng, answers, 120)
    probabilities = answers(x)
    y = labels_for(rng, probabilities)
    assert_confusion(parts_of(student.evaluate(model, x, y))[2], y, probabilities)


@pytest.mark.group("values")
def test_evaluate_gives_the_share_of_right_answers(student, rng):
    """The accuracy is the number of images taken for what they are, divided by all."""
    model, answers = classifier(student, weights_of(rng, 5))
    x = images(rng, answers, 90)
    probabilities = answers(x)
    y = labels_for(rng, probabilities)
    right = probabilities.argmax(axis=1) == y
    received = parts_of(student.evaluate(model, x, y))[1]
    known = {
        "per cent: a share of 1 is asked for": lambda: 100 * float(right.mean()),
        "labels and answers are compared each with each": lambda: float(
            (probabilities.argmax(axis=1)[:, np.newaxis] == y).mean()
        ),
    }
    assert_agrees(received, float(right.mean()), rtol=1e-6, alternatives=known)


@pytest.mark.group("values")
def test_evaluate_gives_the_cross_entropy(student, rng):
    """The loss is the mean of -log of the probability of each image's own class."""
    model, answers = classifier(student, weights_of(rng, 6))
    x = images(rng, answers, 80)
    probabilities = answers(x)
    y = labels_for(rng, probabilities)
    assert_loss(parts_of(student.evaluate(model, x, y))[0], y, probabilities)


@pytest.mark.group("shapes")
def test_evaluate_has_a_row_for_a_class_that_does_not_come(student, rng):
    """The matrix has as many rows as the network has outputs, whatever the labels are."""
    model, answers = classifier(student, weights_of(rng, 7))
    x = images(rng, answers, 30)
    probabilities = answers(x)
    y = rng.integers(1, 3, size=30)
    assert_confusion(parts_of(student.evaluate(model, x, y))[2], y, probabilities)


@pytest.mark.group("shapes")
def test_evaluate_takes_a_single_image(student, rng):
    """One image in colour is enough."""
    shape = (5, 4, 3)
    model, answers = classifier(student, weights_of(rng, 3, shape), shape)
    x = images(rng, answers, 1, shape)
    probabilities = answers(x)
    y = (probabilities.argmax(axis=1) + rng.integers(1, 3, size=1)) % 3  # a wrong answer
    loss, accuracy, confusion = parts_of(student.evaluate(model, x, y))
    assert_loss(loss, y, probabilities)
    assert_agrees(accuracy, 0.0)
    assert_confusion(confusion, y, probabilities)


@pytest.mark.group("stability")
def test_evaluate_of_a_certain_mistake_is_finite(student, rng):
    """A probability of 0 costs -log(1e-7) and not infinity, without a warning."""
    model, answers = classifier(student, weights_of(rng, 4))
    x = images(rng, answers, 40, scale=400.0)
    probabilities = answers(x)
    y = (probabilities.argmax(axis=1) + rng.integers(0, 2, size=40)) % 4
    received = parts_of(student.evaluate(model, x, y))[0]
    assert_number(received)
    assert_loss(received, y, probabilities)
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_evaluate_leaves_the_model_and_its_arguments_alone(student, rng):
    """Nothing is modified or compiled, and the same call gives the same right answer again."""
    before = weights_of(rng, 5)
    model, answers = classifier(student, before)
    x = images(rng, answers, 50)
    probabilities = answers(x)
    y = labels_for(rng, probabilities)
    first = student.evaluate(model, x, y)
    assert_confusion(parts_of(first)[2], y, probabilities)
    assert_repeatable(first, student.evaluate(model, x, y))
    assert_inputs_unchanged(student)
    assert facts(model).loss == "", "the model was compiled: predict and count instead"
    assert_agrees(weights(model), before, rtol=0, atol=0)


@pytest.mark.group("hygiene")
def test_evaluate_answers_with_numbers_and_a_table(student, rng):
    """Loss and accuracy are one float each, the confusion matrix holds integers."""
    model, answers = classifier(student, weights_of(rng, 3))
    x = images(rng, answers, 20)
    probabilities = answers(x)
    y = labels_for(rng, probabilities)
    loss, accuracy, confusion = parts_of(student.evaluate(model, x, y))
    assert_number(loss)
    assert_number(accuracy)
    words = "expected the confusion matrix as an array of integers of shape (3, 3)"
    assert isinstance(confusion, np.ndarray), words
    assert np.issubdtype(confusion.dtype, np.integer), words
    assert confusion.shape == (3, 3), words
