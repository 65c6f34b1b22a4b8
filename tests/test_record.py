"""The learner's record: whole or not at all, and never in the way of a lesson."""

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from parley import notebook, record
from parley.record import RecordError


def test_there_is_none_at_first(own_record):
    assert (
        record.load()
        == record.empty()
        == {"version": 1, "quiz": {}, "notes": {}, "exercises": {}, "receipts": {}}
    )
    assert record.recall("quiz", "00-1") is None
    assert not own_record.exists(), "looking writes nothing"


def test_keep_and_recall(own_record):
    record.keep("quiz", "00-1", "b")
    record.keep("notes", "00-guess", 'Größe, 北方領土, 𝄞, "quoted"\nsecond line')
    record.keep("quiz", "00-1", "c")
    assert record.recall("quiz", "00-1") == "c"
    assert record.recall("notes", "00-guess").startswith("Größe, 北方領土")
    text = own_record.read_text(encoding="utf-8")
    assert "北方領土" in text and text.endswith("}\n"), "people can read it"
    assert [p.name for p in own_record.parent.iterdir()] == ["record.json"], "no temporary file stays behind"


@given(st.text(st.characters()))
def test_any_text_comes_back(tmp_path_factory, text):
    place = tmp_path_factory.mktemp("record") / "r.json"
    record.keep("notes", "00-guess", text, place)
    assert record.recall("notes", "00-guess", place) == text


def test_half_an_emoji_from_a_browser():
    record.keep("notes", "00-guess", "a \ud83d b")
    assert record.recall("notes", "00-guess") == "a \ud83d b"


def test_the_folder_is_made(tmp_path):
    place = tmp_path / "mé moire" / "deep" / "record.json"
    record.keep("quiz", "00-1", "a", place)
    assert record.load(place)["quiz"] == {"00-1": "a"}


def test_where_it_lies(monkeypatch, tmp_path):
    monkeypatch.delenv("PARLEY_RECORD")
    monkeypatch.delenv("PARLEY_WORK")
    assert record.location() == ROOT / "my_work" / "record.json"
    monkeypatch.setattr("parley.data.project", lambda: None)
    monkeypatch.chdir(tmp_path)
    assert record.location() == tmp_path / "my_work" / "record.json"


def test_what_a_later_section_holds_is_left_alone(own_record):
    own_record.write_text(json.dumps(record.empty() | {"seals": {"01": "abc"}}))
    record.keep("quiz", "00-1", "a")
    assert record.load()["seals"] == {"01": "abc"}


def test_an_unknown_section_is_a_slip_of_ours():
    with pytest.raises(ValueError, match="no section 'quizz'"):
        record.keep("quizz", "00-1", "a")


BAD = {
    "empty": b"",
    "cut off": b'{"version": 1, "quiz": {"00-1": ',
    "not UTF-8": b'{"version": 1, "notes": {"a": "\xff"}}',
    "a list": b"[]",
    "a number": b"5",
    "a word": b"hello",
    "too deep": b"[" * 100_000,
    "section no table": b'{"version": 1, "quiz": []}',
    "section nothing": b'{"version": 1, "notes": null}',
    "no version": b'{"quiz": {}}',
    "later version": b'{"version": 2, "quiz": {}}',
    "version a word": b'{"version": "1"}',
}


@pytest.mark.parametrize("what", BAD)
def test_a_record_that_cannot_be_used_is_left_as_it_is(own_record, what):
    own_record.write_bytes(BAD[what])
    for use in (record.load, lambda: record.keep("quiz", "00-1", "a")):
        with pytest.raises(RecordError) as caught:
            use()
        message = str(caught.value)
        assert "\n" not in message and "record.json" in message
        assert "ename" in message, "it says to rename it"
    assert record.recall("quiz", "00-1") is None
    assert own_record.read_bytes() == BAD[what]
    assert [p.name for p in own_record.parent.iterdir()] == ["record.json"]


def test_a_folder_in_its_place(own_record):
    own_record.mkdir()
    with pytest.raises(RecordError):
        record.load()
    with pytest.raises(RecordError):
        record.write(record.empty(), own_record)


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "my_work").write_text("x")
    with pytest.raises(RecordError):
        record.keep("quiz", "00-1", "a", tmp_path / "my_work" / "record.json")


@pytest.mark.parametrize("where", ["tempfile.mkstemp", "os.fsync", "os.replace", "pathlib.Path.mkdir"])
@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_a_folder_that_cannot_be_written(own_record, monkeypatch, where, code):
    """Simulated, since root may write anywhere."""
    record.keep("quiz", "00-1", "a")
    before = own_record.read_bytes()

    def fails(*args, **kwargs):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(where, fails)
        with pytest.raises(RecordError) as caught:
            record.keep("quiz", "00-1", "b")
    assert os.strerror(code) in str(caught.value) and "\n" not in str(caught.value)
    assert own_record.read_bytes() == before and len(list(own_record.parent.iterdir())) == 1


def test_a_record_that_cannot_be_written_never_stops_a_lesson(toy, own_record, shell, capsys):
    own_record.write_text("broken")
    shell(allow_stdin=True)
    notebook.quiz("98-1").answer("a")
    notebook.note("98-guess").write("words")
    notebook.check("98-2", toy.EXERCISES[1].right[0])
    out = capsys.readouterr().out
    assert "KEYLESS-A" in out and "Your record record.json cannot be read" in out
    assert own_record.read_text() == "broken"


KILLED = """
import os, sys, time
real = {name: getattr(os, name) for name in ("fsync", "replace")}
def wait(*args):
    print("now", flush=True)
    time.sleep(60)
if sys.argv[1] == "write":
    real_fdopen = os.fdopen
    def fdopen(*args, **more):
        out = real_fdopen(*args, **more)
        out.write('{"version": 1, "qu')
        out.flush()
        wait()
    os.fdopen = fdopen
else:
    setattr(os, sys.argv[1], wait)
from parley import record
record.keep("notes", "00-guess", "a new and much longer note")
"""


@pytest.mark.parametrize("moment", ["write", "fsync", "replace"])
def test_killed_in_the_middle_of_a_save(own_record, moment, monkeypatch):
    record.keep("notes", "00-guess", "the old note")
    before = own_record.read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), moment],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout.readline() == b"now\n"
    assert len(list(own_record.parent.glob(".record.json.*.tmp"))) == 1, "it is in the middle of a save"
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    assert own_record.read_bytes() == before
    assert record.recall("notes", "00-guess") == "the old note"
    monkeypatch.setattr("parley.files.PATIENCE", 0.2)  # the dead one's lock is taken over
    record.keep("notes", "00-guess", "a newer note")
    assert record.recall("notes", "00-guess") == "a newer note"
    assert not list(own_record.parent.glob("*.lock"))


def test_two_writers_leave_a_whole_record(own_record):
    code = "from parley import record\nimport os\nfor n in range(60): record.keep('quiz', f'{os.getpid()}-{n}', 'a' * 2000)"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    writers = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env) for _ in range(2)]
    while any(w.poll() is None for w in writers):
        record.load()
        time.sleep(0.005)
    assert [w.returncode for w in writers] == [0, 0]
    kept = record.load()["quiz"]
    assert len(kept) == 120, "no writer undoes what the other one kept"
