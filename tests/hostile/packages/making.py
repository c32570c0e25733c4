"""What the makers of hand-ins share: a register, the right part of each, zips and folders."""

from __future__ import annotations

import io
import os
import pickle
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

Maker = Callable[[Path], Path]
Files = Mapping[str | zipfile.ZipInfo, str | bytes]

MAKERS: dict[str, Maker] = {}
MODULE = "activations.py"
# What is right in each of them: relu (10) and leaky_relu (12).
RIGHT = '''\
"""Attack: something is odd about what this comes in."""

import numpy as np


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
'''
SOLUTION = "course/solutions/activations.py"  # from the folder above that of the hand-ins
BREACH = 'print("BREACH", __file__)\nopen("/tmp/left_behind", "w").close()\n'
MEBIBYTE = 2**20


class Payload:
    """Leaves a trace where it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        """Run a program instead of making an object."""
        return os.system, ("touch /tmp/left_behind /var/tmp/left_behind",)


PICKLE = pickle.dumps(Payload())


def maker(function: Maker) -> Maker:
    """Register the maker of the hand-in that it is named for, `_26_bomb` of `26_bomb`."""
    MAKERS[function.__name__[1:]] = function
    return function


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    """Describe an entry of a zip as packers of Unix do; any name is taken as it is."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.create_system = 3
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def packed(files: Files) -> bytes:
    """Pack files in the order in which they are given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for one, content in files.items():
            archive.writestr(one if isinstance(one, zipfile.ZipInfo) else entry(one), content)
    return buffer.getvalue()


def write(path: Path, content: str | bytes) -> Path:
    """Write a file and return its path."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def write_folder(folder: Path, name: str, files: Mapping[str, str | bytes]) -> Path:
    """Write a folder of files and return its path."""
    for inside, content in files.items():
        path = folder / name / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, content)
    return folder / name


def register_zip(name: str, files: Files, file_name: str = "") -> None:
    """Register a hand-in that is a zip.

    Args:
        name: What results call it.
        files: What it holds.
        file_name: The zip's own name, if that is another.
    """
    MAKERS[name] = lambda folder: write(folder / (file_name or f"{name}.zip"), packed(files))


def register_file(name: str, content: str | bytes, file_name: str = "") -> None:
    """Register a hand-in that is a single file; the arguments are those of `register_zip`."""
    MAKERS[name] = lambda folder: write(folder / (file_name or f"{name}.py"), content)
