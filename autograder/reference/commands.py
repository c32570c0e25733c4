"""Every command with every argument and option, from what Typer knows of them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, Final

import typer

from autograder.reference.wording import UndocumentedError, cell, table

__all__ = ["commands_page"]

_HEAD: Final = """\
# Commands

`autograder COMMAND --help` says the same in a terminal. Messages go to standard error, results to
standard output. A mistake on the command line ends a command with status 2, Ctrl-C with 130.

"""
# Only the parts of Typer's parameters that its own help shows are read; they have no common type.
_Parameter = Any


def commands_page(app: typer.Typer) -> str:
    """Write the page of all commands.

    Args:
        app: The command line.

    Raises:
        UndocumentedError: A command, an argument or an option without help.
    """
    commands: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    missing = list(_undocumented(commands))
    if missing:
        raise UndocumentedError(missing, "write its help in autograder/cli")
    overview = table(
        ("command", "does"),
        ((f"[`{name}`](#autograder-{name})", _first_line(one)) for name, one in commands.items()),
    )
    return _HEAD + overview + "".join(_command(name, one) for name, one in commands.items())


def _undocumented(commands: dict[str, Any]) -> Iterator[str]:
    for name, command in commands.items():
        if not command.help:
            yield f"autograder {name}"
        for one in command.params:
            if not one.help:
                yield f"autograder {name} {_name(one)}"


def _first_line(command: Any) -> str:
    return cell(inspect.cleandoc(command.help).partition("\n")[0])


def _command(name: str, command: Any) -> str:
    paragraphs = inspect.cleandoc(command.help).split("\n\n")
    words = "\n\n".join(" ".join(one.split()) for one in paragraphs)
    usage = " ".join(["autograder", name, *_usage(command.params)])
    text = f"\n## autograder {name}\n\n```text\n{usage}\n```\n\n{words}\n"
    for kind, heading in (("argument", "argument"), ("option", "option")):
        rows = [_row(one) for one in command.params if one.param_type_name == kind]
        if rows:
            text += "\n" + table((heading, "meaning", "default"), rows)
    return text


def _usage(parameters: Sequence[_Parameter]) -> Iterator[str]:
    """Yield what a command needs, then that it takes options, then its arguments."""
    options = [one for one in parameters if one.param_type_name == "option"]
    for one in options:
        if one.required:
            yield f"{one.opts[0]} {_value(one)}"
    if not all(one.required for one in options):
        yield "[OPTIONS]"
    for one in parameters:
        if one.param_type_name == "argument":
            words = _name(one) + ("..." if one.nargs == -1 else "")
            yield words if one.required else f"[{words}]"


def _row(one: _Parameter) -> tuple[str, str, str]:
    name = _name(one)
    if one.param_type_name == "option" and not one.is_flag:
        name += f" {_value(one)}"
    words = [one.help]
    if one.min is not None or one.max is not None:
        words.append(f"{_bounds(one)}.")
    if one.multiple:
        words.append("Can be given several times.")
    return f"`{cell(name)}`", cell(" ".join(words)), _default(one)


def _name(one: _Parameter) -> str:
    if one.param_type_name == "argument":
        return re.sub(r"[\[\].]", "", one.metavar or one.name.upper())
    return " / ".join((*one.opts, *one.secondary_opts))


def _value(one: _Parameter) -> str:
    """Say what stands behind an option: its metavar, its choices, or the kind of its value."""
    annotation = one.type_descriptor.annotation
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "|".join(str(choice.value) for choice in annotation)
    kinds = {int: "N", float: "NUMBER", str: "TEXT"}
    return str(one.metavar or kinds.get(annotation, "VALUE"))


def _bounds(one: _Parameter) -> str:
    ends = (("at least", one.min), ("at most", one.max))
    words = " and ".join(f"{word} {end:g}" for word, end in ends if end is not None)
    return words[0].upper() + words[1:]


def _default(one: _Parameter) -> str:
    if one.required:
        return "needed"
    if one.secondary_opts:
        return f"`{one.opts[0] if one.default else one.secondary_opts[0]}`"
    if one.default is None or one.default == "" or one.default is False or callable(one.default):
        return ""
    value = one.default.value if isinstance(one.default, Enum) else one.default
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
