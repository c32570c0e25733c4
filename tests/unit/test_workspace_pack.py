"""The one file to upload: what is in it, and that the same work gives the same bytes."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest

from autograder.errors import StudentFault
from autograder.intake import read_submission
from autograder.records import Submission
from autograder.workspace.folder import Limits
from autograder.workspace.pack import pack_hand_in, stripped_notebook, write_hand_in

SOURCE = b"def step(x):\n    return x\n"
LIMITS = Limits(files=50, file_kib=512, total_kib=4096)


def notebook(source="x = 1", *, run=False, kind="code", **metadata):
    """Write a notebook of one cell, run or not."""
    cell = {"cell_type": kind, "id": "one", "metadata": {}, "source": source}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    if run:
        cell |= {
            "execution_count": 3,
            "metadata": {"execution": {"iopub.status.busy": "2025-01-01T00:00:00"}},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}],
        }
        metadata |= {"widgets": {"state": 1}, "language_info": {"version": "3.12.1"}}
    document = {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document).encode()


def unpacked(content):
    """Give the members of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_hand_in_of_a_module_has_a_record_and_a_cover_notebook():
    """Otter finds one notebook at the top, and the graders for what the hand-in was made."""
    files = unpacked(pack_hand_in("activations", {"activations.py": SOURCE}, "sha256:1"))
    assert list(files) == ["activations.ipynb", "activations.py", "handin.json"]
    assert files["activations.py"] == SOURCE
    assert json.loads(files["handin.json"]) == {
        "schema": 1,
        "assignment": "activations",
        "release": "sha256:1",
    }
    cover = json.loads(files["activations.ipynb"])
    assert "`activations.py`, beside this notebook" in cover["cells"][0]["source"]


def test_cover_notebook_is_one_that_jupyter_can_open():
    """A notebook that nobody can open would be no cover."""
    nbformat = pytest.importorskip("nbformat")
    files = unpacked(pack_hand_in("activations", {"activations.py": SOURCE}, ""))
    nbformat.validate(nbformat.reads(files["activations.ipynb"].decode(), 4))


def test_hand_in_of_a_notebook_gets_no_cover():
    """The notebook itself is the work."""
    files = unpacked(pack_hand_in("activations", {"activations.ipynb": notebook()}, ""))
    assert list(files) == ["activations.ipynb", "handin.json"]
    assert "x = 1" in files["activations.ipynb"].decode()


def test_hand_in_of_the_same_work_is_the_same_bytes(tmp_path, monkeypatch):
    """Neither the order of the files, nor the day, nor running the notebook changes anything."""
    files = {"pads/__init__.py": b"", "activations.py": SOURCE, "activations.ipynb": notebook()}
    first = pack_hand_in("activations", files, "r")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    ran = {**dict(reversed(files.items())), "activations.ipynb": notebook(run=True)}
    assert pack_hand_in("activations", ran, "r") == first
    monkeypatch.undo()
    time.tzset()


def test_hand_in_of_other_work_is_other_bytes():
    """One character of code is another hand-in."""
    first = pack_hand_in("activations", {"activations.py": SOURCE}, "r")
    assert pack_hand_in("activations", {"activations.py": SOURCE + b"#"}, "r") != first


def test_hand_in_has_no_trace_of_the_machine():
    """Time and permissions are the same for everybody."""
    content = pack_hand_in("activations", {"activations.py": SOURCE}, "r")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.external_attr >> 16 == 0o100644
            assert (info.create_system, info.compress_type) == (3, zipfile.ZIP_STORED)


@pytest.mark.parametrize("source", ["x = 1\ny = 2", ["x = 1\n", "y = 2"]])
def test_notebook_source_is_the_same_as_text_and_as_lines(source):
    """Editors differ in how they write a cell; the work does not."""
    assert stripped_notebook(notebook(source), "n.ipynb") == stripped_notebook(
        notebook("x = 1\ny = 2"), "n.ipynb"
    )


def test_notebook_keeps_whose_lesson_it_is():
    """Graders tell a mixed-up notebook by that."""
    stripped = stripped_notebook(
        notebook(autograder={"assignment": "a"}, kernelspec={"name": "k"}), ""
    )
    assert json.loads(stripped)["metadata"] == {
        "autograder": {"assignment": "a"},
        "kernelspec": {"name": "k"},
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff",
        b'{"cells": 1}',
        b'{"cells": [1], "nbformat": 4}',
        b"[" * 9999,
    ],
)
def test_notebook_that_is_none_is_told_as_such(content):
    """A student learns which file, and what to do."""
    with pytest.raises(StudentFault, match=r"`a\.ipynb` cannot be read as a notebook: .* save it"):
        pack_hand_in("a", {"a.ipynb": content}, "")


@pytest.mark.parametrize("name", ["activations.py", "activations.ipynb"])
def test_hand_in_is_graded_by_the_same_digest_as_its_file(tmp_path, name):
    """Packing changes nothing of what is executed, so nothing of the inputs that are drawn."""
    content = SOURCE if name.endswith(".py") else notebook(SOURCE.decode(), run=True)
    (tmp_path / name).write_bytes(content)
    (tmp_path / "hand-in.zip").write_bytes(pack_hand_in("activations", {name: content}, "r"))
    alone, packed = (
        read_submission(tmp_path / file, "activations", LIMITS) for file in (name, "hand-in.zip")
    )
    assert isinstance(packed, Submission)
    assert isinstance(alone, Submission)
    assert (packed.sha256, packed.units, packed.notes) == (alone.sha256, alone.units, ())


def test_writing_replaces_an_older_hand_in_and_leaves_nothing_else(tmp_path):
    """A second submit leaves one file."""
    for content in (b"old", b"new"):
        write_hand_in(tmp_path / "a-handin.zip", content)
    assert [path.name for path in tmp_path.iterdir()] == ["a-handin.zip"]
    assert (tmp_path / "a-handin.zip").read_bytes() == b"new"
