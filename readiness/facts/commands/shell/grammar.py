"""The structure of a script: lists, pipelines, groups, conditions, loops, functions.

Follows POSIX "Shell Command Language" 2.9 and 2.10. Input that a shell would refuse is read
as far as it makes sense; nesting deeper than ``DEPTH`` is left out.
"""

from __future__ import annotations

from readiness.facts.commands.shell.lexer import Token, tokens
from readiness.records import Struct

DEPTH = 50
LINKS = 200  # pipelines in one statement; what follows starts another
_CLOSERS = frozenset(("}", "fi", "then", "elif", "else", "do", "done", "esac"))


class Simple(Struct, frozen=True):
    """One simple command; ``redirects`` are pairs of operator and target."""

    words: tuple[Token, ...]
    redirects: tuple[tuple[Token, Token], ...]
    line: int
    start: int
    end: int


class Group(Struct, frozen=True):
    """``{ … }`` or, with ``subshell``, ``( … )``."""

    body: Block
    subshell: bool


class If(Struct, frozen=True):
    """``if``: pairs of condition and body, and the ``else`` body (empty without one)."""

    branches: tuple[tuple[Block, Block], ...]
    otherwise: Block


class Loop(Struct, frozen=True):
    """``for NAME in VALUES``, or ``while``/``until`` with its ``test``."""

    word: str
    name: str
    values: tuple[Token, ...]
    test: Block
    body: Block


class Case(Struct, frozen=True):
    """``case SUBJECT in``: pairs of patterns and body."""

    subject: Token
    arms: tuple[tuple[tuple[str, ...], Block], ...]


class Function(Struct, frozen=True):
    """A function's definition."""

    name: str
    body: Block


Part = Simple | Group | If | Loop | Case | Function


class Pipeline(Struct, frozen=True):
    """Parts joined by ``|``; ``negated`` by a leading ``!``."""

    parts: tuple[Part, ...]
    negated: bool


class Statement(Struct, frozen=True):
    """Pipelines joined by ``&&`` and ``||``: each with the operator before it (the first with none)."""

    links: tuple[tuple[str, Pipeline], ...]
    background: bool


Block = tuple[Statement, ...]


def parse(script: str) -> Block:
    """The statements of ``script``. Never raises."""
    return _Grammar(tokens(script)).script()


class _Grammar:
    """A reader of tokens; its methods each read one construct and leave ``at`` behind it."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens, self.at, self.depth = found, 0, 0

    def script(self) -> Block:
        """All statements of the script; a closing word that closes nothing is passed over."""
        statements: list[Statement] = []
        while self.at < len(self.tokens):
            before = self.at
            statements += self._block()
            if self.at == before or self.at < len(self.tokens):  # a closer that closes nothing
                self.at += 1
        return tuple(statements)

    def _operator(self, *texts: str) -> bool:
        """Whether one of the operators ``texts`` comes next."""
        if self.at >= len(self.tokens):
            return False
        token = self.tokens[self.at]
        return token.kind == "op" and token.text in texts

    def _reserved(self, *texts: str) -> bool:
        """Whether one of the reserved words ``texts`` comes next."""
        if self.at >= len(self.tokens):
            return False
        token = self.tokens[self.at]
        return token.kind == "word" and not token.quoted and token.text in texts

    def _skip_newlines(self) -> None:
        while self._operator("\n"):
            self.at += 1

    def _block(self) -> Block:
        """Statements up to a closing word, ``)``, ``;;`` or the end."""
        statements: list[Statement] = []
        while self.at < len(self.tokens):
            if self._operator("\n", ";", "&"):
                self.at += 1
            elif self._operator(")", ";;", ";&", ";;&") or self._reserved(*_CLOSERS):
                break
            else:
                before = self.at
                statement = self._statement()
                if statement.links:
                    statements.append(statement)
                self.at += self.at == before
        return tuple(statements)

    def _statement(self) -> Statement:
        links: list[tuple[str, Pipeline]] = []
        before = ""
        while True:
            pipeline = self._pipeline()
            if pipeline.parts:
                links.append((before if links else "", pipeline))
            if not self._operator("&&", "||") or len(links) >= LINKS:
                break
            before = self.tokens[self.at].text
            self.at += 1
            self._skip_newlines()
        return Statement(tuple(links), self._operator("&"))

    def _pipeline(self) -> Pipeline:
        negated = False
        while self._reserved("!", "time"):
            negated ^= self.tokens[self.at].text == "!"
            self.at += 1
            while self._reserved("-p"):
                self.at += 1
        parts: list[Part] = []
        while True:
            part = self._part()
            if part is not None:
                parts.append(part)
            if not self._operator("|", "|&"):
                return Pipeline(tuple(parts), negated)
            self.at += 1
            self._skip_newlines()

    def _part(self) -> Part | None:
        self.depth += 1
        try:
            if self.depth > DEPTH:
                self.at = len(self.tokens)
                return None
            return self._compound() or self._simple()
        finally:
            self.depth -= 1

    def _compound(self) -> Part | None:
        if self._operator("("):
            return self._group(")", subshell=True)
        if self.at >= len(self.tokens) or self.tokens[self.at].quoted:
            return None
        match self.tokens[self.at].text:
            case "{":
                return self._group("}", subshell=False)
            case "if":
                return self._condition()
            case "for" | "select" | "while" | "until" as word:
                return self._loop(word)
            case "case":
                return self._case()
            case "function":
                return self._function(2 if self._follows_parentheses(self.at + 2) else 0)
        if self.tokens[self.at].kind == "word" and self._follows_parentheses(self.at + 1):
            self.at -= 1
            return self._function(2)
        return None

    def _follows_parentheses(self, at: int) -> bool:
        return [token.text for token in self.tokens[at : at + 2] if token.kind == "op"] == ["(", ")"]

    def _function(self, parentheses: int) -> Part | None:
        """``function NAME`` or ``NAME ()``, with ``at`` on the place before the name."""
        if self.at + 1 >= len(self.tokens):
            self.at += 1
            return None
        name = self.tokens[self.at + 1].text
        self.at += 2 + parentheses
        self._skip_newlines()
        body = self._part()
        whole = (
            () if body is None else (Statement((("", Pipeline((body,), negated=False)),), background=False),)
        )
        return Function(name, whole)

    def _group(self, closer: str, *, subshell: bool) -> Group:
        self.at += 1
        body = self._block()
        if self._operator(closer) or self._reserved(closer):
            self.at += 1
        self._redirections()
        return Group(body, subshell)

    def _redirections(self) -> tuple[tuple[Token, Token], ...]:
        """The redirections that come next."""
        found = []
        while self.at + 1 < len(self.tokens) and self.tokens[self.at].kind == "redirect":
            if self.tokens[self.at + 1].kind == "word":
                found.append((self.tokens[self.at], self.tokens[self.at + 1]))
                self.at += 1
            self.at += 1
        return tuple(found)

    def _body(self, opener: str) -> Block:
        self._skip_newlines()
        while self._operator(";", "\n"):
            self.at += 1
        if self._reserved(opener):
            self.at += 1
        return self._block()

    def _condition(self) -> If:
        branches = []
        otherwise: Block = ()
        while self._reserved("if", "elif"):
            self.at += 1
            test = self._block()
            branches.append((test, self._body("then")))
        if self._reserved("else"):
            self.at += 1
            otherwise = self._block()
        if self._reserved("fi"):
            self.at += 1
        self._redirections()
        return If(tuple(branches), otherwise)

    def _loop(self, word: str) -> Loop:
        self.at += 1
        name, values = "", []
        test: Block = ()
        if word in ("for", "select"):
            while self.at < len(self.tokens) and not self._operator("\n", ";") and not self._reserved("do"):
                values.append(self.tokens[self.at])
                self.at += 1
            name = values[0].text if values else ""
            values = values[2:] if len(values) > 1 and values[1].text == "in" else []
        else:
            test = self._block()
        body = self._body("do")
        if self._reserved("done"):
            self.at += 1
        self._redirections()
        return Loop(word, name, tuple(values), test, body)

    def _case(self) -> Case | None:
        if self.at + 1 >= len(self.tokens):
            self.at += 1
            return None
        subject = self.tokens[self.at + 1]
        self.at += 2
        self._skip_newlines()
        self.at += self._reserved("in")
        arms = []
        while self.at < len(self.tokens):
            while self._operator("\n", ";;", ";&", ";;&", "("):
                self.at += 1
            if self.at >= len(self.tokens) or self._reserved("esac"):
                break
            patterns = []
            while self.at < len(self.tokens) and not self._operator(")", "\n"):
                patterns += [] if self._operator("|") else [self.tokens[self.at].text]
                self.at += 1
            self.at += 1
            arms.append((tuple(patterns), self._block()))
            if not self._operator("\n", ";;", ";&", ";;&") and not self._reserved("esac"):
                break
        self.at += self._reserved("esac")
        self._redirections()
        return Case(subject, tuple(arms))

    def _simple(self) -> Simple | None:
        words: list[Token] = []
        redirects: list[tuple[Token, Token]] = []
        first = self.at
        while self.at < len(self.tokens) and self.tokens[self.at].kind != "op":
            token = self.tokens[self.at]
            if token.kind == "redirect":
                before = self.at
                redirects += self._redirections()
                self.at += self.at == before
                continue
            words.append(token)
            self.at += 1
        if self._operator("(") and words:  # a place where no shell would take it: leave it behind
            self.at += 1
        if self.at == first:
            return None
        start = self.tokens[first]
        return Simple(tuple(words), tuple(redirects), start.line, start.start, self.tokens[self.at - 1].end)
