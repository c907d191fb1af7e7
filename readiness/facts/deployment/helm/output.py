"""What a template puts out: its text, the line behind each line of it, and marks for what is unknown.

Where a condition is unknown, all that hangs on it is: one mark takes its place, in the shape that the
YAML around it needs, an entry of a mapping or an item of a list.
"""

from __future__ import annotations

from readiness.facts.deployment.helm.values import MARK
from readiness.matching import Pattern

_KEY = Pattern(r"""^(?:"[^"]*"|'[^']*'|[^\s"'\[{#&*!|>%@-][^\n"{\[]*?|\x{E000}[^\n:]*)\s*:(?:\s|$)""")

_NEAR = 200  # lines


class Output:
    """Collects what is put out, piece by piece, each with its line in the template."""

    def __init__(self) -> None:
        self._pieces: list[tuple[int, str, bool]] = []
        self.size = 0

    def put(self, line: int, text: str, *, own: bool = False) -> None:
        """Add a text: the template's ``own``, whose lines follow each other, or a value's, from one line."""
        if text:
            self._pieces.append((line, text, own))
            self.size += len(text)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(text for _, text, _ in self._pieces)

    def lines(self) -> list[int]:
        """For each line of the text the line of the template that its first visible character is from."""
        found, fresh = [1], True
        for start, text, own in self._pieces:
            for number, row in enumerate(text.split("\n")):
                if number:
                    found.append(found[-1])
                    fresh = True
                if fresh:
                    found[-1] = start + (number if own else 0)
                    fresh = not row.strip()
        return found


def shaped(text: str) -> str:
    """``text`` with each mark that is a line of its own in the shape of the lines beside it."""
    if MARK not in text:
        return text
    rows = text.split("\n")
    for number, row in enumerate(rows):
        if row.strip() == MARK:
            indent = len(row) - len(row.lstrip())
            beside = _beside(rows, number, indent, -1) or _beside(rows, number, indent, 1)
            if beside == "-" or beside.startswith("- "):
                rows[number] = f"{' ' * indent}- {MARK}"
            elif _KEY.found(beside):
                rows[number] = f"{' ' * indent}{MARK}: {MARK}"
    return "\n".join(rows)


def _beside(rows: list[str], number: int, indent: int, step: int) -> str:
    """The nearest line above or below that begins in the same column; empty if another block is between."""
    for at in range(number + step, number + step * _NEAR, step):
        if not 0 <= at < len(rows):
            return ""
        body = rows[at].lstrip()
        column = len(rows[at]) - len(body)
        if not body or body.startswith("#") or column > indent:
            continue
        if column == indent:
            return body if body.rstrip() != MARK else ""
        inner = body[2:].lstrip() if body.startswith("- ") else ""
        return inner if inner and len(rows[at]) - len(inner) == indent else ""
    return ""


def mark_for(text: str) -> str:
    """What stands in the place of ``text``, of which only the shape is known."""
    body = text.lstrip()
    lead = text[: len(text) - len(body)]
    tail = body[len(body.rstrip()) :]
    body = body.rstrip()
    if body.startswith("---"):
        return f"{lead}---\n{MARK}: {MARK}{tail}"
    while body.startswith("#"):  # a comment says nothing of the shape
        _, _, after = body.partition("\n")
        stripped = after.lstrip()
        lead += "\n" + after[: len(after) - len(stripped)]
        body = stripped
    first = body.partition("\n")[0]
    if first == "-" or first.startswith("- "):
        return f"{lead}- {MARK}{tail}"
    if "\n" in lead and (_KEY.found(first) or ("\n" in body and ":" in first)):
        return f"{lead}{MARK}: {MARK}{tail}"
    return f"{lead}{MARK}{tail}" if body else MARK
