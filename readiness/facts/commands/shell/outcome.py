"""What becomes of a failure: whether a handler passes it on, and which variables keep it."""

from __future__ import annotations

from typing import Literal

from readiness.facts.commands.shell.grammar import (
    Block,
    Case,
    Function,
    Group,
    If,
    Loop,
    Part,
    Pipeline,
    Simple,
    Statement,
)
from readiness.records import Struct, field

Outcome = Literal["aborts", "fails", "passes"]
"""What a handler makes of a failure: ends the script with it, has it as its own status, swallows it."""

_FATAL = frozenset(("abort", "bail", "die", "fail", "fatal"))  # by convention, where the script defines none
_TESTS = frozenset(("[", "test"))


class Survey(Struct):
    """What one look over the whole script tells: its functions, how often a name is set, and where
    a kept status is looked at again.
    """

    functions: dict[str, Block] = field(default_factory=dict)
    assigned: dict[str, int] = field(default_factory=dict)
    reraised: set[str] = field(default_factory=set)
    waits: bool = False
    aborting: dict[str, bool] = field(default_factory=dict)


def survey(script: Block) -> Survey:
    """A ``Survey`` of ``script`` and all that is nested in it."""
    found = Survey()
    pending: list[Part] = [part for statement in script for part in parts(statement)]
    while pending:
        part = pending.pop()
        match part:
            case Simple():
                _survey_simple(part, found)
            case Function():
                found.functions[part.name] = part.body
            case If():
                found.reraised |= _tested_names(part)
        pending += [inner for block in blocks(part) for statement in block for inner in parts(statement)]
    return found


def _survey_simple(part: Simple, found: Survey) -> None:
    words = [token.text for token in part.words]
    for word in words:
        name = assignment(word)[0]
        if name:
            found.assigned[name] = found.assigned.get(name, 0) + 1
    if not words:
        return
    if words[0] in ("read", "mapfile", "readarray", "getopts", "unset"):
        for word in words[1:]:
            found.assigned[word] = found.assigned.get(word, 0) + 2
    elif words[0] in ("exit", "return") and len(words) > 1:
        found.reraised |= names(words[1])
    elif words[0] == "wait" and len(words) > 1:
        found.waits = True
    elif words[0] in _TESTS or words[0].startswith(("[[", "((")):
        last = "".join(words)
        if "-eq0" in last or "==0" in last or "=0" in last:
            found.reraised |= names(" ".join(words))


def _tested_names(part: If) -> set[str]:
    """The variables in the conditions of an ``if`` that ends the script in one of its branches."""
    bodies = [body for _, body in part.branches] + [part.otherwise]
    if not any(aborts(body, Survey()) for body in bodies):
        return set()
    tests = [inner for test, _ in part.branches for statement in test for inner in parts(statement)]
    return {
        name for test in tests if isinstance(test, Simple) for word in test.words for name in names(word.text)
    }


def parts(statement: Statement) -> tuple[Part, ...]:
    """All parts of all pipelines of a statement."""
    return tuple(part for _, pipeline in statement.links for part in pipeline.parts)


def blocks(part: Part) -> tuple[Block, ...]:
    """The blocks directly inside ``part``."""
    match part:
        case Group() | Function():
            return (part.body,)
        case If():
            return (*(block for branch in part.branches for block in branch), part.otherwise)
        case Loop():
            return (part.test, part.body)
        case Case():
            return tuple(body for _, body in part.arms)
    return ()


def names(text: str) -> set[str]:
    """The variables that ``text`` uses: ``$x``, ``${x}``, ``${x[0]}``."""
    found = set()
    for piece in text.split("$")[1:]:
        body = piece.removeprefix("{")
        end = next((at for at, char in enumerate(body) if not (char.isalnum() or char == "_")), len(body))
        if end:
            found.add(body[:end])
    return found


def assignment(word: str) -> tuple[str, str]:
    """Name and value of ``name=value`` or ``name+=value``; two empty texts for any other word."""
    name, sign, value = word.partition("=")
    name = name.removesuffix("+")
    return (name, value) if sign and name.isidentifier() and name.isascii() else ("", "")


def aborts(block: Block, known: Survey) -> bool:
    """Whether somewhere in ``block`` the script is ended, or a function left, with a failure."""
    pending = [part for statement in block for part in parts(statement)]
    while pending:
        part = pending.pop()
        if isinstance(part, Simple):
            if _simple(part, known, alone=False) == "aborts":
                return True
        elif not isinstance(part, Function):
            pending += [inner for body in blocks(part) for statement in body for inner in parts(statement)]
    return False


def outcome(handler: Pipeline, failed: Pipeline, known: Survey, *, again: bool = True) -> Outcome:
    """What ``handler``, the right side of ``||``, makes of the failure of ``failed``.

    A second try with the same command fails if that fails: it passes the failure on, unless
    ``again`` is False.
    """
    if not handler.parts:
        return "passes"
    last = handler.parts[-1]
    if isinstance(last, Simple):
        first = failed.parts[-1]
        same = isinstance(first, Simple) and _first_words(first) == _first_words(last)
        return "fails" if again and same else _simple(last, known, alone=True)
    if isinstance(last, Function):
        return "passes"
    ends = any(aborts(body, known) for body in blocks(last))
    if not ends:
        return "passes"
    return "fails" if isinstance(last, Group) and last.subshell else "aborts"


def _first_words(part: Simple) -> tuple[str, ...]:
    words = [token.text for token in part.words if not token.text.startswith("-")]
    return tuple(words[:2])


def _simple(part: Simple, known: Survey, *, alone: bool) -> Outcome:
    words = [token.text for token in part.words] or [""]
    argument = words[1] if len(words) > 1 else ""
    name, value = assignment(words[0])
    if words[0] in ("exit", "return"):
        kept = argument != "0" and (alone or argument != "")
        return "aborts" if kept else "passes"
    if words[0] == "false":
        return "fails"
    if words[0] in known.functions:
        return "aborts" if _function_aborts(words[0], known) else "passes"
    if words[0] in _FATAL:
        return "aborts"
    if words[0] in _TESTS or words[0].startswith(("[[", "((")):
        return "fails" if any("$?" in word for word in words) else "passes"
    if len(words) == 1 and name in known.reraised and value not in ("0", ""):
        return "aborts"
    return "passes"


def _function_aborts(name: str, known: Survey) -> bool:
    if name not in known.aborting:
        known.aborting[name] = False  # a function that calls itself adds nothing
        known.aborting[name] = aborts(known.functions[name], known)
    return known.aborting[name]


def keeps_status(following: Statement | None, known: Survey) -> bool:
    """Whether the statement after a command looks at its status and ends the script with it.

    ``rc=$?`` with a later ``exit $rc``; ``if [ $? -ne 0 ]; then exit 1; fi``; ``exit $?``;
    ``exit ${PIPESTATUS[0]}``.
    """
    if following is None or not following.links or not following.links[0][1].parts:
        return False
    first = following.links[0][1].parts[0]
    if isinstance(first, If):
        test = first.branches[0][0] if first.branches else ()
        looks = any(_looks(part) for statement in test for part in parts(statement))
        return looks and any(aborts(body, known) for body in blocks(first))
    if not isinstance(first, Simple) or not _looks(first):
        return False
    word = first.words[0].text
    if word in ("exit", "return"):
        return True
    if assignment(word)[0]:
        return assignment(word)[0] in known.reraised
    handlers = [pipeline for _, pipeline in following.links[1:]]
    return any(outcome(handler, following.links[0][1], known) == "aborts" for handler in handlers)


def _looks(part: Part) -> bool:
    return isinstance(part, Simple) and any(
        "$?" in token.text or "PIPESTATUS" in token.text for token in part.words
    )
