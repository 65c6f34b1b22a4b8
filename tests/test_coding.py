"""Coding who speaks: agreement with a key, and the words each voice gets."""

import pytest
from hypothesis import given, settings
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
        "judgement": 12,
        "russia": 4,
        "japan": 2,
        "both": 5,
    }
    assert ACCEPTED["P4S5"] == ["russia"] and ACCEPTED["P4S3"] == ["russia"]
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
    assert (balance.russia, balance.japan) == (112, 34)
    assert round(balance.ratio, 1) == 3.3
    with_p4s3 = part | {"P4S3": "russia"}
    assert round(coding.voice_balance(with_p4s3, WORDS).ratio, 1) == 4.2
    assert round(coding.voice_balance(with_p4s3 | {"P4S5": "russia"}, WORDS).ratio, 1) == 4.9


# --- two coders ---

labels = st.sampled_from(list(coding.LABELS))
pairs = st.lists(st.tuples(labels, labels), min_size=1, max_size=40).map(
    lambda both: ({n: one for n, (one, _) in enumerate(both)}, {n: two for n, (_, two) in enumerate(both)})
)


@pytest.mark.slow
@settings(deadline=None)  # the first call waits for the import
@given(pairs)
def test_kappa_is_that_of_scikit_learn(pair):
    from sklearn.metrics import cohen_kappa_score

    a, b = pair
    if len({*a.values(), *b.values()}) == 1:
        assert coding.kappa(a, b) == 1  # scikit-learn has no number for it
    else:
        assert coding.kappa(a, b) == pytest.approx(cohen_kappa_score(list(a.values()), list(b.values())))


@given(pairs)
def test_kappa_does_not_care_who_is_first_nor_in_which_order(pair):
    a, b = pair
    assert coding.kappa(a, b) == coding.kappa(b, a) <= 1
    assert coding.kappa(a, dict(reversed(b.items()))) == coding.kappa(a, b)
    assert coding.kappa(a, a) == 1


def test_kappa_by_hand():
    a = dict(enumerate(["fact", "fact", "fact", "both"]))
    b = dict(enumerate(["fact", "fact", "both", "both"]))
    assert coding.kappa(a, b) == pytest.approx((3 / 4 - 1 / 2) / (1 - 1 / 2))
    independent = [(one, two) for one in ("fact", "both") for two in ("fact", "both")]
    assert coding.kappa(*(dict(enumerate(column)) for column in zip(*independent, strict=True))) == 0
    assert coding.kappa({1: "fact"}, {1: "both"}) == 0


# --- any number of coders ---

tables = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(labels | st.none(), min_size=coders, max_size=coders), min_size=1, max_size=25
    ).filter(lambda rows: any(sum(label is not None for label in row) > 1 for row in rows))
)


@pytest.mark.slow
@settings(deadline=None)  # the first call waits for the import
@given(tables)
def test_alpha_is_that_of_the_krippendorff_package(rows):
    import krippendorff

    codings = [dict(enumerate(column)) for column in zip(*rows, strict=True)]
    paired = {label for row in rows if sum(x is not None for x in row) > 1 for label in row if label}
    if len(paired) == 1:
        assert coding.alpha(codings) == 1  # the package has no number for it
        return
    number = {label: n for n, label in enumerate(coding.LABELS)}
    data_of = [[float("nan") if x is None else number[x] for x in one.values()] for one in codings]
    theirs = krippendorff.alpha(reliability_data=data_of, level_of_measurement="nominal")
    assert coding.alpha(codings) == pytest.approx(theirs)


def test_alpha_by_hand_and_what_a_gap_does_to_it():
    a = dict(enumerate(["fact", "fact", "both", "both"]))
    b = dict(enumerate(["fact", "fact", "both", "fact"]))
    # Eight labels that pair, five and three: two of eight stand in unlike pairs; luck gives 30 of 56.
    assert coding.alpha([a, b]) == pytest.approx(1 - (2 / 8) / (30 / 56))
    assert coding.alpha([a, a]) == 1 and coding.alpha([{1: "fact"}, {1: "fact"}]) == 1
    gap = coding.alpha([a | {4: "japan"}, b])
    assert (
        gap == coding.alpha([a | {4: "japan"}, b | {4: None}]) == coding.alpha([a, b])
    )  # a gap is no disagreement
    assert coding.alpha([a | {4: "japan"}, b | {4: "both"}]) < gap
    with pytest.raises(ValueError, match="no sentence has labels of two coders"):
        coding.alpha([{1: "fact"}, {2: "fact"}])


@given(pairs)
def test_a_confusion_counts_every_sentence_once(pair):
    a, b = pair
    table = coding.confusion(a, b)
    assert all(list(row) == list(table) for row in table.values())
    assert sum(sum(row.values()) for row in table.values()) == len(a)
    assert sum(table[label][label] for label in table) == sum(a[id] == b[id] for id in a)
    assert [label for label in coding.LABELS if label in table] == list(table)


@pytest.mark.parametrize(
    ("a", "b", "word"),
    [
        ({}, {}, "no sentence"),
        ({"P1S1": "fact"}, {"P1S2": "fact"}, "only one has P1S1, P1S2"),
        ({"P1S1": "fact", "P1S2": None}, {"P1S1": "fact", "P1S2": "fact"}, "missing for P1S2"),
        ({"P1S1": "fact"}, {"P1S1": ""}, "missing for P1S1"),
    ],
)
def test_two_codings_that_cannot_be_compared(a, b, word):
    for ask in (coding.kappa, coding.confusion):
        with pytest.raises(ValueError, match=word):
            ask(a, b)


# --- the shipped coders and the Kyodo report ---


def coder(name):
    return {row["sentence"]: row["label"] for row in data.read("coders") if row["coder"] == name}


@pytest.mark.parametrize(
    ("name", "matches", "low", "high"),
    [
        ("the trusting reader", 19, 0.60, 0.61),
        ("the hearer", 20, 0.64, 0.65),
        ("the careful reader", 25, 0.85, 0.86),
    ],
)
def test_how_far_the_shipped_coders_agree_with_the_key(name, matches, low, high):
    theirs = coder(name)
    assert list(theirs) == list(KEY)
    assert coding.agreement(theirs, KEY) == (matches, 28)
    assert low <= coding.kappa(theirs, KEY) <= high


def test_each_shipped_coder_keeps_to_a_habit():
    table = coding.confusion(KEY, coder("the trusting reader"))
    assert table["judgement"]["fact"] == 9 and sum(table["judgement"].values()) == 12
    unmarked = {id for id in KEY if coder("the hearer")[id] != KEY[id]}
    assert {KEY[id] for id in unmarked} == {"judgement"}
    assert all(coder("the hearer")[id] in ("russia", "japan", "both") for id in unmarked)
    careful = coder("the careful reader")
    assert coding.mismatches(careful, KEY) == ["P1S2", "P4S5", "P6S2"]
    assert coding.mismatches(careful, KEY, ACCEPTED) == []


def test_the_balance_of_a_japanese_report_by_the_same_rule():
    rows = data.read("kyodo_voices")
    key = {row["number"]: row["voice"] for row in rows}
    words = {row["number"]: row["words"] for row in rows}
    assert list(key) == list(range(1, 10)) and sum(words.values()) == 251
    assert coding.voice_balance(key, words) == (0, 0, 52, 199, None)
    other = {row["number"]: "japan" if "japan" in row["also_accepted"] else row["voice"] for row in rows}
    assert coding.voice_balance(other, words)[:2] == (0, 26)
