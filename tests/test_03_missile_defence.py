"""Lesson 03: every number its prose states, the finding and how it breaks, its figures, its judges."""

from datetime import date

import pytest
from figure_rules import assert_described, assert_readable
from lesson_prose import assert_minutes, assert_words_are_bold, prose_of, stated
from pyproj import Geod

from parley import data, finds
from parley.analysis import geodesy, hypotheses, provenance
from parley.exercises import Status, evaluate
from parley.lessons import missile_defence as lesson

ROOT = data.project()
ELLIPSOID = Geod(ellps="WGS84")
AT = {row["id"]: (row["lat"], row["lon"]) for row in data.read("places")}
DOCUMENTS, MATCHES = data.read("documents"), data.read("matches")


STEM = "03_missile_defence"


@pytest.fixture(scope="module")
def prose():
    return prose_of(STEM)


# --- numbers in the prose ---


def test_the_pages_that_were_searched(prose):
    assert stated(prose, r"We searched (\d+) pages") == len(DOCUMENTS)
    for read, words in (("full", "first line to last"), ("part", "in part")):
        assert stated(prose, rf"(\d+)(?: of them from)? {words}") == sum(
            row["read"] == read for row in DOCUMENTS
        )


def test_the_clause_of_the_clippings_was_in_print_in_november(prose):
    first = provenance.earliest_match(MATCHES, DOCUMENTS, "P4S2", ("exact",))
    assert (first.spoken, first.place) == (date(2017, 11, 24), "Moscow") and "24 November 2017" in prose
    assert stated(prose, r"November 2017, (\d+) of them in a row") == first.run
    meeting = provenance.MEETING.day
    months = (meeting.year - first.spoken.year) * 12 + meeting.month - first.spoken.month
    assert stated(prose, r"Two cities\. (\w+) months") == months
    assert data.cite("independent-2017-11-24").address in prose


def test_the_other_dates_of_the_hunt(prose):
    oldest = lesson.earliest("P4S7", "any")
    assert stated(prose, r"a sentence of March 2018 gets (\w+) years older") == 2018 - oldest.spoken.year - 1
    assert (oldest.spoken.year, oldest.place) == (2003, "Tokyo") and "Japan's government of 2003" in prose
    twin = lesson.earliest("T1")
    assert stated(prose, r"an older twin, (\w+) days older") == (provenance.MEETING.day - twin.spoken).days
    for text, found in (("T1", True), ("T3", True), ("P4S2", False)):
        assert bool(lesson.standing(text).on_the_day) is found
    pages = {match.document for match in lesson.standing("T1").on_the_day}
    assert pages == {"tass-2018-03-21-directly", "us-embassy-2018-03-22"}, (
        "a Russian report and an American digest"
    )
    assert stated(prose, r"Of P4S5 (\w+) pages of the day have the point") == len(
        lesson.standing("P4S5").point_on_the_day
    )


def test_the_distances(prose):
    near, far = lesson.nearest_site("kp_pyongyang", "tgt_honolulu"), lesson._far()
    assert near[0] == "site_akita" and stated(prose, r"territory passes (\d+) km from Akita") == round(
        near[1]
    )
    assert stated(prose, r"second globe: about ([\d,]+) km") == round(far, -2)
    both = max(lesson.approach("kp_pyongyang", "tgt_tokyo", site).km for site in lesson.SITES)
    assert stated(prose, r"a path to Tokyo passes within (\d+) km of both") == round(both, -1)
    bases = [row for row in data.read("places") if row["kind"] == "missile_base"]
    assert stated(prose, r"take the (\w+) Russian bases") == len(bases)
    guam = lesson.nearest_site("ru_irkutsk", "tgt_guam")[1]
    assert stated(prose, r"to Guam a path passes within (\d+) km") == round(guam)
    assert min(lesson.nearest_site(b["id"], "tgt_guam")[1] for b in bases) == pytest.approx(guam)
    worst = max(lesson.nearest_site("kp_pyongyang", t)[1] for t in ("tgt_honolulu", "tgt_guam"))
    assert f"within {worst:.0f} km" in lesson.globes_finding() and f"{far:,.0f} km" in lesson.globes_finding()


def test_the_distances_of_the_quiz():
    import yaml

    tree = yaml.safe_load(data.path("quizzes/03_missile_defence.yaml").read_text(encoding="utf-8"))
    items = {item["id"]: item for item in tree["items"]}
    stem = items["03-3"]["stem"]
    assert stated(stem, r"passes (\d+) km from Akita") == round(
        lesson.approach("kp_pyongyang", "tgt_honolulu", "site_akita").km
    )
    assert stated(stem, r"no nearer than ([\d,]+) km") == round(
        lesson.nearest_site("ru_uzhur", "tgt_seattle")[1]
    )
    told = " ".join(option["feedback"] for option in items["03-4"]["options"])
    pairs = [(r"about (\d+) km and about", "kp_pyongyang", "site_yamaguchi"), (r"and about ([\d,]+) km", "kp_pyongyang", "site_akita"),
             (r"about (\d+) km to the one", "city_vladivostok", "site_akita")]  # fmt: skip
    for pattern, one, other in pairs:
        assert stated(told, pattern) == pytest.approx(geodesy.great_circle_km(AT[one], AT[other]), abs=10)
    far = geodesy.great_circle_km(AT["city_petropavlovsk"], AT["site_akita"])
    assert (
        far > 2 * geodesy.great_circle_km(AT["city_vladivostok"], AT["site_akita"])
        and "more than twice" in told
    )


def test_the_matrix_of_the_lesson(prose):
    ratings = lesson.shipped_ratings()
    assert set(ratings["no-risk"].values()) == {"C"} and "“No risk from Japan”: four times C" in prose

    def first(left_out=""):
        scores = hypotheses.inconsistency(ratings, {left_out: 0} if left_out else None)
        return hypotheses.ranking(scores)[0].hypotheses

    assert first() == ("deterrent", "leverage") and "Two answers share the lead" in prose
    assert first("geometry") == ("deterrent",) and "Without “The distance” the deterrent leads alone" in prose
    assert first("europe") == ("leverage",) and "without “Europe too” it is the lever" in prose
    changing = [drop for drop in hypotheses.drop_one(ratings) if drop.changes_first]
    assert stated(prose, r"and (\w+) of the nine rows could change that") == len(changing)
    assert "Four answers, all ours" in prose and len(data.read("hypotheses")) == 4
    assert "nine pieces of evidence" in prose and len(ratings) == len(data.read("evidence_rows")) == 9


def test_the_minutes_of_the_tasks():
    assert_minutes(lesson, "thirty-five minutes", 35)


def test_each_word_of_the_glossary_is_bold_where_it_first_stands():
    assert_words_are_bold(lesson)


# --- the finding, and how it breaks ---


def transcript(**change):
    """A record of 21 March such as a reader might find: the Russian transcript, with the words of P4S2 in it."""
    row = {
        "publisher": "A ministry", "title": "Press conference of the ministers", "date": "2018-03-21", "language": "ru",
        "address": "https://example.org/transcript", "side": "Russia", "place": "Tokyo", "read": "full", "item": "P4S2",
        "finding": "close", "words": "Япония вместе с Южной Кореей",
    }  # fmt: skip
    return row | change


def test_the_finding_is_ours_and_loses_when_a_record_of_the_day_turns_up():
    before = lesson.conclusion(DOCUMENTS, MATCHES)
    assert "four months earlier (P4S2, P4S3" in " ".join(before.split()) and "that we could read" in before
    rows = lesson.axis_rows()
    assert lesson.axis_finding(rows).startswith("4 of 6 sentences")
    merged = finds.merge([transcript()], DOCUMENTS, MATCHES)
    after = " ".join(lesson.conclusion(*merged).split())
    assert "P4S2" in after and "repeated" in after and "(P4S3" in after
    moved = lesson.axis_rows(tables=merged)
    assert lesson.axis_finding(moved).startswith("3 of 6 sentences")
    marks = next(row["marks"] for row in moved if row["text"] == "P4S2")
    assert (provenance.MEETING.day, "close", 1, True) in marks, "a ring marks the reader's own"
    assert lesson.changes(DOCUMENTS, MATCHES) == "No row of yours yet."
    told = " ".join(lesson.changes(*merged).split())
    assert (
        told.startswith("Your 1 row changed this: P4S2:")
        and "repeated" in told
        and "As before: P4S3, P4S4" in told
    )
    assert_readable(lesson.draw_axis(moved), "could read")


def test_an_older_page_changes_the_date():
    older = transcript(
        date="2017-06-01", place="St Petersburg", finding="exact", address="https://example.org/older"
    )
    merged = finds.merge([older], DOCUMENTS, MATCHES)
    assert "St Petersburg (1 June 2017)" in " ".join(lesson.conclusion(*merged).split())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"date": "21 March"}, "column date"),
        ({"item": "P9S9"}, "column item"),
        ({"address": "a page I saw"}, "column address"),
        ({"finding": "perhaps"}, "column finding"),
        ({"words": " ".join(["word"] * 13)}, "column words"),
        ({"read": "part", "finding": "not_in_it", "words": ""}, "column finding"),
    ],
)
def test_a_bad_row_is_named_and_refused(change, named):
    slips = finds.problems(transcript(**change), finds.items())
    assert len(slips) == 1 and slips[0].startswith(named), slips


def test_the_conclusion_names_no_motive_and_no_fault():
    merged = finds.merge([transcript()], DOCUMENTS, MATCHES)
    for text in (
        lesson.conclusion(DOCUMENTS, MATCHES),
        lesson.conclusion(*merged),
        lesson.axis_finding(lesson.axis_rows()),
    ):
        assert lesson._BLAME.search(text) is None


def test_the_caution_stands_on_the_figure():
    assert "not in the records of 21 March that we could read" in " ".join(
        lesson.draw_axis(lesson.axis_rows()).figure.get_supxlabel().split()
    )
    assert "No radar, no launcher software, no intent" in " ".join(
        lesson.draw_globes().figure.get_supxlabel().split()
    )


def test_not_seen_never_counts_as_absent():
    texts = {row["text"]: row for row in lesson.axis_rows(lesson.SENTENCES)}
    for text, row in texts.items():
        read = {
            m.document
            for m in provenance.dated(MATCHES, DOCUMENTS, text)
            if m.spoken == provenance.MEETING.day
        }
        full = {d["id"] for d in DOCUMENTS if d["read"] == "full"}
        assert row["silent"] <= len(read & full) and row["unseen"] == len(
            provenance.standing(text, MATCHES, DOCUMENTS).unseen
        )


# --- the geometry ---


@pytest.mark.parametrize("start", lesson.STARTS)
def test_a_closest_approach_agrees_with_points_along_the_geodesic(start):
    """Against pyproj, point by point along the way on the ellipsoid: a per cent and 15 km at most."""
    for target in lesson.TARGETS:
        (lat, lon), (lat2, lon2) = AT[start], AT[target]
        points = [(lon, lat), *ELLIPSOID.npts(lon, lat, lon2, lat2, 400), (lon2, lat2)]
        for site in lesson.SITES:
            wanted = min(ELLIPSOID.inv(x, y, AT[site][1], AT[site][0])[2] for x, y in points) / 1000
            assert lesson.approach(start, target, site).km == pytest.approx(wanted, rel=0.0057, abs=20)


def test_each_side_has_one_claim_of_each_verdict():
    for side in lesson.SIDE_NAMES:
        verdicts = [row["verdict"] for row in data.read("defence_claims_geometry") if row["side"] == side]
        assert sorted(verdicts) == ["cannot_tell", "supports", "weakens"]


# --- the judges ---


def test_the_key_of_the_hunt_is_computed_from_the_table():
    for text, truth in lesson._TRUTH.items():
        first, stands = lesson.earliest(text), lesson.standing(text)
        assert truth["day"] == first.spoken.isoformat() and truth["day"] in lesson.EVENTS
        assert (truth["on_the_day"] == "yes") == bool(stands.on_the_day)


@pytest.mark.parametrize(
    "word",
    [
        "fabricated",
        "invented",
        "faked",
        "manipulated",
        "propaganda",
        "lied",
        "made-up",
        "plagiarism",
        "falsified",
        "planted",
        "bogus",
        "misquoted",
        "backdated",
        "recycled",
    ],
)
def test_a_conclusion_that_blames_is_refused(word):
    text = f"The words were in print in November 2017, and we have not found them in March, so somebody {word} them for Tokyo."
    verdict = evaluate(lesson.HUNT, lesson._hunt_answer(conclusion=text)).verdict
    assert verdict.status is Status.NOT_YET and f"“{word}” says why" in verdict.message


@pytest.mark.parametrize(
    "text",
    [
        "These words stood in print in November 2017, from Moscow. Whether he also said them in Tokyo no record we have read can tell.",
        "Four months before the meeting The Independent printed this clause. We couldn't find it in any report of 21 March so far.",
        "The statement is older than the meeting: it was reported in 2017. A full transcript of 21 March may still contain it.",
        "In print on 24.11.17, from Moscow, and absent from the eight records of the meeting that we read from first line to last.",
        "We do not say that they were invented: they were in print in November, and none of the records that we read contains them.",
        "Nothing here shows that anyone lied. The words are four months older than the visit; a transcript may show that he repeated them.",
    ],
)
def test_an_honest_conclusion_is_complete(text):
    assert evaluate(lesson.HUNT, lesson._hunt_answer(conclusion=text)).verdict.status is Status.COMPLETE


@pytest.mark.parametrize(
    "text",
    [
        "He said it in November in Moscow, so he did not say it in Tokyo. No record that we have read shows it.",
        "These words are from November, and he cannot have said them in Tokyo, as none of the records of the day has them.",
        "The words were in print four months earlier. It is certain that they belong to Moscow; the records of the day lack them.",
    ],
)
def test_a_conclusion_that_is_too_sure_is_refused(text):
    verdict = evaluate(lesson.HUNT, lesson._hunt_answer(conclusion=text)).verdict
    assert verdict.status is Status.NOT_YET and "more than it can show" in verdict.message


def test_land_on_a_globe_is_never_sea():
    """Points in the open ocean lie in no outline, whichever path is shown."""
    from matplotlib.collections import PolyCollection
    from matplotlib.path import Path

    from parley.plotting import globe, new_axes, on_globe

    ocean = [
        (30, -170),
        (0, 160),
        (40, 170),
        (20, 155),
        (-20, -140),
        (35, -50),
        (15, 65),
        (-15, 80),
        (60, -20),
    ]
    for start in lesson.STARTS:
        for target in lesson.TARGETS:
            centre = lesson._between(geodesy.path(AT[start], AT[target], 60))
            ax = globe(new_axes(height=3), centre)
            (land,) = [c for c in ax.collections if isinstance(c, PolyCollection)]
            for point, (x, y, seen) in zip(ocean, on_globe(ocean, centre)):
                if seen:
                    wet = not any(Path(path.vertices).contains_point((x, y)) for path in land.get_paths())
                    assert wet, (start, target, point)


def test_any_change_in_a_matrix_is_judged_by_that_matrix():
    answer = lesson._answers_answer()
    for row in lesson._RATINGS:
        verdict = evaluate(lesson.COMPETING, answer | {"hangs_on": row}).verdict
        changes = next(d for d in hypotheses.drop_one(lesson._RATINGS) if d.evidence == row).changes_first
        assert verdict.done is changes


def test_kinds_are_spread_alike_over_the_sides():
    table = lesson.claims_table(lesson.SORT.right[0])
    assert all(len(claims) == 1 for sides in table.values() for claims in sides.values())
    assert lesson.claims_finding(table).startswith("On all four questions")
    one_box = lesson.claims_table({"claims": dict.fromkeys(lesson.CLAIMS, "intent")})
    assert lesson.claims_finding(one_box).startswith("Your sorting so far: 8 of 8")
    assert_readable(lesson.draw_claims(one_box), "data/defence_claims.csv")
    assert "no claim sorted yet" in lesson.claims_finding(lesson.claims_table())


# --- neutrality, figures ---


FIGURES = {
    "claims": lambda: (lesson.draw_claims(t := lesson.claims_table(lesson.SORT.right[0])), lesson.claims_words(t), "data/defence_claims.csv"),
    "no claims": lambda: (lesson.draw_claims(t := lesson.claims_table()), lesson.claims_words(t), "data/defence_claims.csv"),
    "axis": lambda: (lesson.draw_axis(t := lesson.axis_rows()), lesson.axis_words(t), "could read"),
    "globes": lambda: (lesson.draw_globes(), lesson.globes_words(), "our arithmetic"),
    "matrix": lambda: (lesson.draw_matrix(t := lesson.shipped_ratings()), lesson.matrix_words(t), "module assumption"),
}  # fmt: skip


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_readable_and_described(name):
    ax, alt, source = FIGURES[name]()
    assert_readable(ax, source)
    assert_described(alt)


def test_the_matrix_has_a_letter_in_every_cell_and_strikes_out_what_is_left_out():
    ax = lesson.draw_matrix(lesson.shipped_ratings(), {"geometry": 0})
    words = [t.get_text() for t in ax.texts]
    assert sum(word in hypotheses.RATINGS for word in words) == 36 and "The distance (left out)" in words
    assert lesson.matrix_finding(lesson.shipped_ratings(), {"geometry": 0}).startswith(
        "“The deterrent” has least against it"
    )
