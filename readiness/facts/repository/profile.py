"""What a repository is assessed as: chosen from the kinds of it that were found, or given.

A profile that is given and is not the one that would be chosen narrows the repository to its kinds: of a
service and the library beside it, ``library`` asks about the library alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.repository.servers import Kind

Profile = Literal["service", "library", "cli", "frontend", "infrastructure", "documentation"]
PROFILES: tuple[Profile, ...] = get_args(Profile)

KINDS: Mapping[Profile, tuple[Kind, ...]] = {
    "service": ("service", "worker"),
    "frontend": ("web-frontend",),
    "infrastructure": ("infrastructure",),
    "cli": ("cli",),
    "library": ("library",),
    "documentation": ("documentation",),
}
"""The kinds of each profile, the first the one it is for; of several profiles the first is chosen."""


def profile_of(kinds: frozenset[Kind]) -> Profile:
    """The profile of a repository of these ``kinds``; ``service`` where nothing says what it is."""
    return next((profile for profile, own in KINDS.items() if kinds & set(own)), "service")


def kinds_as(profile: Profile, kinds: frozenset[Kind]) -> frozenset[Kind]:
    """Those of ``kinds`` that are asked about under ``profile``; the kind it is for where there are none."""
    return kinds & set(KINDS[profile]) or frozenset(KINDS[profile][:1])
