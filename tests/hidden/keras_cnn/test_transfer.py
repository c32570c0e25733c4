"""Hidden checks of A8.9 `transfer`."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from autograder.suite import assert_agrees, assert_inputs_unchanged
from autograder.suite.models import Layer, facts, given, predict, weights
from autograder.suite.replay import replay

HERE = Path(__file__).resolve().parent
TRAINING_IMAGES = HERE.parents[2] / "assignments" / "keras_cnn" / "data" / "mnist_train_8k.npz"
IMAGE = (28, 28, 1)
UNITS = 256
BODY = 4  # arrays: kernel and bias of the convolution and of the first dense layer


def network(classes):
    """Write down a small network of the kind of A8.3, without dropout."""
    kernel = {"kernel_size": (3, 3), "strides": (1, 1), "padding": "valid"}
    return [
        Layer("Conv2D", {"filters": 6, **kernel, "activation": "relu"}),
        Layer("MaxPooling2D", {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"}),
        Layer("Flatten"),
        Layer("Dense", {"units": UNITS, "activation": "relu"}),
        Layer("Dense", {"units": classes, "activation": "softmax"}),
    ]


@cache
def digits():
    """Read images, scaled, and labels."""
    with np.load(TRAINING_IMAGES, allow_pickle=False) as archive:
        images, labels = (archive[name] for name in ("images", "labels"))
    return (images[..., np.newaxis] / 255).astype("float32"), labels.astype("int64")


def digits_of(rng, classes, count):
    """Draw images of some classes, each class among them, no image twice."""
    images, labels = digits()
    chosen = rng.permutation(np.flatnonzero(np.isin(labels, classes)))[:count]
    return images[chosen], labels[chosen]


def model_of(student, rng):
    """Have a network of ten classes built, the base of every check."""
    return given(student, network(10), IMAGE, seed=int(rng.integers(2**31)))


def arrays_of(model, classes):
    """Fetch the weights of the new model, if they are those of the base and a new head."""
    arrays = weights(model)
    received = [array.shape for array in arrays]
    expected = [(3, 3, 1, 6), (6,), (13 * 13 * 6, UNITS), (UNITS,), (UNITS, classes), (classes,)]
    assert received == expected, (
        f"expected the layers of the base and a head of {classes} units, with weights of shapes "
        f"{expected}; received {received}"
    )
    return arrays


@pytest.mark.group("values")
@pytest.mark.points(2)
@pytest.mark.critical
def test_transfer_keeps_what_the_base_has_learned(student, rng):
    """The new model begins with the base's weights, the same to the last bit, and so does it."""
    base = model_of(student, rng)
    before = weights(base)
    x, y = digits_of(rng, [5, 6, 7, 8, 9], 200)
    model = student.transfer(base, 5, x, y, epochs=2, batch_size=32, seed=1)
    assert_agrees(arrays_of(model, 5)[:BODY], before[:BODY], rtol=0, atol=0)
    assert_agrees(weights(base), before, rtol=0, atol=0)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_transfer_teaches_the_new_head_its_classes(student, rng):
    """Of 500 images of the digits 5 to 9 that were shown, two in three are known afterwards."""
    base = model_of(student, rng)
    x, y = digits_of(rng, [5, 6, 7, 8, 9], 500)
    model = student.transfer(base, 5, x, y, epochs=4, batch_size=8, seed=1)
    arrays = arrays_of(model, 5)
    answers = replay(network(5), arrays, x)
    told = predict(model, x[:50])
    words = "the new model does not predict what its weights say"
    assert told.shape == (50, 5), words
    assert np.allclose(told, answers[:50], rtol=0, atol=1e-4), words
    right = float(np.mean(answers.argmax(axis=1) + 5 == y))
    assert right >= 0.67, "the new classes are not told apart: output k is for the k-th label"


@pytest.mark.group("values")
def test_transfer_trains_the_head_alone(student, rng):
    """What is left to be trained are the weights and biases of the new layer."""
    x, y = digits_of(rng, [0, 1, 2], 90)
    model = student.transfer(model_of(student, rng), 3, x, y, epochs=1, batch_size=32, seed=1)
    arrays_of(model, 3)
    found = facts(model).trainable_params
    expected = UNITS * 3 + 3
    assert found == expected, f"expected {expected} numbers to be trained, received {found}"


@pytest.mark.group("shapes")
def test_transfer_numbers_the_labels_in_their_order(student, rng):
    """Labels 3 and 8 are outputs 0 and 1."""
    x, y = digits_of(rng, [3, 8], 240)
    model = student.transfer(model_of(student, rng), 2, x, y, epochs=4, batch_size=8, seed=2)
    answers = replay(network(2), arrays_of(model, 2), x).argmax(axis=1)
    right = float(np.mean(np.array([3, 8])[answers] == y))
    assert right >= 0.75, "labels 3 and 8 are not told apart: 3 is output 0, 8 is output 1"


@pytest.mark.group("hygiene")
def test_transfer_leaves_its_arguments_alone(student, rng):
    """Images and labels are not modified, and the same seed gives the same head."""
    x, y = digits_of(rng, [4, 6], 60)
    heads = []
    for _ in range(2):
        base = given(student, network(10), IMAGE, seed=7)
        model = student.transfer(base, 2, x, y, epochs=2, batch_size=16, seed=3)
        heads.append(arrays_of(model, 2)[BODY])
    assert np.any(heads[0]), "the new head is empty"
    assert np.allclose(heads[0], heads[1], rtol=1e-3, atol=1e-5), "the same seed, two results"
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_transfer_refuses_another_number_of_classes(student, rng):
    """Labels of three classes where two or four are announced raise ValueError."""
    base = model_of(student, rng)
    x, y = digits_of(rng, [1, 2, 9], 60)
    for classes in (2, 4):
        with pytest.raises(ValueError):
            student.transfer(base, classes, x, y, epochs=1)
