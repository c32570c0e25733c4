"""What the suite of `keras_cnn` shows of a training: tests/hidden/keras_cnn/test_train.py."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest

from autograder.figures import Curves, Figure, Images, Matrix

PATH = Path(__file__).parents[1] / "hidden" / "keras_cnn" / "test_train.py"
HISTORY = {"loss": [0.9, 0.5, 0.3, 0.2, 0.1], "accuracy": [0.7, 0.8, 0.9, 0.95, 0.97]}
NAMES = np.array([3, 0, 1, 2, 5, 4, 9, 6, 7, 8])


@pytest.fixture(scope="module")
def suite():
    """Import the hidden tests of A8.5."""
    spec = importlib.util.spec_from_file_location("hidden_train", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def trained(suite):
    """Make the record of a training that reads all but the first three test images right."""

    def make(told=HISTORY, kernel=None, classes=10):
        _, labels = suite.digits(suite.TEST_IMAGES)
        answers = labels.copy()
        answers[:3] = (labels[:3] + 1) % 10
        kernel = np.linspace(-1, 2, 252).reshape(3, 3, 1, 28) if kernel is None else kernel
        return suite.Training(
            told=told,
            names=NAMES,
            learned=[kernel, np.zeros(classes)],
            probabilities=np.eye(10)[NAMES[answers]],
            labels=NAMES[labels],
            found=None,
        )

    return make


def learned(suite, training) -> list[Figure]:
    shown: list[Figure] = []
    suite.show_learned(shown.append, training)
    return shown


def curves(suite, *trainings) -> list[Figure]:
    shown: list[Figure] = []
    suite.show_curves(shown.append, trainings, len(HISTORY["loss"]))
    return shown


def test_learned_network_is_shown_with_the_usual_names_of_the_digits(suite, trained):
    """The secret names are undone: what is right stands on the diagonal, what is wrong is named."""
    matrix, filters, misread = learned(suite, trained())
    images, labels = suite.digits(suite.TEST_IMAGES)
    assert isinstance(matrix, Matrix)
    assert sum(matrix.counts[place][place] for place in range(10)) == len(labels) - 3
    assert all(
        matrix.counts[label][(label + 1) % 10] and sum(matrix.counts[label]) for label in labels[:3]
    )
    assert isinstance(filters, Images)
    assert filters.shape == (28, 3, 3)
    assert isinstance(misread, Images)
    assert misread.captions == tuple(f"said {(y + 1) % 10}, is {y}" for y in labels[:3])
    assert misread.each() == tuple(
        np.round(image[:, :, 0] * 255).astype("uint8").tobytes() for image in images[:3]
    )


def test_filters_share_a_scale_whose_middle_is_zero(suite):
    """White is the largest weight, black as large a negative one; grey is between."""
    kernel = np.zeros((3, 3, 1, 28))
    kernel[0, 1, 0, 5], kernel[2, 0, 0, 6] = 4.0, -2.0
    grey = suite.grey(kernel)
    assert (grey[5, 0, 1], grey[6, 2, 0], grey[0, 0, 0]) == (255, 64, 128)
    assert suite.grey(np.zeros((3, 3, 1, 28))).min() == 128


@pytest.mark.parametrize("kernel", [np.zeros((3, 3, 1, 29)), np.zeros((9, 28))])
def test_weights_of_another_network_are_not_shown(suite, trained, kernel):
    """They come from the student's process, and may be of any form."""
    assert learned(suite, trained(kernel=kernel)) == []
    assert learned(suite, trained(classes=12)) == []


def test_filters_that_are_no_numbers_are_left_out(suite, trained):
    """After a training that ended in NaN the confusion is still to be seen."""
    shown = learned(suite, trained(kernel=np.full((3, 3, 1, 28), math.nan)))
    assert [type(figure) for figure in shown] == [Matrix, Images]


def test_curves_show_each_training_with_its_gaps(suite, trained):
    """A series a training; NaN is a gap; loss is best where it is lowest."""
    odd = {"loss": [0.9, math.nan, 0.3, 0.2, 0.1], "accuracy": HISTORY["accuracy"]}
    loss, accuracy = curves(suite, trained(), trained(odd))
    assert isinstance(loss, Curves)
    assert [one.name for one in loss.series] == ["training 1", "training 2"]
    assert loss.series[1].values == (0.9, None, 0.3, 0.2, 0.1)
    assert (loss.best, accuracy.best) == ("lowest", "highest")


@pytest.mark.parametrize(
    "told",
    [None, [1.0] * 5, {}, {"loss": 1.0}, {"loss": [1.0] * 4}, {"loss": ["1"] * 5, "accuracy": {}}],
)
def test_history_of_another_form_is_not_shown(suite, trained, told):
    """Other checks say what is wrong with it; this one goes on."""
    assert curves(suite, trained(told)) == []
    assert len(curves(suite, trained(told), trained())) == 2
