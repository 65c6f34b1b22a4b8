"""Competing hypotheses: scores by hand, ties, the row that a ranking hangs on, probabilities that add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.analysis import hypotheses as ach

# Who ate the fish? Invented, so that nobody's case is pleaded here.
FISH = {
    "scales on the floor": {"cat": "C", "heron": "C", "uncle": "C"},
    "the door was locked": {"cat": "I", "heron": "II", "uncle": "C"},
    "uncle was at sea": {"cat": "N", "heron": "N", "uncle": "II"},
    "fur on the plate": {"cat": "CC", "heron": "I", "uncle": "I"},
}

ratings = st.sampled_from(list(ach.AGAINST))


@st.composite
def matrices(draw):
    rows = draw(st.integers(1, 7))
    names = [f"h{n}" for n in range(draw(st.integers(1, 5)))]
    return {f"e{n}": {name: draw(ratings) for name in names} for n in range(rows)}


def test_scores_by_hand():
    assert ach.inconsistency(FISH) == {"cat": 1, "heron": 3, "uncle": 3}
    weights = {"uncle was at sea": 0.5, "the door was locked": 1.5}
    assert ach.inconsistency(FISH, weights) == {"cat": 1.5, "heron": 4, "uncle": 2}


def test_what_fits_counts_for_nothing():
    much = {row: dict.fromkeys(cells, "CC") for row, cells in FISH.items()}
    assert set(ach.inconsistency(much).values()) == {0} and ach.counts_against(much) == 0
    assert ach.counts_against(FISH) == 5


def test_a_row_that_tells_nothing_apart_has_no_diagnosticity():
    assert ach.diagnosticity(FISH) == {
        "scales on the floor": 0,
        "the door was locked": 2,
        "uncle was at sea": 2,
        "fur on the plate": 1,
    }
    assert ach.diagnosticity({"e": {"a": "II", "b": "II"}}) == {"e": 0}
    assert ach.diagnosticity(FISH, {"fur on the plate": 1.4})["fur on the plate"] == pytest.approx(1.4)


@pytest.mark.parametrize(
    ("scores", "wanted"),
    [
        ({"a": 2, "b": 1, "c": 3}, [(1, ("b",)), (2, ("a",)), (3, ("c",))]),
        ({"a": 1, "b": 3, "c": 1}, [(1, ("a", "c")), (3, ("b",))]),
        ({"a": 0.7 + 1.4, "b": 1.4 + 0.7, "c": 2.1}, [(1, ("a", "b", "c"))]),
        ({"c": 0.3, "a": 0.1 + 0.2}, [(1, ("c", "a"))]),
        ({"a": 0}, [(1, ("a",))]),
    ],
)
def test_equal_scores_share_a_rank(scores, wanted):
    assert ach.ranking(scores) == tuple(ach.Place(*place) for place in wanted)


def test_without_one_row_by_hand():
    drops = {drop.evidence: drop for drop in ach.drop_one(FISH)}
    assert [d.changes_first for d in drops.values()] == [False, False, True, False]
    sea = drops["uncle was at sea"]
    assert sea.scores == {"cat": 1, "heron": 3, "uncle": 1} and sea.first == ("cat", "uncle")
    assert sea.moved == 0.5 + 0.5 + 1  # the cat to 1.5, the heron from 2.5 to 3, the uncle from 2.5 to 1.5
    assert drops["scales on the floor"].moved == 0
    assert ach.hangs_on(FISH) == ("uncle was at sea",)


def test_where_the_first_stays_the_row_that_moves_most_is_named():
    firm = {"one": {"a": "C", "b": "I", "c": "II"}, "two": {"a": "C", "b": "II", "c": "II"}}
    assert not any(drop.changes_first for drop in ach.drop_one(firm))
    assert ach.hangs_on(firm) == ("one",)


def test_where_nothing_matters_nothing_is_named():
    flat = {"one": {"a": "I", "b": "I"}, "two": {"a": "C", "b": "N"}}
    assert ach.hangs_on(flat) == ()


def test_one_row_alone_carries_everything():
    (drop,) = ach.drop_one({"one": {"a": "C", "b": "II"}})
    assert drop.first == ("a", "b") and drop.changes_first and drop.scores == {"a": 0, "b": 0}
    assert ach.hangs_on({"one": {"a": "C", "b": "II"}}) == ("one",)


@given(matrices())
def test_a_row_without_diagnosticity_moves_nothing(made):
    spread = ach.diagnosticity(made)
    for drop in ach.drop_one(made):
        if spread[drop.evidence] == 0:
            assert drop.moved == 0 and not drop.changes_first


@given(matrices())
def test_dropping_is_the_same_as_never_having_had_the_row(made):
    for drop in ach.drop_one(made):
        rest = {row: cells for row, cells in made.items() if row != drop.evidence}
        if rest:
            assert drop.scores == ach.inconsistency(rest)
            assert drop.first == ach.ranking(drop.scores)[0].hypotheses == drop.places[0].hypotheses


@given(matrices(), st.floats(0.1, 10))
def test_the_same_weight_on_all_rows_changes_no_rank(made, weight):
    plain = ach.ranking(ach.inconsistency(made))
    assert ach.ranking(ach.inconsistency(made, dict.fromkeys(made, weight))) == plain


@given(matrices())
def test_every_hypothesis_has_one_place(made):
    places = ach.ranking(ach.inconsistency(made))
    named = [name for place in places for name in place.hypotheses]
    assert sorted(named) == sorted(next(iter(made.values()))) and places[0].rank == 1


def test_rows_of_a_table_become_a_matrix():
    rows = [
        {"evidence": row, "hypothesis": name, "rating": rating}
        for row, cells in FISH.items()
        for name, rating in cells.items()
    ]
    assert ach.matrix(rows) == FISH
    with pytest.raises(ValueError, match="two ratings for cat"):
        ach.matrix([*rows, rows[0]])
    with pytest.raises(ValueError, match="look at uncle"):
        ach.matrix(rows[:-1])


@pytest.mark.parametrize(
    ("made", "weights", "said"),
    [
        ({}, None, "at least one row"),
        ({"e": {}}, None, "at least one row"),
        ({"e": {"a": "X"}}, None, "'X' is no rating; use CC, C, N, I, II"),
        ({"e": {"a": None}}, None, "None is no rating"),
        ({"e": {"a": "C", "b": "C"}, "f": {"a": "C"}}, None, "evidence f: .* look at b"),
        (FISH, {"the moon": 1}, "the moon, which is no row"),
        (FISH, {"fur on the plate": -1}, "zero or more, not -1"),
        (FISH, {"fur on the plate": True}, "zero or more, not True"),
        (FISH, {"fur on the plate": float("nan")}, "zero or more"),
    ],
)
def test_a_matrix_that_says_nothing_is_refused(made, weights, said):
    for ask in (ach.inconsistency, ach.diagnosticity, ach.drop_one, ach.hangs_on):
        with pytest.raises(ValueError, match=said):
            ask(made, weights)


@pytest.mark.parametrize(
    ("given", "total", "said"),
    [
        ({"a": 60, "b": 40}, 100, ""),
        ({"a": 33.3, "b": 66.6}, 100, ""),
        ({"a": 0.25, "b": 0.75}, 1, ""),
        ({"a": 0, "b": 100}, 100, ""),
        ({"a": 60}, 100, "b has no probability yet."),
        ({"a": 60, "b": None}, 100, "b has no probability yet."),
        ({"a": 60, "b": "40"}, 100, "The probability of b is no number."),
        ({"a": 60, "b": True}, 100, "The probability of b is no number."),
        ({"a": 130, "b": -30}, 100, "The probability of a is 130; it must lie between 0 and 100."),
        ({"a": 60, "b": 30}, 100, "Together they come to 90, 10 too little: make it 100 per cent."),
        ({"a": 60, "b": 60}, 100, "Together they come to 120, 20 too much: make it 100 per cent."),
        ({"a": 0.5, "b": 0.75}, 1, "Together they come to 1.25, 0.25 too much: make it 1."),
        (
            {"a": 0.6, "b": 0.4},
            100,
            "These look like shares of 1. Write them in per cent: together they come to 100.",
        ),
        ({"a": 60, "b": 30, "c": 10}, 100, "c is none of the hypotheses."),
    ],
)
def test_probabilities_add_up(given, total, said):
    assert ach.probability_slip(given, ["a", "b"], total) == said


def test_the_page_says_that_it_makes_no_judgement_more_accurate():
    assert "Dhami" in ach.__doc__ and "Karvetski" in ach.__doc__ and "Heuer" in ach.__doc__
