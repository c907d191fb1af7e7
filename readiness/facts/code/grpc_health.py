"""The health service of gRPC, in every language: a file that registers it has a check of health.

It is told by the name of the call that registers it, which is made from the name of the service. The
implementation that comes with a library answers by what the program last told it: the process alone, unless
something tells it of trouble. Source: "GRPC Health Checking Protocol"; grpc-go ``health``, grpc-java
``HealthStatusManager``, grpcio-health-checking, grpc-health-check, Grpc.AspNetCore.HealthChecks,
tonic-health.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from readiness.facts.code.health import depth_of
from readiness.facts.code.rows import HttpRoute
from readiness.facts.model import Glob, PatternTable
from readiness.tree.model import Role

if TYPE_CHECKING:
    from readiness.facts.code.model import Handler
    from readiness.facts.model import Facts, Found

Depth: TypeAlias = Literal["constant", "shallow", "deep"]

METHOD = "GRPC"
ROUTE = "/grpc.health.v1.Health/Check"

_REGISTERS = "|".join(
    (
        r"^[^/*#\n]*\bRegisterHealthServer\(",
        r"^[^/*#\n]*\badd_HealthServicer_to_server\(",
        r"^[^/*#\n]*\bnew +HealthImplementation\(",
        r"^[^/*#\n]*\.addService\(\s*[\w.]*[hH]ealth\w*(?:\.\w+)*\s*,",
        r"^[^/*#\n]*\bHealthStatusManager\(|^[^/*#\n]*\bHealthGrpc(?:Kt)?\.Health\w*ImplBase\b",
        r"^[^/*#\n]*\bMapGrpcHealthChecksService\(|^[^/*#\n]*\bclass\b[^/*#\n]*:[^/*#\n]*\bHealthBase\b",
        r"^[^/*#\n]*\btonic_health::server::|^[^/*#\n]*\bhealth_reporter\(\)",
        r"^[^/*#\n]*\bGrpc::Health::Checker\b",
    )
)
# An implementation that comes with a library. The one of .NET asks the checks that are registered.
_STOCK = (
    r"\bhealth\.NewServer\(\)|\bhealth(?:\.aio)?\.HealthServicer\(|\bHealthImplementation\(|\bHealthStatusManager\("
    r"|\bhealth_reporter\(\)|\bGrpc::Health::Checker\b"
)
# What tells the clients of such a service that something is wrong.
_TELLS = r"\bNOT_SERVING\b|_NOT_SERVING\b|\bNotServing\b|\bset_not_serving\b|\bServingStatus\.NOT"
HINTS = PatternTable(
    "code-grpc-health",
    "language",
    (("grpc-health", f"(?m){_REGISTERS}"), ("grpc-stock", _STOCK), ("grpc-tells", _TELLS)),
    endings=(".go", ".py", ".js", ".mjs", ".cjs", ".ts", ".java", ".kt", ".cs", ".rs", ".rb"),
)
_DEFINES = ("func ", "def ", "import ", "from ", "using ", "use ", "export ")


def rows(facts: Facts) -> list[HttpRoute]:
    """One row for each file that registers the service, at the first line that does."""
    found: dict[str, HttpRoute] = {}
    hits = [hit for hit in facts.hits(HINTS) if hit.entry.role is Role.PRODUCT]
    for hit in hits:
        path = hit.entry.path
        if hit.name != "grpc-health" or path in found or hit.text.strip().startswith(_DEFINES):
            continue
        ending = path.rpartition(".")[2]
        beside = [other for other in hits if other.entry.path.rpartition(".")[2] == ending]
        found[path] = _row(facts, hit, beside)
    return list(found.values())


def _row(facts: Facts, hit: Found, beside: list[Found]) -> HttpRoute:
    stock = any(other.name == "grpc-stock" for other in beside)
    tells = any(other.name == "grpc-tells" for other in beside)
    own = _own(facts, hit.entry.path) if not stock and hit.entry.path.endswith(".go") else None
    depth: Depth | None = "shallow" if stock and not tells else None
    if own is not None:
        told = depth_of(own)
        depth = told if told != "shallow" else None
    return HttpRoute(
        path=Glob(hit.entry.path),
        line=hit.line,
        role=hit.entry.role,
        text="the health service of gRPC",
        method=METHOD,
        route=Glob(ROUTE),
        framework="grpc",
        handler=own.name if own is not None else "",
        health=True,
        depth=depth,
        fails=tells if depth is not None else True if tells else None,
        authenticated=None,
    )


def _own(facts: Facts, path: str) -> Handler | None:
    """The method ``Check`` of Go that the package of ``path`` has, where it has one alone."""
    from readiness.facts.code.golang.file import GO_FILE  # noqa: PLC0415 - where there is such a service only

    folder = path.rpartition("/")[0]
    found = []
    for entry in facts.paths(f"{folder}/*.go" if folder else "*.go"):
        value = facts.parsed(GO_FILE, entry.path).value if entry.role is Role.PRODUCT else None
        named = value.named if value is not None else ()
        found += [item.handler for item in named if item.handler.name.rpartition(".")[2] == "Check"]
    return found[0] if len(found) == 1 else None
