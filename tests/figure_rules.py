"""What every figure of the module has to keep, for the tests of the lessons to call."""

import itertools

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

SMALLEST = 11  # points at notebook width


def texts(ax):
    """The visible texts of a figure that say something."""
    return [t for t in ax.figure.findobj(Text) if t.get_visible() and t.get_text().strip()]


def assert_readable(ax, source_words):
    """Title and source are there, text is large enough, inside the picture, and nothing overlaps."""
    figure = ax.figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page, renderer = figure.bbox, canvas.get_renderer()
    title = ax.get_title(loc="left")
    assert len(title.split()) >= 5, f"the title should be the finding, a sentence: {title!r}"
    assert figure.get_supxlabel().startswith("Source: ") and source_words in figure.get_supxlabel()
    boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts(ax)]
    for text in texts(ax):
        assert text.get_fontsize() >= SMALLEST, f"{text.get_text()!r} has {text.get_fontsize()} points"
    for words, box in boxes:
        inside = box.x0 >= -1 and box.y0 >= -1 and box.x1 <= page.x1 + 1 and box.y1 <= page.y1 + 1
        assert inside, f"{words!r} runs out of the picture"
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide <= 1 or high <= 1, f"{one!r} and {other!r} overlap"


def assert_described(alt, *words):
    """20 to 80 words, and the ones a reader would take away."""
    assert 20 <= len(alt.split()) <= 80
    for word in words:
        assert word in alt
