"""The house keeps its shape: imports run downward, nothing heavy loads early, the linter is silent."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

BIN = Path(sys.executable).parent


def loaded_by(code):
    """Names of the modules that are loaded after running ``code`` in a fresh Python."""
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def tool(name, *arguments):
    if not (BIN / name).exists() and not (BIN / f"{name}.exe").exists():
        pytest.skip(f"{name} is not installed")
    return subprocess.run(
        [str(BIN / name), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )


FRONT_END = {"IPython", "ipykernel", "ipywidgets", "anywidget", "traitlets", "matplotlib", "pandas", "numpy"}


def test_the_package_alone_loads_nothing_heavy():
    loaded = loaded_by("import parley")
    assert not loaded & (FRONT_END | {"yaml", "jsonschema", "nbformat"})
    assert {name for name in loaded if name.startswith("parley")} == {"parley"}


def test_the_checker_needs_no_front_end():
    loaded = loaded_by(
        "from parley import answers, data, exercises, lessons, quizzes, record, splicing\n"
        "for number in lessons.numbers(): lessons.exercises(number)"
    )
    assert not loaded & FRONT_END


def test_answers_alone_need_the_standard_library_only():
    loaded = loaded_by("import parley.answers, parley.exercises, parley.splicing, parley.record")
    assert {name.split(".")[0] for name in loaded} & (FRONT_END | {"yaml"}) == set()


def test_an_unknown_name_is_named():
    import parley

    with pytest.raises(
        AttributeError,
        match=r"module 'parley' has no attribute 'quizz'; it offers account_records, add_record, article_box, check, cite, explore",
    ):
        _ = parley.quizz
    assert set(parley.__all__) <= set(dir(parley))


def test_imports_run_downward():
    run = tool("lint-imports", "--no-cache")
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_linter_is_silent():
    for task in (["check"], ["format", "--check"]):
        run = tool("ruff", *task, "--no-cache", "parley", "tests")
        assert run.returncode == 0, run.stdout[-4000:]
