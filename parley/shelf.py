"""The reader's own things, as a cell shows them: `article_box`, `paragraph`, `progress`, `add_record`, `records`.

Nothing here changes what a notebook stores: the static faces know neither the reader's copy nor the record.
"""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import Any

from parley import article, data, finds, lessons, quizzes, record
from parley.answers import Choice, Field, Text
from parley.exercises import Status
from parley.notebook import _Shown, person_at_front_end


class ArticleBox(_Shown):
    """A box to paste the article into. ``.keep(text)`` does the same by keyboard."""

    def __repr__(self) -> str:
        return "Run this cell in JupyterLab to paste your own copy of the article (or put it in my_work/article.txt)."

    def _html(self) -> str:
        return f'<div class="parley-static"><p><em>{html.escape(repr(self))}</em></p></div>'

    def keep(self, text: str) -> None:
        """Check a text and keep it as your copy; prints what was found."""
        print(self._keep(text)[1])

    def _make_widget(self) -> Any:
        from parley.widgets.shelf import CopyBox

        return CopyBox(self._keep, article.LONGEST_COPY)

    def _keep(self, text: str) -> tuple[bool, str]:
        try:
            copy = article.keep_copy(text)
        except article.CopyError as problem:
            return False, f"Nothing was kept. {problem}"
        except OSError as problem:
            return False, f"Nothing was kept: the folder my_work/ cannot be written ({problem.strerror})."
        odd = f" In these the words differ from ours: {', '.join(copy.differing)}." if copy.differing else ""
        return (
            True,
            f"All {article.BODY} sentences are there.{odd} Kept in my_work/article.txt, on this machine alone.",
        )


class Reading(_Shown):
    """A paragraph by its gists, and the real sentences where the reader has a copy."""

    def __init__(self, identifier: str) -> None:
        known = {one.id: one for one in article.paragraphs()}
        if identifier not in known:
            raise data.DataError(
                f"the article has no paragraph {identifier!r}; there are {', '.join(known)}."
            )
        self.paragraph = known[identifier]

    def __repr__(self) -> str:
        lines = (f"{one.id}  {one.gist}" for one in self.paragraph.sentences)
        return "\n".join(
            [f"Paragraph {self.paragraph.id}, sentence by sentence (what is said, not by whom)", *lines]
        )

    def _html(self) -> str:
        items = "".join(
            f"<li><strong>{one.id}</strong> {html.escape(one.gist)}</li>" for one in self.paragraph.sentences
        )
        return f'<div class="parley-static"><p><strong>{self._title()}</strong></p><ul>{items}</ul></div>'

    def _title(self) -> str:
        return f"Paragraph {self.paragraph.id}: what is said, not by whom"

    def _make_widget(self) -> Any:
        from parley.widgets.shelf import ReadingCard

        gists = [(one.id, one.gist) for one in self.paragraph.sentences]
        return ReadingCard(
            self._title(), gists, lambda: article.own_sentences(*(one.id for one in self.paragraph.sentences))
        )


class Progress(_Shown):
    """The record over the lessons, with a download and a restore."""

    def __repr__(self) -> str:
        return "Run this cell in JupyterLab to see your record, download it, or restore it."

    def _html(self) -> str:
        return f'<div class="parley-static"><p><em>{html.escape(repr(self))}</em></p></div>'

    def _make_widget(self) -> Any:
        from parley.widgets.shelf import ProgressCard

        return ProgressCard(self)

    # What the card asks for.

    def glance(self) -> dict[str, Any]:
        """``{"lessons": [...]}``, and ``text`` where the record cannot be read."""
        try:
            return {"lessons": summary(record.load())}
        except record.RecordError as problem:
            return {"lessons": summary(record.empty()), "text": str(problem)}

    def download(self) -> dict[str, Any]:
        """The record as a file to keep: ``name`` and ``content``, or ``text`` where it cannot be read."""
        try:
            content = json.dumps(record.load(), ensure_ascii=False, indent=1, sort_keys=True)
        except record.RecordError as problem:
            return {"say": "problem", "text": str(problem)}
        return {
            "name": f"parley_record_{date.today():%Y-%m-%d}.json",
            "content": content,
            "text": "Downloaded. Restore it in any lesson.",
        }

    def restore(self, text: str) -> dict[str, Any]:
        """Put a downloaded record in place; what stands in the present one and not in it is kept."""
        try:
            count = record.restore(text)
        except record.RecordError as problem:
            return {"text": f"Nothing was changed. {problem}"}
        return self.glance() | {"text": f"Restored: {count} entries. Run All Cells shows them in the lesson."}


def summary(kept: dict[str, Any]) -> list[dict[str, Any]]:
    """A row a lesson: its title, ``[answered, all]`` questions, ``[done, all]`` exercises, and the notes written."""
    rows = []
    for number, stem in lessons.numbers().items():
        try:
            title, exercises, loaded = (
                lessons.module(number).LESSON.title,
                lessons.exercises(number),
                quizzes.load(stem),
            )
        except (lessons.LessonError, quizzes.QuizError):  # half a lesson, while it is being written
            continue
        answered = sum(item in kept["quiz"] for item in loaded.items)
        done = sum(kept["exercises"].get(i) in (Status.PASSED, Status.COMPLETE) for i in exercises)
        notes = sum(bool(kept["notes"].get(n)) for n in loaded.notes)
        rows.append(
            {
                "title": f"{number} {title}",
                "questions": [answered, len(loaded.items)],
                "exercises": [done, len(exercises)],
                "notes": notes,
            }
        )
    return rows


def article_box() -> ArticleBox:
    """One box to paste the article into, once."""
    return ArticleBox()


def paragraph(identifier: str) -> Reading:
    """A paragraph (``"P2"``) to read beside a task, as the last line of a cell."""
    return Reading(identifier)


def progress() -> Progress:
    """Your record at a glance, with download and restore, as the last line of a cell."""
    return Progress()


# --- the reader's own records ---


def add_record(
    publisher: str = "",
    title: str = "",
    date: str = "",
    language: str = "",
    address: str = "",
    side: str = "",
    place: str = "",
    read: str = "",
    item: str = "",
    finding: str = "",
    words: str = "",
    note: str = "",
    published: str = "",
) -> None:
    """Write down what you found in a page: one row of ``my_work/records.csv``. Prints whether it was kept.

    ``parley.finds.COLUMNS`` says what belongs in each. Where something is amiss nothing is kept, and every slip is
    named. A run that nobody watches (a test, a build) keeps nothing.
    """
    given = {name: value for name, value in locals().items() if name in finds.COLUMNS}
    if _unwatched():
        print("Not kept: nobody is at the front end.")
        return
    slips = finds.problems(given, finds.items())
    if slips:
        print("\n- ".join(["Nothing was kept. To mend:", *slips]))
        return
    try:
        count = finds.add(given)
    except finds.FindError as problem:
        print(problem)
        return
    rows = "the first row" if count == 1 else f"{count} rows now"
    print(f"Kept in my_work/records.csv: {rows}. Run the cells that draw and conclude again.")
    if said := finds.notice(given):
        print(said)


class RecordForm(_Shown):
    """A card that takes down one record a reader found, and keeps it as `add_record` does."""

    def __repr__(self) -> str:
        return "Run this cell in JupyterLab to write down a record that you found (or use parley.add_record)."

    def _html(self) -> str:
        return f'<div class="parley-static"><p><em>{html.escape(repr(self))}</em></p></div>'

    def _make_widget(self) -> Any:
        from parley.widgets.shelf import RecordBox

        spec = {
            "title": "A record that we have not read",
            "task": "Where does it stand, what did you look for, and what did you find?",
            "fields": [field.spec() for field in _record_fields()],
            "emptied": ["item", "finding", "words", "note"],
            "start": {"date": "2018-03-21", "place": "Tokyo"},
        }
        return RecordBox(spec, self._keep)

    def _keep(self, given: Any) -> tuple[bool, list[str]]:
        row = {
            name: value for name, value in given.items() if name in finds.COLUMNS and isinstance(value, str)
        }
        slips = finds.problems(row, finds.items())
        if slips:
            labels = {field.name: field.label for field in _record_fields()}
            told = [re.sub(r"^column (\w+)", lambda m: f"“{labels.get(m[1], m[1])}”", slip) for slip in slips]
            return False, ["Nothing was kept. To mend:", *told]
        try:
            count = finds.add(row)
        except finds.FindError as problem:
            return False, [str(problem)]
        return True, [
            f"Kept in my_work/records.csv ({count} row{'' if count == 1 else 's'} now). Run the grey box of the finding again.",
            *filter(None, [finds.notice(row)]),
        ]


_ASKED_FIRST = ("P4S2", "P4S3", "P4S4", "P4S5", "P4S6", "P4S7", "T1", "T2", "T3")  # what lesson 03 hunts for
_FINDINGS = {
    "exact": "exact: the words, or six and more of them in a row",
    "close": "close: the same statement by the same speaker, reworded or in another language",
    "other_words": "other words: the point, or by another speaker",
    "not_in_it": "not in it: I read the whole page",
    "not_seen": "not seen: I read a part",
}


def _record_fields() -> list[Field]:
    """The columns of the reader's file as fields of a form."""
    options = {
        "side": dict.fromkeys(finds.SIDES),
        "read": {"full": "from the first line to the last", "part": "a part of it"},
        "finding": _FINDINGS,
        "item": {one: one for one in sorted(finds.items(), key=lambda one: one not in _ASKED_FIRST)},
    }
    labels = {
        "publisher": "Who put the page out?",
        "title": "The headline of the page",
        "date": "The day on which the words were spoken, such as 2018-03-21",
        "published": "The day on which the page came out, if that is another day",
        "language": "Its language: en, ru, ja",
        "address": "Where it stands: http:// or https://",
        "side": "The publisher's country",
        "place": "Where the words were spoken, such as Tokyo",
        "read": "How much did you read?",
        "item": "What did you look for? A sentence, a clause, or a topic",
        "finding": "What did you find?",
        "words": "The words on the page, at most twelve",
        "note": "Anything that a later reader should know",
    }
    fields: list[Field] = []
    for name in finds.COLUMNS:
        about = {"name": name, "label": labels[name], "optional": name in finds.OPTIONAL}
        if name in options:
            fields.append(Choice(**about, options={k: v or k for k, v in options[name].items()}))
        else:
            fields.append(Text(**about, lines=1, most_words=60))
    return fields


def record_form() -> RecordForm:
    """A card to write down a record that you found, as the last line of a cell."""
    return RecordForm()


def records(as_of: Any = data.DESK_DATE) -> finds.Merged:
    """The tables ``documents`` and ``matches`` with your own rows: ``documents, matches = records()``.

    A run that nobody watches (a test, a build, the checker) gets the shipped rows alone, and so does a widget's
    callback: ask before you draw. Raises ``FindError``, naming the line, where your file cannot be taken as it is.
    """
    return _with_own(finds.merge, "documents", "matches", as_of)


def account_records(as_of: Any = data.DESK_DATE) -> finds.Merged:
    """The tables ``accounts`` and ``account_topics`` with your own rows on topics; otherwise as ``records``."""
    return _with_own(finds.merge_accounts, "accounts", "account_topics", as_of)


def _with_own(merge: Any, papers: str, findings: str, as_of: Any) -> finds.Merged:
    shipped = finds.Merged(data.read(papers, as_of), data.read(findings, as_of))
    if _unwatched():
        return shipped
    try:
        own = finds.load()
    except finds.FindError as problem:
        raise finds.FindError(f"{problem} To go on without your rows, rename the file.") from None
    pages = {row["key"]: row["address"] for row in data.read("sources", as_of=None)}
    addresses = {row["id"]: pages[row["source"]] for row in shipped.documents if row["source"] in pages}
    merged = merge(own, *shipped, addresses, as_of)
    return finds.Merged(*(table.with_rows(rows) for table, rows in zip(shipped, merged)))


def _unwatched() -> bool:
    """Whether a kernel runs this for nobody; a plain Python prompt has somebody at it."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return hasattr(get_ipython(), "kernel") and not person_at_front_end()
