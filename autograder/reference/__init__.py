"""The reference pages of `docs/reference`, written from the code that they describe.

What a page says is taken from help texts, docstrings and the schema of the policy, so it cannot
drift from them. A command, an option or a key that has no words there is an error.

    python -m autograder.reference
"""

from autograder.reference.pages import pages
from autograder.reference.wording import UndocumentedError

__all__ = ["UndocumentedError", "pages"]
