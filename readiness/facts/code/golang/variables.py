"""The environment variables that a file of Go reads.

Sources: os "Getenv" and "LookupEnv", caarlos0/env, cleanenv, sethvargo/go-envconfig,
kelseyhightower/envconfig, viper "Working with Environment Variables", urfave/cli, kong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.golang.names import (
    arguments,
    bare,
    dotted,
    elements,
    keyed,
    last_name,
    names_in,
    quoted,
)
from readiness.facts.code.model import Variable
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.facts.code.golang.scope import Scope
    from readiness.syntax import Node

_READS = ("os.Getenv", "os.LookupEnv", "syscall.Getenv")
_VIPER = "github.com/spf13/viper."
_TAGS = ("env", "envconfig")
_DEFAULTS = ("envDefault", "env-default", "default")
_ENDS = ("Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "panic", "Exit")
_MANY = 500


def variables_of(scope: Scope) -> tuple[Variable, ...]:
    """Every environment variable that is read under a literal name, in the order of the source."""
    found: list[Variable] = []
    helpers = _helpers(scope)
    replaced = any(last_name(call) == "SetEnvKeyReplacer" for call in scope.of("call_expression"))
    prefix = _prefix(scope)
    automatic = any(last_name(call) == "AutomaticEnv" for call in scope.of("call_expression"))
    for call in scope.of("call_expression"):
        if len(found) >= _MANY:
            break
        found += _called(call, scope, helpers)
        found += _viper(call, scope, prefix, automatic=automatic, replaced=replaced)
    nested = _nested(scope)
    for declared in scope.of("field_declaration"):
        found += _tagged(declared, scope, nested, automatic=automatic)
    for literal in scope.of("composite_literal"):
        found += _flag(literal, scope)
    kept: dict[tuple[int, str], Variable] = {}
    for item in found:
        if _plain(item.name):
            kept.setdefault((item.line, item.name), item)
    return tuple(sorted(kept.values(), key=lambda item: (item.line, item.name)))


def _plain(name: str) -> bool:
    return bool(name) and name.replace("_", "a").isalnum() and name.isascii() and len(name) <= 200


def _upper(name: str) -> bool:
    return _plain(name) and name == name.upper() and not name[0].isdigit()


def _helpers(scope: Scope) -> dict[str, int]:
    """Functions of the file that read the variable which they are told, and as which parameter they are."""
    found: dict[str, int] = {}
    for function in scope.functions:
        given = function.node.field("parameters")
        names = (
            [name for part in given.named_children() for name in names_in(part)] if given is not None else []
        )
        for call in nodes_of(function.node, ("call_expression",))[:200] if names else ():
            told = [item.text() for item in arguments(call)][:1]
            if scope.qualified(call.field("function")) in _READS and told and told[0] in names:
                found.setdefault(function.name, names.index(told[0]))
    return found


def _called(call: Node, scope: Scope, helpers: Mapping[str, int]) -> list[Variable]:
    given = arguments(call)
    given = given[helpers.get(last_name(call), 0) :]
    name = scope.called(call)
    if not given:
        return []
    line = line_of(call)
    last = last_name(call)
    if name in _READS:
        text = scope.fold(given[0])
        return [Variable(line, text, _default(call))] if text else []
    told = quoted(given[0]) if last not in helpers else scope.fold(given[0])
    if told is None or not _upper(told):
        return []
    # A function of another file that says by its name what it does with a name like PORT.
    lower = last.lower()
    by_name = "env" in lower and not name.startswith((_VIPER, "os.")) and "set" not in lower
    if last in helpers or (by_name and ("_" in told or len(told) > 2)):
        second = quoted(given[1]) if len(given) > 1 else None
        return [Variable(line, told, len(given) > 1 and second != "")]
    return []


def _default(call: Node) -> bool:
    """Whether the program goes on without the variable.

    ``if x := os.Getenv("X"); x == "" { … }``: it does unless the branch ends it.
    """
    statement = call.parent()
    for _ in range(4):
        if statement is None:
            return False
        if statement.kind() == "binary_expression":
            return True
        if statement.kind() in ("short_var_declaration", "var_spec", "assignment_statement"):
            break
        if statement.kind() not in ("expression_list", "argument_list", "call_expression"):
            return False
        statement = statement.parent()
    else:
        return False
    asking = _asking(statement)
    if asking is None:
        return False
    branch = asking.field("consequence")
    return (
        branch is not None
        and not any(
            dotted(item.field("function")).rpartition(".")[2] in _ENDS
            for item in nodes_of(branch, ("call_expression",))[:20]
        )
        and not _returns_error(branch)
    )


def _asking(statement: Node) -> Node | None:
    """The ``if`` that asks what ``statement`` has set: around it, or right behind."""
    left = statement.field("left")
    names = [item.text() for item in left.named_children()] if left is not None else names_in(statement)
    parent = statement.parent()
    candidate = parent if parent is not None and parent.kind() == "if_statement" else statement.next()
    for _ in range(3):
        if candidate is None or candidate.kind() in ("if_statement", "comment"):
            break
        if candidate.text().strip("; \t\r\n"):
            return None
        candidate = candidate.next()
    if candidate is None or candidate.kind() != "if_statement":
        return None
    condition = candidate.field("condition")
    words = (
        [item.text() for item in nodes_of(condition, ("identifier",))[:20]] if condition is not None else []
    )
    return candidate if set(words) & set(names) else None


def _returns_error(branch: Node) -> bool:
    for item in nodes_of(branch, ("return_statement",))[:5]:
        text = item.text()[:200]
        if "Errorf" in text or "errors.New" in text or text.endswith("err"):
            return True
    return False


def _prefix(scope: Scope) -> str:
    for call in scope.of("call_expression"):
        if last_name(call) == "SetEnvPrefix" and arguments(call):
            return (scope.fold(arguments(call)[0]) or "").upper() + "_"
    return ""


def _viper(call: Node, scope: Scope, prefix: str, *, automatic: bool, replaced: bool) -> list[Variable]:
    """``viper.BindEnv("key", "NAME")``; with ``AutomaticEnv`` also what is asked for by a literal key."""
    last, given = last_name(call), arguments(call)
    if not given or not any(path.startswith("github.com/spf13/viper") for path in scope.paths()):
        return []
    key = quoted(given[0])
    if key is None:
        return []
    if last in ("BindEnv", "MustBindEnv"):
        names = [text for item in given[1:] if (text := quoted(item))]
        named = names or [prefix + (key.replace(".", "_") if replaced else key).upper()]
        return [Variable(line_of(call), name, default=True) for name in named]
    asked = last == "SetDefault" or (last.startswith("Get") and last[3:4].isupper())
    if automatic and asked and "HTTP" not in dotted(call.field("function")).upper():
        name = prefix + (key.replace(".", "_").replace("-", "_") if replaced else key).upper()
        return [Variable(line_of(call), name, default=last == "SetDefault")]
    return []


def _tags(declared: Node) -> dict[str, str]:
    tag = next((child for child in declared.named_children() if child.kind() == "raw_string_literal"), None)
    return _pairs(tag.text()[1:-1]) if tag is not None else {}


def _nested(scope: Scope) -> dict[str, str]:
    """By the name of a struct: what stands before the names of its fields, by the field that holds it."""
    structs = {name.text() for node in scope.of("type_spec") if (name := node.field("name")) is not None}
    holders: dict[str, tuple[str, str]] = {}
    for declared in scope.of("field_declaration"):
        kind = dotted(declared.field("type"))
        tags = _tags(declared)
        prefix = tags.get("envPrefix", "") or tags.get("env", "").partition("prefix=")[2].partition(",")[0]
        key = tags.get("mapstructure", "")
        prefix = prefix or (f"{key}_" if _upper(key) else "")
        if kind in structs and (prefix or tags):
            holders.setdefault(kind, (prefix, _struct_of(declared)))
    found: dict[str, str] = {}
    for kind in holders:
        whole, above = "", kind
        for _ in range(5):
            prefix, outer = holders.get(above, ("", ""))
            whole = prefix + whole
            if not outer or outer == above:
                break
            above = outer
        found[kind] = whole
    return found


def _struct_of(declared: Node) -> str:
    for node in declared.ancestors()[:5]:
        if node.kind() == "type_spec":
            name = node.field("name")
            return name.text() if name is not None else ""
    return ""


def _tagged(declared: Node, scope: Scope, nested: dict[str, str], *, automatic: bool) -> list[Variable]:
    """``Port int `env:"PORT" envDefault:"8080"` `` and its like."""
    tags = _tags(declared)
    if dotted(declared.field("type")) in nested:
        return []
    before = nested.get(_struct_of(declared), "")
    line = line_of(declared)
    for kind in _TAGS:
        if kind not in tags:
            continue
        name, _, options = tags[kind].partition(",")
        if not _plain(name):
            continue
        demanded = any(word in options for word in ("required", "notEmpty")) or "env-required" in tags
        demanded = demanded or tags.get("required", "") == "true"
        given = "default=" in options or any(item in tags for item in _DEFAULTS)
        return [Variable(line, before + name, default=given or not demanded)]
    key = tags.get("mapstructure", "")
    if automatic and _upper(key):
        return [Variable(line, before + key, default=False)]
    # kelseyhightower/envconfig without a tag: the field's own name.
    if "github.com/kelseyhightower/envconfig" in scope.paths() and "split_words" in tags:
        field = next(
            (child.text() for child in declared.named_children() if child.kind() == "field_identifier"), ""
        )
        return [Variable(line, _split(field), default="default" in tags or tags.get("required") != "true")]
    return []


def _split(name: str) -> str:
    """``DB_HOST`` of ``DBHost``."""
    found = ""
    for index, sign in enumerate(name):
        after = name[index + 1 : index + 2]
        if index and sign.isupper() and (name[index - 1].islower() or after.islower()):
            found += "_"
        found += sign.upper()
    return found


def _pairs(tag: str) -> dict[str, str]:
    """The keys and values of a field's tag. Source: reflect "StructTag"."""
    found: dict[str, str] = {}
    rest = tag
    for _ in range(20):
        key, colon, rest = rest.strip().partition(':"')
        if not colon:
            break
        value, _, rest = rest.partition('"')
        found.setdefault(key.strip(), value)
    return found


def _flag(literal: Node, scope: Scope) -> list[Variable]:
    """``&cli.StringFlag{EnvVars: []string{"PORT"}, Value: "80"}``."""
    fields = keyed(literal)
    given = fields.get("EnvVars")
    names = [quoted(item) for item in elements(given)] if given is not None else []
    sources = bare(fields.get("Sources"))
    if sources is not None and sources.kind() == "call_expression" and last_name(sources) == "EnvVars":
        names = [quoted(item) for item in arguments(sources)]
    required = fields.get("Required")
    demanded = required is not None and required.text() == "true"
    del scope
    return [Variable(line_of(literal), name, default=not demanded) for name in names if name]
