"""Services that a compose file runs."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from readiness.facts.containers.bases import reference, starts_as_root
from readiness.facts.containers.images import IMAGE, ContainerImage
from readiness.facts.containers.variables import UNKNOWN
from readiness.facts.deployment.compose_files import ComposeFiles, Service, compose_files
from readiness.facts.deployment.compose_parts import (
    Mount,
    bool_of,
    dangers,
    depends_on,
    environment_pairs,
    has_healthcheck,
    mounts,
    published,
    restart_policy,
    words,
)
from readiness.facts.deployment.compose_row import ComposeService
from readiness.facts.deployment.images import held, kind_of, own_images, purpose_of
from readiness.facts.deployment.interpolation import interpolated
from readiness.facts.deployment.places import places, resolved
from readiness.facts.deployment.secrets import literal
from readiness.facts.model import Collected, Glob, Noun
from readiness.facts.repository.environments import environment_of
from readiness.facts.secrets.values import redacted
from readiness.records import replace
from readiness.structured.nodes import Scalar, Table
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from readiness.facts.deployment.images import Purpose, ServiceKind
    from readiness.facts.model import Facts

_BACKING = frozenset(("database", "cache", "queue"))
# Beneath these an image keeps its settings and its data, not its program.
_NO_PROGRAM = ("/etc/", "/docker-entrypoint", "/var/lib/", "/var/log/", "/usr/share/", "/usr/local/share/")
_REMOTE = ("://", "git@", "github.com/", "service:", "docker-image:")


def collect_services(facts: Facts, scope: tuple[str, ...]) -> Collected[ComposeService]:  # noqa: ARG001
    """Every service of every compose file, merged with the file that it is laid over."""
    files = compose_files(facts)
    found = files.found
    if not found.services:
        return Collected((), tuple(found.problems), tuple(found.openings), tuple(found.looked))
    maker = _Maker(facts, files)
    rows = [(service, maker.row(service)) for service in found.services]
    by_file: dict[str, list[ComposeService]] = {}
    for _, row in rows:
        by_file.setdefault(row.path, []).append(row)
    purposes = {path: _purpose(facts, path, group) for path, group in by_file.items()}
    # What a file for production is laid over is run as it stands by developers alone.
    beneath = {
        (service.over, service.name)
        for service, row in rows
        if service.over and purpose_of(row.path) == "deploy" and row.role is Role.PRODUCT
    }
    own = {(row.path, row.name): row for _, row in rows}
    done = tuple(
        replace(row, purpose="development" if (row.path, row.name) in beneath else purposes[row.path])
        for service, row in rows
        if not _says_nothing(row, own.get((Glob(service.over), row.name)))
    )
    return Collected(done, tuple(found.problems), tuple(found.openings), tuple(found.looked))


def _says_nothing(row: ComposeService, below: ComposeService | None) -> bool:
    """Whether a service is what it is in the file below: only its variables or labels differ."""
    if below is None:
        return False
    return replace(below, path=row.path, line=row.line, text=row.text, over=row.over) == row


def _purpose(facts: Facts, path: str, rows: list[ComposeService]) -> Purpose:
    """What a file is for: by its name and folders, else by whether it runs the code where it lies.

    A file that starts databases, caches and queues alone, beside code, serves those who work on that code.
    """
    named = purpose_of(path)
    if named is not None:
        return named
    if any(row.binds_source for row in rows):
        return "development"
    backing = all(row.kind in _BACKING and not row.product for row in rows)
    return "development" if backing and places(facts).holds_code("") else "deploy"


class _Maker:
    """Makes rows of the services of one subject."""

    def __init__(self, facts: Facts, files: ComposeFiles) -> None:
        self._files = files
        self._places = places(facts)
        self._own = own_images(facts)
        self._built = {str(row.path): row for row in facts.collected(IMAGE).rows}
        ours = [row for row in self._built.values() if row.role is Role.PRODUCT and row.purpose == "deploy"]
        # Which Dockerfile the product's own image is made from, nobody says: all of them have to agree.
        self._all_checked = bool(ours) and all(row.healthcheck for row in ours)

    def row(self, service: Service) -> ComposeService:
        """The row of a service; its purpose is filled in when all rows of its file are known."""
        node, variables = service.node, self._files.variables(service.folder)
        build = node.get("build")
        builds = build is not None and not (isinstance(build, Scalar) and build.null)
        written = node.text("image")
        image = interpolated(written, variables) if written else ""
        dockerfile = self._dockerfile(service) if builds else ""
        made = self._built.get(dockerfile)
        target = isinstance(build, Table) and bool(build.text("target"))
        user = interpolated(node.text("user"), variables).partition(":")[0]
        bound = mounts(node)
        kind = self._kind(image, builds, made)
        real, standing = literal(environment_pairs(node))
        risks = dangers(node, bound)
        product = builds or self._own.publishes(image)
        return ComposeService(
            path=Glob(service.entry.path),
            line=service.line,
            role=service.entry.role,
            environment=environment_of(service.entry.path),
            text=_text(service.name, written, builds, risks),
            name=service.name,
            image=None if UNKNOWN in image or (not image and not builds) else Glob(image),
            image_pinned="build" if builds else held(image),
            builds=builds,
            dockerfile=Glob(dockerfile),
            healthcheck=has_healthcheck(
                node,
                bool(made and made.healthcheck and not target) if builds else product and self._all_checked,
            ),
            restart=restart_policy(node),
            limits=self._limited(node, "memory", ("mem_limit",)),
            limits_cpu=self._limited(node, "cpus", ("cpus", "cpu_quota")),
            privileged=bool(risks),
            dangers=risks,
            read_only=bool_of(node, "read_only"),
            user=None if UNKNOWN in user else user,
            root=_root(user, image, builds, None if target else made),
            ports_published=published(node, variables),
            binds_source=kind in ("app", "other") and self._binds_source(service, bound),
            secrets_literal=real,
            placeholder_secrets=standing,
            volumes=any(each.named for each in bound),
            depends_on=frozenset(name for name, _ in depends_on(node)),
            depends_on_healthy=any(healthy for _, healthy in depends_on(node)),
            profiles=frozenset(words(node, "profiles")),
            missing=frozenset((*service.missing, *self._missing(service, dockerfile))),
            product=product,
            kind="app" if product and kind == "other" else kind,
            over=Glob(service.over),
        )

    def _kind(self, image: str, builds: bool, made: ContainerImage | None) -> ServiceKind:
        """By the image; of an image built here by what it builds on, if that is a data store and no more."""
        if not builds:
            return kind_of(image)
        base = kind_of(made.base if made is not None else "")
        return "app" if base in ("proxy", "other") else base

    @staticmethod
    def _limited(node: Table, name: str, old: tuple[str, ...]) -> bool:
        deploy = node.table("deploy") or Table(1)
        limits = (deploy.table("resources") or Table(1)).table("limits") or Table(1)
        return bool(limits.text(name)) or any(node.text(each) for each in old)

    def _dockerfile(self, service: Service) -> str:
        """The path of the Dockerfile that a service is built from; empty where that is not in the subject."""
        build = service.node.get("build")
        context = build.text if isinstance(build, Scalar) else ""
        name = "Dockerfile"
        if isinstance(build, Table):
            if build.get("dockerfile_inline") is not None:
                return ""
            context, name = build.text("context", "."), build.text("dockerfile", name)
        variables = self._files.variables(service.folder)
        context, name = interpolated(context, variables), interpolated(name, variables)
        if UNKNOWN in context + name or any(sign in context for sign in _REMOTE):
            return ""
        paths = [resolved(folder, normpath(join(context, name))) or "" for folder in service.folders]
        return next((path for path in paths if self._places.is_file(path)), paths[0])

    def _binds_source(self, service: Service, bound: Iterable[Mount]) -> bool:
        """Whether a folder of product code is put over what the image brings."""
        for mount in bound:
            if not mount.source.startswith(".") or mount.target.startswith(_NO_PROGRAM):
                continue
            path = resolved(service.folder, mount.source)
            if path is not None and self._places.holds_code(path):
                return True
        return False

    def _missing(self, service: Service, dockerfile: str) -> Iterator[str]:
        """The files that a service names and that are nowhere in the subject, as written."""
        variables = self._files.variables(service.folder)
        for written in self._named(service):
            text = interpolated(written, variables)
            if UNKNOWN in text or any(sign in text for sign in _REMOTE):
                continue
            paths = [resolved(folder, text) for folder in service.folders]
            if all(path and self._places.is_missing(path) for path in paths):
                yield written
        if dockerfile and self._places.is_folder(dirname(dockerfile)) and self._places.is_missing(dockerfile):
            yield dockerfile

    @staticmethod
    def _named(service: Service) -> Iterator[str]:
        for item in service.node.items("env_file"):
            if isinstance(item, Scalar):
                yield item.text
            elif isinstance(item, Table) and item.text("required", "true") != "false":
                yield item.text("path")
        build = service.node.get("build")
        if isinstance(build, Scalar) and not build.null:
            yield build.text
        elif isinstance(build, Table):
            yield build.text("context", ".")


def _root(user: str, image: str, builds: bool, made: ContainerImage | None) -> bool | None:
    """Whether the process starts as root: by ``user``, else by the image."""
    if UNKNOWN in user:
        return None
    if user:
        return user in ("root", "0")
    if builds:
        return made.runs_as_root if made is not None else None
    return starts_as_root(reference(image)) if image else None


def _text(name: str, image: str, builds: bool, risks: frozenset[str]) -> str:
    what = f"image {image}" if image else "built here" if builds else "neither image nor build"
    return redacted(", ".join([f"service {name}", what, *sorted(risks)]))


SERVICE: Noun[ComposeService] = Noun(
    "compose.service", ComposeService, "a service that a compose file runs", collect_services
)
