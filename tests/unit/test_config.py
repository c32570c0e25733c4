"""Reading `grading.yml`: what a right file gives, and what each mistake is told as."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from autograder.config import Course, Limits, load_course
from autograder.config.limits import LimitName
from autograder.errors import ConfigError, InstructorError, nearest_name

COURSE = (Path(__file__).parents[1] / "data" / "course.yml").read_text(encoding="utf-8")


def load(folder: Path, text: str | bytes) -> Course:
    path = folder / "grading.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_course(path)


def complaint(folder: Path, text: str | bytes) -> str:
    """Give what is said about a file, without the folder's name."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return str(caught.value).replace(f"{folder}/", "")


def changed(old: str, new: str) -> str:
    assert COURSE.count(old) == 1, f"{old!r} is not once in the course"
    return COURSE.replace(old, new)


def test_load_course_right_file_gives_every_value(tmp_path: Path) -> None:
    """Every value of the file is in the record that it belongs to."""
    course = load(tmp_path, COURSE)
    volume = course.assignments["shapes"].questions["A1.2"]
    assert course.course.title == "A course"
    assert course.order == ("shapes", "sounds")
    assert course.score.group_weights == {"example": 15, "values": 60, "hygiene": 25}
    assert course.tolerances["forward"]["float32"].rtol == 1e-4
    assert course.rules.forbidden_names == ("eval", "numpy.random.seed")
    assert course.limits.memory_mib == 512
    assert course.intake.archive_ratio == 100
    assert course.assignments["sounds"].speed.ratio == 60
    assert volume.forbid.names == ("area", "numpy.prod")
    assert (volume.forbid.loops, volume.forbid.group, volume.forbid.critical) == (
        True,
        "values",
        True,
    )


def test_load_course_optional_keys_left_out_have_defaults(tmp_path: Path) -> None:
    """A question is core and forbids nothing unless it says so."""
    area = load(tmp_path, COURSE).assignments["shapes"].questions["A1.1"]
    assert (area.stretch, area.forbid.names, area.forbid.loops) == (False, (), False)
    assert (area.forbid.group, area.forbid.critical) == ("hygiene", False)


def test_load_course_times_are_local_and_keep_their_seconds(tmp_path: Path) -> None:
    """Due times have no offset: the course's zone is meant, and seconds may be left out."""
    course = load(tmp_path, COURSE)
    sounds = course.assignments["sounds"]
    assert str(course.zone) == "Europe/Berlin"
    assert (str(sounds.due), course.assignments["shapes"].due) == ("2026-10-20 23:59:00", None)
    assert {name: str(time) for name, time in sounds.extensions.items()} == {
        "s-07": "2026-10-22 12:00:00",
        "ann@example.org": "2026-10-27 23:59:30",
    }


def test_policies_of_an_assignment_are_the_courses_but_for_its_own_keys(tmp_path: Path) -> None:
    """An assignment's key wins, also where it is null; the others are the course's."""
    course = load(tmp_path, COURSE)
    assert course.late_policy("shapes") == course.late
    own = course.late_policy("sounds")
    assert (own.grace_minutes, own.percent_per_day, own.cutoff_days) == (15, 20, None)
    release = course.release_policy("sounds")
    assert (release.hidden_results, release.tries_per_day) == ("after_due", 3)
    assert course.release_policy("shapes") == course.release
    for accessor in (course.late_policy, course.release_policy):
        with pytest.raises(InstructorError, match="did you mean shapes"):
            accessor("shape")


def test_policies_left_out_cost_nothing_and_limit_nothing(tmp_path: Path) -> None:
    """A course that says nothing of time has no due times, no penalty and no limit."""
    text = COURSE[: COURSE.index("    due:")].replace(", time_zone: Europe/Berlin", "")
    course = load(tmp_path, text)
    assert str(course.zone) == "UTC"
    late = course.late_policy("sounds")
    assert (late.grace_minutes, late.percent_per_day, late.cutoff_days) == (0, 0, None)
    release = course.release_policy("sounds")
    assert (release.hidden_results, release.tries_per_day) == ("after_published", None)
    sounds = course.assignments["sounds"]
    assert (sounds.due, sounds.extensions, sounds.resources.gpus) == (None, {}, 0)


def test_assignment_dumped_has_nothing_that_changes_no_raw_score(tmp_path: Path) -> None:
    """What a suite's digest covers is the same with and without an extension."""
    with_times = load(tmp_path, COURSE).assignments["sounds"].model_dump(mode="json")
    text = COURSE[: COURSE.index("    due:")] + "    runtime: keras\n"
    assert load(tmp_path, text).assignments["sounds"].model_dump(mode="json") == with_times


def test_max_points_with_stretch_counts_the_core_only(tmp_path: Path) -> None:
    """Stretch points are no part of what an assignment is worth."""
    assert load(tmp_path, COURSE).assignments["shapes"].max_points == 100


def test_course_record_changed_is_refused(tmp_path: Path) -> None:
    """A policy cannot change while it is graded by."""
    course = load(tmp_path, COURSE)
    with pytest.raises(ValidationError, match="frozen"):
        course.score.critical_cap = 100


def test_course_pickled_stays_the_same(tmp_path: Path) -> None:
    """A policy can be handed to another process of the grader."""
    course = load(tmp_path, COURSE)
    assert pickle.loads(pickle.dumps(course)) == course


def test_assignment_known_id_gives_its_policy(tmp_path: Path) -> None:
    """An assignment is found by its id."""
    assert load(tmp_path, COURSE).assignment("sounds").title == "Sounds"


def test_assignment_unknown_id_names_the_nearest(tmp_path: Path) -> None:
    """A misspelt assignment is told with the one that was meant."""
    with pytest.raises(InstructorError) as caught:
        load(tmp_path, COURSE).assignment("shape")
    assert str(caught.value) == (
        "assignment 'shape': expected one of shapes, sounds; did you mean shapes?"
    )


GOLDEN = {
    "unknown key": (
        ("critical_cap", "critcal_cap"),
        "grading.yml:5: score.critcal_cap: expected a known key\n    did you mean critical_cap?",
    ),
    "unknown key like no other": (
        ("{ratio: 20, floor_ms: 20}", "{ratio: 20, floor_ms: 20, zeal: 1}"),
        (
            "grading.yml:30: assignments.shapes.speed.zeal: expected a known key\n"
            "    remove it: the keys here are ratio, floor_ms"
        ),
    ),
    "missing key": (
        ("        points: 40\n", ""),
        (
            "grading.yml:33: assignments.shapes.questions.A1.2.points: "
            "expected this key; it is missing\n    add it"
        ),
    ),
    "points with too many decimals": (
        ("points: 8, stretch", "points: 8.001, stretch"),
        (
            "grading.yml:38: assignments.shapes.questions.A1.3.points: "
            "expected points with at most 2 decimals; found 8.001"
        ),
    ),
    "number in quotes": (
        ("memory_mib: 512", 'memory_mib: "512"'),
        (
            'grading.yml:20: limits.memory_mib: expected a whole number; found the text "512"\n'
            "    write it without quotes: 512"
        ),
    ),
    "exponent that YAML takes for text": (
        ("rtol: 1.0e-9", "rtol: 1e-9"),
        (
            "grading.yml:9: tolerances.forward.float64.rtol: expected a number; "
            'found the text "1e-9"\n    write 1.0e-9: YAML needs the point and the sign'
        ),
    ),
    "number with its unit": (
        ("memory_mib: 512", "memory_mib: 512 MiB"),
        (
            'grading.yml:20: limits.memory_mib: expected a whole number; found the text "512 MiB"\n'
            "    write digits, and no unit: it is in the key's name"
        ),
    ),
    "fraction where a count is due": (
        ("open_files: 64", "open_files: 6.5"),
        (
            "grading.yml:22: limits.open_files: expected a whole number; found 6.5\n"
            "    write it without a point"
        ),
    ),
    "negative limit": (
        ("call_wall_seconds: 10", "call_wall_seconds: -10"),
        "grading.yml:16: limits.call_wall_seconds: expected a number above 0; found -10",
    ),
    "infinite limit": (
        ("call_wall_seconds: 10", "call_wall_seconds: .inf"),
        "grading.yml:16: limits.call_wall_seconds: expected a finite number; found inf",
    ),
    "text where a truth value is due": (
        ("loops: true", "loops: 1"),
        (
            "grading.yml:37: assignments.shapes.questions.A1.2.forbid.loops: "
            "expected true or false; found 1\n    write true or false, without quotes"
        ),
    ),
    "nothing where a mapping is due": (
        ("intake: {files: 50, file_kib: 512, total_kib: 4096, archive_ratio: 100}", "intake:"),
        (
            "grading.yml:25: intake: expected a mapping; found nothing\n"
            "    write its keys below it, indented, as key: value"
        ),
    ),
    "text where a list is due": (
        ("order: [shapes, sounds]", "order: shapes"),
        (
            'grading.yml:2: order: expected a list; found the text "shapes"\n'
            "    write it in square brackets, with commas between"
        ),
    ),
    "cap above the whole": (
        ("critical_cap: 30", "critical_cap: 130"),
        "grading.yml:5: score.critical_cap: expected a number of 100 or less; found 130",
    ),
    "weights that fall short": (
        ("values: 60", "values: 59.5"),
        (
            "grading.yml:4: score.group_weights: expected weights that add up to 100; "
            "found 99.5 (example 15, values 59.5, hygiene 25)\n    add 0.5 more"
        ),
    ),
    "no group for broken rules": (
        ("hygiene: 25", "manners: 25"),
        (
            "grading.yml:4: score.group_weights: expected a group hygiene: "
            "broken exercise rules count in it\n    add it"
        ),
    ),
    "points that exceed": (
        ("points: 60", "points: 62"),
        (
            "grading.yml:31: assignments.shapes.questions: expected points of the core questions "
            "that add up to 100; found 102 (A1.1 62, A1.2 40)\n"
            "    take 2 away, or look at stretch: its points do not count here"
        ),
    ),
    "order with an unknown assignment": (
        ("order: [shapes, sounds]", "order: [shape, sounds]"),
        (
            "grading.yml:2: order[0]: expected the id of an assignment; found shape\n"
            "    did you mean shapes?"
        ),
    ),
    "order without an assignment": (
        ("order: [shapes, sounds]", "order: [shapes]"),
        (
            "grading.yml:2: order: expected every assignment; found no sounds\n"
            "    add it where students meet it"
        ),
    ),
    "order with an assignment twice": (
        ("order: [shapes, sounds]", "order: [shapes, sounds, shapes]"),
        (
            "grading.yml:2: order[2]: expected each assignment once; found shapes again\n"
            "    remove one"
        ),
    ),
    "unknown group": (
        ("group: values", "group: valeus"),
        (
            "grading.yml:37: assignments.shapes.questions.A1.2.forbid.group: expected a group of "
            "score.group_weights (example, values, hygiene); found valeus\n    did you mean values?"
        ),
    ),
    "unknown tolerance": (
        ("Shapes\n    tolerance: forward", "Shapes\n    tolerance: foward"),
        (
            "grading.yml:29: assignments.shapes.tolerance: expected a name of tolerances "
            "(forward); "
            "found foward\n    did you mean forward?"
        ),
    ),
    "tolerance of an unknown dtype": (
        ("    float32:", "    float23:"),
        (
            "grading.yml:10: tolerances.forward.float23: expected 'float64' or 'float32'; "
            'found the text "float23"\n    did you mean float32?'
        ),
    ),
    "tolerance without a dtype": (
        ("    float32: {rtol: 1.0e-4, atol: 1.0e-5}\n", ""),
        "grading.yml:8: tolerances.forward.float32: expected this key; it is missing\n    add it",
    ),
    "function of two questions": (
        ("functions: [volume]", "functions: [area]"),
        (
            "grading.yml:35: assignments.shapes.questions.A1.2.functions[0]: expected each "
            "function "
            "once; found area, which is in A1.1.functions[0] too\n    remove one of the two"
        ),
    ),
    "function that Python cannot name": (
        ("functions: [volume]", "functions: [vol-ume]"),
        (
            "grading.yml:35: assignments.shapes.questions.A1.2.functions[0]: expected a name that "
            'Python can define; found the text "vol-ume"\n'
            "    use letters, digits and underscores, and begin with a letter"
        ),
    ),
    "GPUs where nothing computes on one": (
        ("    runtime: keras\n", ""),
        (
            "grading.yml:49: assignments.sounds.resources.gpus: expected 0 where the runtime is "
            "numpy, which computes on no GPU; found 1\n"
            "    remove it, or write runtime: keras below the assignment"
        ),
    ),
    "time zone of no place": (
        ("Europe/Berlin", "Europe/Berln"),
        (
            "grading.yml:1: course.time_zone: expected a time zone such as Europe/Berlin; "
            'found the text "Europe/Berln"\n    did you mean Europe/Berlin?'
        ),
    ),
    "time zone like no other": (
        ("Europe/Berlin", "xyz"),
        (
            "grading.yml:1: course.time_zone: expected a time zone such as Europe/Berlin; "
            'found the text "xyz"\n    write the IANA name, a region and a city'
        ),
    ),
    "due on a day without its time": (
        ("due: 2026-10-20 23:59", "due: 2026-10-20"),
        (
            "grading.yml:45: assignments.sounds.due: expected a local date and time such as "
            "2026-10-20 23:59; found 2026-10-20\n"
            "    write year-month-day, a space, hour:minute of the course's time zone"
        ),
    ),
    "due with an offset": (
        ("due: 2026-10-20 23:59", "due: 2026-10-20 23:59:00+02:00"),
        (
            "grading.yml:45: assignments.sounds.due: expected a local time without an offset: "
            "course.time_zone says it; found 2026-10-20 23:59:00+02:00\n"
            "    write year-month-day, a space, hour:minute of the course's time zone"
        ),
    ),
    "due on a day that no calendar has": (
        ("due: 2026-10-20 23:59", "due: 2026-09-31 23:59"),
        (
            "grading.yml:45: assignments.sounds.due: expected a date and a time that exist; "
            'found the text "2026-09-31 23:59"\n'
            "    write year-month-day, a space, hour:minute of the course's time zone"
        ),
    ),
    "due with seconds on a day that no calendar has": (
        ("due: 2026-10-20 23:59", "due: 2026-09-31 23:59:00"),
        (
            "grading.yml:45: assignments.sounds.due: expected a date and a time that exist; "
            "found 2026-09-31 23:59:00\n    look at the calendar"
        ),
    ),
    "due when the clocks go forward": (
        ("due: 2026-10-20 23:59", "due: 2026-03-29 02:30"),
        (
            "grading.yml:45: assignments.sounds.due: expected a time that Europe/Berlin has once; "
            "found 2026-03-29 02:30, which never comes: the clocks go forward\n"
            "    write a time an hour earlier or later"
        ),
    ),
    "extension when the clocks go back": (
        ("2026-10-22 12:00", "2026-10-25 02:30"),
        (
            "grading.yml:46: assignments.sounds.extensions.s-07: expected a time that "
            "Europe/Berlin has once; found 2026-10-25 02:30, which comes twice: the clocks go "
            "back\n    write a time an hour earlier or later"
        ),
    ),
    "extension before the due time": (
        ("2026-10-22 12:00", "2026-10-02 12:00"),
        (
            "grading.yml:46: assignments.sounds.extensions.s-07: expected a time after the due "
            "time 2026-10-20 23:59; found 2026-10-02 12:00\n"
            "    an extension only ever gives more time"
        ),
    ),
    "extension of a student who has one": (
        ("ann@example.org", "S-07"),
        (
            "grading.yml:46: assignments.sounds.extensions.S-07: expected each student once; "
            "found s-07 too, which is the same\n    remove one of the two"
        ),
    ),
    "extension of nobody": (
        ("ann@example.org", '" "'),
        (
            "grading.yml:46: assignments.sounds.extensions. : expected a student's id or address "
            'of mail; found the text " "\n    write it in quotes, without spaces around it'
        ),
    ),
    "extension without a due time": (
        ("    due: 2026-10-20 23:59\n", ""),
        (
            "grading.yml:45: assignments.sounds.extensions: expected a due time to extend\n"
            "    add due to the assignment"
        ),
    ),
    "cut-off within the grace": (
        ("grace_minutes: 15", "grace_minutes: 8000"),
        (
            "grading.yml:51: late.cutoff_days: expected a cut-off after the grace of 8000 minutes; "
            "found 5 days, which are 7200 minutes\n    raise cutoff_days or lower grace_minutes"
        ),
    ),
    "cut-off within the course's grace": (
        ("percent_per_day: 20, cutoff_days: null", "grace_minutes: 10000"),
        (
            "grading.yml:47: assignments.sounds.late.grace_minutes: expected a cut-off after the "
            "grace of 10000 minutes; found 5 days, which are 7200 minutes\n"
            "    raise cutoff_days or lower grace_minutes"
        ),
    ),
    "more than everything a day": (
        ("percent_per_day: 10,", "percent_per_day: 110,"),
        "grading.yml:51: late.percent_per_day: expected a number of 100 or less; found 110",
    ),
    "misspelt key of a rule of the assignment": (
        ("{tries_per_day: 3}", "{trys_per_day: 3}"),
        (
            "grading.yml:48: assignments.sounds.release.trys_per_day: expected a known key\n"
            "    did you mean tries_per_day?"
        ),
    ),
    "unknown time of showing": (
        ("after_due", "afterdue"),
        (
            "grading.yml:52: release.hidden_results: expected 'never', 'after_due' or "
            "'after_published'; found the text \"afterdue\"\n    did you mean after_due?"
        ),
    ),
    "no function": (
        ("functions: [volume]", "functions: []"),
        (
            "grading.yml:35: assignments.shapes.questions.A1.2.functions: expected at least "
            "1 entry; "
            "found an empty list"
        ),
    ),
    "forbidden name of nothing": (
        ("names: [area,", "names: [aera,"),
        (
            "grading.yml:37: assignments.shapes.questions.A1.2.forbid.names[0]: expected a dotted "
            "name, a builtin, an allowed import or a function of the assignment; found aera\n"
            "    did you mean area?"
        ),
    ),
    "question id with a space": (
        ("A1.3: {", "A1 3: {"),
        (
            "grading.yml:38: assignments.shapes.questions.A1 3: expected letters, digits and dots, "
            'such as A1.2; found the text "A1 3"'
        ),
    ),
    "question id that YAML takes for a number": (
        ("A1.3: {", "1.3: {"),
        (
            "grading.yml:38: assignments.shapes.questions.1.3: expected a key that is text; "
            "found 1.3, which YAML takes for !!float\n    write the key in quotes"
        ),
    ),
    "key twice": (
        ("  total_cap: 110", "  total_cap: 110\n  total_cap: 120"),
        (
            "grading.yml:7: score.total_cap: expected each key once; found it on line 6 too\n"
            "    remove one of the two"
        ),
    ),
    "tag": (
        ("title: A course", "title: !!python/name:os.system x"),
        (
            "grading.yml:1: course.title: expected a plain number, text, list or mapping; "
            "found !!python/name:os.system\n    remove the tag"
        ),
    ),
    "alias": (
        ("order: [shapes, sounds]", "order: [&first shapes, sounds, *first]"),
        (
            "grading.yml:2: order[2]: expected a value that is written out; found an alias "
            "of line 2\n"
            "    write it here once more"
        ),
    ),
}


@pytest.mark.parametrize(("change", "expected"), GOLDEN.values(), ids=GOLDEN.keys())
def test_load_course_one_mistake_is_told_exactly(
    tmp_path: Path, change: tuple[str, str], expected: str
) -> None:
    """A mistake is told once: where, what was expected, what was found, what to do."""
    heading = "the configuration cannot be used: 1 problem"
    assert complaint(tmp_path, changed(*change)) == f"{heading}\n  {expected}"


UNREADABLE = {
    "empty": (
        b"",
        (
            "grading.yml: expected the course's policy; the file is empty\n"
            "    write the policy, beginning with course:"
        ),
    ),
    "comments only": (
        b"# later\n",
        (
            "grading.yml: expected the course's policy; the file is empty\n"
            "    write the policy, beginning with course:"
        ),
    ),
    "bracket left open": (
        b"order: [a, b\nscore: 3\n",
        (
            "grading.yml:2: expected YAML: expected ',' or ']', but got ':', at column 6\n"
            "    look at the indentation, colons, quotes and brackets here and just above"
        ),
    ),
    "indented with a tab": (
        b"course:\n\ttitle: x\n",
        (
            "grading.yml:2: expected YAML: found character '\\t' that cannot start any token, "
            "at column 1\n    indent with spaces, not with tabs"
        ),
    ),
    "two documents": (
        b"order: [a]\n---\norder: [b]\n",
        (
            "grading.yml:2: expected YAML: but found another document, at column 1\n"
            "    look at the indentation, colons, quotes and brackets here and just above"
        ),
    ),
    "not UTF-8": (
        "order: [a]\ncourse: {title: Zürich}\n".encode("latin-1"),
        "grading.yml:2: expected text in UTF-8\n    save it as UTF-8",
    ),
    "control character": (
        b"course: \x01",
        (
            "grading.yml: expected YAML: unacceptable character #x0001: "
            "special characters are not allowed\n    remove control characters"
        ),
    ),
    "a list": (
        b"[course, order]",
        (
            "grading.yml:1: expected a mapping; found a list\n"
            "    write its keys below it, indented, as key: value"
        ),
    ),
}


@pytest.mark.parametrize(("content", "expected"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_load_course_unusable_file_says_why(tmp_path: Path, content: bytes, expected: str) -> None:
    """A file that is no YAML mapping is refused with the line and the reason."""
    heading = "the configuration cannot be used: 1 problem"
    assert complaint(tmp_path, content) == f"{heading}\n  {expected}"


@pytest.mark.parametrize("name", ["nothing.yml", "."], ids=["missing", "folder"])
def test_load_course_no_file_says_where_to_run(tmp_path: Path, name: str) -> None:
    """A path that is no file is refused with what to do."""
    with pytest.raises(ConfigError, match="run in the course's folder"):
        load_course(tmp_path / name)


def test_load_course_many_mistakes_are_told_at_once_by_line(tmp_path: Path) -> None:
    """Mistakes of every kind come in one report, in the order of their lines."""
    text = COURSE
    for old, new in (
        ("sounds]", "sound]"),
        ("critical_cap: 30", "critical_cap: high"),
        ("values: 60", "values: 50"),
        ("threads: 16", "threads: 0"),
        ("loops: true", "lops: true"),
        ("points: 8,", "points: -8,"),
    ):
        text = text.replace(old, new, 1)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert [(problem.line, problem.key_path) for problem in caught.value.problems] == [
        (2, "order[1]"),
        (4, "score.group_weights"),
        (5, "score.critical_cap"),
        (23, "limits.threads"),
        (37, "assignments.shapes.questions.A1.2.forbid.lops"),
        (38, "assignments.shapes.questions.A1.3.points"),
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        *((tagged, "remove the tag") for tagged in ("!!int ''", "!!float ''", "!!bool maybe")),
        ("!!timestamp x", "look at the calendar"),
        ("59:" * 200 + "59.5", "remove the tag"),
        ("0x" + "f" * 5000, "one of 20000 bits"),
        ("9" * 5000, "remove the tag"),
        (r'"\uD800"', "expected text that UTF-8 can write"),
        (r'{"\uD800": 1}', "expected text that UTF-8 can write"),
        ("[" * 600, "hundreds of levels"),
        ("1" * 400 + ".5", "expected a finite number"),
    ],
    ids=lambda text: text[:20],
)
def test_load_course_value_that_is_none_is_told(tmp_path: Path, value: str, words: str) -> None:
    """What no key can mean, or nobody could write back, is a problem like any other."""
    text = complaint(tmp_path, changed("critical_cap: 30", f"critical_cap: {value}"))
    text.encode()
    assert words in text
    assert "grading.yml:" in text


def test_load_course_weights_beyond_every_number_are_told(tmp_path: Path) -> None:
    """A sum that is no float any more is wrong like another."""
    text = complaint(tmp_path, changed("values: 60, hygiene: 25", "values: 1.7e+308, b: 1.7e+308"))
    assert "add up to 100; found inf (example 15" in text


def test_config_error_pickled_keeps_its_problems(tmp_path: Path) -> None:
    """An error can cross from one process of the grader to another."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, changed("critical_cap", "critcal_cap"))
    copy = pickle.loads(pickle.dumps(caught.value))
    assert copy.problems == caught.value.problems
    assert str(copy) == str(caught.value)


def test_weights_with_decimals_are_added_as_written(tmp_path: Path) -> None:
    """Weights such as 33.3 and 33.4 add up to 100 though their binary fractions do not."""
    text = changed("{example: 15, values: 60, hygiene: 25}", "{a: 33.3, b: 33.3, hygiene: 33.4}")
    course = load(tmp_path, text.replace("group: values", "group: a"))
    assert course.score.group_weights["hygiene"] == 33.4


WORDS = list(re.finditer(r"[\w.]+", COURSE))
FRAGMENTS = [
    "[]",
    "{}",
    "~",
    "-1",
    "1.5",
    "true",
    "[[1]]",
    "{a: {b: 1}}",
    "&a x",
    "*a",
    "!!set {a}",
]
MORE_FRAGMENTS = [
    "2024-13-01",
    "? ",
    "- ",
    ": ",
    "\t",
    ".nan",
    '!!binary "x"',
    "<<: {a: 1}",
    "=",
    '"',
]


@given(st.sampled_from(WORDS), st.sampled_from(FRAGMENTS + MORE_FRAGMENTS))
def test_load_course_any_word_replaced_is_read_or_explained(word: re.Match[str], new: str) -> None:
    """Whatever stands in a word's place, there is a course or an explanation, never a crash."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            told = load(Path(folder), COURSE[: word.start()] + new + COURSE[word.end() :]).order
        except ConfigError as error:
            told = tuple(map(str, error.problems))
    assert told


def test_forbid_builtin_name_is_right(tmp_path: Path) -> None:
    """A question may forbid a builtin, which no function of the assignment is."""
    course = load(tmp_path, changed("names: [area,", "names: [sum,"))
    assert course.assignments["shapes"].questions["A1.2"].forbid.names[0] == "sum"


def test_forbid_allowed_import_is_right(tmp_path: Path) -> None:
    """A question may forbid a whole library that the others may import."""
    course = load(tmp_path, changed("names: [area,", "names: [numpy,"))
    assert course.assignments["shapes"].questions["A1.2"].forbid.names[0] == "numpy"


def test_nearest_name_nothing_alike_is_empty() -> None:
    """A name like none of the known ones gets no advice."""
    assert nearest_name("zebra", ["points", "title"]) == ""


def test_grading_yml_of_the_project_is_right() -> None:
    """The project's own policy loads, and its assignments are complete and due in their order."""
    course = load_course(Path(__file__).parents[2] / "grading.yml")
    assert course.order == (
        "activations",
        "forward_pass",
        "loss",
        "backprop",
        "sgd_update",
        "convolution",
        "pooling",
        "keras_cnn",
    )
    assert str(course.zone) == "Europe/Berlin"
    for assignment in course.assignments.values():
        assert assignment.max_points == 100
        assert len(assignment.questions) in (7, 8, 9)
    due = [course.assignments[id_].due for id_ in course.order]
    assert due == sorted(due)
    assert course.assignments["activations"].questions["A1.3"].forbid.critical


def test_import_of_other_modules_does_not_load_pydantic() -> None:
    """Who does not read the configuration does not pay for its import."""
    code = (
        "import sys, autograder.catalog, autograder.score, autograder.errors; "
        "sys.exit('pydantic' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, check=False)
    assert done.returncode == 0


OWN_LIMITS = (
    "    limits: {call_cpu_seconds: 240, memory_mib: 4096}\n    rules: {allowed_imports: [keras]}\n"
)


def test_limits_of_an_assignment_are_the_courses_but_for_its_own(tmp_path: Path) -> None:
    """A limit or an import that one assignment needs changes nothing for the others."""
    course = load(tmp_path, changed("    due:", OWN_LIMITS + "    due:"))
    own, usual = course.limits_of("sounds"), course.limits_of("shapes")
    assert (own.call_cpu_seconds, own.memory_mib) == (240, 4096)
    assert own.open_files == usual.open_files
    assert usual == course.limits
    assert course.rules_of("sounds").allowed_imports == (*course.rules.allowed_imports, "keras")
    assert course.rules_of("shapes") == course.rules


def test_limits_change_the_digest_of_their_own_assignment(tmp_path: Path) -> None:
    """With other limits the same work could earn other points."""
    plain = load(tmp_path, COURSE).assignments["sounds"]
    own = load(tmp_path, changed("    due:", OWN_LIMITS + "    due:")).assignments["sounds"]
    assert plain.model_dump(mode="json") != own.model_dump(mode="json")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("limits: {memory_gib: 4}", "memory_gib"),
        ("limits: {memory_mib: 1.5}", "expected a whole number"),
        ("limits: {memory_mib: 0}", "memory_mib"),
        ("runtime: torch", "runtime"),
        ("rules: {allowed_imports: [import]}", "expected a name that Python can define"),
        ("rules: {forbidden_names: [eval]}", "forbidden_names"),
        ("resources: {cpus: 0}", "cpus"),
    ],
)
def test_load_course_bad_own_limits_are_told(tmp_path: Path, line: str, words: str) -> None:
    """A wrong name, kind or value below an assignment is told with its place."""
    text = complaint(
        tmp_path,
        changed("    due:", f"    {line}\n    due:").replace(
            "    resources: {gpus: 1}\n    runtime: keras\n", ""
        ),
    )
    assert words in text
    assert "sounds" in text
    assert "grading.yml" in text


def test_limit_names_are_those_of_the_limits() -> None:
    """What an assignment can override is what the course sets."""
    assert set(get_args(LimitName)) == set(Limits.model_fields)
