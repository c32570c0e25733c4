"""What a regrade grades, what it proposes, and what it leaves as it is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from autograder.errors import InstructorError
from autograder.executor import Work
from autograder.gradebook import open_gradebook
from autograder.gradebook.handins import HandIn
from autograder.gradebook.past import Facts
from autograder.job import open_job
from autograder.records import CheckOutcome, Grade, QuestionGrade, Status, Verdict
from autograder.regrade.past import counting_hand_in, history_of
from autograder.regrade.run import affected, apply, regrade
from autograder.roster import Student

ONE, TWO, THREE = "sha256:one", "sha256:two", "sha256:three"
MONDAY = datetime(2027, 5, 3, 12, tzinfo=UTC)


def graded(name, points):
    """Make a grade of one question with one check, which passes from 50 points on."""
    passed = points >= 50
    verdict = Verdict.PASSED if passed else Verdict.FAILED
    check = CheckOutcome("t.py::a", "T1.1", "values", verdict, "It is.", fraction=float(passed))
    asked = QuestionGrade("T1.1", "Twice", ("double",), points, 60, False, verdict, (), (check,))
    return Grade(name, "ab", Status.GRADED, points, 100, 0, (asked,))


def ungraded(name, reason="nobody knows"):
    return Grade(name, "", Status.UNGRADED, 0, 100, 0, reason=reason)


@dataclass
class Reading:
    """An executor that adds points to the number in a hand-in, or says what goes wrong.

    Attributes:
        plus: What the suite gives beside.
        graded: The content of what it was given by file name, in order.
        wrong: Content to what goes wrong with it.
    """

    plus: float = 10
    wrong: dict[str, str] = field(default_factory=dict)
    graded: list[tuple[str, str]] = field(default_factory=list)
    isolation: dict[str, str] = field(default_factory=dict)
    trainings: dict[str, dict[str, str]] = field(default_factory=dict)

    def run_all(self, works):
        """Do what the contents say."""
        self.isolation = {"seccomp": "on"}
        for task in works[0].tasks:
            content = task.path.read_text()
            self.graded.append((task.path.name, content))
            wrong = self.wrong.get(content)
            if wrong == "stop":
                raise KeyboardInterrupt
            if wrong is not None:
                yield task, ungraded(task.name, wrong)
            else:
                yield task, graded(task.name, float(content) + self.plus)


@pytest.fixture
def job(tiny_course):
    times = "    due: 2027-05-03 10:00\nlate: {percent_per_day: 10}\n"
    tiny_course.write("grading.yml", tiny_course.texts["grading.yml"] + times)
    return dataclasses.replace(open_job("toy", tiny_course.root), suite_digest=TWO)


@pytest.fixture
def book(job, tiny_course):
    with open_gradebook("", tiny_course.root, create=True) as opened:
        yield opened


@pytest.fixture
def stand(book, job, tiny_course):
    """Hand in numbers, each graded by the first suite to so many points."""

    def hand_in(*named, grade=graded, task="", **numbers):
        found = []
        for name, student, content, submitted in (
            *named,
            *((name, name, str(number), None) for name, number in numbers.items()),
        ):
            path = tiny_course.write(f"in/{student}/{name}.py", content)
            found.append(HandIn(name, path, student, submitted))
            (id_,) = book.register("toy", found[-1:], job.course.intake).values()
            book.propose(id_, grade(name, float(content)), Facts(ONE, task), "")
        book.accept(book.proposals("toy"), "")
        return book.work("toy")

    return hand_in


@pytest.fixture
def again(book, job):
    """Regrade; give what was found, and the contents that were graded."""

    def run(executor=None, suite=TWO, task=""):
        executor = executor or Reading()
        how = Work((), open_bench=None, training=task)
        own = dataclasses.replace(job, suite_digest=suite)
        found = regrade(book, own, executor, how, progress=lambda *_: None)
        return found, [content for _, content in executor.graded]

    return run


def moved(found):
    return {one.who: (one.before, one.after) for one in found.moves}


def points(book):
    return {one.student: one.grade.points for one in book.entries("toy")}


def test_regrade_shows_and_changes_nothing_until_it_is_applied(book, stand, again):
    """The moves are told, the largest first; the grades stand with the reason only when told."""
    stand(ann=45, bob=50, cem=20)
    executor = Reading(wrong={"20": "stop"})
    with pytest.raises(KeyboardInterrupt):
        again(executor)
    found, contents = again()
    assert contents == ["20"]
    assert (found.graded_now, found.from_before, found.left) == (1, 2, ())
    assert moved(found) == {"ann": (45, 55), "bob": (50, 60), "cem": (20, 30)}
    ((check,),) = [one.questions[0].checks for one in found.moves if one.who == "ann"]
    assert (check.id, check.before, check.after) == ("t.py::a", "failed", "passed")
    assert points(book) == {"ann": 45, "bob": 50, "cem": 20}
    found, contents = again()
    assert (contents, found.graded_now, found.from_before) == ([], 0, 3)
    assert apply(book, found, "too strict").applied
    assert points(book) == {"ann": 55, "bob": 60, "cem": 30}
    (first, *_) = book.work("toy")
    assert [(past.state, past.why) for past in book.history(first.id)] == [
        ("replaced", ""),
        ("stands", "regraded: too strict"),
    ]
    assert again()[0].moves == ()


def test_regrade_puts_the_largest_move_first(stand, again):
    """Who loses or gains most is read first."""
    stand(ann=50, bob=10, cem=30)
    executor = Reading(plus=0)
    executor.run_all = lambda works: (
        (one, graded(one.name, {"50": 45.0, "10": 40.0, "30": 30.0}[one.path.read_text()]))
        for one in works[0].tasks
    )
    found, _ = again(executor)
    assert [(one.who, one.change) for one in found.moves] == [("bob", 30), ("ann", -5), ("cem", 0)]


def test_regrade_after_another_change_drops_what_was_proposed(book, stand, again):
    """A proposal of an earlier suite never stands, whether the suite moves on or goes back."""
    (work,) = stand(ann=40)
    again()
    found, contents = again(Reading(plus=15), suite=THREE)
    assert (contents, moved(found)) == (["40"], {"ann": (40, 55)})
    assert affected(book, "toy", ONE) == ([], {})
    assert book.proposals("toy") == []
    states = [past.state for past in book.history(work.id)]
    assert states == ["stands", "dropped", "dropped"]


def test_regrade_of_a_proposal_older_than_the_grade_grades_anew(book, stand, again):
    """What was proposed before a newer grade stood is not taken for its successor."""
    (work,) = stand(ann=40)
    again()
    (proposal,) = book.proposals("toy")
    book.propose(work.id, graded("ann", 42), Facts(THREE), "")
    book.accept(book.proposals("toy")[1:], "")
    found, contents = again()
    assert (contents, moved(found)) == (["40"], {"ann": (42, 50)})
    assert book.proposals("toy")[0].past.id > proposal.past.id


def test_regrade_without_the_bytes_lists_the_hand_in(book, stand, again):
    """What is not kept is named and keeps its grade; nothing is guessed."""
    stand(ann=40, bob=50)
    with book.store.writing() as sql:
        kept = {"digest": book.work("toy")[0].digest}
        sql._connection.execute(text("DELETE FROM files WHERE digest = :digest"), kept)
    found, contents = again()
    assert (contents, moved(found)) == (["50"], {"bob": (50, 60)})
    assert [(one.who, "not in the gradebook" in one.reason) for one in found.left] == [
        ("ann", True)
    ]


def test_regrade_that_fails_leaves_the_score_and_is_tried_again(book, stand, again):
    """Nobody loses a score to a fault; the next regrade grades such a hand-in once more."""
    (work,) = stand(ann=40)
    found, _ = again(Reading(wrong={"40": "it ended 2 times"}))
    (left,) = found.left
    assert (found.proposals, left.reason) == (
        (),
        "it would have no score any more: it ended 2 times",
    )
    apply(book, found, "too strict")
    assert points(book) == {"ann": 40}
    assert moved(again()[0]) == {"ann": (40, 50)}
    assert [past.state for past in book.history(work.id)] == ["stands", "dropped", "proposed"]


def test_regrade_where_no_process_starts_proposes_nothing(book, stand, again):
    """A hand-in that was not even looked at has no new grade in the history."""
    (work,) = stand(ann=40)
    found, _ = again(Reading(wrong={"40": "no grading process could be started again: no GPU"}))
    assert "no GPU" in found.left[0].reason
    assert len(book.history(work.id)) == 1


def test_regrade_of_what_had_no_score_can_stand_without_one(book, stand, again):
    """A hand-in that is refused by both suites is not left behind; one that is read now gains."""
    stand(ann=40, bob=50, grade=lambda name, _: ungraded(name))
    found, _ = again(Reading(wrong={"40": "still no zip"}))
    assert moved(found) == {"ann": (None, None), "bob": (None, 60)}
    apply(book, found, "mended")
    found, contents = again()
    assert (contents, found.moves) == ([], ())


def test_regrade_trained_in_full_is_not_replaced_by_the_reduced_task(stand, again):
    """A machine without a GPU leaves alone what one with a GPU graded."""
    stand(ann=40, task="full")
    found, contents = again(task="reduced")
    assert (contents, found.moves) == ([], ())
    assert "trained in full" in found.left[0].reason
    assert again(task="full")[1] == ["40"]


def test_regrade_keeps_apart_equal_names_and_takes_last_attempts(stand, again):
    """Two students' hand-ins of one name get their own grades; earlier attempts keep theirs."""
    stand(("work", "ann", "10", None), ("work", "bob", "20", None), ("work", "ann", "30", None))
    executor = Reading()
    found, _ = again(executor)
    assert sorted(executor.graded) == [("work.py", "20"), ("work.py", "30")]
    assert moved(found) == {"ann": (30, 40), "bob": (20, 30)}
    assert {one.submission for one in found.moves} == {"work"}
    (proposal, _) = found.proposals
    assert proposal.past.grade.submission == "work"
    assert proposal.past.facts.isolation == {"seccomp": "on"}


def test_regrade_respects_what_a_person_set(book, stand, again):
    """The question keeps the person's points, and it is told that the suite would move it."""
    (work,) = stand(ann=40)
    book.adjust(work.id, "T1.1", 57, by="J. Doe", reason="a slip of the pen")
    found, _ = again()
    (move,) = found.moves
    (held,) = [question.held for question in move.questions]
    assert (move.before, move.after, held.points, held.before, held.after) == (57, 57, 57, 40, 50)
    apply(book, found, "too strict")
    assert points(book) == {"ann": 57}
    book.adjust(work.id, "T1.1", None, by="J. Doe", reason="not needed any more")
    assert points(book) == {"ann": 50}


def test_regrade_tells_final_points_with_lateness(book, stand, again):
    """Who was late moves by less; an extension counts as everywhere."""
    book.add_students([Student("ann"), Student("bob", extensions={"toy": MONDAY})])
    late = MONDAY - timedelta(hours=1)
    stand(("a", "ann", "40", late), ("b", "bob", "40", late))
    assert moved(again()[0]) == {"ann": (36, 45), "bob": (40, 50)}


def test_history_explains_every_grade(book, stand, again):
    """Each attempt has its grades with what moved, what persons decided, and what stands."""
    stand(("one", "ann", "10", None), ("two", "ann", "45", None))
    work = counting_hand_in(book, "toy", "ann")
    book.adjust(work.id, "T1.1", 58, by="J. Doe", reason="a slip")
    book.adjust(work.id, "T1.1", None, by="J. Doe", reason="no slip")
    again(Reading(plus=1), suite=THREE)
    apply(book, again()[0], "too strict")
    first, last = history_of(book, "toy", "ann")
    assert (first.work.name, first.entry, len(first.steps)) == ("one", None, 1)
    assert [(one.past.state, [(q.before, q.after) for q in one.moved]) for one in last.steps] == [
        ("replaced", []),
        ("dropped", [(45, 46)]),
        ("stands", [(45, 55)]),
    ]
    assert [(one.points, one.reason) for one in last.decisions] == [
        (58, "a slip"),
        (None, "no slip"),
    ]
    assert last.entry.final_points == 55
    assert history_of(book, "toy", "two") == [first, last]


def test_history_of_nobody_is_told_with_the_nearest_name(book, stand):
    """A name that means nobody, or two students' hand-ins, is refused."""
    stand(("work", "anna", "10", None), ("work", "bob", "20", None))
    with pytest.raises(InstructorError, match="did you mean anna"):
        history_of(book, "toy", "ann")
    with pytest.raises(InstructorError, match="no such one for toy"):
        counting_hand_in(book, "toy", "work")
