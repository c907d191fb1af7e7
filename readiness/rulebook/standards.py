"""The frameworks whose controls the rules speak of, from ``rules/standards.yaml``."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from readiness.errors import RuleError
from readiness.records import Struct
from readiness.resources import shipped
from readiness.rulebook.reader import Reader
from readiness.spans import Unparsable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_KEYS = ("title", "version", "source", "complete", "controls")


class Framework(Struct, frozen=True):
    """A publication of controls: ``controls`` are the ids with their short titles, in its own order.

    ``complete`` says that every control of it is listed; else only those that a rule may name.
    """

    key: str
    title: str
    version: str
    source: str
    complete: bool
    controls: Mapping[str, str]

    @property
    def name(self) -> str:
        """Title and version, as it is cited."""
        return f"{self.title} ({self.version})" if self.version else self.title


@lru_cache(maxsize=4)
def load_standards(path: Path | None = None) -> Mapping[str, Framework]:
    """The frameworks of the file ``path``, by default the shipped one, by key.

    Raises ``RuleError`` with its line if the file is not written as the shipped one is.
    """
    from readiness.structured.yaml import parse  # noqa: PLC0415 - heavy

    file = path or shipped("rules") / "standards.yaml"
    name = f"rules/{file.name}"
    try:
        (document,) = parse(file.read_bytes())
    except Unparsable as error:
        raise RuleError(name, error.line, error.reason) from None
    except ValueError:
        raise RuleError(name, 1, "one document of frameworks is expected") from None
    found = {}
    for key, node in Reader(name, document, "the frameworks").table:
        reader = Reader(name, node, f"the framework '{key.text}'", _KEYS)
        controls = Reader(name, reader.node("controls"), "'controls'")
        found[key.text] = Framework(
            key=key.text,
            title=reader.text("title"),
            version=reader.raw("version"),
            source=reader.text("source"),
            complete=reader.choice("complete", {"true": True, "false": False}),
            controls={control.text: controls.raw(control.text) for control, _ in controls.table},
        )
    return found
