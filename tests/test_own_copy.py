"""The reader's own copy of the article: found, kept, refused with a reason. On a made-up article of the same shape."""

import dataclasses
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import article
from parley.data import DataError


def toy_text(one):
    """A made-up sentence for a place, as long as the article's own."""
    words = [f"{one.id.lower()}w{n}" for n in range(one.words)]
    return " ".join(["St." if w.endswith("w3") else w for w in words]).capitalize() + "."


@pytest.fixture(scope="module")
def toy():
    """``(sentences with other fingerprints, the pasted text)``; paragraphs are set apart by blank lines."""
    real = article.sentences(body_only=False)
    made = tuple(dataclasses.replace(one, fingerprint=article.fingerprint(toy_text(one))) for one in real)
    text = ""
    for before, one in zip((None, *made), made):
        text += ("" if before is None else " " if before.paragraph == one.paragraph else "\n\n") + toy_text(
            one
        )
    return made, text


@pytest.fixture
def text(toy, monkeypatch, tmp_path):
    made, pasted = toy

    def sentences(body_only=True):
        return tuple(one for one in made if "S" in one.id or not body_only)

    monkeypatch.setattr(article, "sentences", sentences)
    monkeypatch.setenv("PARLEY_WORK", str(tmp_path / "my_work"))
    return pasted


def sentence_text(identifier):
    return toy_text(article.sentence(identifier))


def test_the_right_text_is_cut_into_its_sentences(text):
    copy = article.read_copy(text)
    assert list(copy.sentences) == [one.id for one in article.sentences(body_only=False)]
    assert copy.differing == () and copy.sentences["P4S2"] == sentence_text("P4S2")


def test_the_page_around_it_does_no_harm(text):
    page = f"Home  About us. Log in!\n\n{text}\n\nRelated: Another page. Share this."
    assert article.read_copy(page) == article.read_copy(text)


def test_curly_quotes_spaces_and_capitals_do_not_matter(text):
    assert not article.read_copy(text.upper().replace(" ", "\u00a0 ")).differing


@pytest.mark.parametrize("place", ["P1S1", "P3S4", "P6S2"])
def test_a_changed_sentence_is_named_and_kept_as_it_stands(text, place):
    changed = text.replace(f"{place.lower()}w5", "otherwise")
    copy = article.read_copy(changed)
    assert copy.differing == (place,) and "otherwise" in copy.sentences[place]
    assert len(copy.sentences) == 30


def test_two_changed_neighbours_are_both_named(text):
    changed = text.replace("p4s2w5", "one").replace("p4s3w5", "other")
    assert article.read_copy(changed).differing == ("P4S2", "P4S3")


def test_a_cut_text_says_where_it_stops(text):
    with pytest.raises(article.CopyError, match="stops before P5S3"):
        article.read_copy(text[: text.index(sentence_text("P5S3"))])


def test_a_lost_sentence_is_named(text):
    with pytest.raises(article.CopyError, match="P3S5 is not there"):
        article.read_copy(text.replace(sentence_text("P3S5"), ""))


def test_another_article_is_refused(text):
    with pytest.raises(article.CopyError, match="No sentence"):
        article.read_copy("A wholly different page about trade in fish. " * 90)
    with pytest.raises(article.CopyError, match="Only 2 of"):
        article.read_copy(
            sentence_text("P1S1") + " " + sentence_text("P4S1") + " And then something else. " * 40
        )


def test_ten_megabytes_of_noise_are_refused_at_once(text):
    began = time.perf_counter()
    with pytest.raises(article.CopyError, match="10,000,000 characters"):
        article.read_copy("x" * 10_000_000)
    assert time.perf_counter() - began < 1


@given(st.text(max_size=2000))
def test_any_text_is_read_or_refused_in_one_line(pasted):
    try:
        article.read_copy(pasted)
    except article.CopyError as problem:
        assert "\n" not in str(problem)


def test_a_copy_is_kept_whole_and_a_wrong_one_changes_nothing(text):
    assert article.own_copy() is None
    article.keep_copy(text)
    assert article.own_copy().sentences["P2S2"] == sentence_text("P2S2")
    with pytest.raises(article.CopyError):
        article.keep_copy("something else")
    assert article.own_copy().sentences["P2S2"] == sentence_text("P2S2")


def test_a_file_laid_there_by_hand_is_read_and_a_wrong_one_is_not(text, tmp_path):
    place = tmp_path / "my_work" / "article.txt"
    place.parent.mkdir()
    place.write_bytes(b"\xff\xfe not a text")
    assert article.own_copy() is None
    place.write_text(text, encoding="utf-8")
    assert len(article.own_copy().sentences) == 30


def test_the_repr_of_a_copy_holds_nothing_of_it(text):
    assert repr(article.read_copy(text)) == "<OwnCopy: 30 sentences>"


def test_thirteen_words_in_a_row_are_a_repeat_and_twelve_are_not(text):
    copy = article.read_copy(text)
    words = copy.sentences["P2S2"].split()
    assert article.repeats("He wrote: " + " ".join(words[10:23]), copy)
    assert not article.repeats("He wrote: " + " ".join(words[10:22]) + " and so on", copy)
    assert not article.repeats("anything", None)


def test_an_unknown_sentence_is_still_one_line(text):
    with pytest.raises(DataError):
        article.sentence("P9S9")
