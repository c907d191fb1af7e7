"""What manifests of several ecosystems say about what a repository is."""

from __future__ import annotations

from readiness.facts.model import Parser
from readiness.records import Struct
from readiness.structured.nodes import Scalar, Table

SERVERS = {
    "npm": (
        "express",
        "fastify",
        "koa",
        "@nestjs/core",
        "@hapi/hapi",
        "hono",
        "restify",
        "polka",
        "@feathersjs/express",
        "apollo-server",
        "@apollo/server",
        "@adonisjs/core",
    ),
    "text": (
        "spring-boot-starter-web",
        "spring-boot-starter-webflux",
        "spring-boot-starter-jersey",
        "quarkus-rest",
        "quarkus-resteasy",
        "micronaut-http-server",
        "ktor-server",
        "Microsoft.NET.Sdk.Web",
        "laravel/framework",
        "symfony/framework-bundle",
        "slim/slim",
        ":phoenix,",
        ":plug_cowboy,",
        ":bandit,",
        ":cowboy,",
    ),
    "gem": ("rails", "sinatra", "hanami", "grape", "roda"),
    "cargo": ("axum", "actix-web", "rocket", "tonic", "warp", "poem", "salvo"),
}
WORKERS = {
    "npm": ("bullmq", "bull", "bee-queue", "agenda", "@temporalio/worker"),
    "text": ("Microsoft.NET.Sdk.Worker",),
}
FRONTENDS = (
    "react-dom",
    "react",
    "vue",
    "svelte",
    "@angular/core",
    "next",
    "nuxt",
    "astro",
    "solid-js",
    "preact",
    "@sveltejs/kit",
    "@remix-run/react",
)
RENDERING = ("next", "nuxt", "@remix-run/node", "@sveltejs/adapter-node")


class Package(Struct, frozen=True):
    """A ``package.json``: ``line`` of each runtime and development dependency, scripts, and its use."""

    runtime: tuple[tuple[str, int], ...] = ()
    development: tuple[tuple[str, int], ...] = ()
    scripts: tuple[tuple[str, str], ...] = ()
    private: bool = False
    offers: bool = False
    command: bool = False

    def script(self, name: str) -> str:
        """The command of the script ``name``, empty if there is none."""
        return dict(self.scripts).get(name, "")


def parse_package(data: bytes) -> Package:
    """What kind of package a ``package.json`` describes. Source: npm "package.json"."""
    from readiness.structured.json import parse  # noqa: PLC0415 - reads one kind of file only

    root = parse(data)
    if not isinstance(root, Table):
        return Package()
    private = root.get("private")
    return Package(
        runtime=_keys(root.table("dependencies")),
        development=_keys(root.table("devDependencies")),
        scripts=tuple(
            (name.text, value.text)
            for name, value in root.table("scripts") or ()
            if isinstance(value, Scalar)
        ),
        private=isinstance(private, Scalar) and private.truth is True,
        offers=any(root.get(key) is not None for key in ("main", "exports", "module", "types", "typings")),
        command=root.get("bin") is not None,
    )


def _keys(table: Table | None) -> tuple[tuple[str, int], ...]:
    return tuple((name.text, name.line) for name, _ in table or ())


class Distribution(Struct, frozen=True):
    """A Python project's metadata: whether it builds a package, and whether that has commands."""

    package: bool = False
    command: bool = False


def parse_distribution(data: bytes) -> Distribution:
    """``pyproject.toml``. Sources: PEP 518, PEP 621, Poetry "The pyproject.toml file"."""
    from readiness.structured.toml import parse  # noqa: PLC0415 - reads one kind of file only

    root = parse(data)
    project = root.table("project") or Table(1)
    poetry = (root.table("tool") or Table(1)).table("poetry") or Table(1)
    mode = poetry.get("package-mode")
    built = root.table("build-system") is not None and not (isinstance(mode, Scalar) and mode.truth is False)
    named = bool(project.text("name") or poetry.text("name"))
    scripts = project.table("scripts") or poetry.table("scripts")
    return Distribution(package=built and named, command=built and named and bool(scripts and scripts.pairs))


class Signs(Struct, frozen=True):
    """The first line of each server and worker library that a manifest names."""

    servers: tuple[tuple[str, int], ...] = ()
    workers: tuple[tuple[str, int], ...] = ()


def parse_signs(data: bytes) -> Signs:
    """A manifest of Maven, Gradle, .NET, Composer or Mix, by its words; commented lines do not count."""
    lines = _uncommented(data.decode("utf-8", "replace"))
    return Signs(servers=_first(lines, SERVERS["text"]), workers=_first(lines, WORKERS["text"]))


def parse_gemfile(data: bytes) -> Signs:
    """A ``Gemfile``: the gems at its top level and in groups that are not for development."""
    lines = [
        (number, line.replace("'", '"')) for number, line in _uncommented(data.decode("utf-8", "replace"))
    ]
    named = tuple(f'gem "{name}"' for name in SERVERS["gem"])
    servers = tuple((name[5:-1], line) for name, line in _first(lines, named))
    workers = tuple((name[5:-1], line) for name, line in _first(lines, ('gem "sidekiq"', 'gem "resque"')))
    return Signs(servers, workers)


def parse_cargo(data: bytes) -> Signs:
    """``Cargo.toml``: its dependencies, those of a workspace included."""
    from readiness.structured.toml import parse  # noqa: PLC0415 - reads one kind of file only

    root = parse(data)
    found = _keys(root.table("dependencies"))
    return Signs(servers=tuple(item for item in found if item[0] in SERVERS["cargo"]))


def _uncommented(text: str) -> list[tuple[int, str]]:
    """The lines that are no comments (``#``, ``//``, ``<!-- … -->``), numbered."""
    found, inside = [], False
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if inside or bare.startswith("<!--"):
            inside = "-->" not in bare
            continue
        if not bare.startswith(("#", "//", "*", "/*")):
            found.append((number, line))
    return found


def _first(lines: list[tuple[int, str]], words: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for number, line in lines:
        for word in words:
            if word in line:
                found.setdefault(word, number)
    return tuple(found.items())


PACKAGE: Parser[Package] = Parser("package-kind", 1, parse_package)
DISTRIBUTION: Parser[Distribution] = Parser("python-distribution", 1, parse_distribution)
SIGNS_TEXT: Parser[Signs] = Parser("manifest-signs", 2, parse_signs)
SIGNS_GEM: Parser[Signs] = Parser("gemfile-signs", 2, parse_gemfile)
SIGNS_CARGO: Parser[Signs] = Parser("cargo-signs", 2, parse_cargo)
