"""Grades the hand-in that was set aside: what Otter's kernel runs instead of a submission."""

from __future__ import annotations

import dataclasses
import json
import traceback
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from autograder.errors import GraderFault
from autograder.executor import Task
from autograder.grade import GradingBench, Isolation
from autograder.gradescope import GradescopeMetadata, decide_try, read_metadata
from autograder.intake import Expected, read_submission
from autograder.job import Job, masks_for, open_job
from autograder.lateness import lateness_of
from autograder.otter.outcome import Kind, Outcome, QuestionOutcome, to_json
from autograder.otter.place import Place
from autograder.otter.wording import all_passed, check_words, printed_words, sum_words
from autograder.records import Grade, Lateness, QuestionGrade, Refusal, Status, Verdict
from autograder.report.words import score_sentence
from autograder.secret import has_secret, make_private

__all__ = ["grade_handed_in"]

_NAME: Final = "hand-in"
_RECORD: Final = "release.json"
_SHOWN_DIGITS: Final = 2


def grade_handed_in(root: str, assignment: str) -> Outcome:
    """Grade a hand-in, and leave what was found where the plugin looks for it.

    Whatever goes wrong ends in an outcome that is undecided, with its details for the instructor.

    Args:
        root: The autograder's folder, in which the hand-in was set aside.
        assignment: The assignment's id.
    """
    place = Place(Path(root))
    try:
        outcome = _grade(place, assignment)
    except Exception as error:  # noqa: BLE001 - a defect must never look like a score
        details = (traceback.format_exc(),)
        outcome = Outcome(
            Kind.UNDECIDED, reason=f"{type(error).__name__}: {error}", details=details
        )
    draft = place.outcome.with_suffix(".draft")
    draft.write_bytes(to_json(outcome))
    draft.replace(place.outcome)
    return outcome


def _grade(place: Place, assignment: str) -> Outcome:
    record = _release_record(place)
    job = _open(place, assignment, record)
    metadata = read_metadata(place.metadata)
    identity = _identity(job, record)
    path = _what_was_handed_in(place)
    expected = Expected(job.functions, str(record.get("bundle", "")))
    read = read_submission(path, assignment, job.course.intake, name=_NAME, expected=expected)
    if isinstance(read, Refusal):
        maximum = job.parts.policy.max_points
        return Outcome(Kind.REFUSED, max_points=maximum, reason=read.reason, identity=identity)
    # Where work is handed in there are no GPUs: the result says what it was trained on.
    (mask,) = masks_for(job, 1, allow_cpu=True)
    with GradingBench(job, Isolation(), mask) as bench:
        grade = bench.grade(Task(path, _NAME))
        isolation = dict(bench.isolation)
    # What was noted when the hand-in was held against the release comes first.
    grade = dataclasses.replace(grade, notes=tuple(dict.fromkeys((*read.notes, *grade.notes))))
    identity |= {"hand-in": read.sha256}
    if grade.status is not Status.GRADED:
        outcome = Outcome(Kind.UNDECIDED, reason=grade.reason, details=tuple(_details(grade)))
    else:
        outcome = _graded(job, grade, metadata)
    return dataclasses.replace(outcome, identity=identity, isolation=isolation)


def _graded(job: Job, grade: Grade, metadata: GradescopeMetadata | None) -> Outcome:
    policy = job.course.release_policy(job.parts.id)
    decision = decide_try(policy, job.course.zone, metadata)
    late = _lateness(job, grade, metadata)
    final = grade.points + grade.bonus if late is None else late.final_points
    kind, score, words = Kind.GRADED, round(final, _SHOWN_DIGITS), decision.words
    if not decision.graded:
        earlier = decision.earlier.score if decision.earlier is not None else None
        if earlier is None:
            # There is nothing that could stand, and no zero is invented: it is graded in full.
            words = ""
        else:
            kind, score = Kind.POSTPONED, earlier
    printed = printed_words(grade)
    return Outcome(
        kind,
        score=score,
        max_points=grade.max_points,
        questions=tuple(_question(grade, question) for question in grade.questions),
        notes=tuple(filter(None, (words, *(grade.notes or _nothing(job, grade)), *printed))),
        late=late.words if late is not None and late.seconds_late else "",
        sum=sum_words(grade, late),
        hidden_results=policy.hidden_results,
        details=(score_sentence(grade), *_details(grade)),
    )


def _nothing(job: Job, grade: Grade) -> Iterator[str]:
    """Wonder aloud about a hand-in in which no question was attempted."""
    if all(question.verdict is Verdict.NOT_ATTEMPTED for question in grade.questions):
        yield (
            f"No question of `{job.parts.id}` was attempted. If you expected points, look whether "
            f"this is the work of another assignment, and hand in your `{job.parts.id}.py`."
        )


def _release_record(place: Place) -> dict[str, Any]:
    path = place.course / _RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    if not isinstance(record, dict):
        raise GraderFault(f"{path}: expected a JSON object; build the release again")
    return record


def _open(place: Place, assignment: str, record: dict[str, Any]) -> Job:
    """Open the released course, and hold it against what the release says of itself.

    Raises:
        GraderFault: It was changed, or lacks the secret, so scores would differ from others'.
    """
    if not has_secret(place.course):
        raise GraderFault(
            f"{place.course}: the course secret is missing, so inputs would differ from run to "
            "run; build the release again"
        )
    make_private(place.course)
    job = open_job(assignment, place.course)
    expected = record.get("suite", job.suite_digest)
    if expected != job.suite_digest:
        raise GraderFault(
            f"{place.course}: expected the suite {expected}, found {job.suite_digest}: the release "
            "was changed after it was built; build it again"
        )
    return job


def _what_was_handed_in(place: Place) -> Path:
    """Give the one file that was handed in, or the folder if it is more or less than one."""
    entries = list(place.handed_in.iterdir())
    single = len(entries) == 1 and entries[0].is_file() and not entries[0].is_symlink()
    return entries[0] if single else place.handed_in


def _lateness(job: Job, grade: Grade, metadata: GradescopeMetadata | None) -> Lateness | None:
    if metadata is None or metadata.created_at is None:
        return None
    return lateness_of(
        job.course,
        job.parts.id,
        submitted=metadata.created_at,
        points=grade.points + grade.bonus,
        students=metadata.students,
        granted=metadata.granted,
    )


def _question(grade: Grade, question: QuestionGrade) -> QuestionOutcome:
    return QuestionOutcome(
        id=question.id,
        title=question.title,
        points=question.points,
        max_points=question.max_points,
        public_passed=all_passed(question, public=True),
        public_words=check_words(grade, question, public=True),
        hidden_passed=all_passed(question, public=False),
        hidden_words=check_words(grade, question, public=False),
    )


def _details(grade: Grade) -> Iterator[str]:
    """Name each check that did not pass, with what only an instructor may read."""
    for question in grade.questions:
        for check in question.checks:
            if check.verdict is not Verdict.PASSED:
                yield f"{question.id} {check.id}: {check.verdict.value}"
                if check.detail:
                    yield check.detail


def _identity(job: Job, record: dict[str, Any]) -> dict[str, str]:
    return {
        "assignment": job.parts.id,
        "dlcv-autograder": version("dlcv-autograder"),
        "otter-grader": version("otter-grader"),
        "numpy": version("numpy"),
        "suite": job.suite_digest,
        "bundle": str(record.get("bundle", "unknown")),
    }
