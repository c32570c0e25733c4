"""Nothing of the staff's reaches a student, and the secret reaches nobody.

Here are a course with marks in all that is hidden, and the processes that student code lives in.
Texts for students are searched where they are made: those of the sample class in
`test_sample_class.py`, of hostile hand-ins in `test_hostile.py` and `test_hostile_keras.py`, of
known-wrong implementations in `test_leak_search.py`, with the search itself.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.executor import Task
from autograder.grade import Isolation
from autograder.intake import read_submission
from autograder.job import open_job
from autograder.node import node_bench
from autograder.secret import seed_key
from autograder.suite.session import Session
from autograder.suite.student import Request
from autograder.suite.terms import terms_for

SECRET = "planted-secret-of-the-leak-tests"
MARK = "planted_mark"
KNOWN_WRONG = f"""\
from autograder.misconceptions import known_wrong


@known_wrong("mean", band=(0, 60))
def mean_plus_one(x):
    \"\"\"Your mean is one too large.\"\"\"
    return float(x.sum() / x.size) + len("{MARK}_of_misconception") / 26
"""
# Looks wherever code can look, and says what it sees in every way that code has.
CURIOUS = '''\
import gc
import os
import sys

note = "{mark}"
print(sorted(os.environ.items()), sys.argv, sys.path, note)
print([one for one in gc.get_objects() if isinstance(one, str)][:2000])


def double(x):
    """{mark}"""
    frames, frame = [], sys._getframe()
    while frame:
        frames.append((frame.f_code.co_filename, frame.f_globals.keys(), frame.f_locals))
        frame = frame.f_back
    raise ValueError(f"{{frames}} {{sorted(sys.modules)}} {{x}}")


def mean(x):
    return float(x.sum() / x.size) + 1  # {mark}
'''


@pytest.fixture
def marked(tiny_course, tmp_path, monkeypatch):
    """A small course with a mark in each hidden part, curious hand-ins, and a file as secret."""
    for name in ("test_double.py", "test_mean.py"):
        tiny_course.add_hidden(f'SUITE = "{MARK}_of_suite"  # {MARK}_of_comment\n', name)
    reference = tiny_course.texts["solutions/toy.py"]
    tiny_course.write("solutions/toy.py", f'{reference}\n\nKEY = "{MARK}_of_solution"\n')
    tiny_course.write("solutions/misconceptions/toy.py", KNOWN_WRONG)
    tiny_course.write("grading.yml", tiny_course.texts["grading.yml"] + f"# {MARK}_of_policy\n")
    hand_ins = tmp_path / "hand-ins"
    hand_ins.mkdir()
    for name in ("ann", "bob"):
        (hand_ins / f"{name}.py").write_text(CURIOUS.format(mark=f"{MARK}_of_{name}"))
    (hand_ins / "right.py").write_text(reference)
    (tmp_path / "secret").write_text(SECRET)
    monkeypatch.delenv("AUTOGRADER_SECRET", raising=False)
    monkeypatch.setenv("AUTOGRADER_SECRET_FILE", str(tmp_path / "secret"))
    return tiny_course


def command(course, *arguments):
    """Run `autograder` in a course; return all that it said."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder.cli", *arguments],
        cwd=course.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout + done.stderr


def test_commands_write_nothing_hidden_and_pages_nothing_of_others(marked, tmp_path, leaks):
    """Neither what they say nor a file that they write has the secret or a mark of the staff's."""
    book = ("--gradebook", str(tmp_path / "out" / "book.sqlite"))
    out = tmp_path / "out"
    out.mkdir()
    pages = ("--json", f"{out}/grades.json", "--report", f"{out}/pages")
    texts = {
        "grade": command(marked, "grade", "toy", str(tmp_path / "hand-ins"), *book, *pages),
        "report": command(marked, "report", "toy", *book, "--out", f"{out}/later"),
        "export": command(marked, "export", "csv", *book, "--out", f"{out}/grades.csv"),
        "history": command(marked, "history", "toy", "ann", *book, "--json", "-"),
    }
    files = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    texts |= {path.name: content.decode("utf-8", "replace") for path, content in files.items()}
    assert {"grades.json", "ann.html", "index.html", "grades.csv", "book.sqlite"} <= texts.keys()
    assert f"{MARK}_of_ann" in texts["grades.json"]  # what code prints is its author's to read
    assert "the course secret" not in texts["grade"]
    digests = re.findall(r'"sha256": "([0-9a-f]{64})"', texts["grades.json"])
    keys = [seed_key(SECRET.encode(), "toy", digest) for digest in digests]
    assert leaks.secret_told(texts, SECRET.encode(), *keys) == set()
    staff = re.compile(rf"{MARK}_of_(?!ann|bob)\w+|More about it that no student reads")
    assert {name: staff.findall(text) for name, text in texts.items() if staff.search(text)} == {}
    # A page has the marks of its own hand-in, and neither name nor mark of another.
    assert f"{MARK}_of_ann" in texts["ann.html"]
    assert re.findall(r"\bbob\b|of_bob|\bright\.", texts["ann.html"]) == []


# The processes that student code lives in


def memory_holds(pid, needle):
    """Tell whether a process has some bytes in memory that it can write."""
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="latin-1").splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            place, rights, *_, name = (*line.split(), "")[:6]
            if not rights.startswith("rw") or name.startswith("[v"):
                continue
            begin, end = (int(part, 16) for part in place.split("-"))
            memory.seek(begin)
            if needle in memory.read(end - begin):
                return True
    return False


def family(pid):
    """List a process and all that descend from it, whatever namespaces they are in."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into a worker")
@pytest.mark.parametrize("variable", ["AUTOGRADER_SECRET", "AUTOGRADER_SECRET_FILE"])
def test_secret_is_in_no_process_of_student_code(marked, tmp_path, monkeypatch, variable):
    """Environment, command line and memory of zygote and worker have neither secret nor answers."""
    if variable == "AUTOGRADER_SECRET":
        monkeypatch.delenv("AUTOGRADER_SECRET_FILE")
        monkeypatch.setenv("AUTOGRADER_SECRET", SECRET)
    job = open_job("toy", marked.root)
    terms = terms_for(job.course, "toy")
    submission = read_submission(tmp_path / "hand-ins/ann.py", "toy", job.course.intake)
    needles = (SECRET.encode(), f"{MARK}_of_suite".encode(), f"{MARK}_of_solution".encode())
    own = f"{MARK}_of_ann".encode()
    with (
        terms.start_zygote(job.parts.reference) as zygote,
        Session(zygote, submission, "toy", terms.rules, terms.limits) as session,
    ):
        session.answer([Request("mean", None)])
        pids = family(zygote.pid)
        assert len(pids) >= 2
        assert [any(memory_holds(pid, own) for pid in pids)] == [True]
        for pid in pids:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
            assert b"AUTOGRADER" not in environment
            assert str(tmp_path).encode() not in environment + arguments
            for needle in needles:
                assert needle not in environment + arguments
                assert not memory_holds(pid, needle), (pid, needle)
    # The same search finds all of it where it belongs: in this process.
    assert [memory_holds(os.getpid(), needle) for needle in needles] == [True] * 3


def test_secret_does_not_travel_to_a_node(marked, tmp_path, leaks):
    """What Ray is given to open a bench with, and may log, has only a code made with the secret."""
    job = open_job("toy", marked.root)
    order = node_bench(job, [Task(tmp_path / "hand-ins/ann.py", "ann", "toy")], Isolation())
    texts = {"pickled": pickle.dumps(order).decode("latin-1"), "shown": f"{order!r} {job!r}"}
    assert leaks.secret_told(texts, SECRET.encode()) == set()
    assert MARK not in texts["pickled"]
