"""Where a workflow lets a stranger's code or text run with the repository's rights.

Sources: GitHub documentation, "Script injections"; GitHub Security Lab, "Preventing pwn requests".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.model import Danger
from readiness.facts.ci.references import parts
from readiness.matching import Pattern

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from readiness.facts.ci.workflow import WrittenStep

PRIVILEGED = frozenset({"pull_request_target", "workflow_run"})
"""Events that run with the repository's own token and secrets although a stranger caused them."""
STRANGERS_START = PRIVILEGED | {"issue_comment"}
"""Events by which a stranger can start another repository's pipeline with the rights of this one."""

_HEAD = Pattern(
    r"github[.]event[.]pull_request[.]head[.](?:sha|ref|repo)|github[.]head_ref"
    r"|github[.]event[.]workflow_run[.]head_|refs/pull/|github[.]event[.]pull_request[.]merge_commit_sha"
)
_FETCHES_HEAD = Pattern(
    r"(?m)^[^#\n]*(?:\bgh\s+pr\s+checkout\b"
    r"|\bgit\s+(?:fetch|pull|checkout)\b[^\n]*(?:\bpull/|pull_request[.]head|head_ref))"
)
_EXPRESSION = Pattern(r"[$][{][{]([^\n]*?)[}][}]")
_STRANGERS = Pattern(
    r"github[.]event[.](?:"
    r"(?:issue|pull_request|discussion)[.](?:title|body)"
    r"|(?:comment|review|review_comment)[.]body"
    r"|pull_request[.]head[.](?:ref|label)|pull_request[.]head[.]repo[.]default_branch"
    r"|pages[^ ]*[.]page_name"
    r"|(?:head_commit|commits[^ ]*)[.](?:message|author[.](?:email|name))"
    r"|workflow_run[.](?:head_branch|head_commit[.](?:message|author[.](?:email|name)))"
    r"|workflow_run[.]pull_requests[^ ]*[.]head[.]ref"
    r")|github[.]head_ref"
)
# An answer of yes or no, or a digest, carries no text of the stranger's.
_HARMLESS = Pattern(r"(?i)\b(?:contains|startswith|endswith|hashfiles)\s*[(]|[=!]=")


def dangers(step: WrittenStep, events: AbstractSet[str]) -> Iterator[Danger]:
    """The dangers in ``step`` of a workflow that the events named in ``events`` start."""
    if events & PRIVILEGED:
        yield from _checkout(step)
    script, line = step.run, step.run_line
    if parts(step.uses).action.lower() == "actions/github-script":
        script, line = dict(step.inputs).get("script", ""), step.uses_line
    counted = bool(step.run) and not step.folded
    before = 0
    for offset, found in _EXPRESSION.each(script):
        line += script.count("\n", before, offset) if counted else 0
        before = offset
        if _STRANGERS.found(found) and not _HARMLESS.found(found):
            yield Danger(
                line, "untrusted-text", f"a stranger's text becomes part of the script: {found}"[:200]
            )


def _checkout(step: WrittenStep) -> Iterator[Danger]:
    if parts(step.uses).action.lower() == "actions/checkout":
        given = dict(step.inputs)
        for name in ("ref", "repository"):
            if _HEAD.found(given.get(name, "")):
                text = f"checks out a stranger's code with the repository's rights: {name}: {given[name]}"
                yield Danger(step.uses_line, "untrusted-checkout", text[:200])
                return
    elif _FETCHES_HEAD.found(step.run):
        text = "checks out a stranger's code with the repository's rights"
        yield Danger(step.run_line, "untrusted-checkout", text)
