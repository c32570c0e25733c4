"""The hostile hand-ins for Keras workers, written to a folder as they would be graded.

Tests load this file by its path (`runpy.run_path`). A hand-in is the text of a file beside this
one, below `base.py`; the first file of a folder's hand-in is `keras_cnn.py`. What acts on any
process, NumPy's or TensorFlow's, is taken over from the hand-ins for NumPy: `expected.yml` names
them under `texts`.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
EXPECTED: Mapping[str, Any] = yaml.safe_load((HERE / "expected.yml").read_text(encoding="utf-8"))


def write_hand_ins(folder: Path, *, only: Collection[str] | None = None) -> dict[str, Path]:
    """Write hand-ins to a folder, which is made.

    Args:
        folder: Where they come to lie beside each other.
        only: Names of those that are wanted; all of them if None.

    Returns:
        Name to what is to be graded, in the order of the names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return {name: _write(name, folder) for name in sorted(EXPECTED if only is None else only)}


def _write(name: str, folder: Path) -> Path:
    if (HERE / name).is_dir():
        ignored = shutil.ignore_patterns("__pycache__")
        whole = Path(shutil.copytree(HERE / name, folder / name, ignore=ignored))
        module = whole / "keras_cnn.py"
        module.write_text(_below_the_base(module), encoding="utf-8")
        return whole
    texts = EXPECTED[name].get("texts")
    sources = [HERE.parent / f"{text}.py" for text in texts] if texts else [HERE / f"{name}.py"]
    path = folder / f"{name}.py"
    path.write_text(_below_the_base(*sources), encoding="utf-8")
    return path


def _below_the_base(*sources: Path) -> str:
    return "\n\n".join(one.read_text(encoding="utf-8") for one in (HERE / "base.py", *sources))
