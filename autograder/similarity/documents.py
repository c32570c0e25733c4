"""Hand-ins -> their code as text, read as for grading: nothing of them is executed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.errors import InstructorError
from autograder.intake import IntakeLimits, find_submissions, read_submission, submission_names
from autograder.records import Refusal, SourceFile, Submission
from autograder.similarity.records import Document, Unread

__all__ = ["given_code", "read_documents"]


def read_documents(
    assignment: str, paths: Sequence[Path], previous: Sequence[Path], limits: IntakeLimits
) -> tuple[list[Document], list[Unread]]:
    """Read the hand-ins of a class, and those of earlier terms.

    Args:
        assignment: The assignment's id.
        paths: Hand-ins, or folders whose children are.
        previous: The same, of earlier terms.
        limits: How much of a hand-in is read.

    Returns:
        Those that can be compared, this class first, and those that could not be read.

    Raises:
        InstructorError: A path does not exist, or there is no hand-in of this class.
    """
    documents: list[Document] = []
    unread: list[Unread] = []
    for places, earlier in ((paths, False), (previous, True)):
        found = find_submissions(places)
        if not found and not earlier:
            shown = ", ".join(map(str, places))
            raise InstructorError(f"{shown}: there is no hand-in; a folder must hold some")
        for path, name in zip(found, submission_names(found), strict=True):
            shown = f"earlier: {name}" if earlier else name
            read = read_submission(path, assignment, limits, name=shown)
            if isinstance(read, Refusal):
                unread.append(Unread(shown, read.reason, refused=True))
            else:
                documents.append(Document(shown, _text(read), earlier))
    return documents, unread


def given_code(stub: Path) -> list[str]:
    """Read what students were given: the stub, and the code cells of the lesson beside it.

    Args:
        stub: The stub module; the lesson has its name with the ending `.md`, and may be missing.
    """
    lesson = stub.with_suffix(".md")
    given = [stub.read_text(encoding="utf-8")]
    if lesson.is_file():
        import jupytext  # noqa: PLC0415 - slow to import

        notebook = jupytext.reads(lesson.read_text(encoding="utf-8"), fmt="md")
        given.append("\n".join(c.source for c in notebook.cells if c.cell_type == "code"))
    return given


def _text(submission: Submission) -> str:
    """Join the pieces; where there are several, each has its name above it."""
    sources = (*submission.units, *submission.helpers)
    if len(sources) == 1:
        return _trimmed(sources[0])
    return "\n\n".join(f"# {source.path}\n{_trimmed(source)}" for source in sources)


def _trimmed(source: SourceFile) -> str:
    # Pygments drops empty lines at both ends, and places in the text would not be right.
    return source.text.strip("\n")
