"""Runs a rule's cases, and shows that every condition of the rule matters to one of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from readiness.facts.repository.claimed import claimed
from readiness.facts.store import Store
from readiness.judge import judge
from readiness.records import Struct, replace
from readiness.rulebook.model import AllOf, AnyOf, Every, No, Some
from readiness.rulebook.questions import View
from readiness.tree.history import Commit, Gone, Recorded, Tag
from readiness.tree.listing import blob_id
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.judge import Verdict
    from readiness.levels import Level
    from readiness.rulebook.model import Case, Past, Question, Rule


AS_OF = "2026-01-01"
"""The date that the ages in every case count to."""

_BETWEEN_TAGS = 10


class Removal(Struct, frozen=True):
    """A rule with one condition, option, part or rung taken away, and what that was."""

    what: str
    rule: Rule


def store_of(case: Case) -> Store:
    """The facts of a case's small tree, as of ``AS_OF``. They can serve every variant of its rule."""
    past = None if case.past is None else _recorded(case.past)
    subject = Subject(name="subject", remote=case.remote)
    tree = MemoryTree(case.files, untracked=case.untracked, subject=subject, history=past)
    return Store(tree, as_of=AS_OF)


def _recorded(past: Past) -> Recorded:
    """The history of a case. A file that went did so with the newest commit."""
    last = len(past.commits)
    commits = tuple(
        Commit(
            f"{number:040x}",
            int(number < last),
            _before(days),
            f"{name}@example.org",
            name,
            "change something" + (f" (#{number})" if str(days) in past.requests else ""),
            f"{number + 1:040x}" if number < last else "",
        )
        for number, (name, days) in enumerate(sorted(past.commits, key=lambda each: each[1]), 1)
    )
    blobs = {path: text.encode() for path, text in sorted(past.removed.items())}
    return Recorded(
        commits=commits,
        tags=tuple(
            Tag(name, annotated=True, seconds=_before(_BETWEEN_TAGS * number))
            for number, name in enumerate(past.tags, 1)
        ),
        removed=tuple(Gone(path, blob_id(data), f"{1:040x}", _before(1)) for path, data in blobs.items()),
        held={blob_id(data): data for data in blobs.values()},
    )


def _before(days: int) -> int:
    """The moment ``days`` before the as-of date, in seconds since 1970."""
    return int(datetime.fromisoformat(f"{AS_OF}T00:00:00+00:00").timestamp()) - days * 86_400


def failures(rule: Rule, case: Case, store: Store | None = None) -> tuple[str, ...]:
    """How the verdict on ``case`` differs from what it must be; nothing if it does not."""
    facts = store or store_of(case)
    verdict = judge(rule, View(facts), claimed(facts))
    applies = verdict.applicable and not verdict.empty
    if applies is not case.applies:
        said = f"does not apply ({verdict.reason})" if case.applies else f"applies, at {verdict.level}"
        return (f"the rule {said}",)
    if not case.applies:
        return ()
    found = []
    if verdict.level is not case.level:
        found.append(f"level is {verdict.level}, not {case.level}")
    if verdict.ceiling is not case.ceiling:
        found.append(f"ceiling is {verdict.ceiling}, not {case.ceiling}")
    stand = verdict.claim.stand if verdict.claim is not None else "none"
    if case.claim not in (None, stand):
        found.append(f"the claim is {stand}, not {case.claim}")
    seen = _seen(verdict)
    found += [
        f"does not see {place}; it sees {', '.join(seen) or 'nothing'}"
        for place in case.sees
        if place not in seen
    ]
    return tuple(found)


def _seen(verdict: Verdict) -> tuple[str, ...]:
    stopped = verdict.stopped_by
    rows = verdict.evidence + (stopped.offenders if stopped else ())
    return tuple(dict.fromkeys(f"{row.path}:{row.line}" for row in rows))


def unproved(rule: Rule) -> tuple[str, ...]:
    """What can be taken out of ``rule`` without any of its cases noticing.

    A case that fails as it is proves nothing.
    """
    made = [(case, store_of(case)) for case in rule.cases]
    stores = [(case, store) for case, store in made if not failures(rule, case, store)]
    return tuple(
        removal.what
        for removal in removals(rule)
        if not any(failures(removal.rule, case, store) for case, store in stores)
    )


def removals(rule: Rule) -> Iterator[Removal]:
    """``rule`` with each condition, option, part and rung taken out in turn."""
    if rule.applies is not None:
        yield Removal("applies", replace(rule, applies=None))
        for what, question in _without(rule.applies):
            yield Removal(f"applies: {what}", replace(rule, applies=question))
    if rule.planned is not None:
        yield Removal("planned", replace(rule, planned=None))
        for what, question in _without(rule.planned):
            yield Removal(f"planned: {what}", replace(rule, planned=question))
    if rule.claimed is not None:
        yield Removal("claimed", replace(rule, claimed=None))
        for what, question in _without(rule.claimed):
            yield Removal(f"claimed: {what}", replace(rule, claimed=question))
    if rule.environments:
        yield Removal("environments", replace(rule, environments=()))
    for index, rung in enumerate(rule.rungs):
        if len(rule.rungs) > 1:
            rest = rule.rungs[:index] + rule.rungs[index + 1 :]
            yield Removal(f"the rung {rung.level}", replace(rule, rungs=rest))
        inherited = _pieces(rule.rungs[index - 1].question) if index else frozenset()
        for what, question in _without(rung.question):
            if what in inherited:
                continue  # narrows the rung below, and is proved there
            changed = replace(rung, question=question)
            rungs = (*rule.rungs[:index], changed, *rule.rungs[index + 1 :])
            yield Removal(f"{rung.level}: {what}", replace(rule, rungs=rungs))


def _pieces(question: Question) -> frozenset[str]:
    return frozenset(what for what, _ in _without(question))


def _without(question: Question) -> Iterator[tuple[str, Question]]:
    """The question with each of its pieces taken out, and a name for the piece."""
    if isinstance(question, AllOf | AnyOf):
        yield from _without_part(question)
        return
    name = question.noun.name
    for condition in question.where:
        rest: Any = tuple(item for item in question.where if item is not condition)
        yield f"{name} where {condition.field} {condition.words}", replace(question, where=rest)
    match question:
        case Some(at_least=at_least, distinct=distinct):
            if at_least > 1:
                yield f"{name} at_least {at_least}", replace(question, at_least=1)
            if distinct:
                yield f"{name} distinct {distinct}", replace(question, distinct="")
        case No(at_most=at_most):
            if at_most:
                yield f"{name} at_most {at_most}", replace(question, at_most=0)
        case Every(holds=holds, share=share):
            if share < 1000:
                yield f"{name} share {share}", replace(question, share=1000)
            for condition in holds:
                kept = tuple(item for item in holds if item is not condition)
                yield f"{name} holds {condition.field} {condition.words}", replace(question, holds=kept)


def _without_part(question: AllOf | AnyOf) -> Iterator[tuple[str, Question]]:
    for index, part in enumerate(question.parts):
        rest = question.parts[:index] + question.parts[index + 1 :]
        if rest:
            yield f"part {index + 1}", replace(question, parts=rest)
        for what, inner in _without(part):
            parts = (*question.parts[:index], inner, *question.parts[index + 1 :])
            yield f"part {index + 1}: {what}", replace(question, parts=parts)


def reaches(rule: Rule) -> frozenset[Level]:
    """The levels that the rule's cases reach."""
    return frozenset(case.level for case in rule.cases if case.level is not None)
