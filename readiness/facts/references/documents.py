"""What documents name: relative links, paths within their lines, and what their commands need.

A document also shows what a reader shall make, tells of what once was and of what will be, and uses
the files of other repositories. All that is left out: a reference that is not there must
surely be meant to be.
"""

from __future__ import annotations

from posixpath import basename, dirname
from typing import TYPE_CHECKING

from readiness.facts.commands.shell import split
from readiness.facts.commands.unwrap import layers
from readiness.facts.documents.nouns import DOCUMENT
from readiness.facts.model import Collected
from readiness.facts.references.links import links_of
from readiness.facts.references.mentions import MARKDOWN, RST, Mentions
from readiness.facts.references.named import is_file, is_path, kind_of, modules_of, named_by
from readiness.facts.references.noun import Reference, made
from readiness.facts.references.places import inside, places_of
from readiness.facts.references.tasks import Tasks
from readiness.facts.words import name_words, word_set
from readiness.records import Struct, field
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.commands.shell import Command
    from readiness.facts.documents.kinds import Kind as DocumentKind
    from readiness.facts.model import Facts
    from readiness.facts.references.mentions import Block, Mention
    from readiness.facts.references.named import Named
    from readiness.tree.model import Entry

_PAST_OR_FUTURE: frozenset[DocumentKind] = frozenset(
    ("changelog", "roadmap", "design", "decision", "release", "license", "code-of-conduct", "postmortem")
)
_SPECULATIVE = word_set(
    "adr adrs archive archived blueprint history legacy plan planning plans proposal proposals"
)
_SPECULATIVE |= word_set("changes decisions openspec")
_SPECULATIVE |= word_set(
    "rfc rfcs spec specs story stories todo uat upgrade migration workflow implementation"
)
_HEDGES = word_set(
    """
    add adding added adds append create created creates creating custom define delete deleted deprecated
    described could don doesn exist example examples existed existing for former formerly future generate
    generated generates generating if install instance instead like missing moved new no not old optional
    optionally output outputs own place planned previously produces put rename renamed removed replace
    replaced save saved should similar stored such template todo upload want was were will would write
    writes written yourself your copy copied e.g produce produced
    """
)
_ASSERTING = ("provided", "included", "accompanied by", "comes with", "ships with", "shipped")
_ASSERTED = word_set(
    "dockerfile makefile procfile changelog.md contributing.md security.md license jenkinsfile"
)
_ASSERTED |= word_set("docker-compose.yml docker-compose.yaml compose.yaml .env.example requirements.txt")
_GENERIC = word_set(
    "startup install app demo example hello index main script server test your client manage run wsgi asgi"
)
# Tools look into these of every repository, so that their documents speak of those of their users.
_HOMES = (".github/", ".gitlab/", ".circleci/", ".vscode/", ".devcontainer/")
_MOST_BLOCKS, _LONGEST = 300, 20_000
_WRITERS = word_set(
    "mkdir touch cp mv ln tee curl wget git tar unzip cookiecutter npx django-admin rails helm"
)


class _Reading(Struct):
    """One document while its commands are followed: where the reader stands, and what was made on the way."""

    entry: Entry
    mentions: Mentions
    folder: str
    names: frozenset[str]
    contributing: bool = False
    made: set[str] = field(default_factory=set)
    visited: list[str] = field(default_factory=list)
    foreign: bool = False


class _Documents:
    def __init__(self, facts: Facts) -> None:
        self.facts, self.places, self.tasks = facts, places_of(facts), Tasks(facts)
        subject = facts.tree.subject
        own = {subject.name, basename(subject.remote.removesuffix(".git"))}
        self.names = frozenset(name for name in own if name)

    def read(self, entry: Entry, mentions: Mentions, *, doubtful: bool) -> Iterator[Reference]:
        yield from links_of(entry, mentions, self.places, doubtful=doubtful)
        if doubtful:
            return
        reading = _Reading(
            entry, mentions, dirname(entry.path), self.names, "contributing" in entry.path.lower()
        )
        reading.made.update(_shown(mentions))
        for block in mentions.blocks[:_MOST_BLOCKS]:
            if block.shell:
                yield from self._block(reading, block)
        yield from self._codes(reading)

    # code within lines

    def _codes(self, reading: _Reading) -> Iterator[Reference]:
        for code in reading.mentions.codes:
            text = code.text.removeprefix("./").rstrip("/")
            if not is_path(code.text) or code.text.startswith("..") or not _tells(code):
                continue
            if text.startswith(_HOMES) and not reading.contributing:
                continue
            if "/" in text and (is_file(text) or code.text.startswith("./")):
                exists = self._path_exists(reading, text, code, folders=(reading.folder, ""))
            elif text.lower() in _ASSERTED and _asserts(code):
                exists = bool(self.places.named(text)) or (None if self._is_made(reading, text) else False)
            else:
                continue
            if exists is not None:
                yield made(reading.entry, code.line, kind_of(text), text, exists, "document")

    def _path_exists(
        self, reading: _Reading, text: str, code: Mention, *, folders: tuple[str, ...]
    ) -> bool | None:
        if any(self.places.has(inside(folder, text)) for folder in folders) or self.places.ends(text):
            return True
        first = text.partition("/")[0]
        known = any(self.places.has_folder(inside(folder, first)) for folder in folders)
        if not known or self._is_made(reading, text) or _hedged(code.around):
            return None
        return False

    def _is_made(self, reading: _Reading, path: str) -> bool:
        """Whether the document has it made, a build makes it, or it only stands for a name."""
        mine = path in reading.made or basename(path) in reading.made
        below = any(path.startswith(each + "/") for each in reading.made if each)
        return mine or below or self.places.may_be_made(path) or self.places.lies_elsewhere(path)

    # commands

    def _block(self, reading: _Reading, block: Block) -> Iterator[Reference]:
        if len(block.text) > _LONGEST:
            return
        text, last, away = _typed(block.text), "", False
        for command in split(text, errexit=False):
            last = _after(command)
            away = away or _goes_away(reading, command)
            yield from self._command(reading, block, command)
            _note(reading, command)
        if away:
            reading.visited.append("?")
        elif last and last != "?":
            reading.visited.append(self._own_folder(reading, last) or "?")

    def _own_folder(self, reading: _Reading, directory: str) -> str | None:
        """The folder of the subject that a reader stands in; None in one of something else."""
        first, _, rest = directory.partition("/")
        if self.places.has_folder(directory):
            return directory
        if first in reading.names or first.lower() in {name.lower() for name in reading.names}:
            return rest if self.places.has_folder(rest) else None
        return None

    def _folders(self, reading: _Reading, directory: str) -> tuple[str, ...] | None:
        if directory == "?" or reading.foreign:
            return None
        if directory:
            folder = self._own_folder(reading, directory)
            return None if folder is None else (folder,)
        if "?" in reading.visited:
            return None
        return ("", reading.folder, *dict.fromkeys(each for each in reading.visited))

    def _command(self, reading: _Reading, block: Block, command: Command) -> Iterator[Reference]:
        inner = layers(command.words)[-1]
        folders = self._folders(reading, command.directory)
        if not inner.words or inner.contained or folders is None:
            return
        line = block.line + command.line - 1
        task = self.tasks.asked(inner.words, folders)
        if task is not None and task[2] is not None:
            yield made(reading.entry, line, task[0], task[1], task[2], "document")
        outer = [
            named for each in layers(command.words)[:-1] if each.words for named in modules_of(each.words)
        ]
        for named in (*outer, *named_by(inner.words)):
            found = self._named(reading, named, folders)
            if found is not None:
                yield made(reading.entry, line, named.kind, found[0], found[1], "document")
        yield from self._images(reading, inner.words, line)

    def _named(self, reading: _Reading, named: Named, folders: tuple[str, ...]) -> tuple[str, bool] | None:
        if named.kind == "module":
            return self._module(named.text, folders)
        text = named.text.rstrip("/")
        for folder in folders:
            if self.places.has(inside(folder, text)):
                return inside(folder, text), True
        path = inside(folders[0], text)
        if self._is_made(reading, text) or self._is_made(reading, path) or self.places.ends(text):
            return None
        if "/" not in text and basename(text).partition(".")[0].lower() in _GENERIC:
            return None
        return path, False

    def _module(self, text: str, folders: tuple[str, ...]) -> tuple[str, bool] | None:
        path = text.partition(":")[0].replace(".", "/")
        tails = (f"{path}.py", f"{path}/__init__.py", f"{path}/__main__.py")
        if any(self.places.ends(tail) for tail in tails):
            return text, True
        first = path.partition("/")[0]
        local = any(self.places.has_folder(inside(folder, first)) for folder in folders)
        return (text, False) if local and not self.places.has_folder(path) else None

    def _images(self, reading: _Reading, words: tuple[str, ...], line: int) -> Iterator[Reference]:
        """``docker compose up`` and ``docker build .``, which take a file by its usual name."""
        if any(word in ("-f", "--file") or word.startswith("--file=") for word in words):
            return
        blocks = " ".join(block.text[:200] for block in reading.mentions.blocks if not block.shell)
        if words[:2] == ("docker", "compose") or words[0] == "docker-compose":
            there = self.facts.paths("**/{docker-,podman-,}compose*.{yml,yaml}")
            if words[1:] and (there or "services:" not in blocks) and "docker-compose" not in reading.made:
                yield made(reading.entry, line, "compose-file", "docker-compose.yml", bool(there), "document")
        elif words[:2] in (("docker", "build"), ("podman", "build")) and words[-1] == ".":
            there = self.facts.paths("**/*{D,d}ockerfile*", "**/*Containerfile*")
            if there or "FROM " not in blocks:
                yield made(reading.entry, line, "image-file", "Dockerfile", bool(there), "document")


def _shown(mentions: Mentions) -> Iterator[str]:
    """Files whose content the document shows: their name stands before the block, or in its first line."""
    for block in mentions.blocks:
        head = block.text.lstrip().partition("\n")[0] if not block.shell else ""
        for word in (*block.before.split(), *head.split()):
            bare = word.strip("`*:.,()#\"'<>/-_![]")
            if "." in bare or "/" in bare or bare in ("Dockerfile", "Makefile", "Procfile"):
                yield bare
                yield basename(bare)


def _typed(text: str) -> str:
    """What a reader types of a block: where lines have a prompt, only those and what continues them."""
    lines = text.split("\n")
    if not any(line.lstrip().startswith("$ ") for line in lines):
        return text
    out: list[str] = []
    goes_on = False
    for line in lines:
        bare = line.lstrip()
        typed = bare.startswith("$ ") or goes_on
        out.append(bare.removeprefix("$ ") if typed else "")
        goes_on = typed and line.rstrip().endswith("\\")
    return "\n".join(out)


def _after(command: Command) -> str:
    """The folder that a reader stands in after a command."""
    words = command.words
    if len(words) == 2 and words[0] == "cd" and is_path(words[1]) and command.directory != "?":
        return inside(command.directory, words[1])
    return command.directory


def _goes_away(reading: _Reading, command: Command) -> bool:
    """Whether a reader goes to a place of the machine by its whole path that has not the subject's name."""
    words = command.words
    if len(words) != 2 or words[0] != "cd" or not words[1].startswith(("/", "~/")):
        return False
    parts = words[1].lower().rstrip("/").split("/")
    return "path" not in parts and parts[-1] not in {name.lower() for name in reading.names}


def _note(reading: _Reading, command: Command) -> None:
    """Take note of what a command makes, and of another repository that it brings."""
    reading.made.update(path.removeprefix("./") for path in command.writes)
    words = command.words
    if not words or basename(words[0]) not in _WRITERS:
        return
    if words[:2] == ("git", "clone"):
        address = next((word for word in words[2:] if "/" in word), "")
        name = basename(address.rstrip("/").removesuffix(".git"))
        target = words[-1] if words[-1] != address else name
        if name in reading.names:
            reading.names |= {target}
        else:
            reading.foreign = True  # what follows may be about its files
    elif words[0] != "git":
        reading.made.update(
            word.removeprefix("./").rstrip("/") for word in words[1:] if not word.startswith("-")
        )


def _tells(code: Mention) -> bool:
    """Whether the line around speaks of what is, and not of a tree of folders."""
    return not any(sign in code.around for sign in ("├", "└", "~~", "❌", "[ ]"))


def _hedged(around: str) -> bool:
    return not _HEDGES.isdisjoint(name_words(around[:1000]))


def _asserts(code: Mention) -> bool:
    around = code.around.lower()
    sure = any(phrase in around for phrase in _ASSERTING)
    return sure and not {"your", "own", "not", "if", "can", "no", "create", "generated"} & set(
        name_words(around)
    )


def collect(facts: Facts) -> Collected[Reference]:
    """What the product's documents name."""
    reader = _Documents(facts)
    rows: list[Reference] = []
    looked: list[str] = []
    for document in facts.collected(DOCUMENT).rows:
        entry = facts.entry(document.path)
        if (
            entry is None
            or document.role is not Role.PRODUCT
            or document.path.endswith((".txt", ".adoc", ".asciidoc"))
        ):
            continue
        parsed = facts.parsed(RST if document.path.endswith(".rst") else MARKDOWN, entry.path)
        if parsed.value is None:
            continue
        looked.append(entry.path)
        words = frozenset(name_words(entry.path.removesuffix(".md")))
        doubtful = bool(document.kind & _PAST_OR_FUTURE) or document.self_report or bool(words & _SPECULATIVE)
        rows += reader.read(entry, parsed.value, doubtful=doubtful)
    return Collected(tuple(rows), looked=tuple(looked))
