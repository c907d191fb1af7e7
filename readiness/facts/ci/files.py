"""A pipeline's YAML file as it is written, and the scripts in it with the lines they stand on.

For systems that need no more than the nodes of a file; what they mean is the readers' matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.model import MOST_STEPS, Read, Script
from readiness.facts.model import Opening, Parser
from readiness.records import Struct, replace
from readiness.spans import Problem, Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from readiness.facts.model import Facts

MOST_CHARACTERS = 1 << 20
"""How much text a script may have once everything is filled in."""


class File(Struct, frozen=True):
    """A file's mapping, None if it is empty, and the lines that open a folded text (``>``)."""

    root: Table | None
    folding: frozenset[int] = frozenset()

    def lines(self, text: Scalar, count: int) -> list[int]:
        """The file's line of each of the ``count`` lines of ``text``."""
        start = text.body or text.line
        literal = text.body > text.line and text.body - 1 not in self.folding
        return [start + (index if literal else 0) for index in range(count)]


def parse_file(data: bytes) -> File:
    """The first document in ``data``. Raises ``Unparsable`` if it is no YAML, or no mapping."""
    from readiness.structured import yaml  # noqa: PLC0415 - libyaml is loaded only where there is YAML

    documents = yaml.parse(data)
    if not documents or (isinstance(documents[0], Scalar) and documents[0].null):
        return File(None)
    if not isinstance(documents[0], Table):
        raise Unparsable(documents[0].line, "it is no mapping")
    return File(documents[0], folding(data))


FILE: Parser[File] = Parser("ci.pipeline.file", 1, parse_file)


def folding(data: bytes) -> frozenset[int]:
    """The lines that open a folded text."""
    lines = data.decode("utf-8", "replace").split("\n")
    return frozenset(number for number, line in enumerate(lines, 1) if ">" in line and _folds(line))


def _folds(line: str) -> bool:
    return line.partition(" #")[0].rstrip().rstrip("+-0123456789").endswith(">")


def load(facts: Facts, path: str) -> File:
    """The pipeline file ``path``. Raises ``Unparsable``."""
    parsed = facts.parsed(FILE, path)
    if parsed.value is None:
        problem = parsed.problem or Problem(path, 1, "it cannot be read")
        raise Unparsable(problem.line, problem.message, opens=parsed.opens)
    return parsed.value


def rejected(path: str, system: str, trouble: Unparsable) -> Read:
    """What is read of a file that ``system`` cannot run, or we cannot read."""
    problem = Problem(path, trouble.line, f"{system} cannot read this pipeline: {trouble.reason}")
    if trouble.opens:
        problem = replace(problem, message=trouble.reason)
    gaps = (Opening(path, trouble.line, trouble.reason),) if trouble.opens else ()
    return Read((), (problem,), gaps, (path,))


def script(file: File, nodes: Iterable[Node], fill: Callable[[str], str] = str) -> Script | None:
    """The texts of ``nodes``, which one shell runs one after the other; None if there are none.

    ``fill`` puts values into each line. Raises ``Unparsable`` (``opens``) over ``MOST_CHARACTERS``.
    """
    written: list[str] = []
    lines: list[int] = []
    left = MOST_CHARACTERS
    for node in scalars(nodes):
        texts = node.text.rstrip("\n").split("\n")
        for text, line in zip(texts, file.lines(node, len(texts)), strict=True):
            found = fill(text)
            left -= len(found)
            if left < 0:
                raise Unparsable(line, "its scripts are longer than is read", opens=True)
            parts = found.split("\n")
            written += parts
            lines += [line] * len(parts)
    if not written:
        return None
    return Script("\n".join(written), lines[0], lines=tuple(lines))


def moved(work: Script) -> str:
    """The folder that a shell is in behind ``work``, from the repository's root; ``?`` if not to be known."""
    from readiness.facts.commands.shell import split  # noqa: PLC0415 - only where a later script goes on

    if not any(word in work.text for word in ("cd", "pushd", "popd")):
        return work.directory
    last = split(f"{work.text}\n:", errexit=work.errexit, directory=work.directory)
    return last[-1].directory if last and last[-1].words == (":",) else "?"


def scalars(nodes: Iterable[Node]) -> Iterator[Scalar]:
    """The texts among ``nodes`` and in the lists among them, at most ``MOST_STEPS``."""
    left = list(nodes)[::-1]
    count = 0
    while left and count < MOST_STEPS:
        node = left.pop()
        if isinstance(node, Items):
            left += node.items[: MOST_STEPS + 1][::-1]
            if len(left) > MOST_STEPS * 4:
                return
        elif isinstance(node, Scalar) and not node.null:
            count += 1
            yield node


def inputs(table: Table | None, fill: Callable[[str], str] = str) -> tuple[tuple[str, str], ...]:
    """The pairs of ``table`` whose value is a text."""
    return tuple((key.text, fill(value.text)) for key, value in table or () if isinstance(value, Scalar))
