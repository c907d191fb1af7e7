"""What documents say that the product has: the claims to hold against what its files show.

A claim is a plain statement. What is denied, asked, wished for, planned, advised or shown as code is
none, nor is a heading alone: most documents that name a practice only talk about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from readiness.facts.documents.kinds import kinds_of_path
from readiness.facts.documents.prose import decoded
from readiness.facts.model import Collected, Glob, Noun, Parser, PatternTable, Row
from readiness.facts.secrets.values import redacted
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts, Found

About = Literal[
    "kubernetes",
    "image",
    "deployment-strategy",
    "rollback",
    "availability",
    "autoscaling",
    "backups",
    "infrastructure-as-code",
    "tests",
    "coverage",
    "monitoring",
    "tracing",
    "structured-logging",
    "alerting",
    "health-check",
    "rate-limit",
    "authentication",
    "encryption",
]

_FEW = r"(?:[\w-]+ ){0,3}"  # up to three words between
_PATTERNS: tuple[tuple[About, str], ...] = (
    (
        "kubernetes",
        (
            rf"(?i)\b(?:deployed|deploys|runs?|hosted|orchestrated) {_FEW}(?:on|to|in|with|by|via) {_FEW}"
            r"(?:kubernetes|k8s|eks|gke|aks|openshift)\b"
        ),
    ),
    (
        "image",
        (
            r"(?i)\b(?:docker ?file|docker image|container image|compose file)s? (?:is|are) (?:\w+ ){0,2}"
            r"(?:provided|included|available|published)\b|"
            r"\b(?:is|are|fully|completely) (?:dockeri[sz]ed|containeri[sz]ed)\b"
        ),
    ),
    (
        "deployment-strategy",
        (
            r"(?i)\b(?:blue[-/ ]green|canary|zero[- ]downtime|rolling) "
            r"(?:deploy(?:ment)?s?|releases?|rollouts?|updates?)\b"
        ),
    ),
    ("rollback", r"(?i)\b(?:automat\w+|instant|one[- ]click|immediate) roll-?backs?\b"),
    (
        "availability",
        (
            r"(?i)\b99(?:\.\d+)? ?% (?:\w+ )?(?:uptime|availability|sla|slo)\b|"
            r"\b(?:uptime|availability)(?: \w+){0,3}:? (?:of |is |>=? ?)?\**99(?:\.\d+)? ?%"
        ),
    ),
    ("autoscaling", r"(?i)\b(?:auto-?scal(?:es|ing|ed)|scales? (?:automatically|horizontally))\b"),
    (
        "backups",
        (
            r"(?i)\b(?:automat\w+|daily|nightly|hourly|weekly|regular|scheduled) (?:[\w-]+ ){0,2}backups?\b|"
            r"\bbacked up (?:automatically|daily|nightly|hourly|weekly|regularly)\b"
        ),
    ),
    (
        "infrastructure-as-code",
        (
            rf"(?i)\b(?:provisioned|managed|deployed|created) {_FEW}(?:with|by|via|using|through) {_FEW}"
            r"(?:terraform|opentofu|pulumi|cloudformation|ansible|bicep)\b"
        ),
    ),
    (
        "tests",
        (
            r"(?i)\b(?:fully|well|thoroughly|extensively) tested\b|"
            r"\bautomat\w+ (?:[\w/-]+ ){0,2}(?:test(?:s|ing)?|ci/cd|ci) (?:run|pipeline|suite|on|in)\b|"
            r"\btests? (?:run|are run|are executed) (?:automatically )?(?:on|for|in) (?:every|each|ci)\b"
        ),
    ),
    (
        "coverage",
        (
            r"(?i)\b\d{2,3}(?:\.\d+)? ?%\+? (?:\w+ )?(?:test |code )?coverage\b|"
            r"\bcoverage:? (?:of |is |at |>=? ?|above |over )?\**\d{2,3}(?:\.\d+)? ?%"
        ),
    ),
    (
        "monitoring",
        (
            rf"(?i)\b(?:monitored|monitoring|metrics) {_FEW}(?:by|with|via|using|through|in|to) {_FEW}"
            r"(?:prometheus|grafana|datadog|new ?relic|cloudwatch|dynatrace)\b"
        ),
    ),
    (
        "tracing",
        (
            r"(?i)\bdistributed tracing\b|"
            r"\btrac(?:ed|ing) (?:with|via|using) (?:\w+ )?(?:opentelemetry|jaeger|zipkin)\b"
        ),
    ),
    ("structured-logging", r"(?i)\b(?:structured|json) log(?:ging|s)\b"),
    ("alerting", r"(?i)\b(?:automat\w+|real-?time|proactive) alert(?:s|ing)\b|\balerts? (?:are )?sent to\b"),
    (
        "health-check",
        r"(?i)\bhealth[- ]?check (?:endpoints?|routes?|probes?)\b|\b(?:liveness|readiness) probes?\b",
    ),
    ("rate-limit", r"(?i)\brate[- ]limit(?:ing|ed)\b"),
    (
        "authentication",
        (
            r"(?i)\b(?:jwt|oauth ?2?|oidc|token|session)(?:[- ]based)? (?:authentication|auth|login)\b|"
            r"\brole[- ]based access(?: control)?\b"
        ),
    ),
    ("encryption", r"(?i)\bencrypt(?:ed|ion|s)(?: \w+){0,3} at rest\b"),
)
CLAIMS = PatternTable("claims", "document", _PATTERNS)

# A line with one of these words states nothing.
_WORDS = """
    not no never without cannot can't don't doesn't isn't aren't lacks lack missing
    plan planned planning plans todo tbd roadmap future upcoming soon wip eventually try
    will would should could may might if when unless optional optionally
    consider recommend recommended want wish goal goals target targets aim aims easy easily help helps
    how why what learn example examples e.g must need needs required require requirement requirements minimum
    add implement create set configure enable install use make ensure sure respect
"""
_UNSAID = frozenset(_WORDS.split())
_SILENT = frozenset(
    (
        "changelog",
        "roadmap",
        "decision",
        "contributing",
        "license",
        "code-of-conduct",
        "api",
        "design",
        "release",
    )
)
_MOST = 400


class Claim(Row, frozen=True, kw_only=True):
    """A statement of a document that the product has something."""

    about: Annotated[About, "what it is about"] = "kubernetes"
    said: Annotated[str, "the words that claim it"] = ""


def lines_of(data: bytes) -> tuple[str, ...]:
    """The lines of a document that may state something; blank where it is code, a comment or a heading.

    Raises ``Unparsable`` for binary content.
    """
    found, mark, comment = [], "", False
    for line in decoded(data).split("\n"):
        text = line.strip().lstrip("> ")
        fence = text[:3] if text[:3] in ("```", "~~~") else ""
        states = not (mark or fence or comment or text.startswith(("#", "<!--", "==", "--")))
        found.append(text[: _MOST * 4] if states else "")
        if fence and (not mark or (mark == fence and not text.strip(fence[0]))):
            mark = "" if mark else fence
        comment = "<!--" in text[text.rfind("-->") + 1 :] or (comment and "-->" not in text)
    return tuple(found)


_LINES: Parser[tuple[str, ...]] = Parser("document-statements", 1, lines_of, bulky=True)


def collect_claims(facts: Facts, scope: tuple[str, ...]) -> Collected[Claim]:  # noqa: ARG001
    """One row for each statement, the first of a kind in a line."""
    by_path: dict[str, list[Found]] = {}
    for hit in facts.hits(CLAIMS):
        if hit.entry.role is Role.PRODUCT and not kinds_of_path(hit.entry.path) & _SILENT:
            by_path.setdefault(hit.entry.path, []).append(hit)
    rows = tuple(row for path in sorted(by_path) for row in _stated(facts, path, by_path[path]))
    return Collected(rows, looked=tuple(sorted(by_path)))


def _stated(facts: Facts, path: str, hits: list[Found]) -> Iterator[Claim]:
    lines = facts.parsed(_LINES, path).value or ()
    seen = set()
    for hit in hits:
        line = lines[hit.line - 1] if hit.line <= len(lines) else ""
        if (hit.line, hit.name) in seen or not _states(line):
            continue
        seen.add((hit.line, hit.name))
        yield Claim(
            path=Glob(path),
            line=hit.line,
            role=hit.entry.role,
            text=redacted(line),
            about=hit.name,  # type: ignore[arg-type]
            said=redacted(hit.text, 120),
        )


def _states(line: str) -> bool:
    """Whether ``line`` is a plain statement: no box to tick, no row of a table, no link to others."""
    start = line.lstrip("-*+ ")
    if not line or "?" in line or "](http" in line or start.startswith(("[ ]", "|")):
        return False
    return not any(word.strip(".,;:!()*_`'\"[]") in _UNSAID for word in line.lower().split())


CLAIM: Noun[Claim] = Noun(
    "claim", Claim, "a statement of a document that the product has something", collect_claims, "pattern"
)
