"""Carries templates out, within limits, on values that may be unknown.

Nothing is run, read or fetched: a template is walked over as a tree, and the functions that it calls
are those of ``functions``. What cannot be worked out is unknown; what hangs on an unknown condition is looked
at for its shape alone.
Source: Go, package ``text/template``; Helm, "Template Function List"; read 2026-10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.helm.functions import called
from readiness.facts.deployment.helm.output import Output, mark_for
from readiness.facts.deployment.helm.syntax import (
    Branch,
    Call,
    Constant,
    Function,
    Leave,
    Node,
    Path,
    Pipeline,
    Print,
    Text,
    Word,
    parse_text,
)
from readiness.facts.deployment.helm.texts import MAX_TEXT
from readiness.facts.deployment.helm.values import (
    MARK,
    UNKNOWN,
    Budget,
    Fault,
    Method,
    Spent,
    Value,
    is_unknown,
    text_of,
    truth,
)
from readiness.facts.words import word_set
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DEPTH = 48
"""How deep blocks and templates called by templates may lie in each other, together."""

MAX_ROUNDS = 1_000
"""How often one ``range`` goes round."""

_BLOCK = 20  # about how much more work a block is than a word
_VERSION = "v1.31.0"
_SERVED = word_set("""
    v1 apps/v1 batch/v1 policy/v1 autoscaling/v1 autoscaling/v2 networking.k8s.io/v1
    rbac.authorization.k8s.io/v1 storage.k8s.io/v1 scheduling.k8s.io/v1 apiextensions.k8s.io/v1
    admissionregistration.k8s.io/v1 coordination.k8s.io/v1 discovery.k8s.io/v1
    """)
_OWN_GROUPS = ("apps", "batch", "extensions", "policy", "autoscaling")


def capabilities() -> dict[str, Value]:
    """A cluster as it is today: what it serves of its own is known, what is installed there is not."""
    version = {"Version": _VERSION, "GitVersion": _VERSION, "Major": "1", "Minor": "31"}
    helm = {"Version": "v3.18.0", "GitCommit": "", "GoVersion": ""}
    return {"KubeVersion": version, "APIVersions": {"Has": Method("serves")}, "HelmVersion": helm}


def _serves(api: str) -> Value:
    group, _, version = api.partition("/")
    if version[:1].isupper():  # v1/Pod
        group, version = "", group
    named = f"{group}/{version.partition('/')[0]}" if group and version else api.partition("/")[0]
    if named in _SERVED:
        return True
    own = group in _OWN_GROUPS or group.endswith(".k8s.io")
    return (
        False
        if own and "x-k8s" not in group and "gateway" not in group and "snapshot" not in group
        else UNKNOWN
    )


class _Left(Exception):  # noqa: N818 - a way through a template
    """A ``break`` or ``continue`` on its way to the nearest ``range``."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class _Scope:
    """The variables of a template: one mapping for each block that is open."""

    def __init__(self, root: Value) -> None:
        self.frames: list[dict[str, Value]] = [{"$": root}]

    def get(self, name: str) -> Value:
        for frame in reversed(self.frames):
            if name in frame:
                return frame[name]
        return UNKNOWN

    def put(self, name: str, value: Value, *, declares: bool) -> None:
        if not declares:
            for frame in reversed(self.frames):
                if name in frame:
                    frame[name] = value
                    return
        self.frames[-1][name] = value


class Engine:
    """Carries out the templates of one release. ``defined`` are its named templates."""

    def __init__(self, defined: Mapping[str, tuple[Node, ...]], budget: Budget) -> None:
        self._defined = dict(defined)
        self._budget = budget
        self._literals: dict[str, tuple[Node, ...] | None] = {}
        self._depth = 0
        self._unsure = 0
        self.doubtful = set[str]()
        """The kinds of objects that may be put out or not, of the file that was carried out last."""

    def rendered(self, body: tuple[Node, ...], root: Value) -> Output:
        """What a file puts out. Raises ``Spent``, and ``Fault`` where it cannot be carried out."""
        out = Output()
        self._depth = self._unsure = 0
        self.doubtful = set()
        try:
            self._run(body, root, _Scope(root), out)
        except _Left:
            raise Fault("a word for loops outside of one") from None
        return out

    def _run(self, nodes: tuple[Node, ...], dot: Value, scope: _Scope, out: Output) -> None:
        self._depth += 1
        self._budget.take(_BLOCK)
        if self._depth > MAX_DEPTH:
            self._depth -= 1
            raise Fault(f"templates more than {MAX_DEPTH} deep")
        scope.frames.append({})
        try:
            for node in nodes:
                self._budget.take()
                self._node(node, dot, scope, out)
                if out.size > MAX_TEXT:
                    raise Fault("a text that is too long")
        finally:
            self._depth -= 1
            scope.frames.pop()

    def _node(self, node: Node, dot: Value, scope: _Scope, out: Output) -> None:
        match node:
            case Text(line, text):
                self._budget.take(len(text) // 64)
                out.put(line, text, own=True)
            case Print(line, pipeline):
                value = self._value(pipeline, dot, scope)
                if not pipeline.names:
                    out.put(line, text_of(value, self._budget))
            case Branch():
                self._branch(node, dot, scope, out)
            case Call(line, name, pipeline):
                given = self._value(pipeline, dot, scope) if pipeline is not None else None
                out.put(line, self._included(name, given))
            case Leave(_, word):
                raise _Left(word)

    def _branch(self, node: Branch, dot: Value, scope: _Scope, out: Output) -> None:
        scope.frames.append({})
        try:
            if node.kind == "range":
                self._range(node, dot, scope, out)
                return
            value = self._value(node.pipeline, dot, scope)
            known = truth(value)
            if known is None:
                self._perhaps(node, value, dot, scope, out)
            elif known:
                self._run(node.body, value if node.kind == "with" else dot, scope, out)
            else:
                self._run(node.otherwise, dot, scope, out)
        finally:
            scope.frames.pop()

    def _range(self, node: Branch, dot: Value, scope: _Scope, out: Output) -> None:
        pipeline = Pipeline(node.pipeline.commands)
        value = self._value(pipeline, dot, scope)
        if is_unknown(value):
            for name in node.pipeline.names:
                scope.put(name, UNKNOWN, declares=True)
            self._perhaps(node, UNKNOWN, dot, scope, out)
            return
        if isinstance(value, dict):
            pairs: list[tuple[Value, Value]] = [(key, value[key]) for key in sorted(value)]
        elif isinstance(value, list):
            pairs = list(enumerate(value))
        elif isinstance(value, int) and not isinstance(value, bool):
            pairs = [(number, number) for number in range(min(value, MAX_ROUNDS + 1))]
        elif value is None or value == "":
            pairs = []
        else:
            raise Fault("a loop over what is no list")
        if len(pairs) > MAX_ROUNDS:
            raise Fault(f"a loop of more than {MAX_ROUNDS:,} rounds")
        if not pairs:
            self._run(node.otherwise, dot, scope, out)
        for key, each in pairs:
            self._name_pair(node.pipeline.names, key, each, scope)
            try:
                self._run(node.body, each, scope, out)
            except _Left as left:
                if left.word == "break":
                    return

    def _name_pair(self, names: tuple[str, ...], key: Value, each: Value, scope: _Scope) -> None:
        if len(names) == 1:
            scope.put(names[0], each, declares=True)
        elif len(names) > 1:
            scope.put(names[0], key, declares=True)
            scope.put(names[1], each, declares=True)

    def _perhaps(self, node: Branch, value: Value, dot: Value, scope: _Scope, out: Output) -> None:
        """What is put out or not, nobody knows: a mark in the shape of it; its variables are unknown too."""
        shape, failed = "", False
        self._unsure += 1
        inner = value if node.kind == "with" else UNKNOWN if node.kind == "range" else dot
        try:
            for body, here in ((node.body, inner), (node.otherwise, dot)):
                tried = Output()
                try:
                    self._run(body, here, scope, tried)
                except (Fault, _Left):
                    failed = True
                shape = tried.text
                self.doubtful.update(row[5:].strip() for row in shape.split("\n") if row.startswith("kind:"))
                if shape.strip():
                    break
        finally:
            self._unsure -= 1
        for name in assigned((*node.body, *node.otherwise)):
            scope.put(name, UNKNOWN, declares=False)
        if shape.strip() or failed:
            out.put(node.line, mark_for(shape))

    def _included(self, name: str, given: Value) -> str:
        """What a named template puts out; unknown for one that is not here."""
        body = self._defined.get(name)
        if body is None:
            return MARK
        out = Output()
        try:
            self._run(body, given, _Scope(given), out)
        except _Left:
            raise Fault("a word for loops outside of one") from None
        text = out.text
        self._budget.take(len(text) // 64)
        return text

    def _value(self, pipeline: Pipeline, dot: Value, scope: _Scope) -> Value:
        value: Value = None
        for index, words in enumerate(pipeline.commands):
            piped = (value,) if index else ()
            value = self._command(words, piped, dot, scope)
        for name in pipeline.names:
            scope.put(name, value, declares=pipeline.declares)
        return value

    def _command(self, words: tuple[Word, ...], piped: tuple[Value, ...], dot: Value, scope: _Scope) -> Value:
        self._budget.take()
        first, *rest = words
        if isinstance(first, Function):
            if first.name in ("and", "or"):
                return self._logic(first.name, tuple(rest), piped, dot, scope)
            given = (*(self._word(word, dot, scope) for word in rest), *piped)
            return self._function(first.name, given)
        value = self._word(first, dot, scope)
        if isinstance(value, Method):
            given = (*(self._word(word, dot, scope) for word in rest), *piped)
            return (
                _serves(given[0])
                if value.name == "serves" and given and isinstance(given[0], str)
                else UNKNOWN
            )
        return value

    def _function(self, name: str, given: tuple[Value, ...]) -> Value:
        match name:
            case "include":
                template = given[0] if given else UNKNOWN
                if not isinstance(template, str) or MARK in template:
                    return MARK
                return self._included(template, given[1] if len(given) > 1 else None)
            case "tpl":
                return self._literal(given)
            case "set" | "unset" if self._unsure and given and isinstance(given[0], dict):
                if len(given) > 1 and isinstance(given[1], str) and MARK not in given[1]:
                    given[0][given[1]] = UNKNOWN
                return given[0]
            case _:
                return called(name, given, self._budget)

    def _literal(self, given: tuple[Value, ...]) -> Value:
        """``tpl``: a text of the values, carried out as a template."""
        if len(given) != 2 or is_unknown(given[0]) or not isinstance(given[0], str):
            return UNKNOWN
        text, root = given
        if "{{" not in text:
            return text
        if text not in self._literals:
            self._budget.take(len(text))
            try:
                self._literals[text] = parse_text(text).body
            except Unparsable:
                self._literals[text] = None
        body = self._literals[text]
        if body is None:
            return UNKNOWN
        out = Output()
        try:
            self._run(body, root, _Scope(root), out)
        except _Left:
            return UNKNOWN
        return out.text

    def _logic(
        self, name: str, words: tuple[Word, ...], piped: tuple[Value, ...], dot: Value, scope: _Scope
    ) -> Value:
        """``and`` and ``or``: the first value that decides, else the last; the rest is not looked at."""
        unknown = False
        value: Value = None
        for given in (*((word,) for word in words), *piped):
            value = self._word(given[0], dot, scope) if isinstance(given, tuple) else given
            known = truth(value)
            if known is None:
                unknown = True
            elif known is (name == "or"):
                return UNKNOWN if unknown and known else value
        return UNKNOWN if unknown else value

    def _word(self, word: Word, dot: Value, scope: _Scope) -> Value:
        match word:
            case Constant(value):
                return value
            case Function(name):
                if name in ("and", "or"):
                    return UNKNOWN
                return self._function(name, ())
            case Path(start, fields):
                value = dot
                if isinstance(start, str):
                    value = scope.get(start)
                elif start is not None:
                    value = self._value(start, dot, scope)
                for name in fields:
                    value = _field(value, name)
                return value


def _field(value: Value, name: str) -> Value:
    """``.name`` of a value. What is asked of nothing must be given by who deploys the chart."""
    if isinstance(value, dict):
        return value.get(name)
    return UNKNOWN


def assigned(nodes: tuple[Node, ...]) -> frozenset[str]:
    """The variables that are given another value anywhere below ``nodes``."""
    found, waiting = set[str](), list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Branch):
            waiting += (*node.body, *node.otherwise)
        if isinstance(node, (Print, Branch)) and not node.pipeline.declares:
            found.update(node.pipeline.names)
    return frozenset(found)


__all__ = ["Engine", "Spent", "capabilities"]
