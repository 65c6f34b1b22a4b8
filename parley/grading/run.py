"""Run a restored notebook under nbval, in a process and a folder of its own, and say what came out of each
cell.

Nothing here knows an exercise. The plugin (`parley.grading.plugin`) runs in that process and writes one
line of JSON for each cell to a file outside the student's folder, so that what a killed run had done is
not lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parley.answers import SEED_VARIABLE
from parley.grading import Notebook, dump

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
_FOREIGN = (
    "PYTHONSTARTUP",
    "PYTHONWARNINGS",
    "MPLBACKEND",
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
    "JPY_SESSION_NAME",
    SEED_VARIABLE,
)
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Limits:
    """What a submission may use. Seconds for one cell and for all; bytes of memory and of one file."""

    cell: float = 60
    total: float = 240
    memory: int = 4 * 2**30
    file: int = 64 * 2**20


@dataclass(frozen=True)
class CellRun:
    """What a cell did. ``outcome`` is ``ok``, ``error``, ``time``, ``dead`` (the kernel ended in it) or
    ``gone`` (before).

    ``published`` holds the bundles that it displayed with `parley.grading.ANSWER_MIME`; ``line`` is where
    it stopped.
    """

    outcome: str
    ename: str = ""
    evalue: str = ""
    line: int | None = None
    published: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Run:
    """What came out. ``ended`` is empty, ``time`` (all of it was stopped), or ``crash`` with ``detail``."""

    seed: int
    cells: Mapping[str, CellRun] = field(default_factory=dict)
    ended: str = ""
    detail: str = ""
    seconds: float = 0.0


def run(notebook: Notebook, limits: Limits | None = None, seed: int | None = None) -> Run:
    """Run ``notebook`` from top to bottom; functions are tried on cases drawn from ``seed``, a fresh one by
    default.
    """
    limits, began = limits or Limits(), time.monotonic()
    seed = secrets.randbelow(10**9) if seed is None else seed
    with tempfile.TemporaryDirectory(prefix="parley-", ignore_cleanup_errors=True) as scratch:
        place = Path(scratch).resolve()
        work = place / "work"
        work.mkdir()
        (work / "submission.ipynb").write_text(dump(notebook), encoding="utf-8", newline="\n")
        (place / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")  # no other project's settings
        more = _ONE_THREAD | {SEED_VARIABLE: str(seed), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        ended = _supervise(command(place, limits), work, environment(place, **more), place, limits.total)
        cells = {line["id"]: _cell_run(line) for line in _lines(place / "cells.jsonl") if "id" in line}
        detail = "" if cells or ended else _tail(place / "log.txt")
    return Run(seed, cells, ended or ("" if cells else "crash"), detail, time.monotonic() - began)


def command(place: Path, limits: Limits) -> list[str]:
    """The nbval run as a command line. Our plugin comes first: it makes nbval's imports cheap."""
    return [
        *(sys.executable, "-m", "pytest", "-p", "parley.grading.plugin", "-p", "nbval.plugin"),
        *("--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout", f"{limits.cell:g}"),
        *(
            "--parley-cells",
            str(place / "cells.jsonl"),
            "--parley-memory",
            str(limits.memory),
            "--parley-file",
            str(limits.file),
        ),
        *("-c", str(place / "pytest.ini"), "--rootdir", str(place / "work"), "-p", "no:cacheprovider"),
        *("-q", "--tb=no", "--color=no", "--assert=plain", str(place / "work" / "submission.ipynb")),
    ]


def environment(scratch: Path, **more: str) -> dict[str, str]:
    """The environment of a kernel: this one, without what would make two machines differ.

    The learner's record is a file that is not there; the kernel imports this very Parley, installed or not.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    path = os.pathsep.join(filter(None, [str(_PACKAGE_ROOT), kept.get("PYTHONPATH", "")]))
    ours = {
        "PARLEY_RECORD": str(scratch / "record.json"),
        "IPYTHONDIR": str(scratch / "ipython"),
        "PYTHONPATH": path,
    }
    return kept | ours | {"JUPYTER_RUNTIME_DIR": str(scratch / "runtime")} | more


def skip_slow_validator() -> None:
    """Keep jsonschema, which nbformat imports, from building a grammar of all web addresses: that takes a
    second.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # an import of it now says ImportError


def _supervise(words: list[str], work: Path, env: dict[str, str], place: Path, seconds: float) -> str:
    """Run a command in a session of its own; ``"time"`` where it had to be stopped, else an empty string."""
    with open(place / "log.txt", "wb") as log:
        streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
        process = subprocess.Popen(words, cwd=work, env=env, start_new_session=True, **streams)
        try:
            process.wait(seconds)
            return ""
        except subprocess.TimeoutExpired:
            return "time"
        finally:
            if process.returncode is None:
                _stop(process, place)


def _stop(process: subprocess.Popen, place: Path) -> None:
    """End a process and its kernel, which jupyter_client starts in a session of its own."""
    kernels = [
        line["kernel"] for line in _lines(place / "cells.jsonl") if isinstance(line.get("kernel"), int)
    ]
    for pid in [process.pid, *kernels]:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL) if hasattr(os, "killpg") else os.kill(pid, signal.SIGTERM)
    with contextlib.suppress(OSError):
        process.kill()
    process.wait()


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file of JSON objects, as far as they are whole."""
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    for line in text.splitlines():
        with contextlib.suppress(ValueError):
            found = json.loads(line)
            if isinstance(found, dict):
                yield found


def _cell_run(line: Mapping[str, Any]) -> CellRun:
    return CellRun(line["outcome"], line["ename"], line["evalue"], line["line"], tuple(line["published"]))


def _tail(path: Path) -> str:
    """The last line of a log that says something, for the one who has to mend the set-up."""
    lines = [
        line.strip()
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.strip()
    ]
    errors = [line for line in lines if "Error" in line]
    return (errors or lines or ["nothing was said"])[-1][:200]
