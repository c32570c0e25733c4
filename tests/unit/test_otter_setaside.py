"""The hand-in is moved away whatever it is, and the driver stands in its place."""

import json
import stat

import pytest

from autograder.otter.place import Place
from autograder.otter.setaside import DRIVER, set_aside


@pytest.fixture
def place(tmp_path):
    """The folders of a run, with a released test file and nothing handed in."""
    (tmp_path / "source" / "tests").mkdir(parents=True)
    (tmp_path / "source" / "tests" / "T1.1.py").write_text("released")
    (tmp_path / "submission").mkdir()
    return Place(tmp_path)


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_set_aside_of_any_shape_leaves_only_trusted_files(place, tmp_path):
    """Links, hidden files, packages and a `tests` that is a link all go; nothing is followed."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (place.submission / "toy.py").write_text("x = 1")
    (place.submission / ".OTTER_LOG").write_bytes(b"pickle")
    (place.submission / "otter").mkdir()
    (place.submission / "otter" / "__init__.py").write_text("evil")
    (place.submission / "tests").symlink_to(outside)
    (place.submission / "nowhere").symlink_to("/does/not/exist")
    set_aside(place, "toy")
    assert _names(place.submission) == [DRIVER, "tests"]
    assert not (place.submission / "tests").is_symlink()
    assert (place.submission / "tests" / "T1.1.py").read_text() == "released"
    assert _names(place.handed_in) == [".OTTER_LOG", "nowhere", "otter", "tests", "toy.py"]
    assert (place.handed_in / "tests").is_symlink()
    assert (outside / "kept").read_text() == "kept"


def test_set_aside_keeps_the_private_folder_to_its_owner(place):
    """Nobody else on the machine can enter the folder with the hand-in and the outcome."""
    set_aside(place, "toy")
    assert stat.S_IMODE(place.private.stat().st_mode) == 0o700


def test_set_aside_twice_changes_nothing(place):
    """The plugin's call finds what the start program did, and keeps hand-in and driver."""
    (place.submission / "toy.py").write_text("x = 1")
    set_aside(place, "toy")
    driver = (place.submission / DRIVER).read_bytes()
    (place.submission / "__init__.py").touch()
    set_aside(place, "toy", prepared=True)
    assert (place.submission / DRIVER).read_bytes() == driver
    assert _names(place.handed_in) == ["toy.py"]


def test_set_aside_restores_released_tests(place):
    """Test files that were changed in between are the released ones again."""
    set_aside(place, "toy")
    (place.submission / "tests" / "T1.1.py").write_text("forged")
    set_aside(place, "toy", prepared=True)
    assert (place.submission / "tests" / "T1.1.py").read_text() == "released"


def test_set_aside_of_a_driver_from_another_run_sets_it_aside(place):
    """A hand-in that imitates the driver lacks this run's token, and is graded like any other."""
    (place.submission / "toy.py").write_text("x = 1")
    set_aside(place, "toy")
    imitated = (place.submission / DRIVER).read_text().replace(place.token.read_text(), "0" * 32)
    (place.submission / DRIVER).write_text(imitated)
    set_aside(place, "toy")
    assert (place.handed_in / DRIVER).read_text() == imitated
    assert not (place.handed_in / "toy.py").exists()


def test_set_aside_of_a_new_hand_in_forgets_the_earlier_one(place):
    """In folders that are used again, neither hand-in nor outcome of another student is left."""
    (place.submission / "toy.py").write_text("first")
    set_aside(place, "toy")
    place.outcome.write_text("{}")
    (place.submission / "toy.py").write_text("second")
    set_aside(place, "toy")
    assert (place.handed_in / "toy.py").read_text() == "second"
    assert not place.outcome.exists()


def test_set_aside_after_otter_prepared_leaves_out_what_otter_put_there(place):
    """Otter's copy of the tests and its empty module are no part of the hand-in."""
    (place.submission / "toy.ipynb").write_text("{}")
    (place.submission / "tests").mkdir()
    (place.submission / "__init__.py").touch()
    set_aside(place, "toy", "toy.ipynb", prepared=True)
    assert _names(place.handed_in) == ["toy.ipynb"]
    driver = json.loads((place.submission / "toy.ipynb").read_text())
    assert "grade_handed_in" in "".join(driver["cells"][0]["source"])


def test_set_aside_of_a_module_puts_a_module_in_its_place(place):
    """Otter reads the name that it found as Python, so the driver is Python there."""
    (place.submission / "toy.py").write_text("x = 1")
    set_aside(place, "toy", "toy.py", prepared=True)
    source = (place.submission / "toy.py").read_text()
    compile(source, "toy.py", "exec")
    assert f"grade_handed_in({str(place.root)!r}, 'toy')" in source
