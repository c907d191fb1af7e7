"""Switches that may be connected to nothing: settings and variables that no code of the product reads.

Only names that say enough are asked for, and only of files that code demonstrably reads by
name: it names the file, or its framework does (Spring Boot's ``application.yml``, ASP.NET's
``appsettings.json``), and it names at least one of its keys. What a library reads (``spring:``,
``logging:``), what lies in a section that may be taken whole, and what a prefix may put together is
not called unread. Sources: Spring Boot, "Externalized configuration" (relaxed binding); ASP.NET Core,
"Configuration"; the Twelve-Factor App, "Config".
"""

from __future__ import annotations

from posixpath import basename, dirname
from typing import TYPE_CHECKING, Annotated, Literal

from readiness.facts.model import Collected, Glob, Noun, Row
from readiness.facts.references.names import (
    found,
    is_code,
    is_code_or_test,
    is_configuration,
    is_distinctive,
    is_manifest,
    words_pattern,
)
from readiness.facts.references.variables import Given, given_variables, is_of_a_runtime
from readiness.facts.settings import HIDDEN, SETTING, Setting
from readiness.facts.words import name_words, word_set
from readiness.globs import glob
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.model import Facts
    from readiness.tree.model import Entry

Source = Literal["settings", "env-file", "compose"]

_FILES = (
    "**/{settings,config,configuration,application,app-config,features,flags}{,[-_.]*}.{yaml,yml,json,toml}",
    "**/{settings,config,configuration,application,features}{,[-_.]*}.{ini,properties}",
    "**/appsettings{,.*}.json",
    "{config,conf,settings}/**/*.{yaml,yml,toml,properties}",
)
_FRAMEWORKS = (
    "**/application{,-*}.{yml,yaml,properties}",
    "**/bootstrap{,-*}.{yml,yaml}",
    "**/appsettings{,.*}.json",
)
_OTHERS = word_set(
    """
    alertmanager ansible aws babel bundle cdk chart charts circleci clickhouse cluster commitlint
    compose crd default deploy deployment deployments docker eslint fluent fluentd github gitlab grafana
    helm i18n infra infrastructure jaeger jekyll jest k8s kafka keycloak kubernetes lang lint
    lint-staged locales logstash loki logging manifests mkdocs monitoring nginx node_modules ops otel
    package playbooks postgres prettier prometheus promtail rabbitmq redis renovate roles samples
    serverless tempo terraform tox traefik translations tsconfig vector vscode webpack workflows
    messages initializers packages routes locale storybook
    """
)
_LIBRARIES = word_set(
    """
    akka allowedhosts apiversion appenders applicationinsights asp aws azure build camel cloud
    connectionstrings dependencies dependency-groups devdependencies dubbo elasticsearch endpoint
    endpoints eureka extends feign flyway grpc handlers hikari http hystrix info iplimiting
    ipratelimiting java javax jpa kafka kestrel keycloak kind liquibase log4j logback logger loggers
    logging lombok management mapper-locations maven metadata metrics mybatis mybatis-plus nacos
    opentelemetry otel pagehelper plugins project quarkus rabbitmq redis resilience4j ribbon rules
    scripts seata security sentinel sentry serilog server services servlet sharding shiro spec spring
    springdoc springfox swagger swarm tool tools tracing uvicorn vertx volumes xxl zipkin zuul
    """
)
_LOGGING = word_set("logging loggers handlers formatters uvicorn gunicorn tool build-system")
_OWNERS = "(?:conf|cfg|config|configs|configuration|settings?|options|opts|properties|env|yaml|viper|yml)\\w*"
_OWNERS += "(?:\\(\\w*\\))?(?:\\s*\\.\\s*\\w+)?"
_ON = frozenset(("true", "yes", "on", "enabled", "1"))
_MOST = 400


class UnreadSetting(Row, frozen=True, kw_only=True):
    """A setting or a variable that the product is given, and whether its code reads it."""

    source: Annotated[
        Source, "settings: a file of settings; env-file: a template of one; compose: a container's"
    ]
    key: Annotated[Glob, 'the whole key, its parts joined with "/"; a variable\'s name']
    name: Annotated[str, "the last part of the key"]
    value: Annotated[str, 'the value as written, "***" where it is a secret'] = ""
    on: Annotated[bool, "the value switches something on: true, yes, on, enabled, 1"] = False
    read: Annotated[bool | None, "the product's code names it; unknown where it may be read without its name"]


def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[UnreadSetting]:  # noqa: ARG001
    """Every setting of the product's own files and every variable it is given, if its name says enough."""
    settings, looked = _settings(facts)
    variables = given_variables(facts)
    rows = [*_settings_rows(facts, settings), *_variable_rows(facts, variables)]
    paths = {*looked, *(each.path for each in variables)}
    return Collected(tuple(rows), looked=tuple(sorted(paths)))


def _settings(facts: Facts) -> tuple[dict[str, list[Setting]], tuple[str, ...]]:
    """The settings of each file that looks like the product's own, by path."""
    files = [entry.path for entry in facts.paths(*_FILES) if _is_own(facts, entry)]
    by_path: dict[str, list[Setting]] = {}
    for path in files:
        rows = facts.collected(SETTING, (_literal(path),)).rows
        names = {row.key.partition("/")[0].lower() for row in rows}
        if not names & {"apiversion", "$schema", "scrape_configs", "receivers", "openapi", "swagger"}:
            libraries = _LIBRARIES if _by_framework(path) else _LOGGING
            by_path[path] = [row for row in rows if _is_asked(row.key, libraries)][:_MOST]
    return by_path, tuple(files)


def _literal(path: str) -> str:
    return "".join(f"[{char}]" if char in "*?{" else char for char in path)


def _is_own(facts: Facts, entry: Entry) -> bool:
    if entry.role is not Role.PRODUCT or entry.path.startswith("."):
        return False
    parts = entry.path.lower().split("/")
    folders = {word for part in parts[:-1] for word in (part, *name_words(part))}
    if folders & _OTHERS or any(part.startswith(".") for part in parts):
        return False
    rails_or_php = any(
        facts.entry(path) for path in ("config/application.rb", "config/bundles.php", "artisan")
    )
    return not (rails_or_php and "config" in folders)


def _by_framework(path: str) -> bool:
    return any(glob(pattern).covers(path) for pattern in _FRAMEWORKS)


def _is_asked(key: str, libraries: frozenset[str]) -> bool:
    parts = [part for part in key.split("/") if not part.isdecimal()]
    if not parts or len(parts) != len(key.split("/")):
        return False  # an item of a list is no switch
    top = parts[0].lower().partition(".")[0].partition(":")[0]
    return top not in libraries and is_distinctive(_last(parts))


def _last(parts: list[str]) -> str:
    return parts[-1].rpartition(".")[2] or parts[-1]


def _name(row: Setting) -> str:
    return _last(str(row.key).split("/"))


def _settings_rows(facts: Facts, by_path: dict[str, list[Setting]]) -> Iterable[UnreadSetting]:
    names = {_name(row) for rows in by_path.values() for row in rows}
    if not names:
        return
    sections = {part for rows in by_path.values() for row in rows for part in _sections(row)}
    patterns = {f"k:{name}": words_pattern(name) for name in names}
    patterns |= {f"s:{part}": _access(part) for part in sections}
    patterns |= {f"o:{part}": _access(part, _OWNERS) for part in sections}
    patterns |= {f"f:{path}": _file(path) for path in by_path}
    hits = found(facts, patterns, is_code)
    for path, rows in by_path.items():
        read = {row.key for row in rows if hits[f"k:{_name(row)}"]}
        framework = _by_framework(path)
        known = bool(read) and (framework or bool(hits[f"f:{path}"]))
        own = _own_sections(rows, read) if framework else None
        for row in rows:
            mine = own is None or _top(row) in own
            answer = _answer(row, read, _taken(row, hits, hits[f"f:{path}"])) if known and mine else None
            yield _setting_row(row, True if row.key in read else answer)


def _top(row: Setting) -> str:
    return str(row.key).replace(".", "/").partition("/")[0]


def _own_sections(rows: list[Setting], read: set[Glob]) -> frozenset[str]:
    """The sections of a framework's file that code reads most of; any other may be a library's."""
    tops: dict[str, list[bool]] = {}
    for row in rows:
        tops.setdefault(_top(row), []).append(row.key in read)
    return frozenset(top for top, answers in tops.items() if 2 * sum(answers) > len(answers))


def _taken(row: Setting, hits: dict[str, frozenset[str]], loaders: frozenset[str]) -> frozenset[str]:
    """The sections around ``row`` that code reaches into, in a loader or by a configuration's name."""
    sections = set(_sections(row))
    return frozenset(part for part in sections if hits[f"o:{part}"] or hits[f"s:{part}"] & loaders)


def _answer(row: Setting, read: set[Glob], taken: frozenset[str]) -> bool | None:
    """Of a key that no code names: False, unless a section around it may be taken whole."""
    sections = _sections(row)
    for at, part in enumerate(sections):
        prefix = "/".join(sections[: at + 1])
        by_name = any(each.replace(".", "/").startswith(prefix + "/") for each in read)
        if part in taken and not by_name:
            return None
    return False


def _sections(row: Setting) -> list[str]:
    """The parts of a key above its last one; Spring writes several in one, with dots between."""
    return str(row.key).replace(".", "/").split("/")[:-1]


def _access(section: str, owner: str = "") -> str:
    """How code reaches into a section: ``["name"]``, ``("name"``, ``.name``, ``:name``, ``"a.name"``."""
    words = "[-_]?".join(name_words(section)) or "[^\\s\\S]"
    return f"(?i){owner}(?:[\\[(]\\s*[\"'`](?:[\\w.:-]+[.:])?{words}[\"'`.:]|\\.{words}\\b)"


def _file(path: str) -> str:
    name = basename(path)
    stem = name.rpartition(".")[0]
    quoted = stem.replace(".", "[.]").replace("+", "[+]").replace("(", "[(]").replace(")", "[)]")
    return f"\\b{quoted}\\b[.](?:ya?ml|json|toml|ini|properties)|[\"'/]{quoted}[\"']"


def _setting_row(row: Setting, read: bool | None) -> UnreadSetting:
    on = row.kind != "number" and row.value.lower() in _ON
    return UnreadSetting(
        path=row.path,
        line=row.line,
        role=row.role,
        text=f"{row.text} ({_SAID[read]})",
        source="settings",
        key=row.key,
        name=_name(row),
        value=row.value,
        on=on,
        read=read,
    )


_SAID = {True: "code names it", False: "no code names it", None: "may be read without its name"}


def _variable_rows(facts: Facts, variables: tuple[Given, ...]) -> Iterable[UnreadSetting]:
    asked = [each for each in variables if is_distinctive(each.name) and not is_of_a_runtime(each.name)]
    names = sorted({each.name for each in asked})
    if not names:
        return
    code = found(facts, {name: words_pattern(name) for name in names}, is_code_or_test)
    around = found(facts, {name: f"\\b{name}\\b" for name in names}, is_configuration)
    lost = [name for name in names if not code[name]]
    tails = found(
        facts, {key: source for name in lost for key, source in _parts(name).items()}, is_code_or_test
    )
    heads = {name_words(name)[0] for name in lost}
    libraries = found(facts, {head: f"(?i){head}" for head in heads}, is_manifest)
    proved = {(each.path, each.source) for each in asked if code[each.name]}
    for each in asked:
        # What sets a variable does not read it; a value that is put in elsewhere is.
        elsewhere = {
            path
            for path in around[each.name]
            if path != each.path and (each.source == "env-file" or not _sets(path))
        }
        pieced = any(tails.get(key) for key in _parts(each.name))
        library = bool(libraries.get(name_words(each.name)[0]))
        sure = (each.path, each.source) in proved and not (each.whole or pieced or library)
        read = True if code[each.name] or elsewhere else False if sure else None
        yield _variable_row(each, read)


def _sets(path: str) -> bool:
    name = basename(path).lower()
    yaml = name.endswith((".yml", ".yaml", ".env")) or name.startswith((".env", "env."))
    return yaml or "k8s" in dirname(path) or "chart" in dirname(path)


def _parts(name: str) -> dict[str, str]:
    """How a program may put ``name`` together: a quoted prefix and the rest as a name of its own."""
    pieces = name.split("_")
    heads = ["_".join(pieces[:at]) for at in range(1, len(pieces))]
    found_parts = {f"{name}:{head}": f"[\"'`]{head}_?[\"'`$%{{]" for head in heads}
    rest = "_".join(pieces[1:])
    if len(rest) >= 5:
        found_parts[f"{name}::{rest}"] = f"[\"'`}}_]{rest}[\"'`]|(?i:\\b{rest}\\b)"
    return found_parts


def _variable_row(each: Given, read: bool | None) -> UnreadSetting:
    return UnreadSetting(
        path=Glob(each.path),
        line=each.line,
        role=each.role,
        text=f"{each.name}={each.value} ({_SAID[read]})"[:200],
        source=each.source,
        key=Glob(each.name),
        name=each.name,
        value=each.value,
        on=each.value.lower() in _ON and each.value != HIDDEN,
        read=read,
    )


UNREAD: Noun[UnreadSetting] = Noun(
    "setting.unread",
    UnreadSetting,
    "a setting or a variable that the product is given, and whether its code reads it",
    collect,
    grade="pattern",
)
