"""``script.act``: what an operational script of the product sets out to do, and whether it does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from readiness.facts.model import Collected, Facts, Glob, Noun, Opening, Row
from readiness.facts.scripts.acts import acts_of
from readiness.facts.scripts.model import PURPOSES, Purpose
from readiness.facts.scripts.places import environment, kind_of
from readiness.facts.scripts.purposes import NONE
from readiness.facts.scripts.reading import reading
from readiness.facts.scripts.shell import PARSER, sourced

if TYPE_CHECKING:
    from collections.abc import Iterable

    from readiness.facts.scripts.model import Course
    from readiness.tree.model import Entry

_EMPTY: frozenset[Purpose] = frozenset()


class ScriptAct(Row, frozen=True, kw_only=True):
    """Something that an operational script of the product sets out to do."""

    name: Annotated[str, "the function, the script's own name, or the first words of the command"]
    purposes: Annotated[frozenset[Purpose], "what it is there for"]
    called: Annotated[bool, "starting the script comes to it; what nothing calls is a wish"] = True
    placeholder: Annotated[
        bool, "it only prints, logs, waits, passes, or says that it is not written yet"
    ] = False
    blocking: Annotated[bool, "its failure ends the script"] = False
    after: Annotated[frozenset[Purpose], "what the same script does before it"] = _EMPTY
    before: Annotated[frozenset[Purpose], "what the same script does after it"] = _EMPTY
    missing: Annotated[str, "a path of the repository that it names and that is not there"] = ""


def collect_acts(facts: Facts, scope: tuple[str, ...]) -> Collected[ScriptAct]:  # noqa: ARG001
    """The acts of every operational script of the product.

    A script that cannot be read is a problem; one that only we cannot read, an opening.
    """
    files = [(entry, kind) for entry in facts.tree.entries for kind in (kind_of(entry),) if kind]
    if not files:
        return Collected()
    reader = reading(facts)
    rows: list[ScriptAct] = []
    openings: list[Opening] = []
    libraries = _libraries(facts, files)
    for entry, kind in files:
        found = reader.course(entry, kind, openings)
        if found is not None:
            rows += [
                row
                for row in _rows(entry.path, found)
                if row.called or entry.path.rpartition("/")[2] not in libraries
            ]
    return Collected(tuple(rows), openings=tuple(openings), looked=tuple(entry.path for entry, _ in files))


def _libraries(facts: Facts, files: list[tuple[Entry, str]]) -> frozenset[str]:
    """The names of the files whose functions other shell scripts call."""
    scripts = (facts.parsed(PARSER, entry.path).value for entry, kind in files if kind == "shell")
    return NONE.union(*(sourced(script) for script in scripts if script is not None))


def _rows(path: str, found: Course) -> Iterable[ScriptAct]:
    where = environment(path)
    for act in acts_of(path, found):
        yield ScriptAct(
            path=Glob(path),
            line=act.line,
            environment=where,
            text=act.text,
            name=act.name,
            purposes=_known(act.purposes),
            called=act.called,
            placeholder=act.placeholder,
            blocking=act.blocking and act.called and not act.placeholder,
            after=_known(act.after),
            before=_known(act.before),
            missing=act.missing,
        )


def _known(purposes: frozenset[str]) -> frozenset[Purpose]:
    return frozenset(each for each in PURPOSES if each in purposes)


ACT: Noun[ScriptAct] = Noun(
    "script.act",
    ScriptAct,
    "something that an operational script of the product sets out to do",
    collect_acts,
)
