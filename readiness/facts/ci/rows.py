"""The rows that pipelines give: what a rule can ask of any CI system."""

from __future__ import annotations

from typing import Annotated

from readiness.facts.ci.model import DangerKind, Permissions, Trigger  # noqa: TC001 - read at run time
from readiness.facts.ci.references import Pinned  # noqa: TC001 - read at run time
from readiness.facts.model import Glob, Row

_EMPTY: frozenset[str] = frozenset()
_NOWHERE: Glob = Glob("")


class FileRow(Row, frozen=True, kw_only=True):
    """A file that a CI system looks for, whether or not it can be run."""

    valid: Annotated[bool | None, "its system can read it; unknown where that system is not read here"] = None


class PipelineRow(Row, frozen=True, kw_only=True):
    """A file that a CI system runs."""

    system: Annotated[str, "the CI system, such as github"]
    name: Annotated[str, "its name, else the file's"]
    trigger: Annotated[
        frozenset[Trigger] | None,
        "what starts it: change (a proposal, or a push to any branch), main, branch, tag, schedule, "
        "manual …; unknown where only a server knows",
    ]
    events: Annotated[
        frozenset[str] | None, "the events that start it, in the words of its system; unknown as for trigger"
    ] = _EMPTY
    live: Annotated[
        bool, "something starts it, and then an enabled job runs a command that is no placeholder"
    ]
    permissions: Annotated[Permissions, "the widest scope that it gives its token for all of its jobs"]
    concurrency: Annotated[bool, "whether runs of it are kept from overlapping"]
    jobs: Annotated[int, "how many jobs it has"]
    purposes: Annotated[
        frozenset[str] | None,
        "the purposes of the steps that are enabled and no placeholders; unknown where that lies elsewhere",
    ]
    detached: Annotated[bool, "none of its jobs gets the repository's files"]
    filtered: Annotated[bool, "changes of some paths, other than documents, do not start it"]
    twin: Annotated[Glob, "another pipeline that runs nearly the same on the same occasions"] = _NOWHERE
    dangerous: Annotated[
        bool | None,
        "a stranger's code or text runs with the repository's rights; unknown where that lies elsewhere",
    ]
    danger_line: Annotated[str, "where and how it is dangerous"] = ""


class JobRow(Row, frozen=True, kw_only=True):
    """A job of a pipeline: steps that run together, or the call of another pipeline."""

    system: Annotated[str, "the CI system, such as github"]
    pipeline: Annotated[str, "the name of its pipeline"]
    name: Annotated[str, "its key in the file"]
    trigger: Annotated[frozenset[Trigger] | None, "what starts it, by its pipeline and its own condition"]
    enabled: Annotated[bool | None, "whether it can run at all"]
    blocking: Annotated[bool, "whether its failure fails the pipeline"]
    permissions: Annotated[Permissions, "the widest scope of its token: its own, else the pipeline's"]
    timeout: Annotated[
        bool | None, "whether it has a time limit of its own; unknown where its file cannot set one"
    ]
    concurrency: Annotated[
        bool | None,
        "whether runs of it, or of its pipeline, are kept from overlapping; unknown where settings decide",
    ]
    checks_out: Annotated[bool | None, "whether it gets the repository's files"]
    placeholder: Annotated[bool, "it only prints, sleeps or lists"]
    purposes: Annotated[
        frozenset[str] | None,
        "the purposes of its enabled steps that are no placeholders; unknown where that lies elsewhere",
    ]
    claims: Annotated[
        frozenset[str], "the purposes that its name announces, whether or not it serves them"
    ] = _EMPTY
    needs: Annotated[frozenset[str], "the jobs that it waits for"]
    gated: Annotated[
        bool, "it delivers only after a test that can stop it: in itself, or in a job it waits for"
    ]
    environment_declared: Annotated[bool, "whether it is bound to an environment of the forge"]
    deploys: Annotated[bool | None, "whether it has a deploy step that is no placeholder"]
    verified: Annotated[bool, "after deploying, a check that can fail looks at what was deployed"]
    rolls_back: Annotated[bool, "whether it, or a job that waits for it, can take a deployment back"]
    notifies: Annotated[bool, "whether it, or a job that waits for it, tells people"]
    matrix: Annotated[bool, "whether it runs in several variants"]
    remote: Annotated[Glob, "the pipeline of another repository that it calls"] = _NOWHERE
    calls: Annotated[Glob, "the pipeline of this repository that it calls"] = _NOWHERE
    stopped: Annotated[str, "why the forge fails it before its first step, empty if it starts"] = ""
    missing: Annotated[str, "what it names that is not there"] = ""


class StepRow(Row, frozen=True, kw_only=True):
    """One command that a pipeline runs in the end, or one building block that it uses."""

    system: Annotated[str, "the CI system, such as github"]
    pipeline: Annotated[str, "the name of its pipeline"]
    job: Annotated[str, "the key of its job"]
    name: Annotated[str, "the name of its step"] = ""
    command: Annotated[str, "the command as written, empty for an action"] = ""
    action: Annotated[str, "owner/name of the action, orb or pipe, a task's name; empty for a command"] = ""
    tool: Annotated[str, "the tool it runs, empty if it is none that is known"] = ""
    purposes: Annotated[frozenset[str], "what it is for: test, lint, deploy …"] = _EMPTY
    claims: Annotated[frozenset[str], "the purposes that its step's name announces"] = _EMPTY
    trigger: Annotated[frozenset[Trigger] | None, "what starts it, by pipeline, job and its own condition"]
    enabled: Annotated[bool | None, "whether it can run at all"]
    blocking: Annotated[bool, "whether its failure fails the job"]
    masked: Annotated[str, "why its failure does not count, empty if it does"] = ""
    placeholder: Annotated[bool, "its step only prints, sleeps or lists"] = False
    checked_out: Annotated[bool | None, "whether its job has got the repository's files before"]
    writes_own_input: Annotated[
        bool, "what it looks at was written by its own job and is not in the repository"
    ] = False
    via: Annotated[str, "the places that lead from the pipeline to the command"] = ""
    missing: Annotated[str, "what it names that is not there"] = ""


class UseRow(Row, frozen=True, kw_only=True):
    """A building block that a pipeline names: an action, a called pipeline, an image of a step."""

    system: Annotated[str, "the CI system, such as github"]
    action: Annotated[Glob, "owner/name[/sub], a local path, or the name of an image"]
    version: Annotated[str, "the version as written, empty if there is none"]
    owner: Annotated[str, "whose it is, empty for a local one"]
    pinned: Annotated[
        Pinned, "how firmly; a sha, a digest, and a version that its registry never changes, cannot be moved"
    ]
    first_party: Annotated[bool, "it belongs to the forge or to the repository's own owner"]
    retired: Annotated[str, "why the forge refuses this version, empty if it runs"] = ""
    missing: Annotated[bool, "it is local and not there"] = False


class DangerRow(Row, frozen=True, kw_only=True):
    """A place where a stranger's code or text runs with the repository's rights."""

    system: Annotated[str, "the CI system, such as github"]
    pipeline: Annotated[str, "the name of its pipeline"]
    kind: Annotated[
        DangerKind, "untrusted-checkout (code), or untrusted-text (an expression inside a script)"
    ]
