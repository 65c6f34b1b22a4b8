# For institutions that grade with nbgrader: copy this beside your course's own nbgrader_config.py, or its last lines
# into it. The stub replaces only what stands between the delimiters of a master, so the forms stay in the release.
c = get_config()  # noqa: F821  (nbgrader defines it)

c.ClearSolutions.code_stub = {"python": "# your answer"}
