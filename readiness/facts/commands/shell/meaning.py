"""What the words of a command mean to the shell itself: inner scripts, options, comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.commands.shell.grammar import Simple
from readiness.facts.commands.shell.values import ROOT, resolve
from readiness.globs import glob
from readiness.matching import PatternError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.facts.commands.shell.grammar import Block
    from readiness.facts.commands.shell.values import Scope

SHELLS = frozenset(("ash", "bash", "dash", "ksh", "sh", "zsh"))


def held_script(words: Sequence[str], part: Simple) -> str | None:
    """The script that a command holds: of ``bash -c``, of ``eval``, of a heredoc that a shell reads."""
    rest = words[1:] if words[:1] == ["exec"] else words
    if not rest:
        return None
    if rest[0] == "eval":
        return " ".join(rest[1:])
    if rest[0].rpartition("/")[2] not in SHELLS:
        return None
    at = 1
    while at < len(rest) and rest[at].startswith(("-", "+")):
        if "c" in rest[at] and not rest[at].startswith("--"):
            return rest[at + 1] if at + 1 < len(rest) else None
        at += 2 if rest[at].endswith("o") else 1  # -o takes the name of an option
    if at >= len(rest):
        return next((operator.body for operator, _ in part.redirects if operator.body), None)
    return None


def options(words: Sequence[str]) -> dict[str, bool]:
    """What ``-euo pipefail`` and its like switch on or off: ``errexit`` and ``pipefail``."""
    changed = {}
    for index, word in enumerate(words):
        if word.startswith("--") or not word.startswith(("-", "+")):
            continue
        value = words[index + 1] if "o" in word and index + 1 < len(words) else ""
        if "e" in word or value == "errexit":
            changed["errexit"] = word.startswith("-")
        if value == "pipefail":
            changed["pipefail"] = word.startswith("-")
    return changed


def truth(test: Block, scope: Scope) -> bool | None:
    """The answer of a condition that the script itself decides, else None."""
    if len(test) != 1 or len(test[0].links) != 1 or len(test[0].links[0][1].parts) != 1:
        return None
    pipeline = test[0].links[0][1]
    part = pipeline.parts[0]
    if not isinstance(part, Simple) or not part.words:
        return None
    if part.words[0].text.startswith("[["):
        words = [resolve(word.strip("\"'"), scope) for word in part.words[0].text.split()]
    else:
        words = [resolve(token.text, scope) for token in part.words]
    answer = compare(words)
    return answer if answer is None or not pipeline.negated else not answer


def compare(words: list[str]) -> bool | None:
    """The answer of ``[ a = b ]``, ``-n``, ``-z``, ``true``, ``false`` over literals."""
    if words in (["true"], [":"]):
        return True
    if words == ["false"]:
        return False
    if words[0] not in ("[", "[[", "test") or any(sign in word for word in words for sign in f"$`{ROOT}"):
        return None
    inner = [word for word in words[1:] if word not in ("]", "]]")]
    if len(inner) == 2 and inner[0] in ("-n", "-z"):
        return bool(inner[1]) == (inner[0] == "-n")
    if len(inner) == 3 and inner[1] in ("=", "==", "!=") and not any(sign in inner[2] for sign in "*?["):
        return (inner[0] == inner[2]) == (inner[1] != "!=")
    return None


def covers(pattern: str, subject: str) -> bool:
    """Whether the pattern of a ``case`` arm covers ``subject``."""
    if pattern in ("*", subject):
        return True
    if "$" in pattern or "**" in pattern:
        return False
    try:
        return glob(pattern.replace("{", "[{]").replace("*", "**")).covers(subject)
    except PatternError:
        return False
