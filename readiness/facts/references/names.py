"""Whether product code names a word: the second set of literals, made of the subject's own names.

A name counts as named wherever its words stand in a row, in whatever style (``metrics_enabled``,
``metricsEnabled``, ``METRICS-ENABLED``), in a comment too: only what is nowhere at all is said not
to be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.files import file_class
from readiness.facts.words import name_words, word_set
from readiness.matching import PatternSet
from readiness.tree.model import Role, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_AT_ONCE = 400
_TEMPLATES = (
    ".html",
    ".htm",
    ".jinja",
    ".j2",
    ".ejs",
    ".hbs",
    ".prisma",
    ".graphql",
    ".erb",
    ".tpl",
    ".cshtml",
)
_MANIFESTS = word_set(
    """
    build.gradle.kts build.sbt cargo.toml composer.json gemfile go.mod libs.versions.toml mix.exs package.json
    pipfile pom.xml pyproject.toml requirements.txt setup.cfg setup.py
    """
)
_SKIPPED = frozenset((Role.TEST, Role.VENDORED, Role.GENERATED, Role.BACKUP))


def words_pattern(name: str) -> str:
    """The pattern of a name: its words in a row, in whatever style."""
    return "(?i)" + "[-_.]?".join(name_words(name))


def is_distinctive(name: str) -> bool:
    """Whether a name says enough to be looked for: at least six characters, of at least two words."""
    words = name_words(name)
    return (
        name.isascii() and len(words) > 1 and sum(map(len, words)) >= 6 and not any(map(str.isdigit, words))
    )


def is_code(entry: Entry) -> bool:
    """Whether a file is program text or a template, and neither a test nor a copy of something else."""
    bare = "." not in entry.path.rpartition("/")[2]  # a script without an ending
    code = bare or file_class(entry.path) == "language" or entry.path.lower().endswith(_TEMPLATES)
    return code and entry.role not in _SKIPPED


def is_code_or_test(entry: Entry) -> bool:
    """Whether a file is program text, a template or a test: what a container of tests reads is read."""
    return is_code(entry) or (entry.role is Role.TEST and file_class(entry.path) == "language")


def is_configuration(entry: Entry) -> bool:
    """Whether a file configures something, and is neither a test nor a copy of something else."""
    return file_class(entry.path) == "configuration" and entry.role not in _SKIPPED


def is_manifest(entry: Entry) -> bool:
    """Whether a file declares what the product depends on."""
    return entry.path.rpartition("/")[2].lower() in _MANIFESTS or entry.path.endswith((".csproj", ".gradle"))


def found(
    facts: Facts, patterns: dict[str, str], wanted: Callable[[Entry], bool]
) -> dict[str, frozenset[str]]:
    """In which of the ``wanted`` files each of ``patterns`` (name → RE2 source) occurs."""
    places: dict[str, set[str]] = {name: set() for name in patterns}
    names = sorted(patterns)
    for start in range(0, len(names), _AT_ONCE):
        chosen = PatternSet({name: patterns[name] for name in names[start : start + _AT_ONCE]})
        for entry, data in _texts(facts, wanted):
            for name in chosen.names(data):
                places[name].add(entry.path)
    return {name: frozenset(paths) for name, paths in places.items()}


def _texts(facts: Facts, wanted: Callable[[Entry], bool]) -> Iterable[tuple[Entry, bytes]]:
    for entry in facts.tree.entries:
        if wanted(entry):
            try:
                data = facts.tree.read(entry.path)
            except Unreadable:
                continue
            if b"\0" not in data[:8000]:
                yield entry, data
