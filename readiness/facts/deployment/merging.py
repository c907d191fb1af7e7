"""One mapping over another, as Compose merges services and Kubernetes merges patches.

The nodes are never changed; what comes out knows the lines that its parts came from.
Sources: Compose Specification, "Merge" and "Extend"; Kubernetes, "Strategic Merge Patch";
RFC 7386, "JSON Merge Patch".
"""

from __future__ import annotations

from readiness.structured.nodes import Items, Node, Scalar, Table

_DEPTH = 40
_REPLACED = frozenset(("command", "entrypoint", "test"))
_MAPPINGS = frozenset(("environment", "labels", "annotations", "sysctls", "extra_hosts", "args"))
_MERGE_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "volumes": "name",
    "env": "name",
    "imagePullSecrets": "name",
    "ports": "containerPort",
    "volumeMounts": "mountPath",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
}


def flat(table: Table) -> dict[str, tuple[Scalar, Node]]:
    """The pairs of a mapping, those merged into it (``<<``) included; its own go before them."""
    found: dict[str, tuple[Scalar, Node]] = {}
    waiting, seen = [table], set[int]()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        merged: list[Table] = []
        own: dict[str, tuple[Scalar, Node]] = {}
        for key, value in current:
            if key.text == "<<" and key.plain:
                values = value.items if isinstance(value, Items) else (value,)
                merged += [node for node in values if isinstance(node, Table)]
            else:
                own[key.text] = (key, value)
        for name, pair in own.items():
            found.setdefault(name, pair)
        waiting += reversed(merged)
    return found


def table_of(pairs: dict[str, tuple[Scalar, Node]], line: int) -> Table:
    """A mapping made of pairs."""
    return Table(line, tuple(pairs.values()))


def over_service(base: Node, over: Node, key: str = "", depth: int = 0) -> Node:
    """What Compose makes of ``over`` on top of ``base``: mappings merge, lists join, the rest gives way.

    ``!override`` replaces, ``!reset`` takes away (an empty value is left).
    """
    tag = over.tag
    if tag == "!reset":
        return Scalar(over.line, "")
    if tag == "!override" or key in _REPLACED or depth > _DEPTH:
        return over
    if key in _MAPPINGS:
        base, over = as_table(base), as_table(over)
    if isinstance(base, Table) and isinstance(over, Table):
        pairs = flat(base)
        for name, (word, value) in flat(over).items():
            known = pairs.get(name)
            pairs[name] = (word, value if known is None else over_service(known[1], value, name, depth + 1))
        return table_of(pairs, over.line)
    if isinstance(base, Items) and isinstance(over, Items):
        return Items(over.line, (*base.items, *over.items))
    return over


def as_table(node: Node) -> Node:
    """A list of ``NAME=value`` as the mapping it stands for; all else as it is."""
    if not isinstance(node, Items):
        return node
    pairs = []
    for item in node:
        if isinstance(item, Scalar):
            name, equals, value = item.text.partition("=")
            word = Scalar(item.line, name.strip())
            pairs.append((word, Scalar(item.line, value, plain=not equals)))
    return Table(node.line, tuple(pairs))


def patched(base: Node, patch: Node, *, strategic: bool, key: str = "", depth: int = 0) -> Node | None:
    """``base`` under a merge patch; None where the patch takes it away.

    ``strategic``: lists of containers, volumes, variables … merge by their key; else they are replaced,
    as for kinds that Kubernetes itself does not define.
    """
    if isinstance(patch, Scalar) and patch.null:
        return None
    if depth > _DEPTH:
        return patch
    if isinstance(patch, Table) and isinstance(base, Table):
        return _patched_table(base, patch, strategic=strategic, depth=depth)
    name = _MERGE_KEYS.get(key, "") if strategic else ""
    if name and isinstance(patch, Items) and isinstance(base, Items):
        return _patched_items(base, patch, name, depth)
    return patch


def _patched_table(base: Table, patch: Table, *, strategic: bool, depth: int) -> Node | None:
    directive = patch.text("$patch")
    if directive == "delete":
        return None
    pairs = {} if directive == "replace" else flat(base)
    for name, (word, value) in flat(patch).items():
        if name.startswith("$"):
            continue
        if name not in pairs:
            if not (isinstance(value, Scalar) and value.null):
                pairs[name] = (word, value)
            continue
        result = patched(pairs[name][1], value, strategic=strategic, key=name, depth=depth + 1)
        if result is None:
            del pairs[name]
        else:
            pairs[name] = (word, result)
    return table_of(pairs, base.line)


def _patched_items(base: Items, patch: Items, name: str, depth: int) -> Items:
    if any(isinstance(item, Table) and item.text("$patch") == "replace" for item in patch):
        return Items(
            patch.line, tuple(item for item in patch if not (isinstance(item, Table) and item.text("$patch")))
        )
    kept: dict[str, Node] = {}
    for number, item in enumerate(base):
        kept[_identity(item, name) or f"\0{number}"] = item
    for number, item in enumerate(patch):
        identity = _identity(item, name) or f"\0patch{number}"
        known = kept.get(identity)
        if known is None:
            if not (isinstance(item, Table) and item.text("$patch") == "delete"):
                kept[identity] = item
            continue
        result = patched(known, item, strategic=True, depth=depth + 1)
        if result is None:
            del kept[identity]
        else:
            kept[identity] = result
    return Items(base.line, tuple(kept.values()))


def _identity(item: Node, name: str) -> str:
    return item.text(name) if isinstance(item, Table) else ""


def edited(root: Node, operation: Table) -> Node:
    """``root`` after one operation of a JSON patch (add, replace, remove); as it is where none applies.

    Source: RFC 6902, "JavaScript Object Notation (JSON) Patch".
    """
    path = operation.text("path")
    verb = operation.text("op")
    value = operation.get("value")
    if not path.startswith("/") or verb not in ("add", "replace", "remove") or path.count("/") > _DEPTH:
        return root
    if verb != "remove" and value is None:
        return root
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]
    return _edited(root, parts, verb, value)


def _edited(node: Node, parts: list[str], verb: str, value: Node | None) -> Node:
    first, *rest = parts
    if isinstance(node, Table):
        return _edited_table(node, first, rest, verb, value)
    if isinstance(node, Items):
        items = list(node.items)
        if first == "-" and not rest and verb == "add" and value is not None:
            return Items(node.line, (*items, value))
        if not first.isdecimal() or len(first) > 6 or int(first) > len(items) - (verb != "add" or bool(rest)):
            return node
        index = int(first)
        if rest:
            items[index] = _edited(items[index], rest, verb, value)
        elif verb == "remove":
            del items[index]
        elif value is not None:
            items[index : index + (verb == "replace")] = [value]
        return Items(node.line, tuple(items))
    return node


def _edited_table(table: Table, first: str, rest: list[str], verb: str, value: Node | None) -> Node:
    pairs = flat(table)
    known = pairs.get(first)
    if rest:
        if known is not None:
            pairs[first] = (known[0], _edited(known[1], rest, verb, value))
    elif verb == "remove":
        pairs.pop(first, None)
    elif value is not None:
        pairs[first] = (known[0] if known else Scalar(value.line, first), value)
    return table_of(pairs, table.line)
