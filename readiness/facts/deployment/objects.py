"""Objects of Kubernetes as manifests write them: which files hold them, and what an object is.

Source: Kubernetes documentation, "Objects In Kubernetes"; kubectl's handling of several documents
and of lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.model import Parser, PatternTable
from readiness.facts.words import word_set
from readiness.records import Struct
from readiness.spans import Unparsable
from readiness.structured.nodes import Items, Node, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from readiness.tree.model import Entry

HINTS = PatternTable(
    "kubernetes",
    "configuration",
    (
        ("object", r"""(?m)^(?:apiVersion:[ \t]*["'A-Za-z]|[ \t{]*"apiVersion"[ \t]*:)"""),
        (
            "joined",
            (
                r"\b(?:PodDisruptionBudget|(?:Cilium)?NetworkPolicy|HorizontalPodAutoscaler|ScaledObject|"
                r"ServiceAccount|ResourceQuota)\b"
            ),
        ),
    ),
)
"""What a file with an object in it has (not ``kind``: an ordinary word), and one that speaks of others."""

TEMPLATED = "a template of a manifest"
"""Why a manifest that only another tool can read is not read."""

_LIST_DEPTH = 3
# Configuration of tools, written like an object and never sent to a cluster.
_TOOLS = word_set("""
    apiserver.config.k8s.io apiserver.k8s.io audit.k8s.io backstage.io chart.kubeapps.com
    client.authentication.k8s.io ctlptl.dev dev.okteto.com devfile.io eksctl.io helm.sh k3d.io
    kind.sigs.k8s.io kind.x-k8s.io kpt.dev kubeadm.k8s.io kubelet.config.k8s.io kubeproxy.config.k8s.io
    kubescheduler.config.k8s.io kudo.dev kuttl.dev minikube.sigs.k8s.io octopus.com score.dev skaffold
    tilt.dev
    """)
KUSTOMIZE = "kustomize.config.k8s.io"


class Object(Struct, frozen=True, eq=False):
    """An object: where it is written, what it says, and what a kustomization has made of its name.

    ``name`` and ``namespace`` are those it is given in the end, ``raw`` is the name in its manifest.
    """

    entry: Entry
    line: int
    api: str
    kind: str
    name: str
    raw: str
    namespace: str
    node: Table

    @property
    def group(self) -> str:
        """The API group, empty for the core."""
        return self.api.rpartition("/")[0]


def parse(data: bytes) -> tuple[Node, ...]:
    """The documents of a manifest, YAML or JSON, without what custom resource definitions define.

    Those are long and tell nothing of what runs. Raises ``Unparsable``; with ``opens`` for a template,
    which only its own tool can read.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        from readiness.structured.json import parse as parse_json  # noqa: PLC0415 - reads one kind of file only

        try:
            return (parse_json(data),)
        except Unparsable:
            if b"{{" not in data:
                raise
    from readiness.structured.yaml import parse as parse_yaml  # noqa: PLC0415 - reads one kind of file only

    try:
        return parse_yaml(_without_definitions(data))
    except Unparsable as error:
        if error.opens or not (b"{{" in data or b"{%" in data or b"<%" in data):
            raise
        raise Unparsable(error.line, TEMPLATED, opens=True) from None


def _without_definitions(data: bytes) -> bytes:
    """The text with custom resource definitions cut down to what names them; lines keep their number."""
    if b"CustomResourceDefinition" not in data:
        return data
    out: list[bytes] = []
    document: list[bytes] = []
    for line in data.split(b"\n"):
        if line.startswith(b"---"):
            out += _reduced(document)
            document = []
        document.append(line)
    return b"\n".join([*out, *_reduced(document)])


def _reduced(lines: list[bytes]) -> list[bytes]:
    if not any(line.rstrip() == b"kind: CustomResourceDefinition" for line in lines):
        return lines
    kept, metadata = [], False
    for line in lines:
        if line[:1] not in (b" ", b"\t", b"", b"#", b"\r"):
            metadata = line.startswith(b"metadata:")
            wanted = metadata or line.startswith((b"---", b"apiVersion:", b"kind:"))
        else:
            wanted = metadata and line.startswith(b"  name:")
        kept.append(line if wanted else b"")
    return kept


MANIFEST: Parser[tuple[Node, ...]] = Parser("kubernetes-manifest", 1, parse, bulky=True)


def objects(entry: Entry, roots: tuple[Node, ...]) -> Iterator[Object]:
    """The objects of a file's documents, those in lists and in OpenShift's templates among them."""
    waiting: list[tuple[Node, int]] = [(root, 0) for root in reversed(roots)]
    while waiting:
        node, depth = waiting.pop()
        if not isinstance(node, Table):
            continue
        api, kind = node.text("apiVersion"), node.text("kind")
        if not api or not kind or not _plain(api + kind):
            continue
        if depth < _LIST_DEPTH and (kind.endswith("List") or kind == "Template"):
            inner = node.get("items", "objects")
            if isinstance(inner, Items):
                waiting += [(each, depth + 1) for each in reversed(inner.items)]
                continue
        if is_applied_kind(api, kind):
            yield _object(entry, node, api, kind)


def is_applied_kind(api: str, kind: str) -> bool:
    """Whether an object of this kind is for a cluster, not the configuration of a tool."""
    group = api.rpartition("/")[0] or api
    return group not in _TOOLS and group != KUSTOMIZE and not (api == "v1" and kind == "Config")


def _plain(text: str) -> bool:
    return all(char.isalnum() or char in "./-" for char in text)


def _object(entry: Entry, node: Table, api: str, kind: str) -> Object:
    metadata = node.table("metadata") or Table(node.line)
    name = metadata.text("name") or metadata.text("generateName")
    key = node.key("kind")
    line = min(node.line, key.line) if key is not None else node.line
    return Object(entry, line, api, kind, name, name, metadata.text("namespace"), node)


OPEN = Scalar(1, "{{ }}", plain=False)
"""A value that only a deployment knows."""


def at(node: Node | None, *keys: str) -> Node | None:
    """The value below nested keys, or None; ``OPEN`` where only a deployment knows it."""
    for key in keys:
        if isinstance(node, Scalar):
            return OPEN if is_open(node) else None
        if not isinstance(node, Table):
            return None
        found = node.get(key)
        node = OPEN if found is None and has_rest(node) else found
    return node


def has(node: Node | None, *keys: str) -> bool | None:
    """Whether a value stands below nested keys; None where only a deployment knows."""
    found = at(node, *keys)
    return None if found is OPEN or is_open(found) else found is not None and not _is_null(found)


def has_rest(node: Node | None) -> bool:
    """Whether a mapping or a list has entries that only a deployment knows."""
    if isinstance(node, Table):
        return any("{{" in key.text for key, _ in node.pairs)
    return isinstance(node, Items) and any(isinstance(each, Scalar) and is_open(each) for each in node)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.null


def either(answers: Iterable[bool | None]) -> bool | None:
    """Whether one is true; None where none is, and one is unknown."""
    unknown = False
    for each in answers:
        if each:
            return True
        unknown = unknown or each is None
    return None if unknown else False


def items_at(node: Node | None, *keys: str) -> tuple[tuple[Node, ...], bool]:
    """The items of the list below nested keys, and whether there may be more of them."""
    found = at(node, *keys)
    if isinstance(found, Items):
        return found.items, has_rest(found)
    return (), is_open(found)


def table_at(node: Node | None, *keys: str) -> Table:
    """The mapping below nested keys; an empty one where there is none."""
    found = at(node, *keys)
    return found if isinstance(found, Table) else Table(1)


def number_of(node: Node | None) -> int | None:
    """A whole number; None for all else."""
    text = node.text if isinstance(node, Scalar) else ""
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and digits.isascii() and len(text) <= 12 else None


def truth_of(node: Node | None) -> bool | None:
    """A boolean; None for all else."""
    return node.truth if isinstance(node, Scalar) else None


def is_open(node: Node | None) -> bool:
    """Whether a value is there and only a deployment knows it: ``{{ … }}``, ``${…}``."""
    if isinstance(node, Scalar):
        return any(sign in node.text for sign in ("{{", "${", "$("))
    return (
        isinstance(node, Table)
        and len(node.pairs) == 1
        and isinstance(node.pairs[0][1], Scalar)
        and not (node.pairs[0][0].text)
    )


def labels_of(node: Node | None) -> dict[str, str]:
    """A mapping of texts."""
    if not isinstance(node, Table):
        return {}
    return {key.text: value.text for key, value in node if isinstance(value, Scalar)}
