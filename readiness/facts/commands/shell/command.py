"""One simple command, as a script runs it."""

from __future__ import annotations

from readiness.records import Struct


class Command(Struct, frozen=True):
    """A simple command.

    ``words`` have no quotes; a variable whose value the script does not tell and ``${{ … }}`` stay
    as text; redirections are gone. ``line`` counts from 1 within the script. ``text`` is the
    command as written, on one line of at most 200 characters. ``masked`` says why its
    failure cannot fail the script, empty if it can. ``directory`` is the working
    directory, from where the script started: empty for there, ``?`` if it is not to be
    known. ``writes`` are the files it writes by redirection or ``tee``.
    """

    words: tuple[str, ...]
    line: int
    text: str
    masked: str = ""
    directory: str = ""
    writes: tuple[str, ...] = ()
