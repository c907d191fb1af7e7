"""Ansible: plays and the tests of Molecule, by structure; roles are known by their folders.

Sources: Ansible, "Playbooks", "Roles"; Molecule, "Configuration"; read 2026-08.
"""

from __future__ import annotations

from readiness.facts.deployment.objects import MANIFEST
from readiness.facts.infrastructure.written import MAX_RESOURCES, Declared, Written
from readiness.facts.model import Derived
from readiness.facts.words import word_set
from readiness.structured.nodes import Items, Node, Scalar, Table

_WORK = ("tasks", "roles", "pre_tasks", "post_tasks", "handlers")
_BLOCKS = ("block", "rescue", "always")
# What a task has beside the module that it calls.
_KEYWORDS = word_set(
    """
    name when with_items loop loop_control register become become_user vars tags notify delegate_to run_once
    ignore_errors failed_when changed_when until retries delay environment args block rescue always listen
    no_log any_errors_fatal check_mode diff connection remote_user async poll throttle local_action action
    """
)


def declared(roots: tuple[Node, ...]) -> Declared:
    """The plays of a playbook; nothing for any other file."""
    plays = [
        _play(each)
        for root in roots
        if isinstance(root, Items)
        for each in root
        if isinstance(each, Table) and _is_play(each)
    ]
    return Declared(tuple(plays[:MAX_RESOURCES]))


def _is_play(node: Table) -> bool:
    return node.get("hosts") is not None and any(node.items(key) for key in _WORK)


def _play(node: Table) -> Written:
    hosts = node.get("hosts")
    name = node.text("name") or (hosts.text if isinstance(hosts, Scalar) else "")
    modules = frozenset(_modules(node))
    return Written(node.line, "ansible", "play", name=name[:200], attributes=modules)


def _modules(node: Table) -> set[str]:
    """The modules that the tasks of a play call, those in blocks among them."""
    found: set[str] = set()
    waiting: list[Node] = [each for key in ("pre_tasks", "tasks", "post_tasks") for each in node.items(key)]
    while waiting:
        task = waiting.pop()
        if not isinstance(task, Table):
            continue
        waiting += [each for key in _BLOCKS for each in task.items(key)]
        found |= {
            key.text[:200]
            for key, _ in task
            if key.text not in _KEYWORDS and not key.text.startswith("with_") and key.text
        }
    return found


PLAYBOOK: Derived[tuple[Node, ...], Declared] = Derived("ansible", 1, MANIFEST, declared)
