"""The files of code that are read, and why: a literal in them, or their place, says that they may matter.

Only the product's: what tests, samples and copies serve or set up says nothing of it.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Any

from readiness.facts.code.hints import HINTS, SCRIPT_HINTS
from readiness.facts.code.python import PYTHON
from readiness.facts.code.script import Script, parser_of
from readiness.facts.code.script.paths import file_route
from readiness.facts.model import Collected, Opening, Row
from readiness.facts.repository import signs
from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from readiness.facts.code.model import Module
    from readiness.facts.model import Facts, Parser
    from readiness.tree.model import Entry

_ENDINGS = "{js,jsx,mjs,cjs,ts,tsx,mts,cts}"
SCRIPTS = f"**/*.{_ENDINGS}"
_PLACES = tuple(
    f"**/{place}.{_ENDINGS}"
    for place in ("app/**/route", "routes/**/+server", "pages/api/**/*", "server/{api,routes}/**/*")
)
GATES = (f"**/middleware.{_ENDINGS}", f"**/proxy.{_ENDINGS}")
# What a folder's name says of where its code runs.
_STATIC = frozenset(("public", "static", "assets", "www", "wwwroot", "browser", "client"))
_SERVING = frozenset(("server", "api", "backend", "functions", "lambda", "workers"))
# Settings of tools that serve a developer alone.
_TOOLS = (
    "webpack",
    "vite.config",
    "vue.config",
    "craco",
    "rollup",
    "karma",
    "cypress",
    "playwright",
    "storybook",
)


class Files(Struct, frozen=True):
    """The parsed files that hold a hint, and the frame of a ``Collected``."""

    python: tuple[tuple[Entry, Module], ...]
    scripts: tuple[tuple[Entry, Script], ...]
    frame: Collected[Row]

    @property
    def modules(self) -> tuple[tuple[Entry, Module], ...]:
        """What every file holds, whatever its language."""
        return (*self.python, *((entry, held.module) for entry, held in self.scripts))


def hinted(facts: Facts, *names: str, serving: bool = False) -> Files:
    """The files in which a literal of ``names`` occurs; a script's names start with ``js-``.

    ``serving`` leaves out, unread, those that run in a browser by their place.
    """
    paths = _holding(facts, names)
    wanted = [path for path in sorted(paths) if not serving or not _in_front_end(facts, path)]
    return parsed(facts, [paths[path] for path in wanted], parser_for)


def _holding(facts: Facts, names: Iterable[str]) -> dict[str, Entry]:
    wanted = {hint for name in names for hint in (name, f"js-{name}")}
    return {
        found.entry.path: found.entry
        for found in (*facts.hits(HINTS), *facts.hits(SCRIPT_HINTS))
        if found.name in wanted and found.entry.role is Role.PRODUCT
    }


def routing(facts: Facts) -> Files:
    """The files that may register routes, or are routes by their place."""
    entries = _holding(facts, ("route",))
    for entry in facts.paths(*_PLACES):
        if entry.role is Role.PRODUCT and _placeable(facts, entry.path):
            entries[entry.path] = entry
    return parsed(facts, [entries[path] for path in sorted(entries)], parser_for)


def parser_for(path: str) -> Parser[Any] | None:
    """The parser of the file ``path``, None where it is in no language that is read."""
    return PYTHON if path.endswith(".py") else parser_of(path)


def parsed(facts: Facts, entries: Iterable[Entry], choose: Callable[[str], Parser[Any] | None]) -> Files:
    """``entries``, each with what the parser that ``choose`` gives for its path makes of it."""
    python, scripts, problems, openings, looked = [], [], [], [], []
    for entry in entries:
        parser = choose(entry.path)
        if parser is None:
            continue
        read = facts.parsed(parser, entry.path)
        looked.append(entry.path)
        if isinstance(read.value, Script):
            scripts.append((entry, read.value))
        elif read.value is not None:
            python.append((entry, read.value))
        if read.problem is not None:
            problems.append(read.problem)
            if read.opens:
                openings.append(Opening(entry.path, read.problem.line, read.problem.message))
    frame: Collected[Row] = Collected((), tuple(problems), tuple(openings), tuple(looked))
    return Files(tuple(python), tuple(scripts), frame)


def python_module(facts: Facts, path: str, module: str) -> Entry | None:
    """The file of the module ``module``, as the file ``path`` imports it.

    A relative one lies where its dots say. Any other lies below one of the folders around ``path``, the
    outermost first, or below ``src``: which of them Python starts from, no file says.
    """
    name = module.lstrip(".")
    if not name:
        return None
    parts, dots = path.split("/"), len(module) - len(name)
    tail = name.replace(".", "/")
    folders = ["/".join(parts[:-dots])] if dots else ["/".join(parts[:at]) for at in range(len(parts))]
    tails = (f"{folder}/{tail}" if folder else tail for folder in (*folders, *(() if dots else ("src",))))
    found = (facts.entry(place) for each in tails for place in (f"{each}.py", f"{each}/__init__.py"))
    return next((entry for entry in found if entry is not None), None)


def package_of(facts: Facts, path: str) -> signs.Package | None:
    """The nearest ``package.json`` above the file ``path``."""
    folder = path
    for _ in range(50):
        folder = dirname(folder)
        beside = f"{folder}/package.json" if folder else "package.json"
        if facts.entry(beside) is not None:
            return facts.parsed(signs.PACKAGE, beside).value
        if not folder:
            return None
    return None


def _placeable(facts: Facts, path: str) -> bool:
    """Whether a file stands where a framework that is in use looks for routes."""
    place = file_route(path)
    if place is None or place.verbs:
        return place is not None
    package = package_of(facts, path)
    names = {name for name, _ in (*package.runtime, *package.development)} if package is not None else set()
    return bool(names & ({"next"} if place.framework == "next" else {"nuxt", "nitropack", "nitro", "h3"}))


def in_browser(facts: Facts, path: str, held: Script) -> bool:
    """Whether a script runs, or may run, in a browser rather than in a service."""
    if held.client or _in_front_end(facts, path):
        return True
    return package_of(facts, path) is None and not held.module.imports


def _in_front_end(facts: Facts, path: str) -> bool:
    """Whether a script belongs to a front end by its ending, its folder or its package."""
    if path.endswith(".py"):
        return False
    folders = frozenset(path.split("/")[:-1])
    if path.endswith((".jsx", ".tsx")) or folders & _STATIC:
        return True
    package = package_of(facts, path)
    if package is None:
        return False
    runtime = {name for name, _ in package.runtime}
    every = runtime | {name for name, _ in package.development}
    if not every & set(signs.FRONTENDS) or runtime & set(signs.SERVERS["npm"]) - {"hono"}:
        return False
    return file_route(path) is None and not folders & _SERVING


def for_tools(path: str) -> bool:
    """Whether a file configures a tool that serves a developer alone."""
    name = path.rpartition("/")[2].lower()
    return any(word in name for word in _TOOLS)
