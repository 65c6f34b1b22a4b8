"""The shape of the article, and that its text is nowhere in the project."""

import json
import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley import article, data

TEXT_SUFFIXES = set(
    ".bib .cff .cfg .css .csv .geojson .html .ini .ipynb .js .json .md .py .rst .sh .svg .toml .txt .yaml "
    ".yml".split()
) | {""}


def test_the_counts_of_the_article():
    assert [len(one.sentences) for one in article.paragraphs()] == [2, 5, 6, 8, 5, 2]
    assert [one.id for one in article.paragraphs()] == ["P1", "P2", "P3", "P4", "P5", "P6"]
    assert len(article.sentences()) == 28
    everything = article.sentences(body_only=False)
    assert len(everything) == 30 and everything[0].id == "P0" and everything[-1].id == "P7"
    assert [one.number for one in article.paragraphs()[3].sentences] == list(range(1, 9))
    assert article.paragraphs()[0].words == 42 and "graves" in article.paragraphs()[2].topics


def test_the_address_is_that_of_the_source():
    source = data.cite("valdai-article")
    assert source.address == article.ADDRESS and article.ARCHIVE.endswith(article.ADDRESS)
    assert article.fingerprint(source.title) == article.sentence("P0").fingerprint


def test_one_sentence():
    one = article.sentence("P4S7")
    assert one.cue == "said" and one.paragraph == "P4" and one.topics == ("missile defence",)
    with pytest.raises(AttributeError):
        one.gist = "changed"


@pytest.mark.parametrize("wrong", ["P4S9", "p4s2", "P9S9", "", None, 4])
def test_an_unknown_sentence_is_one_clear_line(wrong):
    with pytest.raises(data.DataError, match="has no sentence") as caught:
        article.sentence(wrong)
    assert "\n" not in str(caught.value)


def test_a_table_that_lost_a_sentence_is_noticed(tmp_path, monkeypatch):
    shutil.copytree(data.folder(), tmp_path / "data")
    monkeypatch.setattr(data, "folder", lambda: tmp_path / "data")
    file = tmp_path / "data" / "sentences.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:20]), encoding="utf-8")
    with pytest.raises(data.DataError, match="has 18 sentences of the body, expected 28"):
        article.sentences()


# --- normalising ---


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    once = article.normalise(text)
    assert article.normalise(once) == once


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_case_and_white_space_do_not_matter(text):
    assert article.fingerprint(text.upper()) == article.fingerprint(text.lower())
    assert article.fingerprint(f"\n {text}\t") == article.fingerprint(text)
    spaced = re.sub(" ", "\u00a0 \n", text)
    assert article.fingerprint(spaced) == article.fingerprint(text)


@given(st.text(alphabet="abc '\"."))
def test_the_shape_of_quotes_does_not_matter(text):
    curly = text.replace("'", "\u2019").replace('"', "\u201d")
    assert article.fingerprint(curly) == article.fingerprint(text)
    assert article.fingerprint(text.replace('"', "\u201c")) == article.fingerprint(text)


@given(st.text(alphabet="ab .", min_size=1), st.text(alphabet="ab .", min_size=1))
def test_different_words_have_different_fingerprints(one, other):
    same = article.normalise(one) == article.normalise(other)
    assert (article.fingerprint(one) == article.fingerprint(other)) == same


# --- looking for the text ---


@pytest.fixture
def stranger(monkeypatch):
    """Two sentences of our own in the place of the article's, so that the search can be tried."""
    texts = {
        "P1S1": "A fox ran past the old mill.",
        "P1S2": "The miller said that \u201cno fox was seen.\u201d",
    }
    made = [
        article.Sentence(id, "P1", n, "", "", len(text.split()), (), article.fingerprint(text))
        for n, (id, text) in enumerate(texts.items(), 1)
    ]
    monkeypatch.setattr(article, "sentences", lambda body_only=True: tuple(made))
    return texts


@pytest.mark.parametrize(
    "wrap",
    [
        "{}",
        "Before. {} After.",
        "before\n\n{}\n\nafter",
        'x = "{}"',
        "<p>{}</p>",
        "a,b,{},c",
        "**{}**",
        "({})",
    ],
)
def test_a_whole_sentence_is_found_wherever_it_stands(stranger, wrap):
    assert article.contains_article(wrap.format(stranger["P1S1"])) == ["P1S1"]
    assert article.contains_article(wrap.format(stranger["P1S1"].upper())) == ["P1S1"]


def test_a_sentence_with_a_quotation_is_found_in_every_dress(stranger):
    text = stranger["P1S2"]
    straight = text.replace("\u201c", '"').replace("\u201d", '"')
    for dress in (text, straight, json.dumps(text), json.dumps(straight), straight.replace('"', "&quot;")):
        assert article.contains_article(f"see: {dress}") == ["P1S2"], dress


def test_a_sentence_broken_over_lines_of_a_comment_is_found(stranger):
    assert article.contains_article("# A fox ran\n# past the old\n#   mill.\n") == ["P1S1"]
    assert article.contains_article("> A fox ran past\n> the old mill.") == ["P1S1"]


def test_a_part_or_a_changed_sentence_is_not_the_sentence(stranger):
    assert article.contains_article("A fox ran past the old.") == []
    assert article.contains_article("A fox ran past the mill.") == []
    assert article.contains_article("") == []


def test_both_are_reported_in_reading_order(stranger):
    assert article.contains_article(f"{stranger['P1S2']} {stranger['P1S1']}") == ["P1S1", "P1S2"]


def project_texts():
    """``(name, text)`` of every text file that git has or would take; of a notebook, its strings."""
    if not shutil.which("git"):
        pytest.skip("git is not here to list the files")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=data.project(), capture_output=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.decode("utf-8").split("\0")):
        file = data.project() / name
        if file.suffix not in TEXT_SUFFIXES or not file.is_file():
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        yield name, "\n\n".join(strings(json.loads(text))) if file.suffix == ".ipynb" else text


def strings(value):
    """Every text in a piece of JSON; a list of strings is one text, as notebooks have it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        yield "".join(value)
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


def test_no_file_of_the_project_holds_a_sentence_of_the_article():
    if data.project() is None:
        pytest.skip("not a checkout")
    seen = 0
    for name, text in project_texts():
        seen += 1
        assert article.contains_article(text) == [], name
    assert seen > 5
