"""Attack 16: notebooks with magics, pretended results, and calls of Jupyter's own machinery."""

from __future__ import annotations

import json
from typing import Any

from .making import RIGHT, register_file, register_zip

GRADED = {
    "otter": {"assignment_name": "activations", "tests": {"A1.1": {"points": 100}}},
    "nbgrader": {"grade": True, "grade_id": "A1.2", "points": 100, "score": 100, "solution": True},
    "autograder": {"assignment": "activations", "points": 100, "status": "graded"},
    "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"x": "BREACH"}}},
    "kernelspec": {"name": "bash", "language": "bash", "display_name": "sh -c 'touch /tmp/f0'"},
    "language_info": {"name": "bash", "codemirror_mode": "shell"},
}
OUTPUTS = [
    {"output_type": "stream", "name": "stdout", "text": "All tests passed! 100 of 100 points"},
    {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {"points": 100},
        "data": {
            "text/html": "<script>alert('BREACH')</script>",
            "application/javascript": "IPython.notebook.kernel.execute('BREACH')",
            "application/vnd.autograder+json": {"verdict": "passed"},
        },
    },
]
SIGMOID = "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
MAGICS = (
    "%%bash\ntouch /tmp/left_behind\necho BREACH",
    "%%javascript\nIPython.notebook.kernel.execute('BREACH')",
    "%%writefile /tmp/left_behind\nx",
    "%%python -c\nprint('BREACH')",
    "%load_ext autoreload\n%autoreload 2\n!touch /tmp/left_behind\n%run -i /etc/passwd",
    "files = !ls /\nhere = %pwd\n%env AUTOGRADER_SECRET\n%system touch /tmp/left_behind",
    "  %%capture\n?print\nprint??\n!!cat /etc/passwd\n%sx touch /tmp/left_behind",
    "x = '''\n!touch /tmp/left_behind\n'''\nassert x.count('left_behind') == 1, 'BREACH'",
)
MACHINERY = (
    "from IPython import get_ipython\nget_ipython().system('touch /tmp/left_behind')",
    "get_ipython().run_cell_magic('bash', '', 'touch /tmp/left_behind')",
    "answer = input('points? ')\nprint('BREACH', answer)",
    "import getpass\nanswer = getpass.getpass()\nprint('BREACH', answer)",
    "from IPython.display import HTML, display\ndisplay(HTML('<script>alert(1)</script>'))",
    "from google.colab import files\nfiles.upload()",
    "exit()",
    "quit(0)",
    "raise SystemExit(0)",
    "await something()",
    "In[0], Out, _ = 1, 2, 3\nprint('BREACH', In)",
    "if True print('a syntax error')",
)


def cell(source: str | list[str], **others: Any) -> dict[str, Any]:
    """Make a code cell as Jupyter saves it."""
    empty = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    return {**empty, "source": source, **others}


def notebook(*cells: dict[str, Any], **metadata: Any) -> str:
    """Make a notebook."""
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


PRETENDED = (
    cell(RIGHT.splitlines(keepends=True), outputs=OUTPUTS, metadata=GRADED, execution_count=99),
    {"cell_type": "raw", "metadata": {}, "source": SIGMOID},
    {"cell_type": "markdown", "metadata": GRADED, "source": f"```python\n{SIGMOID}```"},
    {"cell_type": "Code", "metadata": {}, "source": SIGMOID},
    cell("", outputs=[{"output_type": "stream", "name": "stdout", "text": SIGMOID}]),
    cell("# the answers are in the outputs", outputs=[{"output_type": "x", "text": SIGMOID}]),
)
for _name, _text in {
    "16_magics": notebook(cell(RIGHT), *map(cell, MAGICS), cell("print('tried magics')")),
    "16_pretended_results": notebook(*PRETENDED, **GRADED),
    "16_machinery": notebook(cell(RIGHT), *map(cell, MACHINERY), cell("print('tried machinery')")),
    "16_cells_without_end": notebook(*[cell("x = 1")] * 1001, cell(RIGHT)),
    "16_older_format": json.dumps({"worksheets": [{"cells": []}], "nbformat": 3}),
    "16_source_that_is_no_text": notebook(cell([RIGHT, 1])),
    "16_lone_surrogate": notebook(cell(RIGHT + "# \ud800")),
}.items():
    register_file(_name, _text, f"{_name}.ipynb")
register_zip(
    "16_two_notebooks", {"a.ipynb": notebook(cell(RIGHT)), "b.ipynb": notebook(cell(RIGHT))}
)
