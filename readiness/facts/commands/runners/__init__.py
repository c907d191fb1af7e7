"""Task runners: what ``make test``, ``npm test``, ``tox`` and their like run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.commands.runners import (
    declared,
    just,
    make,
    monorepo,
    nox,
    npm,
    precommit,
    scripts,
    taskfile,
    tox,
)

if TYPE_CHECKING:
    from readiness.facts.commands.runners.model import Runner

RUNNERS: tuple[Runner, ...] = (
    make.run,
    npm.run,
    monorepo.run,
    tox.run,
    nox.run,
    just.run,
    taskfile.run,
    precommit.run,
    declared.run,
    scripts.run,
)
"""Every runner, in the order in which they are asked."""

WRAPPING: tuple[Runner, ...] = (declared.before_unwrapping,)
"""Those that are asked before a wrapper is taken off: its first word may be a script of theirs."""
