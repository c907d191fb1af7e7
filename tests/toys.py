"""A toy kind of row, a rule about it, and small rule packs: what the upper storeys are tested with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from readiness.facts.model import Collected, Glob, Noun, Opening, Row
from readiness.facts.store import Store
from readiness.rulebook.clauses import Clauses
from readiness.rulebook.load import read_rule
from readiness.rulebook.questions import View, ask
from readiness.structured.yaml import parse
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from readiness.facts.model import Facts, Grade
    from readiness.judge import Verdict
    from readiness.rulebook.model import Question, Rule
    from readiness.rulebook.questions import Answer


NOWHERE = Glob("")


class Thing(Row, frozen=True, kw_only=True):
    """A thing with a field of every kind."""

    name: Annotated[str, "what it is called"] = ""
    key: Annotated[Glob, "where it hangs"] = NOWHERE
    count: Annotated[int, "how many"] = 0
    on: Annotated[bool | None, "whether it is switched on"] = False
    kind: Annotated[Literal["lamp", "motor"], "what it is"] = "lamp"
    tags: Annotated[frozenset[Literal["red", "green"]], "its colours"] = frozenset()


def thing(**fields: Any) -> Thing:
    """A thing with these fields; a text is a path or a key as it is."""
    return Thing(**fields)


def noun(
    *rows: Thing,
    openings: Sequence[Opening] = (),
    looked: Sequence[str] = (),
    grade: Grade = "structure",
    scoped: bool = False,
    name: str = "thing",
) -> Noun[Thing]:
    """The noun ``thing``, of which there are ``rows``, whatever the tree."""

    def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[Thing]:
        return Collected(rows, openings=tuple(openings), looked=tuple(looked))

    return Noun(name, Thing, "a thing", collect, grade, scoped)


def store(files: Mapping[str, str | bytes] | None = None) -> Store:
    """The facts of a tree in memory, without pattern tables."""
    return Store(MemoryTree(files or {}), tables=())


def nouns_by_name(*given: Noun[Any]) -> dict[str, Noun[Any]]:
    return {one.name: one for one in given}


def question(text: str, *nouns: Noun[Any]) -> Question:
    """The question written in ``text``."""
    known = nouns_by_name(*(nouns or (noun(),)))
    return Clauses("q.yaml", known).question(parse(text.encode())[0])


def asked(text: str, *rows: Thing, environment: str = "", openings: Sequence[Opening] = ()) -> Answer:
    """The answer to the question ``text`` where there are ``rows``."""
    return ask(question(text, noun(*rows, openings=openings)), View(store(), environment))


RULE = """\
title: Things are on
severity: high
tier: B
why: Else it is dark.
evidence:
  partial: { some: thing }
  implemented: { where: { on: true } }
strength: Things are on
gap: Things are off
fix: { effort: S, steps: [Switch it on.] }
"""


def read(text: str = RULE, *nouns: Noun[Any], file: str = "rules/cicd/lights.yaml") -> Rule:
    """The rule written in ``text``."""
    return read_rule(file, text.encode(), nouns_by_name(*(nouns or (noun(),))))


def judged(
    text: str, *rows: Thing, environments: Sequence[str] = (), openings: Sequence[Opening] = ()
) -> Verdict:
    """The verdict on the rule ``text`` where there are ``rows``."""
    from readiness.judge import judge  # noqa: PLC0415

    return judge(read(text, noun(*rows, openings=openings)), View(store()), environments)


PACK_RULE = """\
title: There is a {name}
severity: {severity}
weight: 10
tier: C
why: Somebody looks for it.
{more}evidence:
  planned: {{ some: file, where: {{ path: {name}.planned }} }}
  partial: {{ some: file, where: {{ path: {name}.txt }} }}
  implemented: {{ where: {{ empty: false }} }}
strength: There is a {name}
gap: There is no {name}
fix: {{ effort: S, steps: [Write a {name}.] }}
limits: Only the name is looked at.
cases:
  - {{ name: there, level: implemented, files: {{ {name}.txt: here }} }}
  - {{ name: empty, level: partial, files: {{ {name}.txt: '' }} }}
  - {{ name: planned, level: planned, files: {{ {name}.planned: '' }} }}
  - {{ name: nothing, level: absent, files: {{ other.txt: here }} }}
"""


def pack(folder: Path) -> Path:
    """A folder of six rules in two areas that look for ``one.txt`` to ``six.txt``; one is a blocker."""
    for index, name in enumerate(("one", "two", "three", "four", "five", "six")):
        area = "cicd" if index < 3 else "container"
        severity = "critical" if name == "one" else "low"
        more = "requires: cicd/one\n" if name == "three" else ""
        file = folder / area / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(PACK_RULE.format(name=name, severity=severity, more=more), encoding="utf-8")
    return folder
