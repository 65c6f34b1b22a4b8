"""What a cell calls: `quiz`, `note`, `form`, `check`, `lesson`. It alone knows lessons and widgets both.

Every call shows the same static face whoever looks: a widget is added where a front end can draw it, and the
learner's record may fill it, but text and HTML never depend on either.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from parley import article, exercises, lessons, plotting, quizzes, record
from parley.answers import AnswerError
from parley.exercises import ANSWER_MIME, Evaluation, Exercise, Status, evaluate, not_yet
from parley.explorers import Explorer
from parley.splicing import arguments, splice

# Per kernel: answers that a front end could not write into the notebook, and the wrong answers so far.
_pending: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}  # id: (answer, what the cell held before)
_tries: dict[str, list[str]] = {}
_extra_hints: dict[str, int] = {}
# Display handles, so that a check in a form freshens the card of the check cell.
_verdicts_on_page: dict[str, Any] = {}


class NotYet(Exception):
    """Raised by `check` where no person is at the front end, so that nbval and its like see the cell fail."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]  # one friendly line in place of a traceback


def person_at_front_end() -> bool:
    """Whether somebody could answer a prompt: true in JupyterLab and Notebook, not under nbval.

    In a widget's callback there is no execute request, so this says no: never raise there on its word.
    """
    parent = _execute_request()
    return parent is not None and parent.get("content", {}).get("allow_stdin") is True


def _execute_request() -> dict[str, Any] | None:
    try:
        from IPython import get_ipython

        parent = get_ipython().kernel.get_parent()
        return parent if parent["header"]["msg_type"] == "execute_request" else None
    except (ImportError, AttributeError, LookupError, TypeError):  # no kernel, or nothing is being executed
        return None


def _request_id() -> str | None:
    """The id of the run that goes on, to tell two displays in one cell from two in two."""
    return (_execute_request() or {}).get("header", {}).get("msg_id")


class _Shown:
    """Something with a widget for the front end and a static face for everybody else."""

    def __repr__(self) -> str:
        raise NotImplementedError

    def _html(self) -> str:
        raise NotImplementedError

    def _make_widget(self) -> Any:
        raise NotImplementedError

    @cached_property
    def widget(self) -> Any:
        """The widget, or ``None`` where anywidget is missing: the static face and the keyboard still work."""
        try:
            return self._make_widget()
        except ImportError:
            return None

    def _repr_mimebundle_(self, **_options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        drawn = self.widget._repr_mimebundle_() if self.widget is not None else None
        bundle, metadata = drawn if isinstance(drawn, tuple) else (drawn or {}, {})
        return {**bundle, "text/plain": self._text(), "text/html": self._html()}, metadata

    def _text(self) -> str:
        return repr(self)


class Quiz(_Shown):
    """A question. In a cell of its own it is a card to click; ``.answer("c")`` prints the same feedback."""

    def __init__(self, item: quizzes.Item) -> None:
        self.item = item

    def __repr__(self) -> str:
        return self.item.as_text()

    def _html(self) -> str:
        return self.item.as_html()

    def answer(self, choice: str) -> None:
        """Print the feedback for an option, by its letter."""
        response = self.item.respond(choice)
        print(response.text)
        if person_at_front_end():
            self._keep(self.item.letters()[self.item.index(choice)])

    def _make_widget(self) -> Any:
        from parley.widgets.quiz import QuizCard

        before = record.recall("quiz", self.item.id)
        return QuizCard(self.item, self._keep, before if before in tuple(self.item.letters()) else "")

    def _keep(self, letter: str) -> None:
        _keep_quietly("quiz", self.item.id, letter)


KEPT = "Kept in your record. You will see it again."


class NoteBox(_Shown):
    """A prompt for the learner's own notes. ``.write("…")`` keeps a note without the card."""

    def __init__(self, prompt: quizzes.Note) -> None:
        self.prompt = prompt

    def __repr__(self) -> str:
        return self.prompt.as_text()

    def _html(self) -> str:
        return self.prompt.as_html()

    def write(self, text: str) -> None:
        """Keep a note, by keyboard. A run that nobody watches (a test, a build) leaves the record alone."""
        print(self._keep(str(text)) if person_at_front_end() else "Not kept: nobody is at the front end.")

    def _make_widget(self) -> Any:
        from parley.widgets.note import NoteCard

        before = record.recall("notes", self.prompt.id)
        return NoteCard(self.prompt, self._keep, before if isinstance(before, str) else "")

    def _keep(self, text: str) -> str:
        repeated = _repeats_the_article(text)
        if repeated:
            return repeated
        return _keep_quietly("notes", self.prompt.id, text) or KEPT


def _keep_quietly(section: str, key: str, value: Any) -> str | None:
    """Put something into the record; where that fails, give a line to show: it never stops a lesson."""
    try:
        record.keep(section, key, value)
    except record.RecordError as problem:
        return str(problem)
    return None


def _keep_status(identifier: str, status: Status) -> None:
    """Put a verdict into the record. A blank copy that is run later takes nothing back that was done."""
    if status is Status.NOT_TRIED and record.recall("exercises", identifier):
        return
    _keep_quietly("exercises", identifier, str(status))


def quiz(identifier: str) -> Quiz:
    """The question with this id, to be shown as the last line of a cell."""
    return Quiz(quizzes.find(identifier))


def note(identifier: str) -> NoteBox:
    """The note prompt with this id, to be shown as the last line of a cell."""
    return NoteBox(quizzes.find_note(identifier))


class Form(_Shown):
    """An exercise's form, and the answer it holds (``.answer``), as `check` takes it."""

    def __init__(self, exercise: Exercise, saved: Mapping[str, Any] | None = None) -> None:
        self.exercise = exercise
        self.answer: dict[str, Any] = {}
        self._last: dict[str, Any] | None = None
        self._problem: str | None = None
        self._stale = False
        self._drawn_in: str | None = None
        self.answer, problem = _keep_the_good(exercise, saved, {})
        self._in_cell = self.answer
        if problem:  # typed by hand: show the good parts, and say at the check what is wrong with the rest
            self._given, self._problem = saved, problem

    def __repr__(self) -> str:
        return f"<form {self.exercise.id}>"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        if self._drawn_in is not None and self._drawn_in == _request_id():
            return {"text/plain": repr(self)}, {}  # `form(...)` ends a cell: it stands above already
        return super()._repr_mimebundle_(**options)

    def _text(self) -> str:
        return "\n".join(self.exercise.listing())

    def _html(self) -> str:
        title, task, *fields = self.exercise.listing()
        lines = "\n".join(html.escape(line) for line in fields)
        return (
            f'<div class="parley-static"><p><strong>Exercise {html.escape(title)}.</strong> '
            f"{html.escape(task)}</p><pre>{lines}</pre><p><em>Run this cell in JupyterLab to get a form; "
            "or write the answer as Python in its place.</em></p></div>"
        )

    def sentences(self) -> dict[str, str]:
        """The reader's own text of the sentences that label rows of the form, as far as there is a copy."""
        rows = [row for field in self.exercise.fields for row in getattr(field, "rows", ())]
        return article.own_sentences(*rows)

    def _make_widget(self) -> Any:
        from parley.widgets.form import FormCard

        return FormCard(self.exercise, self, self.state())

    @property
    def given(self) -> Any:
        """What `check` judges: the answer, or what was typed by hand as long as a part of it is refused."""
        return self._given if self._problem else self.answer

    # What the card asks for (see parley.widgets.form.Desk).

    def state(self) -> dict[str, Any]:
        return self.exercise.fill(self.answer)

    def save(self, answer: Any, source: str) -> dict[str, Any]:
        """Take the card's answer; give the cell's source with the answer in it, and the line to paste.

        A part that is refused is named under ``problem`` and stays as it was; the others are taken.
        """
        before = self.answer
        kept, problem = _keep_the_good(self.exercise, answer, before)
        said = {"problem": problem} if problem else {}
        if problem and kept == before:
            return said
        repeated = _repeats_the_article(kept)
        if repeated:
            return {"problem": repeated}
        self._stale = kept != before
        self.answer, self._problem, identifier = kept, None, self.exercise.id
        _pending[identifier] = self.answer, self._in_cell
        line = f"answer_{identifier.split('-')[1]} = form{arguments(identifier, self.answer)}"
        return {"old": source, "new": splice(source, identifier, self.answer) or "", "line": line} | said

    def seal(self, name: str, source: str) -> dict[str, Any]:
        """Seal the part that the receipt ``name`` watches over, now; the outcome is that of a save."""
        try:
            receipt = sealed(self.exercise, self.answer, name)
        except AnswerError as problem:
            return {"problem": str(problem)}
        before = record.recall("receipts", self.exercise.id)
        earlier = before if isinstance(before, list) else []
        _keep_quietly("receipts", self.exercise.id, [*earlier, receipt])
        return self.save(self.answer | {name: receipt}, source)

    def stored(self, in_file: bool) -> None:
        if in_file:
            _pending.pop(self.exercise.id, None)
            self._in_cell = self.answer

    def waits(self) -> bool:
        """Whether an answer has been given in a form that no front end has written into the notebook yet."""
        return self.exercise.id in _pending

    def check(self) -> dict[str, Any]:
        self._stale = False
        result = evaluate(self.exercise, self.given)
        self._last = _words(self.exercise, result, _count(self.exercise, result))
        _keep_status(self.exercise.id, result.verdict.status)
        if self.exercise.id in _verdicts_on_page:
            _verdicts_on_page[self.exercise.id].update(_VerdictCard.of(self.exercise, result, self._last))
        return self._last

    def hint(self) -> dict[str, Any]:
        """The last verdict with one more hint."""
        self._stale = False
        _extra_hints[self.exercise.id] = _extra_hints.get(self.exercise.id, 0) + 1
        result = evaluate(self.exercise, self.given)
        self._last = _words(self.exercise, result, _count(self.exercise, result))
        return self._last

    def last(self) -> dict[str, Any] | None:
        """The last verdict; ``stale`` where the answer has changed since."""
        return self._last | {"stale": True} if self._last and self._stale else self._last


def _keep_the_good(exercise: Exercise, answer: Any, before: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """The parts of a card's answer as they are kept; for those that are refused, what was kept before, and why."""
    try:
        return exercise.keep(answer), ""
    except AnswerError as problem:
        said = str(problem)
    kept = {}
    for field in exercise.fields:
        try:
            value = field.keep(answer.get(field.name))
        except (AnswerError, AttributeError):
            value = before.get(field.name)
        if value is not None:
            kept[field.name] = value
    return kept, said


def sealed(exercise: Exercise, answer: Any, name: str = "") -> dict[str, Any]:
    """The receipt of an answer's sealed part, made now. `AnswerError` where that part is not complete."""
    field = next((f for f in exercise.fields if f.kind == "receipt" and f.name == (name or f.name)), None)
    if field is None:
        raise AnswerError(f"Exercise {exercise.id} has nothing to seal.")
    part = next(f for f in exercise.fields if f.name == field.of)
    value = exercise.coerce(answer)[field.of]
    still_open = part.missing(value)
    if still_open:
        more = f" and {len(still_open) - 1} more" if len(still_open) > 1 else ""
        raise AnswerError(f"Not sealed: {still_open[0]}{more} is still open.")
    return field.seal(value, datetime.now(UTC))


def seal(identifier: str, answer: Any) -> None:
    """Print the receipt for an answer given in code, to put into it. It reads the clock, so do it once."""
    receipt = sealed(lessons.find(identifier), answer.answer if isinstance(answer, Form) else answer)
    print("Put this in place of None, and do not seal again unless you mean to:")
    print(receipt)


def _texts(value: Any) -> list[str]:
    """All strings in an answer, at any depth."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts(inner)]
    return [text for inner in value for text in _texts(inner)] if isinstance(value, (list, tuple)) else []


def _repeats_the_article(answer: Any) -> str:
    """A line for the student where an answer holds more than 12 words of the article in a row, else ``""``."""
    copy = article.own_copy()
    run = next(filter(None, (article.repeats(text, copy) for text in _texts(answer))), "") if copy else ""
    if not run:
        return ""
    return f"That repeats the article word for word (“{' '.join(run.split()[:6])} …”). Say it in your words: a notebook may hold 12 words of it in a row, no more."


def form(identifier: str, saved: Mapping[str, Any] | None = None) -> Form:
    """Show the form of an exercise, filled with ``saved``; give back the answer for `check`.

    A click in the form rewrites this call in the notebook. Where the front end cannot do that, running the
    cell again does (this is the one place where ``set_next_input`` is right: the cell that runs is the one
    to rewrite).
    """
    exercise = lessons.find(identifier)
    shown = Form(exercise, saved)
    waiting, before = _pending.pop(identifier, (None, None))
    # What stands in the cell wins where it was edited by hand since the click, or where we cannot rewrite it.
    if (
        waiting
        and before == shown.answer
        and person_at_front_end()
        and _rewrite_this_cell(identifier, waiting)
    ):
        shown = Form(exercise, waiting)
    _display(shown)
    shown._drawn_in = _request_id()
    return shown


def _rewrite_this_cell(identifier: str, answer: Mapping[str, Any]) -> bool:
    """Put an answer into the cell that runs; whether it stands there now."""
    from IPython import get_ipython

    source = (_execute_request() or {}).get("content", {}).get("code", "")
    new = splice(source, identifier, answer)
    if new is not None and new != source:
        get_ipython().set_next_input(new, replace=True)
    return new is not None


def _display(shown: Any, updatable: bool = False) -> Any:
    """Display something; give a handle to update it by, where ``updatable`` (never under nbval)."""
    try:
        from IPython.display import display
    except ImportError:
        print(shown._text() if isinstance(shown, _Shown) else repr(shown))
        return None
    return display(shown, display_id=True) if updatable else display(shown)


class _VerdictCard:
    """A verdict as HTML for people, as text for terminals, and the answer as JSON for the checker."""

    def __init__(self, words: Mapping[str, Any], published: Mapping[str, Any]) -> None:
        self.words, self.published = words, published

    @classmethod
    def of(cls, exercise: Exercise, result: Evaluation, words: Mapping[str, Any]) -> _VerdictCard:
        published = {"exercise": exercise.id, "answer": result.answer}
        return cls(
            words, published if result.answer is not None else published | {"problem": result.verdict.message}
        )

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        return {
            ANSWER_MIME: self.published,
            "text/html": verdict_html(self.words),
            "text/plain": verdict_text(self.words),
        }

    def __repr__(self) -> str:
        return verdict_text(self.words)


def check(identifier: str, answer: Any = None) -> None:
    """Judge an answer: a `Form`, or ``{field: value}``. Shows a verdict; gives back nothing.

    Raises
    ------
    NotYet
        After the display, where the answer is not passed or complete and no person is at the front end.
    """
    exercise = lessons.find(identifier)
    given = answer.given if isinstance(answer, Form) else answer
    repeated = _repeats_the_article(given)
    result = Evaluation(None, not_yet(repeated)) if repeated else evaluate(exercise, given)
    words = _words(exercise, result, _count(exercise, result))
    person = person_at_front_end()
    handle = _display(_VerdictCard.of(exercise, result, words), updatable=person)
    if person:
        _verdicts_on_page[exercise.id] = handle
        _keep_status(exercise.id, result.verdict.status)
    elif not result.verdict.done:
        raise NotYet(f"Exercise {exercise.id}: {verdict_text(words).splitlines()[0]}")


def _count(exercise: Exercise, result: Evaluation) -> int:
    """How many different answers have been tried and were not right, plus the hints asked for."""
    tried = _tries.setdefault(exercise.id, [])
    answer = json.dumps(result.answer, sort_keys=True)
    complete_answer = result.answer is not None and not exercise.missing(result.answer)
    if result.verdict.status is Status.NOT_YET and complete_answer and answer not in tried:
        tried.append(answer)
    return len(tried) + _extra_hints.get(exercise.id, 0)


def _words(exercise: Exercise, result: Evaluation, tries: int) -> dict[str, Any]:
    """What a verdict says, part by part, for the form's card and the check cell alike."""
    verdict, total = result.verdict, len(exercise.hints)
    shows_hint = verdict.status is Status.NOT_YET
    more = f"{'Next' if tries else 'A'} hint ({tries + 1} of {total})" if shows_hint and tries < total else ""
    return {
        "status": str(verdict.status),
        "done": verdict.done,
        "word": str(verdict.status).capitalize() + ("." if verdict.status is Status.PASSED else ":"),
        "message": verdict.message,
        "hint": exercises.hint(exercise, tries) if shows_hint and tries else "",  # none for an open part
        "more": more,
        "notes": list(verdict.notes) if verdict.done else [],
    }


def verdict_text(words: Mapping[str, Any]) -> str:
    """A verdict in plain text, the verdict on its first line."""
    return "\n".join([f"{words['word']} {words['message']}", *filter(None, [words["hint"]]), *words["notes"]])


def verdict_html(words: Mapping[str, Any]) -> str:
    """A verdict as a card. Styles stand inline: no style sheet of ours is loaded where no widget is drawn."""
    bar = "solid #1b7f5c" if words["done"] else "double #b86e00"
    rest = "".join(
        f"<p>{html.escape(line)}</p>" for line in [*filter(None, [words["hint"]]), *words["notes"]]
    )
    return (
        f'<div role="status" style="border-left:4px {bar};padding:0.1em 0 0.1em 0.9em;max-width:58em">'
        f"<p><strong>{words['word']}</strong> {html.escape(words['message'])}</p>{rest}</div>"
    )


class Exploration(_Shown):
    """An explorer: in JupyterLab a card to move, elsewhere the picture of its start."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer

    def __repr__(self) -> str:
        return f"{self.explorer.title}. {self.explorer.words(self.explorer.start)}"

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle, metadata = super()._repr_mimebundle_(**options)
        del bundle["text/html"]  # a picture says more where nothing can be moved
        first = self.look(None)
        return bundle | {"image/png": first["png"]}, metadata | {
            "image/png": {"alt": first["words"], "width": first["width"]}
        }

    def _html(self) -> str:
        return ""

    def _make_widget(self) -> Any:
        from parley.widgets.explorer import ExplorerCard

        return ExplorerCard(self.explorer, self.look)

    def look(self, moved: Any) -> dict[str, Any]:
        """The picture for these values, its words, and the rows of its table; or what is wrong with them."""
        try:
            values = self.explorer.values(moved)
        except AnswerError as problem:
            return {"problem": str(problem)}
        figure = self.explorer.draw(values).figure
        table = self.explorer.table(values) if self.explorer.table else None
        return {
            "png": plotting.png(figure, resolution=100, effort=1),  # a picture a move: quick before sharp
            "width": round(figure.get_size_inches()[0] * 100),
            "words": self.explorer.words(values),
            "rows": table.cells() if table is not None else None,
        }


def explore(identifier: str) -> Exploration:
    """The explorer with this id, to be shown as the last line of a cell."""
    return Exploration(lessons.find_explorer(identifier))


class _Header:
    def __init__(self, number: str) -> None:
        self.lesson = lessons.module(number).LESSON
        self.before, self.after = lessons.neighbours(self.lesson.number)

    def __repr__(self) -> str:
        return f"Lesson {self.lesson.number}: {self.lesson.title} ({self.lesson.core} minutes)"

    def _repr_html_(self) -> str:
        this = self.lesson
        aims = "".join(f"<li>{html.escape(text)}</li>" for text in this.objectives.values())
        links = [
            _lesson_link(self.before, "Before this: "),
            f'<a href="../exercises/{this.stem}.ipynb">Exercises of this lesson</a>',
            _lesson_link(self.after, "Next lesson: ") or "This is the last lesson that is out so far.",
        ]
        return (
            f"<p><strong>{this.core} minutes</strong>, and {this.stretch} more if you stretch. "
            f"You need: {html.escape(this.needs)}</p>"
            f"<p>By the end you can:</p><ul>{aims}</ul><p>{' · '.join(filter(None, links))}</p>"
        )


def _lesson_link(stem: str | None, words: str) -> str:
    if stem is None:
        return ""
    try:
        title = lessons.module(stem).LESSON.title
    except lessons.LessonError:  # half a lesson, while it is being written
        return ""
    return f'<a href="{stem}.ipynb">{words}{stem.split("_")[0]} {html.escape(title)}</a>'


def lesson(number: str) -> _Header:
    """The header of a lesson: minutes, what you will learn and need, and the way on."""
    return _Header(number)
