"""What a script of a server does to keep itself safe: schemas, hashes of passwords, handlers of errors.

Sources: zod "Defining schemas", joi "API", class-validator "Validation decorators", express-validator,
NestJS "Validation"; bcrypt and argon2 for Node.js, Node.js "crypto"; Express "Error handling",
Fastify "Errors", NestJS "Exception filters", Koa "Error Handling", Hono "Error handling".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.model import Practice
from readiness.facts.code.passwords import FAST, is_password, of_account
from readiness.facts.code.script.access import access_of
from readiness.facts.code.script.errors import errors_of
from readiness.facts.code.script.names import Called, arguments, dotted, operator
from readiness.facts.code.script.running import running_of
from readiness.facts.code.script.scope import called
from readiness.facts.code.script.trails import trails_of
from readiness.facts.code.script.web import web_of
from readiness.syntax import line_of, nodes_of

if TYPE_CHECKING:
    from readiness.facts.code.script.scope import Scope
    from readiness.syntax import Node

PIPE = "ValidationPipe"
"""The text of the row that says that NestJS checks the types its controllers declare."""

_MANY = 100  # practices of one kind kept of a file
_LOOKED = 500  # calls that may hash looked at in one file
_SLOW = (
    "bcrypt.",
    "bcryptjs.",
    "argon2.",
    "@node-rs/bcrypt.",
    "@node-rs/argon2.",
    "scrypt-kdf.",
    "oslo/password.",
)
_HASHES = ("hash", "hashSync", "genSalt", "genSaltSync", "Argon2id", "Bcrypt", "Scrypt")
_DERIVED = ("scrypt", "scryptSync", "pbkdf2", "pbkdf2Sync")
_LIBRARIES = (
    *(
        "zod",
        "joi",
        "@hapi/joi",
        "yup",
        "ajv",
        "valibot",
        "superstruct",
        "@sinclair/typebox",
        "arktype",
        "effect",
    ),
    *("celebrate", "express-validator", "class-validator", "express-openapi-validator", "@vinejs/vine"),
    *(
        "zod/v4",
        "zod/v3",
        "runtypes",
        "io-ts",
        "fluent-json-schema",
        "typebox",
        "drizzle-zod",
        "@hono/zod-openapi",
    ),
)
_LIMITS = frozenset(
    (
        *(
            "min",
            "max",
            "length",
            "email",
            "regex",
            "url",
            "uuid",
            "int",
            "positive",
            "nonnegative",
            "nonempty",
        ),
        *(
            "pattern",
            "alphanum",
            "matches",
            "isEmail",
            "isLength",
            "isInt",
            "isURL",
            "isUUID",
            "notEmpty",
            "refine",
        ),
        *("minLength", "maxLength", "gte", "lte", "valid", "oneOf", "integer", "trim", "object", "compile"),
    )
)


def practices_of(scope: Scope, data: bytes) -> tuple[Practice, ...]:
    """Every one in the file ``data``, in the order of the source."""
    calls = called(scope)
    found = [*_passwords(scope, data, calls), *_validation(scope, b"process.env" in data, calls)]
    found += [*errors_of(scope, calls), *web_of(scope, calls), *access_of(scope, calls)]
    found += [*running_of(scope, data, calls), *trails_of(scope, calls)]
    return tuple(sorted(found, key=lambda row: row.line))


def _passwords(scope: Scope, data: bytes, calls: list[Called]) -> list[Practice]:
    if b"assw" not in data and b"crypt" not in data and b"argon2" not in data and b"pwd" not in data:
        return []
    found: list[Practice] = []
    for call in [call for call in calls if _may_hash(call)][:_LOOKED]:
        row = _hashed(call, scope)
        if row is not None and len(found) < _MANY:
            found.append(row)
    slow = any(row.weak is False for row in found)
    if slow:
        # Beside a slow hash a fast one may be what goes into it, or what is on its way out.
        return [
            Practice(row.line, row.kind, row.library, row.text, None) if row.weak else row for row in found
        ]
    return found + _compared(scope)


def _may_hash(call: Called) -> bool:
    return call.imported != "" or call.name.endswith(".update") or call.name.startswith("CryptoJS.")


def _hashed(made: Called, scope: Scope) -> Practice | None:
    call, _, plain, name = made
    line = line_of(call)
    last = name.rpartition(".")[2]
    if name.startswith(_SLOW) and last in _HASHES:
        return Practice(line, "password-hash", name.rpartition(".")[0], f"{name}(…)")
    if name.removeprefix("node:").removeprefix("crypto.") in _DERIVED and _mentions(arguments(call)[:1]):
        return Practice(line, "password-hash", "crypto", f"{name}(…)")
    last = plain.rpartition(".")[2]
    if last == "update" and _mentions(arguments(call)[:1]):
        return _digest(call, scope)
    weak = plain.startswith("CryptoJS.") and last in ("MD5", "SHA1", "SHA256", "SHA512", "SHA3")
    if (weak or name in ("md5", "sha1", "sha256", "js-sha256.sha256", "blueimp-md5")) and _mentions(
        arguments(call)[:1]
    ):
        return Practice(line, "password-hash", name or "crypto-js", f"{plain}(password)", weak=True)
    return None


def _digest(call: Node, scope: Scope) -> Practice | None:
    """``createHash("sha256").update(password)``."""
    function = call.field("function")
    owner = scope.settled(function.field("object")) if function is not None else None
    if owner is None or owner.kind() != "call_expression":
        return None
    if dotted(owner.field("function")).rpartition(".")[2] != "createHash":
        return None
    algorithm = (scope.fold(next(iter(arguments(owner)), None)) or "").lower().replace("-", "")
    if algorithm not in FAST:
        return None
    return Practice(
        line_of(call), "password-hash", "crypto", f'createHash("{algorithm}").update(password)', weak=True
    )


def _mentions(nodes: list[Node]) -> bool:
    """Whether one of ``nodes`` is made of a password."""
    return any(
        is_password(item.text())
        for node in nodes
        for item in nodes_of(node, ("identifier", "property_identifier"))[:50]
    )


def _compared(scope: Scope) -> list[Practice]:
    """``user.password === password``: the password itself is kept."""
    found: list[Practice] = []
    for node in scope.of("binary_expression"):
        if operator(node) not in ("===", "==", "!==", "!=") or len(found) >= _MANY:
            continue
        sides = (node.field("left"), node.field("right"))
        if all(is_password(_last(side)) for side in sides) and any(_kept(side) for side in sides):
            found.append(
                Practice(line_of(node), "password-hash", "plain", "passwords compared as text", weak=True)
            )
    return found


def _last(node: Node | None) -> str:
    return dotted(node).rpartition(".")[2]


def _kept(node: Node | None) -> bool:
    """Whether ``node`` is a field of somebody's account: ``user.password``."""
    return of_account(dotted(node).rpartition(".")[0].rpartition(".")[2])


def _validation(scope: Scope, of_environment: bool, calls: list[Called]) -> list[Practice]:
    found: list[Practice] = []
    modules = scope.modules()
    if any(module == "@nestjs/common" for module in modules):
        made = [(node, dotted(node.field("constructor"))) for node in scope.of("new_expression")]
        made += [(node, dotted(node.field("value"))) for node in scope.of("pair")]
        for node, name in made:
            if name.endswith(PIPE) and len(found) < _MANY:
                found.append(Practice(line_of(node), "input-validation", "@nestjs/common", PIPE))
    used = sorted(module for module in modules if module in _LIBRARIES)
    # What is read from the environment is no input of a caller.
    if used and not of_environment:
        found += _limits(scope, used[0], calls)
    return found


def _limits(scope: Scope, library: str, calls: list[Called]) -> list[Practice]:
    """Where ``library`` is told what a value may be: one for each line, the first of the file."""
    found: dict[int, Practice] = {}
    if library == "class-validator":
        for node in nodes_of(scope.root, ("decorator",)):
            name = next((dotted(child).removesuffix("()") for child in node.named_children()), "")
            origin = scope.origins.get(name)
            if origin is not None and origin.module == library and len(found) < _MANY:
                text = f"@{name}"
                found.setdefault(line_of(node), Practice(line_of(node), "input-validation", library, text))
        return list(found.values())
    for call, function, name, imported in calls:
        member = function if function is not None and function.kind() == "member_expression" else None
        last = dotted(member.field("property")) if member is not None else ""
        direct = imported.startswith(library)
        if not direct and not (
            last in _LIMITS and scope.imported(scope.chain(call).owner).startswith(library)
        ):
            continue
        text = f"{library}: {last or name}"
        found.setdefault(line_of(call), Practice(line_of(call), "input-validation", library, text))
        if len(found) >= _MANY:
            break
    return list(found.values())
