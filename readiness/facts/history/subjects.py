"""What the first line of a commit says of it, and what the name of a tag says."""

from __future__ import annotations

from functools import lru_cache

from readiness.matching import Pattern

# Source: Conventional Commits 1.0.0; the types that Angular's guide and commitlint name, and usual others.
_CONVENTIONAL = (
    r"(?i)^(?:build|bump|chore|ci|deps|docs|feat|fix|hotfix|perf|refactor|release|revert|security|style|test"
    r"|wip)(?:\([^()]*\))?!?: +\S"
)
# Source: git-revert(1); the forges' own words for the button; Conventional Commits.
_REVERT = (
    r"^Revert [\"'“]|(?i:^revert(?:\([^()]*\))?!?: |^revert (?:#\d|!\d|[0-9a-f]{7,40}\b)|^back(?:ed)? ?out )"
)
# Source: the messages that GitHub, GitLab, Bitbucket and Azure DevOps write when they merge.
_REQUEST = (
    r"\(#\d+\)$|\(!\d+\)$|^Merge pull request #\d|^Merged in \S+ \(pull request #\d|^Merged PR \d+: "
    r"|^Merge branch '[^']+' into '[^']+'$"
)
_NUMBERS = r"\d+(?:\.\d+){1,3}"
_EARLY = (
    r"[-._+]?(?:alpha|beta|a|b|c|rc|cr|pre|preview|dev|next|nightly|snapshot|canary|m)[-._]?\d*(?:[-.+].*)?"
)
_LATER = r"(?:\+[0-9a-z.-]+|\.final|\.ga|\.release|[-._]?(?:post|p|r)\d+)?"
# Source: Semantic Versioning 2.0.0, PEP 440, calver.org. After the name of a part, only the usual words
# make a pre-release: stable-2.10-branchpoint is none.
_VERSION = rf"(?i)^(?:v|release[-_/]?|rel[-_/]?)?{_NUMBERS}({_EARLY}|-[0-9a-z.-]+)?{_LATER}$"
_OF_PART = rf"(?i)^[a-z@][a-z0-9@/._-]*[-_/@]v?{_NUMBERS}({_EARLY})?{_LATER}$"


@lru_cache(maxsize=8)
def _pattern(source: str) -> Pattern:
    return Pattern(source)


def is_conventional(subject: str) -> bool:
    """Whether a first line has the form ``type(scope): description`` with a usual type."""
    return ": " in subject[:100] and _pattern(_CONVENTIONAL).found(subject)


def is_revert(subject: str) -> bool:
    """Whether a commit takes another back, in the words of git, a forge or Conventional Commits."""
    return subject[:1] in "RrBb" and _pattern(_REVERT).found(subject)


def names_request(subject: str) -> bool:
    """Whether a first line names the pull or merge request that the commit came by."""
    return _pattern(_REQUEST).found(subject)


def version(tag: str) -> str:
    """What the name of a tag is: ``final`` for a version, ``early`` for a pre-release, else empty.

    At least two numbers make a version: a bare ``v4`` mostly moves along.
    """
    name = tag[:200]
    groups = _pattern(_VERSION).groups(name) or _pattern(_OF_PART).groups(name)
    if groups is None:
        return ""
    return "early" if groups[1] else "final"
