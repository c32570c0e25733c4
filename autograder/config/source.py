"""YAML text -> plain values that remember their lines; keys that come twice, errors of syntax."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from autograder.errors import ConfigError, Problem

__all__ = ["KeyPath", "Source", "dotted", "read_source"]

KeyPath = tuple[str | int, ...]
_TAG: Final = "tag:yaml.org,2002:"
_NOT_PLAIN: Final = ("expected a plain number, text, list or mapping", "remove the tag")
_NOT_WRITABLE: Final = ("expected text that UTF-8 can write", "write the character itself")
_LARGEST: Final = 2**63 - 1  # beyond what any key means; and Python writes no number of any size
# What PyYAML raises for a scalar whose tag says another kind, such as `!!int ''` or `!!bool x`.
_OF_ANOTHER_KIND: Final = (
    yaml.YAMLError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


@dataclass(slots=True)
class Source:
    """A YAML file as plain values (lists as tuples) that remember their lines.

    Attributes:
        file: Its path, as problems name it.
        data: All its values; None in place of one that could not be read.
        lines: Key path to line, counted from 1.
        problems: What is wrong with it as YAML.
        nodes: The ids of the nodes that were added, by which an alias is known.
    """

    file: str
    data: object = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    nodes: set[int] = field(default_factory=set)

    def problem(
        self, path: KeyPath, rule: str, found: str = "", *, nearest: str = "", mend: str = ""
    ) -> Problem:
        """Make a problem of what lies at a key path, or of the nearest thing above it."""
        known = next(path[:end] for end in range(len(path), -1, -1) if path[:end] in self.lines)
        return Problem(
            self.file, self.lines[known], dotted(path), found, rule, nearest=nearest, mend=mend
        )

    def mapping(self, *path: str | int) -> dict[str, Any]:
        """Give the mapping at a key path; an empty one if there is none, which others report."""
        value = self.data
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value if isinstance(value, dict) else {}

    def add(self, node: yaml.Node, path: KeyPath, loader: yaml.SafeLoader) -> object:
        """Turn a node of the YAML tree into a plain value, and note what is wrong with it."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self.nodes:
            rule, mend = "expected a value that is written out", "write it here once more"
            found = f"an alias of line {node.start_mark.line + 1}"
            self.problems.append(self.problem(path, rule, found, mend=mend))
            return None
        self.nodes.add(id(node))
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return tuple(self.add(n, (*path, i), loader) for i, n in enumerate(node.value))
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._add_mapping(node, path, loader)
        if isinstance(node, yaml.ScalarNode):
            return self._add_scalar(node, path, loader)
        self._note(node, path, *_NOT_PLAIN, _shown(node.tag))
        return None

    def _add_scalar(self, node: yaml.ScalarNode, path: KeyPath, loader: yaml.SafeLoader) -> object:
        if not _is_writable(node.value):
            self._note(node, path, *_NOT_WRITABLE)
            return None
        value: object
        try:
            value = loader.construct_object(node)
        except _OF_ANOTHER_KIND:
            rules = _NOT_PLAIN
            found = _shown(node.tag)
            if node.tag == _TAG + "timestamp":
                rules = ("expected a date and a time that exist", "look at the calendar")
                found = node.value
            self._note(node, path, *rules, found)
            return None
        if type(value) is int and abs(value) > _LARGEST:
            rule, mend = f"expected a number up to {_LARGEST}", "write fewer digits"
            self._note(node, path, rule, mend, f"one of {value.bit_length()} bits")
            return None
        return value

    def _add_mapping(
        self, mapping: yaml.MappingNode, path: KeyPath, loader: yaml.SafeLoader
    ) -> dict[str, object]:
        values: dict[str, object] = {}
        for key, value in mapping.value:
            name = _writable(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            here = (*path, name)
            if key.tag != _TAG + "str":
                kind = _shown(key.tag)
                rule, mend = "expected a key that is text", "write the key in quotes"
                self._note(key, here, rule, mend, f"{name}, which YAML takes for {kind}")
            elif not _is_writable(key.value):
                self._note(key, here, *_NOT_WRITABLE)
            if name in values:
                found = f"it on line {self.lines[here]} too"
                self._note(key, here, "expected each key once", "remove one of the two", found)
            else:
                self.lines[here] = key.start_mark.line + 1
                values[name] = self.add(value, here, loader)
        return values

    def _note(self, node: yaml.Node, path: KeyPath, rule: str, mend: str, found: str = "") -> None:
        line = node.start_mark.line + 1
        self.problems.append(Problem(self.file, line, dotted(path), found, rule, mend=mend))


def _is_writable(value: str) -> bool:
    r"""Tell whether text can be written: an escape such as `"\ud800"` makes half a character."""
    return _writable(value) == value


def _writable(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8")


def _shown(tag: str) -> str:
    return _writable(tag.replace(_TAG, "!!"))


def read_source(path: Path) -> Source:
    """Read a YAML file.

    Args:
        path: Of the file.

    Returns:
        Its values, with what is wrong with it as YAML.

    Raises:
        ConfigError: The file cannot be read, is empty, or is not YAML.
    """
    source = Source(str(path), lines={(): 1})
    mend = "run in the course's folder, the one that holds grading.yml"
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        source.data = None if node is None else source.add(node, (), loader)
    except FileNotFoundError:
        raise _unreadable(source, "expected a file; there is none", mend=mend) from None
    except OSError as error:
        rule = f"expected a file that can be read: {error.strerror}"
        raise _unreadable(source, rule, mend=mend) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        rule, mend = "expected text in UTF-8", "save it as UTF-8"
        raise _unreadable(source, rule, line, mend=mend) from error
    except yaml.MarkedYAMLError as error:
        raise _malformed(source, error) from error
    except yaml.YAMLError as error:
        reason = str(error).partition("\n")[0]
        mend = "remove control characters"
        raise _unreadable(source, f"expected YAML: {reason}", mend=mend) from error
    except RecursionError as error:
        rule, mend = "expected a policy, not hundreds of levels of it", "remove the brackets"
        raise _unreadable(source, rule, mend=mend) from error
    if node is None:
        mend = "write the policy, beginning with course:"
        raise _unreadable(source, "expected the course's policy; the file is empty", mend=mend)
    return source


def _malformed(source: Source, error: yaml.MarkedYAMLError) -> ConfigError:
    mark = error.problem_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    rule = f"expected YAML: {error.problem}, at column {column}"
    mend = "look at the indentation, colons, quotes and brackets here and just above"
    if r"\t" in str(error.problem):
        mend = "indent with spaces, not with tabs"
    return _unreadable(source, rule, line, mend=mend)


def _unreadable(source: Source, rule: str, line: int = 0, *, mend: str) -> ConfigError:
    return ConfigError([Problem(source.file, line, "", "", rule, mend=mend)])


def dotted(path: KeyPath) -> str:
    """Show a key path as people write it, such as `order[1]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
