"""What facts are made of: rows, the nouns they belong to, and the store that keeps them.

A *row* is one thing that is there, with its place. A *noun* is a kind of row. A row's
fields are what a rule can ask about; each is annotated with its meaning, which the
catalogue, the rule reference and the editor schema print. In a field, ``None`` means
*unknown* (there is an answer, and the files do not give it); the empty text, the empty
set and zero mean *there is none*.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, NewType, Protocol, TypeVar

from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.spans import Problem
    from readiness.tree.model import Entry, Tree

Glob = NewType("Glob", str)
"""A path or a key: a bare value in a condition on such a field is a glob."""

Progress = Callable[[str, int, int], None]
"""Is told how far a scan is: the stage in a few words, how many are done, and of how many (0 if unknown)."""

Grade = Literal["structure", "pattern", "attested"]
"""What evidence rests on: parsed structure, a text pattern, or a person's word."""


class Row(Struct, frozen=True, kw_only=True, gc=False):
    """What every row has."""

    path: Annotated[Glob, "the file, relative to the subject's root"] = Glob("")
    line: Annotated[int, "the line, from 1"] = 1
    role: Annotated[Role, "whose file it is; questions look at the product unless they name a role"] = (
        Role.PRODUCT
    )
    environment: Annotated[str, "the environment the row belongs to, empty for none in particular"] = ""
    text: Annotated[str, "the evidence as it is shown: one line, secrets redacted"] = ""


R = TypeVar("R", bound=Row)
R_co = TypeVar("R_co", bound=Row, covariant=True)
S = TypeVar("S")
T = TypeVar("T")


class Opening(Struct, frozen=True):
    """Something that its own system can read and we cannot, which leaves questions open.

    It opens the questions about the noun it is reported under; if ``environment`` is not
    empty, only those asked of that environment, and if ``field`` is not, only those that ask for
    that field: a deployment by a platform leaves open which job deploys, not how long jobs may take.
    """

    path: str
    line: int
    reason: str
    environment: str = ""
    field: str = ""


class Collected(Struct, Generic[R_co], frozen=True):
    """The rows of one noun, in the order of their paths and lines.

    ``looked`` are the files that were considered, whether or not they gave a row.
    """

    rows: tuple[R_co, ...] = ()
    problems: tuple[Problem, ...] = ()
    openings: tuple[Opening, ...] = ()
    looked: tuple[str, ...] = ()


class Parser(Struct, Generic[T], frozen=True):
    """A pure function from a file's bytes to what is in it, without path and role.

    ``name`` and ``version`` enter the cache key: whoever changes what ``parse`` returns
    raises ``version``. ``parse`` raises ``spans.Unparsable``. ``kept`` is the type of what it
    returns where that may be kept between scans; None where it is too cheap for that, or may
    hold a secret. ``edition`` says which one of a library decides what it returns.
    ``bulky`` where it is much larger than the file: only those of the last files are held.
    """

    name: str
    version: int
    parse: Callable[[bytes], T]
    kept: Any = None
    edition: Callable[[], str] | None = None
    bulky: bool = False


class Derived(Struct, Generic[S, T], frozen=True):
    """A pure function from what another parser made of a file; the rest is as for ``Parser``."""

    name: str
    version: int
    of: Parser[S]
    derive: Callable[[S], T]
    kept: Any = None
    bulky: bool = False


class Parsed(Struct, Generic[T], frozen=True):
    """What a parser made of one file: ``value``, or None with the ``problem``."""

    entry: Entry
    value: T | None = None
    problem: Problem | None = None
    opens: bool = False


class Interest(Struct, frozen=True):
    """Which settings anybody asks about: those under ``keys``, and all in the files that ``whole`` names."""

    keys: tuple[str, ...]
    whole: tuple[str, ...] = ()


class Facts(Protocol):
    """What is there, computed on first use and kept."""

    @property
    def interest(self) -> Interest | None:
        """Which settings anybody asks about; None where that is not known, and all are wanted."""

    @property
    def tree(self) -> Tree:
        """The subject's files."""

    @property
    def as_of(self) -> str:
        """The date that ages are counted to, ``YYYY-MM-DD``; empty where there is none."""

    @property
    def profile(self) -> str:
        """What the user says that the subject is to be assessed as; empty where nobody says so."""

    def collected(self, noun: Noun[R], scope: tuple[str, ...] = ()) -> Collected[R]:
        """The rows of ``noun``; for a scoped noun, of the files that the globs ``scope`` name."""

    def parsed(self, parser: Parser[T] | Derived[Any, T], path: str) -> Parsed[T]:
        """What ``parser`` makes of the file ``path``. ``KeyError`` if there is no such file."""

    def paths(self, *globs: str) -> tuple[Entry, ...]:
        """The entries whose path one of ``globs`` covers, in the order of paths."""

    def entry(self, path: str) -> Entry | None:
        """The entry ``path``, or None."""

    def searched(self, file_class: FileClass) -> tuple[Entry, ...]:
        """The files of a class that pattern tables are matched against, in the order of paths."""

    def hits(self, table: PatternTable) -> Sequence[Found]:
        """Where the patterns of ``table`` occur in the files of its class, in the order of paths."""


class PatternTable(Struct, frozen=True):
    """Named RE2 patterns that a noun looks for in files of one class.

    All tables of a class are matched in one pass over it. ``name`` is unique. ``secret``
    where what is found may be a secret, which is not kept between scans. ``endings`` are the
    files of the class that it is looked for in, by the end of their names; empty for all.
    """

    name: str
    file_class: FileClass
    patterns: tuple[tuple[str, str], ...]
    secret: bool = False
    endings: tuple[str, ...] = ()


FileClass = Literal["language", "configuration", "document", "data"]
"""What a text file is to the matcher. Each has its own set of patterns."""


class Found(Struct, frozen=True):
    """One occurrence of a pattern: its name in the table, the file, the line, the text matched."""

    name: str
    entry: Entry
    line: int
    text: str


class Noun(Struct, Generic[R], frozen=True):
    """A kind of row, the name it has in rules, and how its rows are found.

    ``grade`` is what its rows rest on. A ``scoped`` noun must be told which files to
    look at (a ``path`` condition), so that nobody flattens every file by accident.
    """

    name: str
    row: type[R]
    meaning: str
    collect: Callable[[Facts, tuple[str, ...]], Collected[R]]
    grade: Grade = "structure"
    scoped: bool = False
