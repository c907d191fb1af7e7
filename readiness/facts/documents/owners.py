"""Who owns what, as CODEOWNERS files say.

Sources: GitHub "About code owners"; GitLab "Code Owners syntax" (sections with default owners);
Bitbucket reads the same lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from readiness.facts.model import Collected, Glob, Noun, Parser, Row
from readiness.facts.words import word_set
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts

_FILES = (
    "CODEOWNERS",
    ".github/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".bitbucket/CODEOWNERS",
    "docs/CODEOWNERS",
)
_STAND_INS = word_set(
    """
    changeme example foo org organisation organization placeholder replaceme somebody someone team
    team-name todo user user1 username your your-org your-organization your-team your-username yourname
    yourorg yourusername yourteam
    """
)
_MOST = 200


class Owner(Row, frozen=True, kw_only=True):
    """A line of a CODEOWNERS file that gives paths to owners."""

    pattern: Annotated[str, "the paths, as written; of a section its name in brackets"] = ""
    owners: Annotated[frozenset[str], "who owns them, as written; empty where the line takes owners away"] = (
        frozenset()
    )
    real: Annotated[bool, "one of them does not look like a stand-in, such as @your-org/team"] = False


class Line(Struct, frozen=True):
    """A line with a pattern, its number from 1, and who is named."""

    number: int
    pattern: str
    owners: tuple[str, ...]


def parse_owners(data: bytes) -> tuple[Line, ...]:
    """The lines of a CODEOWNERS file that are no comments."""
    return tuple(_lines(data.decode("utf-8", "replace")))


def _lines(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.partition(" #")[0].strip()
        if not bare or bare.startswith("#"):
            continue
        if bare.startswith(("[", "^[")) and "]" in bare:
            cut = bare.rindex("]") + 1
            pattern, rest = bare[:cut], bare[cut:]
        else:
            words = bare.replace("\\ ", "\0").split(None, 1)
            pattern, rest = words[0].replace("\0", "\\ "), words[1] if len(words) > 1 else ""
        yield Line(number, pattern, tuple(word for word in rest.split() if "@" in word))


OWNERS: Parser[tuple[Line, ...]] = Parser("codeowners", 1, parse_owners)


def is_real(owner: str) -> bool:
    """Whether ``@name``, ``@org/team`` or an address does not look like a stand-in for one."""
    lowered = owner.lower()
    if "<" in owner or "{" in owner or "example." in lowered:
        return False
    first, _, _ = lowered.lstrip("@").partition("/")
    return bool(first) and first not in _STAND_INS


def collect_owners(facts: Facts, scope: tuple[str, ...]) -> Collected[Owner]:  # noqa: ARG001
    """Every line of the CODEOWNERS files at the places where a forge looks for one."""
    rows: list[Owner] = []
    looked: list[str] = []
    for entry in facts.paths(*_FILES):
        looked.append(entry.path)
        rows += (
            Owner(
                path=Glob(entry.path),
                line=line.number,
                role=entry.role,
                text=" ".join((line.pattern, *line.owners))[:_MOST],
                pattern=line.pattern,
                owners=frozenset(line.owners),
                real=any(is_real(owner) for owner in line.owners),
            )
            for line in facts.parsed(OWNERS, entry.path).value or ()
        )
    return Collected(tuple(rows), looked=tuple(looked))


OWNER: Noun[Owner] = Noun("owner", Owner, "a line of a CODEOWNERS file", collect_owners)
