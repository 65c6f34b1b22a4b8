"""Likelihood words and receipts: what a number may be called, and which forecast was changed."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import data
from parley.analysis import forecasting

NOON = datetime(2018, 3, 22, 12, 0, 31, tzinfo=UTC)
TWO = {"F02": {"probability": 60, "word": "likely"}, "F05": {"probability": 10, "word": "very unlikely"}}
probabilities = st.integers(1, 99) | st.floats(1, 99)
times = st.datetimes(datetime(2018, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
pairs = st.fixed_dictionaries(
    {"probability": probabilities, "word": st.sampled_from([*forecasting.WORDS, None])}
)
sheets = st.dictionaries(st.from_regex(r"F[0-9]{2}", fullmatch=True), pairs, max_size=14)


# --- words ---


def test_words_are_those_of_the_table():
    table = {row["word"]: (row["low"], row["high"]) for row in data.read("likelihood_words")}
    assert forecasting.WORDS == table and list(forecasting.WORDS) == list(table)
    assert all(forecasting.band(word) == table[word] for word in table)


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (1, "almost no chance"),
        (5, "very unlikely"),
        (5.1, "very unlikely"),
        (20, "unlikely"),
        (45, "roughly even chance"),
        (50, "roughly even chance"),
        (55, "roughly even chance"),
        (56, "likely"),
        (80, "likely"),
        (95, "very likely"),
        (99, "almost certain"),
    ],
)
def test_a_number_has_a_word_and_a_shared_end_goes_to_the_milder(probability, word):
    assert forecasting.word_for(probability) == word


@given(probabilities)
def test_the_word_given_is_coherent_and_mirrors(probability):
    assert forecasting.coherent(probability, forecasting.word_for(probability))
    order = list(forecasting.WORDS)
    if isinstance(probability, int):
        mirror = order[-1 - order.index(forecasting.word_for(probability))]
        assert forecasting.word_for(100 - probability) == mirror


@given(probabilities)
def test_one_or_two_words_fit_a_number(probability):
    fits = sum(forecasting.coherent(probability, word) for word in forecasting.WORDS)
    assert fits == (2 if probability in (5, 20, 45, 55, 80, 95) else 1)


@pytest.mark.parametrize("wrong", [0, 100, -3, 0.6, float("nan"), float("inf"), "60", None, True])
def test_what_no_word_covers(wrong):
    with pytest.raises(ValueError):
        forecasting.word_for(wrong)


def test_an_unknown_word_is_named():
    for ask in (forecasting.band, lambda word: forecasting.coherent(50, word)):
        with pytest.raises(ValueError, match="'perhaps' is not one of the likelihood words: almost no"):
            ask("perhaps")


# --- receipts ---


def test_a_receipt_is_small_plain_and_the_same_on_every_machine():
    receipt = forecasting.seal(TWO, NOON)
    assert receipt["sealed"] == "2018-03-22T12:00Z" and list(receipt["marks"]) == ["F02", "F05"]
    assert json.loads(json.dumps(receipt)) == receipt
    said = '["F02", "60.0", "likely", "2018-03-22T12:00Z"]'
    assert receipt["marks"]["F02"] == hashlib.sha256(said.encode()).hexdigest()[:10]
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    assert forecasting.seal(TWO, tokyo) == receipt == forecasting.seal(TWO, NOON.replace(second=0))


@given(sheets, times)
def test_what_was_sealed_has_not_changed(sheet, now):
    receipt = forecasting.seal(sheet, now)
    assert forecasting.changed(sheet, receipt) == []
    assert forecasting.changed(dict(reversed(sheet.items())), receipt) == []
    assert forecasting.replaced(receipt, receipt) == []


@given(sheets.filter(len), times, st.data())
def test_a_change_is_named_and_nothing_else(sheet, now, draw):
    receipt = forecasting.seal(sheet, now)
    id = draw.draw(st.sampled_from(list(sheet)))
    other = draw.draw(pairs.filter(lambda one: one != sheet[id]))
    assert forecasting.changed(sheet | {id: other}, receipt) == [id]
    assert forecasting.changed({key: value for key, value in sheet.items() if key != id}, receipt) == [id]
    assert forecasting.changed(sheet | {"X": other}, receipt) == ["X"]
    assert forecasting.changed(sheet | {id: {"probability": None, "word": "likely"}}, receipt) == [id]


def test_whole_numbers_and_decimals_are_one_number():
    receipt = forecasting.seal(TWO, NOON)
    assert forecasting.changed({**TWO, "F02": {"probability": 60.0, "word": "likely"}}, receipt) == []


def test_a_mark_belongs_to_its_question():
    swapped = {"F02": TWO["F05"], "F05": TWO["F02"]}
    assert forecasting.changed(swapped, forecasting.seal(TWO, NOON)) == ["F02", "F05"]
    same = dict.fromkeys(("F02", "F05"), TWO["F02"])
    assert len(set(forecasting.seal(same, NOON)["marks"].values())) == 2


def test_a_later_receipt_replaces_and_the_earlier_one_still_tells_what_moved():
    first = forecasting.seal(TWO, NOON)
    moved = {**TWO, "F05": {"probability": 40, "word": "unlikely"}}
    second = forecasting.seal(moved, NOON + timedelta(days=9))
    assert forecasting.changed(moved, second) == []  # sealed anew: this receipt shows nothing
    assert forecasting.replaced(first, second) == ["F02", "F05"]
    assert forecasting.changed(moved, first) == ["F05"]
    kept = {"sealed": first["sealed"], "marks": {"F02": first["marks"]["F02"]}}
    assert forecasting.replaced(first, kept) == ["F05"]


def test_sealing_needs_a_zone_and_a_number():
    with pytest.raises(ValueError, match="time zone"):
        forecasting.seal(TWO, datetime(2018, 3, 22))
    for empty in ({}, {"probability": None}, {"probability": "60"}, {"probability": float("nan")}, None):
        with pytest.raises(ValueError, match="the forecast F07 has no probability"):
            forecasting.seal({"F07": empty}, NOON)
    assert forecasting.seal({}, NOON)["marks"] == {}


@pytest.mark.parametrize("wrong", [None, {}, [], {"sealed": "x"}, {"sealed": 1, "marks": {}}, {"sealed": "x", "marks": [1]},
                                   {"sealed": "x", "marks": {"F02": 7}}])  # fmt: skip
def test_what_is_no_receipt(wrong):
    for ask in (lambda: forecasting.changed(TWO, wrong), lambda: forecasting.replaced(wrong, wrong)):
        with pytest.raises(ValueError, match="no receipt"):
            ask()


def test_the_docstring_says_what_a_receipt_cannot_do():
    text = " ".join(forecasting.seal.__doc__.split())
    assert "no key" in text and "does not prevent" in text
