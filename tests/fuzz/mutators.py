"""Changes to inputs that have a form: coded values, JSON, lines of text, zips.

Bytes changed anywhere mostly give an input that is refused at its first byte. These take an input
apart, change some of its parts, and put it together again; an input that cannot be taken apart, and
others now and then, are left to libFuzzer's own changes.
"""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Any

from harness import Mutate

__all__ = ["coded", "json_text", "lines", "zipped"]

_Tree = Any  # plain data
_NUMBERS = (0, 1, -1, 2, 7, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64)
_LEAVES: tuple[_Tree, ...] = (
    *(None, True, False, 0.5, -0.0, 1e308, float("inf"), float("-inf"), float("nan")),
    *(
        "",
        "a",
        "A" * 300,
        "\0",
        "\x1b[2J",
        "\ud7ff\u202e",
        "<b>",
        "=1+1",
        "9" * 5000,
        "\u0661" * 5000,
    ),
    *([], {}, [[]], {"a": {}}, [0] * 100),
    *_NUMBERS,
)
_DEEP = 40


def coded(extra: Sequence[_Tree] = ()) -> Mutate:
    """Change values as the codec writes them.

    Args:
        extra: Leaves to put in, besides the usual ones.
    """
    from autograder.sandbox.codec import (  # noqa: PLC0415 - to be instrumented by the fuzzer
        HANDLE_LIMITS,
        FrameError,
        decode,
        encode_reply,
    )

    leaves = (*_LEAVES, 1j, b"", (), (0, 0), (1, 1), (2**20, 2**20), *extra)

    def change(data: bytes, rng: random.Random) -> bytes:
        try:
            value = decode(data, HANDLE_LIMITS)
        except FrameError:
            return data
        return encode_reply(_changed(value, rng, leaves), HANDLE_LIMITS)

    return _by_turns(change)


def json_text(extra: Sequence[_Tree] = ()) -> Mutate:
    """Change JSON.

    Args:
        extra: Leaves to put in, besides the usual ones.
    """
    leaves = (*_LEAVES, *extra)

    def change(data: bytes, rng: random.Random) -> bytes:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return data
        try:
            return json.dumps(_changed(value, rng, leaves)).encode("utf-8", "replace")
        except ValueError:  # an integer of more digits than Python writes
            return data

    return _by_turns(change)


def lines(pieces: Sequence[str]) -> Mutate:
    """Change text line by line: leave out, repeat, exchange, indent, put a piece in.

    Args:
        pieces: What can mean something where a word or a value stood.
    """

    def change(data: bytes, rng: random.Random) -> bytes:
        rows = data.decode("utf-8", "surrogateescape").split("\n")
        at, other = rng.randrange(len(rows)), rng.randrange(len(rows))
        kind = rng.randrange(7)
        if kind == 0:
            del rows[at]
        elif kind == 1:
            rows.insert(other, rows[at])
        elif kind == 2:
            rows[at], rows[other] = rows[other], rows[at]
        elif kind == 3:
            rows[at] = " " * rng.randrange(9) + rows[at].lstrip()
        elif kind == 4:
            rows[at] += rng.choice(pieces)
        elif kind == 5:
            head, mark, _ = rows[at].partition(rng.choice((":", ",", "=", " ")))
            rows[at] = head + mark + " " + rng.choice(pieces)
        else:
            place = rng.randrange(len(rows[at]) + 1)
            rows[at] = rows[at][:place] + rng.choice(pieces) + rows[at][place:]
        text = "\n".join(rows)
        try:
            return text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # a piece with half a character
            return text.encode("utf-8", "surrogatepass")

    return _by_turns(change)


def _by_turns(change: Callable[[bytes, random.Random], bytes]) -> Mutate:
    """Make changes by turns with libFuzzer, sometimes several at once."""
    import atheris  # noqa: PLC0415 - inputs are tried again where it cannot be installed, too

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        rng = random.Random(seed)
        changed = data
        while rng.random() < 0.7:
            changed = change(changed, rng) if changed else changed
        if changed in (data, b"") or len(changed) > max_size or rng.random() < 0.1:
            mutated: bytes = atheris.Mutate(data, max_size)
            return mutated
        return changed

    return mutate


def _changed(tree: _Tree, rng: random.Random, leaves: Sequence[_Tree]) -> _Tree:
    """Change one place of plain data: put something else there, or change how much is there."""
    container = isinstance(tree, dict | list | tuple) and len(tree) > 0
    if not container or rng.random() < 0.15:
        return _other(tree, rng, leaves)
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    key = rng.choice(keys)
    copy: Any = dict(tree) if isinstance(tree, dict) else list(tree)
    kind = rng.randrange(10)
    if kind == 0:
        del copy[key]
    elif kind == 1 and isinstance(copy, dict):
        copy[rng.choice(("new", "", "9" * 30, *map(str, keys)))] = copy.pop(key)
    elif kind == 1:
        copy.insert(rng.randrange(len(copy) + 1), rng.choice(leaves))
    elif kind == 2 and isinstance(copy, list):
        copy += copy[key:]
    elif kind == 3:
        copy[key] = copy[rng.choice(keys)]
    else:
        copy[key] = _changed(tree[key], rng, leaves)
    return tuple(copy) if isinstance(tree, tuple) else copy


def _other(tree: _Tree, rng: random.Random, leaves: Sequence[_Tree]) -> _Tree:
    """Put another value in the place of one."""
    kind = rng.randrange(8)
    if kind == 0:
        return [tree] * rng.randrange(4)
    if kind == 1:
        for _ in range(rng.randrange(_DEEP)):
            tree = [tree]
        return tree
    if kind == 2 and type(tree) is int:
        return tree + rng.choice((-1, 1, 100, -(2**40)))
    if kind == 2 and isinstance(tree, str):
        return tree + rng.choice(("\n", "\r", "\t", "'", '"', "\\", "%", "\u2028", "\ufeff"))
    return rng.choice(leaves)


_END = b"PK\5\6"
_HEADS = {b"PK\3\4": "<4sHHHHHIIIHH", b"PK\1\2": "<4sHHHHHHIIIHHHHHII", _END: "<4sHHHHIIH"}
"""Signature to the layout of a record's fixed part (APPNOTE.TXT, 4.3.7, 4.3.12, 4.3.16)."""
_NAMES = (
    *(b"../x.py", b"/etc/x.py", b"C:x.py", b"a\\b.py", b"a//./b.py", b"a\nb.py", b"", b".", b"/"),
    *(b"activations.py", b"ACTIVATIONS.PY", b"conftest.py", b"x/" * 60 + b"y.py", b"\xff\xfe.py"),
    *(b"a.ipynb", b"handin.json", b"x" * 3000 + b".py", b"__MACOSX/a", b"\xe2\x80\xae.py", b"a\0b"),
)
_EXTRAS = (
    struct.pack("<HHQQQ", 1, 24, 2**40, 2**40, 0),  # zip64: the true sizes and the offset
    struct.pack("<HHQ", 1, 8, 5),
    struct.pack("<HHI", 1, 4, 5),
    struct.pack("<HH12sQ", 0x000D, 20, bytes(12), 1),  # Unix, with the target of a link
    struct.pack("<HHBI", 0x7075, 9, 1, 0) + b"u.py",  # the name in Unicode
    b"\1\0\xff\xff",
)


def zipped() -> Mutate:
    """Change a zip: a field of a record, a name, an extra field, what is there and how often."""
    return _by_turns(_change_zip)


def _change_zip(data: bytes, rng: random.Random) -> bytes:
    kind = rng.randrange(12)
    if kind == 0:
        return _packed([(rng.choice(_NAMES), data)], rng)
    if kind <= 3:
        return _packed(
            [(rng.choice(_NAMES), _content(rng)) for _ in range(rng.randrange(1, 5))], rng
        )
    places = [at for head in _HEADS for at in _found(data, head)]
    if not places:
        return data
    at = rng.choice(places)
    layout = _HEADS[data[at : at + 4]]
    if kind == 4:
        return data[:at] + data[at + struct.calcsize(layout) :]
    if kind == 5:
        return data[:at] + data[at : at + rng.randrange(200)] + data[at:]
    sizes = [struct.calcsize(f"<{code}") for code in layout[1:].replace("4s", "I")]
    field = rng.randrange(1, len(sizes))
    start, size = at + sum(sizes[:field]), sizes[field]
    number = rng.choice((*_NUMBERS, 8, 9, 12, 14, 93, 99, 0xA1FF0000, 0x0800, at, len(data)))
    return data[:start] + (number % 256**size).to_bytes(size, "little") + data[start + size :]


def _found(data: bytes, head: bytes) -> list[int]:
    return [at for at in range(len(data)) if data.startswith(head, at)]


def _content(rng: random.Random) -> bytes:
    return rng.choice((b"", b"x = 1\n", b"\xff\xfe", b" " * 20000, b'{"assignment": 1}', b"#" * 70))


def _packed(files: Sequence[tuple[bytes, bytes]], rng: random.Random) -> bytes:
    """Pack files by hand, so that every header can say what it likes."""
    body, directory = b"", b""
    for name, content in files:
        method = rng.choice((0, 8, 8, 12))
        packer = zlib.compressobj(9, wbits=-15)
        kept = content if method == 0 else packer.compress(content) + packer.flush()
        flags = rng.choice((0, 0, 0x800, 1, 8, 0x2000))
        extra = rng.choice(_EXTRAS) if rng.random() < 0.3 else b""
        mode = rng.choice((0, 0o100644, 0o120777, 0o040755, 0o020666)) << 16
        sizes = (zlib.crc32(content), len(kept), rng.choice((len(content),) * 3 + _NUMBERS[:11]))
        sizes = (sizes[0], sizes[1], sizes[2] % 2**32)
        common = (flags, method, 0, 33, *sizes, len(name), len(extra))
        entry = struct.pack("<4sHHHHHHIIIHH", b"PK\1\2", 0x314, 20, *common)
        directory += entry + struct.pack("<HHHII", 0, 0, 0, mode, len(body)) + name + extra
        body += struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, *common) + name + extra + kept
    counts = (0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + struct.pack("<4sHHHHIIH", _END, *counts)
