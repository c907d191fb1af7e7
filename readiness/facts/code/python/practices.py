"""What a Python program does, or sets up, to keep itself safe: schemas, password hashes, handlers of errors.

Sources: pydantic "Fields", marshmallow "Schemas", Django "Password management", passlib "New Application
Quickstart", Werkzeug "Security Helpers"; FastAPI "Handling Errors", Flask "Handling Application Errors",
Django "Customizing error views", Starlette "Exceptions".
"""

from __future__ import annotations

import ast

from readiness.facts.code.model import Practice
from readiness.facts.code.passwords import FAST, is_password, of_account
from readiness.facts.code.python.access import access_of
from readiness.facts.code.python.errors import errors_of
from readiness.facts.code.python.running import running_of
from readiness.facts.code.python.scope import Scope, argument, below, dotted, keyword, line_of
from readiness.facts.code.python.trails import trails_of
from readiness.facts.code.python.web import web_of

_MANY = 100  # practices of one kind kept of a file
# --- passwords
_SLOW = (
    "bcrypt.hashpw",
    "bcrypt.kdf",
    "flask_bcrypt.generate_password_hash",
    "werkzeug.security.generate_password_hash",
    "django.contrib.auth.hashers.make_password",
    "argon2.PasswordHasher",
    "argon2.hash_password",
    "passlib.hash.",
    "pwdlib.PasswordHash",
    "nacl.pwhash.",
)
_DERIVED = ("hashlib.pbkdf2_hmac", "hashlib.scrypt")
_WEAK_SCHEMES = ("md5", "sha1", "plaintext", "hex_", "des_crypt", "ldap_", "unsalted", "lmhash", "nthash")
_FAST_CALLS = tuple(f"hashlib.{name}" for name in (*FAST, "new"))
# --- schemas: what limits a value beyond its type
_LIMITS = frozenset(
    (
        *(
            "min_length",
            "max_length",
            "ge",
            "gt",
            "le",
            "lt",
            "pattern",
            "regex",
            "multiple_of",
            "max_digits",
        ),
        *("min_items", "max_items", "min_value", "max_value", "validate", "validators"),
    )
)
_FIELDS = ("pydantic.", "fastapi.", "marshmallow.", "sqlmodel.", "ninja.", "msgspec.", "rest_framework.")
_LIMITED = frozenset(
    (
        *("constr", "conint", "conlist", "confloat", "condecimal", "field_validator", "model_validator"),
        *("validator", "root_validator", "StringConstraints", "AfterValidator", "BeforeValidator"),
    )
)
_CHECKERS = ("jsonschema.validate", "cerberus.Validator", "voluptuous.Schema", "fastjsonschema.compile")
_OF_MODELS = ("ModelSerializer", "HyperlinkedModelSerializer", "ModelForm", "UserCreationForm", "FlaskForm")


def practices_of(scope: Scope) -> tuple[Practice, ...]:
    """Every one in the file, in the order of the source."""
    found = [*_passwords(scope), *_validation(scope), *errors_of(scope)]
    found += [*web_of(scope), *access_of(scope), *running_of(scope), *trails_of(scope)]
    return tuple(sorted(found, key=lambda row: row.line))


def _passwords(scope: Scope) -> list[Practice]:
    found: list[Practice] = []
    for call, name in scope.calls:
        row = _hashed(call, name, scope)
        if row is not None and len(found) < _MANY:
            found.append(row)
    found += _hashers(scope)
    slow = any(row.weak is False for row in found)
    if not slow or "pwned" in " ".join(scope.mentions).lower():
        found += [row for row in _compared(scope) if not slow]
    # Beside a slow hash a fast one may be what goes into it, or what is on its way out.
    return [_doubted(row) if slow and row.weak else row for row in found]


def _doubted(row: Practice) -> Practice:
    return Practice(row.line, row.kind, row.library, row.text, None)


def _hashed(call: ast.Call, name: str, scope: Scope) -> Practice | None:
    line = line_of(call)
    if name.startswith(_SLOW):
        method = scope.fold(argument(call, 1, "method")) or "" if name.startswith("werkzeug") else ""
        weak = method.startswith(("sha", "md5", "plain"))
        return Practice(line, "password-hash", name.partition(".")[0], f"{name.replace('()', '')}(…)", weak)
    if name == "passlib.context.CryptContext":
        schemes = argument(call, 0, "schemes")
        first = scope.fold(next(iter(getattr(schemes, "elts", ())), None)) or ""
        weak = any(word in first for word in _WEAK_SCHEMES)
        return Practice(line, "password-hash", "passlib", f'CryptContext("{first}")', weak)
    last = name.rpartition(".")[2]
    if last in ("set_password", "create_user", "create_superuser") and "django" in scope.heads:
        return Practice(line, "password-hash", "django", f"{last}(…)")
    given = [*call.args, *(item.value for item in call.keywords)]
    if name in _DERIVED and _mentions(given):
        return Practice(line, "password-hash", "hashlib", f"{name}(…)")
    if name in _FAST_CALLS and _mentions(given):
        if last == "new" and scope.fold(call.args[0]) not in FAST:
            return None
        return Practice(line, "password-hash", "hashlib", f"{name}(password)", weak=True)
    return None


def _mentions(nodes: list[ast.expr]) -> bool:
    """Whether one of ``nodes`` is made of a password."""
    for node in nodes:
        for item in below(node):
            if is_password(_last(item)):
                return True
    return False


def _last(node: ast.AST) -> str:
    """The last part of what ``node`` is called: ``password`` of ``form["password"]``."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(text))):
            return text
        case _:
            return ""


def _hashers(scope: Scope) -> list[Practice]:
    """Django: the first of ``PASSWORD_HASHERS``, else its own, where it keeps users."""
    given = scope.values.get("PASSWORD_HASHERS")
    if given:
        first = scope.fold(next(iter(getattr(given[-1], "elts", ())), None))
        if first is None:
            return []
        weak = any(word in first for word in ("MD5", "SHA1", "Crypt"))
        text = f"PASSWORD_HASHERS: {first.rpartition('.')[2]}"
        return [Practice(line_of(given[-1]), "password-hash", "django", text, weak)]
    apps = scope.values.get("INSTALLED_APPS")
    if apps and "django.contrib.auth" in scope.texts:
        return [Practice(line_of(apps[0]), "password-hash", "django", "django.contrib.auth")]
    return []


def _compared(scope: Scope) -> list[Practice]:
    """``user.password == password``: the password itself is kept."""
    if not any(is_password(name) for name in scope.mentions):
        return []
    found = []
    for node in scope.nodes:
        if (
            isinstance(node, ast.Compare)
            and len(node.ops) == 1
            and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        ):
            sides = (node.left, node.comparators[0])
            if all(is_password(_last(side)) for side in sides) and any(_kept(side) for side in sides):
                found.append(
                    Practice(line_of(node), "password-hash", "plain", "passwords compared as text", True)
                )
    return found[:_MANY]


def _kept(node: ast.expr) -> bool:
    """Whether ``node`` is a field of somebody's account: ``user.password``, ``row["password"]``."""
    owner = node.value if isinstance(node, ast.Attribute | ast.Subscript) else None
    return owner is not None and of_account(dotted(owner).rpartition(".")[2])


def _validation(scope: Scope) -> list[Practice]:
    found: list[Practice] = []
    for call, name in scope.calls:
        if len(found) >= _MANY:
            break
        last = name.rpartition(".")[2]
        library = name.partition(".")[0]
        if name.startswith(_FIELDS) and (
            last in _LIMITED or any(item.arg in _LIMITS for item in call.keywords)
        ):
            found.append(Practice(line_of(call), "input-validation", library, f"{last}(…)"))
        elif name in _CHECKERS:
            found.append(Practice(line_of(call), "input-validation", library, f"{name}(…)"))
        elif last == "annotate" or keyword(call, "validators") is None or "wtforms" not in name:
            continue
        else:
            found.append(Practice(line_of(call), "input-validation", "wtforms", f"{last}(validators=…)"))
    for view in scope.classes.values():
        bases = [scope.qualified(base) for base in view.bases]
        of = next((base for base in bases if base.rpartition(".")[2] in _OF_MODELS), "")
        if of:
            found.append(
                Practice(
                    line_of(view),
                    "input-validation",
                    of.partition(".")[0],
                    f"{view.name}({of.rpartition('.')[2]})",
                )
            )
    return found
