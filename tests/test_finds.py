"""A reader's own records: written, refused, merged, sent on, and never seen by a judge."""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

import parley.__main__ as cli
from parley import data, finds, shelf
from parley.analysis import provenance
from parley.finds import FindError
from parley.grading import run as runner

ITEMS = ("P4S2", "P4S3", "P4S7", "T1", "missile_defence")
ROW = {
    "publisher": "Ministry of Foreign Affairs of Russia",
    "title": "Remarks at a news conference",
    "date": "2018-03-21",
    "published": "",
    "language": "ru",
    "address": "https://ministry.example/remarks/1",
    "side": "Russia",
    "place": "Tokyo",
    "read": "full",
    "item": "P4S2",
    "finding": "exact",
    "words": "первые слова этого места",
    "note": "",
}
HEADER = ",".join(finds.COLUMNS)


def row(**cells):
    return ROW | cells


@pytest.fixture
def place(tmp_path):
    return tmp_path / "my_work" / "records.csv"


def written(place, text, encoding="utf-8"):
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(text.encode(encoding))
    return place


def as_text(*rows, delimiter=",", newline="\n", columns=tuple(finds.COLUMNS)):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline)
    writer.writerow(columns)
    writer.writerows([one[name] for name in columns] for one in rows)
    return out.getvalue()


# --- one row ---


def test_a_sound_row_has_no_problem():
    assert finds.problems(ROW, ITEMS) == []
    assert finds.problems({k: v for k, v in ROW.items() if k not in ("published", "note")}, ITEMS) == []


def test_what_may_be_spelt_otherwise_is_put_right():
    given = row(item=" p4s2 ", side="russia", read="Full", finding="Not in it", language="RU", words="")
    assert finds.problems(given, ITEMS) == []
    made = finds.tidied(given)
    assert [made[c] for c in ("item", "side", "read", "finding", "language")] == [
        "P4S2",
        "Russia",
        "full",
        "not_in_it",
        "ru",
    ]


TWELVE = "one two three four five six seven eight nine ten eleven twelve"
BAD = {
    "bad date": ({"date": "21.03.2018"}, "column date: '21.03.2018' is no day. Write year, month, day: 2018-03-21"),
    "no such day": ({"date": "2018-02-30"}, "column date: '2018-02-30' is no day."),
    "empty date": ({"date": " "}, "column date is empty. Write the day on which the words were spoken"),
    "published first": ({"published": "2018-03-20"}, "column published: 2018-03-20 is before 2018-03-21"),
    "unknown item": ({"item": "P4S22"}, "column item: 'P4S22' is no sentence of the article and no topic. Did you mean P4S2"),
    "far item": ({"item": "sausages"}, "column item: 'sausages' is no sentence of the article and no topic. Write a sentence such as P4S2"),
    "thirteen words": ({"words": TWELVE + " thirteen"}, "column words: 13 words are too many. Keep the 12 that matter most."),
    "no words": ({"words": ""}, "column words is empty, and the finding is exact. Copy up to 12 of the words."),
    "words of nothing": ({"finding": "not_in_it"}, "column words: there is nothing to quote where the finding is not_in_it. Leave it empty."),
    "Japanese": ({"words": "あ" * 41}, "column words: 41 characters are too many. Keep to 40."),
    "missing address": ({"address": ""}, "column address is empty. Write where the page stands"),
    "no web address": ({"address": "ftp://ministry.example/1"}, "column address: 'ftp://ministry.example/1' is no address of a page. Copy the whole line"),
    "a file": ({"address": "C:\\Users\\me\\page.html"}, "is no address of a page"),
    "broken address": ({"address": "http://[oops/"}, "is no address of a page"),
    "side": ({"side": "USSR"}, "column side: 'USSR' is none of Russia, Japan, other."),
    "read": ({"read": "half"}, "column read: 'half' is none of full, part."),
    "finding": ({"finding": "yes"}, "column finding: 'yes' is none of exact, close, other_words, not_in_it, not_seen."),
    "language": ({"language": "Russian"}, "column language: 'russian' is not two letters. Write ru"),
    "absent in a part": ({"finding": "not_in_it", "read": "part", "words": ""}, "column finding: 'not_in_it' says that the page was read to its end"),
    "unseen in the whole": ({"finding": "not_seen", "words": ""}, "column finding: 'not_seen' is for a page of which a part was read"),
    "stranger": ({"colour": "red"}, "column 'colour' does not exist."),
    "long": ({"title": "x" * 301}, "column title: 301 characters are too many. Keep to 300."),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_gets_one_clear_line(name, place):
    cells, said = BAD[name]
    found = finds.problems(row(**cells), ITEMS)
    assert len(found) == 1 and found[0].startswith("column ") and said in found[0]
    assert "\n" not in found[0]
    with pytest.raises(FindError, match="^Nothing was kept: column"):
        finds.add(row(**cells), place, ITEMS)
    assert not place.exists()


def test_twelve_words_and_forty_signs_are_allowed():
    assert finds.problems(row(words=TWELVE + " — …"), ITEMS) == []
    assert finds.problems(row(words="あ" * 40), ITEMS) == []


def test_an_empty_row_names_every_column_that_is_wanted():
    found = finds.problems({}, ITEMS)
    wanted = [name for name in finds.COLUMNS if name not in finds.OPTIONAL]
    assert [problem.split()[1] for problem in found] == wanted


def test_a_page_of_after_the_desk_date_is_kept_and_noted():
    late = row(published="2018-04-02")
    assert finds.problems(late, ITEMS) == []
    assert "after the desk date of 2018-03-22" in finds.notice(late)
    assert finds.notice(ROW) == finds.notice(row(published="2018-03-22")) == ""


# --- the file ---


def test_the_first_row_makes_the_file_and_the_next_ones_follow(place):
    assert finds.load(place, ITEMS) == []
    assert finds.add(ROW, place, ITEMS) == 1
    assert finds.add(row(item="P4S3", finding="close"), place, ITEMS) == 2
    text = place.read_bytes().decode("utf-8")
    assert text.startswith("\ufeff" + HEADER + "\n") and text.count("\n") == 3
    assert [one["item"] for one in finds.load(place, ITEMS)] == ["P4S2", "P4S3"]
    assert finds.load(place, ITEMS)[0] == ROW
    assert [file.name for file in place.parent.iterdir()] == ["records.csv"], "no lock and no half file stays"


def test_a_line_break_in_a_cell_does_not_break_the_file(place):
    finds.add(row(note='one\r\ntwo, "three"'), place, ITEMS)
    assert finds.load(place, ITEMS)[0]["note"] == 'one two, "three"'


@pytest.mark.parametrize(
    ("again", "said"),
    [
        ({}, "column item: line 2 tells of P4S2 on the same page already"),
        ({"address": "http://www.ministry.example/remarks/1/"}, "line 2 tells of P4S2"),
        ({"item": "P4S3", "title": "Another"}, "column title: 'Another', and line 2 has 'Remarks at a news"),
        ({"item": "P4S3", "date": "2018-03-20"}, "column date: '2018-03-20', and line 2 has '2018-03-21'"),
    ],
)
def test_a_row_at_odds_with_another_is_refused(place, again, said):
    finds.add(ROW, place, ITEMS)
    before = place.read_bytes()
    with pytest.raises(FindError, match="^Nothing was kept: column") as caught:
        finds.add(row(**again), place, ITEMS)
    assert said in str(caught.value) and place.read_bytes() == before


def test_a_failed_save_loses_nothing(place, monkeypatch):
    finds.add(ROW, place, ITEMS)
    before = place.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("parley.files.os.replace", full)
    with pytest.raises(FindError, match="cannot be written .No space left on device"):
        finds.add(row(item="P4S3"), place, ITEMS)
    assert place.read_bytes() == before and len(list(place.parent.iterdir())) == 1


EXCEL = {
    "plain": {},
    "Windows line ends": {"newline": "\r\n"},
    "semicolons": {"delimiter": ";", "newline": "\r\n"},
    "tabs": {"delimiter": "\t"},
}


@pytest.mark.parametrize("style", EXCEL)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_a_spreadsheet_saves_is_read_and_kept_in_its_way(place, style, mark):
    mine = row(note="one; two, three")
    text = mark + as_text(mine, row(item="P4S3"), **EXCEL[style])
    written(place, text)
    assert finds.load(place, ITEMS) == [mine, row(item="P4S3")]
    assert finds.add(row(item="P4S7"), place, ITEMS) == 3
    after = place.read_bytes().decode("utf-8")
    assert after.startswith(text) and after.endswith(EXCEL[style].get("newline", "\n"))
    assert after.count("\r") == (after.count("\n") if "newline" in EXCEL[style] else 0)
    assert len(finds.load(place, ITEMS)) == 3


def test_a_file_cut_before_its_last_line_end_is_added_to_on_a_new_line(place):
    written(place, as_text(ROW).rstrip("\n"))
    assert finds.add(row(item="P4S3"), place, ITEMS) == 2


def test_the_line_about_the_separator_and_empty_rows_are_passed_over(place):
    text = "sep=;\r\n" + as_text(ROW, delimiter=";", newline="\r\n") + ";;;;;;;;;;;;\r\n\r\n"
    written(
        place, text + as_text(row(date="1.1.2018", item="P4S3"), delimiter=";").split("\n")[1] + ";;;\r\n"
    )
    found = finds.rows(place, ITEMS)
    assert [(one.line, bool(one.problems)) for one in found] == [(3, False), (6, True)]


def test_columns_may_stand_in_another_order_and_optional_ones_may_be_missing(place):
    columns = [name for name in reversed(finds.COLUMNS) if name not in ("published", "note")]
    written(place, as_text(ROW, columns=columns))
    assert finds.load(place, ITEMS) == [ROW]
    assert finds.add(row(item="P4S3"), place, ITEMS) == 2
    before = place.read_bytes()
    with pytest.raises(FindError, match="the file has no column note. Add it to the first line"):
        finds.add(row(item="P4S7", note="look"), place, ITEMS)
    assert place.read_bytes() == before


GOOD_LINE = as_text(ROW).split("\n")[1]
DAMAGED = {
    "open quote": (f'{HEADER}\n{GOOD_LINE}\n"Herald,Title\n', "line 3: the row cannot be read"),
    "stray quote": (f'{HEADER}\n"He"rald",Title\n', "line 2: the row cannot be read"),
    "comma outside quotes": (f"{HEADER}\n{GOOD_LINE}one,two,three\n", "line 2: 15 cells, and the header has 13"),
    "no header": (f"{GOOD_LINE}\n{GOOD_LINE}\n", "line 1: 'ministry of foreign affairs of russia' is no column"),
    "column missing": (HEADER.replace("address,", "") + "\n", "line 1: the column address is missing"),
    "column twice": (HEADER + ",note\n", "line 1: a column is there twice"),
    "bad row": (f"{HEADER}\n{GOOD_LINE}\n" + GOOD_LINE.replace("P4S2", "P9S9") + "\n", "line 3, column item: 'P9S9'"),
    "cut row": (f"{HEADER}\n{GOOD_LINE}\nHerald,Title\n", "line 3, column date is empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused_with_the_line_named_and_nothing_is_lost(place, name):
    text, said = DAMAGED[name]
    before = written(place, text).read_bytes()
    for ask in (lambda: finds.load(place, ITEMS), lambda: finds.add(row(item="P4S3"), place, ITEMS)):
        with pytest.raises(FindError) as caught:
            ask()
        assert f"my_work/records.csv, {said}" in str(caught.value) and "\n" not in str(caught.value)
    assert place.read_bytes() == before


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (as_text(ROW).encode("utf-16"), "line 1: this is UTF-16"),
        (as_text(ROW).encode("cp1251"), "line 2: this is not UTF-8"),
        (b"PK\x03\x04 and so on", "a spreadsheet's own file"),
    ],
)
def test_another_encoding_is_refused_with_the_way_out(place, raw, said):
    place.parent.mkdir()
    place.write_bytes(raw)
    with pytest.raises(FindError, match="CSV UTF-8") as caught:
        finds.add(ROW, place, ITEMS)
    assert said in str(caught.value) and place.read_bytes() == raw


@pytest.mark.parametrize("text", ["", "\ufeff", "\n\n", HEADER + "\n"])
def test_an_empty_file_has_no_rows_and_takes_one(place, text):
    written(place, text)
    assert finds.load(place, ITEMS) == []
    assert finds.add(ROW, place, ITEMS) == 1 and finds.load(place, ITEMS) == [ROW]


texts = st.text(max_size=40)


@given(title=texts, note=texts, publisher=texts)
def test_whatever_is_typed_comes_back(title, note, publisher):
    given_row = row(title=title, note=note, publisher=publisher)
    if finds.problems(given_row, ITEMS):
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "records.csv"
        finds.add(given_row, place, ITEMS)
        finds.add(given_row | {"item": "P4S3"}, place, ITEMS)
        assert finds.load(place, ITEMS) == [finds.tidied(given_row | {"item": i}) for i in ("P4S2", "P4S3")]


pieces = st.sampled_from(
    [HEADER, GOOD_LINE, "\n", "\r\n", '"', ",", ";", "\x00", "http://[", "P4S2", "sep=;\n", "\ufeff"]
)


@settings(max_examples=300)
@given(st.lists(pieces | texts, max_size=12).map("".join))
def test_whatever_the_file_holds_it_is_read_or_refused_in_one_line(text):
    try:
        sheet = finds._parsed(text.encode("utf-8", "surrogatepass"), "records.csv")
    except FindError as problem:
        assert "\n" not in str(problem)
    else:
        assert all("\n" not in said for one in finds._checked(sheet, ITEMS) for said in one.problems)


def test_a_row_beside_an_unsound_one_is_still_looked_at(place):
    broken = row(address="http://[oops/", item="P4S3")
    written(place, as_text(broken, ROW, ROW))
    assert [bool(one.problems) for one in finds.rows(place, ITEMS)] == [True, False, True]


# --- beside the shipped tables ---

DOCUMENTS = [
    {"id": "herald", "date": date(2017, 11, 24), "precision": "day", "publisher": "The Herald", "kind": "press",
     "language": "en", "event": "press conference", "event_date": date(2017, 11, 24), "event_place": "Moscow",
     "side": "other", "read": "full", "known_from": date(2017, 11, 24), "status": "VERIFIED",
     "source": "independent-2017-11-24", "note": ""},
    {"id": "mirror", "date": date(2018, 3, 21), "precision": "day", "publisher": "The Mirror", "kind": "press",
     "language": "ja", "event": "talks", "event_date": date(2018, 3, 21), "event_place": "Tokyo", "side": "Japan",
     "read": "part", "known_from": date(2018, 3, 21), "status": "VERIFIED", "source": "valdai-about", "note": ""},
]  # fmt: skip
MATCHES = [
    {"document": "herald", "sentence": "P4S2", "match": "exact", "words": 38, "speaker": "", "voice": "russia",
     "known_from": date(2017, 11, 24), "status": "VERIFIED", "source": "independent-2017-11-24", "note": ""},
    {"document": "mirror", "sentence": "P4S2", "match": "not_seen", "words": None, "speaker": "", "voice": "",
     "known_from": date(2018, 3, 21), "status": "VERIFIED", "source": "valdai-about", "note": ""},
]  # fmt: skip
MIRROR = "http://mirror.example/news/7"


def conclusion(merged):
    return provenance.finding("P4S2", merged.matches, merged.documents)


def test_a_row_added_changes_the_wording():
    before = provenance.finding("P4S2", MATCHES, DOCUMENTS)
    assert before.endswith("that we could read (none in full, one in part).")
    merged = finds.merge([ROW], DOCUMENTS, MATCHES)
    assert conclusion(merged).endswith(
        "They are also in Ministry of Foreign Affairs of Russia, a record of 21 March (your own row): the words were repeated."
    )
    silent = finds.merge([row(finding="not_in_it", words="")], DOCUMENTS, MATCHES)
    assert conclusion(silent).endswith("that we could read (one in full, one in part).")
    earlier = finds.merge([row(date="2017-06-01", place="Singapore")], DOCUMENTS, MATCHES)
    assert (
        "(your own row) reported from Singapore (1 June 2017), ten months earlier. We have not found"
        in conclusion(earlier)
    )


def test_own_rows_are_marked_and_the_shipped_ones_untouched():
    before = json.dumps([DOCUMENTS, MATCHES], default=str)
    merged = finds.merge([ROW, row(item="P4S3")], DOCUMENTS, MATCHES)
    assert json.dumps([DOCUMENTS, MATCHES], default=str) == before
    assert [one["id"] for one in merged.documents] == ["herald", "mirror", "own-1"]
    own = [one for one in (*merged.documents, *merged.matches) if finds.is_own(one)]
    assert len(own) == 3 and {tuple(one) for one in own} <= {tuple(DOCUMENTS[0]), tuple(MATCHES[0])}
    assert merged.documents[:2] == DOCUMENTS and merged.matches[:2] == MATCHES


def test_a_page_that_is_shipped_keeps_its_id():
    find = row(address=MIRROR + "/", read="full")
    merged = finds.merge([find], DOCUMENTS, MATCHES, {"mirror": MIRROR})
    assert [one["id"] for one in merged.documents] == ["herald", "mirror"]
    mirror = merged.documents[1]
    assert mirror["read"] == "full" and finds.is_own(mirror) and DOCUMENTS[1]["read"] == "part"
    assert "The Mirror, a record of 21 March (your own row): the words were repeated" in conclusion(merged)


ACCOUNTS = [
    {"id": "mirror", "outlet": "Mirror", "name": "The Mirror", "side": "Japan", "country": "Japan", "kind": "press",
     "language": "ja", "date": date(2018, 3, 21), "precision": "day", "read": "part", "source": "valdai-about",
     "status": "VERIFIED", "note": "", "known_from": date(2018, 3, 21)},
]  # fmt: skip
CELLS = [
    {"id": "mirror-missile_defence", "account": "mirror", "topic": "missile_defence", "finding": "not_seen",
     "also_accepted": "", "note": "", "source": "valdai-about", "status": "PARTLY", "known_from": date(2018, 3, 21)},
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("exact", "says"),
        ("close", "says"),
        ("other_words", "says"),
        ("not_in_it", "silent"),
        ("not_seen", "not_seen"),
    ],
)
def test_a_topic_goes_to_the_matrix_of_accounts(kind, wanted):
    find = row(
        item="Missile defence",
        finding=kind,
        read="part" if kind == "not_seen" else "full",
        words="" if kind.startswith("not") else "the words",
    )
    assert finds.problems(find, ITEMS) == []
    assert finds.merge([find], DOCUMENTS, MATCHES) == (DOCUMENTS, MATCHES)
    accounts, cells = finds.merge_accounts([find, ROW], ACCOUNTS, CELLS)
    assert [one["id"] for one in accounts] == ["mirror", "own-1"] and finds.is_own(accounts[1])
    assert [(one["account"], one["topic"], one["finding"]) for one in cells[1:]] == [
        ("own-1", "missile_defence", wanted)
    ]
    assert set(accounts[1]) == set(ACCOUNTS[0]) and set(cells[1]) == set(CELLS[0]) and cells[0] == CELLS[0]


def test_a_cell_that_is_shipped_gives_way_to_the_readers():
    find = row(item="missile_defence", address=MIRROR)
    accounts, cells = finds.merge_accounts([find], ACCOUNTS, CELLS, {"mirror": MIRROR})
    assert [(one["account"], one["finding"], finds.is_own(one)) for one in cells] == [
        ("mirror", "says", True)
    ]
    assert accounts[0]["read"] == "full" and ACCOUNTS[0]["read"] == "part"


def test_a_page_of_a_later_day_counts_from_that_day():
    late = row(published="2018-04-02")
    assert finds.merge([late], DOCUMENTS, MATCHES).documents == DOCUMENTS
    opened = finds.merge([late], DOCUMENTS, MATCHES, as_of=None)
    assert "a record of 21 March that came out on 2 April (your own row)" in conclusion(opened)
    assert finds.merge([late], DOCUMENTS, MATCHES, as_of=date(2018, 4, 2)) == opened


def test_without_shipped_rows_the_own_ones_stand_alone():
    merged = finds.merge([ROW], [], [])
    assert provenance.finding("P4S2", merged.matches, merged.documents).startswith(
        "P4S2: the words are in Ministry of Foreign Affairs of Russia, a record of 21 March (your own row)."
    )


# --- in a cell ---


def fields(row):
    kinds = {"date": "date", "event_date": "date", "known_from": "date", "words": "integer"}
    return [{"name": name, "type": kinds.get(name, "string")} for name in row]


@pytest.fixture
def tables(data_folder):
    """The shipped tables, with invented documents and matches in place of the real ones."""
    package = json.loads((data_folder / "datapackage.json").read_text(encoding="utf-8"))
    topic = {"topic": "missile_defence", "name": "Missile defence", "known_from": date(2018, 3, 21)}
    ours = {"documents": DOCUMENTS, "matches": MATCHES, "accounts": ACCOUNTS, "account_topics": CELLS}
    ours["account_topic_names"] = [topic]
    package["resources"] = [one for one in package["resources"] if one["name"] not in ours]
    for name, made in ours.items():
        file = data_folder / f"{name}.csv"
        file.unlink(missing_ok=True)  # it may be a link to the real one
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(made[0]))
            writer.writeheader()
            writer.writerows(made)
        package["resources"].append(
            {"name": name, "path": f"{name}.csv", "title": name, "schema": {"fields": fields(made[0])}}
        )
    (data_folder / "datapackage.json").unlink()
    (data_folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return data_folder


def ids(merged):
    return [one["id"] for one in merged.documents]


def test_a_cell_adds_a_row_and_the_next_one_shows_it(tables, shell, capsys):
    shell(allow_stdin=True)
    assert ids(shelf.records()) == ["herald", "mirror"]
    shelf.add_record(**ROW)
    assert "Kept in my_work/records.csv: the first row." in capsys.readouterr().out
    documents, matches = shelf.records()
    assert ids(shelf.records()) == ["herald", "mirror", "own-1"]
    assert matches[-1]["words"] is None and matches[-1]["note"] == "“первые слова этого места”"
    assert isinstance(documents, data.Table) and documents.statuses == {provenance.OWN: 1}
    assert "YOUR OWN ROW" in repr(documents) and "YOUR OWN ROW" in matches._repr_html_()
    assert "Ministry of Foreign Affairs of Russia" in documents._repr_html_()
    assert "the words were repeated" in provenance.overall(matches, documents)


def test_a_cell_names_every_slip_and_keeps_nothing(shell, capsys):
    shell(allow_stdin=True)
    shelf.add_record(publisher="The Herald", date="yesterday")
    said = capsys.readouterr().out
    assert said.startswith("Nothing was kept. To mend:\n- column title is empty") and "'yesterday'" in said
    shelf.add_record(**ROW)
    shelf.add_record(**ROW)
    assert "Nothing was kept: column item: line 2 tells of P4S2" in capsys.readouterr().out
    shelf.add_record(**row(item="P4S3", address="http://late.example/2", published="2018-04-02"))
    assert "2 rows now" in (said := capsys.readouterr().out) and "after the desk date" in said


def test_a_damaged_file_stops_the_cell_with_the_line_and_the_way_out(tables, shell):
    shell(allow_stdin=True)
    written(finds.location(), DAMAGED["bad row"][0])
    with pytest.raises(FindError, match="line 3, column item.* rename the file.$"):
        shelf.records()


def test_a_plain_prompt_has_somebody_at_it(tables):
    shelf.add_record(**ROW)
    assert ids(shelf.records()) == ["herald", "mirror", "own-1"]


def test_a_cell_shows_the_matrix_of_accounts_with_the_readers_row(tables, shell):
    shell(allow_stdin=True)
    shelf.add_record(**row(item="missile_defence"))
    accounts, cells = shelf.account_records()
    assert [one["id"] for one in accounts] == ["mirror", "own-1"] and cells.statuses == {
        "PARTLY": 1,
        provenance.OWN: 1,
    }
    shell(allow_stdin=False)
    assert len(shelf.account_records().matches) == 1


def test_items_are_the_sentences_and_the_topics_where_there_are_any(tables):
    assert {"P1S1", "P6S2", "missile_defence"} <= set(finds.items()) and "P0" not in finds.items()


# --- what must never see them ---


def test_a_run_that_nobody_watches_keeps_and_shows_nothing(tables, shell, capsys):
    finds.add(ROW)
    before = finds.location().read_bytes()
    for silent in ({"allow_stdin": False}, {}, {"allow_stdin": True, "msg_type": "comm_msg"}):
        shell(**silent)
        assert ids(shelf.records()) == ["herald", "mirror"]
        shelf.add_record(**row(item="P4S3"))
        assert capsys.readouterr().out == "Not kept: nobody is at the front end.\n"
    assert finds.location().read_bytes() == before


def test_a_judge_reads_the_shipped_rows_alone(tables):
    before = data.read("matches"), data.read("documents")
    finds.add(ROW)
    assert (data.read("matches"), data.read("documents")) == before


def test_a_judges_lesson_does_not_load_the_readers_rows():
    code = (
        "import sys\nfrom parley import data, lessons\nfrom parley.grading import check\n"
        "for stem in data.stems(): check.ground(stem)\nprint('parley.finds' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


def a_notebook(*sources):
    return {
        "cells": [
            {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
            for n, source in enumerate(sources, 1)
        ],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip


def look(tables):
    """A cell that fails where a reader's own row is to be seen."""
    return (
        f"import pathlib\nfrom parley import data, records\ndata.folder = lambda: pathlib.Path({str(tables)!r})\n"
        "assert [d['id'] for d in records().documents] == ['herald', 'mirror'], 'an own row is here'"
    )


@pytest.mark.slow
def test_the_checkers_kernel_does_not_see_them(tables):
    finds.add(ROW)
    done = runner.run(a_notebook(look(tables), "from parley import finds\nassert finds.rows() == []"))
    assert [cell.outcome for cell in done.cells.values()] == ["ok", "ok"], done


@pytest.mark.slow
def test_nbval_by_hand_does_not_see_them_though_the_file_lies_there(tables, tmp_path):
    finds.add(ROW)
    file = tmp_path / "by_hand.ipynb"
    there = "from parley import finds\nassert len(finds.rows()) == 1"  # the folder is the reader's own here
    file.write_text(json.dumps(a_notebook(look(tables), there)), encoding="utf-8")
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--nbval-lax",
        "--nbval-current-env",
        "-p",
        "no:cacheprovider",
    ]
    env = os.environ | {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython")}
    done = subprocess.run([*words, str(file)], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout[-2000:]
    watched = subprocess.run([sys.executable, "-c", look(tables)], env=env, capture_output=True, text=True)
    assert "an own row is here" in watched.stderr, "the same cell, with somebody at the prompt"


# --- to send them on ---


def blocks(text):
    """``{title: rows}`` of what is to be pasted."""
    found = {}
    pieces = text.split("```")
    for title, block in zip(pieces[0::2], pieces[1::2]):
        found[title.strip().splitlines()[-1]] = list(csv.DictReader(io.StringIO(block.lstrip("\n"))))
    return found


def test_the_doctor_prints_rows_that_can_be_sent(tables, capsys):
    finds.add(ROW)
    finds.add(row(item="P4S3", finding="not_in_it", words=""))
    shipped = {one["key"]: one["address"] for one in data.read("sources", as_of=None)}
    finds.add(
        row(
            address=shipped["independent-2017-11-24"],
            publisher="The Independent",
            language="en",
            words="a clause",
        )
    )
    finds.add(row(item="missile_defence"))
    assert cli.main(["doctor", "--rows"]) == 0
    said = capsys.readouterr().out
    assert "4 rows, 4 of them valid" in said and "line 3: valid: P4S3 not_in_it" in said
    found = blocks(said)
    names = ("sources", "documents", "matches", "account_topics")
    assert list(found) == ["my_work/records.csv", *(f"data/{name}.csv" for name in names)]
    assert [(one["topic"], one["finding"]) for one in found["data/account_topics.csv"]] == [
        ("missile_defence", "says")
    ]
    assert [one["note"] for one in found["data/matches.csv"]] == [
        "“первые слова этого места”",
        "",
        "“a clause”",
    ]
    (source,) = found["data/sources.csv"]
    assert source["key"] == "ministry-of-foreign-affairs-of-russia-2018-03-21"
    assert tuple(source) == data.read("sources").columns and source["status"] == "UNVERIFIED"
    assert tuple(found["data/documents.csv"][0]) == tuple(DOCUMENTS[0])
    assert tuple(found["data/matches.csv"][0]) == tuple(MATCHES[0])
    assert [one["source"] for one in found["data/documents.csv"]] == [source["key"], "independent-2017-11-24"]
    assert [(one["document"], one["sentence"], one["match"]) for one in found["data/matches.csv"]] == [
        (source["key"], "P4S2", "exact"),
        (source["key"], "P4S3", "not_in_it"),
        ("independent-2017-11-24", "P4S2", "exact"),
    ]
    assert [one["item"] for one in found["my_work/records.csv"]] == [
        "P4S2",
        "P4S3",
        "P4S2",
        "missile_defence",
    ]


def test_a_key_is_made_of_the_host_where_the_publisher_has_no_latin_letters(place):
    finds.add(row(publisher="外務省"), place, ITEMS)
    text, well = finds.report(place, ITEMS)
    assert well and blocks(text)["data/sources.csv"][0]["key"] == "ministry-example-2018-03-21"


def test_the_doctor_says_what_is_wrong(capsys):
    written(finds.location(), DAMAGED["bad row"][0])
    assert cli.main(["doctor", "--rows"]) == 1
    said = capsys.readouterr().out
    assert (
        "2 rows, 1 of them valid" in said
        and "line 3: NOT VALID" in said
        and "    column item: 'P9S9'" in said
    )
    assert [one["item"] for one in blocks(said)["my_work/records.csv"]] == ["P4S2"]
    assert cli.main(["doctor"]) == 1
    assert "records      NOT READABLE: 1 of 2 rows need mending" in capsys.readouterr().out


def test_the_doctor_refuses_a_damaged_file_in_one_line(capsys):
    written(finds.location(), DAMAGED["open quote"][0])
    assert cli.main(["doctor", "--rows"]) == 1
    assert "line 3: the row cannot be read" in (said := capsys.readouterr().out) and said.count("\n") == 1


def test_the_doctor_without_rows(capsys):
    assert cli.main(["doctor", "--rows"]) == 0
    assert "no rows yet" in capsys.readouterr().out
    assert cli.main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "no rows of your own" in said and "no copy of your own" in said and "my_work " in said


def test_the_doctor_knows_no_other_word(capsys):
    assert cli.main(["doctor", "--row"]) == 2
    assert "no word but --rows" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("merge", "papers", "findings"),
    [(finds.merge, "documents", "matches"), (finds.merge_accounts, "accounts", "account_topics")],
)
def test_the_shipped_tables_have_the_columns_that_an_own_row_fills(merge, papers, findings):
    try:
        shipped = data.read(papers, as_of=None), data.read(findings, as_of=None)
    except data.DataError:
        pytest.skip(f"no table {papers} yet")
    find = row(item="P4S2" if papers == "documents" else "aim")
    merged = merge([find], *shipped)
    assert len(merged.documents) == len(shipped[0]) + 1 and len(merged.matches) == len(shipped[1]) + 1
    for rows, table in zip(merged, shipped):
        assert set(rows[-1]) == set(table.columns)
        assert {"own-1"} & set(map(str, rows[-1].values()))


@pytest.mark.parametrize(
    "column, value",
    [
        ("date", "21/03/2018"),
        ("published", "soon"),
        ("item", "P9S9"),
        ("finding", "maybe"),
        ("language", "x"),
    ],
)
def test_a_report_of_a_bad_row_names_it_and_does_not_fall(column, value, tmp_path):
    """`doctor --rows` meets what a spreadsheet writes."""
    cells = dict.fromkeys(finds.COLUMNS, "") | {
        "publisher": "A ministry", "title": "T", "date": "2018-03-21", "language": "ru", "address": "https://example.org/x",
        "side": "Russia", "place": "Tokyo", "read": "full", "item": "P4S2", "finding": "close", "words": "w",
    } | {column: value}  # fmt: skip
    file = tmp_path / "records.csv"
    file.write_text(
        ",".join(finds.COLUMNS) + "\n" + ",".join(cells[name] for name in finds.COLUMNS) + "\n",
        encoding="utf-8",
    )
    text, well = finds.report(file)
    assert not well and "NOT VALID" in text and f"column {column}" in text
