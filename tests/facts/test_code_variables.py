"""Variables that stand beside code, or in schemas: ERB, tables of node-config, joi and zod, Spring."""

from __future__ import annotations

import pytest

from readiness.facts.catalogue import TABLES
from readiness.facts.code.nouns import ROUTE, VARIABLE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

GEMFILE = "gem 'rails'\n"
TABLE = "config/custom-environment-variables.json"


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=TABLES)


def variables(files: dict[str, str]) -> list[tuple[int, str, bool]]:
    return [(row.line, row.name, row.default) for row in store(files).collected(VARIABLE).rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: <%= ENV['B'] %>\n", [(2, "B", True)]),
        ("a: <%= ENV.fetch('A') %> <%= ENV.fetch('B') { 5 } %>\n", [(1, "A", False), (1, "B", True)]),
        ("<% if ENV['A'] -%>\na: 1\n<% end %>\n", [(1, "A", True)]),
        ("a: <%=\n  ENV['A']\n%>\n", [(2, "A", True)]),
        ("# a: <%= ENV['A'] %>\n", []),
        ("a: <%# ENV['A'] %>\n", []),
        ("a: ENV['A']\n", []),
        ("a: <%= " + "f(" * 700 + "ENV['A']" + ")" * 700 + " %>\n", []),
    ],
)
def test_the_ruby_in_settings_of_rails_reads_variables(
    text: str, expected: list[tuple[int, str, bool]]
) -> None:
    assert variables({"Gemfile": GEMFILE, "config/database.yml": text}) == expected


def test_without_ruby_such_a_file_is_some_other_template() -> None:
    assert variables({"config/database.yml": "a: <%= ENV['A'] %>\n"}) == []


def test_a_table_of_node_config_names_variables() -> None:
    text = '{\n  "db": { "url": "DB_URL" },\n  "on": { "__name": "ON", "__format": "json" },\n  "n": 1\n}\n'
    assert variables({TABLE: text, "package.json": "{}"}) == [(2, "DB_URL", True), (3, "ON", True)]
    assert variables({"tests/" + TABLE: text}) == []


JOI = "import * as Joi from 'joi';\nexport const {} = Joi.object({{\n  {}: Joi.string(),\n  {}: {},\n}});\n"


@pytest.mark.parametrize(
    ("name", "one", "two", "value", "expected"),
    [
        ("env", "DB_URL", "PORT", "Joi.number().required()", [("DB_URL", True), ("PORT", False)]),
        ("env", "DB_URL", "port", "Joi.number()", []),
        ("verbs", "GET", "PUT", "Joi.number()", []),
    ],
)
def test_a_schema_of_the_environment_names_variables(
    name: str, one: str, two: str, value: str, expected: list[tuple[str, bool]]
) -> None:
    text = JOI.format(name, one, two, value)
    found = variables({"src/a.ts": text, "package.json": "{}"})
    assert [(name, default) for _, name, default in found] == expected
    zod = text.replace("* as Joi from 'joi'", "{ z } from 'zod'").replace("Joi.", "z.")
    known = [name for _, name, _ in variables({"src/a.ts": zod, "package.json": "{}"})]
    assert known == [name for name, _ in expected]
    assert variables({"src/a.ts": text.replace("'joi'", "'other'"), "package.json": "{}"}) == []


def test_what_nest_is_asked_for_is_a_variable() -> None:
    text = (
        "import { ConfigService } from '@nestjs/config';\n"
        "export class A { constructor(private config: ConfigService) {\n"
        "  config.getOrThrow('A_B'); config.get<string>('C_D', 'x'); config.get('database.url'); } }\n"
    )
    assert variables({"src/a.ts": text, "package.json": "{}"}) == [(3, "A_B", False), (3, "C_D", True)]


def test_further_settings_of_spring_take_variables_in() -> None:
    library = "<dependency><artifactId>spring-web</artifactId></dependency>"
    files = {
        "pom.xml": f"<project><dependencies>{library}</dependencies></project>",
        "src/main/java/A.java": "class A {}\n",
        "src/main/resources/config/db.yml": "url: ${DB_URL:x}\n",
        "src/main/resources/messages.properties": "hello=Hello ${name}\n",
    }
    assert variables(files) == [(1, "DB_URL", True)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("api.add_resource(A, '/a', '/b')", [("GET", "/a"), ("GET", "/b")]),
        ("for r, p in ((A, '/a'), (Other, '/b')):\n    api.add_resource(r, p)", [("GET", "/a"), ("", "/b")]),
        ("m = [(A, '/a', 1)]\nfor r, p, n in m:\n    api.add_resource(r, p)", [("GET", "/a")]),
        ("for r, p in things():\n    api.add_resource(r, p)", []),
        ("for p in ('/a',):\n    api.add_resource(A, p)", []),
        ("api.add_resource(A, path)", []),
        ("api.add_resource()", []),
    ],
)
def test_resources_of_flask_restful_are_routes(body: str, expected: list[tuple[str, str]]) -> None:
    text = (
        "from flask_restful import Api, Resource\nfrom views import Other\napi = Api(app)\n"
        f"class A(Resource):\n    def get(self):\n        return 1\n{body}\n"
    )
    rows = store({"app.py": text}).collected(ROUTE).rows
    assert [(row.method, row.route) for row in rows] == expected


def test_a_router_that_answers_all_other_paths_stands_where_its_router_does() -> None:
    text = (
        "use axum::{Router, routing::get};\n"
        'fn pages() -> Router { Router::new().route("/p", get(p)) }\n'
        'fn app() -> Router { Router::new().route("/a", get(a)).fallback_service(pages()) }\n'
        'fn main() { axum::serve(l, Router::new().nest("/x", app())) }\n'
    )
    rows = store({"src/main.rs": text}).collected(ROUTE).rows
    assert [row.route for row in rows] == ["/x/p", "/x/a"]
