from __future__ import annotations

import pytest

from readiness.facts.code.hints import HINTS, SIGNS
from readiness.facts.repository.noun import REPOSITORY, Repository, code_elsewhere
from readiness.facts.repository.signs import Package, parse_distribution, parse_package
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
GO_MOD = "module example.org/a\n"
GO_SERVER = 'package main\n\nfunc main() {\n\thttp.ListenAndServe(":80", nil)\n}\n'


def repository(files: dict[str, str]) -> Repository:
    (row,) = Store(MemoryTree(files), tables=[HINTS, SIGNS]).collected(REPOSITORY).rows
    return row


def kinds(files: dict[str, str]) -> set[str]:
    return set(repository(files).kind)


def test_an_empty_folder_is_nothing() -> None:
    row = repository({})
    assert (set(row.kind), row.languages, row.deployable, row.database, row.http, row.text, row.path) == (
        set(),
        frozenset(),
        False,
        False,
        False,
        "there are no files",
        "",
    )


def test_a_folder_of_documents_is_documentation() -> None:
    assert kinds({"README.md": "# A\n", "docs/a.md": "a\n"}) == {"documentation"}


def test_a_folder_that_nothing_explains_is_no_kind() -> None:
    row = repository({"a.bin": "x"})
    assert (set(row.kind), row.text) == (set(), "no file says what this is")


@pytest.mark.parametrize(
    "files",
    [
        {"main.tf": 'resource "a" "b" {\n}\n', "README.md": "x\n"},
        {"Chart.yaml": "name: a\n"},
        {"roles/web/tasks/main.yml": "- name: a\n"},
    ],
)
def test_infrastructure_without_code_is_infrastructure(files: dict[str, str]) -> None:
    row = repository(files)
    assert (set(row.kind), row.deployable, row.database) == ({"infrastructure"}, False, False)


def test_terraform_without_a_block_is_no_infrastructure() -> None:
    assert kinds({"main.tf": "# empty\n", "README.md": "x\n"}) == {"documentation"}


def test_a_tree_of_a_service_and_its_front_end_is_both() -> None:
    files = {
        "api_server.py": FASTAPI,
        "requirements.txt": "fastapi\naiosqlite\n",
        "frontend/package.json": '{"private": true, "dependencies": {"vue": "1"}, "scripts": {"build": "v"}}',
        "infra/main.tf": 'resource "a" "b" {\n}\n',
    }
    row = repository(files)
    assert (set(row.kind), set(row.languages)) == ({"service", "web-frontend"}, {"python"})
    assert (row.deployable, row.database, row.http) == (True, True, True)
    assert (row.path, row.line) == ("api_server.py", 2)
    assert row.text == "api_server.py:2 FastAPI(…), frontend/package.json:1 vue"


@pytest.mark.parametrize(
    "path", ["tests/app.py", "examples/app.py", "scripts/mock.py", "tools/x/app.py", "docs/app.py"]
)
def test_a_server_aside_makes_no_service(path: str) -> None:
    assert "service" not in kinds({path: FASTAPI, "lib.py": "x = 1\n"})


@pytest.mark.parametrize(
    "text",
    [
        "import uvicorn\nuvicorn.run('a:b')\n",
        "from http.server import HTTPServer\nHTTPServer(('', 0), H)\n",
        "import fastapi\n",
    ],
)
def test_a_server_that_is_not_built_here_makes_no_service(text: str) -> None:
    assert "service" not in kinds({"cli.py": text})


def test_a_worker_of_python_is_a_worker() -> None:
    row = repository({"tasks.py": "from celery import Celery\napp = Celery('x')\n"})
    assert (set(row.kind), row.http, row.deployable) == ({"worker"}, False, True)


def test_a_grpc_server_answers_no_http() -> None:
    row = repository({"a.py": "import grpc\ns = grpc.server(pool)\n"})
    assert (set(row.kind), row.http) == ({"service"}, False)


EXPRESS = '{"dependencies": {"express": "4", "bullmq": "1"}, "scripts": {"start": "node a.js"}}'


def test_a_server_of_node_must_be_started_and_listen() -> None:
    assert kinds({"package.json": EXPRESS, "a.js": "app.listen(3000)\n"}) == {"service", "worker"}
    assert kinds({"package.json": EXPRESS, "a.js": "x = 1\n"}) == {"worker"}
    assert (
        kinds(
            {"package.json": '{"private": true, "dependencies": {"express": "4"}}', "a.js": "a.listen(1)\n"}
        )
        == set()
    )


def test_a_server_below_a_folder_listens_in_that_folder() -> None:
    files = {"api/package.json": EXPRESS, "other/a.js": "app.listen(3000)\n"}
    assert kinds(files) == {"worker"}


def test_a_front_end_that_renders_on_a_server_is_both() -> None:
    text = '{"private": true, "dependencies": {"next": "14"}, "scripts": {"build": "x", "start": "y"}}'
    assert kinds({"package.json": text}) == {"service", "web-frontend"}


def test_a_component_library_is_no_front_end() -> None:
    text = '{"name": "ui", "main": "dist", "devDependencies": {"react": "18"}, "scripts": {"build": "tsc"}}'
    assert kinds({"package.json": text, "a.ts": "x\n"}) == {"library"}


def test_a_desktop_program_is_no_front_end() -> None:
    text = '{"private": true, "devDependencies": {"react": "18", "electron": "1"}, "scripts": {"build": "x"}}'
    assert kinds({"package.json": text, "a.ts": "x\n"}) == set()


def test_a_package_with_a_command_is_a_command() -> None:
    assert kinds({"package.json": '{"bin": "a.js"}', "a.js": "x\n"}) == {"cli"}


SHOWCASE = {
    "Procfile": "web: npm start --workspace @ui/review\n\n",
    "packages/ui-review/package.json": (
        '{"private": true, "dependencies": {"express": "5"}, "scripts": {"start": "x"}}'
    ),
    "packages/ui-review/app.mjs": "const app = express()\napp.listen(1)\n",
}
PUBLISHED = {"packages/ui/package.json": '{"name": "ui", "exports": {}}', "packages/ui/a.mjs": "x\n"}


def test_the_review_application_of_a_published_package_makes_no_service() -> None:
    row = repository({**SHOWCASE, **PUBLISHED})
    assert (set(row.kind), row.deployable, row.http) == ({"library"}, False, False)


def test_an_application_of_that_name_beside_no_published_package_is_a_service() -> None:
    assert kinds(SHOWCASE) == {"service"}


def test_another_application_beside_a_published_package_is_a_service() -> None:
    other = {
        path.replace("review", "reviews"): text.replace("review", "reviews")
        for path, text in SHOWCASE.items()
    }
    assert kinds({**other, **PUBLISHED}) == {"service"}


def test_a_go_server_with_a_main_package_is_a_service() -> None:
    row = repository({"go.mod": GO_MOD, "cmd/a/main.go": GO_SERVER})
    assert (set(row.kind), row.http, row.database, row.path, row.line) == (
        {"service"},
        True,
        None,
        "cmd/a/main.go",
        4,
    )


def test_a_go_router_that_shows_a_server_in_a_comment_and_an_example_is_a_library() -> None:
    files = {
        "go.mod": GO_MOD,
        "mux.go": 'package mux\n\n//\thttp.ListenAndServe(":80", r)\n',
        "_examples/a/main.go": GO_SERVER,
    }
    row = repository(files)
    assert (set(row.kind), row.deployable, row.database) == ({"library"}, False, False)


def test_a_go_program_without_a_server_is_a_command() -> None:
    assert kinds({"go.mod": GO_MOD, "main.go": "package main\n\nfunc main() {}\n"}) == {"cli"}


@pytest.mark.parametrize(
    ("files", "database"),
    [
        (
            {
                "pom.xml": "<artifactId>spring-boot-starter-web</artifactId>\n",
                "A.java": "@SpringBootApplication\n",
            },
            None,
        ),
        (
            {
                "build.gradle": "dependencies {\n"
                "  implementation 'org.springframework.boot:spring-boot-starter-web:3'\n"
                "  runtimeOnly 'org.postgresql:postgresql:42.7.3'\n}\n",
                "A.kt": "runApplication<A>()\n",
            },
            True,
        ),
        ({"pom.xml": "<artifactId>quarkus-rest</artifactId>\n"}, None),
        ({"a.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web">\n', "A.cs": "x\n"}, None),
        ({"Gemfile": "gem 'rails'\ngem 'pg'\n", "config.ru": "run A\n", "a.rb": "x\n"}, True),
        ({"composer.json": '{"require": {"laravel/framework": "1"}}', "public/index.php": "<?php\n"}, None),
        (
            {"Cargo.toml": '[dependencies]\naxum = "1"\nsqlx = "1"\n', "src/main.rs": "axum::serve(l, a)\n"},
            True,
        ),
        ({"mix.exs": "{:phoenix, 1}\n", "lib/a/endpoint.ex": "  use Phoenix.Endpoint\n"}, None),
        ({"mix.exs": "shared_deps()\n", "apps/a/lib/endpoint.ex": "  use Phoenix.Endpoint\n"}, None),
        ({"mix.exs": "{:plug_cowboy, 1}\n", "lib/a.ex": "    {Plug.Cowboy, plug: A}\n"}, None),
        ({"mix.exs": "{:cowboy, 1}\n", "lib/a.ex": "    Plug.Adapters.Cowboy.http(A, [])\n"}, None),
    ],
)
def test_servers_of_other_languages_are_recognised(files: dict[str, str], database: bool | None) -> None:
    row = repository(files)
    assert (set(row.kind), row.http, row.database) == ({"service"}, True, database)


@pytest.mark.parametrize(
    "files",
    [
        {"pom.xml": "<!-- spring-boot-starter-web -->\n", "A.java": "@SpringBootApplication\n"},
        {"pom.xml": "<!--\nspring-boot-starter-web\n-->\n", "A.java": "@SpringBootApplication\n"},
        {"pom.xml": "spring-boot-starter-web\n", "A.java": "class A {}\n"},
        {"build.gradle": "// spring-boot-starter-web\n", "A.java": "@SpringBootApplication\n"},
        {"Gemfile": "gem 'rails'\n", "a.rb": "x\n"},
        {"composer.json": '{"require": {"laravel/framework": "1"}}', "a.php": "x\n"},
        {"Cargo.toml": '[dependencies]\naxum = "1"\n', "src/lib.rs": "fn a() {}\n"},
        {"mix.exs": "{:phoenix, 1}\n", "lib/a.ex": "x\n"},
        {"mix.exs": "{:bandit, 1}\n", "lib/a.ex": "# {Bandit, plug: A}\n"},
        {"pom.xml": "<a/>\n", "samples/pom.xml": "<a>quarkus-rest</a>\n"},
    ],
)
def test_a_server_library_without_a_start_makes_no_service(files: dict[str, str]) -> None:
    assert "service" not in kinds(files)


def test_a_worker_of_other_languages_is_a_worker() -> None:
    assert kinds({"a.csproj": '<Project Sdk="Microsoft.NET.Sdk.Worker">\n'}) == {"worker"}


PLAIN = {"a/a.csproj": '<Project Sdk="Microsoft.NET.Sdk">\n'}
HOST = "class Program { static void Main(string[] a) { Host.CreateDefaultBuilder(a).Build().Run(); } }\n"
SERVES = HOST.replace(".Build()", ".ConfigureWebHostDefaults(w => { w.UseStartup<Startup>(); }).Build()")


def test_a_program_of_dotnet_that_builds_a_host_runs_whatever_its_project_says() -> None:
    assert kinds(PLAIN | {"a/Program.cs": HOST}) == {"worker"}
    row = repository(PLAIN | {"a/Program.cs": SERVES})
    assert (set(row.kind), row.http, row.line) == ({"service"}, True, 1)
    assert "service" not in kinds(PLAIN | {"a/Tool.cs": HOST.replace("Program", "Tool")})


def test_a_procfile_says_what_runs() -> None:
    row = repository({"Procfile": "web: x\nworker: y\nrelease: z\n", "a.py": "x = 1\n"})
    assert (set(row.kind), row.deployable, row.http) == ({"service", "worker"}, True, True)


@pytest.mark.parametrize(
    "files",
    [
        {"fly.toml": "app = 'a'\n"},
        {"serverless.yml": "service: a\nfunctions: {f: {handler: a.b}}\n"},
        {"app.yaml": "runtime: python312\n"},
    ],
)
def test_a_platforms_descriptor_makes_a_service(files: dict[str, str]) -> None:
    assert kinds({**files, "a.py": "x = 1\n"}) == {"service"}


@pytest.mark.parametrize(
    "files", [{"tests/Procfile": "web: x\n"}, {"app.yaml": "name: a\n"}, {"tests/app.yaml": "runtime: x\n"}]
)
def test_another_file_of_that_name_makes_none(files: dict[str, str]) -> None:
    assert kinds({**files, "a.py": "x = 1\n"}) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[build-system]\nrequires = []\n[project]\nname = 'a'\n", {"library"}),
        (
            "[build-system]\nrequires = []\n[project]\nname = 'a'\n[project.scripts]\na = 'a:b'\n",
            {"library", "cli"},
        ),
        ("[build-system]\nrequires = []\n[tool.poetry]\nname = 'a'\npackage-mode = false\n", {"cli"}),
        ("[project]\nname = 'a'\n", {"cli"}),
        ("[", {"cli"}),
    ],
)
def test_a_package_of_python_is_a_library(text: str, expected: set[str]) -> None:
    assert kinds({"pyproject.toml": text, "a.py": 'if __name__ == "__main__":\n    pass\n'}) == expected


def test_a_setup_py_makes_a_library() -> None:
    assert kinds({"setup.py": "setup()\n", "examples/setup.py": "setup()\n"}) == {"library"}


def test_a_service_is_not_also_a_library() -> None:
    assert kinds({"setup.py": "setup()\n", "app.py": FASTAPI}) == {"service"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"requirements.txt": "fastapi\n"}, False),
        ({"requirements.txt": "SQLAlchemy>=2\n"}, True),
        ({"requirements-dev.txt": "sqlalchemy\n", "requirements.txt": "a\n"}, False),
        ({"store.py": "import sqlite3\n"}, True),
        ({"settings.py": "DATABASES = {}\n"}, True),
        ({}, None),
        ({"requirements.txt": "fastapi\n", "a.java": "x\n"}, None),
        ({"go.mod": "module a\nrequire github.com/jackc/pgx/v5 v5.0.0\n"}, True),
    ],
)
def test_a_database_is_needed_where_a_driver_is(files: dict[str, str], expected: bool | None) -> None:
    assert repository({"app.py": FASTAPI, **files}).database is expected


def test_broken_manifests_say_nothing() -> None:
    assert parse_package(b"[]") == Package()
    assert not parse_distribution(b"").package
    assert kinds({"package.json": "{", "a.js": "x\n", "Cargo.toml": "[", "pyproject.toml": "["}) == {
        "library"
    }


COBRA = "module example.org/a\n\nrequire github.com/spf13/cobra v1.8.0\n"
SERVE = 'package serve\n\nfunc Run() {\n\thttp.ListenAndServe(":80", nil)\n}\n'
TOOL = {"go.mod": COBRA, "main.go": "package main\n\nfunc main() {\n}\n", "serve/serve.go": SERVE}


def test_a_command_line_tool_that_can_also_serve_is_no_service() -> None:
    assert "service" not in kinds(TOOL)


def test_a_program_with_commands_whose_image_opens_a_port_is_a_service() -> None:
    image = 'FROM golang:1.22\nCOPY . .\nEXPOSE 8080\nCMD ["a", "serve"]\n'
    assert "service" in kinds(TOOL | {"Dockerfile": image})


def test_a_main_package_deep_among_the_packages_makes_no_service() -> None:
    files = {"go.mod": GO_MOD, "main.go": "package main\n", "clients/github/tokens/main.go": GO_SERVER}
    assert "service" not in kinds(files)


def test_a_main_package_below_cmd_makes_a_service() -> None:
    assert "service" in kinds({"go.mod": GO_MOD, "cmd/api/v1/main.go": GO_SERVER})


def test_a_class_that_inherits_from_a_server_makes_a_service_where_it_is_called() -> None:
    inherited = "from fastapi import FastAPI\nclass Shop(FastAPI):\n    pass\n"
    assert "service" in kinds({"app.py": inherited + "app = Shop()\n"})
    assert "service" not in kinds({"app.py": inherited})


DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
    "spec: {template: {spec: {containers: [{image: 'IMAGE'}]}}}\n"
)
SELF_HOSTED = """services:
  db: {image: postgres:16.1, restart: always}
  cache: {image: redis:7.2, restart: always}
  web: {build: ./web, restart: always}
"""
GUARD = "if __name__ == '__main__':\n    x\n"


@pytest.mark.parametrize(
    "files",
    [
        {"docker-compose.yml": SELF_HOSTED, "install.sh": "x\n", "README.md": "x\n"},
        {"docker-compose.yml": SELF_HOSTED, "web/conf.py": "x = 1\n", "t.py": GUARD},
        {"compose.yaml": "services: {a: {image: x/a, ports: ['80:80']}}\n"},
        {"k8s/web.yaml": DEPLOYMENT, "README.md": "x\n"},
        {"k8s/db.yaml": DEPLOYMENT.replace("IMAGE", "postgres:16.1")},
        {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": DEPLOYMENT},
    ],
)
def test_what_compose_files_and_manifests_run_is_deployable_infrastructure(files: dict[str, str]) -> None:
    row = repository(files)
    assert (set(row.kind), row.deployable) == ({"infrastructure"}, True)


def test_code_that_a_compose_file_or_a_manifest_runs_is_deployable() -> None:
    built = "services: {web: {build: ., ports: ['80:80']}}\n"
    for path, text in (("docker-compose.yml", built), ("k8s/web.yaml", DEPLOYMENT)):
        row = repository({"index.php": "<?php\n", path: text})
        assert (set(row.kind), row.deployable, row.path) == (set(), True, path)


def test_a_library_with_an_image_of_its_own_that_runs_is_deployable_and_stays_a_library() -> None:
    files = {
        "pyproject.toml": "[build-system]\nrequires = []\n[project]\nname = 'a'\n",
        "a.py": "x = 1\n",
        "compose.yaml": "services: {a: {build: ., restart: always}}\n",
    }
    row = repository(files)
    assert (set(row.kind), row.deployable) == ({"library"}, True)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("compose.yaml", "services: {db: {image: postgres, ports: ['1:1']}}\n"),
        ("compose.yaml", "services: {a: {image: x/y, ports: ['1:1']}}\n"),
        ("compose.yaml", "services: {a: {build: ., volumes: ['.:/app'], ports: ['1:1']}}\n"),
        ("compose.dev.yaml", "services: {a: {build: ., ports: ['1:1']}}\n"),
        ("tests/compose.yaml", "services: {a: {build: ., ports: ['1:1']}}\n"),
        ("scripts/compose.yaml", "services: {a: {build: ., ports: ['1:1']}}\n"),
        ("k8s/db.yaml", DEPLOYMENT.replace("IMAGE", "postgres:16.1")),
        ("k8s/dev/web.yaml", DEPLOYMENT),
        ("examples/web.yaml", DEPLOYMENT),
    ],
)
def test_what_is_started_to_work_on_the_code_makes_nothing_deployable(path: str, text: str) -> None:
    assert not repository({"a.py": "x = 1\n", path: text}).deployable


def test_a_foreign_service_that_nobody_reaches_is_not_deployed() -> None:
    assert not repository({"compose.yaml": "services: {a: {image: x/y}}\n"}).deployable


def test_objects_that_run_nothing_are_infrastructure_that_is_not_deployed() -> None:
    row = repository({"k8s/a.yaml": "apiVersion: v1\nkind: Namespace\n", "README.md": "x"})
    assert (set(row.kind), row.deployable) == ({"infrastructure"}, False)


def test_the_code_behind_what_is_run_without_a_server_in_sight_is_open() -> None:
    facts = Store(MemoryTree({"docker-compose.yml": SELF_HOSTED}), tables=[HINTS, SIGNS])
    assert [(gap.path, gap.line) for gap in code_elsewhere(facts)] == [("docker-compose.yml", 4)]
    library = Store(MemoryTree({"a.py": "x = 1\n"}), tables=[HINTS, SIGNS])
    assert code_elsewhere(library) == ()


RAILS = {"config.ru": "run A\n", "a.rb": "x\n"}
POM = (
    "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>a</artifactId>"
    "<version>1</version><dependencies>{}</dependencies></project>\n"
)
NAMED = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>1</version></dependency>"
WEB = NAMED.format("org.springframework.boot", "spring-boot-starter-web")
COMPOSE = "services:\n  web: {build: ., ports: ['80:80']}\n  db: {image: '%s'}\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({**RAILS, "Gemfile": "gem 'rails'\ngem 'pg'\n"}, True),
        ({**RAILS, "Gemfile": "gem 'rails'\ngem 'pg', group: :test\n"}, None),
        ({**RAILS, "Gemfile": "gem 'sinatra'\ngem 'pg_query'\n"}, False),
        ({"A.java": "@SpringBootApplication\n", "pom.xml": POM.format(WEB)}, False),
        (
            {
                "A.java": "@SpringBootApplication\n",
                "pom.xml": POM.format(WEB + NAMED.format("org.postgresql", "postgresql")),
            },
            True,
        ),
        (
            {
                "A.java": "@SpringBootApplication\n",
                "pom.xml": POM.format(WEB + NAMED.format("com.h2database", "h2")),
            },
            None,
        ),
        ({"A.java": "@SpringBootApplication\n", "a.rb": "x\n", "pom.xml": POM.format(WEB)}, None),
        ({"composer.json": '{"require": {"slim/slim": "4"}}', "public/index.php": "<?php\n"}, None),
    ],
)
def test_a_service_of_another_language_needs_the_database_whose_driver_it_names(
    files: dict[str, str], expected: bool | None
) -> None:
    row = repository(files)
    assert ({"service"}, expected) == (set(row.kind), row.database)


@pytest.mark.parametrize(
    "files",
    [
        {"compose.yaml": COMPOSE % "postgres:16"},
        {"compose.yaml": "services:\n  db: {image: 'mysql:8'}\n"},
        {
            "k8s/db.yaml": "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n"
            "spec: {template: {spec: {containers: [{name: db, image: 'postgres:16'}]}}}\n"
        },
        {"infra/db.tf": 'resource "aws_db_instance" "db" {\n  engine = "postgres"\n}\n'},
    ],
)
def test_a_database_that_runs_beside_a_service_is_needed(files: dict[str, str]) -> None:
    assert True is repository({"app.py": FASTAPI, "requirements.txt": "fastapi\n", **files}).database


@pytest.mark.parametrize(
    "files",
    [
        {"compose.yaml": COMPOSE % "redis:7"},
        {"compose.yaml": COMPOSE % "docker.elastic.co/elasticsearch/elasticsearch:8.13.0"},
        {"tests/compose.yaml": COMPOSE % "postgres:16"},
        {"compose.test.yaml": COMPOSE % "postgres:16"},
        {"infra/db.tf": 'resource "aws_db_subnet_group" "db" {\n}\ndata "aws_db_instance" "x" {\n}\n'},
        {"examples/k8s/db.yaml": "kind: Pod\nspec: {containers: [{name: db, image: 'postgres:16'}]}\n"},
    ],
)
def test_what_only_looks_like_a_database_beside_a_service_is_none(files: dict[str, str]) -> None:
    assert False is repository({"app.py": FASTAPI, "requirements.txt": "fastapi\n", **files}).database


def test_a_command_that_keeps_a_cache_in_a_file_needs_no_database() -> None:
    files = {
        "pyproject.toml": "[build-system]\nrequires = []\n[project]\nname = 'a'\ndependencies = ['click']\n"
        "[project.scripts]\na = 'a:b'\n",
        "a/cache.py": "import sqlite3\n",
        "a/signs.py": "DATABASES = frozenset()\n",
    }
    row = repository(files)
    assert ({"cli", "library"}, False) == (set(row.kind), row.database)


def test_code_of_no_known_kind_that_opens_a_file_of_sqlite_leaves_it_open() -> None:
    assert repository({"a.py": "import sqlite3\n"}).database is None


@pytest.mark.parametrize("path", ["a/settings.py", "config/settings/base.py", "a/settings_prod.py"])
def test_databases_in_the_settings_of_django_are_needed(path: str) -> None:
    files = {path: "DATABASES = {'default': {}}\n", "requirements.txt": "django\n", "manage.py": "x = 1\n"}
    assert repository(files).database is True


def test_a_word_of_that_name_elsewhere_is_no_database() -> None:
    files = {"app.py": FASTAPI, "names.py": "DATABASES = ('pg',)\n", "requirements.txt": "fastapi\n"}
    assert repository(files).database is False


def test_a_framework_with_a_layer_for_databases_and_no_driver_leaves_it_open() -> None:
    assert repository({"app.py": FASTAPI, "requirements.txt": "django\n"}).database is None


def test_a_manifest_that_is_computed_leaves_it_open() -> None:
    gemfile = "gem 'sinatra'\neval_gemfile ENV['MORE']\n"
    assert repository({**RAILS, "Gemfile": gemfile}).database is None


CATALOG = '[libraries]\nweb = { module = "org.springframework.boot:%s", version = "3.3.0" }\n'
BY_ALIAS = "dependencies {\n  implementation(libs.web)\n}\n"


@pytest.mark.parametrize(
    ("artifact", "start", "expected"),
    [
        ("spring-boot-starter-web", "@SpringBootApplication\n", {"service"}),
        ("spring-boot-starter-web", "class A {}\n", set()),
        ("spring-boot-starter-batch", "@SpringBootApplication\n", set()),
    ],
)
def test_a_server_library_may_be_named_in_a_catalog(artifact: str, start: str, expected: set[str]) -> None:
    files = {
        "gradle/libs.versions.toml": CATALOG % artifact,
        "build.gradle.kts": BY_ALIAS,
        "src/main/java/A.java": start,
    }
    assert kinds(files) == expected
