"""What files of the subject name, and whether it is there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.facts.references.mentions import parse_markdown, parse_rst
from readiness.facts.references.named import is_path, named_by
from readiness.facts.references.noun import REFERENCE, Reference
from readiness.facts.references.places import Places, inside
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

WORKFLOW = (
    "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n      - run: {}\n"
)


def rows(files: dict[str, str]) -> list[Reference]:
    return list(Store(MemoryTree(files), tables=()).collected(REFERENCE).rows)


def found(files: dict[str, str], **others: str) -> list[tuple[int, str, str, bool | None]]:
    named = files | {name.replace("__", "/"): text for name, text in others.items()}
    return [(row.line, row.kind, row.target, row.exists) for row in rows(named)]


def document(text: str, *paths: str, name: str = "README.md") -> list[tuple[str, str, bool | None]]:
    files = {name: text, **dict.fromkeys(paths, "x\n")}
    return [(row.kind, row.target, row.exists) for row in rows(files) if row.path == name]


def shell(text: str, *paths: str, name: str = "docs/deployment.md") -> list[tuple[str, str, bool | None]]:
    return document(f"# Deployment\n\n```bash\n{text}\n```\n", *paths, name=name)


# --- links


def test_a_link_names_a_file_from_the_documents_folder() -> None:
    found_rows = document("[a](b.md) and ![i](../img/x.png)\n", "docs/b.md", "img/x.png", name="docs/a.md")
    assert found_rows == [("document-link", "docs/b.md", True), ("document-link", "img/x.png", True)]


def test_a_row_says_where_and_in_words() -> None:
    (row,) = rows({"README.md": "# T\n\nSee [a](gone.md).\n"})
    assert (row.path, row.line, row.by, row.text) == (
        "README.md",
        3,
        "document",
        "document link 'gone.md' is not there",
    )


@pytest.mark.parametrize(
    "target",
    [
        "https://a.b/c.md",
        "#part",
        "mailto:a@b.c",
        "{{ url }}/x.md",
        "../../issues",
        "/img/x.png",
        "guide",
        "a|b.md",
    ],
)
def test_a_link_that_leads_elsewhere_gives_no_row(target: str) -> None:
    assert document(f"[x]({target})\n") == []


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("gone.md", "[x](gone.md#part)"),
        ("gone file.md", "[x](<gone%20file.md>)"),
        ("gone.png", '<img width="3" src="gone.png">'),
        ("gone.png", '<img src="gone.png" alt="a b">'),
        ("gone.md", "[x]: gone.md"),
        ("gone.md", '[x](gone.md "title")'),
    ],
)
def test_a_missing_target_of_each_form_of_link_is_found(expected: str, text: str) -> None:
    assert document(text + "\n") == [("document-link", expected, False)]


def test_a_target_is_read_without_its_percent_signs() -> None:
    links = parse_markdown(b"[x](gon%C3%BC.md) [x](a%zz.md)\n").links
    assert [link.text for link in links] == ["gonü.md", "a%zz.md"]


def test_code_and_comments_hold_no_links() -> None:
    assert (
        document("`[x](a.md)`\n\n```\n[x](b.md)\n```\n<!-- [x](c.md)\n[y](d.md) -->\n    [x](e.md)\n") == []
    )


def test_a_link_to_a_page_without_its_ending_is_there() -> None:
    assert document("[x](guide)\n", "docs/guide.md", name="docs/a.md") == [
        ("document-link", "docs/guide", True)
    ]


def test_a_link_written_from_the_root_is_not_called_missing() -> None:
    assert document("[x](docs/b.md)\n", "docs/b.md", name="docs/a.md") == []


def test_links_of_forms_and_missing_ones_of_a_changelog_give_no_row() -> None:
    assert document("[x](gone.md)\n", name=".github/pull_request_template.md") == []
    assert document("# Changelog\n[x](gone.md)\n", name="CHANGELOG.md") == []


def test_a_text_of_restructuredtext_names_links_figures_and_commands() -> None:
    text = "T\n=\n\n`a <gone.rst>`_ and ``scripts/x.sh``.\n\n.. image:: gone.png\n\n"
    text += ".. code-block:: bash\n\n    ./scripts/y.sh\n"
    assert document(text, "scripts/z.sh", name="docs/a.rst") == [
        ("document-link", "docs/gone.rst", False),
        ("script", "scripts/x.sh", False),
        ("document-link", "docs/gone.png", False),
        ("script", "scripts/y.sh", False),
    ]


def test_a_block_of_restructuredtext_may_have_options() -> None:
    parsed = parse_rst(b".. code-block:: bash\n   :caption: x\n\n   make a\n\nend\n")
    assert [(block.line, block.language, block.shell) for block in parsed.blocks] == [(2, "bash", True)]


# --- code within lines


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ([("path", "src/a.py", True)], "See `src/a.py`."),
        ([("path", "src/gone.py", False)], "It is in `src/gone.py`."),
        ([("path", "app/x.py", True)], "It is in `app/x.py`."),  # seen from src
        ([], "Create `src/gone.py`."),
        ([], "It was in `src/gone.py`."),
        ([], "It is in `other/gone.py`."),
        ([], "It is in `src/*.py` or `src/<name>.py`."),
        ([], "It is in `../src/gone.py`."),
        ([], "It is in `src/your_module.py`."),
        ([], "It is in `dist/gone.js`."),
        ([], "├── `src/gone.py`"),
        ([], "It lies in `.github/workflows/gone.yml`."),
        ([], "A `gone.py` is provided."),
        ([("image-file", "Dockerfile", False)], "A `Dockerfile` is provided."),
        ([], "You can bring your own `Dockerfile`; none is provided."),
    ],
)
def test_a_path_within_a_line(expected: list[object], text: str) -> None:
    assert document(text + "\n", "src/a.py", "src/app/x.py") == expected


def test_a_tool_speaks_of_its_own_pipelines_where_it_says_how_to_contribute() -> None:
    text = "It runs in `.github/workflows/gone.yml`.\n"
    found_rows = document(text, ".github/workflows/ci.yml", name="CONTRIBUTING.md")
    assert found_rows == [("path", ".github/workflows/gone.yml", False)]


def test_a_design_or_a_report_names_what_is_not_there_yet() -> None:
    assert document("# Design\n`src/gone.py`\n", "src/a.py", name="docs/design.md") == []
    assert document("`src/gone.py`\n", "src/a.py", name="docs/rfc/0001.md") == []


# --- commands


@pytest.mark.parametrize(
    ("expected", "command"),
    [
        ([("script", "scripts/gone.sh", False)], "./scripts/gone.sh prod"),
        ([("script", "scripts/a.sh", True)], "sudo bash scripts/a.sh"),
        ([("script", "scripts/gone.py", False)], "python scripts/gone.py --now"),
        ([("script", "deploy.py", False)], "python deploy.py"),
        ([], "python main.py"),
        ([], "python your_script.py"),
        ([("module", "src.gone:app", False)], "uvicorn src.gone:app --reload"),
        ([("module", "src.a:app", True)], "gunicorn -w 4 src.a:app"),
        ([("module", "src.gone", False)], "python -m src.gone"),
        ([], "python -m http.server"),
        ([], "python -m venv"),
        ([("path", "k8s", False)], "kubectl apply -f k8s/"),
        ([("path", ".env.example", False)], "cp .env.example .env"),
        ([("path", "requirements-dev.txt", False)], "pip install -r requirements-dev.txt"),
        ([("chart", "charts/app", False)], "helm upgrade app ./charts/app"),
        ([], "helm upgrade app bitnami/app"),
        ([], "mkdir -p k8s && kubectl apply -f k8s/"),
        ([], "cat > k8s/x.yaml <<E\nE\nkubectl apply -f k8s/x.yaml"),
        ([], "git clone https://a.b/other.git\ncd other\n./scripts/gone.sh"),
        ([], "docker compose exec web python scripts/gone.py"),
        ([], "cd $HOME\n./scripts/gone.sh"),
        ([], "pytest -o x/y.py 'a/*.py'"),
        ([], "echo scripts/gone.sh"),
        ([("compose-file", "docker-compose.yml", False)], "docker compose up -d"),
        ([("image-file", "Dockerfile", False)], "docker build -t app ."),
        ([("image-file", "docker/Dockerfile", False)], "docker build -f docker/Dockerfile ."),
        ([("path", "tests/gone.py", False)], "pytest tests/gone.py"),
        ([("script", "scripts/gone.sh", False)], "$ ./scripts/gone.sh \\\n  --now\noutput scripts/x.sh"),
        ([("make-target", "make gone", False)], "make gone"),
        ([("make-target", "make there", True)], "make there"),
        ([], "make deeper"),
        ([], "make -C sub deeper"),
        ([], "make ${TARGET}"),
        ([], "make"),
        ([("npm-script", "npm run gone", False)], "npm run gone"),
        ([("npm-script", "npm run there", True)], "npm run there"),
        ([], "npm install"),
        ([("task", "just gone", False)], "just gone"),
        ([("script", "sub/tool.py", True)], "cd sub\npython tool.py"),
    ],
)
def test_what_a_command_of_a_document_names(expected: list[object], command: str) -> None:
    files = {
        "docs/deployment.md": f"# Deployment\n\n```bash\n{command}\n```\n",
        "Makefile": "there:\n\techo\n",
        "sub/Makefile": "deeper:\n\techo\n",
        "package.json": '{"scripts": {"there": "x"}}',
        "src/a.py": "x = 1\n",
        "scripts/a.sh": "x\n",
        "sub/tool.py": "x = 1\n",
    }
    assert [(row.kind, row.target, row.exists) for row in rows(files) if row.path.endswith(".md")] == expected


def test_a_repository_may_be_cloned_first() -> None:
    text = "git clone https://a.b/memory.git && cd memory && ./scripts/gone.sh"
    tree = MemoryTree({"README.md": f"# T\n```sh\n{text}\n```\n", "scripts/a.sh": "x"})
    name = tree.subject.name
    text = text.replace("memory", name) if name else text
    tree = MemoryTree({"README.md": f"# T\n```sh\n{text}\n```\n", "scripts/a.sh": "x"})
    found_rows = Store(tree, tables=()).collected(REFERENCE).rows
    assert [row.exists for row in found_rows] == ([False] if name else [])


def test_the_folder_of_an_earlier_block_is_remembered() -> None:
    text = "```sh\ncd sub\n```\n\n```sh\npython tool.py\n```\n"
    assert document(text, "sub/tool.py") == [("script", "sub/tool.py", True)]


def test_after_a_folder_of_something_else_nothing_is_said() -> None:
    assert document("```sh\ncd other\n```\n\n```sh\n./scripts/gone.sh\n```\n", "scripts/a.sh") == []


def test_after_another_repository_is_cloned_its_files_may_be_meant() -> None:
    text = "```sh\ngit clone https://a.b/other.git\n```\nThen:\n```sh\n./scripts/gone.sh\n```\n"
    assert document(text, "scripts/a.sh") == []


def test_a_reader_who_went_elsewhere_on_the_machine_runs_what_lies_there() -> None:
    then = "\n```\nThen:\n```bash\n./svc.sh install\n"
    assert shell("cd" + then) == [("script", "svc.sh", False)]
    assert shell("cd /home/ci/actions-runner" + then) == []
    assert shell("cd /home/ci/runner\n./svc.sh start" + then) == []
    assert shell("cd /path/to/checkout" + then) == [("script", "svc.sh", False)]


def test_a_file_that_the_document_shows_is_made_by_its_reader() -> None:
    text = "Write `k8s/x.yaml`:\n\n```yaml\na: b\n```\n\n```sh\nkubectl apply -f k8s/x.yaml\n```\n"
    assert document(text) == []
    assert document("```yaml\nservices:\n  a:\n```\n```sh\ndocker compose up\n```\n") == []
    assert document("```dockerfile\nFROM a\n```\n```sh\ndocker build .\n```\n") == []


def test_a_block_too_long_to_read_is_passed_over() -> None:
    assert shell("./scripts/gone.sh\n" + "# x\n" * 6000) == []


def test_a_makefile_may_be_made() -> None:
    assert document("```sh\nmake x\n```\n", "CMakeLists.txt") == []


@pytest.mark.parametrize(
    ("expected", "path"),
    [
        (True, "a"),
        (True, "a/b.py"),
        (False, "a/c.py"),
        (None, "build/c.py"),
        (None, "a/skipped/c.py"),
        (None, "c.gen"),
        (None, "sub/c.py"),
        (None, "../c.py"),
        (None, "a/custom-values.yaml"),
        (None, "app-linux-amd64"),
        (None, "requirements/dev.txt"),
        (None, "a/IMG_URL/x.png"),
        (None, ".env"),
        (False, ".env.example"),
        (None, "x.log"),
    ],
)
def test_what_may_be_made_elsewhere_is_not_called_missing(expected: bool | None, path: str) -> None:
    files = {
        "a/b.py": "x",
        "requirements/dev.in": "x",
        ".gitignore": "# x\n\n/a/skipped/\n*.gen\n!x\n[\n",
        ".gitmodules": '[submodule "s"]\n\tpath = sub\n',
        "a/.gitignore": "z\n",
    }
    assert Places(Store(MemoryTree(files), tables=())).answer(path) is expected


def test_a_lock_file_may_export_requirements() -> None:
    places = Places(Store(MemoryTree({"uv.lock": "x"}), tables=()))
    assert (places.answer("requirements.txt"), places.has(""), places.has_folder("x")) == (None, True, False)
    assert inside("a", "../..") == ".."


# --- pipelines


@pytest.mark.parametrize(
    ("expected", "command"),
    [
        ([(7, "npm-script", "gone", False)], "npm run gone"),
        ([(7, "npm-script", "sub", None)], "npm run sub"),
        ([(7, "script", "scripts/gone.sh", False)], "./scripts/gone.sh"),
        ([(7, "script", "scripts/a.sh", True)], "./scripts/a.sh"),
        ([(7, "make-target", "Makefile", True)], "make there"),
        ([(7, "make-target", "gone", False)], "make gone"),
        ([(7, "path", "tests/gone.spec.js", False)], "STAGING=1 npx playwright test tests/gone.spec.js"),
        ([(7, "path", "tests/a.py", True)], "pytest tests/a.py"),
        ([(7, "task", "gone", False)], "tox -e gone"),
        ([], "pytest ../other/gone.py"),
        ([], "cat src/gone.js"),
        ([], "docker run x pytest tests/gone.py"),
        ([], "python -m http.server"),
        ([], "echo 'a"),
    ],
)
def test_what_a_pipeline_names(expected: list[object], command: str) -> None:
    files = {
        ".github/workflows/ci.yml": WORKFLOW.format(command),
        "Makefile": "there:\n\ttrue\n",
        "tox.ini": "[testenv:a]\ncommands = x\n",
        "package.json": '{"scripts": {"there": "x"}}',
        "ws/package.json": '{"scripts": {"sub": "x"}}',
        "scripts/a.sh": "true\n",
        "tests/a.py": "x = 1\n",
    }
    assert found(files) == expected


def test_a_file_that_an_earlier_command_brings_is_not_missing() -> None:
    text = WORKFLOW.format("curl -o get.sh https://x/get") + "      - run: chmod 700 get.sh && ./get.sh\n"
    assert found({".github/workflows/ci.yml": text}) == []


def test_a_step_that_never_runs_names_nothing() -> None:
    text = WORKFLOW.format("./scripts/gone.sh\n        if: false")
    assert found({".github/workflows/ci.yml": text}) == []


def test_local_building_blocks_of_a_pipeline() -> None:
    text = (
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n"
        "      - uses: ./.github/actions/gone\n      - uses: ./.github/actions/there\n"
        "  b:\n    uses: ./.github/workflows/gone.yml\n  c:\n    uses: ./.github/workflows/called.yml\n"
    )
    files = {
        ".github/workflows/ci.yml": text,
        ".github/workflows/called.yml": "on: workflow_call\njobs: {x: {runs-on: x, steps: [{run: x}]}}\n",
        ".github/actions/there/action.yml": "runs:\n  using: composite\n  steps: []\n",
    }
    assert {(kind, target, exists) for _, kind, target, exists in found(files)} == {
        ("action", ".github/actions/gone", False),
        ("action", ".github/actions/there", True),
        ("workflow", ".github/workflows/gone.yml", False),
        ("workflow", ".github/workflows/called.yml", True),
    }


# --- container files


def test_the_sources_of_a_dockerfile() -> None:
    text = "FROM a\nCOPY gone.txt app-linux-amd64 ./\nCOPY ./src/ b\nCOPY --from=x y z\n"
    assert found({"Dockerfile": text, "src/a.py": "x"}) == [
        (1, "path", "app-linux-amd64", None),
        (1, "path", "gone.txt", False),
        (3, "path", "src", True),
    ]


def test_the_files_of_a_compose_file() -> None:
    text = """
include: [gone.yml]
services:
  a:
    build: ./a
    env_file: [.env, gone.list, {path: x.list, required: false}]
    extends: {file: base.yml}
    volumes: [./gone.conf:/etc/x, ./data:/data, {type: bind, source: ./there.conf}]
  b:
    build: {context: a, dockerfile: gone.Dockerfile}
  c:
    build: {context: https://x.git}
  d:
    build: {context: a, dockerfile_inline: FROM a}
  x-e: 1
configs:
  a: {file: ./gone.json}
  b: {external: true}
"""
    files = {"deploy/docker-compose.yml": text, "deploy/a/Dockerfile": "FROM a\n", "deploy/there.conf": "x"}
    assert found(files) == [
        (2, "compose-file", "deploy/gone.yml", False),
        (5, "image-file", "deploy/a/Dockerfile", True),
        (6, "path", "deploy/.env", None),
        (6, "path", "deploy/gone.list", False),
        (7, "compose-file", "deploy/base.yml", False),
        (8, "path", "deploy/there.conf", True),
        (8, "path", "deploy/gone.conf", False),
        (10, "image-file", "deploy/a/gone.Dockerfile", False),
        (17, "path", "deploy/gone.json", False),
    ]


def test_container_files_of_tests_and_of_odd_forms_give_nothing() -> None:
    files = {
        "tests/Dockerfile": "FROM a\nCOPY gone x\n",
        "tests/docker-compose.yml": "services: {a: {build: ./gone}}\n",
        "docker-compose.yml": "[]\n",
        "compose.yml": "services: {a: b, c: {volumes: [[x]], build: [], env_file: $X, extends: x}}\n",
    }
    assert found(files) == []


# --- manifests


def test_the_entry_points_of_a_python_package() -> None:
    text = """[project]
readme = "README.md"
scripts = {a = "pkg.cli:main", b = "pkg.gone:main", c = "other.x:main", d = ""}
[project.entry-points.x]
e = "pkg:y [extra]"
[tool.poetry.scripts]
f = "pkg.cli:main"
"""
    assert found({"pyproject.toml": text, "src/pkg/__init__.py": "", "src/pkg/cli.py": ""}) == [
        (2, "path", "README.md", False),
        (3, "package-entry", "other.x", None),
        (3, "package-entry", "pkg.gone", False),
        (3, "package-entry", "pkg.cli", True),
        (5, "package-entry", "pkg", True),
        (7, "package-entry", "pkg.cli", True),
    ]


def test_the_entries_and_scripts_of_a_node_package() -> None:
    text = """{"main": "gone.js", "types": "./dist/x.d.ts", "bin": {"a": "bin/a"},
"scripts": {"x": "node scripts/gone.js && cp a.json b.json && node scripts/a.js", "y": "npx node tool.js"}}"""
    assert found({"p/package.json": text, "p/scripts/a.js": "x", "p/bin/a": "x", "tool.js": "x"}) == [
        (1, "package-entry", "p/bin/a", True),
        (1, "package-entry", "p/dist/x.d.ts", None),
        (1, "package-entry", "p/gone.js", False),
        (2, "script", "p/scripts/a.js", True),
        (2, "script", "p/scripts/gone.js", False),
        (2, "script", "p/tool.js", None),
    ]


def test_what_a_build_makes_is_not_called_missing() -> None:
    text = '{"main": "lib/a.js", "bin": "*", "scripts": {"build": "tsc", "start": "node server.js"}}'
    assert [row[2:] for row in found({"package.json": text})] == [("lib/a.js", None), ("server.js", None)]
    assert found({"package.json": "[]"}) == []


def test_local_modules_charts_and_resources() -> None:
    files = {
        "tf/main.tf": 'module "a" {\n  source = "./a"\n}\nmodule "b" {\n  source = "../gone"\n}\n',
        "tf/a/x.tf": 'module "c" {\n  source = "../../../c"\n}\nx = "source"\n',
        "c/Chart.yaml": "dependencies:\n  - {name: a, repository: 'file://../gone'}\n  - {repository: 'https://x'}\n",
        "k/kustomization.yaml": "resources: [a.yaml, gone.yaml, github.com/x/y, 'https://a']\n",
        "k/a.yaml": "a: b\n",
    }
    assert found(files) == [
        (2, "chart", "gone", False),
        (1, "path", "k/a.yaml", True),
        (1, "path", "k/gone.yaml", False),
        (2, "terraform-module", "../c", None),
        (2, "terraform-module", "tf/a", True),
        (5, "terraform-module", "gone", False),
    ]


@pytest.mark.parametrize(
    "text", ["", "/etc/x", "a b", "$A/b", "a/../...", "https://x", "1.2", "é.py", "x" * 201]
)
def test_what_is_no_path_of_the_subject(text: str) -> None:
    assert not is_path(text)


def test_a_command_names_what_it_reads_only() -> None:
    assert list(named_by(("./a b.sh",))) == []
    assert list(named_by(("docker", "compose/x.yml"))) == []
    assert [each.text for each in named_by(("docker", "compose", "--file=x/c.yml", "up"))] == ["x/c.yml"]


_NAMES = ("README.md", "a.rst", "package.json", "compose.yml", "Dockerfile", "pyproject.toml", "main.tf")
_PIECES = ("[x](", "`", "```sh\n", "~~~\n", "$ make ", "cd ..\n", "git clone ", "/", "\0", "{", ": ", "%4")


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_NAMES), st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=6)), max_size=30)
)
def test_whatever_a_file_holds_the_search_ends(name: str, pieces: list[str]) -> None:
    assert isinstance(rows({name: "".join(pieces), "Makefile": "x:\n"}), list)


@pytest.mark.parametrize(
    "unit", ["[", "`", "](", "<!--", "```\n", "[a](", "> - `a` [b](c.md) <img src='x'>\n"]
)
def test_a_hostile_document_is_read_in_linear_time(unit: str) -> None:
    data = unit.encode() * (200_000 // len(unit))
    parse_markdown(data)
    parse_rst(data)
