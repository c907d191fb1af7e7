"""Loads rules from folders of YAML, and refuses what the format does not know."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from readiness.errors import ReadinessError, RuleError, nearest
from readiness.levels import Level
from readiness.records import Struct
from readiness.requirement import Requirement
from readiness.rulebook.cases import read_cases
from readiness.rulebook.clauses import Clauses
from readiness.rulebook.model import Fix, Rule, Rung
from readiness.rulebook.packs import FILE, Manifest, adjusted, read_manifest
from readiness.rulebook.reader import Reader
from readiness.spans import Span, Unparsable
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from readiness.facts.model import Noun
    from readiness.rulebook.model import Question, Severity, Tier
    from readiness.structured.nodes import Node

AREAS = ("cicd", "container", "monitoring", "operations", "security")
_RUNGS = {str(level): level for level in Level if level >= Level.PARTIAL}
_LEVELS = {str(level): level for level in Level}
SEVERITIES: Mapping[str, Severity] = {word: word for word in ("critical", "high", "medium", "low")}
TIERS: Mapping[str, Tier] = {"A": "A", "B": "B", "C": "C"}
_WEIGHTS = {"critical": 10, "high": 6, "medium": 3, "low": 1}
PHASES = {word: word for word in ("foundation", "security", "operations", "optimization")}
ABSENCE = {word: word for word in ("high", "medium", "low")}
KEYS = (
    *(
        "title",
        "severity",
        "weight",
        "tier",
        "profiles",
        "applies",
        "otherwise",
        "requires",
        "claimed",
        "environments",
    ),
    *("evidence", "why", "strength", "gap", "fix", "limits", "standards", "phase", "component", "theme"),
    *("absence", "matrix", "compliance", "lifecycle", "formerly", "cases"),
)
_ENVIRONMENTS = ("all", "development", "staging", "production")


class Pack(Struct, frozen=True):
    """A folder of rules: its manifest, its rules sorted by id, and a digest of every byte of them."""

    manifest: Manifest
    digest: str
    rules: tuple[Rule, ...]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.manifest.name


class Rulebook(Struct, frozen=True):
    """The packs, and the rules that they leave to be asked, sorted by id."""

    packs: tuple[Pack, ...]
    rules: tuple[Rule, ...]

    @property
    def disabled(self) -> tuple[str, ...]:
        """The rules that a pack leaves out, sorted."""
        return tuple(sorted({name for pack in self.packs for name, _ in pack.manifest.disable}))

    def rule(self, name: str) -> Rule:
        """The rule ``name``. Raises ``ReadinessError`` with the nearest id if there is none."""
        for rule in self.rules:
            if rule.id == name or name in rule.formerly:
                return rule
        ids = [rule.id for rule in self.rules]
        raise ReadinessError(f"there is no rule '{name}'{nearest(name, ids)}")


def load_rulebook(folders: Sequence[Path], nouns: Mapping[str, Noun[Any]], *, cases: bool = True) -> Rulebook:
    """The rules of ``folders``, the shipped one first. Raises ``RuleError`` with file and line.

    Without ``cases``, which only a proof needs and which are most of the text, they are not read.
    A file of the shipped folder is named from that folder, any other as its folder is given.
    """
    asked: dict[str, Rule] = {}
    known: set[str] = set()
    packs: list[Pack] = []
    for index, folder in enumerate(folders):
        if not folder.is_dir():
            raise ReadinessError(f"no folder of rules at '{folder}'")
        pack = _Reading(nouns, cases=cases, proven=index == 0).pack(
            folder, str(folder) if index else folder.name
        )
        if not pack.manifest.extends:
            asked, packs = {}, []
        packs.append(pack)
        known |= {rule.id for rule in pack.rules}
        asked = adjusted(asked, pack.manifest) | {rule.id: rule for rule in pack.rules}
    if not asked:
        raise ReadinessError(f"'{folders[-1]}' leaves no rule to ask")
    book = Rulebook(tuple(packs), tuple(asked[name] for name in sorted(asked)))
    _check_requirements(book.rules, known)
    return book


class _Reading(Struct, frozen=True):
    """How packs are read: the nouns they may ask about, with or without cases, proven already or not."""

    nouns: Mapping[str, Noun[Any]]
    cases: bool
    proven: bool

    def pack(self, folder: Path, label: str) -> Pack:
        """The pack in ``folder``, whose files are named from ``label``."""
        manifest = read_manifest(folder, label)
        digest = hashlib.sha256()
        if manifest.data:
            digest.update(f"{FILE}\0{len(manifest.data)}\0".encode() + manifest.data)
        rules = []
        for area in AREAS:
            for file in sorted((folder / area).glob("*.yaml")):
                data = file.read_bytes()
                name = f"{area}/{file.name}"
                digest.update(f"{name}\0{len(data)}\0".encode() + data)
                text = data if self.cases else _without_cases(data)
                proven = self.proven and not self.cases
                rules.append(read_rule(f"{label}/{name}", text, self.nouns, proven=proven))
        if not rules and not manifest.adjusts:
            raise ReadinessError(
                f"'{folder}' holds no rules; they are read from {', '.join(AREAS)}/*.yaml in it"
            )
        return Pack(manifest, digest.hexdigest(), tuple(rules))


def _without_cases(data: bytes) -> bytes:
    """A rule file up to its cases; the whole of it where they are not the last of its keys."""
    head, _, tail = data.partition(b"\ncases:")
    goes_on = any(line[:1] not in (b"", b" ", b"-", b"#", b"\r") for line in tail.split(b"\n")[1:])
    return data if goes_on else head + b"\n"


def read_rule(file: str, data: bytes, nouns: Mapping[str, Noun[Any]], *, proven: bool = False) -> Rule:
    """The rule in ``data``; its id is the end of ``file``, ``<area>/<name>.yaml``. Raises ``RuleError``.

    The patterns of a ``proven`` rule are not looked at before they are asked.
    """
    from readiness.structured.yaml import parse  # noqa: PLC0415 - heavy

    try:
        documents = parse(data)
    except Unparsable as error:
        raise RuleError(file, error.line, error.reason) from None
    if len(documents) != 1:
        raise RuleError(file, 1, "a rule file holds exactly one rule")
    reader = Reader(file, documents[0], "a rule", KEYS)
    clauses = Clauses(file, nouns, proven=proven)
    area, stem = Path(file).parts[-2], Path(file).stem
    severity = reader.choice("severity", SEVERITIES)
    rungs, planned = _ladder(reader, clauses)
    applies = clauses.question(reader.node("applies"), "'applies'") if reader.has("applies") else None
    return Rule(
        id=f"{area}/{stem}",
        area=area,
        title=reader.text("title"),
        severity=severity,
        weight=reader.number("weight", _WEIGHTS[severity], least=1),
        tier=reader.choice("tier", TIERS),
        why=reader.text("why"),
        rungs=rungs,
        planned=planned,
        strength=reader.text("strength"),
        gap=reader.text("gap"),
        fix=_fix(reader),
        place=Span(file, 1),
        applies=applies,
        otherwise=reader.text("otherwise") if applies is not None else "",
        requires=_requirement(file, reader.node("requires")) if reader.has("requires") else None,
        claimed=clauses.question(reader.node("claimed"), "'claimed'") if reader.has("claimed") else None,
        environments=_environments(reader),
        profiles=reader.texts("profiles"),
        limits=reader.text("limits", ""),
        standards=_standards(reader),
        phase=reader.choice("phase", PHASES, ""),
        component=reader.text("component", ""),
        theme=reader.text("theme", ""),
        absence=reader.choice("absence", ABSENCE, "high"),
        matrix=reader.texts("matrix"),
        compliance=reader.texts("compliance"),
        lifecycle=reader.choice("lifecycle", {"stable": "stable", "shadow": "shadow"}, "stable"),
        formerly=reader.texts("formerly"),
        cases=read_cases(reader),
    )


def _ladder(reader: Reader, clauses: Clauses) -> tuple[tuple[Rung, ...], Question | None]:
    ladder = Reader(reader.file, reader.node("evidence"), "'evidence'", ("planned", *_RUNGS))
    planned = clauses.question(ladder.node("planned"), "'planned'") if ladder.has("planned") else None
    rungs: list[Rung] = []
    for word, level in _RUNGS.items():
        if not ladder.has(word):
            continue
        node = ladder.node(word)
        narrows = isinstance(node, Table) and not any(
            node.key(kind) for kind in ("some", "no", "every", "all_of", "any_of")
        )
        if narrows and rungs:
            rungs.append(Rung(level, clauses.narrowed(rungs[-1].question, node)))
        else:
            rungs.append(Rung(level, clauses.question(node, f"the rung '{word}'")))
    if not rungs:
        raise ladder.wrong(ladder.table, f"'evidence' needs a rung: {', '.join(_RUNGS)}")
    return tuple(rungs), planned


def _fix(reader: Reader) -> Fix:
    fix = Reader(reader.file, reader.node("fix"), "'fix'", ("steps", "effort", "snippet"))
    steps = tuple(" ".join(step.split()) for step in fix.texts("steps"))
    if not steps:
        raise fix.wrong(fix.table, "'fix' needs 'steps'")
    effort = fix.choice("effort", {"S": "S", "M": "M", "L": "L"})
    return Fix(steps, cast("Any", effort), fix.raw("snippet"))


def _environments(reader: Reader) -> tuple[str, ...]:
    names = reader.texts("environments")
    for name in names:
        if name not in _ENVIRONMENTS:
            hint = nearest(name, _ENVIRONMENTS) or "; one of: " + ", ".join(_ENVIRONMENTS)
            raise reader.wrong(reader.node("environments"), f"environments never hold '{name}'{hint}")
    return names


def _standards(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    if not reader.has("standards"):
        return {}
    table = Reader(reader.file, reader.node("standards"), "'standards'")
    return {key.text: table.texts(key.text) for key, _ in table.table}


def _requirement(file: str, node: Node) -> Requirement:
    if isinstance(node, Scalar):
        return Requirement(rule=node.text)
    reader = Reader(file, node, "'requires'", ("rule", "at_least", "all_of", "any_of"))
    parts = {key: reader.table.get(key) for key in ("all_of", "any_of")}
    lists = {
        key: tuple(_requirement(file, part) for part in value)
        for key, value in parts.items()
        if isinstance(value, Items)
    }
    if len(lists) + reader.has("rule") != 1:
        raise reader.wrong(node, "'requires' has exactly one of: rule, all_of, any_of")
    at_least = reader.choice("at_least", _LEVELS, Level.PARTIAL)
    return Requirement(reader.text("rule", ""), at_least, lists.get("all_of", ()), lists.get("any_of", ()))


def _check_requirements(rules: Sequence[Rule], known: Collection[str]) -> None:
    """Every rule that is named is ``known``, asked or not, and none requires itself through others."""
    by_id = {rule.id: rule for rule in rules}
    for rule in rules:
        for name in rule.requires.rules() if rule.requires else ():
            if name not in known:
                raise RuleError(
                    rule.place.path,
                    rule.place.line,
                    f"'requires' names no rule '{name}'{nearest(name, known)}",
                )
        for part in _parts(rule.requires):
            if part.rule in by_id and part.at_least > by_id[part.rule].top:
                top = by_id[part.rule].top
                raise RuleError(
                    rule.place.path,
                    rule.place.line,
                    f"'requires' asks {part.rule} to be {part.at_least}, but its ladder ends at {top}",
                )
    done: set[str] = set()
    for rule in rules:
        _walk(rule.id, by_id, (), done)


def _parts(requirement: Requirement | None) -> tuple[Requirement, ...]:
    if requirement is None:
        return ()
    inner = (*requirement.all_of, *requirement.any_of)
    return (requirement, *(part for one in inner for part in _parts(one)))


def _walk(name: str, by_id: Mapping[str, Rule], path: tuple[str, ...], done: set[str]) -> None:
    if name in path:
        place = by_id[name].place
        raise RuleError(place.path, place.line, "'requires' goes in a circle: " + " → ".join((*path, name)))
    if name in done or name not in by_id:
        return
    requires = by_id[name].requires
    for parent in requires.rules() if requires else ():
        _walk(parent, by_id, (*path, name), done)
    done.add(name)
