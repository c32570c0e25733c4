"""Attacks 10, 28, 29 and 30: file names that act where they are shown.

The key is what results call the hand-in: the name without its ending and without what acts on a
terminal. Slashes cannot be in a name, so where an attack needs one it has a full-width one.
"""

from __future__ import annotations

from .making import MODULE, RIGHT, register_file, register_zip

SCRIPT = "<script>alert(1)</script>"
INSIDE = (
    "<img src=x onerror=alert(1)>.py",
    "<svg onload=alert(1)>.txt",
    '"><script>alert(1)<script>.py',
    "' onmouseover='alert(1).ipynb",
    "javascript:alert(1).md",
    "{{ 7 * 7 }}{% raw %}.py",
    "[x](javascript:alert(1)).txt",
)
# Name in results -> name of the file.
FILES = {
    "28_<img src=x onerror=alert(1)>": "",
    '28_"><svg onload=alert(1)>': "",
    "28_' onmouseover='alert(1)' x='": "",
    "28_<!--": "",
    "javascript:alert(1)": "",
    "28_{{ 7*7 }}{% include 'style.css' %}": "",
    "=cmd|' \uff0fC calc'!A0": "",
    '=HYPERLINK("http:\uff0f\uff0fx.example","see")': "",
    "+1+1": "",
    "-2+3": "",
    "@SUM(1)": "",
    "=1": "\t=1.py",
    "\uff1d1+1": "",
    "29_a,=1+1": "",
    "29_a;=1+1": "",
    '29_a",=1+1,"': "",
    "29_a =1+1": "29_a\r=1+1.py",
    "30_]0;owned": "30_\x1b]0;owned\x07.py",
    "30_2J[31m": "30_\x9b2J\x1b[31m.py",
    "30_reversed": "30_\u202ereversed\u2066\u200b.py",
    "30_[blink][link=file:x]y[\\": "30_[blink][link=file:x]y[\\.py",
    "30_[bold red]x[none] :skull:": "",
    "::stop-commands::x": "",
    "##[set-output name=points]100": "",
    "30_" + "n" * 76 + "…": "30_" + "n" * 200 + ".py",
}
for _name, _file in FILES.items():
    register_file(_name, RIGHT, _file)
register_zip("28_names_inside", {MODULE: RIGHT} | dict.fromkeys(INSIDE, "print('BREACH')\n"))
