"""What Terraform and OpenTofu declare: their blocks, and the folders that are applied.

Sources: Terraform language, "Files and Directories", "Backend Configuration" and "State Locking"
of each backend, "Dependency Lock File", "Standard Module Structure".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from readiness.facts.infrastructure.blocks import HCL, JSON, TERRAGRUNT
from readiness.facts.infrastructure.roots import Standing, folders
from readiness.facts.infrastructure.sources import folder_of, held, is_local, module_held
from readiness.facts.model import Collected, Glob, Noun, Opening, Row
from readiness.facts.repository.environments import environment_of
from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.infrastructure.blocks import Declared
    from readiness.facts.infrastructure.roots import Folder
    from readiness.facts.model import Facts
    from readiness.spans import Problem
    from readiness.tree.model import Entry

_FILES = ("**/*.tf", "**/*.tofu")
_JSON_FILES = ("**/*.tf.json", "**/*.tofu.json")
_TEMPLATES = ("**/*.tf.j2", "**/*.tf.tmpl", "**/*.tf.tpl", "**/*.tf.erb", "**/*.tf.jinja")


class TerraformBlock(Row, frozen=True, kw_only=True):
    """A block of Terraform or OpenTofu; also what `terraform` says of its backend and its providers."""

    kind: Annotated[
        str,
        "resource, data, module, provider, variable, output, locals, terraform, backend, cloud, "
        "required_provider, moved, import, check …",
    ]
    type: Annotated[str, "of a resource or data source its type, of a backend which one; else empty"] = ""
    name: Annotated[str, "the name it is given, of a provider the provider's; empty for none"] = ""
    provider: Annotated[str, "whose a resource is, by the prefix of its type: aws, google, azurerm …"] = ""
    attributes: Annotated[
        frozenset[str],
        'what it sets: the paths of attributes and nested blocks, parts joined with "/", positions left out',
    ] = frozenset()
    values: Annotated[
        frozenset[str], '"path=value" for every value that is written out; a secret is "***"'
    ] = frozenset()
    computed: Annotated[frozenset[str], "the paths whose value an expression gives"] = frozenset()
    source: Annotated[Glob | None, "where a module or provider comes from, empty if it is not said"]
    version: Annotated[str | None, "the version constraint as written, of `terraform` the required one"] = ""
    pinned: Annotated[
        bool | None,
        "for a module or required provider, no new major version comes by itself: a local module, a "
        "version with an upper bound, a tag or commit of git; for all else true",
    ] = True
    remote: Annotated[bool | None, "a module from outside the repository"] = False
    missing: Annotated[bool | None, "a local module that is not there"] = False
    opened: Annotated[
        frozenset[str] | None,
        "of a firewall: the ports of SSH, RDP and data stores that it opens to everyone; unknown where an "
        "expression decides",
    ] = frozenset()


class TerraformRoot(Row, frozen=True, kw_only=True):
    """A folder of Terraform that is applied, or offered to others: all but the modules used from within."""

    standing: Annotated[
        Standing | None,
        "live: it has a backend, a provider, a lock or values of its own; module: others use it; "
        "example: it shows how a module is used; unknown if nothing tells",
    ] = None
    backend: Annotated[
        str | None, "where its state is kept: s3, gcs, azurerm, remote, cloud, local …; empty if not said"
    ] = ""
    locked: Annotated[bool | None, "two runs at once cannot both write the state"] = None
    versions_pinned: Annotated[
        bool | None, "every provider used directly has a version constraint in required_providers"
    ] = None
    lock_file: Annotated[bool, "a .terraform.lock.hcl is committed beside it"] = False
    required_version: Annotated[str | None, "the constraint on Terraform itself, empty if there is none"] = ""
    state_file: Annotated[Glob, "a committed state, which holds secrets in plain; empty for none"]
    resources: Annotated[int, "how many resources and modules its files declare"] = 0
    is_example: Annotated[bool, "it lies among examples or tests"] = False


class _Source(Struct, frozen=True):
    files: tuple[tuple[Entry, tuple[Declared, ...]], ...]
    problems: tuple[Problem, ...]
    openings: tuple[Opening, ...]
    looked: tuple[str, ...]


def _source(facts: Facts) -> _Source:
    files: list[tuple[Entry, tuple[Declared, ...]]] = []
    problems: list[Problem] = []
    openings: list[Opening] = []
    looked: list[str] = []
    plain = [(entry, HCL) for entry in facts.paths(*_FILES)]
    for entry, parser in [*plain, *((entry, JSON) for entry in facts.paths(*_JSON_FILES))]:
        if "/.terraform/" in f"/{entry.path}":
            continue
        looked.append(entry.path)
        parsed = facts.parsed(parser, entry.path)
        if parsed.value is not None:
            files.append((entry, parsed.value))
        if parsed.problem is not None:
            problems.append(parsed.problem)
            if parsed.opens and entry.role is Role.PRODUCT:
                openings.append(_opening(entry.path, parsed.problem.line, parsed.problem.message))
    openings += (
        Opening(
            entry.path,
            1,
            "a template of a Terraform file",
            environment_of(entry.path.rpartition(".")[0]),
        )
        for entry in facts.paths(*_TEMPLATES)
        if entry.role is Role.PRODUCT
    )
    return _Source(tuple(files), tuple(problems), tuple(openings), tuple(looked))


def _elsewhere(facts: Facts) -> tuple[list[Opening], list[str]]:
    """What Terragrunt takes from outside the repository, and the files that were looked at."""
    entries = facts.paths("**/terragrunt.hcl")
    found = [
        _opening(entry.path, line, "Terragrunt takes this module from elsewhere")
        for entry in entries
        if entry.role is Role.PRODUCT
        for line in facts.parsed(TERRAGRUNT, entry.path).value or ()
    ]
    return found, [entry.path for entry in entries]


def _opening(path: str, line: int, reason: str) -> Opening:
    return Opening(path, line, reason, environment_of(path))


def collect_blocks(facts: Facts, scope: tuple[str, ...]) -> Collected[TerraformBlock]:  # noqa: ARG001
    """Every block of every file that Terraform can read."""
    source = _source(facts)
    homes = frozenset(path.rpartition("/")[0] for path in source.looked)
    rows = tuple(_block(entry, each, homes) for entry, blocks in source.files for each in blocks)
    openings, looked = _elsewhere(facts)
    return Collected(rows, source.problems, (*source.openings, *openings), (*source.looked, *looked))


def _block(entry: Entry, block: Declared, homes: frozenset[str]) -> TerraformBlock:
    remote = missing = pinned = None
    if block.kind != "module":
        remote = missing = False
        pinned = held(block.version) if block.kind == "required_provider" else True
    elif block.source is not None:
        remote = not is_local(block.source)
        folder = None if remote else folder_of(entry.path, block.source)
        missing = False if remote else None if folder is None else folder not in homes
        pinned = module_held(block.source, block.version)
    return TerraformBlock(
        path=Glob(entry.path),
        line=block.line,
        role=entry.role,
        environment=environment_of(entry.path),
        text=_text(block),
        kind=block.kind,
        type=block.type,
        name=block.name,
        provider=block.provider,
        attributes=block.attributes,
        values=block.values,
        computed=block.computed,
        source=None if block.source is None else Glob(_clean(block.source)),
        version=block.version,
        pinned=pinned,
        remote=remote,
        missing=missing,
        opened=block.opened,
    )


def _text(block: Declared) -> str:
    from readiness.facts.secrets.values import redacted  # noqa: PLC0415 - loads RE2

    words = [block.kind, *(f'"{label}"' for label in (block.type, block.name) if label)]
    if block.source:
        words.append(f"from {block.source}")
    if block.version:
        words.append(block.version)
    return redacted(" ".join(words))


def _clean(source: str) -> str:
    from readiness.facts.secrets.values import redacted  # noqa: PLC0415 - loads RE2

    return redacted(source, 400) if "@" in source else source[:400]


def collect_roots(facts: Facts, scope: tuple[str, ...]) -> Collected[TerraformRoot]:  # noqa: ARG001
    """Every folder of Terraform that no other folder of the product uses as its module."""
    source = _source(facts)
    rows = tuple(_root(facts, folder) for folder in folders(source.files) if not folder.used_by_product)
    return Collected(rows, source.problems, source.openings, source.looked)


def _root(facts: Facts, folder: Folder) -> TerraformRoot:
    first, block = folder.place
    backend = folder.backend(facts)
    counted = sum(each.kind in ("resource", "module") for _, each in folder.blocks)
    required = [each.version for _, each in folder.blocks if each.kind == "terraform" and each.version != ""]
    state = backend or "none said"
    return TerraformRoot(
        path=Glob(first.path),
        line=block.line,
        role=first.role,
        environment=environment_of(first.path),
        text=f"{folder.path or '.'}: {counted} resources and modules, backend: {state}",
        standing=folder.standing(facts),
        backend=backend,
        locked=_locked(folder, backend),
        versions_pinned=_versions_pinned(folder),
        lock_file=folder.has_lock(facts),
        required_version=required[0] if required else "",
        state_file=Glob(folder.state(facts)),
        resources=counted,
        is_example=folder.is_example,
    )


_LOCKING = frozenset(("gcs", "azurerm", "consul", "cos", "kubernetes", "pg", "remote", "cloud"))
_BY_SETTING = {
    "s3": ("dynamodb_table", "use_lockfile"),
    "oss": ("tablestore_table",),
    "http": ("lock_address",),
}


def _locked(folder: Folder, backend: str | None) -> bool | None:
    """Whether the backend locks the state. What is given at `init` (an empty block) is unknown."""
    if backend is None or backend in _LOCKING:
        return None if backend is None else True
    settings = _BY_SETTING.get(backend)
    if settings is None or not folder.backends:
        return False if backend in ("", "local") else None
    block = folder.backends[0][1]
    if any(name in block.attributes and f"{name}=false" not in block.values for name in settings):
        return True
    # Without a name of its bucket the block is completed from elsewhere.
    return False if block.attributes & {"bucket", "address", "key"} else None


def _versions_pinned(folder: Folder) -> bool | None:
    used = {each.provider for _, each in folder.blocks if each.provider} - {"terraform"}
    held_ = {
        each.provider: each.version
        for _, each in folder.blocks
        if each.kind == "required_provider" or (each.kind == "provider" and each.version)
    }
    versions = [held_.get(name, "") for name in sorted(used)]
    if any(version == "" for version in versions):
        return False
    return None if None in versions else True


BLOCK: Noun[TerraformBlock] = Noun(
    "terraform.block", TerraformBlock, "a block of Terraform or OpenTofu", collect_blocks
)
ROOT: Noun[TerraformRoot] = Noun(
    "terraform.root",
    TerraformRoot,
    "a folder of Terraform that is applied or offered to others",
    collect_roots,
)
