"""The CI systems that are read: the files that tell of each, and its reader.

A new system is one more entry of ``READERS``. A reader is imported only where one of its files
is there; it takes the product's files alone, and it never raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.locations import AZURE, BUILDKITE, JENKINS, TEKTON
from readiness.facts.ci.model import Read
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from readiness.facts.model import Facts


class Reader(Struct, frozen=True):
    """How one system is read: its name, the globs of the files that it starts from, its reader."""

    name: str
    globs: tuple[str, ...]
    read: Callable[[Facts], Read]


def _github(facts: Facts) -> Read:
    from readiness.facts.ci.github import read  # noqa: PLC0415 - only where there are such files

    return read(facts)


def _gitlab(facts: Facts) -> Read:
    from readiness.facts.ci.gitlab import read  # noqa: PLC0415

    return read(facts)


def _circleci(facts: Facts) -> Read:
    from readiness.facts.ci.circleci.reader import read  # noqa: PLC0415

    return read(facts)


def _bitbucket(facts: Facts) -> Read:
    from readiness.facts.ci.bitbucket.reader import read  # noqa: PLC0415

    return read(facts)


def _travis(facts: Facts) -> Read:
    from readiness.facts.ci.travis.reader import read  # noqa: PLC0415

    return read(facts)


def _azure(facts: Facts) -> Read:
    from readiness.facts.ci.azure.reader import read  # noqa: PLC0415

    return read(facts)


def _jenkins(facts: Facts) -> Read:
    from readiness.facts.ci.jenkins.reader import read  # noqa: PLC0415

    return read(facts)


def _drone(facts: Facts) -> Read:
    from readiness.facts.ci.drone.drone import read  # noqa: PLC0415

    return read(facts)


def _woodpecker(facts: Facts) -> Read:
    from readiness.facts.ci.drone.woodpecker import read  # noqa: PLC0415

    return read(facts)


def _buildkite(facts: Facts) -> Read:
    from readiness.facts.ci.buildkite.reader import read  # noqa: PLC0415

    return read(facts)


def _tekton(facts: Facts) -> Read:
    from readiness.facts.ci.tekton.reader import read  # noqa: PLC0415

    return read(facts)


READERS: tuple[Reader, ...] = (
    Reader("github", (".github/workflows/*.y*ml",), _github),
    Reader("gitlab", (".gitlab-ci.yml",), _gitlab),
    Reader("circleci", (".circleci/config.yml",), _circleci),
    Reader("bitbucket", ("bitbucket-pipelines.yml",), _bitbucket),
    Reader("travis", (".travis.yml",), _travis),
    Reader("azure", AZURE, _azure),
    Reader("jenkins", JENKINS, _jenkins),
    Reader("buildkite", BUILDKITE, _buildkite),
    Reader("tekton", TEKTON, _tekton),
    Reader("drone", (".drone.y*ml",), _drone),
    Reader("woodpecker", (".woodpecker.y*ml", ".woodpecker/**.y*ml"), _woodpecker),
)


def read_all(facts: Facts) -> Read:
    """What the readers make of the subject together, in their order."""
    found = [reader.read(facts) for reader in READERS if facts.paths(*reader.globs)]
    return Read(
        tuple(flow for one in found for flow in one.pipelines),
        tuple(problem for one in found for problem in one.problems),
        tuple(gap for one in found for gap in one.openings),
        tuple(sorted({path for one in found for path in one.looked})),
    )
