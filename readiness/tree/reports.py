"""Documents in which a project praises itself: no evidence of anything.

"PRODUCTION READY, 100/100" is written, not measured. Such reports are known by their
names; templates, incident reports and the assessments that are themselves a practice (of
risk, of impact) are not among them.
"""

from __future__ import annotations

_DOCUMENTS = frozenset({"md", "mdx", "markdown", "rst", "adoc", "txt", "html", "pdf", "docx"})
_DATA = frozenset({"json", "yaml", "yml", "csv", "xml"})

_KINDS = frozenset({"report", "reports", "results", "summary", "assessment", "scorecard"})
"""What such a document calls itself, as the last word of its name."""

_AFTER = frozenset({"final", "corrected", "updated", "complete", "new", "old", "latest"})
"""What may still follow the last word, beside numbers, dates and versions."""

_ABOUT = frozenset(
    {
        "acceptance",
        "architecture",
        "audit",
        "completion",
        "comprehensive",
        "coverage",
        "evaluation",
        "executive",
    }
    | {
        "final",
        "fix",
        "implementation",
        "integration",
        "optimization",
        "performance",
        "production",
        "progress",
    }
    | {"quality", "readiness", "refactoring", "review", "status", "test", "tests", "testing", "uat"}
    | {"validation", "verification"}
)
"""What it is about. In capitals, any subject will do."""

_OTHER = frozenset(
    {"bug", "crash", "feature", "how", "impact", "incident", "issue", "outage", "postmortem", "privacy"}
    | {"risk", "template", "threat", "vulnerability"}
)
"""Words of documents that are a practice, or a form to fill in."""

_PLACES = frozenset(
    {"adr", "adrs", "dashboards", "decisions", "grafana", "incidents", "issue_template", "policies"}
    | {"postmortems", "runbooks", "schemas", "src"}
)
"""Folders whose files are what they are, whatever their name sounds like."""


def self_written(path: str) -> bool:
    """Whether ``path`` names a report that the project wrote about itself."""
    *folders, name = path.split("/")
    stem, dot, suffix = name.rpartition(".")
    suffix = suffix.lower()
    if not dot or suffix not in _DOCUMENTS | _DATA or any(part.lower() in _PLACES for part in folders):
        return False
    words = _words(stem)
    if len(words) < 2 or not _OTHER.isdisjoint(words):
        return False
    end = len(words)
    while end > 1 and (words[end - 1] in _AFTER or words[end - 1].lstrip("v").isdigit()):
        end -= 1
    words = words[:end]
    if len(words) < 2 or words[-1] not in _KINDS:
        return False
    if suffix in _DOCUMENTS and stem.isupper():
        return True
    return not _ABOUT.isdisjoint(words[:-1]) or any(_is_phase(word) for word in words)


def _words(stem: str) -> list[str]:
    spaced = "".join(char if char.isalnum() else " " for char in stem)
    return spaced.lower().split()


def _is_phase(word: str) -> bool:
    return word.startswith("phase") and (word == "phase" or word[5:].isdigit())
