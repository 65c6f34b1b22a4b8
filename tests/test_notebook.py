"""What a cell calls: who is at the front end, what is shown, what is stored, and what never changes."""

import ast
import json
import os
import subprocess
import sys
import types

import conftest
import pytest
from conftest import GOOD, ROOT

from parley import lessons, notebook, record
from parley.exercises import Evaluation, Status, Verdict
from parley.notebook import ANSWER_MIME, NotYet, check, form, lesson, note, person_at_front_end, quiz
from parley.quizzes import QuizError

RIGHT = {"voice": {"P1S1": "fact", "P1S2": "fact"}}
WRONG = {"voice": {"P1S1": "fact", "P1S2": "japan"}}
WRONGER = {"voice": {"P1S1": "russia", "P1S2": "japan"}}


def bundle(thing):
    """The mime bundle of something shown, without the view, whose id differs from run to run."""
    shown = thing._repr_mimebundle_()
    data = shown[0] if isinstance(shown, tuple) else shown
    return {mime: content for mime, content in data.items() if "widget-view" not in mime}


# --- who is there ---


def test_a_person_is_there_when_a_prompt_could_be_answered(shell):
    shell(allow_stdin=True)
    assert person_at_front_end() is True


@pytest.mark.parametrize("stdin", [False, None, "yes", 1])
def test_nobody_is_there_under_nbval_and_its_like(shell, stdin):
    shell(allow_stdin=stdin)
    assert person_at_front_end() is False


@pytest.mark.parametrize(
    "parent",
    [
        {},
        {"header": {}},
        {"header": {"msg_type": "execute_request"}},
        {"header": {"msg_type": "comm_msg"}, "content": {"allow_stdin": True}},
        {"header": None, "content": None},
        {"content": {"allow_stdin": True}},
        5,
    ],
    ids=repr,
)
def test_in_a_callback_no_person_is_assumed(shell, parent):
    shell(parent)
    assert person_at_front_end() is False


@pytest.mark.parametrize(
    "found", [lambda: None, lambda: types.SimpleNamespace(), lambda: types.SimpleNamespace(kernel=None)]
)
def test_without_a_kernel_nobody_is_there(monkeypatch, found):
    monkeypatch.setattr("IPython.get_ipython", found)
    assert person_at_front_end() is False


def test_in_a_thread_of_its_own(monkeypatch):
    def get_parent():
        raise LookupError

    monkeypatch.setattr(
        "IPython.get_ipython",
        lambda: types.SimpleNamespace(kernel=types.SimpleNamespace(get_parent=get_parent)),
    )
    assert person_at_front_end() is False


def test_without_ipython(monkeypatch, toy, capsys):
    monkeypatch.setitem(sys.modules, "IPython", None)
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    assert person_at_front_end() is False
    assert form("98-2", saved=RIGHT).answer == RIGHT
    assert check("98-2", RIGHT) is None
    with pytest.raises(NotYet):
        check("98-2", WRONG)
    out = capsys.readouterr().out
    assert "98-2 One grid" in out and "Passed. Both." in out and "Not yet: 1 of 2 match." in out


# --- check ---


@pytest.mark.parametrize("stdin", [True, False])
def test_check_returns_none_and_shows_answer_card_and_text(toy, shell, shown, stdin):
    shell(allow_stdin=stdin)
    assert check("98-2", RIGHT) is None
    (card,) = shown
    data = card._repr_mimebundle_()
    assert data[ANSWER_MIME] == {"exercise": "98-2", "answer": RIGHT}
    assert data["text/plain"] == repr(card) == "Passed. Both.\nNow you know."
    assert "<strong>Passed.</strong> Both." in data["text/html"] and 'role="status"' in data["text/html"]
    json.dumps(data, allow_nan=False)


def test_for_a_person_run_all_goes_on(toy, shell, shown):
    shell(allow_stdin=True)
    for answer in (None, WRONG, "nonsense", {"voice": {"P1S1": "fact"}}):
        assert check("98-2", answer) is None
    assert [repr(c).split(":")[0] for c in shown] == ["Not tried", "Not yet", "Not yet", "Not yet"]


@pytest.mark.parametrize("answer", [None, WRONG, 5, {"voice": {"P1S1": "x"}}, {"lamp": 1}], ids=repr)
def test_where_nobody_is_the_cell_fails_after_the_display(toy, shell, shown, answer):
    shell(allow_stdin=False)
    with pytest.raises(NotYet) as caught:
        check("98-2", answer)
    assert len(shown) == 1
    assert str(caught.value).startswith("Exercise 98-2: Not ") and "\n" not in str(caught.value)
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_complete_is_done(toy, shell, shown):
    shell(allow_stdin=False)
    check("98-1", GOOD)
    assert repr(shown[0]).startswith("Complete: All there, for a reader.")


def test_an_answer_of_the_wrong_shape_is_published_as_a_problem(toy, shell, shown):
    shell(allow_stdin=True)
    check("98-2", {"voice": {"P9": "fact"}})
    published = shown[0]._repr_mimebundle_()[ANSWER_MIME]
    assert published["answer"] is None and "there is no row 'P9'" in published["problem"]


def test_the_form_of_another_exercise(toy, shell, shown):
    shell(allow_stdin=True)
    check("98-1", form("98-3", saved={"double": "def double(n): return n"}))
    assert "there is no part 'double'" in repr(shown[-1])


def test_a_function_through_both_paths(toy, shell, shown):
    shell(allow_stdin=False)
    check("98-3", conftest.double)
    check("98-3", {"double": conftest.double})
    check("98-3", form("98-3", saved={"double": "def double(n):\n    return 2 * n"}))
    assert bundle(shown[0]) == bundle(shown[1]) == bundle(shown[3])


def test_unknown_ids(toy):
    for call, problem in (
        (form, lessons.LessonError),
        (check, lessons.LessonError),
        (quiz, QuizError),
        (note, QuizError),
    ):
        for identifier in ("98-77", "97-1", "lamp", None, 5, ""):
            with pytest.raises(problem) as caught:
                call(identifier)
            assert "\n" not in str(caught.value) and len(str(caught.value)) < 200
    with pytest.raises(lessons.LessonError):
        lesson("97")


def test_text_of_a_lesson_or_a_student_is_escaped(toy, shell, shown):
    shell(allow_stdin=True)
    check("98-2", {"voice": {"<script>": "fact"}})
    check("98-2", None)
    for card in shown:
        assert "<script>" not in bundle(card)["text/html"] and "<both>" not in bundle(card)["text/html"]
    static = bundle(form("98-2"))["text/html"]
    assert "Who &amp; what?" in static and "Label &lt;both&gt; rows." in static
    assert "Toys &amp; lamps" not in lesson("98")._repr_html_(), "its own title stands in the notebook"


# --- hints ---


def hints_of(shown):
    return [repr(c).split("\n")[1][:11] for c in shown if "Hint" in repr(c)]


def test_hints_advance_with_different_wrong_answers(toy, shell, shown):
    shell(allow_stdin=True)
    for answer in (WRONG, WRONG, WRONGER, WRONG, {"voice": {"P1S1": "japan", "P1S2": "fact"}}, WRONGER):
        check("98-2", answer)
    assert hints_of(shown) == [f"Hint {n} of 3" for n in (1, 1, 2, 2, 3, 3)]


def test_hints_do_not_come_for_nothing(toy, shell, shown):
    shell(allow_stdin=True)
    check("98-2", None)
    check("98-2", RIGHT)
    assert hints_of(shown) == []
    check("98-2", WRONG)
    assert hints_of(shown) == ["Hint 1 of 3"]


def test_the_hint_button(toy, shown):
    shown_form = form("98-2", saved=WRONG)
    first = shown_form.check()
    assert (first["hint"][:11], first["more"]) == ("Hint 1 of 3", "Next hint (2 of 3)")
    assert shown_form.check() == first, "a repeat brings nothing new"
    assert [shown_form.hint()["hint"][:11] for _ in range(4)] == [
        "Hint 2 of 3",
        "Hint 3 of 3",
        "Hint 3 of 3",
        "Hint 3 of 3",
    ]
    assert shown_form.last()["more"] == ""
    shown_form.save(RIGHT, "")
    done = shown_form.check()
    assert done["done"] and done["hint"] == done["more"] == "" and done["notes"] == ["Now you know."]


def test_notes_are_shown_after_passing_only(toy, shown):
    words = form("98-2", saved=WRONG).check()
    assert words["notes"] == [] and "Now you know" not in json.dumps(words)
    early = Evaluation({}, Verdict(Status.NOT_YET, "No.", ("The answer is fact.",)))
    assert "fact" not in json.dumps(notebook._words(toy.EXERCISES[1], early, 1))


# --- form ---


def test_a_form_shows_and_hands_over_what_was_saved(toy, shown):
    shown_form = form("98-1", saved=GOOD | {"far": "7,5 km"})
    assert shown == [shown_form]
    assert shown_form.answer == lessons.find("98-1").keep(GOOD)
    assert shown_form.state() == lessons.find("98-1").coerce(GOOD)
    assert shown_form.widget.answer == shown_form.state()
    assert form("98-1").answer == {}


@pytest.mark.parametrize(
    "saved",
    [
        5,
        [1],
        "lamp",
        True,
        {"lamp": 1},
        {"far": "far away"},
        {"pick": object()},
        {"voice": {"P9": "fact"}},
        {"table": [{}]},
    ],
    ids=repr,
)
def test_a_saved_answer_of_the_wrong_shape_is_named_at_the_check(toy, shell, shown, saved):
    shell(allow_stdin=True)
    shown_form = form("98-1", saved=saved)
    assert shown_form.state() == lessons.find("98-1").blank(), "the form is empty, not broken"
    assert shown_form.widget is not None and bundle(shown_form)
    check("98-1", shown_form)
    published = shown[-1]._repr_mimebundle_()[ANSWER_MIME]
    assert published["answer"] is None and published["problem"] == lessons_problem(saved)
    assert shown_form.check()["message"] == published["problem"]
    shown_form.save({"far": 7.5}, "")
    assert shown_form.answer == {"far": 7.5}, "the next click mends it"


def lessons_problem(saved):
    return notebook.evaluate(lessons.find("98-1"), saved).verdict.message


def test_save_gives_the_new_source(toy, shown):
    shown_form = form("98-2")
    source = '# täsk\nanswer_2 = form("98-2")\n'
    outcome = shown_form.save(RIGHT, source)
    assert outcome["old"] == source
    assert outcome["new"] == f'# täsk\nanswer_2 = form("98-2", saved={RIGHT!r})\n'
    assert outcome["line"] == f'answer_2 = form("98-2", saved={RIGHT!r})'
    assert shown_form.save(RIGHT, "")["new"] == "" == shown_form.save(RIGHT, "%magic\nform('98-2')")["new"]
    assert shown_form.save({"voice": {"P1S1": "x"}}, source).keys() == {"problem"}
    assert shown_form.answer == RIGHT, "what was refused changes nothing"
    assert shown_form.save({}, outcome["new"])["new"] == source, "cleared"


def test_what_could_not_be_written_is_written_when_the_cell_runs_again(toy, shell, shown):
    code = 'answer_2 = form("98-2")  # mine'
    form("98-2").save(RIGHT, "")
    front = shell(allow_stdin=True, code=code)
    again = form("98-2")
    assert again.answer == RIGHT
    assert front.inputs == [(f'answer_2 = form("98-2", saved={RIGHT!r})  # mine', True)]
    form("98-2")
    assert len(front.inputs) == 1, "once"


def test_set_next_input_is_called_only_where_it_is_right(toy, shell, shown):
    front = shell(allow_stdin=True, code='answer_2 = form("98-2")')
    stored = form("98-2")
    stored.save(RIGHT, "")
    stored.stored(True)
    form("98-2")
    assert front.inputs == [], "the front end wrote it"

    stored.save(RIGHT, "")
    stored.stored(False)
    front = shell(allow_stdin=True, code='%time\nanswer_2 = form("98-2")')
    assert form("98-2").answer == {} and front.inputs == [], "where it cannot be written, the source holds"

    stored.save(RIGHT, "")
    front = shell(allow_stdin=True, code=f'answer_2 = form("98-2", saved={RIGHT!r})')
    assert form("98-2", saved=RIGHT).answer == RIGHT and front.inputs == [], "nothing to change"

    stored.save(RIGHT, "")
    front = shell(allow_stdin=False, code='answer_2 = form("98-2")')
    assert form("98-2").answer == {} and front.inputs == [], (
        "a run that nobody watches takes the source at its word"
    )

    stored = form("98-2")
    stored.save(RIGHT, "")
    by_hand = {"voice": {"P1S2": "japan"}}
    front = shell(allow_stdin=True, code=f'answer_2 = form("98-2", saved={by_hand!r})')
    assert form("98-2", saved=by_hand).answer == by_hand and front.inputs == [], "a later edit by hand holds"

    stored.save(RIGHT, "")
    front = shell(msg_type="comm_msg", allow_stdin=True, code="")
    stored.check()
    stored.hint()
    assert front.inputs == [], "never in a callback"


def test_the_suggested_line_is_right_python(toy, shown):
    line = form("98-1").save(GOOD, "")["line"]
    (call,) = (n for n in ast.walk(ast.parse(line)) if isinstance(n, ast.Call))
    assert ast.literal_eval(call.keywords[0].value) == lessons.find("98-1").keep(GOOD)
    assert line.startswith("answer_1 = form(")


def test_a_check_in_the_form_freshens_the_card_of_the_check_cell(toy, shell, shown):
    shell(allow_stdin=True)
    shown_form = form("98-2", saved=WRONG)
    check("98-2", shown_form)
    shown_form.save(RIGHT, "")
    shell(msg_type="comm_msg")
    assert shown_form.check()["status"] == "passed"
    update, card = shown[-1]
    assert (
        update == "update"
        and bundle(card)[ANSWER_MIME]["answer"] == RIGHT
        and repr(card).startswith("Passed.")
    )


# --- the record ---


def test_a_person_s_answers_are_kept(toy, shell, shown, own_record, capsys):
    shell(allow_stdin=True)
    quiz("98-1").answer("B")
    note("98-guess").write("a guess")
    check("98-2", WRONG)
    check("98-1", GOOD)
    kept = record.load()
    assert kept["quiz"] == {"98-1": "b"} and kept["notes"] == {"98-guess": "a guess"}
    assert kept["exercises"] == {"98-2": "not yet", "98-1": "complete"}


def test_a_run_that_nobody_watches_keeps_nothing(toy, shell, shown, own_record, capsys):
    shell(allow_stdin=False)
    quiz("98-1").answer("b")
    note("98-guess").write("a guess of the test run")
    check("98-2", RIGHT)
    assert not own_record.exists()


def everything(toy):
    things = [
        quiz("98-1"),
        quiz("98-2"),
        note("98-guess"),
        *(form(e.id) for e in toy.EXERCISES),
        form("98-1", saved=GOOD),
    ]
    return json.dumps([[repr(t), bundle(t)] for t in things], ensure_ascii=False) + lesson("98")._repr_html_()


def test_outputs_are_the_same_with_an_empty_and_a_full_record(toy, shown, own_record):
    empty = everything(toy)
    record.write(
        record.empty()
        | {
            "quiz": {"98-1": "b", "98-2": "a"},
            "notes": {"98-guess": "words"},
            "exercises": {"98-1": "complete"},
        },
        own_record,
    )
    assert quiz("98-1").widget.choice == "b" and note("98-guess").widget.text == "words", "the widgets know"
    assert everything(toy) == empty
    own_record.write_text('{"version": 1, "quiz": {"98-1": 5, "98-2": ["z"]}, "notes": {"98-guess": {}}}')
    assert quiz("98-1").widget.choice == "" and note("98-guess").widget.text == "", (
        "nonsense in the record is not shown"
    )
    assert everything(toy) == empty
    own_record.write_text("broken")
    assert everything(toy) == empty


ALL_FACES = """
import json, sys
from parley import lessons, notebook, quizzes
faces = []
def take(thing):
    shown = thing._repr_mimebundle_()
    data = shown[0] if isinstance(shown, tuple) else shown
    faces.append([repr(thing), {k: v for k, v in data.items() if "widget-view" not in k}])
for number, stem in lessons.numbers().items():
    loaded = quizzes.load(stem)
    for name in loaded.items: take(notebook.quiz(name))
    for name in loaded.notes: take(notebook.note(name))
    for exercise in lessons.exercises(number).values():
        take(notebook.Form(exercise))
        for answer in (None, *exercise.right, *exercise.wrong):
            result = notebook.evaluate(exercise, answer)
            take(notebook._VerdictCard.of(exercise, result, notebook._words(exercise, result, 1)))
    header = notebook.lesson(number)
    faces.append([repr(header), header._repr_html_()])
print(json.dumps(faces))
"""


def test_two_processes_show_the_same(own_record):
    record.keep("quiz", "00-1", "a")
    runs = []
    for seed, place in (("1", own_record), ("2", own_record.parent / "none.json")):
        env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "PARLEY_RECORD": str(place)}
        runs.append(
            subprocess.Popen(
                [sys.executable, "-c", ALL_FACES], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        )
    (first, said), (second, _) = (run.communicate(timeout=60) for run in runs)
    assert said == b"" and len(json.loads(first.splitlines()[-1])) > 20
    assert first == second
    assert b" at 0x" not in first


# --- without anywidget ---


def test_without_anywidget_the_static_face_and_the_keyboard_work(toy, shell, shown, monkeypatch, capsys):
    for name in [name for name in sys.modules if name.startswith("parley.widgets")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("parley.widgets", raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    shell(allow_stdin=True)
    for thing in (quiz("98-1"), note("98-guess"), form("98-1")):
        assert thing.widget is None
        data, metadata = thing._repr_mimebundle_()
        assert data == {"text/plain": thing._text(), "text/html": thing._html()} and metadata == {}
    quiz("98-1").answer("a")
    assert capsys.readouterr().out == "Not this one. KEYLESS-A its wire glows and nothing burns.\n"
    check("98-2", form("98-2", saved=RIGHT))
    assert repr(shown[-1]).startswith("Passed.")


# --- lessons ---


def test_the_header_of_a_lesson(toy):
    header = lesson("98")
    assert repr(header) == "Lesson 98: Toys & lamps (10 minutes)" == repr(lesson("98_toy"))
    face = header._repr_html_()
    assert "<strong>10 minutes</strong>" in face and "<li>Light a lamp.</li>" in face
    assert "../exercises/98_toy.ipynb" in face and "last lesson that is out so far" in face


def test_the_way_on_is_computed(toy, data_folder, monkeypatch):
    (data_folder / "quizzes/99_more.yaml").write_text(conftest.TOY_QUIZ.replace("98", "99"), encoding="utf-8")
    more = types.ModuleType("parley.lessons.more")
    more.LESSON = type(toy.LESSON)(**vars(toy.LESSON) | {"stem": "99_more", "title": "More <lamps>"})
    more.EXERCISES = ()
    monkeypatch.setitem(sys.modules, "parley.lessons.more", more)
    assert '<a href="99_more.ipynb">Next lesson: 99 More &lt;lamps&gt;</a>' in lesson("98")._repr_html_()
    assert '<a href="98_toy.ipynb">Before this: 98 Toys &amp; lamps</a>' in lesson("99")._repr_html_()


def test_a_quiz_file_without_its_module(data_folder):
    (data_folder / "quizzes/98_none.yaml").write_text(conftest.TOY_QUIZ, encoding="utf-8")
    with pytest.raises(
        lessons.LessonError, match=r"98_none has a quiz file but no module; expected parley/lessons/none\.py"
    ):
        form("98-1")


def test_the_package_hands_over_its_names_in_any_order():
    code = """
from parley import form
from parley import quiz, check, note, lesson
import parley
assert all(map(callable, (form, quiz, check, note, lesson, parley.quiz)))
from parley import *
assert callable(quiz)
"""
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})


def test_a_form_that_ends_a_cell_is_drawn_once(toy, monkeypatch, shell, shown):
    front = shell(allow_stdin=True)
    front.kernel.get_parent()["header"]["msg_id"] = "run-1"
    ended = form("98-2")
    assert len(shown) == 1 and ended._repr_mimebundle_() == ({"text/plain": "<form 98-2>"}, {})
    front.kernel.get_parent()["header"]["msg_id"] = "run-2"
    assert "text/html" in ended._repr_mimebundle_()[0], "in a later cell it is drawn again"


def test_a_blank_copy_takes_nothing_back_that_was_done(own_record):
    """A second, untouched copy of a notebook is run: the record still says what was done in the first."""
    from parley import lessons, record

    exercise = lessons.find("00-1")
    form = notebook.Form(exercise)
    form.save(exercise.right[0], "")
    form.check()
    assert record.recall("exercises", "00-1") == "passed"
    notebook.Form(exercise).check()
    assert record.recall("exercises", "00-1") == "passed"
    form.save(exercise.wrong[0], "")
    form.check()
    assert record.recall("exercises", "00-1") == "not yet", "a changed answer is another matter"
