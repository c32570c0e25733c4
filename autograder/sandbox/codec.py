"""Plain data to bytes and back, for the frames between the trusted side and a worker.

What crosses: `None`, `bool`, `int`, `float`, `complex`, `str`, `bytes`, `list`, `tuple`, `dict`
with string or integer keys, NumPy scalars and NumPy arrays of an allow-listed dtype. Types are
compared exactly: a subclass does not cross. On the way out of a worker anything else becomes an
`Opaque` that carries its type's name, so that a check can say what came instead. On the way in,
and only there, an `np.random.Generator` crosses too, as the numbers of its state, and a function
of the fixed table in `functions`, as its name.

A frame is an attacker's: `decode` checks every length against the bytes that are really there
before it allocates, and a reply knows no way to name a class, a function or a file. Pickle is never
used.
"""

# ruff: noqa: ARG002, FBT001, SLF001 - readers and writers stand in tables, with one signature each

from __future__ import annotations

import functools
import math
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final, TypeAlias

import numpy as np

from autograder.sandbox.functions import FUNCTION_TYPES, FUNCTIONS, function_name
from autograder.sandbox.generators import STATE_BYTES, pack_generator, unpack_generator

__all__ = [
    "REQUEST_LIMITS",
    "FrameError",
    "Limits",
    "Opaque",
    "Plain",
    "decode",
    "encode",
    "encode_reply",
]

Plain: TypeAlias = Any  # the closed set of types above; a recursive union slows mypy to a crawl

_DTYPE_NAMES: Final = """
bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128
""".split()  # noqa: SIM905 - the place in this table is the code
_DTYPES: Final = {code: np.dtype(name) for code, name in enumerate(_DTYPE_NAMES)}
_DTYPE_CODES: Final = {dtype: code for code, dtype in _DTYPES.items()}
_SCALAR_CODES: Final = {dtype.type: code for dtype, code in _DTYPE_CODES.items()}

_U32: Final = struct.Struct("<I")
_I64: Final = struct.Struct("<q")
_F64: Final = struct.Struct("<d")
_C128: Final = struct.Struct("<dd")
_MAX_AXES: Final = 16
_HEADS: Final = [struct.Struct(f"<cBB{axes}q") for axes in range(_MAX_AXES + 1)]
_SHAPES: Final = [struct.Struct(f"<{axes}q") for axes in range(_MAX_AXES + 1)]
_MAX_AXIS_LENGTH: Final = 2**31
_MAX_INT_BYTES: Final = 512
# A type's name is shown with a failed check: it must not act there, nor carry a check's input out.
_NO_NAME: Final = re.compile(r"[^\w.,:()<>\[\]' -]", re.ASCII)
_NUMBER: Final = re.compile(r"\d+[._]\d[\w.]*|\d{5,}")


class FrameError(Exception):
    """Bytes that are not a frame of this protocol, or data that may not cross."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one value may hold.

    Attributes:
        depth: Containers inside containers.
        items: Values in all, containers included.
        array_bytes: Bytes of one array.
        generators: Whether it may hold random generators: a request may, a reply may not.
        functions: Whether it may name functions of the table: a request may, a reply may not.
    """

    depth: int = 16
    items: int = 10_000
    array_bytes: int = 8 * 2**20
    generators: bool = False
    functions: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """Stands for an answer that did not cross because it is not plain data.

    Attributes:
        type_name: What it was, such as `numpy.ma.MaskedArray`.
    """

    __opaque_type__: ClassVar[bool] = True
    type_name: str


DEFAULT_LIMITS: Final = Limits()
# Requests are the trusted side's own: only the reply is limited.
REQUEST_LIMITS: Final = Limits(
    depth=32, items=10_000_000, array_bytes=2**31, generators=True, functions=True
)


class _Encoder:
    """Collects the parts of one value; the trusted side refuses what it cannot write."""

    def __init__(self, limits: Limits, *, opaque: bool) -> None:
        self.parts: list[bytes] = []
        self._max_items = limits.items
        self._max_depth = limits.depth
        self._array_bytes = limits.array_bytes
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
        elif value.bit_length() < 8 * _MAX_INT_BYTES:
            self._sized(b"I", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))
        else:
            self.refuse(f"int of more than {8 * _MAX_INT_BYTES} bits")

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
        elif value.nbytes > self._array_bytes or value.ndim > _MAX_AXES:
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
        return int.from_bytes(self._sized(_MAX_INT_BYTES), "little", signed=True)

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
        if code not in _DTYPES:
            raise FrameError(f"unknown dtype code {code}")
        return _DTYPES[code]

    def _array(self, depth: int) -> np.ndarray[Any, Any]:
        at = self._take(2)
        dtype = _DTYPES.get(self._data[at])
        axes = self._data[at + 1]
        if dtype is None or axes > _MAX_AXES:
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
