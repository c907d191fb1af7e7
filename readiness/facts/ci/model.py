"""One pipeline model for all CI systems: what a reader of a system gives, and the rows are made of.

A reader of a system (see ``readers``) resolves what is particular to its system: conditions, triggers,
called files. What comes out says only who runs what, when, after what, and whether a
failure stops anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.records import Struct

if TYPE_CHECKING:
    from readiness.facts.model import Opening
    from readiness.spans import Problem, Span

Trigger = Literal["change", "main", "branch", "tag", "schedule", "manual", "call", "other"]
"""What starts it: a proposed change, a push to the default or another branch, a tag or
release, the clock, a person, another pipeline of the repository, something else."""

Permissions = Literal["unset", "none", "read", "write"]
"""The widest scope that a pipeline's token is given; ``unset`` leaves it to the forge."""

DangerKind = Literal["untrusted-checkout", "untrusted-text"]
"""A stranger's code checked out with the repository's rights, or a stranger's text put into a script."""


MOST_STEPS = 500
"""How many steps of a job are read, those of the actions it uses among them."""


class Script(Struct, frozen=True):
    """Commands of a step.

    ``line`` is the file's line of the first line of ``text``; in a ``folded`` text lines of the
    file and of ``text`` do not correspond. ``shell`` is False where the text is not shell
    (Python, PowerShell). ``directory`` is relative to the repository's root, ``?`` if it is
    not to be known. ``lines`` has the file's line of each line of a text that is put together
    from several places; then it alone counts.
    """

    text: str
    line: int
    folded: bool = False
    shell: bool = True
    errexit: bool = True
    pipefail: bool = False
    directory: str = ""
    lines: tuple[int, ...] = ()


class Action(Struct, frozen=True):
    """A building block used by reference (action, orb, pipe), with its inputs as written.

    ``unknown`` says why nobody can tell here what it does, if the table of tools does not.
    """

    reference: str
    line: int
    inputs: tuple[tuple[str, str], ...] = ()
    unknown: str = ""


class Step(Struct, frozen=True):
    """One unit of work in a job.

    ``masked`` says why its failure does not fail the job, empty if it does.
    ``after_failure`` is True if it starts although an earlier step failed, ``on_failure`` if it
    starts only then. ``origin`` is the file it is written in, if not the pipeline's; ``via`` the
    places in the repository that led there.
    """

    line: int
    work: Script | Action
    name: str = ""
    trigger: frozenset[Trigger] = frozenset()
    enabled: bool | None = True
    masked: str = ""
    after_failure: bool = False
    on_failure: bool = False
    via: tuple[Span, ...] = ()
    untold: bool = False


class Job(Struct, frozen=True):
    """Steps that run together, or the call of another pipeline.

    ``demands`` are those of ``needs`` without whose success it does not start. ``calls`` is
    the path of a pipeline of the same repository, ``remote`` the reference of one elsewhere.
    ``demands_pipeline`` is True if it starts only after the pipeline it follows succeeded.
    ``provided`` is True if the repository's files are there before its first step, None if that
    is not to be known. ``timeout`` and ``concurrency`` are None where its system has no such
    setting in the file. ``stopped`` says why the forge fails it before that, empty if it starts.
    ``own_machine`` is True if it is asked to run on a machine of one's own, which outlives it.
    """

    key: str
    line: int
    name: str = ""
    steps: tuple[Step, ...] = ()
    trigger: frozenset[Trigger] = frozenset()
    enabled: bool | None = True
    masked: str = ""
    needs: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    demands_pipeline: bool = False
    permissions: Permissions = "unset"
    timeout: bool | None = False
    concurrency: bool | None = False
    matrix: bool = False
    environment: str = ""
    environment_declared: bool = False
    calls: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    remote: str = ""
    missing: str = ""
    provided: bool | None = False
    stopped: str = ""
    untold: bool = False
    own_machine: bool = False


class Danger(Struct, frozen=True):
    """A place where a stranger's input runs with the repository's rights."""

    line: int
    kind: DangerKind
    text: str


class Reference(Struct, frozen=True):
    """A building block's reference as the pipeline names it, and its line.

    ``fixed`` is True where its registry never changes a version that is named in full;
    ``forges`` where it is the CI system's own.
    """

    text: str
    line: int
    path: str
    fixed: bool = False
    forges: bool = False


class Pipeline(Struct, frozen=True):
    """One file that a CI system runs. ``follows`` are the names of pipelines whose end starts it.

    ``untold`` says, here as of jobs and steps, that only the system's server knows what starts it; then
    ``trigger`` is empty. ``events`` is None where only the server knows them. ``waits`` are the paths
    of pipelines without whose success it does not start.
    """

    system: str
    path: str
    line: int
    name: str
    trigger: frozenset[Trigger]
    events: frozenset[str] | None
    jobs: tuple[Job, ...]
    permissions: Permissions = "unset"
    concurrency: bool = False
    filtered: bool = False
    follows: tuple[str, ...] = ()
    dangers: tuple[Danger, ...] = ()
    references: tuple[Reference, ...] = ()
    untold: bool = False
    waits: tuple[str, ...] = ()


class Read(Struct, frozen=True):
    """What a reader makes of all the files of its system; ``looked`` are their paths."""

    pipelines: tuple[Pipeline, ...] = ()
    problems: tuple[Problem, ...] = ()
    openings: tuple[Opening, ...] = ()
    looked: tuple[str, ...] = ()
