"""The errata of a course as a page, and what is right in the words of the page of a submission."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final

import mistune
from markupsafe import Markup
from mistune.core import BlockState
from mistune.plugins.table import table

from autograder.config import read_errata

__all__ = ["ERRATA_PAGE", "corrections", "errata_body"]

ERRATA_PAGE: Final = "errata.html"
_ROW_OF_AN_ERRATUM: Final = re.compile(r"\s*<td>(E\d\d)</td>")


def corrections(text: str) -> Mapping[str, Markup]:
    """Find what is right for each erratum, as a piece of HTML.

    Args:
        text: The errata as Markdown.

    Returns:
        Id, such as `E03`, to what is right.
    """
    renderer = _Renderer()
    markdown = mistune.Markdown(renderer)
    return {
        erratum: Markup(renderer.render_tokens(markdown.inline(right, {}), BlockState()))  # noqa: S704 - the renderer escapes
        for erratum, right in read_errata(text).items()
    }


def errata_body(text: str) -> Markup:
    """Render the errata as HTML in which each erratum's row can be linked to by its id.

    Args:
        text: The errata as Markdown.
    """
    return Markup(mistune.Markdown(_Renderer(), plugins=[table])(text))  # noqa: S704 - the renderer escapes


class _Renderer(mistune.HTMLRenderer):
    """Makes tables that can be read aloud, with a row's id where it has one."""

    def __init__(self) -> None:
        super().__init__(escape=True)
        self._heading = "Errata"

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        """Render a heading; the table below it has it as its caption."""
        self._heading = text
        return super().heading(text, level, **attributes)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Render a link to another site; other files of the course are not beside the page."""
        return super().link(text, url, title) if url.startswith("https://") else text

    def table(self, text: str) -> str:
        """Render a table that can be scrolled on a small screen."""
        name = escape(re.sub("<.*?>", "", self._heading), quote=True)
        opening = f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">'
        return f"{opening}<table>\n<caption>{self._heading}</caption>\n{text}</table></div>\n"

    def table_row(self, text: str) -> str:
        """Render a row; one of an erratum has its id."""
        found = _ROW_OF_AN_ERRATUM.match(text)
        if found is None:
            return f"<tr>\n{text}</tr>\n"
        rest = text[found.end() :]
        return f'<tr id="{found[1]}">\n  <th scope="row">{found[1]}</th>{rest}</tr>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 - as mistune calls it
        """Render a cell."""
        return f'  <th scope="col">{text}</th>\n' if head else f"  <td>{text}</td>\n"
