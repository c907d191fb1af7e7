"""Deliveries by Argo CD and Flux, as their objects in manifests ask for them.

Which controller has been told of an object is known to its cluster; only Flux writes into the repository
that it looks after it (``gotk-sync.yaml``). Sources: Argo CD documentation, "Declarative Setup",
"Automated Sync Policy", "ApplicationSet"; Flux documentation, "Kustomization", "HelmRelease",
"GitRepository", "flux bootstrap".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.ci import names
from readiness.facts.delivery.row import Delivery
from readiness.facts.deployment.objects import MANIFEST, Object, at, objects, table_at, truth_of
from readiness.facts.model import Collected, Glob, Noun, Opening, PatternTable
from readiness.facts.repository.environments import environment_of, named
from readiness.records import Struct
from readiness.structured.nodes import Items, Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.model import Facts

CONTROLLERS = PatternTable(
    "delivery",
    "configuration",
    (
        ("argocd", r"(?m)^[ \t]*kind:[ \t]*[\"']?(?:Application|ApplicationSet)\b"),
        ("flux", r"(?m)^[ \t]*apiVersion:[ \t]*[\"']?[a-z]+[.]toolkit[.]fluxcd[.]io/"),
    ),
)
"""What a file has in which an object of a controller may stand."""

TABLES: tuple[PatternTable, ...] = (CONTROLLERS,)
_SYNC = "gotk-sync.yaml"
_ARGO = "argoproj.io"
_FLUX = (".toolkit.fluxcd.io",)
_APPLIES = ("Kustomization", "HelmRelease")


class _Repository(Struct, frozen=True):
    """A source of Flux: its address, and whether Flux itself wrote it."""

    address: str
    own_work: bool


def collect(facts: Facts, _scope: tuple[str, ...]) -> Collected[Delivery]:
    """One row for each delivery that an object asks for."""
    found: list[Object] = []
    openings: list[Opening] = []
    looked: dict[str, None] = {}
    for hit in facts.hits(CONTROLLERS):
        if hit.entry.path in looked or not hit.entry.path.endswith((".yaml", ".yml")):
            continue
        looked[hit.entry.path] = None
        parsed = facts.parsed(MANIFEST, hit.entry.path)
        if parsed.opens and parsed.problem is not None and hit.entry.role is Role.PRODUCT:
            environment = environment_of(hit.entry.path)
            openings.append(Opening(hit.entry.path, parsed.problem.line, parsed.problem.message, environment))
        found += objects(hit.entry, parsed.value or ())
    sources = _sources(found)
    home = _Home(facts)
    rows: list[Delivery] = []
    for one in found:
        if one.group == _ARGO and one.kind in {"Application", "ApplicationSet"}:
            rows += _argo(one, home)
        elif one.group.endswith(_FLUX) and one.kind in _APPLIES:
            rows.append(_flux(one, sources, home))
    return Collected(tuple(rows), (), tuple(openings), tuple(looked))


class _Home:
    """What is known of the subject's own address and folders."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.slug = _slug(facts.tree.subject.remote)

    def here(self, address: str, path: str) -> bool | None:
        """Whether an address is the subject's, and the folder in it; None if that is not to be known."""
        other = _slug(address)
        if not address or "{{" in address or "$" in address:
            return None
        if not self.slug:
            return None
        if other != self.slug:
            return None if other.rpartition("/")[2] == self.slug.rpartition("/")[2] else False
        folder = path.strip("./")
        if not folder or "{{" in folder or "$" in folder:
            return True
        inside = f"{folder}/"
        return any(entry.path.startswith(inside) for entry in self.facts.tree.entries)


def _slug(address: str) -> str:
    plain = address.rstrip("/").removesuffix(".git").replace(":", "/")
    pieces = [piece for piece in plain.split("/") if piece]
    return "/".join(pieces[-2:]).lower() if len(pieces) > 2 else ""


def _argo(one: Object, home: _Home) -> Iterator[Delivery]:
    spec = table_at(one.node, "spec")
    if one.kind == "ApplicationSet":
        spec = table_at(spec, "template", "spec")
    automated = at(spec, "syncPolicy", "automated")
    on = isinstance(automated, Table | Items) or (isinstance(automated, Scalar) and not automated.null)
    if isinstance(automated, Table) and truth_of(automated.get("enabled")) is False:
        on = False
    heals = on and isinstance(automated, Table) and truth_of(automated.get("selfHeal")) is True
    sources = [each for each in spec.items("sources") if isinstance(each, Table)]
    single = spec.table("source")
    for source in sources or ([single] if single is not None else []):
        path = source.text("path")
        yield _row(
            one,
            home,
            address=source.text("repoURL"),
            path=path,
            tool="argocd",
            automated=on,
            heals=heals,
            place=names.place(at_text(spec, "destination", "namespace")),
        )


def at_text(node: Table, *keys: str) -> str:
    """The text below nested keys, empty where there is none."""
    found = at(node, *keys)
    return found.text if isinstance(found, Scalar) else ""


def _sources(found: list[Object]) -> dict[str, _Repository]:
    return {
        f"{one.kind}/{one.name}": _Repository(
            at_text(one.node, "spec", "url"), one.entry.path.rpartition("/")[2] == _SYNC
        )
        for one in found
        if one.group.endswith(_FLUX)
        and one.kind in {"GitRepository", "OCIRepository", "HelmRepository", "Bucket"}
    }


def _flux(one: Object, sources: dict[str, _Repository], home: _Home) -> Delivery:
    spec = table_at(one.node, "spec")
    reference = (
        table_at(spec, "sourceRef")
        if one.kind == "Kustomization"
        else table_at(spec, "chart", "spec", "sourceRef")
    )
    source = sources.get(
        f"{reference.text('kind', 'GitRepository')}/{reference.text('name')}", _Repository("", own_work=False)
    )
    path = spec.text("path") if one.kind == "Kustomization" else at_text(spec, "chart", "spec", "chart")
    upgrade = table_at(spec, "upgrade", "remediation")
    strategy = upgrade.text("strategy", "rollback")
    undone = truth_of(upgrade.get("remediateLastFailure")) is True or upgrade.text("retries") not in {"", "0"}
    own = source.own_work or (one.kind == "Kustomization" and one.entry.path.rpartition("/")[2] == _SYNC)
    return _row(
        one,
        home,
        address=source.address,
        path=path,
        tool="flux",
        automated=truth_of(spec.get("suspend")) is not True,
        heals=one.kind == "Kustomization",
        place=names.place(at_text(spec, "targetNamespace")),
        rolls_back=one.kind == "HelmRelease" and undone and strategy == "rollback",
        live=True if own else None,
    )


def _row(  # noqa: PLR0913 - what a delivery is made of
    one: Object,
    home: _Home,
    *,
    address: str,
    path: str,
    tool: str,
    automated: bool,
    heals: bool,
    place: str,
    rolls_back: bool = False,
    live: bool | None = None,
) -> Delivery:
    here = home.here(address, path)
    if not automated or here is False:
        live = False
    elif here is None:
        live = None
    environment = environment_of(one.entry.path) or named(one.name) or named(path) or place
    how = "automated" if automated else "by hand"
    shown = f"{one.kind} {one.name} from {_without_user(address) or 'an unknown source'}"
    return Delivery(
        path=Glob(one.entry.path),
        line=one.line,
        role=one.entry.role,
        environment=environment,
        text=f"{shown}{f', {path}' if path else ''}, {how}"[:200],
        tool="argocd" if tool == "argocd" else "flux",
        kind=one.kind,
        name=one.name,
        source=_without_user(address),
        source_path=Glob(path.removeprefix("./").strip("/")),
        automated=automated,
        heals=heals,
        rolls_back=rolls_back,
        here=here,
        live=live,
    )


def _without_user(address: str) -> str:
    """An address without the name and password that may stand in it."""
    scheme, sign, rest = address.partition("://")
    if not sign:
        return address[:200]
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"[:200]


DELIVERY: Noun[Delivery] = Noun(
    "delivery", Delivery, "something that a controller in a cluster delivers from a repository", collect
)
