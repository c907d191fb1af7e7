"""What Dockerfiles yield."""

from __future__ import annotations

import typing

import pytest

from readiness.facts.containers.images import IMAGE, INSTRUCTION, STAGE, ContainerImage
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Limits


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=())


def image(text: str, path: str = "Dockerfile", **others: str) -> ContainerImage:
    files = {path: text, **{name.replace("__", "/"): content for name, content in others.items()}}
    (row,) = store(files).collected(IMAGE).rows
    return row


def test_a_stage_row_takes_its_base_apart() -> None:
    (row,) = store({"Dockerfile": "ARG V=3.12\nFROM python:${V}-slim AS app\n"}).collected(STAGE).rows
    assert (row.line, row.name, row.base, row.image, row.tag, row.digest) == (
        2,
        "app",
        "python:3.12-slim",
        "python",
        "3.12-slim",
        "",
    )
    assert (row.pinned, row.final, row.stage_reference) == ("version", True, False)
    assert row.text == "FROM python:${V}-slim AS app"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("pg17-0.112.0", "version"),
        ("pg17-latest", "floating"),
        ("20-alpine3.19.1", "floating"),
        ("py3-v1.2.3", "version"),
    ],
)
def test_a_release_may_stand_behind_what_it_goes_with(tag: str, expected: str) -> None:
    assert image(f"FROM a:{tag}\n").base_pinned == expected


def test_a_stage_on_a_stage_is_held_by_it() -> None:
    first, second = store({"Dockerfile": "FROM a:1.2 AS base\nFROM base\n"}).collected(STAGE).rows
    assert (first.final, first.stage_reference, first.pinned) == (False, False, "version")
    assert (second.final, second.stage_reference, second.pinned) == (True, True, "stage")


def test_scratch_is_held_like_a_stage() -> None:
    (row,) = store({"Dockerfile": "FROM scratch\n"}).collected(STAGE).rows
    assert (row.pinned, row.stage_reference) == ("stage", True)


def test_a_base_that_only_a_build_knows_is_unknown() -> None:
    (row,) = store({"Dockerfile": "ARG BASE\nFROM $BASE\n"}).collected(STAGE).rows
    assert (row.base, row.image, row.tag, row.digest, row.pinned) == (None, None, None, None, None)
    assert image("ARG BASE\nFROM $BASE\n").base is None


def test_an_instruction_row_says_whether_it_is_in_the_final_image() -> None:
    rows = (
        store({"Dockerfile": "ARG X=1\nFROM a AS b\nRUN make\nFROM c\nCMD ['x']\n"})
        .collected(INSTRUCTION)
        .rows
    )
    assert [(row.line, row.keyword, row.stage, row.final) for row in rows] == [
        (1, "ARG", "", False),
        (2, "FROM", "b", False),
        (3, "RUN", "b", False),
        (4, "FROM", "1", True),
        (5, "CMD", "1", True),
    ]
    assert rows[2].text == "RUN make"


def test_no_secret_is_shown_in_an_instruction() -> None:
    text = "FROM a\nENV API_KEY=Zq8xLw3vTn5rBy7k OTHER=1\nENV DB_PASSWORD Zq8xLw3v\n"
    rows = store({"Dockerfile": text}).collected(INSTRUCTION).rows
    assert "Zq8xLw3v" not in repr(rows)
    assert rows[1].arguments == "API_KEY=*** OTHER=1"
    assert rows[2].text == "ENV DB_PASSWORD ***"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Dockerfile", "deploy"),
        ("deploy/api.Dockerfile", "deploy"),
        ("Dockerfile.prod", "deploy"),
        ("Dockerfile-fpm", "deploy"),
        ("Dockerfile_test", "test"),
        ("Dockerfile.dev", "development"),
        ("local/Dockerfile", "development"),
        ("docker/ci/Dockerfile", "ci"),
        ("Dockerfile.test", "test"),
        ("ci/Dockerfile.test", "test"),
        ("Containerfile", "deploy"),
    ],
)
def test_the_purpose_is_read_off_name_and_folder(path: str, expected: str) -> None:
    assert image("FROM a\n", path).purpose == expected


@pytest.mark.parametrize(
    ("text", "user", "root"),
    [
        ("FROM python:3.12\n", "", True),
        ("FROM acme/base:1.2\n", "", None),
        ("FROM cgr.dev/chainguard/python\n", "", False),
        ("FROM scratch\n", "", True),
        ("FROM python:3.12\nUSER app:app\n", "app", False),
        ("FROM python:3.12\nUSER app\nUSER 0\n", "0", True),
        ("FROM acme/base\nUSER root\n", "root", True),
        ("FROM python:3.12\nARG U=1000\nUSER $U\n", "1000", False),
        ("FROM python:3.12\nARG U\nUSER $U\n", None, None),
        ("FROM python:3.12 AS base\nUSER app\nFROM base\nRUN x\n", "app", False),
        ("FROM python:3.12 AS base\nUSER app\nFROM python:3.12\n", "", True),
        ("FROM python:3.12\nUSER\n", "", True),
    ],
)
def test_the_last_user_decides_then_the_base(text: str, user: str | None, root: bool | None) -> None:
    row = image(text)
    assert (row.user, row.runs_as_root) == (user, root)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\nHEALTHCHECK CMD curl -f localhost\n", True),
        ("FROM a\nHEALTHCHECK CMD x\nHEALTHCHECK NONE\n", False),
        ("FROM a\n", False),
        ("FROM a AS b\nHEALTHCHECK CMD x\nFROM a\n", False),
    ],
)
def test_a_health_check_counts_in_the_final_image_unless_it_is_none(text: str, expected: bool) -> None:
    assert image(text).healthcheck is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM a\n", False),
        ("FROM a AS b\nFROM c\nCOPY --from=B /x /x\n", True),
        ("FROM a\nFROM c\nCOPY --from=0 /x /x\n", True),
        ("FROM a AS b\nFROM c\nCOPY --from=nginx:1.27 /x /x\n", False),
        ("FROM a AS b\nFROM c\nRUN --mount=type=bind,from=b,target=/x make\n", True),
        ("FROM a AS b\nFROM c\nRUN --mount=type=cache,target=/x make\n", False),
        ("FROM a AS b\nFROM b\n", True),
        ("FROM a AS b\nFROM c\n", False),
    ],
)
def test_stages_count_where_the_final_one_uses_them(text: str, expected: bool) -> None:
    assert image(text).multistage is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('CMD ["app"]', True),
        ("CMD app", False),
        ("CMD exec app", True),
        ('ENTRYPOINT ["app"]\nCMD --help', True),
        ('ENTRYPOINT app\nCMD ["--help"]', False),
        ("RUN x", None),
    ],
)
def test_exec_form_or_a_shells_exec_receives_signals(text: str, expected: bool | None) -> None:
    assert image(f"FROM a\n{text}\n").exec_entrypoint is expected


def test_the_outermost_base_is_the_images_base() -> None:
    row = image("FROM python:3 AS one\nFROM one AS two\nFROM two\n")
    assert (row.base, row.base_pinned, row.stages, row.line) == ("python:3", "floating", 3, 3)


def test_copying_the_whole_context_counts_in_the_final_image_only() -> None:
    assert image("FROM a\nCOPY . .\n").copies_everything
    assert image('FROM a\nADD ["./", "/app"]\n').copies_everything
    assert not image("FROM a AS b\nCOPY . .\nFROM c\nCOPY --from=b . .\n").copies_everything


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (".dockerignore", True),
        ("svc__.dockerignore", True),
        ("svc__.containerignore", True),
        ("svc__Dockerfile.dockerignore", True),
        ("other__.dockerignore", False),
    ],
)
def test_an_ignore_file_applies_from_beside_from_the_root_and_by_name(name: str, expected: bool) -> None:
    assert image("FROM a\n", "svc/Dockerfile", **{name: "*"}).ignore_file is expected


def test_an_ignore_file_at_the_root_is_none_of_a_build_that_copies_what_only_lies_below() -> None:
    below = {".dockerignore": "*", "tools__run.sh": "", "tools__cron__entry.sh": ""}
    for name in ("entry.sh", "./run.sh"):
        row = image(f"FROM a\nCOPY {name} /\n", "tools/cron/Dockerfile", **below)
        assert row.ignore_file is False
    for name in ("tools/run.sh", "/", "gone.sh"):
        row = image(f"FROM a\nCOPY {name} /\n", "tools/cron/Dockerfile", **below)
        assert row.ignore_file is True


@pytest.mark.parametrize(
    "text",
    [
        "COPY package*.json ./\n",
        "COPY package.json ./\n",
        "COPY . /app\nRUN npm ci\n",
        "ADD ./package.json /\n",
    ],
)
def test_an_ignore_file_at_the_root_is_none_of_a_build_in_the_dockerfiles_folder(text: str) -> None:
    row = image(f"FROM a\n{text}", "svc/Dockerfile", **{".dockerignore": "*", "svc__package.json": "{}"})
    assert row.ignore_file is False


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("COPY . /app\nWORKDIR /app/svc\n", {"svc__package.json": "{}"}),
        ("COPY svc/package.json ./\n", {"svc__package.json": "{}"}),
        ("COPY package.json ./\n", {"svc__package.json": "{}", "package.json": "{}"}),
        ("COPY --from=a package.json ./\n", {"svc__package.json": "{}"}),
        ("COPY . .\n", {}),
    ],
)
def test_an_ignore_file_at_the_root_serves_a_build_that_may_be_there(
    text: str, others: dict[str, str]
) -> None:
    assert image(f"FROM a\n{text}", "svc/Dockerfile", **{".dockerignore": "*", **others}).ignore_file is True


def test_literal_secrets_and_secret_files_are_named() -> None:
    row = image(
        "FROM a AS b\nARG NPM_TOKEN=Zq8xLw3vTn5rBy7k\nARG OTHER_TOKEN\nFROM c\n"
        "ENV DB_PASSWORD=changeme API_KEY=$K\n"
        "COPY .env .env.production .env.example keys/server.pem id_rsa app.py ./\n"
    )
    assert row.secrets == {"NPM_TOKEN", ".env", ".env.production", "keys/server.pem", "id_rsa"}
    assert "Zq8xLw3v" not in repr(row)


def test_a_source_that_is_nowhere_is_missing() -> None:
    row = image(
        "FROM a\nARG X\nCOPY app.py gone.py lib/ ../up ./\nCOPY src/*.py $X https://x.io/y /\n"
        "COPY --from=b other /\nCOPY <<EOF /etc/x\nhi\nEOF\nADD dist/app.js target/a.jar thing.whl / ./\n",
        "svc/Dockerfile",
        **{"svc__app.py": "", "lib__x.py": ""},
    )
    assert row.copies_missing == {"gone.py"}


def test_a_source_in_another_folder_that_may_be_the_context_is_not_missing() -> None:
    row = image("FROM a\nCOPY conf/app.ini /\nCOPY go.mod /\n", "docker/Dockerfile", x__conf__app__ini="")
    assert row.copies_missing == {"conf/app.ini", "go.mod"}
    row = image(
        "FROM a\nCOPY conf/app.ini go.mod /\n",
        "docker/Dockerfile",
        **{"x__conf__app.ini": "", "x__go.mod": ""},
    )
    assert row.copies_missing == frozenset()


def test_what_a_submodule_or_a_release_tool_brings_is_not_missing() -> None:
    modules = '[submodule "lib"]\n\tpath = third/lib\n\turl = x\n'
    row = image("FROM a\nCOPY third/lib/a.c lib ./\nCOPY gone.c ./\n", **{".gitmodules": modules})
    assert row.copies_missing == {"gone.c"}
    assert image("FROM a\nCOPY app /\n", **{".goreleaser.yml": ""}).copies_missing == frozenset()


def test_what_is_named_like_a_dockerfile_and_is_none_is_not_looked_at() -> None:
    files = {
        "Dockerfile.md": "# hi",
        "Dockerfile.dockerignore": "*",
        "Dockerfile.bak": "FROM a",
        "api.Dockerfile": "FROM a\n",
    }
    found = store(files).collected(IMAGE)
    assert found.looked == ("api.Dockerfile",)
    assert len(found.rows) == 1


def test_a_dockerfile_that_cannot_be_built_is_a_problem_and_opens_nothing() -> None:
    found = store({"Dockerfile": "hello\n", "x/Dockerfile": "FROM a\n"}).collected(IMAGE)
    assert [row.path for row in found.rows] == ["x/Dockerfile"]
    assert [str(problem) for problem in found.problems] == ["Dockerfile:1: no instruction is named 'HELLO'"]
    assert found.openings == ()


def test_a_template_opens_the_question() -> None:
    found = store({"Dockerfile.j2": "FROM {{ x }}\n", "a/Dockerfile": "{% if x %}\n"}).collected(STAGE)
    assert [(gap.path, gap.reason) for gap in found.openings] == [
        ("Dockerfile.j2", "a template of a Dockerfile"),
        ("a/Dockerfile", "a template of a Dockerfile"),
    ]
    assert found.rows == ()


def test_a_template_that_is_not_the_products_opens_nothing() -> None:
    files = {"examples/Dockerfile.j2": "FROM {{ x }}\n", "examples/Dockerfile": "{% x %}\n"}
    assert store(files).collected(STAGE).openings == ()


def test_a_dockerfile_over_the_limit_opens_the_question() -> None:
    tree = MemoryTree({"Dockerfile": "FROM a\n" * 10}, limits=Limits(file_bytes=8))
    assert len(Store(tree, tables=()).collected(IMAGE).openings) == 1


def test_a_dockerfile_of_an_example_has_its_role() -> None:
    assert image("FROM a\n", "examples/app/Dockerfile").role == "sample"


@pytest.mark.parametrize("noun", [IMAGE, INSTRUCTION, STAGE])
def test_every_field_says_what_it_means(noun: typing.Any) -> None:
    hints = typing.get_type_hints(noun.row, include_extras=True)
    assert all(typing.get_origin(hint) is typing.Annotated for hint in hints.values())


def test_a_dockerfile_in_a_folder_named_after_a_package_format_yields_no_deployed_image() -> None:
    facts = Store(MemoryTree({"packaging/debian/Dockerfile": "FROM golang:1.22\nRUN make deb\n"}))
    assert [row.purpose for row in facts.collected(IMAGE).rows] == ["ci"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("FROM a\nCOPY . .\nRUN pip install -r requirements.txt\n", False),
        ("FROM a\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\n", True),
        ("FROM a AS b\nCOPY . .\nRUN npm ci\nFROM c\nCOPY --from=b /x /x\n", False),
        ("FROM a AS b\nCOPY . .\nFROM c\nRUN npm ci\n", True),
        ("FROM a AS b\nCOPY --from=c . .\nRUN npm ci\n", True),
        ("FROM a\nCOPY . .\nRUN make\n", True),
        ("FROM a\nCOPY l ./\nRUN pnpm fetch\nCOPY . .\nRUN pnpm install --offline\n", True),
    ],
)
def test_dependencies_are_installed_before_everything_is_copied(text: str, first: bool) -> None:
    assert image(text).installs_first is first


def test_a_cache_that_is_mounted_stays_out_of_the_image() -> None:
    text = "FROM a\nRUN --mount=type=cache,target=/c apt-get install x\nRUN --mount=type=secret,id=a b\n"
    found = store({"Dockerfile": text}).collected(INSTRUCTION).rows
    assert [each.cache_mount for each in found if each.keyword == "RUN"] == [True, False]
