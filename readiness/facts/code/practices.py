"""What product code does, or sets up, on purpose to keep the service safe, put together from several files.

What a file only defines is told once another one puts it to use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code import headers
from readiness.facts.code.languages import read
from readiness.facts.code.model import Module
from readiness.facts.code.modules import Files, hinted, in_browser, parser_for, python_module
from readiness.facts.code.rows import CodePractice
from readiness.facts.code.script import Script
from readiness.facts.code.script.practices import PIPE
from readiness.facts.code.script.resolve import named
from readiness.facts.model import Collected, Facts, Glob, Noun
from readiness.records import replace

if TYPE_CHECKING:
    from readiness.facts.code.model import Practice
    from readiness.tree.model import Entry

# What is hashed there is a checksum of an operator's, no password of an account.
_SCRIPTS = frozenset(("scripts", "script", "tools"))
_OF_SERVERS = ("password-hash", "security-headers", "session-cookie")


def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[CodePractice]:  # noqa: ARG001
    """Every place where code does what keeps a service safe; what runs in a browser keeps nobody out."""
    files, others = hinted(facts, "practice", serving=True), read(facts, "practice")
    scripts = [
        (entry, held.module) for entry, held in files.scripts if not in_browser(facts, entry.path, held)
    ]
    # No browser does these, wherever a front end that has a server keeps the file.
    seen = {entry.path for entry, _ in scripts}
    scripts += [
        (entry, Module(practices=tuple(item for item in held.module.practices if item.kind in _OF_SERVERS)))
        for entry, held in hinted(facts, "own").scripts
        if entry.path not in seen and not held.client
    ]
    modules = (*files.python, *scripts, *others.modules, *headers.beside(facts))
    rows = [
        _row(entry, _found(facts, entry.path, item))
        for entry, module in modules
        for item in module.practices
        if not item.name and not _of_operators(entry.path, item)
    ]
    rows = _settled(rows)
    rows.sort(key=lambda row: (row.path, row.line))
    one, two = files.frame, others.frame
    return Collected(
        tuple(rows), one.problems + two.problems, one.openings + two.openings, one.looked + two.looked
    )


def _of_operators(path: str, item: Practice) -> bool:
    return item.kind == "password-hash" and bool(_SCRIPTS.intersection(path.split("/")))


def _found(facts: Facts, path: str, item: Practice) -> Practice:
    """``item``, as what it names in another file does it."""
    target = _target(facts, path, item.origin) if item.origin else None
    module = _module(facts, target[0]) if target is not None else None
    if target is None or module is None:
        return item
    for other in module.practices:
        if other.kind == item.kind and other.name == target[1]:
            return replace(item, weak=other.weak, covers=other.covers)
    return item


def _module(facts: Facts, path: str) -> Module | None:
    parser = parser_for(path)
    value = facts.parsed(parser, path).value if parser is not None else None
    return value.module if isinstance(value, Script) else value


def _target(facts: Facts, path: str, origin: str) -> tuple[str, str] | None:
    """The file and the name in it that ``origin`` stands for."""
    if not path.endswith(".py"):
        found = named(facts, path, origin)
        return None if found is None else (found[0].path, found[1])
    module, _, name = origin.rpartition(".")
    entry = python_module(facts, path, module)
    return None if entry is None else (entry.path, name)


def _settled(rows: list[CodePractice]) -> list[CodePractice]:
    """``rows``, the session of Django judged by the setting of any file that says how its cookie is sent."""
    said = any(row.kind == "session-cookie" and row.text == "SESSION_COOKIE_SECURE" for row in rows)
    unasked = [row for row in rows if row.library == "django" and row.text == "SessionMiddleware"]
    kept = [row for row in rows if row not in unasked]
    return kept if said else [*kept, *(replace(row, weak=True) for row in unasked)]


def _row(entry: Entry, item: Practice) -> CodePractice:
    return CodePractice(
        path=Glob(entry.path),
        line=item.line,
        role=entry.role,
        kind=item.kind,
        library=item.library,
        weak=item.weak,
        covers=item.covers,
        text=item.text,
    )


def has_schemas(facts: Facts) -> bool:
    """Whether product code that may run in a service limits anywhere what a value may be."""
    files = hinted(facts, "practice", serving=True)
    return any(item.kind == "input-validation" for _, module in files.modules for item in module.practices)


def checks_types(facts: Facts) -> bool:
    """Whether NestJS is told to check what its controllers are sent by the types that they declare."""
    files: Files = hinted(facts, "practice")
    return any(item.text == PIPE for _, module in files.modules for item in module.practices)


PRACTICES: Noun[CodePractice] = Noun(
    "code.practice",
    CodePractice,
    "a place where code does, or sets up, what keeps a service safe",
    collect,
)
