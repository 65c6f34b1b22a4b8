"""What the tests of every lesson ask of its notebooks: the prose, the numbers stated in it, bold words, minutes."""

import re

import nbformat

from parley import data

ROOT = data.project()
SMALL_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()


def cells(folder, stem):
    """The cells of a committed notebook."""
    return nbformat.read(ROOT / folder / f"{stem}.ipynb", as_version=4).cells


def prose_of(stem):
    """All prose of a lesson as one text."""
    return "\n\n".join(cell.source for cell in cells("notebooks", stem) if cell.cell_type == "markdown")


def stated(prose, pattern):
    """The number that the prose states where ``pattern`` has its group, in digits or as a word."""
    found = re.search(pattern, prose)
    assert found, f"the prose no longer says {pattern!r}"
    word = found.group(1).lower().replace(",", "")
    return float(word) if word[0].isdigit() else SMALL_NUMBERS.index(word)


def assert_minutes(lesson, core_words, core):
    """Each task says its title, its kind and its minutes; the core ones add up to what the page says."""
    stem = lesson.LESSON.stem
    for exercise in lesson.EXERCISES:
        task = next(c.source for c in cells("solutions", stem) if c.id == f"ex{exercise.id[-1]}-task")
        assert f"*{'Core' if exercise.core else 'Stretch'}, {exercise.minutes} minutes.*" in task
        assert f"## {exercise.id} · {exercise.title}" in task
    assert sum(e.minutes for e in lesson.EXERCISES if e.core) == core
    assert core_words in cells("solutions", stem)[0].source
    assert sum(e.minutes for e in lesson.EXERCISES if not e.core) == lesson.LESSON.stretch


def assert_words_are_bold(lesson):
    """Each word of the glossary is bold where it first stands, but for those that the last section lists."""
    prose = prose_of(lesson.LESSON.stem)
    left = set(re.findall(r"\*([\w+ -]+)\*(?=[,.])", prose[prose.index("## Words of this lesson") :]))
    for row in lesson.glossary():
        if row["term"] not in left:
            text = re.sub(r"(?m)^#.*$", "", prose)  # a heading explains nothing
            first = re.search(rf"(?<![\w-]){re.escape(row['term'])}s?(?![\w-])", text, re.IGNORECASE)
            assert first, f"{row['term']!r} is in the glossary and not in the lesson"
            around = text[max(0, first.start() - 2) : first.end() + 2]
            assert around.startswith("**") and around.endswith("**"), (
                f"{row['term']!r} first stands in {around!r}"
            )
