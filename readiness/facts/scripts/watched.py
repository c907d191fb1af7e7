"""Whether a settings file switches on something that watches the product, by the names in its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.settings import SETTINGS
from readiness.facts.words import name_words, word_set
from readiness.structured import family
from readiness.tree.model import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

_SUBJECTS = word_set(
    """
    alerting apm datadog honeycomb monitoring newrelic observability opentelemetry otel prometheus pyroscope
    sentry statsd telemetry tracing
    """
)
# A measure of anything may be called so; switched on, or at the outermost level, it is the program's.
_MEASURES = word_set("metrics profiling")
_SWITCHES = word_set("enable enabled on active")
_OFF = word_set("0 false no off none null disabled ''")


def watches(facts: Facts, entry: Entry) -> bool:
    """Whether a setting of the file that speaks of monitoring is set, and not switched off."""
    on: set[str] = set()
    off: set[str] = set()
    for key, value in _settings(facts, entry):
        subject = _subject(key)
        if not subject:
            continue
        if value.strip().lower() in _OFF or not value.strip():
            switch = name_words(key.rpartition("/")[2])
            if key == subject or not _SWITCHES.isdisjoint(switch):
                off.add(subject)
        else:
            on.add(subject)
    return bool(on - off)


def _subject(key: str) -> str:
    """The part of a key, with all before it, that speaks of monitoring; empty if none does."""
    parts = key.split("/")
    for index, part in enumerate(parts):
        words = set(name_words(part))
        measured = words & _MEASURES and (index == 0 or words & _SWITCHES)
        if words & _SUBJECTS or measured:
            return "/".join(parts[: index + 1])
    return ""


def _settings(facts: Facts, entry: Entry) -> Iterator[tuple[str, str]]:
    kind = family(entry.path)
    if kind is not None:
        found = facts.parsed(SETTINGS[kind], entry.path).value
        for each in found.settings if found is not None else ():
            yield each.key, each.value
        return
    try:
        text = facts.tree.read(entry.path).decode("utf-8", "replace")
    except Unreadable:
        return
    for line in text.splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.lstrip().startswith(("#", "//")):
            yield name.strip().removeprefix("export "), value.strip().strip("\"'")
