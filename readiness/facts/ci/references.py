"""References to building blocks: what they name, how firmly they are pinned, whether they still run.

Sources: GitHub documentation, "Secure use reference" (pinning); the retirements carry their own.
"""

from __future__ import annotations

from typing import Literal

from readiness.matching import Pattern
from readiness.records import Struct

Pinned = Literal["sha", "tag", "branch", "local", "docker-digest", "docker-tag", "version", "none"]
"""``sha`` and ``docker-digest`` cannot be moved; ``version`` is one that its
registry never changes; ``none`` is a reference without a version."""


class Parts(Struct, frozen=True):
    """A reference taken apart. ``action`` is ``owner/name[/sub]``, a local path, or an image's name."""

    action: str
    version: str
    owner: str
    pinned: Pinned


class Retirement(Struct, frozen=True):
    """Versions of an action that the forge refuses to run since a date (``YYYY-MM-DD``)."""

    actions: tuple[str, ...]
    majors: tuple[int, ...]
    since: str
    source: str


_PAGES = "github.blog/changelog/2024-12-05 Pages actions to require artifacts actions v4"

RETIRED = (
    Retirement(
        ("actions/upload-artifact", "actions/download-artifact"),
        (1, 2),
        "2024-06-30",
        "github.blog/changelog/2024-02-13-deprecation-notice-v1-and-v2-of-the-artifact-actions",
    ),
    Retirement(
        ("actions/upload-artifact", "actions/download-artifact"),
        (3,),
        "2025-01-30",
        "github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions",
    ),
    Retirement(
        ("actions/cache", "actions/cache/restore", "actions/cache/save"),
        (1, 2),
        "2025-03-01",
        "github.blog/changelog/2024-12-05-notice-of-upcoming-releases-and-breaking-changes",
    ),
    Retirement(
        ("actions/upload-pages-artifact",),
        (1, 2),
        "2025-01-30",
        _PAGES,
    ),
    Retirement(
        ("actions/deploy-pages",),
        (1, 2, 3),
        "2025-01-30",
        _PAGES,
    ),
)

_SHA = Pattern(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
_TAG = Pattern(r"[vV]?[0-9]+(?:[.][0-9A-Za-z_-]+)*(?:[-+][0-9A-Za-z.+_-]+)?")
_MAJOR = Pattern(r"^[vV]?([0-9]{1,4})(?:[.]|$)")


def parts(reference: str) -> Parts:
    """``reference`` as written after ``uses:``, taken apart; what has no version is pinned ``none``."""
    if reference.startswith("docker://"):
        return _image(reference.removeprefix("docker://"))
    if reference.startswith(("./", "../")):
        return Parts(reference, "", "", "local")
    action, _, version = reference.partition("@")
    owner, slash, _ = action.partition("/")
    return Parts(action, version, owner if slash else "", _pinned(version))


def retired(reference: str, as_of: str = "") -> str:
    """Why the forge refuses this version, with the date; empty if it runs, or its name does not tell.

    With ``as_of`` (``YYYY-MM-DD``) what was refused later still ran.
    """
    named = parts(reference)
    major = _MAJOR.groups(named.version)
    if major is None:
        return ""
    for retirement in RETIRED:
        later = as_of and retirement.since > as_of
        if named.action.lower() in retirement.actions and int(major[1]) in retirement.majors and not later:
            return f"GitHub refuses {named.action} {named.version} since {retirement.since}"
    return ""


def _pinned(version: str) -> Pinned:
    if not version:
        return "none"
    if _SHA.covers(version):
        return "sha"
    return "tag" if _TAG.covers(version) else "branch"


def _image(image: str) -> Parts:
    name, _, digest = image.partition("@")
    head, slash, last = name.rpartition("/")
    base, _, tag = last.partition(":")
    owner = head.split("/")[0] if slash else ""
    if digest:
        return Parts(head + slash + base, digest, owner, "docker-digest")
    return Parts(head + slash + base, tag, owner, "docker-tag" if tag else "none")
