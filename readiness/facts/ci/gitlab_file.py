"""A GitLab pipeline put together: its files, what they include of the repository, what jobs extend.

Sources: GitLab CI/CD YAML reference (``include``, ``extends``, ``!reference``, ``default``), "Use CI/CD
configuration from other files" (how included files are merged).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci.gitlab_templates import TEMPLATE, template
from readiness.facts.ci.gitlab_written import FILE, PREFIX, merged, nodes, pairs
from readiness.facts.ci.model import Reference
from readiness.facts.model import Opening
from readiness.matching import PatternError
from readiness.records import Struct, field
from readiness.spans import Problem
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from readiness.facts.model import Facts

_INCLUDES = 150
_EXTENDS = 11
_REFERENCES = 10
_NESTED = 20
_VISITS = 2_000
_READ = (
    *("extends", "script", "before_script", "after_script", "trigger", "run", TEMPLATE),
    *("stage", "needs", "rules", "only", "except", "when", "allow_failure"),
    *("variables", "inherit", "environment", "timeout", "resource_group", "interruptible", "parallel"),
)


class Rejected(Exception):  # noqa: N818 - a state of the subject, not an error of ours
    """GitLab cannot run the pipeline, or (``opens``) we cannot read it."""

    def __init__(self, path: str, line: int, reason: str, *, opens: bool = False) -> None:
        super().__init__(reason)
        self.problem, self.opens = Problem(path, line, reason), opens


class Config(Struct):
    """All keys of a pipeline, its included files merged in.

    ``origin`` tells the file of a node; ``path`` is that of all others. ``included``
    has the line of the pipeline's file that led to each included one. ``elsewhere`` is
    True if something is included that the repository does not hold.
    """

    path: str
    keys: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    origin: dict[int, str] = field(default_factory=dict)
    folding: dict[str, frozenset[int]] = field(default_factory=dict)
    included: dict[str, int] = field(default_factory=dict)
    openings: list[Opening] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    _jobs: dict[str, dict[str, tuple[Scalar, Node]]] = field(default_factory=dict)

    @property
    def elsewhere(self) -> bool:
        """Whether a part of it is written elsewhere."""
        return bool(self.openings)

    def table(self, key: str) -> Table | None:
        """The value of the root's ``key`` if it is a mapping."""
        found = self.keys.get(key)
        return found[1] if found is not None and isinstance(found[1], Table) else None

    def file(self, node: Node) -> str:
        """The file that ``node`` is written in."""
        return self.origin.get(id(node), self.path)

    def line(self, node: Node) -> int:
        """The line of ``node`` in the pipeline's own file: its own, or that of what included it."""
        file = self.file(node)
        return node.line if file == self.path else self.included.get(file, 1)

    def reject(self, node: Node, reason: str) -> Rejected:
        """The rejection for what is wrong with ``node``."""
        return Rejected(self.file(node), node.line, f"{PREFIX}{reason}")

    def opened(self, node: Node, reason: str) -> None:
        """Note that what ``node`` stands for cannot be read here."""
        self.openings.append(Opening(self.path, self.line(node), reason))

    def job(self, name: str) -> dict[str, tuple[Scalar, Node]]:
        """The job ``name`` with all that it extends. Raises ``Rejected``."""
        return self._extended(name, ())

    def _extended(self, name: str, below: tuple[str, ...]) -> dict[str, tuple[Scalar, Node]]:
        if name in self._jobs:
            return self._jobs[name]
        key, node = self.keys[name]
        own = _read_of(node) if isinstance(node, Table) else {}
        out: dict[str, tuple[Scalar, Node]] = {}
        for base in self.flat(own["extends"][1]) if "extends" in own else ():
            if not isinstance(base, Scalar):
                continue
            if base.text == name or base.text in below or len(below) >= _EXTENDS:
                raise self.reject(base, f"'{key.text}' extends itself, or too many others")
            if base.text in self.keys:
                out = merged(out, self._extended(base.text, (*below, name)))
            elif self.elsewhere:
                out["extends"] = own["extends"]
            else:
                raise self.reject(base, f"'{key.text}' extends '{base.text}', which is not there")
        lost = out.get("extends")
        own.pop("extends", None)
        out = merged(out, own)
        if lost is not None:
            out["extends"] = lost
        self._jobs[name] = out
        return out

    def flat(self, node: Node) -> tuple[Node, ...]:
        """The leaves of a list in lists, with every ``!reference`` replaced by what it names."""
        out: list[Node] = []
        left: list[tuple[Node, int]] = [(node, 0)]
        for _ in range(_VISITS):
            if not left:
                break
            one, depth = left.pop()
            if isinstance(one, Items) and one.tag == "!reference":
                target = self._referenced(one) if depth < _REFERENCES else None
                left += [(target, depth + 1)] if target is not None else []
            elif isinstance(one, Items):
                left += [(item, depth) for item in reversed(one.items[:_VISITS])]
            elif not isinstance(one, Scalar) or not one.null:
                out.append(one)
        return tuple(out)

    def resolved(self, node: Node | None) -> Node | None:
        """``node``, or what it names if it is a ``!reference``."""
        for _ in range(_REFERENCES):
            if not isinstance(node, Items) or node.tag != "!reference":
                break
            node = self._referenced(node)
        return node

    def _referenced(self, reference: Items) -> Node | None:
        names = [item.text for item in reference if isinstance(item, Scalar)]
        found: Node | None = None
        for depth, name in enumerate(names):
            if depth == 0:
                found = self.keys[name][1] if name in self.keys else None
            elif depth == 1 and isinstance(found, Table):
                pair = self.job(names[0]).get(name)
                found = pair[1] if pair is not None else found.get(name)
            else:
                found = found.get(name) if isinstance(found, Table) else None
        if found is None:
            if not self.elsewhere:
                raise self.reject(reference, f"there is no '{' '.join(names)}' to refer to")
            self.opened(reference, f"'{' '.join(names)}' is written elsewhere")
        return found


def load(facts: Facts, *paths: str) -> Config | None:
    """The pipeline of the files ``paths``, the first of which is its own; None if they are empty.

    Raises ``Rejected``.
    """
    loader = _Loader(facts, Config(paths[0]))
    for path in paths:
        loader.file(path, 1, 0)
    return loader.config if loader.config.keys or loader.config.openings else None


class _Loader(Struct):
    facts: Facts
    config: Config
    seen: set[str] = field(default_factory=set)
    entries: int = 0

    def file(self, path: str, line: int, depth: int) -> None:
        """Merge the file ``path`` in, after what it includes. ``line`` is that of the pipeline's file."""
        if path in self.seen:
            return
        self.seen.add(path)
        own = path == self.config.path
        parsed = self.facts.parsed(FILE, path)
        if parsed.value is None:
            problem = parsed.problem or Problem(path, 1, PREFIX)
            raise Rejected(problem.path, problem.line, problem.message, opens=parsed.opens)
        if not own:
            self.config.included[path] = line
        root = parsed.value.root
        if root is None:
            return
        self.config.folding[path] = parsed.value.folding
        if not own:
            self.config.origin.update((id(node), path) for node in nodes(root))
        if parsed.value.asks:
            self.config.opened(root, f"{path} has inputs, which are not filled in")
        include = root.get("include")
        if include is not None:
            for item in include.items if isinstance(include, Items) else (include,):
                self.include(item, item.line if own else line, depth)
        self.merge(root)

    def merge(self, root: Table) -> None:
        own = pairs(root)
        own.pop("include", None)
        self.config.keys = merged(self.config.keys, own)

    def include(self, item: Node, line: int, depth: int) -> None:
        """What one entry of ``include`` brings: files of the repository, a known template, or an opening."""
        self.entries += 1
        kind, name = _kind(item)
        if kind == "local" and "$" not in name and depth < _NESTED and self.entries <= _INCLUDES:
            self.local(item, name.lstrip("/"), line, depth)
            return
        known = template(name, line) if kind == "template" else None
        if known is not None:
            self.merge(known)
            return
        reference = _reference(item, kind, name)
        if reference:
            self.config.references.append(Reference(reference, item.line, self.config.file(item)))
        self.config.openings.append(
            Opening(self.config.path, line, f"it includes the {kind} '{name}', which lives elsewhere")
            if kind != "local"
            else Opening(self.config.path, line, f"what '{name}' includes is not known here")
        )

    def local(self, item: Node, name: str, line: int, depth: int) -> None:
        if "*" in name:
            try:
                paths = [entry.path for entry in self.facts.paths(name)]
            except PatternError:
                paths = []
        else:
            paths = [name] if self.facts.entry(name) is not None else []
        if not paths:
            if isinstance(item, Table) and item.get("rules") is not None:
                return
            raise self.config.reject(item, f"it includes '{name}', which is not there")
        for path in paths[:_INCLUDES]:
            self.file(path, line, depth + 1)


def _read_of(table: Table) -> dict[str, tuple[Scalar, Node]]:
    """Of a job those keys that are read."""
    out = {}
    for name in _READ:
        key, value = table.key(name), table.get(name)
        if key is not None and value is not None:
            out[name] = (key, value)
    return out


def _kind(item: Node) -> tuple[str, str]:
    """What an entry of ``include`` is, and what it names."""
    if isinstance(item, Scalar):
        return ("remote" if item.text.startswith(("http://", "https://")) else "local"), item.text
    if isinstance(item, Table):
        for kind in ("local", "template", "remote", "component", "project"):
            if item.get(kind) is not None:
                return kind, item.text(kind)
    return "file", "?"


def _reference(item: Node, kind: str, name: str) -> str:
    """The reference of a component or of a file in another project, as ``owner/name@version``."""
    if kind == "component":
        host, _, rest = name.partition("/")
        return rest if "." in host or "$" in host else name
    if kind == "project" and isinstance(item, Table):
        ref = item.text("ref")
        return f"{name}@{ref}" if ref else name
    return ""
