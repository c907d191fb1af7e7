"""One command or action that a job runs in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct

if TYPE_CHECKING:
    from readiness.facts.ci.model import Step
    from readiness.spans import Span


class Task(Struct, frozen=True):
    """One command that is run in the end, or one action.

    ``line`` is the line in the pipeline's file. ``masked`` says why its failure does not
    fail the job. ``enabled`` is about the step alone. ``checked_out`` says whether the job
    has the repository's files by then. ``unknown`` is why it could not be followed,
    ``missing`` what it names that is not there.
    """

    step: Step
    line: int
    text: str
    words: tuple[str, ...] = ()
    action: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    tool: str = ""
    purposes: frozenset[str] = frozenset()
    masked: str = ""
    placeholder: bool = False
    checked_out: bool | None = False
    writes_own_input: bool = False
    via: tuple[Span, ...] = ()
    missing: str = ""
    unknown: str = ""

    @property
    def real(self) -> bool:
        """Whether it runs at all and is more than a placeholder."""
        return self.step.enabled is not False and not self.placeholder

    @property
    def blocking(self) -> bool:
        """Whether its failure fails the job."""
        return not self.masked
