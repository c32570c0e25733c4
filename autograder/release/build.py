"""A course -> all files of its release, in memory; where the parts are joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from autograder.archive import PRIVATE, Member, content_digest, zip_bytes
from autograder.catalog import COURSE_FILE, AssignmentParts, locate, suite_digest
from autograder.config import load_course
from autograder.release.bundle import FACTS_FILE, public_files, student_bundle
from autograder.release.disclosure import disclosed_files, facts_of
from autograder.release.environment import pinned_packages
from autograder.release.facts import StudentFacts
from autograder.release.manifest import (
    GIT_IGNORE,
    MANIFEST,
    ReleasedAssignment,
    manifest_text,
)
from autograder.release.otter_zip import GraderParts, autograder_members
from autograder.release.wheel import Wheel, build_wheel, source_checkout
from autograder.secret import load_secret

__all__ = ["build_release"]

_GIT_IGNORE_TEXT: Final = b"# The autograder zips hold the solutions and the course secret.\n*\n"


@dataclass(frozen=True, slots=True)
class _Tools:
    """What all assignments of a release share.

    Attributes:
        wheel: This project.
        pins: Runtime to the locked versions of what grading needs.
        secret: The course secret.
    """

    wheel: Wheel
    pins: Mapping[str, tuple[str, ...]]
    secret: bytes = field(repr=False)


def build_release(course_dir: Path, assignment_ids: Sequence[str]) -> dict[str, Member]:
    """Make every file of a release.

    Args:
        course_dir: The folder of `grading.yml`.
        assignment_ids: What to release; empty for all.

    Returns:
        Path inside the release, with forward slashes, to the file.

    Raises:
        InstructorError: The course cannot be used, or the wheel cannot be built.
    """
    course = load_course(course_dir / COURSE_FILE)
    for name in assignment_ids:
        course.assignment(name)
    wanted = [name for name in course.order if name in assignment_ids or not assignment_ids]
    located = [locate(course_dir, course, name) for name in wanted]
    source = source_checkout()
    pins: dict[str, tuple[str, ...]] = {
        runtime: pinned_packages(source / "requirements", runtime)
        for runtime in {parts.policy.runtime for parts in located}
    }
    tools = _Tools(build_wheel(source), pins, load_secret(course_dir))
    files: dict[str, Member] = {}
    released = []
    for parts in located:
        facts = facts_of(course, parts.id)
        template = course_dir / "student_template"
        disclosed = disclosed_files(course_dir, parts)
        bundle = student_bundle(facts, parts.stub.parent, template, disclosed)
        digest = content_digest({name: bundle[name] for name in bundle if name != FACTS_FILE})
        inside = {f"{parts.id}/{path}": member for path, member in bundle.items()}
        files |= inside
        files[f"{parts.id}.zip"] = Member(zip_bytes(inside))
        members = autograder_members(_grader_parts(course_dir, parts, facts, digest, tools))
        files[f"{parts.id}-autograder.zip"] = Member(zip_bytes(members), PRIVATE)
        released.append(ReleasedAssignment(facts, digest, suite_digest(parts)))
    files[GIT_IGNORE] = Member(_GIT_IGNORE_TEXT)
    text = manifest_text(released, files, version=tools.wheel.version, secret=tools.secret)
    files[MANIFEST] = Member(text.encode())
    return files


def _grader_parts(
    course_dir: Path, parts: AssignmentParts, facts: StudentFacts, bundle: str, tools: _Tools
) -> GraderParts:
    from autograder.otter.testfiles import (  # noqa: PLC0415 - --help stays quick
        otter_config,
        run_otter_text,
        test_file_text,
    )

    course = parts.course
    return GraderParts(
        assignment=parts.id,
        course=_course_files(course_dir, parts),
        secret=tools.secret,
        bundle=bundle,
        suite=suite_digest(parts),
        tests={
            question.id: test_file_text(question.id, question.points)
            for question in facts.questions
        },
        config=otter_config(course, parts.id),
        run_otter=run_otter_text(),
        wheel=tools.wheel,
        pins=tools.pins[parts.policy.runtime],
    )


def _course_files(course_dir: Path, parts: AssignmentParts) -> dict[str, bytes]:
    """Read what grading this assignment needs of the course, and nothing of the others."""
    public = public_files(parts.id, parts.stub.parent)
    hidden = [
        path
        for path in sorted(parts.hidden.rglob("*"))
        if path.is_file() and "__pycache__" not in path.relative_to(parts.hidden).parts
    ]
    known = [parts.misconceptions] if parts.misconceptions.is_file() else []
    errata = parts.course.course.errata
    listed = [] if errata is None else [course_dir / errata]
    beside = [course_dir / COURSE_FILE, parts.reference, *listed, *known]
    paths = [*beside, *public.values(), *hidden]
    return {path.relative_to(course_dir).as_posix(): path.read_bytes() for path in paths}
