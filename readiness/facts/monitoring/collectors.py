"""Collectors and shippers: which signals they take, and whether these go anywhere.

An exporter that prints, discards or counts goes nowhere. Where a configuration names its outputs by a
variable, or lies in a form that is not read, whether they are delivered is unknown.
Sources: OpenTelemetry Collector, "Configuration"; Promtail, Grafana Agent and Alloy; Fluent Bit,
"Configuration file" and "YAML"; Fluentd, "Config file syntax"; Vector, "Configuration"; Filebeat,
"Configure the output"; Logstash, "Structure of a pipeline"; Telegraf, "Configuration"; read 2026-08.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from readiness.facts.monitoring.model import Pipeline
from readiness.facts.words import word_set
from readiness.matching import Pattern
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from readiness.facts.monitoring.model import Signal
    from readiness.facts.monitoring.parts import Part

NOWHERE = word_set("debug logging nop stdout null console blackhole discard dummy file counter print exit ''")
"""Outputs that leave nothing anywhere else."""

_SIGNALS: dict[str, Signal] = {"logs": "logs", "metrics": "metrics", "traces": "traces"}
_ALL: frozenset[Signal] = frozenset(("logs", "metrics", "traces"))
_LOGS: frozenset[Signal] = frozenset(("logs",))
_METRICS: frozenset[Signal] = frozenset(("metrics",))


def pipelines(part: Part) -> Iterator[Pipeline]:
    """The ways of signals that a mapping describes."""
    node = part.node
    service = node.table("service")
    if (
        service is not None
        and isinstance(service.get("pipelines"), Table)
        and node.get("exporters") is not None
    ):
        yield from _otel(part, service)
    elif isinstance(node.get("clients"), Items) and node.get("scrape_configs") is not None:
        yield _shipper(part, "promtail", _LOGS, ("loki" for each in node.items("clients") if _address(each)))
    elif isinstance(node.get("sinks"), Table) and isinstance(node.get("sources"), Table):
        yield _vector(part)
    elif isinstance(node.get("pipeline"), Table):
        yield from _fluent_bit(part)
    else:
        yield from _beats(part)
    remote = node.items("remote_write")
    if remote and (node.get("scrape_configs") is not None or node.get("global") is not None):
        yield _shipper(part, "prometheus", _METRICS, ("remote_write" for each in remote if _address(each)))


def _address(node: Node) -> bool:
    return isinstance(node, Table) and bool(node.text("url"))


def _shipper(part: Part, system: str, signals: frozenset[Signal], exporters: Iterable[str]) -> Pipeline:
    names = frozenset(exporters)
    return Pipeline(part.line(), system, signals, names, bool(names - NOWHERE))


def _otel(part: Part, service: Table) -> Iterator[Pipeline]:
    """Each pipeline; of one that ends in a connector it is not followed whether it delivers."""
    defined = part.node.table("exporters") or Table(1)
    connectors = {key.text for key, _ in part.node.table("connectors") or ()}
    for name, value in service.table("pipelines") or ():
        signal = _SIGNALS.get(name.text.partition("/")[0])
        if signal is None or not isinstance(value, Table):
            continue
        named = [each.text for each in value.items("exporters") if isinstance(each, Scalar)]
        known = {each for each in named if defined.key(each) is not None and each not in connectors}
        kinds = frozenset(each.partition("/")[0] for each in known)
        handed = not kinds and not connectors.isdisjoint(named)
        delivers = None if handed else bool(kinds - NOWHERE)
        yield Pipeline(part.line(name), "opentelemetry", frozenset((signal,)), kinds, delivers)


def _vector(part: Part) -> Pipeline:
    kinds: set[str] = set()
    for _, sink in part.node.table("sinks") or ():
        if isinstance(sink, Table):
            kinds.add(sink.text("type"))
    sources = {each.text("type") for _, each in part.node.table("sources") or () if isinstance(each, Table)}
    measured = {
        source for source in sources if "metrics" in source or source in ("prometheus_scrape", "statsd")
    }
    signals = _METRICS if measured and measured == sources else _LOGS | _METRICS if measured else _LOGS
    return _shipper(part, "vector", signals, filter(None, kinds))


def _fluent_bit(part: Part) -> Iterator[Pipeline]:
    node = part.node.table("pipeline") or Table(1)
    if isinstance(node.get("outputs"), Items) and node.get("inputs") is not None:
        names = (each.text("name").lower() for each in node.items("outputs") if isinstance(each, Table))
        yield _shipper(part, "fluent-bit", _LOGS, filter(None, names))


_INPUTS = frozenset(("autodiscover", "config", "inputs", "modules", "prospectors"))


def _beats(part: Part) -> Iterator[Pipeline]:
    """Filebeat and its kin, written with dots or without."""
    node = part.node
    inputs = [key.text for key, _ in node if key.text.startswith(("filebeat.", "metricbeat."))]
    for name in ("filebeat", "metricbeat"):
        inner = node.table(name) or Table(1)
        inputs += [f"{name}.{key.text}" for key, _ in inner if key.text in _INPUTS]
    if not inputs:
        return
    outputs = {key.text.partition(".")[2] for key, _ in node if key.text.startswith("output.")}
    outputs |= {key.text for key, _ in node.table("output") or ()}
    system = inputs[0].partition(".")[0]
    if node.get("cloud.id") is not None:
        outputs.add("elasticsearch")
    yield _shipper(part, system, _LOGS if system == "filebeat" else _METRICS, outputs)


def telegraf(part: Part, outputs: Table) -> Pipeline:
    """Telegraf: each output under its name."""
    return _shipper(part, "telegraf", _METRICS, (key.text for key, _ in outputs))


_SECTION = Pattern(r"(?mi)^[ \t]*\[output\]")
_INPUT = Pattern(r"(?mi)^[ \t]*\[(?:input|service|filter)\]")
_OUTPUT = Pattern(r"(?mi)^[ \t]*name[ \t]+([^\s#]+)")
_MATCH = Pattern(r"(?m)^[ \t]*@?type[ \t]+([^\s#]+)")
_BLOCK = Pattern(r"\boutput[ \t\r\n]*\{")
_PLUGIN = Pattern(r"(?m)^[ \t]*([a-z_]+)[ \t]*(?:=>[ \t]*)?\{")
_ALLOY = Pattern(r"(?m)^[ \t]*(loki\.write|prometheus\.remote_write|otelcol\.exporter\.[a-z_]+)[ \t]+\"")


def of_text(text: str, line: int) -> tuple[Pipeline, ...]:
    """The outputs of a configuration in the words of Fluent Bit, Fluentd, Logstash or Alloy."""
    found = []
    if _SECTION.found(text) and _INPUT.found(text):
        found.append(("fluent-bit", _LOGS, _sections(text)))
    if "<match" in text and "</match>" in text:
        found.append(("fluentd", _LOGS, _fluentd(text)))
    if "output" in text and "input" in text and "{" in text:
        outputs = _logstash(text)
        if outputs is not None:
            found.append(("logstash", _LOGS, outputs))
    alloy = _alloy(text)
    if alloy:
        found += [("alloy", signals, names) for signals, names in alloy]
    return tuple(
        Pipeline(line, system, signals, names, bool(names - NOWHERE)) for system, signals, names in found
    )


def _sections(text: str) -> frozenset[str]:
    """The name of each output of Fluent Bit."""
    starts = [at for at, _ in _SECTION.each(text)]
    names: set[str] = set()
    for start, end in pairwise([*starts, len(text)]):
        body = text[start:end].split("\n[", 1)[0]
        groups = _OUTPUT.groups(_bare(body))
        if groups is not None:
            names.add(groups[1].lower())
    return frozenset(names)


def _bare(text: str) -> str:
    """``text`` without the lines that are comments."""
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))


def _fluentd(text: str) -> frozenset[str]:
    """The types of what matches; ``copy``, ``relabel`` and rewriters hand on to others."""
    names: set[str] = set()
    bare = _bare(text)
    at = bare.find("<match")
    while at >= 0:
        end = bare.find("</match>", at)
        if end < 0:
            break
        for _, found in _MATCH.each(bare[at:end]):
            names.add(found.split()[-1])
        at = bare.find("<match", end)
    return frozenset(names - {"copy", "relabel", "rewrite_tag_filter", "memory", "json", "record_modifier"})


def _logstash(text: str) -> frozenset[str] | None:
    """The plugins within ``output { … }``; None where a text has no such block and no input."""
    bare = _bare(text)
    reached, names = 0, set[str]()
    if not any(line.lstrip().startswith("input") and "{" in line for line in bare.split("\n")):
        return None
    seen = False
    for at, word in _BLOCK.each(bare):
        start = at + len(word) - 1
        if start < reached:
            continue
        seen = True
        reached = _closed(bare, start)
        names |= {
            match.split("{")[0].replace("=>", "").strip()
            for _, match in _PLUGIN.each(bare[start + 1 : reached])
        }
    return frozenset(names - {"if", "else", "codec", "headers"}) if seen else None


def _closed(text: str, at: int) -> int:
    depth = 0
    for index in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return len(text)


def _alloy(text: str) -> list[tuple[frozenset[Signal], frozenset[str]]]:
    names = {match.split('"')[0].strip() for _, match in _ALLOY.each(text)}
    found = []
    if "loki.write" in names:
        found.append((_LOGS, frozenset(("loki",))))
    if "prometheus.remote_write" in names:
        found.append((_METRICS, frozenset(("remote_write",))))
    exporters = frozenset(name.rpartition(".")[2] for name in names if name.startswith("otelcol.exporter."))
    if exporters:
        found.append((_ALL, exporters))
    return found
