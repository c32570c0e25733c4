"""The gradebook on SQLite and on a PostgreSQL server that is started here: it keeps what it got."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from autograder.config import IntakeLimits
from autograder.errors import GraderFault, InstructorError
from autograder.figures import Curve, Curves, Images, Matrix
from autograder.gradebook import book as gradebook_module
from autograder.gradebook import open_gradebook
from autograder.gradebook.faults import GradebookFault, GradebookRefused
from autograder.gradebook.handins import HandIn
from autograder.gradebook.past import Facts
from autograder.gradebook.processes import SILENT_SECONDS, Process, Watch
from autograder.gradebook.run import Run
from autograder.gradebook.schema import REVISION, metadata
from autograder.records import CheckOutcome, Grade, GroupTally, QuestionGrade, Status, Verdict
from autograder.roster import Student

LIMITS = IntakeLimits(files=10, file_kib=64, total_kib=256, archive_ratio=50)
SUITE = Facts("sha256:one", "", {"seccomp": "on"}, {"device": "CPU"}, "a machine")
NEXT_SUITE = dataclasses.replace(SUITE, suite="sha256:two")
MONDAY = datetime(2027, 5, 3, 12, tzinfo=UTC)
PATIENCE_SECONDS = 60
FIGURES = (
    Curves("loss", "epoch", "loss", (Curve("training", (2.5, None, 0.1)),)),
    Matrix("digits", "true", "said", ("0", "1"), ((3, 1), (0, 4))),
    Images("wrong", (1, 2, 3), bytes([0, 255, 10, 200, 7, 128]), ("true 1",), "white is ink"),
)


class Server:
    """A PostgreSQL server on a socket in a folder of its own, and no port."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # sockets need short paths
        self._user = {}
        if os.geteuid() == 0:  # it does not run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.data = self.folder / "data"
        self._run("initdb", "-D", self.data, "-U", "grader", "-A", "trust", "--no-sync")
        self.count = 0
        self.start()

    def _run(self, program, *arguments):
        command = [self._programs / program, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, **self._user
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self):
        """Start the server, and wait until it answers."""
        settings = f"-k {self.folder} -c listen_addresses= -c fsync=off"
        log = self.folder / "log"
        self._run("pg_ctl", "start", "-w", "-D", self.data, "-o", settings, "-l", log)

    def stop(self):
        """Stop the server at once, whoever is connected."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self.data)

    def url(self, database):
        """Give the address of a database."""
        return f"postgresql+psycopg://grader@/{database}?host={self.folder}"

    def new_database(self):
        """Make an empty database, and give its URL."""
        self.count += 1
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE course{self.count}"))
        engine.dispose()
        return self.url(f"course{self.count}")


@pytest.fixture(scope="session")
def server():
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")
    started = Server(programs[-1].parent)
    yield started
    try:
        started.stop()
    finally:
        shutil.rmtree(started.folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Give a place for a gradebook, once on each kind of database."""
    if request.param == "sqlite":
        return str(tmp_path / "gradebook.sqlite")
    return request.getfixturevalue("server").new_database()


@pytest.fixture
def book(url, tiny_course):
    tiny_course.write(
        "grading.yml",
        tiny_course.texts["grading.yml"]
        + "    due: 2027-05-03 10:00\nlate: {percent_per_day: 10}\n",
    )
    with open_gradebook(url, tiny_course.root, create=True) as opened:
        yield opened


def hand_in(folder, name, content, student="", submitted=None):
    """Write a hand-in, as a new run finds it."""
    path = folder / f"{name}.py"
    path.write_text(content)
    return HandIn(name, path, student, submitted)


@pytest.fixture
def register(book, tmp_path):
    """Register hand-ins; give their ids."""

    def register(*hand_ins):
        made = [hand_in(tmp_path, *one) for one in hand_ins]
        return list(book.register("toy", made, LIMITS).values())

    return register


@pytest.fixture
def record(book):
    """Record a grade in a run of its own."""

    def record(submission_id, grade, facts=SUITE):
        with Run(book, "toy") as run:
            assert run.claim([submission_id], 1) == [submission_id]
            assert book.record(run.id, submission_id, grade, facts)

    return record


def graded(name="a", points=50.0, bonus=6.0):
    """Make a grade of two questions, the second one a bonus."""
    checks = (
        CheckOutcome("t.py::a[1]", "T1.1", "values", Verdict.PASSED, "It is so.", fraction=1.0),
        CheckOutcome("t.py::b", "T1.1", "values", Verdict.FAILED, "So too.", "no\0t \ud800 so"),
    )
    tally = (GroupTally("values", 1, 2),)
    first = QuestionGrade(
        "T1.1", "Twice", ("double",), points, 100, False, Verdict.FAILED, tally, checks,
        misconception="once", sources=("deck 004 L1",),
    )  # fmt: skip
    shown = dataclasses.replace(checks[0], question="T1.2", figures=FIGURES)
    second = QuestionGrade(
        "T1.2", "Mean", ("mean",), bonus, 20, True, Verdict.PASSED, tally, (shown,)
    )
    return Grade(
        name, "ab", Status.GRADED, points, 100, bonus, (first, second), notes=("é\u2028",),
        printed="\ud8ff\0\x1b[31m", seconds=0.125,
    )  # fmt: skip


def attempts(book):
    """List who handed in what, as which attempt."""
    return [(one.student, one.name, one.attempt, one.counts) for one in book.work("toy")]


def test_gradebook_gives_back_the_grade_that_it_got(book, register, record):
    """Every field comes back as it was: pictures, surrogates and NUL too."""
    (one,) = register(("a", "x = 1"))
    record(one, graded())
    (entry,) = book.entries("toy")
    assert entry.grade == graded()
    assert (entry.submission, entry.student, entry.attempt) == ("a", "", 1)
    assert (entry.suite, entry.submitted, entry.final_points) == ("sha256:one", None, 56)
    assert entry.graded_at.utcoffset() == timedelta(0)
    assert book.history(one)[0].facts == SUITE
    assert book.circumstances("toy") == ({"seccomp": "on"}, {"device": "CPU"})


def test_gradebook_same_hand_in_again_is_known(book, register):
    """Nothing new is written for what was there before, and its content can be had back."""
    first = register(("a", "x = 1"), ("b", "x = 2"))
    assert register(("a", "x = 1"), ("b", "x = 2")) == first
    assert attempts(book) == [("", "a", 1, True), ("", "b", 1, True)]
    assert book.content(book.work("toy")[0].digest) == (".py", b"x = 1")


def test_gradebook_changed_hand_in_is_the_next_attempt(book, register, record):
    """The newer content counts, graded or not; the older one and its grade stay."""
    (one,) = register(("a", "x = 1"))
    record(one, graded())
    (two,) = register(("a", "x = 2"))
    assert attempts(book) == [("", "a", 1, False), ("", "a", 2, True)]
    assert book.entries("toy") == []
    record(two, graded(points=70))
    assert [(one.attempt, one.grade.points) for one in book.entries("toy")] == [(2, 70)]
    assert register(("a", "x = 1")) == [one]
    assert attempts(book)[1] == ("", "a", 2, True)


def test_gradebook_attempts_follow_the_times_that_are_told(book, register):
    """What came earlier does not count, though it was found later."""
    register(("late", "x = 2", "ann", MONDAY))
    register(("early", "x = 1", "ann", MONDAY - timedelta(days=1)))
    assert attempts(book) == [("ann", "early", 1, False), ("ann", "late", 2, True)]
    register(("last", "x = 3", "ann"))
    assert attempts(book)[2] == ("ann", "last", 3, True)


def test_gradebook_time_of_the_last_attempt_can_be_corrected(book, register):
    """Another time for the last attempt is a correction; for an earlier content it is a new one."""
    day = timedelta(days=1)
    register(("a", "x = 1", "ann", MONDAY))
    register(("a", "x = 1", "ann", MONDAY + day))
    assert attempts(book) == [("ann", "a", 1, True)]
    register(("a", "x = 2", "ann", MONDAY + 2 * day))
    register(("a", "x = 1", "ann", MONDAY + 3 * day))
    assert attempts(book)[2] == ("ann", "a", 3, True)


def test_gradebook_student_that_becomes_known_takes_the_hand_in(book, register):
    """A roster that comes later turns what was nobody's into a student's attempts."""
    register(("upload-1", "x = 1"), ("upload-2", "x = 2"))
    register(("upload-1", "x = 1", "ann"), ("upload-2", "x = 2", "ann"))
    assert attempts(book) == [("ann", "upload-1", 1, False), ("ann", "upload-2", 2, True)]


def test_gradebook_same_name_of_two_students_is_two_hand_ins(book, register):
    """Equal names and contents of two students are kept apart."""
    one, two = register(("work", "x = 1", "ann")) + register(("work", "x = 1", "bob"))
    assert one != two
    assert attempts(book) == [("ann", "work", 1, True), ("bob", "work", 1, True)]


def test_gradebook_newer_grade_stands_and_says_why(book, register, record):
    """The history keeps every grade in the order of their making, with the reason."""
    (one,) = register(("a", "x = 1"))
    record(one, graded(points=50))
    record(one, graded(points=60), NEXT_SUITE)
    record(one, graded(points=70), dataclasses.replace(NEXT_SUITE, task="full"))
    record(one, graded(points=80), dataclasses.replace(NEXT_SUITE, task="full"))
    assert [(past.state, past.grade.points) for past in book.history(one)] == [
        ("replaced", 50),
        ("replaced", 60),
        ("replaced", 70),
        ("stands", 80),
    ]
    assert [past.why for past in book.history(one)[:2]] == ["", "the suite changed"]
    assert "full task" in book.history(one)[2].why
    assert "asked for" in book.history(one)[3].why


def test_gradebook_newest_is_told_by_order_not_by_the_clock(book, register, record):
    """A clock that jumped back by a year changes nothing of which grade stands."""
    (one,) = register(("a", "x = 1"))
    record(one, graded(points=50))
    book._clock = lambda: datetime.now(UTC) - timedelta(days=365)
    record(one, graded(points=60), NEXT_SUITE)
    register(("a", "x = 2"))
    assert [past.state for past in book.history(one)] == ["replaced", "stands"]
    assert attempts(book)[1] == ("", "a", 2, True)


def test_gradebook_proposal_stands_only_when_accepted(book, register, record):
    """What a regrade proposes changes nothing before somebody says so; then it says why."""
    one, two = register(("a", "x = 1"), ("b", "x = 2"))
    record(one, graded("a"))
    record(two, graded("b"))
    assert [work.name for work in book.outdated("toy", "sha256:two")] == ["a", "b"]
    for id_, points in ((one, 90), (two, 10)):
        book.propose(id_, graded(points=points), NEXT_SUITE, "the suite changed")
    assert [entry.grade.points for entry in book.entries("toy")] == [50, 50]
    first, second = book.proposals("toy")
    assert (first.submission, first.past.grade.points) == ("a", 90)
    book.accept([first], "check 3 was too strict")
    book.drop([second], "not this time")
    assert [entry.grade.points for entry in book.entries("toy")] == [90, 50]
    assert book.proposals("toy") == []
    assert [(past.state, past.why) for past in book.history(one)] == [
        ("replaced", ""),
        ("stands", "check 3 was too strict"),
    ]
    assert [work.name for work in book.outdated("toy", "sha256:two")] == ["b"]


def test_gradebook_adjustment_holds_whatever_is_graded_later(book, register, record):
    """Points that a person set stay in force after a regrade, until they are taken back."""
    (one,) = register(("a", "x = 1"))
    record(one, graded(points=50, bonus=6))
    book.adjust(one, "T1.1", 80, by="J. Doe", reason="a slip of the pen")
    book.adjust(one, "T1.1", 97.5, by="J. Doe", reason="and another one")
    record(one, graded(points=40, bonus=20), NEXT_SUITE)
    (entry,) = book.entries("toy")
    assert (entry.grade.points, entry.grade.bonus) == (97.5, 12.5)  # the cap is 110
    assert [made.points for made in entry.adjustments] == [80, 97.5]
    assert (entry.adjustments[1].by, entry.adjustments[1].reason) == ("J. Doe", "and another one")
    assert book.history(one)[1].grade.points == 40
    book.adjust(one, "T1.1", None, by="J. Doe", reason="an error of mine")
    assert book.entries("toy")[0].grade.points == 40
    with pytest.raises(InstructorError, match=r"did you mean T1\.1"):
        book.adjust(one, "t1.1", 1, by="J. Doe", reason="a slip")
    with pytest.raises(InstructorError, match="who makes it and why"):
        book.adjust(one, "T1.1", 1, by=" ", reason="a slip")


def test_gradebook_keeps_what_was_dropped_or_taken_back(book, register, record):
    """A proposal that never stood, and a decision that was taken back, stay in the history."""
    one, two = register(("a", "x = 1"), ("b", "x = 2"))
    for id_, name in ((one, "a"), (two, "b")):
        record(id_, graded(name, points=50, bonus=0))
    book.propose(one, graded(points=90), NEXT_SUITE, "the suite changed")
    book.drop(book.proposals("toy"), "out of date")
    states = [(past.state, past.why) for past in book.history(one)]
    assert states == [("stands", ""), ("dropped", "out of date")]
    book.adjust(one, "T1.1", 0, by="J. Doe", reason="a slip\udcff")
    book.adjust(one, "T1.1", None, by="J. Doe", reason="no slip")
    assert {
        id_: [made.points for made in found] for id_, found in book.decisions("toy").items()
    } == {one: [0, None]}
    with pytest.raises(InstructorError, match="from 0 to 100; received 101"):
        book.adjust(one, "T1.1", 101, by="J. Doe", reason="a slip")
    ((id_, old, new),) = book.compare("toy", {two: graded("b", points=70, bonus=0)})
    assert (id_, old.final_points, new.submission, new.final_points) == (two, 50, "b", 70)
    assert [entry.submission for entry in book.entries("toy", only={two})] == ["b"]


def test_gradebook_lateness_follows_policy_and_roster_of_today(book, register, record):
    """Lateness is told when it is read: an extension takes effect without grading anything."""
    (one,) = register(("a", "x = 1", "ann", MONDAY))
    record(one, graded(points=50, bonus=0))
    (entry,) = book.entries("toy")
    assert (entry.grade.late.penalty_points, entry.final_points) == (5, 45)
    granted = {"toy": MONDAY + timedelta(hours=1)}
    ann = Student("ann", "Ann Lee", "ann@example.org", "B", granted)
    book.add_students([ann, Student("bob")])
    book.add_students([Student("bob", "Bob")])
    assert book.students() == {"ann": ann, "bob": Student("bob", "Bob")}
    assert book.entries("toy")[0].final_points == 50


def test_gradebook_hand_in_is_claimed_by_one_run_at_a_time(book, register, record):
    """A living run keeps what it has; what it gives back, or leaves when it dies, is free."""
    ids = register(("a", "x = 1"), ("b", "x = 2"), ("c", "x = 3"))
    with Run(book, "toy") as one, Run(book, "toy") as other:
        assert one.claim(ids, 2) == ids[:2]
        assert other.claim(ids, 3) == ids[2:]
        assert one.claim(ids, 3) == ids[:2]
        assert set(other.others()) == set(ids[:2])
        assert not book.record(other.id, ids[0], graded(), SUITE)
        assert book.record(one.id, ids[0], graded(), SUITE)
    with Run(book, "toy") as last:
        assert last.claim(ids, 3) == ids
    assert len(book.history(ids[0])) == 1


def test_gradebook_claims_of_a_dead_process_are_taken_over(book, register):
    """A run whose process ended without a word loses what it had to the next run."""
    ids = register(("a", "x = 1"))
    run = Run(book, "toy")
    run.claim(ids, 1)
    run._keeper.kill()
    with book.store.writing() as sql:
        sql._connection.execute(text("UPDATE runs SET started = '1'"))
    with Run(book, "toy") as other:
        assert other.claim(ids, 1) == ids
        assert not book.record(run.id, ids[0], graded(), SUITE)


def test_watch_of_another_machine_waits_until_its_counter_stands_still():
    """Of a machine that cannot be looked at, silence is what tells that a run died."""
    now = 0.0
    watch = Watch(clock=lambda: now, here="here 1 2")
    far = Process("there 1 2", 1, "5")
    assert not watch.is_dead(1, far, beat=7)
    now = SILENT_SECONDS
    assert not watch.is_dead(1, far, beat=8)
    now += SILENT_SECONDS - 1
    assert not watch.is_dead(1, far, beat=8)
    now += 2
    assert watch.is_dead(1, far, beat=8)


def test_run_says_again_and_again_that_it_lives(book):
    """The counter of a run moves while its process lives, and nothing moves it afterwards."""
    with Run(book, "toy") as run:
        deadline = time.monotonic() + PATIENCE_SECONDS
        beat = 0
        while not beat and time.monotonic() < deadline:
            time.sleep(0.05)
            with book.store.reading() as sql:
                query = text("SELECT beat FROM runs WHERE id = :id")
                beat = sql._connection.execute(query, {"id": run.id}).scalar()
        assert beat
    assert not run._keeper.is_alive()


def test_gradebook_tables_are_those_of_the_schema(book):
    """What the migrations make is what the code expects, column by column."""
    with book.store.reading() as sql:
        context = MigrationContext.configure(sql._connection)
        assert context.get_current_revision() == REVISION
        assert compare_metadata(context, metadata) == []


def test_gradebook_of_a_later_release_is_refused(book, url):
    """Tables that this release does not know are left alone, and it says what to do."""
    with book.store.writing() as sql:
        sql._connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(GradebookRefused, match=r"found 9999, of a later release; update"):
        open_gradebook(url, None)


def test_gradebook_that_is_not_there_is_not_made_by_reading(url):
    """Only `grade` begins a gradebook; whoever reads is told that there is none."""
    with pytest.raises(GradebookRefused, match="begins one"):
        open_gradebook(url, None)
    assert "://" in url or not Path(url).exists()


def test_gradebook_in_a_database_of_something_else_is_refused(url):
    """Tables of another program are not touched."""
    with open_gradebook(url, None, create=True) as book, book.store.writing() as sql:
        sql._connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(GradebookRefused, match="tables of something else"):
        open_gradebook(url, None, create=True)


def test_gradebook_registering_at_once_gives_each_hand_in_one_row(
    book, url, tmp_path, tiny_course, monkeypatch
):
    """Runs that find the same hand-ins at the same time write each down once."""
    monkeypatch.setattr(gradebook_module, "_AT_ONCE", 2)  # many transactions, to meet in
    made = [hand_in(tmp_path, f"s{number:02}", f"x = {number}") for number in range(40)]
    book.store.close()
    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(3)

    def register():
        with open_gradebook(url, tiny_course.root) as own:
            own.students()  # connected
            start.wait(PATIENCE_SECONDS)
            own.register("toy", made, LIMITS)

    children = [fork.Process(target=register) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0]
    assert [work.name for work in book.work("toy")] == [one.name for one in made]


def test_gradebook_server_that_goes_away_is_told_and_nothing_is_lost(server, tmp_path):
    """A server that stops in the middle ends the work with a sentence; the next try goes on."""
    url = server.new_database()
    with open_gradebook(url, None, create=True) as book:
        ids = book.register(
            "toy", [hand_in(tmp_path, "a", "x"), hand_in(tmp_path, "b", "y")], LIMITS
        )
        with Run(book, "toy") as run:
            run.claim(ids.values(), 2)
            assert book.record(run.id, ids["a"], graded(), SUITE)
            server.stop()
            with pytest.raises(GradebookFault, match="expected a server that answers") as caught:
                book.record(run.id, ids["b"], graded("b"), SUITE)
            assert "the same command goes on" in str(caught.value)
        with pytest.raises(GraderFault, match="expected a server that answers"):
            open_gradebook(url, None)
        server.start()
        assert [entry.submission for entry in book.entries("toy")] == ["a"]
        assert run.claim(ids.values(), 2)
        assert book.record(run.id, ids["b"], graded("b"), SUITE)
        assert len(book.entries("toy")) == 2
