"""The values that pipelines hand to a chart: ``helm upgrade api ./chart -f prod.yaml --set image.tag=$SHA``.

What a command writes out is known, what a variable holds is unknown; both take the place of the chart's own.
Source: Helm, "Helm Upgrade", "The Format and Limitations of --set"; read 2026-10.
"""

from __future__ import annotations

from posixpath import basename, normpath
from typing import TYPE_CHECKING

from readiness.facts.ci.collect import STEP
from readiness.facts.deployment.helm.values import UNKNOWN, Value, number_of
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.helm.charts import Chart
    from readiness.facts.model import Facts

_SETS = ("--set", "--set-string", "--set-file", "--set-json", "--set-literal")
_VERBS = frozenset(("upgrade", "install", "secrets"))
_WORDS = 400


class Given(Struct, frozen=True):
    """What one command hands over: its words, the environment of its job, values by their path, files."""

    words: tuple[str, ...]
    environment: str
    values: tuple[tuple[str, str | None], ...]
    files: tuple[str, ...]

    def is_for(self, chart: Chart, *, alone: bool) -> bool:
        """Whether the command names the chart by its folder; ``alone`` where the subject has no other."""
        home = chart.home
        for word in self.words:
            path = normpath(word)
            if not word.startswith(".") and "/" not in word and word != basename(home):
                continue
            if (
                path == home
                or (path != "." and home.endswith("/" + path))
                or path.endswith("/" + (home or " "))
            ):
                return True
            if alone and word.startswith("."):
                return True
        return False


def given(facts: Facts) -> tuple[Given, ...]:
    """What the steps of pipelines hand to charts, in the order of the steps."""
    found = []
    for step in facts.collected(STEP).rows:
        words = (
            tuple(step.command.split()[:_WORDS])
            if "helm" in step.command and step.enabled is not False
            else ()
        )
        if "helm" in words and not _VERBS.isdisjoint(words):
            rest = words[words.index("helm") + 1 :]
            found.append(Given(rest, step.environment, tuple(_values(rest)), tuple(_files(rest))))
    return tuple(found)


def _options(words: tuple[str, ...], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The options of these names, each with its value, in either form."""
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name not in names:
            continue
        if equals:
            yield name, value.strip("\"'")
        elif index + 1 < len(words):
            yield name, words[index + 1].strip("\"'")


def _values(words: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    for name, text in _options(words, _SETS):
        for part in text.split(",") if name in ("--set", "--set-string") else (text,):
            path, equals, value = part.partition("=")
            if equals and path:
                written = name in ("--set", "--set-string", "--set-literal") and not _is_open(value)
                yield path, value if written else None


def _files(words: tuple[str, ...]) -> Iterator[str]:
    for _, path in _options(words, ("-f", "--values")):
        if not _is_open(path):
            yield normpath(path)


def _is_open(text: str) -> bool:
    return any(sign in text for sign in ("$", "{", "`", "<"))


def put(values: dict[str, Value], path: str, text: str | None) -> None:
    """Set the value at a dotted path; a place in a list makes the whole list unknown."""
    *above, last = path.split(".") if "\\" not in path else (path.partition(".")[0],)
    whole = path if "\\" not in path else last
    for name in above:
        if "[" in name:
            values[name.partition("[")[0]] = UNKNOWN
            return
        inner = values.get(name)
        if not isinstance(inner, dict):
            inner = values[name] = {}
        values = inner
    if "[" in last or whole != path:
        values[last.partition("[")[0]] = UNKNOWN
    else:
        values[last] = UNKNOWN if text is None else number_of(text)
