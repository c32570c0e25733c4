"""Pictures as data: what a suite shows a student beside a verdict, and what there is to see in it.

A record holds plain numbers and bytes, so it travels between processes, into the JSON and onto the
pages. Its `alt` says in words what the picture shows; it is made of the numbers, so the two agree.
"""

from __future__ import annotations

from typing import Final

from autograder.figures.bounds import FigureError
from autograder.figures.curves import Curve, Curves
from autograder.figures.heat import Heat
from autograder.figures.images import Images
from autograder.figures.matrix import Matrix

__all__ = [
    "MOST_FIGURES",
    "Curve",
    "Curves",
    "Figure",
    "FigureError",
    "Heat",
    "Images",
    "Matrix",
]

MOST_FIGURES: Final = 6

Figure = Curves | Matrix | Heat | Images
