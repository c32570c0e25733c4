"""Pictures as data: autograder.figures."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest

from autograder.figures import Curves, FigureError, Heat, Images, Matrix

PIXELS = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def test_curves_alt_tells_last_and_best_of_each_line() -> None:
    """Loss is best where it is lowest; the place is counted from 1."""
    figure = Curves.of("Loss", "epoch", "loss", {"a": [0.9, 0.12345, 0.5], "b": [3, 2, 1]})
    assert figure.alt == (
        "Loss: a last 0.5, lowest 0.123 at epoch 2; b last 1, lowest 1 at epoch 3."
    )


def test_curves_alt_with_highest_best_names_the_highest() -> None:
    """Accuracy is best where it is highest."""
    figure = Curves.of("Accuracy", "epoch", "accuracy", {"a": [0.9, 0.8]}, best="highest")
    assert figure.alt == "Accuracy: a last 0.8, highest 0.9 at epoch 1."


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 1e200])
def test_curves_with_numbers_off_any_scale_have_gaps_that_are_told(odd: float) -> None:
    """What cannot be drawn is None in the record, and the words say how much and since when."""
    figure = Curves.of("Loss", "epoch", "loss", {"a": [0.5, odd, 0.25, odd]})
    assert figure.series[0].values == (0.5, None, 0.25, None)
    assert figure.alt == (
        "Loss: a lowest 0.25 at epoch 3, "
        "nothing to draw in 2 of 4 (NaN, infinite or too large), first at epoch 2."
    )


def test_curves_without_any_number_say_so() -> None:
    """A loss that was NaN from the beginning has neither last nor best."""
    alt = Curves.of("Loss", "epoch", "loss", {"a": [math.nan] * 3}).alt
    assert (
        alt == "Loss: a nothing to draw in 3 of 3 (NaN, infinite or too large), first at epoch 1."
    )


def test_matrix_alt_tells_right_answers_and_largest_confusions() -> None:
    """The three largest beside the diagonal, in falling order, row before column."""
    counts = np.array([[50, 0, 2], [7, 60, 2], [0, 1, 9]])
    figure = Matrix.of("Confusion", "true", "said", "xyz", counts)
    assert figure.alt == (
        "Confusion: 119 of 131 are right; most often confused: "
        "true y, said x: 7; true x, said z: 2; true y, said z: 2."
    )


def test_matrix_without_confusions_names_none() -> None:
    """A classifier that is always right has nothing confused."""
    figure = Matrix.of("Confusion", "true", "said", [0, 1], [[3, 0], [0, 4]])
    assert figure.alt == "Confusion: 7 of 7 are right."


def test_images_alt_counts_captions_and_ends_with_the_note() -> None:
    """What was taken for what is told once each, the most frequent first."""
    images = np.zeros((4, 5, 6), np.uint8)
    figure = Images.of("Misread", images, ["a as b", "c as d", "c as d", "e as f"], "Look twice.")
    assert figure.alt == (
        "Misread: 4 images of 5 by 6 pixels: c as d (2 times); a as b; e as f. Look twice."
    )


def test_images_alt_of_many_captions_is_bounded() -> None:
    """After ten, the rest is a number."""
    alt = Images.of("M", np.zeros((13, 1, 1), np.uint8), [f"n{n}" for n in range(13)]).alt
    assert alt.endswith("n8; n9; and 3 more.")


def test_images_without_captions_tell_number_and_size() -> None:
    """Filters have no names."""
    assert Images.of("Filters", PIXELS).alt == "Filters: 2 images of 3 by 4 pixels."


def test_images_are_cut_as_the_array_has_them() -> None:
    """Each piece is one image, row by row, also where the array lies otherwise in memory."""
    turned = np.asfortranarray(PIXELS)
    assert Images.of("F", turned).each() == tuple(image.tobytes() for image in PIXELS)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Curves.of("T", "x", "y", {}), "series of curves: expected 1 to 4"),
        (lambda: Curves.of("T", "x", "y", {name: [1] for name in "abcde"}), "received 5"),
        (lambda: Curves.of("T", "x", "y", {"a": []}), "points of 'a'"),
        (lambda: Curves.of("T", "x", "y", {"a": [0] * 201}), "expected 1 to 200, received 201"),
        (lambda: Curves.of("T", "x", "y", {"a": ["one"]}), "a figure's numbers"),
        (lambda: Curves.of("T", "x", "y", {"a": [10**400]}), "a figure's numbers"),
        (lambda: Curves.of("", "x", "y", {"a": [0]}), "received ''"),
        (lambda: Curves.of("T" * 121, "x", "y", {"a": [0]}), "1 to 120 characters"),
        (lambda: Matrix.of("T", "r", "c", [0, 1], [[1, 2]]), "expected 2 rows"),
        (lambda: Matrix.of("T", "r", "c", [0, 1], [[1, 2], [3]]), "expected 2 rows"),
        (lambda: Matrix.of("T", "r", "c", [0], [[-1]]), "from 0 on"),
        (lambda: Matrix.of("T", "r", "c", [0], [[0.5]]), "expected whole numbers"),
        (lambda: Matrix.of("T", "r", "c", range(21), np.eye(21, dtype=int)), "1 to 20"),
        (lambda: Curves.of("T", "x", "y", {"a": [1]}, inputs=[1, 2]), "expected 2, received 1"),
        (lambda: Curves.of("T", "x", "y", {"a": [1]}, inputs=[math.nan]), "expected finite"),
        (lambda: Heat.of("T", "h", "w", np.zeros((33, 1))), "rows: expected 1 to 32"),
        (lambda: Heat.of("T", "h", "w", np.zeros((1, 33))), "of a row: expected 1 to 32"),
        (lambda: Heat.of("T", "h", "w", [[1, 2], [3]]), "of a row: expected 2, received 1"),
        (lambda: Heat.of("T", "h", "w", [[-1]]), "numbers from 0 on"),
        (lambda: Images.of("T", PIXELS.astype(float)), "expected uint8"),
        (lambda: Images.of("T", PIXELS[0]), "expected uint8 of shape"),
        (lambda: Images.of("T", PIXELS, ["one"]), "captions: expected 2, received 1"),
        (lambda: Images.of("T", np.zeros((65, 2, 2), np.uint8)), "images: expected 1 to 64"),
        (lambda: Images.of("T", np.zeros((0, 2, 2), np.uint8)), "images: expected 1 to 64"),
        (lambda: Images.of("T", np.zeros((1, 2, 33), np.uint8)), "a side: expected 1 to 32"),
        (lambda: Images("T", (1, 2, 2), b"123"), "3 bytes are not"),
    ],
)
def test_figure_beyond_its_bounds_is_an_error_of_the_suite(make, words: str) -> None:
    """Too much, too little and what is of another form: each is named."""
    with pytest.raises(FigureError, match=words.replace("(", r"\(")):
        make()


def test_heat_says_how_many_places_are_off_and_where() -> None:
    """Rows and columns between which they lie, the largest, and those without a number."""
    heat = Heat.of("conv", "h", "w", [[0, 0, 0], [0, 2, 0.5], [0, math.nan, 0]])
    assert heat.alt == (
        "conv: 3 of 9 places are off, in h 1 to 2 and w 1 to 2; the largest distance is 2 at h 1, "
        "w 1; 1 without a distance (NaN, infinite or too large)."
    )
    assert Heat.of("conv", "h", "w", [[0, 0]]).alt == "conv: 0 of 2 places are off."
    only = Heat.of("conv", "h", "w", [[0, math.inf]])
    assert only.alt.startswith("conv: 1 of 2 places are off, in h 0 and w 1; 1 without")


def test_curves_over_inputs_say_each_place() -> None:
    """Input by input where all have a number; more than eight are counted."""
    made = Curves.of("f", "input", "y", {"a": [1, 2], "b": [math.nan, 4]}, inputs=[-1, 3])
    none = Curves.of("f", "input", "y", {"a": [1], "b": [math.nan]}, inputs=[-1])
    assert none.alt == "f: no number that can be drawn beside another."
    assert made.alt == ("f: input 3, a 2, b 4.")
    many = Curves.of("f", "input", "y", {"a": range(11)}, inputs=range(11))
    assert many.alt.endswith("input 7, a 7; and 3 more.")


def test_figures_at_their_bounds_can_be_made() -> None:
    """The largest that is allowed is allowed."""
    Curves.of("T" * 120, "x", "y", dict.fromkeys("abcd", [0.0] * 200))
    Matrix.of("T", "r", "c", range(20), np.eye(20, dtype=int))
    Images.of("T", np.zeros((64, 32, 32), np.uint8))
    Heat.of("T", "h", "w", np.zeros((32, 32)))


def test_figures_travel_between_processes_and_compare_by_value() -> None:
    """Records are plain data: a copy from another process is equal, NaN or not."""
    figures = (
        Curves.of("T", "x", "y", {"a": [math.nan, 1.0]}),
        Matrix.of("T", "r", "c", [0], [[1]]),
        Images.of("T", PIXELS),
        Heat.of("T", "h", "w", [[0, math.nan]]),
    )
    assert pickle.loads(pickle.dumps(figures)) == figures
    assert len({*figures, *figures}) == 4
