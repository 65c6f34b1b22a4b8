"""From a fresh folder to an open lesson: make ``.venv``, fill it, start JupyterLab or the tests.

This file stands alone: the standard library, and nothing of Parley, since it runs before any
package is there. The rules it keeps:

* ``.venv`` is finished or it is not there. A marker goes in first, a stamp goes in last; a marked
  folder without a stamp was interrupted and is made anew. A ``.venv`` without our marker belongs
  to somebody else and is left alone.
* The stamp holds a hash of the lock file, of the folder and of the Python version. While it fits,
  a further run starts at once.
* What goes wrong ends in one sentence that says what and how to mend it, and in exit code 1.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from urllib.parse import quote

ROOT = Path(os.path.abspath(__file__)).parent.parent
OLDEST = (3, 11)
FIRST_LESSON = "notebooks/00_orientation.ipynb"
LOCKS = {"lab": "requirements-lab.txt", "test": "requirements-test.txt"}
WINDOWS = os.name == "nt"

#: Import names that a command needs. Where one is missing, ``.venv`` has to do the work.
NEEDED = (
    "anywidget", "ipywidgets", "jsonschema", "jupyterlab", "matplotlib", "nbclient", "nbformat", "nbval",
    "pandas", "pytest", "yaml",
)  # fmt: skip


class Trouble(Exception):
    """What went wrong, as one sentence for the person at the keyboard.

    Args:
        sentence: ``str`` says what and how to mend it
        kind: ``str`` the name of the trouble, for the code that may try another way
    """

    def __init__(self, sentence, kind=""):
        super().__init__(sentence)
        self.kind = kind


# ---------------------------------------------------------------- places


def venv():
    """``Path`` of the environment, beside the README."""
    return ROOT / ".venv"


def python_of(folder):
    """``Path`` of the Python inside the environment ``folder``."""
    return folder / "Scripts" / "python.exe" if WINDOWS else folder / "bin" / "python"


def marker():
    """``Path`` of the file that says: Parley made this folder."""
    return venv() / "made-by-parley.txt"


def stamp_file():
    """``Path`` of the file that says: this environment is finished, and what it holds."""
    return venv() / "parley-stamp.json"


# ---------------------------------------------------------------- is it ready?


def key(level, version=None):
    """What the environment must have been made from.

    Args:
        level: ``str`` ``"lab"`` or ``"test"``
        version: ``str`` Python's version as ``"3.12"``; the running one if left out
    Returns:
        ``str``: a hash. It changes with the lock file, the Python version and the folder, for an
        environment that was moved no longer works.
    """
    try:
        lock = (ROOT / LOCKS[level]).read_bytes().replace(b"\r\n", b"\n")
    except OSError:
        raise Trouble(
            f"{ROOT / LOCKS[level]} is missing, so the set-up does not know what to install: "
            "download or clone Parley afresh and run the command in that folder."
        ) from None
    version = version or "{}.{}".format(*sys.version_info)
    return hashlib.sha256(b"\0".join([lock, version.encode(), os.fsencode(ROOT)])).hexdigest()


def read_stamp():
    """The stamp as a ``dict``, empty where the environment is unfinished or absent."""
    try:
        stamp = json.loads(stamp_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def is_ready(level="lab", any_python=False):
    """Whether ``.venv`` holds what ``level`` needs, and starts.

    Args:
        level: ``str`` ``"lab"`` or ``"test"``
        any_python: ``bool`` accept an environment made by another version of Python
    """
    stamp = read_stamp()
    version = stamp.get("python") if any_python else None
    if not stamp or stamp.get(level) != key(level, version):
        return False
    code = "import sys; print('{}.{}'.format(*sys.version_info))"
    try:  # a Python that was updated or removed since leaves a link to nowhere behind
        seen = subprocess.run(
            [str(python_of(venv())), "-I", "-c", code], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return seen.returncode == 0 and seen.stdout.strip() == stamp.get("python")


def state():
    """The environment in a few words, for ``doctor``."""
    try:
        if not os.path.lexists(venv()):
            return "not made yet; python -m parley lab makes it"
        if not is_ours():
            return "not made by Parley"
        if not read_stamp():
            return "unfinished; the next run makes it anew"
        if not is_ready("lab", any_python=True):
            return "out of date; the next run makes it anew"
        return "complete, tests too" if is_ready("test", any_python=True) else "complete"
    except (Trouble, OSError) as error:
        return str(error)


def is_ours():
    """Whether ``.venv`` may be replaced: we made it, or it is empty."""
    folder = venv()
    if folder.is_symlink() or not folder.is_dir():
        return False
    return marker().exists() or not any(folder.iterdir())


def has_packages():
    """Whether the Python that runs now has what the commands need."""
    return all(importlib.util.find_spec(name) for name in NEEDED)


# ---------------------------------------------------------------- one run at a time


@contextlib.contextmanager
def one_at_a_time():
    """Hold ``.venv.lock`` while the environment is made; wait where another run holds it.

    The system lets go of the lock when a process dies, however it dies.
    """
    path = ROOT / ".venv.lock"
    told = False
    while True:
        handle = open(path, "a+b")  # noqa: SIM115
        if _try_lock(handle):
            with contextlib.suppress(OSError):
                # the run before may have removed the very file we hold
                if os.path.samestat(os.fstat(handle.fileno()), os.stat(path)):
                    break
            handle.close()
            continue
        handle.close()
        if not told:
            say("Another run is making .venv; this one waits for it (Ctrl+C stops waiting).")
            told = True
        time.sleep(0.2)
    try:
        yield
    finally:
        if WINDOWS:  # which removes no file that is open
            handle.close()
        with contextlib.suppress(OSError):
            path.unlink()
        handle.close()


def _try_lock(handle):
    try:
        if WINDOWS:
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # some network drives know no locks: then go on without
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


# ---------------------------------------------------------------- making it


def ensure(level="lab"):
    """Make or complete ``.venv`` where need be.

    Args:
        level: ``str`` ``"lab"`` for the lessons, ``"test"`` for what the tests need besides
    Returns:
        ``Path``: the Python to go on with
    Raises:
        ``Trouble``: where it cannot be made
    """
    key(level)  # without a lock file there is no way on
    if is_ready(level):
        return python_of(venv())
    with one_at_a_time():
        if not is_ready(level):
            _make(level)
    return python_of(venv())


def _make(level):
    if os.path.lexists(venv()) and not is_ours():
        raise Trouble(
            f"{venv()} was not made by Parley, so Parley leaves it alone: rename or delete it, "
            "then run the same command again."
        )
    tools = _tools()
    began = time.monotonic()
    made_by = read_stamp().get("tool")
    if is_ready("lab") and (made_by == "pip" or tools[0] != "pip"):  # what uv made holds no pip
        # the test lock holds the same versions and more: nothing that works is touched
        say("Parley adds what its tests need to .venv.")
        _install(tools[0], level)
        _write_stamp(made_by, level)
    else:
        say("Parley sets itself up in .venv. This happens once.")
        with _old_one_aside():
            _make_anew(tools, level)
    say(f"Ready after {time.monotonic() - began:.1f} s.")


@contextlib.contextmanager
def _old_one_aside():
    """Put a finished ``.venv`` aside while a new one is made; bring it back if that fails."""
    aside = ROOT / ".venv.old"
    if os.path.lexists(aside):  # left by a run that was killed
        if read_stamp():
            _remove(aside)
        else:
            _remove(venv())
            _move(aside, venv())
    if read_stamp():
        _move(venv(), aside)
    try:
        yield
    except BaseException:  # Ctrl+C too
        with contextlib.suppress(Trouble):
            _remove(venv())
            if aside.exists():
                _move(aside, venv())
        raise
    _remove(aside)


def _make_anew(tools, level):
    for tool in tools:
        try:
            _remove(venv())
            venv().mkdir()
            marker().write_text(
                "Parley made this folder and may replace it. Keep nothing of your own in it.\n",
                encoding="utf-8",
            )
            version = "{}.{}".format(*sys.version_info)
            step(f"an empty environment, Python {version}, by {_name(tool)}", _venv_command(tool))
            _install(tool, level)
            _quiet_front_end()
            _write_stamp(_name(tool), level)
            return
        except Trouble as trouble:
            if tool == tools[-1] or trouble.kind in ("disk", "permission", "path", "build"):
                raise
            # a mirror or a certificate that only pip was told about is common at universities
            say("uv did not get there; once more with pip.")


def _install(tool, level):
    step("the packages", [*_installer(tool), "--no-deps", "--require-hashes", "-r", LOCKS[level]])
    # what builds Parley is in the lock as well, so nothing unpinned is fetched here
    step("Parley itself", [*_installer(tool), "--no-deps", "--no-build-isolation", "-e", str(ROOT)])


def _venv_command(tool):
    # not sys.executable: that may be the Python inside the very .venv that is made anew
    base = getattr(sys, "_base_executable", None) or sys.executable
    if tool == "pip":
        return [base, "-m", "venv", "--prompt", "parley", str(venv())]
    return [tool, "venv", "--allow-existing", "--prompt", "parley", "--python", base, str(venv())]


def _installer(tool):
    if tool == "pip":
        return [str(python_of(venv())), "-m", "pip", "install", "--no-compile", "--progress-bar", "off"]
    return [tool, "pip", "install", "--python", str(python_of(venv()))]


def _tools():
    """What can make an environment here, the quickest first: the path of uv, ``"pip"``."""
    tools = []
    uv = None if os.environ.get("PARLEY_NO_UV") else shutil.which("uv")
    if uv:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            # on the PATH is not enough: a version manager's stand-in may point nowhere
            if subprocess.run([uv, "--version"], capture_output=True, timeout=60).returncode == 0:
                tools.append(uv)
    if _has_venv():
        tools.append("pip")
    if not tools:
        raise Trouble(_SENTENCES["venv"](), "venv")
    return tools


def _has_venv():
    for name in ("venv", "ensurepip"):  # bare Debian has the first without the second
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            return False
    return True


def _name(tool):
    return "pip" if tool == "pip" else "uv"


def _quiet_front_end():
    """Keep JupyterLab from asking, in a first lesson, whether it may fetch news; hide nbgrader's teacher panels.

    nbgrader comes with the test extra, for the tests: its buttons (Validate, Create Assignment) would only puzzle.
    """
    folder = venv() / "etc" / "jupyter" / "labconfig"
    folder.mkdir(parents=True, exist_ok=True)
    off = {"@jupyterlab/apputils-extension:announcements": True, "@jupyter/nbgrader": True}
    (folder / "page_config.json").write_text(
        json.dumps({"disabledExtensions": off}, indent=2) + "\n", encoding="utf-8"
    )


def _write_stamp(made_by, level):
    version = "{}.{}".format(*sys.version_info)
    stamp = {"python": version, "tool": made_by, "lab": key("lab")}
    if level == "test":
        stamp["test"] = key("test")
    new = stamp_file().with_suffix(".new")
    new.write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")
    os.replace(new, stamp_file())


def _remove(folder):
    if os.path.lexists(folder):
        with _in_use(folder):
            shutil.rmtree(folder)


def _move(folder, to):
    with _in_use(folder):
        os.rename(folder, to)


@contextlib.contextmanager
def _in_use(folder):
    try:
        yield
    except OSError as error:
        raise Trouble(
            f"{folder} cannot be replaced ({error.strerror or error}): close JupyterLab and every other "
            "window that uses it, delete the folder, and run the same command again.",
            "permission",
        ) from None


# ---------------------------------------------------------------- steps that a person sees


def say(text):
    """One line for the person, whatever letters their terminal knows."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


def step(name, command):
    """Run one step with its name and its seconds on the screen.

    Args:
        name: ``str`` what the step brings, as the reader sees it
        command: ``list[str]`` the command
    Raises:
        ``Trouble``: the step failed; the sentence is made from what the command said
    """
    began = time.monotonic()
    said = deque(maxlen=400)
    process = subprocess.Popen(
        command,
        cwd=str(ROOT),
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    reader = threading.Thread(target=said.extend, args=(process.stdout,), daemon=True)
    reader.start()
    screen = sys.stdout.isatty()
    try:
        while True:
            reader.join(0.25)
            if not reader.is_alive():
                break
            if screen:
                last = said[-1].strip() if said else ""
                _redraw(f"  {name}: {time.monotonic() - began:.0f} s  {last}")
        process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    finally:
        if screen:
            _redraw("")
    if process.returncode:
        raise trouble_from("".join(said), name)
    say(f"  {name}: {time.monotonic() - began:.1f} s")


def _redraw(text):
    width = max(20, shutil.get_terminal_size().columns - 1)
    encoding = sys.stdout.encoding or "ascii"
    line = text[:width].encode(encoding, "replace").decode(encoding)
    sys.stdout.write("\r" + " " * width + "\r" + line)
    sys.stdout.flush()


#: What pip, uv and the system say, and which trouble it is. The first that fits counts.
_SIGNS = (
    ("disk", (
        "no space left", "errno 28", "os error 28", "not enough space", "os error 112", "quota exceeded",
    )),
    ("path", (
        "long path support", "file name too long", "filename or extension is too long", "os error 206",
    )),
    ("venv", ("ensurepip is not available", "no module named ensurepip", "no module named venv")),
    ("certificate", ("certificate_verify_failed", "invalid peer certificate", "unknownissuer", "sslerror")),
    ("network", (
        "newconnectionerror", "failed to establish a new connection", "connection refused", "dns error",
        "name resolution", "getaddrinfo", "name or service not known", "network is unreachable",
        "connection reset", "connection aborted", "connection broken", "remotedisconnected", "timed out",
        "timeout", "proxyerror", "error sending request", "client error (connect)", "failed to fetch",
        "no route to host", "network connectivity is disabled",
    )),
    ("hash", ("do not match the hashes", "hash mismatch")),
    ("permission", (
        "permission denied", "read-only file system", "access is denied", "errno 13", "os error 13",
        "winerror 5", "operation not permitted",
    )),
    ("build", (
        "no matching distribution", "no solution found", "has no wheels", "failed building wheel",
        "failed to build",
    )),
)  # fmt: skip

_SENTENCES = {
    "disk": lambda: "The disk is full: free about 1 GB, then run the same command again.",
    "path": lambda: (
        f"The path of {ROOT} is too long for this system: move the folder nearer to the top, "
        "such as C:\\parley, and run the same command there."
    ),
    "venv": lambda: (
        f"This Python ({sys.executable}) came without its venv module: on Debian or Ubuntu run "
        "\"sudo apt install python{}.{}-venv\", elsewhere install Python 3.11 or later from python.org, "
        "then run the same command again.".format(*sys.version_info)
    ),
    "certificate": lambda: (
        "The network put a certificate of its own before the packages, and this Python does not trust it: "
        "ask your IT desk for the settings of pip (PIP_CERT), or use another network, then run the same "
        "command again."
    ),
    "network": lambda: (
        "The packages could not be downloaded: connect to the internet (behind a proxy, set HTTPS_PROXY), "
        "then run the same command again."
    ),
    "hash": lambda: (
        "A downloaded package is not the one that the lock file names, so nothing was installed: "
        "use another network, or tell whoever runs your package mirror, then run the same command again."
    ),
    "permission": lambda: (
        f"Parley may not write in {ROOT}: copy the folder to a place of your own, such as your home folder, "
        "and run the same command there."
    ),
    "build": lambda: (
        "A package has no ready build for this computer's Python {}.{}: install Python 3.12, "
        "then run the same command with it.".format(*sys.version_info)
    ),
}  # fmt: skip


def trouble_from(text, name):
    """Turn what a failed step said into a ``Trouble``.

    Args:
        text: ``str`` the step's output
        name: ``str`` the step, for the case that nothing is recognised
    """
    low = text.lower()
    for kind, signs in _SIGNS:
        if any(sign in low for sign in signs):
            return Trouble(_SENTENCES[kind](), kind)
    with contextlib.suppress(OSError):
        if shutil.disk_usage(ROOT).free < 100_000_000:
            return Trouble(_SENTENCES["disk"](), "disk")
    tail = [line.rstrip() for line in text.splitlines() if line.strip()][-8:]
    for line in tail:
        say("    " + line)
    return Trouble(
        f'The step "{name}" failed with the words above: mend what they name, '
        "or show them to whoever gave you Parley, then run the same command again."
    )


def trouble_from_os(error):
    """Turn an ``OSError`` of our own file work into a ``Trouble``."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        kind = "disk"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        kind = "permission"
    elif error.errno == errno.ENAMETOOLONG:
        kind = "path"
    else:
        where = f" ({error.filename})" if error.filename else ""
        return Trouble(
            f"The system refused: {error.strerror or error}{where}; "
            "mend that, then run the same command again."
        )
    return Trouble(_SENTENCES[kind](), kind)


# ---------------------------------------------------------------- going on in .venv


def environment():
    """The environment variables of every process started here."""
    env = dict(os.environ)
    for name in ("PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "__PYVENV_LAUNCHER__"):
        env.pop(name, None)
    # Besides the editable install: that one is a .pth file, and before Python 3.13 Windows reads
    # .pth files in the locale's encoding, so a folder named "räum e" would not be found.
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    env["VIRTUAL_ENV"] = str(venv())
    env["PATH"] = os.pathsep.join(filter(None, [str(python_of(venv()).parent), os.environ.get("PATH")]))
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    env["PIP_NO_INPUT"] = "1"
    return env


def hand_over(command, folder=None):
    """Let ``command`` take this process's place.

    Args:
        command: ``list[str]`` the command
        folder: ``Path`` where it runs; the present folder if left out
    Returns:
        ``int``: its exit code (on Windows; elsewhere this process is the command from here on)
    """
    sys.stdout.flush()
    sys.stderr.flush()
    if not WINDOWS:
        if folder:
            os.chdir(folder)
        os.execve(command[0], command, environment())
    # Windows' exec returns to the prompt at once and leaves two programs on one keyboard
    process = subprocess.Popen(command, cwd=folder and str(folder), env=environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the child got it too, and decides


def lab(flags):
    """Open JupyterLab at the first lesson, or at the notebook named among ``flags``."""
    named = [flag for flag in flags if flag.endswith(".ipynb") and not flag.startswith("-")]
    lesson = ROOT / FIRST_LESSON
    if named:
        lesson = Path(os.path.abspath(named[0]))
        flags = [flag for flag in flags if flag not in named]
    if not lesson.is_file():
        raise Trouble(f"{lesson} is missing: restore it (git checkout), or download Parley afresh.")
    try:
        url = "/lab/tree/" + quote(lesson.relative_to(ROOT).as_posix())
    except ValueError:
        raise Trouble(f"{lesson} lies outside {ROOT}: copy it in there, then open it.") from None
    python = str(ensure("lab"))
    command = [python, "-m", "jupyterlab", str(lesson), "--log-level=ERROR", "--LabApp.log_level=ERROR"]
    command += [f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url={url}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # in a container nobody else is there
    say("JupyterLab opens in your browser. It stops with Ctrl+C in this window.")
    return hand_over(command + flags, ROOT)


def test(flags):
    """Run every test, or what ``flags`` (pytest's own) select."""
    python = str(ensure("test"))
    return hand_over([python, "-m", "pytest", *flags], ROOT)


def rerun(words):
    """Run ``python -m parley WORDS`` again with the Python of ``.venv``, which is made if need be."""
    if os.environ.get("PARLEY_RERUN") or not (ROOT / LOCKS["lab"]).is_file():
        missing = ", ".join(name for name in NEEDED if not importlib.util.find_spec(name))
        raise Trouble(
            f"This Python ({sys.executable}) lacks {missing}: install Parley with the packages it asks for, "
            'or delete .venv in its folder and run "python -m parley lab" there.'
        )
    python = python_of(venv()) if is_ready("lab", any_python=True) else ensure("lab")
    os.environ["PARLEY_RERUN"] = "1"
    return hand_over([str(python), "-m", "parley", *words])


def main(argv):
    """``lab``, ``test``, or another command that needs ``.venv`` first.

    Args:
        argv: ``list[str]`` the command and what follows it
    Returns:
        ``int``: the exit code
    """
    try:
        if sys.version_info < OLDEST:
            raise Trouble("Parley needs Python 3.11 or later, and this is {}.{}.".format(*sys.version_info))
        if argv[0] in ("lab", "test") and not (ROOT / "pyproject.toml").is_file():
            raise Trouble(
                "The lessons are not part of an installed Parley: clone or download its folder, and run "
                f'"python -m parley {argv[0]}" there.'
            )
        if argv[0] == "lab":
            return lab(argv[1:])
        if argv[0] == "test":
            return test(argv[1:])
        return rerun(argv)
    except Trouble as trouble:
        sentence = str(trouble)
    except OSError as error:
        sentence = str(trouble_from_os(error))
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Nothing half-made was left; the same command starts again.\n")
        return 130
    sys.stderr.write("Parley: " + sentence + "\n")
    return 1
