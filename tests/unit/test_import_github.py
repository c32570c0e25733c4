"""A folder of clones: whose they are, when they came, and what must not run."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from autograder.config import IntakeLimits
from autograder.errors import InstructorError
from autograder.imports import Person, Request
from autograder.imports.github import read_github

LIMITS = IntakeLimits(files=5, file_kib=16, total_kib=64, archive_ratio=100)
GRADES = """\
assignment_name,assignment_url,starter_code_url,github_username,roster_identifier,\
student_repository_name,student_repository_url,submission_timestamp,points_awarded,points_available
Toys,u,u,Ann-Lee,s1,toys-ann-lee,u,2026-10-20 21:58:59 UTC,0,100
Toys,u,u,bob,bob@example.org,toys-bob,u,2026-10-20 21:58,0,100
"""
COMMITTED = datetime(2026, 10, 19, 10, 0, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Make one repository, whose commit has an author's date before the committer's."""
    folder = tmp_path_factory.mktemp("repository") / "toys"
    folder.mkdir()
    (folder / "toy.py").write_text("x = 1\n")
    environment = os.environ | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_DATE": "2026-10-19T10:00:00Z",
        "GIT_COMMITTER_DATE": "2026-10-19T12:00:05+0200",
    }
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    for command in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "first")):
        subprocess.run(["git", *command], cwd=folder, env=environment, check=True)
    return folder


@pytest.fixture
def clones(tmp_path, repository):
    """Copy the repository for each student, and read the folder."""
    folder = tmp_path / "toys-submissions"
    folder.mkdir()

    def read(*names, table="", assignment="", folder=folder):
        for name in names:
            shutil.copytree(repository, folder / name)
        path = None
        if table:
            path = tmp_path / "grades.csv"
            path.write_text(table)
        with ExitStack() as opened:
            return read_github(Request(folder, LIMITS, opened, path, assignment))

    read.folder = folder
    return read


def test_read_github_takes_the_work_tree_without_git(clones):
    """The files are those of the clone, the time is the later one of the last commit."""
    found = clones("toys-ann-lee")
    (one,) = found.hand_ins
    assert [member.path for member in one.members] == ["toy.py"]
    assert one.people == (Person("ann-lee", ("ann-lee",)),)
    assert one.submitted == COMMITTED
    assert "which its author can set to anything, for `toys-ann-lee`" in found.notes[0]


def test_read_github_with_grades_knows_students_and_the_time_of_the_push(clones):
    """Classroom's table tells whose a repository is; a time without an offset is not used."""
    found = clones("toys-ann-lee", "toys-bob", table=GRADES)
    ann, bob = found.hand_ins
    assert ann.people == (Person("Ann-Lee", ("s1", "Ann-Lee"), "", "s1"),)
    assert ann.submitted == datetime(2026, 10, 20, 21, 58, 59, tzinfo=UTC)
    assert bob.people[0].email == "bob@example.org"
    assert bob.submitted == COMMITTED
    assert len(found.notes) == 1
    assert "`toys-bob`" in found.notes[0]
    assert "ann-lee" not in found.notes[0]


def test_read_github_with_a_groups_repository_has_several_people(clones):
    """Of a group's repository, every member is somebody who handed in."""
    group = GRADES.replace("toys-bob", "toys-ann-lee")
    assert [one.own for one in clones("toys-ann-lee", table=group).hand_ins[0].people] == [
        "Ann-Lee",
        "bob",
    ]


def test_read_github_with_a_classroom_roster_goes_by_user_names(clones):
    """The classroom's roster names users, whatever their capitals, and no repositories."""
    table = "identifier,github_username,github_id,name\ns1,Ann-Lee,1,\ns2,,,\n"
    assert clones("toys-ann-lee", table=table).hand_ins[0].people[0].ids == ("s1", "Ann-Lee")


@pytest.mark.parametrize(
    ("assignment", "user"), [("toys", "ann-lee"), ("TOYS", "ann-lee"), ("", ""), ("games", "")]
)
def test_read_github_needs_to_know_where_the_user_begins(clones, tmp_path, assignment, user):
    """Both names can hold dashes: without the assignment's name, nobody is named."""
    folder = tmp_path / "clones"
    folder.mkdir()
    person = clones("toys-ann-lee", assignment=assignment, folder=folder).hand_ins[0].people[0]
    assert person.ids == ((user,) if user else ())
    assert bool(person.doubt) is not bool(user)


def test_read_github_of_a_hostile_clone_runs_nothing(clones, tmp_path):
    """No hook, filter, monitor, helper or transport of a clone is started to read its date."""
    mark = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    clones("toys-eve")
    git = clones.folder / "toys-eve" / ".git"
    for hook in ("post-checkout", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(program, git / "hooks" / hook)
    (clones.folder / "toys-eve" / ".gitattributes").write_text("* filter=evil diff=evil\n")
    with (git / "config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {program}\n\tpager = {program}\n\tsshCommand = {program}\n"
            f"\trepositoryformatversion = 1\n[log]\n\tshowSignature = true\n"
            f"[gpg]\n\tprogram = {program}\n[diff]\n\texternal = {program}\n"
            f'[filter "evil"]\n\tclean = {program}\n\tsmudge = {program}\n'
            f"[credential]\n\thelper = {program}\n[extensions]\n\tpartialClone = origin\n"
            f'[remote "origin"]\n\turl = ext::{program}\n\tpromisor = true\n'
            f"\tuploadpack = {program}\n[protocol]\n\tallow = always\n"
        )
    assert clones().hand_ins[0].submitted == COMMITTED
    assert not mark.exists()
    shutil.rmtree(git / "objects")
    (git / "objects").mkdir()
    found = clones()
    assert found.hand_ins[0].submitted is None
    assert "no time is known for `toys-eve`" in found.notes[0]
    assert not mark.exists()


def test_read_github_of_a_folder_whose_git_is_elsewhere_reads_nothing(clones, repository):
    """A `.git` that is a file or a link leads elsewhere; so does a link in the place of a clone."""
    clones("toys-ann-lee")
    for name in ("toys-file", "toys-link"):
        (clones.folder / name).mkdir()
    (clones.folder / "toys-file" / ".git").write_text(f"gitdir: {repository / '.git'}\n")
    (clones.folder / "toys-link" / ".git").symlink_to(repository / ".git")
    (clones.folder / "toys-whole").symlink_to(repository)
    found = clones()
    assert [one.source for one in found.hand_ins] == ["toys-ann-lee"]
    assert [stray.partition(":")[0] for stray in found.strays] == [
        "toys-file",
        "toys-link",
        "toys-whole",
    ]


def test_read_github_of_a_clone_with_a_link_says_so(clones, tmp_path):
    """A link in a work tree is not followed; the hand-in is refused."""
    clones("toys-ann-lee")
    (clones.folder / "toys-ann-lee" / "more.py").symlink_to(tmp_path)
    assert "symbolic link" in clones().hand_ins[0].fault


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("name\nx\n", "expected a column github_username"),
        ("github_username\nann\nANN\n", "expected each student once; found ANN"),
    ],
)
def test_read_github_with_another_table_is_refused(clones, table, words):
    """A table that is not Classroom's is refused in words."""
    with pytest.raises(InstructorError) as caught:
        clones("toys-ann-lee", table=table)
    assert words in str(caught.value)


def test_read_github_of_a_folder_without_clones_is_refused(clones):
    """A folder that holds no clone is not read as one that does."""
    with pytest.raises(InstructorError, match="no folder in it holds"):
        clones()
