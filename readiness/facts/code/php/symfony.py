"""What the settings of Symfony say: routes, prefixes, origins, logs, variables.

Sources: Symfony "Routing" (YAML), "Logging" (MonologBundle), "Environment Variable Processors", "Security"
(``access_control``); NelmioCorsBundle, sentry-symfony and prometheus-metrics-bundle READMEs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import joined
from readiness.facts.code.model import Cors, Route, Telemetry, Variable
from readiness.facts.code.php.model import Loaded, PhpModule
from readiness.facts.code.php.routes import braced
from readiness.facts.model import Parser
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.structured.nodes import Node

_LOCAL = ("when@dev", "when@test")
_STREAMS = ("php://stderr", "php://stdout")
_FILES = ("rotating_file",)
_JSON = ("monolog.formatter.json", "monolog.formatter.logstash", "json", "logstash")
_DEEP = 8


class Settings(PhpModule, frozen=True):
    """One file of settings; ``rules`` where it says by path who may come in."""

    rules: bool = False


def parse(data: bytes) -> Settings:
    """The facts in a file of settings in YAML. Raises ``Unparsable``."""
    from readiness.structured.yaml import parse as parse_yaml  # noqa: PLC0415 - where Symfony is

    roots = [root for root in parse_yaml(data) if isinstance(root, Table)]
    routes: list[Route] = []
    loaded: list[Loaded] = []
    telemetry: list[Telemetry] = []
    cors: list[Cors] = []
    rules = False
    for root in roots:
        for key, value in root.pairs:
            if key.text in _LOCAL or not isinstance(value, Table):
                continue
            inner = value if key.text.startswith("when@") else Table(root.line, ((key, value),))
            for name, part in inner.pairs:
                if not isinstance(part, Table):
                    continue
                match name.text:
                    case "monolog":
                        telemetry += _logs(part)
                    case "sentry":
                        telemetry.append(
                            Telemetry(name.line, "error-tracking", "sentry-symfony", "sentry", exposes=True)
                        )
                    case "artprima_prometheus_metrics":
                        text = "prometheus_metrics"
                        telemetry.append(
                            Telemetry(name.line, "metrics", "prometheus-metrics-bundle", text, exposes=True)
                        )
                    case "nelmio_cors":
                        cors += _origins(part)
                    case "security":
                        rules = rules or isinstance(part.get("access_control"), Items)
                    case _:
                        routes += _route(name, part)
                        loaded += _resource(part)
    return Settings(
        routes=tuple(routes),
        telemetry=tuple(telemetry),
        cors=tuple(cors),
        variables=_variables(data),
        loaded=tuple(loaded),
        rules=rules,
    )


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _texts(node: Node | None) -> list[str]:
    if isinstance(node, Items):
        return [text for item in node if (text := _text(item))]
    return [_text(node)] if _text(node) else []


def _route(name: Scalar, part: Table) -> list[Route]:
    r"""``health: { path: /health, controller: App\Controller\Health::check }``."""
    path = _text(part.get("path"))
    controller = _text(part.get("controller"))
    if not path or not controller:
        return []
    owner, sign, method = controller.strip("\\").partition("::")
    origin = f"{owner.replace(chr(92), '.')}.{method if sign else '__invoke'}"
    methods = tuple(text.upper() for item in _texts(part.get("methods")) for text in item.split("|"))
    return [
        Route(name.line, methods, braced(joined("", path)), "symfony", origin, None, (), f'path: "{path}"')
    ]


def _resource(part: Table) -> list[Loaded]:
    """``resource: ../src/Controller/`` with a prefix."""
    prefix = part.get("prefix")
    resource = part.get("resource")
    path = _text(resource.get("path")) if isinstance(resource, Table) else _text(resource)
    text = _text(prefix.get("path")) if isinstance(prefix, Table) else _text(prefix)
    return [Loaded(path.replace("../", "").strip("/"), text)] if path and text.strip("/") else []


def _logs(part: Table) -> Iterator[Telemetry]:
    handlers = part.get("handlers")
    for name, handler in handlers.pairs if isinstance(handlers, Table) else ():
        if not isinstance(handler, Table):
            continue
        kind, path, form = (_text(handler.get(key)) for key in ("type", "path", "formatter"))
        if form in _JSON:
            yield Telemetry(name.line, "structured-logging", "monolog", f"handler {name.text}", exposes=True)
        elif path in _STREAMS:
            yield Telemetry(name.line, "logging", "monolog", f"handler {name.text}", exposes=True)
        elif path or kind in _FILES:
            yield Telemetry(name.line, "logging", "monolog", f"handler {name.text}", True, file=True)


def _origins(part: Table) -> Iterator[Cors]:
    defaults = part.get("defaults")
    paths = part.get("paths")
    tables = [defaults] if isinstance(defaults, Table) else []
    tables += [item for _, item in paths.pairs if isinstance(item, Table)] if isinstance(paths, Table) else []
    for table in tables:
        origins = table.get("allow_origin")
        if origins is None:
            continue
        texts = _texts(origins)
        wild = True if "*" in texts else None if any("%" in text for text in texts) else False
        credentials = table.get("allow_credentials")
        allowed = credentials.truth if isinstance(credentials, Scalar) else None
        yield Cors(origins.line, "nelmio-cors", wild, allowed if credentials is not None else False)


def _variables(data: bytes) -> tuple[Variable, ...]:
    """``%env(default:a:NAME)%`` anywhere in the file."""
    found: dict[tuple[int, str], Variable] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        if "%env(" not in line or line.lstrip().startswith("#"):
            continue
        for part in line.split("%env(")[1:20]:
            inner = part.partition(")%")[0]
            name = inner.rpartition(":")[2]
            if name.replace("_", "a").isalnum():
                found.setdefault((number, name), Variable(number, name, inner.startswith("default:")))
    return tuple(found.values())[:500]


SETTINGS: Parser[Settings] = Parser("symfony settings", 1, parse, Settings)
