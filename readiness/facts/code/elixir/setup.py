"""What a file of Elixir reads from the environment, allows to other origins, and asks of other services.

Sources: Elixir "System"; the READMEs of cors_plug (every origin and credentials by default) and Corsica;
HTTPoison (5 s), Req (15 s; tries safe requests again), Finch (15 s), Tesla ("Middleware.Timeout", adapters),
hackney (5 s); Erlang "httpc" (waits for ever by default).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.elixir.grammar import module_name
from readiness.facts.code.grammar import above, child, children
from readiness.facts.code.model import Cors, Gap, Outgoing, Variable
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.grammar import Scope
    from readiness.syntax import Node

_HEADER = "access-control-allow-origin"
_MANY = 200
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")
_POLICIES = ("use Retry", "ExternalService.", ":fuse.ask", "Retry.retry", "GenRetry.", "BreakerBox.")
_NAMING = ("alias", "require", "import", "use", "config", "plug", "defmodule", "ensure_loaded?")
# The adapters of Tesla that end a call by themselves.
_ENDING = ("Adapter.Hackney", "Adapter.Finch", "Adapter.Mint", "Adapter.Gun", "Middleware.Timeout")
_UNNAMED = ("Vapor", "Confex", "Skogsra")


def variables_of(scope: Scope) -> tuple[Variable, ...]:
    """Every variable that is read under a literal name, in the order of the source."""
    found: dict[tuple[int, str], Variable] = {}
    for call in scope.of("call"):
        name = scope.called(call)
        given = [item.value for item in scope.arguments(call) if not item.name]
        line = line_of(call)
        if name in ("System.get_env", "System.fetch_env", "System.fetch_env!") and given:
            default = name == "System.fetch_env" or (name == "System.get_env" and _spared(call))
            _add(found, line, scope.text(given[0]), default=default)
        elif name in ("Map.fetch!", "Map.get", "Map.fetch") and len(given) > 1:
            if scope.name(given[0]) == "System.get_env()":
                _add(found, line, scope.text(given[1]), default=name != "Map.fetch!")
        elif name in ("env!", "Dotenvy.env!") and given:
            _add(found, line, scope.text(given[0]), default=len(given) > 2)
    for node in scope.of("tuple"):
        parts = children(node)
        if len(parts) > 1 and parts[0].text() == ":system":
            texts = [text for part in parts[1:3] if part.kind() == "string" and (text := scope.text(part))]
            _add(found, line_of(node), texts[0] if texts else None, default=True)
    return tuple(sorted(found.values(), key=lambda item: (item.line, item.name)))[:500]


def _add(found: dict[tuple[int, str], Variable], line: int, name: str | None, *, default: bool) -> None:
    if name and "{" not in name and name.replace("_", "a").isalnum():
        found[line, name] = Variable(line, name, default)


def _spared(call: Node) -> bool:
    """Whether the program goes on without the variable: it is nil, unless an error follows."""
    parent = call.parent()
    if parent is None or parent.kind() != "binary_operator":
        return True
    right = children(parent)[-1]
    target = child(right) if right.kind() == "call" else None
    return target is None or target.text() not in ("raise", "throw", "exit")


def gaps_of(scope: Scope) -> tuple[Gap, ...]:
    """Libraries that take variables under names that nobody writes as such."""
    for node in scope.of("alias"):
        name = module_name(node, scope)
        if name.partition(".")[0] in _UNNAMED:
            return (Gap(line_of(node), ("variable",), f"variables that {name} reads are not followed"),)
    return ()


def cors_of(scope: Scope) -> tuple[tuple[Cors, ...], tuple[int, ...]]:
    """Every set-up of origins, and the lines of those that leave them to the settings."""
    found: list[Cors] = []
    unset: list[int] = []
    for call in scope.of("call")[:5000]:
        if len(found) >= _MANY:
            break
        word = scope.last(call)
        target = module_name(scope.first(call), scope)
        if word == "plug" and target == "CORSPlug":
            origin = scope.option(call, "origin")
            allowed = _flag(scope.option(call, "credentials"), unset=True)
            if origin is None and len(scope.arguments(call)) == 1:
                unset.append(line_of(call))
            else:
                wild = wildcard(origin, scope) if origin is not None else None
                found.append(Cors(line_of(call), "cors_plug", wild, allowed))
        elif (word in ("plug", "use") and target in ("Corsica", "Corsica.Router")) or (
            word == "resource" and scope.option(call, "origins") is not None
        ):
            origins = scope.option(call, "origins")
            allowed = _flag(scope.option(call, "allow_credentials"), unset=False)
            wild = wildcard(origins, scope) if origins is not None else None
            if origins is not None or target == "Corsica":
                found.append(Cors(line_of(call), "corsica", wild, allowed))
        elif word == "config" and scope.text(scope.first(call)) == "cors_plug":
            origin = scope.option(call, "origin")
            if origin is not None:
                allowed = _flag(scope.option(call, "credentials"), unset=True)
                found.append(Cors(line_of(call), "cors_plug", wildcard(origin, scope), allowed))
        elif word == "put_resp_header":
            found += _header(call, scope)
    return tuple(sorted(found, key=lambda row: row.line)), tuple(unset)


def _flag(node: Node | None, *, unset: bool) -> bool | None:
    if node is None:
        return unset
    return {"true": True, "false": False}.get(node.text())


def _header(call: Node, scope: Scope) -> list[Cors]:
    given = [item.value for item in scope.arguments(call)]
    texts = [(scope.text(item) or "").lower() for item in given]
    if _HEADER not in texts[:-1]:
        return []
    value = given[texts.index(_HEADER) + 1]
    allowed = "access-control-allow-credentials" in scope.root.text().lower()
    return [Cors(line_of(call), "header", wildcard(value, scope), allowed)]


def wildcard(node: Node | None, scope: Scope) -> bool | None:
    """Whether the origins ``node`` contain everything; None where they come from elsewhere."""
    node = scope.settled(node)
    if node is None:
        return None
    if node.kind() == "unary_operator":
        held = scope.values.get(scope.name(node), [])
        return wildcard(held[0], scope) if len(held) == 1 and held[0].kind() != "unary_operator" else None
    text = scope.text(node)
    if text is not None:
        return None if "{" in text else text == "*"
    if node.kind() == "list":
        answers = {wildcard(item, scope) for item in children(node)}
        return True if True in answers else None if None in answers else False
    if node.kind() == "sigil":
        return False if node.text()[:2] in ("~r", "~w") and ".*" not in node.text()[:6] else None
    return None


def outgoing_of(scope: Scope) -> tuple[Outgoing, ...]:
    """Every call to another service and every client, in the order of the source."""
    found: list[Outgoing] = []
    text = scope.root.text()
    tried = any(word in text for word in _POLICIES)
    for call in scope.of("call"):
        if len(found) >= _MANY:
            break
        name = scope.called(call)
        head, _, rest = name.partition(".")
        verb = rest.rstrip("!")
        line = line_of(call)
        if head == "HTTPoison" and verb in _VERBS:
            limited = not _endless(call, scope, "recv_timeout")
            found.append(Outgoing(line, "httpoison", f"{name}(…)", limited, tried))
        elif head == "Req" and verb in (*_VERBS, "new"):
            limited = not _endless(call, scope, "receive_timeout")
            found.append(Outgoing(line, "req", f"{name}(…)", limited, tried or _again(call, verb, scope)))
        elif name in ("Finch.request", "Finch.request!"):
            limited = not _endless(call, scope, "receive_timeout")
            found.append(Outgoing(line, "finch", f"{name}(…)", limited, tried))
        elif name == "Tesla.client" or (name == "use" and module_name(scope.first(call), scope) == "Tesla"):
            limited_by = True if any(word in text for word in _ENDING) else None
            shown = "use Tesla" if name == "use" else "Tesla.client(…)"
            found.append(Outgoing(line, "tesla", shown, limited_by, tried or "Middleware.Retry" in text))
        elif name == ":hackney.request" or (head == ":hackney" and verb in _VERBS):
            found.append(
                Outgoing(line, "hackney", f"{name}(…)", not _endless(call, scope, "recv_timeout"), tried)
            )
        elif name == ":httpc.request" and _does(call):
            found.append(Outgoing(line, "httpc", f"{name}(…)", _given(call, "timeout", scope), tried))
    return tuple(sorted((*found, *_handed_over(scope)), key=lambda row: row.line))


def _handed_over(scope: Scope) -> list[Outgoing]:
    """A client that is given to somebody else, who calls it: ``mockable(HTTPoison)``."""
    for node in scope.of("alias"):
        around = next(iter(above(node, 1)), None)
        call = next(iter(above(around, 1)), None) if around is not None else None
        if node.text() not in ("HTTPoison", "Req", "Finch", "Tesla") or around is None or call is None:
            continue
        if around.kind() == "arguments" and scope.last(call) not in _NAMING:
            return [Outgoing(line_of(node), node.text().lower(), f"{node.text()} is handed over", None)]
    return []


def _does(call: Node) -> bool:
    """Whether a call is made, not named: ``&:httpc.request/4``."""
    return not any(item.text()[:1] == "&" for item in above(call, 2) if item.kind() == "unary_operator")


def _given(call: Node, name: str, scope: Scope) -> bool | None:
    """Whether ``call`` names a limit; unknown where its options come from elsewhere."""
    if scope.option(call, name) is not None:
        return True
    given = [item.value for item in scope.arguments(call) if not item.name]
    return False if len(given) < 2 or given[-1].kind() in ("list", "string", "tuple") else None


def _endless(call: Node, scope: Scope, name: str) -> bool:
    value = scope.option(call, name)
    return value is not None and value.text() == ":infinity"


def _again(call: Node, verb: str, scope: Scope) -> bool:
    """Whether Req tries a request again: one that changes nothing, unless told otherwise."""
    told = scope.option(call, "retry")
    if told is not None:
        return told.text() not in ("false", ":never", "nil")
    return verb in ("get", "head", "new")
