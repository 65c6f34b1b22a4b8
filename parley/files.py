"""Writing a small file whole or not at all, and one writer at a time."""

import contextlib
import os
import tempfile
import time
from pathlib import Path

PATIENCE = 5.0  # seconds to wait for another writer


def write_whole(path: Path, text: str) -> None:
    """Write ``text`` (UTF-8, LF) by way of a temporary file in the same folder, which is then renamed.

    Whoever is interrupted leaves the old file as it was. Raises ``OSError`` as the file system does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(
            name, path.stat().st_mode & 0o777 if path.exists() else 0o644
        )  # mkstemp's 0600 is not for sharing
        _replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _replace(name: str, path: Path) -> None:
    """``os.replace``, tried for a moment: Windows refuses while another process reads the old file."""
    until = time.monotonic() + 1
    while True:
        try:
            return os.replace(name, path)
        except PermissionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


@contextlib.contextmanager
def only_writer(path: Path):
    """Hold ``<path>.lock`` while the body reads, changes and writes ``path``; two kernels then lose nothing.

    A lock whose owner died is taken over after `PATIENCE` seconds.
    """
    lock = path.with_name(f".{path.name}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except (FileExistsError, PermissionError):
            if _age(lock) > PATIENCE or time.monotonic() > until:
                break  # its owner is gone: a save takes milliseconds
            time.sleep(0.01)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink()


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0


def sweep(path: Path, older_than: float = 3600) -> None:
    """Remove what killed saves of ``path`` left behind, once it is an hour old."""
    for left in path.parent.glob(f".{path.name}.*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > older_than:
                left.unlink()
