"""Rules that every lesson keeps. A new lesson is tested here by its stem alone."""

import inspect
import json
import re
import textwrap
from collections import Counter

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_answers import values_for

from parley import data, lessons, notebook, quizzes
from parley.analysis.wording import loaded_about_land
from parley.answers import Choice, Function, Grid, Number, Order, Receipt, Text, count_words
from parley.exercises import Status, evaluate

STEMS = data.stems()
EXERCISES = {e.id: e for stem in STEMS for e in lessons.exercises(stem).values()}
RIGHT = [(e, n) for e in EXERCISES.values() for n in range(len(e.right))]
WRONG = [(e, n) for e in EXERCISES.values() for n in range(len(e.wrong))]

every_lesson = pytest.mark.parametrize("stem", STEMS)
every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)


def names(pairs):
    return [f"{e.id}-{n}" for e, n in pairs]


def typed(answer):
    """An answer as somebody types it into a form: a function as its source."""
    if not isinstance(answer, dict):
        return answer
    return {
        k: textwrap.dedent(inspect.getsource(v)) if inspect.isfunction(v) else v for k, v in answer.items()
    }


# --- declarations ---


@every_lesson
def test_a_lesson_says_what_it_is(stem):
    lesson = lessons.module(stem).LESSON
    assert lesson.stem == stem and lesson.title and lesson.moment and lesson.needs
    assert lesson.core > 0 and lesson.stretch >= 0
    for name, sentence in lesson.objectives.items():
        assert re.fullmatch(rf"O{lesson.number}\.[1-9]", name)
        assert re.match(r"[A-Z][a-z]+ ", sentence) and sentence.endswith("."), (
            "an objective starts with a verb"
        )


def test_no_two_lessons_share_a_number():
    assert len({stem.split("_")[0] for stem in STEMS}) == len(STEMS)


@every_lesson
def test_exercises_count_up_and_serve_an_objective(stem):
    lesson, exercises = lessons.module(stem).LESSON, lessons.module(stem).EXERCISES
    assert [e.id for e in exercises] == [f"{lesson.number}-{n}" for n in range(1, len(exercises) + 1)]
    assert {e.objective for e in exercises} <= set(lesson.objectives)
    assert 3 <= sum(e.core for e in exercises) <= 4, "ruling 1: three core exercises, four at most"
    assert all(1 <= e.stars <= 3 and e.minutes > 0 for e in exercises)


@every_lesson
def test_every_objective_is_asked_and_practised(stem):
    """Measure 3: at least two questions and one exercise for each objective."""
    lesson = lessons.module(stem).LESSON
    asked = Counter(item.objective for item in quizzes.load(stem).items.values())
    practised = Counter(e.objective for e in lessons.module(stem).EXERCISES)
    assert {o: (asked[o], practised[o]) for o in lesson.objectives if asked[o] < 2 or practised[o] < 1} == {}


@every_exercise
def test_fields_have_names_of_their_own(exercise):
    fields = [f.name for f in exercise.fields]
    assert len(set(fields)) == len(fields) and all(name.isidentifier() for name in fields)
    for text in (exercise.title, exercise.task, exercise.button, *(f.label for f in exercise.fields)):
        assert text and text == text.strip() and "\n" not in text
    assert exercise.by_reader or not any(isinstance(f, Text) for f in exercise.fields), (
        "prose is for a reader"
    )


@every_exercise
def test_a_function_is_stretch(exercise):
    """Core exercises are data, which both paths reach alike."""
    assert not (exercise.core and any(isinstance(f, Function) for f in exercise.fields))


@every_exercise
def test_enough_right_and_wrong_answers_are_declared(exercise):
    """Measure 20."""
    for answers, least in ((exercise.right, 2), (exercise.wrong, 3)):
        assert len({json.dumps(typed(a), sort_keys=True, default=repr) for a in answers}) >= least


# --- judging ---


@every_exercise
def test_a_blank_answer_never_passes(exercise):
    for blank in (
        None,
        ...,
        {},
        exercise.blank(),
        eval(exercise.stub()),
        exercise.keep(None),
        exercise.keep({}),
    ):
        verdict = evaluate(exercise, blank).verdict
        assert verdict.status is Status.NOT_TRIED and verdict.notes == ()


@pytest.mark.parametrize(("exercise", "n"), RIGHT, ids=names(RIGHT))
def test_right_answers_pass_through_both_paths(exercise, n):
    """Measure 22."""
    verdict = evaluate(exercise, exercise.right[n]).verdict
    assert verdict.status is (Status.COMPLETE if exercise.by_reader else Status.PASSED), verdict.message
    form = notebook.Form(exercise)
    assert form.save(typed(exercise.right[n]), "").keys() == {"old", "new", "line"}
    saved = json.loads(json.dumps(form.answer))
    assert evaluate(exercise, saved).verdict == verdict
    assert evaluate(exercise, notebook.Form(exercise, saved).answer).verdict == verdict
    assert evaluate(exercise, evaluate(exercise, saved).answer).verdict == verdict, "as published"


@pytest.mark.parametrize(("exercise", "n"), WRONG, ids=names(WRONG))
def test_wrong_answers_do_not(exercise, n):
    answer = exercise.wrong[n]
    result = evaluate(exercise, answer)
    assert not result.verdict.done and result.verdict.notes == ()
    assert (
        result.verdict.message
        and "\n" not in result.verdict.message
        and count_words(result.verdict.message) <= 60
    )
    assert notebook.Form(exercise, typed(answer)).check()["message"] == result.verdict.message


@every_exercise
def test_each_slip_has_its_own_message(exercise):
    messages = Counter(evaluate(exercise, answer).verdict.message for answer in exercise.wrong)
    assert messages.most_common(1)[0][1] == 1, messages.most_common(1)


def parts(field, value):
    """The choices in a value, each under a name: rows of a grid, the first of an order, the value itself."""
    if isinstance(field, Grid):
        return dict(value)
    if isinstance(field, Order):
        return {"first": (value or [None])[0]}
    return {"value": value} if isinstance(field, (Choice, Number)) else {}


def secrets(exercise, answer):
    """What would give the answer away: the right values of the parts in which an answer is wrong."""
    plain = evaluate(exercise, answer).answer
    rights = [evaluate(exercise, right).answer for right in exercise.right]
    for field in exercise.fields if plain else ():
        words = getattr(field, "options", getattr(field, "items", {}))
        for name, given_ in parts(field, plain[field.name]).items():
            wanted = {parts(field, right[field.name])[name] for right in rights}
            for value in wanted if given_ not in wanted else ():
                yield from (
                    f"{value:g}" if isinstance(field, Number) else value,
                    str(words.get(value, value)),
                )


@pytest.mark.parametrize(("exercise", "n"), WRONG, ids=names(WRONG))
def test_a_message_names_the_slip_and_not_the_answer(exercise, n):
    message = evaluate(exercise, exercise.wrong[n]).verdict.message
    told = [
        s
        for s in set(secrets(exercise, exercise.wrong[n]))
        if re.search(rf"(?<!\w){re.escape(s)}(?!\w)", message, re.I)
    ]
    assert told == [], message


@every_exercise
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.data())
def test_the_judge_has_a_word_for_any_answer(exercise, chance):
    answer = {}
    for field in exercise.fields:
        if isinstance(field, Function):
            returned = chance.draw(
                st.sampled_from([None, 0, 1.5, "x", float("nan"), [], {}, True, object(), 10**400])
            )
            answer[field.name] = lambda *given_, value=returned: value
        elif isinstance(field, Receipt):
            marks = st.dictionaries(st.sampled_from(["F02", "F05", "x"]), st.sampled_from(["", "0123456789"]))
            kinds = st.none() | marks.map(lambda m: {"sealed": "2018-03-22T09:30Z", "marks": m})
            answer[field.name] = chance.draw(kinds)
        elif isinstance(field, Text):
            answer[field.name] = "word " * chance.draw(st.integers(0, field.most_words + 1))
        else:
            answer[field.name] = chance.draw(values_for(field))
    result = evaluate(exercise, answer)
    assert result.verdict.status in Status and result.verdict.message and "\n" not in result.verdict.message
    assert evaluate(exercise, result.answer) == result
    assert json.loads(json.dumps(result.answer, allow_nan=False)) == result.answer


@every_exercise
def test_the_judge_is_pure(exercise):
    for answer in (*exercise.right, *exercise.wrong):
        first = evaluate(exercise, answer)
        before = json.dumps(first.answer)
        assert evaluate(exercise, answer) == first
        assert json.dumps(first.answer) == before, "it does not change the answer"


@every_exercise
def test_hints_are_graded(exercise):
    """Measure 21: three hints; the first holds no number and no word of the key."""
    assert len(set(exercise.hints)) == 3
    first = re.sub(r"\bP\d(S\d)?\b", "", exercise.hints[0])
    assert not re.search(r"\d", first), "a number"
    told = [
        s
        for s in set(secrets(exercise, exercise.blank()))
        if re.search(rf"(?<!\w){re.escape(s)}(?!\w)", first, re.I)
    ]
    assert told == []
    assert all(5 <= count_words(h) <= 40 for h in exercise.hints)


@every_exercise
def test_no_face_of_a_form_holds_a_hint_or_a_note(exercise, own_record):
    form = notebook.Form(exercise)
    form.save(typed(exercise.right[0]), "")
    form.check()
    bundle, _ = form._repr_mimebundle_()
    text = json.dumps(
        [bundle, repr(form), {k: v for k, v in form.widget.get_state().items() if k[0] != "_"}], default=str
    )
    for told in (*exercise.hints, *evaluate(exercise, exercise.right[0]).verdict.notes):
        assert json.dumps(told)[1:-1] not in text and told not in text


def author_texts(stem):
    """What a lesson says in its own voice: prose, questions, tasks, hints, and what is told after passing."""
    yield from (
        source(c) for f in ("notebooks", "solutions") for c in cells(stem, f) if c["cell_type"] == "markdown"
    )
    for item in quizzes.load(stem).items.values():
        yield from (item.stem, *(o.text for o in item.options), *(o.feedback for o in item.options))
    for exercise in lessons.exercises(stem).values():
        yield from (exercise.task, *exercise.hints, *(f.label + ". " + f.help for f in exercise.fields))
        yield from (note for right in exercise.right for note in evaluate(exercise, right).verdict.notes)


@every_lesson
def test_no_word_of_the_author_s_takes_a_side_on_the_land(stem):
    """Measure 25."""
    assert [found for text in author_texts(stem) if (found := loaded_about_land(text))] == []


# --- the notebook ---


def cells(stem, folder="notebooks"):
    file = ROOT / folder / f"{stem}.ipynb"
    if not file.is_file():
        pytest.skip(f"{folder}/{stem}.ipynb is not there yet")
    return json.loads(file.read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


@every_lesson
def test_there_is_no_long_read_without_an_action(stem):
    """Measure 17: at most 300 words of prose between two things to do."""
    run, longest = 0, 0
    for cell in cells(stem):
        run = run + count_words(source(cell)) if cell["cell_type"] == "markdown" else 0
        longest = max(longest, run)
    assert longest <= 300


@every_lesson
def test_the_minutes_of_the_header_are_honest(stem):
    """Measure 18: prose at 180 words a minute, 75 s a question, the exercises, the article's four."""
    lesson, exercises = lessons.module(stem).LESSON, lessons.module(stem).EXERCISES
    prose = sum(count_words(source(c)) for c in cells(stem) if c["cell_type"] == "markdown")
    items = len(quizzes.load(stem).items)
    minutes = prose / 180 + items * 75 / 60 + sum(e.minutes for e in exercises if e.core) + 4
    assert 0.8 * lesson.core <= minutes <= 1.2 * lesson.core, round(minutes)
    assert sum(e.minutes for e in exercises if not e.core) == pytest.approx(lesson.stretch, rel=0.2)


@every_lesson
def test_every_question_stands_in_the_lesson_once_and_every_note_is_asked(stem):
    """Questions of earlier lessons may come back as a warm-up, and a note may be read again at the end."""
    code = "\n".join(source(c) for c in cells(stem) if c["cell_type"] == "code")
    loaded = quizzes.load(stem)
    asked = re.findall(r'quiz\("([^"]+)"\)', code)
    number = stem.split("_")[0]
    assert Counter(i for i in asked if i.startswith(number)) == Counter(list(loaded.items))
    assert all(i.split("-")[0] < number for i in asked if not i.startswith(number))
    assert set(re.findall(r'note\("([^"]+)"\)', code)) == set(loaded.notes)


@every_lesson
@pytest.mark.parametrize("folder", ["solutions", "exercises"])
def test_every_exercise_stands_in_its_notebook_once(stem, folder):
    code = "\n".join(source(c) for c in cells(stem, folder) if c["cell_type"] == "code")
    assert re.findall(r'check\("([^"]+)"', code) == list(lessons.exercises(stem))
