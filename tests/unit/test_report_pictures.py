"""Where the ink of a picture goes: autograder.report.pictures."""

from __future__ import annotations

import math
import re
import struct
import zlib
from base64 import b64decode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.figures import Curves, Heat, Images, Matrix
from autograder.report.pictures import chart, grid, png, shades, tiles


def decoded(data: bytes) -> np.ndarray:
    """Read an 8-bit grey PNG without filters, every checksum looked at."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert checksum == zlib.crc32(name + body)
        chunks[name] = body
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert rest == [8, 0, 0, 0, 0]
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not rows[:, 0].any()
    return rows[:, 1:]


@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (28, 28), (32, 7)])
def test_png_decodes_to_the_same_pixels(shape: tuple[int, int]) -> None:
    """Height and width are not swapped, and no byte is lost."""
    image = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    assert np.array_equal(decoded(png(image.tobytes(), shape[1], shape[0])), image)


def test_tiles_hold_each_image_with_its_words() -> None:
    """A tile's PNG is its own image; without a caption it is numbered."""
    images = np.random.default_rng(2).integers(0, 256, (2, 3, 4), dtype=np.uint8)
    named = tiles(Images.of("T", images, ["said 3, is 5", "said 1, is 7"]))
    for tile, image in zip(named, images, strict=True):
        head, _, data = tile.source.partition(",")
        assert head == "data:image/png;base64"
        assert np.array_equal(decoded(b64decode(data)), image)
    assert [tile.caption for tile in named] == ["said 3, is 5", "said 1, is 7"]
    assert [tile.words for tile in named] == ["said 3, is 5", "said 1, is 7"]
    assert [(t.caption, t.words) for t in tiles(Images.of("T", images))] == [
        ("", "image 1"),
        ("", "image 2"),
    ]


def test_chart_puts_values_where_the_ticks_say() -> None:
    """Higher values are higher up, and a value on a tick is drawn at its height."""
    drawn = chart(Curves.of("T", "epoch", "loss", {"a": [4, 2, 0]}))
    heights = {tick.label: tick.at for tick in drawn.rows}
    assert [y for _, y in drawn.lines[0].points] == [heights["4"], heights["2"], heights["0"]]
    assert heights["4"] < heights["2"] < heights["0"]
    assert [tick.label for tick in drawn.columns] == ["1", "2", "3"]
    assert [x for x, _ in drawn.lines[0].points] == [tick.at for tick in drawn.columns]


def test_chart_leaves_a_gap_where_there_is_no_number() -> None:
    """The path begins anew after a gap: no line leads across it."""
    path = chart(Curves.of("T", "epoch", "loss", {"a": [3, 2, math.nan, 1, 0]})).lines[0].path
    assert re.sub(r"[\d. ]+", "", path) == "MLML"


def test_chart_of_many_points_marks_those_that_stand_alone() -> None:
    """A number between two gaps is still to be seen."""
    values = [1.0, *[math.nan] * 2, 5.0, math.nan, *[2.0] * 45]
    drawn = chart(Curves.of("T", "epoch", "loss", {"a": values}))
    assert [x for x, _ in drawn.lines[0].points] == sorted(x for x, _ in drawn.lines[0].points)
    assert len(drawn.lines[0].points) == 2
    assert len(drawn.columns) <= 11


def test_chart_without_numbers_has_a_frame_and_no_line() -> None:
    """A loss that was never a number is an empty frame."""
    drawn = chart(Curves.of("T", "epoch", "loss", {"a": [math.nan] * 2}))
    assert (drawn.lines[0].path, drawn.lines[0].points) == ("", ())
    assert len(drawn.rows) >= 2


@given(st.lists(st.one_of(st.floats(), st.floats(0, 1)), min_size=1, max_size=40))
def test_chart_of_any_numbers_stays_within_its_frame(values: list[float]) -> None:
    """Tiny, huge, equal or missing: every point and tick lies in the frame, and ticks are few."""
    drawn = chart(Curves.of("T", "epoch", "loss", {"a": values}))
    assert all(drawn.left <= x <= drawn.right for x, _ in drawn.lines[0].points)
    assert all(drawn.top <= y <= drawn.bottom for _, y in drawn.lines[0].points)
    assert all(drawn.top <= tick.at <= drawn.bottom for tick in drawn.rows)
    assert 2 <= len(drawn.rows) <= 7
    assert "nan" not in drawn.lines[0].path
    assert "inf" not in drawn.lines[0].path


def test_shades_rise_with_the_counts() -> None:
    """None is none, the largest is the darkest, and few beside many are still shaded."""
    figure = Matrix.of("T", "r", "c", range(3), [[1000, 0, 1], [0, 30, 12], [0, 0, 200]])
    assert shades(figure) == ((4, 0, 1), (0, 2, 2), (0, 0, 4))


def test_shades_of_nothing_are_none() -> None:
    """A matrix without counts has no shade."""
    assert shades(Matrix.of("T", "r", "c", range(2), [[0, 0], [0, 0]])) == ((0, 0), (0, 0))


def test_grid_of_few_columns_has_numbers_in_whole_cells() -> None:
    """A cell is filled, and its distance has room in it; what is right has level 0."""
    drawn = grid(Heat.of("T", "h", "w", [[0, 1234.5, 0.25], [math.nan, 1e-7, 5000]]))
    assert [cell.label for cell in drawn.cells] == ["", "1e+03", "0.25", "?", "1e-07", "5e+03"]
    assert [cell.level for cell in drawn.cells] == [0, 1, 1, 4, 1, 4]
    assert {cell.size for cell in drawn.cells} == {drawn.step}


def test_grid_of_many_columns_has_squares_that_grow_within_the_drawing() -> None:
    """Where no number fits, the farther off the larger: shade is not all that tells."""
    drawn = grid(Heat.of("T", "h", "w", [[column % 5 for column in range(32)]] * 3))
    assert {cell.label for cell in drawn.cells} == {""}
    sizes = {cell.level: cell.size for cell in drawn.cells}
    assert [sizes[level] for level in range(5)] == sorted(set(sizes.values()))
    assert sizes[4] == drawn.step
    assert all(cell.x + cell.size <= drawn.width - drawn.edge + 0.2 for cell in drawn.cells)
    assert [tick.label for tick in drawn.columns] == ["0", "5", "10", "15", "20", "25", "30"]


def test_chart_over_inputs_has_round_numbers_below_it() -> None:
    """The ticks of the inputs enclose them all."""
    drawn = chart(Curves.of("T", "input", "y", {"a": [1, 2, 3]}, inputs=[-2, 0, 3.5]))
    ticks = [float(tick.label) for tick in drawn.columns]
    assert ticks[0] <= -2 < 3.5 <= ticks[-1]
    assert all(drawn.left <= x <= drawn.right for x, _ in drawn.lines[0].points)
