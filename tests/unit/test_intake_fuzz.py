"""Intake of anything at all: it never raises, and it ends soon."""

from __future__ import annotations

import io
import json
import tempfile
import time
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake import read_submission
from autograder.records import Refusal, Submission

CPU_SECONDS = 15  # what was slow took 40 and more


@dataclass(frozen=True)
class Limits:
    """The limits of the course."""

    files: int = 50
    file_kib: int = 512
    total_kib: int = 4096
    archive_ratio: int = 100


def read(data: bytes, ending: str) -> Submission | Refusal:
    """Hand in bytes, and check what every result must be."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"student-01{ending}"
        path.write_bytes(data)
        start = time.process_time()
        result = read_submission(path, "activations", Limits())
        assert time.process_time() - start < CPU_SECONDS
    if isinstance(result, Refusal):
        assert result.reason.isprintable()
        assert len(result.reason) < 2000
    else:
        assert result.units
        for source in (*result.units, *result.helpers):
            assert "\0" not in source.text
            source.text.encode()
    return result


def good_zip() -> bytes:
    """Pack a hand-in of several files, stored and deflated."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("top/activations.py", "def step(x):\n    return x\n")
        archive.writestr("top/pads.py", "PAD = 1\n" * 50, zipfile.ZIP_DEFLATED)
        archive.writestr("top/data/ü.bin", bytes(range(256)), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


GOOD_ZIP = good_zip()
GOOD_NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [
            {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Title"},
            {
                "cell_type": "code",
                "id": "b",
                "metadata": {},
                "outputs": [],
                "execution_count": 1,
                "source": ["%matplotlib inline\n", "x = (1,\n", "     '''2''')"],
            },
        ],
    }
).encode()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", 1]), "source": json_values}
)
mutations = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 3), st.binary(max_size=6)),
    min_size=1,
    max_size=8,
)


def mutated(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """Overwrite, insert and delete bytes at places given as a fraction of the length."""
    changed = bytearray(data)
    for place, deleted, inserted in changes:
        start = int(place * len(changed))
        changed[start : start + deleted] = inserted
    return bytes(changed)


@pytest.mark.parametrize("ending", [".py", ".zip", ".ipynb"])
@settings(deadline=None, max_examples=60)
@given(data=st.binary(max_size=300))
def test_random_bytes_never_raise(ending, data):
    """Bytes without any sense are read or refused."""
    read(data, ending)


@settings(deadline=None, max_examples=300)
@given(changes=mutations)
def test_mutated_zips_never_raise(changes):
    """A damaged zip is refused, or what is left of it is read."""
    read(mutated(GOOD_ZIP, changes), ".zip")


@settings(deadline=None, max_examples=200)
@given(place=st.integers(0, len(GOOD_ZIP) - 1), value=st.integers(0, 255))
def test_zips_with_one_byte_changed_never_raise(place, value):
    """Each field of each header may hold anything."""
    changed = bytearray(GOOD_ZIP)
    changed[place] = value
    read(bytes(changed), ".zip")


@settings(deadline=None, max_examples=100)
@given(names=st.lists(st.text(max_size=20), max_size=6), text=st.text(max_size=50))
def test_zips_with_any_names_never_raise(names, text):
    """Names of any characters are taken, noted or refused."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # duplicate names, wanted here
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), text)
    read(buffer.getvalue(), ".zip")


@settings(deadline=None, max_examples=150)
@given(changes=mutations)
def test_mutated_notebooks_never_raise(changes):
    """A damaged notebook is refused, or what is left of it is read."""
    read(mutated(GOOD_NOTEBOOK, changes), ".ipynb")


@settings(deadline=None, max_examples=100)
@given(document=json_values, cells=st.lists(cells | json_values, max_size=4))
def test_notebooks_of_any_json_never_raise(document, cells):
    """JSON of any shape is read or refused."""
    read(json.dumps(document).encode(), ".ipynb")
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": document, "cells": cells}
    read(json.dumps(whole).encode(), ".ipynb")


@settings(deadline=None, max_examples=200)
@given(
    source=st.lists(
        st.sampled_from(["%", "!", "?", "x", " = ", "\n", "    ", "'''", '"', "(", ")", "\\", "#"]),
        max_size=25,
    ).map("".join)
)
def test_cells_of_any_text_keep_their_lines(source):
    """Leaving out magics never changes the number of lines."""
    cell = {"cell_type": "code", "source": f"x = 1\n{source}"}
    result = read(json.dumps({"nbformat": 4, "cells": [cell]}).encode(), ".ipynb")
    assert isinstance(result, Submission)
    assert result.units[0].text.count("\n") == 1 + source.count("\n")


@pytest.mark.parametrize(
    "source",
    [
        " " * 500_000,
        "=" * 500_000,
        "a" * 500_000 + "?!",
        "'" * 500_000,
        "(" * 500_000,
        "\n%" * 250_000,
    ],
    ids=["spaces", "equals", "word", "quotes", "brackets", "magics"],
)
def test_cells_made_to_be_slow_are_read_soon(source):
    """No pattern takes more than linear time."""
    cell = {"cell_type": "code", "source": f"%a\n{source}"}
    read(json.dumps({"nbformat": 4, "cells": [cell]}).encode(), ".ipynb")


def test_notebook_of_a_million_values_is_read_soon():
    """As much JSON as the limit allows takes little time."""
    read(b'{"nbformat": 4, "cells": [' + b"{}," * 1_300_000 + b"{}]}", ".ipynb")
    read(b'{"nbformat": 4, "cells": [], "x": [' + b"[]," * 1_300_000 + b"[]]}", ".ipynb")
    cell = b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ['
    for last in (b'""', b"1"):
        read(cell + b'"",' * 1_390_000 + last + b"]}]}", ".ipynb")


def test_zip_with_as_many_entries_as_its_size_allows_is_refused_soon():
    """Entries that hold nothing cost little."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(990):
            archive.writestr(f".{number}/" + "x" * 180, b"")
    assert isinstance(read(buffer.getvalue(), ".zip"), Refusal)
