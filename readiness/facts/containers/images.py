"""Images that the subject builds: stages, instructions, and what each Dockerfile yields."""

from __future__ import annotations

from posixpath import basename, dirname
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from readiness.facts.containers.bases import Pinning, pinning, reference, starts_as_root
from readiness.facts.containers.context import Context
from readiness.facts.containers.dockerfile import DOCKERFILE, Dockerfile, Instruction, Stage, assignments
from readiness.facts.containers.support import end_of
from readiness.facts.containers.variables import UNKNOWN
from readiness.facts.model import Collected, Glob, Noun, Opening, Row
from readiness.facts.runtimes.versions import days_since, days_until
from readiness.facts.secrets.values import is_real, looks_secret, redacted
from readiness.facts.words import word_set
from readiness.records import Struct
from readiness.tree.model import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from readiness.facts.model import Facts
    from readiness.spans import Problem
    from readiness.tree.model import Entry

R = TypeVar("R", bound=Row)

Purpose = Literal["deploy", "development", "ci", "test"]

_WIDTH = 4000
_NAMES = (
    "**/Dockerfile",
    "**/dockerfile",
    "**/Dockerfile.*",
    "**/Dockerfile-*",
    "**/Dockerfile_*",
    "**/*.Dockerfile",
    "**/*.dockerfile",
    "**/Containerfile",
    "**/Containerfile.*",
)
_TEMPLATES = word_set("ejs erb gotmpl hbs in j2 jinja jinja2 m4 mustache template tmpl tpl")
_OTHERS = word_set("""
    adoc bak containerignore dockerignore go html java js json lock log md mdx old orig py rb rst sh swp ts
    txt yaml yml
    """)
_PURPOSES: tuple[tuple[Purpose, frozenset[str]], ...] = (
    ("development", word_set("dev develop development devcontainer local debug gitpod codespace")),
    ("test", word_set("test tests testing e2e integration")),
    # A folder named after a package format builds packages of a distribution, no image that is deployed.
    ("ci", word_set("ci circleci github gitlab jenkins builder buildkite debian deb rpm snap")),
)


class ContainerStage(Row, frozen=True, kw_only=True):
    """One FROM of a Dockerfile."""

    name: Annotated[str, "the name after AS, empty if there is none"] = ""
    base: Annotated[str | None, "what it builds on, ARG defaults put in; unknown if only a build knows"] = (
        None
    )
    image: Annotated[str | None, "the base without tag and digest"] = None
    tag: Annotated[str | None, "the base's tag, empty if there is none"] = None
    digest: Annotated[str | None, "the base's digest, empty if there is none"] = None
    pinned: Annotated[
        Pinning | None,
        "digest; version (at least major.minor); floating (latest, 3, slim); none (no tag); "
        "stage (an earlier stage, scratch)",
    ] = None
    final: Annotated[bool, "the last stage, which the Dockerfile yields"] = False
    stage_reference: Annotated[bool, "it builds on an earlier stage, or on nothing (scratch)"] = False
    ends: Annotated[
        str | None,
        "the day on which security updates of what the base's tag names end; unknown if it names nothing",
    ] = None
    ended_days: Annotated[
        int | None, "how many days ago that was, 0 if it is still to come; unknown without a date"
    ] = None
    left_days: Annotated[
        int | None, "how many days are left until then, 0 if it is over; unknown without a date"
    ] = None


class ContainerInstruction(Row, frozen=True, kw_only=True):
    """One instruction of a Dockerfile."""

    keyword: Annotated[str, "the instruction, in capitals"] = ""
    arguments: Annotated[str, "its arguments as written, on one line, secrets redacted"] = ""
    stage: Annotated[str, "the stage's name, else its number from 0; empty before the first FROM"] = ""
    final: Annotated[bool, "in the final stage or in a stage it builds on"] = False
    exec_form: Annotated[bool, "the arguments are a JSON array, run without a shell"] = False
    cache_mount: Annotated[bool, "a cache is mounted while it runs, which stays out of the image"] = False


class ContainerImage(Row, frozen=True, kw_only=True):
    """What a Dockerfile yields: its final stage, with what that inherits from earlier stages."""

    purpose: Annotated[Purpose, "what the image is for, by the file's name and folder"] = "deploy"
    user: Annotated[str | None, "the last USER without its group; empty if the file sets none"] = ""
    runs_as_root: Annotated[bool | None, "its process starts as root"] = None
    healthcheck: Annotated[bool, "the file sets a HEALTHCHECK that is not NONE"] = False
    stages: Annotated[int, "how many stages there are"] = 1
    multistage: Annotated[bool, "the final stage copies from an earlier one or builds on it"] = False
    exec_entrypoint: Annotated[bool | None, "the process receives signals: exec form, or a shell's exec"] = (
        None
    )
    base: Annotated[Glob | None, "the image from outside that the final stage rests on"] = None
    base_pinned: Annotated[Pinning | None, "how far that base is held, as for a stage"] = None
    copies_everything: Annotated[bool, "the final image copies the whole build context"] = False
    installs_first: Annotated[
        bool, "no stage copies the whole build context before it installs dependencies"
    ] = True
    ignore_file: Annotated[bool, "a .dockerignore applies to its build"] = False
    secrets: Annotated[frozenset[str], "ENV and ARG names with a literal secret, secret files copied in"] = (
        frozenset()
    )
    copies_missing: Annotated[frozenset[str], "files it copies that are nowhere in the subject"] = frozenset()


class _Source(Struct, frozen=True):
    """The Dockerfiles of a subject, with what could not be read."""

    files: tuple[tuple[Entry, Dockerfile], ...]
    problems: tuple[Problem, ...]
    openings: tuple[Opening, ...]
    looked: tuple[str, ...]


def _source(facts: Facts) -> _Source:
    files, problems, openings, looked = [], [], [], []
    for entry in facts.paths(*_NAMES):
        ending = _ending(entry.path)
        if ending in _OTHERS:
            continue
        looked.append(entry.path)
        if ending in _TEMPLATES:
            if entry.role is Role.PRODUCT:
                openings.append(Opening(entry.path, 1, "a template of a Dockerfile"))
            continue
        parsed = facts.parsed(DOCKERFILE, entry.path)
        if parsed.value is not None:
            files.append((entry, parsed.value))
        if parsed.problem is not None:
            problems.append(parsed.problem)
            if parsed.opens and entry.role is Role.PRODUCT:
                openings.append(Opening(entry.path, parsed.problem.line, parsed.problem.message))
    return _Source(tuple(files), tuple(problems), tuple(openings), tuple(looked))


def _ending(path: str) -> str:
    name = basename(path)
    return name.rpartition(".")[2].lower() if "." in name else ""


def _collect(facts: Facts, rows: Callable[[Entry, Dockerfile], Iterable[R]]) -> Collected[R]:
    source = _source(facts)
    found = tuple(row for entry, file in source.files for row in rows(entry, file))
    return Collected(found, source.problems, source.openings, source.looked)


def collect_stages(facts: Facts, scope: tuple[str, ...]) -> Collected[ContainerStage]:  # noqa: ARG001
    """Every stage of every Dockerfile that can be built."""
    as_of = facts.as_of
    return _collect(facts, lambda entry, file: (_stage(entry, file, each, as_of) for each in file.stages))


def _stage(entry: Entry, file: Dockerfile, stage: Stage, as_of: str) -> ContainerStage:
    parts = reference(stage.base)
    inside = stage.parent is not None
    end = None if inside else end_of(parts)
    return ContainerStage(
        path=Glob(entry.path),
        line=stage.line,
        role=entry.role,
        text=_from_text(stage),
        name=stage.name,
        base=None if UNKNOWN in stage.base else stage.base,
        image=parts.image,
        tag=parts.tag,
        digest=parts.digest,
        pinned="stage" if inside else pinning(parts),
        final=stage is file.final,
        stage_reference=inside or stage.base == "scratch",
        ends=end,
        ended_days=days_since(end, as_of),
        left_days=days_until(end, as_of),
    )


def _from_text(stage: Stage) -> str:
    return redacted(f"FROM {stage.written}" + (f" AS {stage.name}" if stage.name else ""))


def collect_instructions(facts: Facts, scope: tuple[str, ...]) -> Collected[ContainerInstruction]:  # noqa: ARG001
    """Every instruction of every Dockerfile that can be built."""
    return _collect(facts, _instructions)


def _instructions(entry: Entry, file: Dockerfile) -> Iterable[ContainerInstruction]:
    final = {stage.index for stage in file.chain}
    for each in file.instructions:
        stage = file.stages[each.stage] if each.stage >= 0 else None
        yield ContainerInstruction(
            path=Glob(entry.path),
            line=each.line,
            role=entry.role,
            text=_shown(each),
            keyword=each.keyword,
            arguments=redacted(_told(each), _WIDTH),
            stage="" if stage is None else stage.name or str(stage.index),
            final=each.stage in final,
            exec_form=each.exec_form,
            cache_mount=any(name == "mount" and "type=cache" in value for name, value in each.flags),
        )


def _shown(instruction: Instruction) -> str:
    return redacted(f"{instruction.keyword} {_told(instruction)}")


def _told(instruction: Instruction) -> str:
    """The arguments, without the value of a secret in the old form ``ENV NAME value``."""
    name, _, value = instruction.arguments.partition(" ")
    if instruction.keyword == "ENV" and "=" not in name and value and looks_secret(name):
        return f"{name} ***"
    return instruction.arguments


def collect_images(facts: Facts, scope: tuple[str, ...]) -> Collected[ContainerImage]:  # noqa: ARG001
    """One image for each Dockerfile that can be built; its place is the last FROM."""
    context = Context(facts)
    return _collect(facts, lambda entry, file: (_image(context, entry, file),))


def _image(context: Context, entry: Entry, file: Dockerfile) -> ContainerImage:
    outermost = file.chain[-1]
    base = reference(outermost.base)
    user = _user(file)
    checks = file.yielded("HEALTHCHECK")
    copies = [each for each in file.yielded("ADD", "COPY") if "from" not in dict(each.flags)]
    return ContainerImage(
        path=Glob(entry.path),
        line=file.final.line,
        role=entry.role,
        text=_from_text(file.final),
        purpose=_purpose(entry.path),
        user=user,
        runs_as_root=_runs_as_root(user, starts_as_root(base)),
        healthcheck=bool(checks) and checks[-1].arguments.strip().upper() != "NONE",
        stages=len(file.stages),
        multistage=_is_multistage(file),
        exec_entrypoint=_exec_entrypoint(file),
        base=None if UNKNOWN in outermost.base else Glob(outermost.base),
        base_pinned=pinning(base),
        copies_everything=any(word in (".", "./") for each in copies for word in each.words[:-1]),
        installs_first=not any(_copies_before_install(file, stage) for stage in file.stages),
        ignore_file=context.has_ignore_file(entry.path, file),
        secrets=_secrets(file, copies),
        copies_missing=context.missing(entry.path, file),
    )


_INSTALLS = (
    *("pip install", "pip3 install", "uv sync", "uv pip install", "poetry install", "pipenv install"),
    *("npm ci", "npm install", "npm i ", "yarn install", "bun install"),
    *("pnpm fetch", "pnpm install", "pnpm i "),
    *("bundle install", "composer install", "go mod download", "cargo fetch", "dotnet restore"),
    *("mvn dependency:", "mix deps.get"),
)


def _copies_before_install(file: Dockerfile, stage: Stage) -> bool:
    """Whether a stage copies everything and installs only then, so that each change installs anew."""
    copied = False
    for each in file.instructions:
        if each.stage != stage.index:
            continue
        if each.keyword in ("ADD", "COPY") and "from" not in dict(each.flags):
            copied = copied or any(word in (".", "./") for word in each.words[:-1])
        elif each.keyword == "RUN" and any(word in f"{each.arguments} " for word in _INSTALLS):
            return copied
    return False


def _user(file: Dockerfile) -> str | None:
    users = file.yielded("USER")
    if not users:
        return ""
    user = users[-1].words[0].partition(":")[0] if users[-1].words else ""
    return None if UNKNOWN in user else user


def _runs_as_root(user: str | None, base: bool | None) -> bool | None:
    if user is None:
        return None
    return user in ("root", "0") if user else base


def _is_multistage(file: Dockerfile) -> bool:
    if len(file.chain) > 1:
        return True
    names = {stage.name for stage in file.stages[:-1] if stage.name}
    names |= {str(stage.index) for stage in file.stages[:-1]}
    for each in file.yielded("ADD", "COPY", "RUN"):
        for flag, value in each.flags:
            source = value if flag == "from" else _mount_source(value) if flag == "mount" else ""
            if source.lower() in names:
                return True
    return False


def _mount_source(value: str) -> str:
    parts = dict(part.partition("=")[::2] for part in value.split(","))
    return parts.get("from", "")


def _exec_entrypoint(file: Dockerfile) -> bool | None:
    commands = file.yielded("ENTRYPOINT") or file.yielded("CMD")
    if not commands:
        return None
    # sh -c 'exec app' replaces the shell, so that the signals reach the process.
    return commands[-1].exec_form or commands[-1].words[:1] == ("exec",)


def _purpose(path: str) -> Purpose:
    name = basename(path).lower()
    for sign in "-_.":
        name = name.replace(sign, " ")
    places = [name.split(), *([part.lower().lstrip(".")] for part in reversed(dirname(path).split("/")))]
    for words in places:
        for purpose, signs in _PURPOSES:
            if signs.intersection(words):
                return purpose
    return "deploy"


_SECRET_FILES = frozenset(
    (
        *(".env", ".netrc", ".npmrc", ".pypirc", ".pgpass", "credentials", "credentials.json", "kubeconfig"),
        *("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "service-account.json"),
    )
)
_TEMPLATE_WORDS = ("example", "sample", "template", "dist")


def _secrets(file: Dockerfile, copies: Iterable[Instruction]) -> frozenset[str]:
    """Names that carry a secret into the image or its history, from every stage for ENV and ARG."""
    names = {
        name
        for each in file.instructions
        if each.keyword in ("ARG", "ENV")
        for name, value in assignments(each)
        if value is not None and looks_secret(name) and is_real(value)
    }
    files = {word for each in copies for word in each.words[:-1] if _is_secret_file(word)}
    return frozenset(names | files)


def _is_secret_file(source: str) -> bool:
    name = basename(source).lower()
    if name.startswith(".env.") and not any(word in name for word in _TEMPLATE_WORDS):
        return True
    return name in _SECRET_FILES or name.endswith((".pem", ".p12", ".pfx", ".key", ".jks"))


STAGE: Noun[ContainerStage] = Noun(
    "container.stage", ContainerStage, "one FROM of a Dockerfile", collect_stages
)
INSTRUCTION: Noun[ContainerInstruction] = Noun(
    "container.instruction", ContainerInstruction, "one instruction of a Dockerfile", collect_instructions
)
IMAGE: Noun[ContainerImage] = Noun(
    "container.image", ContainerImage, "an image that a Dockerfile yields", collect_images
)
