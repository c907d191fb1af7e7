"""What a user chooses for the report: what the plan is reckoned with, and how the report presents itself."""

from __future__ import annotations

import string

from readiness.records import Struct, field

SIZES = ("small", "medium", "large")
PLANNED_ENVIRONMENTS = ("development", "staging", "production")
LOGO = 96_000
"""The most characters of a logo's data URI."""
_IMAGES = tuple(f"data:image/{kind};base64," for kind in ("png", "jpeg", "gif", "webp", "svg+xml"))
_BASE64 = frozenset(string.ascii_letters + string.digits + "+/=")


class Planning(Struct, frozen=True):
    """What the plan is reckoned with: the user's choices, else the defaults. Money is in whole units.

    ``focus`` is the percentage of a week that goes into the plan. ``rate`` is how much of the currency a US
    dollar is, ``prices`` are those that the user gave in the currency, by the id of the item; both in
    thousandths. No ``environments`` are all.
    """

    engineers: int = 2
    focus: int = 70
    size: str = "small"
    currency: str = "USD"
    rate: int = 1000
    prices: dict[str, int] = field(default_factory=dict)
    environments: tuple[str, ...] = ()


class Branding(Struct, frozen=True):
    """How the report presents itself: who assessed, in what version, whose it is. ``logo`` is a data URI."""

    assessor: str = ""
    version: str = ""
    brand: str = ""
    logo: str = ""
    footer: str = ""


def is_logo(text: str) -> bool:
    """Whether ``text`` is a data URI of an image that a report may show."""
    start = next((one for one in _IMAGES if text.startswith(one)), "")
    return bool(start) and len(text) <= LOGO and set(text[len(start) :]) <= _BASE64
