"""Attack 26: zips whose names, kinds of entries, sizes or contents are not those of honest work."""

from __future__ import annotations

import stat
import struct

from .making import (
    BREACH,
    MEBIBYTE,
    MODULE,
    RIGHT,
    SOLUTION,
    entry,
    packed,
    register_file,
    register_zip,
)

OTHER = RIGHT.replace("0.01", "0.02")
SHELL = (
    "$(touch left_behind)",
    "`touch left_behind`",
    "; touch left_behind;",
    "| touch left_behind",
    "&& touch left_behind",
    "> left_behind",
    "-rf",
    "--help",
    "%s%n",
    "~",
    "*",
    "'\"",
    "{0.__class__}",
    "a b",
)
# Read from the right; a Cyrillic letter; one that takes no room; a byte order mark.
REORDERED = ("\u202eyp.snoitavitca", "\u0430ctivations", "acti\u200bvations", "\ufeffx")
ZIPS = {
    "26_slip": {"../activations.py": RIGHT},
    "26_slip_in_the_middle": {MODULE: RIGHT, "a/../../../course/grading.yml": "order: []"},
    "26_absolute": {MODULE: RIGHT, "/tmp/left_behind": "x"},
    "26_drive": {MODULE: RIGHT, "C:/left_behind.py": "x"},
    "26_backslash": {MODULE: RIGHT, "..\\..\\left_behind.py": "x"},
    "26_link": {entry(MODULE, stat.S_IFLNK | 0o777): f"../{SOLUTION}"},
    "26_link_to_root": {MODULE: RIGHT, entry("all", stat.S_IFLNK | 0o777): "/"},
    "26_device": {MODULE: RIGHT, entry("disk.py", stat.S_IFBLK | 0o666): ""},
    "26_pipe_in_zip": {entry(MODULE, stat.S_IFIFO | 0o666): ""},
    "26_bomb": {MODULE: RIGHT, "bomb.py": bytes(8 * MEBIBYTE)},
    "26_bomb_as_module": {MODULE: b"#" * (8 * MEBIBYTE)},
    "26_nested": {"inner.zip": packed({"inner.zip": packed({"bomb.py": bytes(MEBIBYTE)})})},
    "26_ten_thousand": {MODULE: RIGHT} | {f"{number}.py": "" for number in range(10_000)},
    "26_many_helpers": {MODULE: RIGHT} | {f"h{number}.py": "" for number in range(60)},
    "26_newline_in_name": {MODULE: RIGHT, "a\nb.py": ""},
    "26_escape_in_name": {MODULE: RIGHT, "\x1b[2Ja.py": ""},
    "26_shell_in_names": {MODULE: RIGHT} | {f"{name}.py": BREACH for name in SHELL},
    "26_reordered_names": {MODULE: RIGHT} | {f"{name}.py": BREACH for name in REORDERED},
    "26_two_modules": {"one.py": RIGHT, "two.py": RIGHT},
    "26_no_module": {"README.md": RIGHT, "answer.txt": RIGHT},
    "26_empty": {},
    "26_only_junk": {"__MACOSX/._activations.py": RIGHT, ".git/config": "x"},
    "26_capitals": {MODULE: RIGHT, "Activations.py": OTHER},
    "26_twice": {MODULE: RIGHT, "./" + MODULE: OTHER},
    "26_deep": {MODULE: RIGHT, "a/" * 60 + "b.py": ""},
    "26_long_name": {MODULE: RIGHT, "n" * 5000 + ".py": ""},
    "26_other_assignment": {MODULE: RIGHT, "handin.json": '{"assignment": "loss"}'},
    "26_huge_record": {MODULE: RIGHT, "handin.json": "[" * 100_000},
    "26_notebook_beside": {MODULE: RIGHT, "activations.ipynb": '{"cells": ["def relu(x): 1"]}'},
}
for _name, _files in ZIPS.items():
    register_zip(_name, _files)


def _hard_link() -> bytes:
    linked = entry(MODULE)
    target = b"../course/grading.yml"
    linked.extra = struct.pack("<HH", 0x000D, 12 + len(target)) + bytes(12) + target
    return packed({linked: RIGHT})


def _overlapping() -> bytes:
    """Make two entries of the directory of one file's data: the way to bombs of small ratio."""
    data = packed({MODULE: RIGHT, "b.py": "x = 1\n" * 1000})
    end = data.rindex(b"PK\x05\x06")
    (size,) = struct.unpack_from("<I", data, end + 12)
    last = data.rindex(b"PK\x01\x02", 0, end)
    again = data[last:end].replace(b"b.py", b"c.py")
    tail = bytearray(data[end:])
    struct.pack_into("<HHI", tail, 8, 3, 3, size + len(again))
    return data[:end] + again + bytes(tail)


def _encrypted() -> bytes:
    data = bytearray(packed({MODULE: RIGHT}))
    for place in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[place] |= 1
    return bytes(data)


def _lying_about_sizes() -> bytes:
    data = bytearray(packed({MODULE: RIGHT + "#" * MEBIBYTE}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 100)
    return bytes(data)


def _nul_in_name() -> bytes:
    data = packed({MODULE: RIGHT, "activations.py?.txt": "x"})
    return data.replace(b".py?.txt", b".py\0.txt")


for _name, _data in {
    "26_hard_link_in_zip": _hard_link(),
    "26_overlapping": _overlapping(),
    "26_encrypted": _encrypted(),
    "26_lying_sizes": _lying_about_sizes(),
    "26_nul_in_name": _nul_in_name(),
    "26_cut_off": packed({MODULE: RIGHT})[:-30],
}.items():
    register_file(_name, _data, f"{_name}.zip")
