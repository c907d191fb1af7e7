"""Travis CI: the jobs that a ``.travis.yml`` makes, stage after stage.

Jobs that differ in a version or in variables alone are one job with variants. The files of the repository
are there from the start. Whether a repository is still built is a setting that no file shows.
Sources: Travis CI documentation, "Build Stages", "Build Matrix", "Job lifecycle", "Build Config Imports".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.branches import example
from readiness.facts.ci.files import load, rejected, scalars
from readiness.facts.ci.gitlab_written import pairs
from readiness.facts.ci.model import Job, Pipeline, Read
from readiness.facts.ci.travis.conditions import Start, holds, passes, starts
from readiness.facts.ci.travis.phases import steps
from readiness.facts.model import Opening
from readiness.records import Struct, replace
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from readiness.facts.ci.files import File
    from readiness.facts.model import Facts

PATH = ".travis.yml"
_JOBS = 200
_NONE = Table(1)
_VARIANTS = frozenset(
    (
        *("python", "rvm", "ruby", "node_js", "go", "jdk", "php", "perl", "rust", "ghc", "otp_release"),
        *("elixir", "scala", "julia", "r", "dart", "gemfile", "osx_image", "xcode_sdk", "xcode_scheme", "d"),
        *("crystal", "mono", "dotnet", "smalltalk", "haxe", "compiler", "lein", "os", "arch", "env"),
    )
)
_TOP = frozenset(("jobs", "matrix", "stages", "if", "branches", "import", "version", "<<"))


def read(facts: Facts) -> Read:
    """The subject's Travis build; nothing if it has none."""
    if facts.entry(PATH) is None:
        return Read()
    try:
        file = load(facts, PATH)
        return Read(looked=(PATH,)) if file.root is None else _Reader(facts, file, file.root).read()
    except Unparsable as trouble:
        return rejected(PATH, "Travis CI", trouble)


class _Planned(Struct, frozen=True):
    """A job as it is written, with all that it takes over; the stage it is in; whether it has variants."""

    line: int
    table: Table
    own: Table
    stage: str
    variants: bool = False


class _Reader(Struct, frozen=True):
    facts: Facts
    file: File
    root: Table

    def read(self) -> Read:
        openings = []
        imported = self.root.key("import")
        if imported is not None:
            openings.append(Opening(PATH, imported.line, "a part of it is imported"))
        planned = list(self.planned())
        if len(planned) > _JOBS:
            raise Unparsable(1, f"more than {_JOBS} jobs", opens=True)
        found = self.starts(planned)
        jobs = self.jobs(planned, found)
        begun = {start for one in self.kept(planned, found) for start in one}
        pipeline = Pipeline(
            system="travis",
            path=PATH,
            line=1,
            name=PATH,
            trigger=frozenset(trigger for start in begun for trigger in start.triggers),
            events=frozenset("push" if start.tag else start.kind for start in begun),
            jobs=jobs,
        )
        return Read((pipeline,), (), tuple(openings), (PATH,))

    def planned(self) -> Iterator[_Planned]:
        """The jobs of the file: those of the matrix as one, and those that are listed."""
        matrix = self.root.table("jobs") or self.root.table("matrix") or _NONE
        included = [item for item in matrix.items("include") if isinstance(item, Table)]
        inherited = {name: pair for name, pair in pairs(self.root).items() if name not in _TOP}
        several = {name: _variants(pair[1]) for name, pair in inherited.items() if name in _VARIANTS}
        expands = {name for name, count in several.items() if count > (name in {"os", "arch"})}
        if expands or not included:
            table = Table(self.root.line, tuple(inherited.values()))
            line = min((pair[0].line for name, pair in inherited.items() if name == "script"), default=1)
            yield _Planned(line, table, table, "test", any(count > 1 for count in several.values()))
        stage = "test"
        for item in included:
            own = pairs(item)
            stage = item.text("stage") or stage
            merged = {**inherited, **own}
            yield _Planned(item.line, Table(item.line, tuple(merged.values())), item, stage)

    def starts(self, planned: Sequence[_Planned]) -> tuple[Start, ...]:
        conditions = [self.root.text("if"), *(one.own.text("if") for one in planned), *self.stages().values()]
        filters = self.root.table("branches") or _NONE
        names = [node.text for key in ("only", "except") for node in scalars(filters.items(key))]
        for one in planned:
            for item in one.table.items("deploy"):
                on = item.table("on") if isinstance(item, Table) else None
                names += [node.text for node in scalars(on.items("branch"))] if on is not None else []
        return starts(self.facts.tree.subject.default_branch, conditions, map(_name_of, names))

    def stages(self) -> dict[str, str]:
        """The stages in their order, each with the condition under which it is run."""
        out = {}
        for item in self.root.items("stages"):
            if isinstance(item, Scalar):
                out[item.text.lower()] = ""
            elif isinstance(item, Table):
                out[item.text("name").lower()] = item.text("if")
        return out

    def kept(self, planned: Sequence[_Planned], found: Sequence[Start]) -> list[tuple[Start, ...]]:
        """For each job the starts in which it runs."""
        filters = self.root.table("branches")
        begun = [start for start in found if passes(filters, start)]
        begun = [start for start in begun if holds(self.root.text("if"), start) is not False]
        stages = self.stages()
        out = []
        for one in planned:
            asked = (one.own.text("if"), stages.get(one.stage.lower(), ""))
            out.append(
                tuple(start for start in begun if all(holds(text, start) is not False for text in asked))
            )
        return out

    def jobs(self, planned: Sequence[_Planned], found: Sequence[Start]) -> tuple[Job, ...]:
        order = {name: at for at, name in enumerate(self.stages())}
        for one in planned:
            order.setdefault(one.stage.lower(), len(order))
        kept = self.kept(planned, found)
        allowed = self.allowed()
        keys: list[str] = []
        for one in planned:
            keys.append(_key(one, keys))
        out = []
        for one, runs, key in zip(planned, kept, keys, strict=True):
            before = [
                (other, others)
                for other, others, stage in zip(keys, kept, planned, strict=True)
                if order[stage.stage.lower()] < order[one.stage.lower()]
            ]
            out.append(
                replace(
                    self.job(one, runs or tuple(found), key),
                    enabled=bool(runs),
                    masked="allow_failures" if any(_fits(one, entry) for entry in allowed) else "",
                    needs=tuple(other for other, _ in before),
                    demands=tuple(other for other, others in before if runs and set(runs) <= set(others)),
                )
            )
        return tuple(out)

    def allowed(self) -> list[Table]:
        matrix = self.root.table("jobs") or self.root.table("matrix") or _NONE
        return [item for item in matrix.items("allow_failures") if isinstance(item, Table)]

    def job(self, one: _Planned, runs: tuple[Start, ...], key: str) -> Job:
        git = one.table.table("git")
        return Job(
            key=key,
            line=one.line,
            name=one.own.text("name"),
            steps=tuple(steps(self.file, one.table, runs, self.has, one.line)),
            trigger=frozenset(trigger for start in runs for trigger in start.triggers),
            timeout=None,
            concurrency=None,
            matrix=one.variants,
            provided=git is None or git.text("clone") != "false",
        )

    def has(self, path: str) -> bool:
        return self.facts.entry(path) is not None


def _name_of(pattern: str) -> str:
    """A branch that a filter is about: its name, or one that fits its regular expression."""
    body = pattern[1:].rpartition("/")[0] if pattern.startswith("/") else ""
    found = example(body) if body else ""
    return found if found and found != body else pattern


def _variants(node: Node) -> int:
    """How many values a key of the matrix has; of ``env`` those that are set for all jobs do not count."""
    if isinstance(node, Table):
        inner = node.get("jobs", "matrix")
        return _variants(inner) if inner is not None else 0
    if isinstance(node, Items):
        return len(node.items)
    return 0 if node.null else 1


def _key(one: _Planned, taken: Sequence[str]) -> str:
    name = (one.own.text("name") or one.stage)[:200]
    key, count = name, 2
    while key in taken:
        key = f"{name} {count}"
        count += 1
    return key


def _fits(one: _Planned, entry: Table) -> bool:
    """Whether a job, with all its variants, is one that may fail."""
    for key, wanted in entry:
        found = one.table.get(key.text)
        if _texts(found) != _texts(wanted):
            return False
    return bool(entry.pairs)


def _texts(node: Node | None) -> list[str]:
    return [found.text for found in scalars([node])] if node is not None else []
