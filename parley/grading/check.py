"""``python -m parley check FILE... [--json OUT]``: what a student saved, checked on a copy.

Four steps for each file: `prepare` reads it, loads the lesson with its judges, and puts the given cells back
(`restore`), all before anything of a student's is run; `run` runs the copy under nbval in a process of its
own; and `judge` asks the exercise's judge **here**, where none of the student's code has run. A kernel can hand
in an answer; it cannot give itself a pass.

Exit code: 0 where all core exercises are passed or complete, 1 where one is not, 2 where a file could not
be checked.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import hashlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import parley
from parley import data, lessons
from parley.answers import Function
from parley.errors import ParleyError
from parley.exercises import Exercise, Status, evaluate
from parley.grading import Notebook, exercise_of, one_line, tags, write_whole
from parley.grading.build import damage
from parley.grading.report import COULD_NOT_RUN, FileReport, Result, as_json, as_text, exit_code
from parley.grading.restore import (
    Restored,
    find_lesson,
    read_submission,
    release_and_note,
    restore,
)
from parley.grading.run import CellRun, Limits, Run, run


class DamageError(ParleyError):
    """Parley itself is at fault, not the student."""


@dataclass(frozen=True)
class Ground:
    """All of a lesson that a check needs, loaded before a student's code runs."""

    stem: str
    title: str
    exercises: Mapping[str, Exercise]
    release: Notebook
    note: str = ""


@dataclass(frozen=True)
class Task:
    """A file that is ready to be run."""

    file: str
    ground: Ground
    restored: Restored


def ground(stem: str) -> Ground:
    """Load a lesson: its module, the judges with their tables, and the release."""
    try:
        exercises, title = lessons.exercises(stem), lessons.module(stem).LESSON.title
    except ParleyError:
        raise
    except Exception as problem:  # a slip in a lesson's module can be anything
        raise DamageError(
            f"Lesson {stem} of this Parley is damaged: {damage(problem)}. This is not the student's doing: "
            "restore the file, or install Parley again."
        ) from None
    return Ground(stem, title, exercises, *release_and_note(stem))


def prepare(file: str, ground_of: Callable[[str], Ground] = ground) -> Task | FileReport:
    """Read a file and make the notebook that is run; a report where that cannot be done."""

    def made() -> Task:
        submitted = read_submission(Path(file))
        lesson = ground_of(find_lesson(submitted, data.stems()))
        return Task(file, lesson, restore(submitted, lesson.release))

    return _or_report(file, made)


def finish(task: Task, limits: Limits, before: Mapping[str, str]) -> FileReport:
    """Run a prepared file and judge it. ``before`` is what `own_files` said when no student's code had run."""
    file, lesson = task.file, task.ground

    def made() -> FileReport:
        done = run(task.restored.notebook, limits)
        if done.ended == "crash":
            raise DamageError(
                f"The checker could not start its own run ({one_line(done.detail)}). "
                "This is not the student's doing: run python -m parley doctor."
            )
        _refuse_if_changed(before)
        results = tuple(
            judge(exercise, task.restored, done, limits) for exercise in lesson.exercises.values()
        )
        notes = [lesson.note] if lesson.note else []
        if done.ended == "time":
            notes.append(f"The whole file ran for more than {limits.total:g} s and was stopped.")
        notes += task.restored.remarks
        return FileReport(file, lesson.stem, lesson.title, None, tuple(notes), results, done.seconds)

    return _or_report(file, made, lesson.stem)


def _or_report(file: str, made: Callable[[], Any], stem: str | None = None) -> Any:
    """What ``made`` gives, or a report that says why it could not: one file never ends a batch."""
    try:
        return made()
    except ParleyError as problem:
        return FileReport(file, stem, problem=one_line(problem, 600))
    except Exception as problem:
        said = one_line(f"{type(problem).__name__}: {problem}", 200)
        problem = f"The checker stopped at this file ({said}). Look at it by hand, and tell us."
        return FileReport(file, stem, problem=problem)


def check_files(
    files: Sequence[str], limits: Limits | None = None, ground_of: Callable[[str], Ground] = ground
) -> Iterator[FileReport]:
    """Check files. Whatever is wrong with one becomes its report; the files themselves are only read.

    All are read, and all lessons loaded, before the first one is run.
    """
    ground_of = functools.cache(ground_of)
    prepared = [prepare(file, ground_of) for file in files]
    before = own_files()
    for one in prepared:
        yield one if isinstance(one, FileReport) else finish(one, limits or Limits(), before)


def check_file(file: str, limits: Limits | None = None) -> FileReport:
    """Check one file."""
    return next(check_files([file], limits))


def own_files() -> dict[str, str]:
    """A hash of each file that judges and kernels read: Parley's code and its tables."""
    folders = [Path(parley.__file__).parent]
    with contextlib.suppress(data.DataError):  # no tables at all: every file's report says so
        folders.append(data.folder())
    kinds = (".py", ".csv", ".json", ".yaml")
    found = {}
    for file in (file for folder in folders for file in folder.rglob("*") if file.suffix in kinds):
        with contextlib.suppress(OSError):
            content = file.read_bytes()
            found[f"{file.parent.name}/{file.name}"] = hashlib.sha256(content).hexdigest()
    return found


def _refuse_if_changed(before: Mapping[str, str]) -> None:
    now = own_files()
    other = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if other:
        raise DamageError(
            f"Parley's own file {other[0]} changed while notebooks ran, so nothing here can be relied on. "
            "Restore it (git checkout -- parley data, or install Parley again), and look at the notebook."
        )


# --- one exercise ---


def judge(exercise: Exercise, restored: Restored, done: Run, limits: Limits) -> Result:
    """How one exercise stands after a run. Pure."""
    answer, check = (_cell_id(restored.notebook, exercise.id, tag) for tag in ("answer", "check"))
    shown = [
        p
        for p in done.cells.get(check, CellRun("")).published
        if isinstance(p, dict) and p.get("exercise") == exercise.id
    ]
    if not shown:
        status, message, given = COULD_NOT_RUN, _reason(exercise, restored, done, limits, answer, check), None
    else:
        status, message, given = _judged(exercise, shown[-1], done.seed)
    if status == str(Status.NOT_YET) and exercise.id in restored.blank and not restored.added:
        status, message = str(Status.NOT_TRIED), f"Nothing to check yet. {exercise.task}"
    facts = {"core": exercise.core, "stars": exercise.stars, "by_reader": exercise.by_reader}
    notes = restored.notes.get(exercise.id, ())
    return Result(
        exercise.id,
        exercise.title,
        status=status,
        message=one_line(message),
        notes=notes,
        answer=given,
        **facts,
    )


def _judged(exercise: Exercise, published: Mapping[str, Any], seed: int) -> tuple[str, str, Any]:
    """Status, message and answer for what a check cell published."""
    answer = published.get("answer")
    if answer is None:
        return (
            str(Status.NOT_YET),
            one_line(published.get("problem") or "The answer has the wrong shape."),
            None,
        )
    if not isinstance(answer, dict) or set(answer) != {field.name for field in exercise.fields}:
        return COULD_NOT_RUN, "The check of this exercise did not run as given.", None
    for field in exercise.fields:
        results = answer.get(field.name)
        if (
            isinstance(field, Function)
            and results is not None
            and (not isinstance(results, dict) or results.get("seed") != seed)
        ):
            return (
                COULD_NOT_RUN,
                f"These are results, not the function: give `{field.function_name}` itself to the check.",
                None,
            )
    try:
        judged = evaluate(exercise, answer)
    except Exception as problem:
        raise DamageError(
            f"The module itself is damaged: the judge of {exercise.id} stopped with {type(problem).__name__}: "
            f"{one_line(problem, 120)} (not the student's doing). Restore it, or install Parley again."
        ) from None
    return str(judged.verdict.status), judged.verdict.message, judged.answer


def _cell_id(notebook: Notebook, exercise: str, tag: str) -> str:
    return next(
        cell["id"] for cell in notebook["cells"] if exercise_of(cell) == exercise and tag in tags(cell)
    )


def _reason(
    exercise: Exercise, restored: Restored, done: Run, limits: Limits, answer: str, check: str
) -> str:
    """Why a check published nothing, in one line: the first thing that went wrong on the way to it."""
    sources = {c["id"]: c["source"] for c in restored.notebook["cells"] if c["cell_type"] == "code"}
    order = list(sources)
    way = order[: order.index(check) + 1]
    stuck = ""
    for at, name in enumerate(way):
        ran, place = done.cells.get(name), _place(name, answer)
        if ran is None and done.ended == "time":
            return f"Time ran out in {place}. Look for a loop that never ends."
        if ran is None and done.ended == "killed":
            return f"The whole run was ended in {place}. Look for a line there that ends other programs."
        if ran and ran.outcome == "time":
            stuck = place
            if name in (answer, check):
                return (
                    f"{place[0].upper()}{place[1:]} ran for more than "
                    f"{limits.cell:g} s. Look for a loop that never ends."
                )
        if ran and (ran.outcome == "dead" or (ran.outcome == "gone" and not stuck)):
            leaving = next((n for n in reversed(way[: at + 1]) if _LEAVES.search(sources[n])), name)
            return _ended(ran, _place(leaving, answer))
        if ran and ran.outcome == "gone":
            return f"Nothing ran after {stuck}, which could not be stopped. Look for a loop that never ends."
    for name in way[way.index(answer) : -1]:
        ran = done.cells.get(name, CellRun(""))
        if ran.outcome == "error":
            return _stopped(ran, sources[name], _place(name, answer))
    last = done.cells.get(check, CellRun(""))
    if last.outcome == "error" and last.ename and last.ename != "NotYet":
        return f"The check stopped: {last.ename}: {last.evalue} See what the answer cell gives it."
    return (
        "The check of this exercise did not run as given. Does one "
        "of your cells use the name `check` for something else?"
    )


_LEAVES = re.compile(r"\b(exit|quit)\s*\(|\bos\._exit\b|\bos\.(kill|abort)\b")


def _place(name: str, answer: str) -> str:
    return (
        "the answer cell"
        if name == answer
        else f"the cell {name} that you added"
        if name.startswith("own-")
        else f"the cell {name}"
    )


def _ended(ran: CellRun, place: str) -> str:
    if ran.ename:  # it said why before it went
        return f"Python ended in {place}: {ran.ename}: {ran.evalue}"
    return f"Python ended in {place}, so nothing after it ran. Look for exit() there, or for too much memory."


def _stopped(ran: CellRun, source: str, place: str) -> str:
    """``The answer cell stopped in line 2, `x = y`: NameError: name 'y' is not defined``"""
    lines = source.split("\n")
    at = ran.line if ran.line and ran.line <= len(lines) else None
    where = f" in line {at}, `{one_line(lines[at - 1], 60)}`" if at else ""
    begins = f"{place[0].upper()}{place[1:]}"
    if ran.ename == "SystemExit":  # comes without a line
        return f"{begins} told Python to leave, and stopped there. Take out exit()."
    return f"{begins} stopped{where}: {ran.ename}: {one_line(ran.evalue, 200)}"


# --- the command ---


def main(argv: Iterable[str] | None = None) -> int:
    """The command. Prints a table for each file; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m parley check", description="Check what a student saved.")
    parser.add_argument("file", nargs="+", help="notebooks, of any name and from anywhere")
    parser.add_argument("--json", metavar="OUT", help="write the report to this file as well")
    wanted = parser.parse_args(None if argv is None else list(argv))
    for stream in (sys.stdout, sys.stderr):  # a console that cannot show “ shows a question mark
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    slip = _json_slip(wanted.json, wanted.file)
    if slip:
        print(slip, file=sys.stderr)
        return 2
    width, reports = shutil.get_terminal_size((80, 24)).columns, []
    for report in check_files(wanted.file):
        reports.append(report)
        print(("\n" if len(reports) > 1 else "") + as_text(report, width), flush=True)
    return max(exit_code(reports), _write_json(wanted.json, reports))


def _json_slip(out: str | None, files: Sequence[str]) -> str | None:
    """Why a report cannot go to ``out``, said before anything is run; ``None`` where it can."""
    if out is None:
        return None
    begins = f"The report cannot be written to {one_line(out, 80)}"
    try:
        target = Path(os.path.realpath(out))
        if target.is_dir() or not target.parent.is_dir():
            return f"{begins}: expected a file name in a folder that exists."
        if any(target == Path(os.path.realpath(file)) for file in files):
            return f"{begins}: that is the notebook to be checked. Give another name."
    except (OSError, ValueError) as problem:
        return f"{begins} ({getattr(problem, 'strerror', None) or problem}). Give another name."
    return None


def _write_json(out: str | None, reports: Sequence[FileReport]) -> int:
    """Write the report, whole or not at all; straight through where ``out`` is a device or a pipe."""
    if out is None:
        return 0
    try:
        if _is_stream(out):
            with open(out, "a", encoding="utf-8") as stream:
                stream.write(as_json(reports))
        else:
            write_whole(Path(os.path.realpath(out)), as_json(reports))
    except OSError as problem:
        print(
            f"The report cannot be written to {one_line(out, 80)} ({problem.strerror}). Give another folder.",
            file=sys.stderr,
        )
        return 2
    return 0


def _is_stream(out: str) -> bool:
    return out.startswith("/dev/") or (os.path.exists(out) and not os.path.isfile(out))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
