"""Lesson 00: every number its prose states, its figures, and what only this lesson has."""

import re
from datetime import date

import nbformat
import pytest
from figure_rules import assert_described, assert_readable
from hypothesis import given
from hypothesis import strategies as st

from parley import article, data
from parley.exercises import Status, evaluate
from parley.lessons import orientation as lesson
from parley.quizzes import load

ROOT = data.project()


def cells(folder):
    return nbformat.read(ROOT / folder / "00_orientation.ipynb", as_version=4).cells


@pytest.fixture(scope="module")
def prose():
    return "\n\n".join(cell.source for cell in cells("notebooks") if cell.cell_type == "markdown")


SMALL_NUMBERS = "no one two three four five six seven eight nine ten".split()


def stated(prose, pattern):
    """The number that the prose states where ``pattern`` has its group, in digits or as a word."""
    found = re.search(pattern, prose)
    assert found, f"the prose no longer says {pattern!r}"
    word = found.group(1).lower()
    return int(word) if word.isdigit() else SMALL_NUMBERS.index(word)


# --- numbers in the prose ---


def test_the_shape_of_the_article(prose):
    assert stated(prose, r"It has (\w+) paragraphs") == len(article.paragraphs())
    assert stated(prose, r"paragraphs and (\w+) sentences") == len(article.sentences())


def test_the_tiles_left_open(prose):
    open_tiles = [i for i, label in lesson.labels_shown().items() if label is None]
    assert stated(prose, r"(\w+) tiles are left open") == len(open_tiles)
    assert stated(prose, r"of the (\w+) others") == len(article.sentences()) - len(open_tiles)


def test_what_row_p4_shows(prose):
    row = [label for i, label in lesson.labels_shown().items() if i.startswith("P4") and label]
    assert stated(prose, r"Of the (\w+) tiles that are labelled") == len(row)
    assert stated(prose, r"labelled, (\w+) are Russia's") == row.count("russia")
    assert stated(prose, r"Russia's and (\w+) is Japan's") == row.count("japan")


def test_how_many_sentences_can_be_read_in_two_ways(prose):
    two_ways = [i for i, others in lesson.accepted().items() if others]
    assert stated(prose, r"(\w+) of the 28 can be read in two ways") == len(two_ways)


def test_the_clippings_are_four_months_apart_and_share_their_words(prose):
    a, b = data.read("clippings")
    assert stated(prose, r"two cities, (\w+) months apart") == round((a["date"] - b["date"]).days / 30.4)
    assert a["quote"].replace("defense", "defence") == b["quote"] != a["quote"]
    for clipping in (a, b):
        assert f"“{clipping['quote']}”" in prose
        assert data.cite(clipping["source"]).publisher in prose
    assert b["date"] == date(2017, 11, 24) and "24 November 2017" in prose


def test_how_many_labels_the_codebook_has(prose):
    assert stated(prose, r"Ours has (\w+)") == len(lesson.codebook()) == len(lesson.NAMES)


def test_the_source_card_has_as_many_lines_as_the_prose_says(prose):
    assert stated(prose, r"write down (\w+) things about it") == len(lesson.INDEPENDENT.lines())


def test_the_minutes_of_the_exercises_add_up(prose):
    core = sum(e.minutes for e in lesson.EXERCISES if e.core)
    assert core == 20 and "Twenty minutes of practice" in prose
    assert sum(e.minutes for e in lesson.EXERCISES if not e.core) == lesson.LESSON.stretch
    for exercise in lesson.EXERCISES:
        task = next(c.source for c in cells("solutions") if c.id == f"ex{exercise.id[-1]}-task")
        assert f"*{'Core' if exercise.core else 'Stretch'}, {exercise.minutes} minutes.*" in task
        assert f"## {exercise.id} · {exercise.title}" in task


def test_the_core_fits_its_forty_minutes():
    """Reading at 180 words a minute, the article at 4 minutes, 75 s a question, the exercises as declared."""
    words = sum(len(c.source.split()) for c in cells("notebooks") if c.cell_type == "markdown")
    minutes = (
        words / 180
        + 4
        + 1.25 * len(load("00_orientation").items)
        + sum(e.minutes for e in lesson.EXERCISES if e.core)
    )
    assert minutes == pytest.approx(lesson.LESSON.core, rel=0.2)


# --- words ---


def test_each_word_of_the_glossary_is_bold_where_it_first_stands(prose):
    announced = set(re.findall(r"\*(\w[\w ]*)\*(?=[,.])", prose[prose.index("## Words of this lesson") :]))
    for row in lesson.glossary():
        term = row["term"]
        if term in announced:  # the few that the lesson lists and does not explain
            continue
        text = re.sub(r"(?m)^#.*$", "", prose)  # a heading explains nothing
        first = re.search(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", text, re.IGNORECASE)
        assert first, f"{term!r} is in the glossary and not in the lesson"
        around = text[max(0, first.start() - 2) : first.end() + 2]
        assert around.startswith("**") and around.endswith("**"), f"{term!r} first stands in: {around!r}"


# --- nothing gives an exercise away ---


def test_the_lesson_shows_no_label_that_an_exercise_asks_for():
    asked = {lesson.GAP, *lesson.FOUR}
    assert {i for i, label in lesson.labels_shown().items() if label is None} == asked
    assert not asked & set(lesson.GIVEN)
    for cell in cells("notebooks"):
        for named in re.findall(r"explain\(\"(\w+)\"\)", cell.source):
            assert named not in asked
    quizzed = {s for item in load("00_orientation").items.values() for s in item.sentences}
    assert not quizzed & asked


# --- figures ---


def test_the_tiles():
    labels = lesson.labels_shown()
    ax = lesson.draw_voices(labels)
    assert_readable(ax, "module assumption")
    seen = [label for label in labels.values() if label]
    title = ax.get_title(loc="left")
    assert f"{seen.count('fact') + seen.count('judgement')} of {len(seen)}" in title
    assert title.endswith(f"Russia {seen.count('russia')}, Japan {seen.count('japan')}")
    assert_described(lesson.voices_alt(labels), "28 tiles", f"Japan's side {seen.count('japan')}")
    words = [t.get_text() for t in ax.texts if t.get_text() != "*"]
    assert len(words) == 28 and words.count("yours") == 5 and words.count("Japan") == seen.count("japan")
    starred = [i for i, label in labels.items() if label and lesson.accepted()[i]]
    assert len(ax.texts) - len(words) == len(starred)


def test_the_tiles_take_axes_and_follow_the_labels():
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    all_fact = dict.fromkeys(lesson.key(), "fact")
    assert lesson.draw_voices(all_fact, ax) is ax
    assert "28 of 28" in ax.get_title(loc="left")


def test_a_table_stands_behind_the_tiles():
    table = lesson.voices_table(lesson.labels_shown())
    assert len(table) == 28 and sum("yours" in row["voice"] for row in table) == 5
    assert "<details>" in table.folded()._repr_html_()


def test_the_source_card():
    ax = lesson.draw_card(
        lesson.INDEPENDENT, "Clipping B can speak for Moscow, not for Tokyo", "The Independent"
    )
    assert_readable(ax, "The Independent")
    assert_described(lesson.card_alt(lesson.INDEPENDENT), "Caroline Mortimer", "24 November 2017")


# --- exercises ---


def test_four_voices_counts_and_says_where_but_not_which():
    key = {"P2S3": "judgement", "P3S2": "both", "P4S2": "russia", "P4S5": "judgement"}
    for wrong in lesson.FOUR:
        message = evaluate(lesson.FOUR_VOICES, {"voice": key | {wrong: "japan"}}).verdict.message
        assert "3 of 4 match" in message and f"paragraph {wrong[1]}" in message and wrong not in message


def test_the_sentence_on_which_careful_readers_differ_is_told_after_passing():
    for label in ("judgement", "russia"):
        verdict = evaluate(
            lesson.FOUR_VOICES,
            {"voice": lesson.key() and {**{i: lesson.key()[i] for i in lesson.FOUR}, "P4S5": label}},
        ).verdict
        assert verdict.status is Status.PASSED and "P4S5" in verdict.message


def test_every_wrong_choice_on_the_card_has_its_own_line():
    right = dict(lesson.CARD.right[0])
    messages = []
    for field in lesson.CARD.fields[:5]:
        for option in field.options:
            if option != right[field.name]:
                verdict = evaluate(lesson.CARD, right | {field.name: option}).verdict
                assert verdict.status is Status.NOT_YET and "4 of 5" in verdict.message
                messages.append(verdict.message)
    assert len(set(messages)) >= 10


def test_prose_is_never_called_right():
    verdict = evaluate(lesson.CARD, lesson.CARD.right[0]).verdict
    assert verdict.status is Status.COMPLETE


@given(st.sampled_from(list(lesson.NAMES)), st.lists(st.sampled_from(list(lesson.NAMES)), max_size=30))
def test_shares_add_up(voice, voices):
    assert 0 <= lesson.share(voice, voices) <= 1
    total = sum(lesson.share(v, voices) for v in lesson.NAMES)
    assert total == pytest.approx(1 if voices else 0)
