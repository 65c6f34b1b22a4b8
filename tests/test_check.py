"""``parley check``: never a wrong pass, never a crash, and a line that a student understands."""

import copy
import dataclasses
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from parley import data, lessons, notebook
from parley.answers import DEFAULT_SEED, Function
from parley.exercises import evaluate
from parley.grading import ANSWER_MIME, build, check, dump, parse, report, restore
from parley.grading import run as runner
from parley.grading.run import CellRun, Limits, Run
from parley.splicing import splice

STEM = "00_orientation"
EXERCISES = lessons.exercises(STEM)
FUNCTION = next(e for e in EXERCISES.values() if isinstance(e.fields[0], Function))
FIRST, SECOND, THIRD = [e for e in EXERCISES.values() if e.core][:3]
SHARE = "    return voices.count(voice) / len(voices) if voices else 0.0"


@pytest.fixture(scope="module")
def given():
    return restore.release(STEM)


def cell(book, name):
    return next(c for c in book["cells"] if c["id"] == name)


def name_of(exercise, tag):
    return f"ex{exercise.id.split('-')[1]}-{tag}"


def variable(exercise):
    return f"answer_{exercise.id.split('-')[1]}"


def answered(given, answers):
    """The release with answers in it, as a form writes them (a table), or with a cell's source (text)."""
    book = copy.deepcopy(given)
    for identifier, answer in answers.items():
        there = cell(book, name_of(EXERCISES[identifier], "answer"))
        there["source"] = answer if isinstance(answer, str) else splice(there["source"], identifier, answer)
    return book


def solved(given):
    answers = {e.id: e.keep(e.right[0]) for e in EXERCISES.values() if e is not FUNCTION}
    return answered(
        given,
        answers
        | {
            FUNCTION.id: cell(given, name_of(FUNCTION, "answer"))["source"].replace(
                "    # your answer", SHARE
            )
        },
    )


def own(source, name=""):
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def put_after(book, name, *cells):
    at = book["cells"].index(cell(book, name)) + 1
    book["cells"][at:at] = cells


def save(path, book):
    path.write_text(dump(book), encoding="utf-8")
    return path


# --- whole files, run once, two at a time ---


def mangled(given):
    """Solved, but with everything done to it that a student, or a tool, may do."""
    book = solved(given)
    book["metadata"] = {"kernelspec": {"name": "julia-1.9", "display_name": "Julia", "language": "julia"}}
    first, second, third = (cell(book, name_of(e, "answer")) for e in (FIRST, SECOND, THIRD))
    wrong = splice(first["source"], FIRST.id, FIRST.keep(FIRST.wrong[0]))
    book["cells"].insert(book["cells"].index(first), {**first, "source": wrong})  # a first attempt, same id
    second["cell_type"] = "markdown"
    second.pop("outputs"), second.pop("execution_count")
    third["id"] = "3f2a9c1e-0000-4000-8000-000000000000"  # an editor gave it a new one
    third["source"] = "# NBVAL_SKIP\n" + third["source"]
    third["metadata"]["tags"] = ["answer", "raises-exception", "nbval-skip"]
    cell(book, name_of(FIRST, "check"))["source"] = "print('passed')"
    book["cells"].remove(cell(book, name_of(SECOND, "check")))
    for code in (c for c in book["cells"] if c["cell_type"] == "code"):
        code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "stale"}]
        code["execution_count"] = None
    put_after(
        book, name_of(FIRST, "check"), own("my_own = 1", "deadbeef"), own("# NBVAL_RAISES_EXCEPTION\n1 / 0")
    )
    cell(book, "ex-setup")["source"] = "import os\nfrom parley import check, form"
    whole = cell(book, name_of(FUNCTION, "answer"))  # split in two, as Ctrl+Shift+Minus does
    head, tail = whole["source"].split("\n\n\n")
    whole["source"] = head
    put_after(book, whole["id"], {**whole, "id": "b1946ac9-0000-4000-8000-000000000000", "source": tail})
    return book


def slips(given):
    """Wrong, cut short, too greedy, and results in place of a function."""
    book = answered(given, {FIRST.id: FIRST.keep(FIRST.wrong[0])})
    cell(book, name_of(SECOND, "answer"))["source"] = f"{variable(SECOND)} = {{\n    'voice': fuor\n}}"
    cell(book, name_of(THIRD, "answer"))["source"] = f"hog = 'x' * (1 << 36)\n{variable(THIRD)} = None"
    cases = FUNCTION.fields[0].cases(DEFAULT_SEED)
    results = {
        "seed": DEFAULT_SEED,
        "results": [{"value": v.count(x) / len(v) if v else 0.0} for x, v in cases],
    }
    cell(book, name_of(FUNCTION, "answer"))["source"] = f"{variable(FUNCTION)} = {results!r}"
    return book


def patched(given):
    """A kernel that calls everything right, silences its errors, and takes the name of the check."""
    book = answered(given, {FIRST.id: FIRST.keep(FIRST.wrong[0]), SECOND.id: f"{variable(SECOND)} = (\n"})
    put_after(
        book,
        book["cells"][0]["id"],
        own(
            "import parley.notebook as n, parley.exercises as e, sys\n"
            "n.evaluate = lambda ex, a: e.Evaluation({'voice': {}}, e.passed('all right'))\n"
            "get_ipython().showtraceback = lambda *a, **k: None\n"
            "n.NotYet.__init__ = lambda *a: None"
        ),
    )
    put_after(book, name_of(FUNCTION, "answer"), own("check = print"))
    return book


def hostile(given):
    """Scribbles over what lies near, starts programs that go away by themselves, and ends the run."""
    source = (
        "import os, pathlib, subprocess\n"
        "junk = '{\"kernel\": -1}\\n' + '{\"id\": \"ex1-check\"}\\n' + '{\"id\": ' + '[' * 100_000 + '\\n'\n"
        "for file in [f for f in pathlib.Path('..').glob('*') if f.is_file()]:\n"
        "    file.open('a').write(junk)\n"
        "for fd in range(3):\n"
        "    os.write(fd, junk.encode()) if fd else None\n"
        "if os.name == 'posix':\n"
        "    subprocess.Popen(['sleep', '4711'], start_new_session=True)\n"
        "    if os.fork() == 0:\n"
        "        os.setsid()\n"
        "        if os.fork() == 0:\n"
        "            os.execvp('sleep', ['sleep', '4712'])\n"
        "        os._exit(0)\n"
    )
    book = answered(given, {FIRST.id: FIRST.keep(FIRST.right[0])})
    put_after(book, book["cells"][0]["id"], own(source))
    put_after(book, name_of(FIRST, "check"), own("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"))
    return book


def leaving(given):
    """Cells that tell Python to leave."""
    book = answered(given, {FIRST.id: "import sys\nsys.exit()", SECOND.id: "x = 1"})
    put_after(book, name_of(SECOND, "answer"), own("x += 'a'"))
    put_after(book, name_of(THIRD, "answer"), own("quit()"), own("import time\ntime.sleep(0.3)"))
    return book


def endless(given):
    book = answered(given, {FIRST.id: "while True:\n    pass", SECOND.id: "import os\nos._exit(0)"})
    return book


def stubborn(given):
    source = (
        "import time\nwhile True:\n    try:\n        time.sleep(9)\n    except BaseException:\n        pass"
    )
    return answered(given, {FIRST.id: FIRST.keep(FIRST.right[0]), SECOND.id: source})


SUBMISSIONS = {
    "stubborn": (stubborn, Limits(total=6)),
    "endless": (endless, Limits(cell=2)),
    "hostile": (hostile, None),
    "leaving": (leaving, None),
    "solved": (solved, None),
    "blank": (copy.deepcopy, None),
    "mangled": (mangled, None),
    "slips": (slips, None),
    "patched": (patched, None),
}


@pytest.fixture(scope="module")
def reports(given, tmp_path_factory):
    """Every submission checked from a file: ``{name: FileReport}``. The files are read, never written."""
    folder = tmp_path_factory.mktemp("täglich mit Leerzeichen")
    files = {name: save(folder / f"{name}.ipynb", make(given)) for name, (make, _) in SUBMISSIONS.items()}
    before = {name: (file.read_bytes(), file.stat().st_mtime_ns) for name, file in files.items()}
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(check, "own_files", dict)  # whoever runs the tests may be at work on Parley
        futures = {
            name: pool.submit(check.check_file, str(files[name]), limits)
            for name, (_, limits) in SUBMISSIONS.items()
        }
        found = {name: future.result() for name, future in futures.items()}
    assert {name: (file.read_bytes(), file.stat().st_mtime_ns) for name, file in files.items()} == before
    assert sorted(folder.iterdir()) == sorted(files.values())
    return found


def result(reports, name, exercise):
    return next(r for r in reports[name].results if r.id == exercise.id)


def statuses(reports, name):
    return {r.id: r.status for r in reports[name].results}


def test_a_solved_file_passes(reports):
    wanted = {
        e.id: str(evaluate(e, e.right[0]).verdict.status) for e in EXERCISES.values() if e is not FUNCTION
    }
    assert statuses(reports, "solved") == wanted | {FUNCTION.id: "passed"}
    assert reports["solved"].exit == 0
    assert report.summary(reports["solved"]).startswith(
        f"All {sum(e.core for e in EXERCISES.values())} core exercises are done."
    )


def test_a_blank_file_is_not_tried(reports):
    assert set(statuses(reports, "blank").values()) == {"not tried"}
    assert reports["blank"].exit == 1
    assert report.summary(reports["blank"]).endswith(f"Next: {FIRST.id}.")


def test_what_was_mangled_is_put_back(reports):
    assert statuses(reports, "mangled") == statuses(reports, "solved")
    assert "2 cells write this answer; the last one" in result(reports, "mangled", FIRST).notes[0]
    assert result(reports, "mangled", FUNCTION).notes == (), "a split cell is one answer"
    assert reports["mangled"].notes == (
        "The cell ex-setup was changed; the given one was put back, and yours runs before it.",
    )
    assert "turned into Markdown" in result(reports, "mangled", SECOND).notes[0]
    assert result(reports, "mangled", THIRD).notes == ()


def test_a_wrong_answer_gets_the_judges_words(reports):
    found = result(reports, "slips", FIRST)
    assert (found.status, found.message) == ("not yet", evaluate(FIRST, FIRST.wrong[0]).verdict.message)
    assert found.answer == evaluate(FIRST, FIRST.wrong[0]).answer


def test_an_error_is_told_with_its_line(reports):
    found = result(reports, "slips", SECOND)
    assert found.status == "could not run"
    assert (
        found.message
        == "The answer cell stopped in line 2, `'voice': fuor`: NameError: name 'fuor' is not defined"
    )


def test_too_much_memory_is_told(reports):
    found = result(reports, "slips", THIRD)
    assert found.status == "could not run" and "MemoryError" in found.message


def test_results_in_place_of_a_function_do_not_pass(reports):
    found = result(reports, "slips", FUNCTION)
    assert found.status == "could not run" and "not the function" in found.message


def test_a_kernel_cannot_give_itself_a_pass(reports):
    assert {r.status for r in reports["patched"].results} <= {"not tried", "not yet", "could not run"}
    assert result(reports, "patched", SECOND).status == "could not run"
    assert "name `check`" in result(reports, "patched", FUNCTION).message


def test_an_endless_loop_and_a_dead_kernel_have_their_own_words(reports):
    assert "more than 2 s" in result(reports, "endless", FIRST).message
    assert "Python ended in the answer cell" in result(reports, "endless", SECOND).message
    assert (
        f"Python ended in the cell {name_of(SECOND, 'answer')}" in result(reports, "endless", THIRD).message
    )
    assert reports["endless"].exit == 2, "nothing could be checked"


def test_a_loop_that_catches_everything_is_stopped(reports):
    assert result(reports, "stubborn", FIRST).status == "passed", "what was done before counts"
    assert "Time ran out in the answer cell" in result(reports, "stubborn", SECOND).message
    assert reports["stubborn"].exit == 1
    assert reports["stubborn"].seconds < 12


@pytest.mark.skipif(os.name != "posix", reason="ends a program by a signal")
def test_a_cell_finds_no_results_to_scribble_in_and_one_that_ends_the_run_is_named(reports):
    assert result(reports, "hostile", FIRST).status == "passed", "what was done before counts"
    found = result(reports, "hostile", SECOND)
    assert found.message.startswith("The whole run was ended in the cell own-2 that you added.")
    assert reports["hostile"].problem is None


def test_python_that_was_told_to_leave(reports):
    assert (
        result(reports, "leaving", FIRST).message
        == "The answer cell told Python to leave, and stopped there. Take out exit()."
    )
    assert result(reports, "leaving", THIRD).message.startswith(
        "Python ended in the cell own-2 that you added"
    )


def test_a_slip_between_answer_and_check_is_told(reports):
    found = result(reports, "leaving", SECOND).message
    assert found.startswith("The cell own-1 that you added stopped in line 1, `x += 'a'`: TypeError"), found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at processes through /proc")
def test_no_process_is_left_behind(reports):
    def ours():
        for place in Path("/proc").glob("[0-9]*"):
            try:
                words = (place / "cmdline").read_bytes()
                env = (place / "environ").read_bytes()
            except OSError:
                continue
            is_ours = b"ipykernel_launcher" in words or b"sleep\x00471" in words
            if is_ours and b"/parley-" in env and b"PYTEST_CURRENT_TEST" in env:
                yield words

    until = time.monotonic() + 3
    while list(ours()) and time.monotonic() < until:
        time.sleep(0.1)
    assert not list(ours())


# --- the judge, without a kernel ---


def published(given, exercise, answer, seed=1):
    """A run in which the check cell published this answer."""
    bundle = {"exercise": exercise.id, "answer": answer}
    return Run(seed, {name_of(exercise, "check"): CellRun("ok", published=(bundle,))})


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_the_checker_agrees_with_the_card_on_every_declared_answer(given, exercise):
    restored = restore.restore(solved(given), given)
    for answer in (*exercise.right, *exercise.wrong):
        here = evaluate(exercise, answer)
        seed = next(
            (v["seed"] for v in (here.answer or {}).values() if isinstance(v, dict) and "seed" in v), 1
        )
        there = check.judge(exercise, restored, published(given, exercise, here.answer, seed), Limits())
        assert there.status == (str(here.verdict.status) if here.answer is not None else "not yet"), answer
        if here.answer is not None:
            assert there.answer == here.answer


@pytest.mark.parametrize(
    "answer", [3, [], "passed", {"stray": 1}, {"voice": 5}, {"voice": {"P1S1": {}}}, {"__class__": {}}]
)
def test_a_strange_publication_never_passes(given, answer):
    restored = restore.restore(solved(given), given)
    for exercise in EXERCISES.values():
        assert not check.judge(exercise, restored, published(given, exercise, answer), Limits()).done


def test_a_publication_for_another_exercise_does_not_count(given):
    restored = restore.restore(solved(given), given)
    elsewhere = Run(
        1,
        {
            name_of(FIRST, "check"): CellRun(
                "ok", published=({"exercise": SECOND.id, "answer": dict(SECOND.right[0])},)
            )
        },
    )
    assert check.judge(FIRST, restored, elsewhere, Limits()).status == "could not run"


def test_the_checker_and_the_lessons_speak_of_the_same_mime_type():
    assert ANSWER_MIME == notebook.ANSWER_MIME


def test_only_an_answer_with_exactly_the_exercises_parts_is_judged(given):
    """A bare value is for `check` in a kernel; here it would get past the test of the seed."""
    restored = restore.restore(solved(given), given)
    cases = FUNCTION.fields[0].cases(DEFAULT_SEED)
    known = [{"value": v.count(x) / len(v) if v else 0.0} for x, v in cases]
    stale = {"seed": DEFAULT_SEED, "results": known}
    name = FUNCTION.fields[0].name
    whole = THIRD.right[0]
    strange = [(FUNCTION, stale), (FUNCTION, {name: stale}), (FUNCTION, {name: f"def {name}(*a): ..."})]
    strange += [(FIRST, dict(FIRST.right[0]["voice"])), (THIRD, {k: whole[k] for k in list(whole)[1:]})]
    for exercise, answer in strange:
        found = check.judge(exercise, restored, published(given, exercise, answer), Limits())
        assert found.status == "could not run", answer
    fresh = check.judge(FUNCTION, restored, published(given, FUNCTION, {name: stale}, DEFAULT_SEED), Limits())
    assert fresh.status == "passed"


def task(given, exercises=EXERCISES):
    ground = check.Ground(STEM, "A lesson", exercises, given)
    return check.Task("x.ipynb", ground, restore.restore(solved(given), given))


def test_a_judge_that_stumbles_is_parleys_own_fault(given, monkeypatch):
    broken = dataclasses.replace(FIRST, judge=lambda answer: {}["P9S9"])
    done = published(given, FIRST, evaluate(FIRST, FIRST.right[0]).answer)
    monkeypatch.setattr(check, "run", lambda *a: done)
    found = check.finish(task(given, {FIRST.id: broken}), Limits(), check.own_files())
    assert found.exit == 2 and found.results == ()
    assert f"the judge of {FIRST.id} stopped with KeyError: 'P9S9' (not the student's doing)" in found.problem


def test_a_notebook_that_changes_parleys_own_tables_is_not_believed(given, monkeypatch, data_folder):
    def rewrites_the_key(*_):
        (data_folder / "voices.csv").unlink()
        (data_folder / "voices.csv").write_text("sentence,voice\n")
        return published(given, FIRST, evaluate(FIRST, FIRST.right[0]).answer)

    before = check.own_files()
    monkeypatch.setattr(check, "run", rewrites_the_key)
    harmless = {FIRST.id: dataclasses.replace(FIRST, judge=lambda answer: None)}
    monkeypatch.setattr(check, "judge", lambda *a: None)
    found = check.finish(task(given, harmless), Limits(), before)
    assert found.exit == 2 and "data/voices.csv changed while notebooks ran" in found.problem


def test_all_is_read_and_loaded_before_anything_runs(given, tmp_path, monkeypatch):
    """What the first notebook does to the second file, or to the solution, comes too late."""
    files = [str(save(tmp_path / name, solved(given))) for name in ("a.ipynb", "b.ipynb")]
    loads = []
    monkeypatch.setattr(check, "finish", lambda task, *_: Path(files[1]).write_text("gone") and task)
    found = list(check.check_files(files, ground_of=lambda stem: loads.append(stem) or check.ground(stem)))
    assert loads == [STEM] and [type(one) for one in found] == [check.Task] * 2


def test_without_any_tables_each_file_says_so(given, tmp_path, monkeypatch):
    def missing():
        raise data.DataError("the folder data/ is missing")

    monkeypatch.setattr(data, "folder", missing)
    assert "data/ is missing" in check.check_file(str(save(tmp_path / "x.ipynb", given))).problem


def test_whatever_happens_a_batch_goes_on(given, tmp_path, monkeypatch):
    files = [str(save(tmp_path / name, given)) for name in ("a.ipynb", "b.ipynb")]
    monkeypatch.setattr(check, "restore", lambda *a: (_ for _ in ()).throw(RecursionError("too deep")))
    found = list(check.check_files(files))
    assert [one.exit for one in found] == [2, 2]
    assert all("RecursionError: too deep" in one.problem and "\n" not in one.problem for one in found)


# --- what a run tells ---


def test_only_lines_of_the_right_shape_are_believed():
    good = {"id": "a", "outcome": "ok", "ename": "", "evalue": "", "line": None, "published": [1]}
    strange = [{"published": 3}, {"line": "1"}, {"line": True}, {"ename": None}, {"evalue": "x" * 9999}]
    strange += [{"outcome": "passed"}, {"outcome": []}]
    assert runner._cell_run(good) == CellRun("ok", published=(1,))
    assert [runner._cell_run(good | one) for one in strange] == [None] * len(strange)
    assert [runner._names(good | {"id": i}, {"a"}) for i in ("a", "b", ["a"], None)] == [
        True,
        False,
        False,
        False,
    ]
    deep = "{" + '"a": ' + "[" * 100_000
    assert list(runner._lines(f'{deep}\n...\n{{"b": 1}}\n[2]\n{{"cut": ')) == [{"b": 1}]


def test_a_kernel_gets_no_secrets_and_nobodys_own_folder(monkeypatch, tmp_path):
    for name in ("TOKEN_OF_THE_TEACHER", "PYTHONSTARTUP", "PARLEY_SEED", "PYTEST_ADDOPTS", "MPLBACKEND"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    env = runner.environment(tmp_path, MORE="1")
    assert "secret" not in env.values() and env["MORE"] == "1" and env["LC_ALL"] == "C.UTF-8"
    assert env["PATH"] == os.environ["PATH"]
    for name in ("PARLEY_RECORD", "PARLEY_WORK", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR"):
        assert Path(env[name]).parent == tmp_path


# --- putting back ---


def test_own_cells_stay_where_they_are_and_the_order_is_the_releases(given):
    book = copy.deepcopy(given)
    book["cells"].insert(0, own("top = 1"))
    put_after(book, name_of(FIRST, "answer"), own("one = 1"), own("two = 2"))
    check_cell = cell(book, name_of(FIRST, "check"))
    book["cells"].remove(check_cell)
    book["cells"].append(check_cell)
    restored = restore.restore(book, given)
    ids = [c["id"] for c in restored.notebook["cells"]]
    assert ids[0] == "own-1" and restored.added == 3
    at = ids.index(name_of(FIRST, "answer"))
    assert ids[at : at + 4] == [name_of(FIRST, "answer"), "own-2", "own-3", name_of(FIRST, "check")]
    assert [i for i in ids if not i.startswith("own-")] == [c["id"] for c in given["cells"]]


def test_a_cleared_file_is_a_blank_one_with_notes(given):
    restored = restore.restore({**given, "cells": []}, given)
    assert restored.notebook["cells"] == given["cells"]
    assert set(restored.notes) == set(EXERCISES) == restored.blank
    assert "deleted" in restored.notes[FIRST.id][0]


def test_an_answer_retyped_in_a_new_cell_is_found(given):
    book = copy.deepcopy(given)
    there = cell(book, name_of(FIRST, "answer"))
    book["cells"][book["cells"].index(there)] = own(f"{variable(FIRST)} = {{'voice': None}}", "9e1f0a7b")
    restored = restore.restore(book, given)
    assert (
        cell(restored.notebook, name_of(FIRST, "answer"))["source"]
        == f"{variable(FIRST)} = {{'voice': None}}"
    )
    assert FIRST.id not in restored.notes


@pytest.mark.parametrize("ids", ["kept", "lost"])
def test_both_halves_of_a_split_answer_run_in_their_places(given, ids):
    book = copy.deepcopy(given)
    there = cell(book, name_of(FUNCTION, "answer"))
    half = {**there, "id": "3f2a9c1e-0000-4000-8000-000000000000", "source": "answer_4 = share"}
    there["source"] = "def share(voice, voices):\n    return 0"
    put_after(book, there["id"], half)
    if ids == "lost":
        del there["id"], half["id"]
    restored = restore.restore(book, given)
    sources = [c["source"] for c in restored.notebook["cells"] if c["cell_type"] == "code"]
    at = sources.index(there["source"])
    assert sources[at : at + 3] == [
        there["source"],
        half["source"],
        cell(given, name_of(FUNCTION, "check"))["source"],
    ]


def test_of_two_answers_both_run_and_it_is_said(given):
    book = answered(given, {FIRST.id: f"{variable(FIRST)} = 1"})
    put_after(book, name_of(FIRST, "answer"), own(f"{variable(FIRST)} = 2"))
    restored = restore.restore(book, given)
    ids = [c["id"] for c in restored.notebook["cells"]]
    at = ids.index(name_of(FIRST, "answer"))
    assert [restored.notebook["cells"][n]["source"][-3:] for n in (at, at + 1)] == ["= 1", "= 2"]
    assert restored.notes[FIRST.id] == ("2 cells write this answer; the last one before the check counts.",)


def test_a_comparison_is_not_an_answer(given):
    book = copy.deepcopy(given)
    book["cells"].remove(cell(book, name_of(FIRST, "answer")))
    put_after(book, "ex-setup", own(f"{variable(FIRST)} == 5"))
    restored = restore.restore(book, given)
    assert cell(restored.notebook, name_of(FIRST, "answer")) == cell(given, name_of(FIRST, "answer"))
    assert "deleted" in restored.notes[FIRST.id][0]


def test_a_given_cell_that_was_changed_runs_before_the_one_put_back(given):
    book = copy.deepcopy(given)
    cell(book, "ex-setup")["source"] = "import math\ncheck = print"
    cell(book, "ex1-task")["source"] = "my notes"
    restored = restore.restore(book, given)
    ids = [c["id"] for c in restored.notebook["cells"]]
    at = ids.index("ex-setup")
    assert restored.notebook["cells"][at - 1]["source"] == "import math\ncheck = print"
    assert cell(restored.notebook, "ex-setup") == cell(given, "ex-setup")
    assert restored.remarks == (
        "The cell ex-setup was changed; the given one was put back, and yours runs before it.",
    )


def test_an_answer_typed_into_the_check_cell_is_noted(given):
    book = copy.deepcopy(given)
    cell(book, name_of(FIRST, "check"))["source"] = f'{variable(FIRST)} = 5\ncheck("00-1", {variable(FIRST)})'
    restored = restore.restore(book, given)
    assert restored.notebook["cells"] == given["cells"] and FIRST.id in restored.blank
    assert "typed into the check cell is not read" in restored.notes[FIRST.id][0]


@pytest.mark.filterwarnings("ignore:Conflicting comment markers")
def test_marks_of_nbval_are_defused_and_lines_keep_their_numbers():
    source = (
        "x = 1\n  #  NBVAL_SKIP  \n# NBVAL_IGNORE_OUTPUT\n## "
        "PYTEST_VALIDATE_IGNORE_OUTPUT\ny = '# NBVAL_SKIP'"
    )
    from nbval.plugin import find_comment_markers

    assert list(find_comment_markers(source)) and not list(find_comment_markers(restore.defused(source)))
    assert restore.defused(source).count("\n") == source.count("\n")
    assert restore.defused(source).endswith("y = '# NBVAL_SKIP'")


def test_a_damaged_cell_is_passed_over(given):
    book = {
        **given,
        "cells": [
            3,
            None,
            {"cell_type": "code"},
            {"cell_type": 7, "source": "x", "metadata": []},
            own("é\ud83d"),
            *given["cells"],
        ],
    }
    restored = restore.restore(book, given)
    assert dump(restored.notebook).encode("utf-8")
    assert [c["cell_type"] for c in restored.notebook["cells"][:2]] == ["raw", "code"]


# --- which lesson ---


def test_a_lesson_is_found_by_its_cells_when_the_metadata_is_lost(given):
    book = {**solved(given), "metadata": {}}
    assert restore.find_lesson(book, [STEM]) == STEM


def test_ids_alone_do_not_make_a_lesson(given):
    other = {
        "cells": [{**c, "source": "x = 1", "metadata": {}} for c in given["cells"]],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    with pytest.raises(restore.SubmissionError, match="none of Parley's exercises"):
        restore.find_lesson(other, [STEM])


def test_a_lesson_of_another_copy_is_named(given):
    """Every lesson has cells called ex1-answer, so it must not be taken for one that is here."""
    book = {**given, "metadata": {"parley": {"lesson": "77_elsewhere", "kind": "exercise"}}}
    with pytest.raises(restore.SubmissionError, match=r"^Lesson 77 \(77_elsewhere\) is not in this copy"):
        restore.find_lesson(book, [STEM])


@pytest.fixture
def more_lessons(data_folder, tmp_path, monkeypatch):
    """Lesson 00 among others: one is a quiz file alone, the module of another has a slip."""
    for stem in (STEM, "97_half", "98_broken"):
        shutil.copy(
            Path(build.__file__).parents[2] / f"data/quizzes/{STEM}.yaml",
            data_folder / f"quizzes/{stem}.yaml",
        )
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "broken.py").write_text("EXERCISES = (\n")
    monkeypatch.setattr(lessons, "__path__", [*lessons.__path__, str(tmp_path / "more")])


@pytest.mark.usefixtures("more_lessons")
def test_a_lesson_that_is_half_there_stops_no_other(given, tmp_path):
    file = save(tmp_path / "lost.ipynb", {**solved(given), "metadata": {}})
    assert check.prepare(str(file)).ground.stem == STEM


@pytest.mark.usefixtures("more_lessons")
@pytest.mark.parametrize(
    "stem, words", [("97_half", "no module"), ("98_broken", "broken.py, line 1: SyntaxError")]
)
def test_a_damaged_module_is_one_line(given, tmp_path, stem, words):
    book = {**given, "metadata": {"parley": {"lesson": stem, "kind": "exercise"}}}
    found = check.check_file(str(save(tmp_path / "x.ipynb", book)))
    assert found.exit == 2 and words in found.problem and "\n" not in found.problem


# --- where the release comes from ---


def git(root, *words):
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


@pytest.fixture
def project(given, tmp_path, monkeypatch):
    """A project with the solution and the exercise of one lesson, and no git."""
    place = build.Place(tmp_path / "project", STEM)
    real = build.Place(data.project(), STEM)
    for kind in ("solution", "exercise"):
        place.path(kind).parent.mkdir(parents=True)
    place.path("solution").write_text(build.published(real, "solution", EXERCISES)[0], encoding="utf-8")
    place.path("exercise").write_text(dump(given), encoding="utf-8")
    monkeypatch.setattr(restore, "data", types.SimpleNamespace(project=lambda: place.root))
    return place


def click(book):
    there = cell(book, name_of(FIRST, "answer"))
    there["source"] = splice(there["source"], FIRST.id, FIRST.keep(FIRST.wrong[0]))


def scratch(book):
    book["cells"].append(own("1 + 1", "9f8e7d6c"))


def change(place, kind, how):
    book = parse(place.path(kind).read_text(encoding="utf-8"))
    how(book)
    save(place.path(kind), book)


@pytest.mark.skipif(data.project() is None, reason="an installed Parley has no solutions")
@pytest.mark.parametrize("how", [click, scratch])
def test_work_in_the_solution_does_not_stop_a_check(given, project, how):
    assert restore.release_and_note(STEM) == (given, "")
    change(project, "solution", how)
    found, note = restore.release_and_note(STEM)
    assert found == given and note.startswith(f"The exercise was taken from exercises/{STEM}.ipynb")
    git(project.root, "init", "-q")
    git(project.root, "add", "exercises")
    assert restore.release_and_note(STEM)[1].startswith(
        "The exercise was taken from git's copy of exercises/"
    )
    worked = project.path("solution").read_text(encoding="utf-8")
    project.path("solution").write_text(
        build.published(build.Place(Path(build.__file__).parents[2], STEM), "solution", EXERCISES)[0],
        encoding="utf-8",
    )
    git(project.root, "add", "-A")
    project.path("solution").write_text(worked, encoding="utf-8")
    found, note = restore.release_and_note(STEM)
    assert found == given and note.startswith("The exercise was taken from git's copy of solutions/")


@pytest.mark.skipif(data.project() is None, reason="an installed Parley has no solutions")
def test_somebodys_answers_are_never_taken_for_the_release(given, project):
    change(project, "solution", click)
    change(project, "exercise", click)
    save(project.path("exercise"), solved(given) | {"metadata": {"kernelspec": {"name": "python3"}}})
    with pytest.raises(restore.SubmissionError, match="cannot be made from its solution"):
        restore.release(STEM)


# --- files that cannot be checked ---


def bad_files(folder, given):
    text = dump(given)
    lesson = json.dumps(
        {
            "cells": [],
            "metadata": {"parley": {"lesson": STEM, "kind": "lesson"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    contents = {
        "empty": b"",
        "cut off": text[: len(text) // 2].encode(),
        "not JSON": b"answer_1 = 5\n",
        "a web page": b"<!DOCTYPE html><html></html>",
        "no notebook": b'{"answer": 1}',
        "a list": b"[1, 2]",
        "deep": b"[" * 100_000,
        "merge": text.replace(' "cells"', "<<<<<<< HEAD\n", 1).encode(),
        "not UTF-8": text.encode("utf-16"),
        "another course": b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        "the lesson": lesson.encode(),
        "damaged cells": b'{"cells": {}, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        "from the future": b'{"cells": [], "metadata": {}, "nbformat": 9, "nbformat_minor": 0}',
    }
    for name, content in contents.items():
        (folder / f"{name}.ipynb").write_bytes(content)
    (folder / "a folder.ipynb").mkdir()
    return {
        **{
            "empty": "is empty",
            "cut off": "cut off",
            "not JSON": "expected JSON",
            "a web page": "web page",
            "a list": "not a notebook",
        },
        **{
            "no notebook": "not a notebook",
            "merge": "a merge that was not finished (<<<<<<< in line 2)",
            "deep": "not a notebook",
            "not UTF-8": "not UTF-8",
            "damaged cells": "damaged",
        },
        **{"another course": "none of Parley's exercises", "the lesson": f"Hand in exercises/{STEM}.ipynb"},
        **{"from the future": "format 9", "a folder": "is a folder", "missing": "no such file"},
        **{"x" * 300: "name too long", "half an emoji \udc80": "no such file"},
    }


def test_each_bad_file_gets_its_own_line_and_the_batch_goes_on(tmp_path, capsys, given):
    wanted = bad_files(tmp_path, given)
    out = tmp_path / "report.json"
    before = {f: f.read_bytes() for f in tmp_path.glob("*.ipynb") if f.is_file()}
    files = [str(tmp_path / f"{name}.ipynb") for name in wanted]
    assert check.main([*files, "--json", str(out)]) == 2
    assert {f: f.read_bytes() for f in before} == before
    tree = json.loads(out.read_text(encoding="utf-8"))
    assert (tree["exit"], len(tree["files"])) == (2, len(wanted))
    for (name, words), entry in zip(wanted.items(), tree["files"], strict=True):
        assert words in entry["problem"], name
        assert entry["problem"].count(". ") >= 1 or ":" in entry["problem"], "says how to mend it"
        assert entry["exit"] == 2 and "\n" not in entry["problem"]
    shown = capsys.readouterr().out
    assert "Traceback" not in shown
    assert all(report.one_line(f).rpartition("/")[2][:40].split(".")[0] in shown for f in files)
    assert [entry["file"] for entry in tree["files"]] == files, "also a name that is no UTF-8"


def test_a_folder_that_may_not_be_read_is_one_line(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    with pytest.raises(restore.SubmissionError, match=r"cannot be opened \(Permission denied\)"):
        restore.read_submission(tmp_path / "closed" / "x.ipynb")
    monkeypatch.setattr(os.path, "realpath", refuse)
    assert "Permission denied" in check._json_slip(str(tmp_path / "closed" / "out.json"), [])


def test_an_old_format_is_converted(tmp_path):
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [
            {
                "cells": [
                    {
                        "cell_type": "code",
                        "language": "python",
                        "input": "x = 1",
                        "outputs": [],
                        "metadata": {},
                    }
                ]
            }
        ],
    }
    (tmp_path / "old.ipynb").write_text(json.dumps(old))
    assert restore.read_submission(tmp_path / "old.ipynb")["cells"][0]["source"] == "x = 1"


@pytest.mark.parametrize("out", ["nowhere/report.json", ".", "file.ipynb", "x" * 300 + "/r.json", "nul\0"])
def test_a_report_that_cannot_be_written_is_refused_before_anything_runs(
    tmp_path, capsys, monkeypatch, given, out
):
    monkeypatch.chdir(tmp_path)
    file = save(tmp_path / "file.ipynb", given)
    before = file.read_bytes()
    monkeypatch.setattr(check, "run", lambda *a: pytest.fail("ran"))
    assert check.main(["file.ipynb", "--json", out]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_a_report_never_half_written(tmp_path, monkeypatch, capsys, given, reports):
    out = tmp_path / "report.json"
    out.write_text("the old one")
    monkeypatch.setattr(check, "check_files", lambda files: [reports["solved"]])
    monkeypatch.setattr(
        os, "replace", lambda *a: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    assert check.main(["x.ipynb", "--json", str(out)]) == 2
    assert out.read_text() == "the old one" and list(tmp_path.iterdir()) == [out]
    assert "No space left" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_report_goes_through_a_pipe_a_device_and_a_link(tmp_path, monkeypatch, reports):
    monkeypatch.setattr(check, "check_files", lambda files: [reports["solved"]])
    wanted, heard = report.as_json([reports["solved"]]), []
    os.mkfifo(tmp_path / "pipe")
    listener = threading.Thread(target=lambda: heard.append((tmp_path / "pipe").read_text(encoding="utf-8")))
    listener.start()
    assert check.main(["x.ipynb", "--json", str(tmp_path / "pipe")]) == 0
    listener.join(5)
    assert heard == [wanted] and (tmp_path / "pipe").is_fifo()
    assert check.main(["x.ipynb", "--json", os.devnull]) == 0
    assert not Path(os.devnull).is_file()
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there" / "real.json")
    for _ in range(2):
        assert check.main(["x.ipynb", "--json", str(tmp_path / "link")]) == 0
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "there" / "real.json").read_text(encoding="utf-8") == wanted


# --- what is shown ---


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_table_fits_the_terminal(reports, width):
    for found in reports.values():
        lines = report.as_text(found, width).splitlines()
        assert max(map(len, lines[1:])) <= max(report.LEAST_WIDTH, min(width, report.MOST_WIDTH))
        assert sum(line.startswith(tuple(EXERCISES)) for line in lines) == len(EXERCISES)


def test_a_strangers_words_cannot_paint_the_terminal():
    assert report.one_line("\x1b[31mred\x07\nnext") == "[31mred next"
    assert len(report.one_line("x" * 999)) == 400


def test_exit_codes():
    def one(core, status):
        return report.Result("00-1", "t", core, 1, False, status, "m")

    def code(*results):
        return report.FileReport("f", STEM, results=results).exit

    assert code(one(True, "passed"), one(True, "complete"), one(False, "not yet")) == 0
    assert code(one(True, "passed"), one(True, "not tried")) == 1
    assert code(one(True, "could not run"), one(False, "passed")) == 1
    assert code(one(True, "could not run"), one(False, "could not run")) == 2
    assert report.FileReport("f", problem="no").exit == 2
    assert (
        report.exit_code(
            [
                report.FileReport("f", STEM, results=(one(True, "passed"),)),
                report.FileReport("g", problem="x"),
            ]
        )
        == 2
    )


def test_the_json_holds_what_its_docstring_names(reports):
    tree = json.loads(report.as_json([reports["slips"]]))
    assert set(tree) == {"parley", "exit", "files"}
    for key in ("file", "lesson", "problem", "notes", "seconds", "exit", "core", "stretch", "exercises"):
        assert f"``{key}``" in report.__doc__ and key in tree["files"][0]
    for key in tree["files"][0]["exercises"][0]:
        assert f'"{key}"' in report.__doc__


# --- the seams ---


def test_a_run_that_cannot_start_says_so(tmp_path, given, monkeypatch):
    monkeypatch.setattr(
        "parley.grading.run.command",
        lambda place, limits: [sys.executable, "-c", "raise ImportError('no nbval here')"],
    )
    found = check.check_file(str(save(tmp_path / "x.ipynb", given)))
    assert found.exit == 2 and "no nbval here" in found.problem and "doctor" in found.problem


def test_without_nbval_nothing_is_imported_that_makes_people_wait():
    code = (
        "import sys, parley.grading.check, parley.grading.build; print([m for m in ('nbformat', "
        "'IPython', 'matplotlib', 'ipywidgets', 'pandas', 'pytest', 'parley.notebook') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(check.__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"


def test_the_command_gives_the_worst_exit_code(capsys, monkeypatch, reports):
    monkeypatch.setattr(check, "check_files", lambda files: [reports[Path(file).stem] for file in files])
    assert check.main(["solved.ipynb"]) == 0
    assert check.main(["solved.ipynb", "blank.ipynb"]) == 1
    assert check.main(["solved.ipynb", "endless.ipynb", "blank.ipynb"]) == 2
    assert "Next:" in capsys.readouterr().out


def test_a_notebook_survives_reading_and_writing(given):
    assert parse(dump(given)) == given
