"""Run a restored notebook under nbval, in a process and a folder of its own, and say what came out of each
cell.

Nothing here knows an exercise. The plugin (`parley.grading.plugin`) runs in that process and writes one line
of JSON for each cell to its standard output, a file without a name that no kernel inherits; so what a killed
run had done is not lost, and a cell finds nothing to scribble in.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from parley.answers import SEED_VARIABLE
from parley.grading import Notebook, dump

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]
# All that a kernel gets of the environment: what Python and Jupyter need on the three systems, and no secrets.
_KEPT = frozenset(
    "PATH HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR TEMP TMP VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV "
    "PYTHONPATH PYTHONHOME PYTHONUSERBASE PYTHONNOUSERSITE PYTHONUTF8 PYTHONDONTWRITEBYTECODE "
    "PYTHONPYCACHEPREFIX XDG_CACHE_HOME MPLCONFIGDIR LD_LIBRARY_PATH DYLD_LIBRARY_PATH "
    "SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERNAME USERPROFILE HOMEDRIVE HOMEPATH APPDATA "
    "LOCALAPPDATA PROGRAMDATA PROGRAMFILES NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE".split()
)
LARGEST_LOG = 64 * 2**20  # bytes of results that are read
LONGEST = 2_000  # characters of an error message
OUTCOMES = ("ok", "error", "time", "dead", "gone")
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
    """What came out.

    ``ended`` is empty; ``time``, where all of it was stopped; ``killed``, where something in a cell ended the
    run itself; or ``crash``, where no kernel came up, with ``detail``.
    """

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
    with (
        tempfile.TemporaryDirectory(prefix="parley-", ignore_cleanup_errors=True) as scratch,
        tempfile.TemporaryFile() as log,
    ):
        place = Path(scratch).resolve()
        work = place / "work"
        work.mkdir()
        (work / "submission.ipynb").write_text(dump(notebook), encoding="utf-8", newline="\n")
        (place / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")  # no other project's settings
        more = _ONE_THREAD | {SEED_VARIABLE: str(seed), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        code = _supervise(command(place, limits), work, environment(place, **more), log, limits.total)
        log.seek(0)
        text = log.read(LARGEST_LOG).decode("utf-8", "replace")
    lines = list(_lines(text))
    ids = {cell["id"] for cell in notebook["cells"] if cell["cell_type"] == "code"}
    cells = {line["id"]: found for line in lines if _names(line, ids) and (found := _cell_run(line))}
    ended = _how_it_ended(code, any(line.get("kernel") is True for line in lines))
    return Run(seed, cells, ended, _why(text, cells) if ended == "crash" else "", time.monotonic() - began)


def _how_it_ended(code: int | None, kernel_came_up: bool) -> str:
    """See `Run`. ``code`` is that of pytest, ``None`` where it was stopped."""
    if code is None:
        return "time"
    if not kernel_came_up:
        return "crash"
    return "" if code in (0, 1) else "killed"


def command(place: Path, limits: Limits) -> list[str]:
    """The nbval run as a command line. Our plugin comes first: it makes nbval's imports cheap."""
    return [
        *(sys.executable, "-m", "pytest", "-p", "parley.grading.plugin", "-p", "nbval.plugin"),
        *("--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout", f"{limits.cell:g}"),
        *("--parley-cells", "--parley-memory", str(limits.memory), "--parley-file", str(limits.file)),
        *("-c", str(place / "pytest.ini"), "--rootdir", str(place / "work"), "-p", "no:cacheprovider"),
        *("-q", "--tb=no", "--color=no", "--assert=plain", str(place / "work" / "submission.ipynb")),
    ]


def environment(scratch: Path, **more: str) -> dict[str, str]:
    """The environment of a kernel: what it needs to start, without what would make two machines differ.

    The learner's record and own folder are not there; the kernel imports this very Parley, installed or not.
    """
    kept = {n: value for n, value in os.environ.items() if n.upper() in _KEPT or n.startswith("LC_")}
    path = os.pathsep.join(filter(None, [str(_PACKAGE_ROOT), kept.get("PYTHONPATH", "")]))
    ours = {
        "PARLEY_RECORD": str(scratch / "record.json"),
        "PARLEY_WORK": str(scratch / "my_work"),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "PYTHONPATH": path,
    }
    return kept | ours | more


def skip_slow_validator() -> None:
    """Keep jsonschema, which nbformat imports, from building a grammar of all web addresses: that takes a
    second.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # an import of it now says ImportError


def _supervise(
    words: list[str], work: Path, env: dict[str, str], log: IO[bytes], seconds: float
) -> int | None:
    """Run a command in a session of its own and end what it leaves behind; its exit code, or ``None`` where it
    had to be stopped.
    """
    streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(words, cwd=work, env=env, start_new_session=True, **streams)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.returncode is None:
            with contextlib.suppress(OSError):
                process.kill()
            process.wait()
        _end_kin(env["PARLEY_RECORD"])


def _end_kin(record: str) -> None:
    """End every process that carries this run's ``PARLEY_RECORD``: the kernel, which has a session of its own,
    and what the kernel started, however far it went away.

    Nothing that a cell wrote is believed here: a process shows the environment it was started with.
    """
    try:
        import psutil  # comes with ipykernel
    except ImportError:
        return
    for _ in range(5):  # one that is just being started is caught in the next turn
        kin = [process for process in psutil.process_iter() if _carries(process, record)]
        if not kin:
            return
        for process in kin:
            with contextlib.suppress(psutil.Error, OSError):
                process.kill()
        psutil.wait_procs(kin, 1)


def _carries(process: Any, record: str) -> bool:
    if process.pid <= 1 or process.pid == os.getpid():
        return False
    try:
        return process.environ().get("PARLEY_RECORD") == record
    except Exception:  # it is gone, or somebody else's, or a zombie: psutil has an exception for each
        return False


def _lines(text: str) -> Iterator[dict[str, Any]]:
    """The objects among the lines of a log, as far as they are whole."""
    for line in text.split("\n"):
        if line.startswith("{"):
            with contextlib.suppress(ValueError, RecursionError):
                found = json.loads(line)
                if isinstance(found, dict):
                    yield found


def _names(line: Mapping[str, Any], ids: set[str]) -> bool:
    return isinstance(line.get("id"), str) and line["id"] in ids


def _cell_run(line: Mapping[str, Any]) -> CellRun | None:
    """What a line says of its cell; ``None`` where it has not the shape that the plugin writes."""
    told = [line.get(name) for name in ("outcome", "ename", "evalue")]
    number, published = line.get("line"), line.get("published")
    if told[0] not in OUTCOMES or not all(isinstance(t, str) and len(t) <= LONGEST for t in told):
        return None
    if not (number is None or type(number) is int) or not isinstance(published, list):
        return None
    return CellRun(*told, number, tuple(published))


def _why(text: str, cells: Mapping[str, CellRun]) -> str:
    """Why no kernel came up, for the one who has to mend the set-up."""
    told = next((cell.evalue for cell in cells.values() if cell.evalue), "")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("{")]
    errors = [line for line in lines if "Error" in line]
    return (told or (errors or lines or ["nothing was said"])[-1])[:200]
