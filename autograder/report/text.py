"""Text that others wrote, made safe to show: no terminal control, no reordering of what is read."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["INVISIBLE", "clean", "one_line"]

# C0 without tab and newline, DEL, C1; Arabic letter mark, directional marks, embeddings, overrides
# and isolates; zero-width space and word joiners; line and paragraph separators; deprecated
# format characters; byte order mark, interlinear annotation; tags. The zero-width joiners U+200C
# and U+200D stay: Persian and emoji are written with them, and they reorder nothing.
INVISIBLE: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)

_SUSPECT: Final = re.compile(f"[{INVISIBLE}\ud800-\udfff]")
_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LINE_END: Final = re.compile("\r\n?|[\u2028\u2029\x85]")
# A sequence ends where the next could begin, so that a search takes linear time.
_ESCAPE_SEQUENCE: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colour, cursor, erase
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)"  # OSC, …
    r"|\x1b[ -/]*[0-OQ-WYZ\\`-~]"  # two-character sequences
)
_SPACE: Final = re.compile(r"\s+")


def clean(text: str) -> str:
    r"""Remove terminal sequences, control characters and bidirectional controls; keep lines.

    Args:
        text: Anything, such as what a student's code printed.

    Returns:
        The text with `\n` as its only line end. A lone surrogate, which no encoding can write,
        becomes U+FFFD.
    """
    if _SUSPECT.search(text) is None:  # nearly always, and ten times as fast
        return text
    text = _ESCAPE_SEQUENCE.sub("", text)
    text = _LINE_END.sub("\n", text)
    return _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text))


def one_line(text: str) -> str:
    """Clean the text and put it on one line, each run of white space as one space."""
    return _SPACE.sub(" ", clean(text)).strip()
