"""Links of the readme that show where something is: a sibling repository, a server's badge.

A link counts only if it leads to a repository of the same owner whose name says what it holds, or is the
badge of a system whose settings are kept on its own server. Words alone are no demonstration.
Sources: the badge documentation of each system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts

Of = Literal["deployment", "infrastructure", "ci"]

_READMES = ("{README,Readme,readme}", "{README,Readme,readme}.{md,rst,adoc,txt,markdown}")
_MOST = 2_000
_LONGEST = 400
_ENDS = frozenset(" \t\r\n)>[]\"'`<|")
_FORGES = ("github.com/", "gitlab.com/", "bitbucket.org/")
_HOLDS: tuple[tuple[Of, frozenset[str]], ...] = (
    ("infrastructure", frozenset(("infra", "infrastructure", "terraform", "iac", "pulumi"))),
    ("deployment", frozenset(("gitops", "argocd", "fluxcd", "deployments", "deploy", "deployment"))),
)
_NO_HOME = frozenset(
    (
        *("provider", "module", "modules", "action", "actions", "example", "examples", "demo", "template"),
        *("course", "playground", "sandbox", "workshop", "tutorial", "training", "lab"),
    )
)
_BADGES = (
    ("TeamCity", ("/app/rest/builds/", "statusicon")),
    ("Buildkite", ("badge.buildkite.com/",)),
    ("CodeShip", ("codeship.com/projects/", "status")),
    ("Semaphore", ("semaphoreci.com/", "badge")),
    ("Azure Pipelines", ("/_apis/build/status",)),
    ("Jenkins", ("/buildstatus/icon",)),
    ("Bitrise", ("bitrise.io/app/", "status")),
    ("Codefresh", ("codefresh.io/api/badges",)),
    ("AppVeyor", ("ci.appveyor.com/api/projects/status",)),
    ("AWS CodeBuild", ("codebuild.", "/badges")),
    ("Google Cloud Build", ("storage.googleapis.com/", "cloudbuild", ".svg")),
)
_DEPLOYS = (("Netlify", ("api.netlify.com/api/v1/badges/", "deploy-status")),)


class Link(Struct, frozen=True):
    """An address, and the line it stands on."""

    line: int
    address: str


class Shown(Struct, frozen=True):
    """What a link shows to be elsewhere."""

    path: str
    line: int
    of: Of
    text: str


def parse(data: bytes) -> tuple[Link, ...]:
    """The addresses in a document, at most 2,000, each of at most 400 characters."""
    text = data.decode("utf-8", "replace")
    found: list[Link] = []
    line, before, at = 1, 0, text.find("https://")
    while at >= 0 and len(found) < _MOST:
        line += text.count("\n", before, at)
        before = at
        end = at + 8
        while end < min(len(text), at + _LONGEST) and text[end] not in _ENDS:
            end += 1
        found.append(Link(line, text[at + 8 : end]))
        at = text.find("https://", end)
    return tuple(found)


LINKS: Parser[tuple[Link, ...]] = Parser("elsewhere.links", 1, parse)


def shown(facts: Facts) -> tuple[Shown, ...]:
    """What the links of the readme at the root show to be elsewhere, each once."""
    found: dict[str, Shown] = {}
    for entry in facts.paths(*_READMES):
        if entry.role is not Role.PRODUCT:
            continue
        for link in facts.parsed(LINKS, entry.path).value or ():
            for of, text in _told(facts, link.address):
                found.setdefault(f"{of}: {text}", Shown(entry.path, link.line, of, text))
    return tuple(sorted(found.values(), key=lambda one: (one.path, one.line, one.of)))


def _told(facts: Facts, address: str) -> Iterator[tuple[Of, str]]:
    lower = address.lower()
    for name, signs in _BADGES:
        if all(sign in lower for sign in signs):
            yield "ci", f"the pipeline whose badge is shown is kept by {name}"
    for name, signs in _DEPLOYS:
        if all(sign in lower for sign in signs):
            yield "deployment", f"{name} deploys it, as its badge shows"
    own = _slug(facts)
    for forge in _FORGES:
        if own and lower.startswith(forge):
            owner, _, rest = lower[len(forge) :].partition("/")
            name = (
                rest.partition("/")[0].partition("#")[0].partition("?")[0].rstrip(".,;:").removesuffix(".git")
            )
            if (owner, name) != own and owner == own[0]:
                of = _of(name)
                if of is not None:
                    yield of, f"its {of} is in {owner}/{name}"


def _of(name: str) -> Of | None:
    """What a repository of this name holds; None if the name does not say."""
    words = set("".join(char if char.isalnum() else " " for char in name).split())
    if words & _NO_HOME:
        return None
    return next((of for of, signs in _HOLDS if words & signs), None)


def _slug(facts: Facts) -> tuple[str, str] | None:
    remote = facts.tree.subject.remote.rstrip("/").removesuffix(".git").replace(":", "/")
    pieces = [piece for piece in remote.split("/") if piece]
    return (pieces[-2].lower(), pieces[-1].lower()) if len(pieces) > 2 else None
