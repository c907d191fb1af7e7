"""What is literally written in one source file of a program.

Nothing here is specific to one language beyond the names of libraries: a parser for
another language can fill the same shapes. Lines count from 1; dotted names have the
local alias replaced by what it was imported as (``np.array`` is ``numpy.array``).
"""

from __future__ import annotations

from typing import Literal

from readiness.records import Struct

TelemetryKind = Literal[
    "metrics",
    "tracing",
    "error-tracking",
    "structured-logging",
    "logging",
    "rate-limit",
    "signal-handler",
    "browser-reporting",
]

PracticeKind = Literal[
    "input-validation",
    "password-hash",
    "error-handler",
    "security-headers",
    "session-cookie",
    "authorization",
    "settings-validation",
    "correlation-id",
    "audit-log",
    "log-redaction",
    "logged-secret",
    "feature-flag",
]

Question = Literal["route", "cors", "variable", "telemetry", "outgoing", "server", "practice"]
"""What is asked of code: the last part of a noun's name."""


class Import(Struct, frozen=True):
    """One imported module: ``module`` is dotted as written, ``dots`` counts leading dots.

    ``optional`` where its absence is caught or it serves type checking only.
    """

    line: int
    module: str
    dots: int
    names: tuple[str, ...]
    optional: bool


class Handler(Struct, frozen=True):
    """What a function does that answers a request, helpers of the same file followed twice.

    ``calls`` are the dotted names it calls. ``constant`` where it answers the same
    whatever the state of anything. ``catches`` where a broad ``except`` still answers
    success. ``fails`` where it sets a status of 500 or above itself. ``asks`` where its parser
    knows, beyond the names of ``calls``, that it asks a dependency, ``refuses`` where it may
    turn the asker away itself. ``guards`` are its
    dependencies and decorators. ``takes`` says how it takes the body of a request: ``raw`` where it
    reads it as it came, ``typed`` where a declared type stands for it, ``checked`` where it gives the
    request to a helper together with a schema, ``passed`` where it hands the request on.
    ``types`` are the imported names that its parameters are declared with.
    """

    name: str
    line: int
    calls: tuple[str, ...] = ()
    constant: bool = False
    catches: bool = False
    awaits: bool = False
    fails: bool = False
    asks: bool = False
    refuses: bool = False
    guards: tuple[str, ...] = ()
    takes: frozenset[str] = frozenset()
    types: tuple[str, ...] = ()


class Route(Struct, frozen=True):
    """A path that is registered with a framework.

    ``origin`` is the handler's dotted name, ``handler`` its facts where it is in the same
    file. ``guards`` are what stands before it: dependencies, decorators. A part of ``path``
    that is not literal is ``{name}``. ``methods`` is empty where any method is answered.
    ``health`` where a library of health checks serves it, whatever its path.
    """

    line: int
    methods: tuple[str, ...]
    path: str
    framework: str
    origin: str
    handler: Handler | None
    guards: tuple[str, ...]
    text: str
    health: bool = False


class Cors(Struct, frozen=True):
    """A set-up of cross-origin requests. ``None`` where the value comes from elsewhere."""

    line: int
    framework: str
    wildcard: bool | None
    credentials: bool | None
    note: str = ""


class Telemetry(Struct, frozen=True):
    """A call that sets up how the program is watched or limited.

    ``exposes`` where the signal leaves the process here; ``file`` where it goes to a file.
    """

    line: int
    kind: TelemetryKind
    library: str
    text: str
    exposes: bool = False
    file: bool = False


class Practice(Struct, frozen=True):
    """A place where code does, or sets up, what keeps a service safe.

    ``weak`` where it is the bad form of it, None where the file does not say. ``covers`` is what
    it does of all that it could: the ``log`` that an error handler writes, or the headers that are set.
    ``origin`` is the dotted name of what does it, where that is in another file; ``name`` that of
    what does it once something of another file puts it to use, and not before.
    """

    line: int
    kind: PracticeKind
    library: str
    text: str
    weak: bool | None = False
    covers: frozenset[str] | None = frozenset()
    origin: str = ""
    name: str = ""


class Variable(Struct, frozen=True):
    """An environment variable that is read; ``default`` where the program runs without it."""

    line: int
    name: str
    default: bool


class Server(Struct, frozen=True):
    """A place where a server application is built (``construct``) or bound (``serve``).

    ``debug`` is None where it depends on something; ``host`` is empty where it is not literal.
    """

    line: int
    framework: str
    act: Literal["construct", "serve"]
    text: str
    debug: bool | None = False
    host: str = ""


class Outgoing(Struct, frozen=True):
    """A call that leaves the process for another service, or the client that such calls share.

    ``timeout`` says whether it ends by itself: True for a limit of its own or one the
    library sets unasked, False where it may wait for ever, None where the files do not say.
    ``retried`` where a policy of attempts stands around it.
    """

    line: int
    library: str
    text: str
    timeout: bool | None
    retried: bool = False


class Gap(Struct, frozen=True):
    """A place that a framework understands and the parser does not; ``questions`` stay open."""

    line: int
    questions: tuple[Question, ...]
    reason: str


class Module(Struct, frozen=True):
    """One file. ``guards`` are what is put before every route (middleware, application-wide dependencies).

    ``functions`` are those that may answer a request registered in another file. ``injecting`` are the
    names of types that bring dependencies along, each with the names of these.
    ``main`` where it is run as a program.
    """

    imports: tuple[Import, ...] = ()
    routes: tuple[Route, ...] = ()
    functions: tuple[Handler, ...] = ()
    guards: tuple[str, ...] = ()
    cors: tuple[Cors, ...] = ()
    telemetry: tuple[Telemetry, ...] = ()
    variables: tuple[Variable, ...] = ()
    servers: tuple[Server, ...] = ()
    outgoing: tuple[Outgoing, ...] = ()
    practices: tuple[Practice, ...] = ()
    injecting: tuple[tuple[str, tuple[str, ...]], ...] = ()
    gaps: tuple[Gap, ...] = ()
    main: bool = False
