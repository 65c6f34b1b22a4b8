"""A reader's own findings: one file, ``my_work/records.csv``, one row a finding. They may overturn the module's.

Who finds a record of the meeting that the module has not read writes one row: which page, and what it has to one
sentence (or topic). ``merge`` puts such rows beside the shipped tables, marked as the reader's own, and the drawing
and the wording of the conclusion follow.

Nothing here is ever read by a judge, the checker or a build: ``parley.data.read`` gives the shipped rows alone, a
contract of the import linter keeps lessons and checker from importing this module, and the kernels of checker and
build have an empty folder for ``my_work/``. A cell asks for the reader's rows by ``parley.records()``.
"""

import contextlib
import csv
import difflib
import io
import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from parley import article, data
from parley.analysis.provenance import KINDS, OWN, SAME_STATEMENT
from parley.errors import ParleyError
from parley.files import only_writer, sweep, write_whole

#: Column -> what belongs there, as a reader is told.
COLUMNS = {
    "publisher": "who put the page out",
    "title": "the headline of the page",
    "date": "the day on which the words were spoken, such as 2018-03-21",
    "published": "the day on which the page came out, where that is another day",
    "language": "two letters: en, ru, ja",
    "address": "where the page stands; it begins with http:// or https://",
    "side": "the publisher's country: Russia, Japan or other",
    "place": "where the words were spoken, such as Tokyo",
    "read": "full or part: how much of the page you read",
    "item": "a sentence such as P4S2, a trial clause such as T1, or a topic",
    "finding": "exact, close, other_words, not_in_it or not_seen",
    "words": "the words on the page, at most 12",
    "note": "anything a later reader should know",
}
#: Table and column of what a row may be about besides the sentences of the article.
MORE_ITEMS = (("trial_clauses", "id"), ("account_topic_names", "topic"))
#: What a finding says of a topic, in the words of the matrix of accounts.
OF_A_TOPIC = {
    "exact": "says",
    "close": "says",
    "other_words": "says",
    "not_in_it": "silent",
    "not_seen": "not_seen",
}

OPTIONAL = ("published", "words", "note")
SIDES = ("Russia", "Japan", "other")
READ = ("full", "part")
MOST_WORDS = 12  # of any publisher
MOST_SIGNS = 40  # of a text without spaces between words: about as long as twelve words
LONGEST_CELL = 300

_LANGUAGES = {
    "english": "en",
    "russian": "ru",
    "japanese": "ja",
    "chinese": "zh",
    "korean": "ko",
    "french": "fr",
}
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")
_NO_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # control signs, and half an emoji from a browser
_IS_TEXT = re.compile(r"P\d+S\d+|T\d+")  # a sentence or a clause, not a topic
_ONE_PAGE = ("publisher", "title", "date", "published", "language", "side", "place", "read")


class FindError(ParleyError):
    """A row or a file that cannot be taken. The message names the place, the value and the way out; nothing changed."""


class Row(NamedTuple):
    """One row of the file: its line (from 1, the header's), its cells by column, and what is wrong with it."""

    line: int
    cells: dict
    problems: tuple


class Merged(NamedTuple):
    """Two lists of rows, the shipped ones and the reader's: pages, and what each page has."""

    documents: list
    matches: list


class _Sheet(NamedTuple):
    """A file as it lies there: its text, how it is written, its header, and ``(line, cells)`` of each row."""

    text: str
    delimiter: str
    newline: str
    header: list
    rows: list


def location():
    """Where the reader's rows lie (``Path``; it may not exist yet)."""
    return data.my_work() / "records.csv"


def items():
    """What a row may be about: the ids of all sentences, and of trial clauses and topics where the tables are there."""
    known = [one.id for one in article.sentences()]
    for table, column in MORE_ITEMS:
        with contextlib.suppress(data.DataError):
            known += [row[column] for row in data.read(table, as_of=None)]
    return tuple(known)


# --- one row ---


def tidied(cells):
    """A row as the rest of the module wants it: every column there, single spaces, ids and choices as they are spelt.

    ``cells`` is ``{column: text}``; a column that does not exist is left in, for ``problems`` to name.
    """
    plain = {
        name: " ".join(_NO_TEXT.sub(" ", str(value)).split())
        for name, value in cells.items()
        if value is not None
    }
    row = dict.fromkeys(COLUMNS, "") | plain
    for name, choices in (("side", SIDES), ("read", READ), ("finding", KINDS)):
        spelt = {choice.lower(): choice for choice in choices}
        row[name] = spelt.get(re.sub(r"[\s-]+", "_", row[name].lower()), row[name])
    row["language"] = row["language"].lower()
    row["item"] = (
        row["item"].upper()
        if _IS_TEXT.fullmatch(row["item"].upper())
        else re.sub(r"[\s-]+", "_", row["item"].lower())
    )
    return row


def problems(cells, known_items):
    """What is wrong with one row, a list of lines, each naming column, value, what was expected and the way out.

    ``cells`` is ``{column: text}``; ``known_items`` the ids that a row may be about, as of ``items``. A page that came
    out after the desk date is no problem: it counts from the day it came out (see ``notice``).
    """
    row = tidied(cells)
    found = [
        f"column {name!r} does not exist. The columns are {', '.join(COLUMNS)}."
        for name in row
        if name not in COLUMNS
    ]
    missing = [name for name in COLUMNS if name not in OPTIONAL and not row[name]]
    found += [f"column {name} is empty. Write {COLUMNS[name]}." for name in missing]
    for name in COLUMNS:
        if len(row[name]) > LONGEST_CELL:
            found.append(f"column {name}: {len(row[name])} characters are too many. Keep to {LONGEST_CELL}.")
        elif row[name]:
            said = _CHECKS[name](row, known_items) if name in _CHECKS else ""
            found += [f"column {name}: {said}"] if said else []
    if row["finding"] in SAME_STATEMENT and not row["words"]:
        found.append(
            f"column words is empty, and the finding is {row['finding']}. Copy up to {MOST_WORDS} of the words."
        )
    return found


def _check_day(name):
    def check(row, _items):
        text = row[name]
        if _as_day(text) is None:
            return f"{_shown(text)} is no day. Write year, month, day: 2018-03-21 (a spreadsheet may have turned it)."
        if name == "published" and _as_day(row["date"]) and _as_day(text) < _as_day(row["date"]):
            return f"{text} is before {row['date']}, the day of the words. Which of the two is a slip?"
        return ""

    return check


def _check_choice(name, choices):
    def check(row, _items):
        if row[name] in choices:
            return ""
        return f"{_shown(row[name])} is none of {', '.join(choices)}. Write {COLUMNS[name]}."

    return check


def _check_language(row, _items):
    if re.fullmatch("[a-z]{2}", row["language"]):
        return ""
    code = _LANGUAGES.get(row["language"])
    return f"{_shown(row['language'])} is not two letters. Write {code or 'en, ru or ja, for instance'}."


def _check_address(row, _items):
    text = row["address"]
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in text
    except ValueError:
        sound = False
    if sound:
        return ""
    return f"{_shown(text)} is no address of a page. Copy the whole line from the browser: it begins with http:// or https://."


def _check_item(row, known_items):
    if row["item"] in known_items:
        return ""
    close = difflib.get_close_matches(row["item"], known_items, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else "Write a sentence such as P4S2 (P1S1 to P6S2)."
    return f"{_shown(row['item'])} is no sentence of the article and no topic. {hint}"


def _check_finding(row, _items):
    if row["finding"] not in KINDS:
        return f"{_shown(row['finding'])} is none of {', '.join(KINDS)}. Write one of these."
    if row["finding"] == "not_in_it" and row["read"] == "part":
        return "'not_in_it' says that the page was read to its end, and read is part. Write not_seen, or read on."
    if row["finding"] == "not_seen" and row["read"] == "full":
        return "'not_seen' is for a page of which a part was read, and read is full. Write not_in_it."
    return ""


def _check_words(row, _items):
    if row["finding"] in ("not_in_it", "not_seen"):
        return f"there is nothing to quote where the finding is {row['finding']}. Leave it empty."
    if _NO_SPACES.search(row["words"]):
        long, most = len(re.sub(r"\s", "", row["words"])), MOST_SIGNS
        return f"{long} characters are too many. Keep to {most}." if long > most else ""
    count = len([word for word in row["words"].split() if re.search(r"\w", word)])
    return (
        f"{count} words are too many. Keep the {MOST_WORDS} that matter most." if count > MOST_WORDS else ""
    )


_CHECKS = {
    "date": _check_day("date"),
    "published": _check_day("published"),
    "language": _check_language,
    "address": _check_address,
    "side": _check_choice("side", SIDES),
    "read": _check_choice("read", READ),
    "item": _check_item,
    "finding": _check_finding,
    "words": _check_words,
}


def notice(cells):
    """What to know of a sound row, one line, ``""`` where there is nothing: that it is not seen on the desk date.

    A row counts from the day on which its page came out, as all rows of the module do: somebody at the desk on 22
    March 2018 could read nothing of later. It is kept, and shown where a table is read as of a later day.
    """
    known_from = _printed(tidied(cells))
    if known_from is None or known_from <= data.DESK_DATE:
        return ""
    return (
        f"The page came out on {known_from}, after the desk date of {data.DESK_DATE}. It is kept, and counts where "
        "later days are open: records(as_of=None)."
    )


def _as_day(text):
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _printed(row):
    return _as_day(row["published"] or row["date"])


def _shown(text):
    return repr(text if len(text) <= 60 else text[:57] + "...")


# --- the file ---


def rows(path=None, known_items=None):
    """Every row of the file, a list of ``Row``, sound or not; empty where there is no file.

    Raises ``FindError`` where the file itself is damaged, naming the line.
    """
    path = path or location()
    sheet = _read(path)
    return _checked(sheet, items() if known_items is None else known_items) if sheet else []


def load(path=None, known_items=None):
    """The rows of the file, all of them sound: a list of ``{column: text}``; empty where there is no file.

    Raises ``FindError`` for a damaged file and for the first row that cannot be taken, naming the line.
    """
    path = path or location()
    found = rows(path, known_items)
    _refuse_unsound(found, path)
    return [row.cells for row in found]


def _refuse_unsound(found, path, before=""):
    for row in found:
        if row.problems:
            raise FindError(f"{before}{_named(path)}, line {row.line}, {row.problems[0]}")


def add(cells, path=None, known_items=None):
    """Append one row to the file, which is made where it is not there; the number of rows it then has.

    The file is written whole and renamed, so it is never half written. What is in it stays as it is, with its own
    separator and line ends. Raises ``FindError``, and changes nothing, for a row with a problem (its first one is
    named), for a damaged file, and for a folder that cannot be written.
    """
    path = path or location()
    known_items = items() if known_items is None else known_items
    row = tidied(cells)
    slips = problems(row, known_items)
    if slips:
        more = f" ({len(slips) - 1} more after that.)" if len(slips) > 1 else ""
        raise FindError(f"Nothing was kept: {slips[0]}{more}")
    try:
        with only_writer(path):
            sheet = _read(path)
            before = _checked(sheet, known_items) if sheet else []
            _refuse_unsound(before, path, "Nothing was kept: ")
            clash = _clash(row, [(one.line, one.cells) for one in before])
            if clash:
                raise FindError(f"Nothing was kept: {clash}")
            write_whole(path, _with_row(sheet, row))
            sweep(path)
    except OSError as problem:
        raise FindError(
            f"Nothing was kept: {_named(path)} cannot be written ({problem.strerror or problem}). "
            "Is it open in a spreadsheet? Close it there, and add the row again."
        ) from None
    return len(before) + 1


def _with_row(sheet, row):
    out = io.StringIO()
    if sheet is None or not sheet.header:
        # with the mark, Excel takes the file for UTF-8 and leaves Cyrillic and Japanese whole
        out.write("\ufeff")
        writer, header = csv.writer(out, lineterminator="\n"), list(COLUMNS)
        writer.writerow(header)
    else:
        out.write(sheet.text)
        if not sheet.text.endswith(("\n", "\r")):
            out.write(sheet.newline)
        writer = csv.writer(out, delimiter=sheet.delimiter, lineterminator=sheet.newline)
        header = sheet.header
        lacking = [name for name in OPTIONAL if row[name] and name not in header]
        if lacking:
            raise FindError(
                f"Nothing was kept: the file has no column {lacking[0]}. Add it to the first line of the file, "
                f"or leave {lacking[0]} out."
            )
    writer.writerow([row[name] for name in header])
    return out.getvalue()


def _named(path):
    return f"{path.parent.name}/{path.name}"


def _read(path):
    """A ``_Sheet``; ``None`` where there is no file."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise FindError(f"{_named(path)} cannot be read ({problem.strerror or problem}).") from None
    return _parsed(raw, _named(path))


_AS_UTF8 = "In the spreadsheet choose Save As, then CSV UTF-8; the file there now was left as it is."


def _parsed(raw, name):
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise FindError(f"{name} is a spreadsheet's own file and not CSV. {_AS_UTF8}")
    if b"\x00" in raw:
        raise FindError(f"{name}, line 1: this is UTF-16 or no text at all. {_AS_UTF8}")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as slip:
        line = raw[: slip.start].count(b"\n") + 1
        raise FindError(f"{name}, line {line}: this is not UTF-8. {_AS_UTF8}") from None
    body, skipped = text.removeprefix("\ufeff"), 0
    named = re.match(r"sep=(.)\r?\n", body)
    if named:  # Excel's own line about the separator
        body, skipped = body[named.end() :], 1
    first = body.split("\n", 1)[0]
    delimiter = named[1] if named else max(",;\t", key=first.count)
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    lines = _cells(body, delimiter, skipped, name)
    if not lines:
        return _Sheet(text, delimiter, newline, [], [])
    header = _header(lines[0], name)
    found = [(line, _row(line, cells, header, name)) for line, cells in lines[1:]]
    return _Sheet(text, delimiter, newline, header, found)


def _cells(body, delimiter, skipped, name):
    """``(line, cells)`` of each row with anything in it; empty cells at the end of a row are a spreadsheet's."""
    reader, found, begins = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True), [], 1
    while True:
        begins = skipped + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return found
        except csv.Error as slip:
            raise FindError(
                f"{name}, line {begins}: the row cannot be read ({slip}). Is a quotation mark left open? A mark "
                "inside a cell is written twice. The file was left as it is."
            ) from None
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            found.append((begins, cells))


def _header(first, name):
    line, cells = first
    header = [cell.strip().lower() for cell in cells]
    strangers = [cell for cell in header if cell not in COLUMNS]
    missing = [column for column in COLUMNS if column not in header and column not in OPTIONAL]
    if strangers or missing or len(set(header)) < len(header):
        what = (
            f"{_shown(strangers[0])} is no column"
            if strangers
            else f"the column {missing[0]} is missing"
            if missing
            else "a column is there twice"
        )
        raise FindError(
            f"{name}, line {line}: {what}. The first line of the file must be: {','.join(COLUMNS)} "
            "(published, words and note may be left out). The file was left as it is."
        )
    return header


def _row(line, cells, header, name):
    if len(cells) > len(header):
        raise FindError(
            f"{name}, line {line}: {len(cells)} cells, and the header has {len(header)}. A cell with a comma in it "
            'needs quotation marks round it: "one, two". The file was left as it is.'
        )
    return dict.fromkeys(header, "") | dict(zip(header, cells))


def _checked(sheet, known_items):
    """``Row`` by ``Row``, each also held against those before it."""
    found, before = [], []
    for line, cells in sheet.rows:
        row = tidied(cells)
        slips = problems(cells, known_items)
        clash = "" if slips else _clash(row, before)
        found.append(Row(line, row, tuple(slips or ([clash] if clash else []))))
        if not slips:
            before.append((line, row))
    return found


def _clash(row, before):
    """What sets a row against those before it, ``(line, cells)`` each: one line, or ``""``."""
    for line, other in before:
        if _page(other["address"]) != _page(row["address"]):
            continue
        if other["item"] == row["item"]:
            return f"column item: line {line} tells of {row['item']} on the same page already. Mend that line instead."
        for name in _ONE_PAGE:
            if other[name] != row[name]:
                return (
                    f"column {name}: {_shown(row[name])}, and line {line} has {_shown(other[name])} for the same page. "
                    "Make the two alike."
                )
    return ""


def _page(address):
    """An address without what may differ between two copies of it."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    return host, parts.path.rstrip("/"), parts.query


# --- beside the shipped tables ---


def merge(finds, documents, matches, addresses=None, as_of=data.DESK_DATE):
    """The shipped documents and matches with the reader's, as ``Merged``. Pure; rows on topics are left out.

    ``finds`` is a list of ``{column: text}`` as of ``load``; ``documents`` and ``matches`` are rows of the two tables;
    ``addresses`` is ``{document id: address}``. What the reader added bears the status ``provenance.OWN``. A page
    that is shipped already keeps its id, and counts as read in full where the reader read it in full; every other
    page becomes a document ``own-1``, ``own-2``. Rows of pages that came out after ``as_of`` are left out (``None``:
    none is). The words that a reader copied stand in ``note``; ``words`` of the table is a count, and is empty.
    """
    papers, found = [dict(row) for row in documents], [dict(row) for row in matches]
    for row, id, printed in _placed(finds, papers, addresses, as_of, _as_document, texts=True):
        about = {"document": id, "sentence": row["item"], "match": row["finding"], "known_from": printed}
        found.append(_blank(matches) | about | {"status": OWN, "note": _quoted(row)})
    return Merged(papers, found)


def merge_accounts(finds, accounts, cells, addresses=None, as_of=data.DESK_DATE):
    """The same for the matrix of accounts: rows of ``accounts`` and ``account_topics`` with the reader's on topics.

    A cell that is shipped already gives way to the reader's, since a cell has one finding. See ``OF_A_TOPIC``.
    """
    papers, found = [dict(row) for row in accounts], [dict(row) for row in cells]
    for row, id, printed in _placed(finds, papers, addresses, as_of, _as_account, texts=False):
        cell = {"id": f"{id}-{row['item']}", "account": id, "topic": row["item"], "known_from": printed}
        cell |= {"finding": OF_A_TOPIC[row["finding"]], "status": OWN, "note": _quoted(row)}
        found = [one for one in found if (one["account"], one["topic"]) != (id, row["item"])]
        found.append(_blank(cells) | cell)
    return Merged(papers, found)


def _placed(finds, papers, addresses, as_of, as_paper, texts):
    """``(row, id of its page, day it is known from)`` for each find; new pages are put at the end of ``papers``."""
    blank, place = _blank(papers), {row["id"]: row for row in papers}
    ids = {_page(address): id for id, address in (addresses or {}).items() if id in place}
    number = 0
    for find in finds:
        row = tidied(find)
        printed, page = _printed(row), _page(row["address"])
        late = as_of is not None and printed > as_of
        if late or bool(_IS_TEXT.fullmatch(row["item"])) != texts:
            continue
        if page not in ids:
            number += 1
            ids[page] = f"own-{number}"
            place[ids[page]] = blank | as_paper(row, ids[page], printed)
            papers.append(place[ids[page]])
        elif row["read"] == "full" and place[ids[page]]["read"] != "full":
            place[ids[page]] |= {"read": "full", "status": OWN}
        yield row, ids[page], printed


def _blank(rows):
    """A row with every column of the table and nothing in it, as ``data.read`` gives an empty cell."""
    first = rows[0] if rows else {}
    return {
        name: [] if isinstance(value, list) else "" if isinstance(value, str) else None
        for name, value in first.items()
    }


def _quoted(row):
    return " ".join(filter(None, [f"“{row['words']}”" if row["words"] else "", row["note"]]))


def _as_document(row, id, printed):
    return {
        "id": id,
        "date": printed,
        "precision": "day",
        "publisher": row["publisher"],
        "language": row["language"],
        "event_date": _as_day(row["date"]),
        "event_place": row["place"],
        "side": row["side"],
        "read": row["read"],
        "known_from": printed,
        "status": OWN,
        "note": f"{row['title']}. {row['address']}",
    }


def _as_account(row, id, printed):
    return {
        "id": id,
        "outlet": row["publisher"],
        "name": row["publisher"],
        "side": row["side"],
        "country": row["side"],
        "language": row["language"],
        "date": printed,
        "precision": "day",
        "read": row["read"],
        "known_from": printed,
        "status": OWN,
        "note": f"{row['title']}. {row['address']}",
    }


# --- to send them on ---

_SOURCES = "key,publisher,title,date,precision,language,address,side,kind,note,status,known_from".split(",")
_DOCUMENTS = (
    "id,date,precision,publisher,kind,language,event,event_date,event_place,side,read,known_from,status,source,note"
).split(",")
_MATCHES = "document,sentence,match,words,speaker,voice,known_from,status,source,note".split(",")
_TOPICS = "id,account,topic,finding,also_accepted,note,source,status,known_from".split(",")
UNREAD = "UNVERIFIED"  # until a maintainer has read the page too


def report(path=None, known_items=None):
    """``(text, well)``: the reader's rows, each valid or with what is wrong, and the valid ones ready to send.

    The text ends with rows in the columns of ``sources.csv``, ``documents.csv`` and ``matches.csv`` (or, on topics, of
    ``account_topics.csv``), to paste into an issue. Raises ``FindError`` for a damaged file.
    """
    path = path or location()
    found = rows(path, known_items)
    if not found:
        return f"{path}: no rows yet. parley.add_record(...) writes the first.", True
    sound = [row.cells for row in found if not row.problems]
    lines = [f"{path}: {len(found)} rows, {len(sound)} of them valid"]
    for row in found:
        about = f"{row.cells['item']} {row.cells['finding']}, {row.cells['publisher']}, {row.cells['date']}"
        lines.append(f"line {row.line}: {'NOT VALID: ' if row.problems else 'valid: '}{about}")
        lines += [f"    {problem}" for problem in row.problems]
        lines += [] if row.problems else [f"    {said}" for said in [notice(row.cells)] if said]
    if sound:
        lines += [
            "",
            "To send them, paste all below this line into an issue, or attach the file. Empty cells are for us to fill.",
            "",
        ]
        lines += [_block("my_work/records.csv", COLUMNS, sound), *_upstream(sound)]
    return "\n".join(lines), len(sound) == len(found)


def _upstream(finds):
    """Blocks of text: the rows in the columns of the shipped tables."""
    shipped = {_page(row["address"]): row["key"] for row in data.read("sources", as_of=None)}
    taken, keys, sources, documents, matches, cells = set(shipped.values()), {}, [], {}, [], []
    for row in finds:
        page, printed = _page(row["address"]), _printed(row)
        common = {"known_from": printed, "status": UNREAD}
        if page not in keys:
            keys[page] = shipped.get(page) or _new_key(row, printed, taken)
            taken.add(keys[page])
            if page not in shipped:
                read = f"Read in {row['read']} by a reader."
                sources.append(
                    row | common | {"key": keys[page], "date": printed, "precision": "day", "note": read}
                )
        common |= {"source": keys[page], "note": _quoted(row)}
        if _IS_TEXT.fullmatch(row["item"]):
            paper = _as_document(row, keys[page], printed) | common | {"note": ""}
            documents.setdefault(page, paper)
            about = {"document": keys[page], "sentence": row["item"], "match": row["finding"]}
            matches.append(common | about)
        else:
            cell = {"id": f"{keys[page]}-{row['item']}", "account": keys[page], "topic": row["item"]}
            cells.append(common | cell | {"finding": OF_A_TOPIC[row["finding"]]})
    wanted = (
        ("sources", _SOURCES, sources),
        ("documents", _DOCUMENTS, list(documents.values())),
        ("matches", _MATCHES, matches),
        ("account_topics", _TOPICS, cells),
    )
    return [
        _block(f"data/{name}.csv", _columns(name, columns), made) for name, columns, made in wanted if made
    ]


def _columns(name, otherwise):
    try:
        return data.read(name, as_of=None).columns
    except data.DataError:
        return otherwise


def _block(title, columns, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return f"{title}\n```\n{out.getvalue()}```\n"


def _new_key(row, printed, taken):
    """A key for ``sources.csv``: the publisher and the day, or the host where the publisher has no Latin letters."""
    host = (urlsplit(row["address"]).hostname or "").removeprefix("www.")
    name = re.sub("[^a-z0-9]+", "-", row["publisher"].lower()).strip("-")[:40].strip("-")
    if not re.search("[a-z]", name):
        name = re.sub("[^a-z0-9]+", "-", host).strip("-")
    key = f"{name}-{printed}"
    number = 2
    while key in taken:
        key, number = f"{name}-{printed}-{number}", number + 1
    return key


def is_own(row: Mapping):
    """Whether a merged row is the reader's own."""
    return row.get("status") == OWN
