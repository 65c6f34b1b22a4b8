"""An institution that grades with nbgrader takes our masters as they are, with the one line of config that we
ship.
"""

import copy
import os
import sys
from pathlib import Path

import pytest

from parley import data, lessons
from parley.grading import build, dump, exercise_of, parse, restore, tags
from parley.grading.run import skip_slow_validator

skip_slow_validator()
api = pytest.importorskip("nbgrader.apps.api", reason="nbgrader comes with the extra 'test'")

ROOT = data.project()
STEMS = (
    [stem for stem in build.stems(ROOT) if build.Place(ROOT, stem).path("solution").is_file()] if ROOT else []
)

pytestmark = [
    pytest.mark.skipif(not STEMS, reason="there is no solution here"),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder with every master released by nbgrader: ``(NbGraderAPI, folder)``."""
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config, PyFileConfigLoader

    folder = tmp_path_factory.mktemp("course")
    config = Config(PyFileConfigLoader("nbgrader_config.py", path=str(ROOT / "solutions")).load_config())
    config.CourseDirectory.root = str(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(
            "PYTHONPATH",
            os.pathsep.join(
                filter(None, [str(Path(build.__file__).parents[2]), os.environ.get("PYTHONPATH")])
            ),
        )
        patch.setenv(
            "PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        )  # it calls alembic
        patch.setenv("PARLEY_RECORD", str(folder / "record.json"))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        grader = api.NbGraderAPI(CourseDirectory(config=config), config=config)
        for stem in STEMS:
            write(folder / "source" / stem / f"{stem}.ipynb", master(stem))
            done = grader.generate_assignment(stem)
            assert done["success"], done.get("error") or done["log"]
        yield grader, folder


def master(stem):
    exercises = lessons.exercises(stem)
    place = build.Place(ROOT, stem)
    text, _ = build.published(place, "solution", exercises)
    return build.normalise(build.read(place, "solution", text), stem, "solution", exercises)


def write(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump(notebook), encoding="utf-8")


def released(folder, stem):
    return parse((folder / "release" / stem / f"{stem}.ipynb").read_text(encoding="utf-8"))


@pytest.mark.parametrize("stem", STEMS)
def test_the_release_keeps_the_forms_and_is_our_exercise(course, stem):
    theirs, ours = released(course[1], stem), restore.release(stem)
    assert [(c["id"], c["cell_type"], c["source"]) for c in theirs["cells"]] == [
        (c["id"], c["cell_type"], c["source"]) for c in ours["cells"]
    ]
    answers = [c["source"] for c in theirs["cells"] if "answer" in tags(c)]
    assert answers and all("form(" in source or source.startswith("def ") for source in answers)
    assert not any("saved=" in source or "SOLUTION" in source for source in answers)
    assert all(c["metadata"]["editable"] is False for c in theirs["cells"] if "check" in tags(c))


@pytest.mark.slow
def test_a_blank_file_gets_nothing_and_the_right_one_all_points(course):
    grader, folder = course
    stem, exercises = STEMS[0], lessons.exercises(STEMS[0])
    blank, right = released(folder, stem), copy.deepcopy(released(folder, stem))
    sources = {cell["id"]: cell["source"] for cell in master(stem)["cells"]}
    for cell in right["cells"]:
        if "answer" in tags(cell):
            cell["source"] = "\n".join(
                line for line in sources[cell["id"]].split("\n") if "SOLUTION" not in line
            )
    for student, notebook in (("blank", blank), ("right", right)):
        write(folder / "submitted" / student / stem / f"{stem}.ipynb", notebook)
        done = grader.autograde(stem, student)
        assert done["success"], done.get("error") or done["log"]
    blank_scores, right_scores = scores(grader, stem, "blank"), scores(grader, stem, "right")
    marks = {
        c["id"]: c["metadata"]["nbgrader"]
        for c in blank["cells"]
        if (c["metadata"].get("nbgrader") or {}).get("grade")
    }
    assert set(blank_scores) == set(right_scores) == set(marks)
    assert all(score == 0 for score in blank_scores.values())
    by_hand = {f"ex{e.id.split('-')[1]}-answer" for e in exercises.values() if e.by_reader and e.core}
    assert {name for name, score in right_scores.items() if score is None} == by_hand, (
        "prose waits for a reader"
    )
    assert {n: s for n, s in right_scores.items() if n not in by_hand} == {
        n: m["points"] for n, m in marks.items() if n not in by_hand
    }
    core = {e.id for e in exercises.values() if e.core}
    assert {exercise_of(c) for c in blank["cells"] if c["id"] in marks} == core, (
        "a stretch exercise never changes a grade"
    )


def scores(grader, stem, student):
    """The automatic score of every graded cell, ``None`` where a person has to look."""
    with grader.gradebook as book:
        return {
            grade.cell.name: grade.auto_score
            for grade in book.find_submission_notebook(stem, stem, student).grades
        }
