"""Hidden checks of A8.6 `evaluate`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_number,
    assert_repeatable,
)
from autograder.suite.models import Layer, facts, given, predict, weights


def classifier(student, rng, classes, shape=(6, 5, 1)):
    """Have a network built that knows nothing, so that it takes each class for each other."""
    layers = [Layer("Flatten"), Layer("Dense", {"units": classes, "activation": "softmax"})]
    return given(student, layers, shape, seed=int(rng.integers(2**31)))


def images(rng, count, shape=(6, 5, 1), scale=1.0):
    """Draw images."""
    return rng.normal(scale=scale, size=(count, *shape)).astype("float32")


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
    model, x = classifier(student, rng, classes), images(rng, 120)
    probabilities = predict(model, x)
    y = labels_for(rng, probabilities)
    assert_confusion(parts_of(student.evaluate(model, x, y))[2], y, probabilities)


@pytest.mark.group("values")
def test_evaluate_gives_the_share_of_right_answers(student, rng):
    """The accuracy is the number of images taken for what they are, divided by all."""
    model, x = classifier(student, rng, 5), images(rng, 90)
    probabilities = predict(model, x)
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
    model, x = classifier(student, rng, 6), images(rng, 80)
    probabilities = predict(model, x)
    y = labels_for(rng, probabilities)
    assert_loss(parts_of(student.evaluate(model, x, y))[0], y, probabilities)


@pytest.mark.group("shapes")
def test_evaluate_has_a_row_for_a_class_that_does_not_come(student, rng):
    """The matrix has as many rows as the network has outputs, whatever the labels are."""
    model, x = classifier(student, rng, 7), images(rng, 30)
    probabilities = predict(model, x)
    y = rng.integers(1, 3, size=30)
    assert_confusion(parts_of(student.evaluate(model, x, y))[2], y, probabilities)


@pytest.mark.group("shapes")
def test_evaluate_takes_a_single_image(student, rng):
    """One image in colour is enough."""
    shape = (5, 4, 3)
    model, x = classifier(student, rng, 3, shape), images(rng, 1, shape)
    probabilities = predict(model, x)
    y = (probabilities.argmax(axis=1) + rng.integers(1, 3, size=1)) % 3  # a wrong answer
    loss, accuracy, confusion = parts_of(student.evaluate(model, x, y))
    assert_loss(loss, y, probabilities)
    assert_agrees(accuracy, 0.0)
    assert_confusion(confusion, y, probabilities)


@pytest.mark.group("stability")
def test_evaluate_of_a_certain_mistake_is_finite(student, rng):
    """A probability of 0 costs -log(1e-7) and not infinity, without a warning."""
    model, x = classifier(student, rng, 4), images(rng, 40, scale=400.0)
    probabilities = predict(model, x)
    y = (probabilities.argmax(axis=1) + rng.integers(0, 2, size=40)) % 4
    received = parts_of(student.evaluate(model, x, y))[0]
    assert_number(received)
    assert_loss(received, y, probabilities)
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_evaluate_leaves_the_model_and_its_arguments_alone(student, rng):
    """Nothing is modified or compiled, and the same call gives the same right answer again."""
    model, x = classifier(student, rng, 5), images(rng, 50)
    before, probabilities = weights(model), predict(model, x)
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
    model, x = classifier(student, rng, 3), images(rng, 20)
    probabilities = predict(model, x)
    y = labels_for(rng, probabilities)
    loss, accuracy, confusion = parts_of(student.evaluate(model, x, y))
    assert_number(loss)
    assert_number(accuracy)
    words = "expected the confusion matrix as an array of integers of shape (3, 3)"
    assert isinstance(confusion, np.ndarray), words
    assert np.issubdtype(confusion.dtype, np.integer), words
    assert confusion.shape == (3, 3), words
