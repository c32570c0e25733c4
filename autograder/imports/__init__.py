"""Imports: what other systems hand out -> folders of hand-ins that `autograder grade` takes.

Names, archives and tables come from students and from systems that students write into. Nothing
of them is executed; whose work a hand-in is, is looked up and never guessed.
"""

from autograder.imports.formats import FORMATS, open_export
from autograder.imports.layout import lay_out, require_replaceable
from autograder.imports.matching import assign
from autograder.imports.records import (
    Assigned,
    Export,
    HandIn,
    LaidOut,
    Person,
    Placed,
    Request,
    Unplaced,
)

__all__ = [
    "FORMATS",
    "Assigned",
    "Export",
    "HandIn",
    "LaidOut",
    "Person",
    "Placed",
    "Request",
    "Unplaced",
    "assign",
    "lay_out",
    "open_export",
    "require_replaceable",
]
