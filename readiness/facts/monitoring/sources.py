"""The files that speak of monitoring: found by words in them, or by a name where their form has no words."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from readiness.facts.model import Opening, PatternTable
from readiness.facts.monitoring.model import Watched
from readiness.facts.monitoring.reading import PLAIN, STRUCTURED, TOML
from readiness.facts.repository.environments import environment_of
from readiness.facts.words import name_words, word_set
from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.model import Facts
    from readiness.spans import Problem
    from readiness.tree.model import Entry

_SCRAPES = "|".join(
    (
        r"\b(?:scrape_configs|job_name|PodMonitoring)\b",
        r"\b(?:Service|Pod)Monitor\b|\bVM(?:Service|Pod)Scrape\b",
        r"prometheus\.io/scrape",
    )
)
_DASHBOARDS = "|".join(
    (
        r"\"(?:panels|schemaVersion|layout_type|widgets)\"[ \t\r\n]*:",
        r"\b(?:PersesDashboard|dashboard\.grafana\.app)\b",
    )
)
_PIPELINES = "|".join(
    (
        r"(?m)^[ \t]*[\"']?(?:exporters|sinks|clients|remote_write)[\"']?:",
        r"^[ \t]*(?:file|metric)beat[a-z.]*:|^pipeline:",
        r"\[OUTPUT\]|<match ",
    )
)
SIGNS = PatternTable(
    "monitoring",
    "configuration",
    (
        ("alert.rule", r"(?m)^[ \t]*(?:-[ \t]+)?[\"']?groups[\"']?:"),
        ("scrape.target", _SCRAPES),
        ("alert.route", r"(?m)^[ \t]*(?:-[ \t]+)?[\"']?(?:receivers|contactPoints|policies)[\"']?:"),
        ("dashboard", _DASHBOARDS),
        ("slo", r"\b(?:openslo(?:\.com)?/v|pyrra\.dev/|n9/v|PrometheusServiceLevel\b|prometheus/v1\b)"),
        ("collector.pipeline", _PIPELINES),
        (
            "synthetic.check",
            r"(?m)\b(?:prober|metrics_path|VMProbe)\b|\bkind:[ \t]*Probe\b|^(?:endpoints|sites):",
        ),
    ),
    endings=(".yaml", ".yml", ".json"),
)
"""By the noun that a file with the words in it may give a row of."""

_PLAIN = (
    "**/*{fluent-bit,fluentbit,fluentd,fluent,td-agent,logstash}*.conf",
    "**/{fluent-bit,fluentbit,fluentd,logstash,td-agent}/**.conf",
    "**/*.{alloy,river}",
)
_TOML = ("**/*vector*.toml", "**/vector/**.toml", "**/*telegraf*.{conf,toml}", "**/telegraf/**.{conf,toml}")
_TEMPLATES = "**/*.{yml,yaml,conf,json,alloy,rules}.{j2,jinja,jinja2,tmpl,tpl,gotmpl,erb,template}"
_JSONNET = "**/*.{jsonnet,libsonnet}"
# The words of a path, and which noun a template or a program of that name would give rows of.
_SPEAKING: tuple[tuple[frozenset[str], str], ...] = (
    (word_set("prometheus prom victoriametrics"), "scrape.target"),
    (word_set("alertmanager contactpoint contactpoints"), "alert.route"),
    (word_set("alert alerts alerting rules mixin"), "alert.rule"),
    (word_set("dashboard dashboards grafana mixin"), "dashboard"),
    (word_set("fluentbit fluent promtail otel otelcol vector filebeat logstash alloy"), "collector.pipeline"),
    (word_set("blackbox gatus"), "synthetic.check"),
)
_WORKFLOWS = ".github/"


class File(Struct, frozen=True):
    """A file that says something about monitoring."""

    entry: Entry
    watched: Watched

    @property
    def environment(self) -> str:
        """The environment that its path names."""
        return environment_of(self.entry.path)


class Source(Struct, frozen=True):
    """All such files in the order of paths, and what was not read, by the noun that it leaves open."""

    files: tuple[File, ...]
    problems: tuple[Problem, ...]
    openings: tuple[tuple[str, Opening], ...]
    looked: tuple[str, ...]

    def opened(self, noun: str) -> tuple[Opening, ...]:
        """What leaves the questions about ``noun`` open."""
        return tuple(opening for name, opening in self.openings if name == noun)


_KEPT: WeakKeyDictionary[Facts, Source] = WeakKeyDictionary()


def source(facts: Facts) -> Source:
    """What the files of a subject say about monitoring, read once."""
    kept = _KEPT.get(facts)
    if kept is None:
        kept = _KEPT[facts] = _read(facts)
    return kept


def _read(facts: Facts) -> Source:
    named = _named(facts)
    files: list[File] = []
    problems: list[Problem] = []
    openings: list[tuple[str, Opening]] = []
    for path in sorted(named):
        entry, nouns = named[path]
        parser = (
            STRUCTURED if path.endswith((".yaml", ".yml", ".json")) else TOML if nouns == _OF_TOML else PLAIN
        )
        parsed = facts.parsed(parser, path)
        if parsed.value is not None and parsed.value != _NOTHING:
            files.append(File(entry, parsed.value))
        if parsed.problem is not None and (parsed.opens or parser is not STRUCTURED):
            problems.append(parsed.problem)
            if parsed.opens and entry.role is Role.PRODUCT:
                openings += (
                    (noun, _opening(path, parsed.problem.line, parsed.problem.message))
                    for noun in sorted(nouns)
                )
    openings += _unread(facts)
    return Source(tuple(files), tuple(problems), tuple(openings), tuple(sorted(named)))


_NOTHING = Watched()
_OF_TOML = frozenset(("collector.pipeline", "toml"))
_OF_PLAIN = frozenset(("collector.pipeline",))


def _named(facts: Facts) -> dict[str, tuple[Entry, frozenset[str]]]:
    """The files to read, each with the nouns that it may give rows of."""
    found: dict[str, tuple[Entry, set[str]]] = {}
    for hit in facts.hits(SIGNS):
        path = hit.entry.path
        if not path.startswith(_WORKFLOWS) and path.endswith((".yaml", ".yml", ".json")):
            found.setdefault(path, (hit.entry, set()))[1].add(hit.name)
    named = {path: (entry, frozenset(nouns)) for path, (entry, nouns) in found.items()}
    for globs, nouns in ((_PLAIN, _OF_PLAIN), (_TOML, _OF_TOML)):
        for entry in facts.paths(*globs):
            if entry.role not in (Role.VENDORED, Role.GENERATED):
                named.setdefault(entry.path, (entry, nouns))
    return named


def _unread(facts: Facts) -> list[tuple[str, Opening]]:
    """Templates and jsonnet, which only their own tools can read, by what their paths speak of."""
    found = []
    for glob, reason in ((_TEMPLATES, "a template of a monitoring file"), (_JSONNET, "jsonnet is not read")):
        for entry in facts.paths(glob):
            if entry.role is Role.PRODUCT:
                words = set(name_words(entry.path))
                found += [
                    (noun, _opening(entry.path, 1, reason)) for known, noun in _SPEAKING if known & words
                ]
    return found


def _opening(path: str, line: int, reason: str) -> Opening:
    return Opening(path, line, reason, environment_of(path))
