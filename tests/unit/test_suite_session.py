"""A submission in a real worker: loading, calling, losing, and replacing it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import autograder.records
from autograder.errors import WorkerLost
from autograder.records import SourceFile, Submission, Verdict
from autograder.sandbox.channel import Patience
from autograder.sandbox.codec import FrameError, encode
from autograder.sandbox.host import Zygote
from autograder.suite.faults import argument_name, raised_words, text_of
from autograder.suite.session import RuleBook, Session, SessionLimits
from autograder.suite.student import Request

RULES = RuleBook(
    ("numpy",),
    ("eval",),
    {"T1.1": (("double",), ("numpy.tanh",), False), "T1.2": (("mean",), (), True)},
)
GOOD = "def double(x):\n    return 2 * x\n\n\ndef mean(x):\n    return sum(x) / len(x)\n"


def limits(**others):
    usual = {
        "call": Patience(0.3, 3.0),
        "load": Patience(1.0, 3.0),
        "wall_seconds": 30.0,
        "printed_characters": 200,
    }
    return SessionLimits(**{**usual, **others})


@pytest.fixture(scope="module")
def zygote():
    with Zygote({}, Path(autograder.records.__file__)) as running:
        yield running


@pytest.fixture
def submit(zygote):
    """Open sessions for source texts; close all of them at the end."""
    opened = []

    def start(text, *, helpers=(), units=None, **others):
        main = units or (SourceFile("toy.py", text),)
        submission = Submission("one", "00", tuple(main), tuple(helpers))
        session = Session(zygote, submission, "toy", RULES, limits(**others))
        opened.append(session)
        return session.__enter__()

    yield start
    for session in opened:
        session.__exit__(None, None, None)


def call(name, *arguments, measured=False, public=False, **keywords):
    return Request(name, encode((arguments, keywords)), measured, public)


def one(session, name="double", *arguments, **options):
    return session.answer([call(name, *(arguments or (3,)), **options)])[0]


def test_session_right_functions_answer(submit):
    """Answers come back by request, in order."""
    session = submit(GOOD)
    replies = session.answer([call("double", 4), call("mean", [1, 2]), call("double", 5)])
    assert [reply.value for reply in replies] == [8, 1.5, 10]
    assert session.failures == ()
    assert session.printed == ""


def test_session_no_requests_no_replies(submit):
    """An empty round is answered by an empty list."""
    assert submit(GOOD).answer([]) == []


def test_session_value_is_fetched(submit):
    """A request without arguments fetches the module's value."""
    session = submit("TABLE = {'a': 1}\n")
    assert session.answer([Request("TABLE", None)])[0].value == {"a": 1}


@pytest.mark.parametrize("stub", ["{}", "[]", "()", "None", "''"])
def test_session_empty_value_is_not_attempted(submit, stub):
    """A value that is still what the stub has was not attempted."""
    reply = submit(f"TABLE = {stub}\n").answer([Request("TABLE", None)])[0]
    assert reply.verdict is Verdict.NOT_ATTEMPTED
    assert reply.message == "not attempted yet: TABLE is empty"


@pytest.mark.parametrize("value", ["0", "False", "0.0"])
def test_session_falsy_number_is_a_value(submit, value):
    """A number is a value even if it is 0."""
    reply = submit(f"TABLE = {value}\n").answer([Request("TABLE", None)])[0]
    assert reply.verdict is Verdict.PASSED


def test_session_missing_function_is_not_attempted(submit):
    """A function that is not there was not attempted, and its name is told."""
    reply = one(submit("x = 1\n"))
    assert reply.verdict is Verdict.NOT_ATTEMPTED
    assert reply.message == "there is no double in what was handed in"


def test_session_stub_is_not_attempted(submit):
    """NotImplementedError says that nothing was attempted."""
    text = "def double(x):\n    raise NotImplementedError('T1.1 double')\n"
    assert one(submit(text)).verdict is Verdict.NOT_ATTEMPTED


def test_session_exception_tells_kind_line_and_source(submit):
    """An exception is told with its place and the student's line; its bases are known."""
    reply = one(submit("def double(x):\n    raise KeyError('axis')  # here\n"))
    assert reply.verdict is Verdict.STUDENT_ERROR
    assert reply.message == "KeyError at toy.py, line 2: 'axis'\n    raise KeyError('axis')  # here"
    assert "LookupError" in reply.bases


def test_session_exceptions_numbers_are_shown_in_public_checks_only(submit):
    """The text of an exception loses its fractions where the inputs are hidden."""
    session = submit("def double(x):\n    raise ValueError(f'got {x}')\n")
    hidden = session.answer([call("double", 0.123456)])[0]
    public = session.answer([call("double", 0.123456, public=True)])[0]
    assert "got #" in hidden.message
    assert "0.123456" not in hidden.message
    assert "got 0.123456" in public.message


def test_session_exception_with_nasty_text_is_made_presentable(submit):
    """Escapes, lone surrogates and endless text do not reach a message."""
    session = submit("def double(x):\n    raise ValueError('\\x1b[2J\\ud800' + 'z ' * 10**6)\n")
    message = one(session).message
    assert len(message) < 600
    assert "\x1b" not in message
    message.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "verdict", "words"),
    [
        ("def double(x:\n    pass\n", Verdict.STUDENT_ERROR, "SyntaxError at toy.py, line 1"),
        ("import torch\n", Verdict.STUDENT_ERROR, "ModuleNotFoundError at toy.py, line 1"),
        ("x = 1\nx / 0\n", Verdict.STUDENT_ERROR, "ZeroDivisionError at toy.py, line 2"),
        ("raise SystemExit(0)\n", Verdict.STUDENT_ERROR, "SystemExit at toy.py, line 1"),
        ("import os\nos._exit(0)\n", Verdict.STUDENT_ERROR, "ended by the code itself"),
        ("while True: pass\n", Verdict.LIMIT_EXCEEDED, "more than 1 s of processor time"),
        ("import time\ntime.sleep(60)\n", Verdict.LIMIT_EXCEEDED, "no answer within 1.5 s"),
    ],
)
def test_session_code_that_does_not_load_answers_with_the_reason(submit, text, verdict, words):
    """Every call of code that does not load has the same verdict and the reason."""
    session = submit(text + GOOD, load=Patience(1.0, 1.5))
    replies = session.answer([call("double", 1), call("mean", [1])])
    assert {reply.verdict for reply in replies} == {verdict}
    assert words in replies[0].message
    assert session.failures == (replies[0].message,)


def test_session_print_flood_at_import_is_cut(submit):
    """A flood of output costs nothing and keeps its beginning."""
    session = submit("print('a' * 150)\nfor _ in range(9999):\n    print('b' * 99)\n" + GOOD)
    assert session.printed.startswith("a" * 150 + "\nb")
    assert len(session.printed) == 200
    assert one(session).value == 6


def test_session_printed_text_comes_from_load_and_public_checks_only(submit):
    """What is printed in a hidden check may hold its inputs, so it is dropped."""
    text = "print('load')\ndef double(x):\n    print('call', x)\n    return 2 * x\n"
    session = submit(text)
    session.answer([call("double", 1), call("double", 2, public=True), call("double", 3)])
    assert session.printed == "load\ncall 2\n"


def test_session_printed_text_is_not_repeated_by_a_reload(submit):
    """When the worker is replaced, what the load prints is not kept twice."""
    text = "import os\nprint('load')\ndef mean(x):\n    os._exit(3)\n" + GOOD.partition("\n\n\n")[0]
    session = submit(text)
    one(session, "mean")
    assert one(session).value == 6
    assert session.printed == "load\n"


def test_session_notebook_cell_that_fails_leaves_the_others(submit):
    """A cell that fails is told; what other cells define works, what is missing says why."""
    cells = [
        SourceFile("toy.ipynb[cell 1]", "def double(x):\n    return 2 * x"),
        SourceFile("toy.ipynb[cell 2]", "1 / 0\ndef mean(x):\n    return 0"),
        SourceFile("toy.ipynb[cell 3]", "def broken(:"),
        SourceFile("toy.ipynb[cell 4]", "def last(x):\n    return double(x) + 1"),
    ]
    session = submit("", units=cells)
    double, mean, last = session.answer([call("double", 2), call("mean", 2), call("last", 2)])
    assert (double.value, last.value) == (4, 5)
    assert mean.verdict is Verdict.STUDENT_ERROR
    assert "there is no mean" in mean.message
    assert len(session.failures) == 2
    assert any("ZeroDivisionError at toy.ipynb[cell 2], line 1" in f for f in session.failures)
    assert any("SyntaxError at toy.ipynb[cell 3], line 1" in f for f in session.failures)


def test_session_helper_modules_are_imported(submit):
    """Modules and packages beside the main one can be imported; a mistake in one has its place."""
    helpers = [
        SourceFile("tools.py", "def twice(x):\n    return x + x\n"),
        SourceFile("pack/__init__.py", "from .inner import fail\n"),
        SourceFile("pack/inner.py", "def fail(x):\n    return x[0]\n"),
    ]
    text = "from tools import twice\nimport pack\n"
    text += "def double(x):\n    return twice(x)\ndef mean(x):\n    return pack.fail(x)\n"
    session = submit(text, helpers=helpers)
    assert one(session).value == 6
    assert "at pack/inner.py, line 2" in one(session, "mean").message


@pytest.mark.parametrize("path", ["yaml.py", "yaml/__init__.py", "yaml/inner/deeper.py"])
def test_session_helper_named_as_an_installed_library_is_what_is_imported(submit, path):
    """A helper's name means the helper, as the scan of the rules takes it, and no library."""
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    text = f"import yaml\nfrom {module} import twice\ndef double(x):\n    return twice(x)\n"
    text += "def mean(x):\n    return hasattr(yaml, 'safe_load')\n"
    helper = SourceFile(path, "def twice(x):\n    return x + x\n")
    session = submit(text, helpers=[helper])
    assert (one(session).value, one(session, "mean").value) == (6, False)


def test_session_rules_are_scanned_even_if_the_code_does_not_run(submit):
    """Broken rules are found on the source, question by question."""
    text = "import numpy as np\nimport scipy\n"
    text += "def double(x):\n    return np.tanh(x)\ndef mean(x):\n    for _ in x: pass\n1 / 0\n"
    found = {(v.question, v.kind, v.name, v.line) for v in submit(text).violations}
    assert ("T1.1", "name", "numpy.tanh", 4) in found
    assert ("T1.2", "loop", "For", 6) in found


HANGS = {
    "busy": ("while True: pass", "more than 0.3 s of processor time"),
    "asleep": ("import time; time.sleep(60)", "no answer within 0.6 s"),
}


@pytest.mark.parametrize(("statement", "words"), HANGS.values(), ids=HANGS)
def test_session_function_that_hangs_is_not_called_a_third_time(submit, statement, words):
    """After two strikes the function's other calls are refused; the other function works."""
    session = submit(GOOD + f"def hang(x):\n    {statement}\n", call=Patience(0.3, 0.6))
    requests = [call("hang", 1), call("double", 1), call("hang", 2), call("hang", 3)]
    replies = session.answer([*requests, call("double", 2)])
    assert [reply.verdict for reply in replies] == [
        Verdict.LIMIT_EXCEEDED,
        Verdict.PASSED,
        Verdict.LIMIT_EXCEEDED,
        Verdict.LIMIT_EXCEEDED,
        Verdict.PASSED,
    ]
    assert words in replies[0].message
    assert replies[3].message == "not called again: hang hung or crashed 2 times before"
    assert (replies[1].value, replies[4].value) == (2, 4)


CRASHES = {
    "exit": "import os; os._exit(0)",
    "abort": "import os; os.abort()",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "closed channel": "import os; os.closerange(3, 64)",
}


@pytest.mark.parametrize("statement", CRASHES.values(), ids=CRASHES)
def test_session_crash_costs_only_its_own_call(submit, statement):
    """A worker that dies is the caller's error; a new one answers the rest rightly."""
    session = submit(GOOD + f"def crash(x):\n    {statement}\n")
    crash, double, mean = session.answer([call("crash", 1), call("double", 1), call("mean", [4])])
    assert crash.verdict is Verdict.STUDENT_ERROR
    assert (double.value, mean.value) == (2, 4.0)


def test_session_oversized_answer_is_refused(submit):
    """An answer beyond the limit does not cross, and the next call works."""
    text = GOOD + "def huge(x):\n    return b'x' * (90 * 2**20)\n"
    huge, double = submit(text, call=Patience(2.0, 10.0)).answer(
        [call("huge", 1), call("double", 1)]
    )
    assert huge.verdict is not Verdict.PASSED
    assert double.value == 2


def test_session_answer_that_is_no_plain_data_is_named(submit):
    """What may not cross comes as an opaque stand-in with its type's name."""
    reply = one(submit("class Odd: ...\ndef double(x):\n    return Odd()\n"))
    assert reply.value.type_name == "toy.Odd"


def test_session_modified_argument_and_float_errors_are_noted(submit):
    """The reply says which arguments changed and which floating-point errors there were."""
    text = "import numpy as np\ndef double(x, y):\n    x[0] = 9\n    return np.exp(y)\n"
    reply = submit(text).answer([call("double", np.zeros(2), np.array([1e4]))])[0]
    assert reply.mutated == (0,)
    assert reply.float_errors == ("overflow",)


def test_session_measured_call_has_its_processor_time(submit):
    """A measured call is put alone and its processor time is the worker's."""
    text = GOOD + "def work(x):\n    return sum(range(3 * 10**6))\n"
    work, double = submit(text, call=Patience(3.0, 20.0)).answer(
        [call("work", 1, measured=True), call("double", 1)]
    )
    assert work.cpu_seconds > 0.005
    assert double.cpu_seconds == 0.0


def test_session_time_for_the_whole_submission_ends(submit):
    """Calls that each keep their own limit cannot add up beyond the submission's."""
    text = GOOD + "import time\ndef nap(x):\n    time.sleep(0.4)\n    return x\n"
    session = submit(text, wall_seconds=1.0)
    replies = session.answer([call("nap", n) for n in range(50)])
    assert replies[0].value == 0
    assert replies[-1].verdict is Verdict.LIMIT_EXCEEDED
    assert replies[-1].message == "the 1 s for the whole submission are used up"
    assert sum(reply.verdict is Verdict.PASSED for reply in replies) < 4
    assert {reply.verdict for reply in replies} == {Verdict.PASSED, Verdict.LIMIT_EXCEEDED}
    assert {r.message for r in replies if r.message} == {replies[-1].message}


def test_session_worker_that_somebody_kills_is_lost_not_failed(submit):
    """A worker killed from outside is the grader's problem."""
    session = submit("import time\n" + GOOD + "def nap(x):\n    time.sleep(60)\n")
    os.kill(session._worker.pid, 9)
    with pytest.raises(WorkerLost):
        one(session)


def test_session_end_leaves_no_worker(submit):
    """After the session the worker's process is gone."""
    session = submit(GOOD)
    pidfd = os.pidfd_open(session._worker.pid)
    session.__exit__(None, None, None)
    import select  # noqa: PLC0415 - only here

    assert select.select([pidfd], [], [], 10)[0]
    os.close(pidfd)


FORGERIES = {
    "rubbish": "b'rubbish'",
    "nothing": "b''",
    "another number": "encode((7, 'returned', encode(1), (), (), ''))",
    "text for a number": "encode(('0', 'returned', encode(1), (), (), ''))",
    "text for an answer": "encode((0, 'returned', 'x', (), (), ''))",
    "an unknown status": "encode((0, 'won', encode(1), (), (), ''))",
    "numbers for words": "encode((0, 'raised', encode({'type': 1, 'text': 2, 'bases': [3], "
    "'path': 4, 'line': 5, 'source': 6}), (), (), ''))",
    "a dict for arguments": "encode((0, 'returned', encode(1), {'a': 1}, (), ''))",
    "numbers for arguments": "encode((0, 'returned', encode(1), (10**9,), (), ''))",
}


@pytest.mark.parametrize("frame", FORGERIES.values(), ids=FORGERIES)
def test_session_forged_frame_fails_its_call_alone(submit, frame):
    """A frame that the student's code wrote in the worker's place earns nothing."""
    text = (
        "import os, stat, struct\nfrom autograder.sandbox.codec import encode\n"
        + GOOD
        + "def forge(x):\n"
        "    for number in range(3, 64):\n"
        "        try:\n"
        "            if stat.S_ISSOCK(os.fstat(number).st_mode):\n"
        f"                body = {frame}\n"
        "                os.write(number, struct.pack('<Q', len(body)) + body)\n"
        "        except OSError:\n"
        "            pass\n"
        "    os._exit(0)\n"
    )
    forged, double = submit(text).answer([call("forge", 1), call("double", 1)])
    assert forged.verdict is Verdict.STUDENT_ERROR
    assert "no answer" in forged.message
    assert double.value == 2


def test_session_forged_load_failure_is_refused_and_leaves_no_worker(submit):
    """A forged report of the load is an error of the code, never one of the grader."""
    text = (
        "import os, stat, struct\nfrom autograder.sandbox.codec import encode\n"
        "for number in range(3, 64):\n"
        "    try:\n"
        "        if stat.S_ISSOCK(os.fstat(number).st_mode):\n"
        "            body = encode(([1], [], ''))\n"
        "            os.write(number, struct.pack('<Q', len(body)) + body)\n"
        "    except OSError:\n"
        "        pass\n"
    )
    session = submit(text + GOOD)
    reply = one(session)
    assert reply.verdict is Verdict.STUDENT_ERROR
    assert "no answer" in reply.message
    assert session._worker is None


SUBMISSION = Submission("one", "00", (SourceFile("toy.py", "a = 1\nb = 2"),))


@pytest.mark.parametrize(
    ("path", "line", "place"),
    [
        ("toy.py", 2, " at toy.py, line 2"),
        ("toy.py", 3, ""),
        ("toy.py", 0, ""),
        ("toy.py", -1, ""),
        ("toy.py", "2", ""),
        ("/etc/passwd", 1, ""),
        (None, 1, ""),
    ],
)
def test_raised_words_place_is_one_of_the_submission(path, line, place):
    """A place is told only if what was handed in has it; the line's text is the submission's."""
    error = {"type": "E", "text": "t", "path": path, "line": line, "source": "forged"}
    words = raised_words(error, SUBMISSION, redact=True)
    assert words == f"E{place}: t" + ("\n    b = 2" if place else "")


@pytest.mark.parametrize("value", [None, 1, b"x", ["x"], np.zeros(2)])
def test_text_of_anything_else_is_no_message(value):
    """Only text is text."""
    with pytest.raises(FrameError):
        text_of(value)


@pytest.mark.parametrize("name", [-1, 20, 10**100, None, 1.0])
def test_argument_name_out_of_range_is_no_message(name):
    """Positions are small numbers."""
    with pytest.raises(FrameError):
        argument_name(name)
