"""Ruby's manifests: ``Gemfile`` and ``*.gemspec``, line by line.

Both are programs. What is read are the lines that name a gem; a name that is computed leaves
the list unknown. Source: Bundler "Gemfile", RubyGems "Specification reference".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.dependencies.model import Declared, Requirement, Scope, scope_named
from readiness.facts.model import Parser
from readiness.structured.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPENS = ("if ", "unless ", "case ", "begin", "def ", "class ", "module ", "while ")
_SPECIFIED: tuple[tuple[str, Scope], ...] = (
    ("add_dependency", "runtime"),
    ("add_runtime_dependency", "runtime"),
    ("add_development_dependency", "development"),
)


def statements(text: str) -> Iterator[tuple[int, str]]:
    """The lines without comments, a line that ends in a comma joined with the next, each with its number."""
    parts: list[str] = []
    start = 1
    for number, raw in enumerate(text.split("\n"), 1):
        line = _without_comment(raw).strip()
        if not parts:
            start = number
        if line:
            parts.append(line)
        if parts and not (line or " ").endswith((",", "\\")):
            yield start, " ".join(parts)
            parts = []
    if parts:
        yield start, " ".join(parts)


def _without_comment(line: str) -> str:
    quote = ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "#" and (at == 0 or line[at - 1] in " \t"):
            return line[:at]
    return line


def parse_gemfile(data: bytes) -> Declared:
    """A ``Gemfile``; gems of the same repository (``path:``) are no dependencies."""
    found: list[Requirement] = []
    known = True
    blocks: list[Scope] = []  # of each open block, what a gem inside is for
    for line, text in statements(decode(data)):
        word = text.partition(" ")[0].partition("(")[0]
        here: Scope = blocks[-1] if blocks else "runtime"
        if word == "gem":
            item = _gem(text, line, _inline(text) or here)
            known = known and (item is not None or _is_local(text))
            found += [item] if item is not None else []
        elif word == "eval_gemfile":
            known = False
        elif word == "end":
            del blocks[-1:]
        elif text.endswith(" do") or " do |" in text:
            names = [part.strip(":,()'\"") for part in text.removeprefix("group").split()[:-1]]
            blocks.append(_groups(names) if word == "group" else here)
        elif f"{text} ".startswith(_OPENS):
            blocks.append(here)
    return Declared(tuple(found), known=known)


def _groups(names: list[str]) -> Scope:
    """What belongs to one group of the running program belongs to it."""
    return "development" if all(scope_named(name) == "development" for name in names) else "runtime"


def _inline(text: str) -> Scope | None:
    for key in ("group:", ":group =>", "groups:", ":groups =>"):
        _, found, rest = text.partition(key)
        if found:
            listed = rest.partition("]")[0] if rest.strip().startswith("[") else rest.partition(",")[0]
            return _groups([part.strip(":,[]'\" ") for part in listed.split() if part.strip(":,[]'\" ")])
    return None


def _is_local(text: str) -> bool:
    return "path:" in text or ":path =>" in text


def _gem(text: str, line: int, scope: Scope) -> Requirement | None:
    """A gem by its literal name, with the literal constraints behind it."""
    if _is_local(text):
        return None
    quoted = _literals(text)
    if not quoted:
        return None
    name, *rest = quoted
    constraints = [each for each in rest if each[:1].isdigit() or each[:1] in ("~", ">", "<", "=", "!")]
    fixed = any(len(each) == 40 and each.isalnum() for each in rest)
    version = ", ".join(constraints)
    exact = len(constraints) == 1 and constraints[0].removeprefix("=").strip()[:1].isdigit()
    return Requirement(line, name, version, fixed or exact, scope)


def _literals(text: str) -> list[str]:
    """The quoted texts of a call whose first argument is one, up to the first that is computed."""
    head, _, rest = text.partition(" ") if "(" not in text.partition(" ")[0] else text.partition("(")
    if not head or rest.lstrip()[:1] not in ("'", '"'):
        return []
    found: list[str] = []
    at = 0
    while len(found) < 8:
        starts = [place for place in (rest.find("'", at), rest.find('"', at)) if place >= 0]
        if not starts:
            break
        start = min(starts)
        end = rest.find(rest[start], start + 1)
        if end < 0:
            break
        found.append(rest[start + 1 : end])
        at = end + 1
    return found if found and "#{" not in found[0] else []


def parse_gemspec(data: bytes) -> Declared:
    """A ``*.gemspec``."""
    found: list[Requirement] = []
    known = True
    for line, text in statements(decode(data)):
        for method, scope in _SPECIFIED:
            _, called, rest = text.partition(f".{method}")
            if called and rest[:1] in (" ", "("):
                item = _gem(f"gem {rest.strip(' ()')}", line, scope)
                known = known and item is not None
                found += [item] if item is not None else []
    return Declared(tuple(found), known=known)


GEMFILE: Parser[Declared] = Parser("gemfile", 1, parse_gemfile)
GEMSPEC: Parser[Declared] = Parser("gemspec", 1, parse_gemspec)
