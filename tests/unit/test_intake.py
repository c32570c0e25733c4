"""Intake of modules and folders: what is found, accepted, renamed, and refused."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.errors import InstructorError, StudentFault
from autograder.intake import (
    Expected,
    check_package,
    find_submissions,
    printable,
    read_submission,
    submission_names,
)
from autograder.intake.members import Member
from autograder.intake.names import listed, natural_key
from autograder.records import Refusal, SourceFile, Submission

OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".tgz", ".tbz", ".tbz2", ".txz")
SOURCE = "def step(x):\n    return x\n"


@dataclass(frozen=True)
class Limits:
    """Small limits, so that a test can exceed them."""

    files: int = 6
    file_kib: int = 8
    total_kib: int = 20
    archive_ratio: int = 100


def accepted(path: Path, limits: Limits = Limits()) -> Submission:
    """Read a hand-in that has to be accepted."""
    result = read_submission(path, "activations", limits)
    assert isinstance(result, Submission), result
    return result


def refused(path: Path, limits: Limits = Limits()) -> str:
    """Read a hand-in that has to be refused, and give the reason."""
    result = read_submission(path, "activations", limits)
    assert isinstance(result, Refusal), result
    assert result.reason.isprintable()
    assert result.reason.endswith(".")
    return result.reason


def module(folder: Path, data: bytes, name: str = "student-01.py") -> Path:
    """Write a module."""
    path = folder / name
    path.write_bytes(data)
    return path


def package(folder: Path, *names: str, **texts: str) -> Path:
    """Write a folder of files that all hold `SOURCE`, or the text given."""
    top = folder / "student-01"
    top.mkdir()
    for name in names:
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get(path.stem, SOURCE))
    return top


def test_natural_key_of_any_digits_orders_them_as_numbers():
    """Numbers of thousands of digits too, which Python does not read, and digits of any script."""
    zeros = "0" * 5000
    names = ["a", "a-09", "a-9", "a-10", f"a-1{zeros}", f"a-2{zeros}", "a-\u0661"]
    shuffled = [names[place] for place in (4, 0, 6, 2, 5, 1, 3)]
    assert sorted(shuffled, key=natural_key) == names


def test_find_submissions_in_a_folder_gives_its_children_in_natural_order(tmp_path):
    """student-2 comes before student-10, and hidden and dunder names are left alone."""
    for name in ("student-10.py", "student-2.zip", ".git", "__pycache__", "__MACOSX", "Student-1"):
        (tmp_path / name).mkdir() if "." not in name[1:] else (tmp_path / name).touch()
    found = [path.name for path in find_submissions([tmp_path])]
    assert found == ["Student-1", "student-2.zip", "student-10.py"]


def test_find_submissions_of_a_file_gives_the_file(tmp_path):
    """A file on the command line is one hand-in, whatever its ending."""
    path = module(tmp_path, b"", "x.txt")
    assert find_submissions([path]) == [path]


def test_find_submissions_of_one_path_twice_gives_it_once(tmp_path):
    """A hand-in that is named itself and by its folder is graded once."""
    path = module(tmp_path, b"")
    assert find_submissions([path, tmp_path, path]) == [path]


def test_find_submissions_of_a_missing_path_is_the_instructors_error(tmp_path):
    """A mistyped path is told to the instructor, with the path."""
    with pytest.raises(InstructorError, match="nowhere"):
        find_submissions([tmp_path / "nowhere"])


def test_find_submissions_does_not_follow_links_of_students(tmp_path):
    """A link among the hand-ins is one hand-in, to be refused when it is read."""
    (tmp_path / "class").mkdir()
    link = tmp_path / "class" / "student-01"
    link.symlink_to(tmp_path)
    assert find_submissions([tmp_path / "class"]) == [link]


def test_submission_names_that_differ_lose_their_ending(tmp_path):
    """Results call a hand-in by its name without `.py`; a folder keeps its dots."""
    folder = tmp_path / "a.smith"
    folder.mkdir()
    names = submission_names([folder, tmp_path / "b.smith.py", tmp_path / "c.zip"])
    assert names == ["a.smith", "b.smith", "c"]


def test_submission_names_that_would_be_alike_keep_their_ending():
    """A module and a zip of one student can be told apart."""
    paths = [Path("a/student-01.py"), Path("a/student-01.zip"), Path("a/student-02.py")]
    assert submission_names(paths) == ["student-01.py", "student-01.zip", "student-02"]


def test_submission_names_alike_in_two_folders_get_the_folder():
    """The same file name twice is told apart by the folder around it."""
    paths = [Path("a/student-01.py"), Path("b/student-01.py")]
    assert submission_names(paths) == ["a-student-01.py", "b-student-01.py"]


def test_submission_names_that_nothing_tells_apart_are_numbered():
    """Names stay unique even if cutting and cleaning make them alike."""
    paths = [Path(f"{'x' * 100}{ending}") for ending in "abc"]
    names = submission_names([*paths, Path("p\x07.py"), Path("p.py")])
    assert len(set(names)) == 5
    assert names[1].endswith("-2")


def test_submission_name_that_cannot_be_shown_gets_a_word():
    """A hand-in always has a name."""
    assert submission_names([Path("\x01.py")]) == ["unnamed"]


def test_read_submission_uses_the_name_that_it_is_given(tmp_path):
    """The caller decides the name, for a submission and for a refusal."""
    good, bad = module(tmp_path, SOURCE.encode()), module(tmp_path, b"", "empty.py")
    for path in (good, bad):
        assert read_submission(path, "activations", Limits(), name="x").name == "x"


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("plain ü 名", 80, "plain ü 名"),
        ("a\nb\tc\u2028d\xa0e", 80, "a b c d e"),
        ("\x1b[31mred\x00\x07", 80, "[31mred"),
        ("gpj.\u202eyp", 80, "gpj.yp"),
        ("bad\udcff", 80, "bad"),
        ("abcdef", 4, "abc…"),
        ("abcd", 4, "abcd"),
        ("\x01", 80, ""),
    ],
)
def test_printable_keeps_text_and_drops_what_could_mislead(text, limit, shown):
    """Control and direction characters go, line breaks become spaces, the length is capped."""
    assert printable(text, limit) == shown


@pytest.mark.parametrize("name", ["student-01.py", "numpy.py", "test_x.py", "Ü b.PY", "a\nb.py"])
def test_module_under_any_name_is_the_assignments_module(tmp_path, name):
    """Learning platforms rename files: the unit has the assignment's name all the same."""
    submission = accepted(module(tmp_path, SOURCE.encode(), name))
    assert submission.units == (SourceFile("activations.py", SOURCE),)
    assert submission.helpers == submission.notes == ()
    assert not submission.is_notebook
    assert submission.name.isprintable()


@pytest.mark.parametrize(
    "data",
    [
        SOURCE.encode(),
        b"\xef\xbb\xbf" + SOURCE.encode(),
        SOURCE.replace("\n", "\r\n").encode(),
        SOURCE.replace("\n", "\r").encode(),
    ],
    ids=["plain", "byte order mark", "CRLF", "CR"],
)
def test_module_saved_by_any_editor_has_one_digest(tmp_path, data):
    """Line ends and a byte order mark do not make it other work."""
    plain = module(tmp_path, SOURCE.encode(), "plain.py")
    assert accepted(module(tmp_path, data)).sha256 == accepted(plain).sha256


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("# -*- coding: latin-1 -*-\nx = 'ü'\n".encode("latin-1"), "ü"),
        (
            "#!/usr/bin/python\n# vim: set fileencoding=iso-8859-1 :\nx = 'ü'\n".encode("latin-1"),
            "ü",
        ),
        ("# coding: utf-8-unix\nx = 'ü'\n".encode(), "ü"),
        ("# coding: UTF8\nx = 'ü'\n".encode(), "ü"),
        ("# coding: utf-8-sig\nx = 'ü'\n".encode(), "ü"),
        ("# coding: Latin1\nx = 'ü'\n".encode("latin-1"), "ü"),
        ("# coding: l1\nx = 'ü'\n".encode("latin-1"), "ü"),
        ("# coding: iso8859-1\nx = 'ü'\n".encode("latin-1"), "ü"),
        ("# coding: ISO_8859-1-unix\nx = 'ü'\n".encode("latin-1"), "ü"),
        ("# coding: iso-latin-1\nx = 'ü'\n".encode("latin-1"), "ü"),
        (b"# coding: ascii\nx = 'u'\n", "u"),
        (b"# coding=US_ASCII\nx = 'u'\n", "u"),
        ("x = 1\n# coding: koi8-r\ny = 'ü'\n".encode(), "ü"),
        ("'''\n# coding: koi8-r\n'''\ny = 'ü'\n".encode(), "ü"),
        ("\n\n# coding: koi8-r\ny = 'ü'\n".encode(), "ü"),
    ],
)
def test_module_with_a_known_coding_line_is_decoded_by_it(tmp_path, data, text):
    """Coding lines count where Python looks for them, and nowhere else."""
    assert f"'{text}'" in accepted(module(tmp_path, data)).units[0].text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"# coding: koi8-r\nx = 1\n", "koi8-r"),
        (b"\n# coding: rot13\nx = 1\n", "rot13"),
        (b"# coding: utf-7\n", "utf-7"),
        (b"# coding: utf-80\n", "utf-80"),
        (b"# coding: iso-8859-15\n", "iso-8859-15"),
        (b"# coding: ascii\n\nx = '\xfc'\n", "line 3 that is not ASCII"),
        (b"x = 1\r\ny = 2\rz = '\xfc'\n", "(0xfc) in line 3 that is not UTF-8"),
        (b"\xef\xbb\xbfx = 1\ny = '\xfc'\n", "line 2"),
        (b"x = 1\ny = '\0'\n", "NUL byte in line 2"),
        ("x = 1\n".encode("utf-16"), "UTF-16"),
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
    ],
)
def test_module_that_is_not_text_is_refused_with_the_place(tmp_path, data, reason):
    """Bytes that Python could not read are told with line, encoding, and what to do."""
    assert reason in refused(module(tmp_path, data))


def test_module_of_100_mb_is_refused_by_its_size(tmp_path):
    """A file that is far too large is refused without being read."""
    path = module(tmp_path, b"")
    os.truncate(path, 100 * 1024 * 1024)
    assert "100.0 MiB; at most 8 KiB" in refused(path)


def test_module_at_the_limit_is_accepted_and_a_byte_more_is_not(tmp_path):
    """`file_kib` counts whole KiB, inclusive."""
    accepted(module(tmp_path, b"#" * 8192))
    assert "8 KiB" in refused(module(tmp_path, b"#" * 8193))


@pytest.mark.parametrize(
    "name", ["X.RAR", "x.tar.gz", *(f"x{ending}" for ending in OTHER_ARCHIVES), "x.gz", "x.bz2"]
)
def test_archive_of_another_kind_is_refused_with_what_to_hand_in(tmp_path, name):
    """Other archives are not opened; a zip or the module is asked for."""
    assert "Hand in a zip, or `activations.py`" in refused(module(tmp_path, b"Rar!", name))


@pytest.mark.parametrize("name", ["x.txt", "x.pyc", "x.py.txt", "x", "x.docx", ".py"])
def test_file_with_another_ending_is_refused(tmp_path, name):
    """What is expected is said for any other ending."""
    assert "a `.py` module" in refused(module(tmp_path, SOURCE.encode(), name))


def test_missing_file_is_refused_not_raised(tmp_path):
    """A hand-in that vanished meanwhile does not stop the others."""
    assert "cannot be read" in refused(tmp_path / "gone.py")


@pytest.mark.parametrize("target", ["real.py", "folder", "nothing"])
def test_link_as_hand_in_is_refused(tmp_path, target):
    """A link is not followed, wherever it leads."""
    module(tmp_path, SOURCE.encode(), "real.py")
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link.py"
    link.symlink_to(tmp_path / target)
    assert "symbolic link" in refused(link)


@pytest.mark.parametrize("name", ["pipe.py", "pipe.zip", "pipe.ipynb"])
def test_pipe_as_hand_in_is_refused_without_waiting(tmp_path, name):
    """Nobody writes into the pipe, and nobody waits for it."""
    os.mkfifo(tmp_path / name)
    assert "named pipe" in refused(tmp_path / name)


def test_device_as_hand_in_is_refused():
    """An endless device is not read."""
    assert "a device" in refused(Path("/dev/zero"))


def test_socket_as_hand_in_is_refused(tmp_path, monkeypatch):
    """A socket is not read."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s.py")
        assert "a socket" in refused(Path("s.py"))


def test_folder_with_the_module_and_helpers_is_taken(tmp_path):
    """Helpers are named by their path beside the main module."""
    submission = accepted(
        package(tmp_path, "activations.py", "pads.py", "pkg/__init__.py", "pkg/deep.py")
    )
    assert [unit.path for unit in submission.units] == ["activations.py"]
    assert [helper.path for helper in submission.helpers] == [
        "pads.py",
        "pkg/__init__.py",
        "pkg/deep.py",
    ]
    assert submission.name == "student-01"
    assert submission.notes == ()


def test_folder_with_only_the_module_has_the_digest_of_the_module(tmp_path):
    """The same work has one digest, packed or not."""
    folder = accepted(package(tmp_path, "src/activations.py"))
    assert folder.sha256 == accepted(module(tmp_path, SOURCE.encode(), "s.py")).sha256


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"activations": "a\n", "pads": "b\n"}, {"activations": "b\n", "pads": "a\n"}),
        ({"activations": "a\n", "pads": "bc\n"}, {"activations": "a\nb", "pads": "c\n"}),
    ],
)
def test_digest_of_other_contents_is_another(tmp_path, first, second):
    """Neither order nor the border between files can be played with."""
    digests = set()
    for number, texts in enumerate((first, second)):
        (tmp_path / str(number)).mkdir()
        top = package(tmp_path / str(number), "activations.py", "pads.py", **texts)
        digests.add(accepted(top).sha256)
    assert len(digests) == 2


def test_folder_with_module_and_notebook_is_graded_by_the_module(tmp_path):
    """The module is the work; the notebook is where it was tried out, so nothing is said of it."""
    submission = accepted(package(tmp_path, "activations.py", "activations.ipynb"))
    assert [unit.path for unit in submission.units] == ["activations.py"]
    assert submission.notes == ()


def test_folder_with_functions_in_the_notebook_too_tells_that_the_module_counts(tmp_path):
    """Who wrote functions into the notebook learns that those are not looked at."""
    cell = '{"cells": [{"cell_type": "code", "source": ["def step(x):\\n", "    return x"]}]}'
    top = package(tmp_path, "activations.py", "activations.ipynb", activations=SOURCE)
    (top / "activations.ipynb").write_text(cell)
    (note,) = accepted(top).notes
    assert note == (
        "`activations.py` is what is graded. `activations.ipynb` beside it defines functions too; "
        "those are not looked at."
    )


def test_folder_with_a_notebook_beside_that_is_too_large_is_accepted(tmp_path):
    """What is not graded may have any size."""
    top = package(tmp_path, "activations.py", "activations.ipynb")
    (top / "activations.ipynb").write_text('"def step' * 4000)
    assert accepted(top).notes == ()


WORKSPACE = (
    "activations.py",
    "activations.ipynb",
    "test_activations.py",
    "tests/A1.1.py",
    "tests/A1.2.py",
    "assignment.json",
    "handin.json",
    "README.md",
    "requirements.txt",
    "pytest.ini",
    "data/images.npz",
    "activations-handin.zip",
    ".github/workflows/check.yml",
)


@pytest.mark.parametrize("top", ["", "activations/", "week 1/activations/"])
def test_folder_that_is_a_whole_workspace_is_accepted_in_silence(tmp_path, top):
    """A student may hand in the folder as it is; what the bundle brought is no work of theirs."""
    folder = package(tmp_path, *(f"{top}{name}" for name in WORKSPACE))
    submission = accepted(folder, Limits(files=20))
    assert [unit.path for unit in submission.units] == ["activations.py"]
    assert (submission.helpers, submission.notes) == ((), ())


def test_folder_with_only_a_packed_hand_in_asks_for_the_files(tmp_path):
    """A hand-in packed once more is an archive in an archive."""
    assert "another archive: `activations-handin.zip`" in refused(
        package(tmp_path, "activations-handin.zip")
    )


def test_folder_with_a_helper_package_called_tests_keeps_it(tmp_path):
    """Only what cannot be imported is taken for the bundle's own tests."""
    submission = accepted(package(tmp_path, "activations.py", "tests/pads.py", "tests/A1.1.py"))
    assert [helper.path for helper in submission.helpers] == ["tests/pads.py"]


def record_of(assignment="activations", release="sha256:old"):
    """Write the record that `autograder submit` puts into a hand-in."""
    return json.dumps({"schema": 1, "assignment": assignment, "release": release})


def recorded(folder, text):
    """Make a hand-in with this record."""
    top = package(folder, "activations.py", "handin.json")
    (top / "handin.json").write_text(text)
    return top


def test_hand_in_of_another_assignment_is_refused_by_its_record(tmp_path):
    """The record says for what the hand-in was made, whatever its files are called."""
    reason = refused(recorded(tmp_path, record_of("convolution")))
    assert "the hand-in of `convolution`, but `activations` is graded here" in reason
    assert "Run `autograder submit activations`" in reason


@pytest.mark.parametrize(
    ("made", "known", "told"),
    [
        ("sha256:old", "sha256:new", True),
        ("sha256:new", "sha256:new", False),
        ("sha256:old", "", False),
        ("", "sha256:new", False),
    ],
)
def test_hand_in_of_another_release_is_graded_with_a_note(tmp_path, made, known, told):
    """An old release is no reason not to grade, but to take the newest bundle."""
    path = recorded(tmp_path, record_of(release=made))
    expected = Expected(release=known)
    submission = read_submission(path, "activations", Limits(), expected=expected)
    assert isinstance(submission, Submission)
    assert any("another release" in note for note in submission.notes) == told


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"assignment": 7}', "[" * 9999, "x" * 20000])
def test_hand_in_with_a_damaged_record_is_accepted(tmp_path, text):
    """The work counts, not the record."""
    assert accepted(recorded(tmp_path, text), Limits(total_kib=99)).notes == ()


def test_module_with_no_function_of_the_assignment_is_accepted_with_a_note(tmp_path):
    """The file of another assignment is told as such: it earns nothing, and the student knows."""
    path = module(tmp_path, b"def correlate2d(x):\n    return x\n")
    functions = ("step", "linear", "sigmoid", "tanh", "relu")
    expected = Expected(functions=functions)
    submission = read_submission(path, "activations", Limits(), expected=expected)
    assert isinstance(submission, Submission)
    assert submission.notes == (
        (
            "`student-01.py` has none of the functions of `activations` (`step`, `linear`, "
            "`sigmoid`, `tanh`, …). Is it the work of another assignment? Hand in your "
            "`activations.py`."
        ),
    )


@pytest.mark.parametrize("text", ["def step(x):\n    return x\n", "step = lambda x: x", "step ="])
def test_module_with_one_function_of_the_assignment_is_accepted(tmp_path, text):
    """One name is enough, even in code that cannot be parsed."""
    path = module(tmp_path, text.encode())
    expected = Expected(functions=("step", "linear"))
    result = read_submission(path, "activations", Limits(), expected=expected)
    assert isinstance(result, Submission)
    assert result.notes == ()


@pytest.mark.parametrize(
    ("names", "note"),
    [
        (["hw1.py"], "`hw1.py` was read as `activations.py`"),
        (["Activations.py", "pads.py"], "`Activations.py` was read as `activations.py`"),
        (["hw 1.PY"], "`hw 1.PY` was read as `activations.py`"),
        (["my/code/hw1.py"], "`hw1.py` was read as `activations.py`"),
        (["hw1.py", "numpy.py", "__init__.py", "lib/x.py"], "`hw1.py` was read"),
    ],
)
def test_folder_with_one_module_of_another_name_is_taken_with_a_note(tmp_path, names, note):
    """A single candidate is taken for the module, and the student is told."""
    submission = accepted(package(tmp_path, *names))
    assert submission.units[0].path == "activations.py"
    assert note in submission.notes[0]


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (
            ["a.py", "b.py"],
            "is unclear: there is neither `activations.py` nor `activations.ipynb`, but `a.py`, ",
        ),
        (["a.py", "b.ipynb", "c.txt"], "but `a.py`, `b.ipynb`. Name your file"),
        (["notes.txt", "w.npy"], "Your work was not found"),
        (["one/activations.py", "two/pads.py"], "`one/activations.py`, `two/pads.py`"),
        (["test_activations.py"], "`test_activations.py`"),
        (["numpy.py"], "`numpy.py`"),
    ],
)
def test_folder_without_a_clear_module_is_refused_with_what_was_found(tmp_path, names, reason):
    """The refusal lists what the grader saw."""
    assert reason in refused(package(tmp_path, *names))


@pytest.mark.parametrize("top", ["src", "code", "numpy", "a/b/c"])
def test_folder_around_everything_is_looked_through(tmp_path, top):
    """The name of a folder around all the source does not matter, nor a text beside it."""
    submission = accepted(
        package(tmp_path, f"{top}/activations.py", f"{top}/pads.py", "README.txt")
    )
    assert [helper.path for helper in submission.helpers] == ["pads.py"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("conftest.py", "would change how"),
        ("pkg/conftest.py", "would change how"),
        ("sitecustomize.py", "would change how"),
        ("usercustomize.py", "would change how"),
        ("test_mine.py", "its own tests"),
        ("numpy.py", "a library has that name"),
        ("numpy/linalg.py", "a library has that name"),
        ("random.py", "a library has that name"),
        ("otter/__init__.py", "a library has that name"),
        ("autograder/compare.py", "a library has that name"),
        ("_pytest/x.py", "a library has that name"),
        ("keras.py", "a library has that name"),
        ("matplotlib/pyplot.py", "a library has that name"),
        ("pytest.py", "a library has that name"),
        ("scipy/signal.py", "a library has that name"),
        ("tensorflow.py", "a library has that name"),
        ("numpy/x.txt", "only Python source is read"),
        ("test_x.ipynb", "one notebook or module is graded"),
        ("activations/__init__.py", "cannot be imported by that name"),
        ("__init__.py", "cannot be imported by that name"),
        ("__main__.py", "cannot be imported by that name"),
        ("my-pads.py", "cannot be imported by that name"),
        ("class.py", "cannot be imported by that name"),
        ("pads.PY", "cannot be imported by that name"),
        ("scratch.ipynb", "one notebook or module is graded"),
        ("weights.pkl", "only Python source is read"),
        (".OTTER_LOG", "only Python source is read"),
        ("fast.so", "only Python source is read"),
        ("plot.png", "only Python source is read"),
    ],
)
def test_folder_with_a_file_that_is_not_taken_names_it_in_a_note(tmp_path, name, reason):
    """What could get in the grader's way is left out, and told with its reason."""
    submission = accepted(package(tmp_path, "activations.py", name))
    assert submission.helpers == ()
    assert submission.notes == (f"Not taken: `{name}`; {submission.notes[0].split('; ')[1]}",)
    assert reason in submission.notes[0]


def test_folder_with_junk_of_systems_and_tools_is_taken_silently(tmp_path):
    """What the student did not write is not told to them."""
    top = package(
        tmp_path,
        "activations.py",
        "__MACOSX/._activations.py",
        ".DS_Store",
        "__pycache__/activations.cpython-311.pyc",
        ".ipynb_checkpoints/activations.py",
        ".git/objects/aa",
        "pkg/.venv/a/b/c/d/e/f/g/h/i/j/k.py",
        "Thumbs.db",
        "pkg/desktop.ini",
    )
    (top / ".venv").symlink_to("/")
    submission = accepted(top)
    assert submission.helpers == submission.notes == ()


def test_folder_without_files_is_refused(tmp_path):
    """A folder of junk and folders is empty."""
    assert "holds no files" in refused(package(tmp_path, ".DS_Store", "__pycache__/a.pyc"))


def test_folder_with_too_many_files_is_refused(tmp_path):
    """`files` counts everything but junk, inclusive."""
    top = package(tmp_path, "activations.py", *(f"m{number}.py" for number in range(5)))
    accepted(top)
    (top / "data.txt").touch()
    assert "holds 7 files; at most 6" in refused(top)


def test_folder_with_endless_entries_is_refused_before_they_are_read(tmp_path):
    """Even junk is not listed without end."""
    top = package(tmp_path, "activations.py")
    for number in range(120):
        (top / f".{number}").touch()
    assert "more than 120 entries" in refused(top)


def test_folder_with_files_too_large_together_is_refused(tmp_path):
    """`total_kib` limits what is taken, not the data that is not."""
    top = package(tmp_path, "activations.py", "a.py", "b.py", a="#" * 8000, b="#" * 8000)
    (top / "big.npy").write_bytes(bytes(100_000))
    accepted(top)
    (top / "c.py").write_text("#" * 8000)
    assert "20 KiB together" in refused(top)


def test_folder_with_a_helper_that_is_too_large_is_refused(tmp_path):
    """A helper has the limit of a module."""
    reason = refused(package(tmp_path, "activations.py", "pads.py", pads="#" * 9000))
    assert "`pads.py` is too large: 8.789 KiB; at most 8 KiB" in reason
    assert "Leave out data" in reason


def test_file_that_grows_while_it_is_read_is_refused():
    """The size on the label is not the only one that counts."""
    member = Member("pads.py", 1, lambda limit: b"#" * (limit + 1))
    with pytest.raises(StudentFault, match="larger than declared; at most 10 bytes"):
        member.load(10)


def test_many_names_in_a_message_are_cut_short():
    """A message lists eight names at most, and says how many it leaves out."""
    message = listed(f"m{number}.py" for number in range(10))
    assert message.endswith("`m7.py` and 2 more")
    assert "more" not in listed(f"m{number}.py" for number in range(8))


def test_folder_with_a_helper_that_is_not_text_is_refused(tmp_path):
    """The file and the line are named."""
    top = package(tmp_path, "activations.py")
    (top / "pads.py").write_bytes(b"\n\xff")
    assert "`pads.py` holds a byte (0xff) in line 2" in refused(top)


@pytest.mark.parametrize("name", ["pads.py", "data", "pkg"])
def test_folder_with_a_link_is_refused(tmp_path, name):
    """A link inside a hand-in could show another student's work."""
    top = package(tmp_path, "activations.py")
    (top / name).symlink_to(tmp_path)
    assert f"`{name}` is a symbolic link" in refused(top)


def test_folder_with_a_hard_link_is_refused(tmp_path):
    """Nor may an unpacked hard link."""
    top = package(tmp_path, "activations.py")
    os.link(module(tmp_path, SOURCE.encode(), "solution.py"), top / "pads.py")
    assert "`pads.py` is a hard link" in refused(top)


def test_folder_with_a_pipe_is_refused_without_waiting(tmp_path):
    """Nothing in a folder can block."""
    top = package(tmp_path, "activations.py")
    os.mkfifo(top / "pads.py")
    assert "named pipe" in refused(top)


def test_folder_nested_deeply_is_refused(tmp_path):
    """Endless nesting ends soon."""
    top = package(tmp_path, "activations.py")
    (top / "/".join("d" * 60)).mkdir(parents=True)
    assert "folders deep; at most 8" in refused(top)


@pytest.mark.parametrize(
    "name", [b"a\nb.py", b"\x1b[2J.py", b"\xff.py", "\u2028.py".encode(), "\u2029.py".encode()]
)
def test_folder_with_a_name_that_breaks_a_report_is_refused(tmp_path, name):
    """Control characters and undecodable bytes in names are refused, shown harmlessly."""
    top = package(tmp_path, "activations.py")
    Path(os.fsdecode(os.fsencode(top) + b"/" + name)).touch()
    assert "character that cannot be shown" in refused(top)


@pytest.mark.parametrize("name", ["C:x.py", "a\\b.py"])
def test_folder_with_a_name_of_another_system_is_refused(tmp_path, name):
    """Drive letters and backslashes mean paths elsewhere."""
    assert "inside the hand-in" in refused(package(tmp_path, "activations.py", name))


def test_folder_with_a_very_long_path_is_refused(tmp_path):
    """More than 200 bytes of name are not needed."""
    name = f"{'ü' * 60}/{'y' * 90}.py"
    assert "214 bytes long; at most 200" in refused(package(tmp_path, "activations.py", name))


@pytest.mark.parametrize("name", ["Pads.py", "cafe\u0301.py"])
def test_folder_with_names_alike_but_for_capitals_is_refused(tmp_path, name):
    """On some systems they are one file, so that grades would depend on the machine."""
    assert "twice" in refused(package(tmp_path, "activations.py", "pads.py", "caf\u00e9.py", name))


@pytest.mark.parametrize(
    "name", ["old.zip", "pkg/old.RAR", *(f"old{ending}" for ending in OTHER_ARCHIVES)]
)
def test_folder_with_an_archive_inside_is_refused(tmp_path, name):
    """Archives inside are not opened, and silently leaving them out could lose work."""
    assert f"another archive: `{name}`" in refused(package(tmp_path, "activations.py", name))


def test_folder_that_cannot_be_listed_is_refused(tmp_path):
    """A folder without permission does not stop the others."""
    top = package(tmp_path, "activations.py")
    top.chmod(0)
    try:
        if os.access(top, os.R_OK):
            pytest.skip("this user may read everything")
        assert "cannot be read" in refused(top)
    finally:
        top.chmod(0o700)


def test_package_that_would_be_refused_is_told_before_it_is_handed_in():
    """What `submit` packs is held against the same rules as what `grade` reads."""
    files = {"activations.py": b"x" * 9000}
    with pytest.raises(StudentFault, match="too large"):
        check_package(files, "activations", Limits())
    files = {"activations.py": SOURCE.encode(), "random.py": b""}
    assert check_package(files, "activations", Limits()) == (
        "Not taken: `random.py`; a library has that name.",
    )
