"""What crosses between the trusted side and a worker: round trips, and bytes that are an attack."""

import contextlib
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox.codec import (
    HANDLE_LIMITS,
    REQUEST_LIMITS,
    FrameError,
    Handle,
    Limits,
    Opaque,
    decode,
    encode,
    encode_reply,
)

DTYPES = """
bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128
""".split()  # noqa: SIM905 - reads as a table
MIB = 2**20

arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0))
)
scalars = arrays.filter(lambda array: array.size > 0).map(lambda array: array.reshape(-1)[0])
text = st.text(st.characters(exclude_categories=["Cs"]))
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**4000), 2**4000),
    st.floats(),
    st.complex_numbers(),
    text,
    st.binary(),
    arrays,
    scalars,
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.lists(inner, max_size=5).map(tuple),
        st.dictionaries(st.one_of(text, st.integers()), inner, max_size=5),
    ),
    max_leaves=20,
)


def same(one, other):  # noqa: PLR0911 - a case for each kind
    """Tell whether two values are of one type and, down to the bits, alike."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        alike = one.dtype == other.dtype and one.shape == other.shape
        return alike and one.tobytes() == other.tobytes()
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float):
        return struct.pack("<d", one) == struct.pack("<d", other)
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    return one == other


def sized(tag, data, length=None):
    """Write a tag, a length (the true one by default) and data."""
    return tag + struct.pack("<I", len(data) if length is None else length) + data


def array(code, *shape, data=b""):
    """Write an array's head, whatever it announces."""
    return struct.pack(f"<cBB{len(shape)}q", b"a", code, len(shape), *shape) + data


@given(values)
def test_codec_of_any_plain_value_gives_it_back(value):
    """What is encoded is decoded to the same types, dtypes, shapes and bits."""
    assert same(decode(encode(value)), value)
    assert encode_reply(value) == encode(value)


@given(arrays)
def test_codec_of_a_transposed_array_gives_fresh_writable_memory(value):
    """However an array lies in memory, its copy is contiguous and may be written to."""
    copy = decode(encode(value.T))
    assert same(copy, np.ascontiguousarray(value.T).reshape(value.T.shape))
    assert copy.flags.writeable
    assert copy.flags.c_contiguous


class _Float(float):
    pass


class _List(list):
    pass


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (_Float(1), "_Float"),
        (_List([1]), "_List"),
        (np.ma.masked_all(3), "numpy.ma.MaskedArray"),
        (np.zeros(2).view(np.recarray), "recarray"),
        (np.array([object()]), "dtype object"),
        (np.zeros(2, dtype=[("a", "f8")]), "dtype ["),
        (np.zeros(2, dtype=">f8"), "dtype >f8"),
        (np.array(["text"]), "dtype <U4"),
        (np.datetime64("2024-01-01"), "numpy.datetime64"),
        (object(), "object"),
        ({1, 2}, "set"),
        (len, "builtin_function_or_method"),
        (2**5000, "int of more than 4096 bits"),
        (np.zeros((2, 2**20)), "too large"),
        ({(1, 2): 3}, "dict"),
        ([0] * 20_000, "too many items"),
    ],
)
def test_codec_of_anything_else_names_its_type_only(value, name):
    """Subclasses, objects and odd dtypes do not cross; a reply says what came instead."""
    answer = decode(encode_reply(value))
    assert type(answer) is Opaque
    assert name in answer.type_name
    with pytest.raises(FrameError):
        encode(value)


def test_codec_of_an_odd_value_in_a_list_keeps_the_rest():
    """Only what may not cross is replaced."""
    assert decode(encode_reply([1, object(), "x"])) == [1, Opaque("object"), "x"]


def test_codec_of_a_cycle_ends():
    """A list that holds itself is too deep, not endless."""
    cycle = []
    cycle.append(cycle)
    assert type(decode(encode_reply(cycle))) is Opaque


def test_codec_of_a_class_that_hides_its_name_still_answers():
    """A metaclass that raises cannot upset the encoder."""

    class Meta(type):
        @property
        def __module__(cls):
            raise SystemError

    hidden = Meta("Hidden", (), {})()
    assert decode(encode_reply(hidden)) == Opaque("an object of an unnamed type")


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}])
def test_codec_of_a_lone_surrogate_replaces_it(value):
    """No text crosses that a report could not be written with."""
    assert "?" in repr(decode(encode(value)))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("numpy.ma.MaskedArray", "numpy.ma.MaskedArray"),
        ("T-0.3214409_3.0711", "T-#"),
        ("T123456789", "T#"),
        ("\x1b[2J<b>\u202e", "?[2J<b>?"),
        ("a" * 150, "a" * 150),
    ],
)
def test_opaque_name_carries_neither_numbers_nor_commands(name, shown):
    """A type's name reaches a report: a check's input or a terminal's command must not."""
    assert decode(sized(b"o", name.encode())) == Opaque(shown)


MALFORMED = {
    "nothing": b"",
    "unknown tag": b"?",
    "pickle": b"\x80\x04K\x01.",
    "bytes after the value": b"NN",
    "short integer": b"i\x00",
    "short float": b"f\x00",
    "short complex": b"c" + bytes(8),
    "short length": b"s\x00\x00",
    "text shorter than its length": sized(b"s", b"abc", 4),
    "text of 4 GiB": sized(b"s", b"", 2**32 - 1),
    "bytes of 4 GiB": sized(b"b", b"", 2**32 - 1),
    "text that is not UTF-8": sized(b"s", b"\xff"),
    "text with a surrogate": sized(b"s", "\ud800".encode("utf-8", "surrogatepass")),
    "integer of 513 bytes": sized(b"I", bytes(513)),
    "list of 2^32 items": sized(b"l", b"", 2**32 - 1),
    "tuple of 2^32 items": sized(b"t", b"N", 2**32 - 1),
    "dict of 2^32 items": sized(b"d", b"NN", 2**32 - 1),
    "list shorter than its count": sized(b"l", b"N", 2),
    "dict without a value": sized(b"d", b"N", 1),
    "dict keyed by a float": sized(b"d", b"f" + bytes(8) + b"N", 1),
    "dict keyed by a list": sized(b"d", sized(b"l", b"", 0) + b"N", 1),
    "nested 17 deep": sized(b"l", b"", 1) * 17 + b"N",
    "nested 100,000 deep": sized(b"l", b"", 1) * 100_000 + b"N",
    "too many items": sized(b"l", b"N" * 20_000, 20_000),
    "unknown dtype": array(99, 1, data=bytes(8)),
    "object dtype's number": array(17, 1, data=bytes(8)),
    "17 axes": array(11, *[1] * 17, data=bytes(8)),
    "255 axes": b"a\x0b\xff",
    "axes that are not there": b"a\x0b\x04" + bytes(8),
    "negative axis": array(11, -1, data=bytes(8)),
    "two negative axes": array(11, -1, -1, data=bytes(8)),
    "10^12 elements": array(11, 10**12),
    "elements that are not there": array(11, 4, data=bytes(8)),
    "product beyond 2^64": array(5, *[2**31] * 3),
    "axis of 2^63 - 1": array(5, 2**63 - 1),
    "empty array with a giant axis": array(11, 0, 2**31),
    "empty array with giant axes": array(11, *[2**20] * 15, 0),
    "more bytes than elements": array(11, 1, data=bytes(16)),
    "scalar without bytes": b"g\x0b",
    "scalar of an unknown dtype": b"g\xff" + bytes(8),
    "opaque name of 201 bytes": sized(b"o", b"a" * 201),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_decoder_of_malformed_bytes_raises_a_frame_error(kind):
    """Whatever is wrong, it is a FrameError, and nothing large is allocated on the way."""
    tracemalloc.start()
    try:
        with pytest.raises(FrameError):
            decode(MALFORMED[kind])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * MIB


@pytest.mark.parametrize("data", [None, "N", bytearray(b"N"), np.zeros((2, 2), np.uint8), [78]])
def test_decoder_of_what_is_not_bytes_raises_a_frame_error(data):
    """A field of a message can be of any kind before it is decoded in turn."""
    with pytest.raises(FrameError):
        decode(data)


def _decode_or_refuse(data):
    tracemalloc.start()
    try:
        with contextlib.suppress(FrameError):
            decode(data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_decoder_of_random_bytes_raises_nothing_else(data):
    """Random bytes are a value or a FrameError."""
    assert _decode_or_refuse(data) < MIB


@settings(max_examples=300)
@given(values, st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4))
def test_decoder_of_a_changed_frame_raises_nothing_else(value, changes):
    """A valid frame with a few bytes changed is a value or a FrameError."""
    data = bytearray(encode(value))
    for place, byte in changes:
        data[place % len(data)] = byte
    assert _decode_or_refuse(bytes(data)) < MIB + 20 * len(data)


@given(values, st.integers(0, 10**6))
def test_decoder_of_a_cut_frame_refuses_it(value, place):
    """No beginning of a frame is a frame."""
    data = encode(value)
    with pytest.raises(FrameError):
        decode(data[: place % len(data)])


def test_limits_are_the_callers():
    """Depth, items and bytes are held to what the caller allows."""
    tight = Limits(depth=1, items=3, array_bytes=16)
    assert decode(encode([1, 2]), tight) == [1, 2]
    for value in ([[1]], [1, 2, 3], np.zeros(3)):
        with pytest.raises(FrameError):
            decode(encode([value]), tight)


def test_bool_array_of_odd_bytes_becomes_true_and_false():
    """A byte that is neither 0 nor 1 does not survive as a bool that NumPy cannot handle."""
    answer = decode(array(0, 3, data=b"\x00\x07\xff"))
    assert answer.tobytes() == b"\x00\x01\x01"
    assert decode(b"g\x00\x07").tobytes() == b"\x01"


def test_handle_crosses_both_ways_where_the_limits_allow_it():
    """A model's handle is a number, in a request and in a reply of a worker that keeps models."""
    handle = Handle(2**62)
    assert decode(encode(((handle,), {}), REQUEST_LIMITS), REQUEST_LIMITS) == ((handle,), {})
    assert decode(encode_reply(handle, HANDLE_LIMITS), HANDLE_LIMITS) == handle


def test_handle_where_none_may_be_is_refused_by_both_halves():
    """A worker without models can neither hand out a handle nor have one taken from it."""
    assert decode(encode_reply(Handle(1))) == Opaque("autograder.sandbox.wire.Handle")
    with pytest.raises(FrameError, match="cannot cross"):
        encode(Handle(1))
    with pytest.raises(FrameError, match="a handle where none may be"):
        decode(encode_reply(Handle(1), HANDLE_LIMITS))
