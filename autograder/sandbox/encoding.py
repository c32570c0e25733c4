"""Plain data to bytes: the writing half of the codec."""

# ruff: noqa: ARG002, FBT001, SLF001 - writers stand in a table, with one signature each

from __future__ import annotations

import functools
import struct
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from autograder.sandbox.functions import FUNCTION_TYPES, function_name
from autograder.sandbox.generators import pack_generator
from autograder.sandbox.wire import (
    DEFAULT_LIMITS,
    DTYPES,
    MAX_AXES,
    MAX_INT_BYTES,
    FrameError,
    Handle,
    Limits,
    Plain,
)

__all__ = ["encode", "encode_reply"]

# Made here, not imported: CPython calls a method of an imported name more slowly.
_U32: Final = struct.Struct("<I")
_I64: Final = struct.Struct("<q")
_F64: Final = struct.Struct("<d")
_C128: Final = struct.Struct("<dd")
_DTYPE_CODES: Final = {dtype: code for code, dtype in DTYPES.items()}
_SCALAR_CODES: Final = {dtype.type: code for dtype, code in _DTYPE_CODES.items()}
_HEADS: Final = [struct.Struct(f"<cBB{axes}q") for axes in range(MAX_AXES + 1)]


class _Encoder:
    """Collects the parts of one value; the trusted side refuses what it cannot write."""

    def __init__(self, limits: Limits, *, opaque: bool) -> None:
        self.parts: list[bytes] = []
        self._max_items = limits.items
        self._max_depth = limits.depth
        self._array_bytes = limits.array_bytes
        self._handles = limits.handles
        self._items = 0
        self._opaque = opaque

    def write(self, value: Plain, depth: int = 0) -> None:
        """Append a value.

        Raises:
            FrameError: The value may not cross, and opaque stand-ins are not asked for.
        """
        self._items += 1
        if self._items > self._max_items or depth > self._max_depth:
            raise FrameError("a value with too many items, or nested too deeply")
        kind = type(value)
        writer = _WRITERS.get(kind)
        if writer is not None:
            writer(self, value, depth)
        elif kind in _SCALAR_CODES:
            self.parts.append(b"g" + bytes([_SCALAR_CODES[kind]]) + value.tobytes())
        else:
            self.refuse(type_name(value))

    def refuse(self, name: str) -> None:
        """Write an opaque stand-in, or raise where none is wanted."""
        if not self._opaque:
            raise FrameError(f"{name} cannot cross to the sandbox: use plain data or arrays")
        self._sized(b"o", name.encode("utf-8", "replace")[:200])

    def _sized(self, tag: bytes, data: bytes) -> None:
        self.parts.append(tag + _U32.pack(len(data)) + data)

    def _none(self, value: None, depth: int) -> None:
        self.parts.append(b"N")

    def _bool(self, value: bool, depth: int) -> None:
        self.parts.append(b"T" if value else b"F")

    def _int(self, value: int, depth: int) -> None:
        if -(2**63) <= value < 2**63:
            self.parts.append(b"i" + _I64.pack(value))
        elif value.bit_length() < 8 * MAX_INT_BYTES:
            self._sized(b"I", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))
        else:
            self.refuse(f"int of more than {8 * MAX_INT_BYTES} bits")

    def _float(self, value: float, depth: int) -> None:
        self.parts.append(b"f" + _F64.pack(value))

    def _complex(self, value: complex, depth: int) -> None:
        self.parts.append(b"c" + _C128.pack(value.real, value.imag))

    def _str(self, value: str, depth: int) -> None:
        self._sized(b"s", value.encode("utf-8", "replace"))

    def _bytes(self, value: bytes, depth: int) -> None:
        self._sized(b"b", value)

    def _list(self, value: list[Plain], depth: int) -> None:
        self.parts.append(b"l" + _U32.pack(len(value)))
        for item in value:
            self.write(item, depth + 1)

    def _tuple(self, value: tuple[Plain, ...], depth: int) -> None:
        self.parts.append(b"t" + _U32.pack(len(value)))
        for item in value:
            self.write(item, depth + 1)

    def _dict(self, value: dict[Plain, Plain], depth: int) -> None:
        self.parts.append(b"d" + _U32.pack(len(value)))
        for key, item in value.items():
            if type(key) is not str and type(key) is not int:
                raise FrameError("a dict whose keys are neither strings nor integers")
            self.write(key, depth + 1)
            self.write(item, depth + 1)

    def _array(self, value: np.ndarray[Any, Any], depth: int) -> None:
        code = _DTYPE_CODES.get(value.dtype)
        if code is None:
            self.refuse(f"numpy.ndarray of dtype {value.dtype}")
        elif value.nbytes > self._array_bytes or value.ndim > MAX_AXES:
            self.refuse(f"numpy.ndarray of shape {value.shape}, which is too large to hand over")
        else:
            axes = value.ndim
            self.parts.append(_HEADS[axes].pack(b"a", code, axes, *value.shape) + value.tobytes())

    def _generator(self, value: np.random.Generator, depth: int) -> None:
        state = None if self._opaque else pack_generator(value)
        if state is None:
            self.refuse(f"{type_name(value)} of {type_name(value.bit_generator)}")
        else:
            self.parts.append(b"r" + state)

    def _function(self, value: Callable[..., Plain], depth: int) -> None:
        name = None if self._opaque else function_name(value)
        if name is None:
            self.refuse(type_name(value))
        else:
            self._sized(b"u", name.encode())

    def _handle(self, value: Handle, depth: int) -> None:
        if self._handles:
            self.parts.append(b"h" + _I64.pack(value.number))
        else:
            self.refuse(type_name(value))

    def _partial(self, value: functools.partial[Plain], depth: int) -> None:
        if self._opaque:
            self.refuse(type_name(value))
        else:
            self.parts.append(b"p")
            for part in (value.func, value.args, value.keywords):
                self.write(part, depth + 1)


_WRITERS: Final[dict[type, Callable[[_Encoder, Any, int], None]]] = {
    type(None): _Encoder._none,
    bool: _Encoder._bool,
    int: _Encoder._int,
    float: _Encoder._float,
    complex: _Encoder._complex,
    str: _Encoder._str,
    bytes: _Encoder._bytes,
    list: _Encoder._list,
    tuple: _Encoder._tuple,
    dict: _Encoder._dict,
    np.ndarray: _Encoder._array,
    np.random.Generator: _Encoder._generator,
    functools.partial: _Encoder._partial,
    Handle: _Encoder._handle,
    **dict.fromkeys(FUNCTION_TYPES, _Encoder._function),
}


def type_name(value: object) -> str:
    """Name the type of any object, whatever its metaclass does.

    Returns:
        `module.QualifiedName`, without the module for builtins, at most 200 characters.
    """
    kind = type(value)
    try:
        module, name = str(kind.__module__), str(kind.__qualname__)
    except Exception:  # noqa: BLE001 - a hostile metaclass may raise anything
        return "an object of an unnamed type"
    return (name if module == "builtins" else f"{module}.{name}")[:200]


def encode(value: Plain, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Write a value as bytes.

    Args:
        value: Plain data as the module's docstring lists it, random generators, and functions
            of the table.
        limits: What it may hold.

    Raises:
        FrameError: Some part of it may not cross.
    """
    encoder = _Encoder(limits, opaque=False)
    encoder.write(value)
    return b"".join(encoder.parts)


def encode_reply(value: object, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Write whatever a student's function returned: what may not cross becomes `Opaque`."""
    encoder = _Encoder(limits, opaque=True)
    try:
        encoder.write(value)
    except (FrameError, RecursionError, RuntimeError, UnicodeError) as error:
        # RuntimeError: a dict that another thread changes while it is written.
        encoder = _Encoder(limits, opaque=True)
        encoder.refuse(f"{type_name(value)} ({error})")
    return b"".join(encoder.parts)
