"""Whether a route takes a body, and whether a schema checks it: judged by what stands before, and by calls.

Sources: FastAPI "Request Body", Django REST framework "Serializers", marshmallow, WTForms, flask-smorest,
webargs; zod, joi, yup, valibot, ajv, express-validator, celebrate, NestJS "Validation", Fastify "Validation".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from readiness.facts.code.health import snake
from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from readiness.facts.code.model import Handler, Route

# Frameworks that check a body by the declared type before the handler is called.
_BY_TYPE = frozenset(("fastapi", "litestar", "ninja", "blacksheep", "robyn"))
# Whatever its owner is, a call of such a name checks.
_CHECKS = frozenset(
    (
        *(
            "is_valid",
            "validate_on_submit",
            "model_validate",
            "model_validate_json",
            "parse_obj",
            "parse_raw",
        ),
        *("full_clean", "validate_json", "validate_python", "use_args", "use_kwargs", "run_validation"),
        *("expects_json", "matchedData", "validationResult", "checkSchema", "celebrate", "zValidator"),
        *("sValidator", "vValidator", "tbValidator", "readValidatedBody", "superValidate", "safeParse"),
        *("safeParseAsync", "readValidatedJSON", "parseWithZod", "validateOrReject", "decodeUnknownSync"),
    )
)
# These check where they are called on a schema.
_ON_SCHEMA = frozenset(
    (
        *("load", "loads", "parse", "parseAsync", "assert", "check", "Check", "decode", "Decode", "cast"),
        *("arguments", "input", "deserialize", "transform", "create", "passthrough", "strict"),
    )
)
_SCHEMAS = ("schema", "validator", "_dto", "zod", "joi", "serializer", "ajv", "typebox")
_CLASSES = ("Form", "Serializer", "Schema", "DTO", "Dto")
_FROM_VALIDATOR = (
    "express-validator.",
    "celebrate.",
    "zod-express-middleware.",
    "express-zod-",
    "express-joi-validation",
    "express-openapi-validator",
    "@asteasolutions/zod-to-openapi",
    "koa-joi-router",
    "schema:",
)
# They ask who calls, not what is sent.
_OF_CALLERS = ("token", "session", "password", "api_key", "apikey", "jwt", "auth", "verify")
# Views that check what they are sent by the model or form that they are of.
_VIEWS = frozenset(
    (
        *("ModelViewSet", "CreateModelMixin", "UpdateModelMixin", "CreateAPIView", "UpdateAPIView"),
        *("ListCreateAPIView", "RetrieveUpdateAPIView", "RetrieveUpdateDestroyAPIView"),
        *("FormView", "CreateView", "UpdateView", "LoginView", "PasswordChangeView", "PasswordResetView"),
        *("TokenObtainPairView", "TokenRefreshView"),
    )
)
_GENERIC = ("View", "ViewSet", "Mixin", "Resource", "Endpoint")
# Words of a function of one's own that may check, though no schema is seen.
_PERHAPS = ("valid", "sanit", "clean", "schema", "assert", "require", "expect", "check_", "parse_body")


def checks(name: str) -> bool:
    """Whether a decorator, a middleware or a call of ``name`` checks what it is given by a schema."""
    plain = name.replace("()", "")
    head, _, last = plain.rpartition(".")
    lower = snake(last)
    if plain.startswith(_FROM_VALIDATOR) or last in _CHECKS:
        return True
    on = f"{head.lower()} {snake(head)}"
    if "validat" in lower or "validat" in on:
        return not any(word in lower for word in _OF_CALLERS)
    if last in _ON_SCHEMA and (any(word in on for word in _SCHEMAS) or head.partition(".")[0] == "z"):
        return True
    return last.endswith(_CLASSES) and last[:1].isupper() and last not in _CLASSES


Input: TypeAlias = Literal["none", "raw", "checked"]


class Checking(Struct, frozen=True):
    """How a program checks what it is sent, beyond what one handler shows.

    ``typed`` where the types that its controllers declare are checked (a ``ValidationPipe``). ``deeper``
    says of a call whether it is of the program's own code, which may check there; None where the
    program has no schema to check by.
    """

    typed: bool = False
    deeper: Callable[[str], bool] | None = None


def input_of(route: Route, handler: Handler | None, checking: Checking) -> Input | None:
    """What ``route`` does with a body; None where that is not seen."""
    found = _first(route, handler, checking.typed)
    if found == "raw" and handler is not None and checking.deeper is not None:
        return None if any(checking.deeper(call) for call in handler.calls) else found
    return found


def _first(route: Route, handler: Handler | None, typed: bool) -> Input | None:
    """As ``input_of``, by the handler alone."""
    names = (*route.guards, *(handler.guards if handler else ()))
    if any(checks(name) for name in names) or any(name.rpartition(".")[2] in _VIEWS for name in names):
        return "checked"
    if handler is None:
        return None
    if "checked" in handler.takes or any(checks(name) for name in handler.calls):
        return "checked"
    if "typed" in handler.takes and (typed or route.framework in _BY_TYPE):
        return "checked" if "raw" not in handler.takes else None
    if _perhaps((*names, *handler.calls)):
        return None
    if "raw" in handler.takes or (route.framework == "nest" and "typed" in handler.takes):
        return "raw"
    inherits = any(name.endswith(_GENERIC) for name in handler.guards)
    return None if inherits or handler.takes else "none"


def _perhaps(names: Iterable[str]) -> bool:
    lasts = (snake(name.replace("()", "").rpartition(".")[2]) for name in names)
    return any(word in last for last in lasts for word in _PERHAPS)
