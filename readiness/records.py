"""Records: values that do not change (``frozen=True``), and builders that do. The one door to msgspec.

A ``Struct`` is what a dataclass with slots is, made in C: the classes of a scan are there in a few
milliseconds, and a row costs a tenth.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from msgspec import NODEFAULT, MsgspecError, Struct, field
from msgspec.structs import fields, replace
from msgspec.structs import force_setattr as keep

__all__ = ["Struct", "defaults_of", "field", "keep", "names_of", "packed", "replace", "unpacked"]


def names_of(record: type[Struct] | Struct) -> tuple[str, ...]:
    """The names of a record's fields, in order."""
    return record.__struct_fields__


def defaults_of(record: type[Struct]) -> dict[str, Any]:
    """What the fields are that may be left out where a record is made, by name."""
    return {
        one.name: one.default_factory() if one.default is NODEFAULT else one.default
        for one in fields(record)
        if not one.required
    }


def packed(value: Any) -> bytes:
    """``value`` as bytes, for ``unpacked``. Source: MessagePack."""
    from msgspec import msgpack  # noqa: PLC0415 - only caches need it

    return msgpack.encode(value)


def unpacked(data: bytes, shape: Any) -> Any:
    """The value of the type ``shape`` that ``packed`` made ``data`` of.

    Raises ``ValueError`` for anything else.
    """
    try:
        return _decoder(shape).decode(data)
    except MsgspecError as error:
        raise ValueError(str(error)) from None


@lru_cache(maxsize=256)
def _decoder(shape: Any) -> Any:
    from msgspec import msgpack  # noqa: PLC0415 - only caches need it

    return msgpack.Decoder(shape)
