"""A small, forgiving reader of the Groovy that pipelines are written in.

What it does not know of the language becomes ``Other``, with the calls in it. Time grows with the
text alone. Source: Groovy documentation, "Syntax", "Program structure", "Domain-Specific Languages"
(command chains: a call without parentheses).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.jenkins.tokens import Token, tokens
from readiness.facts.ci.jenkins.tree import (
    Argument,
    Assign,
    Call,
    Closure,
    Compare,
    Function,
    If,
    Jump,
    Library,
    Logic,
    Loop,
    Name,
    Other,
    Several,
    Statement,
    Text,
    Try,
    Value,
)
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEPTH = 40
_CHAIN = 200
_TYPES = frozenset(("def", "void", "boolean", "int", "long", "double", "float", "char", "byte", "var"))
_MODIFIERS = frozenset(("static", "private", "public", "protected", "final", "synchronized", "abstract"))
_COMPARISONS = frozenset(("==", "!=", "=~", "==~", "<", ">", "<=", ">=", "in", "instanceof", "<=>"))
_OPERATORS = frozenset(
    ("+", "-", "*", "/", "%", "**", "?", "?:", ":", "..", "..<", "<<", ">>", ">>>", "|", "&", "^", "as")
)
_JOINING = _COMPARISONS | _OPERATORS | {"&&", "||"}
_DECLARING = _MODIFIERS | _TYPES
_ASSIGNS = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "**=", "?="))
_BEFORE = frozenset(("-", "+", "++", "--", "*", "~", "*."))
_NO_VALUE = frozenset(("in", "instanceof", "as", "else", "catch", "finally", "while"))
_NOTHING = Closure(0, ())


def parse(text: str) -> tuple[Statement, ...]:
    """The statements of a file.

    Raises ``Unparsable``: for brackets and texts that do not close, as Groovy does; with ``opens`` for
    what is nested more deeply than is read.
    """
    reader = _Reader(tokens(text))
    statements = reader.statements()
    left = reader.now
    if left.kind != "end":
        raise Unparsable(left.line, f"'{left.text}' closes nothing")
    return statements


class _Reader:
    def __init__(self, found: Sequence[Token]) -> None:
        self.found = found
        self.at = 0
        self.depth = 0
        self.bracketed = 0  # within brackets the end of a line ends nothing

    # ---- looking

    @property
    def now(self) -> Token:
        if self.bracketed:
            self.lines()
        return self.found[self.at]

    def ahead(self, count: int = 1) -> Token:
        return self.found[min(self.at + count, len(self.found) - 1)]

    def sign(self, *signs: str) -> bool:
        token = self.now
        return token.kind == "sign" and token.text in signs

    def word(self, *words: str) -> bool:
        token = self.now
        return token.kind == "name" and token.text in words

    def take(self) -> Token:
        token = self.now
        if token.kind != "end":
            self.at += 1
        return token

    def lines(self) -> None:
        while self.found[self.at].kind == "line":
            self.at += 1

    def passed(self, *signs: str) -> bool:
        if self.sign(*signs):
            self.at += 1
            return True
        return False

    def deeper(self, line: int) -> None:
        self.depth += 1
        if self.depth > _DEPTH:
            raise Unparsable(line, "it is nested more deeply than is read", opens=True)

    # ---- statements

    def statements(self) -> tuple[Statement, ...]:
        out: list[Statement] = []
        while True:
            self.lines()
            if self.now.kind == "end" or self.sign("}", ")", "]"):
                return tuple(out)
            if self.passed(";", ","):
                continue
            before = self.at
            found = self.statement()
            if found is not None:
                out.append(found)
            if self.at == before:
                self.at += 1  # what is not known is passed over

    def block(self) -> Closure:
        """The block, or the one statement, that stands here."""
        self.lines()
        if self.sign("{"):
            return self.closure()
        line = self.now.line
        if self.now.kind == "end" or self.sign("}", ")", "]"):
            return Closure(line, ())
        self.deeper(line)
        found = self.statement()
        self.depth -= 1
        return Closure(line, () if found is None else (found,))

    def closure(self) -> Closure:
        opening = self.take()
        self.deeper(opening.line)
        kept, self.bracketed = self.bracketed, 0
        parameters = self.parameters_of_closure()
        statements = self.statements()
        if not self.sign("}"):
            raise Unparsable(opening.line, "'{' is not closed")
        self.at += 1
        self.bracketed = kept
        self.depth -= 1
        return Closure(opening.line, statements, parameters)

    def parameters_of_closure(self) -> tuple[str, ...]:
        names: list[str] = []
        at = self.at
        while at < len(self.found) and at < self.at + 30:
            token = self.found[at]
            if token.kind == "sign" and token.text == "->":
                self.at = at + 1
                return tuple(names)
            if token.kind == "name":
                after = self.found[at + 1]
                if after.kind == "sign" and after.text in {",", "->", "="}:
                    names.append(token.text)
            elif token.kind not in {"line", "text", "number"} and token.text not in {
                ",",
                "=",
                "<",
                ">",
                ".",
                "[",
                "]",
            }:
                break
            at += 1
        return ()

    def statement(self) -> Statement | None:
        token = self.now
        if token.kind == "sign" and token.text == "@":
            return self.annotation()
        if token.kind == "name":
            match token.text:
                case "import" | "package":
                    self.rest_of_line()
                    return None
                case "if":
                    return self.choice()
                case "for" | "while" | "switch":
                    self.at += 1
                    head = self.head()
                    body = self.block()
                    return Loop(token.line, Closure(body.line, (head, *body.statements)))
                case "do":
                    self.at += 1
                    return Loop(token.line, self.block())
                case "case" | "default":
                    self.label()
                    return None
                case "try":
                    return self.attempt()
                case "return" | "throw" | "break" | "continue" | "assert":
                    self.at += 1
                    ends = self.now.kind in {"line", "end"} or self.sign(";", "}")
                    value = None if ends else self.expression(command=True)
                    return Jump(token.line, token.text, value)
                case "class" | "interface" | "enum" | "trait":
                    self.type()
                    return None
                case _:
                    function = self.function()
                    if function is not None:
                        return function
        return self.assignment()

    def annotation(self) -> Statement | None:
        line = self.take().line
        name = self.take().text if self.now.kind == "name" else ""
        given: Value | None = Several(line, self.arguments(")")) if self.passed("(") else None
        if name != "Library" or given is None:
            return None
        found = _texts(given)
        return Library(line, found[0].text if found else "")

    def rest_of_line(self) -> None:
        while self.found[self.at].kind not in {"line", "end"}:
            self.at += 1

    def head(self) -> Value:
        """What stands in parentheses behind ``if``, ``for``, ``catch``."""
        self.lines()
        if not self.sign("("):
            return Other(self.now.line)
        opening = self.take()
        self.deeper(opening.line)
        self.bracketed += 1
        parts: list[Value] = []
        while not self.sign(")"):
            if self.now.kind == "end" or self.sign("}", "]"):
                raise Unparsable(opening.line, "'(' is not closed")
            before = self.at
            parts.append(self.expression())
            if self.at == before:
                self.at += 1
        self.bracketed -= 1
        self.at += 1
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Other(opening.line, tuple(parts))

    def choice(self) -> If:
        """``if`` with all its ``else if``, which nest no deeper here than one."""
        ways: list[tuple[int, Value, Closure]] = []
        last = _NOTHING
        while True:
            line = self.take().line
            ways.append((line, self.head(), self.block()))
            mark = self.at
            while self.found[self.at].kind == "line" or self.sign(";"):
                self.at += 1
            if not self.word("else"):
                self.at = mark
                break
            self.at += 1
            self.lines()
            if not self.word("if"):
                last = self.block()
                break
            if len(ways) > _CHAIN:
                raise Unparsable(line, "it has more ways than are read", opens=True)
        line, condition, then = ways.pop()
        out = If(line, condition, then, last)
        self.deeper(line)
        for number, (line, condition, then) in enumerate(reversed(ways)):
            if number > _DEPTH:
                raise Unparsable(line, "it has more ways than are read", opens=True)
            out = If(line, condition, then, Closure(line, (out,)))
        self.depth -= 1
        return out

    def label(self) -> None:
        self.at += 1
        while self.found[self.at].kind not in {"line", "end"} and not self.sign(":"):
            self.at += 1
        self.passed(":")

    def attempt(self) -> Try:
        line = self.take().line
        if not self.sign("{"):
            self.lines()
        body = self.block()
        handlers: list[Closure] = []
        last = _NOTHING
        while True:
            mark = self.at
            self.lines()
            if self.word("catch"):
                self.at += 1
                self.head()
                handlers.append(self.block())
            elif self.word("finally"):
                self.at += 1
                last = self.block()
            else:
                self.at = mark
                return Try(line, body, tuple(handlers), last)

    def type(self) -> None:
        """Pass over a class: what it does is known only where it is used."""
        while self.found[self.at].kind != "end" and not self.sign("{"):
            self.at += 1
        if self.sign("{"):
            self.closure()

    def function(self) -> Function | None:
        """A function's definition: a type or modifier, a name, parameters, a block."""
        at, typed = self.at, False
        found = self.found
        while found[at].kind == "name" and found[at].text in _MODIFIERS:
            at, typed = at + 1, True
        if found[at].kind != "name":
            return None
        if found[at].text in _TYPES or found[at].text[:1].isupper():
            after = at + 1
            while found[after].kind == "sign" and found[after].text in {"[", "]", "<", ">", ",", ".", "?"}:
                after += 1
                if found[after - 1].text in {"<", ",", "."} and found[after].kind == "name":
                    after += 1
            if found[after].kind in {"name", "text"}:
                at, typed = after, True
        name = found[at]
        opening = found[at + 1] if at + 1 < len(found) else name
        if not typed or opening.kind != "sign" or opening.text != "(":
            return None
        end = self.closing(at + 1)
        body = end + 1
        while body < len(found) and found[body].kind == "line":
            body += 1
        if end < 0 or body >= len(found) or found[body].kind != "sign" or found[body].text != "{":
            return None
        inside = found[at + 2 : end]
        names = tuple(
            token.text
            for token, after in zip(inside, [*inside[1:], Token("sign", ",", 0)], strict=False)
            if token.kind == "name" and after.kind == "sign" and after.text in {",", "="}
        )
        self.at = body
        return Function(name.line, name.text, names, self.closure())

    def closing(self, at: int) -> int:
        """Where the parenthesis that opens at ``at`` closes, within reach; else -1."""
        depth = 0
        for index in range(at, min(len(self.found), at + 80)):
            token = self.found[index]
            if token.kind == "sign" and token.text in {"(", "[", "{"}:
                depth += 1
            elif token.kind == "sign" and token.text in {")", "]", "}"}:
                depth -= 1
                if depth == 0:
                    return index
        return -1

    def assignment(self) -> Statement:
        """A declaration, an assignment, or a value by itself."""
        token = self.now
        declared = False
        while self.now.kind == "name" and self.now.text in _DECLARING:
            self.at, declared = self.at + 1, True
        after = self.ahead()
        if self.now.kind == "name" and self.now.text[:1].isupper() and after.kind == "name":
            self.at, declared = self.at + 1, True  # its type
        if (
            declared
            and self.now.kind == "name"
            and self.ahead().text not in {"=", "."}
            and self.ahead().kind in {"line", "end"}
        ):
            alone = self.take()
            return Assign(alone.line, alone.text, Other(alone.line))
        left = self.expression(command=not declared)
        if not self.sign(*_ASSIGNS):
            return left
        self.at += 1
        self.lines()
        right: Value
        right = self.expression(command=True)
        while self.sign(*_ASSIGNS):  # a = b = c
            self.at += 1
            right = self.expression(command=True)
        name, part = _assigned(left)
        return Assign(token.line, name, right, part)

    # ---- values

    def expression(self, *, command: bool = False) -> Value:
        """One value with its operators. ``command`` where a call may stand without parentheses."""
        first = self.operand(command=command)
        signs: list[str] = []
        values: list[Value] = [first]
        while True:
            token = self.now
            if token.kind not in {"sign", "name"} or token.text not in _JOINING:
                break
            if token.text == ":" and "?" not in signs:
                break
            self.at += 1
            self.lines()
            signs.append(token.text)
            if token.text == ":":
                signs[len(signs) - 1 - signs[::-1].index("?")] = "?:"
            values.append(self.operand(command=False))
        return _combined(signs, values)

    def operand(self, *, command: bool) -> Value:
        token = self.now
        if token.kind == "sign" and token.text == "!":
            self.at += 1
            self.deeper(token.line)
            inner = self.operand(command=False)
            self.depth -= 1
            return Logic(token.line, "not", (inner,))
        while self.sign(*_BEFORE):
            self.at += 1
        token = self.now
        if token.kind == "text":
            self.at += 1
            return self.chain(Text(token.line, token.text, token.lines), command=False)
        if token.kind == "number":
            self.at += 1
            return self.chain(Name(token.line, token.text), command=False)
        if token.kind == "name" and token.text not in _NO_VALUE:
            self.at += 1
            if token.text == "new" and self.now.kind == "name":
                made = self.take()
                return self.chain(Name(made.line, f"new {made.text}"), command=False)
            return self.chain(Name(token.line, token.text), command=command)
        if token.kind == "sign":
            match token.text:
                case "(":
                    return self.chain(self.head(), command=False)
                case "[":
                    self.at += 1
                    return self.chain(Several(token.line, self.arguments("]")), command=False)
                case "{":
                    return self.chain(self.closure(), command=False)
                case _:
                    pass
        return Other(token.line)

    def chain(self, value: Value, *, command: bool) -> Value:
        """What follows a value: members, arguments, a closure."""
        length = 0
        while True:
            length += 1
            if length > _CHAIN:
                raise Unparsable(value.line, "a chain of calls is longer than is read", opens=True)
            token = self.now
            if token.kind == "line" and self.continues():
                self.lines()
                token = self.now
            if token.kind == "sign" and token.text in {".", "?.", "*.", ".&", "::"}:
                self.at += 1
                self.lines()
                value = self.member(value)
            elif token.kind == "sign" and token.text == "(":
                self.at += 1
                value = _called(value, self.arguments(")"), token.line)
            elif (
                token.kind == "sign"
                and token.text == "{"
                and (isinstance(value, Name | Call) or _is_member(value))
            ):
                value = _called(value, (Argument("", self.closure()),), token.line)
            elif token.kind == "sign" and token.text == "[" and not token.spaced:
                self.at += 1
                value = Other(token.line, (value, Several(token.line, self.arguments("]"))))
            elif token.kind == "sign" and token.text in {"++", "--"}:
                self.at += 1
            elif command and isinstance(value, Name) and self.begins_argument(token):
                return _called(value, self.listed(), token.line)
            else:
                return value

    def continues(self) -> bool:
        """Whether the next line goes on with the chain."""
        at = self.at
        while self.found[at].kind == "line":
            at += 1
        token = self.found[at]
        return token.kind == "sign" and token.text in {".", "?."}

    def member(self, value: Value) -> Value:
        token = self.take()
        name = token.text if token.kind in {"name", "text"} else ""
        if isinstance(value, Name):
            return Name(value.line, f"{value.text}.{name}"[:400])
        return Other(token.line, (value, Name(token.line, name)))

    def begins_argument(self, token: Token) -> bool:
        if token.kind in {"text", "number"}:
            return True
        if token.kind == "name":
            return token.text not in _NO_VALUE
        return token.kind == "sign" and token.text == "[" and token.spaced

    def listed(self) -> tuple[Argument, ...]:
        """Arguments without parentheses, to the end of the line."""
        out: list[Argument] = []
        while True:
            out.append(self.argument())
            if not self.passed(","):
                break
            self.lines()
        if self.sign("{"):
            out.append(Argument("", self.closure()))
        return tuple(out)

    def arguments(self, closing: str) -> tuple[Argument, ...]:
        """What stands between brackets, the opening one passed."""
        line = self.found[self.at - 1].line
        self.deeper(line)
        self.bracketed += 1
        out: list[Argument] = []
        while not self.sign(closing):
            if self.now.kind == "end" or self.sign(")", "]", "}"):
                raise Unparsable(
                    line, f"'{self.found[self.at].text or 'a bracket'}': a bracket is not closed"
                )
            before = self.at
            if self.passed(",", ":", ";"):
                continue
            out.append(self.argument())
            if self.at == before:
                self.at += 1
        self.bracketed -= 1
        self.at += 1
        self.depth -= 1
        return tuple(out)

    def argument(self) -> Argument:
        token = self.now
        after = self.ahead()
        if token.kind in {"name", "text", "number"} and after.kind == "sign" and after.text == ":":
            self.at += 2
            self.lines()
            return Argument(token.text, self.expression(command=True))
        value = self.expression()
        if self.sign(":") and isinstance(value, Other | Name):  # (key): value
            self.at += 1
            self.lines()
            return Argument("?", self.expression())
        if self.sign("=") and isinstance(value, Name):  # a default of a parameter
            self.at += 1
            return Argument(value.text, self.expression())
        return Argument("", value)


def _called(value: Value, arguments: tuple[Argument, ...], line: int) -> Value:
    """``value`` called with ``arguments``; a closure behind a call belongs to that call."""
    if isinstance(value, Call):
        alone = len(arguments) == 1 and isinstance(arguments[0].value, Closure)
        if alone and value.closure is None:
            return Call(value.line, value.name, (*value.arguments, *arguments), value.target)
        return Call(line, "call", arguments, value)
    if isinstance(value, Name):
        return Call(value.line, value.text, arguments)
    if isinstance(value, Other) and _is_member(value):
        owner, member = value.parts
        return Call(member.line, member.text if isinstance(member, Name) else "", arguments, owner)
    return Call(line, "", arguments, value)


def _is_member(value: Value) -> bool:
    """Whether a value is ``value.name``."""
    return isinstance(value, Other) and len(value.parts) == 2 and isinstance(value.parts[1], Name)


def _combined(signs: list[str], values: list[Value]) -> Value:
    """The values joined by their operators, ``||`` weakest, then ``&&``, then comparisons."""
    if not signs:
        return values[0]
    line = values[0].line
    if "?:" in signs or "?" in signs:
        return Other(line, tuple(values))
    for sign, word in (("||", "or"), ("&&", "and")):
        if sign in signs:
            parts, start = [], 0
            for index, one in enumerate([*signs, sign]):
                if one == sign:
                    parts.append(_combined(signs[start:index], values[start : index + 1]))
                    start = index + 1
            return Logic(line, word, tuple(parts))
    compared = [index for index, one in enumerate(signs) if one in _COMPARISONS]
    if len(compared) == 1:
        at = compared[0]
        left = _combined(signs[:at], values[: at + 1])
        return Compare(line, signs[at], left, _combined(signs[at + 1 :], values[at + 1 :]))
    joined = _joined(signs, values)
    return Other(line, tuple(values)) if joined is None else joined


def _joined(signs: list[str], values: list[Value]) -> Text | None:
    """Texts put together with ``+``, what is no text left to be filled in; None for all else."""
    from readiness.facts.ci.jenkins.tokens import CLOSED, HOLE  # noqa: PLC0415

    if set(signs) != {"+"} or not any(isinstance(value, Text) for value in values):
        return None
    text: list[str] = []
    lines: list[int] = []
    for value in values:
        if isinstance(value, Text):
            text.append(value.text)
            lines += value.lines if not lines else value.lines[1:]
        else:
            text.append(f"{HOLE}{value.text if isinstance(value, Name) else '?'}{CLOSED}")
            lines = lines or [value.line]
    return Text(values[0].line, "".join(text), tuple(lines))


def _assigned(left: Value) -> tuple[str, str]:
    """The variable that is set, and which part of it, as far as that is written."""
    match left:
        case Name():
            return left.text, ""
        case Other(parts=(Name() as name, Several(items=(Argument(value=Text() as key), *_)))):
            return name.text, key.text
        case Other(parts=(Name() as name, *_)):
            return name.text, "?"
        case _:
            return "", ""


def _texts(value: Value) -> list[Text]:
    """The texts in a value, one list deep."""
    items = value.items if isinstance(value, Several) else (Argument("", value),)
    out: list[Text] = []
    for one in items:
        inner = one.value.items if isinstance(one.value, Several) else (one,)
        out += [each.value for each in inner if isinstance(each.value, Text)]
    return out
