"""Proofs as one page without script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from autograder.report.files import write_atomically
from autograder.report.text import clean
from autograder.verify.records import AssignmentProof
from autograder.verify.wording import summary_lines

__all__ = ["proof_page", "write_page"]


def write_page(
    proofs: Sequence[AssignmentProof], folder: Path, *, versions: Mapping[str, str]
) -> Path:
    """Write the page `verify.html`.

    Args:
        proofs: One for each assignment.
        folder: Where to; it is made if it is not there.
        versions: What the suites ran with, name to version.

    Returns:
        The page's path.

    Raises:
        OSError: The folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "verify.html"
    write_atomically(path, proof_page(proofs, versions=versions))
    return path


def proof_page(proofs: Sequence[AssignmentProof], *, versions: Mapping[str, str]) -> str:
    """Render the page; equal arguments give equal bytes."""
    template = _environment().get_template("proof.html.j2")
    return template.render(proofs=proofs, versions=versions)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    own, shared = (
        PackageLoader(package, "templates")
        for package in ("autograder.verify", "autograder.report")
    )
    environment = Environment(
        loader=ChoiceLoader([own, shared]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if type(value) is str else value,
        auto_reload=False,
    )
    environment.globals.update(summary_lines=summary_lines)
    return environment
