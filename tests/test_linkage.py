"""Links between issues: pairs without direction, partners and ties counted apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import article, data
from parley.analysis import coding, linkage

ISSUES = ["treaty", "territory", "economy", "graves", "missile_defence", "korea"]
LINKS = data.read("issue_links")
pairs = st.tuples(st.sampled_from(ISSUES), st.sampled_from(ISSUES)).filter(lambda pair: pair[0] != pair[1])


def link(a, b, who="russia", sentence="P4S6"):
    return {"issue": a, "issue_2": b, "drawn_by": who, "sentence": sentence}


@given(st.lists(pairs, max_size=20))
def test_a_link_has_no_direction_and_lands_in_one_cell(found):
    links, turned = [link(a, b) for a, b in found], [link(b, a) for a, b in found]
    cells = linkage.half_matrix(links, ISSUES)
    assert cells == linkage.half_matrix(turned, ISSUES)
    assert len(cells) == 15 and sum(cells.values()) == len(links)
    assert list(linkage.degree(links, ISSUES)) == ISSUES
    assert sum(linkage.degree(links, ISSUES).values()) == 2 * len({frozenset(pair) for pair in found})


def test_partners_are_counted_once_and_ties_each_time():
    links = [
        link("korea", "missile_defence"),
        link("missile_defence", "korea"),
        link("treaty", "missile_defence"),
    ]
    assert linkage.degree(links, ISSUES)["missile_defence"] == 2
    assert linkage.half_matrix(links, ISSUES)["missile_defence", "korea"] == 2


def test_who_draws_the_links():
    assert linkage.drawn_by([link("treaty", "korea", "japan"), *[link("treaty", "korea")] * 2]) == {
        "russia": 2,
        "japan": 1,
    }
    assert linkage.drawn_by([]) == {}


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (link("treaty", "treaty"), "names 'treaty' twice"),
        (link("treaty", "fish"), "'fish' is none of the issues"),
    ],
)
def test_a_slip_is_named(bad, word):
    for ask in (linkage.half_matrix, linkage.degree):
        with pytest.raises(ValueError, match=word):
            ask([bad], ISSUES)


def test_the_key_ties_missile_defence_to_two_issues_and_economy_to_none():
    assert linkage.degree(LINKS, ISSUES) == dict(zip(ISSUES, [2, 1, 0, 0, 2, 1], strict=True))
    assert linkage.drawn_by(LINKS) == {"author": 2, "russia": 2}


def test_a_link_is_drawn_by_the_voice_of_its_sentence():
    key = coding.shipped_key()
    topics = {"treaty": "peace treaty", "missile_defence": "missile defence", "korea": "Korea"}
    for row in LINKS:
        voice = key.labels[row["sentence"]]
        assert row["drawn_by"] == {"judgement": "author", "fact": "author"}.get(voice, voice), row
        named = article.sentence(row["sentence"]).topics
        assert {topics.get(row[c], row[c]) for c in ("issue", "issue_2")} <= set(named), row
