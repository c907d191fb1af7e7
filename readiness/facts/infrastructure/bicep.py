"""Bicep: resources and modules with what they set, read by structure; expressions are not worked out.

A reader of our own, since no library reads Bicep in Python. It knows texts, comments, brackets and the form
of a declaration; whatever else stands for a value is an expression.
Source: Bicep, "Bicep file structure and syntax", "Resource declaration", "Data types", "Loops"; read 2026-08.
"""

from __future__ import annotations

from readiness.facts.infrastructure.written import (
    MAX_PATHS,
    MAX_RESOURCES,
    Declared,
    Kind,
    Written,
    joined,
    shown,
)
from readiness.facts.model import Parser
from readiness.records import Struct, field
from readiness.spans import Unparsable
from readiness.structured.nodes import Scalar
from readiness.structured.source import decode

MAX_DEPTH = 64

_OPEN = {"{": "}", "[": "]", "(": ")"}
_CLOSED = frozenset("}])")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_BLANK = frozenset(" \t\r\ufeff")
_ELSEWHERE = ("br:", "br/", "ts:", "ts/")


class _Draft(Struct):
    """A declaration that is being read."""

    line: int
    kind: Kind
    type: str
    name: str
    source: str
    paths: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    computed: set[str] = field(default_factory=set)

    def done(self) -> Written:
        return Written(
            line=self.line,
            tool="bicep",
            kind=self.kind,
            type=self.type[:200],
            name=self.name[:200],
            attributes=frozenset(self.paths),
            values=frozenset(self.values),
            computed=frozenset(self.computed),
            source=self.source[:400],
        )


class _Level(Struct):
    """An open bracket: what closes it, the path it stands under, and the declaration that it belongs to."""

    closer: str
    path: str
    draft: _Draft | None


class _Reader(Struct):
    """Reads from ``at`` on; ``line`` is the line of ``at``."""

    text: str
    at: int = 0
    line: int = 1
    drafts: list[_Draft] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)

    def wrong(self, reason: str) -> Unparsable:
        return Unparsable(self.line, f"not readable as Bicep: {reason}")

    def move(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def blank(self, *, lines: bool) -> str:
        """Pass over blanks and comments, and line ends if ``lines``; the character behind them."""
        text = self.text
        while True:
            char = text[self.at : self.at + 1]
            if char in _BLANK and char:
                self.at += 1
            elif char == "\n" and lines:
                self.line += 1
                self.at += 1
            elif text.startswith("//", self.at):
                end = text.find("\n", self.at)
                self.at = len(text) if end < 0 else end
            elif text.startswith("/*", self.at):
                end = text.find("*/", self.at + 2)
                if end < 0:
                    raise self.wrong("a comment is not closed")
                self.move(end + 2)
            else:
                return char

    def word(self) -> str:
        """The name here, empty for none."""
        start = self.at
        while self.text[self.at : self.at + 1] in _NAME and self.at < len(self.text):
            self.at += 1
        return self.text[start : self.at]

    def quoted(self) -> tuple[str, bool]:
        """The text in quotes here, and whether it is written out: nothing is put in."""
        if self.text.startswith("'''", self.at):
            end = self.text.find("'''", self.at + 3)
            if end < 0:
                raise self.wrong("a text is not closed")
            found = self.text[self.at + 3 : end]
            self.move(end + 3)
            return found, True
        start, at, whole = self.at + 1, self.at + 1, True
        around = [0]  # of each expression around, how many of its brackets are open; 0 for a text
        while at < len(self.text) and self.text[at] != "\n":
            char, inside = self.text[at], around[-1]
            at += 1
            if inside:
                if char == "'":
                    around.append(0)
                elif char in "{}":
                    around[-1] += 1 if char == "{" else -1
                    if not around[-1]:
                        around.pop()
            elif char == "\\":
                at += 1
            elif char == "$" and self.text[at : at + 1] == "{":
                whole, at = False, at + 1
                around.append(1)
            elif char == "'":
                around.pop()
                if not around:
                    self.at = at
                    return self.text[start : at - 1].replace("\\'", "'"), whole
        raise self.wrong("a text is not closed")

    def file(self) -> Declared:
        """The whole file."""
        levels = [_Level("", "", None)]
        while True:
            char = self.blank(lines=True)
            if not char:
                break
            level = levels[-1]
            if char in _CLOSED:
                if char != level.closer:
                    raise self.wrong(f"a '{char}' closes nothing")
                self.at += 1
                levels.pop()
            elif level.closer in ("", "}"):
                self.statement(levels)
            else:
                self.item(levels)
            if len(levels) > MAX_DEPTH:
                raise Unparsable(self.line, f"nested more than {MAX_DEPTH} deep", opens=True)
        if len(levels) > 1:
            raise self.wrong(f"a '{levels[-1].closer}' is missing")
        return Declared(tuple(each.done() for each in self.drafts[:MAX_RESOURCES]), tuple(self.unread))

    def statement(self, levels: list[_Level]) -> None:
        """A declaration, or a key of an object with its value."""
        level, start = levels[-1], self.line
        char = self.text[self.at]
        name, whole = self.quoted() if char == "'" else (self.word(), True)
        if name in ("resource", "module") and char != "'" and self.declaration(levels, name, start):
            return
        if level.closer == "}" and self.blank(lines=False) == ":":
            self.at += 1
            self.value(levels, joined(level.path, name if whole else "*"), level.draft)
        else:
            self.skip()

    def declaration(self, levels: list[_Level], word: str, line: int) -> bool:
        """``resource name 'type@version' = …``; whether it was one."""
        self.blank(lines=False)
        name = self.word()
        if not name or self.blank(lines=False) != "'":
            return False
        source, _ = self.quoted()
        existing = self.blank(lines=False) in _NAME and self.word() == "existing"
        parent = levels[-1].draft
        type_ = source.partition("@")[0]
        if parent is not None and "." not in type_ and parent.kind == "resource":
            type_ = f"{parent.type}/{type_}"
        draft = _Draft(
            line,
            "module" if word == "module" else "resource",
            type_ if word == "resource" else "",
            name,
            source if word == "module" else "",
        )
        if word == "module" and source.startswith(_ELSEWHERE):
            self.unread.append((line, "a module that lies elsewhere"))
        if not existing:
            self.drafts.append(draft)
        if self.blank(lines=False) == "=":
            self.at += 1
            self.condition()
            self.value(levels, "", draft)
        return True

    def condition(self) -> None:
        """Pass over ``if (…)`` before a body."""
        if self.blank(lines=True) == "i" and self.text.startswith("if", self.at):
            self.at += 2
            if self.blank(lines=True) == "(":
                self.expression(stop=self.closing())

    def closing(self) -> int:
        """The place behind the bracket that closes the one here."""
        reader = _Reader(self.text, self.at, self.line)
        depth = 0
        while reader.at < len(reader.text):
            char = reader.blank(lines=True)
            if char == "'":
                reader.quoted()
                continue
            if char in _OPEN:
                depth += 1
            elif char in _CLOSED and char:
                depth -= 1
            reader.at += 1
            if depth == 0:
                return reader.at
        raise self.wrong("a bracket is not closed")

    def item(self, levels: list[_Level]) -> None:
        """An item of a list, or the head of a loop."""
        level = levels[-1]
        if self.text.startswith("for ", self.at):
            colon = self.loop()
            self.move(colon)
            self.condition()
        if self.text[self.at : self.at + 1] == ",":
            self.at += 1
            return
        self.value(levels, level.path, level.draft)

    def loop(self) -> int:
        """The place behind the colon that ends the head of a loop."""
        reader = _Reader(self.text, self.at, self.line)
        while reader.at < len(reader.text):
            char = reader.blank(lines=True)
            if char == "'":
                reader.quoted()
            elif char in _OPEN:
                reader.move(reader.closing())
            elif char == ":":
                return reader.at + 1
            else:
                reader.at += 1
        raise self.wrong("a loop has no body")

    def value(self, levels: list[_Level], path: str, draft: _Draft | None) -> None:
        """What stands behind a colon, an equals sign or in a list."""
        char = self.blank(lines=False)
        if draft is not None and path and len(draft.paths) < MAX_PATHS:
            draft.paths.add(path)
        if char in ("{", "["):
            self.at += 1
            levels.append(_Level(_OPEN[char], path, draft))
            return
        line = self.line
        text, plain, written = self.scalar()
        if draft is None or not path or len(draft.paths) >= MAX_PATHS:
            return
        if not written:
            draft.computed.add(path)
        elif text != "null" or not plain:
            draft.values.add(f"{path}={shown(path, Scalar(line, text, plain))}")

    def scalar(self) -> tuple[str, bool, bool]:
        """A value of one line: its text, whether it is without quotes, and whether it is written out."""
        if self.text[self.at : self.at + 1] == "'":
            text, whole = self.quoted()
            alone = self.ends()
            self.expression()
            return text, False, whole and alone
        start = self.at
        self.expression()
        text = self.text[start : self.at].strip()
        return text, True, text in ("true", "false", "null") or text.lstrip("-").isdecimal()

    def ends(self) -> bool:
        """Whether a value ends here."""
        return self.blank(lines=False) in ("", "\n", ",", "}", "]", ")")

    def expression(self, stop: int = -1) -> None:
        """Pass over an expression: to the end of its line, or to what closes the bracket around it."""
        if stop >= 0:
            self.move(stop)
            return
        while self.at < len(self.text):
            char = self.blank(lines=False)
            if not char or char in ("\n", ",") or char in _CLOSED:
                if char == "\n" and self.goes_on():
                    self.blank(lines=True)
                    continue
                return
            if char == "'":
                self.quoted()
            elif char in _OPEN:
                self.move(self.closing())
            else:
                self.at += 1

    def goes_on(self) -> bool:
        """Whether the next line goes on with an expression: a ternary operator or one of logic begins it."""
        rest = self.text[self.at : self.at + 400].lstrip()
        return rest.startswith(("?", ":", "&&", "||", "??"))

    def skip(self) -> None:
        """Pass over a statement that is no declaration: a parameter, a variable, an output, a decorator."""
        before = self.at
        self.expression()
        if self.at == before and self.text[self.at : self.at + 1] not in ("", "\n"):
            if self.text[self.at] in _CLOSED:
                return
            self.at += 1


def parse(data: bytes) -> Declared:
    """The resources and modules of a ``.bicep`` file. Raises ``Unparsable``."""
    return _Reader(decode(data).replace("\r\n", "\n")).file()


BICEP: Parser[Declared] = Parser("bicep", 1, parse)
