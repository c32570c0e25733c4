"""Links between the repository's pages lead somewhere, on GitHub as in the site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

COURSE = Path(__file__).resolve().parents[2]
# The student template's page is a Jinja2 template; what it becomes is tested as a bundle.
FOLDERS = ("assignments", "deploy", "docs", "examples", "solutions", "tests/hidden")
PAGES = sorted(
    [*COURSE.glob("*.md"), *(page for name in FOLDERS for page in (COURSE / name).rglob("*.md"))]
)


def walk(tokens: list[Token]):
    """Yield each token of a page, also those within lines of text."""
    for token in tokens:
        yield token
        yield from walk(token.children or [])


def read(page):
    """Parse a page."""
    return list(walk(MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))))


def links(tokens):
    """Yield where links and pictures lead."""
    for token in tokens:
        target = token.attrGet("href") or token.attrGet("src")
        if target:
            yield str(target)


def anchors(page):
    """Return the anchors of a page's headings, made as GitHub makes them."""
    tokens = read(page)
    titles = [
        "".join(part.content for part in tokens[at + 1].children or [])
        for at, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def dead(page):
    """List the links of a page that lead nowhere."""
    found = []
    for link in links(read(page)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(COURSE)) for page in PAGES])
def test_page_has_no_dead_link(page):
    """Every relative link has its file, and every anchor its heading."""
    assert dead(page) == []


def test_dead_links_are_found(tmp_path):
    """A missing file and a missing heading are told; text in code is no link."""
    page = tmp_path / "page.md"
    page.write_text("# One `two.three`\n\n[a](no.md) [b](#no) [c](#one-twothree) `[d](no)`\n")
    assert dead(page) == ["no.md", "#no"]


def test_pages_tell_no_other_address_than_https():
    """Links to the outside are to encrypted pages."""
    outside = {link for page in PAGES for link in links(read(page)) if ":" in link}
    assert [link for link in outside if not link.startswith("https://")] == []
