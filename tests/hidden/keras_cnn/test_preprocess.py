"""Hidden checks of A8.1 `preprocess`.

Scale, shape, labels and dtypes are checked apart, so that one slip costs one of them.
"""

import numpy as np
import pytest

from autograder.suite import (
    assert_agrees,
    assert_inputs_unchanged,
    assert_no_float_errors,
    assert_repeatable,
)


def pixels(rng, *shape):
    """Draw images none of which has black or white pixels, and labels of digits."""
    images = rng.integers(20, 220, size=shape).astype("uint8")
    return images, rng.integers(0, 10, size=shape[0]).astype("uint8")


def pair_of(answer):
    """Return images and labels, if two arrays came."""
    words = "expected two arrays, images and labels"
    assert isinstance(answer, tuple | list), words
    assert len(answer) == 2, words
    assert all(isinstance(part, np.ndarray) for part in answer), words
    return answer


def assert_scaled(x, images):
    """Compare the pixels alone with a 255th of those given, and name the usual mistakes."""
    before = images.astype("float64")
    brightest, darkest = (f(before, axis=(1, 2), keepdims=True) for f in (np.max, np.min))
    right = before / 255
    known = {
        "divided by 255 twice": lambda: right / 255,
        "// leaves only 0 and 1: the grey levels are gone": lambda: np.floor(right),
        "the pixels still go up to 255": lambda: before,
        "each image has its own scale: divide all by 255": lambda: (
            before / np.maximum(brightest, 1)
        ),
        "each image is stretched to 0..1: divide all by 255": lambda: (
            (before - darkest) / np.maximum(brightest - darkest, 1)
        ),
        "black is 0, white is 1": lambda: 1 - right,
    }
    numbers = x.reshape(images.shape) if x.size == images.size else x
    assert_agrees(numbers, right, rtol=1e-6, atol=1e-7, check_dtype=False, alternatives=known)


@pytest.mark.group("values")
@pytest.mark.points(2)
def test_preprocess_divides_every_pixel_by_255(student, rng):
    """Each pixel becomes its 255th part."""
    images, labels = pixels(rng, 5, 28, 28)
    assert_scaled(pair_of(student.preprocess(images, labels))[0], images)


@pytest.mark.group("values")
def test_preprocess_takes_white_for_1_and_black_for_0(student, rng):
    """The ends of the scale are exact."""
    images = rng.permutation(np.resize([0, 255, 51], 36)).reshape(1, 6, 6).astype("uint8")
    x, _ = pair_of(student.preprocess(images, np.array([3], dtype="uint8")))
    assert_scaled(x, images)


@pytest.mark.group("values")
def test_preprocess_keeps_a_dark_image_dark(student, rng):
    """One constant scales all images, so the brighter of two stays the brighter one."""
    images, labels = pixels(rng, 2, 8, 8)
    images[0] //= 9
    assert_scaled(pair_of(student.preprocess(images, labels))[0], images)


@pytest.mark.group("values")
def test_preprocess_keeps_the_labels(student, rng):
    """Labels stay what they are, whatever their type was, and whatever class they mean."""
    images, labels = pixels(rng, 6, 5, 5)
    for given in (labels, labels.astype("int32") + 250):
        y = pair_of(student.preprocess(images, given))[1]
        assert_agrees(y, given.astype("int64"), check_dtype=False)


@pytest.mark.group("shapes")
@pytest.mark.parametrize("shape", [(4, 6, 9), (1, 5, 7)], ids=["wide", "one image"])
def test_preprocess_adds_the_axis_of_channels(student, rng, shape):
    """Images of shape (N, H, W) become (N, H, W, 1), one image too."""
    x, _ = pair_of(student.preprocess(*pixels(rng, *shape)))
    assert x.shape == (*shape, 1), f"expected shape {(*shape, 1)}, received {x.shape}"


@pytest.mark.group("shapes")
def test_preprocess_keeps_pixels_where_they_are(student, rng):
    """Rows and columns are not exchanged: 3 images of 4x7."""
    images, labels = pixels(rng, 3, 4, 7)
    x, y = pair_of(student.preprocess(images, labels))
    assert_scaled(x, images)
    assert y.shape == (3,), f"expected labels of shape (3,), received {y.shape}"


@pytest.mark.group("stability")
def test_preprocess_takes_an_empty_page(student, rng):
    """Images that are all black, all white or all grey give no division by 0."""
    images = np.repeat(rng.permutation([0, 255, 128]), 16).reshape(3, 4, 4).astype("uint8")
    x, _ = pair_of(student.preprocess(images, np.arange(3, dtype="uint8")))
    assert_scaled(x, images)
    assert_no_float_errors(student)


@pytest.mark.group("hygiene")
def test_preprocess_answers_in_float32_and_int64(student, rng):
    """Images are float32, which is what a network computes with; labels are int64."""
    x, y = pair_of(student.preprocess(*pixels(rng, 3, 5, 6)))
    received = (str(x.dtype), str(y.dtype))
    words = f"expected float32 and int64, received {received[0]} and {received[1]}"
    assert received == ("float32", "int64"), words


@pytest.mark.group("hygiene")
def test_preprocess_has_no_side_effects(student, rng):
    """No argument is modified, and the same call gives the same answer again."""
    images, labels = pixels(rng, 3, 5, 6)
    first = student.preprocess(images, labels)
    pair_of(first)
    assert_repeatable(first, student.preprocess(images, labels))
    assert_inputs_unchanged(student)


@pytest.mark.group("hygiene")
def test_preprocess_refuses_labels_that_are_too_few_or_too_many(student, rng):
    """Another number of labels than of images raises ValueError."""
    images, labels = pixels(rng, 4, 5, 6)
    for wrong in (labels[:3], labels[:1], np.tile(labels, 2)):
        with pytest.raises(ValueError):
            student.preprocess(images, wrong)
