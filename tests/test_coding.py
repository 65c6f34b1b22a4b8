"""Coding who speaks: agreement with a key, and the words each voice gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import article, data
from parley.analysis import coding

KEY, ACCEPTED = coding.key_of(data.read("voices"))
WORDS = {one.id: one.words for one in article.sentences()}
codings = st.dictionaries(st.sampled_from(list(KEY)), st.sampled_from([*coding.LABELS, None, ""]))


def test_labels_are_those_of_the_key():
    assert list(coding.LABELS) == ["fact", "judgement", "russia", "japan", "both"]
    assert set(KEY.values()) == set(coding.LABELS)
    assert all(text.endswith(".") for text in coding.LABELS.values())


def test_how_the_key_divides():
    assert {label: list(KEY.values()).count(label) for label in coding.LABELS} == {
        "fact": 5,
        "judgement": 11,
        "russia": 5,
        "japan": 2,
        "both": 5,
    }
    assert ACCEPTED["P4S5"] == ["russia"] and ACCEPTED["P4S3"] == ["judgement"]
    assert ACCEPTED["P1S2"] == ["judgement"] and ACCEPTED["P6S2"] == ["both"]


def test_the_key_agrees_with_itself():
    assert coding.agreement(KEY, KEY) == (28, 28)
    assert coding.mismatches(KEY, KEY) == []


def test_four_sentences_and_one_slip():
    mine = {"P4S5": "russia", "P2S3": "russia", "P3S2": "both", "P4S2": "russia"}
    assert coding.agreement(mine, KEY, ACCEPTED) == (3, 4)
    assert coding.mismatches(mine, KEY, ACCEPTED) == ["P2S3"]
    assert coding.mismatches(mine, KEY) == ["P2S3", "P4S5"]  # in reading order, whatever the coding's


def test_no_label_matches_nothing():
    assert coding.agreement({"P4S2": None, "P4S7": ""}, KEY, ACCEPTED) == (0, 2)
    assert coding.agreement({}, KEY) == (0, 0)


@pytest.mark.parametrize(
    ("mine", "word"), [({"P9S9": "fact"}, "P9S9"), ({"P4S2": "Russia"}, "not a label; use one of fact")]
)
def test_a_stranger_is_named(mine, word):
    for ask in (coding.agreement, coding.mismatches):
        with pytest.raises(ValueError, match=word):
            ask(mine, KEY)
    with pytest.raises(ValueError, match=word):
        coding.words_by_voice(mine, WORDS)


@given(codings)
def test_matches_and_mismatches_make_the_total(mine):
    matches, total = coding.agreement(mine, KEY, ACCEPTED)
    assert matches + len(coding.mismatches(mine, KEY, ACCEPTED)) == total == len(mine)
    assert matches >= coding.agreement(mine, KEY)[0]


@given(codings)
def test_words_add_up(mine):
    totals = coding.words_by_voice(mine, WORDS)
    assert list(totals) == list(coding.LABELS)
    assert sum(totals.values()) == sum(WORDS[id] for id, label in mine.items() if label)
    balance = coding.voice_balance(mine, WORDS)
    assert balance.russia + balance.japan + balance.both + balance.author == sum(totals.values())
    assert (balance.ratio is None) == (balance.japan == 0)


def test_the_balance_of_paragraphs_four_and_five():
    part = {id: label for id, label in KEY.items() if id[:2] in ("P4", "P5")}
    balance = coding.voice_balance(part, WORDS)
    assert (balance.russia, balance.japan) == (142, 34)
    assert round(balance.ratio, 1) == 4.2
    assert round(coding.voice_balance(part | {"P4S5": "russia"}, WORDS).ratio, 1) == 4.9
