"""What the repository as a whole is: the row that decides which questions are asked of it.

Only the product's own files count: a server under ``tests/`` or ``examples/`` makes no
service, nor does one among scripts and tools. In doubt a kind is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from readiness.facts.code.hints import GO_SIGNS, SIGNS
from readiness.facts.code.nouns import SERVER
from readiness.facts.deployment.platforms.noun import SERVICE
from readiness.facts.model import Collected, Facts, Glob, Noun, Opening, Parser, Row
from readiness.facts.repository import signs
from readiness.facts.repository.deployments import deployments
from readiness.facts.repository.profile import PROFILES, kinds_as, profile_of
from readiness.facts.repository.servers import (
    PUBLISHED,
    Evidence,
    Kind,
    go,
    is_showcase,
    node,
    others,
    own,
    python,
    unread_node,
)
from readiness.facts.repository.stores import database
from readiness.records import replace
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.tree.model import Entry


_LANGUAGES = {
    "py": "python",
    "js": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    "jsx": "javascript",
    "ts": "typescript",
    "tsx": "typescript",
    "vue": "javascript",
    "svelte": "javascript",
    "go": "go",
    "java": "java",
    "kt": "kotlin",
    "scala": "scala",
    "rb": "ruby",
    "cs": "csharp",
    "fs": "fsharp",
    "rs": "rust",
    "php": "php",
    "ex": "elixir",
    "erl": "erlang",
    "swift": "swift",
    "dart": "dart",
    "c": "c",
    "cc": "cpp",
    "cpp": "cpp",
    "clj": "clojure",
    "hs": "haskell",
    "lua": "lua",
    "r": "r",
    "jl": "julia",
    "pl": "perl",
}
# A site, a unit of systemd and the like stand beside many a library: they make no service.
_NO_SERVICE = frozenset(("netlify", "vercel", "cloudflare-workers", "systemd", "pm2"))
_WORKERS = ("worker", "beat", "scheduler", "clock")
_TERRAFORM = ("resource ", "module ", "data ", "provider ")


class Repository(Row, frozen=True, kw_only=True):
    """The subject as a whole; there is exactly one."""

    kind: Annotated[frozenset[Kind], "what it is; several in a repository of many parts"] = frozenset()
    languages: Annotated[frozenset[str], "the programming languages of the product"] = frozenset()
    deployable: Annotated[bool, "it runs somewhere as a service, a worker or a web front end"] = False
    database: Annotated[bool | None, "the running program needs a database"] = False
    http: Annotated[bool, "it answers HTTP"] = False


def collect_repository(facts: Facts, scope: tuple[str, ...]) -> Collected[Repository]:  # noqa: ARG001
    """The one row, whatever the subject holds."""
    product = [entry for entry in facts.tree.entries if entry.role is Role.PRODUCT and entry.size]
    languages = frozenset(language for entry in product if (language := _language(entry.path)))
    found = Evidence()
    python(facts, found)
    node(facts, found)
    go(facts, found)
    others(facts, found)
    _descriptors(facts, found)
    deployable = found.deployable or bool(found.kinds & {"service", "worker", "web-frontend"})
    if not deployable:
        _library(facts, found)
        deployments(facts, found, code=bool(languages))
        deployable = found.deployable
        _remaining(facts, found, product, languages)
    path, line, _ = found.places[0] if found.places else ("", 1, "")
    row = Repository(
        path=Glob(path),
        line=line,
        kind=frozenset(found.kinds),
        languages=languages,
        deployable=deployable,
        database=database(facts, found, languages, deployable=deployable),
        http=found.http,
        text=_sentence(found, product),
    )
    row = _narrowed(row, facts.profile)
    return Collected((row,), looked=tuple(sorted({place[0] for place in found.places})))


def other_servers(facts: Facts) -> tuple[tuple[Kind, str, int, str], ...]:
    """Where a service or a worker starts that is neither Python nor a known framework of Node.js.

    Its kind, the path and line, and what builds it.
    """
    found = Evidence()
    unread_node(facts, found)
    go(facts, found)
    others(facts, found)
    return tuple(found.runs)


def code_elsewhere(facts: Facts) -> tuple[Opening, ...]:
    """What is run here with no server, worker or front end in sight: its code is another's, or unread.

    A service that only a platform's description names (a ``Procfile``) has none in sight either.
    """
    (row,) = facts.collected(REPOSITORY).rows
    if not row.deployable or "web-frontend" in row.kind:
        return ()
    built = any(server.role is Role.PRODUCT for server in facts.collected(SERVER).rows)
    if row.kind & {"service", "worker"} and (built or not row.languages):
        return ()
    return (Opening(row.path, row.line, "the code of what is run here lies elsewhere, or is not read yet"),)


def _narrowed(row: Repository, profile: str) -> Repository:
    """``row`` as a profile that somebody gave sees it, where it is not the one that would be chosen."""
    if profile not in PROFILES or profile == profile_of(row.kind):
        return row
    deployable = profile in ("service", "frontend")
    return replace(
        row,
        kind=kinds_as(profile, row.kind),
        deployable=deployable,
        database=row.database if deployable else False,
        http=(row.http or profile == "frontend") and deployable,
    )


def _language(path: str) -> str:
    _, dot, ending = path.rpartition(".")
    return _LANGUAGES.get(ending, "") if dot else ""


def _sentence(found: Evidence, product: list[Entry]) -> str:
    if not found.places:
        return "no file says what this is" if product else "there are no files"
    return ", ".join(f"{path}:{line} {text}" for path, line, text in found.places[:6])


def _descriptors(facts: Facts, found: Evidence) -> None:
    """What a platform is told to run."""
    for row in facts.collected(SERVICE).rows:
        entry = facts.entry(row.path)
        if entry is None or not own(entry) or row.platform in _NO_SERVICE or row.environment == "test":
            continue
        if row.platform == "procfile" and is_showcase(facts, row.command or ""):
            continue
        found.deployable = True
        if row.use in ("web", "function") or (row.use == "other" and row.platform != "procfile"):
            found.add("service", row.path, row.line, row.text)
            found.http = True
        elif row.use == "worker" and (row.platform != "procfile" or row.name in _WORKERS):
            found.add("worker", row.path, row.line, row.text)
    for entry in facts.paths("**/zappa_settings.json"):
        if own(entry):
            found.add("service", entry.path, 1, "zappa_settings.json")
            found.deployable = found.http = True


def _lines(data: bytes) -> tuple[str, ...]:
    return tuple(data.decode("utf-8", "replace").splitlines())


def _library(facts: Facts, found: Evidence) -> None:
    """What is published for others to use."""
    for entry in facts.paths("**/pyproject.toml"):
        built = facts.parsed(signs.DISTRIBUTION, entry.path).value if own(entry) else None
        if built is not None and built.package:
            found.add("library", entry.path, 1, "a package")
            if built.command:
                found.add("cli", entry.path, 1, "with commands")
    for entry in facts.paths("**/package.json"):
        package = facts.parsed(signs.PACKAGE, entry.path).value if own(entry) else None
        if package is not None and not package.private and (package.offers or package.command):
            found.add("cli" if package.command else "library", entry.path, 1, "a package")
    programs = [hit for hit in facts.hits(GO_SIGNS) if hit.name == "go-main" and own(hit.entry)]
    for entry in facts.paths(*PUBLISHED):
        if not own(entry):
            continue
        if entry.path.endswith("go.mod") and programs:
            found.add("cli", programs[0].entry.path, programs[0].line, "package main")
        else:
            found.add("library", entry.path, 1, entry.path.rpartition("/")[2])


def _remaining(facts: Facts, found: Evidence, product: list[Entry], languages: frozenset[str]) -> None:
    """Code that nobody publishes, infrastructure without code, and documents alone."""
    if found.kinds:
        return
    if languages:
        guards = [
            hit for hit in facts.hits(SIGNS) if hit.name == "main-guard" and hit.entry.role is Role.PRODUCT
        ]
        if guards:
            found.add("cli", guards[0].entry.path, guards[0].line, "is run as a program")
        return
    infrastructure = _infrastructure(facts, product)
    if infrastructure:
        found.add("infrastructure", infrastructure, 1, "declares infrastructure")
        return
    document = next(
        (entry.path for entry in product if entry.path.endswith((".md", ".rst", ".adoc", ".txt"))), ""
    )
    if document:
        found.add("documentation", document, 1, "documents alone")


def _infrastructure(facts: Facts, product: list[Entry]) -> str:
    """The first file of Terraform, Terragrunt, an Ansible role or a Helm chart; empty if there is none."""
    for entry in product:
        path = entry.path
        if path.endswith((".tf", ".tofu")):
            lines = facts.parsed(_LINES, path).value or ()
            if any(line.startswith(_TERRAFORM) for line in lines):
                return path
        if path.endswith(("Chart.yaml", "tasks/main.yml", "tasks/main.yaml", "terragrunt.hcl", ".tf.json")):
            return path
    return ""


_LINES: Parser[tuple[str, ...]] = Parser("lines", 1, _lines)
REPOSITORY: Noun[Repository] = Noun("repository", Repository, "the subject as a whole", collect_repository)
