"""``python -m parley check FILE... [--json OUT]``: what a student saved, checked on a copy.

Three steps for each file: `restore` puts the given cells back, `run` runs the copy under nbval in a
process of its own, and `judge` asks the exercise's judge **here**, where none of the student's code has
run. A kernel can hand in an answer; it cannot give itself a pass.

Exit code: 0 where all core exercises are passed or complete, 1 where one is not, 2 where a file could not
be checked.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from parley import data, lessons
from parley.answers import Function
from parley.exercises import Exercise, Status, evaluate
from parley.grading import Notebook, exercise_of, tags, write_whole
from parley.grading.report import COULD_NOT_RUN, FileReport, Result, as_json, as_text, exit_code, one_line
from parley.grading.restore import Restored, SubmissionError, find_lesson, read_submission, release, restore
from parley.grading.run import CellRun, Limits, Run, run


def check_file(file: str, limits: Limits | None = None) -> FileReport:
    """Check one file. Whatever is wrong with it becomes a report; the file itself is only read."""
    limits = limits or Limits()
    try:
        submitted = read_submission(Path(file))
        stem = find_lesson(submitted, data.stems())
        given = release(stem)
        exercises, title = lessons.exercises(stem), lessons.module(stem).LESSON.title
    except (SubmissionError, lessons.LessonError, data.DataError) as problem:
        return FileReport(file, problem=one_line(problem))
    restored = restore(submitted, given)
    done = run(restored.notebook, limits)
    if done.ended == "crash":
        problem = (
            f"The checker could not start its own run ({one_line(done.detail)}). "
            "This is not the student's doing: run python -m parley doctor."
        )
        return FileReport(file, stem, title, problem, seconds=done.seconds)
    results = tuple(judge(exercise, restored, done, limits) for exercise in exercises.values())
    notes = (
        (f"The whole file ran for more than {limits.total:g} s and was stopped.",)
        if done.ended == "time"
        else ()
    )
    return FileReport(file, stem, title, None, notes, results, done.seconds)


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
    if not isinstance(answer, dict):
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
    except Exception as problem:  # a published answer can be anything, and a batch goes on
        return COULD_NOT_RUN, f"The judge could not read this answer ({type(problem).__name__}).", None
    return str(judged.verdict.status), judged.verdict.message, judged.answer


def _cell_id(notebook: Notebook, exercise: str, tag: str) -> str:
    return next(
        cell["id"] for cell in notebook["cells"] if exercise_of(cell) == exercise and tag in tags(cell)
    )


def _reason(
    exercise: Exercise, restored: Restored, done: Run, limits: Limits, answer: str, check: str
) -> str:
    """Why a check published nothing, in one line: the first thing that went wrong on the way to it."""
    order = [cell["id"] for cell in restored.notebook["cells"] if cell["cell_type"] == "code"]
    stuck = ""
    for name in order[: order.index(check) + 1]:
        ran, place = done.cells.get(name), _place(name, answer)
        if ran is None and done.ended == "time":
            return f"Time ran out in {place}. Look for a loop that never ends."
        if ran and ran.outcome == "time":
            stuck = place
            if name in (answer, check):
                return (
                    f"{place[0].upper()}{place[1:]} ran for more than "
                    f"{limits.cell:g} s. Look for a loop that never ends."
                )
        if ran and ran.outcome == "dead":
            return _ended(ran, place)
        if ran and ran.outcome == "gone":
            return (
                f"Nothing ran after {stuck or 'an earlier cell'}, which "
                "could not be stopped. Look for a loop that never ends."
            )
    told = done.cells.get(answer, CellRun("")), done.cells.get(check, CellRun(""))
    if told[0].outcome == "error":
        return _stopped(told[0], restored.notebook, answer)
    if told[1].outcome == "error" and told[1].ename and told[1].ename != "NotYet":
        return f"The check stopped: {told[1].ename}: {told[1].evalue} See what the answer cell gives it."
    return (
        "The check of this exercise did not run as given. Does one "
        "of your cells use the name `check` for something else?"
    )


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


def _stopped(ran: CellRun, notebook: Notebook, answer: str) -> str:
    """``The answer cell stopped in line 2, `x = y`: NameError: name 'y' is not defined``"""
    lines = next(cell["source"] for cell in notebook["cells"] if cell["id"] == answer).split("\n")
    at = ran.line if ran.line and ran.line <= len(lines) else None
    where = f" in line {at}, `{one_line(lines[at - 1], 60)}`" if at else ""
    return f"The answer cell stopped{where}: {ran.ename}: {one_line(ran.evalue, 200)}"


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
    for file in wanted.file:
        reports.append(check_file(file))
        print(("\n" if len(reports) > 1 else "") + as_text(reports[-1], width), flush=True)
    return max(exit_code(reports), _write_json(wanted.json, reports))


def _json_slip(out: str | None, files: Sequence[str]) -> str | None:
    """Why a report cannot go to ``out``, said before anything is run; ``None`` where it can."""
    if out is None:
        return None
    target = Path(out)
    if target.is_dir() or not target.absolute().parent.is_dir():
        return (
            f"The report cannot be written to {one_line(out)}: expected a file name in a folder that exists."
        )
    if any(target.resolve() == Path(file).resolve() for file in files):
        return (
            f"The report cannot be written to {one_line(out)}: that "
            "is the notebook to be checked. Give another name."
        )
    return None


def _write_json(out: str | None, reports: Sequence[FileReport]) -> int:
    try:
        if out is not None:
            write_whole(Path(out), as_json(reports))
    except OSError as problem:
        print(
            f"The report cannot be written to {one_line(out)} ({problem.strerror}). Give another folder.",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
