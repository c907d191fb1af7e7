"""What a report looks at in detail: workflows, images, health checks, scripts, backups, settings, variables.

Reads facts that rules have asked for already, and judges nothing: what a row is worth, the rules say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from readiness.assessment import Analysis, Inspected
from readiness.facts.catalogue import NOUNS
from readiness.records import replace
from readiness.rulebook.model import nouns_of
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from readiness.facts.ci.model import Trigger
    from readiness.facts.ci.rows import PipelineRow, StepRow
    from readiness.facts.code.rows import HttpRoute
    from readiness.facts.containers.images import ContainerImage
    from readiness.facts.deployment.kubernetes_rows import Workload
    from readiness.facts.scripts.copies import SettingsFile
    from readiness.facts.scripts.nouns import ScriptAct
    from readiness.facts.secrets.envfiles import EnvFile
    from readiness.facts.store import Store
    from readiness.rulebook.model import Rule

SHOWN = 20
"""How many rows an analysis lists."""
_NAMED = 4
_DEPTHS = {
    "constant": "answers the same whatever the state",
    "shallow": "looks at the process alone",
    "deep": "asks what it depends on",
}
_CHECKS = frozenset(("test", "e2e-test", "lint", "type-check", "scan-code", "scan-deps", "scan-secrets"))
_PREPARES = frozenset(("checkout", "setup", "cache", "install", "login"))
_TRIGGERS = {
    "branch": "on pushes to branches",
    "call": "when another workflow calls it",
    "change": "on every change",
    "main": "on the main branch",
    "manual": "on demand",
    "other": "on other events",
    "schedule": "on a schedule",
    "tag": "on tags",
}


def analysed(facts: Store, rules: Sequence[Rule]) -> tuple[Analysis, ...]:
    """The analyses that there are rows for; of nouns that no rule asks about there is none."""
    asked = {noun.name for rule in rules for rung in rule.rungs for noun in nouns_of(rung.question)}

    def rows(noun: str, *more: Role) -> tuple[Any, ...]:
        if noun not in asked:
            return ()
        roles = (Role.PRODUCT, *more)
        return tuple(row for row in facts.collected(NOUNS[noun]).rows if row.role in roles)

    templates_too = _of_its_own(rows("env.file", Role.SAMPLE))
    kinds: tuple[tuple[str, str, Iterable[Inspected]], ...] = (
        ("cicd", "Workflow analysis", _workflows(rows("ci.pipeline"), rows("ci.step"))),
        ("container", "Image analysis", map(_image, rows("container.image"))),
        ("container", "Workload analysis", map(_workload, rows("k8s.workload"))),
        ("monitoring", "Health check analysis", map(_route, _health(rows("code.route")))),
        ("operations", "Deployment script analysis", _scripts(rows("script.act"), _DEPLOYS)),
        ("operations", "Backup strategy", _scripts(_backing_up(rows("script.act")), _BACKS_UP)),
        ("security", "Configuration by environment", map(_settings, rows("settings.file"))),
        ("security", "Environment variable analysis", map(_variables, templates_too)),
    )
    found = ((area, title, tuple(items)) for area, title, items in kinds)
    return tuple(Analysis(area, title, items[:SHOWN], len(items)) for area, title, items in found if items)


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _listed(names: Iterable[str]) -> str:
    """The first of ``names``, which are words of ours, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - _NAMED} more" if len(every) > _NAMED else ""
    return ", ".join(every[:_NAMED]) + more


def _workflows(pipelines: Sequence[PipelineRow], steps: Sequence[StepRow]) -> Iterable[Inspected]:
    masked: dict[str, int] = {}
    for step in steps:
        if step.enabled and step.masked and step.purposes & _CHECKS:
            masked[step.path] = masked.get(step.path, 0) + 1
    for row in pipelines:
        yield _workflow(row, masked.get(row.path, 0))


def _workflow(row: PipelineRow, masked: int) -> Inspected:
    words = [_counted(row.jobs, "job"), _started(row.trigger)]
    does = sorted(row.purposes - _PREPARES) if row.purposes is not None else []
    words += [f"for {_listed(does)}"] if does else []
    tone = "good"
    if row.purposes is None:
        words.append("what it runs is not known from these files")
        tone = "unknown"
    if not does and row.live and row.purposes is not None:
        words.append("no step is known to test, build or deliver")
        tone = "fair" if "change" in (row.trigger or ()) else "none"
    if masked:
        words.append(f"failure is swallowed in {_counted(masked, 'check')}")
        tone = "fair"
    if not row.live:
        words.append("does no work: no enabled job runs a real command")
        tone = "poor"
    if row.dangerous:
        words.append("runs a stranger's text with the repository's rights")
        tone = "poor"
    return Inspected(row.path, row.line, row.name, tuple(words), tone)


def _started(triggers: frozenset[Trigger] | None) -> str:
    if triggers is None:
        return "what starts it is known to its server alone"
    on = _listed(_TRIGGERS.get(name, name) for name in sorted(triggers - _implied(triggers)))
    return f"runs {on}" if on else "nothing starts it"


def _implied(triggers: frozenset[Trigger]) -> frozenset[str]:
    """Triggers that go without saying beside others: every change is one on any branch too."""
    return frozenset(("branch", "main")) if "change" in triggers else frozenset()


def _image(row: ContainerImage) -> Inspected:
    words = [f"for {row.purpose}", _counted(row.stages, "stage")]
    root = {True: "starts as root", False: "starts as an ordinary user", None: "user not known"}
    words.append(root[row.runs_as_root])
    words.append("has a health check" if row.healthcheck else "has no health check")
    words += [f"base held by {row.base_pinned}"] if row.base_pinned in ("digest", "version") else []
    words += ["base not held to a version"] if row.base_pinned in ("floating", "none") else []
    words += (
        [f"copies {_counted(len(row.copies_missing), 'file')} not in the repository"]
        if row.copies_missing
        else []
    )
    poor = bool(row.copies_missing or row.secrets)
    words += ["carries a secret"] if row.secrets else []
    good = row.runs_as_root is False and row.base_pinned not in ("floating", "none")
    tone = "poor" if poor else "good" if good else "fair"
    if row.purpose != "deploy":
        tone = "none"
    return Inspected(row.path, row.line, row.base or "", tuple(words), tone)


def _workload(row: Workload) -> Inspected:
    words = [str(row.kind)]
    words += ["number of replicas not known"] if row.replicas is None else [_counted(row.replicas, "replica")]
    words += [f"for {row.environment}"] if row.environment else []
    words += [row.strategy] if row.strategy in ("RollingUpdate", "canary", "blueGreen") else []
    words += ["switched off"] if row.suspended else []
    words += ["autoscaled"] if row.has_hpa else []
    return Inspected(row.path, row.line, row.name, tuple(words), "fair" if row.suspended else "none")


def _health(routes: Iterable[HttpRoute]) -> tuple[HttpRoute, ...]:
    return tuple(row for row in routes if row.health)


def _route(row: HttpRoute) -> Inspected:
    words = [_DEPTHS[row.depth] if row.depth else "what it looks at is not known"]
    if row.fails is False:
        words.append("cannot report failure")
    elif row.fails:
        words.append("answers 5xx on some failures" if row.catches else "answers 5xx on failure")
    if row.catches:
        words.append(f"{'other errors are' if row.fails else 'an error inside is'} answered as success")
    good = row.depth == "deep" and row.fails is not False and not row.catches
    poor = row.depth == "constant" or row.catches
    tone = "good" if good else "poor" if poor else "fair"
    return Inspected(row.path, row.line, f"{row.method or 'any'} {row.route}", tuple(words), tone)


_DEPLOYS = frozenset(("deploy", "rollback", "migrate"))
_BACKS_UP = frozenset(("backup", "restore"))


def _backing_up(acts: Iterable[ScriptAct]) -> Iterable[ScriptAct]:
    """What the acts have to do with copies of data; what else they do stands with the deployments."""
    return (replace(act, purposes=act.purposes & _BACKS_UP) for act in acts if act.purposes & _BACKS_UP)


def _scripts(acts: Iterable[ScriptAct], wanted: frozenset[str]) -> Iterable[Inspected]:
    """The scripts that do something of what is wanted: each purpose, and whether it is done or only said."""
    by_path: dict[str, list[ScriptAct]] = {}
    for act in acts:
        by_path.setdefault(act.path, []).append(act)
    for path, own in sorted(by_path.items()):
        if any(act.purposes & wanted for act in own):
            yield _script(path, own)


def _script(path: str, acts: Sequence[ScriptAct]) -> Inspected:
    real = {purpose for act in acts if not act.placeholder and act.called for purpose in act.purposes}
    said = {purpose for act in acts for purpose in act.purposes} - real
    missing = {act.missing for act in acts if act.missing}
    words = [f"does {', '.join(sorted(real))}"] if real else []
    words += [f"only announces {', '.join(sorted(said))}"] if said else []
    words += [f"names {_counted(len(missing), 'path')} not in the repository"] if missing else []
    environments = sorted({act.environment for act in acts if act.environment})
    words += [f"for {', '.join(environments)}"] if environments else []
    tone = "poor" if missing or not real else "fair" if said else "good"
    return Inspected(path, min(act.line for act in acts), "", tuple(words), tone)


def _settings(row: SettingsFile) -> Inspected:
    words = [f"for {row.environment}" if row.environment else "for all", _counted(row.values, "value")]
    words += ["the same as another environment's"] if row.same_as else []
    return Inspected(row.path, row.line, row.same_as, tuple(words), "fair" if row.same_as else "good")


def _of_its_own(rows: Iterable[EnvFile]) -> tuple[EnvFile, ...]:
    """Environment files of the product, and templates, which are samples by their names."""
    return tuple(row for row in rows if row.role is Role.PRODUCT or row.template)


def _variables(row: EnvFile) -> Inspected:
    words = [*(["a template"] if row.template else []), _counted(row.values, "variable")]
    tracked = {True: "tracked in git", False: "not in git", None: "no git to say whether it is tracked"}
    words += [] if row.template else [tracked[row.tracked]]
    real, stand_in = len(row.secret_keys), len(row.placeholder_secrets)
    words += [f"{_counted(real, 'secret')} with a real value"] if real else []
    words += [f"{_counted(stand_in, 'secret')} with a placeholder for a value"] if stand_in else []
    exposed = real and (row.template or row.tracked is not False)
    return Inspected(
        row.path, row.line, "", tuple(words), "poor" if exposed else "good" if row.template else "fair"
    )
