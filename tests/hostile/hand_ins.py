"""The hostile hand-ins for NumPy workers, written to a folder as they would be graded.

Tests load this file by its path (`runpy.run_path`). A hand-in is a module or a folder beside this
file, or is made by `packages` where git could not hold it. Its name is what results call it,
and what `expected.yml` says about it stands under that name.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
EXPECTED: Mapping[str, Any] = yaml.safe_load((HERE / "expected.yml").read_text(encoding="utf-8"))


def _makers() -> Mapping[str, Callable[[Path], Path]]:
    """Import `packages` under a name that nothing else has; tests are no packages."""
    name, place = "hostile_packages", HERE / "packages"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            name, place / "__init__.py", submodule_search_locations=[str(place)]
        )
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return dict(sys.modules[name].MAKERS)


MAKERS = _makers()


def write_hand_ins(folder: Path, *, only: Collection[str] | None = None) -> dict[str, Path]:
    """Write hand-ins to a folder, which is made.

    Args:
        folder: Where they come to lie beside each other.
        only: Names of those that are wanted; all of them if None.

    Returns:
        Name to what is to be graded, in the order of the names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ready = {path.stem if path.is_file() else path.name: path for path in HERE.glob("[0-9]*")}
    written = {}
    for name in sorted({*ready, *MAKERS} if only is None else only):
        if name in MAKERS:
            written[name] = MAKERS[name](folder)
        elif ready[name].is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            written[name] = shutil.copytree(ready[name], folder / name, ignore=ignored)
        else:
            written[name] = shutil.copy(ready[name], folder)
    return {name: Path(path) for name, path in written.items()}
