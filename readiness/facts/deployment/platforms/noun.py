"""``platform.service``: every service that a descriptor in the repository tells a platform to run."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from readiness.facts.deployment.platforms import clouds, fly, functions, heroku, machines, nomad, paas
from readiness.facts.deployment.platforms.reading import row
from readiness.facts.deployment.platforms.row import PlatformService
from readiness.facts.model import Collected, Noun, Opening, Parser
from readiness.facts.repository.environments import environment_of
from readiness.facts.settings import nodes
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.platforms.reading import Reader
    from readiness.facts.model import Facts, Parsed
    from readiness.spans import Problem
    from readiness.tree.model import Entry

_READERS: tuple[Reader, ...] = (
    *fly.READERS,
    *paas.READERS,
    *heroku.READERS,
    *clouds.READERS,
    *functions.READERS,
    *machines.READERS,
)
_PROCFILES = ("**/Procfile", "**/Procfile.*")
_ECOSYSTEMS = ("**/ecosystem.config.{js,cjs,mjs}",)
MAX_ROWS = 200
"""How many services one descriptor may tell of."""

_DEVELOPMENT = ("dev", "development", "local")


def collect_services(facts: Facts, scope: tuple[str, ...]) -> Collected[PlatformService]:  # noqa: ARG001
    """The rows of all descriptors, each of which is known by its name and by what is in it."""
    return _Found(facts).collected()


class _Found:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._rows: list[PlatformService] = []
        self._problems: list[Problem] = []
        self._openings: list[Opening] = []
        self._looked: set[str] = set()

    def collected(self) -> Collected[PlatformService]:
        for reader in _READERS:
            for entry in self._files(*reader.globs):
                parsed = nodes(self._facts, entry.path, reader.family)
                if parsed.value is not None:
                    self._take(reader.told(entry, parsed.value))
                self._unread(parsed)
        for entry in self._files(*_PROCFILES):
            if entry.path.rpartition(".")[2] in _DEVELOPMENT:
                continue
            processes = self._facts.parsed(heroku.PROCFILE, entry.path)
            self._take(heroku.processes(entry, processes.value or ()))
            self._unread(processes)
        for entry in self._files(*nomad.GLOBS):
            job = self._facts.parsed(nomad.JOB, entry.path)
            if job.value is not None:
                self._take(nomad.jobs(entry, job.value))
            self._unread(job)
        self._rows += self._ecosystems()
        rows = {(each.path, each.line, each.name): each for each in self._rows}
        return Collected(
            tuple(heroku.joined(rows.values())),
            tuple(self._problems),
            tuple(self._openings),
            tuple(sorted(self._looked)),
        )

    def _files(self, *globs: str) -> Iterator[Entry]:
        for entry in self._facts.paths(*globs):
            if entry.size:
                self._looked.add(entry.path)
                yield entry

    def _take(self, rows: Iterator[PlatformService]) -> None:
        """Hold the rows of one file; of very many the first."""
        self._rows += islice(rows, MAX_ROWS)

    def _unread(self, parsed: Parsed[Any]) -> None:
        if parsed.problem is None:
            return
        self._problems.append(parsed.problem)
        if parsed.opens and parsed.entry.role is Role.PRODUCT:
            path, line, message = parsed.entry.path, parsed.problem.line, parsed.problem.message
            self._openings.append(Opening(path, line, message, environment_of(path)))

    def _ecosystems(self) -> Iterator[PlatformService]:
        """PM2's configuration as a program: that it is there is known, what it says is not."""
        for entry in self._files(*_ECOSYSTEMS):
            line = self._facts.parsed(_APPS, entry.path).value
            if line:
                yield row(
                    entry, line, "pm2", machine=True, built="none", command=None, healthcheck=False,
                    autoscaled=False, limits_cpu=False, env_names=None, secret_refs=None,
                )  # fmt: skip


def _apps(data: bytes) -> int:
    """The line on which the programs begin; 0 if there are none."""
    at = data.find(b"apps")
    return 0 if at < 0 else data.count(b"\n", 0, at) + 1


_APPS: Parser[int] = Parser("pm2-apps", 1, _apps)

SERVICE: Noun[PlatformService] = Noun(
    "platform.service", PlatformService, "a service that a platform runs from a descriptor", collect_services
)
