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
        r"^[^/*#\n]*\bnew +HealthImplementation\(",
        r"^[^/*#\n]*\.addService\(\s*[\w.]*[hH]ealth\w*(?:\.\w+)*\s*,",
        r"^[^/*#\n]*\bHealthStatusManager\(|^[^/*#\n]*\bHealthGrpc(?:Kt)?\.Health\w*ImplBase\b",
        r"^[^/*#\n]*\bMapGrpcHealthChecksService\(|^[^/*#\n]*\bclass\b[^/*#\n]*:[^/*#\n]*\bHealthBase\b",
        r"^[^/*#\n]*\bhealth_reporter\(\)",
        r"^[^/*#\n]*\bGrpc::Health::Checker\b",
    )
)
# An implementation that comes with a library. The one of .NET asks the checks that are registered.
_STOCK = (
    r"\bhealth\.NewServer\(\)|\bHealthImplementation\(|\bHealthStatusManager\("
    r"|\bhealth_reporter\(\)|\bGrpc::Health::Checker\b"
)
# The method that answers, where the program has one of its own.
_OWN = "|".join(
    (
        r"^func \([^)\n]*\) Check\([^\n]*HealthCheckRequest\b",
        r"^[^/*#\n]*\b[cC]heck\([^)\n]*\bHealthCheckRequest\b",
        r"^[ \t]*(?:(?:export|async|static|function) +)*[cC]heck\(call\b",
    )
)
# What tells the clients of such a service that something is wrong.
_TELLS = r"\bNOT_SERVING\b|_NOT_SERVING\b|\bNotServing\b|\bset_not_serving\b|\bServingStatus\.NOT"
HINTS = PatternTable(
    "code-grpc-health",
    "language",
    (
        ("grpc-health", f"(?m){_REGISTERS}"),
        ("grpc-own", f"(?m){_OWN}"),
        ("grpc-stock", _STOCK),
        ("grpc-tells", _TELLS),
    ),
    endings=(".go", ".js", ".mjs", ".cjs", ".ts", ".java", ".kt", ".cs", ".rs", ".rb"),
)
PYTHON_HINTS = PatternTable(
    "code-grpc-health-python",
    "language",
    (
        ("grpc-health", r"(?m)^[^/*#\n]*\badd_HealthServicer_to_server\("),
        (
            "grpc-own",
            r"(?m)^[ \t]+(?:async )?def (?:Check\(self,|check\(self,[^)\n]*\bHealthCheckRequest\b)",
        ),
        ("grpc-stock", r"\b\w*health(?:\.aio)?\.HealthServicer\("),
        ("grpc-tells", _TELLS),
    ),
    endings=(".py",),
)
TABLES = (HINTS, PYTHON_HINTS)
_DEFINES = ("func ", "def ", "fn ", "pub fn ", "async fn ", "pub async fn ", "import ", "from ")


def rows(facts: Facts) -> list[HttpRoute]:
    """One row for each file that registers the service: where its answer is written, else that line."""
    found: dict[str, HttpRoute] = {}
    hits = [hit for table in TABLES for hit in facts.hits(table) if hit.entry.role is Role.PRODUCT]
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
    depth: Depth | None = "shallow" if stock and not tells else None
    place = hit
    own = [other for other in beside if other.name == "grpc-own" and _near(other, hit)]
    if not stock and len(own) == 1:
        place = own[0]
        handler = _handler(facts, place) if place.entry.path.endswith(".go") else None
        told = depth_of(handler) if handler is not None else "shallow"
        depth = told if told != "shallow" else None
    return HttpRoute(
        path=Glob(place.entry.path),
        line=place.line,
        role=place.entry.role,
        text="the health service of gRPC",
        method=METHOD,
        route=Glob(ROUTE),
        framework="grpc",
        health=True,
        depth=depth,
        fails=tells if depth is not None else True if tells else None,
        authenticated=None,
    )


def _near(one: Found, other: Found) -> bool:
    """Whether ``one`` lies in the folder of ``other`` or below it."""
    folder = other.entry.path.rpartition("/")[0]
    return one.entry.path.startswith(folder + "/" if folder else "")


def _handler(facts: Facts, place: Found) -> Handler | None:
    """The method ``Check`` of Go that is written at ``place``."""
    from readiness.facts.code.golang.file import GO_FILE  # noqa: PLC0415 - where there is such a service only

    value = facts.parsed(GO_FILE, place.entry.path).value
    named = value.named if value is not None else ()
    return next((item.handler for item in named if item.handler.line == place.line), None)
