"""Attacks 12 and 14: what stands in the place of something else, or covers it."""

from __future__ import annotations

from pathlib import Path

from .making import BREACH, MODULE, PICKLE, RIGHT, maker, register_zip, write_folder

SHADOWS = (
    "numpy.py",
    "json.py",
    "encodings/__init__.py",
    "autograder/__init__.py",
    "autograder/sandbox/worker.py",
    "otter/__init__.py",
    "otter/test_files/__init__.py",
    "pytest.py",
    "_pytest/__init__.py",
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "activations/__init__.py",
    "__init__.py",
    "__main__.py",
    "test_activations.py",
    "tests/A1.1.py",
    "tests/conftest.py",
)
SETTINGS = {
    "pytest.ini": "[pytest]\naddopts = --collect-only\n",
    "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-p no:autograder'\n",
    "grading.yml": "course: {title: Mine}\n",
    "otter_config.json": '{"plugins": [], "points_possible": 1}',
    "setup.cfg": "[tool:pytest]\naddopts = -k nothing\n",
    "assignment.json": '{"assignment": "activations", "max_points": 1}',
}
USES_SHADOWS = """\
import encodings
import json

import autograder.sandbox.worker

for one in (encodings, json, autograder):
    if one.__file__.startswith(("activations", "encodings", "json", "autograder")):
        print("BREACH", one)
print("tried shadows")

"""
OTHER_SPELLINGS = (
    "Numpy.py",
    "NUMPY/__init__.py",
    "numpy.cpython-311-x86_64-linux-gnu.so",
    "numpy.pyd",
    "numpy.pyc",
    "__pycache__/activations.cpython-311.pyc",
    "numpy/core/__init__.pyc",
    "evil.pth",
    "\uff4eumpy.py",
    "json .py",
    "os",
    "activations.pyi",
    "activations.so",
    "lib/python3.11/site-packages/numpy/__init__.py",
    ".pth/numpy.py",
)
NUMPY_HEAD = b"{'descr': '|O', 'fortran_order': False, 'shape': ()}".ljust(117) + b"\n"
PICKLES = {
    ".OTTER_LOG": PICKLE,
    "weights.pkl": PICKLE,
    "data/weights.npy": b"\x93NUMPY\x01\x00v\x00" + NUMPY_HEAD + PICKLE,
    "results.pkl": PICKLE,
}
LIBRARY_USER = """

def sigmoid(x):
    from scipy.special import expit

    return expit(x)


def softmax(x, axis=-1):
    from sklearn.utils.extmath import softmax as right

    return right(x.reshape(-1, x.shape[-1])).reshape(x.shape)


def tanh(x):
    import tools

    return tools.library.tanh(x)
"""

register_zip(
    "12_other_spellings", {MODULE: USES_SHADOWS + RIGHT} | dict.fromkeys(OTHER_SPELLINGS, BREACH)
)
register_zip("12_pickles", {MODULE: RIGHT, **PICKLES})
register_zip(
    "14_helpers_as_cover",
    {
        MODULE: RIGHT + LIBRARY_USER,
        "scipy.py": "",
        "sklearn.py": "",
        "tools.py": "import scipy.special as library\nimport numpy\nlibrary.tanh = numpy.tanh\n",
    },
)


@maker
def _12_shadow_modules(folder: Path) -> Path:
    files = {MODULE: USES_SHADOWS + RIGHT, ".OTTER_LOG": PICKLE, **SETTINGS}
    return write_folder(folder, "12_shadow_modules", files | dict.fromkeys(SHADOWS, BREACH))
