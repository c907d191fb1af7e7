"""Go templates as trees: what an action does, and what it is made of.

A template that we cannot read raises ``Unparsable`` with ``opens``: Helm may be able to.
Source: Go, package ``text/template``, "Actions", "Pipelines", "Variables"; read 2026-10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.facts.deployment.helm.tokens import Action, Plain, Token, split
from readiness.facts.model import Parser
from readiness.records import Struct, field
from readiness.spans import Unparsable
from readiness.structured.source import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_NODES = 50_000
"""How many texts and actions one template may have."""

_DEPTH = 40
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "nil": None}


class Constant(Struct, frozen=True):
    """A value that is written out."""

    value: str | int | float | bool | None


class Path(Struct, frozen=True):
    """``.A.B`` (``start`` None), ``$x.A`` (its name), ``(…).A`` (the pipeline)."""

    start: str | Pipeline | None
    fields: tuple[str, ...]


class Function(Struct, frozen=True):
    """The name of a function."""

    name: str


Word = Constant | Path | Function


class Pipeline(Struct, frozen=True):
    """Commands, each of which hands its value on; ``names`` are the variables that take the last."""

    commands: tuple[tuple[Word, ...], ...]
    names: tuple[str, ...] = ()
    declares: bool = False


class Text(Struct, frozen=True):
    """Text that is put out as it is."""

    line: int
    text: str


class Print(Struct, frozen=True):
    """A pipeline whose value is put out, unless it goes into a variable."""

    line: int
    pipeline: Pipeline


class Branch(Struct, frozen=True):
    """``if``, ``with`` or ``range``, with what is done otherwise."""

    line: int
    kind: Literal["if", "with", "range"]
    pipeline: Pipeline
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...]


class Call(Struct, frozen=True):
    """``template``: another template put out here."""

    line: int
    name: str
    pipeline: Pipeline | None


class Leave(Struct, frozen=True):
    """``break`` or ``continue``."""

    line: int
    word: Literal["break", "continue"]


Node = Text | Print | Branch | Call | Leave


class Template(Struct, frozen=True):
    """A file: what it puts out itself, and the templates that it defines."""

    body: tuple[Node, ...]
    defined: tuple[tuple[str, tuple[Node, ...]], ...]


class _Open(Struct):
    """A block that is not closed yet."""

    line: int
    kind: Literal["file", "if", "with", "range", "define", "block"]
    pipeline: Pipeline | None = None
    name: str = ""
    body: list[Node] = field(default_factory=list)
    otherwise: list[Node] = field(default_factory=list)
    chained: bool = False
    in_else: bool = False

    def nodes(self) -> list[Node]:
        return self.otherwise if self.in_else else self.body


def parse(data: bytes) -> Template:
    """A template file. Raises ``Unparsable`` with ``opens``."""
    return parse_text(decode(data))


def parse_text(text: str) -> Template:
    """A template. Raises ``Unparsable`` with ``opens``."""
    return _Parser().parsed(text)


TEMPLATE: Parser[Template] = Parser("helm-template", 1, parse, bulky=True)


class _Parser:
    def __init__(self) -> None:
        self._stack = [_Open(1, "file")]
        self._defined: list[tuple[str, tuple[Node, ...]]] = []

    def parsed(self, text: str) -> Template:
        for count, each in enumerate(split(text)):
            if count > MAX_NODES:
                raise Unparsable(each.line, f"more than {MAX_NODES:,} actions", opens=True)
            if isinstance(each, Plain):
                self._stack[-1].nodes().append(Text(each.line, each.text))
            elif each.tokens:
                self._action(each)
        if len(self._stack) > 1:
            raise Unparsable(self._stack[-1].line, f"'{self._stack[-1].kind}' has no end", opens=True)
        return Template(tuple(self._stack[0].body), tuple(self._defined))

    def _action(self, action: Action) -> None:
        first = action.tokens[0]
        rest = action.tokens[1:]
        word = first.text if first.kind == "word" else ""
        match word:
            case "if" | "with" | "range":
                self._push(_Open(action.line, word, _pipeline(rest, action.line)))
            case "define" | "block":
                name = rest[0].text if rest and rest[0].kind == "text" else ""
                given = _pipeline(rest[1:], action.line) if word == "block" else None
                self._push(_Open(action.line, word, given, name))
            case "else":
                self._else(action, rest)
            case "end":
                self._end(action.line)
            case "template":
                name = rest[0].text if rest and rest[0].kind == "text" else ""
                given = _pipeline(rest[1:], action.line) if len(rest) > 1 else None
                self._stack[-1].nodes().append(Call(action.line, name, given))
            case "break" | "continue":
                self._stack[-1].nodes().append(Leave(action.line, word))
            case _:
                pipeline = _pipeline(action.tokens, action.line)
                self._stack[-1].nodes().append(Print(action.line, pipeline))

    def _push(self, opened: _Open) -> None:
        if len(self._stack) > _DEPTH:
            raise Unparsable(opened.line, f"blocks more than {_DEPTH} deep", opens=True)
        self._stack.append(opened)

    def _else(self, action: Action, rest: Sequence[Token]) -> None:
        current = self._stack[-1]
        if current.kind not in ("if", "with", "range") or current.in_else:
            raise Unparsable(action.line, "'else' without a beginning", opens=True)
        current.in_else = True
        if rest and rest[0].kind == "word" and rest[0].text in ("if", "with"):
            kind: Literal["if", "with"] = "if" if rest[0].text == "if" else "with"
            self._push(_Open(action.line, kind, _pipeline(rest[1:], action.line), chained=True))

    def _end(self, line: int) -> None:
        while True:
            if len(self._stack) == 1:
                raise Unparsable(line, "'end' without a beginning", opens=True)
            done = self._stack.pop()
            above = self._stack[-1].nodes()
            if done.kind == "define":
                self._defined.append((done.name, tuple(done.body)))
            elif done.kind == "block":
                self._defined.append((done.name, tuple(done.body)))
                above.append(Call(done.line, done.name, done.pipeline))
            elif done.pipeline is not None and done.kind != "file":
                body, otherwise = tuple(done.body), tuple(done.otherwise)
                above.append(Branch(done.line, done.kind, done.pipeline, body, otherwise))
            if not done.chained:
                return


def _pipeline(tokens: Sequence[Token], line: int) -> Pipeline:
    found, at = _Words(tokens, line).pipeline(0, 0)
    if at != len(tokens):
        raise Unparsable(line, "an action of a template that is not understood", opens=True)
    return found


class _Words:
    """Reads a pipeline from tokens; each method returns what it read and where it stopped."""

    def __init__(self, tokens: Sequence[Token], line: int) -> None:
        self._tokens = tokens
        self._line = line

    def _sign(self, at: int) -> str:
        token = self._tokens[at] if at < len(self._tokens) else None
        return token.text if token is not None and token.kind == "sign" else ""

    def pipeline(self, at: int, depth: int) -> tuple[Pipeline, int]:
        if depth > _DEPTH:
            raise self._refused()
        names, declares, at = self._variables(at)
        commands: list[tuple[Word, ...]] = []
        while True:
            words: list[Word] = []
            while at < len(self._tokens) and self._sign(at) not in (")", "|"):
                word, at = self._word(at, depth)
                words.append(word)
            if not words:
                raise self._refused()
            commands.append(tuple(words))
            if self._sign(at) != "|":
                return Pipeline(tuple(commands), names, declares), at
            at += 1

    def _variables(self, at: int) -> tuple[tuple[str, ...], bool, int]:
        """The variables before ``:=`` or ``=``."""
        names, now = list[str](), at
        while now < len(self._tokens) and self._tokens[now].kind == "variable":
            names.append(self._tokens[now].text)
            sign = self._sign(now + 1)
            if sign in (":=", "="):
                return tuple(names), sign == ":=", now + 2
            if sign != ",":
                break
            now += 2
        return (), False, at

    def _word(self, at: int, depth: int) -> tuple[Word, int]:
        token = self._tokens[at]
        match token.kind:
            case "text":
                return Constant(token.text), at + 1
            case "number":
                return Constant(_number(token.text)), at + 1
            case "word":
                known = token.text in _CONSTANTS
                return Constant(_CONSTANTS[token.text]) if known else Function(token.text), at + 1
            case "variable":
                fields, at = self._fields(at + 1)
                return Path(token.text, fields), at
            case "field":
                fields, end = self._fields(at + 1)
                return Path(None, (token.text, *fields)), end
            case _:
                if token.text == ".":
                    return Path(None, ()), at + 1
                if token.text != "(":
                    raise self._refused()
                inner, end = self.pipeline(at + 1, depth + 1)
                if self._sign(end) != ")":
                    raise self._refused()
                fields, end = self._fields(end + 1)
                return Path(inner, fields), end

    def _fields(self, at: int) -> tuple[tuple[str, ...], int]:
        """The fields that stand right behind: ``.A.B``."""
        names = []
        while at < len(self._tokens) and self._tokens[at].kind == "field" and self._tokens[at].glued:
            names.append(self._tokens[at].text)
            at += 1
        return tuple(names), at

    def _refused(self) -> Unparsable:
        return Unparsable(self._line, "an action of a template that is not understood", opens=True)


def _number(text: str) -> int | float:
    bare = text.replace("_", "")
    try:
        if len(bare) <= 20:
            return int(bare, 0)
    except ValueError:
        pass
    try:
        return float(bare) if len(bare) <= 40 else 0
    except ValueError:
        return int(bare, 8) if bare.isdecimal() and set(bare) <= set("01234567") else 0
