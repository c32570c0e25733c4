"""docs/security.md keeps in step with the layers, the attacks and the hand-ins that try them."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
import yaml

from autograder.sandbox.layers import Layer

COURSE = Path(__file__).resolve().parents[2]
PAGE = (COURSE / "docs" / "security.md").read_text(encoding="utf-8")
HOSTILE = COURSE / "tests" / "hostile"
NUMPY, KERAS = (
    yaml.safe_load((HOSTILE / name).read_text(encoding="utf-8"))
    for name in ("expected.yml", "keras/expected.yml")
)
ATTACKS = range(1, 31)
PLAIN = re.compile(r"\w+")


def rows(heading):
    """Return the cells of each row of the table below a heading, by the first cell."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = re.findall(r"^\| *(.*?) *\|$", section, re.MULTILINE)
    cells = [re.split(r" *\| *", line) for line in lines]
    return {one[0]: one[1:] for one in cells if one[0].strip("-")}


def of_attack(expected, attack):
    """List the hand-ins that try an attack."""
    return sorted(name for name, one in expected.items() if attack in one.get("attacks", ()))


def named(hand_ins):
    """Name hand-ins, and count those whose names no table could show."""
    shown = [f"`{name}`" for name in hand_ins if PLAIN.fullmatch(name)]
    odd = len(hand_ins) - len(shown)
    return ", ".join([*shown, *([f"and {odd} by name"] if odd else [])])


def layers_of(attack):
    """Say without which layers an attack still fails, from what was measured of its hand-ins."""
    tried = [one for one in (*NUMPY.values(), *KERAS.values()) if attack in one.get("attacks", ())]
    needed = {layer for one in tried for layer in one.get("needs", ())}
    names = ", ".join(f"`{layer}`" for layer in sorted(needed))
    return f"any one but {names}" if names else "any one"


def counted(attack):
    """Count the hand-ins of an attack."""
    numpy, keras = len(of_attack(NUMPY, attack)), len(of_attack(KERAS, attack))
    return ", ".join([*([str(numpy)] if numpy else []), *([f"Keras {keras}"] if keras else [])])


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_has_its_row_with_layers_and_hand_ins(attack):
    """What the page says of an attack is what the hand-ins' expectations say."""
    what, stops, layers, count = rows("Attacks")[str(attack)]
    assert len(what) > 10
    assert len(stops) > 10
    assert (layers, count) == (layers_of(attack), counted(attack))


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_names_every_hand_in_and_has_two(attack):
    """Each hand-in stands in the row of each attack that it tries; one alone would be no test."""
    numpy, keras = of_attack(NUMPY, attack), of_attack(KERAS, attack)
    assert len(numpy) + len(keras) >= 2
    assert rows("Hand-ins of each attack")[str(attack)] == [named(numpy), named(keras)]


def test_page_knows_no_other_attack():
    """A hand-in's attacks are among those of the table, and the table has no further rows."""
    tried = {a for one in (*NUMPY.values(), *KERAS.values()) for a in one.get("attacks", ())}
    assert tried == set(ATTACKS)
    for heading in ("Attacks", "Hand-ins of each attack"):
        assert [int(first) for first in rows(heading) if first.isdecimal()] == list(ATTACKS)


def test_needs_name_layers():
    """What a hand-in needs is a layer that doctor knows."""
    needs = {n for one in (*NUMPY.values(), *KERAS.values()) for n in one.get("needs", ())}
    assert needs <= set(Layer)


def test_layers_are_those_of_doctor():
    """The page has each layer, in doctor's words and order."""
    purposes = importlib.import_module("autograder.cli.doctor")._PURPOSES
    page = {key.strip("`"): row[0] for key, row in rows("Layers").items() if key.startswith("`")}
    assert list(page) == list(Layer)
    assert page == purposes
