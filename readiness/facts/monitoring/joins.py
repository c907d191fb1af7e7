"""What several files together tell of an alert rule: whether it is loaded, and whether its metrics exist."""

from __future__ import annotations

from posixpath import basename, dirname, join, normpath
from typing import TYPE_CHECKING

from readiness.facts.files import CODE_FILE
from readiness.facts.monitoring.series import is_known, stem, tails
from readiness.globs import glob
from readiness.matching import PatternError
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.model import Facts
    from readiness.facts.monitoring.model import Alert
    from readiness.facts.monitoring.sources import File, Source

_MOST = 400
_LONGEST = 200
_STARS = 8  # more of them are costly to compile, and nobody writes them


class Loading:
    """Which rule files the configurations of Prometheus load."""

    def __init__(self, source: Source) -> None:
        self._servers = [
            (dirname(file.entry.path), tuple(filter(_is_plain, server.rule_files)))
            for file in source.files
            if file.entry.role is Role.PRODUCT
            for server in file.watched.servers
        ]
        self._known: dict[tuple[str, str], bool | None] = {}
        self._open = bool(source.opened("scrape.target"))

    def mounted(self, file: File, within: str) -> bool | None:
        """Whether one loads ``file``, or ``within`` in it; false only if one lies near and none names it."""
        key = (file.entry.path, within)
        if key not in self._known:
            self._known[key] = self._mounted(*key)
        return self._known[key]

    def _mounted(self, path: str, within: str) -> bool | None:
        for home, files in self._servers:
            if any(_calls(pattern, within) if within else _names(home, pattern, path) for pattern in files):
                return True
        near = any(_is_near(home, dirname(path)) for home, _ in self._servers)
        return False if near and not self._open else None


def _is_plain(pattern: str) -> bool:
    return len(pattern) <= _LONGEST and pattern.count("*") <= _STARS


def _calls(pattern: str, name: str) -> bool:
    """Whether a pattern of ``rule_files`` names a file of a ConfigMap, which may be mounted anywhere."""
    try:
        return glob(basename(pattern)).covers(name)
    except PatternError:
        return False


def _names(home: str, pattern: str, path: str) -> bool:
    """Whether a pattern of ``rule_files`` names a file: beside the configuration, else by its last parts.

    Where a file lies in the container is not known, so of an absolute path the name must do.
    """
    whole = pattern if pattern.startswith("/") else normpath(join(home, pattern))
    try:
        if not pattern.startswith("/") and glob(whole).covers(path):
            return True
        name = basename(pattern)
        if not glob(name).covers(basename(path)):
            return False
    except PatternError:
        return False
    folder = basename(dirname(pattern))
    bare = not any(sign in name for sign in "*?[")
    return bare or (pattern.startswith("/") and folder in (basename(dirname(path)), "prometheus"))


def _is_near(one: str, other: str) -> bool:
    """Whether two folders belong together: one holds the other, or a folder below the root holds both."""
    above, below = sorted((one, other), key=len)
    if not above:
        return "/" not in below
    if one == other or f"{below}/".startswith(f"{above}/"):
        return True
    return bool(dirname(one)) and dirname(one) == dirname(other)


class Exporting:
    """Which metrics the product's code names."""

    def __init__(self, facts: Facts, source: Source) -> None:
        self._recorded = {name for file in source.files for name in file.watched.recorded}
        self._hits: Mapping[str, frozenset[str]] = {}
        asked = sorted(
            {
                name
                for file in source.files
                for alert in file.watched.alerts
                if alert.readable
                for name in alert.series
                if not self._is_brought(name)
            }
        )[:_MOST]
        self._asked = frozenset(asked)
        self._code = bool(asked) and any(row.role is Role.PRODUCT for row in facts.collected(CODE_FILE).rows)
        if asked and self._code:
            self._hits = _places(facts, asked, frozenset(source.looked))

    def _is_brought(self, name: str) -> bool:
        return is_known(name) or name in self._recorded

    def exported(self, alert: Alert) -> bool | None:
        """Whether one of an alert's metrics is there."""
        if any(self._is_brought(name) for name in alert.series):
            return True
        if any(self._hits.get(tail) for name in alert.series for tail in tails(name)):
            return True
        if not alert.readable or not self._code or not alert.series <= self._asked:
            return None
        return False if all(_is_telling(name) for name in alert.series) else None


def _is_telling(name: str) -> bool:
    """Whether a name says enough for its absence to mean something."""
    bare = stem(name)
    return bare.isascii() and bare.count("_") >= 1 and len(bare) >= 8


def _places(facts: Facts, names: list[str], looked: frozenset[str]) -> Mapping[str, frozenset[str]]:
    from readiness.facts.references.names import (  # noqa: PLC0415 - only where an alert asks for it
        found,
        is_code,
        is_configuration,
        words_pattern,
    )

    patterns = {tail: words_pattern(tail) for name in names for tail in tails(name)}
    return found(
        facts,
        patterns,
        lambda entry: is_code(entry) or (is_configuration(entry) and entry.path not in looked),
    )
