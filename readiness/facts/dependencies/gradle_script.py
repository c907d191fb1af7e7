"""One build script of Gradle, in Groovy or Kotlin: what it declares, read without running it.

A script is a program. What is read are the statements in ``dependencies { … }`` blocks that name
a package in one of the usual ways, and the texts given to names; the rest is passed over.
Source: Gradle, "Declaring Dependencies", "Sharing Dependency Versions", "Version Catalogs";
Spring's dependency management plugin.
"""

from __future__ import annotations

from typing import Literal

from readiness.facts.model import Parser
from readiness.facts.words import word_set
from readiness.records import Struct, field
from readiness.spans import Unparsable
from readiness.structured.source import decode

MAX_DEPTH = 100

Kind = Literal["word", "string", "sign", "line"]

_WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$.")
_NO_PACKAGES = word_set(
    "project files fileTree gradleApi gradleTestKit gradleKotlinDsl localGroovy npm devNpm"
)
_NO_CONFIGURATIONS = word_set("constraints modules components if for def val var println attributesSchema")
_BOMS = ("platform", "enforcedPlatform", "mavenBom")
_RUNTIME = ("implementation", "api", "compile", "runtime", "runtimeonly")
_PARTS = ("group", "name", "version", "module")


class Token(Struct, frozen=True):
    """A word, a text without its quotes, a sign, or a line end."""

    kind: Kind
    text: str
    line: int


class Named(Struct, frozen=True):
    """A package that a statement names: by its parts, or as ``reference`` to a catalog or a variable.

    ``configuration`` is the word it is declared with; ``bom`` whether it gives versions to others.
    A part may hold ``$x`` or ``${x}``.
    """

    line: int
    configuration: str
    group: str = ""
    name: str = ""
    version: str = ""
    reference: str = ""
    bom: bool = False

    @property
    def runtime(self) -> bool:
        """Whether the running program needs it."""
        return not self.bom and is_runtime(self.configuration)


class Script(Struct, frozen=True):
    """``variables`` are the texts given to names, ``managed`` what the dependency management plugin holds.

    A plugin is a variable as well: its id, and its version as the text (empty if none is said).
    ``applies`` are the scripts it takes in; ``known`` is False if a statement names something
    that we cannot see.
    """

    named: tuple[Named, ...]
    managed: tuple[Named, ...]
    variables: tuple[tuple[str, str], ...]
    applies: tuple[str, ...]
    known: bool


def is_runtime(configuration: str) -> bool:
    """Whether what a configuration holds is needed to run; not what tests, processors and the build need."""
    word = configuration.lower()
    others = "test" in word or "compileonly" in word or word.startswith("debug")
    return not others and word.endswith(_RUNTIME)


def tokens(text: str) -> list[Token]:
    """The words, texts, signs and line ends of a script; comments and blanks are passed over."""
    found: list[Token] = []
    at, line, size = 0, 1, len(text)
    while at < size:
        char = text[at]
        if char == "\n":
            found.append(Token("line", "", line))
            line += 1
            at += 1
        elif char in "\"'":
            end, inner = _string(text, at)
            found.append(Token("string", inner, line))
            line += text.count("\n", at, end)
            at = end
        elif char == "/" and text.startswith(("//", "/*"), at):
            end = text.find("\n" if text[at + 1] == "/" else "*/", at + 2)
            end = size if end < 0 else end if text[at + 1] == "/" else end + 2
            line += text.count("\n", at, end)
            at = end
        elif char in _WORD:
            start = at
            while at < size and text[at] in _WORD:
                at += 1
            found.append(Token("word", text[start:at], line))
        else:
            if char not in " \t\r":
                found.append(Token("sign", char, line))
            at += 1
    return found


def _string(text: str, at: int) -> tuple[int, str]:
    """Where the text that starts here ends, and what it holds; an unclosed one ends with its line."""
    quote = text[at]
    if text.startswith(quote * 3, at):
        end = text.find(quote * 3, at + 3)
        return (len(text), text[at + 3 :]) if end < 0 else (end + 3, text[at + 3 : end])
    end = at + 1
    while end < len(text) and text[end] != quote:
        if text[end] == "\n":
            return end, text[at + 1 : end]
        end += 2 if text[end] == "\\" else 1
    return min(end + 1, len(text)), text[at + 1 : end]


def parse_script(data: bytes) -> Script:
    """A ``build.gradle`` or ``build.gradle.kts``. Raises ``spans.Unparsable``."""
    reader = _Reader()
    for token in tokens(decode(data)):
        reader.take(token)
    reader.finish()
    return Script(
        tuple(reader.named),
        tuple(reader.managed),
        tuple(reader.variables),
        tuple(reader.applies),
        reader.known,
    )


class _Reader(Struct):
    """Takes tokens into statements.

    A block on the ``stack`` is its first word, and how many brackets are open around it.
    """

    named: list[Named] = field(default_factory=list)
    managed: list[Named] = field(default_factory=list)
    variables: list[tuple[str, str]] = field(default_factory=list)
    applies: list[str] = field(default_factory=list)
    known: bool = True
    stack: list[tuple[str, int]] = field(default_factory=list)
    statement: list[Token] = field(default_factory=list)
    brackets: int = 0

    def take(self, token: Token) -> None:
        sign = token.text if token.kind == "sign" else ""
        if sign == "{":
            name = self.statement[0].text if self.statement else ""
            outer = self.brackets
            self.finish()
            if len(self.stack) >= MAX_DEPTH:
                raise Unparsable(token.line, f"nested more than {MAX_DEPTH} deep", opens=True)
            self.stack.append((name, outer))
            self.brackets = 0
        elif sign == "}":
            self.finish()
            self.brackets = self.stack.pop()[1] if self.stack else 0
        elif sign == ";" or (token.kind == "line" and self.brackets <= 0 and not self.goes_on()):
            self.finish()
        elif token.kind != "line":
            self.brackets += (sign in ("(", "[")) - (sign in (")", "]"))
            if sign or token.text:
                self.statement.append(token)

    def goes_on(self) -> bool:
        """Whether the statement goes on in the next line."""
        return bool(self.statement) and self.statement[-1].text in (",", "=", "+", "(")

    def finish(self) -> None:
        """The end of a statement."""
        statement, self.statement = self.statement, []
        if not statement:
            return
        blocks = [name for name, _ in self.stack]
        inner = blocks[-1] if blocks else ""
        if inner == "dependencies" and "dependencyManagement" in blocks:
            self.managed += _packages(statement, statement[0].text)
        elif inner == "dependencies":
            self.dependency(statement, in_buildscript="buildscript" in blocks)
        elif inner == "imports" and statement[0].text == "mavenBom":
            self.named += _packages(statement, "mavenBom")
        else:
            self.assigned(statement)
            words = [token.text for token in statement[:2]]
            if words == ["apply", "from"] or (words[0] == "apply" and "from" in _texts(statement)):
                self.applies += [token.text for token in statement if token.kind == "string"][:1] or [""]

    def dependency(self, statement: list[Token], *, in_buildscript: bool) -> None:
        first, *rest = statement
        if first.kind == "sign" or first.text in _NO_CONFIGURATIONS or not rest:
            return
        configuration = "classpath" if in_buildscript else first.text
        if configuration == "add" and len(rest) > 1 and rest[1].kind == "string":
            configuration, rest = rest[1].text, rest[2:]
        words = {token.text for token in rest if token.kind == "word"}
        if words & _NO_PACKAGES or any(word.startswith("projects.") for word in words):
            return
        found = _packages(rest, configuration)
        self.named += found
        self.known = self.known and (bool(found) or not is_runtime(configuration))

    def assigned(self, statement: list[Token]) -> None:
        """Every ``name = "text"`` and ``name: "text"`` of a statement, by the last part of the name."""
        texts = _texts(statement)
        if texts[0] in ("id", "apply") and (
            strings := [each.text for each in statement if each.kind == "string"]
        ):
            self.variables.append((strings[0], (*strings, "")[1]))
            return
        for index, token in enumerate(statement):
            if token.kind != "string" or index < 2 or len(token.text) > 200:
                continue
            before = statement[index - 2 : index]
            if before[1].text in ("=", ":", ",") and before[0].kind != "sign":
                self.variables.append((before[0].text.rpartition(".")[2], token.text))
            elif [part.text for part in before] == ["]", "="] and index > 2:
                self.variables.append((statement[index - 3].text, token.text))
            elif [part.text for part in before] == ["extra", "("] and texts[index - 3 : index - 2] == ["by"]:
                self.variables.append((texts[index - 4], token.text))


def _texts(statement: list[Token]) -> list[str]:
    return [token.text for token in statement]


def _packages(statement: list[Token], configuration: str) -> list[Named]:
    """The packages that the words behind a configuration name."""
    line = statement[0].line
    words = [token.text for token in statement if token.kind == "word"]
    bom = configuration == "mavenBom" or any(word in _BOMS for word in words)
    parts = _parts(statement)
    if "name" in parts:
        return [
            Named(
                line, configuration, parts.get("group", ""), parts["name"], parts.get("version", ""), bom=bom
            )
        ]
    strings = [(index, token) for index, token in enumerate(statement) if token.kind == "string"]
    if "kotlin" in words and strings:
        version = strings[1][1].text if len(strings) > 1 else ""
        return [Named(line, configuration, "org.jetbrains.kotlin", f"kotlin-{strings[0][1].text}", version)]
    found = [
        named
        for index, token in strings
        if (named := _coordinate(token, statement[index + 1 : index + 3], configuration, bom=bom)) is not None
    ]
    plain = [token.text for _, token in strings]
    if not found and len(plain) in (2, 3) and ":" not in "".join(plain):
        group, name, version = (*plain, "")[:3]
        return [Named(line, configuration, group, name, version, bom=bom)]
    references = [word for word in words if "." in word and word.strip(".") and not word[0].isdigit()]
    if not found and references:
        found = [Named(line, configuration, reference=word, bom=bom) for word in references]
    return found


def _parts(statement: list[Token]) -> dict[str, str]:
    """``group: "g", name: "a"``, also with ``=``; a word as value is a variable."""
    found: dict[str, str] = {}
    for index, token in enumerate(statement[:-2]):
        if token.text in _PARTS and token.kind == "word" and statement[index + 1].text in (":", "="):
            value = statement[index + 2]
            found.setdefault(token.text, value.text if value.kind == "string" else f"${{{value.text}}}")
    return found


def _coordinate(token: Token, behind: list[Token], configuration: str, *, bom: bool) -> Named | None:
    """``"group:name:version:classifier@type"``; its version may be added with ``+ name``."""
    text = token.text
    if (
        ":" not in text
        or text.startswith(":")
        or " " in text.partition("$")[0]
        or "/" in text.partition(":")[0]
    ):
        return None
    group, _, rest = text.partition(":")
    name, _, rest = rest.partition(":")
    version = rest if rest.startswith("${") else rest.partition(":")[0].partition("@")[0]
    if not version and [part.text for part in behind[:1]] == ["+"] and len(behind) > 1:
        version = f"${{{behind[1].text}}}"
    return Named(token.line, configuration, group, name, version, bom=bom)


SCRIPT: Parser[Script] = Parser("gradle-script", 1, parse_script)
