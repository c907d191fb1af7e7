"""The environment variables that a file reads.

Sources: Node.js "process.env", Vite "Env Variables", Deno "Environment variables", envalid,
zod, t3-env, joi, env-var, NestJS "Configuration".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Variable
from readiness.facts.code.script.names import (
    arguments,
    dotted,
    operator,
    option,
    pairs,
    pattern_names,
    quoted,
)
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

_ENVIRONMENTS = ("process.env", "import.meta.env", "Bun.env")
# What Vite itself tells a program, whatever the environment.
_VITE = ("BASE_URL", "DEV", "MODE", "PROD", "SSR")
_GETTERS = ("Deno.env.get", "process.env.get")
_CASTS = ("parseInt", "Number", "String", "parseFloat", "Boolean", "JSON.parse", "BigInt")
_THROUGH = (
    "parenthesized_expression",
    "non_null_expression",
    "as_expression",
    "arguments",
    "binary_expression",
)
_CLIMB = 6
_ENDS = ("throw_statement", "call_expression")
_OPTIONAL = (".default(", ".optional(", ".nullish(", ".nullable(", ".catch(", ".prefault(")
_SCHEMAS = frozenset(("joi", "@hapi/joi", "zod", "zod/v4"))
_MANY = 500


def variables_of(scope: Scope) -> tuple[Variable, ...]:
    """Every environment variable that is read under a literal name, in the order of the source."""
    found: list[Variable] = []
    for node in scope.of("member_expression", "subscript_expression"):
        if len(found) >= _MANY:
            break
        if _environment(node.field("object")):
            found += _read(node)
    for node in scope.of("variable_declarator"):
        pattern, value = node.field("name"), node.field("value")
        if pattern is not None and pattern.kind() == "object_pattern" and _environment(value):
            line = line_of(node)
            found += [Variable(line, name, default) for _, name, default in pattern_names(pattern)]
    for call in scope.of("call_expression"):
        found += _called(call, scope)
    kept = {(item.line, item.name): item for item in found if _plain(item.name)}
    return tuple(sorted(kept.values(), key=lambda item: (item.line, item.name)))


def _plain(name: str) -> bool:
    return bool(name) and name.replace("_", "a").isalnum() and len(name) <= 200


def _environment(node: Node | None) -> bool:
    if node is None or node.kind() != "member_expression":
        return False
    owner = node.field("object")
    if owner is None or owner.kind() not in ("identifier", "meta_property", "member_expression"):
        return False
    return node.text() in _ENVIRONMENTS if _short(node) else False


def _short(node: Node) -> bool:
    span = node.range()
    return span.end.index - span.start.index < 30


def _read(node: Node) -> list[Variable]:
    name = dotted(node.field("property")) or quoted(node.field("index"))
    parent = node.parent()
    if parent is None or not name or (name in _VITE and node.text().startswith("import.")):
        return []
    if parent.kind() == "assignment_expression" and _same(parent.field("left"), node):
        return []
    if parent.kind() == "unary_expression" and operator(parent) == "delete":
        return []
    return [Variable(line_of(node), name, _default(node))]


def _default(node: Node) -> bool:
    """Whether the program goes on without it: another value stands by, or it is only compared."""
    inner, parent, asked = node, node.parent(), False
    for _ in range(_CLIMB):
        if parent is None:
            return asked
        kind = parent.kind()
        if kind in ("binary_expression", "ternary_expression") and _stands_by(parent, inner):
            return True
        if kind == "if_statement":
            return not _ends(parent.field("consequence"))
        through = kind in _THROUGH or (kind == "unary_expression" and operator(parent) == "!")
        asked = asked or kind == "unary_expression"
        cast = kind == "call_expression" and dotted(parent.field("function")) in _CASTS
        if not through and not cast:
            return asked
        inner, parent = parent, parent.parent()
    return asked


def _stands_by(parent: Node, inner: Node) -> bool:
    """Whether ``parent`` names what holds where ``inner`` is not set, or only compares it."""
    if parent.kind() == "ternary_expression":
        return _same(parent.field("condition"), inner)
    sign = operator(parent)
    if sign in ("||", "??", "&&"):
        return _same(parent.field("left"), inner)
    return sign in ("===", "!==", "==", "!=")


def _same(one: Node | None, other: Node) -> bool:
    return one is not None and one.range().start.index == other.range().start.index


def _ends(block: Node | None) -> bool:
    """Whether a block gives up the program."""
    for node in nodes_of(block, _ENDS) if block is not None else []:
        if node.kind() == "throw_statement" or dotted(node.field("function")) == "process.exit":
            return True
    return False


def _called(call: Node, scope: Scope) -> list[Variable]:
    """``Deno.env.get("X")``, and the schemas of several libraries."""
    name, given, line = scope.qualified(call.field("function")), arguments(call), line_of(call)
    if not given or not name:
        return []
    last = name.rpartition(".")[2]
    if name in _GETTERS:
        return [Variable(line, scope.fold(given[0]) or "", _default(call))]
    if name.startswith("env-var") and last == "get":
        chain = call.parent()
        return [Variable(line, scope.fold(given[0]) or "", _chained(chain, "required"))]
    if name == "envalid.cleanEnv" and len(given) > 1:
        return [
            Variable(line_of(value), key, option(_first(value), "default", "devDefault") is not None)
            for key, value in pairs(scope.settled(given[1]))
        ]
    if last == "createEnv" and name.startswith("@t3-oss/"):
        groups = (option(given[0], group) for group in ("server", "client", "shared"))
        return [item for group in groups for item in _schema(scope.settled(group), scope)]
    if last in ("parse", "safeParse", "parseAsync", "validate") and any(_environment(item) for item in given):
        return _parsed(call, scope)
    if last == "forRoot" and name.startswith("@nestjs/config"):
        return _schema_call(scope.settled(option(given[0], "validationSchema")), scope)
    if last in ("object", "keys") and given and scope.modules() & _SCHEMAS and _names_variables(call, scope):
        return _schema(scope.settled(given[0]), scope)
    if last in ("get", "getOrThrow") and "config" in name.lower() and "@nestjs/config" in scope.modules():
        key = scope.fold(given[0]) or ""
        return [Variable(line, key, len(given) > 1)] if key.isupper() else []
    return []


def _names_variables(call: Node, scope: Scope) -> bool:
    """Whether the keys of a schema are written as variables are, in a file that is about the environment."""
    keys = [key for key, _ in pairs(scope.settled(_first(call)))]
    plain = [key for key in keys if key == key.upper() and _plain(key) and not key[0].isdigit()]
    about = "env" in scope.root.text().lower()
    return len(plain) > 1 and len(plain) == len(keys) and about


def _first(call: Node) -> Node | None:
    return next(iter(arguments(call)), None) if call.kind() == "call_expression" else None


def _chained(member: Node | None, demand: str) -> bool:
    """Whether what follows a call does not demand that the variable is set."""
    node = member
    names = []
    for _ in range(4):
        if node is None or node.kind() not in ("member_expression", "call_expression"):
            break
        names.append(dotted(node.field("property")))
        node = node.parent()
    return demand not in names or "default" in names


def _parsed(call: Node, scope: Scope) -> list[Variable]:
    """``schema.parse(process.env)``."""
    function = call.field("function")
    owner = function.field("object") if function is not None else None
    return _schema_call(scope.settled(owner), scope)


def _schema_call(schema: Node | None, scope: Scope) -> list[Variable]:
    """``z.object({…})``, also with more calls on it, and joi's."""
    for _ in range(8):
        if schema is None or schema.kind() != "call_expression":
            return []
        function = schema.field("function")
        if dotted(function).endswith((".object", ".keys", ".looseObject", ".strictObject")):
            return _schema(scope.settled(_first(schema)), scope)
        schema = scope.settled(function.field("object")) if function is not None else None
    return []


def _schema(node: Node | None, scope: Scope) -> list[Variable]:
    """The keys of a schema. joi takes what is not required to be optional; zod the other way round."""
    joi = bool(scope.modules() & {"joi", "@hapi/joi"})
    found = []
    for key, value in pairs(node):
        text = value.text()[:2000]
        default = ".required(" not in text if joi else any(word in text for word in _OPTIONAL)
        found.append(Variable(line_of(value), key, default))
    return found
