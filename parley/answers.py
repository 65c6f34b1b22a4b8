"""The kinds of answer a student can give, each declared once.

A field knows its own form (``spec``), its stub on the code path (``stub``), how a value becomes plain JSON
(``coerce``), what is still open (``missing``) and its limits on size. It never knows the right answer.

The kinds: `Choice`, `Grid`, `Order`, `Number`, `Text`, rows (`Rows` that the student adds, a `Matrix` of given ones),
`Function`; and `Receipt`, a seal over one of them.
"""

from __future__ import annotations

import difflib
import math
import os
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from parley.errors import ParleyError

LONGEST_TEXT = 4_000  # characters in one text; a memo has its own, larger limit
LARGEST_LIST = 60  # rows, or results of a function
DEFAULT_SEED = 20180321  # fixed in the notebooks, so that a stored output can be compared
SEED_VARIABLE = "PARLEY_SEED"  # the checker draws fresh cases through this


class AnswerError(ParleyError, ValueError):
    """An answer of the wrong shape. The message names the field, what was expected and how to mend it."""


def _near(word: Any, options: Sequence[str]) -> str:
    """`` Did you mean 'x'?`` or an empty string."""
    if not isinstance(word, str):
        return ""
    found = difflib.get_close_matches(word[:80].casefold(), [str(o).casefold() for o in options], n=1)
    original = {str(o).casefold(): o for o in options}
    return f" Did you mean {original[found[0]]!r}?" if found else ""


def _nothing(value: Any) -> bool:
    """Whether a value stands for "not answered yet". Asks the type first: an array has no plain ``==``."""
    return value is None or value is Ellipsis or (isinstance(value, str) and not value.strip())


def _shown(value: Any, limit: int = 40) -> str:
    """``repr`` cut to a length that fits in one line of a message."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a student's object may break its own repr
        text = f"an object of type {type(value).__name__}"
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)  # an address differs from run to run
    return text if len(text) <= limit else text[: limit - 1] + "…"


@dataclass(frozen=True, kw_only=True)
class Field:
    """What every kind of field has.

    Parameters
    ----------
    name
        The key in the answer, a Python identifier.
    label
        The question as the student reads it.
    help
        One line of small print below the label.
    optional
        An optional field may stay open when the answer is judged.
    """

    kind: ClassVar[str] = ""
    name: str
    label: str
    help: str = ""
    optional: bool = False

    def coerce(self, value: Any) -> Any:
        """Plain JSON of ``value``; `AnswerError` where it has the wrong shape."""
        raise NotImplementedError

    def keep(self, value: Any) -> Any:
        """What a form writes into the notebook; ``None`` for nothing. `AnswerError` as in `coerce`."""
        plain = self.coerce(value)
        return None if self.untouched(plain) else plain

    def fill(self, kept: Any) -> Any:
        """What a form shows for a value that was kept (or none)."""
        return self.coerce(kept)

    def blank(self) -> Any:
        """The value before the student has touched anything."""
        return None

    def missing(self, value: Any) -> tuple[str, ...]:
        """What is still open in a coerced value, one phrase each; empty when it can be judged."""
        return (self.label,) if value == self.blank() else ()

    def untouched(self, value: Any) -> bool:
        """Whether a coerced value is what the field held before the student came."""
        return value == self.blank()

    def spec(self) -> dict[str, Any]:
        """All that a front end needs to draw the field, as JSON."""
        return {"kind": self.kind, "name": self.name, "label": self.label, "help": self.help}

    def stub(self) -> str:
        """Python source for the untouched value, as the code path shows it."""
        return repr(self.blank())

    def listing(self) -> list[str]:
        """Lines of text that show the question where no kernel runs."""
        return [self.label]

    def _refuse(self, problem: str, mend: str) -> AnswerError:
        return AnswerError(f"`{self.name}`: {problem}. {mend}")


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a few options. Value: the option's key, or ``None``.

    ``options`` maps each key to the words the student reads.
    """

    kind: ClassVar[str] = "choice"
    options: Mapping[str, str]

    def coerce(self, value: Any) -> str | None:
        return _option(self, value, self.options)

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"options": list(self.options.items())}

    def listing(self) -> list[str]:
        return [self.label, *(f"  {key}: {words}" for key, words in self.options.items())]


def _option(owner: Field, value: Any, options: Mapping[str, str], row: str = "") -> str | None:
    """``value`` as one of the keys of ``options``; the words of an option count as its key."""
    where = f"row {row!r} has " if row else ""
    known = {words.casefold(): key for key, words in options.items()}
    known |= {key.casefold(): key for key in options}
    if _nothing(value):
        return None
    if isinstance(value, str):
        given = value.strip()
        if given in options or given.casefold() in known:
            return str(given) if given in options else known[given.casefold()]
    raise owner._refuse(
        f"{where}{_shown(value)}, which is not an option",
        f"Use one of {', '.join(map(repr, options))}.{_near(value, list(options))}",
    )


@dataclass(frozen=True, kw_only=True)
class Grid(Field):
    """Rows, each answered with one of the same options. Value: ``{row: option or None}``.

    ``rows`` and ``options`` map keys to words. ``initial`` fills rows beforehand; those in ``locked`` stay
    as they are and are no part of the work (a worked example with gaps).
    """

    kind: ClassVar[str] = "grid"
    rows: Mapping[str, str]
    options: Mapping[str, str]
    initial: Mapping[str, str] = field(default_factory=dict)
    locked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        stray = [r for r in (*self.initial, *self.locked) if r not in self.rows]
        stray += [r for r in self.locked if r not in self.initial]
        if stray:
            raise ValueError(
                f"grid {self.name}: initial and locked rows must be rows, and locked ones filled: {stray}"
            )
        if not set(self.initial.values()) <= set(self.options):
            raise ValueError(f"grid {self.name}: an initial value must be the key of an option")

    def coerce(self, value: Any) -> dict[str, str | None]:
        if value is None or value is Ellipsis:
            return self.blank()
        if not isinstance(value, Mapping):
            raise self._refuse(
                f"{_shown(value)} is not a table of rows",
                f"Write {{row: option}}, for example {self._example()}.",
            )
        stray = [key for key in value if key not in self.rows]
        if stray:
            raise self._refuse(
                f"there is no row {_shown(stray[0])}",
                f"The rows are {', '.join(self.rows)}.{_near(stray[0], list(self.rows))}",
            )
        given = {row: _option(self, value.get(row), self.options, row) for row in self.rows}
        return {row: self.initial[row] if row in self.locked else given[row] for row in self.rows}

    def _example(self) -> str:
        return repr({next(iter(self.rows)): next(iter(self.options))})

    def blank(self) -> dict[str, str | None]:
        return {row: self.initial.get(row) for row in self.rows}

    def keep(self, value: Any) -> dict[str, str] | None:
        plain = self.coerce(value)
        if self.untouched(plain):
            return None
        return {row: given for row, given in plain.items() if given is not None and row not in self.locked}

    def missing(self, value: Any) -> tuple[str, ...]:
        return tuple(row for row in self.rows if value[row] is None)

    def spec(self) -> dict[str, Any]:
        more = {
            "rows": list(self.rows.items()),
            "options": list(self.options.items()),
            "locked": list(self.locked),
        }
        return super().spec() | more

    def stub(self) -> str:
        return "{" + ", ".join(f"{row!r}: {self.initial.get(row)!r}" for row in self.rows) + "}"

    def listing(self) -> list[str]:
        rows = [
            f"  {row}: {words}" + (f" [{self.initial[row]}]" if row in self.locked else "")
            for row, words in self.rows.items()
        ]
        return [self.label, *rows, "  Each is one of: " + ", ".join(self.options.values())]


@dataclass(frozen=True, kw_only=True)
class Order(Field):
    """A few items put in order. Value: the list of all keys, or ``None`` while nothing has been moved.

    ``items`` maps keys to words, in the order in which they are shown at first.
    """

    kind: ClassVar[str] = "order"
    items: Mapping[str, str]
    first: str = "first"
    last: str = "last"

    def coerce(self, value: Any) -> list[str] | None:
        if _nothing(value) or (isinstance(value, (list, tuple)) and not value):
            return None
        if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
            raise self._refuse(
                f"{_shown(value)} is not a list",
                f"Write a list of {', '.join(map(repr, self.items))} in your order.",
            )
        if len(value) > LARGEST_LIST:
            raise self._refuse(
                f"{len(value)} items are too many", f"Name each of the {len(self.items)} items once."
            )
        keys = [v.strip() if isinstance(v, str) else _shown(v) for v in value]
        for key in keys:
            if key not in self.items:
                raise self._refuse(
                    f"{_shown(key)} is not an item",
                    f"The items are {', '.join(map(repr, self.items))}.{_near(key, list(self.items))}",
                )
        twice = next((k for k in keys if keys.count(k) > 1), None)
        if twice is not None:
            raise self._refuse(f"{twice!r} stands there twice", "Name each item once.")
        if len(keys) < len(self.items):
            raise self._refuse(f"{len(keys)} of {len(self.items)} items are there", "Name each item once.")
        return keys

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"items": list(self.items.items()), "first": self.first, "last": self.last}

    def listing(self) -> list[str]:
        return [
            f"{self.label} ({self.first} to {self.last})",
            *(f"  {key}: {words}" for key, words in self.items.items()),
        ]


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A number with its unit. Value: ``float`` (``int`` where ``whole``), or ``None``."""

    kind: ClassVar[str] = "number"
    unit: str = ""
    least: float = -math.inf
    most: float = math.inf
    whole: bool = False

    def coerce(self, value: Any) -> float | int | None:
        if _nothing(value):
            return None
        if isinstance(value, str) and _TWO_READINGS.fullmatch(self._digits(value)):
            raise self._refuse(
                f"{_shown(value)} can be read in two ways",
                "Leave out the comma, or write a point for the decimals.",
            )
        number = self._parse(value)
        if number is None or not math.isfinite(number):
            raise self._refuse(
                f"{_shown(value)} is not a number", f"Write digits, for example {self._example()}."
            )
        if not self.least <= number <= self.most:
            raise self._refuse(
                f"{number:g} is outside {self._range()}",
                f"{f'The unit is {self.unit}.' if self.unit else 'Write a number in that range.'}",
            )
        if self.whole and number != int(number):
            raise self._refuse(
                f"{number:g} is not a whole number",
                f"Write digits without a fraction, for example {self._example()}.",
            )
        return int(number) if self.whole else float(number)

    def _parse(self, value: Any) -> float | None:
        if type(value).__name__ in ("bool", "bool_"):  # Python's and NumPy's: a truth value is no number
            return None
        if isinstance(value, str):  # a decimal comma and the unit itself are what people type
            text = self._digits(value)
            value = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
        try:
            return float(value)
        except Exception:  # whatever a student's object does when asked for a number
            return None

    def _digits(self, text: str) -> str:
        text = text.strip().removesuffix(self.unit).strip().replace("−", "-")
        return text.replace("\u00a0", "").replace("\u202f", "")

    def _range(self) -> str:
        if not math.isfinite(self.least):
            return f"the range up to {self.most:g}"
        return f"{self.least:g} to {self.most:g}" if math.isfinite(self.most) else f"{self.least:g} and up"

    def _example(self) -> str:
        low = self.least if math.isfinite(self.least) else min(0, self.most - 1)
        step = 1 if self.whole else 0.5
        return f"{min(math.floor(low) + step if self.whole else low + step, self.most):g}"

    def spec(self) -> dict[str, Any]:
        finite = {"least": self.least, "most": self.most}
        return super().spec() | {"unit": self.unit} | {k: v for k, v in finite.items() if math.isfinite(v)}

    def listing(self) -> list[str]:
        return [f"{self.label} ({self.unit or 'a number'})"]


_TWO_READINGS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")  # "1,500": a thousand and a half, or one and a half


def count_words(text: str) -> int:
    """Words of a text: runs of characters between white space that hold a letter or a digit."""
    return sum(any(ch.isalnum() for ch in word) for word in text.split())


def _words(n: int) -> str:
    return "1 word" if n == 1 else f"{n} words"


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """Prose. Value: a string; ``""`` while nothing is written. Lengths are in words."""

    kind: ClassVar[str] = "text"
    least_words: int = 1
    most_words: int = 150
    lines: int = 3

    def coerce(self, value: Any) -> str:
        if value is None or value is Ellipsis:
            return ""
        if not isinstance(value, str):
            raise self._refuse(f"{_shown(value)} is not text", 'Write it between quotation marks: "…".')
        text = value.strip()
        if len(text) > max(LONGEST_TEXT, self.most_words * 12):
            raise self._refuse(f"{len(text)} characters are too many", f"Keep to {self.most_words} words.")
        return text

    def blank(self) -> str:
        return ""

    def missing(self, value: Any) -> tuple[str, ...]:
        words = count_words(value)
        if words < self.least_words:
            return (f"{self.label} (at least {_words(self.least_words)}, {words} so far)",)
        if words > self.most_words:
            return (f"{self.label} (at most {_words(self.most_words)}, {words} so far)",)
        return ()

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"least": self.least_words, "most": self.most_words, "lines": self.lines}

    def listing(self) -> list[str]:
        return [f"{self.label} ({self.least_words} to {self.most_words} words)"]


@dataclass(frozen=True, kw_only=True)
class _Table(Field):
    """What `Rows` and `Matrix` share: typed columns, which are fields of the kinds choice, number or text."""

    kind: ClassVar[str] = "rows"
    columns: tuple[Field, ...]

    def __post_init__(self) -> None:
        if any(c.kind not in ("choice", "number", "text") for c in self.columns):
            raise ValueError(f"{self.name}: a column is a choice, a number or a text")

    def empty_row(self) -> dict[str, Any]:
        """A row with nothing in it."""
        return {c.name: c.blank() for c in self.columns}

    def _row(self, name: str, row: Any) -> dict[str, Any]:
        if not isinstance(row, Mapping):
            raise self._refuse(
                f"{name} is {_shown(row)}, not a table row", f"Write {{{self.columns[0].name!r}: …}}."
            )
        names = [c.name for c in self.columns]
        stray = [key for key in row if key not in names]
        if stray:
            raise self._refuse(
                f"{name} has no column {_shown(stray[0])}", f"The columns are {', '.join(names)}."
            )
        try:
            return {c.name: c.coerce(row.get(c.name)) for c in self.columns}
        except AnswerError as problem:
            raise AnswerError(f"`{self.name}`, {name}: {problem}") from None

    def _open_cells(self, name: str, row: Mapping[str, Any]) -> list[str]:
        required = [c for c in self.columns if not c.optional]
        return [f"{name}, {what}" for c in required for what in c.missing(row[c.name])]

    def _kept_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in row.items() if value != self.empty_row()[name]}

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"columns": [c.spec() for c in self.columns], "empty": self.empty_row()}

    def _column_lines(self) -> list[str]:
        return [f"  {line}" for c in self.columns for line in c.listing()]


@dataclass(frozen=True, kw_only=True)
class Rows(_Table):
    """A table to which the student adds rows. Value: a list of ``{column: value}``.

    Between ``least`` and ``most`` rows. ``initial`` fills the first ones beforehand, and the first ``locked``
    of them stay as they are: an answer may repeat them or leave them out.
    """

    initial: tuple[Mapping[str, Any], ...] = ()
    locked: int = 0
    least: int = 1
    most: int = 12

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.locked > len(self.initial) or self.most > LARGEST_LIST:
            raise ValueError(f"{self.name}: locked rows must be filled, and at most {LARGEST_LIST} rows")

    def coerce(self, value: Any) -> list[dict[str, Any]]:
        if value is None or value is Ellipsis:
            return self.blank()
        if isinstance(value, (str, Mapping)) or not isinstance(value, Sequence):
            raise self._refuse(
                f"{_shown(value)} is not a list of rows", f"Write [{{{self.columns[0].name!r}: …}}, …]."
            )
        rows = [self._row(f"row {n + 1}", row) for n, row in enumerate(value)]
        given = self.blank()[: self.locked]
        own = rows[self.locked :] if rows[: self.locked] == given else rows
        if len(given) + len(own) > self.most:
            raise self._refuse(f"{len(value)} rows are too many", f"Keep the best {self.most}.")
        return given + [row for row in own if row != self.empty_row()]

    def keep(self, value: Any) -> list[dict[str, Any]] | None:
        plain = self.coerce(value)
        return None if self.untouched(plain) else [self._kept_row(row) for row in plain]

    def blank(self) -> list[dict[str, Any]]:
        return [self.empty_row() | dict(row) for row in self.initial]

    def missing(self, value: Any) -> tuple[str, ...]:
        if len(value) < self.least:
            return (f"{self.label} (at least {self.least} rows, {len(value)} so far)",)
        return tuple(what for n, row in enumerate(value) for what in self._open_cells(f"row {n + 1}", row))

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"locked": self.locked, "least": self.least, "most": self.most}

    def stub(self) -> str:
        return repr(self.blank() or [self.empty_row()])

    def listing(self) -> list[str]:
        return [f"{self.label} ({self.least} to {self.most} rows)", *self._column_lines()]


@dataclass(frozen=True, kw_only=True)
class Matrix(_Table):
    """A table with given rows. Value: ``{row: {column: value}}``.

    ``rows`` maps keys to words. ``initial`` fills rows beforehand; those in ``locked`` stay as they are.
    """

    rows: Mapping[str, str]
    initial: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    locked: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        stray = [r for r in (*self.initial, *self.locked) if r not in self.rows]
        if stray or any(r not in self.initial for r in self.locked) or len(self.rows) > LARGEST_LIST:
            raise ValueError(
                f"{self.name}: initial and locked rows must be rows, and locked ones filled: {stray}"
            )

    def coerce(self, value: Any) -> dict[str, dict[str, Any]]:
        if value is None or value is Ellipsis:
            return self.blank()
        first = f"{{{next(iter(self.rows))!r}: {{{self.columns[0].name!r}: …}}}}"
        if not isinstance(value, Mapping):
            raise self._refuse(f"{_shown(value)} is not a table of rows", f"Write {first}.")
        for key in value:
            if key not in self.rows:
                raise self._refuse(f"there is no row {_shown(key)}", f"The rows are {', '.join(self.rows)}.")
        given = {row: self._row(row, value.get(row) or {}) for row in self.rows}
        return {row: self.blank()[row] if row in self.locked else given[row] for row in self.rows}

    def keep(self, value: Any) -> dict[str, dict[str, Any]] | None:
        plain = self.coerce(value)
        own = {row: self._kept_row(cells) for row, cells in plain.items() if row not in self.locked}
        if self.untouched(plain):
            return None
        return {row: cells for row, cells in own.items() if cells or row in self.initial}

    def blank(self) -> dict[str, dict[str, Any]]:
        return {row: self.empty_row() | dict(self.initial.get(row, {})) for row in self.rows}

    def missing(self, value: Any) -> tuple[str, ...]:
        return tuple(what for row in self.rows for what in self._open_cells(self._name(row), value[row]))

    def _name(self, row: str) -> str:
        """A row as the student sees it, or its key where that is a whole sentence."""
        return self.rows[row] if len(self.rows[row]) <= 40 else row

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"rows": list(self.rows.items()), "locked": list(self.locked)}

    def stub(self) -> str:
        return "{" + ", ".join(f"{row!r}: {cells!r}" for row, cells in self.blank().items()) + "}"

    def listing(self) -> list[str]:
        return [self.label, *(f"  {key}: {words}" for key, words in self.rows.items()), *self._column_lines()]


@dataclass(frozen=True, kw_only=True)
class Receipt(Field):
    """A seal over another part of the same answer. Value: ``{"sealed": time, "marks": {key: mark}}`` or ``None``.

    ``of`` names the sealed part; ``seal(value, now)`` makes the receipt from that part's plain value and the
    time. Making one reads the clock, so it is a step of its own, outside the pure judge: a button in the form,
    `parley.seal` on the code path. A receipt has no key: it shows a change, it does not prevent one.
    """

    kind: ClassVar[str] = "receipt"
    of: str
    seal: Callable[[Any, datetime], dict[str, Any]]
    button: str = "Seal it"

    def coerce(self, value: Any) -> dict[str, Any] | None:
        if value is None or value is Ellipsis or value == {}:
            return None
        sealed, marks = (
            (value.get("sealed"), value.get("marks")) if isinstance(value, Mapping) else (None, None)
        )
        texts = [sealed, *marks, *marks.values()] if isinstance(marks, Mapping) else [None]
        if len(texts) > 2 * LARGEST_LIST + 1 or not all(
            isinstance(text, str) and len(text) <= 64 for text in texts
        ):
            raise self._refuse(
                f"{_shown(value)} is not a receipt", "Seal again: the button does it, or `parley.seal`."
            )
        return {"sealed": sealed, "marks": dict(marks)}

    def missing(self, value: Any) -> tuple[str, ...]:
        return (f"{self.label} ({self.button})",) if value is None else ()

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"of": self.of, "button": self.button}


@dataclass(frozen=True, kw_only=True)
class Function(Field):
    """A small function that the student writes, tried on cases drawn from a seed.

    The student hands over the function itself (code path) or its source (form). The value is what it gave
    back: ``{"seed": int, "results": [...]}``, where a result is ``{"value": …}`` or ``{"error": "…"}``. A
    judge compares them with its own reference on ``cases(seed)``, so it needs no code of the student's.

    ``signature`` is like ``"share(voice, voices)"``; ``draw(rng)`` gives a list of argument tuples from a
    ``random.Random``.
    """

    kind: ClassVar[str] = "function"
    signature: str
    draw: Callable[[random.Random], list[tuple]]
    doc: str = ""

    @property
    def function_name(self) -> str:
        return self.signature.split("(")[0]

    def cases(self, seed: int) -> list[tuple]:
        """The argument tuples for one seed, at most `LARGEST_LIST`."""
        return self.draw(random.Random(seed))[:LARGEST_LIST]

    def coerce(self, value: Any) -> dict[str, Any] | None:
        if value is None or value is Ellipsis or (isinstance(value, str) and not self._written(value)):
            return None
        if isinstance(value, Mapping):
            return self._results(value)
        function = self._compile(value) if isinstance(value, str) else value
        if not callable(function):
            raise self._no_function(value)
        if _is_empty(function):
            return None
        seed = current_seed()
        return {"seed": seed, "results": [_call(function, case) for case in self.cases(seed)]}

    def keep(self, value: Any) -> str | None:
        """The source itself: it is tried when the answer is checked, not at every pause in typing."""
        if value is None or value is Ellipsis:
            return None
        if not isinstance(value, str):
            raise self._no_function(value)
        self._check_length(value)
        return value if self._written(value) else None

    def fill(self, kept: Any) -> str:
        return kept if isinstance(kept, str) else ""

    def _no_function(self, value: Any) -> AnswerError:
        return self._refuse(
            f"{_shown(value)} is not a function",
            f"Write `def {self.signature}: …` and hand over `{self.function_name}`.",
        )

    def _check_length(self, source: str) -> None:
        if len(source) > LONGEST_TEXT:
            raise self._refuse(f"{len(source)} characters are too many", f"Keep to {LONGEST_TEXT}.")

    def _written(self, source: str) -> bool:
        return bool(source.strip()) and source.strip() != self.starter().strip()

    def _compile(self, source: str) -> Callable:
        self._check_length(source)
        names: dict[str, Any] = {}
        try:
            exec(compile(source, f"<{self.name}>", "exec"), names)
        except (Exception, SystemExit) as problem:
            raise self._refuse(
                f"Python could not read it ({_named(problem, 80)})", f"Start with `def {self.signature}:`."
            ) from None
        if not callable(names.get(self.function_name)):
            raise self._refuse(
                f"no function called {self.function_name!r} is there", f"Start with `def {self.signature}:`."
            )
        return names[self.function_name]

    def _results(self, value: Mapping) -> dict[str, Any]:
        results, seed = value.get("results"), value.get("seed")
        try:
            sound = type(seed) is int and isinstance(results, list) and len(results) == len(self.cases(seed))
            plain = [_result(one) for one in results] if sound else []
        except (TypeError, ValueError):
            sound = False
        if not sound:
            raise self._refuse(
                "these are not the results of the function's cases",
                f"Hand over `{self.function_name}` itself.",
            )
        return {"seed": seed, "results": plain}

    def starter(self) -> str:
        """The source the student starts from."""
        doc = f'    """{self.doc}"""\n' if self.doc else ""
        return f"def {self.signature}:\n{doc}    ...\n"

    def spec(self) -> dict[str, Any]:
        return super().spec() | {"signature": self.signature, "starter": self.starter()}

    def listing(self) -> list[str]:
        return [f"{self.label}: def {self.signature}", *([f"  {self.doc}"] if self.doc else [])]


def _is_empty(function: Any) -> bool:
    """Whether a function is a stub still: nothing but a docstring, ``...`` or ``pass``."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_names or set(code.co_consts) - {None, getattr(function, "__doc__", None)}:
        return False
    stubs: dict[str, Any] = {}
    exec("def bare():\n    pass\n\n\ndef told():\n    'What to do.'\n", stubs)
    return code.co_code in {stubs[name].__code__.co_code for name in ("bare", "told")}


def current_seed() -> int:
    """The seed for the cases of functions: the checker's from the environment, else the fixed one."""
    text = os.environ.get(SEED_VARIABLE, "")
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else DEFAULT_SEED


def _call(function: Callable, arguments: tuple) -> dict[str, Any]:
    try:
        return {"value": _plain(function(*arguments))}
    except (Exception, SystemExit) as problem:  # what a student's function raises is a finding, no crash
        return {"error": _named(problem, 120)}


def _named(problem: BaseException, limit: int) -> str:
    """An exception in one line."""
    try:
        text = str(problem)
    except Exception:
        text = ""
    return f"{type(problem).__name__}: {_shown(text, limit)}"


def _result(one: Any) -> dict[str, Any]:
    """A published result again: ``{"value": …}`` or ``{"error": "…"}``; `ValueError` for anything else."""
    if isinstance(one, Mapping) and set(one) == {"value"}:
        return {"value": _plain(one["value"])}
    if isinstance(one, Mapping) and set(one) == {"error"} and isinstance(one["error"], str):
        return {"error": one["error"][:LONGEST_TEXT]}
    raise ValueError("not a result")


def _plain(value: Any, depth: int = 0) -> Any:
    """``value`` as JSON: numbers, text, lists and tables; `TypeError` for anything else."""
    if hasattr(value, "tolist"):  # NumPy's and pandas' own numbers and arrays
        value = value.tolist()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if isinstance(value, int):  # Python refuses to write out a number of thousands of digits
        return int(value) if abs(value) < 10**300 else "a number of more than 300 digits"
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if depth < 4 and isinstance(value, Mapping):
        return {str(k): _plain(v, depth + 1) for k, v in list(value.items())[:LARGEST_LIST]}
    if depth < 4 and isinstance(value, (set, frozenset)):
        value = sorted(value, key=repr)  # the order of a set differs from run to run
    if depth < 4 and isinstance(value, (list, tuple)):
        return [_plain(v, depth + 1) for v in value[:LARGEST_LIST]]
    raise TypeError(f"it returned {_shown(value)}, not a number, text, list or table")
