"""All reference pages, by the names of their files."""

from __future__ import annotations

from typing import Final

from autograder.reference.commands import commands_page
from autograder.reference.policy import policy_page
from autograder.reference.programs import programs_page
from autograder.reference.results import results_page
from autograder.reference.suites import suites_page

__all__ = ["pages"]

_NOTE: Final = "<!-- Written by `make docs` from the code: change the code, not this page. -->\n"


def pages() -> dict[str, str]:
    """Write the reference.

    Returns:
        File name to Markdown text.

    Raises:
        UndocumentedError: A command, an option, a key, a fixture or a mark has no words.
    """
    from autograder.cli import app  # noqa: PLC0415 - last, as it registers every command
    from autograder.config import Course  # noqa: PLC0415

    texts = {
        "commands.md": commands_page(app),
        "grading.md": policy_page(Course),
        "suites.md": suites_page(),
        "results.md": results_page(),
        "json.md": programs_page(),
    }
    return {name: _NOTE + text for name, text in texts.items()}
