"""The one door to bandit: its tests, its names for them, and its view of a node.

Only bandit's own plugins and blacklists are loaded, and beside them the few modules they need: what
``import bandit`` brings along (rich, stevedore, yaml, every formatter) costs twenty times as much.
For that the package is set up bare while they load, and nothing of it stays in ``sys.modules``: another
user of bandit in the same process meets the package as it is. Plugins that others have installed are
left out: they belong to this machine, not to the subject.

No test learns the file's name. Before 1.9.4 one (B613) opens the file by it, and so says nothing here.

Source: bandit 1.9.4, ``core/extension_loader.py``, ``core/test_set.py``, ``core/blacklisting.py``.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import cache, lru_cache, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from readiness.facts.code.weaknesses.budget import Budget
from readiness.facts.code.weaknesses.context import context_class
from readiness.facts.code.weaknesses.limits import bind
from readiness.records import Struct

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Iterator, Mapping

BLACKLIST = "B001"
"""The id of the one test that asks all blacklists; what it reports has the id of the entry."""

Entry = tuple[str, str, str]
"""A line of ``entry_points.txt``: its group, its name, ``module:function``."""


class Test(Struct, frozen=True):
    """One of bandit's tests: ``run`` makes an issue or None of a context; ``checks`` are types of nodes."""

    id: str
    checks: tuple[str, ...]
    run: Callable[[Any], Any]


class Engine(Struct, frozen=True, eq=False):
    """What we use of bandit.

    ``ids`` maps every name and id that a ``# nosec`` comment may give to the id; ``names`` each id to
    its name. ``blacklist`` are the entries by node type, as bandit writes them. ``call_name`` gives the
    qualified name of a call; ``lines`` the lines of a node, even of one that has none itself.
    """

    version: str
    tests: tuple[Test, ...]
    ids: Mapping[str, str]
    names: Mapping[str, str]
    blacklist: Mapping[str, tuple[Mapping[str, Any], ...]]
    context: Callable[[dict[str, Any]], Any]
    call_name: Callable[[ast.Call, Mapping[str, str]], str]
    lines: Callable[[ast.AST], list[int]]
    budget: Budget


@lru_cache(maxsize=1)
def load() -> Engine:
    """Bandit as it is installed. Raises ``ModuleNotFoundError`` without it."""
    home = _home()
    version, entries = _declared(home)
    with _apart(home):
        core = {name: import_module(f"bandit.core.{name}") for name in ("context", "utils", "blacklisting")}
        plugins = {name: _target(value) for group, name, value in entries if group == "bandit.plugins"}
        blacklist = _merged(_target(value)() for group, _, value in entries if group == "bandit.blacklists")
    budget = Budget()
    for function in plugins.values():
        bind(function.__globals__, budget)
    names = {getattr(function, "_test_id", ""): name for name, function in plugins.items()}
    names.update((entry["id"], entry["name"]) for group in blacklist.values() for entry in group)
    ids = {name: key for key, name in names.items()} | {key: key for key in (*names, BLACKLIST)}
    asked = Test(BLACKLIST, tuple(blacklist), partial(core["blacklisting"].blacklist, config=blacklist))
    return Engine(
        version=version,
        tests=(*(_test(function) for function in plugins.values() if hasattr(function, "_test_id")), asked),
        ids=ids,
        names=names,
        blacklist=blacklist,
        context=context_class(core["context"].Context),
        call_name=core["utils"].get_call_name,
        lines=core["utils"].linerange,
        budget=budget,
    )


def _home() -> Path:
    spec = find_spec("bandit")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("bandit is not installed", name="bandit")
    return Path(spec.submodule_search_locations[0])


def _declared(home: Path) -> tuple[str, list[Entry]]:
    """Bandit's version and entry points, as its ``dist-info`` beside it says; else as the metadata say."""
    infos = sorted(home.parent.glob("bandit-*.dist-info"))
    if len(infos) == 1 and (infos[0] / "entry_points.txt").is_file():
        text = (infos[0] / "entry_points.txt").read_text(encoding="utf-8")
        return infos[0].name.removesuffix(".dist-info").removeprefix("bandit-"), _entries(text)
    from importlib.metadata import distribution  # noqa: PLC0415 - slow, and hardly ever needed

    found = distribution("bandit")
    return found.version, [(entry.group, entry.name, entry.value) for entry in found.entry_points]


def _entries(text: str) -> list[Entry]:
    entries, group = [], ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip("[] ")
        elif "=" in line:
            name, _, value = line.partition("=")
            entries.append((group, name.strip(), value.strip()))
    return entries


@contextmanager
def _apart(home: Path) -> Iterator[None]:
    """Inside, ``bandit`` is a bare package at ``home``; afterwards ``sys.modules`` is as before."""
    kept = {name: module for name, module in sys.modules.items() if _is_bandit(name)}
    for name in kept:
        del sys.modules[name]
    try:
        bare, core = ModuleType("bandit"), ModuleType("bandit.core")
        bare.__path__, core.__path__ = [str(home)], [str(home / "core")]
        sys.modules.update({"bandit": bare, "bandit.core": core})
        bare.__dict__["core"] = core
        for name in ("constants", "issue", "test_properties"):
            found = vars(import_module(f"bandit.core.{name}"))
            bare.__dict__.update({key: value for key, value in found.items() if not key.startswith("_")})
        yield
    finally:
        for name in [name for name in sys.modules if _is_bandit(name)]:
            del sys.modules[name]
        sys.modules.update(kept)


def _is_bandit(name: str) -> bool:
    return name.partition(".")[0] == "bandit"


def _target(value: str) -> Any:
    module, _, name = value.partition(":")
    return getattr(import_module(module), name)


def _merged(found: Iterable[Mapping[str, Iterable[Mapping[str, Any]]]]) -> dict[str, tuple[Any, ...]]:
    merged: dict[str, tuple[Any, ...]] = {}
    for each in found:
        for node, entries in each.items():
            merged[node] = (*merged.get(node, ()), *entries)
    return merged


def _test(function: Any) -> Test:
    """A plugin with the configuration it has by default."""
    run, wanted = function, getattr(function, "_takes_config", None)
    if wanted is not None:
        run = partial(function, config=function.__globals__["gen_config"](wanted))
    return Test(vars(function)["_test_id"], tuple(vars(function).get("_checks", ())), run)


@cache
def edition() -> str:
    """Which bandit is installed, by its files: nothing of it is loaded."""
    spec = find_spec("bandit")
    origin = spec.origin if spec is not None else None
    if origin is None:
        return ""
    state = Path(origin).stat()
    return f"{origin}/{state.st_mtime_ns}/{state.st_size}"
