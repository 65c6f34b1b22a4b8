"""The one base of Parley's own errors: a line for a person, in place of a traceback."""


class ParleyError(Exception):
    """Something a reader can mend. The message is one line: the thing, what was expected, and how to mend it."""

    def _render_traceback_(self):
        """What IPython shows for it; the traceback would only bury the line."""
        return [str(self)]
