"""Public tests of `keras_cnn`: the lectures' networks. Run: pytest test_keras_cnn.py.

On your machine a model is a `keras.Model`. When your work is graded it stays in the grader's
sandbox, and the tests ask for what they need; `facts_of`, `predicted` and `weights_of` know both.
"""

from functools import partial
from types import SimpleNamespace

import keras_cnn
import numpy as np
import pytest

try:
    from autograder.suite import assert_agrees  # explains a mismatch
    from autograder.suite.models import Model, facts, predict, weights
except ImportError:  # stock tools only
    from numpy.testing import assert_allclose

    assert_agrees = partial(assert_allclose, strict=True)
    Model = None


def is_in_sandbox(model):
    """Tell whether a model is the grader's; what is no model at all fails here."""
    if Model is not None and isinstance(model, Model):
        return True
    assert hasattr(model, "get_weights"), f"expected a keras.Model, received {type(model).__name__}"
    return False


def facts_of(model):
    """Tell the number of parameters, and the shapes of input and output without the batch."""
    if is_in_sandbox(model):
        return facts(model)
    return SimpleNamespace(
        params=model.count_params(),
        input_shape=tuple(model.input_shape[1:]),
        output_shape=tuple(model.output_shape[1:]),
    )


def predicted(model, x):
    """Let a model predict."""
    return predict(model, x) if is_in_sandbox(model) else model.predict(x, verbose=0)


def weights_of(model):
    """Give the weights of a model."""
    return weights(model) if is_in_sandbox(model) else model.get_weights()


def stripes(count, classes=4):
    """Make images of 8x8 with one bright column, whose place is the class."""
    labels = np.arange(count) % classes
    images = np.zeros((count, 8, 8, 1), dtype="float32")
    images[np.arange(count), :, 2 * labels] = 1.0
    return images, labels


def assert_numbers(answer):
    """Hold that an answer is an array of real numbers."""
    assert isinstance(answer, np.ndarray), f"expected an array, received {type(answer).__name__}"
    assert np.issubdtype(answer.dtype, np.floating), f"expected floats, received {answer.dtype}"


def history_of(answer, epochs):
    """Return the losses of a history of this many epochs, if that is what the answer is."""
    assert isinstance(answer, dict), f"expected a dict, received {type(answer).__name__}"
    assert set(answer) == {"accuracy", "loss"}, f"received the keys {list(answer)}"
    for name, numbers in answer.items():
        words = f"expected a list of {epochs} floats in {name!r}"
        assert isinstance(numbers, list), f"{words}, received {type(numbers).__name__}"
        assert len(numbers) == epochs, f"{words}, received {len(numbers)} of them"
        assert all(isinstance(number, float | np.floating) for number in numbers), words
    return answer["loss"]


@pytest.mark.question("A8.1")
def test_preprocess_of_four_pixels():
    """0, 51, 102 and 255 become 0, 0.2, 0.4 and 1, in float32, and the label an int64."""
    images = np.array([[[0, 51], [102, 255]]], dtype="uint8")
    answer = keras_cnn.preprocess(images, np.array([7], dtype="uint8"))
    x = np.array([[[[0.0], [0.2]], [[0.4], [1.0]]]], dtype="float32")
    assert isinstance(answer, tuple), f"expected two arrays, received {type(answer).__name__}"
    assert len(answer) == 2, f"expected two arrays, received {len(answer)}"
    assert_agrees(answer[0], x, rtol=1e-6)
    assert_agrees(answer[1], np.array([7]), rtol=1e-6)


@pytest.mark.question("A8.1")
def test_preprocess_adds_the_axis_of_channels():
    """Three images of 5x4 pixels are (3, 5, 4, 1): a grey image has one channel."""
    answer = keras_cnn.preprocess(np.full((3, 5, 4), 255, dtype="uint8"), np.arange(3))
    assert isinstance(answer, tuple), f"expected two arrays, received {type(answer).__name__}"
    assert_agrees(answer[0], np.ones((3, 5, 4, 1), dtype="float32"), rtol=1e-6)


@pytest.mark.question("A8.2")
def test_build_mlp_of_the_deck_has_121_parameters():
    """13 inputs, 8 hidden units, 1 output (deck 000 L465-474): 13*8 + 8 + 8 + 1."""
    assert_agrees(facts_of(keras_cnn.build_mlp()).params, 121, rtol=1e-9)


@pytest.mark.question("A8.2")
def test_build_mlp_with_another_hidden_layer_has_213_parameters():
    """The deck's exercise: a further hidden layer with 10 nodes (deck 000 L479)."""
    assert_agrees(facts_of(keras_cnn.build_mlp(hidden=(8, 10))).params, 213, rtol=1e-9)


@pytest.mark.question("A8.3")
def test_build_mnist_cnn_has_607394_parameters():
    """280 + 605,824 + 1,290 for the nine layers of deck 002 L465-475."""
    found = facts_of(keras_cnn.build_mnist_cnn())
    assert_agrees(found.params, 607_394, rtol=1e-9)
    assert found.input_shape == (28, 28, 1), found.input_shape
    assert found.output_shape == (10,), found.output_shape


@pytest.mark.question("A8.3")
def test_build_mnist_cnn_answers_with_rows_that_add_up_to_1():
    """Ten probabilities for each image."""
    answer = predicted(keras_cnn.build_mnist_cnn((8, 8, 1), filters=4), stripes(6)[0])
    assert_numbers(answer)
    assert answer.shape == (6, 10), f"expected shape (6, 10), received {answer.shape}"
    assert_agrees(answer.sum(axis=1), np.ones(6, dtype="float32"), rtol=1e-5)


@pytest.mark.question("A8.4")
def test_build_binary_cnn_has_454977_parameters():
    """The network of deck 002 L492-523 with its lines in order (E20)."""
    found = facts_of(keras_cnn.build_binary_cnn())
    assert_agrees(found.params, 454_977, rtol=1e-9)
    assert found.input_shape == (150, 150, 3), found.input_shape
    assert found.output_shape == (1,), found.output_shape


@pytest.mark.question("A8.5")
def test_train_tells_the_loss_of_each_epoch():
    """5 epochs give 5 numbers, and on images as simple as stripes the loss falls."""
    x, y = stripes(128)
    model = keras_cnn.build_mnist_cnn((8, 8, 1), filters=4)
    history = keras_cnn.train(model, x, y, epochs=5, batch_size=8, seed=1)
    losses = history_of(history, 5)
    assert losses[-1] < losses[0] / 2, "the last loss is more than half of the first one"


@pytest.mark.question("A8.5")
def test_train_begins_with_the_loss_of_a_guess():
    """A network that knows nothing of ten classes has a loss of about -log(1/10) = 2.3."""
    x, y = stripes(64)
    model = keras_cnn.build_mnist_cnn((8, 8, 1), filters=4)
    history = keras_cnn.train(model, x, y, epochs=1, batch_size=64, seed=1)
    first = history_of(history, 1)[0]
    assert 1.5 < first < 3.5, "the first loss is not near 2.3: is it the right loss?"


@pytest.mark.question("A8.6")
def test_evaluate_counts_every_image_once():
    """The confusion matrix adds up to the number of images, its diagonal to the right ones."""
    x, y = stripes(24)
    model = keras_cnn.build_mnist_cnn((8, 8, 1), filters=4)
    found = keras_cnn.evaluate(model, x, y)
    assert isinstance(found, dict), f"expected a dict, received {type(found).__name__}"
    assert set(found) == {"accuracy", "confusion", "loss"}, f"received the keys {list(found)}"
    confusion = found["confusion"]
    words = f"expected an array of integers, received {type(confusion).__name__}"
    assert isinstance(confusion, np.ndarray), words
    assert np.issubdtype(confusion.dtype, np.integer), f"{words} of {confusion.dtype}"
    assert confusion.shape == (10, 10), f"expected shape (10, 10), received {confusion.shape}"
    rows, of_each_class = confusion.sum(axis=1), np.bincount(y, minlength=10)
    assert np.array_equal(rows, of_each_class), "row i adds up to the number of images of class i"
    right = int(np.sum(predicted(model, x).argmax(axis=1) == y))
    assert confusion.trace() == right, "the diagonal holds the right answers"
    assert_agrees(found["accuracy"], right / 24, rtol=1e-6)


@pytest.mark.question("A8.7")
@pytest.mark.points(3)
def test_numpy_replay_by_hand():
    """A kernel that takes the middle pixel, pooling, and two small layers: scores 9 and -4."""
    kernel = np.zeros((3, 3, 1, 1), dtype="float32")
    kernel[1, 1] = 2.0
    x = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
    # The inner pixels are 5, 6, 9 and 10; twice that and -11 is -1, 1, 7 and 9; the largest is 9.
    hidden = np.array([[1.0, -1.0]], dtype="float32")  # 9 and -9, with ReLU 9 and 0
    head = np.array([[1.0, 0.0], [5.0, 5.0]], dtype="float32")
    given = [kernel, np.array([-11.0], dtype="float32"), hidden, np.zeros(2, dtype="float32")]
    given += [head, np.array([0.0, -4.0], dtype="float32")]
    answer = keras_cnn.numpy_replay(given, x)
    assert_numbers(answer)
    right = 1.0 / (1.0 + np.exp(-13.0))  # softmax of 9 and -4
    assert_agrees(answer.astype("float64"), np.array([[right, 1.0 - right]]), rtol=1e-4)


@pytest.mark.question("A8.7")
def test_numpy_replay_agrees_with_keras():
    """The answers for six images are those of Keras, to 0.00001."""
    model, x = keras_cnn.build_mnist_cnn((8, 8, 1), filters=4), stripes(6)[0]
    answer = keras_cnn.numpy_replay(weights_of(model), x)
    assert_numbers(answer)
    expected = predicted(model, x)
    assert answer.shape == expected.shape, f"expected {expected.shape}, received {answer.shape}"
    worst = np.abs(answer - expected).max()
    assert worst <= 1e-5, "a probability differs by more than 0.00001"


@pytest.mark.question("A8.8")
def test_build_lenet5_has_61706_parameters():
    """156 + 2,416 + 48,120 + 10,164 + 850 (LeCun and others, 1998)."""
    found = facts_of(keras_cnn.build_lenet5())
    assert_agrees(found.params, 61_706, rtol=1e-9)
    assert found.input_shape == (28, 28, 1), found.input_shape
    assert found.output_shape == (10,), found.output_shape


@pytest.mark.question("A8.9")
def test_transfer_keeps_the_weights_of_the_base():
    """A head for the classes 2 and 3 on a base of ten: all other weights are the base's."""
    x, y = stripes(32)
    base = keras_cnn.build_mnist_cnn((8, 8, 1), filters=4)
    before = weights_of(base)
    model = keras_cnn.transfer(base, 2, x[y > 1], y[y > 1], epochs=2, batch_size=8, seed=1)
    after = weights_of(model)
    head = [array.shape for array in after[4:]]
    assert head == [(128, 2), (2,)], f"expected a head of shapes (128, 2) and (2,), received {head}"
    for number, (old, new) in enumerate(zip(before[:4], after[:4], strict=False)):
        assert np.array_equal(old, new), f"array {number} was changed"
