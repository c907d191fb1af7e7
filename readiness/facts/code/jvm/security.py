"""Who may ask for which paths, as Spring Security is told.

Source: Spring Security "Authorize HttpServletRequests" (the first line that fits a path decides),
"Multiple SecurityFilterChain instances", "WebFlux Security", "Kotlin Configuration".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.facts.code.jvm.names import CALLS, arguments, bare, dotted, listed, name_of, next_link
from readiness.facts.code.jvm.shapes import Chain, Decision
from readiness.syntax import line_of

if TYPE_CHECKING:
    from readiness.facts.code.jvm.scope import Scope
    from readiness.syntax import Node

Lets = Literal["everybody", "known", "unclear"]

_MATCHERS = frozenset(("requestMatchers", "antMatchers", "mvcMatchers", "pathMatchers", "regexMatchers"))
_EVERY = frozenset(("anyRequest", "anyExchange"))
_OPEN = frozenset(("permitAll", "anonymous"))
_KNOWN = frozenset(
    (
        "authenticated",
        "fullyAuthenticated",
        "hasRole",
        "hasAnyRole",
        "hasAuthority",
        "hasAnyAuthority",
        "denyAll",
        "hasScope",
        "hasAnyScope",
    )
)
_EXPRESSIONS = (
    "hasRole",
    "hasAuthority",
    "hasAny",
    "isAuthenticated",
    "isFullyAuthenticated",
    "hasPermission",
)
_CHAINS = ("SecurityFilterChain", "SecurityWebFilterChain")
_MANY = 200


def chains_of(scope: Scope) -> tuple[Chain, ...]:
    """The chains that the file sets up, one for each method that makes one."""
    found: list[Chain] = []
    for method in (*scope.functions, *(item for each in scope.classes for item in each.methods)):
        text = method.node.text()[:600]
        if not any(name in text for name in _CHAINS) and not (
            method.name == "configure" and "HttpSecurity" in text
        ):
            continue
        calls = scope.below(method.node, CALLS)[:2000]
        found.append(Chain(line_of(method.node), _scope_of_chain(calls, scope), _decisions(calls, scope)))
    return tuple(found)


def ignored_of(scope: Scope) -> tuple[str, ...]:
    """The paths that ``web.ignoring()`` takes out of every chain."""
    found: list[str] = []
    for call in scope.calls():
        if name_of(call) in _MATCHERS and ".ignoring()." in dotted(call):
            found += _paths(call, scope)
    return tuple(found)


def _scope_of_chain(calls: list[Node], scope: Scope) -> tuple[str, ...]:
    found: list[str] = []
    for call in calls:
        if name_of(call) in ("securityMatcher", "securityMatchers", "requestMatcher", "antMatcher"):
            found += _paths(call, scope) or ["?"]
    return tuple(found)


def _decisions(calls: list[Node], scope: Scope) -> tuple[Decision, ...]:
    found: list[tuple[int, Decision]] = []
    for call in calls:
        name = name_of(call)
        if name in _MATCHERS or name in _EVERY:
            after = next_link(call)
            if after is None:
                continue
            place = call.range().end.index
            paths = ("/**",) if name in _EVERY else tuple(_paths(call, scope)) or ("?",)
            found.append((place, Decision(paths, _told(after, scope))))
        elif name == "authorize":  # the DSL of Kotlin
            given = arguments(call)
            if not given:
                continue
            every = dotted(given[0]) in _EVERY
            paths = ("/**",) if every else tuple(_texts(given[:1], scope)) or ("?",)
            rule = dotted(given[-1]).replace("()", "") if len(given) > 1 else "authenticated"
            found.append((call.range().end.index, Decision(paths, _lets(rule))))
    return tuple(decision for _, decision in sorted(found, key=lambda item: item[0])[:_MANY])


def _told(after: Node, scope: Scope) -> Lets:
    """Whom the call behind a path lets in; of ``access("hasRole('X')")`` the expression says it."""
    name = name_of(after)
    given = arguments(after)
    text = scope.fold(given[0]) or "" if name == "access" and given else ""
    if "permitAll" in text or "isAnonymous" in text:
        return "everybody"
    return "known" if any(word in text for word in _EXPRESSIONS) else _lets(name)


def _lets(name: str) -> Lets:
    return "everybody" if name in _OPEN else "known" if name in _KNOWN else "unclear"


def _paths(call: Node, scope: Scope) -> list[str]:
    return _texts(arguments(call), scope)


def _texts(given: list[Node], scope: Scope) -> list[str]:
    """The paths among arguments; ``?`` for what may be any."""
    found: list[str] = []
    for item in given:
        if dotted(item).startswith("HttpMethod."):
            continue
        settled = scope.settled(item)
        for each in listed(settled):
            text = scope.fold(each)
            if text is None and (inner := bare(each)) is not None and inner.kind() in CALLS:
                texts = [scope.fold(part) for part in arguments(inner)]
                text = next((part for part in texts if part), None)
            found.append(text or "?")
    return found


def decided(path: str, chains: list[Chain], ignored: list[str]) -> Lets | None:
    """Whom ``chains`` let ask for ``path``; None where there is no chain for it."""
    if any(covers(pattern, path) for pattern in ignored):
        return "everybody"
    narrow = [chain for chain in chains if chain.paths]
    if any(covers("?", path) and "?" in chain.paths for chain in narrow):
        return "unclear"
    fitting = [chain for chain in narrow if any(covers(pattern, path) for pattern in chain.paths)]
    wide = [chain for chain in chains if not chain.paths]
    chosen = fitting or wide
    answers: set[Lets] = {_answer(path, chain) for chain in chosen}
    if not answers:
        return None if not chains else "unclear"
    return answers.pop() if len(answers) == 1 else "unclear"


def _answer(path: str, chain: Chain) -> Lets:
    doubt: set[Lets] = set()
    for decision in chain.decisions:
        if any(covers(pattern, path) for pattern in decision.paths):
            return decision.lets if doubt <= {decision.lets} else "unclear"
        if any("{" in pattern or pattern == "?" for pattern in decision.paths):
            doubt.add(decision.lets)
    return "unclear"


def covers(pattern: str, path: str) -> bool:
    """Whether a pattern of Ant's covers a path: ``*`` within a part, ``**`` for any number of them."""
    if pattern in ("/**", "**"):
        return True
    left = [part for part in pattern.split("/") if part]
    right = [part for part in path.split("/") if part]
    for index, part in enumerate(left):
        if part == "**":
            if index == len(left) - 1:
                return True
            tail = left[index + 1 :]
            return len(right) - index >= len(tail) and all(
                _part(one, other) for one, other in zip(reversed(tail), reversed(right), strict=False)
            )
        if index >= len(right) or not _part(part, right[index]):
            return False
    return len(left) == len(right)


def _part(pattern: str, part: str) -> bool:
    if pattern == "*" or pattern.startswith("{"):
        return True
    head, star, tail = pattern.partition("*")
    return (
        part.startswith(head) and part.endswith(tail) and len(part) >= len(head) + len(tail)
        if star
        else pattern == part
    )
