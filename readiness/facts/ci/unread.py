"""Pipelines of CI systems that are not read yet: their questions stay open, they are not absent.

Source of the names: each system's own reference for the file that it looks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.model import Opening
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.model import Facts

SYSTEMS = (
    ("Drone", (".drone.jsonnet", ".drone.star", ".drone.starlark")),
    ("AppVeyor", ("appveyor.yml", ".appveyor.yml")),
    ("Cirrus CI", (".cirrus.yml", ".cirrus.star")),
    ("Google Cloud Build", ("cloudbuild*.y*ml", "cloudbuild*.json")),
    ("AWS CodeBuild", ("buildspec*.y*ml",)),
    ("Semaphore", (".semaphore/*.yml",)),
    ("Forgejo Actions", (".forgejo/workflows/*.y*ml", ".gitea/workflows/*.y*ml")),
    ("TeamCity", (".teamcity/**.kts",)),
)


def unread(facts: Facts) -> tuple[Opening, ...]:
    """One opening for each pipeline file of a system that is not read; empty files run nothing."""
    return tuple(
        Opening(entry.path, 1, f"a pipeline of {system}, which is not read yet")
        for system, globs in SYSTEMS
        for entry in facts.paths(*globs)
        if entry.size > 0 and entry.role is Role.PRODUCT
    )
