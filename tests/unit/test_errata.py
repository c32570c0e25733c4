"""The list of errata, and what points to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

COURSE = Path(__file__).parents[2]
ERRATA = (COURSE / "docs" / "errata.md").read_text(encoding="utf-8")
LISTED = re.findall(r"^\| (E\d\d) \|", ERRATA, flags=re.MULTILINE)
HANDED_OUT = sorted(
    [*(COURSE / "assignments").glob("*/*.py"), *(COURSE / "assignments").glob("*/*.md")]
)


def test_errata_list_has_each_of_the_forty_four_once():
    """The ids are E01 to E44, in order, none twice."""
    assert [f"E{number:02}" for number in range(1, 45)] == LISTED


@pytest.mark.parametrize("path", HANDED_OUT, ids=lambda path: path.name)
def test_errata_named_in_a_students_file_are_listed(path):
    """Whatever erratum a stub or a public test names stands in the list."""
    named = set(re.findall(r"\bE\d\d\b", path.read_text(encoding="utf-8")))
    assert named <= set(LISTED)


def test_errata_with_a_corrected_number_are_named_in_a_public_test():
    """A public test that contradicts a deck's number says so: E01, E02, E18 and E25 are such."""
    public = "".join(
        path.read_text(encoding="utf-8") for path in HANDED_OUT if path.name.startswith("test_")
    )
    stubs = "".join(
        path.read_text(encoding="utf-8") for path in HANDED_OUT if not path.name.startswith("test_")
    )
    for id_ in ("E01", "E02", "E18", "E25"):
        assert id_ in public, f"no public test names {id_}"
        assert id_ in stubs, f"no stub names {id_}"
