"""Tables of facts, each row with a source and the day from which it was known.

>>> from parley import data
>>> clippings = data.read("clippings")            # rows known on the desk date
>>> str(data.cite("independent-2017-11-24"))       # doctest: +ELLIPSIS
'The Independent, "Russia ...", 24 November 2017'

A table is ``data/<name>.csv``, described in ``data/datapackage.json`` (a Frictionless Data Package).
Whatever is wrong with a file becomes a ``DataError``: one line that names the file and the place, what was
expected, and how to mend it.
"""

import csv
import difflib
import functools
import html
import io
import json
import os
import pathlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from parley.errors import ParleyError

DESK_DATE = date(2018, 3, 22)

_PACKAGE = pathlib.Path(__file__).resolve().parent
_DESCRIPTION = "datapackage.json"
_LESSON = re.compile(r"\d\d_[a-z0-9_]+")
_MONTHS = ("January February March April May June July August September October November December").split()


class DataError(ParleyError):
    """A file is missing or damaged, or something unknown was asked for. The message is one line."""


# --- where the files are ---


def project():
    """The folder of the checkout (``Path``), or ``None`` in an installed wheel."""
    root = _PACKAGE.parent
    is_checkout = (root / "pyproject.toml").is_file()
    if is_checkout and ((root / "data").is_dir() or not (_PACKAGE / "_files").is_dir()):
        return root
    return None


def folder():
    """The folder that holds the tables: ``<checkout>/data``, or the copy inside an installed wheel.

    Raises ``DataError`` if it is missing.
    """
    root = project()
    place = root / "data" if root else _PACKAGE / "_files" / "data"
    if not place.is_dir():
        raise DataError(f"the folder data/ is missing; expected it at {place}. {mend('')}")
    return place


def my_work():
    """The reader's own folder (``Path``; it may not exist yet): ``my_work/`` of the module, which git ignores.

    ``PARLEY_WORK`` names another one. In an installed wheel it lies in the folder one works in.
    """
    named = os.environ.get("PARLEY_WORK")
    return pathlib.Path(named) if named else (project() or pathlib.Path.cwd()) / "my_work"


def path(relative):
    """The file (or folder) ``relative`` below the data folder, as a ``Path``.

    Raises ``DataError`` if it is missing, or if ``relative`` leads out of the data folder.
    """
    if pathlib.PurePath(relative).is_absolute() or ".." in pathlib.PurePath(relative).parts:
        raise DataError(f"{relative!r} is not a file below data/; give a name such as 'clippings.csv'.")
    found = folder() / relative
    if not found.exists():
        raise DataError(f"data/{relative} is missing. {mend(relative)}")
    return found


def stems():
    """The lessons that exist, in order: ``('00_orientation', ...)``, one for each quiz file."""
    found = path("quizzes").glob("*.yaml")
    return tuple(sorted(file.stem for file in found if _LESSON.fullmatch(file.stem)))


def mend(relative):
    """How to get the file ``relative`` of the data folder back, one sentence."""
    name = f"data/{relative}".rstrip("/")
    if project():
        return f"To mend it: git checkout -- {name}, or download the module again."
    return "To mend it: install the module again."


# --- tables ---


class Table(list):
    """Rows of one table: a list of dicts, with ``name``, ``title``, ``note`` and ``columns``."""

    def __init__(self, rows, name, title, note="", fields=()):
        super().__init__(rows)
        self.name, self.title, self.note = name, title, note
        self._fields = tuple(fields)

    @property
    def columns(self):
        """Names of the columns, ``tuple`` of ``str``."""
        return tuple(field["name"] for field in self._fields)

    @property
    def statuses(self):
        """How many rows carry a status other than VERIFIED: ``{'MODULE ASSUMPTION': 28}``."""
        return dict(Counter(row["status"] for row in self if row.get("status") not in (None, "", "VERIFIED")))

    def select(self, *columns, where=None):
        """A smaller ``Table``: these columns of the rows for which ``where(row)`` holds (all rows without it)."""
        rows = [{name: row[name] for name in columns} for row in self if where is None or where(row)]
        fields = [field for name in columns for field in self._fields if field["name"] == name]
        return Table(rows, self.name, self.title, self.note, fields)

    def with_rows(self, rows):
        """A ``Table`` of the same name and columns that holds ``rows``, a list of dicts."""
        return Table(rows, self.name, self.title, self.note, self._fields)

    def cells(self):
        """The table as a list of rows of ``str``, the headings first."""
        rows = [[_plain(row.get(field["name"])) for field in self._fields] for row in self]
        return [[_heading(field) for field in self._fields], *rows]

    def folded(self, summary="The same as a table"):
        """The table behind a line to click, for a cell that should stay short. Opens by keyboard too."""
        return _Folded(self, summary)

    def to_frame(self):
        """The same rows as a ``pandas.DataFrame`` with the columns in their order."""
        import pandas

        return pandas.DataFrame(list(self), columns=list(self.columns))

    def __repr__(self):
        marks = "; ".join(f"{count} {status}" for status, count in self.statuses.items())
        return f"Table {self.name!r}: {self.title}, {len(self)} rows" + (f" ({marks})" if marks else "")

    def _repr_html_(self):
        head = "".join(
            f'<th scope="col" {_LEFT}>{html.escape(_heading(field))}</th>' for field in self._fields
        )
        body = "".join(f"<tr>{_row_html(row, self._fields)}</tr>" for row in self)
        marks = ", ".join(f"{count} {status}" for status, count in self.statuses.items())
        notes = [self.note, f"Rows that are not plainly verified: {marks}." if marks else ""]
        small = html.escape(" ".join(filter(None, notes)))
        caption = f"<strong>{html.escape(self.title)}</strong>" + (f"<br>{small}" if small else "")
        style = "caption-side: top; text-align: left"
        return (
            f'<table><caption style="{style}">{caption}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


class _Folded:
    def __init__(self, table, summary):
        self.table, self.summary = table, summary

    def __repr__(self):
        return f"{self.summary}: {self.table!r}"

    def _repr_html_(self):
        summary = html.escape(self.summary)
        return f"<details><summary>{summary}</summary>{self.table._repr_html_()}</details>"


def read(name, as_of=DESK_DATE):
    """The rows of table ``name`` that were known on the day ``as_of``.

    ``as_of`` is a ``datetime.date``, or ``None`` for every row. Returns a fresh ``Table``: edit it as you
    like, the next ``read`` is not touched. Values are typed by the schema (string, integer, number, date,
    boolean; a column with a ``separator`` is a list of strings). An empty cell is ``""`` in a string column,
    ``[]`` in a list column and ``None`` elsewhere.

    Raises ``DataError`` for an unknown table and for a missing or damaged file.
    """
    as_of = _day(as_of)
    resource = _resource(name)
    rows = _rows(name, resource)
    if as_of is not None and not resource.get("timeless"):
        rows = [row for row in rows if row["known_from"] <= as_of]
    title, note = resource.get("title", name), resource.get("description", "")
    return Table([_fresh(row) for row in rows], name, title, note, resource["schema"]["fields"])


def _fresh(row):
    return {key: list(value) if isinstance(value, list) else value for key, value in row.items()}


def _day(as_of):
    if isinstance(as_of, datetime):
        return as_of.date()
    if as_of is None or isinstance(as_of, date):
        return as_of
    raise DataError(f"as_of must be a date such as date(2018, 3, 22), not {as_of!r}.")


def _resource(name):
    resources = _description()
    if name in resources:
        return resources[name]
    raise DataError(f"there is no table {name!r}. {_near(name, resources)}")


def _near(word, known):
    close = difflib.get_close_matches(str(word), list(known), n=3, cutoff=0.4)
    if close:
        return f"Did you mean {' or '.join(repr(c) for c in close)}?"
    listed = ", ".join(repr(k) for k in list(known)[:20])
    return f"Known: {listed}." if listed else "Nothing is known by that kind of name."


def _description():
    """``{table name: resource}`` from the data package; a fresh reading whenever the file changes."""
    file = path(_DESCRIPTION)
    return _parsed_description(file, _stamp(file))


@functools.lru_cache(maxsize=8)
def _parsed_description(file, stamp):
    try:
        package = json.loads(_text(file))
    except ValueError as slip:
        raise DataError(f"data/{_DESCRIPTION} is not valid JSON ({slip}). {mend(_DESCRIPTION)}") from None
    resources = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(resources, list) or not resources:
        raise DataError(
            f"data/{_DESCRIPTION} lists no tables: expected 'resources', a list. {mend(_DESCRIPTION)}"
        )
    found = {}
    for number, resource in enumerate(resources, 1):
        if not _is_table(resource):
            raise DataError(
                f"data/{_DESCRIPTION}: entry {number} of 'resources' is damaged: expected a name, a path and "
                f"schema.fields with a name and a type each. {mend(_DESCRIPTION)}"
            )
        if not resource.get("timeless") and not _is_dated(resource):
            raise DataError(
                f"data/{_DESCRIPTION}: table {resource['name']!r} has no date column 'known_from'. "
                'Add one, or say "timeless": true if no row can tell what came after the desk date.'
            )
        found[resource["name"]] = resource
    return found


def _is_table(resource):
    try:
        fields = resource["schema"]["fields"]
        named = [resource["name"], resource["path"], *(field["name"] for field in fields)]
        types = [field["type"] for field in fields]
        return bool(fields) and all(isinstance(word, str) for word in named + types)
    except (TypeError, KeyError):
        return False


def _is_dated(resource):
    return ("known_from", "date") in [
        (field["name"], field["type"]) for field in resource["schema"]["fields"]
    ]


def _stamp(file):
    status = file.stat()
    return status.st_mtime_ns, status.st_size


def _text(file):
    name = f"data/{file.name}"
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as slip:
        raise DataError(
            f"{name} is not UTF-8 text (byte {slip.start}): save it as UTF-8, in a spreadsheet 'CSV UTF-8'. "
            f"{mend(file.name)}"
        ) from None
    except OSError as slip:
        raise DataError(f"{name} cannot be read ({slip.strerror or slip}). {mend(file.name)}") from None


def _rows(name, resource):
    file = path(resource["path"])
    schema = json.dumps(resource["schema"]["fields"], sort_keys=True)
    return _parsed_rows(name, file, _stamp(file), schema)


@functools.lru_cache(maxsize=64)
def _parsed_rows(name, file, stamp, schema):
    fields = json.loads(schema)
    lines = _cells(file)
    if not lines:
        raise DataError(f"data/{file.name} is empty: expected a header and rows. {mend(file.name)}")
    _check_header(file, lines[0], [field["name"] for field in fields])
    return [_typed(file, number, line, fields) for number, line in enumerate(lines[1:], 2)]


def _cells(file):
    try:
        return [line for line in csv.reader(io.StringIO(_text(file), newline=""), strict=True) if line]
    except csv.Error as slip:
        raise DataError(
            f"data/{file.name} is damaged or cut off: {slip} (a quotation mark is left open, or the end is "
            f"missing). {mend(file.name)}"
        ) from None


def _check_header(file, header, names):
    if header == names:
        return
    for place in range(max(len(header), len(names))):
        got = header[place] if place < len(header) else None
        expected = names[place] if place < len(names) else None
        if got != expected:
            got, expected = (repr(word) if word is not None else "nothing" for word in (got, expected))
            raise DataError(
                f"data/{file.name}, header, column {place + 1}: found {got}, expected {expected}. "
                f"{mend(file.name)}"
            )


def _typed(file, number, line, fields):
    if len(line) != len(fields):
        raise DataError(
            f"data/{file.name}, row {number}: {len(line)} cells, expected {len(fields)} (is the row cut off, "
            f"or a comma outside quotation marks?). {mend(file.name)}"
        )
    row = {}
    for cell, field in zip(line, fields, strict=True):
        try:
            row[field["name"]] = _convert(cell, field)
        except ValueError:
            raise DataError(
                f"data/{file.name}, row {number}, column {field['name']!r}: {_shown(cell)} is not "
                f"{_EXPECTED.get(field['type'], field['type'])}. {mend(file.name)}"
            ) from None
    return row


_EXPECTED = {
    "integer": "a whole number such as 12",
    "number": "a number such as 12.5",
    "date": "a date such as 2018-03-21",
    "boolean": "true or false",
    "string": "filled in, as the column requires",
}


def _shown(cell):
    if not cell:
        return "an empty cell"
    return repr(cell if len(cell) <= 40 else cell[:37] + "...")


def _convert(cell, field):
    """One cell as the schema has it; ``ValueError`` where it does not fit."""
    kind = field["type"]
    required = field.get("constraints", {}).get("required") or field["name"] == "known_from"
    if not cell and required:
        raise ValueError
    if "separator" in field:
        return [part.strip() for part in cell.split(field["separator"])] if cell else []
    if kind == "string":
        return cell
    if not cell:
        return None
    if kind == "integer":
        return int(cell)
    if kind == "number":
        return float(cell)
    if kind == "date":
        return date.fromisoformat(cell)
    if kind == "boolean" and cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    raise ValueError


def _heading(field):
    title = field.get("title", field["name"].replace("_", " "))
    return f"{title} ({field['unit']})" if field.get("unit") else title


_LEFT = (
    'style="text-align: left"'  # JupyterLab sets tables flush right, which suits numbers and not sentences
)
_WHOLE = 'style="text-align: left; white-space: nowrap"'  # a day is not broken at its hyphens


def _row_html(row, fields):
    cells = []
    for place, field in enumerate(fields):
        tag = 'th scope="row"' if place == 0 else "td"
        style = _WHOLE if isinstance(row.get(field["name"]), date) else _LEFT
        cells.append(f"<{tag} {style}>{_cell_html(row.get(field['name']), field)}</{tag.split()[0]}>")
    return "".join(cells)


def _plain(value):
    """A value as a reader wants it: lists with commas, yes and no, no fraction of nought."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)


def _cell_html(value, field):
    text = html.escape(_plain(value))
    if field.get("format") == "uri" and re.match(r"https?://", str(value)):
        return f'<a href="{text}">{text}</a>'
    return text


# --- citations ---


@dataclass(frozen=True)
class Citation:
    """One source, ready to print: ``str(c)``, ``c.html``, ``c.markdown``."""

    key: str
    publisher: str
    title: str
    date: date
    precision: str
    language: str
    address: str
    note: str = ""
    status: str = ""

    @property
    def day(self):
        """The date as far as it is known: ``'24 November 2017'``, ``'March 2018'`` or ``'2014'``."""
        month = _MONTHS[self.date.month - 1]
        return {
            "day": f"{self.date.day} {month} {self.date.year}",
            "month": f"{month} {self.date.year}",
            "year": str(self.date.year),
        }[self.precision]

    @property
    def _mark(self):
        return "" if self.status in ("", "VERIFIED") else f" [{self.status}]"

    def __str__(self):
        return f'{self.publisher}, "{self.title}", {self.day}{self._mark}'

    @property
    def html(self):
        """The citation as HTML, the title a link that says its language where that is not English."""
        lang = "" if self.language == "en" else f' lang="{html.escape(self.language)}"'
        title = f'<a href="{html.escape(self.address)}"{lang}>{html.escape(self.title)}</a>'
        return f"{html.escape(self.publisher)}, \u201c{title}\u201d, {self.day}{html.escape(self._mark)}"

    @property
    def markdown(self):
        """The citation as Markdown, the title a link."""
        title = re.sub(r"([\\\[\]*_`<>])", r"\\\1", self.title)
        mark = self._mark.replace("[", "\\[").replace("]", "\\]")
        return f'{self.publisher}, "[{title}](<{self.address}>)", {self.day}{mark}'

    def _repr_html_(self):
        return self.html


def cite(key):
    """The source ``key`` of ``sources.csv`` as a ``Citation``.

    Raises ``DataError``, with near matches, if there is none.
    """
    sources = {row["key"]: row for row in read("sources", as_of=None)}
    if key not in sources:
        raise DataError(f"data/sources.csv has no source {key!r}. {_near(key, sources)}")
    return Citation(**{name: sources[key][name] for name in Citation.__dataclass_fields__})
