"""The lists of an Azure pipeline with what stands in their place: templates, ``${{ if }}``, ``${{ each }}``.

A template of the repository is read with the parameters it is given. What the file cannot answer leaves
open whether a part is there. A template of another repository is handed on as it is named.
Sources: Azure Pipelines documentation, "Template types & usage", "Template expressions".
"""

from __future__ import annotations

from itertools import islice
from posixpath import normpath
from typing import TYPE_CHECKING

from readiness.facts.ci.azure.expressions import evaluate, truth
from readiness.facts.ci.expressions import UNKNOWN, Value
from readiness.facts.ci.files import File, load
from readiness.matching import Pattern
from readiness.records import Struct, field, replace
from readiness.spans import Span, Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from readiness.facts.ci.azure.starts import Start
    from readiness.facts.model import Facts

_EXPRESSION = Pattern(r"[$][{][{]\s*([^\n]*?)\s*[}][}]")
_MACRO = Pattern(r"[$][(]([A-Za-z_][A-Za-z0-9_.-]*)[)]")
ROOT = "$BUILD_SOURCESDIRECTORY"
"""How the repository's folder is written once macros are filled in."""

_FOLDERS = ("build.sourcesdirectory", "system.defaultworkingdirectory", "build.repository.localpath")
_DEPTH = 20
_VISITS = 20_000
_ROOM = 200_000
_LOOPS = 100


class Place(Struct, frozen=True):
    """What holds for a part from around it.

    The file it is written in, and the line of the pipeline's own file that led there (0 within that);
    the parameters and variables that hold, each with where it is written; the starts that come
    here, and whether the part is there at all.
    """

    path: str
    file: File
    starts: tuple[Start, ...]
    parameters: Mapping[str, tuple[Node, Place | None]] = {}
    variables: Mapping[str, str] = {}
    line: int = 0
    via: tuple[Span, ...] = ()
    enabled: bool | None = True
    depth: int = 0

    def at(self, node: Node) -> int:
        """The line of the pipeline's own file for ``node``."""
        return self.line or node.line

    def value(self, name: str, start: Start | None) -> Value:
        """What a name in an expression stands for: ``parameters.x``, ``variables.y``, a loop's ``z``."""
        found = self.node(name)
        if found is not None:
            node = found[0]
            if isinstance(node, Scalar) and "${{" not in node.text:
                return node.text if node.truth is None else node.truth
            return UNKNOWN
        plain = name.removeprefix("variables.")
        if plain == name:
            return UNKNOWN
        if plain in self.variables:
            text = self.variables[plain]
            if text.startswith("$[") and text.endswith("]"):
                return evaluate(text[2:-1], lambda inner: self._inner(inner, start))
            return UNKNOWN if "$" in text else text
        return start.value(plain) if start is not None else UNKNOWN

    def _inner(self, name: str, start: Start | None) -> Value:
        """A name in the value of a variable: of other variables those that are predefined."""
        return start.value(name.removeprefix("variables.")) if start is not None else UNKNOWN

    def node(self, name: str) -> tuple[Node, Place | None] | None:
        """The node that ``name`` (in lower case) stands for, and where that is written."""
        head, _, rest = name.partition(".")
        if head == "parameters":
            head, _, rest = rest.partition(".")
        found = self.parameters.get(head)
        while found is not None and rest:
            head, _, rest = rest.partition(".")
            node = found[0]
            pair = (
                next((pair for pair in node if pair[0].text.lower() == head), None)
                if isinstance(node, Table)
                else None
            )
            found = (pair[1], found[1]) if pair is not None else None
        return found

    def holds(self, condition: str, start: Start, *, failed: bool = False) -> bool | None:
        """Whether ``condition`` holds in ``start``."""
        return truth(condition, lambda name: self.value(name, start), failed=failed)

    def text(self, text: str) -> str:
        """``text`` with values put in; what the file does not give stays as it is, or becomes ``${name}``."""
        return self._macros(self._filled(text)) if "$" in text else text

    def _filled(self, text: str) -> str:
        if "${{" not in text:
            return text
        out, at, room = list[str](), 0, _ROOM
        for start, found in _EXPRESSION.each(text):
            value = evaluate(found[3:-2], lambda name: self.value(name, None))
            put = found
            if isinstance(value, str | bool) and len(str(value)) < room:
                put = str(value)
                room -= len(put)
            out += [text[at:start], put]
            at = start + len(found)
        return "".join((*out, text[at:]))

    def _macros(self, text: str) -> str:
        """``$(name)`` as the variable's value, else as a variable of the shell, unless it is a command."""
        if "$(" not in text:
            return text
        out, at, room = list[str](), 0, _ROOM
        for start, found in _MACRO.each(text):
            name = found[2:-1]
            value = self.variables.get(name.lower())
            put = found
            if name.lower() in _FOLDERS:
                put = ROOT
            elif value is not None and "$" not in value and len(value) < room:
                put = value
                room -= len(put)
            elif value is not None or "." in name or not name.islower():
                put = "${" + name.replace(".", "_").replace("-", "_") + "}"
            out += [text[at:start], put]
            at = start + len(found)
        return "".join((*out, text[at:]))


class Part(Struct, frozen=True):
    """An entry of a list with its place; ``remote`` names the template of another repository that it is."""

    node: Node
    place: Place
    remote: str = ""


class Parts(Struct):
    """Walks over the lists of pipelines; at most 20,000 entries in all."""

    facts: Facts
    used: set[str] = field(default_factory=set)
    visits: int = field(default=0)

    def listed(self, node: Node | None, kind: str, place: Place) -> Iterator[Part]:
        """The entries of the list ``node`` of ``kind`` (``steps``, ``jobs``, ``stages``, ``variables``).

        Raises ``Unparsable`` for a template that is not there.
        """
        listed = self.named(node, place)
        if listed is None:
            return
        node, place = listed
        if isinstance(node, Scalar):
            if "${{" in node.text:
                yield Part(node, place, "what a parameter brings")
            return
        left: tuple[Start, ...] = place.starts
        for item in node.items if isinstance(node, Items) else (node,):
            self.visits += 1
            if self.visits > _VISITS or place.depth > _DEPTH:
                raise Unparsable(item.line, "its templates bring more than is read", opens=True)
            word, rest, body = _directive(item)
            if word in {"if", "elseif", "else"}:
                asked = place.starts if word == "if" else left
                inner, left = self.chosen(rest if word != "else" else "true", asked, place)
                if inner is not None:
                    yield from self.listed(body, kind, inner)
            elif word == "each":
                yield from self.each(rest, body, kind, place)
            elif isinstance(item, Table) and item.get("template") is not None:
                yield from self.template(item, kind, place)
            elif isinstance(item, Items | Scalar):
                yield from self.listed(item, kind, replace(place, depth=place.depth + 1))
            else:
                yield Part(item, place)

    def named(self, node: Node | None, place: Place) -> tuple[Node, Place] | None:
        """``node``, or the list that it names if it is a parameter, with where that is written."""
        if not isinstance(node, Scalar):
            return None if node is None else (node, place)
        found = _EXPRESSION.groups(node.text)
        if node.null or found is None or found[0] != node.text.strip():
            return None if node.null else (node, place)
        given = place.node(found[1].lower())
        if given is None or isinstance(given[0], Scalar):
            return (
                None
                if given is not None and isinstance(given[0], Scalar) and given[0].null
                else (node, place)
            )
        outer = given[1] or place
        inner = replace(outer, starts=place.starts, enabled=place.enabled, depth=place.depth + 1)
        return given[0], inner

    def chosen(
        self, condition: str, asked: tuple[Start, ...], place: Place
    ) -> tuple[Place | None, tuple[Start, ...]]:
        """The place of what stands under a condition, None if never; and the starts that are left over."""
        answers = [(start, place.holds(condition, start)) for start in asked]
        kept = tuple(start for start, answer in answers if answer is not False)
        left = tuple(start for start, answer in answers if answer is not True)
        if not kept:
            return None, left
        sure = any(answer is True for _, answer in answers)
        enabled = place.enabled if sure else (None if place.enabled else place.enabled)
        return replace(place, starts=kept, enabled=enabled, depth=place.depth + 1), left

    def each(self, rest: str, body: Node | None, kind: str, place: Place) -> Iterator[Part]:
        """What ``${{ each x in … }}`` brings; once and not surely, where the file does not list it."""
        name, _, over = rest.partition(" in ")
        given = place.node(over.strip().lower())
        inner = replace(place, depth=place.depth + 1)
        key = name.strip().lower()
        if given is None or isinstance(given[0], Scalar):
            unknown = replace(inner, enabled=None if place.enabled else place.enabled)
            yield from self.listed(body, kind, unknown)
            return
        node, source = given[0], given[1] or place
        found: list[tuple[Node, Place]] = []
        if isinstance(node, Items):
            found = list(islice(self.values(node, source), _LOOPS))
        elif isinstance(node, Table):
            found = [(_pair(name_, value), source) for name_, value in node.pairs[:_LOOPS]]
        for value, at in found:
            bound = {**place.parameters, key: (value, at)}
            yield from self.listed(body, kind, replace(inner, parameters=bound))

    def values(self, node: Items, place: Place) -> Iterator[tuple[Node, Place]]:
        """The values of a list that a loop goes over, with what conditions and loops in it bring."""
        for item in node.items:
            self.visits += 1
            if self.visits > _VISITS or place.depth > _DEPTH:
                raise Unparsable(item.line, "its templates bring more than is read", opens=True)
            inner: Place | None = replace(place, depth=place.depth + 1)
            word, rest, body = _directive(item)
            if word in {"if", "elseif", "else"}:
                inner, _ = self.chosen(rest if word == "if" else "lost", place.starts, place)
            elif word == "each":
                name, _, over = rest.partition(" in ")
                given = place.node(over.strip().lower())
                if given is not None and isinstance(given[0], Items) and inner is not None:
                    for value, at in self.values(given[0], replace(given[1] or place, depth=inner.depth)):
                        bound = {**inner.parameters, name.strip().lower(): (value, at)}
                        if isinstance(body, Items):
                            yield from self.values(body, replace(inner, parameters=bound))
                continue
            if not word:
                yield _filled(item, place), place
            elif inner is not None and isinstance(body, Items):
                yield from self.values(body, inner)

    def template(self, item: Table, kind: str, place: Place) -> Iterator[Part]:
        """What a template of the repository brings in place of ``item``, or its reference."""
        written = place.text(item.text("template"))
        path, sign, repository = written.partition("@")
        if "${{" in written or "$(" in written or (sign and repository != "self"):
            yield Part(item, place, written)
            return
        found, file = self.file(path, item, place)
        root = file.root or Table(1)
        inner = self.within(root, item.get("parameters"), found, file, place)
        yield from self.listed(root.get(kind), kind, replace(inner, line=place.at(item)))

    def file(self, written: str, item: Node, place: Place) -> tuple[str, File]:
        """The path and the text of a template, which is named from the file that uses it."""
        folder = place.path.rpartition("/")[0]
        plain = written.replace("\\", "/").strip()
        path = (
            normpath(plain.lstrip("/"))
            if plain.startswith("/")
            else normpath(f"{folder}/{plain}".lstrip("/"))
        )
        if self.facts.entry(path) is None:
            raise Unparsable(place.at(item), f"there is no template '{path}'")
        self.used.add(path)
        try:
            return path, load(self.facts, path)
        except Unparsable as trouble:
            reason = f"the template {path} cannot be read: {trouble.reason}"
            raise Unparsable(place.at(item), reason, opens=trouble.opens) from None

    def within(self, root: Table, given: Node | None, path: str, file: File, place: Place) -> Place:
        """The place inside of a template's file, with the parameters ``given`` to it."""
        parameters = declared(root.get("parameters"))
        for key, value in given if isinstance(given, Table) else ():
            named = self.named(value, place)
            bound = named or (value, place)
            if isinstance(value, Scalar) and bound[0] is value:
                bound = (
                    Scalar(value.line, place.text(value.text), value.plain, value.tag, value.body),
                    place,
                )
            parameters[key.text.lower()] = bound
        return replace(
            place,
            path=path,
            file=file,
            parameters=parameters,
            via=(*place.via, Span(path, 1)),
            depth=place.depth + 1,
        )

    def variables(self, node: Node | None, place: Place) -> dict[str, str]:
        """The variables that ``node`` sets, by name in lower case; of groups nothing is known."""
        if isinstance(node, Table):
            return {
                key.text.lower(): place.text(value.text) for key, value in node if isinstance(value, Scalar)
            }
        out = {}
        for part in self.listed(node, "variables", place):
            if isinstance(part.node, Table) and part.node.text("name"):
                value = part.place.text(part.node.text("value"))
                out[part.node.text("name").lower()] = value if part.place.enabled else "$"
        return out


def _pair(name: Scalar, value: Node) -> Table:
    """An entry of a mapping as a loop sees it."""
    return Table(name.line, ((Scalar(name.line, "key"), name), (Scalar(name.line, "value"), value)))


def _filled(node: Node, place: Place) -> Node:
    """A value that a loop goes over, its own texts with what holds where it is written."""
    if isinstance(node, Table):
        return Table(node.line, tuple((key, _filled_text(value, place)) for key, value in node), node.tag)
    return _filled_text(node, place)


def _filled_text(node: Node, place: Place) -> Node:
    if isinstance(node, Scalar) and "${{" in node.text:
        return Scalar(node.line, place.text(node.text), node.plain, node.tag, node.body)
    return node


def declared(node: Node | None) -> dict[str, tuple[Node, Place | None]]:
    """The parameters of a file with their defaults."""
    out: dict[str, tuple[Node, Place | None]] = {}
    if isinstance(node, Table):
        return {key.text.lower(): (value, None) for key, value in node}
    for item in node.items if isinstance(node, Items) else ():
        default = item.get("default") if isinstance(item, Table) else None
        if isinstance(item, Table) and default is not None:
            out[item.text("name").lower()] = (default, None)
    return out


def _directive(item: Node) -> tuple[str, str, Node | None]:
    """The word of ``${{ word rest }}: body``; empty for every other entry."""
    if not isinstance(item, Table) or len(item.pairs) != 1:
        return "", "", None
    key, body = item.pairs[0]
    text = key.text.strip()
    if not (text.startswith("${{") and text.endswith("}}")):
        return "", "", None
    word, _, rest = text[3:-2].strip().partition(" ")
    head, sign, _ = word.partition("(")
    if sign:
        return head.lower(), text[3:-2].strip()[len(head) :], body
    return word.lower(), rest.strip(), body


def mapped(table: Table, place: Place, depth: int = 0) -> Table:
    """``table`` with the pairs of those ``${{ if }}`` among its keys that may hold."""
    if not any(key.text.startswith("${{") for key, _ in table) or depth > _DEPTH:
        return table
    out = []
    taken = False
    for key, value in table:
        word, rest, body = _directive(Table(key.line, ((key, value),)))
        if word not in {"if", "elseif", "else", "insert"}:
            out.append((key, value))
            continue
        if word == "insert" or not isinstance(body, Table):
            continue
        answers = {True if word == "else" else place.holds(rest, start) for start in place.starts}
        possible = answers != {False} and not (taken and word != "if")
        taken = answers == {True} if word == "if" else taken or answers == {True}
        if possible:
            out += mapped(body, place, depth + 1).pairs
    return Table(table.line, tuple(out), table.tag)
