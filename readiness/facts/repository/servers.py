"""Servers and workers, language by language: where the product builds and starts one.

A library of servers alone makes none; it takes the place that starts it.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Literal

from readiness.facts.code.hints import ELIXIR_SIGNS, GO_SIGNS, JVM_SIGNS, RUST_SIGNS
from readiness.facts.code.nouns import SERVER
from readiness.facts.code.python.setup import WORKERS
from readiness.facts.code.script import parser_of
from readiness.facts.containers.dockerfile import DOCKERFILE
from readiness.facts.dependencies import DEPENDENCY
from readiness.facts.repository import signs
from readiness.facts.words import name_words
from readiness.records import Struct, field
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.code.rows import CodeServer
    from readiness.facts.model import Facts, Parser, PatternTable
    from readiness.tree.model import Entry

Kind = Literal["service", "web-frontend", "worker", "library", "cli", "infrastructure", "documentation"]

_ASIDE = frozenset(
    ("scripts", "script", "tools", "tool", "hack", "docs", "doc", "dev", "benchmarks", "ci", "build")
)
# Beside a package that is published, an application of such a name shows that package to its developers.
_SHOWCASES = frozenset(("demo", "playground", "review", "sandbox", "showcase", "storybook"))
# They bind a port for a moment or speak over pipes: no service by themselves.
_SLIGHT = frozenset(("http.server", "wsgi", "asgi", "mcp"))
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
# Servers that come with the run time itself, and so in no manifest.
_PLAIN = frozenset(("http", "bun", "deno"))
_SERVERS_OF_JAVA = frozenset(name for name in signs.SERVERS["text"] if name.startswith(("spring", "ktor")))
# Frameworks for Node.js whose routes stand in files of their own kind.
_UNREAD_NPM = ("@adonisjs/core", "@feathersjs/feathers", "@loopback/core", "@remix-run/node", "sails")
PUBLISHED = ("**/setup.py", "**/*.gemspec", "**/Cargo.toml", "**/go.mod", "**/composer.json", "**/*.nuspec")


class Evidence(Struct):
    """What was found, each with its place, while the kinds are gathered."""

    kinds: set[Kind] = field(default_factory=set)
    places: list[tuple[str, int, str]] = field(default_factory=list)
    runs: list[tuple[Kind, str, int, str]] = field(default_factory=list)
    http: bool = False
    deployable: bool = False

    def add(self, kind: Kind, path: str, line: int, text: str) -> None:
        """Take note that the subject is of ``kind``, and where that is seen."""
        self.kinds.add(kind)
        self.places.append((path, line, text))
        if kind in ("service", "worker"):
            self.runs.append((kind, path, line, text))


def central(path: str) -> bool:
    """Whether a file stands where a product's entry point would, not among its scripts."""
    return not any(part.lower() in _ASIDE for part in path.split("/")[:-1])


def python(facts: Facts, found: Evidence) -> None:
    """A server or worker that is built in product code, by its syntax."""
    for row in facts.collected(SERVER).rows:
        product = row.role is Role.PRODUCT and row.path.endswith(".py")
        if not product or row.act != "construct" or not central(row.path):
            continue
        if row.framework in WORKERS:
            found.add("worker", row.path, row.line, row.text)
        elif row.framework not in _SLIGHT:
            found.add("service", row.path, row.line, row.text)
            found.http = found.http or row.framework != "grpc"


def is_showcase(facts: Facts, name: str) -> bool:
    """Whether an application (its folder, or the name of its package) shows what is published beside it."""
    if name_words(name)[-1:] not in {(word,) for word in _SHOWCASES}:
        return False
    packages = (
        facts.parsed(signs.PACKAGE, each.path).value for each in facts.paths("**/package.json") if own(each)
    )
    return any(package is not None and package.offers and not package.private for package in packages)


def node(facts: Facts, found: Evidence) -> None:
    """A server, a front end or a worker that a ``package.json`` of the product builds or starts."""
    scripts = [row for row in facts.collected(SERVER).rows if parser_of(row.path) is not None]
    bound = [row for row in scripts if row.role is Role.PRODUCT and central(row.path)]
    for path, package in _packages(facts):
        folder = dirname(path)
        inside = [row for row in bound if not folder or row.path.startswith(folder + "/")]
        dockerfile = f"{folder}/Dockerfile" if folder else "Dockerfile"
        started = bool(package.script("start")) or facts.entry(dockerfile) is not None
        _node_package(path, package, inside, started, found)


def _packages(facts: Facts) -> list[tuple[str, signs.Package]]:
    """The product's own ``package.json`` files, without those of applications that only show it."""
    return [
        (entry.path, facts.parsed(signs.PACKAGE, entry.path).value or signs.Package())
        for entry in facts.paths("**/package.json")
        if own(entry) and not is_showcase(facts, dirname(entry.path))
    ]


def unread_node(facts: Facts, found: Evidence) -> None:
    """A service of a framework for Node.js whose routes are not read."""
    for path, package in _packages(facts):
        runtime = dict(package.runtime)
        name = next((name for name in _UNREAD_NPM if name in runtime), "")
        if name and package.script("start"):
            found.add("service", path, runtime[name], name)


def _node_package(
    path: str, package: signs.Package, bound: list[CodeServer], starts: bool, found: Evidence
) -> None:
    library = package.offers and not package.private
    every = dict(package.development) | dict(package.runtime)
    front = next((name for name in signs.FRONTENDS if name in every), "")
    if "electron" in every or "react-native" in every:
        return
    if front and package.script("build") and not library:
        found.add("web-frontend", path, every[front], front)
    runtime = dict(package.runtime)
    server = next((name for name in signs.SERVERS["npm"] if name in runtime), "")
    plain = [row for row in bound if row.framework in _PLAIN]
    if server and starts and (bound or "fastify start" in package.script("start")):
        found.add("service", path, runtime[server], server)
        found.http = True
    elif plain and starts and not (front or library or package.command):
        found.add("service", plain[0].path, plain[0].line, plain[0].text)
        found.http = True
    rendering = next((name for name in signs.RENDERING if name in runtime), "")
    if rendering and package.script("start") and package.script("build") and not library:
        found.add("service", path, runtime[rendering], rendering)
        found.http = True
    worker = next((name for name in signs.WORKERS["npm"] if name in runtime), "")
    if worker and starts:
        found.add("worker", path, runtime[worker], worker)


def own(entry: Entry) -> bool:
    """Whether a file is the product's, and stands where its entry points would."""
    return entry.role is Role.PRODUCT and central(entry.path)


def go(facts: Facts, found: Evidence) -> None:
    """A server that a program of the product starts, by its own main package or by a package it uses.

    A command-line tool that can also serve (by its libraries) is a service only where an image
    of the product opens a port for it.
    """
    hits = [hit for hit in facts.hits(GO_SIGNS) if own(hit.entry)]
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
    for entry in facts.paths("**/Dockerfile{,.*,-*,_*}", "**/*.Dockerfile", "**/Containerfile"):
        built = facts.parsed(DOCKERFILE, entry.path).value if own(entry) else None
        if built is not None and built.yielded("EXPOSE"):
            return True
    return False


def others(facts: Facts, found: Evidence) -> None:
    """A server library in a manifest, together with the place that starts it."""
    for name, parser in _SIGN_FILES:
        for entry in facts.paths("**/" + name):
            if not own(entry):
                continue
            seen = facts.parsed(parser, entry.path).value or signs.Signs()
            if seen.servers and _starts(facts, entry.path, seen.servers[0][0]):
                found.add("service", entry.path, seen.servers[0][1], seen.servers[0][0])
                found.http = True
            if seen.workers and _starts(facts, entry.path, "worker"):
                found.add("worker", entry.path, seen.workers[0][1], seen.workers[0][0])
    if "service" not in found.kinds:
        _by_catalog(facts, found)
        _by_endpoint(facts, found)
    if not found.kinds & {"service", "worker"}:
        _by_host(facts, found)


def _by_host(facts: Facts, found: Evidence) -> None:
    """A program of .NET whose project file does not say that it serves: its entry point builds a host."""
    rows = [
        row
        for row in facts.collected(SERVER).rows
        if row.path.endswith(".cs") and row.role is Role.PRODUCT and central(row.path)
    ]
    starts = [row for row in rows if row.path.rpartition("/")[2] == "Program.cs" and row.act == "construct"]
    if starts:
        serves = any(row.framework == "aspnetcore" for row in rows)
        found.add("service" if serves else "worker", starts[0].path, starts[0].line, starts[0].text)
        found.http = found.http or serves


def _by_endpoint(facts: Facts, found: Evidence) -> None:
    """An endpoint of Phoenix whose applications take their libraries from a list that they share."""
    for entry in facts.paths("**/mix.exs"):
        folder = dirname(entry.path)
        starts = [hit for hit in facts.hits(ELIXIR_SIGNS) if hit.name == "phoenix" and own(hit.entry)]
        if own(entry) and any(hit.entry.path.startswith(folder + "/" if folder else "") for hit in starts):
            found.add("service", entry.path, 1, "Phoenix.Endpoint")
            found.http = True
            return


def _by_catalog(facts: Facts, found: Evidence) -> None:
    """A server library of Gradle's or Maven's whose name stands in another file: a catalog, a parent."""
    for row in facts.collected(DEPENDENCY).rows:
        artifact = row.name.rpartition(":")[2]
        named = row.ecosystem == "maven" and row.scope == "runtime" and artifact in _SERVERS_OF_JAVA
        if named and row.role is Role.PRODUCT and central(row.path) and _starts(facts, row.path, artifact):
            found.add("service", row.path, row.line, artifact)
            found.http = True
            return


def _starts(facts: Facts, path: str, server: str) -> bool:
    """Whether the product has what a server of this kind is started by."""
    folder, _, name = path.rpartition("/")
    below = folder + "/" if folder else ""
    if name == "Gemfile":
        return any(facts.entry(below + item) for item in ("config.ru", "config/application.rb"))
    if name == "composer.json":
        return facts.entry(below + "public/index.php") is not None
    if name == "Cargo.toml":
        return _signed(facts, below, RUST_SIGNS)
    if name == "mix.exs":
        return _signed(facts, below, ELIXIR_SIGNS)
    if server.startswith(("spring", "micronaut", "ktor")):
        return _signed(facts, below, JVM_SIGNS)
    return True  # the project file of a .NET web application or of Quarkus makes the program itself


def _signed(facts: Facts, below: str, table: PatternTable) -> bool:
    return any(own(hit.entry) and hit.entry.path.startswith(below) for hit in facts.hits(table))
