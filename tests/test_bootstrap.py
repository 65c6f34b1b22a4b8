"""Two commands on a bare machine: what makes ``.venv``, and what is said when it cannot be made."""

import ast
import errno
import json
import os
import shutil
import subprocess
import sys
import threading
import types
from pathlib import Path

import pytest

from parley import __main__ as cli
from parley import bootstrap

HERE = Path(__file__).resolve().parent.parent
RUNNING = "{}.{}".format(*sys.version_info)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project of our own, in a folder with a space and a letter beyond ASCII."""
    root = tmp_path / "räum e" / "parley"
    (root / "notebooks").mkdir(parents=True)
    (root / bootstrap.FIRST_LESSON).write_text("{}")
    (root / "pyproject.toml").write_text("")
    for lock in bootstrap.LOCKS.values():
        (root / lock).write_text("a==1 --hash=sha256:00\n")
    monkeypatch.setattr(bootstrap, "ROOT", root)
    return root


@pytest.fixture
def steps(root, monkeypatch):
    """Steps that do next to nothing, kept in a list; ``steps.fail[name]`` is raised by the step so named."""

    class Steps(list):
        fail = {}

    steps = Steps()

    def step(name, command):
        steps.append((name, command))
        for part, error in steps.fail.items():
            if part in name:
                raise error
        if "empty environment" in name:
            python = bootstrap.python_of(bootstrap.venv())
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)

    monkeypatch.setattr(bootstrap, "step", step)
    monkeypatch.setattr(bootstrap, "_tools", lambda: ["/somewhere/uv", "pip"])
    return steps


@pytest.fixture
def handed(monkeypatch):
    """The commands that were handed over to, instead of running them."""
    handed = []
    monkeypatch.setattr(bootstrap, "hand_over", lambda command, folder=None: handed.append(command) or 0)
    return handed


# ---------------------------------------------------------------- the usual way


def test_the_first_run_makes_it_and_the_second_starts_at_once(root, steps, capsys):
    python = bootstrap.ensure("lab")
    assert python == bootstrap.python_of(root / ".venv")
    names = [name for name, _ in steps]
    assert names == [f"an empty environment, Python {RUNNING}, by uv", "the packages", "Parley itself"]
    assert "Ready after" in capsys.readouterr().out
    packages, itself = steps[1][1], steps[2][1]
    assert "--require-hashes" in packages and "requirements-lab.txt" in packages
    assert itself[-2:] == ["-e", str(root)] and "--no-deps" in itself

    steps.clear()
    bootstrap.ensure("lab")
    assert steps == []
    assert sorted(p.name for p in root.iterdir() if p.name.startswith(".")) == [".venv"]


def test_jupyterlab_asks_nothing_and_shows_no_teachers_panels(root, steps):
    bootstrap.ensure("lab")
    config = json.loads((root / ".venv/etc/jupyter/labconfig/page_config.json").read_text())
    assert config["disabledExtensions"] == {
        "@jupyterlab/apputils-extension:announcements": True,
        "@jupyter/nbgrader": True,
    }


def test_the_tests_are_added_to_what_is_there(root, steps):
    bootstrap.ensure("lab")
    steps.clear()
    bootstrap.ensure("test")
    assert [name for name, _ in steps] == ["the packages", "Parley itself"]
    assert "requirements-test.txt" in steps[0][1]
    steps.clear()
    bootstrap.ensure("lab")
    bootstrap.ensure("test")
    assert steps == []


def test_adding_the_tests_may_fail_and_the_lessons_still_open(root, steps):
    bootstrap.ensure("lab")
    steps.fail["packages"] = bootstrap.Trouble("no network", "network")
    with pytest.raises(bootstrap.Trouble):
        bootstrap.ensure("test")
    assert bootstrap.is_ready("lab") and not bootstrap.is_ready("test")


def test_pip_is_not_asked_of_an_environment_that_has_none(root, steps, monkeypatch):
    bootstrap.ensure("lab")  # by uv, which brings no pip
    monkeypatch.setattr(bootstrap, "_tools", lambda: ["pip"])
    steps.clear()
    bootstrap.ensure("test")
    assert steps[0][0] == f"an empty environment, Python {RUNNING}, by pip"


# ---------------------------------------------------------------- when it is made anew


def changed_lock(root):
    (root / "requirements-lab.txt").write_text("a==2 --hash=sha256:00\n")


def other_python(root):
    stamp = json.loads((root / ".venv/parley-stamp.json").read_text())
    (root / ".venv/parley-stamp.json").write_text(json.dumps({**stamp, "python": "3.99"}))


def python_gone(root):
    python = bootstrap.python_of(root / ".venv")
    python.unlink()
    python.symlink_to(root / "no such python")


def interrupted(root):
    (root / ".venv/parley-stamp.json").unlink()


def damaged_stamp(root):
    (root / ".venv/parley-stamp.json").write_text("{")


@pytest.mark.parametrize("happens", [changed_lock, other_python, python_gone, interrupted, damaged_stamp])
def test_it_is_made_anew(root, steps, happens):
    bootstrap.ensure("lab")
    (root / ".venv/old").touch()
    steps.clear()
    happens(root)
    assert not bootstrap.is_ready("lab")
    bootstrap.ensure("lab")
    assert len(steps) == 3 and bootstrap.is_ready("lab")
    assert not (root / ".venv/old").exists() and not (root / ".venv.old").exists()


def test_a_moved_folder_is_made_anew(root, steps, monkeypatch):
    bootstrap.ensure("lab")
    moved = root.with_name("elsewhere")
    root.rename(moved)
    monkeypatch.setattr(bootstrap, "ROOT", moved)
    assert not bootstrap.is_ready("lab")


def test_line_ends_of_a_clone_do_not_matter(root, steps):
    bootstrap.ensure("lab")
    lock = root / "requirements-lab.txt"
    lock.write_bytes(lock.read_bytes().replace(b"\n", b"\r\n"))
    assert bootstrap.is_ready("lab")


@pytest.mark.parametrize(
    "error", [bootstrap.Trouble("no", "network"), KeyboardInterrupt(), OSError(28, "full")]
)
def test_a_failed_renewal_brings_the_old_one_back(root, steps, error):
    bootstrap.ensure("lab")
    old = (root / "requirements-lab.txt").read_text()
    changed_lock(root)
    steps.fail["packages"] = error
    with pytest.raises(type(error)):
        bootstrap.ensure("lab")
    (root / "requirements-lab.txt").write_text(old)
    assert bootstrap.is_ready("lab") and not (root / ".venv.old").exists()


def test_a_renewal_that_was_killed_is_cleared_up(root, steps):
    bootstrap.ensure("lab")
    (root / ".venv").rename(root / ".venv.old")
    (root / ".venv").mkdir()
    (root / ".venv/made-by-parley.txt").touch()
    changed_lock(root)
    bootstrap.ensure("lab")
    assert bootstrap.is_ready("lab") and not (root / ".venv.old").exists()


# ---------------------------------------------------------------- what goes wrong


def run(capsys, *words):
    """``(exit code, the one sentence)`` of a command that cannot be carried out."""
    code = bootstrap.main(list(words))
    return code, capsys.readouterr().err.strip()


def test_a_stranger_s_environment_is_left_alone(root, steps, capsys):
    (root / ".venv").mkdir()
    (root / ".venv/pyvenv.cfg").write_text("home = elsewhere")
    code, said = run(capsys, "lab")
    assert code == 1 and said.startswith("Parley: ") and "rename or delete it" in said and "\n" not in said
    assert (root / ".venv/pyvenv.cfg").read_text() == "home = elsewhere" and steps == []


def test_a_link_is_left_alone(root, steps, capsys, tmp_path):
    (tmp_path / "mine").mkdir()
    (root / ".venv").symlink_to(tmp_path / "mine")
    assert run(capsys, "lab")[0] == 1
    assert (root / ".venv").is_symlink()


def test_an_interruption_leaves_nothing(root, steps, capsys):
    steps.fail["Parley itself"] = KeyboardInterrupt()
    code, said = run(capsys, "lab")
    assert code == 130 and "Nothing half-made" in said
    assert not (root / ".venv").exists() and not (root / ".venv.lock").exists()


@pytest.mark.parametrize(
    "kind, tries", [("network", 2), ("certificate", 2), ("", 2), ("disk", 1), ("path", 1)]
)
def test_where_uv_fails_pip_may_still_get_there(root, steps, capsys, kind, tries):
    steps.fail["packages"] = bootstrap.Trouble("One sentence.", kind)
    assert run(capsys, "lab") == (1, "Parley: One sentence.")
    assert len([name for name, _ in steps if name == "the packages"]) == tries
    assert not (root / ".venv").exists()


def test_a_bare_python_without_uv(root, capsys, monkeypatch):
    monkeypatch.setattr(bootstrap, "_has_venv", lambda: False)
    monkeypatch.setenv("PARLEY_NO_UV", "1")
    code, said = run(capsys, "lab")
    assert code == 1 and f"sudo apt install python{RUNNING}-venv" in said and "\n" not in said
    assert not (root / ".venv").exists()


def test_a_uv_that_does_not_run_is_passed_over(root, monkeypatch, tmp_path):
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho uv: command not found >&2\nexit 127\n")
    uv.chmod(0o755)
    monkeypatch.delenv("PARLEY_NO_UV", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    monkeypatch.setattr(bootstrap, "_has_venv", lambda: True)
    assert bootstrap._tools() == ["pip"]


@pytest.mark.parametrize(
    "number, words",
    [
        (errno.EACCES, "may not write in"),
        (errno.EROFS, "may not write in"),
        (errno.ENOSPC, "disk is full"),
        (errno.ENAMETOOLONG, "too long"),
        (errno.EIO, "The system refused"),
    ],
)
def test_a_system_that_refuses(root, steps, capsys, monkeypatch, number, words):
    def refuse(*_):
        raise OSError(number, os.strerror(number), "x")

    monkeypatch.setattr(bootstrap, "_try_lock", refuse)
    code, said = run(capsys, "lab")
    assert code == 1 and words in said and "\n" not in said and "Traceback" not in said


@pytest.mark.parametrize(
    "output, kind",
    [
        ("WARNING: Retrying ... NewConnectionError(... [Errno 111] Connection refused)\n"
         "ERROR: No matching distribution found for anyio==4.16.0", "network"),
        ("error: Failed to fetch: `simple/anyio/`\n  Caused by: dns error", "network"),
        ("Could not fetch URL: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "certificate"),
        ("invalid peer certificate: UnknownIssuer", "certificate"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk"),
        ("failed to copy file: There is not enough space on the disk. (os error 112)", "disk"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "hash"),
        ("error: Hash mismatch for `anyio==4.16.0`", "hash"),
        ("ERROR: No matching distribution found for numpy==2.4.6", "build"),
        ("HINT: ... this system does not have Windows Long Path support enabled", "path"),
        ("ERROR: [WinError 5] Access is denied: 'C:\\\\x'", "permission"),
        ("The virtual environment was not created successfully because ensurepip is not available.", "venv"),
        ("Something nobody foresaw", ""),
    ],
)  # fmt: skip
def test_what_the_tools_say_becomes_one_sentence(output, kind):
    trouble = bootstrap.trouble_from(output, "the packages")
    assert trouble.kind == kind
    assert "\n" not in str(trouble) and str(trouble).endswith(".")


def test_an_unforeseen_failure_shows_its_words(capsys):
    bootstrap.trouble_from("one\n\nSomething nobody foresaw\n", "the packages")
    assert "Something nobody foresaw" in capsys.readouterr().out


def test_a_missing_lock_file(root, capsys):
    (root / "requirements-lab.txt").unlink()
    code, said = run(capsys, "lab")
    assert code == 1 and "requirements-lab.txt is missing" in said and "\n" not in said


def test_an_installed_parley_has_no_lessons_to_open(root, capsys):
    (root / "pyproject.toml").unlink()
    code, said = run(capsys, "lab")
    assert code == 1 and "clone or download" in said


# ---------------------------------------------------------------- two runs at once


def test_the_second_run_waits_for_the_first(root, steps, capsys, monkeypatch):
    inside, go = threading.Event(), threading.Event()
    plain = bootstrap._install

    def slow(*what):
        inside.set()
        assert go.wait(10)
        plain(*what)

    monkeypatch.setattr(bootstrap, "_install", slow)
    first, second = (threading.Thread(target=bootstrap.ensure) for _ in range(2))
    first.start()
    assert inside.wait(10)
    second.start()
    second.join(0.5)
    assert second.is_alive()
    go.set()
    first.join(10)
    second.join(10)
    assert "Another run is making .venv" in capsys.readouterr().out
    assert len(steps) == 3 and bootstrap.is_ready("lab")


# ---------------------------------------------------------------- going on


def test_lab_opens_the_first_lesson_and_passes_flags_on(root, steps, handed):
    assert bootstrap.main(["lab", "--no-browser", "--port", "8899"]) == 0
    (command,) = handed
    assert command[:4] == [
        str(root / ".venv/bin/python"),
        "-m",
        "jupyterlab",
        str(root / bootstrap.FIRST_LESSON),
    ]
    assert f"--ServerApp.root_dir={root}" in command
    assert "--LabApp.default_url=/lab/tree/notebooks/00_orientation.ipynb" in command
    assert command[-3:] == ["--no-browser", "--port", "8899"]


def test_lab_opens_the_notebook_it_is_given(root, steps, handed, monkeypatch):
    (root / "notebooks/my räum.ipynb").write_text("{}")
    monkeypatch.chdir(root)
    bootstrap.main(["lab", "notebooks/my räum.ipynb", "--no-browser"])
    assert "--LabApp.default_url=/lab/tree/notebooks/my%20r%C3%A4um.ipynb" in handed[0]
    assert str(root / bootstrap.FIRST_LESSON) not in handed[0]


def test_lab_says_which_lesson_is_missing(root, steps, capsys):
    (root / bootstrap.FIRST_LESSON).unlink()
    code, said = run(capsys, "lab")
    assert code == 1 and "00_orientation.ipynb is missing" in said and steps == []


def test_test_passes_flags_and_the_exit_code_on(root, steps, monkeypatch):
    monkeypatch.setattr(
        bootstrap, "hand_over", lambda command, folder: 3 if command[-2:] == ["-k", "x"] else 0
    )
    assert bootstrap.main(["test", "-k", "x"]) == 3


def test_the_folder_is_on_the_path_of_every_process(root, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "before")
    monkeypatch.setenv("PIP_USER", "1")
    env = bootstrap.environment()
    assert env["PYTHONPATH"] == f"{root}{os.pathsep}before"
    assert env["PATH"].startswith(str(root / ".venv")) and "PIP_USER" not in env


def test_on_windows_ctrl_c_is_left_to_the_child(root, monkeypatch):
    waits = iter([KeyboardInterrupt, 7])

    def wait():
        this = next(waits)
        if this is KeyboardInterrupt:
            raise this
        return this

    monkeypatch.setattr(bootstrap, "WINDOWS", True)
    monkeypatch.setattr(bootstrap.subprocess, "Popen", lambda *_, **__: types.SimpleNamespace(wait=wait))
    assert bootstrap.hand_over(["x"]) == 7
    assert bootstrap.python_of(root / ".venv") == root / ".venv/Scripts/python.exe"


def test_a_step_shows_its_name_and_its_seconds(root, capsys):
    bootstrap.step("a thing", [sys.executable, "-c", "print('chatter')"])
    assert capsys.readouterr().out.startswith("  a thing: 0.")


def test_a_step_that_fails_speaks_plainly(root, capsys):
    with pytest.raises(bootstrap.Trouble) as caught:
        bootstrap.step("a thing", [sys.executable, "-c", "raise SystemExit('dns error')"])
    assert caught.value.kind == "network"


# ---------------------------------------------------------------- the command line


def test_help_and_an_unknown_command(capsys):
    assert cli.main([]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name, _ in cli.COMMANDS)
    assert cli.main(["chekc"]) == 2
    assert "no command 'chekc'" in capsys.readouterr().err


def test_a_command_gets_its_own_words(monkeypatch):
    seen = []
    module = types.SimpleNamespace(main=lambda argv: seen.append(argv) or 2)
    monkeypatch.setitem(sys.modules, "parley.grading.check", module)
    assert cli.main(["check", "a.ipynb", "--json", "out"]) == 2
    assert seen == [["a.ipynb", "--json", "out"]]


def test_a_python_without_packages_goes_on_in_venv(root, steps, handed, monkeypatch):
    monkeypatch.setattr(bootstrap, "has_packages", lambda: False)
    monkeypatch.setenv("PARLEY_RERUN", "")
    assert cli.main(["check", "a.ipynb"]) == 0
    assert len(steps) == 3
    assert handed == [[str(root / ".venv/bin/python"), "-m", "parley", "check", "a.ipynb"]]


def test_it_goes_on_in_venv_once_only(root, capsys, monkeypatch):
    monkeypatch.setattr(bootstrap, "has_packages", lambda: False)
    monkeypatch.setenv("PARLEY_RERUN", "1")
    assert cli.main(["check", "a.ipynb"]) == 1
    assert "lacks" in capsys.readouterr().err


def test_the_doctor_installs_nothing(root, steps, capsys, monkeypatch):
    monkeypatch.setattr(bootstrap, "has_packages", lambda: False)
    assert cli.main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "not made yet" in out and "jupyterlab" in out and steps == []


def test_the_doctor_reports(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PARLEY_RECORD", str(tmp_path / "record.json"))
    assert cli.main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "tables" in out and "none yet" in out and sys.executable in out


# ---------------------------------------------------------------- for real


@pytest.fixture
def copy(tmp_path):
    """The three files that a bare Python reads, and a lock file that names nothing that exists."""
    copy = tmp_path / "räum e" / "parley"
    (copy / "parley").mkdir(parents=True)
    for name in ("__init__.py", "__main__.py", "bootstrap.py"):
        shutil.copy(HERE / "parley" / name, copy / "parley" / name)
    (copy / "pyproject.toml").touch()
    (copy / "notebooks").mkdir()
    (copy / bootstrap.FIRST_LESSON).write_text("{}")
    for lock in bootstrap.LOCKS.values():
        (copy / lock).write_text(f"parley-no-such-package==1 --hash=sha256:{'0' * 64}\n")
    return copy


def bare(copy, python, *words, **variables):
    """Run ``python -m parley WORDS`` with nothing of ours about: no uv, no path, no settings."""
    env = {"PATH": str(copy / "empty"), "HOME": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("SYSTEMROOT", "LD_LIBRARY_PATH"):
        if name in os.environ:
            env[name] = os.environ[name]
    return subprocess.run(
        [str(python), "-m", "parley", *words],
        cwd=copy,
        env={**env, **variables},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=120,
    )


def test_a_python_without_ensurepip_for_real(copy):
    # what Debian takes out of its Python is hidden from ours
    (copy / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "plain = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'ensurepip' else plain(name, package)\n"
    )
    done = bare(copy, sys.executable, "lab", PYTHONPATH=str(copy))
    assert done.returncode == 1
    assert "sudo apt install" in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (copy / ".venv").exists() and not (copy / ".venv.lock").exists()


@pytest.mark.slow
@pytest.mark.skipif(not bootstrap._has_venv(), reason="this Python has no venv module")
def test_no_network_for_real(copy):
    done = bare(
        copy,
        sys.executable,
        "test",
        PIP_CONFIG_FILE=os.devnull,
        PIP_INDEX_URL="http://127.0.0.1:9/simple",
        PIP_RETRIES="1",
        PIP_NO_CACHE_DIR="1",
    )
    assert done.returncode == 1
    assert "could not be downloaded" in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (copy / ".venv").exists() and not (copy / ".venv.lock").exists()


def older_pythons():
    """Every Python before 3.11 that a version manager keeps here, the newest of each kind."""
    versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [
        path for path in versions.glob("*/bin/python") if path.parts[-3].startswith(("3.6", "3.8", "3.10"))
    ]
    return found or [None]


@pytest.mark.parametrize("python", older_pythons(), ids=lambda path: path.parts[-3] if path else "none")
def test_an_older_python_gets_a_sentence(copy, python):
    if python is None:
        pytest.skip("no older Python on this machine")
    done = bare(copy, python, "lab")
    assert done.returncode == 1
    assert "needs 3.11 or later" in done.stderr and len(done.stderr.splitlines()) == 1


def test_an_older_python_can_read_the_first_files():
    for name in ("__init__", "__main__", "bootstrap"):
        ast.parse((HERE / "parley" / f"{name}.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_the_set_up_stands_alone():
    tree = ast.parse((HERE / "parley/bootstrap.py").read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module.partition(".")[0])
    assert names <= set(sys.stdlib_module_names)
