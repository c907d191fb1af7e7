"""Ages in days, by the one date that an assessment is made as of."""

from __future__ import annotations

from datetime import UTC, date, datetime


def day_of(seconds: int) -> date | None:
    """The day, in UTC, of a moment in seconds since 1970; None for 0, which stands for no moment."""
    if seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def days_before(as_of: str, seconds: int) -> int | None:
    """How many days before ``as_of`` (``YYYY-MM-DD``) a moment was: 0 for that day and for any after it.

    None without a date or without a moment.
    """
    day = day_of(seconds)
    try:
        until = date.fromisoformat(as_of)
    except ValueError:
        return None
    return None if day is None else max((until - day).days, 0)
