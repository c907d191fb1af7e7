"""Services of compose files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.deployment.compose import SERVICE
from readiness.facts.deployment.images import held, kind_of, purpose_of, templated
from readiness.facts.deployment.interpolation import interpolated
from readiness.facts.deployment.secrets import literal
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from readiness.facts.deployment.compose_row import ComposeService


def store(files: dict[str, str], remote: str = "") -> Store:
    return Store(MemoryTree(files, subject=Subject(name="subject", remote=remote)), tables=())


def services(files: dict[str, str], remote: str = "") -> dict[tuple[str, str], ComposeService]:
    return {(row.path, row.name): row for row in store(files, remote).collected(SERVICE).rows}


def service(text: str, files: dict[str, str] | None = None, path: str = "compose.yaml") -> ComposeService:
    """The one service ``a`` of a compose file, its keys given as YAML in one line."""
    rows = services({path: f"services:\n  a: {{{text}}}\n", **(files or {})})
    return rows[path, "a"]


def test_a_service_is_told_with_its_place() -> None:
    row = service("image: nginx, privileged: true")
    assert (row.path, row.line, row.name) == ("compose.yaml", 2, "a")
    assert row.text == "service a, image nginx, privileged"


def test_a_file_without_services_is_no_compose_file() -> None:
    assert services({"compose.yaml": "a: 1\n", "docker-compose.yml": "- 1\n", "compose-x.yml": ""}) == {}


def test_a_file_that_is_no_yaml_is_a_problem() -> None:
    found = store({"compose.yaml": "a: [\n"}).collected(SERVICE)
    assert [str(each)[:28] for each in found.problems] == ["compose.yaml:1: not readable"]
    assert (found.rows, found.openings) == ((), ())


def test_a_file_over_a_limit_leaves_the_question_open() -> None:
    deep = "services: " + "[" * 300 + "]" * 300
    (gap,) = store({"compose.yaml": deep}).collected(SERVICE).openings
    assert gap.path == "compose.yaml"


def test_services_beyond_the_limit_leave_the_question_open() -> None:
    text = "services:\n" + "".join(f"  s{number}: {{image: a}}\n" for number in range(2001))
    found = store({"compose.yaml": text}).collected(SERVICE)
    assert (len(found.rows), len(found.openings)) == (2000, 1)


def test_a_template_of_a_compose_file_leaves_the_question_open() -> None:
    found = store({"roles/web/docker-compose.prod.yml.j2": "services: {}\n"}).collected(SERVICE)
    assert [(gap.path, gap.environment) for gap in found.openings] == [
        ("roles/web/docker-compose.prod.yml.j2", "production")
    ]


@pytest.mark.parametrize(
    "path",
    [
        "docker-compose.yml",
        "compose.yaml",
        "docker-compose.prod.yaml",
        "docker-compose-prod.yml",
        "podman/podman-compose.yml",
        "deploy/web.compose.yml",
        "contrib/docker-compose/basic.yml",
    ],
)
def test_compose_files_are_known_by_their_names(path: str) -> None:
    assert list(services({path: "services: {a: {image: b}}\n"})) == [(path, "a")]


@pytest.mark.parametrize(
    ("image", "pinned"),
    [
        ("nginx", "none"),
        ("nginx:latest", "floating"),
        ("nginx:1.27", "version"),
        ("nginx@sha256:abc", "digest"),
        ("registry:5000/x", "none"),
        ("'${IMAGE}'", None),
        ("'nginx:${TAG}'", None),
        ("'nginx:${TAG:-1.27}'", "version"),
        ("'nginx:$TAG'", None),
    ],
)
def test_an_image_is_held_as_far_as_its_name_says(image: str, pinned: str | None) -> None:
    assert service(f"image: {image}").image_pinned == pinned


def test_the_env_file_beside_fills_in_the_image() -> None:
    row = service("image: '$IMAGE'", {".env": "IMAGE=ghcr.io/x/y:nightly\n"})
    assert (row.image, row.image_pinned) == ("ghcr.io/x/y:nightly", "floating")


def test_an_image_that_is_built_here_is_the_product() -> None:
    row = service("build: ., image: x", {"Dockerfile": "FROM python:3.12\nUSER app\nHEALTHCHECK CMD x\n"})
    assert (row.builds, row.image_pinned, row.product, row.kind) == (True, "build", True, "app")
    assert (row.dockerfile, row.healthcheck, row.root) == ("Dockerfile", True, False)


def test_a_target_of_a_build_is_not_the_whole_dockerfile() -> None:
    files = {"Dockerfile": "FROM python:3.12 AS dev\nFROM dev\nUSER app\nHEALTHCHECK CMD x\n"}
    row = service("build: {context: ., target: dev}", files)
    assert (row.healthcheck, row.root) == (False, None)


def test_an_image_built_on_a_data_store_is_one() -> None:
    row = service("build: ./db", {"db/Dockerfile": "FROM postgres:16.1\n"})
    assert (row.kind, row.product) == ("database", True)


def test_a_proxy_that_is_built_here_serves_the_product() -> None:
    assert service("build: ./web", {"web/Dockerfile": "FROM nginx:1.27\n"}).kind == "app"


def test_an_image_with_the_repositorys_name_is_the_product() -> None:
    files = {"compose.yaml": "services: {a: {image: ghcr.io/x/shop}, b: {image: x/other}}\n"}
    rows = services(files, "https://github.com/owner/shop-docker.git")
    assert {row.name: row.product for row in rows.values()} == {"a": True, "b": False}


def test_a_repository_called_like_a_data_store_does_not_publish_it() -> None:
    rows = services({"compose.yaml": "services: {a: {image: postgres}}\n"}, "https://x.org/o/postgres-docker")
    assert not rows["compose.yaml", "a"].product


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ({}, True),
        ({"slim/Dockerfile": "FROM python:3.12\nCMD x\n"}, False),
        ({"tests/Dockerfile": "FROM python:3.12\nCMD x\n"}, True),
    ],
)
def test_the_products_own_image_brings_its_check_where_all_of_its_dockerfiles_have_one(
    others: dict[str, str], expected: bool
) -> None:
    files = {"order-service/Dockerfile": "FROM python:3.12\nHEALTHCHECK CMD x\n"} | others
    assert service("image: ghcr.io/x/order-service", files).healthcheck is expected
    assert not service("image: 'postgres:16.1'", files).healthcheck


def test_an_image_called_like_a_folder_that_builds_one_is_the_product() -> None:
    dockerfile = {"src/order-service/Dockerfile": "FROM python:3.12\n", "python/Dockerfile": "FROM x\n"}
    assert service("image: ghcr.io/x/order-service", dockerfile).product
    assert not service("image: python", dockerfile).product


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("healthcheck: {test: [CMD, x]}", True),
        ("healthcheck: {test: curl x}", True),
        ("healthcheck: {disable: true, test: x}", False),
        ("healthcheck: {test: [NONE]}", False),
        ("healthcheck: {interval: 5s}", False),
        ("restart: always", False),
    ],
)
def test_a_health_check_must_run(text: str, expected: bool) -> None:
    assert service(f"image: b, {text}").healthcheck is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("restart: unless-stopped", "unless-stopped"),
        ("restart: 'no'", "no"),
        ("deploy: {restart_policy: {condition: on-failure}}", "on-failure"),
        ("deploy: {restart_policy: {delay: 5s}}", "any"),
        ("deploy: {restart_policy: x}", "any"),
        ("tty: true", ""),
    ],
)
def test_the_restart_policy_is_told_as_written(text: str, expected: str) -> None:
    assert service(f"image: b, {text}").restart == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mem_limit: 1g", (True, False)),
        ("cpus: 0.5", (False, True)),
        ("deploy: {resources: {limits: {memory: 1g, cpus: '1'}}}", (True, True)),
        ("deploy: {resources: {reservations: {memory: 1g}}}", (False, False)),
    ],
)
def test_limits_are_limits_of_memory_and_of_processor_time(text: str, expected: tuple[bool, bool]) -> None:
    row = service(f"image: b, {text}")
    assert (row.limits, row.limits_cpu) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("privileged: true", {"privileged"}),
        ("volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro']", {"docker socket"}),
        ("cap_add: [ALL]", {"all capabilities"}),
        ("network_mode: host, pid: host", {"host network", "host pid"}),
        ("cap_add: [NET_BIND_SERVICE], privileged: false", set()),
    ],
)
def test_what_can_take_over_the_machine_is_named(text: str, expected: set[str]) -> None:
    row = service(f"image: b, {text}")
    assert (set(row.dangers), row.privileged) == (expected, bool(expected))


@pytest.mark.parametrize(
    ("text", "user", "root"),
    [
        ("image: python:3.12", "", True),
        ("image: postgres:16", "", None),
        ("image: python:3.12, user: '1000:1000'", "1000", False),
        ("image: x, user: root", "root", True),
        ("image: x, user: '0'", "0", True),
        ("image: x, user: '${UID}:${GID}'", None, None),
        ("image: x, user: '${UID:-1000}:${GID}'", "1000", False),
        ("build: .", "", None),
    ],
)
def test_the_user_decides_and_else_the_image(text: str, user: str | None, root: bool | None) -> None:
    row = service(text)
    assert (row.user, row.root) == (user, root)


def test_published_ports_are_told_in_the_short_form() -> None:
    ports = (
        "ports: ['80:8080', '${PORT}:1', '${P:-5}:2', {target: 9, published: 10, host_ip: 127.0.0.1}, [1]]"
    )
    assert set(service(f"image: b, {ports}").ports_published) == {
        "80:8080",
        "${PORT}:1",
        "5:2",
        "127.0.0.1:10:9",
    }


def test_code_that_is_mounted_from_where_it_lies_makes_a_file_one_for_development() -> None:
    row = service("build: ., volumes: ['.:/app']", {"app.py": "x = 1\n"})
    assert (row.binds_source, row.purpose) == (True, "development")


@pytest.mark.parametrize(
    "text",
    [
        "volumes: ['./conf:/etc/app']",  # not over the program
        "volumes: ['data:/app']",  # a named volume
        "volumes: ['./docs:/app']",  # no code in it
        "volumes: ['../x:/app', '/app', '~/x:/app']",  # outside
        "tty: true",
    ],
)
def test_what_is_mounted_otherwise_is_no_source(text: str) -> None:
    files = {"conf/app.py": "x = 1\n", "docs/a.md": "a\n"}
    assert not service(f"build: ., {text}", files).binds_source


def test_scripts_mounted_into_a_data_store_are_no_source() -> None:
    assert not service("image: postgres, volumes: ['./db:/scripts']", {"db/x.py": "x\n"}).binds_source


def test_a_long_bind_mount_is_read_too() -> None:
    bind = "{type: bind, source: ./src, target: /app}"
    text = f"build: ., volumes: [{bind}, {{type: volume, source: v, target: /v}}]"
    row = service(text, {"src/app.py": "x = 1\n"})
    assert (row.binds_source, row.volumes) == (True, True)


@pytest.mark.parametrize(
    ("volume", "named"), [("data:/data", True), ("'${DATA:-./x}:/data'", False), ("/data", False)]
)
def test_a_volume_with_a_name_keeps_data(volume: str, named: bool) -> None:
    assert service(f"image: b, volumes: [{volume}]").volumes is named


def test_secrets_written_out_are_named_and_never_shown() -> None:
    text = "environment: {DB_PASSWORD: devdb123, TOKEN: '${TOKEN}', API_KEY: changeme, NAME: x, SECRET: }"
    row = service(f"image: b, {text}")
    assert (set(row.secrets_literal), set(row.placeholder_secrets)) == ({"DB_PASSWORD"}, {"API_KEY"})
    assert "devdb123" not in repr(row)


def test_the_environment_may_be_a_list() -> None:
    row = service("image: b, environment: ['DB_PASSWORD=devdb123', TOKEN, 'PASSWORD_FILE=/run/x']")
    assert set(row.secrets_literal) == {"DB_PASSWORD"}


def test_a_service_that_waits_for_a_healthy_one_says_so() -> None:
    waiting = service("image: b, depends_on: {db: {condition: service_healthy}}")
    started = service("image: b, depends_on: [db]")
    assert (waiting.depends_on_healthy, set(waiting.depends_on)) == (True, {"db"})
    assert (started.depends_on_healthy, set(started.depends_on)) == (False, {"db"})


def test_profiles_and_a_read_only_root_are_told() -> None:
    row = service("image: b, profiles: [debug], read_only: true")
    assert (set(row.profiles), row.read_only) == ({"debug"}, True)


def test_files_that_are_named_and_not_there_are_missing() -> None:
    text = "build: {context: ./app, dockerfile: Other}, env_file: [a.env, {path: b.env, required: false}]"
    row = service(text, {"app/Dockerfile": "FROM x\n"})
    assert set(row.missing) == {"a.env", "app/Other"}


@pytest.mark.parametrize(
    "files",
    [
        {".gitignore": "*.env\n"},
        {".gitignore": "/a.env\n"},
        {".gitignore": "# x\n!b\n[\na*b*c*d*e*f*g*h*i*j\na.env\n"},
        {"a.env.example": "X=1\n"},
        {"a.env": "X=1\n"},
    ],
)
def test_what_git_ignores_or_an_example_announces_is_not_missing(files: dict[str, str]) -> None:
    assert set(service("image: b, env_file: a.env", files).missing) == set()


def test_an_ignore_file_speaks_for_its_own_folder() -> None:
    row = service("image: b, env_file: a.env", {"sub/.gitignore": "a.env\n"})
    assert set(row.missing) == {"a.env"}
    inner = service("image: b, env_file: a.env", {"sub/.gitignore": "a.env\n"}, "sub/compose.yaml")
    assert set(inner.missing) == set()


@pytest.mark.parametrize(
    "text",
    [
        "build: 'https://github.com/x/y.git'",
        "build: '${WHERE}'",
        "build: ../elsewhere",
        "build: {dockerfile_inline: 'FROM x'}",
        "build: ./mod",
    ],
)
def test_a_context_that_lies_elsewhere_is_not_missing(text: str) -> None:
    files = {".gitmodules": '[submodule "m"]\n\tpath = mod\n\turl = x\n', "a": "x"}
    row = service(text, files)
    assert (set(row.missing), row.builds) == (set(), True)


def test_a_service_extends_another_of_its_file() -> None:
    text = "services:\n  base: {image: b, restart: always}\n  a: {extends: base, user: '1'}\n"
    row = services({"compose.yaml": text})["compose.yaml", "a"]
    assert (row.image, row.restart, row.user) == ("b", "always", "1")


def test_a_service_extends_one_of_another_file() -> None:
    files = {
        "app/compose.yaml": "services: {a: {extends: {file: ../common.yml, service: base}}}\n",
        "common.yml": "services: {base: {image: b, extends: more}, more: {restart: always}}\n",
    }
    row = services(files)["app/compose.yaml", "a"]
    assert (row.image, row.restart) == ("b", "always")


def test_services_that_extend_each_other_end() -> None:
    text = "services:\n  a: {extends: b, image: x}\n  b: {extends: a}\n"
    assert services({"compose.yaml": text})["compose.yaml", "a"].image == "x"


def test_a_file_to_extend_that_is_not_there_is_missing() -> None:
    row = service("extends: {file: no.yml, service: x}")
    assert set(row.missing) == {"no.yml"}


@pytest.mark.parametrize("extends", ["{file: /x.yml, service: b}", "b", "[b]"])
def test_what_extends_nothing_that_can_be_read_stays_as_it_is(extends: str) -> None:
    assert service(f"image: i, extends: {extends}").image == "i"


def test_a_file_without_an_image_is_laid_over_the_main_one() -> None:
    files = {
        "docker-compose.yml": "services: {a: {image: b, environment: [X=1], ports: ['1:1']}}\n",
        "docker-compose.prod.yml": "services: {a: {restart: always, ports: ['2:2']}}\n",
    }
    rows = services(files)
    over = rows["docker-compose.prod.yml", "a"]
    assert (over.image, over.restart, set(over.ports_published)) == ("b", "always", {"1:1", "2:2"})
    assert (over.over, over.environment, over.purpose) == ("docker-compose.yml", "production", "deploy")
    assert rows["docker-compose.yml", "a"].purpose == "development"


def test_a_file_that_can_stand_alone_stands_alone() -> None:
    files = {
        "docker-compose.yml": "services: {a: {image: b, restart: always}}\n",
        "docker-compose.prod.yml": "services: {a: {image: c}}\n",
    }
    rows = services(files)
    assert rows["docker-compose.prod.yml", "a"].restart == ""
    assert rows["docker-compose.yml", "a"].purpose == "deploy"


def test_an_override_replaces_and_resets_as_it_says() -> None:
    files = {
        "compose.yaml": "services: {a: {image: b, ports: ['1:1'], restart: always, command: [x]}}\n",
        "compose.override.yaml": "services: {a: {ports: !override [], restart: !reset null, command: [y]}}\n",
    }
    row = services(files)["compose.override.yaml", "a"]
    assert (set(row.ports_published), row.restart, row.purpose) == (set(), "", "development")


def test_an_override_that_only_sets_variables_says_nothing_new() -> None:
    files = {
        "compose.yaml": "services: {a: {image: b}}\n",
        "compose.tracing.yaml": "services: {a: {environment: {X: 1}}}\n",
    }
    assert list(services(files)) == [("compose.yaml", "a")]


def test_an_override_of_an_environment_is_told_for_it() -> None:
    files = {
        "compose.yaml": "services: {a: {image: b}}\n",
        "compose.staging.yaml": "services: {a: {environment: {X: 1}}}\n",
    }
    assert services(files)["compose.staging.yaml", "a"].environment == "staging"


def test_a_part_of_a_service_whose_rest_is_nowhere_is_no_service() -> None:
    assert services({"docker-compose.traefik.yml": "services: {a: {labels: [x]}}\n"}) == {}


def test_a_part_of_a_service_is_laid_over_the_file_above_or_beside() -> None:
    above = {
        "docker-compose.yml": "services: {a: {image: b}}\n",
        "proxy/docker-compose.traefik.yml": "services: {a: {restart: always}}\n",
    }
    assert services(above)["proxy/docker-compose.traefik.yml", "a"].image == "b"
    beside = {
        "docker-compose.base.yml": "services: {a: {image: b}}\n",
        "docker-compose.mongo.yml": "services: {a: {restart: always}}\n",
    }
    assert services(beside)["docker-compose.mongo.yml", "a"].over == "docker-compose.base.yml"


def test_files_that_are_taken_in_are_read_and_lie_below_an_override() -> None:
    files = {
        "app/docker-compose.yml": "include: [../ui/services.yml, {path: ../db/x.yml}, ../ui/no.yml]\n",
        "app/docker-compose.prod.yml": "services: {ui: {restart: always}}\n",
        "ui/services.yml": "services: {ui: {build: .}}\n",
        "ui/Dockerfile": "FROM x\n",
        "db/x.yml": "services: {db: {image: postgres}}\n",
    }
    rows = services(files)
    assert sorted(rows) == [
        ("app/docker-compose.prod.yml", "ui"),
        ("db/x.yml", "db"),
        ("ui/services.yml", "ui"),
    ]
    over = rows["app/docker-compose.prod.yml", "ui"]
    assert (over.dockerfile, set(over.missing), over.over) == ("ui/Dockerfile", set(), "ui/services.yml")


def test_merge_keys_and_anchors_are_followed() -> None:
    text = (
        "x-a: &a\n  restart: always\nx-b: &b {image: b}\n"
        "services:\n  a:\n    <<: [*a, *b]\n    restart: 'no'\n"
    )
    row = services({"compose.yaml": text})["compose.yaml", "a"]
    assert (row.image, row.restart) == ("b", "no")


@pytest.mark.parametrize(
    ("path", "purpose"),
    [
        ("docker-compose.yml", None),
        ("docker-compose.dev.yml", "development"),
        ("docker-compose.override.yml", "development"),
        ("docker-compose.test.override.yml", "test"),
        ("docker-compose.prod.yml", "deploy"),
        ("deploy/dev/compose.yaml", "development"),
        ("deploy/compose.yaml", "deploy"),
        (".github/compose.yaml", "ci"),
        ("e2e/docker-compose.yml", "test"),
        ("_integration-test/compose.yaml", "test"),
    ],
)
def test_the_name_and_the_folders_say_what_a_file_is_for(path: str, purpose: str | None) -> None:
    assert purpose_of(path) == purpose


def test_a_file_of_data_stores_alone_serves_those_who_work_on_the_code() -> None:
    files = {"compose.yaml": "services: {db: {image: postgres}, r: {image: redis}}\n"}
    assert services({**files, "app.py": "x = 1\n"})["compose.yaml", "db"].purpose == "development"
    assert services(files)["compose.yaml", "db"].purpose == "deploy"


def test_whose_file_it_is_stays_with_the_row() -> None:
    rows = services({"tests/docker-compose.yml": "services: {a: {image: b}}\n"})
    assert rows["tests/docker-compose.yml", "a"].role == "test"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "a"),
        ("$A-${B}", "1-\0"),
        ("${B:-x}", "x"),
        ("${B-x}", "x"),
        ("${E:-x}", "x"),
        ("${A:?must}", "1"),
        ("${B:?must}", "\0"),
        ("${A:+y}", "y"),
        ("${B:+y}", "\0"),
        ("${B:-${A}}", "1"),
        ("$$x", "$x"),
        ("${A", "1"),
        ("$", "$"),
        ("a$", "a$"),
        ("${B:-" * 12 + "}" * 12, "\0"),
    ],
)
def test_variables_are_put_in_as_compose_does(text: str, expected: str) -> None:
    assert interpolated(text, {"A": "1", "E": ""}) == expected


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        ("docker.io/library/postgres:16", "database"),
        ("valkey/valkey", "cache"),
        ("rabbitmq:3-management", "queue"),
        ("grafana/grafana", "monitoring"),
        ("traefik:v3", "proxy"),
        ("ghcr.io/x/y", "other"),
        ("", "other"),
        (None, "other"),
    ],
)
def test_a_well_known_image_tells_what_a_service_is(image: str | None, kind: str) -> None:
    assert kind_of(image) == kind


@pytest.mark.parametrize(
    "image", ["{{ image }}", "x:${TAG}", "x:IMAGE_TAG", "IMAGE_NAME", "<image>", "x:$(TAG)", "x:@TAG@"]
)
def test_a_stand_in_for_an_image_is_unknown(image: str) -> None:
    assert held(templated(image)) is None


def test_scratch_is_held_by_nothing_that_a_service_could_run() -> None:
    assert held("scratch") is None


def test_a_password_in_a_url_is_a_secret_under_any_name() -> None:
    pairs = [("DATABASE_URL", "postgres://u:Tr0ub4dor9@db.shop.io/x"), ("A_TOKEN", "/run/secrets/x")]
    assert literal(pairs) == (frozenset({"DATABASE_URL"}), frozenset())


def test_lines_that_are_no_patterns_ignore_nothing() -> None:
    files = {
        ".gitignore": "[\n" + "x" * 300 + "\n",
        "compose.yaml": "services: {a: {image: b, env_file: c.env}}\n",
    }
    assert set(services(files)["compose.yaml", "a"].missing) == {"c.env"}


def test_a_submodule_is_not_missing() -> None:
    files = {
        ".gitmodules": '[submodule "m"]\n\tpath = mod\n',
        "compose.yaml": "services: {a: {build: mod/x}}\n",
    }
    assert set(services(files)["compose.yaml", "a"].missing) == set()


def test_what_is_written_in_no_form_that_compose_knows_is_passed_over() -> None:
    text = (
        "services:\n  a: {image: b, environment: [[x], 'A=1'], volumes: [[x]], "
        "depends_on: [[x]], env_file: [[x]]}\n"
        "  b: 1\n  c: {image: d, environment: x, labels: 1}\ninclude: [[x]]\n"
    )
    assert sorted(name for _, name in services({"compose.yaml": text})) == ["a", "c"]


def test_settings_of_base_and_override_merge_by_name() -> None:
    files = {
        "compose.yaml": "services: {a: {image: b, environment: [A_TOKEN=devdb123], deploy: {}}}\n",
        "compose.prod.yaml": "services: {a: {environment: {B_TOKEN: devdb124}, "
        "deploy: {resources: {limits: {memory: 1g}}}}}\n",
    }
    row = services(files)["compose.prod.yaml", "a"]
    assert (set(row.secrets_literal), row.limits) == ({"A_TOKEN", "B_TOKEN"}, True)
