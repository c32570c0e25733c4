"""Hidden checks of A7.8 `augment`: how a solution draws is its own affair."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from autograder.suite import assert_agrees, assert_inputs_unchanged, assert_repeatable


def generator(rng):
    """Return a fresh generator."""
    return np.random.default_rng(int(rng.integers(2**32)))


def moves(answer, x, max_shift):
    """Return for each image the move that makes it: (rows, columns, mirrored)."""
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.shape == x.shape, "the answer has another shape than the images"
    # In a frame of zeros every shift of an image is a window: axes (n, row, column, c, h, w).
    framed = np.pad(x, ((0, 0), (max_shift, max_shift), (max_shift, max_shift), (0, 0)))
    windows = sliding_window_view(framed, x.shape[1:3], axis=(1, 2))
    fits = [
        (windows == np.moveaxis(images, 3, 1)[:, None, None]).all(axis=(3, 4, 5))
        for images in (answer, answer[:, :, ::-1])
    ]
    places = np.stack(fits, axis=-1)[:, ::-1, ::-1]
    flat = places.reshape(len(x), -1)
    assert flat.any(axis=1).all(), (
        "an image is not a shifted copy of the image in its place, zeros behind it"
    )
    rows, columns, mirrored = np.unravel_index(flat.argmax(axis=1), places.shape[1:])
    return list(zip(rows - max_shift, columns - max_shift, mirrored == 1, strict=True))


@pytest.mark.group("values")
def test_augment_shifts_each_image_with_zeros_behind_it(student, rng):
    """Every image is the image in its place, moved by at most the largest shift, not mirrored."""
    x = rng.uniform(1.0, 2.0, size=(30, 6, 7, 2))
    answer = student.augment(x, generator(rng))
    assert not any(mirrored for _, _, mirrored in moves(answer, x, 2)), "images are mirrored"


@pytest.mark.group("values")
def test_augment_draws_a_shift_for_each_image(student, rng):
    """Copies of one image are not all moved alike, and by up to two pixels if nothing is said."""
    x = np.repeat(rng.uniform(1.0, 2.0, size=(1, 6, 6, 1)), 50, axis=0)
    answer = student.augment(x, generator(rng))
    assert isinstance(answer, np.ndarray), "the answer is not an array"
    assert answer.shape == x.shape, "the answer has another shape than the images"
    kinds = len({image.tobytes() for image in answer})
    assert kinds > 5, "the images of a batch share a shift"
    assert kinds > 9, "without max_shift images are moved by up to two pixels, in 25 ways"


@pytest.mark.group("values")
@pytest.mark.parametrize("shape", [(1500, 4, 4, 1), (1500, 3, 5, 1)])
def test_augment_reaches_every_shift(student, rng, shape):
    """All nine shifts by at most one pixel happen, each way as often, within six deviations."""
    x = rng.uniform(1.0, 2.0, size=shape)
    found = [move[:2] for move in moves(student.augment(x, generator(rng), max_shift=1), x, 1)]
    assert len(set(found)) == 9, "some shifts never happen"
    for pixels in (-1, 0, 1):
        often = np.sum(np.array(found) == pixels, axis=0)  # rows, columns; a third of all
        off = np.abs(often - len(x) / 3) / np.sqrt(len(x) * 2 / 9)
        assert np.all(off < 6), "shifts are not equally likely"


@pytest.mark.group("values")
def test_augment_mirrors_about_half_of_the_images_where_asked_to(student, rng):
    """With `flip` some images are mirrored left to right and some are not."""
    x = rng.uniform(1.0, 2.0, size=(60, 4, 5, 1))
    answer = student.augment(x, generator(rng), max_shift=1, flip=True)
    mirrored = sum(move[2] for move in moves(answer, x, 1))
    assert 10 < mirrored < 50, "not about half of the images are mirrored"


@pytest.mark.group("shapes")
@pytest.mark.parametrize("shape", [(1, 5, 4, 3), (20, 1, 6, 1), (6, 3, 3, 2)])
def test_augment_of_other_shapes(student, rng, shape):
    """One image, one row, and several channels, which move together; six batches of each."""
    for _ in range(6):
        x = rng.uniform(1.0, 2.0, size=shape)
        moves(student.augment(x, generator(rng)), x, 2)


@pytest.mark.group("stability")
def test_augment_without_a_shift_is_the_identity(student, rng):
    """A largest shift of zero moves nothing."""
    x = rng.normal(size=(16, 4, 5, 2))
    assert_agrees(student.augment(x, generator(rng), max_shift=0), x, axes="NHWC")


@pytest.mark.group("hygiene")
def test_augment_keeps_the_dtype(student, rng):
    """float32, float64 and pixels of 8 bits stay what they are."""
    x = rng.integers(1, 256, size=(2, 4, 4, 1))
    for dtype in (np.float32, np.float64, np.uint8):
        answer = student.augment(x.astype(dtype), generator(rng))
        assert isinstance(answer, np.ndarray), "the answer is not an array"
        assert answer.dtype == dtype, "the dtype has changed"


@pytest.mark.group("hygiene")
def test_augment_depends_on_its_generator_alone(student, rng):
    """Equal generators give equal answers, other ones others; the images stay as they are."""
    x = rng.uniform(1.0, 2.0, size=(20, 4, 4, 1))
    seed = int(rng.integers(2**32))
    first = student.augment(x, np.random.default_rng(seed))
    assert isinstance(first, np.ndarray), "the answer is not an array"
    assert_repeatable(first, student.augment(x, np.random.default_rng(seed)))
    others = [student.augment(x, generator(rng)) for _ in range(8)]
    for other in others:
        assert isinstance(other, np.ndarray), "the answer is not an array"
        assert other.shape == first.shape, "the shape changes from call to call"
    assert any(np.any(other != first) for other in others), "other generators move alike"
    assert_inputs_unchanged(student)
