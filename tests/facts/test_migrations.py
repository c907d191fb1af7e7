from __future__ import annotations

import pytest

from readiness.facts.migrations.noun import NOUN, Migration
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree


def rows(files: dict[str, str]) -> tuple[Migration, ...]:
    return Store(MemoryTree(files)).collected(NOUN).rows


def told(path: str, text: str) -> tuple[str, bool | None]:
    (row,) = rows({path: text})
    return row.tool, row.reversible


ALEMBIC = "revision = 'b'\ndown_revision = 'a'\ndef upgrade():\n    op.x()\ndef downgrade():\n    {}\n"
DJANGO = "class Migration(migrations.Migration):\n    operations = {}\n"
RAILS = "class A < ActiveRecord::Migration[7.0]\n  {}\nend\n"
ECTO = "defmodule A do\n  use Ecto.Migration\n  {}\nend\n"


@pytest.mark.parametrize(
    ("body", "reversible"),
    [
        ("op.drop_column('x')", True),
        ("pass", False),
        ("'''Nothing.'''", False),
        ("raise NotImplementedError()", False),
        ("return", False),
    ],
)
def test_a_step_of_alembic_needs_a_downgrade_that_does_something(body: str, reversible: bool) -> None:
    assert told("db/versions/b_x.py", ALEMBIC.format(body)) == ("alembic", reversible)


def test_the_first_step_of_alembic_says_so() -> None:
    text = ALEMBIC.format("pass").replace("'a'", "None").replace("revision = 'b'", "revision: str = 'b'")
    (row,) = rows({"db/versions/b_x.py": text})
    assert (row.first, row.safe, row.reversible, row.line) == (True, True, False, 3)


@pytest.mark.parametrize(
    ("operations", "reversible"),
    [
        ("[migrations.AddField('a', 'b')]", True),
        ("[migrations.RunPython(f, g)]", True),
        ("[migrations.RunPython(f, reverse_code=g), migrations.AddField()]", True),
        ("[RunSQL('x'), AddField()]", False),
        ("[migrations.RunSQL('x', reverse_sql='y')]", True),
        ("make()", None),
        ("[]", True),
    ],
)
def test_a_step_of_django_needs_the_reverse_of_what_it_runs(operations: str, reversible: bool | None) -> None:
    assert told("app/migrations/0002_x.py", DJANGO.format(operations)) == ("django", reversible)


def test_a_step_that_moves_data_alone_need_not_be_taken_back() -> None:
    text = DJANGO.format("[migrations.RunPython(f)]")
    found = rows({"app/migrations/0001_a.py": text, "app/migrations/0002_b.py": text})
    assert [(row.first, row.data, row.reversible, row.safe) for row in found] == [
        (True, True, False, True),
        (False, True, False, True),
    ]


def test_a_first_step_of_django_says_so() -> None:
    text = DJANGO.format("[RunSQL('x')]") + "    initial = True\n"
    found = rows({"app/migrations/0001_a.py": text, "app/migrations/0002_b.py": text})
    assert [row.first for row in found] == [True, True]


@pytest.mark.parametrize(
    ("body", "reversible"),
    [
        ("def change\n    create_table :x\n  end", True),
        ("def change\n    execute 'x'\n  end", False),
        ("def change\n    reversible do |d|\n      execute 'x'\n    end\n  end", True),
        ("def change\n    drop_table :x\n  end", False),
        ("def change\n    drop_table :x do |t|\n    end\n  end", True),
        ("def change\n    remove_column :x, :y\n  end", False),
        ("def change\n    remove_column :x, :y, :string\n  end", True),
        ("def up\n    execute 'x'\n  end\n  def down\n    execute 'y'\n  end", True),
        ("def up\n    execute 'x'\n  end\n  def down\n    # nothing\n  end", False),
        (
            "def up\n    x\n  end\n  def down\n    raise ActiveRecord::IrreversibleMigration\n  end",
            False,
        ),
        ("def up\n    execute 'x'\n  end", False),
        ("def self.up\n    x\n  end\n  def self.down\n    y\n  end", True),
    ],
)
def test_a_step_of_rails(body: str, reversible: bool) -> None:
    assert told("db/migrate/20240101_a.rb", RAILS.format(body)) == ("rails", reversible)


@pytest.mark.parametrize(
    ("body", "reversible"),
    [
        ("def change do\n    create table(:x)\n  end", True),
        ('def change do\n    execute "x"\n  end', False),
        ('def change do\n    execute "x", "y"\n  end', True),
        ("def change do\n    remove :x\n  end", False),
        ("def up do\n    x()\n  end\n  def down do\n    y()\n  end", True),
        ("def up do\n    x()\n  end", False),
    ],
)
def test_a_step_of_ecto(body: str, reversible: bool) -> None:
    assert told("priv/repo/migrations/2024_a.exs", ECTO.format(body)) == ("ecto", reversible)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("exports.up = (k) => k.a()\nexports.down = (k) => k.b()\n", ("knex", True)),
        ("exports.up = (k) => k.a()\nexports.down = () => {}\n", ("knex", False)),
        ("exports.up = (k) => k.a()\n", ("knex", False)),
        (
            "export async function up(k) { a }\nexport function down(k: Knex): Promise<void> {\n b\n}\n",
            ("knex", True),
        ),
        (
            "export async function up(k) { a }\nexport async function down(k) {\n // later }\n}\n",
            ("knex", False),
        ),
        (
            "module.exports = {\n  up: (queryInterface) => a,\n  down: async (q) => {\n    b\n  }\n}\n",
            ("sequelize", True),
        ),
        (
            (
                "module.exports = {\n  async up({ context }) { queryInterface },\n"
                "  async down({ context }) { throw new Error('}') }\n}\n"
            ),
            ("sequelize", False),
        ),
        (
            (
                "class A implements MigrationInterface {\n  public async up(q: Q) { a }\n"
                "  public async down(q: Q) { q('{') }\n}\n"
            ),
            ("typeorm", True),
        ),
        (
            (
                "class A implements MigrationInterface {\n  public async up(q: Q) { a }\n"
                "  public async down(): Promise<void> { /* } */ }\n}\n"
            ),
            ("typeorm", False),
        ),
        ("const m = {\n  async up(db: Kysely<x>) { a }\n}\n", ("kysely", False)),
    ],
)
def test_a_step_of_a_script(text: str, expected: tuple[str, bool]) -> None:
    assert told("src/migrations/a.ts", text) == expected


@pytest.mark.parametrize(
    ("down", "reversible"),
    [("{ Schema::drop('x'); }", True), ("{\n  //\n}", False), ("{ return; }", False), ("; // { }", False)],
)
def test_a_step_of_laravel(down: str, reversible: bool) -> None:
    text = f"class A extends Migration {{ function up() {{ x(); }}\n public function down(): void {down} }}"
    assert told("database/migrations/2024_a.php", text) == ("laravel", reversible)


def test_a_step_of_doctrine() -> None:
    text = "class A extends AbstractMigration { function up(Schema $s): void { x(); } }"
    assert told("migrations/Version1.php", text) == ("doctrine", False)


@pytest.mark.parametrize(("down", "reversible"), [("m.DropTable();", True), ("", False)])
def test_a_step_of_entity_framework(down: str, reversible: bool) -> None:
    text = f"class A : Migration {{ void Up(Builder m) {{ a(); }} void Down(Builder m) {{ {down} }} }}"
    assert told("Data/Migrations/2024_A.cs", text) == ("entity-framework", reversible)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-- +goose Up\ncreate table a();\n-- +goose Down\ndrop table a;\n", ("goose", True)),
        ("-- +goose Up\ncreate table a();\n-- +goose Down\n-- nothing\n", ("goose", False)),
        ("-- +goose Up\ncreate table a();\n-- +goose Down\n/* drop\n table */\n", ("goose", False)),
        ("-- migrate:up\nx;\n-- migrate:down\ny;\n", ("dbmate", True)),
        ("-- +migrate Up\nx;\n", ("sql-migrate", False)),
        ("create table a();\n", ("", None)),
    ],
)
def test_a_step_in_sql(text: str, expected: tuple[str, bool | None]) -> None:
    assert told("db/migrations/001_a.sql", text) == expected


def test_a_step_up_needs_a_step_down_with_something_in_it() -> None:
    files = {
        "db/migrations/1_a.up.sql": "x;",
        "db/migrations/1_a.down.sql": "y;",
        "db/migrations/2_b.up.sql": "x;",
        "db/migrations/2_b.down.sql": "-- nothing\n",
        "db/migrations/3_c.up.sql": "x;",
        "migrations/2024_x/up.sql": "x;",
        "migrations/2024_x/down.sql": "begin;\ny;\ncommit;\n",
    }
    assert [(row.name, row.tool, row.reversible, row.first) for row in rows(files)] == [
        ("1_a.up.sql", "golang-migrate", True, True),
        ("2_b.up.sql", "golang-migrate", False, False),
        ("3_c.up.sql", "golang-migrate", False, False),
        ("2024_x", "diesel", True, True),
    ]


def test_flyway_prisma_drizzle_and_supabase_go_forward_unless_something_is_written() -> None:
    files = {
        "src/main/resources/db/migration/V1__a.sql": "x;",
        "src/main/resources/db/migration/V2__b.sql": "x;",
        "src/main/resources/db/migration/U2__b.sql": "y;",
        "prisma/migrations/1_a/migration.sql": "x;",
        "prisma/migrations/2_b/migration.sql": "x;",
        "prisma/migrations/2_b/down.sql": "y;",
        "drizzle/meta/_journal.json": "{}",
        "drizzle/0000_a.sql": "x;",
        "supabase/migrations/2024_a.sql": "x;",
    }
    assert {
        row.path.rpartition("/")[0].partition("/")[0] + " " + row.name: (row.tool, row.reversible)
        for row in rows(files)
    } == {
        "src V1__a.sql": ("flyway", False),
        "src V2__b.sql": ("flyway", True),
        "prisma 1_a": ("prisma", False),
        "prisma 2_b": ("prisma", True),
        "drizzle 0000_a.sql": ("drizzle", False),
        "supabase 2024_a.sql": ("supabase", False),
    }


def test_change_sets_of_liquibase() -> None:
    xml = """<databaseChangeLog>
  <changeSet id="1"><createTable/><comment/></changeSet>
  <changeSet id="2"><sql/></changeSet>
  <changeSet id="3"><sql/><rollback/></changeSet>
  <changeSet id="4"><insert/></changeSet>
</databaseChangeLog>"""
    yaml = """databaseChangeLog:
  - include: { file: a }
  - changeSet: { id: 1, changes: [{ dropTable: {} }] }
  - changeSet: { id: 2, changes: [{ dropTable: {} }], rollback: [{ createTable: {} }] }
"""
    sql = "--liquibase formatted sql\n--changeset a:1\nx;\n--rollback y;\n-- changeset a:2\nx;\n"
    files = {"db/changelog/a.xml": xml, "db/changelog/b.yaml": yaml, "db/changelog/c.sql": sql}
    assert [(row.path[-5:], row.line, row.reversible, row.data) for row in rows(files)] == [
        ("a.xml", 2, True, False),
        ("a.xml", 3, False, False),
        ("a.xml", 4, True, False),
        ("a.xml", 5, False, True),
        (".yaml", 3, False, False),
        (".yaml", 4, True, False),
        ("c.sql", 2, True, False),
        ("c.sql", 5, False, False),
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("db/versions/a.py", "def upgrade():\n    pass\n"),
        ("app/migrations/0001_a.sql.bak", "x"),
        ("app/migrations/helper.ts", "export const x = 1\n"),
        ("db/changelog/a.xml", "<project/>"),
        ("db/changelog/a.yaml", "a: b\n"),
        ("app/migrations/a.down.sql", "x;"),
        ("src/versions/a.py", "def (\n"),
        ("db/migrate/a.rb", "class A\nend\n"),
    ],
)
def test_other_files_are_no_steps(path: str, text: str) -> None:
    assert rows({path: text}) == ()


@pytest.mark.parametrize(
    "path",
    [
        "db/migrations/001_a.go",
        "src/migration/2024_a.java",
        "app/migrations/0001_a.py",
        "x/migrations/1_a.ts",
    ],
)
def test_what_lies_among_migrations_under_a_number_is_unknown(path: str) -> None:
    assert told(path, "x = 1\n") == ("", None)


def test_templates_and_document_types_leave_the_question_open() -> None:
    files = {"app/migrations/0001_a.py": "{{ x }\n", "db/changelog/a.xml": "<!DOCTYPE a><a/>"}
    found = Store(MemoryTree(files)).collected(NOUN)
    assert [gap.path for gap in found.openings] == ["app/migrations/0001_a.py", "db/changelog/a.xml"]


@pytest.mark.parametrize(
    "text",
    ["exports.up = 1\nexports.down = " + "(" * 300_000, "exports.up = 1\nexports.down = " + "'" * 300_001],
)
def test_hostile_scripts_are_read_in_time(text: str) -> None:
    assert told("migrations/a.js", text) == ("knex", False)
