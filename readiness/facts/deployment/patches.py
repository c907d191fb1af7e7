"""What a kustomization changes in the objects that it takes in.

Source: Kustomize, "patches", "images", "replicas", "namespace", "namePrefix", read 2025-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.merging import edited, flat, patched, table_of
from readiness.facts.deployment.objects import labels_of, table_at
from readiness.facts.deployment.pods import pod_path
from readiness.matching import Pattern, PatternError
from readiness.records import Struct, replace
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from readiness.facts.deployment.objects import Object

_OWN_KINDS = ("apps/", "batch/", "v1", "policy/", "autoscaling/", "networking.k8s.io/", "extensions/")


class Patch(Struct, frozen=True, eq=False):
    """A patch: its documents, and the objects it is for; without ``target`` it names them itself."""

    roots: tuple[Node, ...]
    target: Table | None = None

    def weight(self) -> int:
        """About how much work it is to apply the patch to one object, 1 for an ordinary one."""
        return sum(1 + _size(root) // 50 for root in self.roots)

    def applied(self, objects: tuple[Object, ...]) -> tuple[Object, ...]:
        """``objects`` with the patch on those that it is for."""
        for root in self.roots:
            if isinstance(root, Items):
                operations = tuple(item for item in root if isinstance(item, Table))
                wanted = _chooser(self.target) if self.target is not None else _none
                objects = tuple(_edited(each, operations) if wanted(each) else each for each in objects)
            elif isinstance(root, Table):
                wanted = _chooser(self.target) if self.target is not None else _named(root)
                objects = tuple(
                    result
                    for each in objects
                    if (result := _merged(each, root) if wanted(each) else each) is not None
                )
        return objects


def _size(root: Node) -> int:
    """How many values a patch has."""
    count, waiting = 0, [root]
    while waiting:
        node = waiting.pop()
        count += 1
        if isinstance(node, Items):
            waiting += node.items
        elif isinstance(node, Table):
            waiting += (value for _, value in node)
    return count


def _none(_: Object) -> bool:
    return False


def _named(root: Table) -> Callable[[Object], bool]:
    """Whether an object is the one that a patch names itself."""
    kind, group = root.text("kind"), root.text("apiVersion").rpartition("/")[0]
    metadata = root.table("metadata") or Table(1)
    name, namespace = metadata.text("name"), metadata.text("namespace")
    return lambda each: (
        each.kind == kind
        and name in (each.raw, each.name)
        and (each.group == group or not root.text("apiVersion"))
        and (not namespace or not each.namespace or namespace == each.namespace)
    )


def _chooser(target: Table) -> Callable[[Object], bool]:
    """Whether a ``target`` chooses an object. Its names are patterns that cover the whole name."""
    try:
        name, namespace, kind = (
            Pattern(f"^(?:{target.text(key)})$") if target.text(key) else None
            for key in ("name", "namespace", "kind")
        )
    except PatternError:
        return _none
    group, version = target.text("group"), target.text("version")
    wanted = _selector(target.text("labelSelector"))

    def chooses(each: Object) -> bool:
        labels = labels_of(table_at(each.node, "metadata", "labels"))
        return (
            (name is None or name.found(each.name) or name.found(each.raw))
            and (kind is None or kind.found(each.kind))
            and (namespace is None or namespace.found(each.namespace))
            and (not group or group == each.group)
            and (not version or version == each.api.rpartition("/")[2])
            and all(labels.get(key) == value for key, value in wanted)
        )

    return chooses


def _selector(text: str) -> tuple[tuple[str, str], ...]:
    """The equalities of a label selector."""
    pairs = (part.replace("==", "=").partition("=") for part in text.split(",") if "=" in part)
    return tuple((key.strip(), value.strip()) for key, _, value in pairs if not key.endswith("!"))


def _edited(each: Object, operations: Iterable[Table]) -> Object:
    node: Node = each.node
    for operation in operations:
        node = edited(node, operation)
    return replace(each, node=node) if isinstance(node, Table) else each


def _merged(each: Object, patch: Table) -> Object | None:
    result = patched(each.node, patch, strategic=each.api.startswith(_OWN_KINDS))
    return replace(each, node=result) if isinstance(result, Table) else None


def with_names(objects: tuple[Object, ...], root: Table) -> tuple[Object, ...]:
    """``objects`` in the kustomization's namespace, with its prefix and suffix."""
    namespace, prefix, suffix = (root.text(key) for key in ("namespace", "namePrefix", "nameSuffix"))
    if not (namespace or prefix or suffix):
        return objects
    return tuple(
        replace(each, namespace=namespace or each.namespace, name=f"{prefix}{each.name}{suffix}")
        for each in objects
    )


def with_images(objects: tuple[Object, ...], images: Iterable[Table]) -> tuple[Object, ...]:
    """``objects`` with other images in their containers: ``newName``, ``newTag``, ``digest``."""
    changes = {each.text("name"): each for each in images if each.text("name")}
    if not changes:
        return objects
    return tuple(replace(each, node=_with_images(each, changes)) for each in objects)


def _with_images(each: Object, changes: dict[str, Table]) -> Table:
    def change(container: Table) -> Table:
        written = container.get("image")
        if not isinstance(written, Scalar):
            return container
        name = _untagged(written.text)
        wanted = changes.get(name)
        if wanted is None:
            return container
        pairs = flat(container)
        image = _renamed(written.text, name, wanted)
        pairs["image"] = (pairs["image"][0], Scalar(written.line, image))
        return table_of(pairs, container.line)

    return _each_container(each.node, pod_path(each.api, each.kind), change)


def _untagged(image: str) -> str:
    name = image.partition("@")[0]
    colon = name.find(":", name.rfind("/") + 1)
    return name if colon < 0 else name[:colon]


def _renamed(image: str, name: str, wanted: Table) -> str:
    new, tag, digest = wanted.text("newName", name), wanted.text("newTag"), wanted.text("digest")
    rest = f"@{digest}" if digest else f":{tag}" if tag else image[len(name) :]
    return new + rest


def _each_container(node: Table, path: tuple[str, ...], change: Callable[[Table], Table]) -> Table:
    """``node`` with every container below ``path`` changed."""
    pairs = flat(node)
    if path:
        below = pairs.get(path[0])
        if below is not None and isinstance(below[1], Table):
            pairs[path[0]] = (below[0], _each_container(below[1], path[1:], change))
        return table_of(pairs, node.line)
    for key in ("containers", "initContainers"):
        word, items = pairs.get(key, (None, None))
        if word is not None and isinstance(items, Items):
            changed = tuple(change(item) if isinstance(item, Table) else item for item in items)
            pairs[key] = (word, Items(items.line, changed))
    return table_of(pairs, node.line)


def with_replicas(objects: tuple[Object, ...], replicas: Iterable[Table]) -> tuple[Object, ...]:
    """``objects`` with the numbers that the kustomization gives by name."""
    counts = {each.text("name"): each.get("count") for each in replicas}
    return tuple(_with_count(each, counts.get(each.raw) or counts.get(each.name)) for each in objects)


def _with_count(each: Object, count: Node | None) -> Object:
    spec = each.node.table("spec")
    if count is None or spec is None or each.kind not in ("Deployment", "ReplicaSet", "StatefulSet"):
        return each
    outer, inner = flat(each.node), flat(spec)
    inner["replicas"] = (Scalar(count.line, "replicas"), count)
    outer["spec"] = (outer["spec"][0], table_of(inner, spec.line))
    return replace(each, node=table_of(outer, each.node.line))
