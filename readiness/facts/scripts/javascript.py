"""JavaScript and TypeScript scripts, by their lines: their functions, what these call and do outside.

A text pattern, not a grammar: a function starts where a line says so, and ends with the bracket
that stands no further in than its first line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.model import Parser
from readiness.facts.scripts.model import Function, Sheet, Step
from readiness.facts.words import word_set
from readiness.records import Struct, field
from readiness.structured.source import decode

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 2_000  # characters of a line; longer ones are no hand's work
_BEFORE = ("export ", "default ", "async ", "static ", "private ", "public ", "protected ")
_NO_NAMES = word_set("if for while switch catch constructor function return else do try with super await")
_RUNNING = (
    "execSync(",
    "exec(",
    "spawnSync(",
    "spawn(",
    "execa(",
    "execaSync(",
    "$`",
    "execFile(",
    "execAsync(",
)
_WORKING = (
    *(
        "fetch(",
        "axios",
        "writeFile",
        "copyFile",
        "cpSync(",
        "renameSync(",
        "createWriteStream(",
        "https.get(",
    ),
    *("https.request(", ".send(new ", "http.get(", "got(", "await "),
)
_IDLE = ("console.", "return", "}", "//", "*", "/*", "process.stdout", "{", ")", "await sleep(", "debugger")


class _Open(Struct):
    """A function that is being read; ``indent`` is how far in its first line stands."""

    name: str
    line: int
    indent: int
    steps: list[Step] = field(default_factory=list)
    idle: bool = True
    fails: bool = False


def parse(data: bytes) -> Sheet:
    """A script of JavaScript or TypeScript. Raises ``Unparsable`` for what is no text."""
    lines = [line if len(line) <= _LONGEST else "" for line in decode(data).split("\n")]
    heads = {number: name for number, line in enumerate(lines, 1) for name in (_head(line),) if name}
    names = frozenset(heads.values())
    top = _Open("", 1, -1)
    done, stack = [], [top]
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        while len(stack) > 1 and bare and indent <= stack[-1].indent and number > stack[-1].line:
            done.append(stack.pop())
            if bare.startswith("}"):
                bare = bare.lstrip("}")
        if number in heads:
            stack.append(_Open(heads[number], number, indent))
        elif bare and not bare.startswith(("//", "*", "/*")):
            _line(stack[-1], bare, number, names)
    done += stack[:0:-1]
    functions = {item.name: item for item in sorted(done, key=lambda each: each.line, reverse=True)}
    kept = [
        Function(item.name, item.line, tuple(item.steps), item.idle, item.fails)
        for item in functions.values()
    ]
    return Sheet(tuple(kept), tuple(top.steps), idle=not kept and top.idle)


SCRIPT: Parser[Sheet] = Parser("operational-script", 2, parse, Sheet)


def _line(owner: _Open, bare: str, number: int, names: frozenset[str]) -> None:
    owner.steps += _steps(bare, number, names)
    if not bare.startswith(_IDLE) or ("(" in bare.removeprefix("return") and bare.startswith("return")):
        owner.idle = False
    owner.fails = owner.fails or "throw " in bare or "process.exit(1" in bare or "Sync(" in bare


def _head(line: str) -> str:
    """The function that ``line`` starts, empty if it starts none."""
    bare = line.strip()
    for _ in _BEFORE:
        for prefix in _BEFORE:
            bare = bare.removeprefix(prefix)
    if bare.startswith("function"):
        return _name(bare[8:].lstrip("* ").partition("(")[0])
    if bare.startswith(("const ", "let ", "var ")):
        name, sign, rest = bare.partition(" ")[2].partition("=")
        made = rest.strip().removeprefix("async").strip()
        is_function = made.startswith("function") or (made.startswith("(") and bare.endswith("=> {"))
        return _name(name.partition(":")[0]) if sign and is_function else ""
    name, sign, rest = bare.partition("(")
    return _name(name) if sign and rest.endswith("{") and ")" in rest and "=>" not in rest else ""


def _name(text: str) -> str:
    name = text.strip()
    return name if name.isidentifier() and name not in _NO_NAMES else ""


def _steps(bare: str, number: int, names: frozenset[str]) -> Iterable[Step]:
    parts = bare.split("(")
    for part in parts[:-1]:
        called = _last_name(part)
        if called in names:
            yield Step("call", called, number)
    run = next((sign for sign in _RUNNING if sign in bare), "")
    if run:
        yield Step("work", run.rstrip("(`"), number, _quoted(bare.partition(run)[2], run))
    elif any(sign in bare for sign in _WORKING):
        yield Step("work", bare[:60], number)


def _last_name(text: str) -> str:
    at = len(text)
    while at > 0 and (text[at - 1].isalnum() or text[at - 1] in "_$"):
        at -= 1
    return text[at:]


def _quoted(rest: str, run: str) -> tuple[str, ...]:
    """The words of the command that follows: a quoted text, or all up to the closing tick."""
    sign = "`" if run == "$`" else rest[:1]
    if sign not in "\"'`" or not sign:
        return ()
    body = rest if run == "$`" else rest[1:]
    return tuple(body.partition(sign)[0].split()[:40])
