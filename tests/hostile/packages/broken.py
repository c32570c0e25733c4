"""Attack 26: files in odd encodings or of odd sizes, links, pipes and folders."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

from .making import (
    MEBIBYTE,
    MODULE,
    RIGHT,
    SOLUTION,
    maker,
    packed,
    register_file,
    write_folder,
)

LATIN = RIGHT.replace("something is odd", "etwas ist ungewöhnlich")
MODULES = {
    "26_utf16": RIGHT.encode("utf-16"),
    "26_utf32": RIGHT.encode("utf-32-le"),
    "26_byte_order_mark": b"\xef\xbb\xbf" + RIGHT.encode(),
    "26_latin_1": b"# -*- coding: latin-1 -*-\n" + LATIN.encode("latin-1"),
    "26_latin_1_undeclared": LATIN.encode("latin-1"),
    "26_utf7": b"# coding: utf-7\n" + RIGHT.encode("utf-7"),
    "26_rot13": b"# coding: rot13\nvzcbeg bf\n",
    "26_nul": RIGHT.encode() + b"\0\nprint('BREACH after the end')\n",
    "26_nothing": b"",
    "26_no_python": b"\x7fELF\x02\x01\x01" + bytes(range(1, 256)),
}
for _name, _content in MODULES.items():
    register_file(_name, _content)


def _sparse(path: Path, begin: bytes) -> Path:
    """Write a file of 100 MiB that takes no room."""
    with path.open("wb") as file:
        file.write(begin)
        file.truncate(100 * MEBIBYTE)
    return path


@maker
def _26_hundred_megabytes(folder: Path) -> Path:
    return _sparse(folder / "26_hundred_megabytes.py", RIGHT.encode())


@maker
def _26_hundred_megabytes_of_zip(folder: Path) -> Path:
    return _sparse(folder / "26_hundred_megabytes_of_zip.zip", packed({MODULE: RIGHT}))


@maker
def _26_tar_as_zip(folder: Path) -> Path:
    path = folder / "26_tar_as_zip.zip"
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo(MODULE)
        link.type, link.linkname = tarfile.LNKTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


@maker
def _26_tar(folder: Path) -> Path:
    path = folder / "26_tar.tar"
    with tarfile.open(path, "w") as archive:
        archive.addfile(tarfile.TarInfo("../" + MODULE), io.BytesIO())
    return path


@maker
def _26_is_a_link(folder: Path) -> Path:
    path = folder / "26_is_a_link.py"
    path.symlink_to(f"../{SOLUTION}")
    return path


@maker
def _26_links(folder: Path) -> Path:
    made = write_folder(folder, "26_links", {"README.md": ""})
    (made / MODULE).symlink_to(f"../../{SOLUTION}")
    return made


@maker
def _26_link_to_folder(folder: Path) -> Path:
    stolen = "from right.activations import *\n"
    made = write_folder(folder, "26_link_to_folder", {MODULE: stolen})
    (made / "right").symlink_to("../../course/solutions")
    return made


@maker
def _26_loop_of_links(folder: Path) -> Path:
    made = write_folder(folder, "26_loop_of_links", {"activations/activations.py": RIGHT})
    (made / "activations" / "loop").symlink_to("..")
    return made


@maker
def _26_hard_link(folder: Path) -> Path:
    made = write_folder(folder, "26_hard_link", {MODULE: RIGHT})
    (made / "again.py").hardlink_to(made / MODULE)
    return made


@maker
def _26_pipe(folder: Path) -> Path:
    made = write_folder(folder, "26_pipe", {"README.md": ""})
    os.mkfifo(made / MODULE)
    return made


@maker
def _26_thousand_files(folder: Path) -> Path:
    made = write_folder(folder, "26_thousand_files", {MODULE: RIGHT})
    for number in range(1001):
        (made / f"{number}.txt").touch()
    return made
