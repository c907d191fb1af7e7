"""Jobs that leave the deployment to somebody else: to another repository, or to a controller.

Strict signs alone: a new image written into manifests and pushed, another repository's pipeline started
by a job that speaks of deploying. Sources: Kustomize ("edit set image"), GitHub REST ("repository dispatch
event", "workflow dispatch event"), Argo CD and Flux documentation (a push is what they act on).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci import names
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from readiness.facts.ci.standing import Working
    from readiness.facts.ci.task import Task

_DELIVERY = frozenset(
    (
        *(
            "deploy",
            "deploys",
            "deployment",
            "deployments",
            "gitops",
            "argocd",
            "argo",
            "flux",
            "promote",
            "rollout",
        ),
        *(
            "manifests",
            "manifest",
            "helm",
            "charts",
            "kustomize",
            "k8s",
            "kubernetes",
            "infra",
            "infrastructure",
        ),
        *("prod", "production", "staging", "environments", "environment"),
    )
)
_MANIFESTS = frozenset(("gitops", "manifests", "manifest"))
_DISPATCHES = frozenset(
    (
        *(
            "peter-evans/repository-dispatch",
            "convictional/trigger-workflow-and-wait",
            "benc-uk/workflow-dispatch",
        ),
        *("aurelien-baudet/workflow-dispatch", "the-actions-org/workflow-dispatch"),
    )
)
_PUSHES = frozenset(
    (
        "stefanzweifel/git-auto-commit-action",
        "endbug/add-and-commit",
        "ad-m/github-push-action",
        "peter-evans/create-pull-request",
    )
)
# They make a release that another system deploys, in its own time.
_RELEASES = frozenset(("octopusdeploy/create-release-action", "jenkins:octopuscreaterelease"))
_OWN = ("github.repository", "ci_project_path", "ci_repository_url")
_API = "api.github.com/repos/"


class Handover(Struct, frozen=True):
    """Where a job leaves the deployment to others, and how."""

    line: int
    text: str


def handovers(working: Working, slug: str) -> tuple[Handover, ...]:
    """Where the job hands a deployment over; ``slug`` is the repository's ``owner/name`` if known."""
    if working.job.enabled is False:
        return ()
    return tuple(_each(working, slug))


def _each(working: Working, slug: str) -> Iterator[Handover]:
    about = _words(working.job.key, working.job.name, working.pipeline.name)
    foreign = ""
    edited = False
    for task in working.real:
        other = _fetched(task, slug)
        foreign = other or foreign
        edited = edited or _bumps(task)
        if task.action.lower() in _RELEASES or task.words[:3] == ("octopus", "release", "create"):
            yield Handover(task.line, "makes a release that Octopus deploys")
        started = _started(task, slug)
        if (
            started
            and (_words(started, task.step.name, task.text, *dict(task.inputs).values()) | about) & _DELIVERY
        ):
            yield Handover(task.line, f"starts the pipeline of {started}")
        elif _pushes(task) and edited:
            yield Handover(task.line, "pushes a new image into manifests that others deploy")
            edited = False
        elif _pushes(task) and about & _MANIFESTS:
            yield Handover(task.line, "pushes manifests that others deploy, as its name says")
        elif _pushes(task) and foreign and (_words(foreign) & _DELIVERY):
            yield Handover(task.line, f"pushes to {foreign}, which others deploy")
            foreign = ""


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in names.words(text))


def _fetched(task: Task, slug: str) -> str:
    """The other repository that a task brings, empty if it brings none."""
    if task.action.lower() == "actions/checkout":
        return _other(dict(task.inputs).get("repository", ""), slug)
    if task.words[:2] == ("git", "clone") or task.words[:3] == ("gh", "repo", "clone"):
        address = next((word for word in task.words[2:] if "/" in word or "$" in word), "")
        plain = address.rstrip("/").removesuffix(".git").replace(":", "/")
        return _other("/".join(plain.split("/")[-2:]) if "$" not in plain else plain, slug)
    return ""


def _other(repository: str, slug: str) -> str:
    """``repository``, if it is surely not the subject itself."""
    lower = repository.lower()
    if not lower or any(sign in lower for sign in _OWN) or lower == slug:
        return ""
    if "$" in lower:
        return repository if _words(repository) & _DELIVERY else ""
    return "" if slug and lower.rpartition("/")[2] == slug.rpartition("/")[2] else repository


def _bumps(task: Task) -> bool:
    """Whether a task writes a new image into a manifest."""
    words = task.words
    if words[:4] == ("kustomize", "edit", "set", "image"):
        return True
    text = task.text.lower()
    if words[:1] not in {("sed",), ("yq",), ("perl",)} or not any(
        word.startswith("-") and "i" in word for word in words[1:]
    ):
        return False
    if any(sign in text for sign in ("image:", "newtag:", "image=")):
        return True
    return any(word.endswith((".yaml", ".yml")) for word in words) and ("image" in text or "tag" in text)


def _pushes(task: Task) -> bool:
    if task.action:
        return task.action.lower() in _PUSHES
    return task.words[:1] == ("git",) and "push" in task.words[1:5]


def _started(task: Task, slug: str) -> str:
    """The other repository whose pipeline a task starts, empty if it starts none."""
    if task.action.lower() in _DISPATCHES:
        given = dict(task.inputs)
        written = given.get("repository", given.get("repo", ""))
        owner = given.get("owner", "")
        return _other(f"{owner}/{written}" if owner and "/" not in written else written, slug)
    if task.words[:3] == ("gh", "workflow", "run"):
        return _other(_after(task.words, ("-R", "--repo")), slug)
    if task.words[:2] == ("gh", "api"):
        return _dispatched(next((word for word in task.words if "/dispatches" in word), ""), slug)
    if task.words[:1] == ("curl",):
        address = next((word for word in task.words if _API in word and "/dispatches" in word), "")
        return _dispatched(address.partition(_API)[2], slug)
    return ""


def _dispatched(path: str, slug: str) -> str:
    pieces = path.removeprefix("/").removeprefix("repos/").split("/")
    return _other("/".join(pieces[:2]), slug) if len(pieces) > 2 else ""


def _after(words: Iterable[str], options: tuple[str, ...]) -> str:
    found = list(words)
    for at, word in enumerate(found):
        if word in options and at + 1 < len(found):
            return found[at + 1]
        if word.startswith("--repo="):
            return word.removeprefix("--repo=")
    return ""
