"""The manifests of npm and Go.

Sources: npm "package.json", Go "go.mod file reference".
"""

from __future__ import annotations

from readiness.facts.dependencies.model import Declared, Requirement, Scope
from readiness.facts.model import Parser
from readiness.spans import Unparsable
from readiness.structured.nodes import Scalar, Table

_LOCAL = ("file:", "link:", "workspace:", "portal:")
_SECTIONS: tuple[tuple[str, Scope], ...] = (
    ("dependencies", "runtime"),
    ("optionalDependencies", "runtime"),
    ("devDependencies", "development"),
)


def parse_package_json(data: bytes) -> Declared:
    """``package.json``; packages of the same workspace are no dependencies."""
    from readiness.structured.json import parse  # noqa: PLC0415 - reads one kind of file only

    root = parse(data)
    if not isinstance(root, Table):
        raise Unparsable(root.line, "package.json is not an object")
    found = [
        Requirement(name.line, name.text, value.text, _exact(value.text), scope)
        for section, scope in _SECTIONS
        for name, value in root.table(section) or ()
        if isinstance(value, Scalar) and not value.text.startswith(_LOCAL)
    ]
    return Declared(tuple(found))


def _exact(version: str) -> bool:
    core = version.removeprefix("=").removeprefix("v")
    numbers = core.partition("-")[0].partition("+")[0].split(".")
    return len(numbers) == 3 and all(number.isdigit() for number in numbers)


def parse_go_mod(data: bytes) -> Declared:
    """``go.mod``: what the module requires itself; a version is a minimum that Go takes exactly."""
    found: list[Requirement] = []
    block = ""
    module = False
    for number, raw in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        line, _, comment = raw.partition("//")
        words = line.split()
        if not words:
            continue
        if words[0] == ")":
            block = ""
            continue
        if words[-1] == "(":
            block = words[0]
            continue
        directive, rest = (block, words) if block else (words[0], words[1:])
        module = module or directive == "module"
        if directive == "require" and len(rest) == 2 and "indirect" not in comment:
            name = rest[0].strip('"')
            found.append(Requirement(number, name, rest[1], True, "runtime"))
    return Declared(tuple(found), manifest=module)


PACKAGE_JSON: Parser[Declared] = Parser("package-json-dependencies", 1, parse_package_json)
GO_MOD: Parser[Declared] = Parser("go-mod", 1, parse_go_mod)
