"""Grading into a gradebook: what is graded, what is left alone, and what the class is then."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from autograder import bookkeeping
from autograder.arrivals import Arrival
from autograder.bookkeeping import Wishes, arrivals_of, grade_into
from autograder.config import IntakeLimits
from autograder.errors import InstructorError
from autograder.executor import Work
from autograder.gradebook import open_gradebook
from autograder.gradebook.handins import HandIn
from autograder.gradebook.past import Facts
from autograder.gradebook.run import Run
from autograder.handins import tasks_in
from autograder.job import open_job
from autograder.records import Grade, Status
from autograder.roster import Student

LIMITS = IntakeLimits(files=10, file_kib=64, total_kib=256, archive_ratio=50)
MONDAY = datetime(2027, 5, 3, 12, tzinfo=UTC)


@dataclass
class Reading:
    """An executor that takes a hand-in's first line for its points, or for what goes wrong.

    Attributes:
        graded: The names of what it was given, in order.
        lots: How many it was given each time.
    """

    isolation: dict[str, str] = field(default_factory=dict)
    trainings: dict[str, dict[str, str]] = field(default_factory=dict)
    graded: list[str] = field(default_factory=list)
    lots: list[int] = field(default_factory=list)

    def run_all(self, works):
        """Do what the first lines say."""
        self.isolation, self.trainings = {"seccomp": "on"}, {"toy": {"device": "none"}}
        tasks = [task for work in works for task in work.tasks]
        self.lots += [len(work.tasks) for work in works]
        for task in tasks:
            self.graded.append(task.name)
            (line,) = task.path.read_text().splitlines()
            if line == "stop":
                raise KeyboardInterrupt
            if line.isdigit():
                yield task, Grade(task.name, "ab", Status.GRADED, float(line), 100, 0)
            else:
                yield task, Grade(task.name, "", Status.UNGRADED, 0, 0, 0, reason=line)


@pytest.fixture
def job(tiny_course):
    times = "    due: 2027-05-03 10:00\nlate: {percent_per_day: 10}\n"
    tiny_course.write("grading.yml", tiny_course.texts["grading.yml"] + times)
    return open_job("toy", tiny_course.root)


@pytest.fixture
def book(job, tiny_course):
    with open_gradebook("", tiny_course.root, create=True) as opened:
        yield opened


@pytest.fixture
def hand_in(tiny_course):
    def write(**contents):
        for name, text in contents.items():
            tiny_course.write(f"hand-ins/{name}.py", text)

    return write


def never_opened(slot):
    """Stand where a bench would be opened."""
    raise AssertionError(slot)


@pytest.fixture
def grade(book, job, tiny_course):
    """Grade the folder; give what was graded now, and the class."""

    def run(job=job, told=None, executor=None, task="", **wishes):
        executor = executor or Reading()
        tasks = tasks_in("toy", [tiny_course.root / "hand-ins"])
        (outcome,) = grade_into(
            book,
            {"toy": job},
            [Work(tasks, never_opened, training=task)],
            executor,
            Wishes(**wishes),
            progress=lambda *_: None,
            tell=(told if told is not None else []).append,
        )
        assert outcome.graded_now <= len(executor.graded)
        points = {one.submission: one.points for one in outcome.result.grades}
        return executor.graded, points, outcome

    return run


def test_grade_into_again_grades_what_is_new_or_changed(grade, hand_in):
    """A rerun leaves alone what has its grade, and the class is whole each time."""
    hand_in(a="10", b="20", c="30")
    assert grade()[:2] == (["a", "b", "c"], {"a": 10, "b": 20, "c": 30})
    graded, points, outcome = grade()
    assert (graded, outcome.graded_now, points) == ([], 0, {"a": 10, "b": 20, "c": 30})
    assert outcome.result.isolation == {"seccomp": "on"}
    assert outcome.result.training == {"device": "none"}
    hand_in(b="25", d="40")
    assert grade()[:2] == (["b", "d"], {"a": 10, "b": 25, "c": 30, "d": 40})


def test_grade_into_of_a_part_shows_the_whole_class(grade, hand_in, tiny_course):
    """What was graded from another folder is in the table too."""
    hand_in(a="10")
    grade()
    (tiny_course.root / "hand-ins" / "a.py").unlink()
    hand_in(b="20")
    assert grade()[:2] == (["b"], {"a": 10, "b": 20})


def test_grade_into_with_a_changed_suite_grades_all_of_it_again(grade, hand_in, book, tiny_course):
    """Another suite makes every grade a missing one; what is not there any more is named."""
    hand_in(a="10", b="20")
    grade()
    (tiny_course.root / "hand-ins" / "b.py").unlink()
    tiny_course.write("solutions/toy.py", f"{tiny_course.texts['solutions/toy.py']}\n# changed\n")
    graded, points, outcome = grade(job=open_job("toy", tiny_course.root))
    assert (graded, points) == (["a"], {"a": 10, "b": 20})
    assert outcome.remarks == ("b: graded with an earlier suite, and not among these paths",)
    (work, _) = book.work("toy")
    assert [past.why for past in book.history(work.id)] == ["", "the suite changed"]


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [("full", "full", 0), ("reduced", "full", 1), ("full", "reduced", 0), ("", "", 0)],
)
def test_grade_into_what_was_trained_in_full_stays(grade, hand_in, first, second, again):
    """A full training takes the place of a reduced one, and never the other way round."""
    hand_in(a="10")
    grade(task=first)
    assert len(grade(task=second)[0]) == again


def test_grade_into_leaves_ungraded_work_alone_until_it_is_asked(grade, hand_in, book):
    """What was set aside stays so with its reason, until somebody says `--retry`."""
    hand_in(a="10", b="the process that graded it ended 2 times")
    _, _, outcome = grade()
    assert outcome.remarks == ("b: ungraded; once the reason is mended, --retry grades it again",)
    assert outcome.result.grades[1].reason == "the process that graded it ended 2 times"
    assert grade()[0] == []
    assert grade(retry=True)[0] == ["b"]
    histories = [len(book.history(work.id)) for work in book.work("toy")]
    assert histories == [1, 2]


def test_grade_into_what_never_started_is_not_recorded(grade, hand_in, book):
    """Where no process could be started, the hand-in is shown as ungraded, and still missing."""
    hand_in(a="no grading process could be started again: no GPU")
    _, _, outcome = grade()
    assert (outcome.graded_now, outcome.result.grades[0].status) == (0, Status.UNGRADED)
    assert book.entries("toy") == []
    assert grade()[0] == ["a"]


def test_grade_into_interrupted_keeps_what_it_has(grade, hand_in, book):
    """Ctrl-C in the middle costs what is in flight; the same command goes on."""
    hand_in(a="10", b="20", c="stop", d="40")
    with pytest.raises(KeyboardInterrupt):
        grade()
    assert [entry.submission for entry in book.entries("toy")] == ["a", "b"]
    hand_in(c="30")
    graded, points, _ = grade()
    assert graded == ["c", "d"]
    assert points == {"a": 10, "b": 20, "c": 30, "d": 40}


def test_grade_into_takes_a_class_in_lots(grade, hand_in, monkeypatch):
    """A class is claimed part by part, so that another machine finds some that are free."""
    monkeypatch.setattr(bookkeeping, "_LOT", {"numpy": 2})
    hand_in(a="10", b="20", c="30", d="40", e="50")
    executor = Reading()
    grade(executor=executor)
    assert executor.lots == [2, 2, 1]


def test_grade_into_waits_for_what_another_run_has(grade, hand_in, book, tiny_course):
    """A hand-in that somebody else grades is waited for, and is not graded twice."""
    hand_in(a="10")
    found = [HandIn("a", tiny_course.root / "hand-ins" / "a.py")]
    (id_,) = book.register("toy", found, LIMITS).values()
    told = []
    with Run(book, "toy") as run:
        run.claim([id_], 1)

        def grade_elsewhere():
            facts = Facts(open_job("toy", tiny_course.root).suite_digest)
            with open_gradebook("", tiny_course.root) as own:
                while not told:
                    time.sleep(0.01)
                own.record(run.id, id_, Grade("a", "", Status.GRADED, 99, 100, 0), facts)

        thread = threading.Thread(target=grade_elsewhere)
        thread.start()
        graded, points, _ = grade(told=told)
        thread.join()
    assert (graded, points) == ([], {"a": 99})
    who = f"process {os.getpid()} on {run.host}"
    assert told == [f"waiting for 1 hand-in that another run has in hand: {who}"]


def test_grade_into_leaves_what_another_run_was_just_done_with(
    grade, hand_in, book, job, monkeypatch
):
    """What was missing a moment ago, and is free because it was graded, is not graded again."""
    hand_in(a="10")
    claim = Run.claim
    others = []

    def claim_late(run, wanted, most):
        if not others:
            others.append(run)
            with Run(book, "toy") as other:
                (id_,) = claim(other, wanted, most)
                facts = Facts(job.suite_digest)
                book.record(other.id, id_, Grade("a", "", Status.GRADED, 99, 100, 0), facts)
        return claim(run, wanted, most)

    monkeypatch.setattr(Run, "claim", claim_late)
    assert grade()[:2] == ([], {"a": 99})


def test_grade_into_knows_students_by_table_and_roster(grade, hand_in, book):
    """Whose a hand-in is comes from the table, else from its own name; who is not known is told."""
    book.add_students([Student("ann", email="a@x.org"), Student("bob"), Student("cem")])
    hand_in(one="10", two="20", bob="30", stray="40")
    arrivals = {"one": Arrival(MONDAY, ("A@x.org",)), "two": Arrival(MONDAY, ("eve",))}
    _, _, outcome = grade(arrivals=arrivals)
    assert [(work.name, work.student) for work in book.work("toy")] == [
        ("one", "ann"),
        ("bob", "bob"),
        ("stray", ""),
        ("two", ""),
    ]
    assert outcome.remarks == ("stray, two: the roster has nobody of that name or address",)


def test_grade_into_without_a_roster_takes_the_table_at_its_word(grade, hand_in, book):
    """Where there is no roster, the table's student is the student, and the name is nobody."""
    hand_in(one="10", two="20")
    arrivals = {"one": Arrival(MONDAY, ("ann",)), "two": Arrival(MONDAY, ("two",))}
    assert grade(arrivals=arrivals)[2].remarks == ()
    assert [(work.name, work.student) for work in book.work("toy")] == [("one", "ann"), ("two", "")]


def test_grade_into_shows_the_last_attempt_and_names_the_others(grade, hand_in):
    """Of two hand-ins of a student the later one is in the table; both are graded."""
    hand_in(first="10", second="20")
    arrivals = {
        "second": Arrival(MONDAY.replace(hour=9), ("ann",)),
        "first": Arrival(MONDAY.replace(hour=8), ("ann",)),
    }
    graded, points, outcome = grade(arrivals=arrivals)
    assert (sorted(graded), points) == (["first", "second"], {"second": 20})
    assert outcome.remarks == (
        "first: not the student's last hand-in, which is the one that counts",
    )


def test_grade_into_applies_lateness_and_extensions(grade, hand_in, book):
    """The class is shown with what lateness costs, by the roster's extension too."""
    hand_in(ann="50", bob="50")
    book.add_students([Student("ann"), Student("bob", extensions={"toy": MONDAY})])
    arrivals = {name: Arrival(MONDAY, (name,)) for name in ("ann", "bob")}
    _, _, outcome = grade(arrivals=arrivals)
    assert [one.late.final_points for one in outcome.result.grades] == [45, 50]


def test_grade_into_without_hand_ins_says_so(grade, tiny_course):
    """An empty folder is the command line's mistake."""
    (tiny_course.root / "hand-ins").mkdir()
    with pytest.raises(InstructorError, match="there is no hand-in"):
        grade()


def test_arrivals_get_names_and_extension_of_the_roster():
    """Without a gradebook too, the roster says by which names a student is known."""
    roster = {"ann": Student("ann", email="a@x.org", extensions={"toy": MONDAY})}
    arrivals = {"x": Arrival(MONDAY, ("a@x.org",)), "y": Arrival(MONDAY, ("bob",))}
    found = arrivals_of("toy", arrivals, roster)
    assert found["x"].granted == MONDAY
    assert set(found["x"].students) == {"ann", "a@x.org"}
    assert found["y"] == arrivals["y"]
