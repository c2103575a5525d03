"""Fuzzing of what strangers and tired authors write.

Each target is a property test with a grammar of nasty pieces. The suite runs a few examples of
each. To search longer, and without end until something fails:

    python -m tests.fuzz front-matter --minutes 10
    python -m tests.fuzz references --minutes 10
    python -m tests.fuzz bodies --minutes 10
    python -m tests.fuzz journals --minutes 10

With `--guided`, and the package `atheris` installed, the search follows the branches of our code.
"""
