"""``parley build``: one master, one exercise made from it, nothing stale and nothing given away."""

import copy
import json
import os
import subprocess
import sys
import time

import pytest

from parley import data, lessons
from parley.answers import Choice, Text
from parley.exercises import Exercise, complete, not_yet, passed
from parley.grading import ANSWER_MIME, WIDGET_MIME, build, dump, parse, write_whole
from parley.grading.build import BuildError, Place

STEM = "00_toy"
HINTS = ("one", "two", "three")


def exercise(number, **more):
    fields = (Choice(name="side", label="Whose?", options={"japan": "Japan", "russia": "Russia"}),)
    fields += (Text(name="why", label="Why?"),) if more.get("by_reader") else ()

    def judge(answer):
        return (
            (complete if more.get("by_reader") else passed)("good")
            if answer["side"] == "japan"
            else not_yet("Look again.")
        )

    right = {"side": "japan"} | ({"why": "because of the verb"} if more.get("by_reader") else {})
    facts = {
        "title": f"Task {number}",
        "task": "Choose.",
        "objective": "O00.1",
        "hints": HINTS,
        "right": (right, right),
        "wrong": ({}, {}, {}),
    }
    return Exercise(id=f"00-{number}", fields=fields, judge=judge, **facts, **more)


EXERCISES = {
    e.id: e for e in (exercise(1), exercise(2, by_reader=True, stars=3), exercise(3, core=False, stars=5))
}


def text(name, source):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def code(name, source, **metadata):
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def book(*cells):
    return {
        "cells": list(cells),
        "metadata": {"widgets": {"state": "all the answers"}, "toc": 1},
        "nbformat": 4,
        "nbformat_minor": 4,
    }


def pair(number, source=None):
    ours = {"exercise": f"00-{number}"}
    saved = json.dumps(EXERCISES[f"00-{number}"].right[0])
    source = (
        source
        or f'answer_{number} = form(\n    "00-{number}",\n    ### BEGIN '
        f"SOLUTION\n    saved={saved},\n    ### END SOLUTION\n)"
    )
    return [
        code(f"ex{number}-answer", source, tags=["answer"], parley=ours),
        code(f"ex{number}-check", f'check("00-{number}", answer_{number})', tags=["check"], parley=ours),
    ]


def solution():
    return book(
        text("title", "# Toy"), code("set-up", "from parley import check, form"), *pair(1), *pair(2), *pair(3)
    )


def lesson():
    return book(text("title", "# Toy"), code("say-hello", "print('hello')"))


def ran(notebook, folder=None):
    """What `execute` gives, without a kernel: every check cell publishes what stands in its answer cell."""
    done = copy.deepcopy(notebook)
    answers = {}
    for n, cell in enumerate((c for c in done["cells"] if c["cell_type"] == "code"), 1):
        cell["execution_count"], identifier = n, build.exercise_of(cell)
        lines = [line for line in cell["source"].split("\n") if "saved=" in line]
        if lines:
            answers[identifier] = json.loads(lines[0].strip().removeprefix("saved=").removesuffix(","))
            cell["outputs"] = [
                {
                    "output_type": "display_data",
                    "metadata": {},
                    "data": {WIDGET_MIME: {"model_id": "7"}, "text/html": "<form>"},
                }
            ]
        elif identifier:
            shown = {
                ANSWER_MIME: {"exercise": identifier, "answer": answers[identifier]},
                "text/plain": "Passed.",
            }
            cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": shown}]
    done["metadata"].setdefault("parley", {})["ran"] = build.fingerprint(done)
    return done


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A project folder with a lesson and a solution that were never built; nothing starts a kernel."""
    monkeypatch.setattr(build, "execute", ran)
    here = Place(tmp_path, STEM)
    for kind, made in (("lesson", lesson()), ("solution", solution())):
        here.path(kind).parent.mkdir()
        here.path(kind).write_text(json.dumps(made), encoding="utf-8")
    return here


@pytest.fixture
def built(place):
    assert build.build(place, EXERCISES) == [
        f"notebooks/{STEM}.ipynb",
        f"solutions/{STEM}.ipynb",
        f"exercises/{STEM}.ipynb",
    ]
    return place


@pytest.fixture
def in_git(built):
    git(built.root, "init", "-q")
    git(built.root, "add", "-A")
    return built


def git(root, *words):
    names = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, env=os.environ | names)


def edit(path, change):
    """Change a notebook in the folder, and write it as JupyterLab would."""
    notebook = parse(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(dump(notebook), encoding="utf-8")


def cell(notebook, name):
    return next(c for c in notebook["cells"] if c["id"] == name)


# --- the steps ---


def test_an_exercise_is_the_solution_without_its_blocks_and_outputs():
    made = build.exercise_from(build.normalise(ran(solution()), STEM, "solution", EXERCISES))
    assert cell(made, "ex1-answer")["source"] == 'answer_1 = form(\n    "00-1",\n    # your answer\n)'
    assert [c["id"] for c in made["cells"]] == [c["id"] for c in solution()["cells"]]
    assert all(
        not c["outputs"] and c["execution_count"] is None for c in made["cells"] if c["cell_type"] == "code"
    )
    assert made["metadata"]["parley"] == {"lesson": STEM, "kind": "exercise"}
    locked = [
        c["id"]
        for c in made["cells"]
        if c["metadata"].get("editable") is False and c["metadata"].get("deletable") is False
    ]
    assert locked == ["ex1-check", "ex2-check", "ex3-check"]


SOURCES = [
    solution()["cells"][2]["source"],
    'def share(a, b):\n    """Doc."""\n    ### BEGIN SOLUTION\n    if not b:\n '
    "       return 0\n    return a\n    ### END SOLUTION\n\n\nanswer_4 = share",
    "### BEGIN SOLUTION\na = 1\n\n### END SOLUTION\nb = 2\n "
    "   ### BEGIN SOLUTION\n    c = 3\n    ### END SOLUTION",
    "\t### BEGIN SOLUTION  \n\tx = 1\n\t### END SOLUTION",
]


@pytest.mark.parametrize("source", SOURCES, ids=["a form", "a function", "two blocks", "a tab"])
def test_the_blank_is_what_nbgrader_makes_of_it(source):
    clear = pytest.importorskip("nbgrader.preprocessors").ClearSolutions(code_stub={"python": build.STUB})
    from nbformat.v4 import new_code_cell

    there = new_code_cell(source)
    clear._replace_solution_region(there, "python")
    assert build.blank(source) == there.source


@pytest.mark.parametrize(
    "source, words",
    [
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "inside another"),
        ("### BEGIN SOLUTION\nx = 1", "never closed"),
        ("x = 1\n### END SOLUTION", "without"),
        ("x = 1  ### BEGIN SOLUTION\n### END SOLUTION", "nothing else"),
        ("# BEGIN SOLUTION\n### END SOLUTION", "must be '### BEGIN SOLUTION'"),
    ],
    ids=["nested", "not closed", "stray", "not alone", "another spelling"],
)
def test_bad_delimiters_are_named(source, words):
    with pytest.raises(BuildError, match=words):
        build.blank(source)


def test_the_normal_form():
    made = build.normalise(ran(solution()), STEM, "solution", EXERCISES)
    assert set(made["metadata"]) == {"kernelspec", "language_info", "parley"}
    assert made["metadata"]["parley"]["kind"] == "solution"
    assert "widgets" not in json.dumps(made) and WIDGET_MIME not in json.dumps(made)
    assert cell(made, "ex1-answer")["outputs"][0]["data"] == {"text/html": "<form>"}
    assert [c["execution_count"] for c in made["cells"] if c["cell_type"] == "code"] == list(range(1, 8))
    assert build.normalise(made, STEM, "solution", EXERCISES) == made
    assert parse(dump(made)) == made


def test_the_normal_form_drops_what_jupyterlab_leaves_behind():
    made = solution()
    made["cells"].append(code("3a1b8c9d", ""))
    made["cells"][1]["metadata"] = {
        "execution": {"iopub.status.busy": "2018"},
        "scrolled": True,
        "tags": [],
        "trusted": True,
    }
    made["cells"][1]["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {WIDGET_MIME: {}}}]
    normal = build.normalise(made, STEM, "solution", EXERCISES)
    assert normal["cells"][-1]["id"] == "ex3-check"
    assert (normal["cells"][1]["metadata"], normal["cells"][1]["outputs"]) == ({}, [])


def test_notebooks_are_written_as_nbformat_writes_them():
    nbformat = pytest.importorskip("nbformat")
    made = build.normalise(ran(solution()), STEM, "solution", EXERCISES)
    there = nbformat.from_dict(made)
    nbformat.validate(there)
    assert dump(made) == nbformat.writes(there) + "\n"


def test_nbgraders_marks_follow_the_declaration():
    made = build.normalise(solution(), STEM, "solution", EXERCISES)
    marks = {c["id"]: c["metadata"].get("nbgrader") for c in made["cells"]}
    short = {
        name: (m["solution"], m["grade"], m["locked"], m.get("points")) for name, m in marks.items() if m
    }
    assert short == {
        "ex1-answer": (True, False, False, None),
        "ex1-check": (False, True, True, 1),
        "ex2-answer": (True, True, False, 3),  # prose: graded by hand
        "ex2-check": (False, True, True, 1),
        "ex3-answer": (True, False, False, None),  # stretch: no points
        "ex3-check": (False, False, True, None),
    }
    assert all(m["grade_id"] == name and m["schema_version"] == 3 for name, m in marks.items() if m)


def test_leaks_are_found_in_sources_and_metadata():
    normal = build.normalise(solution(), STEM, "solution", EXERCISES)
    made = build.exercise_from(normal)
    assert build.leaks(normal, made) == []
    line = build.solution_lines(cell(normal, "ex1-answer")["source"])[0]
    for where in (
        {"source": f"For example\n{line}"},
        {"metadata": {"hint": line.strip(",").replace('"', "") + line}},
    ):
        shown = {**made, "cells": [{**made["cells"][0], **where}, *made["cells"][1:]]}
        assert line[:20] in build.leaks(normal, shown)[0]


def test_a_line_that_only_names_a_field_is_no_leak():
    part = 'answer_1 = form(\n    "00-1",\n    ### BEGIN SOLUTION\n    saved={"agendas": {\n        "treaty": "1"}},\n    ### END SOLUTION\n)'
    made = book(text("title", '# Toy\n\nWrite `saved={"agendas": {` and go on.'), *pair(1, part))
    normal = build.normalise(made, STEM, "solution", EXERCISES)
    assert build.leaks(normal, build.exercise_from(normal)) == []


# --- what is refused ---


def without(name):
    return lambda made: made["cells"].remove(cell(made, name))


def changed(name, **more):
    return lambda made: cell(made, name).update(more)


FAULTS = {
    "an answer without a check": (without("ex1-check"), "00-1 has no check cell"),
    "a check without an answer": (without("ex1-answer"), "00-1 has no answer cell"),
    "declared and absent": (
        lambda m: (without("ex3-check")(m), without("ex3-answer")(m)),
        "00-3 is declared",
    ),
    "present and undeclared": (
        lambda m: m["cells"].append(code("x", "", tags=["check"], parley={"exercise": "00-9"})),
        "00-9 has cells here but is not declared",
    ),
    "an id twice": (changed("title", id="set-up"), "'set-up' is there twice"),
    "an automatic id": (changed("title", id="9f8e7d6c"), "cell 1 has the automatic id"),
    "a JupyterLab id": (changed("title", id="3f2a9c1e-0000-4000-8000-000000000000"), "automatic id"),
    "no id": (lambda m: cell(m, "title").pop("id"), "cell 1 has the automatic id ''"),
    "another id": (changed("ex1-check", id="ex1-verdict"), "call it ex1-check"),
    "a check of another exercise": (
        changed("ex1-check", source='check("00-2", answer_1)'),
        'expected check("00-1"',
    ),
    "the wrong way round": (
        lambda m: m["cells"].insert(2, m["cells"].pop(3)),
        "stands before the answer cell",
    ),
    "no solution block": (changed("ex1-answer", source='answer_1 = form("00-1")'), "no solution block"),
    "no Python without it": (
        changed(
            "ex1-answer",
            source="def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\nanswer_1 = f",
        ),
        "not Python any more",
    ),
    "a block elsewhere": (
        changed("set-up", source="### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
        "only in a cell tagged answer",
    ),
    "not closed": (
        changed("ex1-answer", source="### BEGIN SOLUTION\nx = 1"),
        "ex1-answer: '### BEGIN SOLUTION' is never closed",
    ),
    "no exercise named": (
        lambda m: cell(m, "ex1-answer")["metadata"].pop("parley"),
        "metadata.parley.exercise",
    ),
    "a wrong answer": (
        lambda m: changed("ex1-answer", source=cell(m, "ex1-answer")["source"].replace("japan", "russia"))(m),
        "exercise 00-1: the master fails its own check. not yet: Look again.",
    ),
    "a leak": (changed("title", source='# Toy\n\nsaved={"side": "japan"}, '), "shows a line of the solution"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_master_is_refused_in_one_line_and_nothing_is_written(place, capsys, fault):
    change, words = FAULTS[fault]
    edit(place.path("solution"), change)
    before = {file: file.read_bytes() for file in place.root.rglob("*") if file.is_file()}
    assert build.main([STEM], root=place.root, exercises_of=lambda stem: EXERCISES) == 1
    said = capsys.readouterr().err.splitlines()
    assert any(words in line and line.startswith(("solutions/", "exercises/")) for line in said), said
    assert {file: file.read_bytes() for file in place.root.rglob("*") if file.is_file()} == before


def test_an_exercise_in_a_lesson_is_refused(place):
    edit(place.path("lesson"), lambda made: made["cells"].extend(pair(1)))
    with pytest.raises(BuildError, match="a lesson only links to them"):
        build.build(place, EXERCISES)


@pytest.mark.parametrize("kind", ["lesson", "solution"])
@pytest.mark.parametrize(
    "content, words",
    [(None, "is missing"), ("{", "cannot be read"), ("[]", "not a notebook"), ("", "cannot be read")],
)
def test_a_missing_or_damaged_file_is_named(place, capsys, kind, content, words):
    place.path(kind).unlink()
    if content is not None:
        place.path(kind).write_text(content)
    for flags in ([], ["--check"]):
        assert build.main([STEM, *flags], root=place.root, exercises_of=lambda stem: EXERCISES) == 1
        said = capsys.readouterr().err
        assert words in said and place.name(kind) in said and "Traceback" not in said
    assert not place.path("exercise").exists()


def test_an_unknown_lesson_is_named(capsys):
    assert build.main(["77_nowhere", "--check"]) == 2
    said = capsys.readouterr().err
    assert "77_nowhere" in said and "00_orientation" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    "slip, words",
    [
        ("EXERCISES = (\n", "slip.py, line 1: SyntaxError: '(' was never closed"),
        ("\nEXERCISES = (1 / 0,)\n", "slip.py, line 2: ZeroDivisionError"),
    ],
)
def test_a_slip_in_a_lessons_module_is_one_line(place, capsys, slip, words):
    (place.root / "slip.py").write_text(slip)

    def exercises_of(stem):
        exec(compile(slip, str(place.root / "slip.py"), "exec"), {})

    assert build.main([STEM], root=place.root, exercises_of=exercises_of) == 2
    said = capsys.readouterr().err
    assert words in said and said.startswith(STEM) and said.count("\n") == 1


# --- files ---


def test_building_twice_changes_nothing_and_runs_nothing(built, monkeypatch):
    monkeypatch.setattr(build, "execute", lambda *a: pytest.fail("ran again"))
    before = {file: file.stat().st_mtime_ns for file in built.root.rglob("*.ipynb")}
    assert build.build(built, EXERCISES) == []
    assert {file: file.stat().st_mtime_ns for file in built.root.rglob("*.ipynb")} == before
    assert build.stale(built, EXERCISES) == ([], [])


@pytest.mark.parametrize("run, times", [("changed", 1), ("all", 2), ("none", 0)])
def test_what_is_run(built, monkeypatch, run, times):
    calls = []
    monkeypatch.setattr(build, "execute", lambda notebook, folder: calls.append(folder.name) or ran(notebook))
    edit(built.path("solution"), changed("set-up", source="from parley import form, check"))
    build.build(built, EXERCISES, run)
    assert len(calls) == times


def test_text_can_change_without_a_run(built, monkeypatch):
    monkeypatch.setattr(build, "execute", lambda *a: pytest.fail("ran"))
    edit(built.path("solution"), changed("title", source="# Toys"))
    assert build.stale(built, EXERCISES)[0] == [
        (
            f"exercises/{STEM}.ipynb is stale: it is not what "
            f"solutions/{STEM}.ipynb gives; run: python -m parley build {STEM}"
        )
    ]
    assert build.build(built, EXERCISES) == [f"exercises/{STEM}.ipynb"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "x.ipynb"
    target.write_text("old")
    monkeypatch.setattr(os, "replace", lambda *a: (_ for _ in ()).throw(OSError("no")))
    with pytest.raises(OSError, match="no"):
        write_whole(target, "new")
    assert target.read_text() == "old" and list(tmp_path.iterdir()) == [target]


def test_a_file_keeps_who_may_read_it(tmp_path):
    target = tmp_path / "x.ipynb"
    assert write_whole(target, "é") and not write_whole(target, "é")
    assert target.stat().st_mode & 0o444 == 0o444


# --- stale or not ---


def test_without_git_an_edited_exercise_is_stale(built):
    edit(built.path("exercise"), changed("ex1-answer", source="answer_1 = 5"))
    found, _ = build.stale(built, EXERCISES)
    assert len(found) == 1 and "is stale" in found[0]


def test_a_missing_exercise_is_named(built):
    built.path("exercise").unlink()
    assert "is missing" in build.stale(built, EXERCISES)[0][0]


def test_a_students_work_in_a_checkout_is_not_stale(in_git):
    edit(in_git.path("exercise"), changed("ex1-answer", source="answer_1 = 5"))
    edit(in_git.path("lesson"), lambda made: made["cells"].append(code("3a1b8c9d", "1 + 1")))
    edit(
        in_git.path("solution"),
        changed(
            "set-up", outputs=[{"output_type": "display_data", "metadata": {}, "data": {WIDGET_MIME: {}}}]
        ),
    )
    found, notes = build.stale(in_git, EXERCISES)
    assert found == []
    assert [note.split()[0] for note in notes] == [f"notebooks/{STEM}.ipynb", f"solutions/{STEM}.ipynb"]


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"nbformat": 4, "cells": [5]}'])
def test_what_a_student_broke_is_not_stale(in_git, content):
    for kind in ("lesson", "solution", "exercise"):
        in_git.path(kind).unlink()
        if content is not None:
            in_git.path(kind).write_text(content)
    assert build.stale(in_git, EXERCISES)[0] == []


def test_a_master_edited_in_a_checkout_is_stale(in_git):
    edit(in_git.path("solution"), changed("title", source="# Toys"))
    assert "is stale" in build.stale(in_git, EXERCISES)[0][0]
    edit(in_git.path("solution"), changed("set-up", source="x = 1"))
    assert any("edited after it was run" in line for line in build.stale(in_git, EXERCISES)[0])
    git(in_git.root, "add", "-A")
    assert any("edited after it was run" in line for line in build.stale(in_git, EXERCISES)[0])


def test_a_committed_exercise_that_is_not_what_the_master_gives_is_stale(in_git):
    edit(in_git.path("exercise"), changed("title", source="# By hand"))
    git(in_git.root, "add", "-A")
    assert "is stale" in build.stale(in_git, EXERCISES)[0][0]


def test_check_writes_nothing(place, capsys):
    before = {file: file.read_bytes() for file in place.root.rglob("*") if file.is_file()}
    assert build.main([STEM, "--check"], root=place.root, exercises_of=lambda stem: EXERCISES) == 1
    assert {file: file.read_bytes() for file in place.root.rglob("*") if file.is_file()} == before
    assert "edited after it was run" in capsys.readouterr().err


# --- outputs that are older than what they came from ---


def put(root, name, content):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(content, encoding="utf-8")


@pytest.fixture
def fed(place, monkeypatch):
    """A lesson that shows a header, a question and a table, built; beside it data and a module of its own."""
    monkeypatch.setattr(build.lessons, "neighbours", lambda number: (None, None))
    cells = [
        code("head", 'lesson("00")'),
        code("ask", 'quiz("00-1")'),
        code("say", 'toy.draw(cite("one-2017"))'),
    ]
    edit(place.path("lesson"), lambda made: made["cells"].extend(cells))
    put(place.root, "parley/lessons/toy.py", 'from parley.analysis import coding\nread("voices")\n')
    put(place.root, "parley/analysis/coding.py", 'read("labels")\n')
    put(place.root, f"data/quizzes/{STEM}.yaml", "items: []\n")
    for name in ("voices", "labels", "other"):
        put(place.root, f"data/{name}.csv", "a,b\n1,2\n")
    put(place.root, "data/sources.csv", "key,title\none-2017,One\ntwo-2018,Two\n")
    put(place.root, "data/glossary.csv", f"term,lesson\ncue,{STEM}\nforecast,01_other\n")
    build.build(place, EXERCISES)
    assert build.stale(place, EXERCISES) == ([], [])
    return place


CHANGES = {  # what is changed, to what, and what is then called newer
    "the module": ("parley/lessons/toy.py", "x = 1\n", "parley/lessons/toy.py"),
    "the quiz file": (f"data/quizzes/{STEM}.yaml", "items: [1]\n", f"data/quizzes/{STEM}.yaml"),
    "a table the module reads": ("data/voices.csv", "a,b\n1,3\n", "data/voices.csv"),
    "a table its helper reads": ("data/labels.csv", "a,b\n1,3\n", "data/labels.csv"),
    "a source it cites": ("data/sources.csv", "key,title\none-2017,Won\n", "data/sources.csv"),
    "a word of its own": ("data/glossary.csv", f"term,lesson\nclue,{STEM}\n", "data/glossary.csv"),
    "another table": ("data/other.csv", "a,b\n1,3\n", None),
    "another source": ("data/sources.csv", "key,title\none-2017,One\ntwo-2018,Too\n", None),
    "a word of another lesson": ("data/glossary.csv", f"term,lesson\ncue,{STEM}\n", None),
    "another lesson": ("parley/lessons/other.py", "x = 1\n", None),
    "another line end": ("data/voices.csv", "a,b\r\n1,2\r\n", None),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_has_changed_since_the_run_is_named_and_built_again(fed, monkeypatch, what):
    name, content, newer = CHANGES[what]
    (fed.root / name).write_bytes(content.encode())
    found = build.stale(fed, EXERCISES)[0]
    assert (f"notebooks/{STEM}.ipynb: its outputs are older than {newer}" in "\n".join(found)) == bool(newer)
    assert bool(found) == bool(newer)
    calls = []
    monkeypatch.setattr(build, "execute", lambda notebook, folder: calls.append(folder.name) or ran(notebook))
    build.build(fed, EXERCISES)
    assert ("notebooks" in calls) == bool(newer)
    assert build.stale(fed, EXERCISES) == ([], [])


def test_a_header_is_stale_when_a_lesson_comes_in_beside_it(fed, monkeypatch):
    monkeypatch.setattr(build.lessons, "neighbours", lambda number: (None, "00_orientation"))
    assert [line.split(";")[0] for line in build.stale(fed, EXERCISES)[0]] == [
        f"notebooks/{STEM}.ipynb: its outputs are older than the lessons beside it"
    ]
    assert build.build(fed, EXERCISES) == [f"notebooks/{STEM}.ipynb"]
    assert build.stale(fed, EXERCISES) == ([], [])
    monkeypatch.setattr(build.lessons, "neighbours", lambda number: (None, "99_half"))
    assert build.stale(fed, EXERCISES)[0], "a neighbour without a module is no crash"


def test_an_exercise_does_not_change_with_its_inputs(fed):
    made = json.loads(fed.path("exercise").read_text(encoding="utf-8"))
    assert made["metadata"]["parley"] == {"lesson": STEM, "kind": "exercise"}
    assert "inputs" in json.loads(fed.path("solution").read_text(encoding="utf-8"))["metadata"]["parley"]


# --- a kernel ---


def test_a_kernel_that_dies_at_its_start_is_one_line(tmp_path, monkeypatch):
    from jupyter_client.kernelspec import KernelSpec

    dead = KernelSpec(argv=[sys.executable, "-c", "raise SystemExit(3)"], resource_dir="", language="python")
    monkeypatch.setattr(build, "this_kernel", lambda: dead)
    with pytest.raises(BuildError, match=r"^the kernel did not start \(Kernel died .*doctor$"):
        build.execute(book(code("one", "x = 1")), tmp_path)


def test_a_real_run_stores_no_widget_no_time_and_no_record(tmp_path, monkeypatch):
    monkeypatch.setenv("PARLEY_RECORD", str(tmp_path / "somebody's record.json"))
    monkeypatch.setenv("PARLEY_SEED", "7")
    source = (
        "import os, ipywidgets\nfrom IPython.display import display\nfrom parley.record import location\n"
        "print(os.path.basename(os.getcwd()), os.environ.get('PARLEY_SEED'), location().exists())\n"
        "view = {'model_id': ipywidgets.IntSlider().model_id}\n"
        f"display({{'text/plain': 'a face', '{WIDGET_MIME}': view}}, raw=True)"
    )
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "somebody's record.json").touch()
    made = build.execute(book(code("look", source), code("value", "6 * 7")), tmp_path / "notebooks")
    normal = build.normalise(made, STEM, "lesson", {})
    look, value = normal["cells"]
    assert [o.get("text") or o["data"] for o in look["outputs"]] == [
        "notebooks None False\n",
        {"text/plain": "a face"},
    ]
    assert value["outputs"] == [
        {"output_type": "execute_result", "execution_count": 2, "metadata": {}, "data": {"text/plain": "42"}}
    ]
    assert look["metadata"] == {} and "widgets" not in normal["metadata"] and build.has_run(normal)


def test_a_master_that_stops_is_refused_by_name(tmp_path):
    cells = [
        code("one", "x = 1"),
        code(
            "ex1-check",
            "raise ValueError('Not yet:\\n3 of 4 match.')",
            tags=["check"],
            parley={"exercise": "00-1"},
        ),
    ]
    with pytest.raises(
        BuildError, match=r"^exercise 00-1: the master fails its own check\. Not yet: 3 of 4 match\.$"
    ):
        build.execute(book(*cells), tmp_path)


# --- the notebooks that are there ---


def test_nothing_is_stale(capsys):
    """The committed exercises are what the committed masters give, and give nothing away."""
    if data.project() is None:
        pytest.skip("an installed Parley has no masters")
    began = time.perf_counter()
    code = build.main(["--check"])
    assert code == 0, capsys.readouterr().err
    assert time.perf_counter() - began < 0.3 * len(lessons.numbers()) + 0.7
