"""What a late hand-in loses: autograder.lateness."""

# ruff: noqa: DTZ001 - due times are local, as in grading.yml

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.config import (
    About,
    AssignmentPolicy,
    Course,
    LatePolicy,
    QuestionPolicy,
    SpeedPolicy,
)
from autograder.errors import InstructorError
from autograder.lateness import (
    due_for,
    due_words,
    late_penalty,
    late_rules,
    lateness_of,
    read_instant,
)

BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 10, 20, 23, 59, tzinfo=BERLIN)
POLICY = LatePolicy(grace_minutes=15, percent_per_day=10, cutoff_days=5)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

# Zones with clock changes in spring, in autumn, at midnight, of half an hour, and none.
ZONES = ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Beirut", "UTC"]
POLICIES = st.builds(
    LatePolicy,
    grace_minutes=st.integers(0, 600),
    percent_per_day=st.one_of(st.integers(0, 100), st.sampled_from([0.1, 2.5, 33.3])).map(float),
    cutoff_days=st.none() | st.integers(1, 30),
)
POINTS = st.integers(0, 11000).map(lambda cents: cents / 100)
TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31))
INSTANTS = TIMES.map(lambda time: time.replace(tzinfo=UTC))


def course(due=datetime(2026, 10, 20, 23, 59), late=POLICY, own=None, **extensions):
    """Make a course of one assignment, as far as lateness looks at it."""
    policy = AssignmentPolicy(
        title="Toys",
        tolerance="exact",
        speed=SpeedPolicy(ratio=20.0, floor_ms=5.0),
        questions={"T1.1": QuestionPolicy(title="Twice", functions=("double",), points=100.0)},
        due=due,
        extensions=extensions,
        late=own or LatePolicy(),
    )
    about = About(title="A course", time_zone="Europe/Berlin")
    return Course.model_construct(
        course=about, order=("toys",), assignments={"toys": policy}, late=late
    )


@pytest.mark.parametrize(
    ("after", "days", "final"),
    [
        (timedelta(days=-3), 0, 80),
        (-SECOND, 0, 80),
        (timedelta(0), 0, 80),
        (SECOND, 0, 80),
        (15 * MINUTE, 0, 80),
        (15 * MINUTE + SECOND, 1, 72),
        (timedelta(hours=24), 1, 72),
        (timedelta(hours=24, seconds=1), 2, 64),
        (timedelta(days=4, hours=23), 5, 40),
    ],
)
def test_late_penalty_counts_started_days_after_the_grace(after, days, final):
    """Nothing is lost up to the last second of the grace; then each started day costs."""
    late = late_penalty(POLICY, DUE + after, DUE, 80)
    assert (late.days, late.final_points) == (days, final)
    assert late.penalty_points == 80 - final
    assert not late.cut_off


def test_late_penalty_past_the_cutoff_leaves_nothing():
    """After the cut-off to the second nothing counts, however small the penalty of a day."""
    due = datetime(2026, 7, 1, 12, tzinfo=BERLIN)
    last = late_penalty(POLICY, due + timedelta(days=5), due, 80)
    assert (last.cut_off, last.final_points) == (False, 40)
    after = late_penalty(POLICY, due + timedelta(days=5, seconds=1), due, 80)
    assert (after.cut_off, after.percent, after.final_points) == (True, 100, 0)


@pytest.mark.parametrize(
    ("due", "hours"),
    [
        (datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN), 25),
        (datetime(2026, 3, 28, 23, 59, tzinfo=BERLIN), 23),
        (datetime(2026, 6, 1, 23, 59, tzinfo=BERLIN), 24),
    ],
)
def test_late_penalty_day_of_a_clock_change_ends_at_the_same_clock_time(due, hours):
    """One day late lasts until the same time of the next day, be that 23, 24 or 25 hours."""
    end = due.astimezone(UTC) + timedelta(hours=hours)
    assert late_penalty(POLICY, end, due).days == 1
    assert late_penalty(POLICY, end + SECOND, due).days == 2


def test_late_penalty_day_that_ends_in_the_doubled_hour_ends_the_second_time():
    """Where the clock shows the end of a day twice, the later one counts."""
    due = datetime(2026, 10, 24, 2, 30, tzinfo=BERLIN)
    end = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert late_penalty(POLICY, end, due).days == 1
    assert late_penalty(POLICY, end + SECOND, due).days == 2


def test_late_penalty_clock_that_was_turned_back_is_no_earlier():
    """02:15 after the change is half an hour later than 02:45 before it."""
    due = datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN)
    submitted = datetime(2026, 10, 25, 2, 15, tzinfo=BERLIN, fold=1)
    late = late_penalty(POLICY, submitted, due)
    assert (late.seconds_late, late.days) == (1800, 1)
    assert "late, 10 %" in late.words


@given(POLICIES, INSTANTS, INSTANTS, st.sampled_from(ZONES), POINTS)
def test_late_penalty_is_never_negative_and_adds_up(policy, submitted, due, zone, points):
    """What is taken and what is left are 0 or more, and together what was earned."""
    late = late_penalty(policy, submitted, due.astimezone(ZoneInfo(zone)), points)
    assert 0 <= late.final_points <= points
    assert 0 <= late.penalty_points <= points
    assert late.penalty_points + late.final_points == pytest.approx(points, abs=1e-9)
    assert 0 <= late.percent <= 100
    assert late.seconds_late >= 0


@given(POLICIES, INSTANTS, INSTANTS, INSTANTS, st.sampled_from(ZONES), POINTS)
def test_late_penalty_later_never_earns_more(policy, one, other, due, zone, points):
    """Who hands in later has no more points and no fewer days, across any clock change."""
    first, second = (
        late_penalty(policy, time, due.astimezone(ZoneInfo(zone)), points)
        for time in sorted((one, other))
    )
    assert first.final_points >= second.final_points
    assert first.days <= second.days
    assert first.cut_off <= second.cut_off


@given(POLICIES, INSTANTS, INSTANTS, st.sampled_from(ZONES), st.integers(-14 * 60, 14 * 60))
def test_late_penalty_zone_of_the_submission_is_irrelevant(policy, submitted, due, zone, minutes):
    """The same moment written with another offset is the same hand-in."""
    due = due.astimezone(ZoneInfo(zone))
    elsewhere = submitted.astimezone(timezone(timedelta(minutes=minutes)))
    assert late_penalty(policy, submitted, due, 50) == late_penalty(policy, elsewhere, due, 50)


@given(POLICIES, INSTANTS, st.sampled_from(ZONES))
def test_late_penalty_grace_holds_to_the_second(policy, due, zone):
    """The last second of the grace costs nothing, the next one is the first day."""
    due = due.astimezone(ZoneInfo(zone))
    end = due.astimezone(UTC) + policy.grace_minutes * MINUTE
    assert late_penalty(policy, end, due, 50).days == 0
    assert late_penalty(policy, end + SECOND, due, 50).days >= 1


@given(INSTANTS, INSTANTS, st.sampled_from(ZONES))
def test_late_penalty_days_agree_with_counting_one_by_one(submitted, due, zone):
    """The number of days is that of going through the clock's days one after the other."""
    due = due.astimezone(ZoneInfo(zone))
    local, count = due.replace(tzinfo=None), 0
    while True:
        ends = [
            (local + timedelta(days=count)).replace(tzinfo=due.tzinfo, fold=fold).astimezone(UTC)
            for fold in (0, 1)
        ]
        if submitted <= (due.astimezone(UTC) if count == 0 else max(ends)):
            break
        count += 1
    assert late_penalty(LatePolicy(percent_per_day=1), submitted, due).days == count


def test_late_penalty_of_points_with_decimals_is_exact():
    """10 % of 0.1-fractions are taken as written: 98.25 loses 9.82, not 9.83."""
    late = late_penalty(POLICY, DUE + timedelta(hours=1), DUE, 98.25)
    assert (late.penalty_points, late.final_points) == (9.82, 88.43)


@pytest.mark.parametrize("naive", ["submitted", "due"])
def test_late_penalty_time_without_a_zone_is_refused(naive):
    """A time that could be any of 24 is never guessed at."""
    times = {"submitted": DUE, "due": DUE} | {naive: DUE.replace(tzinfo=None)}
    with pytest.raises(ValueError, match="with a zone"):
        late_penalty(POLICY, times["submitted"], times["due"])


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (-MINUTE, "Handed in 2026-10-20 23:58:00 CEST, due 2026-10-20 23:59 CEST: in time."),
        (MINUTE, "late, but within the 15 minutes that cost nothing."),
        (timedelta(hours=2), "1 started day late, 10 % of the points are taken off."),
        (timedelta(days=3), "3 started days late, 30 % of the points are taken off."),
        (timedelta(days=30), "more than 5 days late, so it earns nothing."),
    ],
)
def test_late_penalty_says_what_it_did(after, words):
    """The words name both times, the days and the cost."""
    assert late_penalty(POLICY, DUE + after, DUE, 80).words.endswith(words)


def test_due_for_extension_by_any_name_counts():
    """A student's extension is found by id or mail, whatever the case of its letters."""
    made = course(**{"s-17": datetime(2026, 10, 25, 12), "Ann@x.org": datetime(2026, 10, 27, 12)})
    assert due_for(made, "toys") == DUE
    assert due_for(made, "toys", ["nobody"]) == DUE
    assert due_for(made, "toys", ["S-17"]) == datetime(2026, 10, 25, 12, tzinfo=BERLIN)
    assert due_for(made, "toys", ["s-17", "ann@x.org"]) == datetime(2026, 10, 27, 12, tzinfo=BERLIN)


def test_due_for_extension_granted_elsewhere_only_ever_gives_time():
    """Gradescope's extension counts where it is later than ours, and is ignored where not."""
    made = course(s=datetime(2026, 10, 25, 12))
    earlier = datetime(2026, 10, 1, tzinfo=UTC)
    later = datetime(2026, 10, 30, tzinfo=UTC)
    assert due_for(made, "toys", ["s"], earlier) == datetime(2026, 10, 25, 12, tzinfo=BERLIN)
    granted = due_for(made, "toys", ["s"], later)
    assert granted == later
    assert str(granted.tzinfo) == "Europe/Berlin"


def test_lateness_of_uses_the_assignments_own_rules():
    """Keys that the assignment sets win, the others are the course's."""
    made = course(own=LatePolicy(percent_per_day=20))
    late = lateness_of(made, "toys", submitted=DUE + timedelta(hours=1), points=50)
    assert late.final_points == 40
    assert lateness_of(made, "toys", submitted=DUE + MINUTE, points=50).days == 0


def test_lateness_of_with_an_extension_is_measured_from_it():
    """Who has an extension is late from its end on."""
    made = course(s=datetime(2026, 10, 22, 23, 59))
    submitted = DUE + timedelta(days=2, hours=1)
    assert lateness_of(made, "toys", submitted=submitted, points=50).days == 3
    assert lateness_of(made, "toys", submitted=submitted, points=50, students=["s"]).days == 1


def test_lateness_of_without_a_due_time_is_unknown():
    """An assignment that is never due is never late, and has no rules to tell."""
    made = course(due=None)
    assert lateness_of(made, "toys", submitted=DUE, points=50) is None
    assert (late_rules(made, "toys"), due_words(made, "toys")) == ("", "")


def test_lateness_of_unknown_assignment_is_told():
    """A misspelt assignment is the instructor's error, not an assignment without a due time."""
    with pytest.raises(InstructorError, match="did you mean toys"):
        lateness_of(course(), "toy", submitted=DUE, points=50)


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        (
            POLICY,
            (
                "Up to 15 minutes late costs nothing; then each started day after the due time "
                "costs 10 % of the points earned; work handed in more than 5 days after the due "
                "time earns nothing."
            ),
        ),
        (LatePolicy(), "Late work loses nothing."),
        (LatePolicy(grace_minutes=5), "Late work loses nothing."),
        (
            LatePolicy(percent_per_day=2.5),
            "Each started day after the due time costs 2.5 % of the points earned.",
        ),
        (
            LatePolicy(grace_minutes=1, cutoff_days=1),
            (
                "Up to 1 minute late costs nothing; work handed in more than 1 day after the due "
                "time earns nothing."
            ),
        ),
    ],
)
def test_late_rules_say_every_rule_in_one_sentence(policy, sentence):
    """Students read what the policy does, and nothing that it does not."""
    assert late_rules(course(late=policy), "toys") == sentence


def test_due_words_name_the_time_zone():
    """A due time is told with its zone."""
    assert due_words(course(), "toys") == "2026-10-20 23:59 (Europe/Berlin)"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("2026-10-20T23:59:00", "with its offset"),
        ("tomorrow", "expected a time such as"),
        ("", "expected a time such as"),
        ("0226-10-20T23:59:00Z", "from 2000 to 2099"),
        ("9999-12-31T23:59:00-12:00", "from 2000 to 2099"),
    ],
)
def test_read_instant_what_is_no_moment_is_refused_in_words(text, complaint):
    """Only a full time with its offset says when something happened."""
    with pytest.raises(ValueError, match=complaint):
        read_instant(text)


def test_read_instant_reads_what_platforms_write():
    """Gradescope's microseconds, UTC as Z, and offsets all are read."""
    assert read_instant("2018-07-01T14:22:32.365935-07:00").microsecond == 365935
    assert read_instant(" 2026-10-20T21:59:00Z ") == DUE
