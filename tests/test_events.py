"""Event coding: four categories, a count against the key, a balance for each issue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import data
from parley.analysis import coding, events

ROWS = data.read("event_codes")
KEY = {row["id"]: row["category"] for row in ROWS}
ACCEPTED = {row["id"]: row["also_accepted"] for row in ROWS}
ISSUES = {row["id"]: row["issue"] for row in ROWS}
codings = st.dictionaries(st.sampled_from(list(KEY)), st.sampled_from([*events.QUADS, None, ""]))


def test_plover_knows_each_category_and_each_type_once():
    assert list(events.PLOVER) == list(events.QUADS)
    types = [name for names in events.PLOVER.values() for name in names]
    assert len(types) == len(set(types)) == 19


def test_ten_events_of_all_four_kinds():
    assert len(KEY) == 10
    counted = {quad: list(KEY.values()).count(quad) for quad in events.QUADS}
    assert min(counted.values()) == 2 and max(counted.values()) == 3
    for row in ROWS:
        assert row["category"] not in row["also_accepted"] and set(row["also_accepted"]) <= set(events.QUADS)
        filed = next(quad for quad, names in events.PLOVER.items() if row["plover"] in names)
        assert filed == row["category"] or filed in row["also_accepted"], row


@given(codings)
def test_an_answer_is_compared_by_count(mine):
    matches, total = coding.agreement(mine, KEY, ACCEPTED, events.QUADS)
    missed = coding.mismatches(mine, KEY, ACCEPTED, events.QUADS)
    assert total == len(mine) and matches + len(missed) == total
    assert missed == [id for id in KEY if id in mine and mine[id] not in (KEY[id], *ACCEPTED[id])]


def test_the_key_against_itself_and_one_slip():
    assert coding.agreement(KEY, KEY, labels=events.QUADS) == (10, 10)
    slip = KEY | {"2017-11-all-options": "verbal cooperation"}
    assert coding.agreement(slip, KEY, ACCEPTED, events.QUADS) == (9, 10)
    sanctions = KEY | {"2017-12-resolution": "verbal conflict"}
    assert coding.agreement(sanctions, KEY, ACCEPTED, events.QUADS) == (10, 10)
    with pytest.raises(ValueError, match="'conflict' is not a label; use one of verbal cooperation"):
        coding.agreement({"2017-12-resolution": "conflict"}, KEY, labels=events.QUADS)


def test_the_balance_of_each_issue():
    net = events.net_cooperation(KEY, ISSUES)
    signs = [1 if category.endswith("cooperation") else -1 for category in KEY.values()]
    assert sum(net.values()) == sum(signs) == 0
    assert net == {
        "economy": 2,
        "korea": -2,
        "people": 1,
        "missile_defence": -1,
        "territory": -1,
        "general": 1,
    }


def test_an_event_not_yet_coded_is_left_out():
    assert events.net_cooperation({"a": None, "b": "verbal conflict"}, {"a": "korea", "b": "korea"}) == {
        "korea": -1
    }
    assert events.net_cooperation({"a": ""}, {"a": "korea"}) == {"korea": 0}


@pytest.mark.parametrize(
    ("codes", "issues", "word"),
    [
        ({"a": "conflict"}, {"a": "korea"}, "'conflict' is not a category"),
        ({"a": None}, {}, "'a' has no issue"),
    ],
)
def test_a_slip_is_named(codes, issues, word):
    with pytest.raises(ValueError, match=word):
        events.net_cooperation(codes, issues)
