"""Parley: read one short article as a foreign-ministry desk officer would.

A lesson needs a handful of names, and this package hands them over on first use, so that `import parley` itself
loads nothing heavy: ``from parley import quiz, form, check, show``.
"""

__version__ = "0.1.0"

# The names a lesson uses, and the module that holds each.
_HOMES = {
    "quiz": "notebook",
    "form": "notebook",
    "check": "notebook",
    "note": "notebook",
    "lesson": "notebook",
    "seal": "notebook",
    "explore": "notebook",
    "article_box": "shelf",
    "paragraph": "shelf",
    "progress": "shelf",
    "add_record": "shelf",
    "record_form": "shelf",
    "records": "shelf",
    "account_records": "shelf",
    "show": "plotting",
    "read": "data",
    "cite": "data",
}

__all__ = sorted(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(
            "module 'parley' has no attribute {!r}; it offers {}".format(name, ", ".join(__all__))
        )
    import importlib

    return getattr(importlib.import_module("parley." + _HOMES[name]), name)


def __dir__():
    return sorted(
        list(globals()) + __all__
    )  # no newer syntax here: an old Python should get as far as our message
