"""What a student mends first and what a class finds hard: report.feedback and report.summary."""

from __future__ import annotations

from dataclasses import replace

from autograder.records import CheckOutcome, ClassResult, Grade, QuestionGrade, Status, Verdict
from autograder.report.feedback import feedback, first_step
from autograder.report.summary import hardest_checks, recognised_mistakes, summarise_questions


def check(
    number: int, verdict: Verdict, *, claim: str = "It agrees.", message: str = ""
) -> CheckOutcome:
    """Make a check of group values."""
    passed = float(verdict is Verdict.PASSED)
    return CheckOutcome(
        f"test_q.py::test_secret[{number}]", "q", "values", verdict, claim, message, fraction=passed
    )


def question(name: str, points: float, verdict: Verdict, *checks: CheckOutcome) -> QuestionGrade:
    """Make a core question worth 20 points."""
    return QuestionGrade(name, f"Title of {name}", ("f",), points, 20, False, verdict, (), checks)


GOOD = question("A1.1", 20, Verdict.PASSED, *(check(n, Verdict.PASSED) for n in range(3)))
BAD = question(
    "A1.2",
    10,
    Verdict.FAILED,
    check(1, Verdict.PASSED),
    check(2, Verdict.FAILED, message="values differ\n  worst: 0.1"),
    check(3, Verdict.FAILED, message="values differ\n  worst: 0.1"),
    check(4, Verdict.LIMIT_EXCEEDED, claim="It is quick.", message="over 2 seconds"),
)
STUB = question("A1.3", 0, Verdict.NOT_ATTEMPTED, check(1, Verdict.NOT_ATTEMPTED, message="a stub"))
GRADE = Grade("student-01", "ab", Status.GRADED, 30, 100, 0, (GOOD, BAD, STUB))
RESULT = ClassResult(
    "activations",
    "Activation functions",
    100,
    "sha256:cd",
    grades=(
        GRADE,
        Grade("student-02", "cd", Status.GRADED, 100, 100, 8, (GOOD,)),
        Grade("student-03", "ef", Status.UNGRADED, 0, 100, 0, (STUB,), reason="Our fault."),
    ),
)


def test_first_step_prefers_core_questions_and_the_check_that_caps() -> None:
    """A bonus is never first, and in a capped question the critical check is."""
    bonus = replace(STUB, stretch=True, max_points=90)
    for questions, expected in (((bonus, BAD), BAD), ((bonus,), bonus)):
        step = first_step(replace(GRADE, questions=questions))
        assert step is not None
        assert step.question is expected
    critical = replace(BAD.checks[3], critical=True)
    capped = replace(BAD, cap="Limited.", checks=(*BAD.checks[:3], critical))
    step = first_step(replace(GRADE, questions=(capped,)))
    assert step is not None
    assert step.check is critical
    plain = first_step(replace(GRADE, questions=(BAD,)))
    assert plain is not None
    assert plain.check is BAD.checks[1]


def test_feedback_merges_failures_with_one_message_under_one() -> None:
    """Different claims that fail with the same words show the words once."""
    checks = (
        check(1, Verdict.STUDENT_ERROR, claim="One.", message="raised"),
        check(2, Verdict.STUDENT_ERROR, claim="Two.", message="raised"),
        check(3, Verdict.STUDENT_ERROR, claim="One.", message="raised"),
    )
    graded = replace(GRADE, questions=(question("A1.1", 0, Verdict.STUDENT_ERROR, *checks),))
    (failure,) = feedback(graded)[0].failures
    assert [(claim.text, claim.count) for claim in failure.claims] == [("One.", 2), ("Two.", 1)]


def test_hardest_checks_count_each_submission_once_and_only_attempts() -> None:
    """Failing a claim for three shapes is one submission; a stub is not a failure."""
    result = replace(RESULT, grades=(GRADE, replace(GRADE, submission="b")))
    found = [(hard.claim, hard.failures, hard.attempts) for hard in hardest_checks(result)]
    assert found == [("It agrees.", 2, 2), ("It is quick.", 2, 2)]
    assert len(hardest_checks(result, limit=1)) == 1


def test_question_means_leave_the_ungraded_out() -> None:
    """Statistics are about grades only."""
    found = {item.question.id: (item.mean, item.graded) for item in summarise_questions(RESULT)}
    assert found == {"A1.1": (20, 2), "A1.2": (10, 1), "A1.3": (0, 1)}


def test_recognised_mistakes_are_counted_over_the_class() -> None:
    """Each mistake comes with what students read, the most frequent one first."""
    rare, often = (
        replace(BAD, misconception=name, advice=f"Words on {name}.") for name in ("rare", "often")
    )
    grades = tuple(
        replace(GRADE, submission=f"student-{number}", questions=(GOOD, one))
        for number, one in enumerate((rare, often, often, BAD))
    )
    found = recognised_mistakes(replace(RESULT, grades=grades))
    assert [(one.id, one.question, one.count) for one in found] == [
        ("often", BAD.id, 2),
        ("rare", BAD.id, 1),
    ]
    assert found[0].advice == "Words on often."
