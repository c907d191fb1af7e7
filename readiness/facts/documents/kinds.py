"""What a document or a section is about: by its name, its folder and its title, and only these.

Words mislead: the rollback of a transaction, browser support and release notes are not what
they sound like. A kind has phrases that say it and words that take it back.
"""

from __future__ import annotations

from functools import cache, lru_cache
from posixpath import basename
from typing import Literal

from readiness.facts.words import name_words, word_set

Kind = Literal[
    "readme",
    "runbook",
    "incident",
    "on-call",
    "postmortem",
    "disaster-recovery",
    "backup",
    "rollback",
    "deployment",
    "architecture",
    "decision",
    "slo",
    "changelog",
    "security-policy",
    "contributing",
    "code-of-conduct",
    "license",
    "roadmap",
    "api",
    "design",
    "support",
    "release",
]

# A kind, the phrases that say it, and the words beside which they mean something else.
_PHRASES: tuple[tuple[Kind, str, str], ...] = (
    (
        "runbook",
        (
            "runbook, runbooks, run book, operations guide, operations manual, operations handbook, "
            "operator guide, ops guide, ops manual, ops handbook"
        ),
        "",
    ),
    ("incident", "incident, incidents", "angle wave"),
    (
        "on-call",
        "on call, oncall, escalation path, escalation policy, escalation contacts",
        "function method",
    ),
    (
        "postmortem",
        (
            "postmortem, postmortems, post mortem, post mortems, post incident review, incident review, "
            "incident retrospective"
        ),
        "debugger debugging",
    ),
    (
        "disaster-recovery",
        "disaster recovery, dr plan, dr runbook, dr procedure, dr drill, business continuity, recovery plan",
        "",
    ),
    ("backup", "backup, backups, back up, restore from backup, restoring from backup", "camera role"),
    (
        "rollback",
        "rollback, rollbacks, roll back, rolling back",
        (
            "atomic begin commit error errors exception function method orm savepoint savepoints segment "
            "segments session sql transaction transactional transactions"
        ),
    ),
    (
        "deployment",
        (
            "deploy, deployment, deployments, deploying, deployed, running in production, run in production, "
            "production setup, self hosting, self hosted, "
            "installing with docker, install with docker, installation with docker, docker installation, "
            "installing on kubernetes, install on kubernetes, kubernetes installation, helm installation"
        ),
        "notes",
    ),
    ("architecture", "architecture, architectural overview, system overview", "cpu instruction"),
    (
        "decision",
        (
            "adr, adrs, decision record, decision records, architecture decision, architecture decisions, "
            "architectural decision, architectural decisions, decision log"
        ),
        "",
    ),
    (
        "slo",
        "slo, slos, sla, slas, service level, service levels, error budget, error budgets",
        "",
    ),
    (
        "changelog",
        "changelog, change log, release notes, release history, version history, what s new",
        "maintain write writing",
    ),
    (
        "security-policy",
        (
            "security policy, reporting a vulnerability, reporting vulnerabilities, "
            "reporting security issues, report a vulnerability, "
            "vulnerability disclosure, responsible disclosure, coordinated disclosure"
        ),
        "content network pod",
    ),
    (
        "contributing",
        "contributing, contribution guide, contribution guidelines, how to contribute",
        "factors",
    ),
    ("code-of-conduct", "code of conduct", ""),
    ("roadmap", "roadmap, road map, next steps, future plans, future work", ""),
    (
        "api",
        (
            "api reference, api documentation, api docs, api specification, api spec, api endpoints, "
            "rest api, http api, api guide, api overview"
        ),
        "key keys",
    ),
    ("design", "design, design doc, design document", "graphic pattern patterns ui ux visual"),
    (
        "release",
        (
            "releasing, release process, release procedure, release checklist, release guide, "
            "release workflow, making a release, cutting a release, how to release"
        ),
        "notes",
    ),
)
_WHOLE: dict[str, Kind] = {
    "api": "api",
    "apis": "api",
    "license": "license",
    "licence": "license",
    "licensing": "license",
    "copying": "license",
    "unlicense": "license",
    "support": "support",
    "getting help": "support",
    "getting support": "support",
    "support policy": "support",
    "release": "release",
    "releases": "changelog",
    "changes": "changelog",
    "history": "changelog",
    "news": "changelog",
    "readme": "readme",
}
# Whole names that are common words in a heading.
_NAMES_ONLY = frozenset(("changes", "history", "news", "readme", "release", "releases"))
_FOLDERS: dict[str, Kind] = {
    "adr": "decision",
    "adrs": "decision",
    "decisions": "decision",
    "decision-records": "decision",
    "runbook": "runbook",
    "runbooks": "runbook",
    "incident": "incident",
    "incidents": "incident",
    "incident-response": "incident",
    "postmortem": "postmortem",
    "postmortems": "postmortem",
    "post-mortems": "postmortem",
    "oncall": "on-call",
    "on-call": "on-call",
    "disaster-recovery": "disaster-recovery",
    "slo": "slo",
    "slos": "slo",
}
# Elsewhere these are folders of code, of playbooks for Ansible, of pictures.
_FOLDERS_OF_DOCUMENTS: dict[str, Kind] = {
    "api": "api",
    "architecture": "architecture",
    "deploy": "deployment",
    "deployment": "deployment",
    "design": "design",
    "designs": "design",
    "playbooks": "runbook",
}
_DOCUMENT_ROOTS = frozenset(("doc", "docs", "documentation", "handbook", "wiki"))
_POLICY_PLACES = frozenset(("", ".github", ".gitlab", "docs"))


@lru_cache(maxsize=4096)
def kinds_of_title(title: str) -> frozenset[Kind]:
    """What a title or a heading announces; code in it, in backticks or as a call, announces nothing."""
    return _kinds(_phrase(title)) | _whole(title, heading=True)


def kinds_of_path(path: str) -> frozenset[Kind]:
    """What a document's name and folders say it is."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0] if not name.startswith(".") else name
    parts = [part.lower() for part in folder.split("/")] if folder else []
    found = set(_kinds(f" {' '.join(name_words(stem))} ") | _whole(stem, heading=False))
    found.update(_FOLDERS[part.replace("_", "-")] for part in parts if part.replace("_", "-") in _FOLDERS)
    for at, part in enumerate(parts):
        if part in _FOLDERS_OF_DOCUMENTS and _DOCUMENT_ROOTS.intersection(parts[:at]):
            found.add(_FOLDERS_OF_DOCUMENTS[part])
    if (
        stem.lower() in ("security", "security-policy", "security_policy")
        and folder.lower() in _POLICY_PLACES
    ):
        found.add("security-policy")
    if name_words(stem)[:1] == ("readme",):
        found.add("readme")
    if name_words(stem)[:1] in (("license",), ("licence",)):
        found.add("license")
    return frozenset(found)


def is_report_name(path: str) -> bool:
    """Whether a file's name is that of a report: ``FINAL_REPORT.md``, ``validation-summary.md``."""
    words = set(name_words(basename(path)))
    return not words.isdisjoint(_REPORT_WORDS)


_REPORT_WORDS = word_set(
    "assessment audit certification evaluation report results signoff status summary uat validation "
    "verification"
)


def _phrase(title: str) -> str:
    words: list[str] = []
    for word in title[:400].split():
        if not (word.startswith("`") or "(" in word.strip("(")):
            words.extend(name_words(word))
    return f" {' '.join(words)} "


@cache
def _by_first_word() -> dict[str, tuple[tuple[Kind, str, frozenset[str]], ...]]:
    """The phrases by their first words: the kind, the phrase between blanks, what takes it back."""
    found: dict[str, list[tuple[Kind, str, frozenset[str]]]] = {}
    for kind, phrases, against in _PHRASES:
        for phrase in phrases.split(", "):
            found.setdefault(phrase.split()[0], []).append((kind, f" {phrase} ", word_set(against)))
    return {word: tuple(rows) for word, rows in found.items()}


def _kinds(phrase: str) -> frozenset[Kind]:
    words = phrase.split()
    table = _by_first_word()
    return frozenset(
        kind
        for word in words
        if word in table
        for kind, each, against in table[word]
        if each in phrase and against.isdisjoint(words)
    )


def _whole(name: str, *, heading: bool) -> frozenset[Kind]:
    phrase = " ".join(name_words(name[:400]))
    kind = _WHOLE.get(phrase)
    return frozenset() if kind is None or (heading and phrase in _NAMES_ONLY) else frozenset((kind,))
