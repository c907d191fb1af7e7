"""Paths of the product's own service that its files name: whether a route of its code serves them.

A path is of the own service where its host is the machine itself and its port none of the usual
ones of databases and tools, or where a document, a client or a script names others beside it that are
served. It is called not served only where all routes of the product are read. Sources: FastAPI,
"Metadata and Docs URLs"; Django, "URL dispatcher"; Docker, "HEALTHCHECK"; Kubernetes, "Configure probes".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from readiness.facts.ci import collect as ci
from readiness.facts.containers.images import INSTRUCTION
from readiness.facts.deployment.kubernetes import CONTAINER
from readiness.facts.documents.nouns import DOCUMENT
from readiness.facts.files import language
from readiness.facts.model import Collected, Glob, Noun, Parser, Row
from readiness.facts.references.containers import COMPOSE
from readiness.facts.references.mentions import LINES, MARKDOWN
from readiness.facts.references.served import Served
from readiness.facts.settings import nodes
from readiness.matching import Pattern
from readiness.records import Struct
from readiness.structured.nodes import Items, Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

By = Literal["ci", "compose", "docker", "script", "document", "manifest", "client"]

_LOCAL = Pattern(
    r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::([0-9]{2,5}|\$\{?\w+\}?))?(/[\w./{}$:~%-]*)"
)
_CALL = Pattern(
    r"\b(?:requests|httpx|session|client|axios|api|http)\.(?:get|post|put|delete|patch|head)(?:<[^>(]*>)?\("
    r"\s*f?[`\"'](?:\$?\{[\w.]+\})?(/[\w./{}$:-]*)"
)
_PROBE = Pattern(r"path: *[\"']?(/[\w./-]*)[\"']?[,}\s]*(?:port:.*)?$")
_CONTAINER = 200  # lines that the last container of a file has at most
_METHOD = Pattern(r"(?:^|[\s`*|(])(?:GET|POST|PUT|DELETE|PATCH)[`*]*\s+[`*]*(/[\w./{}:<>-]*)")
# The usual ports of what stands beside a service: databases, brokers, metrics, mail, development servers.
_OTHERS = frozenset(
    (
        "2019",
        "2375",
        "3000",
        "3001",
        "3100",
        "3306",
        "4040",
        "4173",
        "4200",
        "4317",
        "4318",
        "4566",
        "5173",
        "5432",
    )
) | frozenset(
    (
        "5555",
        "5601",
        "5672",
        "6333",
        "6379",
        "7474",
        "7700",
        "8025",
        "8081",
        "8086",
        "8125",
        "8161",
        "8200",
        "8500",
    )
)
_OTHERS |= frozenset(
    ("8888", "8983", "9000", "9001", "9090", "9091", "9092", "9093", "9200", "9411", "11434", "15672")
)
_OTHERS |= frozenset(("16686", "27017", "19530"))
_FILES = (
    ".js",
    ".css",
    ".html",
    ".png",
    ".ico",
    ".svg",
    ".json",
    ".xml",
    ".txt",
    ".md",
    ".sh",
    ".git",
    ".yaml",
)
_OWN_KINDS = frozenset(("api", "deployment", "runbook"))
_CALLING = frozenset(("shell", "python", "javascript", "typescript"))
_VERBS = (".get", ".post", ".put", ".delete", ".patch", ".head")
_LOOSE = frozenset(("changelog", "roadmap", "design", "decision", "release"))


class NamedRoute(Row, frozen=True, kw_only=True):
    """A path of the product's own service that a file names, apart from the code that serves it."""

    route: Annotated[Glob, "the URL path as it is named"]
    served: Annotated[bool | None, "a route of the product's code answers it; unknown where not all are read"]
    by: Annotated[By, "what names it"]


class _Naming(Struct, frozen=True):
    """A path that a file names; ``sure`` where it is surely the own service's."""

    entry: Entry
    line: int
    path: str
    by: By
    sure: bool


def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[NamedRoute]:  # noqa: ARG001
    """Every path of the own service that a file names which does not serve it."""
    served = Served(facts)
    if not served.routes:
        return Collected()
    namings = [
        *_pipelines(facts),
        *_containers(facts),
        *_composed(facts),
        *_probes(facts),
        *_code(facts, served.files),
        *_documents(facts),
    ]
    answers = {naming.path: served.answer(naming.path) for naming in namings}
    proved = {naming.entry.path for naming in namings if answers[naming.path]}
    rows: dict[tuple[str, int, str], NamedRoute] = {}
    for naming in namings:
        answer = answers[naming.path]
        if answer is False and not (naming.sure or naming.entry.path in proved):
            answer = None
        rows.setdefault((naming.entry.path, naming.line, naming.path), _row(naming, answer))
    return Collected(tuple(rows[key] for key in sorted(rows)), looked=tuple(sorted({key[0] for key in rows})))


def _row(naming: _Naming, served: bool | None) -> NamedRoute:
    words = {True: "is served", False: "no route serves it", None: "may be served"}[served]
    return NamedRoute(
        path=Glob(naming.entry.path),
        line=naming.line,
        role=naming.entry.role,
        text=f"{naming.path} ({words})",
        route=Glob(naming.path),
        served=served,
        by=naming.by,
    )


def _local(text: str) -> Iterator[str]:
    """The paths of addresses of the machine itself in ``text``, but for ports of other programs."""
    for _, found in _LOCAL.each(text) if "://" in text else ():
        groups = _LOCAL.groups(found)
        if groups is not None and groups[1] not in _OTHERS and _telling(groups[2]):
            yield groups[2].rstrip(".:")


def _telling(path: str) -> bool:
    lowered = path.lower()
    refused = ("nonexist", "non-exist", "notfound", "not-found", "invalid", "unknown")
    if len(path) < 2 or lowered.endswith(_FILES) or any(word in lowered for word in refused):
        return False
    return "//" not in path and path.strip("/.$") != ""


def _closed(path: str) -> str:
    """A path whose last value is longer than what is read of it: ``/users/${encode``."""
    head, sign, rest = path.rpartition("${")
    return f"{head}{{value}}" if sign and "}" not in rest else path


def _pipelines(facts: Facts) -> Iterator[_Naming]:
    for step in facts.collected(ci.STEP).rows:
        entry = facts.entry(step.path)
        # What its own job wrote answers what it asks for.
        if entry is not None and step.checked_out and not step.writes_own_input:
            for path in _local(step.command):
                yield _Naming(entry, step.line, path, "ci", sure=True)


def _containers(facts: Facts) -> Iterator[_Naming]:
    for step in facts.collected(INSTRUCTION).rows:
        entry = facts.entry(step.path)
        if entry is not None and step.keyword == "HEALTHCHECK" and step.final and step.role is Role.PRODUCT:
            for path in _local(step.arguments):
                yield _Naming(entry, step.line, path, "docker", sure=True)


def _composed(facts: Facts) -> Iterator[_Naming]:
    for entry in facts.paths(*COMPOSE):
        for root in (nodes(facts, entry.path).value or ()) if entry.role is Role.PRODUCT else ():
            services = root.table("services") if isinstance(root, Table) else None
            for _, service in services or ():
                check = service.table("healthcheck") if isinstance(service, Table) else None
                if check is None or not isinstance(service, Table) or service.get("build") is None:
                    continue
                test = check.get("test")
                items = test.items if isinstance(test, Items) else (test,)
                text = " ".join(item.text for item in items if isinstance(item, Scalar))
                for path in _local(text):
                    yield _Naming(entry, check.line, path, "compose", sure=True)


def _probes(facts: Facts) -> Iterator[_Naming]:
    """The ``httpGet`` probes of containers whose image is the product's own."""
    found = facts.collected(CONTAINER).rows
    starts = sorted({(str(row.path), row.line) for row in found})
    own = {(str(row.path), row.line) for row in found if row.product and row.role is Role.PRODUCT}
    for (path, start), after in zip(starts, [*starts[1:], ("", 0)], strict=False):
        entry = facts.entry(path)
        if entry is None or (path, start) not in own:
            continue
        lines = facts.parsed(LINES, path).value or ()
        stop = after[1] - 1 if after[0] == path else start + _CONTAINER
        asked = 0
        for number, line in enumerate(lines[start - 1 : stop], start):
            asked = number + 5 if "httpGet" in line else asked
            given = _PROBE.groups(line) if number <= asked and "path:" in line else None
            if given is not None:
                asked = 0
                if _telling(given[1]):
                    yield _Naming(entry, number, given[1], "manifest", sure=True)


def _code(facts: Facts, servers: set[str]) -> Iterator[_Naming]:
    """Scripts, and programs that call the service: not the files that serve."""
    for entry in facts.searched("language"):
        written = language(entry.path)
        if entry.role is not Role.PRODUCT or entry.path in servers or written not in _CALLING:
            continue
        by: By = "client" if written in ("javascript", "typescript") else "script"
        shell = written == "shell"
        for number, line in facts.parsed(_CALLS, entry.path).value or ():
            for path in _local(line):
                yield _Naming(entry, number, path, by, sure=False)
            for _, found in _CALL.each(line) if not shell else ():
                groups = _CALL.groups(found)
                if groups is not None and _telling(groups[1]):
                    yield _Naming(entry, number, _closed(groups[1]), by, sure=False)


def _calling(data: bytes) -> tuple[tuple[int, str], ...]:
    """The lines of a program that may call the service, with their numbers; comments left out."""
    text = data.decode("utf-8", "replace")
    return tuple(
        (number, line.strip())
        for number, line in enumerate(text.split("\n"), 1)
        if len(line) <= 1000
        and ("://" in line or ("(" in line and "/" in line and any(verb in line for verb in _VERBS)))
        and not line.lstrip().startswith(("#", "//", "*"))
    )


_CALLS = Parser("route-calls", 1, _calling)


def _documents(facts: Facts) -> Iterator[_Naming]:
    for document in facts.collected(DOCUMENT).rows:
        entry = facts.entry(document.path)
        loose = document.self_report or bool(document.kind & _LOOSE)
        if entry is None or document.role is not Role.PRODUCT or loose or not entry.path.endswith(".md"):
            continue
        mentions = facts.parsed(MARKDOWN, entry.path).value
        for number, line in enumerate(mentions.lines if mentions else (), 1):
            for path in _local(line[:1000]):
                yield _Naming(entry, number, path, "document", sure=False)
            for _, found in _METHOD.each(line[:1000]) if "/" in line else ():
                groups = _METHOD.groups(found)
                if groups is not None and _telling(groups[1]):
                    sure = bool(document.kind & _OWN_KINDS)
                    yield _Naming(entry, number, groups[1].rstrip(".:"), "document", sure=sure)


NAMED: Noun[NamedRoute] = Noun(
    "route.named",
    NamedRoute,
    "a path of the product's own service that a file names, and whether code serves it",
    collect,
    grade="pattern",
)
