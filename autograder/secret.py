"""The course secret: with it a student's inputs are their own, and nobody can foretell them."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from autograder.errors import InstructorError

__all__ = ["load_secret", "seed_key"]

VARIABLE: Final = "AUTOGRADER_SECRET"
_PLACE: Final = Path(".autograder") / "secret"
_SHORTEST: Final = 16


def load_secret(course_dir: Path) -> bytes:
    """Return the course's secret; make one, readable by its owner alone, if there is none.

    The variable AUTOGRADER_SECRET goes before the file `.autograder/secret`.

    Raises:
        InstructorError: It is too short to be a secret, or the file cannot be read or made.
    """
    text = os.environ.get(VARIABLE)
    place = f"the variable {VARIABLE}"
    if text is None:
        path = course_dir / _PLACE
        place = str(path)
        try:
            text = _read_or_make(path)
        except OSError as error:
            raise InstructorError(
                f"{path}: the course secret cannot be read or made ({error.strerror}); "
                f"set {VARIABLE} instead"
            ) from error
    if len(text.strip()) < _SHORTEST:
        raise InstructorError(f"{place}: a secret of at least {_SHORTEST} characters is expected")
    return text.strip().encode()


def _read_or_make(path: Path) -> str:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        text = secrets.token_urlsafe(32)
        file.write(text + "\n")
    return text


def seed_key(secret: bytes, assignment: str, content: str) -> bytes:
    """Derive the key that decides a submission's inputs.

    It depends on what was handed in, not on who did: the same work gets the same inputs whenever
    and by whomever it is graded, and a change of the work changes them, so inputs that leak from
    one attempt are worth nothing in the next.

    Args:
        secret: From `load_secret`.
        assignment: The assignment's id.
        content: The submission's digest.
    """
    return hmac.digest(secret, f"{assignment}|{content}".encode(), hashlib.sha256)
