"""The languages beside Python and JavaScript that are read, and their files that answer a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.csharp.language import LANGUAGE as CSHARP
from readiness.facts.code.elixir.language import LANGUAGE as ELIXIR
from readiness.facts.code.golang import GO
from readiness.facts.code.jvm import JVM
from readiness.facts.code.php.language import LANGUAGE as PHP
from readiness.facts.code.ruby.language import LANGUAGE as RUBY
from readiness.facts.code.rust.language import LANGUAGE as RUST
from readiness.facts.model import Collected, Opening, Row
from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.code.language import Held, Language
    from readiness.facts.code.model import Module, Question
    from readiness.facts.model import Facts
    from readiness.spans import Problem
    from readiness.tree.model import Entry

LANGUAGES: tuple[Language, ...] = (CSHARP, ELIXIR, GO, JVM, PHP, RUBY, RUST)


class Read(Struct, frozen=True):
    """The files of every language that may answer one question, and the frame of a ``Collected``."""

    by_language: tuple[tuple[Language, Held], ...]
    frame: Collected[Row]

    @property
    def modules(self) -> tuple[tuple[Entry, Module], ...]:
        """What every file holds, whatever its language."""
        return tuple(item for _, held in self.by_language for item in held)


def read(facts: Facts, question: Question) -> Read:
    """The product's files in which a literal says that they may answer ``question``.

    What a file's parser says that it could not follow is an opening.
    """
    by_language = []
    problems: list[Problem] = []
    openings: list[Opening] = []
    looked: list[str] = []
    for language in LANGUAGES:
        held: list[tuple[Entry, Module]] = []
        for path, entry in sorted(_hinted(facts, language, question).items()):
            got = facts.parsed(language.parser_of(path), path)
            looked.append(path)
            if got.value is not None:
                held.append((entry, got.value))
            if got.problem is not None:
                problems.append(got.problem)
                if got.opens:
                    openings.append(Opening(path, got.problem.line, got.problem.message))
        held += language.beside(facts, question)
        openings += [
            Opening(entry.path, gap.line, gap.reason)
            for entry, module in held
            for gap in module.gaps
            if question in gap.questions
        ]
        by_language.append((language, tuple(held)))
    return Read(tuple(by_language), Collected((), tuple(problems), tuple(openings), tuple(looked)))


def _hinted(facts: Facts, language: Language, question: Question) -> dict[str, Entry]:
    return {
        hit.entry.path: hit.entry
        for hit in facts.hits(language.hints)
        if hit.name == question
        and hit.entry.role is Role.PRODUCT
        and not _for_tools(hit.entry.path)
        and language.reads(hit.entry.path)
    }


def _for_tools(path: str) -> bool:
    """Whether a file lies in a hidden folder, where tools such as a wrapper of Maven keep their own."""
    return path.startswith(".") or "/." in path


def language_at(path: str) -> Language | None:
    """The language of a server that is seen at ``path``; None where its code is not read."""
    return next((language for language in LANGUAGES if path.endswith(language.starts)), None)
