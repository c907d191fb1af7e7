"""``settings.file``: the settings of one environment, and whether they are only a copy of another's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from readiness.facts.model import Collected, Facts, Glob, Noun, Row
from readiness.facts.repository.environments import environment_of, named
from readiness.facts.scripts.watched import watches
from readiness.facts.settings import SETTINGS
from readiness.facts.words import name_words, word_set
from readiness.structured import family
from readiness.tree.model import Role, Unreadable

if TYPE_CHECKING:
    from readiness.tree.model import Entry

_ENDINGS = (
    ".yaml",
    ".yml",
    ".json",
    ".toml",
    ".ini",
    ".cfg",
    ".conf",
    ".properties",
    ".env",
    ".tfvars",
    ".xml",
)
_SETTINGS = word_set(
    """settings setting config configuration configs application appsettings values env environment parameters
    params variables vars terraform default defaults app bootstrap options
    """
)
_ENVIRONMENTS = word_set(
    "development dev develop staging stage stg uat preprod preproduction production prod prd live test local"
)
_NOWHERE = Glob("")


class SettingsFile(Row, frozen=True, kw_only=True):
    """A settings file that belongs to one environment by its name or folder."""

    values: Annotated[int, "how many values it sets"]
    same_as: Annotated[
        Glob,
        "another environment's settings file, or one for all, with the same content; empty if there is none",
    ] = _NOWHERE
    watched: Annotated[
        bool, "a setting in it, or in one for all environments beside it, switches on monitoring"
    ] = False


def collect_files(facts: Facts, scope: tuple[str, ...]) -> Collected[SettingsFile]:  # noqa: ARG001
    """One row for each settings file of the product that an environment has of its own."""
    files = [
        (entry, environment_of(entry.path))
        for entry in facts.tree.entries
        if entry.role is Role.PRODUCT and entry.size and _is_settings(entry.path)
    ]
    if not any(where for _, where in files):
        return Collected()
    same: dict[bytes, list[tuple[Entry, str]]] = {}
    for entry, where in _of_like_size(files):
        content = _content(facts, entry)
        if content:
            same.setdefault(content, []).append((entry, where))
    twins = {entry.path: _twin(entry, where, group) for group in same.values() for entry, where in group}
    bases = [entry for entry, where in files if not where and watches(facts, entry)]
    rows = tuple(
        SettingsFile(
            path=Glob(entry.path),
            environment=where,
            text=_text(entry.path, twins.get(entry.path, "")),
            values=_values(facts, entry),
            same_as=Glob(twins.get(entry.path, "")),
            watched=watches(facts, entry) or any(_related(entry.path, base.path) for base in bases),
        )
        for entry, where in files
        if where
    )
    return Collected(rows, looked=tuple(entry.path for entry, _ in files))


def _of_like_size(files: list[tuple[Entry, str]]) -> list[tuple[Entry, str]]:
    """The files that may be like another: line ends alone make them differ by a byte for each line."""
    kinds: dict[str, int] = {}
    for entry, _ in files:
        kinds[_kind(entry.path)] = kinds.get(_kind(entry.path), 0) + 1
    return [(entry, where) for entry, where in files if kinds[_kind(entry.path)] > 1]


def _kind(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    return "env" if name.startswith(".env") else name.rpartition(".")[2]


def _twin(entry: Entry, where: str, group: list[tuple[Entry, str]]) -> str:
    related = (other.path for other, place in group if place != where and _related(entry.path, other.path))
    return next(related, "") if where else ""


def _related(one: str, other: str) -> bool:
    """Whether two files are of one part of the product: one's folder, environments aside, holds the other."""
    bases = [
        "/".join(part for part in path.split("/")[:-1] if not named(part)) + "/" for path in (one, other)
    ]
    return bases[0] == bases[1] or (bases[0].startswith(bases[1].lstrip("/")) and not environment_of(other))


def _text(path: str, twin: str) -> str:
    return f"{path} is a copy of {twin}" if twin else path


def _is_settings(path: str) -> bool:
    """Whether a file holds settings by its name: ``settings_prod.yaml``, ``.env.staging``, ``dev.json``."""
    name = path.rpartition("/")[2].lower()
    if name.startswith(".env"):
        return True
    if not name.endswith(_ENDINGS) or path.startswith("."):
        return False
    words = set(name_words(name.rpartition(".")[0]))
    return bool(words & _SETTINGS) or words <= _ENVIRONMENTS


def _content(facts: Facts, entry: Entry) -> bytes:
    try:
        data = facts.tree.read(entry.path)
    except Unreadable:
        return b""
    return data.replace(b"\r\n", b"\n").strip()


def _values(facts: Facts, entry: Entry) -> int:
    kind = family(entry.path)
    if kind is not None:
        found = facts.parsed(SETTINGS[kind], entry.path).value
        return 0 if found is None else len(found.settings)
    lines = _content(facts, entry).splitlines()
    return sum(1 for line in lines if b"=" in line and not line.lstrip().startswith((b"#", b"//")))


SETTINGS_FILE: Noun[SettingsFile] = Noun(
    "settings.file", SettingsFile, "a settings file that one environment has of its own", collect_files
)
