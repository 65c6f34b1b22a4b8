"""Shared words, dated matches, and a conclusion that follows the rows and can lose."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.analysis import provenance
from parley.analysis.provenance import OWN, SPELLINGS, Run, longest_common_run, words_of

# Invented papers, and sentences by the ids of the article: no word of it is here.


def document(id, day, publisher=None, place="", event=None, read="part", precision="day", **more):
    return {
        "id": id,
        "date": date.fromisoformat(day),
        "precision": precision,
        "publisher": publisher or f"The {id.title()}",
        "kind": "press",
        "event_date": date.fromisoformat(event) if event else None,
        "event_place": place,
        "read": read,
        "source": f"{id}-key",
        "status": "VERIFIED",
    } | more


def match(document, sentence, kind, **more):
    return {"document": document, "sentence": sentence, "match": kind, "words": None, "status": ""} | more


AUTUMN = {"event": "2017-11-24", "place": "Moscow"}
SPRING = {"event": "2018-03-21", "place": "Tokyo"}
DOCUMENTS = [
    document("herald", "2017-11-24", **AUTUMN),
    document("courier", "2017-11-25", **AUTUMN),
    document("gazette", "2018-03-16", event="2018-03-16", place="Moscow"),
    document("wire", "2018-03-21", **SPRING, read="full"),
    document("mirror", "2018-03-22", **SPRING),
    document("digest", "2018-03-22", **SPRING),
    document("article", "2018-03-21", **SPRING, read="full", source="valdai-article"),
]
MATCHES = [
    match("herald", "P4S2", "exact", words=38),
    match("courier", "P4S2", "exact"),
    match("courier", "P4S3", "close"),
    match("wire", "P4S2", "not_in_it"),
    match("mirror", "P4S2", "not_seen"),
    match("digest", "P4S2", "not_seen"),
    match("wire", "P4S3", "not_in_it"),
    match("gazette", "P4S6", "other_words", speaker="a spokesman"),
    match("mirror", "P4S6", "not_seen"),
    match("wire", "P4S7", "exact"),
    match("herald", "P4S8", "not_in_it"),
    match("digest", "P4S5", "other_words"),
    match("article", "P4S2", "exact"),
    match("article", "P4S8", "exact"),
]
FINDINGS = {
    "P4S2": "P4S2: the article attributes to the Tokyo meeting words that The Herald reported from Moscow (24 November "
    "2017), four months earlier. We have not found them in the records of 21 March that we could read (one in full, two in "
    "part).",
    "P4S3": "P4S3: the article attributes to the Tokyo meeting a statement that The Courier reported, in another wording, "
    "from Moscow (24 November 2017), four months earlier. We have not found it in the records of 21 March that we could "
    "read (one in full, none in part).",
    "P4S5": "P4S5: The Digest, a record of 21 March that came out on 22 March, has the point or part of it. The statement "
    "itself we have not found in the records of 21 March that we could read (none in full, one in part).",
    "P4S6": "P4S6: The Gazette reported the point or part of it (a spokesman) from Moscow (16 March), five days earlier. We "
    "have not found it in the records of 21 March that we could read (none in full, one in part).",
    "P4S7": "P4S7: the words are in The Wire, a record of 21 March. We have found nothing earlier.",
    "P4S8": "P4S8: no record of 21 March has been read for it.",
    "P1S1": "P1S1: nobody has looked for it yet.",
}
OVERALL = (
    "The article attributes to the Tokyo meeting words that agencies reported from Moscow four months earlier (P4S2; in "
    "another wording P4S3); we have not found them in the records of 21 March that we could read (one in full, two in part)."
)


def finding(sentence, documents=DOCUMENTS, matches=MATCHES):
    return provenance.finding(sentence, matches, documents)


def overall(documents=DOCUMENTS, matches=MATCHES, **more):
    return provenance.overall(matches, documents, **more)


# --- runs of words ---


def test_the_longest_run_is_found_whatever_the_marks():
    a = "He said: “The elements, as you know, of a world-wide defense system” — and left."
    b = "the elements as you KNOW of a world wide defence system"
    assert longest_common_run(a, b) == Run("the elements as you know of a world wide", 9)
    assert longest_common_run(a, b, SPELLINGS).length == 11
    assert longest_common_run("Один и тот же текст", "это один и тот же").text == "один и тот же"


def test_nothing_in_common_is_a_run_of_nothing():
    assert longest_common_run("tea", "coffee") == longest_common_run("", "") == Run("", 0)


def test_a_common_word_is_not_thrown_away_in_a_long_text():
    long = "the " * 300 + "pier"  # difflib's own short cut would take "the" for noise
    assert longest_common_run(long, "the the the pier").length == 4


texts = st.lists(st.sampled_from("a b c d".split()), max_size=12).map(" ".join)


@given(texts, texts)
def test_a_run_stands_in_both_and_none_is_longer(a, b):
    run = longest_common_run(a, b)
    one, other = f" {a} ", f" {b} "
    assert run.length == len(words_of(run.text)) == longest_common_run(b, a).length
    assert not run.length or (f" {run.text} " in one and f" {run.text} " in other)
    words = words_of(a)
    longer = (words[i : i + run.length + 1] for i in range(len(words) - run.length))
    assert not any(f" {' '.join(piece)} " in other for piece in longer)


@given(texts)
def test_a_text_shares_all_of_itself(a):
    assert longest_common_run(a, a).length == len(a.split())


# --- dated matches ---


def test_the_earliest_is_by_the_day_of_the_words():
    found = provenance.earliest_match(MATCHES, DOCUMENTS, "P4S2")
    assert (found.document, found.kind, found.spoken, found.place) == (
        "herald",
        "exact",
        date(2017, 11, 24),
        "Moscow",
    )
    assert provenance.earliest_match(MATCHES, DOCUMENTS, "P4S6") is None
    assert provenance.earliest_match(MATCHES, DOCUMENTS, "P4S6", ("other_words",)).document == "gazette"
    assert provenance.earliest_match(MATCHES, DOCUMENTS, "P1S1") is None


def test_a_vague_date_is_never_called_earlier_than_it_surely_was():
    vague = document("almanac", "2017-11-01", precision="month")
    rows = [*MATCHES, match("almanac", "P4S2", "exact")]
    assert provenance.earliest_match(rows, [*DOCUMENTS, vague], "P4S2").document == "herald"
    year = document("almanac", "2018-01-01", precision="year")
    stands = provenance.standing("P4S7", [*MATCHES, match("almanac", "P4S7", "exact")], [*DOCUMENTS, year])
    assert stands.earlier is None, "2018 may be later than 21 March"
    october = document("almanac", "2017-10-01", precision="month")
    assert provenance.earliest_match(rows, [*DOCUMENTS, october], "P4S2").document == "almanac"
    assert "(October 2017), five months earlier" in finding("P4S2", [*DOCUMENTS, october], rows)


def test_a_record_printed_later_of_an_earlier_event_is_earlier():
    memoir = document("memoir", "2018-03-20", event="2016-12-15", place="Nagato", kind="document")
    rows = [*MATCHES, match("memoir", "P4S2", "close")]
    assert provenance.earliest_match(rows, [*DOCUMENTS, memoir], "P4S2").document == "memoir"
    assert "that The Memoir published, in another wording, from Nagato (15 December 2016)" in finding(
        "P4S2", [*DOCUMENTS, memoir], rows
    )


def test_the_article_is_no_record_of_the_day():
    assert all(found.document != "article" for found in provenance.dated(MATCHES, DOCUMENTS))


def test_of_two_rows_for_one_page_the_more_telling_holds():
    rows = [*MATCHES, match("mirror", "P4S2", "exact")]
    kinds = [f.kind for f in provenance.dated(rows, DOCUMENTS, "P4S2") if f.document == "mirror"]
    assert kinds == ["exact"]


def test_the_axis_has_a_lane_for_each_sentence_in_reading_order():
    lanes = provenance.time_axis([*MATCHES, match("wire", "P4S10", "not_seen")], DOCUMENTS)
    assert [lane.sentence for lane in lanes] == ["P4S2", "P4S3", "P4S5", "P4S6", "P4S7", "P4S8", "P4S10"]
    assert {lane.article for lane in lanes} == {date(2018, 3, 21)}
    assert [(m.document, m.kind) for m in lanes[0].marks] == [
        ("herald", "exact"),
        ("courier", "exact"),
        ("wire", "not_in_it"),
        ("digest", "not_seen"),
        ("mirror", "not_seen"),
    ]


def test_a_damaged_table_is_named():
    with pytest.raises(ValueError, match="'paper', which is not in the table"):
        provenance.dated([match("paper", "P4S2", "exact")], DOCUMENTS)
    with pytest.raises(ValueError, match="'maybe' is none of exact, close"):
        provenance.dated([match("wire", "P4S2", "maybe")], DOCUMENTS)


# --- the conclusion ---


@pytest.mark.parametrize("sentence", FINDINGS)
def test_the_wording_of_a_sentence(sentence):
    assert finding(sentence) == FINDINGS[sentence]


def test_the_wording_over_all():
    assert overall() == OVERALL
    assert "words that newspapers reported" in overall(reporters="newspapers")


def test_one_record_of_the_day_with_the_words_changes_the_conclusion():
    rows = [*MATCHES, match("transcript", "P4S2", "exact", status=OWN)]
    papers = [
        *DOCUMENTS,
        document("transcript", "2018-03-21", "The Ministry", **SPRING, read="full", status=OWN),
    ]
    said = finding("P4S2", papers, rows)
    assert said == (
        "P4S2: The Herald reported these words from Moscow (24 November 2017), four months earlier. They are also in "
        "The Ministry, a record of 21 March (your own row): the words were repeated."
    )
    whole = overall(papers, rows)
    assert whole == (
        "In another wording, P4S3 is what The Courier reported from Moscow four months earlier; we have not found it in the "
        "records of 21 March that we could read (one in full, none in part). What the article has in P4S2, and agencies "
        "reported from Moscow four months earlier, is also in The Ministry, a record of 21 March (your own row): the words "
        "were repeated."
    )


def test_another_wording_or_language_of_the_day_is_a_repetition_too():
    rows = [*MATCHES, match("mirror", "P4S2", "close")]
    assert finding("P4S2", matches=rows).endswith(
        "The statement is also in The Mirror, a record of 21 March that came out on 22 March: the statement was repeated."
    )
    assert "P4S2" not in overall(matches=rows).split(";")[0]


def test_the_point_on_the_day_is_told_and_is_not_the_words():
    rows = [*MATCHES, match("digest", "P4S2", "other_words")]
    said = finding("P4S2", matches=rows)
    assert "The Digest, a record of 21 March that came out on 22 March, has the point or part of it;" in said
    assert "the words we have not found that day" in said and "repeated" not in said
    assert "P4S2" in overall(matches=rows).split(";")[0]


def test_another_wording_of_before_and_the_point_on_the_day_accuse_nobody():
    rows = [*MATCHES, match("digest", "P4S3", "other_words")]
    assert finding("P4S3", matches=rows) == (
        "P4S3: The Digest, a record of 21 March that came out on 22 March, has the point or part of it. The Courier "
        "reported the same statement, in another wording, from Moscow (24 November 2017), four months earlier."
    )
    assert "P4S3" not in overall(matches=rows)


def test_a_longer_run_comes_before_a_shorter_one_of_the_same_day():
    rows = [*MATCHES, match("courier", "P4S4", "exact", words=30), match("herald", "P4S4", "exact", words=13)]
    assert provenance.earliest_match(rows, DOCUMENTS, "P4S4").document == "courier"


def test_clauses_of_other_texts_have_a_finding_and_no_part_in_the_conclusion():
    rows = [*MATCHES, match("gazette", "T1", "close"), match("wire", "T1", "exact")]
    assert overall(matches=rows) == OVERALL
    assert finding("T1", matches=rows) == (
        "T1: The Gazette reported the same statement, in another wording, from Moscow (16 March), five days earlier. The "
        "statement is also in The Wire, a record of 21 March: the statement was repeated."
    )
    assert "T1" in overall(matches=rows, sentences=["T1"]) and "P4" not in overall(
        matches=rows, sentences=["T1"]
    )


def test_an_even_earlier_match_moves_the_finding():
    papers = [*DOCUMENTS, document("monitor", "2017-06-02", event="2017-06-01", place="Singapore")]
    rows = [*MATCHES, match("monitor", "P4S2", "exact")]
    assert "The Monitor reported from Singapore (1 June 2017), ten months earlier" in finding(
        "P4S2", papers, rows
    )
    assert overall(papers, rows).startswith(
        "The article attributes to the Tokyo meeting words that The Monitor reported from Singapore ten months earlier "
        "(P4S2); we have not found them in the records of 21 March that we could read (one in full, two in part). In another "
        "wording, P4S3 is what The Courier reported from Moscow four months earlier; we have not found"
    )


def test_when_every_sentence_was_repeated_nothing_is_said_to_be_missing():
    rows = [*MATCHES, match("wire", "P4S2", "exact"), match("mirror", "P4S3", "close")]
    said = overall(matches=rows)
    assert "not found" not in said and said.count("repeated") == 1
    assert said.startswith(
        "What the article has in P4S2, P4S3, and agencies reported from Moscow four months"
    )


def test_with_nothing_earlier_there_is_no_case():
    late = [row for row in MATCHES if row["document"] not in ("herald", "courier")]
    assert overall(matches=late) == "No sentence was found before 21 March alone."
    assert overall([], []) == "No sentence was found before 21 March alone."


def test_not_seen_is_never_counted_as_absent():
    stands = provenance.standing("P4S2", MATCHES, DOCUMENTS)
    assert [m.document for m in stands.without] == ["wire"]
    assert sorted(m.document for m in stands.unseen) == ["digest", "mirror"]
    # a record read in part has not been read to the end, whatever its row says; nor has one that is "not seen"
    rows = [*MATCHES[:3], match("mirror", "P4S2", "not_in_it"), match("wire", "P4S2", "not_seen")]
    stands = provenance.standing("P4S2", rows, DOCUMENTS)
    assert stands.without == () and len(stands.unseen) == 2
    assert "(none in full, two in part)" in provenance.finding("P4S2", rows, DOCUMENTS)


def test_without_a_record_of_the_day_nothing_is_said_of_the_day():
    rows = [row for row in MATCHES if row["document"] in ("herald", "courier", "gazette")]
    assert finding("P4S2", matches=rows).endswith("No record of 21 March has been read for them.")
    assert overall(matches=rows).endswith("no record of 21 March has been read for them.")
    assert finding("P4S6", matches=rows).endswith("No record of 21 March has been read for it.")
    assert finding("P4S3", matches=rows).endswith("No record of 21 March has been read for it.")


def test_a_later_document_counts_nowhere():
    papers = [*DOCUMENTS, document("review", "2018-05-01", event="2018-04-30", place="Kyoto")]
    rows = [*MATCHES, match("review", "P4S2", "exact")]
    assert finding("P4S2", papers, rows) == finding("P4S2")


def test_the_day_and_the_place_can_be_others():
    meeting = provenance.Meeting(date(2017, 11, 24), "Moscow")
    assert provenance.finding("P4S2", MATCHES, DOCUMENTS, meeting).startswith(
        "P4S2: the words are in The Herald, a record of 24 November 2017"
    )


@pytest.mark.parametrize("sentence", FINDINGS)
def test_no_wording_says_more_than_was_found(sentence):
    for text in (finding(sentence), overall()):
        assert not re.search(r"\b(fabricat|fak|invent|lie[sd]?\b|false|made up|never|cop[iy])", text.lower())


@pytest.mark.parametrize(
    ("days", "said"),
    [(1, "one day"), (5, "five days"), (13, "13 days"), (14, "two weeks"), (59, "eight weeks"), (117, "four months"),
     (365, "12 months"), (800, "two years")],
)  # fmt: skip
def test_spans_in_words(days, said):
    earlier = date.fromordinal(date(2018, 3, 21).toordinal() - days)
    assert provenance._span(earlier, date(2018, 3, 21)).replace("twelve", "12") == said
