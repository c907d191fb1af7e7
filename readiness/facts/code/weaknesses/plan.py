"""Which tests to run on a node: those that can report on it, or all of them.

A plan is made once; ``for_file`` narrows it to the tests that a file's text makes possible.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from readiness.facts.code.weaknesses.engine import BLACKLIST, Engine, Test, load
from readiness.facts.code.weaknesses.gate import Gate
from readiness.facts.code.weaknesses.triggers import (
    CALLS,
    DYNAMIC,
    EVERYWHERE,
    LOW,
    OTHERS,
    TEMPORARY,
    VERIFIED,
    Trigger,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Tests = tuple[Test, ...]

_PLANS = 512  # that are kept; a real repository needs some dozens


class Plan(Protocol):
    """Which tests to run on the nodes of a file. ``AST`` kinds it does not name are passed over."""

    everything: bool

    def for_call(self, node: ast.Call, aliases: Mapping[str, str]) -> Tests:
        """The tests of a call; ``aliases`` are the names that the file has imported so far."""

    def for_import(self, node: ast.Import | ast.ImportFrom) -> Tests:
        """The tests of an import."""

    def for_string(self, node: ast.Constant, parent: ast.AST) -> Tests:
        """The tests of a string or of bytes that is no docstring."""

    def for_other(self, node: ast.AST) -> Tests:
        """The tests of any other node."""

    def for_file(self) -> Tests:
        """The tests of the bytes themselves."""


class Everything:
    """Every test that may report more than LOW on every node, as bandit itself does it.

    Right for any version of bandit in which the tests of ``LOW`` still report LOW alone.
    """

    everything = True

    def __init__(self, engine: Engine) -> None:
        self._tests: dict[str, Tests] = {}
        for test in engine.tests:
            for check in test.checks if test.id not in LOW else ():
                self._tests[check] = (*self._tests.get(check, ()), test)

    def for_call(self, node: ast.Call, aliases: Mapping[str, str]) -> Tests:  # noqa: ARG002
        """Every test of calls."""
        return self._tests.get("Call", ())

    def for_import(self, node: ast.Import | ast.ImportFrom) -> Tests:
        """Every test of this kind of import; ``from . import x`` counts as ``import x``."""
        plain = isinstance(node, ast.Import) or node.module is None
        return self._tests.get("Import" if plain else "ImportFrom", ())

    def for_string(self, node: ast.Constant, parent: ast.AST) -> Tests:  # noqa: ARG002
        """Every test of strings, or of bytes."""
        return self._tests.get("Str" if isinstance(node.value, str) else "Bytes", ())

    def for_other(self, node: ast.AST) -> Tests:
        """Every test of this kind of node. Bandit asks none about classes."""
        kind = node.__class__.__name__
        return () if kind == "ClassDef" else self._tests.get(kind, ())

    def for_file(self) -> Tests:
        """Every test of whole files."""
        return self._tests.get("File", ())


class Gated:
    """Only the tests that can report more than LOW on a node, of those possible in the file."""

    everything = False

    def __init__(self, engine: Engine, possible: frozenset[str]) -> None:
        tests = {test.id: test for test in engine.tests if test.id in possible}
        self._blacklist = tests.get(BLACKLIST)
        self._called, self._imported = _blacklisted(engine)
        self._calls = tuple((trigger, tests[key]) for key in CALLS if key in tests for trigger in CALLS[key])
        self._last = frozenset(name for trigger, _ in self._calls for name in trigger.last)
        self._last |= frozenset((*DYNAMIC, *(name.rpartition(".")[2] for name in self._called)))
        self._keywords = frozenset(name for trigger, _ in self._calls for name in trigger.keyword)
        self._inside = tuple(trigger.inside for trigger, _ in self._calls if trigger.inside)
        self._everywhere, self._temporary, self._sql, self._defaults, self._file = (
            (tests[key],) if key in tests else () for key in ("B104", "B108", "B608", "B503", "B613")
        )
        self._name = engine.call_name

    def for_call(self, node: ast.Call, aliases: Mapping[str, str]) -> Tests:
        """The tests whose trigger the call has."""
        last = _last_name(node, aliases)
        keywords = [each.arg for each in node.keywords if each.arg in self._keywords]
        if last not in self._last and not keywords and not any(text in last for text in self._inside):
            return ()
        name = self._name(node, aliases)
        parts = name.split(".")
        found = {test.id: test for trigger, test in self._calls if _triggered(trigger, parts, keywords)}
        if self._blacklist is not None and (name in self._called or last in DYNAMIC):
            found[BLACKLIST] = self._blacklist
        return tuple(found.values())

    def for_import(self, node: ast.Import | ast.ImportFrom) -> Tests:
        """The blacklists, where a name begins as one of theirs."""
        if self._blacklist is None:
            return ()
        prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module is not None else ""
        if any((prefix + alias.name).startswith(self._imported) for alias in node.names):
            return (self._blacklist,)
        return ()

    def for_string(self, node: ast.Constant, parent: ast.AST) -> Tests:
        """The tests of addresses, temporary folders, and of SQL that is put together."""
        value = node.value
        if not isinstance(value, str):
            return ()
        tests: Tests = ()
        if self._everywhere and value == EVERYWHERE:
            tests += self._everywhere
        if self._temporary and value.startswith(TEMPORARY):
            tests += self._temporary
        if self._sql and _is_composed(node, parent):
            tests += self._sql
        return tests

    def for_other(self, node: ast.AST) -> Tests:
        """The test of a function's defaults."""
        if self._defaults and isinstance(node, ast.FunctionDef) and node.args.defaults:
            return self._defaults
        return ()

    def for_file(self) -> Tests:
        """The test of bidirectional characters."""
        return self._file


def _last_name(node: ast.Call, aliases: Mapping[str, str]) -> str:
    """The last part of a call's qualified name, without working out the rest."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    if isinstance(function, ast.Name):
        return aliases.get(function.id, function.id).rpartition(".")[2]
    return ""


def _triggered(trigger: Trigger, parts: list[str], keywords: Sequence[str | None]) -> bool:
    if trigger.last and parts[-1] not in trigger.last:
        return False
    if trigger.inside not in parts[-1]:
        return False
    if trigger.keyword and not any(name in keywords for name in trigger.keyword):
        return False
    return not trigger.within or any(name in parts for name in trigger.within)


def _is_composed(node: ast.Constant, parent: ast.AST) -> bool:
    """Whether B608 looks at a string: in an operation, before ``.format``, first in an f-string."""
    if isinstance(parent, ast.JoinedStr):
        first = (each for each in parent.values if isinstance(each, ast.Constant))
        return next(first, None) is node
    if isinstance(parent, ast.Attribute):
        return parent.attr in ("format", "replace")
    return isinstance(parent, ast.BinOp)


@lru_cache(maxsize=1)
def _blacklisted(engine: Engine) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names above LOW that a call may not have, and those that an import may not begin with."""

    def names(entries: Iterable[Mapping[str, object]]) -> list[str]:
        found: list[str] = []
        for entry in entries:
            qualified = entry["qualnames"]
            if entry["level"] != "LOW" and isinstance(qualified, list):
                found += qualified
        return found

    imports = [name for node in ("Import", "ImportFrom") for name in names(engine.blacklist.get(node, ()))]
    return frozenset(names(engine.blacklist.get("Call", ()))), tuple(sorted(set(imports)))


class Planner:
    """Makes the plan of each file."""

    def __init__(self, engine: Engine, *, gated: bool | None = None) -> None:
        """With ``gated`` None, every test runs everywhere unless this version of bandit was read."""
        self.engine = engine
        known = {*CALLS, *OTHERS, *LOW}
        if gated is None:
            gated = engine.version in VERIFIED and all(test.id in known for test in engine.tests)
        self._gate = Gate(engine.blacklist) if gated else None
        self._everything = Everything(engine)
        self._plans: dict[frozenset[str], Gated] = {}

    def plan(self, data: bytes) -> Plan | None:
        """What to run on the file with these bytes; None where nothing could report."""
        if self._gate is None:
            return self._everything
        possible = self._gate.possible(data)
        if not possible:
            return None
        if possible not in self._plans:
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            self._plans[possible] = Gated(self.engine, possible)
        return self._plans[possible]


@lru_cache(maxsize=1)
def planner() -> Planner:
    """The planner of the bandit that is installed."""
    return Planner(load())
