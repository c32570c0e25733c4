"""The site: it builds without a warning, and loads nothing from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
LOADING = {
    "audio": "src",
    "iframe": "src",
    "img": "src",
    "link": "href",
    "script": "src",
    "source": "src",
    "video": "src",
}


class Loads(HTMLParser):
    """Collects what a page loads when it is opened."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        """Note what the tag loads."""
        self.found.append(dict(attrs).get(LOADING.get(tag, "")) or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site as `make docs` does; a warning, such as a dead link, is an error."""
    out = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--fail-on-warning", "--keep-going"]
    command = [sys.executable, "-m", "sphinx", *options, "--doctree-dir", str(out / "trees")]
    built = subprocess.run(
        [*command, str(DOCS), str(out / "html")],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return out / "html"


def test_site_has_each_page(site):
    """Every Markdown page of the folder is a page of the site."""
    pages = [path.relative_to(DOCS).with_suffix(".html") for path in DOCS.rglob("*.md")]
    assert len(pages) > 20
    assert [page for page in pages if not (site / page).is_file()] == []


def test_site_loads_nothing_from_elsewhere(site):
    """Pages, style sheets and scripts name no address that a browser would fetch."""
    for page in site.rglob("*.html"):
        loads = Loads()
        loads.feed(page.read_text(encoding="utf-8"))
        assert [one for one in loads.found if re.match(r"(https?:)?//", one)] == [], page.name
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)]*", text) == [], sheet.name


def test_site_contents_name_each_guide(site):
    """The first page leads to the guides of all readers, and to the reference."""
    text = (site / "index.html").read_text(encoding="utf-8")
    for page in ("students", "guide-instructor-new", "instructors", "operators"):
        assert f'href="{page}.html"' in text
    for page in ("commands", "grading", "suites", "results"):
        assert f'href="reference/{page}.html"' in text
