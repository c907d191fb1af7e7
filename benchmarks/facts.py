"""How right the facts are: each fact that a second reader wrote down beside the rows of its noun.

``labels/facts/OWNER+NAME.yaml`` holds, for one repository at one commit, the places of its pipelines, test
steps, images, workloads, routes and so on. A row hits a label where it stands in the same file, at most three
lines away; some keys are compared by file, by name, or by file and kind, since a reader and a row may take
another line of the same set-up. What the reader found and no row does is *missed*; a row that no label has
is *extra*, unless the reader's list was cut. Where the reader could not tell, or the tool leaves the noun
open, it is *open*.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from readiness.facts.catalogue import NOUNS
from readiness.structured.nodes import Items, Scalar, Table
from readiness.structured.yaml import parse
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from readiness.facts.store import Store

NEAR = 3
CUT = {"routes": 25, "env": 25, "outgoing": 15}
"""How many lines a row may stand from the label, and after how many entries a reader stopped."""

_TESTS = {"test", "e2e-test"}
_SHIPS = {"push-image", "publish", "release"}
_SCANS = {"scan-code", "scan-deps", "scan-image", "scan-secrets", "scan-iac"}


class Asked(NamedTuple):
    """The rows that a label is held against: those of ``noun`` that are ``wanted``.

    ``named`` compares a word instead of the line: a variable's name, an environment.
    """

    noun: str
    wanted: Callable[[Any], bool]
    named: Callable[[Any], str] | None = None


def _runs(row: Any) -> bool:
    return row.enabled is not False and not row.placeholder


LABELS: dict[str, Asked] = {
    "pipelines": Asked("ci.pipeline", lambda row: row.trigger != {"call"}, lambda row: str(row.path)),
    "test-steps": Asked("ci.step", lambda row: bool(row.purposes & _TESTS) and _runs(row) and row.blocking),
    "test-steps-masked": Asked(
        "ci.step", lambda row: bool(row.purposes & _TESTS) and not (_runs(row) and row.blocking)
    ),
    "deploy-steps": Asked("ci.step", lambda row: "deploy" in row.purposes and _runs(row)),
    "push-steps": Asked("ci.step", lambda row: bool(row.purposes & _SHIPS) and _runs(row)),
    "scan-steps": Asked("ci.step", lambda row: bool(row.purposes & _SCANS) and _runs(row)),
    "images": Asked("container.image", lambda _: True, lambda row: str(row.path)),
    "image-root": Asked("container.image", lambda row: row.runs_as_root is True, lambda row: str(row.path)),
    "compose-services": Asked("compose.service", lambda _: True),
    "workloads": Asked("k8s.workload", lambda _: True),
    "platform": Asked("platform.service", lambda _: True, lambda row: str(row.path)),
    "routes": Asked("code.route", lambda _: True),
    "health": Asked("code.route", lambda row: row.health, lambda row: str(row.path)),
    "telemetry": Asked("code.telemetry", lambda _: True, lambda row: f"{row.path} {row.kind}"),
    "outgoing": Asked("code.outgoing", lambda _: True, lambda row: str(row.path)),
    "env": Asked("code.variable", lambda _: True, lambda row: str(row.name)),
    "cors": Asked("code.cors", lambda _: True),
    "environments": Asked("environment", lambda _: True, lambda row: str(row.name)),
    "secrets": Asked("secret.candidate", lambda _: True),
}


class Label(NamedTuple):
    """A place that the reader wrote down; the line is 0 where a word alone stands for it."""

    path: str
    line: int


class Labelled(NamedTuple):
    """What the reader wrote down of a repository; None where it cannot be told from the files."""

    repository: str
    commit: str
    facts: dict[str, tuple[Label, ...] | None]
    cut: frozenset[str]


def labelled(file: Path) -> Labelled:
    """The labels in ``file``. Raises ``ValueError`` where it holds none."""
    (root,) = parse(file.read_bytes())
    table = root.table("facts") if isinstance(root, Table) else None
    if not isinstance(root, Table) or table is None:
        raise ValueError(f"{file} holds no facts")
    found: dict[str, tuple[Label, ...] | None] = {}
    cut = set()
    for key, value in table:
        if isinstance(value, Items):
            texts = [item.text for item in value if isinstance(item, Scalar)]
            if len(texts) >= CUT.get(key.text, len(texts) + 1):
                cut.add(key.text)
            found[key.text] = tuple(dict.fromkeys(_label(key.text, text) for text in texts))
        elif isinstance(value, Scalar) and value.text == "unknown":
            found[key.text] = None
    return Labelled(root.text("repository"), root.text("commit"), found, frozenset(cut))


def _label(key: str, text: str) -> Label:
    """``path:line rest``, or a word."""
    words = text.split()
    path, colon, line = words[0].rpartition(":")
    if not (colon and line.isdigit()):
        return Label(text, 0)
    if key == "telemetry":
        return Label(f"{path} {words[1]}", 0)
    return Label(path, 0 if key in ("outgoing", "health") else int(line))


def counted(facts: Store, labels: Labelled) -> tuple[dict[str, Counter[str]], list[str]]:
    """For each key of ``LABELS``: hits, missed, extra and open; and a line for each that is no hit."""
    found: dict[str, Counter[str]] = {}
    lines = []
    for key, asked in LABELS.items():
        if key not in labels.facts or asked.noun not in NOUNS:
            continue
        wanted = labels.facts[key]
        collected = facts.collected(NOUNS[asked.noun])
        open_in = {gap.path for gap in collected.openings}
        rows = {
            _place(row, asked) for row in collected.rows if row.role is Role.PRODUCT and asked.wanted(row)
        }
        counts: Counter[str] = Counter()
        if wanted is None:
            counts["open"] += 1
        else:
            missed = [one for one in wanted if not any(_near(one, row) for row in rows)]
            extra = [row for row in rows if not any(_near(one, row) for one in wanted)]
            counts["hit"] = len(wanted) - len(missed)
            counts["open"] = sum(bool(open_in) for _ in missed)
            counts["missed"] = len(missed) - counts["open"]
            extra = [] if key in labels.cut else extra
            counts["extra"] = len(extra)
            lines += [f"  {'open' if open_in else 'missed'}: {key}: {one.path}:{one.line}" for one in missed]
            lines += [f"  extra: {key}: {one.path}:{one.line}" for one in sorted(extra)]
        found[key] = counts
    return found, lines


def _place(row: Any, asked: Asked) -> Label:
    return Label(row.path, row.line) if asked.named is None else Label(asked.named(row), 0)


def _near(one: Label, row: Label) -> bool:
    return one.path == row.path and (0 in (one.line, row.line) or abs(one.line - row.line) <= NEAR)
