"""A pytest plugin beside nbval: it tells what each cell published or why it stopped, one line of JSON a cell,
on pytest's own standard output. While a cell runs, pytest holds another output in that place, so the kernel
inherits no way to the lines.

nbval's classes are no promised interface. What is used: an item's ``cell``, ``test_outputs`` and
``parent.kernel``, and of that ``await_reply``, ``is_alive`` and ``km``; a test fails loudly where one of
them goes.
"""

from __future__ import annotations

import json
import re
import time
from queue import Empty
from typing import Any

import pytest

from parley.grading import ANSWER_MIME
from parley.grading.run import LONGEST, skip_slow_validator

skip_slow_validator()

LARGEST = 400_000  # characters of published answers in one cell
POLL = 0.5  # seconds between two looks at whether the kernel lives; nbval looks after the cell's time-out

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_LINE = re.compile(r"Cell In\s*\[[^\]]*\], line (\d+)")


class KernelEnded(Exception):
    """The kernel ended while a cell ran."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("parley")
    group.addoption("--parley-cells", action="store_true", help="tell what each cell did, in lines of JSON")
    group.addoption("--parley-memory", type=int, default=0, help="bytes of memory for one process")
    group.addoption("--parley-file", type=int, default=0, help="bytes of the largest file")


def pytest_configure(config: pytest.Config) -> None:
    """Set the limits here, so that the kernel inherits them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, value in (
        ("RLIMIT_AS", config.option.parley_memory),
        ("RLIMIT_FSIZE", config.option.parley_file),
        ("RLIMIT_CORE", 0),
    ):
        if hasattr(resource, name) and (value or name == "RLIMIT_CORE"):
            _lower(resource, getattr(resource, name), value)


def _lower(resource: Any, which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(which, (wanted, wanted))
    except (ValueError, OSError):  # macOS refuses a limit on memory
        pass


@pytest.hookimpl(trylast=True)  # nbval starts the kernel in the set-up of the first cell
def pytest_runtest_setup(item: pytest.Item) -> None:
    kernel = getattr(item.parent, "kernel", None)
    if kernel is not None and not hasattr(kernel, "parley_watch"):
        kernel.parley_watch = kernel.await_reply
        kernel.await_reply = lambda msg_id, timeout=None: _await_reply(kernel, msg_id, timeout)


def _await_reply(kernel: Any, msg_id: str, timeout: float | None) -> None:
    """nbval's ``await_reply`` in short turns, so that a dead kernel is noticed. `queue.Empty` after
    ``timeout``.
    """
    until = time.monotonic() + (timeout or 60)
    while True:
        try:
            return kernel.parley_watch(msg_id, timeout=POLL)
        except Empty:
            if not kernel.is_alive():
                raise KernelEnded from None
            if time.monotonic() > until:
                raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Any:
    report = yield
    if call.when == "setup" and not call.excinfo:
        _write(item, {"kernel": True})
    if hasattr(item, "cell") and (call.when == "call" or (call.when == "setup" and call.excinfo)):
        _write(item, record(item.cell.get("id", ""), item.test_outputs or [], call.excinfo))
    return report


def record(identifier: str, outputs: list[Any], excinfo: Any) -> dict[str, Any]:
    """What a cell did, as `parley.grading.run.CellRun` has it."""
    error = next((o for o in reversed(outputs) if o.get("output_type") == "error"), None)
    told = str(excinfo.value) if excinfo else ""
    if excinfo and excinfo.errisinstance(KernelEnded):
        outcome = "dead"
    elif told.startswith("Kernel dead"):
        outcome = "gone"
    elif told.startswith("Timeout"):
        outcome = "time"
    else:
        outcome = "error" if excinfo else "ok"
    where = [int(n) for n in _LINE.findall(_ANSI.sub("", "\n".join(error["traceback"])))] if error else []
    return {
        "id": identifier,
        "outcome": outcome,
        "ename": error["ename"][:LONGEST] if error else "",
        "evalue": error["evalue"][:LONGEST] if error else told[:LONGEST],
        "line": where[0] if where else None,
        "published": _published(outputs),
    }


def _published(outputs: list[Any]) -> list[Any]:
    found = [o["data"][ANSWER_MIME] for o in outputs if ANSWER_MIME in (o.get("data") or {})]
    try:
        return found if len(json.dumps(found)) <= LARGEST else []
    except (RecursionError, ValueError):
        return []


def _write(item: pytest.Item, line: dict[str, Any]) -> None:
    if item.config.option.parley_cells:
        item.config.get_terminal_writer().write(f"\n{json.dumps(line)}\n", flush=True)
