"""One list of dependencies, the locks and environment.yml made from it, and a package that finds its data."""

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import parley

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def wanted(lines):
    """``{name: specifier}`` of requirement lines."""
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(one.name): one.specifier for one in found}


def pinned(lock):
    """``{name: (version, number of hashes)}`` of a lock file."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.findall(r"^([a-z0-9][\w.-]*)==(\S+)(.*(?:\n    .*)*)", text, flags=re.M)
    assert len(blocks) == len(re.findall(r"^[^\s#]", text, flags=re.M)), "a line of another form"
    return {name: (Version(version), rest.count("--hash=sha256:")) for name, version, rest in blocks}


RUN = wanted(PROJECT["dependencies"])
EXTRAS = {name: wanted(lines) for name, lines in PROJECT["optional-dependencies"].items()}


# ---------------------------------------------------------------- one list


def test_environment_yml_repeats_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == "parley" and environment["channels"] == ["conda-forge"]
    *packages, pip = environment["dependencies"]
    assert pip == {"pip": ["-e ."]}
    assert packages[0] == "python=3.12" and packages[-1] == "pip"
    assert wanted(packages[1:-1]) == RUN


def test_binder_sees_environment_yml():
    assert not (ROOT / "binder").exists() and not (ROOT / ".binder").exists()


@pytest.mark.parametrize(
    "lock, extras", [("requirements-lab.txt", ["setup"]), ("requirements-test.txt", ["setup", "test"])]
)
def test_a_lock_holds_what_pyproject_asks_for(lock, extras):
    pins = pinned(lock)
    for asked in (RUN, *(EXTRAS[extra] for extra in extras)):
        for name, specifier in asked.items():
            assert pins[name][0] in specifier, f"{name}: renew the locks (CONTRIBUTING.md says how)"
    assert all(hashes for _, hashes in pins.values())
    assert "playwright" not in pins and "parley" not in pins


def test_the_lessons_and_the_tests_run_on_the_same_versions():
    lab, test = pinned("requirements-lab.txt"), pinned("requirements-test.txt")
    assert {name: test.get(name) for name in lab} == lab


@pytest.mark.parametrize(
    "name", ["requirements-lab.txt", "requirements-test.txt", "environment.yml", ".ci/run"]
)
def test_no_address_of_an_index(name):
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_one_version_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"] == parley.__version__


def test_ci_runs_the_command_of_the_readme():
    assert "-m parley test" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python -m parley lab" in readme and "python -m parley test" in readme


@pytest.mark.slow
def test_imports_run_downward():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_has_its_place_in_the_contracts():
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers, *_, alone = tool["contracts"]
    placed = {name for layer in layers["layers"] for name in re.split(r" [|:] ", layer)}
    modules = {f"parley.{path.stem}" for path in (ROOT / "parley").glob("[a-z]*.py")}
    modules |= {f"parley.{path.parent.name}" for path in (ROOT / "parley").glob("*/__init__.py")}
    assert placed == modules - {"parley.bootstrap"}
    assert set(alone["forbidden_modules"]) == placed | {"parley.__main__"}


# ---------------------------------------------------------------- the package


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the sdist, the wheel built from the sdist."""
    out = tmp_path_factory.mktemp("räum e")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        cwd=out,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (wheel,), (sdist,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return wheel, sdist


@pytest.mark.slow
def test_an_installed_wheel_finds_its_data_from_anywhere(built, tmp_path):
    wheel, _ = built
    # a wheel of pure Python is installed by unpacking it
    installed, elsewhere = tmp_path / "installed", tmp_path / "else where"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    code = (
        "import json, parley\n"
        "from parley import data\n"
        "tables = sorted(file.stem for file in data.folder().glob('*.csv'))\n"
        "rows = sum(len(data.read(name, as_of=None)) for name in tables)\n"
        "print(json.dumps([parley.__file__, str(data.folder()), tables, rows, list(data.stems())]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    file, folder, tables, rows, stems = json.loads(done.stdout)
    assert Path(file).is_relative_to(installed) and Path(folder) == installed / "parley/_files/data"
    assert tables == sorted(path.stem for path in (ROOT / "data").glob("*.csv")) and rows
    assert stems == sorted(path.stem for path in (ROOT / "data/quizzes").glob("*.yaml"))


@pytest.mark.slow
def test_the_wheel_carries_what_it_needs_and_no_more(built):
    wheel, _ = built
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        points = next(name for name in names if name.endswith("entry_points.txt"))
        assert "parley = parley.__main__:main" in archive.read(points).decode()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"parley", f"parley-{PROJECT['version']}.dist-info"}
    for exercise in (ROOT / "exercises").glob("*.ipynb"):
        assert f"parley/_files/exercises/{exercise.name}" in names
    for asset in [*(ROOT / "parley").rglob("*.js"), *(ROOT / "parley").rglob("*.css")]:
        assert asset.relative_to(ROOT).as_posix() in names
    assert not [name for name in names if "my_work" in name or "article.txt" in name]


@pytest.mark.slow
def test_the_sdist_carries_the_lessons_and_nothing_of_the_reader(built):
    _, sdist = built
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("README.md", "LICENSE", "LICENSE-CONTENT", "environment.yml", "requirements-lab.txt"):
        assert name in names
    assert any(name.startswith("notebooks/") for name in names)
    assert not [name for name in names if name.startswith((".venv", "my_work", ".git/"))]


def test_import_parley_is_quick():
    def seconds(code):
        timed = f"import time; began = time.perf_counter(); {code}; print(time.perf_counter() - began)"
        command = [sys.executable, "-c", timed]
        runs = (
            subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True) for _ in range(3)
        )
        return min(float(run.stdout) for run in runs)

    assert seconds("import parley") - seconds("pass") < 0.15
