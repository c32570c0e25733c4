"""The driver grades what was set aside, or says why it cannot."""

import json
import shutil

import pytest

from autograder.catalog import locate, suite_digest
from autograder.config import load_course
from autograder.otter.driver import grade_handed_in
from autograder.otter.outcome import Kind, from_json
from autograder.otter.place import Place

RIGHT = """\
def double(x):
    return 2 * x


def mean(x):
    if not x.size:
        raise ValueError("nothing to average")
    return float(x.sum() / x.size)
"""
SECRET = "a secret that is long enough"


@pytest.fixture
def place(tiny_course, tmp_path, monkeypatch):
    """The folders of a run with the tiny course released, and nothing handed in."""
    monkeypatch.delenv("AUTOGRADER_SECRET", raising=False)
    place = Place(tmp_path / "autograder")
    shutil.copytree(tiny_course.root, place.course)
    place.handed_in.mkdir(parents=True)
    (place.course / ".autograder").mkdir()
    (place.course / ".autograder" / "secret").write_text(SECRET)
    return place


def _grade(place, text=RIGHT, name="toy.py"):
    if text is not None:
        (place.handed_in / name).write_text(text)
    return grade_handed_in(str(place.root), "toy")


def _metadata(place, *scores):
    """Write what Gradescope tells: earlier hand-ins of the same morning with these scores."""
    earlier = [
        {"submission_time": f"2027-04-20T0{hour}:00:00+00:00", "score": score}
        for hour, score in enumerate(scores)
    ]
    metadata = {"created_at": "2027-04-20T10:00:00+00:00", "previous_submissions": earlier}
    place.metadata.write_text(json.dumps(metadata))
    with (place.course / "grading.yml").open("a") as policy:
        policy.write("release: {hidden_results: never, tries_per_day: 1}\n")


def test_driver_of_right_work_gives_every_point(place):
    """Right work is graded in full, and what was found lies where the plugin looks."""
    outcome = _grade(place)
    assert (outcome.kind, outcome.score) == (Kind.GRADED, 100)
    assert [(one.id, one.points) for one in outcome.questions] == [("T1.1", 60), ("T1.2", 40)]
    assert outcome.isolation["seccomp"] == "on"
    assert from_json(place.outcome.read_bytes()) == outcome


def test_driver_of_one_file_takes_it_by_any_name(place):
    """A single module is graded whatever it is called, as `autograder grade FILE` does."""
    assert _grade(place, name="numpy.py").score == 100


def test_driver_of_nothing_refuses_with_a_sentence(place):
    """Nothing was handed in: the student's to mend, and not a failure of the grader."""
    outcome = _grade(place, text=None)
    assert outcome.kind is Kind.REFUSED
    assert "hand in again" in outcome.reason


def test_driver_of_work_not_begun_asks_whether_it_is_the_right_file(place):
    """Where no question was attempted, a note says what to look at."""
    outcome = _grade(place, text='def double(x):\n    raise NotImplementedError("T1.1")\n')
    assert (outcome.kind, outcome.score) == (Kind.GRADED, 0)
    assert "No question of `toy` was attempted" in outcome.notes[0]


def test_driver_without_the_secret_is_undecided(place):
    """Without the secret inputs would differ from run to run, so nothing is graded."""
    shutil.rmtree(place.course / ".autograder")
    outcome = _grade(place)
    assert outcome.kind is Kind.UNDECIDED
    assert "the course secret is missing" in outcome.reason


def test_driver_takes_back_what_unpacking_gave_others(place):
    """An unpacked secret that everybody could read is its owner's alone before it is used."""
    secret = place.course / ".autograder" / "secret"
    secret.chmod(0o644)
    assert _grade(place).kind is Kind.GRADED
    assert secret.stat().st_mode & 0o777 == 0o600


def test_driver_of_a_changed_release_is_undecided(place):
    """A suite that is not the one that was released grades nobody."""
    course = load_course(place.course / "grading.yml")
    digest = suite_digest(locate(place.course, course, "toy"))
    record = place.course / "release.json"
    record.write_text(json.dumps({"suite": digest, "bundle": "sha256:1"}))
    assert _grade(place).kind is Kind.GRADED
    with (place.course / "solutions" / "toy.py").open("a") as reference:
        reference.write("# changed\n")
    outcome = _grade(place)
    assert outcome.kind is Kind.UNDECIDED
    assert "changed after it was built" in outcome.reason


def test_driver_with_a_suite_that_fails_is_undecided(place):
    """A hidden check that breaks by itself is nobody's loss: a person must look."""
    hidden = place.course / "tests" / "hidden" / "toy" / "test_mean.py"
    hidden.write_text(
        hidden.read_text() + "\n\ndef test_broken(student):\n    "
        '"""It breaks by itself."""\n    student.mean(np.ones(2))\n    raise KeyError("planted")\n'
    )
    outcome = _grade(place)
    assert outcome.kind is Kind.UNDECIDED
    assert "planted" in "\n".join((outcome.reason, *outcome.details))


def test_driver_beyond_the_days_tries_keeps_the_earlier_score(place):
    """One try too many: the last score stands, and the words say when to come again."""
    _metadata(place, 37.5)
    outcome = _grade(place)
    assert (outcome.kind, outcome.score) == (Kind.POSTPONED, 37.5)
    assert "another day" in outcome.notes[0]


def test_driver_beyond_the_days_tries_without_an_earlier_score_grades(place):
    """If the earlier try has no score, by the grader's fault, this one is graded: no zero."""
    _metadata(place, None)
    outcome = _grade(place)
    assert (outcome.kind, outcome.score) == (Kind.GRADED, 100)
    assert outcome.notes == ()


def test_driver_with_unreadable_metadata_is_undecided(place):
    """When it came is unknown then, so neither lateness nor tries can be told."""
    place.metadata.write_text("{")
    assert _grade(place).kind is Kind.UNDECIDED
