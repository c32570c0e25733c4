"""What kind of thing an answer is, and how to name it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import numpy as np

__all__ = ["Kind", "kind_hint", "kind_of", "name_of", "printable"]

_NAME_LENGTH = 80


class Kind(StrEnum):
    """The kinds of plain data that are compared; the value is the name used in messages."""

    FLOAT = "float"
    COMPLEX = "complex"
    INT = "int"
    BOOL = "bool"
    TEXT = "str"
    NONE = "None"
    ARRAY = "numpy.ndarray"
    TUPLE = "tuple"
    LIST = "list"
    DICT = "dict"
    OTHER = "other"


# Exact types: a subclass may answer `==`, `shape` or `dtype` as it likes, so it is OTHER.
_KIND_OF_TYPE: Mapping[type, Kind] = MappingProxyType(
    {float: Kind.FLOAT}
    | {complex: Kind.COMPLEX, int: Kind.INT, bool: Kind.BOOL, np.bool_: Kind.BOOL}
    | {str: Kind.TEXT, np.str_: Kind.TEXT, type(None): Kind.NONE}
    | {tuple: Kind.TUPLE, list: Kind.LIST, dict: Kind.DICT}
    | {np.dtype(code).type: Kind.FLOAT for code in np.typecodes["Float"]}
    | {np.dtype(code).type: Kind.COMPLEX for code in np.typecodes["Complex"]}
    | {np.dtype(code).type: Kind.INT for code in np.typecodes["AllInteger"]}
)
_KIND_OF_DTYPE: Mapping[str, Kind] = MappingProxyType(
    {
        "f": Kind.FLOAT,
        "c": Kind.COMPLEX,
        "i": Kind.INT,
        "u": Kind.INT,
        "b": Kind.BOOL,
        "U": Kind.TEXT,
    }
)


def kind_of(value: object) -> Kind:
    """Tell the kind of a value by its exact type.

    Returns:
        A 0-d array is of the kind of a NumPy scalar of its dtype. Subclasses of anything, arrays
        of objects, records or dates, and all other types are `Kind.OTHER`.
    """
    if type(value) is not np.ndarray:
        return _KIND_OF_TYPE.get(type(value), Kind.OTHER)
    element = _KIND_OF_DTYPE.get(value.dtype.kind, Kind.OTHER)
    return Kind.ARRAY if value.ndim and element is not Kind.OTHER else element


def name_of(value: object) -> str:
    """Name the type of a value, with the shape if it is an array.

    Args:
        value: Anything; the stand-in for an object that did not leave the sandbox is told by
            its attribute `__opaque_type__`, and named by its `type_name`.
    """
    if getattr(value, "__opaque_type__", None) is not None:
        return printable(getattr(value, "type_name", value.__opaque_type__))  # type: ignore[attr-defined]  # just seen
    if value is None:
        return "None"
    if type(value) is np.ndarray:
        if kind_of(value) is Kind.OTHER:
            content = "objects" if value.dtype.kind == "O" else printable(value.dtype)
            return f"numpy.ndarray of {content}"
        return f"numpy.ndarray of shape {value.shape}"
    kind = type(value)
    module = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    return printable(module + kind.__qualname__)


def printable(text: object, length: int = _NAME_LENGTH) -> str:
    """Write text of unknown origin on one line: no control characters, no more than `length`."""
    plain = "".join(c if c.isprintable() else "?" for c in str(text)[: length + 1])
    return plain if len(plain) <= length else plain[: length - 3] + "..."


def kind_hint(actual: object, expected: object) -> str:
    """Say what makes an answer of the received kind into one of the expected kind.

    Returns:
        A sentence without a final stop; empty if there is nothing better than the two names.
    """
    received, wanted = kind_of(actual), kind_of(expected)
    if received is Kind.NONE:
        return "does the function end without a `return`?"
    if wanted is Kind.ARRAY:
        return _array_hint(actual, received)
    if received is Kind.ARRAY and wanted in {Kind.FLOAT, Kind.INT}:
        return "one number is expected: reduce over all axes, or take `.item()`"
    if {received, wanted} == {Kind.TUPLE, Kind.LIST}:
        return f"return a {wanted}"
    return _SCALAR_HINTS.get((received, wanted), "")


def _array_hint(actual: object, received: Kind) -> str:
    if received is Kind.LIST:
        return "return an array: `np.array(...)` or `np.stack(...)` of the list"
    if received is Kind.OTHER:
        if type(actual) is np.ndarray:
            return "an array of numbers is expected: are the rows of different lengths?"
        return "return a plain array"
    if received in {Kind.FLOAT, Kind.INT, Kind.BOOL, Kind.COMPLEX}:
        return "an array with one axis or more is expected: was it reduced over too many axes?"
    if received is Kind.TUPLE:
        return "one array is expected: is there a comma, or a second value, after the `return`?"
    return ""


_SCALAR_HINTS: Mapping[tuple[Kind, Kind], str] = MappingProxyType(
    {
        (Kind.FLOAT, Kind.INT): "a whole number is expected: use `//`, or convert with `int`",
        (Kind.INT, Kind.FLOAT): "a real number is expected: use `/`, or convert with `float`",
        (Kind.BOOL, Kind.INT): "a comparison gives True or False: convert it",
        (Kind.BOOL, Kind.FLOAT): "a comparison gives True or False: convert it",
        (Kind.INT, Kind.BOOL): "return True or False",
        (Kind.FLOAT, Kind.BOOL): "return True or False",
        (Kind.COMPLEX, Kind.FLOAT): "a real number is expected",
    }
)
