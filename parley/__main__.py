"""The command line: ``python -m parley COMMAND``.

The first word names the command; what follows is the command's own. This file is written so that
even Python 2.7 can read it and say, in one sentence, that it is too old.
"""

import sys

#: Commands, in the order in which a person meets them.
COMMANDS = (
    ("lab", "open the first lesson in JupyterLab"),
    ("test", "run every test; what follows goes to pytest"),
    ("check", "check what a student saved: FILE... [--json OUT]"),
    ("build", "write exercises/ from solutions/ [--check]"),
    ("doctor", "say what is installed, and where [--rows: your own records, to send]"),
)

#: Commands that live in a module of their own, each with ``main(argv) -> int``.
MODULES = {"check": "parley.grading.check", "build": "parley.grading.build"}


def main(argv=None):
    """Run one command.

    Args:
        argv: ``list[str]`` the words after ``parley``; the process's own if left out
    Returns:
        ``int``: the exit code
    """
    words = list(sys.argv[1:] if argv is None else argv)
    if sys.version_info < (3, 11):
        sys.stderr.write(
            "Parley: this is Python %d.%d, and Parley needs 3.11 or later: install a newer one from "
            "python.org, then run the same command with it.\n" % sys.version_info[:2]
        )
        return 1
    command = words[0] if words else "--help"
    if command in ("lab", "test"):
        from parley import bootstrap

        return bootstrap.main(words)
    if command in MODULES or command == "doctor":
        from parley import bootstrap

        # a doctor looks and installs nothing: where no environment is ready it reports from here
        can_go_on = command != "doctor" or bootstrap.state().startswith("complete")
        if not bootstrap.has_packages() and can_go_on:
            return bootstrap.main(words)
        if command == "doctor":
            if words[1:] not in ([], ["--rows"]):
                sys.stderr.write("Parley: doctor takes no word but --rows, not %r.\n" % " ".join(words[1:]))
                return 2
            return doctor_rows() if words[1:] else doctor()
        import importlib

        return importlib.import_module(MODULES[command]).main(words[1:])
    return usage(command)


def usage(command):
    """Print the commands.

    Args:
        command: ``str`` the word that was given
    Returns:
        ``int``: 0 where help was asked for, 2 where the word is unknown
    """
    import argparse

    parser = argparse.ArgumentParser(
        prog="python -m parley", description="Parley, a teaching module on diplomatic analysis."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, what in COMMANDS:
        commands.add_parser(name, help=what)
    asked = command in ("-h", "--help", "help")
    if not asked:
        sys.stderr.write("Parley: there is no command %r.\n\n" % command)
    parser.print_help(sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


def doctor():
    """Print what a helper asks first.

    Returns:
        ``int``: 0 where everything is in order, 1 where a line says what is not
    """
    import platform
    from importlib import metadata

    from parley import bootstrap

    well = True

    def line(name, value):
        bootstrap.say("%-12s %s" % (name, value))

    def version(name):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return "missing"

    line("Python", "%s (%s)" % (platform.python_version(), sys.executable))
    line("system", platform.platform())
    line("Parley", "%s in %s" % (version("parley"), bootstrap.ROOT))
    line(".venv", bootstrap.state())
    for name in ("jupyterlab", "notebook", "ipywidgets", "anywidget", "nbval"):
        line(name, version(name))
    if not bootstrap.has_packages():
        line("packages", "this Python lacks some; run: python -m parley lab")
        well = False

    looks = (
        ("data", _data),
        ("my_work", _my_work),
        ("article", _article),
        ("record", _record),
        ("records", _records),
    )
    for name, look in looks:
        try:
            line(name, look())
        except Exception as error:  # whatever it is, the report goes on
            line(name, "NOT READABLE: " + (str(error).splitlines() or [type(error).__name__])[0])
            well = False
    return 0 if well else 1


def _data():
    from parley import data

    folder = data.folder()
    names = sorted(file.stem for file in folder.glob("*.csv"))
    rows = sum(len(data.read(name, as_of=None)) for name in names)
    return "%s: %d tables, %d rows; lessons: %s" % (folder, len(names), rows, ", ".join(data.stems()))


def doctor_rows():
    """Print the reader's own rows, valid or with what is wrong, in a form in which they can be sent.

    Returns:
        ``int``: 0 where all are valid, 1 where one is not or the file is damaged
    """
    from parley import bootstrap
    from parley.errors import ParleyError

    try:
        from parley import finds

        text, well = finds.report()
    except ParleyError as error:
        text, well = str(error), False
    for row in text.split("\n"):
        bootstrap.say(row)
    return 0 if well else 1


def _my_work():
    from parley import data

    place = data.my_work()
    return "%s%s" % (place, "" if place.is_dir() else " (none yet)")


def _article():
    from parley import article, data

    copy = article.own_copy()
    if copy is None:
        there = (data.my_work() / "article.txt").exists()
        return "article.txt is there, and is not the article" if there else "no copy of your own"
    return "your own copy, %d sentences" % len(copy.sentences)


def _records():
    from parley import finds

    found = finds.rows()
    wrong = sum(bool(row.problems) for row in found)
    if wrong:
        raise finds.FindError(
            "%d of %d rows need mending; run: python -m parley doctor --rows" % (wrong, len(found))
        )
    return "%d rows of your own" % len(found) if found else "no rows of your own"


def _record():
    from parley import record

    place = record.location()
    if not place.exists():
        return "%s (none yet)" % place
    record.load()
    return place


if __name__ == "__main__":
    sys.exit(main())
