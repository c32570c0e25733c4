"""Hidden checks of A8.7 `numpy_replay`."""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
)
from autograder.suite.models import Layer, given, predict
from autograder.suite.replay import replay

# What Keras' float32 differs by from a sum in another order, and 50 times that.
EXACT = {"rtol": 1e-4, "atol": 1e-5, "check_dtype": False}


def network(filters, units, classes, kernel=(3, 3)):
    """Write down the network of A8.3 with other sizes."""
    settings = {"kernel_size": kernel, "strides": (1, 1), "padding": "valid"}
    return [
        Layer("Conv2D", {"filters": filters, **settings, "activation": "relu"}),
        Layer("MaxPooling2D", {"pool_size": (2, 2), "strides": (2, 2), "padding": "valid"}),
        Layer("Flatten"),
        Layer("Dense", {"units": units, "activation": "relu"}),
        Layer("Dropout", {"rate": 0.2}),
        Layer("Dense", {"units": classes, "activation": "softmax"}),
    ]


def drawn(rng, image, filters, units, classes, kernel=(3, 3)):
    """Draw weights and biases for which every layer matters: each ReLU stops about half."""
    height, width = ((n - k + 1) // 2 for n, k in zip(image, kernel, strict=False))
    flat = height * width * filters
    shapes = [(*kernel, image[2], filters), (filters,), (flat, units), (units,)]
    shapes += [(units, classes), (classes,)]
    fans = [kernel[0] * kernel[1] * image[2], 8, flat, 8, units, 8]
    pairs = zip(shapes, fans, strict=True)
    arrays = [rng.normal(scale=1.5 / np.sqrt(n), size=shape) for shape, n in pairs]
    # A filter's numbers add up to 0, and its bias is minus what the largest of four is about.
    arrays[0] -= arrays[0].mean(axis=(0, 1, 2))
    arrays[1] = rng.normal(-0.45, 0.1, size=filters)
    return [array.astype("float32") for array in arrays]


def images(rng, count, shape):
    """Draw images from 0 to 1."""
    return rng.random((count, *shape), dtype="float32")


def assert_replay(received, layers, arrays, x, exact=None):
    """Compare with the trusted side's arithmetic, and name the usual mistakes."""

    def without(*, activation):
        changed = [Layer(one.kind, dict(one.settings)) for one in layers]
        del changed[activation].settings["activation"]
        return replay(changed, arrays, x)

    def scaled(factor):
        *body, head, bias = arrays
        return replay(layers, [*body, head * np.float32(factor), bias], x)

    def flipped():
        return replay(layers, [arrays[0][::-1, ::-1], *arrays[1:]], x)

    def channels_first():
        kernel, bias, dense, *rest = arrays
        height, width = ((n - k + 1) // 2 for n, k in zip(x.shape[1:3], kernel.shape, strict=False))
        filters = kernel.shape[3]
        order = np.arange(height * width * filters).reshape(filters, height, width)
        turned = dense[order.transpose(1, 2, 0).ravel()]
        return replay(layers, [kernel, bias, turned, *rest], x)

    known = {
        "ReLU behind the convolution is missing": lambda: without(activation=0),
        "ReLU behind the first dense layer is missing": lambda: without(activation=3),
        "softmax at the end is missing": lambda: without(activation=5),
        "dropout is for training only: nothing is scaled by 0.8": lambda: scaled(0.8),
        "dropout is for training only: nothing is divided by 0.8": lambda: scaled(1 / 0.8),
        "the kernel is flipped: Keras does not flip": flipped,
        "flatten goes row, column, channel": channels_first,
    }
    assert_agrees(received, replay(layers, arrays, x), alternatives=known, **(exact or EXACT))


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_numpy_replay_agrees_with_keras(student, rng):
    """For the network of A8.3 the answers are those of `predict`."""
    layers, shape = network(28, 128, 10), (28, 28, 1)
    arrays, x = drawn(rng, shape, 28, 128, 10), images(rng, 40, shape)
    model = given(student, layers, shape, arrays=arrays)
    received = student.numpy_replay(arrays, x)
    assert_replay(received, layers, arrays, x)
    assert_agrees(received, predict(model, x), **EXACT)


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(8, 8, 1), (9, 12, 1)], ids=["square", "wide"])
def test_numpy_replay_computes_every_layer(student, rng, shape):
    """Convolution, ReLU, pooling, dense, ReLU, dense, softmax, each bias included."""
    arrays, x = drawn(rng, shape, 3, 7, 4), images(rng, 6, shape)
    assert_replay(student.numpy_replay(arrays, x), network(3, 7, 4), arrays, x)


@pytest.mark.group("values")
def test_numpy_replay_sums_over_the_channels(student, rng):
    """Images in colour have three channels, and each filter sees all of them."""
    shape = (10, 8, 3)
    arrays, x = drawn(rng, shape, 5, 6, 3), images(rng, 4, shape)
    assert_replay(student.numpy_replay(arrays, x), network(5, 6, 3), arrays, x)


@pytest.mark.group("shapes")
def test_numpy_replay_takes_a_single_image(student, rng):
    """One image, two filters."""
    shape = (12, 12, 1)
    arrays, x = drawn(rng, shape, 2, 8, 2), images(rng, 1, shape)
    assert_replay(student.numpy_replay(arrays, x), network(2, 8, 2), arrays, x)


@pytest.mark.group("shapes")
def test_numpy_replay_drops_an_odd_row_and_column(student, rng):
    """A last row or column that fills no window of the pooling is left out."""
    shape = (7, 9, 1)
    arrays, x = drawn(rng, shape, 4, 5, 3), images(rng, 3, shape)
    assert_replay(student.numpy_replay(arrays, x), network(4, 5, 3), arrays, x)


@pytest.mark.group("shapes")
def test_numpy_replay_reads_the_kernel_size_from_the_weights(student, rng):
    """A kernel of 5x2 is not one of 3x3."""
    shape, kernel = (10, 9, 2), (5, 2)
    arrays, x = drawn(rng, shape, 3, 4, 5, kernel), images(rng, 3, shape)
    assert_replay(student.numpy_replay(arrays, x), network(3, 4, 5, kernel), arrays, x)


@pytest.mark.group("stability")
def test_numpy_replay_of_large_scores_is_finite(student, rng):
    """Scores of about a thousand give probabilities, and no overflow on the way."""
    shape = (8, 8, 1)
    arrays, x = drawn(rng, shape, 3, 6, 4), images(rng, 5, shape)
    arrays[-1] += np.float32(1000)
    # A float32 of a thousand has three decimals left.
    loose = {**EXACT, "rtol": 1e-3, "atol": 1e-3}
    assert_replay(student.numpy_replay(arrays, x), network(3, 6, 4), arrays, x, loose)
    assert_no_float_errors(student)


@pytest.mark.group("stability")
def test_numpy_replay_takes_each_image_on_its_own_scale(student, rng):
    """A bright image beside dark ones changes nothing of their answers."""
    shape = (8, 8, 1)
    arrays, x = drawn(rng, shape, 3, 6, 4), images(rng, 4, shape)
    x[1] *= np.float32(1e4)
    received = student.numpy_replay(arrays, x)
    assert_replay(received, network(3, 6, 4), arrays, x)
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_numpy_replay_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same right answer again."""
    shape = (8, 7, 1)
    arrays, x = drawn(rng, shape, 3, 6, 4), images(rng, 5, shape)
    first = student.numpy_replay(arrays, x)
    assert_replay(first, network(3, 6, 4), arrays, x)
    assert_repeatable(first, student.numpy_replay(arrays, x))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_numpy_replay_answers_row_by_row(student, rng):
    """An image's answer does not depend on the images beside it."""
    shape = (8, 8, 1)
    arrays, x = drawn(rng, shape, 3, 6, 4), images(rng, 5, shape)
    together = student.numpy_replay(arrays, x)
    assert_replay(together, network(3, 6, 4), arrays, x)
    assert_agrees(student.numpy_replay(arrays, x[3:4]), together[3:4], **EXACT)
