"""What is kept between runs, and what makes it out of date; the reviewed list."""

from __future__ import annotations

import pytest

from autograder.errors import SuiteError
from autograder.job import open_job
from autograder.verify.equivalents import load_reviews
from autograder.verify.records import Margin, Observation, Review
from autograder.verify.store import KeyMaker, Store

FOUND = Observation(
    ended="",
    verdicts={"test_a": "failed:0.5"},
    unstable={"test_b": ("failed", "passed")},
    margins=(Margin("T1.1", "test_a", "float64", 0.25, 1e-9),),
    percent=50.0,
    named="double-plus",
)


@pytest.fixture
def key(tiny_course, monkeypatch):
    """Make the key of an implementation as the course is now."""
    monkeypatch.setenv("AUTOGRADER_SECRET", "0123456789abcdef")

    def key(*questions, what="a mutant"):
        return KeyMaker(open_job("toy", tiny_course.root)).key(questions, what)

    return key


def test_store_gives_back_what_was_put(tmp_path):
    """An observation survives the run with all that it holds."""
    first = Store(tmp_path, "toy", fresh=False)
    first.put("k", FOUND)
    first.save()
    assert Store(tmp_path, "toy", fresh=False).get("k") == FOUND


def test_store_that_is_to_be_fresh_gives_nothing(tmp_path):
    """With --no-cache everything is tried anew."""
    first = Store(tmp_path, "toy", fresh=False)
    first.put("k", FOUND)
    first.save()
    assert Store(tmp_path, "toy", fresh=True).get("k") is None


def test_store_forgets_what_a_run_did_not_use(tmp_path):
    """Observations that nothing asks for any more are not kept for ever."""
    first = Store(tmp_path, "toy", fresh=False)
    first.put("used", FOUND)
    first.put("unused", FOUND)
    first.save()
    second = Store(tmp_path, "toy", fresh=False)
    second.get("used")
    second.save()
    third = Store(tmp_path, "toy", fresh=False)
    assert (third.get("used"), third.get("unused")) == (FOUND, None)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"k": 3}'])
def test_store_of_a_damaged_file_gives_nothing(tmp_path, text):
    """A file that was cut off, or written by another version, is made anew."""
    place = tmp_path / ".autograder" / "verify" / "toy.json"
    place.parent.mkdir(parents=True)
    place.write_text(text)
    assert Store(tmp_path, "toy", fresh=False).get("k") is None


def test_key_of_an_unchanged_course_is_the_same(key):
    """Nothing that differs from run to run is in the key."""
    assert key("T1.1") == key("T1.1")


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("tests/hidden/toy/test_double.py", True),
        ("tests/hidden/toy/test_mean.py", False),
        ("assignments/toy/test_toy.py", True),
        ("solutions/toy.py", True),
        ("assignments/toy/toy.py", False),
    ],
)
def test_key_changes_with_what_the_verdict_depends_on(tiny_course, key, name, changes):
    """A question's own tests and the reference matter; another question's tests do not."""
    before = key("T1.1")
    tiny_course.write(name, tiny_course.texts[name] + "\n# changed\n")
    assert (key("T1.1") != before) is changes


def test_key_changes_with_the_tolerances(tiny_course, key):
    """Another tolerance in the policy can change a verdict."""
    before = key("T1.1")
    policy = tiny_course.texts["grading.yml"]
    tiny_course.write("grading.yml", policy.replace("rtol: 1.0e-9", "rtol: 1.0e-8"))
    assert key("T1.1") != before


def test_key_differs_between_implementations(key):
    """Two mutants never share an observation."""
    assert key("T1.1", what="a") != key("T1.1", what="b")
    assert key("T1.1") != key("T1.1", "T1.2")


def test_load_reviews_reads_ids_and_reasons(tmp_path):
    """An entry has an id and a reason; what it changes is for the reader."""
    path = tmp_path / "toy.yml"
    path.write_text("- id: 1a2b\n  change: x >= 0 to x > 0\n  reason: 0 either way\n")
    assert load_reviews(path) == (Review("1a2b", "0 either way"),)


def test_load_reviews_of_a_file_that_is_not_there_is_empty(tmp_path):
    """An assignment without a list has nothing reviewed."""
    assert load_reviews(tmp_path / "none.yml") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- id: 1a2b\n", "reason"),
        ("- id: 1a2b\n  reason: ''\n", "reason"),
        ("- id: 1a2b\n  reason: r\n  note: n\n", "note"),
        ("- {id: a, reason: r}\n- {id: a, reason: s}\n", "each mutant once"),
        ("id: [\n", "expected YAML"),
        ("id: 1\n", "list"),
    ],
)
def test_load_reviews_of_another_form_is_refused(tmp_path, text, found):
    """A list that could hide a mutant by a slip is an error that says what is wrong."""
    path = tmp_path / "toy.yml"
    path.write_text(text)
    with pytest.raises(SuiteError, match=found):
        load_reviews(path)
