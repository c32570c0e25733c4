"""Lessons as notebooks: the same bytes each time, valid, and never run."""

from __future__ import annotations

import json

import nbformat
import pytest

from autograder.errors import InstructorError
from autograder.release.notebook import lesson_notebook

LESSON = """\
---
jupyter:
  jupytext:
    text_representation:
      format_name: markdown
  kernelspec:
    display_name: Some kernel of mine
    language: python
    name: mine
---

# Umlaute: grün

Text with two
lines.

```python
import otter

grader = otter.Notebook("toy.ipynb")
```

```python tags=["check"]
grader.check("T1.1")
```

```python tags=["check"]
grader.check("T1.1")
```
"""


def test_notebook_of_the_same_lesson_is_the_same():
    """Cell ids are not drawn, so two builds agree."""
    assert lesson_notebook(LESSON, "toy") == lesson_notebook(LESSON, "toy")


def test_notebook_is_valid_was_never_run_and_names_its_assignment():
    """Jupyter can open it: no outputs, unique ids, the usual kernel, no version of a tool."""
    content = lesson_notebook(LESSON, "toy")
    nbformat.validate(nbformat.reads(content.decode(), as_version=4))
    notebook = json.loads(content)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert ["".join(cell["source"]) for cell in code] == [
        'import otter\n\ngrader = otter.Notebook("toy.ipynb")',
        'grader.check("T1.1")',
        'grader.check("T1.1")',
    ]
    assert all((cell["outputs"], cell["execution_count"]) == ([], None) for cell in code)
    assert code[1]["metadata"] == {"tags": ["check"]}
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["autograder"] == {"assignment": "toy"}
    assert "jupytext" not in content.decode()


def test_notebook_of_a_changed_lesson_keeps_the_ids_of_the_other_cells():
    """A cell is named by its text: an edit elsewhere does not rename it."""
    before = json.loads(lesson_notebook(LESSON, "toy"))["cells"]
    after = json.loads(lesson_notebook(LESSON.replace("two", "three"), "toy"))["cells"]
    same = [old["id"] == new["id"] for old, new in zip(before, after, strict=True)]
    assert same == [False, True, True, True]


@pytest.mark.parametrize("lesson", ["", "Only text.\n"])
def test_notebook_of_a_thin_lesson_is_valid(lesson):
    """A lesson without code, or without anything, still makes a notebook."""
    nbformat.validate(nbformat.reads(lesson_notebook(lesson, "toy").decode(), as_version=4))


def test_notebook_of_a_lesson_with_another_tools_header_is_refused():
    """A header that Jupytext does not know would be the first thing that students see."""
    with pytest.raises(InstructorError, match=r"toy\.md: expected a header"):
        lesson_notebook("---\nkernelspec:\n  name: mine\n---\n\n# Hello\n", "toy")
