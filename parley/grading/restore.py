"""Read what a student handed in, find the lesson, and put every given cell back.

The student's are the sources of the answer cells, and the cells that were added. All else comes from the
release: whatever was edited, deleted, moved, marked or turned into text cannot change what is checked.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley import data, lessons
from parley.grading import Cell, Notebook, exercise_of, metadata, parse, tags
from parley.grading.build import BuildError, Place, exercise_from, normalise, problems, published, read
from parley.grading.run import skip_slow_validator

LARGEST_FILE = 50 * 2**20

_MARKER = re.compile(r"^(\s*#[#\s]*)((?:NBVAL|PYTEST_VALIDATE)_[A-Z_]+)\s*$", re.MULTILINE)


class SubmissionError(Exception):
    """A file that cannot be checked. The message says what it is, what was expected and how to mend it."""


# --- the release ---


def release(stem: str) -> Notebook:
    """The exercise of a lesson as it was given out.

    In a checkout it is made from the solution: ``exercises/<stem>.ipynb`` is where students work. An
    installed Parley holds the exercises. `SubmissionError` where neither is to be had.
    """
    root = data.project()
    if root is None:
        file = Path(data.__file__).parent / "_files" / "exercises" / f"{stem}.ipynb"
        try:
            return parse(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise SubmissionError(
                f"The exercise {stem} of this Parley is missing or damaged. Install Parley again."
            ) from None
    place, exercises = Place(root, stem), lessons.exercises(stem)
    try:
        text, _ = published(place, "solution", exercises)
        solution = read(place, "solution", text)
        for slip in problems(solution, "solution", exercises):
            raise BuildError(f"{place.name('solution')}: {slip}")
        return exercise_from(normalise(solution, stem, "solution", exercises))
    except BuildError as problem:
        raise SubmissionError(
            f"The exercise {stem} cannot be made from its solution. {problem}. "
            f"To mend it: git checkout -- {place.name('solution')}"
        ) from None


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
    if path.is_dir():
        raise SubmissionError(
            "This is a folder. Name the notebook in it, such as exercises/00_orientation.ipynb."
        )
    if not path.exists():
        raise SubmissionError(
            "There is no such file. Check the name and the folder; the name ends in .ipynb."
        )
    if not path.is_file():
        raise SubmissionError("This is not a file. Name a notebook, such as exercises/00_orientation.ipynb.")
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise SubmissionError(
                f"This file is too large ({size // 2**20} MB; expected less than {LARGEST_FILE // 2**20}). "
                "In JupyterLab choose Edit, Clear Outputs of All Cells, and save it."
            )
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise SubmissionError(
            f"This file cannot be opened ({problem.strerror}). Allow reading it, or copy it elsewhere."
        ) from None
    except UnicodeDecodeError:
        raise SubmissionError(
            "This file is not UTF-8 text, as every notebook is. "
            "Save it again from JupyterLab and hand in that file."
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
    scores = {}
    for stem in stems:
        with contextlib.suppress(SubmissionError):  # a lesson without an exercise yet
            scores[stem] = _likeness(notebook, release_of(stem))
    best = sorted(scores, key=scores.get, reverse=True)[:2]
    if best and scores[best[0]] >= 6 and (len(best) == 1 or scores[best[0]] > scores[best[1]]):
        return best[0]
    raise SubmissionError(
        "This is a notebook, but none of Parley's exercises. "
        f"Expected one from exercises/ ({', '.join(stems)})."
    )


def _likeness(notebook: Notebook, given: Notebook) -> int:
    """How many marks of a release a notebook shows: ids, exercises, sources. Ids alone say little."""
    known = {cell["id"]: cell for cell in given["cells"]}
    sources = {cell["source"] for cell in given["cells"] if len(cell["source"]) > 20}
    exercises = {exercise_of(cell) for cell in given["cells"]} - {None}
    score = 0
    for cell in _sound(notebook):
        twin = known.get(cell["id"])
        score += (2 if exercise_of(cell) in exercises else 0) + (2 if cell["source"] in sources else 0)
        score += 1 if twin and twin["cell_type"] == cell["cell_type"] else 0
    return score


# --- putting it back ---


@dataclass(frozen=True)
class Restored:
    """What is run: a notebook with unique ids, notes by exercise, and the exercises that were left blank."""

    notebook: Notebook
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()
    added: int = 0  # code cells that the student added


def restore(submitted: Notebook, given: Notebook) -> Restored:
    """The release with the student's answers, and the student's own cells after the cells they followed."""
    cells = _sound(submitted)
    matches = {cell["id"]: _matches(cell, cells) for cell in given["cells"]}
    own = _own_cells(cells, matches)
    notes: dict[str, tuple[str, ...]] = {}
    blank = set()
    put = [*own.get(None, [])]
    for cell in given["cells"]:
        found = matches[cell["id"]]
        fresh = {**cell, "metadata": dict(cell["metadata"])}
        exercise = exercise_of(cell)
        if "answer" in tags(cell) and exercise:
            fresh["source"] = defused(cells[found[-1]]["source"]) if found else cell["source"]
            notes[exercise] = notes.get(exercise, ()) + tuple(_answer_notes([cells[at] for at in found]))
            if fresh["source"].strip() == cell["source"].strip():
                blank.add(exercise)
        put += [fresh, *own.get(cell["id"], [])]
    for n, cell in enumerate((c for c in put if c["id"] == ""), 1):
        cell["id"] = f"own-{n}"
    added = sum(
        cell["cell_type"] == "code" and bool(cell["source"].strip()) for some in own.values() for cell in some
    )
    return Restored({**given, "cells": put}, {e: n for e, n in notes.items() if n}, frozenset(blank), added)


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


def _matches(given: Cell, cells: list[Cell]) -> list[int]:
    """Where a given cell stands in a submission, by the strongest mark that is left: id, metadata, source."""
    exercise, mark = (
        exercise_of(given),
        next((tag for tag in ("answer", "check") if tag in tags(given)), None),
    )
    name = re.search(r"^(answer_\w+) *=", given["source"], re.MULTILINE) if mark == "answer" else None
    tests: list[Callable[[Cell], bool]] = [lambda cell: cell["id"] == given["id"]]
    if mark:
        tests.append(lambda cell: exercise_of(cell) == exercise and mark in tags(cell))
    if name:
        typed = re.compile(rf"^{name[1]} *=", re.MULTILINE)
        tests.append(lambda cell: cell["cell_type"] == "code" and typed.search(cell["source"]) is not None)
    else:
        tests.append(lambda cell: cell["source"].strip() == given["source"].strip())
    for test in tests:
        found = [at for at, cell in enumerate(cells) if test(cell)]
        if found:
            return found
    return []


def _own_cells(cells: list[Cell], matches: Mapping[str, list[int]]) -> dict[str | None, list[Cell]]:
    """The student's own cells by the given cell they followed (``None`` at the top), without marks."""
    belongs = {at: name for name, found in matches.items() for at in found}
    own: dict[str | None, list[Cell]] = {}
    after = None
    for at, cell in enumerate(cells):
        if at in belongs:
            after = belongs[at]
            continue
        fresh: Cell = {"cell_type": cell["cell_type"], "id": "", "metadata": {}, "source": cell["source"]}
        if cell["cell_type"] == "code":
            fresh |= {"source": defused(cell["source"]), "outputs": [], "execution_count": None}
        own.setdefault(after, []).append(fresh)
    return own


def _answer_notes(found: list[Cell]) -> list[str]:
    if not found:
        return ["The answer cell was deleted; the blank one was put back."]
    notes = ["The answer cell is there more than once; the last one counts."] if len(found) > 1 else []
    kind = {"markdown": "Markdown", "raw": "Raw"}.get(found[-1]["cell_type"])
    return notes + ([f"The answer cell was turned into {kind}; it was read as code."] if kind else [])
