"""Makefiles: the recipes behind ``make test``.

Source: the GNU make manual, "How to Read a Makefile", "Recipes", "Options/Recursion". Simple
variables are put in. Both sides of a conditional are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.commands.runners.makevars import Scope, setting
from readiness.facts.commands.runners.model import Call, Led, Piece, Step, Target, Tasks, inside
from readiness.facts.commands.shell.lexer import closing
from readiness.facts.commands.shell.outcome import assignment
from readiness.facts.commands.tools import like
from readiness.facts.model import Parser
from readiness.records import Struct, field
from readiness.structured.source import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONDITIONAL = ("ifeq", "ifneq", "ifdef", "ifndef", "else", "endif")
_INCLUDED = 50  # files
_NAMES = 20_000  # targets of one file
_FILES = ("GNUmakefile", "makefile", "Makefile")
_VALUED = frozenset(("-C", "--directory", "-f", "--file", "--makefile", "-I", "-o", "-W"))
_DRY = frozenset(("-n", "--dry-run", "--just-print", "--recon", "-q", "--question", "-p", "--version", "-v"))


class _Rule(Struct):
    line: int
    names: list[str]
    needs: str
    recipe: list[tuple[int, str]] = field(default_factory=list)
    double: bool = False


class _Makefile(Struct):
    scope: Scope = field(default_factory=Scope)
    names: int = 0
    rules: list[_Rule] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    oneshell: bool = False


def parse(data: bytes) -> Tasks:
    """The targets of a Makefile with their recipes."""
    made = _read(decode(data))
    targets: dict[str, Target] = {}
    for rule in made.rules:
        needs = tuple(made.scope.expand(rule.needs).replace("|", " ").split())
        for name in rule.names:
            targets[name] = _joined(targets.get(name), rule, name, needs, made)
    named = [name for rule in made.rules for name in rule.names if not name.startswith(".") or "/" in name]
    goal = made.scope.expand(made.scope.values.get(".DEFAULT_GOAL", "")).strip()
    paths, opened = _includes(made)
    patterns = tuple(name.replace("%", "*", 1) for name in targets if "%" in name)
    plain = {name: target for name, target in targets.items() if "%" not in name and not name.startswith(".")}
    default = (goal,) if goal else tuple(name for name in named if "%" not in name)[:1]
    return Tasks(plain, default, paths, opened, patterns)


def _includes(made: _Makefile) -> tuple[tuple[tuple[str, str], ...], str]:
    paths, opened = [], ""
    for text in made.includes:
        for path in made.scope.expand(text).split():
            if any(sign in path for sign in "$*?[("):
                opened = f"the Makefile includes {path}"
            else:
                paths.append(("", path))
    return tuple(paths), opened


def _joined(before: Target | None, rule: _Rule, name: str, needs: tuple[str, ...], made: _Makefile) -> Target:
    """A rule for a target that may have one already: a later recipe replaces, prerequisites add up."""
    made.scope.automatic = {"@": name, "<": needs[0] if needs else "", "^": " ".join(needs)}
    pieces = _pieces(rule, made.scope, oneshell=made.oneshell)
    if before is None:
        return Target(rule.line, pieces, needs)
    kept = before.commands if rule.double or not pieces else ()
    line = rule.line if pieces else before.line
    return Target(line, (*kept, *pieces), (*before.prerequisites, *needs))


def _pieces(rule: _Rule, scope: Scope, *, oneshell: bool) -> tuple[Piece, ...]:
    if oneshell and rule.recipe:
        text = "\n".join(scope.expand(line.lstrip("@+")) for _, line in rule.recipe)
        return (Piece(text, rule.recipe[0][0]),)
    pieces = []
    for number, line in rule.recipe:
        written, prefix = _without_prefix(line)
        for each in _shell_lines(scope.expand(written)):
            # A variable may bring a prefix in (Q = @), and a defined text several lines.
            text, more = _without_prefix(each)
            if text and not text.startswith("#"):
                soft = "- in front of the recipe line" if "-" in prefix + more else ""
                pieces.append(Piece(text, number, soft))
    return tuple(pieces)


def _shell_lines(text: str) -> list[str]:
    """The lines that are run one by one: those joined that a backslash continues."""
    return [line.replace("\0", "\\\n") for line in text.replace("\\\n", "\0").split("\n")]


def _without_prefix(line: str) -> tuple[str, str]:
    """A recipe's line without the ``@``, ``-`` and ``+`` in front of it, and these."""
    text = line.lstrip("@-+ \t")
    return text, line[: len(line) - len(text)]


def _read(text: str) -> _Makefile:
    made = _Makefile()
    rule: _Rule | None = None
    defining: list[str] | None = None
    for number, line in _logical(text):
        bare = line.strip()
        if defining is not None:
            if bare == "endef":
                made.scope.values[defining[0]] = "\n".join(defining[1:])
                defining = None
            else:
                defining.append(bare)
            continue
        if line.startswith("\t") and rule is not None:
            if bare and bare.split(None, 1)[0].partition("(")[0] not in _CONDITIONAL:
                rule.recipe.append((number, line[1:]))
            continue
        content = _without_comment(line).strip()
        word = content.split(" ", 1)[0].split("\t", 1)[0].split("(", 1)[0]
        if not content or word in _CONDITIONAL:
            continue
        if word == "define":
            defining = [content.removeprefix("define").strip().removesuffix("=").removesuffix(":").strip()]
        elif word in ("include", "-include", "sinclude"):
            made.includes.append(content[len(word) :].strip())
        else:
            rule = None if made.scope.take(content) else _rule(number, content, made)
    return made


def _logical(text: str) -> list[tuple[int, str]]:
    """Lines with those joined that a backslash continues; a recipe's keep theirs, for the shell."""
    lines: list[tuple[int, str]] = []
    pending: list[str] = []
    start = 1
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        start = start if pending else number
        pending.append(line)
        if line.endswith("\\") and not line.endswith("\\\\"):
            continue
        recipe = pending[0].startswith("\t")
        if recipe:
            lines.append((start, "\n".join(pending)))
        else:
            lines.append((start, " ".join(piece.removesuffix("\\") for piece in pending)))
        pending = []
    if pending:
        lines.append((start, "\n".join(pending).removesuffix("\\")))
    return lines


def _without_comment(line: str) -> str:
    at = line.find("#")
    while at > 0 and line[at - 1] == "\\":
        at = line.find("#", at + 1)
    return line if at < 0 else line[:at]


def _rule(number: int, content: str, made: _Makefile) -> _Rule | None:
    colon = _colon(content)
    if colon < 0:
        return None
    names = made.scope.expand(content[:colon]).split()[: max(_NAMES - made.names, 0)]
    made.names += len(names)
    rest = content[colon + 1 :]
    double = rest.startswith(":")
    needs, semicolon, recipe = rest.lstrip(":").partition(";")
    if setting(needs.strip())[1] and not semicolon:  # a variable of this target alone
        return None
    if ":" in needs.replace("::", "") and "%" in needs:  # static pattern: targets: pattern: prerequisites
        needs = needs.partition(":")[2]
    if names == [".ONESHELL"]:
        made.oneshell = True
    rule = _Rule(number, names, needs, double=double)
    if semicolon and recipe.strip():
        rule.recipe.append((number, recipe.strip()))
    made.rules.append(rule)
    return rule


def _colon(content: str) -> int:
    """The colon that ends the targets: not one inside ``$( )``."""
    at = 0
    while at < len(content):
        if content[at] == "$" and content[at + 1 : at + 2] in ("(", "{"):
            at = closing(content, at + 2, ")" if content[at + 1] == "(" else "}")
            continue
        if content[at] == ":":
            return at
        at += 1
    return -1


PARSER = Parser("make", 1, parse)


def run(call: Call) -> Led | None:
    """``make [-C folder] [-f file] [target …]``."""
    words = call.words
    if words[0] not in ("make", "gmake", "mingw32-make") or any(word in _DRY for word in words):
        return None
    folder, file, goals = call.directory, "", []
    soft = "make -i" if {"-i", "--ignore-errors"} & set(words) else ""
    rest = iter(words[1:])
    for word in rest:
        name, sign, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if name in _VALUED and not sign:
            value = next(rest, "")
        elif word.startswith("-C") and len(word) > 2:
            name, value = "-C", word[2:]
        if name in ("-C", "--directory"):
            folder = inside(folder, value)
        elif name in ("-f", "--file", "--makefile"):
            file = value
        elif not word.startswith("-") and not word.isdigit() and not assignment(word)[0]:
            goals.append(word)  # a number belongs to -j or -l
    path = call.first(folder, file) if file else call.first(folder, *_FILES)
    if not path:
        return call.absent(f"a Makefile for '{' '.join(words)}'", inside(folder, file or "Makefile"))
    return _targets(call, path, folder, goals, soft)


def _targets(call: Call, path: str, folder: str, goals: list[str], soft: str) -> Led:
    tasks = call.read(PARSER, path)
    if tasks is None:
        return Led(unknown=f"{path} is not readable")
    found = _gathered(call, path, tasks, folder)
    steps: list[Step] = []
    for goal in goals or tasks.default:
        if any(sign in goal for sign in "$`"):
            return Led(tuple(steps), unknown=f"which target '{goal}' is")
        if goal in found.targets:
            steps += _steps(goal, found.targets, folder, soft)
            continue
        if call.exists(inside(folder, goal)):
            continue
        opened = found.opened or ("a pattern rule makes it" if found.made(goal) else "")
        if opened:
            return Led(tuple(steps), unknown=f"target '{goal}' ({path}): {opened}")
        return call.absent(f"make target '{goal}' ({path})", path, tuple(steps))
    return Led(tuple(steps))


class _Gathered(Struct):
    """The targets of a Makefile and of those that it includes: each with its file."""

    targets: dict[str, tuple[str, Target]]
    patterns: list[str]
    opened: str = ""

    def made(self, goal: str) -> bool:
        return any(like(pattern, goal) for pattern in self.patterns)


def _gathered(call: Call, path: str, tasks: Tasks, folder: str) -> _Gathered:
    found = _Gathered({}, [])
    pending, seen = [(path, tasks)], {path}
    while pending:
        at, each = pending.pop(0)
        for name, target in each.targets.items():
            found.targets.setdefault(name, (at, target))
        found.patterns += each.patterns
        found.opened = found.opened or each.opened
        for _, include in each.includes:
            file = inside(folder, include)
            if file in seen or len(seen) >= _INCLUDED:
                continue
            seen.add(file)
            more = call.read(PARSER, file)
            if more is not None:
                pending.append((file, more))
            else:
                found.opened = found.opened or f"the Makefile includes {include}"
    return found


def _steps(goal: str, known: Mapping[str, tuple[str, Target]], folder: str, soft: str) -> list[Step]:
    """The recipes of ``goal`` and of all that it needs, in the order in which make runs them."""
    steps: list[Step] = []
    done: set[str] = set()
    pending = [(goal, False)]
    while pending:
        name, ready = pending.pop()
        if name not in known or (name in done and not ready):
            continue
        path, target = known[name]
        if not ready:
            done.add(name)
            pending.append((name, True))
            pending += [(need, False) for need in reversed(target.prerequisites)]
            continue
        for piece in target.commands:
            own = Piece(piece.text, piece.line, piece.soft or soft)
            steps.append(Step(path, name, own, folder, arguments=()))
    return steps
