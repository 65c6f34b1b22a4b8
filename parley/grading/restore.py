"""Read what a student handed in, find the lesson, and put every given cell back.

The student's are the sources of the answer cells, and the cells that were added. All else comes from the
release: whatever was edited, deleted, moved, marked or turned into text cannot change what is checked.
"""

from __future__ import annotations

import contextlib
import json
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley import data, lessons
from parley.errors import ParleyError
from parley.exercises import Exercise
from parley.grading import Cell, Notebook, dump, exercise_of, metadata, parse, tags
from parley.grading.build import (
    BuildError,
    Place,
    exercise_from,
    gits_copy,
    normalise,
    problems,
    published,
    read,
    text_of,
)
from parley.grading.run import skip_slow_validator

LARGEST_FILE = 50 * 2**20

_MARKER = re.compile(r"^(\s*#[#\s]*)((?:NBVAL|PYTEST_VALIDATE)_[A-Z_]+)\s*$", re.MULTILINE)


class SubmissionError(ParleyError):
    """A file that cannot be checked. The message says what it is, what was expected and how to mend it."""


# --- the release ---


def release(stem: str) -> Notebook:
    """The exercise of a lesson as it was given out; see `release_and_note`."""
    return release_and_note(stem)[0]


def release_and_note(stem: str) -> tuple[Notebook, str]:
    """The exercise of a lesson as it was given out, and a note where it is not from the solution that lies here.

    In a checkout it is made from the solution, since ``exercises/<stem>.ipynb`` is where students work. A
    solution in which somebody clicked, or tried something, is passed over for git's, and that for the
    exercise. An installed Parley holds the exercises. `SubmissionError` where there is none of these.
    """
    root = data.project()
    if root is None:
        file = Path(data.__file__).parent / "_files" / "exercises" / f"{stem}.ipynb"
        try:
            return parse(file.read_text(encoding="utf-8")), ""
        except (OSError, ValueError):
            raise SubmissionError(
                f"The exercise {stem} of this Parley is missing or damaged. Install Parley again."
            ) from None
    place, exercises, slips = Place(root, stem), lessons.exercises(stem), []
    for source, made in _releases(place, exercises):
        try:
            found = made()
        except BuildError as problem:
            slips.append(str(problem))
            continue
        note = f"The exercise was taken from {source}, because of this slip: {slips[0]}." if slips else ""
        return found, note
    raise SubmissionError(
        f"The exercise {stem} cannot be made from its solution. {slips[0].rstrip('.')}. "
        f"To mend it: git checkout -- {place.name('solution')}, or download Parley again."
    )


def _releases(
    place: Place, exercises: Mapping[str, Exercise]
) -> Iterator[tuple[str, Callable[[], Notebook]]]:
    """Where a release may come from, best first: words for it, and what makes it (or raises `BuildError`)."""
    solution, exercise = place.name("solution"), place.name("exercise")

    def made(kind: str, text: str | None) -> Notebook:
        if text is None:
            raise BuildError(f"{place.name(kind)} is missing")
        notebook = read(place, kind, text)
        for slip in problems(notebook, kind, exercises):
            raise BuildError(f"{place.name(kind)}: {slip}")
        try:
            return exercise_from(normalise(notebook, place.stem, kind, exercises))
        except (AttributeError, KeyError, TypeError):
            raise BuildError(f"{place.name(kind)} is damaged") from None

    def untouched() -> Notebook:
        """The exercise in the folder, where nobody has worked in it."""
        text = text_of(place.path("exercise"))
        found = made("exercise", text)
        if dump(found) != text:
            raise BuildError(f"{exercise} holds somebody's work")
        return found

    yield solution, lambda: made("solution", published(place, "solution", exercises)[0])
    yield f"git's copy of {solution}", lambda: made("solution", gits_copy(place.root, solution))
    yield f"git's copy of {exercise}", lambda: made("exercise", gits_copy(place.root, exercise))
    yield exercise, untouched


# --- reading a file ---


def read_submission(path: Path) -> Notebook:
    """A file as a notebook of format 4, whatever its name. `SubmissionError` in one line where it is none."""
    notebook = _parsed(_text(path))
    if not isinstance(notebook, dict) or not ("cells" in notebook or "worksheets" in notebook):
        raise SubmissionError(
            "This is JSON, but not a notebook: expected a file with the ending .ipynb, saved by JupyterLab."
        )
    version = notebook.get("nbformat", 4)
    if version != 4:
        notebook = _converted(notebook, version)
    if not isinstance(notebook.get("cells"), list):
        raise SubmissionError(
            "This notebook is damaged: its cells are not a list. Open it in JupyterLab and save it again, "
            "or take an earlier copy."
        )
    return notebook


def _text(path: Path) -> str:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise SubmissionError(
                "This is a folder. Name the notebook in it, such as exercises/00_orientation.ipynb."
            )
        if not stat.S_ISREG(status.st_mode):
            raise SubmissionError(
                "This is not a file. Name a notebook, such as exercises/00_orientation.ipynb."
            )
        if status.st_size > LARGEST_FILE:
            raise SubmissionError(
                f"This file is too large ({status.st_size // 2**20} MB; expected less than "
                f"{LARGEST_FILE // 2**20}). "
                "In JupyterLab choose Edit, Clear Outputs of All Cells, and save it."
            )
        text = path.read_bytes().decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise SubmissionError(
            "There is no such file. Check the name and the folder; the name ends in .ipynb."
        ) from None
    except UnicodeDecodeError:
        raise SubmissionError(
            "This file is not UTF-8 text, as every notebook is. "
            "Save it again from JupyterLab and hand in that file."
        ) from None
    except (OSError, ValueError) as problem:  # ValueError: a name that no file can have
        said = getattr(problem, "strerror", None) or problem
        raise SubmissionError(
            f"This file cannot be opened ({said}). Allow reading it, or copy it elsewhere under a short name."
        ) from None
    if not text.strip():
        raise SubmissionError(
            "This file is empty. Save the notebook again in JupyterLab (Ctrl+S) and hand in that file."
        )
    return text


def _parsed(text: str) -> Any:
    try:
        return parse(text)
    except json.JSONDecodeError as problem:
        begins = text.lstrip()[:1]
        merge = re.search(r"^<{7}( |$)", text, re.MULTILINE)
        if merge:
            raise SubmissionError(
                "This notebook holds the marks of a merge that was not finished "
                f"(<<<<<<< in line {text.count(chr(10), 0, merge.start()) + 1}). "
                "Take one of the two versions, as with git checkout --ours, and hand in that file."
            ) from None
        if begins == "<":
            raise SubmissionError(
                "This is a web page, not a notebook. "
                "Download the file itself (the button Raw or Download) and hand in that."
            ) from None
        if begins == "{" and (
            problem.pos >= len(text.rstrip()) - 1 or problem.msg.startswith("Unterminated")
        ):
            raise SubmissionError(
                "This notebook is cut off in the middle. Copy or download it again, "
                "or save it again in JupyterLab."
            ) from None
        raise SubmissionError(
            f"This is not a notebook: expected JSON, but line {problem.lineno} is something else. "
            "Hand in the .ipynb file that JupyterLab saved."
        ) from None
    except (RecursionError, ValueError):
        raise SubmissionError(
            "This is not a notebook: its JSON cannot be read. Hand in the .ipynb file that JupyterLab saved."
        ) from None


def _converted(notebook: Any, version: Any) -> Notebook:
    """A notebook of another format as one of format 4."""
    skip_slow_validator()
    import nbformat

    try:
        return parse(json.dumps(nbformat.convert(nbformat.from_dict(notebook), 4)))
    except Exception:  # a converter of somebody else's, on a file of unknown making
        raise SubmissionError(
            f"This notebook has the format {str(version)[:20]}; expected 4. Open it in JupyterLab, save it, "
            "and hand in that file."
        ) from None


# --- which lesson ---


def find_lesson(
    notebook: Notebook, stems: Iterable[str], release_of: Callable[[str], Notebook] = release
) -> str:
    """The stem of a submission's lesson: by its metadata, else by its cells. `SubmissionError` for none."""
    stems = list(stems)
    ours = metadata(notebook).get("parley")
    ours = ours if isinstance(ours, dict) else {}
    named = ours.get("lesson")
    if ours.get("kind") == "lesson":
        hint = f"exercises/{named}.ipynb" if named in stems else "the exercise, from the folder exercises/"
        raise SubmissionError(f"This is the lesson itself; there is nothing in it to check. Hand in {hint}.")
    if named in stems:
        return named
    if isinstance(named, str) and re.fullmatch(r"\d\d_[a-z0-9_]{1,40}", named):
        raise SubmissionError(
            f"Lesson {named[:2]} ({named}) is not in this copy of Parley, which has {', '.join(stems)}. "
            "Check with the copy that the class works with, or update this one."
        )
    scores = {}
    for stem in stems:
        with contextlib.suppress(Exception):  # a lesson that is half there, or damaged, is not this one
            scores[stem] = _likeness(notebook, release_of(stem))
    best = sorted(scores, key=scores.get, reverse=True)[:2]
    if best and scores[best[0]] >= 6 and (len(best) == 1 or scores[best[0]] > scores[best[1]]):
        return best[0]
    raise SubmissionError(
        "This is a notebook, but none of Parley's exercises. "
        f"Expected one from exercises/ ({', '.join(stems)})."
    )


def _likeness(notebook: Notebook, given: Notebook) -> int:
    """How many marks of a release a notebook shows: ids, exercises, sources. Ids alone say nothing."""
    known = {cell["id"]: cell for cell in given["cells"]}
    sources = {cell["source"] for cell in given["cells"] if len(cell["source"]) > 20}
    exercises = {exercise_of(cell) for cell in given["cells"]} - {None}
    strong = weak = 0
    for cell in _sound(notebook):
        twin = known.get(cell["id"])
        strong += (exercise_of(cell) in exercises) + (cell["source"] in sources)
        weak += bool(twin and twin["cell_type"] == cell["cell_type"])
    return 2 * strong + weak if strong > 1 else 0


# --- putting it back ---


@dataclass(frozen=True)
class Restored:
    """What is run: a notebook with unique ids, notes by exercise, and the exercises that were left blank."""

    notebook: Notebook
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
    added: int = 0  # code cells that the student added
    remarks: tuple[str, ...] = ()  # on the file as a whole


def restore(submitted: Notebook, given: Notebook) -> Restored:
    """The release with the student's answers, and the student's own cells after the cells they followed.

    A given cell of code that was changed is put back, and the student's version runs before it.
    """
    cells = _sound(submitted)
    matches = _all_matches(given, cells)
    own = _own_cells(cells, matches)
    notes: dict[str, tuple[str, ...]] = {}
    blank, put, remarks = set(), [*own.get(None, [])], []
    for cell in given["cells"]:
        found = [cells[at] for at in matches[cell["id"]]]
        fresh = {**cell, "metadata": dict(cell["metadata"])}
        exercise = exercise_of(cell)
        if exercise and "answer" in tags(cell):
            fresh["source"] = defused(found[0]["source"]) if found else cell["source"]
            notes[exercise] = tuple(_answer_notes(found, _times_written(cell, cells)))
            if fresh["source"].strip() == cell["source"].strip():
                blank.add(exercise)
        elif exercise and "check" in tags(cell):
            notes[exercise] = notes.get(exercise, ()) + tuple(_check_notes(found, cell))
        elif cell["cell_type"] == "code":
            changed = [_own(c) for c in found if _was_changed(c, cell)]
            put += changed
            remarks += [
                f"The cell {cell['id']} was changed; the given one was put back, and yours runs before it."
                for _ in changed[:1]
            ]
        put += [fresh, *own.get(cell["id"], [])]
    for n, cell in enumerate((c for c in put if c["id"] == ""), 1):
        cell["id"] = f"own-{n}"
    added = sum(
        cell["id"].startswith("own-") and cell["cell_type"] == "code" and bool(cell["source"].strip())
        for cell in put
    )
    told = {e: n for e, n in notes.items() if n}
    return Restored({**given, "cells": put}, told, frozenset(blank), added, tuple(remarks))


def defused(source: str) -> str:
    """A source in which nbval's marks (``# NBVAL_SKIP``) mean nothing; the lines keep their numbers."""
    return _MARKER.sub(r"\1(\2)", source)


def _sound(notebook: Notebook) -> list[Cell]:
    """The cells of a submission that can be read: id, type, source and metadata are of the right kinds."""
    found = []
    for cell in notebook["cells"]:
        source = cell.get("source") if isinstance(cell, dict) else None
        if isinstance(source, str):
            kind = cell.get("cell_type")
            kind = kind if kind in ("code", "markdown", "raw") else "raw"
            name = cell.get("id") if isinstance(cell.get("id"), str) else ""
            whole = source.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
            found.append({"cell_type": kind, "id": name, "metadata": metadata(cell), "source": whole})
    return found


def _all_matches(given: Notebook, cells: list[Cell]) -> dict[str, list[int]]:
    """Where each given cell stands in a submission; of an answer, only where it stands first: what comes after
    (the other half of a split cell, a second attempt) runs in its own place.
    """
    ids = {cell["id"] for cell in given["cells"]}
    found = {}
    for cell in given["cells"]:
        places = _matches(cell, cells, ids - {cell["id"]})
        found[cell["id"]] = places[:1] if "answer" in tags(cell) else places
    return found


def _matches(given: Cell, cells: list[Cell], others: set[str]) -> list[int]:
    """Where a given cell stands in a submission, by the strongest mark that is left: id, metadata, source.

    ``others`` are the ids of the other given cells: what carries one of them is not this one.
    """
    for test in _marks(given):
        found = [at for at, cell in enumerate(cells) if cell["id"] not in others and test(cell)]
        if found:
            return found
    return []


def _marks(given: Cell) -> list[Callable[[Cell], bool]]:
    """Tests by which a given cell is known again, the strongest first."""
    exercise = exercise_of(given)
    mark = next((tag for tag in ("answer", "check") if tag in tags(given)), None)
    tests: list[Callable[[Cell], bool]] = [lambda cell: cell["id"] == given["id"]]
    if mark:
        tests.append(lambda cell: exercise_of(cell) == exercise and mark in tags(cell))
    name = _answers_name(given) if mark == "answer" else None
    if name:
        tests.append(lambda cell: cell["cell_type"] == "code" and _assigns(name, cell["source"]))
    else:
        tests.append(lambda cell: cell["source"].strip() == given["source"].strip())
    return tests


def _answers_name(cell: Cell) -> str | None:
    """``answer_1``, the name that an answer cell or a check cell uses."""
    found = re.search(r"\banswer_\w+", cell["source"])
    return found[0] if found else None


def _assigns(name: str, source: str) -> bool:
    return re.search(rf"^{name} *=(?!=)", source, re.MULTILINE) is not None


def _times_written(given: Cell, cells: list[Cell]) -> int:
    """How many cells give a value to the answer's name."""
    name = _answers_name(given)
    return sum(
        cell["cell_type"] == "code" and "check" not in tags(cell) and _assigns(name, cell["source"])
        for cell in cells
        if name
    )


def _own_cells(cells: list[Cell], matches: Mapping[str, list[int]]) -> dict[str | None, list[Cell]]:
    """The student's own cells by the given cell they followed (``None`` at the top), without marks."""
    belongs = {at: name for name, found in matches.items() for at in found}
    own: dict[str | None, list[Cell]] = {}
    after = None
    for at, cell in enumerate(cells):
        if at in belongs:
            after = belongs[at]
        else:
            own.setdefault(after, []).append(_own(cell))
    return own


def _own(cell: Cell) -> Cell:
    """A student's cell without marks; its id is given later."""
    fresh: Cell = {"cell_type": cell["cell_type"], "id": "", "metadata": {}, "source": cell["source"]}
    if cell["cell_type"] == "code":
        fresh |= {"source": defused(cell["source"]), "outputs": [], "execution_count": None}
    return fresh


def _was_changed(cell: Cell, given: Cell) -> bool:
    return cell["cell_type"] == "code" and cell["source"].strip() not in ("", given["source"].strip())


def _answer_notes(found: list[Cell], times: int) -> list[str]:
    if not found:
        return ["The answer cell was deleted; the blank one was put back."]
    notes = [f"{times} cells write this answer; the last one before the check counts."] if times > 1 else []
    kind = {"markdown": "Markdown", "raw": "Raw"}.get(found[0]["cell_type"])
    return notes + ([f"The answer cell was turned into {kind}; it was read as code."] if kind else [])


def _check_notes(found: list[Cell], given: Cell) -> list[str]:
    name = _answers_name(given)
    if name and any(_assigns(name, cell["source"]) for cell in found):
        return ["An answer typed into the check cell is not read; put it into the answer cell above."]
    return []
