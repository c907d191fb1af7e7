"""Makes a repository of any number of files, the same for the same seed: something to measure scans on.

    python benchmarks/trees.py FOLDER --files 10000 [--seed 1]

It resembles a company's one repository for all it makes: services in Python and TypeScript by domain, each
with code, tests, manifests, documents, data, an image and now and then a lock file; sizes vary as those of
real files do (many small, few large). Every name, version and sentence is made up. There is a commit for
every 25 files, so that there is a history. FOLDER must not exist or be empty.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import other_texts as other
import program_texts as program
from words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_BEGIN = 1_735_689_600  # seconds; 2025-01-01, when the history begins
_EACH_COMMIT = 25  # files
_MOST_WORKFLOWS = 60
_LARGEST, _SMALLEST = 200_000, 120  # characters
_SPREAD = 1.0  # of the logarithm of sizes: half the files are larger than the median, one in six 2.7 times
_DEEPEST = 5  # folders below a service's own

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
}


class File(NamedTuple):
    """A path, and what makes its content when it is wanted."""

    path: str
    make: Callable[[], str | bytes]


class Sort(NamedTuple):
    """A sort of file in a service: its share, where, its name's end, its median size, its text."""

    share: int
    folder: str
    ending: str
    median: int
    text: Callable[[Words, int], str | bytes]


_COMMON = (
    Sort(10, "deploy", ".yaml", 1_100, other.manifests),
    Sort(9, "docs", ".md", 2_600, other.markdown),
    Sort(9, "fixtures", ".json", 1_800, other.fixture),
    Sort(2, "scripts", ".sh", 700, other.shell),
    Sort(3, "migrations", ".sql", 900, other.sql),
    Sort(2, "docs/pictures", ".png", 9_000, other.picture),
)
_PYTHON = (
    Sort(45, "src", ".py", 3_200, program.python),
    Sort(20, "tests", ".py", 2_600, program.python_test),
    *_COMMON,
)
_TYPESCRIPT = (
    Sort(26, "src", ".ts", 2_400, program.typescript),
    Sort(18, "src/components", ".tsx", 2_200, program.component),
    Sort(15, "src", ".test.ts", 2_000, program.typescript_test),
    Sort(6, "src/styles", ".css", 1_200, other.stylesheet),
    *_COMMON,
)


def main(arguments: list[str] | None = None) -> int:
    """Make the repository; print what it came to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where to; must not exist, or be empty")
    parser.add_argument("--files", type=int, default=1_000, help="how many files (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another repository (default 1)")
    options = parser.parse_args(arguments)
    if options.folder.exists() and any(options.folder.iterdir()):
        parser.error(f"{options.folder} is not empty")
    if options.files < 1:
        parser.error(f"--files is {options.files}; at least 1")
    found = build(options.folder, options.files, str(options.seed))
    print(found)  # noqa: T201 - it is what the command answers
    return 0


def build(folder: Path, count: int, seed: str) -> str:
    """Write ``count`` files with their history into ``folder``; gives the id of git's tree."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    command = ["git", "-C", str(folder), "fast-import", "--quiet", "--force"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, **_ENVIRONMENT}) as importing:  # noqa: S603 - our own command
        if importing.stdin is not None:
            write_history(importing.stdin, files(count, seed), Words(f"{seed}/history"))
    if importing.returncode:
        raise SystemExit(importing.returncode)
    git(folder, "reset", "-q", "--hard", "main")
    return git(folder, "rev-parse", "HEAD^{tree}")


def git(folder: Path, *arguments: str) -> str:
    """What git prints; the caller's own settings play no part."""
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, env={**os.environ, **_ENVIRONMENT}, check=True, capture_output=True)  # noqa: S603 - our own commands
    return done.stdout.decode().strip()


def write_history(stream: IO[bytes], made: Iterable[File], words: Words) -> None:
    """The files as commits, in the format of ``git fast-import``."""
    people = [words.thing() for _ in range(12)]
    for number, file in enumerate(made):
        if number % _EACH_COMMIT == 0:
            person = words.chance.choice(people)
            when = _BEGIN + number * 600 + words.chance.randint(0, 9_000)
            message = f"{words.thing()}: {words.action().replace('_', ' ')}\n\n{words.sentence()}\n".encode()
            stream.write(b"commit refs/heads/main\n")
            stream.write(f"committer {person.capitalize()} <{person}@example.org> {when} +0000\n".encode())
            stream.write(b"data %d\n%s\n" % (len(message), message))
        content = file.make()
        data = content if isinstance(content, bytes) else content.encode()
        mode = "100755" if file.path.endswith(".sh") else "100644"
        stream.write(f"M {mode} inline {file.path}\ndata {len(data)}\n".encode())
        stream.write(data)
        stream.write(b"\n")


def files(count: int, seed: str) -> Iterator[File]:
    """``count`` files: what stands at the root, then one service after another."""
    return islice(_every(seed), count)


def _every(seed: str) -> Iterator[File]:
    words = Words(seed)
    yield from _root(seed)
    taken: set[str] = set()
    domains = sorted({words.thing() for _ in range(12)})
    while True:
        domain = words.chance.choice(domains)
        folder = _unused(f"services/{domain}/{words.name().replace('_', '-')}", "", taken)
        number = len(taken)
        yield from _service(f"{seed}/{number}", folder, workflow=number <= _MOST_WORKFLOWS)


def _root(seed: str) -> Iterator[File]:
    words = Words(f"{seed}/root")
    yield File("README.md", partial(other.markdown, words, 6_000))
    yield File("CHANGELOG.md", partial(other.markdown, words, 20_000))
    yield File("SECURITY.md", partial(other.markdown, words, 1_000))
    yield File("CONTRIBUTING.md", partial(other.markdown, words, 4_000))
    yield File("compose.yaml", partial(other.compose, words))
    yield File(".gitignore", lambda: "node_modules/\n__pycache__/\ndist/\n.env\n")
    yield File(".dockerignore", lambda: ".git\nnode_modules\n")
    yield File("Makefile", lambda: "test:\n\tpytest -q\n\nlint:\n\truff check .\n")
    yield File("pyproject.toml", lambda: other.pyproject(words, "everything"))


def _service(seed: str, folder: str, *, workflow: bool) -> Iterator[File]:
    """A service of about a hundred files: what it is built from first, then its code and the rest."""
    words = Words(seed)
    written_in_python = words.chance.random() < 0.55
    name = folder.rpartition("/")[2]
    yield File(f"{folder}/README.md", partial(other.markdown, words, 2_000))
    yield File(f"{folder}/Dockerfile", partial(other.dockerfile, words, written_in_python))
    if workflow:
        yield File(f".github/workflows/{name}.yml", partial(other.workflow, words, folder, written_in_python))
    locked = words.chance.random() < 0.4
    if written_in_python:
        yield File(f"{folder}/pyproject.toml", partial(other.pyproject, words, name))
        yield File(
            f"{folder}/requirements.txt",
            partial(other.requirements, words, words.chance.randint(5, 80), hashes=locked),
        )
    else:
        packages = other.package_names(words, words.chance.randint(40, 900))
        yield File(f"{folder}/package.json", partial(other.package_json, words, name, packages))
        yield File(f"{folder}/tsconfig.json", lambda: '{ "compilerOptions": { "strict": true } }\n')
        if locked:
            yield File(f"{folder}/package-lock.json", partial(other.package_lock, words, name, packages))
    yield from _contents(seed, folder, _PYTHON if written_in_python else _TYPESCRIPT)


def _contents(seed: str, folder: str, sorts: tuple[Sort, ...]) -> Iterator[File]:
    words = Words(f"{seed}/contents")
    below: dict[str, list[str]] = {sort.folder: [f"{folder}/{sort.folder}"] for sort in sorts}
    taken: set[str] = set()
    shares = [sort.share for sort in sorts]
    for number in range(min(600, int(words.chance.lognormvariate(math.log(80), 0.7)) + 10)):
        sort = words.chance.choices(sorts, shares)[0]
        place = _folder(words, below[sort.folder])
        prefix = "test_" if sort.text is program.python_test else ""
        path = _unused(f"{place}/{prefix}{words.name()}", sort.ending, taken)
        size = int(words.chance.lognormvariate(math.log(sort.median), _SPREAD))
        yield File(
            path,
            partial(sort.text, Words(f"{seed}/{number}"), min(max(size, _SMALLEST), _LARGEST)),
        )


def _folder(words: Words, known: list[str]) -> str:
    """One of the folders known so far, or a new one below it."""
    place = words.chance.choice(known)
    if words.chance.random() < 0.15 and place.count("/") - known[0].count("/") < _DEEPEST:
        place = f"{place}/{words.thing()}"
        known.append(place)
    return place


def _unused(stem: str, ending: str, taken: set[str]) -> str:
    path, number = f"{stem}{ending}", 2
    while path in taken:
        path, number = f"{stem}_{number}{ending}", number + 1
    taken.add(path)
    return path


if __name__ == "__main__":
    sys.exit(main())
