"""The course secret: with it a student's inputs are their own, and nobody can foretell them."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import shlex
import stat
from pathlib import Path
from typing import Final

from autograder.errors import InstructorError

__all__ = ["FILE_VARIABLE", "VARIABLE", "has_secret", "load_secret", "make_private", "seed_key"]

VARIABLE: Final = "AUTOGRADER_SECRET"
FILE_VARIABLE: Final = "AUTOGRADER_SECRET_FILE"
_PLACE: Final = Path(".autograder") / "secret"
_SHORTEST: Final = 16
_PRIVATE: Final = 0o600
# What others may not do with our own file, and with one that a container is given: Docker and
# Kubernetes let everybody in the container read a secret, but nobody may write it.
_OTHERS_ACCESS: Final = 0o077
_OTHERS_WRITE: Final = 0o022


def load_secret(course_dir: Path) -> bytes:
    """Return the course's secret; make one, readable by its owner alone, if there is none.

    The variable AUTOGRADER_SECRET holds it, or AUTOGRADER_SECRET_FILE names a file that holds it;
    without either it is in the file `.autograder/secret`.

    Raises:
        InstructorError: It is too short to be a secret, others have access to its file, the file
            cannot be read or made, or both variables are set.
    """
    text, named = os.environ.get(VARIABLE), os.environ.get(FILE_VARIABLE)
    if text is not None and named is not None:
        raise InstructorError(
            f"{VARIABLE} and {FILE_VARIABLE}: expected one of them, both are set; unset the other"
        )
    place = f"the variable {VARIABLE}"
    if text is None:
        path = course_dir / _PLACE if named is None else Path(named)
        place = str(path) if named is None else f"{FILE_VARIABLE}: {path}"
        text = _text_of(path, place, ours=named is None)
    if len(text.strip()) < _SHORTEST:
        raise InstructorError(f"{place}: a secret of at least {_SHORTEST} characters is expected")
    return text.strip().encode()


def has_secret(course_dir: Path) -> bool:
    """Tell whether there is a secret already, so that `load_secret` makes none."""
    given = VARIABLE in os.environ or FILE_VARIABLE in os.environ
    return given or (course_dir / _PLACE).is_file()


def make_private(course_dir: Path) -> None:
    """Let nobody but its owner read the course's file, for whoever unpacked it loses its mode."""
    with contextlib.suppress(OSError):  # `load_secret` says what is wrong with it
        (course_dir / _PLACE).chmod(_PRIVATE)


def _text_of(path: Path, place: str, *, ours: bool) -> str:
    """Read a secret's file; make our own if there is none.

    Raises:
        InstructorError: It cannot be read or made, or others have access to it.
    """
    try:
        if ours:
            _make(path)
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read()
    except OSError as error:
        wanted = "read or made" if ours else "read"
        raise InstructorError(
            f"{place}: the course secret cannot be {wanted} ({error.strerror}); "
            f"set {VARIABLE} instead"
        ) from error
    except UnicodeDecodeError:
        # Without its cause: that would show the bytes.
        mend = "remove it to have a new one" if ours else "put a text there"
        raise InstructorError(f"{place}: expected text; {mend}") from None
    if mode & (_OTHERS_ACCESS if ours else _OTHERS_WRITE):
        may, least = ("read or change", "600") if ours else ("change", "go-w")
        raise InstructorError(
            f"{place}: expected a secret that nobody else may {may}, its mode is {mode:04o}; "
            f"`chmod {least} {shlex.quote(str(path))}`, or give it by {VARIABLE}"
        )
    return text


def _make(path: Path) -> None:
    """Make the file if there is none; of several processes that do so at once, one wins."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(32) + "\n")
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()


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
