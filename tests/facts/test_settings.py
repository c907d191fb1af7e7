"""Settings: their rows, how secrets are hidden, and what cannot be read."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from readiness.facts import settings as module
from readiness.facts.model import Collected, Glob
from readiness.facts.settings import SETTING, Setting, nodes
from readiness.facts.store import Store
from readiness.structured.nodes import Table
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Role


def collected(files: dict[str, str | bytes], *scope: str) -> Collected[Setting]:
    return Store(MemoryTree(files), tables=()).collected(SETTING, scope or ("**",))


def one(text: str, path: str = "a.yml") -> Setting:
    (row,) = collected({path: text}).rows
    return row


def value(text: str) -> str:
    return one(text).value


def test_a_value_is_a_row_with_its_whole_key_and_line() -> None:
    assert one("metrics:\n  enabled: true\n") == Setting(
        path=Glob("a.yml"),
        line=2,
        key=Glob("metrics/enabled"),
        value="true",
        kind="boolean",
        text="metrics/enabled: true",
    )


def test_only_structured_files_of_the_scope_are_looked_at() -> None:
    found = collected({"a.yml": "x: 1", "b.yml": "x: 2", "a.py": "x = 3"}, "a.*")
    assert ([row.value for row in found.rows], found.looked) == (["1"], ("a.yml",))


def test_without_a_scope_nothing_is_looked_at() -> None:
    assert Store(MemoryTree({"a.yml": "x: 1"}), tables=()).collected(SETTING) == Collected()


def test_a_row_has_the_role_of_its_file() -> None:
    (row,) = collected({"tests/fixtures/a.yml": "x: 1"}).rows
    assert row.role is Role.TEST


@pytest.mark.parametrize(
    "text",
    [
        "password: hunter2hunter2",
        "db_password: 'x'",
        "apiKey: abc",
        "auth:\n  - token:\n    - abc",
        "client-secret: abc",
        "private_key: |\n  abc",
        "password: 'true'",
        "password: ${X:-fallback}${Y}",
    ],
)
def test_the_value_of_a_key_that_speaks_of_a_secret_is_hidden(text: str) -> None:
    row = one(text)
    assert row.value == "***"
    assert row.text.endswith(": ***")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password: ''", ""),
        ("password: 1234", "1234"),
        ("password: true", "true"),
        ("password: ${DB_PASSWORD}", "${DB_PASSWORD}"),
        ("password: ${{ secrets.DB }}", "${{ secrets.DB }}"),
        ("password: $DB_PASSWORD", "$DB_PASSWORD"),
        ("password: '{{ db_password }}'", "{{ db_password }}"),
        ("password: '%(PASSWORD)s'", "%(PASSWORD)s"),
        ("max_tokens: many", "many"),
        ("secretName: tls", "tls"),
        ("user: admin", "admin"),
    ],
)
def test_what_gives_no_secret_away_is_shown(text: str, shown: str) -> None:
    assert value(text) == shown


def test_the_value_beside_a_name_that_speaks_of_a_secret_is_hidden() -> None:
    rows = collected({"a.yml": "env:\n- name: DB_PASSWORD\n  value: x\n- name: LEVEL\n  value: y\n"}).rows
    assert [row.value for row in rows] == ["DB_PASSWORD", "***", "LEVEL", "y"]


def test_the_default_of_a_secret_is_hidden() -> None:
    assert value("password:\n  default: abc\n") == "***"


def test_a_secret_within_a_value_is_hidden() -> None:
    assert value("- DB_PASSWORD=Zk3vQ9xT7bLm2Wd8") == "DB_PASSWORD=***"
    assert value("url: postgres://me:Zk3vQ9xT7@db.example.com/x") == "postgres://***@db.example.com/x"


def test_a_value_without_secrets_stays_as_written() -> None:
    assert value("run: |\n  make  test\n  make lint\n") == "make  test\nmake lint\n"


def test_the_text_is_one_short_line_without_control_characters() -> None:
    row = one('run: "a\\e[31m\\u202e\\n\\tb' + "c" * 300 + '"')
    assert row.text.startswith("run: a [31m bccc")
    assert (len(row.text), row.text[-1]) == (160, "…")


def test_an_unreadable_file_is_a_problem_and_leaves_nothing_open() -> None:
    found = collected({"a.yml": "x: 1\nb: c: d\n"})
    assert (found.rows, found.openings, found.looked) == ((), (), ("a.yml",))
    assert [(problem.path, problem.line) for problem in found.problems] == [("a.yml", 2)]


def test_a_file_over_a_limit_is_an_open_question() -> None:
    found = collected({"a.json": "[" * 300})
    assert [opening.reason for opening in found.openings] == ["nested more than 200 deep"]
    assert len(found.problems) == 1


def test_a_template_of_a_chart_is_an_open_question() -> None:
    text = "{{- if .Values.x }}\na: 1\n{{- end }}\n"
    found = collected({"c/Chart.yaml": "name: c\n", "c/templates/sub/a.yaml": text, "templates/a.yaml": text})
    assert [opening.path for opening in found.openings] == ["c/templates/sub/a.yaml"]
    assert [problem.path for problem in found.problems] == ["c/templates/sub/a.yaml", "templates/a.yaml"]


def test_of_very_many_settings_the_rest_is_an_open_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SETTINGS", 2)
    found = collected({"a.yml": "a: 1\nb: 2\nc: 3\n"})
    assert [row.value for row in found.rows] == ["1", "2"]
    assert [(opening.line, opening.reason) for opening in found.openings] == [
        (2, "only the first 2 of its settings were looked at")
    ]


def test_nodes_are_read_once() -> None:
    facts = Store(MemoryTree({"a.yml": "x: 1", "b": "y: 2", "c.py": ""}), tables=())
    assert nodes(facts, "a.yml") is nodes(facts, "a.yml")
    parsed = nodes(facts, "b", "yaml")
    assert parsed.value is not None
    assert isinstance(parsed.value[0], Table)
    with pytest.raises(ValueError, match="no structured file"):
        nodes(facts, "c.py")
    with pytest.raises(KeyError):
        nodes(facts, "none.yml")


def test_parsers_have_names_of_their_own() -> None:
    names = [parser.name for parser in module.NODES.values()]
    names += [parser.name for parser in module.SETTINGS.values()]
    assert len(set(names)) == len(names)


def test_every_field_has_a_meaning() -> None:
    hints = get_type_hints(Setting, include_extras=True)
    assert all(hints[name].__metadata__[0] for name in ("key", "value", "kind"))
