"""One judge for everybody: an answer means the same from a form, from code and from a file."""

import ast
import json

import conftest
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_answers import Rude

from parley.answers import AnswerError, Choice, Function, Text
from parley.exercises import (
    Exercise,
    Status,
    complete,
    evaluate,
    hint,
    not_yet,
    passed,
)

ALL, GRID, CALL = conftest.EXERCISES
GOOD = conftest.GOOD


def status(exercise, answer):
    return evaluate(exercise, answer).verdict.status


@pytest.mark.parametrize("exercise", conftest.EXERCISES, ids=lambda e: e.id)
@pytest.mark.parametrize("nothing", [None, ..., {}], ids=repr)
def test_a_blank_answer_was_not_tried(exercise, nothing):
    result = evaluate(exercise, nothing)
    assert result.verdict.status is Status.NOT_TRIED and not result.verdict.done
    assert result.answer == exercise.blank()
    assert evaluate(exercise, exercise.blank()) == result
    assert exercise.task in result.verdict.message


@pytest.mark.parametrize("exercise", conftest.EXERCISES, ids=lambda e: e.id)
def test_the_stub_is_the_blank_answer(exercise):
    assert evaluate(exercise, ast.literal_eval(exercise.stub())) == evaluate(exercise, None)


def test_right_answers_through_both_paths():
    for exercise in conftest.EXERCISES:
        for answer in exercise.right:
            result = evaluate(exercise, answer)
            assert result.verdict.done, result
            assert evaluate(exercise, result.answer) == result, "the published answer is judged alike"
            if exercise is not CALL:
                assert evaluate(exercise, exercise.keep(answer)) == result
    assert status(ALL, GOOD) is Status.COMPLETE and status(GRID, GRID.right[0]) is Status.PASSED
    assert evaluate(CALL, CALL.keep(CALL.right[1])) == evaluate(CALL, CALL.right[1])


def test_an_open_part_is_named():
    assert evaluate(GRID, {"voice": {"P1S1": "fact"}}).verdict == not_yet("One part is still open: P1S2.")
    message = evaluate(ALL, {"far": 7.5}).verdict.message
    assert message.startswith("10 parts are still open: Which lamp?; P1S2; P2S1; and 7 more.")


def test_an_optional_part_may_stay_open():
    fields = (Choice(name="a", label="A", options={"x": "X"}), Text(name="b", label="B", optional=True))
    exercise = Exercise(
        id="98-9", title="T", task="T.", objective="O98.1", fields=fields, judge=lambda a: passed("Yes."),
        hints=("1", "2", "3"), right=(), wrong=(),
    )  # fmt: skip
    assert status(exercise, {"a": "x"}) is Status.PASSED
    assert status(exercise, {"b": "words"}) is Status.NOT_YET
    assert status(exercise, {"b": ""}) is Status.NOT_TRIED


def test_the_judge_gets_plain_values_and_every_part():
    seen = []
    exercise = Exercise(
        id="98-9", title="T", task="T.", objective="O98.1", fields=ALL.fields,
        judge=lambda a: seen.append(a) or complete("Yes."), hints=("1", "2", "3"), right=(), wrong=(),
    )  # fmt: skip
    evaluate(exercise, GOOD | {"far": "7,5 km", "pick": "An oil lamp", "days": ("b", "a", "c")})
    assert seen == [ALL.coerce(GOOD)]
    assert seen[0]["voice"]["P1S1"] == "fact", "a locked row is there without being handed over"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (5, "Exercise 98-1: the answer is int. Write a table {'pick': …, 'voice': …"),
        ([], "the answer is list"),
        ("oil", "the answer is str"),
        (np.arange(3), "the answer is ndarray"),
        (pd.DataFrame({"pick": ["oil"]}), "the answer is DataFrame"),
        ({"lamp": "oil"}, "there is no part 'lamp'. The parts are 'pick', 'voice'"),
        ({"lamp\n\n" * 100: "oil"}, "there is no part 'lamp"),
        ({5: 1}, "there is no part 5"),
        ({"far": "far away"}, "`far`: 'far away' is not a number"),
        ({"pick": Rude()}, "`pick`: an object of type Rude"),
        ({Rude(): 1}, "the answer cannot be read (dict, TypeError)"),
        (Rude(), "the answer is Rude"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_an_answer_of_the_wrong_shape(answer, says):
    result = evaluate(ALL, answer)
    assert result.answer is None and result.verdict.status is Status.NOT_YET
    assert says in result.verdict.message
    assert "\n" not in result.verdict.message and len(result.verdict.message) < 400
    with pytest.raises(AnswerError):
        ALL.keep(answer)


def test_a_table_that_breaks_when_it_is_read():
    class Broken(dict):
        def __iter__(self):
            raise RuntimeError("no")

    for exercise in conftest.EXERCISES:
        result = evaluate(exercise, Broken(voice=1))
        assert (
            result.answer is None
            and f"Exercise {exercise.id}: the answer cannot be read" in result.verdict.message
        )


def test_the_bare_value_of_a_single_field():
    bare = {"P1S1": "fact", "P1S2": "fact"}
    assert evaluate(GRID, bare) == evaluate(GRID, {"voice": bare})
    assert GRID.keep(bare) == {"voice": bare}
    assert evaluate(CALL, conftest.double) == evaluate(CALL, {"double": conftest.double})
    assert evaluate(CALL, evaluate(CALL, conftest.double).answer["double"]).verdict.done


def test_what_is_kept_are_the_given_parts_only():
    assert ALL.keep(None) == {} == ALL.keep({})
    assert ALL.keep({"far": "7,5", "why": " ", "voice": {"P1S1": "russia"}}) == {"far": 7.5}
    assert ALL.fill({"far": 7.5}) == ALL.blank() | {"far": 7.5}
    assert ALL.fill(None) == ALL.blank()


def test_a_function_that_fails_is_not_yet():
    result = evaluate(CALL, "def double(n): return 1 / 0")
    assert result.verdict.status is Status.NOT_YET
    assert result.answer["double"]["results"][0] == {"error": "ZeroDivisionError: 'division by zero'"}
    assert evaluate(CALL, "def double(n) return").answer is None


def test_another_seed_same_verdict(monkeypatch):
    monkeypatch.setenv("PARLEY_SEED", "7")
    answer = evaluate(CALL, conftest.double).answer
    monkeypatch.delenv("PARLEY_SEED")
    assert evaluate(CALL, answer).verdict.done, "the seed travels with the results"


near = st.sampled_from(["oil", "fact", "P1S1", "7,5 km", "def double(n): return n"])
values = st.none() | st.booleans() | st.integers(-5, 2000) | st.floats() | st.text(max_size=8) | near
shapes = st.recursive(
    values,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["P1S1", "P1S2", "year", "side", "what", "seed", "results"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(conftest.EXERCISES),
    shapes | st.dictionaries(st.sampled_from([f.name for f in ALL.fields] + ["double"]), shapes, max_size=7),
)
def test_whatever_is_handed_over_there_is_a_verdict(exercise, answer):
    result = evaluate(exercise, answer)
    assert result.verdict.status in Status and result.verdict.message and "\n" not in result.verdict.message
    assert (result.answer is None) <= (result.verdict.status is Status.NOT_YET)
    if result.answer is not None:
        assert json.loads(json.dumps(result.answer, allow_nan=False)) == result.answer
        assert evaluate(exercise, result.answer) == result
    try:
        kept = exercise.keep(answer)
    except AnswerError as problem:
        assert isinstance(exercise.fields[0], Function) or str(problem) == result.verdict.message
    else:
        assert evaluate(exercise, kept) == result
        assert exercise.fill(kept).keys() == exercise.blank().keys()


def test_statuses():
    assert [str(s) for s in Status] == ["passed", "complete", "not yet", "not tried"]
    assert [s.done for s in Status] == [True, True, False, False]
    assert json.dumps(Status.PASSED) == '"passed"'
    assert passed("a", "b").notes == ("b",) and not not_yet("a").done


def test_hints_come_one_by_one_and_end():
    assert [hint(GRID, n) for n in (0, 1, 2, 3, 9)] == [
        "Hint 1 of 3: Look.",
        "Hint 1 of 3: Look.",
        "Hint 2 of 3: Look again.",
        "Hint 3 of 3: Look at the verb.",
        "Hint 3 of 3: Look at the verb.",
    ]


@pytest.mark.parametrize("exercise", conftest.EXERCISES, ids=lambda e: e.id)
def test_the_listing_shows_the_question_without_an_answer(exercise):
    lines = exercise.listing()
    assert lines[:2] == [f"{exercise.id} {exercise.title}", exercise.task]
    assert all(f.label in "\n".join(lines) for f in exercise.fields)
    assert "right=" not in repr(exercise) and "wrong=" not in repr(exercise)
