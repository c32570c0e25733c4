"""What students read about a question on Gradescope."""

import dataclasses

import pytest

from autograder.config import load_course
from autograder.figures import Matrix
from autograder.otter.testfiles import otter_config, run_otter_text
from autograder.otter.wording import all_passed, check_words, printed_words, sum_words
from autograder.records import CheckOutcome, Grade, QuestionGrade, Status, Verdict


def _check(name, verdict, message="", **others):
    return CheckOutcome(
        f"test_double.py::{name}", "T1.1", "values", verdict, "It doubles.", message, **others
    )


CHECKS = (
    _check("public", Verdict.PASSED, public=True),
    _check("first", Verdict.FAILED, "values differ", critical=True),
    _check("second", Verdict.FAILED, "values differ", critical=True),
    _check("third", Verdict.PASSED),
)
QUESTION = QuestionGrade(
    "T1.1",
    "Twice",
    ("double",),
    18,
    60,
    stretch=False,
    verdict=Verdict.FAILED,
    groups=(),
    checks=CHECKS,
    cap="At most 18 of 60 points.",
)
GRADE = Grade("hand-in", "00", Status.GRADED, 18, 100, 0, questions=(QUESTION,))


def test_words_about_public_checks_leave_out_the_others():
    """What shows at once says nothing of hidden checks, their cap included."""
    words = check_words(GRADE, QUESTION, public=True)
    assert words == "passed: 1 of 1 check on values"
    assert all_passed(QUESTION, public=True)


def test_words_about_hidden_checks_tell_each_failure_once():
    """Checks that failed alike are one entry with their number, and the cap stands first."""
    words = check_words(GRADE, QUESTION, public=False)
    assert words.splitlines() == [
        "At most 18 of 60 points.",
        "failed: It doubles. (values; 2 checks; limits the question's points)",
        "    values differ",
        "passed: 1 of 3 checks on values",
    ]
    assert not all_passed(QUESTION, public=False)


@pytest.mark.parametrize("public", [True, False])
def test_words_about_a_question_that_was_not_attempted_name_its_functions(public):
    """Nobody reads a list of failures about work that was not begun."""
    question = dataclasses.replace(QUESTION, verdict=Verdict.NOT_ATTEMPTED)
    assert check_words(GRADE, question, public=public) == "Not attempted yet: double."


def test_words_about_a_check_that_shows_a_picture_say_what_is_to_be_seen():
    """Plain text has no pictures: their words stand last, a line each, where their check does."""
    figure = Matrix.of("Confusion", "true", "said", [0, 1], [[3, 1], [0, 4]])
    question = dataclasses.replace(
        QUESTION, checks=(*CHECKS[:3], dataclasses.replace(CHECKS[3], figures=(figure,)))
    )
    assert check_words(GRADE, question, public=False).splitlines()[-1] == figure.alt
    assert figure.title not in check_words(GRADE, question, public=True)


def test_words_about_no_checks_say_so():
    """A question without public tests has a sentence in their place."""
    question = dataclasses.replace(QUESTION, checks=CHECKS[1:])
    assert check_words(GRADE, question, public=True) == "There are no public checks."


def test_words_are_free_of_terminal_sequences():
    """What a student's code put into a message cannot act on whoever reads the log."""
    bad = dataclasses.replace(CHECKS[1], message="\x1b[31mred\x07")
    question = dataclasses.replace(QUESTION, checks=(bad,))
    assert "\x1b" not in check_words(GRADE, question, public=False)
    assert "\x1b" not in printed_words(dataclasses.replace(GRADE, printed="\x1b[2Jhello"))[0]


def test_words_about_the_sum_name_every_question():
    """The raw points of each question and of all stand in lines of their own."""
    assert sum_words(GRADE, None).splitlines() == ["T1.1 Twice: 18 of 60", "18 of 100 points."]


def test_configuration_names_plugin_and_assignment_and_shows_nothing(tiny_course):
    """If the plugin were left out, Otter alone would show no hidden result."""
    course = load_course(tiny_course.root / "grading.yml")
    config = otter_config(course, "toy")
    assert config["plugins"] == [{"autograder.otter.plugin.CoursePlugin": {"assignment": "toy"}}]
    assert config["points_possible"] == 100
    assert not config["show_hidden"]
    assert not config["show_stdout"]


def test_start_program_is_python_and_finds_its_folder_by_itself():
    """The program works wherever the zip was unpacked: it names no folder."""
    text = run_otter_text()
    compile(text, "run_otter.py", "exec")
    assert "/autograder" not in text
