"""PHP's manifest. Source: Composer, "The composer.json schema", "Versions and constraints"."""

from __future__ import annotations

from readiness.facts.dependencies.model import Declared, Requirement, Scope
from readiness.facts.model import Parser
from readiness.spans import Unparsable
from readiness.structured.nodes import Scalar, Table

_PLATFORM = ("php", "hhvm", "php-64bit", "composer")
_PLATFORM_PARTS = ("ext-", "lib-", "composer-")
_SECTIONS: tuple[tuple[str, Scope], ...] = (("require", "runtime"), ("require-dev", "development"))


def parse_composer(data: bytes) -> Declared:
    """A ``composer.json``; PHP itself and its extensions are no packages."""
    from readiness.structured.json import parse  # noqa: PLC0415 - reads one kind of file only

    root = parse(data)
    if not isinstance(root, Table):
        raise Unparsable(root.line, "composer.json is not an object")
    found = [
        Requirement(name.line, name.text.lower(), value.text, _exact(value.text), scope)
        for section, scope in _SECTIONS
        for name, value in root.table(section) or ()
        if isinstance(value, Scalar) and not _is_platform(name.text)
    ]
    return Declared(tuple(found))


def _is_platform(name: str) -> bool:
    return name in _PLATFORM or name.startswith(_PLATFORM_PARTS)


def _exact(version: str) -> bool:
    numbers = version.removeprefix("=").removeprefix("v").partition("@")[0].partition("-")[0].split(".")
    return len(numbers) >= 3 and all(number.isdigit() for number in numbers)


COMPOSER: Parser[Declared] = Parser("composer-json", 1, parse_composer)
