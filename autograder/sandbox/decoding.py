"""Bytes to plain data: the reading half of the codec, which trusts no byte."""

# ruff: noqa: ARG002, SLF001 - readers stand in a table, with one signature each

from __future__ import annotations

import functools
import math
import re
import struct
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from autograder.sandbox.functions import FUNCTIONS, function_name
from autograder.sandbox.generators import STATE_BYTES, unpack_generator
from autograder.sandbox.wire import (
    DEFAULT_LIMITS,
    DTYPES,
    MAX_AXES,
    MAX_INT_BYTES,
    FrameError,
    Handle,
    Limits,
    Opaque,
    Plain,
)

__all__ = ["decode"]

# Made here, not imported: CPython calls a method of an imported name more slowly.
_U32: Final = struct.Struct("<I")
_I64: Final = struct.Struct("<q")
_F64: Final = struct.Struct("<d")
_C128: Final = struct.Struct("<dd")
_SHAPES: Final = [struct.Struct(f"<{axes}q") for axes in range(MAX_AXES + 1)]
_MAX_AXIS_LENGTH: Final = 2**31
# A type's name is shown with a failed check: it must not act there, nor carry a check's input out.
_NO_NAME: Final = re.compile(r"[^\w.,:()<>\[\]' -]", re.ASCII)
_NUMBER: Final = re.compile(r"\d+[._]\d[\w.]*|\d{5,}")


class _Decoder:
    """Reads one value from a buffer that may hold anything."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._size = len(data)
        self._max_items = limits.items
        self._max_depth = limits.depth
        self._array_bytes = limits.array_bytes
        self._generators = limits.generators
        self._functions = limits.functions
        self._handles = limits.handles
        self._items = 0
        self.offset = 0

    def _take(self, size: int) -> int:
        """Step over `size` bytes and return where they begin."""
        start = self.offset
        if size > self._size - start:
            raise FrameError(f"{size} bytes announced, {self._size - start} there")
        self.offset = start + size
        return start

    def read(self, depth: int = 0) -> Plain:
        """Read the next value.

        Raises:
            FrameError: The bytes are not a value, or break a limit.
        """
        self._items += 1
        if self._items > self._max_items or depth > self._max_depth:
            raise FrameError("too many items, or nested too deeply")
        at = self.offset
        if at >= self._size:
            raise FrameError("1 byte announced, 0 there")
        self.offset = at + 1
        reader = _READERS.get(self._data[at])
        if reader is None:
            raise FrameError(f"unknown tag {self._data[at]:#04x}")
        return reader(self, depth)

    def _sized(self, limit: int | None = None) -> bytes:
        (size,) = _U32.unpack_from(self._data, self._take(4))
        if limit is not None and size > limit:
            raise FrameError(f"{size} bytes where at most {limit} may be")
        start = self._take(size)
        return self._data[start : start + size]

    def _count(self, bytes_each: int) -> int:
        """Read a count and hold it against the bytes that could carry so many."""
        (count,) = _U32.unpack_from(self._data, self._take(4))
        if count * bytes_each > self._size - self.offset:
            raise FrameError(f"{count} items announced, too few bytes there")
        return int(count)

    def _none(self, depth: int) -> None:
        return None

    def _true(self, depth: int) -> bool:
        return True

    def _false(self, depth: int) -> bool:
        return False

    def _int(self, depth: int) -> int:
        return int(_I64.unpack_from(self._data, self._take(8))[0])

    def _bigint(self, depth: int) -> int:
        return int.from_bytes(self._sized(MAX_INT_BYTES), "little", signed=True)

    def _float(self, depth: int) -> float:
        return float(_F64.unpack_from(self._data, self._take(8))[0])

    def _complex(self, depth: int) -> complex:
        real, imag = _C128.unpack_from(self._data, self._take(16))
        return complex(real, imag)

    def _str(self, depth: int) -> str:
        try:
            return self._sized().decode("utf-8")
        except UnicodeDecodeError as error:
            raise FrameError("text that is not UTF-8") from error

    def _bytes(self, depth: int) -> bytes:
        return self._sized()

    def _list(self, depth: int) -> list[Plain]:
        return [self.read(depth + 1) for _ in range(self._count(1))]

    def _tuple(self, depth: int) -> tuple[Plain, ...]:
        return tuple([self.read(depth + 1) for _ in range(self._count(1))])

    def _dict(self, depth: int) -> dict[Plain, Plain]:
        result: dict[Plain, Plain] = {}
        for _ in range(self._count(2)):
            key = self.read(depth + 1)
            if type(key) is not str and type(key) is not int:
                raise FrameError("a key that is neither a string nor an integer")
            result[key] = self.read(depth + 1)
        return result

    def _dtype(self) -> np.dtype[Any]:
        code = self._data[self._take(1)]
        if code not in DTYPES:
            raise FrameError(f"unknown dtype code {code}")
        return DTYPES[code]

    def _array(self, depth: int) -> np.ndarray[Any, Any]:
        at = self._take(2)
        dtype = DTYPES.get(self._data[at])
        axes = self._data[at + 1]
        if dtype is None or axes > MAX_AXES:
            raise FrameError(f"an array of dtype code {self._data[at]} and {axes} axes")
        shape = _SHAPES[axes].unpack_from(self._data, self._take(8 * axes))
        count = 1
        for length in shape:
            if not 0 <= length <= _MAX_AXIS_LENGTH:
                raise FrameError(f"an axis of length {length}")
            count *= length
        if count == 0:
            # NumPy refuses an empty array too if its axes above 0 make too many elements.
            bound = math.prod(filter(None, shape))
            if bound * dtype.itemsize > self._array_bytes:
                raise FrameError("an empty array with axes beyond the limit")
        size = count * dtype.itemsize
        if size > self._array_bytes:
            raise FrameError(f"an array of {size} bytes")
        start = self._take(size)
        flat = np.frombuffer(self._data, dtype=dtype, count=count, offset=start)
        if dtype.kind == "b":
            flat = flat.view(np.uint8) != 0
        copy: np.ndarray[Any, Any] = flat.reshape(shape).copy()
        return copy

    def _scalar(self, depth: int) -> np.generic:
        dtype = self._dtype()
        start = self._take(dtype.itemsize)
        scalar: np.generic = np.frombuffer(self._data, dtype=dtype, count=1, offset=start)[0]
        return np.bool_(self._data[start] != 0) if dtype.kind == "b" else scalar

    def _generator(self, depth: int) -> np.random.Generator:
        if not self._generators:
            raise FrameError("a random generator where none may be")
        start = self._take(STATE_BYTES)
        return unpack_generator(self._data[start : start + STATE_BYTES])

    def _function(self, depth: int) -> Callable[..., Plain]:
        if not self._functions:
            raise FrameError("a function where none may be")
        name = self._sized().decode("utf-8", "replace")
        if name not in FUNCTIONS:
            raise FrameError("a function that is not in the table")
        return FUNCTIONS[name]

    def _partial(self, depth: int) -> functools.partial[Plain]:
        if not self._functions:
            raise FrameError("a function where none may be")
        function, arguments, keywords = (self.read(depth + 1) for _ in range(3))
        if (
            function_name(function) is None
            or type(arguments) is not tuple
            or type(keywords) is not dict
            or any(type(key) is not str for key in keywords)
        ):
            raise FrameError("a partial function of another form")
        return functools.partial(function, *arguments, **keywords)

    def _handle(self, depth: int) -> Handle:
        if not self._handles:
            raise FrameError("a handle where none may be")
        return Handle(self._int(depth))

    def _opaque(self, depth: int) -> Opaque:
        name = self._sized(200).decode("utf-8", "replace")
        return Opaque(_NUMBER.sub("#", _NO_NAME.sub("?", name)))


_READERS: Final[dict[int, Callable[[_Decoder, int], Plain]]] = {
    ord("N"): _Decoder._none,
    ord("T"): _Decoder._true,
    ord("F"): _Decoder._false,
    ord("i"): _Decoder._int,
    ord("I"): _Decoder._bigint,
    ord("f"): _Decoder._float,
    ord("c"): _Decoder._complex,
    ord("s"): _Decoder._str,
    ord("b"): _Decoder._bytes,
    ord("l"): _Decoder._list,
    ord("t"): _Decoder._tuple,
    ord("d"): _Decoder._dict,
    ord("a"): _Decoder._array,
    ord("g"): _Decoder._scalar,
    ord("r"): _Decoder._generator,
    ord("u"): _Decoder._function,
    ord("p"): _Decoder._partial,
    ord("h"): _Decoder._handle,
    ord("o"): _Decoder._opaque,
}


def decode(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Plain:
    """Read the one value that the bytes hold.

    Args:
        data: A whole frame's body.
        limits: What the value may hold.

    Returns:
        Plain data; arrays are fresh, writable and C-contiguous. Generators, where the limits
        allow them, are new ones that stand where the encoded ones stood; functions are those of
        this process' own table.

    Raises:
        FrameError: Anything about the bytes is not as `encode` writes it.
    """
    if type(data) is not bytes:
        raise FrameError(f"{type(data).__name__} where bytes are expected")
    decoder = _Decoder(data, limits)
    value = decoder.read()
    if decoder.offset != len(data):
        raise FrameError(f"{len(data) - decoder.offset} bytes after the value")
    return value
