"""Infrastructure as code beside Terraform: CloudFormation, ARM, Bicep, Ansible, Pulumi, CDK, Crossplane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from readiness.facts.deployment.kubernetes import OBJECT
from readiness.facts.infrastructure import ansible, arm, cloudformation
from readiness.facts.infrastructure.bicep import BICEP
from readiness.facts.infrastructure.programs import programs
from readiness.facts.infrastructure.stores import Backups, Encrypted, Zones, spelled, store
from readiness.facts.infrastructure.written import Kind, Permissions, Tool, Written
from readiness.facts.model import Collected, Glob, Noun, Opening, PatternTable, Row
from readiness.facts.repository.environments import environment_of
from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.infrastructure.written import Declared
    from readiness.facts.model import Derived, Facts, Parser
    from readiness.spans import Problem
    from readiness.tree.model import Entry

SIGNS = PatternTable(
    "infrastructure",
    "configuration",
    (
        ("cloudformation", r"[\"']?Type[\"']?[ \t]*:[ \t]*[\"']?(?:AWS|Custom|Alexa)::\w"),
        ("arm", r"/deploymentTemplate\.json"),
        ("ansible", r"(?m)^(?:-[ \t]+|[ \t]+)[\"']?hosts[\"']?:[ \t]*[\"'\[{\w]"),
    ),
    endings=(".yaml", ".yml", ".json"),
)
"""The words that a template, or a playbook, has."""

_PLACES = ("**/*.template",)
_BICEP = "**/*.bicep"
_ROLES = "**/roles/*/tasks/main.y{a,}ml"
_MOLECULE = "**/molecule/*/molecule.y{a,}ml"
_MADE = ("cdk.out/", "/cdk.out/", ".aws-sam/")
# API groups whose objects are resources of a cloud, and whose tool makes them.
_GROUPS: tuple[tuple[str, Tool], ...] = (
    (".crossplane.io", "crossplane"),
    (".upbound.io", "crossplane"),
    (".services.k8s.aws", "ack"),
    (".cnrm.cloud.google.com", "config-connector"),
)
_NO_RESOURCES = frozenset(
    ("Provider", "ProviderConfig", "Configuration", "Function", "DeploymentRuntimeConfig", "Lock")
)


class Infrastructure(Row, frozen=True, kw_only=True):
    """A resource, a module, a play or a program by which infrastructure is made; Terraform's are apart."""

    tool: Annotated[Tool, "what makes it"] = "cloudformation"
    kind: Annotated[
        Kind,
        "resource; module: a template within; play, role: Ansible's; test: Molecule's; program: Pulumi, CDK",
    ] = "resource"
    type: Annotated[
        str, "of a resource its type: AWS::RDS::DBInstance, Microsoft.Storage/storageAccounts …"
    ] = ""
    name: Annotated[str, "its name in the file"] = ""
    provider: Annotated[str, "whose a resource is: aws, azure, google …; empty if that is not known"] = ""
    attributes: Annotated[
        frozenset[str],
        'what it sets: paths, parts joined with "/", positions left out; of a play the modules that it calls',
    ] = frozenset()
    values: Annotated[
        frozenset[str], '"path=value" for every value that is written out; a secret is "***"'
    ] = frozenset()
    computed: Annotated[frozenset[str], "the paths whose value an expression gives"] = frozenset()
    source: Annotated[Glob, "where a module's template lies, as written"] = Glob("")
    complete: Annotated[bool, "it makes something: of a program, its code is there"] = True
    state: Annotated[
        str,
        "where it is remembered: platform (the cloud itself), service, bucket, local; empty if not said",
    ] = ""
    store: Annotated[bool, "it keeps data"] = False
    encrypted: Annotated[
        Encrypted,
        "of a store: set; default: its provider does so; no; elsewhere: an expression or a source decides",
    ] = ""
    zones: Annotated[
        Zones, "of a store that may be in one zone: several, one, elsewhere: an expression decides"
    ] = ""
    backups: Annotated[
        Backups,
        "kept: for a time that is written, or by a plan; default: as its provider does; none; "
        "elsewhere: an expression decides",
    ] = ""
    public: Annotated[bool, "it is open to everyone, by what is written"] = False
    permissions: Annotated[
        Permissions,
        "of a policy of AWS: all actions, all of a service, named ones; elsewhere: an expression decides; "
        "empty if it is none",
    ] = ""


class _Source(Struct, frozen=True):
    files: tuple[tuple[Entry, Declared], ...]
    problems: tuple[Problem, ...]
    openings: tuple[Opening, ...]
    looked: tuple[str, ...]


def collect(facts: Facts, scope: tuple[str, ...]) -> Collected[Infrastructure]:  # noqa: ARG001
    """Everything that templates, playbooks, programs and objects of a cluster make."""
    source = _source(facts)
    rows = [_row(entry, each) for entry, found in source.files for each in found.items]
    rows += (
        _row(each.entry, each.written, complete=each.complete, state=each.state) for each in programs(facts)
    )
    rows += _folders(facts)
    rows += _objects(facts)
    return Collected(tuple(rows), source.problems, source.openings, source.looked)


def _source(facts: Facts) -> _Source:
    files: list[tuple[Entry, Declared]] = []
    problems: list[Problem] = []
    openings: list[Opening] = []
    looked: list[str] = []
    for entry, parser, sure in _named(facts):
        looked.append(entry.path)
        parsed = facts.parsed(parser, entry.path)
        if parsed.value is not None and (parsed.value.items or parsed.value.unread):
            files.append((entry, parsed.value))
            if entry.role is Role.PRODUCT:
                openings += (_opening(entry.path, line, reason) for line, reason in parsed.value.unread)
        if parsed.problem is not None and sure:
            problems.append(parsed.problem)
            if parsed.opens and entry.role is Role.PRODUCT:
                openings.append(_opening(entry.path, parsed.problem.line, parsed.problem.message))
    return _Source(tuple(files), tuple(problems), tuple(openings), tuple(sorted(set(looked))))


def _named(facts: Facts) -> Iterator[tuple[Entry, Parser[Declared] | Derived[Any, Declared], bool]]:
    """The files to read, what reads them, and whether they surely are what they look like."""
    seen: set[tuple[str, str]] = set()
    for hit in facts.hits(SIGNS):
        path = hit.entry.path
        if (path, hit.name) in seen or not path.endswith((".yaml", ".yml", ".json")) or _is_made(path):
            continue
        seen.add((path, hit.name))
        if hit.name == "cloudformation":
            yield hit.entry, cloudformation.TEMPLATE, True
        elif hit.name == "arm":
            yield hit.entry, arm.TEMPLATE, True
        elif path.endswith((".yaml", ".yml")):
            yield hit.entry, ansible.PLAYBOOK, False
    for entry in facts.paths(*_PLACES):
        if entry.role not in (Role.VENDORED, Role.GENERATED) and not _is_made(entry.path):
            yield entry, cloudformation.TEMPLATE, False
    for entry in facts.paths(_BICEP):
        if entry.role not in (Role.VENDORED, Role.GENERATED):
            yield entry, BICEP, True


def _is_made(path: str) -> bool:
    """Whether a template is what a program or a build has put out."""
    return path.startswith(_MADE) or any(part in path for part in _MADE[1:])


def _opening(path: str, line: int, reason: str) -> Opening:
    return Opening(path, line, reason, environment_of(path))


_STATES: dict[str, str] = dict.fromkeys(("cloudformation", "sam", "arm", "bicep"), "platform")


def _row(entry: Entry, item: Written, *, complete: bool = True, state: str = "") -> Infrastructure:
    kept = store(item)
    type_ = spelled(item.type)
    return Infrastructure(
        path=Glob(entry.path),
        line=item.line,
        role=entry.role,
        environment=environment_of(entry.path),
        text=" ".join(word for word in (item.tool, item.kind, type_, item.name) if word),
        tool=item.tool,
        kind=item.kind,
        type=type_,
        name=item.name,
        provider=_provider(type_),
        attributes=item.attributes,
        values=item.values,
        computed=item.computed,
        source=Glob(item.source),
        complete=complete,
        state=state or _STATES.get(item.tool, ""),
        store=kept.keeps_data,
        encrypted=kept.encrypted,
        zones=kept.zones,
        backups=kept.backups,
        public=kept.public,
        permissions=item.permissions,
    )


def _provider(type_: str) -> str:
    if type_.startswith("AWS::"):
        return "aws"
    if type_.lower().startswith("microsoft."):
        return "azure"
    for word, name in (("aws", "aws"), ("azure", "azure"), ("gcp", "google"), ("google", "google")):
        if f".{word}." in type_ or type_.startswith(f"{word}."):
            return name
    return ""


def _folders(facts: Facts) -> Iterator[Infrastructure]:
    """Roles of Ansible, and what Molecule tests."""
    for entry in facts.paths(_ROLES):
        if entry.size:
            name = entry.path.rsplit("/", 3)[-3]
            yield _row(entry, Written(1, "ansible", "role", name=name))
    for entry in facts.paths(_MOLECULE):
        if entry.size:
            yield _row(entry, Written(1, "ansible", "test", name=entry.path.rsplit("/", 2)[-2]))


def _objects(facts: Facts) -> Iterator[Infrastructure]:
    """Objects of a cluster that stand for resources of a cloud."""
    for row in facts.collected(OBJECT).rows:
        group = row.api.partition("/")[0]
        tool = next((tool for ending, tool in _GROUPS if f".{group}".endswith(ending)), None)
        if tool is None and group.endswith(".azure.com") and not group.startswith(("monitor.", "azmon")):
            tool = "azure-service-operator"
        if tool is None or row.kind in _NO_RESOURCES or group.startswith("pkg."):
            continue
        yield Infrastructure(
            path=row.path,
            line=row.line,
            role=row.role,
            environment=row.environment,
            text=row.text,
            tool=tool,
            kind="resource",
            type=f"{group}/{row.kind}",
            name=row.name,
            provider=_provider(group) or {"ack": "aws", "config-connector": "google"}.get(tool, ""),
            state="platform",
        )


NOUN: Noun[Infrastructure] = Noun(
    "infrastructure",
    Infrastructure,
    "a resource, a module, a play or a program by which infrastructure is made, beside Terraform",
    collect,
)
