"""Which pushes a filter of branches lets through, told by asking it about some.

A filter is any question about a branch's name. It is asked about the default branch, about some
topic that nobody names, and about those that it names itself.
"""

from __future__ import annotations

from posixpath import normpath
from typing import TYPE_CHECKING

from readiness.matching import Pattern, PatternError
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.ci.model import Trigger

MAINS = ("main", "master", "trunk")
TOPIC = "some-topic"
_NAMED = 20


class Push(Struct, frozen=True):
    """A push to ``branch``; to a tag where ``branch`` is empty."""

    branch: str
    triggers: tuple[Trigger, ...]


def pushes(default_branch: str, named: Iterable[str]) -> tuple[Push, ...]:
    """The pushes that filters can tell apart, which name the branches ``named``.

    ``default_branch`` is empty if unknown; then main, master and trunk all count.
    """
    mains = (default_branch,) if default_branch else MAINS
    others = [name for name in dict.fromkeys(named) if name and name not in mains][:_NAMED]
    return (
        *(Push(name, ("main",)) for name in mains),
        Push(TOPIC, ("change", "branch")),
        *(Push(name, ("branch",)) for name in others),
    )


def wildcard(pattern: str, name: str, *, across: bool = True) -> bool:
    """Whether ``name`` fits ``pattern``: ``*`` is any text (``across``: with slashes), ``?`` any sign."""
    if pattern == name:
        return True
    if not any(char in pattern for char in "*?"):
        return False
    out, at = [], 0
    while at < len(pattern):
        if pattern.startswith("**", at):
            out.append(".*")
            at += 2
            continue
        char = pattern[at]
        out.append({"*": ".*" if across else "[^/]*", "?": "."}.get(char) or _literal(char))
        at += 1
    try:
        return Pattern("".join(out)).covers(name)
    except PatternError:
        return False


def _literal(char: str) -> str:
    return char if char.isalnum() or char in "/_" or not char.isascii() else f"\\{char}"


def regular(pattern: str, name: str, *, whole: bool) -> bool | None:
    """Whether ``name`` fits the regular expression ``pattern``; None where we cannot tell."""
    try:
        compiled = Pattern(pattern)
        return compiled.covers(name) if whole else compiled.found(name)
    except PatternError:
        return None


_LONGEST = 200
_TIMES = 20
_CLASSES = {"d": "1", "w": "a", "s": " ", "S": "x", "D": "x", "W": "-"}


def example(pattern: str) -> str:
    """A name that the regular expression ``pattern`` fits, found piece by piece; ``pattern`` if none is.

    Of each choice the first is taken, of each class its first sign, of each repetition one.
    """
    if len(pattern) > _LONGEST:
        return pattern
    name = _sample(pattern)[0]
    return name if name and regular(pattern, name, whole=False) else pattern


def _sample(pattern: str, at: int = 0, depth: int = 0) -> tuple[str, int]:
    """A text for ``pattern`` from ``at`` to the end of its group, and where that is."""
    out: list[str] = []
    while at < len(pattern) and pattern[at] != ")":
        char = pattern[at]
        at += 1
        if char == "|":
            # Behind the first choice only the end of the group is looked for.
            _, at = _sample(pattern, at, depth)
            break
        if char == "\\":
            sign = pattern[at : at + 1]
            out.append("" if sign in "bB" else _CLASSES.get(sign, sign))
            at += 1
        elif char == "[":
            end = pattern.find("]", at + 1)
            out.append(_first(pattern[at:end]))
            at = end + 1 if end > 0 else len(pattern)
        elif char == "(" and depth < 10:
            start = at + 2 if pattern.startswith("?:", at) else at
            text, at = _sample(pattern, start, depth + 1)
            out.append(text)
            at += 1
        elif char == "{":
            times = pattern[at:].partition("}")[0].partition(",")[0]
            out += out[-1:] * (min(int(times), _TIMES) - 1 if times.isdecimal() else 0)
            at = pattern.find("}", at) + 1 or len(pattern)
        elif char not in "^$*+?":
            out.append("x" if char == "." else char)
    return "".join(out), at


def _first(signs: str) -> str:
    """A sign of the class that is written ``[signs]``."""
    if signs.startswith("^"):
        return "x"
    return _CLASSES.get(signs[1:2], signs[1:2]) if signs.startswith("\\") else signs[:1]


def folder(written: str, roots: Iterable[str] = ()) -> str:
    """``written`` seen from the repository's root, which may be named ``roots``; ``?`` if not to be known."""
    plain = written.strip().replace("\\", "/")
    for root in roots:
        if root and (plain == root or plain.startswith(f"{root}/")):
            plain = f".{plain[len(root) :]}"
            break
    if not plain:
        return ""
    if "$" in plain or plain.startswith(("/", "~")):
        return "?"
    clean = normpath(plain)
    return "" if clean == "." else "?" if clean.startswith("..") else clean
