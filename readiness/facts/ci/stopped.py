"""Jobs that the forge fails before their first step, and those that wait for them in vain.

GitHub prepares every action of a job before it runs any step, and fails the job if one is of
a version that it has switched off. Source: GitHub changelog, "Deprecation notice: v3 of the artifact
actions", 2024-04-16.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.references import retired
from readiness.records import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.ci.standing import Working


def starting(jobs: Mapping[str, Working], as_of: str) -> dict[str, Working]:
    """``jobs`` of one pipeline by key, those that cannot start switched off and told why."""
    stopped = {key: reason for key, one in jobs.items() if (reason := _refused(one, as_of))}
    waiting = True
    while waiting:
        waiting = False
        for key, one in jobs.items():
            cause = next((need for need in one.job.demands if need in stopped), "")
            if cause and key not in stopped:
                stopped[key] = f"it waits for {cause}, and {stopped[cause].removeprefix('it waits ')}"[:200]
                waiting = True
    return {
        key: replace(one, job=replace(one.job, enabled=False, stopped=stopped[key]))
        if key in stopped
        else one
        for key, one in jobs.items()
    }


def _refused(working: Working, as_of: str) -> str:
    if working.pipeline.system != "github":
        return ""
    return next(
        (reason for task in working.tasks if task.action and (reason := retired(task.text, as_of))), ""
    )
