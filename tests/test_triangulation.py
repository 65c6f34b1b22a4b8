"""Accounts side by side: silence needs a full reading, and what was not seen counts nowhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import data
from parley.analysis import triangulation
from parley.analysis.triangulation import Count

READ = {row["id"]: row["read"] for row in data.read("accounts")}
SIDES = {row["id"]: row["side"] for row in data.read("accounts")}
OUTLETS = {row["id"]: row["outlet"] for row in data.read("accounts")}
TOPICS = [row["topic"] for row in data.read("account_topic_names")]
CELLS = triangulation.matrix(data.read("account_topics"), TOPICS)

findings = st.sampled_from(list(triangulation.FINDINGS))
matrices = st.integers(1, 5).flatmap(
    lambda wide: st.dictionaries(
        st.sampled_from("abcdef"),
        st.lists(findings, min_size=wide, max_size=wide).map(
            lambda row: {f"t{n}": finding for n, finding in enumerate(row)}
        ),
        min_size=1,
    )
)


def rows(**cells):
    return [
        {"account": account, "topic": topic, "finding": finding}
        for account, row in cells.items()
        for topic, finding in row.items()
    ]


# --- what was not seen ---


@given(matrices)
def test_not_seen_enters_no_count_but_its_own(cells):
    for count in triangulation.by_topic(cells).values():
        assert count.seen + count.not_seen == sum(count)
        assert (count.share is None) == (count.seen == 0)
        assert count.share is None or count.share == count.says / count.seen


@given(matrices)
def test_another_account_of_which_nothing_was_seen_changes_no_share_and_no_silence(cells):
    blank = {"nobody": dict.fromkeys(next(iter(cells.values())), "not_seen")}
    more = cells | blank
    before, after = triangulation.by_topic(cells), triangulation.by_topic(more)
    assert {t: c.share for t, c in before.items()} == {t: c.share for t, c in after.items()}
    for account in cells:
        assert triangulation.silences(cells, account) == triangulation.silences(more, account)


@given(matrices)
def test_what_was_not_seen_is_never_a_silence(cells):
    for account, row in cells.items():
        named = set(triangulation.silences(cells, account))
        assert named == {topic for topic, finding in row.items() if finding == "silent"}
        assert not named & {topic for topic, finding in row.items() if finding == "not_seen"}


def test_absent_and_not_seen_give_different_shares():
    full = triangulation.matrix(rows(a={"t": "says"}, b={"t": "silent"}))
    part = triangulation.matrix(rows(a={"t": "says"}, b={"t": "not_seen"}))
    assert triangulation.by_topic(full)["t"].share == 0.5
    assert triangulation.by_topic(part)["t"].share == 1
    assert triangulation.by_topic(part)["t"] == Count(1, 0, 0, 1)


def test_a_cell_without_a_row_is_not_seen():
    cells = triangulation.matrix(rows(a={"t": "says"}, b={"u": "silent"}))
    assert cells == {"a": {"t": "says", "u": "not_seen"}, "b": {"t": "not_seen", "u": "silent"}}


# --- reading outlets as one ---


@given(matrices)
def test_an_outlet_is_silent_only_where_all_its_items_are(cells):
    merged = triangulation.together(cells, dict.fromkeys(cells, "all"))["all"]
    for topic, finding in merged.items():
        met = {row[topic] for row in cells.values()}
        assert (finding == "silent") == (met == {"silent"})
        assert (finding == "says") == ("says" in met)
        assert finding != "not_seen" or not met & {"says", "otherwise"}
    assert triangulation.together(cells, {}) == cells


# --- an answer against the key ---


def test_an_answer_is_compared_cell_by_cell():
    key = {"a": {"t": "says", "u": "silent"}, "b": {"t": "not_seen", "u": "otherwise"}}
    assert triangulation.mismatches(key, key) == []
    mine = {"a": {"t": "says", "u": "not_seen"}, "b": {"t": "silent"}}
    assert triangulation.mismatches(mine, key) == [("a", "u"), ("b", "t"), ("b", "u")]
    assert triangulation.mismatches(mine, key, {("a", "u"): ["not_seen"]}) == [("b", "t"), ("b", "u")]


@pytest.mark.parametrize(
    ("ask", "word"),
    [
        (
            lambda: triangulation.matrix(rows(a={"t": "absent"})),
            "a, t: 'absent' is no finding; use one of says",
        ),
        (lambda: triangulation.matrix(rows(a={"t": "says"}) * 2), "two rows on one cell"),
        (lambda: triangulation.matrix(rows(a={"t": "says"}), ["u"]), "'t' is none of the topics: u"),
        (lambda: triangulation.silences({"a": {"t": "says"}}, "b"), "no account 'b' here; it has a"),
        (lambda: triangulation.by_topic({"a": {"t": "NA"}}), "'NA' is no finding"),
    ],
)
def test_a_slip_is_named(ask, word):
    with pytest.raises(ValueError, match=word):
        ask()


# --- the shipped accounts ---


def test_silence_is_claimed_only_of_accounts_read_in_full():
    assert triangulation.overclaimed(CELLS, READ) == []
    assert triangulation.overclaimed(CELLS, READ | {"sankei": "part"})[0] == ("sankei", "pressure")
    full = [account for account, read in READ.items() if read == "full"]
    assert len(full) >= 8 and {SIDES[account] for account in full} == {"Japan", "Russia", "other"}
    for account in full:
        assert "not_seen" not in CELLS[account].values(), account


def test_the_article_is_silent_on_what_others_report():
    broken = triangulation.silences(CELLS, "valdai")
    assert list(broken)[0] == "salisbury" and broken["abductions"] == []
    assert broken["pressure"] == ["nikkei", "us-embassy"]
    assert broken["road_map"] == ["ria", "nikkei"] and broken["respect"] == ["tass-plans", "press-tv"]


def test_only_the_article_reports_the_exchange_on_force():
    counts = triangulation.by_topic(CELLS)
    assert counts["force"] == Count(1, 0, 8, 8) and CELLS["valdai"]["force"] == "says"
    assert counts["abductions"] == Count(0, 0, 9, 8)  # nowhere said; half of the accounts could not be asked
    assert counts["control"].otherwise == counts["graves"].otherwise == counts["salisbury"].otherwise == 1


def test_tass_read_as_one_leaves_open_what_a_part_may_hold():
    tass = triangulation.together(CELLS, OUTLETS)["TASS"]
    assert (tass["defence"], tass["graves"], tass["salisbury"]) == ("says", "otherwise", "says")
    assert tass["pressure"] == "not_seen"  # three items are silent, and one was not read to its end
