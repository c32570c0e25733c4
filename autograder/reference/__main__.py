"""Writes the reference pages to a folder, by default `docs/reference`."""

from __future__ import annotations

import sys
from pathlib import Path

from autograder.reference.pages import pages


def main(folder: Path) -> None:
    """Write each page whose text has changed.

    Args:
        folder: Where the pages are kept.

    Raises:
        UndocumentedError: Something has no words in the code.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        page = folder / name
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
            print(f"written: {page}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference"))
