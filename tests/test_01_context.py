"""Lesson 01: every number its prose states, its figures, the lock, and what only this lesson has."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from figure_rules import assert_described, assert_readable
from hypothesis import given, settings
from hypothesis import strategies as st
from lesson_prose import assert_minutes, assert_words_are_bold, prose_of, stated

from parley import article, data, notebook, record
from parley.analysis import forecasting
from parley.analysis.coding import kappa
from parley.answers import AnswerError
from parley.exercises import Status, evaluate
from parley.lessons import context as lesson

ROOT = data.project()


STEM = "01_context"


@pytest.fixture(scope="module")
def prose():
    return prose_of(STEM)


# --- numbers in the prose ---


def test_the_meetings_of_the_leaders(prose):
    rows = data.read("meetings")
    visits = [row["country_of_place"] for row in rows if "visit" in row["occasion"]]
    beside = [row["country_of_place"] for row in rows if "visit" not in row["occasion"]]
    assert stated(prose, r"Of (\d+) meetings up to today") == len(rows)
    assert stated(prose, r"up to today, (\d+) were held beside") == len(beside)
    assert stated(prose, r"G20; (\w+) of those were in Russia") == beside.count("Russia")
    assert stated(prose, r"Only (\d+) were visits") == len(visits)
    assert stated(prose, r"sake: (\d+) to Russia") == visits.count("Russia")
    assert stated(prose, r"Russia and (\d+) to Japan") == visits.count("Japan")


def test_moscow_answered_nine_days_after_the_cabinet(prose):
    days = {row["id"]: row["date"] for row in data.read("timeline")}
    gap = (days["t-2017-12-zakharova"] - days["t-2017-12-aegis-ashore"]).days
    assert stated(prose, r"yet (\w+) days later a spokeswoman") == gap


def test_the_likelihood_words(prose):
    heard = {row["word"]: row for row in data.read("likelihood_readings")}
    assert stated(prose, r"By the table it begins at (\d+) per cent") == forecasting.band("unlikely")[0]
    assert stated(prose, r"Half of the (\d+) readers") == heard["unlikely"]["n"]
    assert stated(prose, r"website, heard (\d+) or less") == heard["unlikely"]["median"]
    board = heard["a serious possibility"]
    assert stated(prose, r"ran from (\d+) to \d+ per cent") == board["low"]
    assert stated(prose, r"ran from \d+ to (\d+) per cent") == board["high"]
    item = next(i for i in lesson_items() if i["id"] == "01-7")
    low, high = forecasting.band("likely")
    key = next(o for o in item["options"] if o["correct"])
    assert f"{low} to {high} per cent" in key["feedback"] and low <= int(key["text"].split()[0]) <= high


def lesson_items():
    import yaml

    return yaml.safe_load(data.path("quizzes/01_context.yaml").read_text(encoding="utf-8"))["items"]


def test_the_twelve_questions(prose):
    assert stated(prose, r"you write (\w+) numbers") == len(lesson.questions()) == 12
    assert stated(prose, r"you give (\w+) forecasts") == 12


def test_the_voice_balance(prose):
    ours = lesson.balances()["the article"]
    assert stated(prose, r"gives Russia (\d+) words") == ours.russia
    assert stated(prose, r"words and Japan (\d+)") == ours.japan
    words = {one.id: one.words for one in article.sentences()}
    assert lesson.key()["P4S3"] == lesson.key()["P4S5"] == "judgement"
    assert stated(prose, r"for Russia, and it is (\d+)") == ours.russia + words["P4S3"] + words["P4S5"]
    theirs = lesson.balances()["the Kyodo report"]
    assert theirs.russia == theirs.japan == 0 and "gives neither side any of its own" in prose


def test_the_trade_of_2013(prose):
    found = {
        (r["reporter"].split(",")[0], r["value"])
        for r in data.read("trade")
        if r["year"] == 2013 and r["flow"] == "total"
    }
    assert ("Japan", stated(prose, r"books say ([\d.]+) billion")) in found
    assert ("Russia", stated(prose, r"Russia's ([\d.]+\d)\.")) in found


def test_the_worked_row_is_the_key(prose):
    weights = {(r["issue"], r["side"]): r["weight"] for r in data.read("agendas")}
    assert stated(prose, r"we write Japan (\d), mentioned") == weights["missile_defence", "japan"]
    assert stated(prose, r"and Russia (\d), wanted") == weights["missile_defence", "russia"]


def test_the_minutes_of_the_tasks():
    assert_minutes(lesson, "about forty minutes", 38)


def test_each_word_of_the_glossary_is_bold_where_it_first_stands():
    assert_words_are_bold(lesson)


# --- figures ---

FIGURES = {
    "chain": lambda: (lesson.draw_chain(lesson.chain()), lesson.chain_alt(lesson.chain()), "data/chain.csv"),
    "agendas": lambda: _agendas(lesson.AGENDAS.right[0]),
    "blank agendas": lambda: _agendas({}),
    "ladder": lambda: (lesson.draw_ladder(lesson.ladder()), lesson.ladder_alt(lesson.ladder()), "assumption"),
    "meetings": lambda: _read(lesson.draw_meetings, lesson.meetings_alt, "meetings"),
    "likelihood": lambda: _read(
        lesson.draw_likelihood, lesson.likelihood_alt, "likelihood_words", "likelihood_readings"
    ),
    "balance": lambda: (
        lesson.draw_balance(lesson.balances()),
        lesson.balance_alt(lesson.balances()),
        "assumption",
    ),
    "trade": lambda: _read(lesson.draw_trade, lesson.trade_alt, "trade"),
}


def _agendas(answer):
    table = lesson.weights(answer)
    return lesson.draw_agendas(table), lesson.agendas_alt(table), "module assumption"


def _read(draw, alt, *names):
    tables = [data.read(name) for name in names]
    return draw(*tables), alt(*tables), "Source: "


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_readable_and_described(name):
    ax, alt, source = FIGURES[name]()
    assert_readable(ax, source)
    assert_described(alt)


def test_titles_are_computed():
    rows = lesson.chain()
    assert lesson.chain_finding(rows) == "6 steps in 15 months, and each one leaves something open"
    assert lesson.chain_finding([*rows[:3]]).startswith("3 steps in 9 months")
    table = lesson.weights(lesson.AGENDAS.right[0])
    assert (
        lesson.agendas_finding(table) == "Japan's first wish weighs 1 for Russia; Russia's weighs 1 for Japan"
    )
    assert "no weights yet" in lesson.agendas_finding(lesson.weights({}))
    same = {
        issue: {"japan": 3 if issue == "korea" else 0, "russia": 3 if issue == "korea" else 0}
        for issue in table
    }
    assert "Both sides want the same thing most" in lesson.agendas_finding(same)
    gaps = {r["year"] for r in data.read("trade") if r["status"] == "NOT FOUND"}
    assert lesson.trade_finding(data.read("trade")).startswith(f"For {len(gaps)} of 13 years")


def test_what_is_only_expected_is_hollow_and_a_year_without_a_figure_is_not_zero():
    ax = lesson.draw_chain(lesson.chain())
    faces = [points.get_facecolor()[0].tolist() for points in ax.collections]
    assert faces[-1] == [1, 1, 1, 1] and all(face != [1, 1, 1, 1] for face in faces[:-1])
    drawn = {
        round(float(p.get_offsets()[0][0]))
        for p in lesson.draw_trade(data.read("trade")).collections
        if len(p.get_offsets())
    }
    assert not drawn & {r["year"] for r in data.read("trade") if r["status"] == "NOT FOUND"}


# --- the lock ---

NOON = datetime(2018, 3, 22, 12, 0, tzinfo=UTC)


def test_a_changed_forecast_is_named_after_a_restart_and_from_another_folder(tmp_path):
    """The receipt travels in the answer: another process, elsewhere, with no record, finds what was changed."""
    answer = json.loads(json.dumps(evaluate(lesson.LOCK, lesson.LOCK.right[0]).answer))
    answer["forecasts"]["F09"]["probability"] = 61
    code = (
        "import json, sys; from parley import lessons; from parley.exercises import evaluate\n"
        "print(evaluate(lessons.find('01-4'), json.load(sys.stdin)).verdict.message)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(answer), capture_output=True, text=True, cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PARLEY_WORK": str(tmp_path)}, check=True,
    )  # fmt: skip
    assert "F09" in run.stdout and "Changed since you sealed" in run.stdout and "F02" not in run.stdout


def test_sealing_anew_is_seen_by_whoever_holds_the_old_receipt():
    rows = lesson.LOCK.right[0]["forecasts"]
    old, new = forecasting.seal(rows, NOON), forecasting.seal(rows, NOON + timedelta(days=1))
    assert forecasting.changed(rows, new) == [] and forecasting.replaced(old, new) == list(rows)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 99), min_size=12, max_size=12, unique=True),
    st.integers(0, 11),
    st.integers(1, 99),
)
def test_any_set_of_forecasts_is_complete_and_any_change_is_named(numbers, n, other):
    rows = {
        i: {"probability": p, "word": forecasting.word_for(p)} for i, p in zip(lesson.questions(), numbers)
    }
    answer = {"forecasts": rows, "receipt": forecasting.seal(rows, NOON)}
    assert evaluate(lesson.LOCK, answer).verdict.status is Status.COMPLETE
    moved = list(rows)[n]
    later = rows | {moved: {"probability": other, "word": forecasting.word_for(other)}}
    verdict = evaluate(lesson.LOCK, answer | {"forecasts": later}).verdict
    assert verdict.done == (other == numbers[n])
    assert verdict.done or moved in verdict.message or "Twelve times" in verdict.message


def test_the_form_seals_what_stands_in_it_and_keeps_the_receipt():
    form = notebook.Form(lesson.LOCK)
    rows = lesson.LOCK.right[0]["forecasts"]
    assert "still open" in form.seal("receipt", "")["problem"]
    form.save({"forecasts": rows}, "")
    outcome = form.seal("receipt", 'answer_4 = form("01-4")')
    assert "'sealed': '20" in outcome["new"]
    assert evaluate(lesson.LOCK, form.answer).verdict.done
    assert record.recall("receipts", "01-4") == [form.answer["receipt"]]
    form.save(form.answer | {"forecasts": rows | {"F13": {"probability": 6, "word": "very unlikely"}}}, "")
    assert "F13" in form.check()["message"]


def test_the_code_path_seals_too(capsys):
    notebook.seal("01-4", {"forecasts": lesson.LOCK.right[0]["forecasts"]})
    printed = capsys.readouterr().out.splitlines()[-1]
    receipt = eval(printed, {"__builtins__": {}})
    assert evaluate(
        lesson.LOCK, {"forecasts": lesson.LOCK.right[0]["forecasts"], "receipt": receipt}
    ).verdict.done
    with pytest.raises(AnswerError, match="nothing to seal"):
        notebook.seal("01-1", {})


# --- two readers ---


def test_comparing_two_readers(capsys):
    mine = lesson.key()
    lesson.compare(mine, "the careful reader")
    said = capsys.readouterr().out
    value = kappa(mine, lesson.coder("the careful reader"))
    assert f"Kappa {value:.2f}" in said and "25 of 28" in said
    few = dict(list(mine.items())[:8])
    lesson.compare(few, mine)
    assert capsys.readouterr().out.strip() == "8 of 8 labels match.", "no kappa below twelve sentences"
    lesson.compare({"P1S1": None}, mine)
    assert "share no labelled sentence" in capsys.readouterr().out


def test_kappa_in_the_verdict_is_that_of_scikit_learn():
    from sklearn.metrics import cohen_kappa_score

    for name in lesson.COMPANY:
        theirs = lesson.coder(name)
        wanted = cohen_kappa_score(list(theirs.values()), [lesson.key()[i] for i in theirs])
        assert f"{wanted:.2f}" in evaluate(lesson.CODE_ALL, {"voice": theirs}).verdict.message


# --- agendas and adjectives ---


def test_every_weight_a_careful_reader_may_defend_holds_and_the_next_one_does_not():
    right = lesson.AGENDAS.right[0]
    for (issue, side), (low, high) in lesson.ranges().items():
        for weight in range(4):
            rows = {**right["agendas"], issue: {**right["agendas"][issue], side: str(weight)}}
            verdict = evaluate(lesson.AGENDAS, {**right, "agendas": rows}).verdict
            if not low <= weight <= high:
                assert verdict.status is Status.NOT_YET and lesson.issues()[issue] in verdict.message


def test_a_sentence_must_speak_of_the_issue():
    right = lesson.AGENDAS.right[0]
    rows = {**right["agendas"], "korea": {**right["agendas"]["korea"], "sentence": "P1S1"}}
    assert "P1S1 does not speak of it" in evaluate(lesson.AGENDAS, {**right, "agendas": rows}).verdict.message


def test_none_is_right_twice_and_wrong_once():
    table = {row["word"]: row["support"] for row in data.read("adjectives")}
    assert sorted(table.values()) == ["", "", "P6S2"]
