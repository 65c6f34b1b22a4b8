"""How an analyst thinks, as pure functions on plain data: no files, no widgets, no lesson."""
