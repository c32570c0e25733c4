"""Intake of notebooks: cells in order, magics left out and named, damage refused."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.intake import read_submission
from autograder.records import Refusal, Submission


@dataclass(frozen=True)
class Limits:
    """Small limits, so that a test can exceed them."""

    files: int = 6
    file_kib: int = 8
    total_kib: int = 512
    archive_ratio: int = 100


def cell(source: object, kind: str = "code") -> dict[str, object]:
    """Make a cell as Jupyter saves it."""
    extra = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": "c", "metadata": {}, "source": source, **extra}


def notebook(*cells: object, **changes: object) -> str:
    """Write a notebook as JSON."""
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}
    return json.dumps(document | changes)


def read(folder: Path, data: str | bytes) -> Submission | Refusal:
    """Hand in the notebook."""
    path = folder / "student-01.ipynb"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_submission(path, "activations", Limits())


def accepted(folder: Path, *sources: object) -> Submission:
    """Hand in code cells that have to be accepted."""
    result = read(folder, notebook(*map(cell, sources)))
    assert isinstance(result, Submission), result
    return result


def refused(folder: Path, data: str | bytes) -> str:
    """Hand in a notebook that has to be refused, and give the reason."""
    result = read(folder, data)
    assert isinstance(result, Refusal), result
    assert result.reason.isprintable()
    return result.reason


def only_text(submission: Submission) -> str:
    """Give the text of a submission with one unit."""
    (unit,) = submission.units
    return unit.text


def test_notebook_gives_its_code_cells_in_order(tmp_path):
    """Numbers count code cells from 1; text cells and empty ones are no units."""
    cells = [
        cell("# Title", "markdown"),
        cell(["x = 1\n", "y = 2"]),
        cell("", "code"),
        cell("raw", "raw"),
        cell("z = 3"),
    ]
    submission = read(tmp_path, notebook(*cells))
    assert isinstance(submission, Submission)
    assert [(unit.path, unit.text) for unit in submission.units] == [
        ("activations.ipynb[cell 1]", "x = 1\ny = 2"),
        ("activations.ipynb[cell 3]", "z = 3"),
    ]
    assert submission.is_notebook
    assert submission.notes == ()


def test_notebook_outputs_and_metadata_change_nothing(tmp_path):
    """What a student's kernel printed, true or forged, is not looked at."""
    bare = accepted(tmp_path, "x = 1")
    fake = cell("x = 1") | {
        "outputs": [{"output_type": "nonsense", "text": "100 points"}],
        "metadata": {"nbgrader": {"points": 100}, "tags": 7},
        "execution_count": "many",
        "unknown": True,
    }
    forged = read(tmp_path, notebook(fake, metadata={"kernelspec": {"name": "bash"}}))
    assert isinstance(forged, Submission)
    assert (forged.units, forged.sha256) == (bare.units, bare.sha256)


@pytest.mark.parametrize("minor", [0, 2, 4, 5, 99])
def test_notebook_of_any_minor_version_is_read(tmp_path, minor):
    """Cell ids and other novelties of minor versions do not matter."""
    cells = [cell("x = 1"), cell("y = 1")]
    assert isinstance(read(tmp_path, notebook(*cells, nbformat_minor=minor)), Submission)


def test_notebook_with_a_byte_order_mark_and_crlf_is_read(tmp_path):
    """What a Windows editor does to the file does no harm."""
    plain = accepted(tmp_path, "x = 1\ny = 2")
    data = b"\xef\xbb\xbf" + notebook(cell("x = 1\r\ny = 2")).replace(" ", "\r\n ", 1).encode()
    submission = read(tmp_path, data)
    assert isinstance(submission, Submission)
    assert submission.sha256 == plain.sha256


def test_notebook_with_many_empty_cells_is_read(tmp_path):
    """Cells without code are not limited, and their numbers are kept."""
    submission = accepted(tmp_path, *[""] * 1001, "x = 1")
    assert submission.units[0].path == "activations.ipynb[cell 1002]"


def test_notebook_larger_than_a_module_by_its_pictures_is_read(tmp_path):
    """`file_kib` limits the code; a notebook with outputs may have `total_kib`."""
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 200_000}, "metadata": {}}
    result = read(tmp_path, notebook(cell("x = 1") | {"outputs": [picture]}))
    assert isinstance(result, Submission)


@pytest.mark.parametrize(
    "source",
    [
        "x = 7 % 3",
        "s = 'a\\\nb'; t = '''\n%c\n'''",
        "x = (7\n% 3)",
        "x = 7 \\\n% 3",
        "s = '''\n%matplotlib inline\n!ls\nwhat?\n'''",
        "x = 1  # why?",
        "# is it?\n# %matplotlib inline",
        "print('%d' % 3, '!')",
        "x = 1 != 2",
        'r"\\d"',
        "",
    ],
)
def test_cell_that_is_python_is_taken_as_it_is(tmp_path, source):
    """Whatever looks like a magic inside of Python stays."""
    submission = accepted(tmp_path, f"{source}\n") if source else accepted(tmp_path, "\n", "a = 1")
    assert submission.notes == ()
    assert submission.units[0].text == (f"{source}\n" if source else "a = 1")


@pytest.mark.parametrize(
    "magic",
    [
        "%matplotlib inline",
        "% matplotlib inline",
        "!pip install numpy",
        "!!ls",
        "?np.sum",
        "np.sum?",
        "np.sum??",
        "%time?",
        "x = !ls",
        "x = %time 3",
        "a, b = %foo bar",
        "self.x[0] = !ls *.py",
        "%%foo",
    ],
)
def test_line_magic_becomes_a_comment_and_is_named(tmp_path, magic):
    """Every other line keeps its number, and the note says what went where."""
    submission = accepted(tmp_path, f"x = 1\n{magic}\ny = 2  # why?\n")
    assert only_text(submission) == "x = 1\n#\ny = 2  # why?\n"
    assert submission.notes == (
        f"Left out, because only a notebook understands it: cell 1 line 2 `{magic}`.",
    )


def test_line_magic_that_is_a_block_becomes_pass(tmp_path):
    """`if in_colab: !pip install` is common, and stays a block."""
    submission = accepted(tmp_path, "if colab:\n    !pip install x\ny = 2")
    assert only_text(submission) == "if colab:\n    pass\ny = 2"


def test_line_magic_over_several_lines_is_left_out_whole(tmp_path):
    """A backslash continues a magic as it continues Python."""
    submission = accepted(tmp_path, "!pip install \\\n  numpy \\\n  scipy\nx = 1")
    lines = only_text(submission).split("\n")
    assert len(lines) == 4
    assert lines[3] == "x = 1"
    assert "numpy" not in only_text(submission)
    assert submission.notes[0].count("cell 1") == 1


@pytest.mark.parametrize(
    "python",
    [
        "x = (7\n% 3)",
        "x = 7 \\\n% 3",
        "s = '''\n%a\n'''",
        's = """a\\"""\n!ls\n"""',
        's = "it\'s # ("',
        "s = 'a' '''\n%b\n''' # '''",
        "s = [  # (\n'''\n''', '\\'(', 1\n% 2]",
        "f(')', x)\n",
        "x = 1  # a comment \\",
    ],
)
def test_python_beside_a_magic_is_left_alone(tmp_path, python):
    """Strings, brackets and continued lines are not taken for magics when a cell has one."""
    ast.parse(python)
    submission = accepted(tmp_path, f"%matplotlib inline\n{python}\n!ls")
    assert only_text(submission) == f"#\n{python}\n#"


@pytest.mark.parametrize("magic", ["%%time", "%%timeit -n 10", "%%capture out"])
def test_cell_magic_that_runs_the_cell_keeps_the_body(tmp_path, magic):
    """Timing and capturing do not change what is defined."""
    submission = accepted(tmp_path, f"\n{magic}\n%matplotlib inline\nx = 1")
    assert only_text(submission) == "\n#\n#\nx = 1"
    assert f"cell 1 line 2 `{magic}`" in submission.notes[0]


@pytest.mark.parametrize("magic", ["%%bash", "%%writefile x.py", "%%html", "%%", "%%timeout"])
def test_cell_magic_for_another_program_drops_the_cell(tmp_path, magic):
    """A cell that is not for Python is no unit, but it is named and counted."""
    submission = accepted(tmp_path, "a = 1", f"{magic}\nimport os", "b = 2")
    assert [unit.path[-8:] for unit in submission.units] == ["[cell 1]", "[cell 3]"]
    assert f"cell 2 line 1 `{magic}`" in submission.notes[0]


def test_cell_with_a_syntax_error_keeps_it_at_its_line(tmp_path):
    """The student's own mistake is told, not the magic above it."""
    submission = accepted(tmp_path, "def f(:\n    pass", "%matplotlib inline\nx = = 1\n", "y = 1")
    first, second, _ = submission.units
    assert first.text == "def f(:\n    pass"
    with pytest.raises(SyntaxError) as caught:
        ast.parse(second.text)
    assert caught.value.lineno == 2


def test_many_magics_are_named_in_a_short_note(tmp_path):
    """A note has a length that somebody reads, and one line."""
    submission = accepted(tmp_path, "x = 1\n" + f"!echo \x1b[2J{'x' * 100}\n" * 40)
    (note,) = submission.notes
    assert note.isprintable()
    assert len(note) < 1000
    assert "and 32 more" in note


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "its JSON breaks off or is damaged in line 1"),
        ("x = 1", "its JSON breaks off or is damaged in line 1"),
        (notebook(cell("x"))[:-9], "breaks off"),
        ("[]", "not an object"),
        ("null", "not an object"),
        ("{}", "no version of the notebook format"),
        (notebook(nbformat=3), "version 3 of the notebook format"),
        (notebook(nbformat=True), "version True"),
        (notebook(nbformat=[4]), "version [4]"),
        (notebook(nbformat="4"), "version '4'"),
        (notebook(nbformat=5), "version 5"),
        (notebook(cells=None), "no list of cells"),
        (notebook(cells={}), "no list of cells"),
        (notebook(1), "cells is not an object"),
        (notebook(cell(1)), "source of a code cell is not text"),
        (notebook(cell(None)), "source of a code cell is not text"),
        (notebook(cell(["a", 1])), "source of a code cell is not text"),
        (notebook(cell({"a": "b"})), "source of a code cell is not text"),
        (notebook(*[cell("x = 1")] * 1001), "1001 code cells, more than 1000"),
        (notebook(), "no code cell"),
        (notebook(cell("text", "markdown")), "no code cell"),
        (notebook(cell(" \n"), cell([])), "no code cell"),
        (notebook(cell("%%bash\nls")), "no code cell"),
        (notebook(cell("x = 1"), metadata=float("nan")), "NaN is not JSON"),
        (notebook(cell("x = 1"), metadata=float("-inf")), "-Infinity is not JSON"),
        (notebook(cell("x = 1")).replace('"c"', "9" * 5000), "JSON is invalid"),
        (b"\xff\xfe{\0}\0", "not UTF-8"),
        (notebook(cell("x = 1\ny = '\ud800'")), "not text in cell 1, line 2"),
        (notebook(cell("x = 1"), cell("y = '\0'")), "not text in cell 2, line 1"),
        (notebook(cell("#" * 5000), cell("#" * 5000)), "larger than 8 KiB"),
    ],
)
def test_damaged_notebook_is_refused_with_the_reason(tmp_path, data, reason):
    """Every kind of damage has its words."""
    assert reason in refused(tmp_path, data)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_notebook_nested_without_end_is_refused(tmp_path, opening):
    """Nesting that would exhaust the stack is told as such."""
    assert "nested too deeply" in refused(tmp_path, opening * 50_000)


def test_notebook_that_is_too_large_is_refused_with_how_to_shrink_it(tmp_path):
    """Outputs are what makes notebooks large."""
    reason = refused(tmp_path, notebook(cell("x = 1")) + " " * 600_000)
    assert "Clear its outputs" in reason


@pytest.mark.parametrize(
    "source",
    ["-" * 7000 + "1", "(" * 7000, "x = 1" + "+1" * 3500, "x" + ".x" * 3500, "9" * 7000],
)
def test_cell_that_exhausts_the_parser_is_taken_as_it_is(tmp_path, source):
    """The parser's own limits are no reason to stop: the cell fails later, in the sandbox."""
    assert only_text(accepted(tmp_path, f"{source}\n%foo")).startswith(source[:100])


def test_modules_are_read_without_importing_nbformat(tmp_path):
    """Only a notebook pays for the library that reads notebooks."""
    path = tmp_path / "student-01.py"
    path.write_text("x = 1\n")
    program = (
        "import sys, pathlib, types; from autograder.intake import read_submission\n"
        "limits = types.SimpleNamespace(files=1, file_kib=1, total_kib=1, archive_ratio=1)\n"
        "print(read_submission(pathlib.Path(sys.argv[1]), 'activations', limits).units[0].path)\n"
        "sys.exit('nbformat' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "activations.py\n")


def test_notebook_of_another_assignment_is_refused_by_its_metadata(tmp_path):
    """The bundle's notebooks say whose lesson they are, so a mix-up is told as one."""
    metadata = {"autograder": {"assignment": "convolution"}}
    reason = refused(tmp_path, notebook(cell("x = 1"), metadata=metadata))
    assert "is the notebook of `convolution`, but `activations` is graded here" in reason


@pytest.mark.parametrize("ours", [{"assignment": "activations"}, {"assignment": 7}, {}, None, "x"])
def test_notebook_with_other_metadata_of_ours_is_read(tmp_path, ours):
    """Only a name that is another assignment's counts."""
    metadata = {"autograder": ours}
    assert isinstance(read(tmp_path, notebook(cell("x = 1"), metadata=metadata)), Submission)
