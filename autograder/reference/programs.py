"""Every key of what programs read besides a result: `--json`, JSON Lines and manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from autograder.archive import Member
from autograder.export.plain import export_json_lines
from autograder.export.records import ClassGrades
from autograder.gradebook.past import Decision, Facts, KeptHandIn, Past
from autograder.gradebook.records import Entry
from autograder.records import Grade
from autograder.reference.documents import Document, document_sections
from autograder.reference.examples import NAME, example, examples
from autograder.reference.wording import summary
from autograder.regrade.as_json import dumps_history, dumps_regrades
from autograder.regrade.past import Attempt, Step
from autograder.regrade.records import CheckChange, Regraded, Summary
from autograder.release.facts import StudentFacts
from autograder.release.manifest import ReleasedAssignment, manifest_text
from autograder.roster import Student
from autograder.statistics.as_json import dumps as dumps_statistics
from autograder.statistics.records import ClassStatistics
from autograder.verify.as_json import dumps as dumps_proofs
from autograder.verify.records import AssignmentProof

__all__ = ["documents", "programs_page"]

_HEAD: Final = """\
# The JSON of other commands

What commands write for programs, besides [the JSON of a result](results.md). A key that is marked
with ° is not always there. A path such as `moves[].questions[]` means each question of each move,
and `NAME` stands for a name of your own. Times are ISO 8601 with their offset unless it says
otherwise.
"""
_SCHEMA: Final = "The number of this form, {schema}; another where keys change."
_PROOFS: Final = {
    "proven": "Whether no proof failed.",
    "assignments": "The proofs of each suite.",
    "assignments[].mutation.score_percent": (
        "The killed among those that are not equivalent; 100 if there are none."
    ),
    "assignments[].mutation.reviewed_percent": "The share of mutants that were reviewed.",
    "assignments[].known_wrong[].inside": "Whether it earned what its band says.",
}
_STATISTICS: Final = {
    "spread": "How shares of the core points are spread; `null` if there are too few hand-ins.",
    "times": "How long grading took; `null` without any hand-in.",
}
_REGRADES: Final = {
    "assignments": "What was found for each assignment.",
    "assignments[].applied": "Whether the new grades stand now.",
    "assignments[].summary": "The moves in numbers.",
    "assignments[].checks": "How often each check ended otherwise, the most frequent one first.",
    "assignments[].moves[].change": ("By how many points it moves; what is ungraded counts as 0."),
    "assignments[].checks[].count": "For how many hand-ins.",
}
_HISTORY: Final = {
    "assignment": "The assignment's id.",
    "attempts": "The student's hand-ins; the last one counts.",
    "attempts[].submission": "The hand-in's name.",
    "attempts[].content": "The digest of its content.",
    "attempts[].grades": "Oldest first, those that never stood too.",
    "attempts[].adjustments": "What persons decided about it, oldest first.",
    "attempts[].late": "What lateness costs, in words; `null` where nothing can be said.",
    "attempts[].final_points": (
        "What stands, with bonus, adjustments and lateness; `null` where the hand-in does not "
        "count, or has no points."
    ),
    "attempts[].grades[].graded_at": "When.",
    "attempts[].grades[].status": "`graded` or `ungraded`.",
    "attempts[].adjustments[].at": "When.",
}
_LINE: Final = {
    "student": "The roster's id; `null` where the hand-in belongs to nobody known.",
    "name": "The roster's, as are `email` and `section`; `null` for nobody known.",
    "email": "Likewise.",
    "section": "Likewise.",
    "submitted": "When it came; `null` if that is not known.",
    "graded_at": "When it was graded.",
    "raw_points": "Points and bonus, adjustments included; `null` if ungraded.",
    "penalty_points": "What lateness takes off; `null` if ungraded.",
    "final_points": "What is left of them, and counts; `null` if ungraded.",
    "grade": "[A grade](results.md#a-grade), as `grade --json` writes it.",
    "adjustments[].at": "When.",
}
_MANIFEST: Final = {
    "rebuild": "The command that builds the same release again.",
    "versions": "Tool to its version: those that decide about bytes.",
    "secret_fingerprint": "Tells course secrets apart, and tells nothing else of them.",
    "assignments": "Assignment's id to what was released of it.",
    "assignments.NAME.questions": "Question's id to its points.",
    "assignments.NAME.stretch": "The ids of the questions whose points are a bonus.",
    "files": "Path inside the release to `sha256:` and the digest of the file.",
}
_NAMED: Final = frozenset({"versions", "assignments", "assignments.NAME.questions", "files"})


def programs_page() -> str:
    """Write the page of all keys.

    Raises:
        UndocumentedError: A key that no docstring and no line here speaks of.
    """
    return _HEAD + "".join(document_sections(one) for one in documents())


def documents() -> tuple[Document, ...]:
    """Make what each command writes, from examples of the records that it is made from."""
    return _proofs(), _statistics(), _regrades(), _history(), _lines(), _manifest()


def _document(
    title: str,
    intro: str,
    written: Sequence[str],
    records: Mapping[str, tuple[type, ...]],
    words: Mapping[str, str],
) -> Document:
    """Read what was written, and say of its `schema` what is to be said of each."""
    found = [json.loads(text) for text in written]
    if "schema" in found[0]:
        words = {"schema": _SCHEMA.format(**found[0]), **words}
    return Document(title, intro, found, records, words)


def _proofs() -> Document:
    return _document(
        "autograder verify --json",
        "How well each suite is proven.",
        [dumps_proofs(examples(AssignmentProof))],
        {"assignments[]": (AssignmentProof,)},
        _PROOFS,
    )


def _statistics() -> Document:
    return _document(
        "autograder statistics --json",
        summary(ClassStatistics.__doc__),
        [dumps_statistics(one) for one in examples(ClassStatistics)],
        {"": (ClassStatistics,)},
        _STATISTICS,
    )


def _regrades() -> Document:
    return _document(
        "autograder regrade --json",
        "Whose points move, and through which checks.",
        [dumps_regrades(examples(Regraded))],
        {
            "assignments[]": (Regraded,),
            "assignments[].summary": (Summary,),
            "assignments[].checks[]": (CheckChange,),
        },
        _REGRADES,
    )


def _history() -> Document:
    return _document(
        "autograder history --json",
        "Where the points of a student come from.",
        [dumps_history(NAME, examples(Attempt))],
        {
            "attempts[]": (Attempt, KeptHandIn),
            "attempts[].grades[]": (Step, Past, Facts, Grade),
            "attempts[].adjustments[]": (Decision,),
        },
        _HISTORY,
    )


def _lines() -> Document:
    grades = ClassGrades(NAME, NAME, tuple(examples(Entry)))
    lines = export_json_lines([grades], {NAME: example(Student)}).content.decode().splitlines()
    found = _document(
        "autograder export jsonl",
        "A line of its own for each hand-in that counts.",
        lines,
        {"": (Entry,)},
        _LINE,
    )
    return replace(found, elsewhere=frozenset({"grade"}))


def _manifest() -> Document:
    files = {NAME: Member(b"")}
    text = manifest_text([example(ReleasedAssignment)], files, version="1", secret=b"secret")
    found = _document(
        "manifest.json of autograder release",
        "What a release holds, and what made it.",
        [text],
        {"assignments.NAME": (ReleasedAssignment, StudentFacts)},
        _MANIFEST,
    )
    return replace(found, names=_NAMED)
