"""Lesson 02: every number its prose states, its figures, its neutrality, and what only this lesson has."""

import html
import re

import pytest
from figure_rules import assert_described, assert_readable
from lesson_prose import assert_minutes, assert_words_are_bold, cells, prose_of, stated
from pyproj import Geod

from parley import data
from parley.analysis import geodesy
from parley.analysis.wording import alike_in_length, doubting_verbs, loaded_words
from parley.answers import DEFAULT_SEED
from parley.exercises import Status, evaluate
from parley.lessons import territorial_dispute as lesson

ROOT = data.project()
ELLIPSOID = Geod(ellps="WGS84")
ISLANDS = {row["id"]: row for row in data.read("islands")}


STEM = "02_territorial_dispute"


@pytest.fixture(scope="module")
def prose():
    return prose_of(STEM)


# --- numbers in the prose ---


def test_the_shares_of_the_two_islands(prose):
    land, then, now = (lesson.share_1956(measure) for measure in lesson.MEASURES)
    assert stated(prose, r"Of the land it is (\d+) per cent") == round(land)
    assert stated(prose, r"in August 1945 it is (\d+), since") == round(then)
    assert stated(prose, r"Of today's people it is (\d+), since") == round(now)
    assert stated(prose, r"Is (\d+) per cent the right measure") == round(land)
    assert (
        stated(prose, r"since ([\d,]+) of the [\d,]+ lived on the Habomai")
        == ISLANDS["habomai"]["people_1945"]
    )
    assert ISLANDS["habomai"]["people_2018"] == 0 and "nobody but border guards" in prose
    two = [row for row in ISLANDS.values() if row["article_9"]]
    assert stated(prose, r"Article 9 names (\w+) of four") == len(two) and len(ISLANDS) == 4


def test_the_people(prose):
    total = sum(row["people_1945"] for row in ISLANDS.values())
    assert stated(prose, r"there were ([\d,]+) Japanese") == total
    assert stated(prose, r"since [\d,]+ of the ([\d,]+) lived") == total
    now = sum(row["people_2018"] for row in ISLANDS.values())
    assert stated(prose, r"About ([\d,]+) people live there now") == pytest.approx(now, abs=200)
    groups = data.read("people_with_interests")
    assert stated(prose, r"(\w+) groups have something to win") == len(groups)


def test_the_distances(prose):
    gaps = {name: lesson.gap_to_hokkaido(name) for name in ISLANDS}
    published = {name: row["distance_km"] for name, row in ISLANDS.items()}
    assert stated(prose, r"publishes ([\d.]+) km for Kunashir/Kunashiri") == published["kunashir"]
    assert stated(prose, r"we get ([\d.]+\d)\. For the Habomai") == round(gaps["kunashir"].km, 1)
    assert stated(prose, r"For the Habomai it publishes ([\d.]+),") == published["habomai"]
    assert stated(prose, r"and we get ([\d.]+\d): the nearest rock") == round(gaps["habomai"].km, 1)
    worst = 0.0
    for gap in gaps.values():
        (lat, lon), (lat2, lon2) = gap.start, gap.end
        wanted = ELLIPSOID.inv(lon, lat, lon2, lat2)[2] / 1000
        worst = max(worst, 100 * abs(gap.km / wanted - 1))
    assert worst < stated(prose, r"off by less than ([\d.]+) per cent")
    assert worst < 0.5


@pytest.mark.parametrize("name", ISLANDS)
def test_a_distance_agrees_with_a_survey_within_half_a_per_cent(name):
    """And so does the one from the middle of an island to the cape from which Japan measures."""
    a, b = (ISLANDS[name]["lat"], ISLANDS[name]["lon"]), (43.385, 145.817)
    wanted = ELLIPSOID.inv(a[1], a[0], b[1], b[0])[2] / 1000
    assert geodesy.great_circle_km(a, b) == pytest.approx(wanted, rel=0.005)


def test_the_printed_gaps_are_those_of_the_map():
    shown = next(c for c in cells("notebooks", STEM) if c.id == "terr-gap").outputs[0]["data"]["text/plain"]
    for name, label in lesson.NAMES.items():
        assert f"'{label}': {lesson.gap_to_hokkaido(name).km:.1f}" in shown


def test_the_settlements(prose):
    options = data.read("settlement_options")
    assert stated(prose, r"(\w+) ways to go on have") == len(options)
    half = lesson.outcome("half-by-area", "people_1945")
    assert stated(prose, r"held (\d+) per cent of the people of 1945") == round(half["japan_administers"])
    assert lesson.outcome("half-by-area", "area_km2")["japan_administers"] == 50
    assert next(o for o in options if o["id"] == "half-by-area")["date"].year == stated(
        prose, r"parliament in (\d{4}), and"
    )
    for row in options:
        for measure in lesson.MEASURES:
            assert sum(lesson.outcome(row["id"], measure).values()) == pytest.approx(100)
        share = lesson.outcome(row["id"], "area_km2")["japan_administers"]
        if row["share_of_area_to_japan"] is not None:
            assert share == pytest.approx(row["share_of_area_to_japan"], abs=0.06)


def test_the_polls(prose):
    rows = data.read("polls")
    per_cent = {(r["poll"], r["option"]): r["per_cent"] for r in rows}
    russia, hokkaido = lesson.PAIR
    assert (
        stated(prose, r"In Russia (\d+) per cent want no transfer") == per_cent[russia, "no island to Japan"]
    )
    first = "two islands first, talks on the others"
    assert stated(prose, r"across the water, (\d+) per cent would take two") == per_cent[hokkaido, first]
    assert stated(prose, r"talk on, and (\d+) want all four") == per_cent[hokkaido, "all four to Japan"]
    assert stated(prose, r"Below are (\w+) polls") == len({r["poll"] for r in rows})
    assert len({r["question"] for r in rows if r["poll"] in lesson.PAIR}) == 1


def test_the_papers(prose):
    assert lesson.instruments_finding().startswith("4 of 22 ")
    both = lesson._cited_by("russia") & lesson._cited_by("japan")
    assert both == {
        "1945-yalta",
        "1945-potsdam",
        "1951-san-francisco",
        "1956-joint-declaration",
    }
    assert "Yalta, of Potsdam, of San Francisco and of the declaration of 1956" in prose
    folded = next(c.source for c in cells("notebooks", STEM) if c.id == "terr-instruments-table")
    assert f"All {len(data.read('instruments'))} texts" in folded
    years = {row["id"]: row["date"].year for row in data.read("instruments")}
    for year in re.findall(r"^- \*\*(\d{4})\.\*\*", prose, re.M):
        assert int(year) in years.values()


def test_the_minutes_of_the_tasks():
    assert_minutes(lesson, "thirty-five minutes", 35)


def test_each_word_of_the_glossary_is_bold_where_it_first_stands():
    assert_words_are_bold(lesson)


# --- neutrality ---


def test_author_text_uses_no_word_that_takes_a_side():
    """The prose, the questions, the words of the figures; a sample of a neighbours' quarrel is no exception."""
    texts = [
        c.source
        for folder in ("notebooks", "solutions")
        for c in cells(folder, STEM)
        if c.cell_type == "markdown"
    ]
    texts += [html.unescape(data.path("quizzes/02_territorial_dispute.yaml").read_text(encoding="utf-8"))]
    texts += [lesson.map_words(), lesson.cases_words(), *lesson.CONCLUSIONS.values(), *lesson.CARDS.values()]
    for exercise in lesson.EXERCISES:
        texts += [exercise.task, *exercise.hints, *(f.label + f.help for f in exercise.fields)]
        texts += [note for right in exercise.right for note in evaluate(exercise, right).verdict.notes]
    assert {word: mend for text in texts for word, mend in loaded_words(text)} == {}


def test_names_come_in_the_order_of_this_lesson(prose):
    assert lesson.NAMES["iturup"] == "Iturup/Etorofu" and lesson.NAMES["kunashir"] == "Kunashir/Kunashiri"
    assert not re.search(r"Etorofu/Iturup|Kunashiri/Kunashir\b|Uruppu/Urup\b", prose)
    first = re.search(r"South Kuril|Northern Territor", prose)
    assert first.group().startswith("South Kuril"), "lesson 01 had the Japanese name first"
    assert list(lesson.COUNTRIES) == ["russia", "japan"]


def test_the_two_cases_have_equal_room():
    rows = data.read("arguments")
    cases = {side: " ".join(r["premise"] for r in rows if r["side"] == side) for side in lesson.COUNTRIES}
    assert alike_in_length(*cases.values()) and alike_in_length(*lesson.CONCLUSIONS.values(), least=0.9)
    assert (
        sorted(lesson._SIDE_OF.values()).count("russia")
        == sorted(lesson._SIDE_OF.values()).count("japan")
        == 5
    )
    boxes = [p for p in lesson.draw_cases().patches]
    assert len(boxes) == 12 and len({round(b.get_width(), 3) for b in boxes}) == 1, "boxes of one width"


def test_everybody_with_an_interest_is_named(prose):
    groups = " ".join(row["group"] for row in data.read("people_with_interests"))
    for who in ("Ainu", "Former residents", "Today's residents"):
        assert who in groups
    assert "Ainu" in prose and "family graves" in prose and "live there now" in prose


def test_no_boundary_is_drawn_on_the_sea():
    ax = lesson.draw_map()
    assert ax.lines == [] or len(ax.lines) == 0
    assert "no agreed boundary" in " ".join(ax.figure.get_supxlabel().split())
    islands = [p for p in ax.patches if len(p.get_path().vertices) > 4]
    assert {p.get_facecolor()[3] for p in islands} == {0.0}, "an island is not filled in anybody's colour"


# --- figures ---

FIGURES = {
    "map": lambda: (lesson.draw_map(), lesson.map_words(), "data/islands.csv"),
    "letters": lambda: (lesson.draw_letters(), lesson.letters_words(), "GSHHG"),
    "shares": lambda: (lesson.draw_shares(), lesson.shares_words(), "data/islands.csv"),
    "instruments": lambda: (lesson.draw_instruments(), lesson.instruments_words(), "data/instruments.csv"),
    "cases": lambda: (lesson.draw_cases(), lesson.cases_words(), "data/arguments.csv"),
    "polls": lambda: (lesson.draw_polls(), lesson.polls_words(), "Hokkaido Shimbun"),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_readable_and_described(name):
    ax, alt, source = FIGURES[name]()
    assert_readable(ax, source)
    assert_described(alt)


def test_the_map_without_names_gives_none_away():
    words = {t.get_text() for t in lesson.draw_letters().texts}
    assert {"A", "B", "C", "D", "Hokkaido"} == words
    for name in ("Iturup", "Etorofu", "Kunash", "Shikotan", "Habomai"):
        assert name not in lesson.letters_words()


def test_titles_are_computed():
    assert (
        lesson.shares_finding() == "Two of four: 7 % of the land, 37 % of the people of 1945, 17 % of today's"
    )
    assert lesson.settlement_finding("four-islands") == "Japan would administer all four, by any measure"
    assert "at least 79 %" in lesson.settlement_finding("half-by-area"), (
        "nobody knows where the line would run"
    )
    assert "37 % by the people of 1945" in lesson.settlement_finding("two-islands")
    assert "129 and 125 words" in lesson.cases_finding() or re.search(
        r"in \d+ and \d+ words", lesson.cases_finding()
    )


def test_the_settlement_explorer_says_that_acceptability_is_ours():
    for option in lesson.SETTLEMENT.controls[0].options:
        values = {"option": option}
        ax = lesson.draw_settlement(values)
        assert "module assumption" in ax.figure.get_supxlabel()
        assert any("module assumption" in t.get_text() for t in ax.texts)
        assert "our own guess" in lesson.settlement_words(values)


# --- the two cases and the clause ---


def test_a_link_that_takes_a_side_is_named():
    answer = lesson._cases_answer(
        link_russia="Since the islands were liberated in 1945 and Japan then renounced the chain, the title has been settled by the war."
    )
    verdict = evaluate(lesson.CASES, answer).verdict
    assert (
        verdict.status is Status.NOT_YET
        and "“liberated” takes a side" in verdict.message
        and "Russia" in verdict.message
    )


@pytest.mark.parametrize("side", ["russia", "japan"])
def test_both_links_are_held_to_the_same_rules(side):
    other = {"russia": "japan", "japan": "russia"}[side]
    good = lesson._cases_answer()
    for text, word in (
        (
            good[f"link_{side}"] + " " + good[f"link_{side}"].split(",")[0] + " and so on it goes.",
            "more room",
        ),
        (
            "It is claimed that the war and the treaties of the time leave no doubt, and therefore that nothing more is to be said.",
            "claims",
        ),
        (good[f"link_{other}"], "the same"),
    ):
        verdict = evaluate(lesson.CASES, good | {f"link_{side}": text}).verdict
        assert verdict.status is Status.NOT_YET and word in verdict.message, verdict.message


GIVES_TITLE = [
    "Without prejudice to the position of either side, the islands stay under Russian sovereignty and Japan runs the tours on them.",
    "Without prejudice to the position of either side, the tours take place on Japanese territory, and guests from Russia are welcome.",
    "It is not disputed that the islands belong to Japan and that Russia is a guest there, without prejudice to these tours of both.",
    "Nothing in this clause on tours changes any position. The islands are Japanese and Russia agrees to this for all time to come.",
    "Nothing in this clause on tours changes any position. Russia is the owner of the islands and Japan pays rent for the visits.",
    "Nothing in this clause on tours changes any position, and after five years the islands pass to Tokyo, as Moscow has agreed.",
]
ONE_LAW = [
    "Without prejudice to the position of either side, firms of Japan and of Russia will run the tours under Russian law alone.",
    "Nothing in this affects either side. A Russian office gives the permits for all tours, and Japanese firms pay a fee to both.",
    "Nothing in this affects either position. The tours comply with Japanese law, and Russia and Japan share the costs of it all.",
    "Nothing in this affects either position. The tours of both sides are run by the Sakhalin Region under its laws and by its people.",
]
GOOD = [
    "No act done under this agreement on tours shall constitute a basis for asserting, supporting or denying a claim of either side.",
    "The tours shall not be deemed to alter the position of either government on the islands. A visitor returns home by the same ship.",
    "Each side reserves its position on the islands. Tours go ahead on a list of days that the two governments agree upon each year.",
    "Nothing contained in this paper on tours shall be interpreted as a renunciation by either government of any right that it holds.",
    "Nothing in this arrangement on tours means that the islands belong to Russia or to Japan; it speaks of visitors and of nothing else.",
]


@pytest.mark.parametrize("clause", GIVES_TITLE)
def test_a_title_is_seen_behind_the_words_of_the_trade(clause):
    verdict = evaluate(lesson.CLAUSE, lesson._clause_answer(clause, "tours", permits="open")).verdict
    assert "whose land it is" in verdict.message, verdict.message


@pytest.mark.parametrize("clause", ONE_LAW)
def test_the_law_of_one_side_is_seen_too(clause):
    verdict = evaluate(lesson.CLAUSE, lesson._clause_answer(clause, "tours", permits="open")).verdict
    assert "law or the office of one side" in verdict.message, verdict.message


@pytest.mark.parametrize("clause", GOOD)
def test_what_real_drafters_write_is_complete(clause):
    verdict = evaluate(lesson.CLAUSE, lesson._clause_answer(clause, "tours", permits="open")).verdict
    assert verdict.status is Status.COMPLETE, verdict.message


@pytest.mark.parametrize(
    "link",
    [
        "Because Japan, under the Allies who occupied Japan, renounced all claims from the war, the title was settled and a treaty has to say so.",
        "Since what was agreed at Yalta was done in 1945, and renounced in 1951, nothing is left to transfer by right, and the title is settled.",
    ],
)
def test_what_a_diplomat_of_moscow_would_write_is_complete(link):
    verdict = evaluate(lesson.CASES, lesson._cases_answer(link)).verdict
    assert verdict.status is Status.COMPLETE, verdict.message


def test_a_clause_may_deny_a_title_but_not_give_one():
    good = "Nothing in this arrangement is a recognition of Russian sovereignty or of Japanese sovereignty. A joint office gives the permits for the tours."
    assert evaluate(lesson.CLAUSE, lesson._clause_answer(good, "tours")).verdict.status is Status.COMPLETE
    bad = "The tours take place in the territory of Russia and of Japan. Nothing here affects the position of either side. A joint office gives the permits."
    assert "whose land it is" in evaluate(lesson.CLAUSE, lesson._clause_answer(bad, "tours")).verdict.message


@pytest.mark.parametrize("country", ["Russian", "Japanese"])
def test_the_law_of_either_side_is_refused_alike(country):
    text = f"Nothing in this arrangement affects the position of either side. The tours run under {country} law, and a joint office gives the permits."
    assert (
        "under the law or the office of one side"
        in evaluate(lesson.CLAUSE, lesson._clause_answer(text, "tours")).verdict.message
    )


def test_loaded_words_and_their_mends():
    assert [
        word for word, _ in loaded_words("The islands were occupied, then returned, and never ceded.")
    ] == ["occupied", "returned", "ceded"]
    assert loaded_words("Japan under Allied occupation of Japan; he said “illegal seizure”.") == []
    assert doubting_verbs("Tokyo claims it; Moscow says so; he “alleges”; it renounced all claims.") == [
        "tokyo claims"
    ]
    assert alike_in_length("a b c d", "a b c d e") and not alike_in_length("a b c", "a b c d e")
    assert not alike_in_length("", "")


# --- the distance ---


def test_cases_of_the_function_reach_from_nothing_to_a_quarter_of_the_globe():
    cases = lesson.DISTANCE.fields[0].cases(DEFAULT_SEED)
    lengths = [lesson.great_circle(*case) for case in cases]
    assert min(lengths) == 0 and any(abs(length - 10_008) < 1 for length in lengths)
    assert any(abs(a[1] - b[1]) > 300 for a, b in cases), "one pair lies across the date line"
    assert lesson.DISTANCE.fields[0].cases(1) != cases


def test_each_slip_of_the_distance_is_told_from_the_others():
    cases = lesson.DISTANCE.fields[0].cases(DEFAULT_SEED)
    seen = [tuple(round(slip(*case), 2) for case in cases) for slip, _ in lesson._SLIPS]
    assert len(set(seen)) == len(seen)
    exact = tuple(round(lesson.great_circle(*case), 2) for case in cases)
    assert exact not in seen
