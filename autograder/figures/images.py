"""Small grey images."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from autograder.figures.bounds import LONGEST_SIDE, FigureError, require_count, require_texts

if TYPE_CHECKING:
    import numpy as np  # every command imports this module, and few need NumPy

__all__ = ["Images"]

_MOST_IMAGES: Final = 64
_NAMED_CAPTIONS: Final = 10


@dataclass(frozen=True, slots=True)
class Images:
    """Small grey images, each with a caption or all without.

    Attributes:
        title: What is shown.
        shape: Number, height and width: at most 64 images of 32 by 32 pixels.
        pixels: A byte each, 0 black to 255 white, row by row and image after image.
        captions: One an image, or none.
        note: How to read them, as a sentence; may be empty.
    """

    kind: ClassVar[str] = "images"

    title: str
    shape: tuple[int, int, int]
    pixels: bytes
    captions: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        require_texts(self.title, *self.captions, *filter(None, [self.note]))
        number, *sides = self.shape
        require_count("images", number, 1, _MOST_IMAGES)
        for side in sides:
            require_count("pixels of a side", side, 1, LONGEST_SIDE)
        if len(self.pixels) != math.prod(self.shape):
            raise FigureError(f"{self.title!r}: {len(self.pixels)} bytes are not {self.shape}")
        if self.captions:
            require_count("captions", len(self.captions), number, number)

    @classmethod
    def of(
        cls,
        title: str,
        images: np.ndarray[Any, Any],
        captions: Sequence[str] = (),
        note: str = "",
    ) -> Self:
        """Make the record from an array.

        Args:
            title: As the attribute.
            images: uint8, shape (N, H, W).
            captions: As the attribute.
            note: As the attribute.

        Raises:
            FigureError: More than can be shown, another dtype or shape, or captions that do not go
                with the images.
        """
        if str(images.dtype) != "uint8" or len(images.shape) != 3:
            raise FigureError(
                f"{title!r}: expected uint8 of shape (N, H, W), "
                f"received {images.dtype} of shape {tuple(images.shape)}"
            )
        number, height, width = map(int, images.shape)
        return cls(title, (number, height, width), images.tobytes(), tuple(captions), note)

    @property
    def alt(self) -> str:
        """How many images there are, and what the captions say of them."""
        number, height, width = self.shape
        words = f"{self.title}: {number} image{'s' if number != 1 else ''}"
        words += f" of {height} by {width} pixels"
        told = Counter(self.captions).most_common()
        if told:
            named = [f"{name} ({count} times)" if count > 1 else name for name, count in told]
            rest = len(told) - _NAMED_CAPTIONS
            if rest > 0:
                named[_NAMED_CAPTIONS:] = [f"and {rest} more"]
            words += f": {'; '.join(named)}"
        return f"{words}. {self.note}".strip()

    def each(self) -> tuple[bytes, ...]:
        """Cut the pixels into images."""
        number, height, width = self.shape
        size = height * width
        return tuple(self.pixels[at * size : (at + 1) * size] for at in range(number))
