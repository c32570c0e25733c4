"""Otter's results with the course's score: points, visibility, and what students read."""

import dataclasses
import pickle
import warnings
from types import SimpleNamespace

import pytest

from autograder.errors import GraderFault
from autograder.otter.outcome import Kind, Outcome, QuestionOutcome, from_json, to_json
from autograder.otter.testfiles import test_file_text as otter_test_file

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Otter's own dependencies warn when they are imported
    from otter.run.run_autograder import AutograderConfig
    from otter.test_files import ExceptionTestFile, GradingResults

    from autograder.otter.entry import main
    from autograder.otter.plugin import CoursePlugin
    from autograder.otter.results import CourseResults, fill_in

QUESTIONS = (
    QuestionOutcome("T1.1", "Twice", 12.35, 60, True, "2 of 2", False, "too large by far"),
    QuestionOutcome("T1.2", "Mean", 40, 40, True, "1 of 1", True, "4 of 4"),
)
OUTCOME = Outcome(
    Kind.GRADED,
    score=47.12,
    max_points=100,
    questions=QUESTIONS,
    notes=("a note",),
    late="One day late: 10 % off.",
    sum="52.35 of 100 points.",
    hidden_results="after_due",
    identity={"suite": "sha256:0"},
    isolation={"landlock": "on"},
)


def _results(outcome, ids=("T1.1", "T1.2")):
    """Run the test files as Otter does, and pass the results through a pickle as it does."""
    points = {question.id: question.max_points for question in QUESTIONS}
    files = [ExceptionTestFile.from_string(otter_test_file(id_, points[id_])) for id_ in ids]
    for file in files:
        file.run({"autograder_outcome": outcome})
    return pickle.loads(pickle.dumps(GradingResults(files)))


def _document(outcome):
    results = _results(outcome)
    fill_in(results, outcome)
    return results.to_gradescope_dict(AutograderConfig({"points_possible": 100}))


def test_outcome_written_and_read_is_the_same():
    """What the driver found arrives unchanged, bytes that no encoding knows included."""
    assert from_json(to_json(OUTCOME)) == OUTCOME


def test_results_have_the_drivers_points_and_total():
    """Question points and total are ours to the last digit, whatever Otter would add up."""
    results = _results(OUTCOME)
    fill_in(results, OUTCOME)
    assert {name: results.get_score(name) for name in results.results} == {
        "T1.1": 12.35,
        "T1.2": 40,
    }
    assert results.total == 47.12
    assert [file.possible for file in results.results.values()] == [60, 40]


def test_results_survive_a_pickle():
    """Otter writes the results as a pickle: points, total and document come back."""
    results = _results(OUTCOME)
    fill_in(results, OUTCOME)
    again = pickle.loads(pickle.dumps(results))
    assert isinstance(again, CourseResults)
    assert again.total == 47.12


def test_document_shows_public_checks_and_lateness_at_once_and_no_more():
    """Points and hidden checks wait for what the policy says; the total is ours."""
    document = _document(OUTCOME)
    shown = {one["name"]: one["visibility"] for one in document["tests"]}
    assert shown == {
        "Public Tests": "visible",
        "Handed in late": "visible",
        "T1.1 Twice": "after_due_date",
        "T1.2 Mean": "after_due_date",
        "Sum": "after_due_date",
    }
    assert document["score"] == 47.12
    assert document["output"] == "a note"
    assert document["stdout_visibility"] == "hidden"
    at_once = str([one for one in document["tests"] if one["visibility"] == "visible"])
    assert "too large" not in at_once


@pytest.mark.parametrize(
    ("policy", "visibility"),
    [("never", "hidden"), ("after_due", "after_due_date"), ("after_published", "after_published")],
)
def test_document_hides_hidden_checks_as_the_policy_says(policy, visibility):
    """Each policy is the visibility of that meaning on Gradescope."""
    document = _document(dataclasses.replace(OUTCOME, hidden_results=policy, late=""))
    assert {one["visibility"] for one in document["tests"][1:]} == {visibility}


def test_document_of_an_unknown_policy_hides():
    """A word that this version does not know never shows more than it should."""
    document = _document(dataclasses.replace(OUTCOME, hidden_results="soon", late=""))
    assert {one["visibility"] for one in document["tests"][1:]} == {"hidden"}


def test_document_quotes_no_line_of_the_test_files():
    """Otter's message about a failed case, which quotes the test file, is replaced by ours."""
    document = str(_document(OUTCOME))
    assert "too large by far" in document
    assert "require" not in document
    assert "Error at line" not in document


def test_document_of_a_postponed_hand_in_has_only_the_public_checks():
    """No hidden result of a try beyond the limit is in the file at all; the earlier score is."""
    document = _document(dataclasses.replace(OUTCOME, kind=Kind.POSTPONED, score=61.5, late=""))
    assert [one["name"] for one in document["tests"]] == ["Public Tests"]
    assert document["score"] == 61.5


def test_document_of_a_refused_hand_in_is_one_sentence():
    """The reason is shown at once and nothing else is."""
    refused = Outcome(Kind.REFUSED, reason="Hand in `toy.py`.", max_points=100)
    document = _document(refused)
    assert [(one["output"], one["status"]) for one in document["tests"]] == [
        ("Hand in `toy.py`.", "failed")
    ]
    assert document["score"] == 0


@pytest.mark.parametrize("ids", [(), ("T1.1",)])
def test_results_without_some_question_are_a_grader_fault(ids):
    """A question of which Otter has no result never counts as nothing earned."""
    with pytest.raises(GraderFault, match=r"expected T1\.1, T1\.2"):
        fill_in(_results(OUTCOME, ids), OUTCOME)


def test_results_that_contradict_the_driver_are_a_grader_fault():
    """Where Otter's test case says passed and the driver failed, a person must look."""
    results = _results(OUTCOME)
    results.results["T1.1"].test_case_results[1].passed = True
    with pytest.raises(GraderFault, match=r"T1\.1: Otter's verdict differs"):
        fill_in(results, OUTCOME)


def _plugin(tmp_path):
    (tmp_path / "set_aside").mkdir()
    submission = tmp_path / "submission" / "driver.ipynb"
    return CoursePlugin(str(submission), {}, {"assignment": "toy"})


def test_plugin_without_an_outcome_raises_what_the_kernel_said(tmp_path):
    """A driver that left nothing is a grader error with the kernel's traceback in it."""
    results = _results(OUTCOME)
    output = {"output_type": "error", "traceback": ["ImportError: planted"]}
    results.notebook = SimpleNamespace(cells=[{"outputs": [output]}])
    with pytest.raises(GraderFault, match="ImportError: planted"):
        _plugin(tmp_path).after_grading(results)


def test_plugin_with_an_undecided_outcome_raises_its_details(tmp_path):
    """What the grader could not decide becomes an error for the instructor, and never a score."""
    undecided = Outcome(Kind.UNDECIDED, reason="could not decide", details=("a detail",))
    plugin = _plugin(tmp_path)
    (tmp_path / "set_aside" / "outcome.json").write_bytes(to_json(undecided))
    with pytest.raises(GraderFault, match="could not decide\na detail"):
        plugin.after_grading(_results(undecided))


def test_plugin_with_results_that_otter_lost_raises(tmp_path):
    """Otter's own failure to read its results, which it scores 0, is a grader error."""
    plugin = _plugin(tmp_path)
    (tmp_path / "set_aside" / "outcome.json").write_bytes(to_json(OUTCOME))
    with pytest.raises(GraderFault, match="planted"):
        plugin.after_grading(GradingResults.without_results(ValueError("planted")))


def test_plugin_report_names_isolation_and_versions(tmp_path):
    """The instructor reads behind which walls, and by which suite, a hand-in was graded."""
    plugin = _plugin(tmp_path)
    (tmp_path / "set_aside" / "outcome.json").write_bytes(to_json(OUTCOME))
    plugin.after_grading(_results(OUTCOME))
    report = plugin.generate_report()
    assert "Isolation in force:\n  landlock: on" in report
    assert "suite: sha256:0" in report


def test_start_program_that_fails_leaves_a_sentence_and_no_score(tmp_path, capsys):
    """An earlier score in the folder is gone, and the reason is printed for the instructor."""
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "results.json").write_text('{"score": 100}')
    assert main(str(tmp_path)) == 1
    text = (tmp_path / "results" / "results.json").read_text()
    assert "score" not in text
    assert "not your fault" in text
    assert "otter_config.json" in capsys.readouterr().out
