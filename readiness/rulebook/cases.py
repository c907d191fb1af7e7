"""Reads the cases of a rule: small trees, what came before them, and the verdicts they must get."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from readiness.errors import RuleError, nearest
from readiness.levels import Level
from readiness.rulebook.model import Case, Past, Stand
from readiness.rulebook.reader import Reader, whole
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.structured.nodes import Node

KEYS = (
    *("name", "files", "untracked", "remote", "commits", "requests", "tags", "removed"),
    *("level", "ceiling", "applies", "sees", "claim"),
)
_PAST = ("commits", "requests", "tags", "removed")
_LEVELS = {str(level): level for level in Level}
_STANDS: Mapping[str, Stand] = {stand: stand for stand in get_args(Stand)}


def read_cases(reader: Reader) -> tuple[Case, ...]:
    """The cases of the rule in ``reader``, none if it has none. Raises ``RuleError``.

    A case is a mapping: ``name``; ``files``, from paths to texts, those in ``untracked`` not in git;
    ``remote``, the address that the repository has;
    ``level`` and, where it is another, ``ceiling``, or else ``applies: false``; ``sees``, the places
    ``path:line`` that the verdict must show; ``claim``, how what documents claim of it stands. With
    one of these it has a history, else none: ``commits``, from a person to the days before the as-of
    date on which that person committed; ``requests``, the days of those that came by a pull request;
    ``tags``, newest first, ten days between them; ``removed``, from the paths of files that a commit took
    out to what was in them.
    """
    if not reader.has("cases"):
        return ()
    node = reader.node("cases")
    if not isinstance(node, Items):
        raise reader.wrong(node, "'cases' must be a list")
    cases = tuple(_case(reader.file, item) for item in node)
    names = [case.name for case in cases]
    for case in cases:
        if names.count(case.name) > 1:
            raise RuleError(reader.file, case.line, f"two cases are called '{case.name}'")
    return cases


def _case(file: str, node: Node) -> Case:
    reader = Reader(file, node, "a case", KEYS)
    applies = reader.choice("applies", {"true": True, "false": False}, True)
    files = _texts(reader, "files")
    untracked = reader.texts("untracked")
    for name in untracked:
        if name not in files:
            raise reader.wrong(
                reader.node("untracked"), f"'untracked' names no file '{name}'{nearest(name, sorted(files))}"
            )
    level = reader.choice("level", _LEVELS) if applies else None
    return Case(
        name=reader.text("name"),
        files=files,
        untracked=untracked,
        remote=reader.text("remote") if reader.has("remote") else "",
        past=_past(reader),
        level=level,
        ceiling=reader.choice("ceiling", _LEVELS, level) if applies else None,
        applies=applies,
        sees=reader.texts("sees"),
        claim=reader.choice("claim", _STANDS) if reader.has("claim") else None,
        line=reader.line,
    )


def _texts(reader: Reader, name: str) -> Mapping[str, str]:
    """A mapping of paths to texts."""
    files = reader.node(name)
    if not isinstance(files, Table) or not all(isinstance(value, Scalar) for _, value in files):
        raise reader.wrong(files, f"'{name}' must be a mapping of paths to texts")
    Reader(reader.file, files, f"'{name}'")
    for key, _ in files:
        if any(part in {"", ".", ".."} for part in key.text.split("/")):
            raise reader.wrong(
                key, f"'{key.text}' is not a path relative to the root, with '/' between its parts"
            )
    return {key.text: value.text for key, value in files if isinstance(value, Scalar)}


def _past(reader: Reader) -> Past | None:
    if not any(reader.has(key) for key in _PAST):
        return None
    removed = _texts(reader, "removed") if reader.has("removed") else {}
    requests = reader.texts("requests")
    return Past(commits=_commits(reader), requests=requests, tags=reader.texts("tags"), removed=removed)


def _commits(reader: Reader) -> tuple[tuple[str, int], ...]:
    """Who committed, and how many days before the as-of date."""
    if not reader.has("commits"):
        return ()
    people = Reader(reader.file, reader.node("commits"), "'commits'")
    return tuple(
        (person.text, whole(reader.file, item, "a commit's days"))
        for person, days in people.table
        for item in (days.items if isinstance(days, Items) else (days,))
    )
