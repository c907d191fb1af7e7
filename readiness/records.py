"""Records: values that do not change (``frozen=True``), and builders that do. The one door to msgspec.

A ``Struct`` is what a dataclass with slots is, made in C: the classes of a scan are there in a few
milliseconds, and a row costs a tenth.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from msgspec import MsgspecError, Struct, field
from msgspec.structs import force_setattr as keep
from msgspec.structs import replace

__all__ = ["Struct", "field", "keep", "names_of", "packed", "replace", "unpacked"]


def names_of(record: type[Struct] | Struct) -> tuple[str, ...]:
    """The names of a record's fields, in order."""
    return record.__struct_fields__


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
