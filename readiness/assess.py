"""Tree and rulebook to assessment: the one place that knows all stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

import readiness
from readiness import assessment as document
from readiness.analyses import analysed
from readiness.assessment import SCHEMA_VERSION, Assessment, Points
from readiness.choices import Branding, Planning
from readiness.errors import ReadinessError, nearest
from readiness.facts.repository.claimed import claimed
from readiness.facts.repository.noun import REPOSITORY
from readiness.facts.repository.profile import profile_of
from readiness.facts.store import Store
from readiness.judge import judge
from readiness.levels import Level
from readiness.records import Struct, replace
from readiness.rulebook.interest import interest_of, last_uses
from readiness.rulebook.load import AREAS
from readiness.rulebook.questions import View
from readiness.rulebook.words import in_brief, in_words
from readiness.score import Judged, Scored, load_scoring, score
from readiness.scoring.needs import needs

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from fractions import Fraction

    from readiness.facts.cache import Cache
    from readiness.facts.model import Progress
    from readiness.judge import Climbed, Verdict
    from readiness.rulebook.load import Rulebook
    from readiness.rulebook.model import Rule
    from readiness.rulebook.questions import Answer, Seen
    from readiness.score import RulePoints, Scoring
    from readiness.tree.model import Tree

SHOWN_EVIDENCE = 20
SHOWN_LOOKED = 50
_MANY_ROWS = 5_000
TIERS = ("C", "B", "A")


class Options(Struct, frozen=True):
    """What the user chose. ``as_of`` is ``YYYY-MM-DD``, empty for the commit's date; no ``areas`` are all.

    Without a ``profile`` it is chosen by what the repository is.
    """

    tier: str = "B"
    profile: str = ""
    areas: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    as_of: str = ""
    planning: Planning = Planning()
    branding: Branding = Branding()


class Assessed(Struct, frozen=True):
    """An assessment with the facts that it was made from."""

    assessment: Assessment
    facts: Store


def assess(
    tree: Tree,
    rulebook: Rulebook,
    options: Options | None = None,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Assessed:
    """Assess ``tree`` by ``rulebook``; ``progress`` is told how far it is, ``cache`` may save work.

    Raises ``ReadinessError`` for an area or a disabled rule that does not exist.
    """
    options = options or Options()
    rules = _chosen(rulebook, options)
    facts = Store(
        tree,
        as_of=options.as_of,
        progress=progress,
        cache=cache,
        interest=interest_of(rules),
        profile=options.profile,
    )
    about = facts.collected(REPOSITORY).rows[0]
    because = "as asked" if options.profile else about.text
    options = replace(options, profile=options.profile or profile_of(about.kind))
    environments = claimed(facts)
    view = View(facts)
    asked: list[tuple[Judged, document.Rule]] = []
    for rule, done in zip(rules, last_uses(rules), strict=True):
        verdict = judge(rule, view, environments)
        # An answer may rest on thousands of rows: what is shown of it is taken at once, then they are let go.
        asked.append((_judged(verdict, options), _told(verdict, options)))
        for noun, scope in done:
            if facts.let_go(noun, scope, above=_MANY_ROWS):
                view.let_go(noun.name, scope)
    scored = score([judged for judged, _ in asked], load_scoring())
    points = {row.rule: row for row in scored.rules}
    out = frozenset(row.rule for row in scored.rules if row.status in ("not-applicable", "waived"))
    made = tuple(
        _with_points(replace(told, needs=_needs(judged, points, out)), points[told.id])
        for judged, told in asked
    )
    analyses = analysed(facts, rules)
    made_of = _assessment(rulebook, options, scored, made, facts)
    return Assessed(replace(made_of, analyses=analyses, profile_because=because), facts)


def _needs(
    judged: Judged, known: Container[str], out: Container[str]
) -> tuple[tuple[document.Needed, ...], ...]:
    """What a rule that applies needs of others, as the document tells it."""
    if judged.rule in out:
        return ()
    return tuple(
        tuple(document.Needed(one.rule, _name(one.at_least)) for one in group)
        for group in needs(judged.requires, known, out)
    )


def _chosen(rulebook: Rulebook, options: Options) -> tuple[Rule, ...]:
    ids = [rule.id for rule in rulebook.rules]
    for name in options.disabled:
        if name not in ids:
            raise ReadinessError(f"--disable: there is no rule '{name}'{nearest(name, ids)}")
    for name in options.areas:
        if name not in AREAS:
            raise ReadinessError(f"--area: there is no area '{name}'; one of: {', '.join(AREAS)}")
    return tuple(
        rule
        for rule in rulebook.rules
        if rule.id not in options.disabled and (not options.areas or rule.area in options.areas)
    )


def _uncounted(rule: Rule, options: Options) -> str:
    """Why a rule is shown and not scored, or the empty text."""
    if rule.lifecycle == "shadow":
        return "new: shown, not yet scored"
    if TIERS.index(rule.tier) > TIERS.index(options.tier):
        return f"asked from tier {rule.tier}; this assessment is for tier {options.tier}"
    if rule.profiles and options.profile not in rule.profiles:
        return f"asked of {', '.join(rule.profiles)}; this assessment is for the profile {options.profile}"
    return ""


def _judged(verdict: Verdict, options: Options) -> Judged:
    rule = verdict.rule
    return Judged(
        rule=rule.id,
        area=rule.area,
        severity=rule.severity,
        weight=rule.weight,
        counted=not _uncounted(rule, options),
        asks_presence=rule.asks_presence,
        applicable=verdict.applicable,
        waived=False,
        level=verdict.level,
        ceiling=verdict.ceiling,
        top=rule.top,
        requires=rule.requires,
        grade=verdict.grade,
        empty=verdict.empty,
    )


def _evidence(rows: Sequence[Seen]) -> tuple[document.Evidence, ...]:
    return tuple(document.Evidence(row.path, row.line, row.text, row.grade) for row in rows[:SHOWN_EVIDENCE])


def _name(level: Level) -> document.LevelName:
    return cast("document.LevelName", str(level))


def _ladder(climbed: Climbed) -> tuple[document.Rung, ...]:
    return tuple(
        document.Rung(
            _name(level),
            in_words(answer.question),
            None if answer.empty else answer.truth,
            answer.counts[0] if answer.counts else None,
            answer.counts[1] if answer.counts else None,
        )
        for level, answer in climbed.rungs
    )


def _missing(stopped: Answer | None, level: Level, top: Level) -> str:
    """What the next rung asks for, in words; empty at the top."""
    return "" if stopped is None or level >= top else in_words(stopped.question)


def _told(verdict: Verdict, options: Options) -> document.Rule:
    """What a verdict says; its points are not known yet."""
    rule, stopped = verdict.rule, verdict.stopped_by
    offenders = stopped.offenders if stopped else ()
    looked = stopped.looked if stopped else ()
    climbs = (verdict.deciding, *verdict.elsewhere) if rule.environments else ()
    return document.Rule(
        id=rule.id,
        area=rule.area,
        title=rule.title,
        severity=rule.severity,
        weight=rule.weight,
        tier=rule.tier,
        scored=False,
        why=_uncounted(rule, options),
        status="unknown",
        level=_name(verdict.level),
        ceiling=_name(verdict.ceiling),
        top=_name(rule.top),
        points=document.RulePoints(Points(0), Points(0), Points(0), Points(0)),
        evidence=_evidence(verdict.evidence),
        evidence_total=len(verdict.evidence),
        offenders=_evidence(offenders),
        offenders_total=len(offenders),
        nearest=_evidence(stopped.nearest if stopped else ()),
        looked=looked[:SHOWN_LOOKED],
        looked_total=len(looked),
        missing=_missing(stopped, verdict.level, rule.top),
        unknown_because=stopped.open_because[:SHOWN_EVIDENCE] if stopped else (),
        blocked_by="",
        requires=rule.requires.rules() if rule.requires else (),
        environments=tuple(
            document.InEnvironment(one.environment, _name(one.level), _name(one.ceiling))
            for one in climbs
            if one.environment
        ),
        ladder=_ladder(verdict.deciding),
        reason=verdict.reason,
        strength=rule.strength,
        gap=rule.gap,
        limits=rule.limits,
        absence=rule.absence,
        phase=rule.phase,
        fix=document.Fix(rule.fix.steps, rule.fix.effort, rule.fix.snippet),
        standards=dict(rule.standards),
        own=_own(verdict, options),
        claim=_claimed(verdict),
        rationale=rule.why,
        theme=rule.theme,
        component=rule.component,
        matrix=rule.matrix,
        compliance=rule.compliance,
        wanted="" if stopped is None or verdict.level >= rule.top else in_brief(stopped.question),
    )


def _own(verdict: Verdict, options: Options) -> document.Own:
    """A rule on its own. What had nothing to inspect is open: what it hangs on may bring something."""
    low, high = (Level.ABSENT, verdict.rule.top) if verdict.empty else (verdict.level, verdict.ceiling)
    return document.Own(
        _name(min(low, verdict.rule.top)),
        _name(min(high, verdict.rule.top)),
        counted=not _uncounted(verdict.rule, options),
        asks_presence=verdict.rule.asks_presence,
    )


def _claimed(verdict: Verdict) -> document.Claimed | None:
    if verdict.claim is None:
        return None
    stand = cast('Literal["backed", "unbacked", "contradicted", "open"]', verdict.claim.stand)
    return document.Claimed(stand, _evidence(verdict.claim.evidence))


def _with_points(told: document.Rule, points: RulePoints) -> document.Rule:
    return replace(
        told,
        scored=points.scored,
        why=told.why or points.why,
        status=points.status,
        level=_name(points.level),
        ceiling=_name(points.ceiling),
        points=document.RulePoints(
            Points(points.possible),
            Points(points.earned),
            Points(points.earned_high),
            Points(points.on_paper),
        ),
        blocked_by=points.blocked_by,
        reason=(told.reason or points.why) if points.status in ("not-applicable", "waived") else "",
    )


def _gap(rule: document.Rule) -> str:
    """What is missing, in words; of a blocked rule only that it waits for another, since nothing was seen."""
    waits = {"blocked": f"Waits for {rule.blocked_by}: {rule.title}", "partial": f"In part: {rule.title}"}
    return waits.get(rule.status, rule.gap)


def _areas(scored: Scored, rules: Sequence[document.Rule]) -> tuple[document.Area, ...]:
    titles = {area.id: area.title for area in load_scoring().areas}
    areas = []
    for area in scored.areas:
        own = [rule for rule in rules if rule.area == area.area]
        interval = None
        if area.low is not None and area.high is not None and area.on_paper_score is not None:
            interval = document.Interval(Points(area.low), Points(area.high), Points(area.on_paper_score))
        areas.append(
            document.Area(
                id=area.area,
                title=titles[area.area],
                weight=area.weight,
                score=interval,
                possible=Points(area.possible),
                earned=Points(area.earned),
                band=area.band or None,
                priority=area.priority,
                why_not_assessed=area.why_not,
                strengths=tuple(
                    document.Sentence(rule.id, rule.strength) for rule in own if rule.status == "met"
                ),
                gaps=tuple(
                    document.Sentence(rule.id, _gap(rule))
                    for rule in own
                    if rule.scored and rule.status in ("gap", "blocked", "partial")
                ),
            )
        )
    return tuple(areas)


def _assessment(
    rulebook: Rulebook,
    options: Options,
    scored: Scored,
    rules: tuple[document.Rule, ...],
    facts: Store,
) -> Assessment:
    subject = facts.tree.subject
    about = facts.collected(REPOSITORY).rows[0]
    interval = None
    if scored.low is not None and scored.high is not None and scored.on_paper is not None:
        interval = document.Interval(Points(scored.low), Points(scored.high), Points(scored.on_paper))
    return Assessment(
        schema_version=SCHEMA_VERSION,
        tool=document.Tool("readiness", readiness.__version__),
        subject=document.Subject(
            name=subject.name,
            commit=subject.commit,
            ref=subject.ref,
            dirty=subject.dirty,
            remote=subject.remote,
            as_of=options.as_of or subject.committed,
            shallow=subject.shallow,
            files=len(facts.tree.entries),
            kinds=tuple(sorted(about.kind)),
            languages=tuple(sorted(about.languages)),
            environments=claimed(facts),
        ),
        profile=options.profile,
        tier=options.tier,
        packs=tuple(
            document.Pack(
                pack.name, pack.digest, len(pack.rules), pack.manifest.version, pack.manifest.changes
            )
            for pack in rulebook.packs
        ),
        selection=document.Selection(
            tuple(sorted(options.areas)),
            tuple(sorted(options.excluded)),
            tuple(sorted({*options.disabled, *rulebook.disabled})),
        ),
        score=interval,
        raw_low=None if scored.raw_low is None else Points(scored.raw_low),
        band=scored.band or None,
        verdict=scored.verdict,
        reasons=scored.reasons,
        blockers=scored.blockers_open,
        confidence=document.Confidence(
            Points(scored.confidence.structure),
            Points(scored.confidence.pattern),
            Points(scored.confidence.attested),
            Points(scored.confidence.unknown),
        ),
        ledger=tuple(
            document.LedgerRow(Points(row.points), row.text, **{row.kind: row.name}) for row in scored.ledger
        ),
        areas=_areas(scored, rules),
        rules=rules,
        problems=tuple(document.Problem(one.path, one.line, one.message) for one in facts.problems()),
        scoring=scoring_of(load_scoring()),
        planning=options.planning,
        branding=options.branding,
    )


def scoring_of(settings: Scoring) -> document.Scoring:
    """The settings of the score, as the document tells them."""
    return document.Scoring(
        in_force=_credits(settings.in_force),
        on_paper=_credits(settings.on_paper),
        bands=tuple(
            document.Band(band.title, band.mark, Points(band.start), band.priority) for band in settings.bands
        ),
        cap=Points(settings.cap),
        raised_from_weight=settings.raised_from_weight,
        raised_below=Points(settings.raised_below),
        assessed_rules=settings.assessed_rules,
        assessed_weight=settings.assessed_weight,
    )


def _credits(shares: Sequence[Fraction]) -> document.Credits:
    return document.Credits(*(Points(int(share * 1000)) for share in shares))
