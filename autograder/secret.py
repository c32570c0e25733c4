"""The course secret: with it a student's inputs are their own, and nobody can foretell them."""

from __future__ import annotations

import contextlib
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
        except UnicodeDecodeError as error:
            raise InstructorError(f"{path}: expected text; remove it to have a new one") from error
    if len(text.strip()) < _SHORTEST:
        raise InstructorError(f"{place}: a secret of at least {_SHORTEST} characters is expected")
    return text.strip().encode()


def _read_or_make(path: Path) -> str:
    """Return the file's text; of several processes that make it at once, one wins."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(32) + "\n")
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8")


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
