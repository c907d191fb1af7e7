"""What the repository as a whole is: the row that decides which questions are asked of it.

Only the product's own files count: a server under ``tests/`` or ``examples/`` makes no
service, nor does one among scripts and tools. In doubt a kind is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import dirname
from typing import TYPE_CHECKING, Annotated, Literal

from readiness.facts import repository_signs as signs
from readiness.facts.code import SERVER
from readiness.facts.code_hints import SIGNS
from readiness.facts.dependencies import DEPENDENCY
from readiness.facts.dockerfile import DOCKERFILE
from readiness.facts.model import Collected, Facts, Glob, Noun, Opening, Parser, Row
from readiness.facts.python_code.setup import WORKERS
from readiness.facts.words import name_words
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.tree.model import Entry

Kind = Literal["service", "web-frontend", "worker", "library", "cli", "infrastructure", "documentation"]

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
_READ = frozenset(("python", "javascript", "typescript", "go"))
_ASIDE = frozenset(
    ("scripts", "script", "tools", "tool", "hack", "docs", "doc", "dev", "benchmarks", "ci", "build")
)
# Beside a package that is published, an application of such a name shows that package to its developers.
_SHOWCASES = frozenset(("demo", "playground", "review", "sandbox", "showcase", "storybook"))
# They bind a port for a moment or speak over pipes: no service by themselves.
_SLIGHT = frozenset(("http.server", "wsgi", "asgi", "mcp"))
_DESCRIPTORS = (
    "Procfile",
    "fly.toml",
    "render.yaml",
    "serverless.yml",
    "serverless.yaml",
    "zappa_settings.json",
)
_SIGN_FILES: tuple[tuple[str, Parser[signs.Signs]], ...] = (
    ("pom.xml", signs.SIGNS_TEXT),
    ("build.gradle", signs.SIGNS_TEXT),
    ("build.gradle.kts", signs.SIGNS_TEXT),
    ("*.csproj", signs.SIGNS_TEXT),
    ("composer.json", signs.SIGNS_TEXT),
    ("mix.exs", signs.SIGNS_TEXT),
    ("Gemfile", signs.SIGNS_GEM),
    ("Cargo.toml", signs.SIGNS_CARGO),
)
# Libraries of command lines. A program that uses one may serve, but that is not what it is for.
_GO_TOOLS = frozenset(
    (
        "github.com/spf13/cobra",
        "github.com/urfave/cli",
        "github.com/urfave/cli/v2",
        "github.com/urfave/cli/v3",
        "github.com/alecthomas/kong",
        "github.com/alecthomas/kingpin/v2",
    )
)
_TERRAFORM = ("resource ", "module ", "data ", "provider ")
_PUBLISHED = ("**/setup.py", "**/*.gemspec", "**/Cargo.toml", "**/go.mod", "**/composer.json", "**/*.nuspec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository(Row):
    """The subject as a whole; there is exactly one."""

    kind: Annotated[frozenset[Kind], "what it is; several in a repository of many parts"] = frozenset()
    languages: Annotated[frozenset[str], "the programming languages of the product"] = frozenset()
    deployable: Annotated[bool, "it runs somewhere as a service, a worker or a web front end"] = False
    database: Annotated[bool | None, "the running program needs a database"] = False
    http: Annotated[bool, "it answers HTTP"] = False


@dataclass(slots=True)
class _Evidence:
    """What was found, each with its place, while the kinds are gathered."""

    kinds: set[Kind] = field(default_factory=set)
    places: list[tuple[str, int, str]] = field(default_factory=list)
    runs: list[tuple[Kind, str, int, str]] = field(default_factory=list)
    http: bool = False
    deployable: bool = False
    database: bool = False

    def add(self, kind: Kind, path: str, line: int, text: str) -> None:
        self.kinds.add(kind)
        self.places.append((path, line, text))
        if kind in ("service", "worker"):
            self.runs.append((kind, path, line, text))


def collect_repository(facts: Facts, scope: tuple[str, ...]) -> Collected[Repository]:  # noqa: ARG001
    """The one row, whatever the subject holds."""
    product = [entry for entry in facts.tree.entries if entry.role is Role.PRODUCT and entry.size]
    languages = frozenset(language for entry in product if (language := _language(entry.path)))
    found = _Evidence()
    _python(facts, found)
    _node(facts, found)
    _go(facts, found)
    _others(facts, found)
    _descriptors(facts, found)
    deployable = found.deployable or bool(found.kinds & {"service", "worker", "web-frontend"})
    if not deployable:
        _library(facts, found)
        _remaining(facts, found, product, languages)
    path, line, _ = found.places[0] if found.places else ("", 1, "")
    row = Repository(
        path=Glob(path),
        line=line,
        kind=frozenset(found.kinds),
        languages=languages,
        deployable=deployable,
        database=_database(facts, found, languages),
        http=found.http,
        text=_sentence(found, product),
    )
    return Collected((row,), looked=tuple(sorted({place[0] for place in found.places})))


def unread_servers(facts: Facts) -> tuple[Opening, ...]:
    """Where a service or a worker starts whose language is not read yet: what its code does is open."""
    found = _Evidence()
    _node(facts, found)
    _go(facts, found)
    _others(facts, found)
    return tuple(
        Opening(path, line, f"the code of this {kind} ({text}) is not read yet")
        for kind, path, line, text in found.runs
    )


def _language(path: str) -> str:
    _, dot, ending = path.rpartition(".")
    return _LANGUAGES.get(ending, "") if dot else ""


def _sentence(found: _Evidence, product: list[Entry]) -> str:
    if not found.places:
        return "no file says what this is" if product else "there are no files"
    return ", ".join(f"{path}:{line} {text}" for path, line, text in found.places[:6])


def _central(path: str) -> bool:
    """Whether a file stands where a product's entry point would, not among its scripts."""
    return not any(part.lower() in _ASIDE for part in path.split("/")[:-1])


def _python(facts: Facts, found: _Evidence) -> None:
    """A server or worker that is built in product code, by its syntax."""
    for row in facts.collected(SERVER).rows:
        if row.role is not Role.PRODUCT or row.act != "construct" or not _central(row.path):
            continue
        if row.framework in WORKERS:
            found.add("worker", row.path, row.line, row.text)
        elif row.framework not in _SLIGHT:
            found.add("service", row.path, row.line, row.text)
            found.http = found.http or row.framework != "grpc"


def _is_showcase(facts: Facts, name: str) -> bool:
    """Whether an application (its folder, or the name of its package) shows what is published beside it."""
    if name_words(name)[-1:] not in {(word,) for word in _SHOWCASES}:
        return False
    packages = (
        facts.parsed(signs.PACKAGE, each.path).value for each in facts.paths("**/package.json") if _own(each)
    )
    return any(package is not None and package.offers and not package.private for package in packages)


def _node(facts: Facts, found: _Evidence) -> None:
    listening = [row.entry.path for row in facts.hits(SIGNS) if row.name == "node-server" and _own(row.entry)]
    for entry in facts.paths("**/package.json"):
        if not _own(entry) or _is_showcase(facts, dirname(entry.path)):
            continue
        package = facts.parsed(signs.PACKAGE, entry.path).value or signs.Package()
        folder = entry.path.rpartition("/")[0]
        inside = [path for path in listening if not folder or path.startswith(folder + "/")]
        _node_package(entry.path, package, bool(inside), found)


def _node_package(path: str, package: signs.Package, listens: bool, found: _Evidence) -> None:
    library = package.offers and not package.private
    every = dict(package.development) | dict(package.runtime)
    front = next((name for name in signs.FRONTENDS if name in every), "")
    if "electron" in every or "react-native" in every:
        return
    if front and package.script("build") and not library:
        found.add("web-frontend", path, every[front], front)
    runtime = dict(package.runtime)
    starts = bool(package.script("start"))
    server = next((name for name in signs.SERVERS["npm"] if name in runtime), "")
    if server and starts and listens:
        found.add("service", path, runtime[server], server)
        found.http = True
    rendering = next((name for name in signs.RENDERING if name in runtime), "")
    if rendering and starts and package.script("build") and not library:
        found.add("service", path, runtime[rendering], rendering)
        found.http = True
    worker = next((name for name in signs.WORKERS["npm"] if name in runtime), "")
    if worker and starts:
        found.add("worker", path, runtime[worker], worker)


def _own(entry: Entry) -> bool:
    return entry.role is Role.PRODUCT and _central(entry.path)


def _go(facts: Facts, found: _Evidence) -> None:
    """A server that a program of the product starts, by its own main package or by a package it uses.

    A command-line tool that can also serve (by its libraries) is a service only where an image
    of the product opens a port for it.
    """
    hits = [hit for hit in facts.hits(SIGNS) if hit.entry.path.endswith(".go") and _own(hit.entry)]
    programs = {dirname(hit.entry.path) for hit in hits if hit.name == "go-main"}
    libraries = {row.name for row in facts.collected(DEPENDENCY).rows if row.ecosystem == "go"}
    tool = bool(libraries & _GO_TOOLS) and not _opens_a_port(facts)
    servers = [
        hit
        for hit in hits
        if hit.name == "go-server"
        and (_prominent(folder) if (folder := dirname(hit.entry.path)) in programs else not tool)
    ]
    if programs and servers:
        first = servers[0]
        found.add("service", first.entry.path, first.line, first.text.rstrip("(").split()[-1])
        found.http = found.http or any("grpc" not in hit.text for hit in servers)


def _prominent(folder: str) -> bool:
    """Whether a main package lies where a product's programs do, not deep among its packages."""
    parts = folder.split("/") if folder else []
    return len(parts) <= 2 or parts[0] in ("cmd", "services", "apps", "src")


def _opens_a_port(facts: Facts) -> bool:
    """Whether an image of the product declares a port."""
    for entry in facts.paths("**/Dockerfile", "**/Dockerfile.*", "**/*.Dockerfile", "**/Containerfile"):
        built = facts.parsed(DOCKERFILE, entry.path).value if _own(entry) else None
        if built is not None and built.yielded("EXPOSE"):
            return True
    return False


def _others(facts: Facts, found: _Evidence) -> None:
    """A server library in a manifest, together with the place that starts it."""
    for name, parser in _SIGN_FILES:
        for entry in facts.paths("**/" + name):
            if not _own(entry):
                continue
            seen = facts.parsed(parser, entry.path).value or signs.Signs()
            found.database = found.database or bool(seen.databases)
            if seen.servers and _starts(facts, entry.path, seen.servers[0][0]):
                found.add("service", entry.path, seen.servers[0][1], seen.servers[0][0])
                found.http = True
            if seen.workers and _starts(facts, entry.path, "worker"):
                found.add("worker", entry.path, seen.workers[0][1], seen.workers[0][0])


def _starts(facts: Facts, path: str, server: str) -> bool:
    """Whether the product has what a server of this kind is started by."""
    folder, _, name = path.rpartition("/")
    below = folder + "/" if folder else ""
    signed = {hit.name for hit in facts.hits(SIGNS) if _own(hit.entry) and hit.entry.path.startswith(below)}
    if name == "Gemfile":
        return any(facts.entry(below + item) for item in ("config.ru", "config/application.rb"))
    if name == "composer.json":
        return facts.entry(below + "public/index.php") is not None
    if name == "Cargo.toml":
        return "rust-server" in signed
    if name == "mix.exs":
        return "phoenix" in signed
    if server.startswith(("spring", "micronaut", "ktor")):
        return bool(signed & {"java-server", "kotlin-server"})
    return True  # the project file of a .NET web application or of Quarkus makes the program itself


def _descriptors(facts: Facts, found: _Evidence) -> None:
    """What a platform is told to run."""
    for entry in facts.paths(*("**/" + name for name in _DESCRIPTORS)):
        if not _own(entry):
            continue
        name = entry.path.rpartition("/")[2]
        if name == "Procfile":
            _procfile(facts, entry.path, found)
        else:
            found.add("service", entry.path, 1, name)
            found.deployable = found.http = True
    for entry in facts.paths("**/app.yaml"):
        lines = facts.parsed(_LINES, entry.path).value or () if _own(entry) else ()
        if any(line.startswith("runtime:") for line in lines):
            found.deployable = found.http = True
            found.add("service", entry.path, 1, "app.yaml")


def _procfile(facts: Facts, path: str, found: _Evidence) -> None:
    for number, line in enumerate(facts.parsed(_LINES, path).value or (), 1):
        process, _, command = line.partition(":")
        process = process.strip()
        if not command.strip() or _is_showcase(facts, command):
            continue
        found.deployable = True
        if process == "web":
            found.add("service", path, number, "web process")
            found.http = True
        elif process in ("worker", "beat", "scheduler", "clock"):
            found.add("worker", path, number, f"{process} process")


def _lines(data: bytes) -> tuple[str, ...]:
    return tuple(data.decode("utf-8", "replace").splitlines())


def _library(facts: Facts, found: _Evidence) -> None:
    """What is published for others to use."""
    for entry in facts.paths("**/pyproject.toml"):
        built = facts.parsed(signs.DISTRIBUTION, entry.path).value if _own(entry) else None
        if built is not None and built.package:
            found.add("library", entry.path, 1, "a package")
            if built.command:
                found.add("cli", entry.path, 1, "with commands")
    for entry in facts.paths("**/package.json"):
        package = facts.parsed(signs.PACKAGE, entry.path).value if _own(entry) else None
        if package is not None and not package.private and (package.offers or package.command):
            found.add("cli" if package.command else "library", entry.path, 1, "a package")
    programs = [hit for hit in facts.hits(SIGNS) if hit.name == "go-main" and _own(hit.entry)]
    for entry in facts.paths(*_PUBLISHED):
        if not _own(entry):
            continue
        if entry.path.endswith("go.mod") and programs:
            found.add("cli", programs[0].entry.path, programs[0].line, "package main")
        else:
            found.add("library", entry.path, 1, entry.path.rpartition("/")[2])


def _remaining(facts: Facts, found: _Evidence, product: list[Entry], languages: frozenset[str]) -> None:
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
    """The first file of Terraform with a block, of an Ansible role, or of a Helm chart; empty if none."""
    for entry in product:
        path = entry.path
        if path.endswith((".tf", ".tofu")):
            lines = facts.parsed(_LINES, path).value or ()
            if any(line.startswith(_TERRAFORM) for line in lines):
                return path
        if path.endswith(("Chart.yaml", "tasks/main.yml", "tasks/main.yaml")):
            return path
    return ""


def _database(facts: Facts, found: _Evidence, languages: frozenset[str]) -> bool | None:
    """Whether a database is needed; unknown where no manifest that we read tells."""
    rows = [row for row in facts.collected(DEPENDENCY).rows if row.role is Role.PRODUCT]
    named = [row.name for row in rows if row.scope == "runtime"]
    needed = any(_stores(name) for name in named)
    imported = any(hit.name == "database" and _own(hit.entry) for hit in facts.hits(SIGNS))
    if needed or imported or found.database:
        return True
    silent = bool(found.kinds & {"service", "worker"}) and not named
    return None if silent or not languages <= _READ else False


def _stores(name: str) -> bool:
    return name in signs.DATABASES or name.rpartition("/v")[0] in signs.DATABASES


_LINES: Parser[tuple[str, ...]] = Parser("lines", 1, _lines)
REPOSITORY: Noun[Repository] = Noun("repository", Repository, "the subject as a whole", collect_repository)
