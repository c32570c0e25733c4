"""The workflows for GitHub: what they may do, what they refer to, and what their steps do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from autograder.config import load_course

COURSE = Path(__file__).resolve().parents[2]
STUDENTS = COURSE / "student_template" / ".github" / "workflows" / "check.yml"
GRADE = COURSE / ".github" / "workflows" / "grade.yml"
CI = COURSE / ".github" / "workflows" / "ci.yml"
WORKFLOWS = {path.name: path for path in (STUDENTS, GRADE, CI)}
ON = True  # YAML 1.1 takes the key `on` for a truth value
QUESTIONS = [
    {"id": "T1.1", "title": "Twice", "functions": ["double"], "points": 60, "stretch": False},
    {"id": "T1.2", "title": "Mean", "functions": ["mean"], "points": 40, "stretch": False},
    {"id": "T1.3", "title": "More", "functions": ["more"], "points": 5, "stretch": True},
]
TESTS = '''\
"""Public tests."""
import pytest
import toy


@pytest.mark.question("T1.1")
@pytest.mark.points(2)
def test_two():
    assert toy.double(1) == 2


@pytest.mark.question("T1.1")
def test_four():
    assert toy.double(2) == 4


@pytest.mark.question("T1.2")
def test_mean():
    assert toy.mean([1, 3]) == 2
'''


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path):
    """List the steps of all jobs of a workflow."""
    return [step for job in load(path)["jobs"].values() for step in job["steps"]]


def script(path, name):
    """Give the shell commands of a step."""
    (step,) = [step for step in steps(path) if step.get("name") == name]
    return step["run"]


def run_step(path, name, folder, **environment):
    """Run a step's commands as a runner does where `shell: bash` is set, in the checkout."""
    python = Path(sys.executable).parent
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script(path, name)],
        cwd=folder,
        env=os.environ | {"PATH": f"{python}:{os.environ['PATH']}"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def workspace(tmp_path):
    """Make a student's folder of the template, with an assignment of three questions."""
    folder = tmp_path / "workspace"
    shutil.copytree(COURSE / "student_template", folder)
    (folder / "test_toy.py").write_text(TESTS)
    (folder / "assignment.json").write_text(json.dumps({"questions": QUESTIONS}))
    return folder


@pytest.fixture
def check(workspace, tmp_path):
    """Run the student's workflow on a module."""

    def run(module):
        (workspace / "toy.py").write_text(module)
        summary = tmp_path / "summary.md"
        ran = run_step(
            STUDENTS, "Run the public tests", workspace, GITHUB_STEP_SUMMARY=str(summary)
        )
        return ran, summary.read_text()

    return run


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_may_only_read(name):
    """A workflow's token can read the repository and do nothing else."""
    workflow = load(WORKFLOWS[name])
    assert workflow["permissions"] == {"contents": "read"}
    assert not any("permissions" in job for job in workflow["jobs"].values())


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_actions_have_a_version_and_keep_no_token(name):
    """Actions are GitHub's own at a version, and a checkout leaves no token behind."""
    for step in steps(WORKFLOWS[name]):
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_step_fails_with_the_first_part_of_a_pipe(name):
    """A failed grader is no success because `tee` was one: bash is named, so pipefail is set."""
    assert load(WORKFLOWS[name])["defaults"] == {"run": {"shell": "bash"}}
    assert not any("shell" in step for step in steps(WORKFLOWS[name]))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_job_ends_by_itself(name):
    """A job that hangs is ended before GitHub's six hours."""
    assert all(0 < job["timeout-minutes"] < 360 for job in load(WORKFLOWS[name])["jobs"].values())


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_input_never_becomes_part_of_a_command(name):
    """What somebody typed reaches a shell as a variable, never as text of the command."""
    assert not any("${{" in step.get("run", "") for step in steps(WORKFLOWS[name]))


@pytest.mark.parametrize(
    ("root", "path"),
    [(COURSE / "student_template", STUDENTS), (COURSE, GRADE), (COURSE, CI)],
    ids=["check", "grade", "ci"],
)
def test_workflow_paths_exist(root, path):
    """Every file of the repository that a step names is there."""
    named = re.findall(
        r"(?:(?:\.github|requirements|\.ci)/[\w./-]+|requirements\.txt)", path.read_text()
    )
    assert named
    for name in named:
        assert (root / name).is_file(), name


def test_students_workflow_runs_on_every_push_and_shares_nothing():
    """It runs when a student pushes, on a hosted runner, and knows no secret."""
    assert "push" in load(STUDENTS)[ON]
    assert {job["runs-on"] for job in load(STUDENTS)["jobs"].values()} == {"ubuntu-latest"}
    assert "secrets." not in STUDENTS.read_text()


def test_students_workflow_of_right_work_passes_with_all_points(check):
    """Right work is green, and the summary has a line a question and the sum."""
    ran, summary = check("def double(x): return 2 * x\ndef mean(x): return sum(x) / len(x)\n")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "| T1.1 Twice | 2 of 2 | 60 of 60 |" in summary
    assert "| T1.3 More (bonus) | none | 0 of 5 |" in summary
    assert "**100 of 100 points, and 0 of 5 bonus** by the public tests." in summary
    assert summary.startswith("## Public tests\n")


def test_students_workflow_of_partly_right_work_fails_with_some_points(check):
    """A test counts what its marker says; the run is red while one fails."""
    ran, summary = check("def double(x): return x + 1\n")
    assert ran.returncode == 1
    assert "| T1.1 Twice | 1 of 2 | 40 of 60 |" in summary
    assert "| T1.2 Mean | 0 of 1 | 0 of 40 |" in summary
    assert "AttributeError" in ran.stdout


@pytest.mark.parametrize("module", ["def double(:\n", "raise SystemExit(0)\n", "import nothing\n"])
def test_students_workflow_of_code_that_does_not_load_says_so(check, module):
    """Code that stops while it is imported earns nothing, and is never green."""
    ran, summary = check(module)
    assert ran.returncode != 0
    assert "could not be loaded" in summary
    assert "**0 of 100 points" in summary


def test_students_script_without_facts_still_counts(check, workspace):
    """Where assignment.json is missing, the questions are those of the tests."""
    (workspace / "assignment.json").unlink()
    _, summary = check("def double(x): return 2 * x\n")
    assert "| T1.1 | 2 of 2 | 1 of 1 |" in summary


@pytest.mark.parametrize(
    "assignment", yaml.safe_load((COURSE / "grading.yml").read_text())["order"]
)
def test_students_workflow_of_each_assignment_counts_every_question(assignment, workspace):
    """The tests of the course's own assignments all name their question."""
    (workspace / "test_toy.py").unlink()
    (workspace / "assignment.json").unlink()
    shutil.copytree(COURSE / "assignments" / assignment, workspace, dirs_exist_ok=True)
    shutil.copy(COURSE / "solutions" / f"{assignment}.py", workspace)
    ran = run_step(STUDENTS, "Run the public tests", workspace, GITHUB_STEP_SUMMARY="")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    count = len(load_course(COURSE / "grading.yml").assignments[assignment].questions)
    assert f"**{count} of {count} points** by the public tests." in ran.stdout


def test_grading_plan_sends_gpu_assignments_to_the_courses_own_runner(tiny_course, tmp_path):
    """An assignment that asks for a GPU goes to a runner that has one, any other is hosted.

    Each gets the packages that it needs: TensorFlow where networks are trained.
    """
    (tiny_course.root / ".github").mkdir()
    shutil.copy(COURSE / ".github" / "plan_grading.py", tiny_course.root / ".github")
    output = tmp_path / "output"
    text = tiny_course.texts["grading.yml"]
    hosted, own = ["ubuntu-latest"], ["self-hosted", "linux", "x64", "gpu"]
    for more, runner, packages in (
        ("", hosted, "core"),
        ("    runtime: keras\n", hosted, "full"),
        ("    runtime: keras\n    resources: {gpus: 1}\n", own, "gpu"),
    ):
        tiny_course.write("grading.yml", text + more)
        ran = run_step(
            GRADE,
            "Choose the runners",
            tiny_course.root,
            ASSIGNMENT="all",
            GITHUB_OUTPUT=str(output),
        )
        assert ran.returncode == 0, ran.stderr
        name, _, value = output.read_text().partition("=")
        output.unlink()
        (row,) = json.loads(value)
        assert (name, row["assignment"], row["runner"]) == ("matrix", "toy", runner)
        assert row["requirements"] == f"requirements/{packages}.txt"
        assert (COURSE / row["requirements"]).is_file()


def test_grading_plan_of_an_unknown_assignment_stops_with_the_nearest(tmp_path):
    """A misspelt assignment ends the run in words before a runner is taken."""
    ran = run_step(
        GRADE,
        "Choose the runners",
        COURSE,
        ASSIGNMENT="activation",
        GITHUB_OUTPUT=str(tmp_path / "output"),
    )
    assert ran.returncode == 1
    assert "did you mean activations?" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_grading_plan_of_all_with_one_number_is_refused(tmp_path):
    """A Classroom number belongs to one assignment, and is not graded as several."""
    ran = run_step(
        GRADE,
        "Choose the runners",
        COURSE,
        ASSIGNMENT="all",
        CLASSROOM="7",
        GITHUB_OUTPUT=str(tmp_path / "output"),
    )
    assert ran.returncode == 1
    assert "name it instead of all" in ran.stderr
    assert not (tmp_path / "output").exists()


def git(folder, *arguments):
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def clones(tmp_path):
    """Make a folder of students' repositories, as GitHub Classroom's tool clones them."""
    (tmp_path / ".github").mkdir()
    shutil.copy(COURSE / ".github" / "collect_hand_ins.sh", tmp_path / ".github")
    for student in ("toys-ann", "toys-bob"):
        folder = tmp_path / "clones" / "toys-submissions" / student
        shutil.copytree(COURSE / "student_template", folder)
        for name in ("toy.py", "parts/more.py", "test_toy.py", "tests/T1.1.py"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(f"# {student}\n")
        (folder / "link.py").symlink_to("/etc/hostname")
        git(folder, "init", "--quiet")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--message", "work")
        (folder / "forgotten.py").write_text("# never added\n")
    return tmp_path


def test_collecting_takes_the_code_of_each_repository_and_no_more(clones):
    """Each student's folder has the code that was pushed, without tests; the clones are gone."""
    ran = run_step(GRADE, "Take the code of each repository", clones, ASSIGNMENT="toys")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "2 hand-ins in hand-ins/toys\n"
    found = {
        path.relative_to(clones / "hand-ins" / "toys").as_posix()
        for path in (clones / "hand-ins").rglob("*")
        if not path.is_dir()
    }
    names = ("link.py", "parts/more.py", "toy.py")
    assert found == {f"{student}/{name}" for student in ("toys-ann", "toys-bob") for name in names}
    assert (clones / "hand-ins" / "toys" / "toys-ann" / "link.py").is_symlink()
    assert not (clones / "clones").exists()


def test_collecting_nothing_is_an_error(tmp_path):
    """A class without a repository is told, not graded as an empty one."""
    (tmp_path / "clones").mkdir()
    collect = ["bash", str(COURSE / ".github" / "collect_hand_ins.sh"), "clones", "hand-ins"]
    ran = subprocess.run(collect, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "no repository in clones" in ran.stderr


@pytest.mark.parametrize("submitted", ["", "times.csv"])
def test_grading_step_grades_the_class_with_and_without_times(tiny_course, submitted):
    """The step grades every hand-in, keeps its results, and passes on the table of times."""
    due = "    due: 2026-10-20 23:59\nlate: {percent_per_day: 10}\n"
    tiny_course.write("grading.yml", tiny_course.texts["grading.yml"] + due)
    tiny_course.write("hand-ins/toy/ann/toy.py", tiny_course.texts["solutions/toy.py"])
    tiny_course.write("times.csv", "submission,submitted\nann,2026-10-21T12:00:00Z\n")
    commands = script(GRADE, "Grade")
    assert "--isolation strict" in commands
    # What this machine isolates is not the question here.
    loose = commands.replace("--isolation strict", "--isolation best-effort")
    python = Path(sys.executable).parent
    ran = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", loose],
        cwd=tiny_course.root,
        env=os.environ
        | {
            "PATH": f"{python}:{os.environ['PATH']}",
            "ASSIGNMENT": "toy",
            "AUTOGRADER_SECRET": "a secret of this test",
            "SUBMITTED": submitted,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    # What is printed between the two can hold names of students, and no command to the runner.
    begin, *_, end = ran.stdout.splitlines()
    assert re.fullmatch("::stop-commands::[0-9a-f]{32}", begin)
    assert end == f"::{begin.removeprefix('::stop-commands::')}::"
    results = tiny_course.root / "results"
    (grade,) = json.loads((results / "grades.json").read_text())["grades"]
    assert grade["points"] == 100
    assert grade.get("late", {}).get("final_points") == (90 if submitted else None)
    assert (results / "pages" / "index.html").is_file()
    assert "Toys" in (results / "table.txt").read_text()


def test_ci_workflow_does_what_the_project_does():
    """Continuous integration is the project's own script, which can be run."""
    assert script(CI, "Run every check") == ".ci/run"
    assert os.access(COURSE / ".ci" / "run", os.X_OK)
