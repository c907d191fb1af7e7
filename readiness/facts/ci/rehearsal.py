"""Deployments that do not stay.

Into a cluster that the job has started for itself: a rehearsal, which deploys nowhere. Into what
the job takes down again: a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.ci.task import Task

_STARTS = (
    "kind create cluster",
    "minikube start",
    "k3d cluster create",
    "ctlptl create cluster",
    "get.k3s.io",
    "k3s server",
    "microk8s install",
)
_STARTERS = ("kind-action", "setup-kind", "minikube", "k3d", "k3s", "microk8s", "kind-with-registry")
_LOGS_IN = ("update-kubeconfig", "get-credentials", "use-context", "kubeconfig save")
_LOGINS = ("aks-set-context", "k8s-set-context", "get-gke-credentials", "kubeconfig")
_ENDS = (
    "azd down ",
    "terraform destroy ",
    "tofu destroy ",
    "terragrunt destroy ",
    "pulumi destroy ",
    "cdk destroy ",
    "az group delete ",
    "aws cloudformation delete-stack ",
    "eksctl delete cluster ",
    "gcloud container clusters delete ",
    "kubectl delete namespace ",
    "kubectl delete ns ",
)
_PROGRAMS = frozenset(
    ("kubectl", "helm", "helmfile", "kustomize", "skaffold", "argocd", "flux", "kapp", "ko", "oc", "werf")
)
_DEEDS = frozenset(("deploy", "rollback"))


def rehearsed(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """``tasks``, where nothing is a deployment that goes into a cluster which the job itself has started.

    A later login to another cluster ends the rehearsal. Source: the references of kind,
    minikube, k3d and k3s, and of the actions that start them.
    """
    out: list[Task] = []
    rehearses = False
    for task in tasks:
        if _any_in(_STARTS, task.text) or (task.action and _any_in(_STARTERS, task.action.lower())):
            rehearses = True
        elif _any_in(_LOGS_IN, task.text) or (task.action and _any_in(_LOGINS, task.action.lower())):
            rehearses = False
        if rehearses and task.purposes & _DEEDS and _program(task) in _PROGRAMS:
            out.append(replace(task, purposes=task.purposes - _DEEDS))
        else:
            out.append(task)
    return tuple(out)


def taken_down(tasks: Iterable[Task]) -> bool:
    """Whether a job destroys what it deployed into, after the last deployment and not only if that failed.

    Only commands that end a whole environment count. Sources: the references of azd, Terraform,
    Pulumi, the AWS CDK, eksctl, kubectl, the Azure, AWS and Google Cloud command lines.
    """
    down = False
    for task in tasks:
        if not task.real:
            continue
        if "deploy" in task.purposes or "iac-apply" in task.purposes:
            down = False
        elif not task.step.on_failure:
            down = down or _said(task).startswith(_ENDS)
    return down


def _said(task: Task) -> str:
    """A command without variables and options, with a blank at its end."""
    return " ".join([*(word for word in task.words if word[:1] != "-" and "=" not in word), ""])


def _program(task: Task) -> str:
    """The program that a command runs, behind the variables that it sets; empty for an action."""
    return next((word for word in task.words if "=" not in word), "")


def _any_in(signs: Iterable[str], text: str) -> bool:
    return any(sign in text for sign in signs)
