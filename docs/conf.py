"""How Sphinx makes a site of these pages: `make docs`. Nothing is loaded from elsewhere.

Sphinx, because it is kept and comes with Otter anyway: MkDocs 1 is not kept any more, and what
follows it is not settled.
"""
# ruff: noqa: INP001 - Sphinx reads this file by its path

project = "dlcv-autograder"
author = "the authors of dlcv-autograder"
language = "en"

extensions = ["myst_parser"]
smartquotes = False  # it would make a dash of the two hyphens of an option
source_suffix = {".md": "markdown"}
root_doc = "index"
nitpicky = True
# Headings get the anchors that they have on GitHub, down to those of the reference.
myst_heading_anchors = 4

html_theme = "furo"
html_title = "dlcv-autograder"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
templates_path: list[str] = []
# Shell sessions and tables of a terminal are shown as they are.
highlight_language = "text"
pygments_style = "a11y-light"
pygments_dark_style = "a11y-high-contrast-dark"
