"""The rows about code: routes, origins, variables, telemetry, imports, servers, calls to others."""

from __future__ import annotations

from typing import Annotated, Literal

from readiness.facts.code.model import PracticeKind, TelemetryKind  # noqa: TC001 - rows are read at run time
from readiness.facts.model import Glob, Row


class HttpRoute(Row, frozen=True, kw_only=True):
    """A path that product code serves."""

    method: Annotated[
        str, "GET, POST … WEBSOCKET, or GRPC of its health service; empty where any method is answered"
    ] = ""
    route: Annotated[Glob, "the URL path; a part that is not literal is {name}"]
    framework: Annotated[str, "the framework it is registered with, empty if the file does not say"] = ""
    handler: Annotated[str, "the dotted name of what answers"] = ""
    health: Annotated[bool, "the path is that of a health, readiness or liveness check"] = False
    depth: Annotated[
        Literal["constant", "shallow", "deep"] | None,
        "whether the answer depends on nothing, on the process alone, or on a dependency that is asked",
    ] = None
    fails: Annotated[bool | None, "it can answer a status of 500 or above"] = None
    catches: Annotated[bool | None, "a broad except clause in it still answers success"] = None
    authenticated: Annotated[bool | None, "something that asks who calls stands before it"] = None
    input: Annotated[
        Literal["none", "raw", "checked"] | None,
        "whether it takes a body, and whether a schema checks it before it is used",
    ] = None


class CorsSetup(Row, frozen=True, kw_only=True):
    """A set-up of cross-origin requests."""

    wildcard: Annotated[bool | None, "every origin is allowed, if only by default"] = None
    credentials: Annotated[bool | None, "credentials are allowed"] = None
    framework: Annotated[str, "fastapi, flask, django … or header where it is written by hand"] = ""


class CodeVariable(Row, frozen=True, kw_only=True):
    """An environment variable that code reads."""

    name: Annotated[str, "the variable's name"]
    default: Annotated[bool, "the program runs without it"] = False


class CodeTelemetry(Row, frozen=True, kw_only=True):
    """A call that sets up how the program is watched or limited."""

    kind: Annotated[TelemetryKind, "what is set up"]
    library: Annotated[str, "the library that is called"] = ""
    exposes: Annotated[bool, "the signal leaves the process here; a mere definition does not"] = False
    file: Annotated[bool, "it writes to a file"] = False


class CodePractice(Row, frozen=True, kw_only=True):
    """A place where code does, or sets up, what keeps a service safe."""

    kind: Annotated[PracticeKind, "what is done"]
    library: Annotated[str, "the library that does it; a word for it where it is done by hand"] = ""
    weak: Annotated[bool | None, "it is the bad form: a fast hash, an error shown to whoever asks"] = False
    covers: Annotated[
        frozenset[str] | None,
        "what it does of all that it could: log (error-handler, correlation-id), hsts, csp, nosniff, frame "
        "(security-headers), secure, httponly, samesite (session-cookie), role, object (authorization)",
    ] = frozenset()


class CodeImport(Row, frozen=True, kw_only=True):
    """A module that code imports."""

    module: Annotated[str, "the module's first name"]
    standard: Annotated[bool, "it comes with the language"] = False
    local: Annotated[bool, "it is a file or folder of this repository"] = False
    optional: Annotated[bool, "its absence is caught, or only the type checker reads it"] = False


class CodeServer(Row, frozen=True, kw_only=True):
    """A place where a server or worker is built or bound."""

    framework: Annotated[str, "fastapi, flask, django, asgi, wsgi, grpc, celery …"]
    act: Annotated[Literal["construct", "serve"], "whether it is built or bound here"] = "construct"
    debug: Annotated[bool | None, "it runs in debug or reload mode"] = False
    host: Annotated[str, "the host it binds, empty where it is not literal"] = ""


class OutgoingCall(Row, frozen=True, kw_only=True):
    """A call that leaves the process for another service, or the client that such calls share."""

    library: Annotated[str, "the library that makes it"]
    timeout: Annotated[bool | None, "it ends by itself if nobody answers"] = None
    retried: Annotated[bool, "a policy of attempts stands around it"] = False
