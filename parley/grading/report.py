"""What the checker found, as data, as a table that a student reads, and as JSON.

The JSON of ``--json``, an object with ``parley`` (the version), ``exit`` (the exit code) and ``files``, a
list of:

``file``        the name as it was given
``lesson``      the stem, or null where it is unknown
``problem``     one line where the file could not be checked, else null
``notes``       lines about the whole file
``seconds``     how long it took
``exit``        this file's own code
``core``        ``{"done": int, "of": int}``
``stretch``     the same
``exercises``   a list of ``{"id", "title", "core", "stars", "by_reader", "status", "message", "notes",
                "answer"}``; ``status`` is one of passed, complete, not yet, not tried, could not run;
                ``answer`` is the published answer as plain JSON, or null
"""

from __future__ import annotations

import dataclasses
import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import parley
from parley.exercises import Status
from parley.grading import one_line

COULD_NOT_RUN = "could not run"
DONE = (str(Status.PASSED), str(Status.COMPLETE))
LEAST_WIDTH, MOST_WIDTH = 50, 100


@dataclass(frozen=True)
class Result:
    """How one exercise stands. ``status`` is that of a verdict, or ``could not run``."""

    id: str
    title: str
    core: bool
    stars: int
    by_reader: bool
    status: str
    message: str
    notes: tuple[str, ...] = ()
    answer: Any = None

    @property
    def done(self) -> bool:
        return self.status in DONE


@dataclass(frozen=True)
class FileReport:
    """What came of one file. ``problem`` stands there where it could not be checked at all."""

    file: str
    lesson: str | None = None
    title: str = ""
    problem: str | None = None
    notes: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    seconds: float = 0.0

    @property
    def exit(self) -> int:
        """0 where all core exercises are done, 1 where one is not, 2 where nothing could be checked."""
        if self.problem or all(result.status == COULD_NOT_RUN for result in self.results):
            return 2
        return 0 if all(result.done for result in self.results if result.core) else 1


def exit_code(reports: Sequence[FileReport]) -> int:
    """The worst of the files' own codes; 2 for no file at all."""
    return max((report.exit for report in reports), default=2)


def as_text(report: FileReport, width: int = 80) -> str:
    """The report on one file for the terminal, ending with one line that sums it up."""
    width = max(LEAST_WIDTH, min(width, MOST_WIDTH))
    if report.problem:
        return f"{one_line(report.file)}: {report.problem}"
    lines = [
        one_line(report.file),
        *_wrapped(f"Lesson {report.lesson.split('_')[0]}, {report.title}", width, ""),
        "",
    ]
    for note in report.notes:
        lines += _wrapped(note, width, "")
    lines += [*_table(report.results, width), ""]
    return "\n".join([*lines, *_wrapped(summary(report), width, "")])


def summary(report: FileReport) -> str:
    """``2 of 3 core exercises are done. Next: 00-3.``"""
    parts = [_count(report.results, core=True)]
    if any(result.done for result in report.results if not result.core):
        parts.append(_count(report.results, core=False))
    following = next((result.id for result in report.results if result.core and not result.done), None)
    return " ".join(parts + ([f"Next: {following}."] if following else []))


def _count(results: Sequence[Result], core: bool) -> str:
    some = [result.done for result in results if result.core is core]
    name, done = "core" if core else "stretch", sum(some)
    if done == len(some):
        return f"The {name} exercise is done." if done == 1 else f"All {done} {name} exercises are done."
    return f"{done} of {len(some)} {name} exercises {'is' if done == 1 else 'are'} done."


def _table(results: Sequence[Result], width: int) -> list[str]:
    """One line with the verdict for each exercise, and its message below, indented."""
    space = width - 6 - 9 - len(COULD_NOT_RUN)
    titles = [textwrap.shorten(result.title, space, placeholder="…") for result in results]
    column = max([len(title) for title in titles] + [len("Exercise") - 6])
    lines = [f"{'Exercise':<{column + 6}}  {'Part':<7}  Verdict"]
    for result, title in zip(results, titles, strict=True):
        part = "core" if result.core else "stretch"
        lines.append(f"{result.id:<6}{title:<{column}}  {part:<7}  {result.status}")
        for text in (result.message, *result.notes):
            lines += _wrapped(text, width, " " * 6)
    return lines


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def as_json(reports: Sequence[FileReport]) -> str:
    """All reports as the module's docstring has it. What is no UTF-8 (half an emoji, an old file name) becomes
    JSON's own escape.
    """
    tree = {
        "parley": parley.__version__,
        "exit": exit_code(reports),
        "files": [_file_tree(report) for report in reports],
    }
    text = json.dumps(tree, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _file_tree(report: FileReport) -> dict[str, Any]:
    counts = {}
    for part, name in ((True, "core"), (False, "stretch")):
        some = [result for result in report.results if result.core is part]
        counts[name] = {"done": sum(result.done for result in some), "of": len(some)}
    return {
        "file": report.file,
        "lesson": report.lesson,
        "problem": report.problem,
        "notes": list(report.notes),
        "seconds": round(report.seconds, 2),
        "exit": report.exit,
        **counts,
        "exercises": [dataclasses.asdict(result) for result in report.results],
    }
