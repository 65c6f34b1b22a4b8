"""``python -m parley build``: solutions are the masters, exercises are made from them.

For each lesson: bring the lesson notebook and the solution into their one normal form, run what has
changed, refuse a master that fails its own checks, and write ``exercises/<stem>.ipynb``. ``--check``
writes and runs nothing, and names what is stale.

The steps are pure: a notebook (``dict``, see `parley.grading`) goes in, a notebook or a list of one-line
problems comes out. Only `execute`, `read`, `build` and `main` touch the disk or start a kernel.
"""

from __future__ import annotations

import argparse
import ast
import atexit
import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parley import data, lessons
from parley.errors import ParleyError
from parley.exercises import Exercise, evaluate
from parley.grading import (
    ANSWER_MIME,
    KERNELSPEC,
    WIDGET_MIME,
    Cell,
    Notebook,
    dump,
    exercise_of,
    metadata,
    one_line,
    parse,
    tags,
    write_whole,
)
from parley.grading.run import environment, skip_slow_validator

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "# your answer"  # solutions/nbgrader_config.py says the same to nbgrader
CELL_SECONDS = 60
GROWING = ("sources", "glossary")  # tables to which every lesson adds rows: a lesson looks at its own alone
LEAK_LENGTH = 8  # a shorter line of a solution (``),``, ``"author"``) may stand in a task by chance

_KEPT_METADATA = ("tags", "parley", "jupyter")
_LOCK = {"editable": False, "deletable": False}
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FRAME = re.compile(
    r"(saved=)?\{?[\"']?\w+[\"']?: *[\[{(]"
)  # a line that names a field and says nothing of it
_AUTOMATIC_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}")


class BuildError(ParleyError):
    """A notebook that cannot be built. The message is one line: the file, the place, how to mend it."""


# --- the normal form ---


def normalise(notebook: Notebook, stem: str, kind: str, exercises: Mapping[str, Exercise]) -> Notebook:
    """A notebook as it is stored: ids kept, metadata computed, outputs without widgets, counts from 1.

    ``kind`` is ``"lesson"``, ``"solution"`` or ``"exercise"``. An empty code cell at the end, which
    JupyterLab adds by itself, goes.
    """
    cells = [_normal_cell(cell, exercises) for cell in notebook["cells"]]
    while cells and cells[-1]["cell_type"] == "code" and not cells[-1]["source"]:
        cells.pop()
    count = 0
    for cell in cells:
        if cell["cell_type"] == "code" and cell["execution_count"] is not None:
            count += 1
            cell["execution_count"] = count
            for output in cell["outputs"]:
                if "execution_count" in output:
                    output["execution_count"] = count
    ours = {"lesson": stem, "kind": kind}
    if kind != "exercise":
        ours |= {name: was for name in ("ran", "inputs") if (was := _ours(notebook).get(name))}
    return {
        "cells": cells,
        "metadata": {"kernelspec": dict(KERNELSPEC), "language_info": {"name": "python"}, "parley": ours},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _ours(notebook: Notebook) -> dict[str, Any]:
    found = metadata(notebook).get("parley")
    return found if isinstance(found, dict) else {}


def _normal_cell(cell: Cell, exercises: Mapping[str, Exercise]) -> Cell:
    kept = {key: value for key, value in metadata(cell).items() if key in _KEPT_METADATA and value}
    marks = nbgrader_marks(cell, exercises)
    if marks:
        kept["nbgrader"] = marks
    normal = {"cell_type": cell["cell_type"], "id": cell.get("id", ""), "metadata": kept}
    normal["source"] = cell.get("source", "").rstrip()
    if cell.get("attachments"):
        normal["attachments"] = cell["attachments"]
    if cell["cell_type"] == "code":
        normal["execution_count"] = cell.get("execution_count")
        normal["outputs"] = [kept for output in cell.get("outputs", []) if (kept := _normal_output(output))]
    return normal


def _normal_output(output: dict[str, Any]) -> dict[str, Any] | None:
    """An output without widget views, which no file can draw; ``None`` where it was nothing else."""
    if "data" not in output:
        return output
    shown = {mime: value for mime, value in output["data"].items() if mime != WIDGET_MIME}
    meta = {mime: value for mime, value in (output.get("metadata") or {}).items() if mime != WIDGET_MIME}
    return {**output, "data": shown, "metadata": meta} if shown else None


def nbgrader_marks(cell: Cell, exercises: Mapping[str, Exercise]) -> dict[str, Any] | None:
    """nbgrader's cell metadata (schema 3), from the exercise's declaration; ``None`` for any other cell.

    A core check is graded by machine. Prose is graded by hand, in its answer cell, and its check is worth
    one point for a form that is met. A stretch exercise carries no points.
    """
    exercise = exercises.get(exercise_of(cell) or "")
    if exercise is None or not {"answer", "check"} & set(tags(cell)):
        return None
    is_answer = "answer" in tags(cell)
    graded = exercise.core and (exercise.by_reader or not is_answer)
    marks = {"schema_version": 3, "grade_id": cell.get("id", ""), "solution": is_answer, "task": False}
    marks |= {"grade": graded, "locked": not is_answer}
    if graded:
        marks["points"] = 1 if exercise.by_reader and not is_answer else exercise.stars
    return marks


# --- solution blocks ---


def blank(source: str) -> str:
    """A source with each solution block replaced by the stub, as nbgrader's ClearSolutions does it.

    `BuildError` for delimiters that are nested, not closed, stray or not alone on their line.
    """
    return "\n".join(line for line, secret in _marked(source) if not secret)


def solution_lines(source: str) -> list[str]:
    """The lines of a source that stand between solution delimiters, stripped."""
    return [line.strip() for line, secret in _marked(source) if secret]


def _marked(source: str) -> list[tuple[str, bool]]:
    """Each line and whether it is part of a solution; a block's first delimiter becomes the stub."""
    found, inside = [], False
    for line in source.split("\n"):
        begins, ends = "BEGIN SOLUTION" in line, "END SOLUTION" in line  # nbgrader looks for no more
        if (begins and line.strip() != BEGIN) or (ends and line.strip() != END):
            raise BuildError(
                f"the line {line.strip()[:60]!r} must be {BEGIN if begins else END!r} and nothing else"
            )
        if begins and inside:
            raise BuildError(f"{BEGIN!r} stands inside another block; close that one first with {END!r}")
        if ends and not inside:
            raise BuildError(f"{END!r} stands there without {BEGIN!r} above it")
        if begins:
            found.append((re.match(r"\s*", line)[0] + STUB, False))
        elif not ends:
            found.append((line, inside))
        inside = begins or (inside and not ends)
    if inside:
        raise BuildError(f"{BEGIN!r} is never closed; add {END!r}")
    return found


# --- the exercise ---


def exercise_from(solution: Notebook) -> Notebook:
    """The exercise of a normal solution: blocks blank, outputs gone, check cells locked."""
    ours = {"lesson": solution["metadata"]["parley"]["lesson"], "kind": "exercise"}
    cells = [_blank_cell(cell) for cell in solution["cells"]]
    return {**solution, "cells": cells, "metadata": {**solution["metadata"], "parley": ours}}


def _blank_cell(cell: Cell) -> Cell:
    if cell["cell_type"] != "code":
        return cell
    lock = _LOCK if "check" in tags(cell) else {}
    new = {"source": blank(cell["source"]), "outputs": [], "execution_count": None}
    return {**cell, **new, "metadata": {**cell["metadata"], **lock}}


def leaks(solution: Notebook, exercise: Notebook) -> list[str]:
    """Lines of a solution block that occur in the exercise, one problem each."""
    text = "\n".join(_texts(exercise))
    secret = [
        (cell["id"], line)
        for cell in solution["cells"]
        if cell["cell_type"] == "code"
        for line in solution_lines(cell["source"])
        if len(line) > LEAK_LENGTH and not _FRAME.fullmatch(line)
    ]
    return [
        f"cell {name}: the exercise shows a line of the solution, {line[:50]!r}"
        for name, line in secret
        if line in text
    ]


def _texts(value: Any) -> Iterator[str]:
    """Every string in a tree of JSON, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for item in value.items() for part in item for text in _texts(part))
    elif isinstance(value, (list, tuple)):
        yield from (text for part in value for text in _texts(part))


# --- what may be wrong with a master ---


def problems(notebook: Notebook, kind: str, exercises: Mapping[str, Exercise]) -> list[str]:
    """What is wrong with a notebook, one line each; an empty list where it can be built.

    ``kind`` is as in `normalise`; only in a solution are the blocks looked at.
    """
    found = _id_problems(notebook["cells"]) + _delimiter_problems(notebook["cells"])
    marked = [cell for cell in notebook["cells"] if {"answer", "check"} & set(tags(cell))]
    if kind == "lesson":
        return found + [
            f"cell {cell['id']}: exercises stand in solutions/, a lesson only links to them"
            for cell in marked
        ]
    for cell in marked:
        if cell["cell_type"] != "code" or exercise_of(cell) is None:
            found.append(
                f"cell {cell['id']}: a cell tagged answer or check is a "
                'code cell with metadata.parley.exercise, as in "00-1"'
            )
    present = {exercise_of(cell) for cell in marked} - {None}
    for e in (e for e in exercises if e not in present):
        found.append(
            f"exercise {e} is declared in the lesson's module but has no cells here; add both of them"
        )
    for e in sorted(present):
        if e in exercises:
            pair = [cell for cell in notebook["cells"] if exercise_of(cell) == e]
            found += _pair_problems(e, pair, has_solution=kind == "solution")
        else:
            found.append(f"exercise {e} has cells here but is not declared in the lesson's module")
    return found


def _id_problems(cells: list[Cell]) -> list[str]:
    found = []
    for n, cell in enumerate(cells, 1):
        name = cell.get("id", "")
        if not _ID.fullmatch(name) or _AUTOMATIC_ID.fullmatch(name):
            found.append(
                f"cell {n} has the automatic id {name!r}; give it "
                'one that says what it is, as in "ctx-quiz-1"'
            )
    twice = [name for name, times in Counter(cell.get("id") for cell in cells).items() if times > 1]
    return found + [f"the id {name!r} is there twice; ids are how the checker knows a cell" for name in twice]


def _delimiter_problems(cells: list[Cell]) -> list[str]:
    found = []
    for cell in cells:
        try:
            if solution_lines(cell["source"]) and "answer" not in tags(cell):
                found.append(f"cell {cell['id']}: a solution block stands only in a cell tagged answer")
        except BuildError as problem:
            found.append(f"cell {cell['id']}: {problem}")
    return found


def _pair_problems(identifier: str, cells: list[Cell], has_solution: bool) -> list[str]:
    """What is wrong with the answer and the check cell of one exercise."""
    of = {tag: [cell for cell in cells if tag in tags(cell)] for tag in ("answer", "check")}
    for tag, found in of.items():
        if len(found) != 1:
            count = f"{len(found)} {tag} cells" if found else f"no {tag} cell"
            return [f"exercise {identifier} has {count}; it needs one answer cell and one check cell"]
    (answer,), (check,) = of["answer"], of["check"]
    number = identifier.split("-")[-1]
    found = [
        f"cell {cell['id']}: call it ex{number}-{tag}"
        for tag, (cell,) in of.items()
        if cell["id"] != f"ex{number}-{tag}"
    ]
    if cells.index(check) < cells.index(answer):
        found.append(f"exercise {identifier}: the check cell stands before the answer cell")
    if f'check("{identifier}"' not in check["source"]:
        found.append(f'cell {check["id"]}: expected check("{identifier}", …)')
    return found + (_stub_problems(answer) if has_solution else [])


def _stub_problems(answer: Cell) -> list[str]:
    try:
        if not solution_lines(answer["source"]):
            return [
                f"cell {answer['id']}: no solution block; enclose only the solution in {BEGIN!r} and {END!r}"
            ]
        ast.parse(blank(answer["source"]))
    except BuildError:
        return []  # named among the delimiters already
    except SyntaxError as problem:
        where = f"{problem.msg}, line {problem.lineno}"
        return [f"cell {answer['id']}: without its solution the cell is not Python any more ({where})"]
    return []


def fingerprint(notebook: Notebook) -> str:
    """A short hash of the code cells: it tells whether the stored outputs belong to these sources."""
    code = [[cell["id"], cell["source"]] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()[:16]


def has_run(notebook: Notebook) -> bool:
    """Whether a normal notebook holds the outputs of the sources it holds."""
    counts = [cell["execution_count"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return None not in counts and notebook["metadata"]["parley"].get("ran") == fingerprint(notebook)


# --- what the outputs came from ---


def inputs(place: Place, notebook: Notebook) -> dict[str, str]:
    """What the outputs of a notebook depend on besides its own code: ``{file: short hash}``.

    These are the lesson's module; its quiz file, where a cell shows a question; the tables that the notebook,
    the module or the module's helpers name; and, for a header, the lessons before and after. A figure drawn in
    `parley.plotting` or a widget is not among them: a change there would make every lesson stale.
    """
    code = "\n".join(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code")
    module = f"parley/lessons/{place.stem.split('_', 1)[-1]}.py"
    quiz = f"data/quizzes/{place.stem}.yaml"
    names = [module] + ([quiz] if re.search(r"\b(quiz|note)\(", code) else [])
    found = {name: text for name in names if (text := text_of(place.root / name)) is not None}
    told = "\n".join([code, *found.values()])
    told += "\n".join(_helpers(place.root, told))
    for table in sorted((place.root / "data").glob("*.csv")):
        if table.stem in GROWING:
            found[f"data/{table.name}"] = _rows_of(table, place.stem, told)
        elif re.search(rf"[\"']{re.escape(table.stem)}[\"']", told):
            found[f"data/{table.name}"] = text_of(table)
    if re.search(r"\blesson\(", code):
        found["the lessons beside it"] = _beside(place.stem)
    return {name: hashlib.sha256(text.encode()).hexdigest()[:12] for name, text in found.items()}


def _helpers(root: Path, told: str) -> list[str]:
    """The texts of `parley.article` and of the modules of `parley.analysis` that a text names."""
    files = [root / "parley" / "article.py", *sorted((root / "parley" / "analysis").glob("*.py"))]
    return [text_of(file) or "" for file in files if re.search(rf"\b{re.escape(file.stem)}\b", told)]


def _rows_of(table: Path, stem: str, told: str) -> str:
    """The rows of a table that name a lesson, or that the lesson names by their key."""
    rows = [row for row in csv.reader(io.StringIO(text_of(table), newline="")) if row]
    return json.dumps([row for row in rows[1:] if stem in row or f'"{row[0]}"' in told])


def _beside(stem: str) -> str:
    """The lessons before and after, as a header shows them."""
    try:
        near = lessons.neighbours(stem.split("_")[0])
        return json.dumps([other and [other, lessons.module(other).LESSON.title] for other in near])
    except Exception:  # a neighbour that is half there: its own build says what is wrong with it
        return ""


def outdated(place: Place, notebook: Notebook) -> list[str]:
    """What has changed since a notebook was run, by name."""
    then = _ours(notebook).get("inputs")
    then = then if isinstance(then, dict) else {}
    return [name for name, mark in inputs(place, notebook).items() if then.get(name) != mark]


def unproven(solution: Notebook, exercises: Mapping[str, Exercise]) -> list[str]:
    """The exercises whose check cell, as stored, has published no answer that the judge accepts."""
    found = []
    for cell in solution["cells"]:
        exercise = exercises.get(exercise_of(cell) or "")
        if exercise is None or "check" not in tags(cell):
            continue
        shown = [
            output["data"][ANSWER_MIME] for output in cell["outputs"] if ANSWER_MIME in output.get("data", {})
        ]
        verdict = evaluate(exercise, shown[-1].get("answer")).verdict if shown else None
        if verdict is None:
            found.append(f"exercise {exercise.id}: its check cell showed no verdict")
        elif not verdict.done:
            found.append(
                f"exercise {exercise.id}: the master fails its own check. {verdict.status}: {verdict.message}"
            )
    return found


# --- running ---


def execute(notebook: Notebook, folder: Path) -> Notebook:
    """A notebook run from top to bottom in this Python, in ``folder``, with a record that is empty.

    `BuildError` where a cell raises, takes too long or kills the kernel; for a check cell it names the
    exercise.
    """
    skip_slow_validator()
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    class ThisPython(AsyncKernelManager):
        """Starts this very Python, whatever kernel a user has put in the name python3."""

        @property
        def kernel_spec(self) -> Any:
            return this_kernel()

    live = nbformat.from_dict(_cleared(notebook))
    options = {
        "timeout": CELL_SECONDS,
        "store_widget_state": False,
        "record_timing": False,
        "kernel_name": "python3",
    }
    with tempfile.TemporaryDirectory() as scratch:
        client = NotebookClient(
            live, kernel_manager_class=ThisPython, resources={"metadata": {"path": str(folder)}}, **options
        )
        try:
            # what the kernel itself says on its stderr (a warning about TCP) is not ours
            client.execute(env=environment(Path(scratch)), stderr=subprocess.DEVNULL)
        except CellExecutionError as problem:
            raise BuildError(_first_error(live) or str(problem).strip().splitlines()[-1]) from None
        except (CellTimeoutError, DeadKernelError) as problem:
            at = next(
                (cell.id for cell in live.cells if cell.cell_type == "code" and cell.execution_count is None),
                "?",
            )
            what = (
                f"ran for more than {CELL_SECONDS} s"
                if isinstance(problem, CellTimeoutError)
                else "ended the kernel"
            )
            raise BuildError(f"a cell at or before {at} {what}") from None
        except (RuntimeError, OSError) as problem:
            atexit.unregister(
                client._cleanup_kernel
            )  # at the end it would trip over the kernel that never was
            raise BuildError(
                f"the kernel did not start ({one_line(problem, 120)}); run: python -m parley doctor"
            ) from None
    done = json.loads(json.dumps(live))
    done["metadata"].setdefault("parley", {})["ran"] = fingerprint(done)
    return done


def this_kernel() -> Any:
    """The kernel specification of the Python that runs this."""
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec

    return KernelSpec(resource_dir="", **get_kernel_dict())


def _cleared(notebook: Notebook) -> Notebook:
    fresh = {"outputs": [], "execution_count": None}
    return {
        **notebook,
        "cells": [
            {**cell, **fresh} if cell["cell_type"] == "code" else dict(cell) for cell in notebook["cells"]
        ],
    }


def _first_error(notebook: Notebook) -> str | None:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                if "check" in tags(cell):
                    return (
                        f"exercise {exercise_of(cell)}: the master fails "
                        f"its own check. {one_line(output['evalue'])}"
                    )
                return f"cell {cell['id']} stopped: {output['ename']}: {one_line(output['evalue'])}"
    return None


# --- files ---


@dataclass(frozen=True)
class Place:
    """The three notebooks of one lesson."""

    root: Path
    stem: str

    def path(self, kind: str) -> Path:
        folder = {"lesson": "notebooks", "solution": "solutions", "exercise": "exercises"}[kind]
        return self.root / folder / f"{self.stem}.ipynb"

    def name(self, kind: str) -> str:
        return self.path(kind).relative_to(self.root).as_posix()


def read(place: Place, kind: str, text: str | None = None) -> Notebook:
    """A notebook of ours; `BuildError` where the file is missing or no notebook."""
    name = place.name(kind)
    try:
        notebook = parse(place.path(kind).read_text(encoding="utf-8") if text is None else text)
    except FileNotFoundError:
        raise BuildError(
            f"{name} is missing; a lesson has a notebook and a solution of the same stem"
        ) from None
    except (OSError, ValueError) as problem:
        raise BuildError(
            f"{name} cannot be read as a notebook ({one_line(str(problem))}); "
            f"restore it with: git checkout -- {name}"
        ) from None
    if not _is_notebook(notebook):
        raise BuildError(f"{name} is not a notebook of format 4; restore it with: git checkout -- {name}")
    return notebook


def _is_notebook(tree: Any) -> bool:
    return (
        isinstance(tree, dict)
        and tree.get("nbformat") == 4
        and isinstance(tree.get("cells"), list)
        and all(isinstance(cell, dict) and isinstance(cell.get("source"), str) for cell in tree["cells"])
        and all(cell.get("cell_type") in ("code", "markdown", "raw") for cell in tree["cells"])
        and all(isinstance(cell.get("id", ""), str) for cell in tree["cells"])
    )


def text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def gits_copy(root: Path, name: str) -> str | None:
    """What git has of a file (staged, else committed); ``None`` where it has none, or is not there."""
    command = ["git", "-C", str(root), "show", f":./{name}"]
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
        )
        return done.stdout.decode("utf-8").replace("\r\n", "\n") if done.returncode == 0 else None
    except (OSError, UnicodeDecodeError):
        return None


def published(place: Place, kind: str, exercises: Mapping[str, Exercise]) -> tuple[str, bool]:
    """The text of a notebook that is to be judged, and whether it is git's in place of the one in the folder.

    Students run, change and save the notebooks in a checkout; that is their work and nobody's mistake. So
    a lesson or a solution that does not look as `build` left it is judged by git's copy; but a solution
    whose sources were changed is an author's work, and judged as it is.
    """
    here = text_of(place.path(kind))
    in_git = gits_copy(place.root, place.name(kind))
    if in_git is None or here == in_git:
        if here is None:
            read(place, kind)  # says that it is missing
        return here or "", False
    try:
        notebook = read(place, kind, here)
        normal = normalise(notebook, place.stem, kind, exercises)
        if dump(normal) == here and has_run(normal):
            return here, False
        if kind == "solution" and _sources(notebook) != _sources(read(place, kind, in_git)):
            return here, False
    except (BuildError, AttributeError, KeyError, TypeError):
        pass  # damaged in the folder: git's copy is whole
    return in_git, True


def _sources(notebook: Notebook) -> list[tuple[str, str]]:
    return [(cell["cell_type"], cell["source"].rstrip()) for cell in notebook["cells"] if cell["source"]]


def stale(place: Place, exercises: Mapping[str, Exercise]) -> tuple[list[str], list[str]]:
    """What is stale, missing, leaking or wrong in one lesson, and notes on files that were not looked at.

    Runs nothing and writes nothing.
    """
    found, notes, normal = [], [], {}
    again = f"run: python -m parley build {place.stem}"
    for kind in ("lesson", "solution"):
        name = place.name(kind)
        try:
            text, is_gits = published(place, kind, exercises)
            notebook = read(place, kind, text)
        except BuildError as problem:
            found.append(str(problem))
            continue
        if is_gits:
            notes.append(f"{name} was changed here since the last build; git's copy was looked at.")
        slips = problems(notebook, kind, exercises)
        found += [f"{name}: {slip}" for slip in slips]
        if slips:
            continue
        normal[kind] = normalise(notebook, place.stem, kind, exercises)
        older = outdated(place, normal[kind])
        if not has_run(normal[kind]):
            found.append(f"{name} was edited after it was run; {again}")
        elif older:
            found.append(f"{name}: its outputs are older than {', '.join(older)}; {again}")
        elif dump(normal[kind]) != text:
            found.append(f"{name} is not in its normal form; {again}")
    if "solution" in normal:
        found += _stale_exercise(place, normal["solution"], exercises, again)
    return found, notes


def _stale_exercise(
    place: Place, solution: Notebook, exercises: Mapping[str, Exercise], again: str
) -> list[str]:
    name, path = place.name("exercise"), place.path("exercise")
    made = exercise_from(solution)
    found = [f"{name}: {leak}" for leak in leaks(solution, made)]
    if has_run(solution):
        found += [f"{place.name('solution')}: {slip}" for slip in unproven(solution, exercises)]
    in_git = gits_copy(place.root, name)
    here = text_of(path)
    if dump(made) in (here, in_git):
        return found
    if here is None and in_git is None:
        return [*found, f"{name} is missing; {again}"]
    return [*found, f"{name} is stale: it is not what {place.name('solution')} gives; {again}"]


def build(place: Place, exercises: Mapping[str, Exercise], run: str = "changed") -> list[str]:
    """Write the three notebooks of one lesson; the names of those that changed.

    ``run`` is ``"changed"``, ``"all"`` or ``"none"``. `BuildError`, with one line for each problem, before
    anything is written.
    """
    found, ready = [], {}
    for kind in ("lesson", "solution"):
        try:
            notebook = read(place, kind)
            slips = problems(notebook, kind, exercises)
            if not slips:
                normal = normalise(notebook, place.stem, kind, exercises)
                is_old = not has_run(normal) or outdated(place, normal)
                if run == "all" or (run == "changed" and is_old):
                    normal = normalise(execute(normal, place.path(kind).parent), place.stem, kind, exercises)
                    normal["metadata"]["parley"] |= {"inputs": i} if (i := inputs(place, normal)) else {}
                ready[kind] = normal
                if kind == "solution" and has_run(normal):
                    slips = unproven(normal, exercises)
        except BuildError as problem:
            said = str(problem)
            slips = [said if said.startswith(place.name(kind)) else f"{place.name(kind)}: {said}"]
        found += [
            slip if slip.startswith(place.name(kind)) else f"{place.name(kind)}: {slip}" for slip in slips
        ]
    if not found:
        ready["exercise"] = exercise_from(ready["solution"])
        found = [f"{place.name('exercise')}: {leak}" for leak in leaks(ready["solution"], ready["exercise"])]
    if found:
        raise BuildError("\n".join(found))
    place.path("exercise").parent.mkdir(exist_ok=True)
    return [
        place.name(kind) for kind, notebook in ready.items() if write_whole(place.path(kind), dump(notebook))
    ]


def stems(root: Path) -> list[str]:
    """Every lesson there is a quiz file, a notebook or a solution for, in order."""
    files = (file for folder in ("notebooks", "solutions") for file in (root / folder).glob("[0-9]*.ipynb"))
    return sorted({*data.stems(), *(file.stem for file in files)})


def main(
    argv: Iterable[str] | None = None,
    root: Path | None = None,
    exercises_of: Callable[[str], Mapping[str, Exercise]] = lessons.exercises,
) -> int:
    """The command. Exit code 0 where all is well, 1 where something is stale or was refused, 2 where a lesson is
    unknown or its module cannot be read.
    """
    parser = argparse.ArgumentParser(
        prog="python -m parley build", description="Write exercises/ from solutions/."
    )
    parser.add_argument("stem", nargs="*", help="lessons to build, as in 00_orientation (default: all)")
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; say what is stale, and exit with 1 if anything is",
    )
    parser.add_argument(
        "--execute", action="store_true", help="run every notebook, also where its sources have not changed"
    )
    parser.add_argument("--no-execute", action="store_true", help="run nothing")
    wanted = parser.parse_args(argv)
    root = root or data.project()
    if root is None:
        print(
            "There is nothing to build in an installed Parley: run this in a checkout of the project.",
            file=sys.stderr,
        )
        return 1
    known, which = stems(root), [Path(word).stem for word in wanted.stem]
    stray = [stem for stem in which if stem not in known]
    if stray:
        print(
            f"There is no lesson {one_line(stray[0], 40)!r}; there are {', '.join(known)}.", file=sys.stderr
        )
        return 2
    which = which or known
    run = "none" if wanted.no_execute else "all" if wanted.execute else "changed"
    return max((_one(Place(root, stem), exercises_of, wanted.check, run) for stem in which), default=0)


def _one(
    place: Place, exercises_of: Callable[[str], Mapping[str, Exercise]], only_look: bool, run: str
) -> int:
    """Build one lesson, or look at it, and print what came of it; the exit code."""
    try:
        exercises = exercises_of(place.stem)
    except ParleyError as problem:
        print(one_line(problem), file=sys.stderr)
        return 2
    except Exception as problem:
        print(f"{place.stem}: {damage(problem)}", file=sys.stderr)
        return 2
    try:
        found, said = (
            stale(place, exercises)
            if only_look
            else ([], [f"wrote {name}" for name in build(place, exercises, run)])
        )
    except ParleyError as problem:
        found, said = str(problem).splitlines(), []
    for line in found:
        print(line, file=sys.stderr)
    nothing = f"{place.stem}: nothing is stale" if only_look else f"{place.stem}: nothing to do"
    for line in said or ([] if found else [nothing]):
        print(line)
    return 1 if found else 0


def damage(problem: BaseException) -> str:
    """What stopped a lesson's module from being read, and where, in one line."""
    where = (
        f"{Path(problem.filename).name}, line {problem.lineno}"
        if isinstance(problem, SyntaxError) and problem.filename
        else _last_place(problem)
    )
    said = problem.msg if isinstance(problem, SyntaxError) else problem
    return f"its module cannot be read ({where}: {type(problem).__name__}: {one_line(said, 160)})"


def _last_place(problem: BaseException) -> str:
    frames = traceback.extract_tb(problem.__traceback__)
    return f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "?"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
