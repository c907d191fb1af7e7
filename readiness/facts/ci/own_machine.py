"""What a job starts on a machine of one's own stays there when the job is over: a deployment.

On a machine that the forge lends for one job it is gone with the job. Sources: GitHub, "About self-hosted
runners"; the references of ``docker compose up``, ``down``, ``stop`` and ``rm``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.commands.unwrap import after_options
from readiness.facts.commands.wrappers import COMPOSE
from readiness.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.ci.task import Task

_ENDS = frozenset(("down", "stop", "rm", "kill"))


def left_running(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """``tasks`` of a job on a machine of one's own: services that are left running are deployed there."""
    out: list[Task] = []
    staying = True
    for task in reversed(tuple(tasks)):
        verb, *options = _compose(task) or ("",)
        if verb in _ENDS and task.real and not task.step.on_failure:
            staying = False
        elif staying and verb == "up" and not {"-d", "--detach", "--wait"}.isdisjoint(options):
            task = replace(task, purposes=task.purposes | {"deploy"})  # noqa: PLW2901
        out.append(task)
    return tuple(reversed(out))


def _compose(task: Task) -> tuple[str, ...]:
    """What a call of compose is to do, and the words behind it."""
    words = task.words
    if words[:1] == ("docker-compose",):
        return after_options(words[1:], COMPOSE)
    return after_options(words[2:], COMPOSE) if words[:2] == ("docker", "compose") else ()
