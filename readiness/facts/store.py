"""The store: facts computed on first use and kept, each file read and parsed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from readiness.facts.cache import Refused
from readiness.facts.cache import digest as digest_of
from readiness.facts.matcher import Matcher
from readiness.facts.model import Collected, Derived, Found, Parsed, Parser, PatternTable, Row
from readiness.facts.paths import PathIndex
from readiness.spans import Problem, Unparsable
from readiness.tree.model import Role, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from readiness.facts.cache import Cache
    from readiness.facts.matcher import Hit
    from readiness.facts.model import FileClass, Interest, Noun, Progress
    from readiness.tree.model import Entry, Tree

R = TypeVar("R", bound=Row)
T = TypeVar("T")

_BINARY_SNIFF = 8192
_HELD = 1 << 20  # bytes of files whose bulky results are held at a time

_READING: Mapping[FileClass, str] = {
    "language": "reading code",
    "configuration": "reading configuration",
    "document": "reading documents",
    "data": "reading data",
}


class Store:
    """The facts of one tree. Implements the ``Facts`` protocol.

    ``tables`` are the pattern tables of all nouns, by the class of file they are
    looked for in: all of a class are matched in one pass, when the first is asked for.
    ``as_of`` is the date that ages are counted to, empty for that of the subject's commit;
    ``progress`` is told what is being looked at, and changes nothing; ``cache`` holds what
    earlier scans made of the same bytes; ``interest`` leaves out settings that nobody asks about.
    """

    def __init__(  # noqa: PLR0913 - what a store is made of, each with a default
        self,
        tree: Tree,
        tables: Sequence[PatternTable] | None = None,
        *,
        as_of: str = "",
        progress: Progress | None = None,
        cache: Cache | None = None,
        interest: Interest | None = None,
        profile: str = "",
    ) -> None:
        if tables is None:
            from readiness.facts.catalogue import TABLES  # noqa: PLC0415 - the catalogue knows every noun

            tables = TABLES
        self._tree = tree
        self._tables = tuple(tables)
        self._as_of = as_of
        self._progress = _untold if progress is None else progress
        self._entries: Mapping[str, Entry] = {entry.path: entry for entry in tree.entries}
        self._collected: dict[tuple[str, tuple[str, ...]], Collected[Any]] = {}
        self._parsed: dict[tuple[str, str], Parsed[Any]] = {}
        self._bulky: dict[tuple[str, str], Parsed[Any]] = {}
        self._held = 0
        self._index: PathIndex | None = None
        self._paths: dict[tuple[str, ...], tuple[Entry, ...]] = {}
        self._hits: dict[FileClass, dict[str, tuple[Found, ...]]] = {}
        self._unread: dict[str, Problem] = {}
        self._cache = cache
        self._interest = interest
        self._profile = profile
        self._past: set[Problem] = set()
        self._digests: dict[str, bytes] = {}

    @property
    def tree(self) -> Tree:
        """The subject's files."""
        return self._tree

    @property
    def as_of(self) -> str:
        """The date that ages are counted to, ``YYYY-MM-DD``; empty where there is none."""
        return self._as_of or self._tree.subject.committed

    @property
    def interest(self) -> Interest | None:
        """Which settings anybody asks about; None for all."""
        return self._interest

    @property
    def profile(self) -> str:
        """What the user says that the subject is to be assessed as; empty where nobody says so."""
        return self._profile

    @property
    def unread(self) -> tuple[Problem, ...]:
        """The text files that the matcher could not read or passed over as binary."""
        return tuple(self._unread[path] for path in sorted(self._unread))

    def entry(self, path: str) -> Entry | None:
        """The entry ``path``, or None."""
        return self._entries.get(path)

    def paths(self, *globs: str) -> tuple[Entry, ...]:
        """The entries whose path one of ``globs`` covers, in the order of paths."""
        if globs not in self._paths:
            self._index = self._index or PathIndex(self._tree.entries)
            self._paths[globs] = self._index.covered(globs)
        return self._paths[globs]

    def collected(self, noun: Noun[R], scope: tuple[str, ...] = ()) -> Collected[R]:
        """The rows of ``noun``, sorted by path, line and text; problems and openings without repetition."""
        key = (noun.name, scope)
        if key not in self._collected:
            self._progress(f"looking for {noun.name}", 0, 0)
            found = noun.collect(self, scope)
            self._collected[key] = Collected(
                rows=tuple(sorted(found.rows, key=lambda row: (row.path, row.line, row.text))),
                problems=tuple(sorted(set(found.problems))),
                openings=tuple(sorted(set(found.openings), key=lambda gap: (gap.path, gap.line, gap.reason))),
                looked=tuple(sorted(set(found.looked))),
            )
        return self._collected[key]

    def let_go(self, noun: Noun[Any], scope: tuple[str, ...] = (), *, above: int = 0) -> bool:
        """Forget rows that nobody asks about any more, where they are more than ``above``; whether it did.

        Who asks all the same gets them collected anew.
        """
        held = self._collected.get((noun.name, scope))
        if held is None or len(held.rows) <= above:
            return False
        self._past |= set(held.problems)
        del self._collected[noun.name, scope]
        return True

    def problems(self) -> tuple[Problem, ...]:
        """Every problem met so far while listing, matching, parsing and collecting.

        Where one says all that another says of the same line, and more, the other is left out.
        """
        found = set(self._tree.problems) | set(self.unread) | self._past
        found.update(parsed.problem for parsed in self._parsed.values() if parsed.problem is not None)
        for collected in self._collected.values():
            found.update(collected.problems)
        by_line: dict[tuple[str, int], list[Problem]] = {}
        for problem in found:
            by_line.setdefault((problem.path, problem.line), []).append(problem)
        kept = (
            one
            for problems in by_line.values()
            for one in problems
            if not any(_covers(other, one) for other in problems)
        )
        return tuple(sorted(kept))

    def parsed(self, parser: Parser[T] | Derived[Any, T], path: str) -> Parsed[T]:
        """What ``parser`` makes of the file ``path``, parsed once."""
        key = (parser.name, path)
        known = self._parsed.get(key) or self._bulky.get(key)
        if known is None:
            entry = self._entries[path]
            known = self._derive(parser, entry) if isinstance(parser, Derived) else self._parse(parser, entry)
            if parser.bulky and known.problem is None:
                self._hold(key, known)
            else:
                self._parsed[key] = known
        return known

    def _hold(self, key: tuple[str, str], parsed: Parsed[Any]) -> None:
        """Hold what is large, and let go of what was parsed longest ago."""
        self._bulky[key] = parsed
        self._held += parsed.entry.size
        while self._held > _HELD and len(self._bulky) > 1:
            oldest = next(iter(self._bulky))
            self._held -= self._bulky.pop(oldest).entry.size

    def _derive(self, parser: Derived[Any, T], entry: Entry) -> Parsed[T]:
        known = self._remembered(parser, entry)
        if known is not None:
            return known
        source = self.parsed(parser.of, entry.path)
        if source.value is None:
            return Parsed(entry, problem=source.problem, opens=source.opens)
        value = parser.derive(source.value)
        self._remember(parser, entry, value)
        return Parsed(entry, value=value)

    def _parse(self, parser: Parser[T], entry: Entry) -> Parsed[T]:
        self._progress("parsing files", len(self._parsed), 0)
        known = self._remembered(parser, entry)
        if known is not None:
            return known
        try:
            data = self._tree.read(entry.path)
        except Unreadable as error:
            return Parsed(entry, problem=Problem(entry.path, 1, error.reason), opens=error.opens)
        try:
            value = parser.parse(data)
        except Unparsable as error:
            self._remember(parser, entry, Refused(error.line, error.reason, error.opens), data)
            return Parsed(entry, problem=Problem(entry.path, error.line, error.reason), opens=error.opens)
        self._remember(parser, entry, value, data)
        return Parsed(entry, value=value)

    def _remembered(self, parser: Parser[T] | Derived[Any, T], entry: Entry) -> Parsed[T] | None:
        """What an earlier scan kept of the file's bytes; None if nothing is."""
        if self._cache is None or parser.kept is None:
            return None
        digest = self._digest(entry)
        known = self._cache.get(_kind(parser), digest, parser.kept) if digest else None
        if isinstance(known, Refused):
            return Parsed(entry, problem=Problem(entry.path, known.line, known.reason), opens=known.opens)
        return None if known is None else Parsed(entry, value=known)

    def _remember(
        self, parser: Parser[T] | Derived[Any, T], entry: Entry, value: Any, data: bytes | None = None
    ) -> None:
        if self._cache is None or parser.kept is None:
            return
        digest = self._digest(entry) if data is None else digest_of(data)
        if digest:
            self._cache.put(_kind(parser), digest, value)

    def _digest(self, entry: Entry) -> bytes:
        """The hash of the file's bytes as they were first read; empty if they cannot be."""
        if entry.path not in self._digests:
            try:
                self._digests[entry.path] = digest_of(self._tree.read(entry.path))
            except Unreadable:
                self._digests[entry.path] = b""
        return self._digests[entry.path]

    def hits(self, table: PatternTable) -> Sequence[Found]:
        """Where the patterns of ``table`` occur in the files of its class, in the order of paths."""
        found = self._matched(table.file_class)
        if table.name not in found:  # a table that no catalogue lists, such as a test's own
            found.update(self._match(table.file_class, (table,)))
        return found[table.name]

    def searched(self, file_class: FileClass) -> tuple[Entry, ...]:
        """The files of a class that were matched: text within the limits, neither vendored nor generated."""
        self._matched(file_class)
        return tuple(entry for entry in self._candidates(file_class) if entry.path not in self._unread)

    def _candidates(self, file_class: FileClass) -> tuple[Entry, ...]:
        from readiness.facts.files import file_class as class_of  # noqa: PLC0415 - files imports the model only

        return tuple(
            entry
            for entry in self._tree.entries
            if class_of(entry.path) == file_class and entry.role not in (Role.VENDORED, Role.GENERATED)
        )

    def _matched(self, file_class: FileClass) -> dict[str, tuple[Found, ...]]:
        if file_class not in self._hits:
            tables = tuple(table for table in self._tables if table.file_class == file_class)
            self._hits[file_class] = self._match(file_class, tables)
        return self._hits[file_class]

    def _match(self, file_class: FileClass, tables: Sequence[PatternTable]) -> dict[str, tuple[Found, ...]]:
        matcher = Matcher(tables, self._cache)
        found: dict[str, list[Found]] = {table.name: [] for table in tables}
        candidates = self._candidates(file_class)
        for done, entry in enumerate(candidates, 1):
            self._progress(_READING[file_class], done, len(candidates))
            for hit in self._hits_in(matcher, entry):
                found[hit.table].append(Found(hit.name, entry, hit.line, hit.text))
        return {name: tuple(rows) for name, rows in found.items()}

    def _hits_in(self, matcher: Matcher, entry: Entry) -> tuple[Hit, ...]:
        """What one file holds; its bytes are let go of before the next, so the heap stays small."""
        data = self._data(entry)
        return () if data is None else matcher.hits(entry.path, data)

    def _data(self, entry: Entry) -> bytes | None:
        try:
            data = self._tree.read(entry.path)
        except Unreadable as error:
            self._unread[entry.path] = Problem(entry.path, 1, error.reason)
            return None
        if b"\0" in data[:_BINARY_SNIFF]:
            self._unread[entry.path] = Problem(entry.path, 1, "binary, not looked at")
            return None
        return data


def _kind(parser: Parser[Any] | Derived[Any, Any]) -> str:
    edition = parser.edition() if isinstance(parser, Parser) and parser.edition is not None else ""
    return f"{parser.name}/{parser.version}/{edition}"


def _untold(stage: str, done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


def _covers(other: Problem, one: Problem) -> bool:
    """Whether ``other`` says what ``one`` says, and more."""
    return len(other.message) > len(one.message) and one.message in other.message
