"""What a script of a server answers where nothing else catches an error, and whether it is logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.grammar import inside
from readiness.facts.code.model import Practice
from readiness.facts.code.script.names import Called, arguments, dotted
from readiness.records import replace
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_MANY = 50
_LOOKED = 200  # nodes of one kind looked at in one handler
_SETS = ("setErrorHandler", "onError")
_NAMED = ("handl", "middleware", "global")
_LOGS = frozenset(
    ("error", "warn", "log", "fatal", "captureException", "info", "exception", "logError", "emit")
)
_LOGGERS = ("log", "console", "sentry", "winston", "pino", "reporter", "rollbar", "app")
_ANSWERS = frozenset(("json", "send", "end", "render", "jsonp", "write"))
_TOLD = ("message", "stack")
# What decides whether an error is shown: the mode, or whose mistake it was.
_MODES = (
    "NODE_ENV",
    "env",
    "isDev",
    "evelopment",
    "roduction",
    "debug",
    "isProd",
    "tatus",
    "perational",
    "expose",
)
_KINDS = (
    "call_expression",
    "if_statement",
    "ternary_expression",
    "assignment_expression",
    "member_expression",
)


def errors_of(scope: Scope, calls: list[Called]) -> list[Practice]:
    """Every handler of whatever goes wrong, in no particular order."""
    found: list[Practice] = []
    koa = "koa" in scope.modules()
    for call, _, name, _ in calls:
        if len(found) >= _MANY:
            break
        last = name.rpartition(".")[2]
        given = arguments(call)
        if last == "use" and given:
            found += _used(call, given, scope)
        elif last in _SETS and given:
            found.append(_given(given[0], f"{last}(…)", line_of(call), scope))
        elif name == "app.on" and len(given) == 2 and koa and scope.fold(given[0]) == "error":
            # Koa itself answers "Internal Server Error".
            found.append(_given(given[1], 'app.on("error")', line_of(call), scope))
    return found + _filters(scope) + _defined(scope)


def _defined(scope: Scope) -> list[Practice]:
    """What another file may put to use: exported functions that take an error in front of a request."""
    found: list[Practice] = []
    for name, node in scope.exported.items():
        if len(found) >= _MANY:
            break
        function = scope.function(node)
        given = _parameters(function) if function is not None else []
        if function is not None and (len(given) == 4 or given[:1] in (["err"], ["error"])):
            found.append(replace(_described(function, given[0], name), name=name))
    return found[:_MANY]


def _used(call: Node, given: list[Node], scope: Scope) -> list[Practice]:
    """Express: what takes an error in front of a request, or is named after errors."""
    found = []
    for node in given[:_MANY]:
        function = scope.function(node)
        name = dotted(node).removesuffix("()")
        if function is not None and len(_parameters(function)) == 4:
            found.append(_described(function, _parameters(function)[0], f"use({name or 'error, …'})"))
        elif function is None and _says_error(name):
            origin = scope.imported(node)
            found.append(Practice(line_of(call), "error-handler", "", f"use({name})", None, origin=origin))
    return found


def _says_error(name: str) -> bool:
    """Whether ``name`` is that of a handler of errors; those of loggers and trackers pass the error on."""
    last = name.rpartition(".")[2].lower()
    passes = any(word in name.lower() for word in (*_LOGGERS[:-1], "morgan", "convert"))
    return "error" in last and any(word in last for word in _NAMED) and not passes


def _parameters(function: Node) -> list[str]:
    given = function.field("parameters")
    if given is None:
        return []
    found = []
    for item in given.named_children():
        if item.kind() == "identifier":
            found.append(item.text())
        elif item.kind() in ("required_parameter", "optional_parameter", "assignment_pattern"):
            names = nodes_of(item, ("identifier",))
            found.append(names[0].text() if names else "")
    return found


def _given(node: Node, text: str, line: int, scope: Scope) -> Practice:
    """The handler that ``node`` is or names; one of another file may log, and may tell."""
    function = scope.function(node)
    if function is None:
        return Practice(line, "error-handler", "", text, None, origin=scope.imported(node))
    return _described(function, next(iter(_parameters(function)), ""), text)


def _filters(scope: Scope) -> list[Practice]:
    """NestJS: a filter that catches everything."""
    found: list[Practice] = []
    looked = 0
    for node in nodes_of(scope.root, ("decorator",)) if "Catch" in scope.origins else []:
        if looked >= _MANY:
            break
        inner = next(iter(node.named_children()), None)
        if inner is None or dotted(inner).removesuffix("()") != "Catch":
            continue
        caught = [dotted(item) for item in arguments(inner)] if inner.kind() == "call_expression" else []
        if caught and not set(caught) & {"Error", "HttpException"}:
            continue
        looked += 1
        # The decorator stands in the class, or before it where that is exported.
        around = node.parent()
        within = [] if around is None else nodes_of(around, ("class_declaration",))[:1]
        methods = nodes_of(within[0], ("method_definition",)) if within else []
        method = next((item for item in methods if dotted(item.field("name")) == "catch"), None)
        if method is not None:
            text = f"@Catch({', '.join(caught)})"
            found.append(_described(method, next(iter(_parameters(method)), ""), text))
    return found


def _described(function: Node, error: str, text: str) -> Practice:
    """``error`` is what the handler calls what was thrown."""
    logs, shown, told, depends = False, 0, 0, False
    logged: list[Node] = []
    budget = dict.fromkeys(_KINDS, _LOOKED)
    for item in nodes_of(function, _KINDS):
        kind = item.kind()
        budget[kind] -= 1
        if budget[kind] < 0:
            continue
        if kind in ("if_statement", "ternary_expression"):
            condition = item.field("condition")
            depends = depends or (condition is not None and any(word in condition.text() for word in _MODES))
        elif kind == "call_expression":
            head, _, last = dotted(item.field("function")).rpartition(".")
            if last in _LOGS and any(word in head.lower() for word in _LOGGERS):
                logs = True
                logged.append(item)
            elif last in _ANSWERS:
                shown += sum(_shown(node, error) for node in arguments(item))
        elif kind == "assignment_expression" and dotted(item.field("left")).endswith(".body"):
            shown += _shown(item.field("right"), error)
        elif kind == "member_expression" and _is_told(item, error):
            told += not any(inside(item, call) for call in logged)
    # What it says of the error otherwise may end in the answer too.
    weak = None if (shown and depends) or (not shown and told) else shown > 0
    return Practice(
        line_of(function), "error-handler", "", text, weak, frozenset(("log",)) if logs else frozenset()
    )


def _shown(node: Node | None, error: str) -> int:
    """How often ``node`` has what was thrown in it, its text or its trace."""
    if node is None or not error:
        return 0
    if node.kind() == "identifier" and node.text() == error:
        return 1
    return sum(_is_told(item, error) for item in nodes_of(node, ("member_expression",)))


def _is_told(member: Node, error: str) -> bool:
    return dotted(member.field("object")) == error and dotted(member.field("property")) in _TOLD
