"""The options that say how a report presents itself: templates and a logo of the user's own."""

from __future__ import annotations

import base64
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from readiness.errors import ReadinessError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from readiness.assessment import Assessment

F = TypeVar("F", bound="Callable[..., Any]")

_MOST = 64 * 1024
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"RIFF", "webp"),
    (b"<svg", "svg+xml"),
    (b"<?xml", "svg+xml"),
)

_OPTIONS = (
    click.option(
        "--templates",
        default="",
        metavar="DIR",
        help="Your own templates; a file there stands for the shipped one of its name.",
    ),
    click.option(
        "--logo", default="", metavar="FILE", help="An image for the head of HTML reports, at most 64 KiB."
    ),
)


def presenting(command: F) -> F:
    """The options ``--templates`` and ``--logo``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def overriding(templates: str) -> Iterator[None]:
    """While this lasts, reports are written by the user's ``templates``, where there are any."""
    if not templates:
        yield
        return
    from readiness.render.templates import overridden  # noqa: PLC0415 - Jinja2 is only there for reports

    with overridden(templates):
        yield


def with_logo(found: Assessment, file: str) -> Assessment:
    """``found`` with the image in the user's ``file`` as its logo; as it is without one.

    Raises ``ReadinessError`` for a file that is no image, or is too large.
    """
    if not file:
        return found
    from readiness.records import replace  # noqa: PLC0415

    return replace(found, branding=replace(found.branding, logo=data_uri(file)))


def data_uri(file: str) -> str:
    """The image in ``file`` as a data URI. Source: RFC 2397; the kind by the file's first bytes."""
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise ReadinessError(f"--logo: cannot read '{file}': {error.strerror or error}") from None
    if len(data) > _MOST:
        raise ReadinessError(f"--logo: '{file}' has {len(data)} bytes; at most {_MOST} go into a report")
    kind = next((kind for start, kind in _KINDS if data.lstrip().startswith(start)), "")
    if not kind:
        raise ReadinessError(f"--logo: '{file}' is no PNG, JPEG, GIF, WebP or SVG")
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
