"""The one way in which all pages are made from templates: everything is escaped and cleaned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.report.text import clean

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["page_environment"]


def page_environment(**names: object) -> Environment:
    """Make the environment of some pages; keep it, for compiling templates is dear.

    Args:
        names: What the templates may use besides what they are given.

    Returns:
        An environment that escapes, strips control characters, and refuses unknown names.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only for pages

    environment = Environment(
        loader=PackageLoader("autograder.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean_strings,
        auto_reload=False,
    )
    environment.globals.update(names)
    return environment


def _clean_strings(value: object) -> object:
    """Clean every string that a template shows; what is already markup comes from a macro."""
    return clean(value) if type(value) is str else value
