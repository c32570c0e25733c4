"""What Gradescope tells about a hand-in: autograder.gradescope."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.config import ReleasePolicy
from autograder.errors import GraderFault
from autograder.gradescope import (
    GradescopeMetadata,
    GradescopeUser,
    PreviousSubmission,
    decide_try,
    read_metadata,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 20, 18, 0, tzinfo=BERLIN)
# As Gradescope documents it, with the keys that newer files have beside it.
DOCUMENTED = {
    "id": 123456,
    "created_at": "2018-07-01T14:22:32.365935-07:00",
    "assignment": {
        "due_date": "2018-07-31T23:00:00.000000-07:00",
        "group_size": 4,
        "group_submission": True,
        "id": 25828,
        "course_id": 1234,
        "late_due_date": None,
        "release_date": "2018-07-02T00:00:00.000000-07:00",
        "title": "Programming Assignment 1",
        "total_points": "20.0",
    },
    "submission_method": "upload",
    "users": [
        {
            "email": "student@example.com",
            "id": 1234,
            "name": "Student User",
            "sid": "s-1",
            "assignment": {
                "release_date": "2018-07-02T00:00:00.000000-07:00",
                "due_date": "2018-08-02T23:00:00.000000-07:00",
                "late_due_date": "2018-08-03T23:00:00.000000-07:00",
            },
        }
    ],
    "previous_submissions": [
        {
            "submission_time": "2017-04-06T14:24:48.087023-07:00",
            "score": 0.5,
            "results": {"score": 0.5, "tests": []},
        }
    ],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@pytest.fixture
def metadata(tmp_path):
    """Write a file and read it."""

    def read(content):
        path = tmp_path / "submission_metadata.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return read_metadata(path)

    return read


def tries(*hours, now=NOW):
    """Make the metadata of a hand-in now, with others so many hours before it."""
    previous = tuple(
        PreviousSubmission(now - timedelta(hours=hour), float(hour), {"score": hour})
        for hour in hours
    )
    return GradescopeMetadata(created_at=now, previous=previous)


def test_read_metadata_of_the_documented_file_gives_every_value(metadata):
    """Everything that the documentation shows is read, times with their offset."""
    told = metadata(DOCUMENTED)
    west = "-07:00"
    assert told.id == "123456"
    assert told.created_at == datetime.fromisoformat("2018-07-01T14:22:32.365935" + west)
    assert told.title == "Programming Assignment 1"
    assert told.due == datetime.fromisoformat("2018-07-31T23:00:00" + west)
    assert told.late_due is None
    assert told.released == datetime.fromisoformat("2018-07-02T00:00:00" + west)
    assert (told.total_points, told.method) == (20.0, "upload")
    (user,) = told.users
    assert (user.id, user.email, user.name) == ("1234", "student@example.com", "Student User")
    assert user.late_due == datetime.fromisoformat("2018-08-03T23:00:00" + west)
    (previous,) = told.previous
    assert previous.submitted == datetime.fromisoformat("2017-04-06T14:24:48.087023" + west)
    assert (previous.score, previous.results) == (0.5, {"score": 0.5, "tests": []})
    assert told.students == ("s-1", "student@example.com", "1234")


def test_read_metadata_that_says_nothing_is_none(metadata, tmp_path):
    """An empty object, or no file, is no metadata: nobody is late by it."""
    assert metadata({}) is None
    assert read_metadata(tmp_path / "nothing.json") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"\xff\xfe", b"[" * 100_000])
def test_read_metadata_that_is_no_json_object_is_our_fault(metadata, content):
    """A broken file is told to the instructor, and not taken for a hand-in without a time."""
    with pytest.raises(GraderFault, match=r"submission_metadata\.json"):
        metadata(content)


@pytest.mark.parametrize("key", list(DOCUMENTED))
def test_read_metadata_without_a_key_gives_the_rest(metadata, key):
    """Any key may be missing."""
    told = metadata({name: value for name, value in DOCUMENTED.items() if name != key})
    assert told.created_at is not None or key == "created_at"
    assert told.title or key == "assignment"


@given(st.sampled_from(list(DOCUMENTED)), JSON, st.randoms())
def test_read_metadata_of_any_value_is_read_or_left_out(tmp_path_factory, key, value, rng):
    """Whatever stands in a value's place, grading goes on."""
    changed = json.loads(json.dumps(DOCUMENTED))
    place = changed
    while isinstance(place.get(key), dict) and rng.random() < 0.7:
        place = place[key]
        key = rng.choice(list(place))
    place[key] = value
    for listed in ("users", "previous_submissions"):
        if isinstance(changed.get(listed), list):
            changed[listed] = [*changed[listed], value]
    path = tmp_path_factory.mktemp("any") / "m.json"
    path.write_text(json.dumps(changed))
    told = read_metadata(path)
    assert told.created_at is None or told.created_at.utcoffset() is not None


def test_granted_is_a_users_due_time_that_is_later_than_the_assignments(metadata):
    """Only what Gradescope gives one student beyond the others is an extension."""
    told = metadata(DOCUMENTED)
    assert told.granted == told.users[0].due
    same = replace(told, users=(replace(told.users[0], due=told.due),))
    assert same.granted is None
    assert replace(told, due=None).granted is None
    group = (*told.users, GradescopeUser(), GradescopeUser(due=told.due + timedelta(days=9)))
    assert replace(told, users=group).granted == told.due + timedelta(days=9)


def test_decide_try_without_a_limit_grades_all():
    """Where the policy sets no limit, nothing is counted and nothing is said."""
    decision = decide_try(ReleasePolicy(), BERLIN, tries(*[0.1] * 50))
    assert (decision.graded, decision.words) == (True, "")


@pytest.mark.parametrize("told", [None, GradescopeMetadata()])
def test_decide_try_without_a_time_grades(told):
    """Where no time is known nobody is turned away."""
    assert decide_try(ReleasePolicy(tries_per_day=1), BERLIN, told).graded


@pytest.mark.parametrize(
    ("hours", "number", "graded"),
    [((), 1, True), ((1,), 2, True), ((1, 2), 3, False), ((1, 2, 3), 4, False)],
)
def test_decide_try_counts_the_hand_ins_of_the_day(hours, number, graded):
    """The first two of a day are graded in full, the third is not, and each says so."""
    decision = decide_try(ReleasePolicy(tries_per_day=2), BERLIN, tries(*hours))
    assert (decision.number, decision.graded) == (number, graded)
    assert f"hand-in {number} of 2026-10-20 (Europe/Berlin)" in decision.words
    assert ("public tests only" in decision.words) is not graded


def test_decide_try_day_is_the_courses():
    """Midnight is that of the course, whatever zone the times are written in."""
    now = datetime(2026, 10, 19, 22, 30, tzinfo=UTC)
    made = tries(0.25, 1, 2, now=now)
    decision = decide_try(ReleasePolicy(tries_per_day=2), BERLIN, made)
    assert (decision.day, decision.number, decision.graded) == (date(2026, 10, 20), 2, True)
    assert decide_try(ReleasePolicy(tries_per_day=2), ZoneInfo("UTC"), made).number == 4


def test_decide_try_of_a_hand_in_on_which_the_grader_failed_counts_none(metadata):
    """A try that the grader lost is given back, and its missing score does not stand."""
    told = metadata(
        {
            "created_at": "2026-10-20T12:00:00+02:00",
            "previous_submissions": [
                {"submission_time": "2026-10-20T09:00:00+02:00", "score": 7.0},
                {"submission_time": "2026-10-20T10:00:00+02:00", "autograder_error": True},
            ],
        }
    )
    decision = decide_try(ReleasePolicy(tries_per_day=2), BERLIN, told)
    assert (decision.number, decision.graded) == (2, True)
    assert decision.earlier.score == 7.0


def test_decide_try_names_the_hand_in_whose_results_stand():
    """The last one before this is told, in whatever order the file lists them."""
    made = tries(5, 1, 30)
    assert decide_try(ReleasePolicy(tries_per_day=2), BERLIN, made).earlier == made.previous[1]
    assert decide_try(ReleasePolicy(tries_per_day=2), BERLIN, tries()).earlier is None


@given(st.lists(st.integers(-100, 100), max_size=12), st.integers(1, 4), st.randoms())
def test_decide_try_rerun_later_decides_the_same(hours, limit, rng):
    """Hand-ins that came after this one, and the order of the list, change nothing."""
    policy = ReleasePolicy(tries_per_day=limit)
    at_first = tries(*(hour for hour in hours if hour > 0))
    on_rerun = tries(*hours)
    shuffled = replace(on_rerun, previous=tuple(rng.sample(on_rerun.previous, len(hours))))
    first, rerun = (decide_try(policy, BERLIN, made) for made in (at_first, shuffled))
    assert (first.graded, first.number, first.words) == (rerun.graded, rerun.number, rerun.words)


@given(st.integers(1, 5), st.integers(0, 40))
def test_decide_try_grades_as_many_a_day_as_the_limit(limit, seed):
    """Of any day's hand-ins, in any hurry, exactly the first ones are graded."""
    rng = random.Random(seed)
    times = sorted({NOW + timedelta(minutes=rng.randrange(3000)) for _ in range(30)})
    graded: dict[date, int] = {}
    for index, time in enumerate(times):
        previous = tuple(PreviousSubmission(earlier) for earlier in times[:index])
        made = GradescopeMetadata(created_at=time, previous=previous)
        decision = decide_try(ReleasePolicy(tries_per_day=limit), BERLIN, made)
        graded[decision.day] = graded.get(decision.day, 0) + decision.graded
    counts = [time.astimezone(BERLIN).date() for time in times]
    assert graded == {day: min(limit, counts.count(day)) for day in set(counts)}
