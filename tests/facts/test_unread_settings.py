"""Settings and variables that the product is given, and whether its code reads them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.facts.references.unread import UNREAD, UnreadSetting
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

LOADER = 'import yaml\nconfig = yaml.safe_load(open("settings.yaml"))\nprint(config["max_items"])\n'


def rows(files: dict[str, str]) -> list[UnreadSetting]:
    return list(Store(MemoryTree(files), tables=()).collected(UNREAD).rows)


def read(
    settings: str, code: str = LOADER, path: str = "settings.yaml", **others: str
) -> dict[str, bool | None]:
    files = {
        path: settings,
        "app.py": code,
        **{name.replace("__", "/"): text for name, text in others.items()},
    }
    return {row.key: row.read for row in rows(files)}


def test_a_switch_that_no_code_names_is_not_read() -> None:
    (first, second) = rows({"settings.yaml": "max_items: 3\nmetrics_enabled: true\n", "app.py": LOADER})
    assert (first.read, first.on, first.source) == (True, False, "settings")
    assert (second.line, second.key, second.name, second.value, second.on, second.read) == (
        2,
        "metrics_enabled",
        "metrics_enabled",
        "true",
        True,
        False,
    )
    assert second.text == "metrics_enabled: true (no code names it)"


@pytest.mark.parametrize("name", ["metricsEnabled", "METRICS_ENABLED", "metrics-enabled", "MetricsEnabled"])
def test_a_name_is_known_in_every_style(name: str) -> None:
    assert read("max_items: 3\nmetrics_enabled: true\n", LOADER + f'x = "{name}"\n')["metrics_enabled"]


def test_names_that_say_too_little_are_not_asked_for() -> None:
    found = read("max_items: 3\nname: a\nhost: b\nmetrics: c\na_b: 1\nlist_of_x: [x_yzabc]\n")
    assert found == {"max_items": True}


def test_a_file_that_no_code_names_is_not_judged() -> None:
    assert read("max_items: 3\nmetrics_enabled: true\n", "max_items = 1\n") == {
        "max_items": True,
        "metrics_enabled": None,
    }


def test_a_file_of_whose_keys_code_names_none_is_not_judged() -> None:
    assert read("metrics_enabled: true\n") == {"metrics_enabled": None}


@pytest.mark.parametrize(
    "code",
    [
        'x = config["flags"]\n',
        'x = settings.get("flags", {})\n',
        "x = self.config.flags\n",
        'f(data["flags"])\n',
    ],
)
def test_a_section_that_code_reaches_into_may_be_taken_whole(code: str) -> None:
    assert read("max_items: 3\nflags:\n  new_search: true\n", LOADER + code)["flags/new_search"] is None


def test_a_section_whose_other_keys_are_read_by_name_is_not_taken_whole() -> None:
    settings = "max_items: 3\nflags:\n  new_search: true\n  old_search: true\n"
    found = read(settings, LOADER + 'x = config["flags"]["old_search"]\n')
    assert (found["flags/new_search"], found["flags/old_search"]) == (False, True)


def test_a_section_of_something_else_is_not_one_of_the_settings() -> None:
    found = read("max_items: 3\nflags:\n  new_search: true\n", LOADER, other__a_py='results["flags"] = 1\n')
    assert found["flags/new_search"] is False


def test_tests_do_not_read_for_the_product() -> None:
    files = {
        "settings.yaml": "max_items: 3\nmetrics_enabled: true\n",
        "app.py": LOADER,
        "tests/test_a.py": "metrics_enabled = 1\n",
    }
    assert [row.read for row in rows(files)] == [True, False]


@pytest.mark.parametrize(
    "path",
    [
        ".github/settings.yaml",
        "monitoring/config.yaml",
        "tests/settings.yaml",
        "grafana/config.yaml",
        "mkdocs.yaml",
    ],
)
def test_files_of_tools_are_not_asked(path: str) -> None:
    assert read("max_items: 3\nmetrics_enabled: true\n", path=path) == {}


def test_files_of_frameworks_and_of_clusters_are_not_asked() -> None:
    assert read("max_items: 3\n", path="config/settings.yaml", config__application_rb="") != {}
    files = {"config/settings.yml": "max_items: 3\n", "config/application.rb": "x\n", "app.rb": "max_items\n"}
    assert rows(files) == []
    assert read("apiVersion: v1\nkind: X\nmax_items: 3\n") == {}


def test_sections_of_logging_are_the_librarys() -> None:
    assert read("max_items: 3\nlogging:\n  log_format: x\n") == {"max_items": True}


SPRING = "spring:\n  main_class: x\nshop:\n  max-items: 3\n  min-items: 2\n  new-search: true\n"
SPRING += "lib:\n  pool-size: 3\n"


def test_spring_reads_its_file_without_naming_it() -> None:
    code = "@ConfigurationProperties(prefix = shop) class A { int maxItems; int minItems; }\n"
    files = {"src/main/resources/application.yml": SPRING, "src/main/java/A.java": code}
    assert {row.key: row.read for row in rows(files)} == {
        "shop/max-items": True,
        "shop/min-items": True,
        "shop/new-search": False,
        "lib/pool-size": None,
    }


def test_properties_have_dots_between_their_parts() -> None:
    text = "shop.max-items=3\nshop.min-items=3\nshop.new-search=true\n"
    files = {"application.properties": text, "A.java": "class A { int maxItems; int minItems; }\n"}
    assert [(row.name, row.read) for row in rows(files)] == [
        ("max-items", True),
        ("min-items", True),
        ("new-search", False),
    ]


# --- variables

ENV = {"app.py": 'import os\nos.environ["SHOP_TOKEN_TTL"]\n'}


def variables(text: str, path: str = ".env.example", **others: str) -> dict[str, bool | None]:
    files = (
        ENV
        | {path: text}
        | {name.replace("__", "/").replace("_yml", ".yml"): each for name, each in others.items()}
    )
    return {row.key: row.read for row in rows(files)}


def test_a_variable_of_a_template_that_nothing_reads() -> None:
    (used, lost) = rows(ENV | {".env.example": "SHOP_TOKEN_TTL=3\nCART_NEW_SEARCH=true\n"})
    assert (used.read, lost.read, lost.on, lost.source, lost.line) == (True, False, True, "env-file", 2)


def test_a_secret_is_not_shown() -> None:
    text = "SHOP_TOKEN_TTL=3\nCART_API_KEY=abcdefgh12345678\n"
    assert "abcdefgh" not in "".join(row.text + row.value for row in rows(ENV | {".env.example": text}))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docker-compose.yml", "services: {a: {image: 'x:${CART_NEW_SEARCH}'}}\n"),
        ("Dockerfile", "FROM a\nARG CART_NEW_SEARCH\n"),
        ("run.sh", "echo $CART_NEW_SEARCH\n"),
        ("scripts/configure", "sed CART_NEW_SEARCH\n"),
        ("tests/test_a.py", "CART_NEW_SEARCH\n"),
        ("prisma/schema.prisma", 'url = env("CART_NEW_SEARCH")\n'),
    ],
)
def test_a_variable_is_read_wherever_it_is_named(path: str, text: str) -> None:
    files = ENV | {".env.example": "SHOP_TOKEN_TTL=3\nCART_NEW_SEARCH=true\n", path: text}
    assert [row.read for row in rows(files) if row.source == "env-file"] == [True, True]


@pytest.mark.parametrize(
    "code",
    ['env_prefix = "CART_"\n', "x = f'CART_{name}'\n", "new_search: bool\n", 'x = prefix + "NEW_SEARCH"\n'],
)
def test_a_name_may_be_put_together(code: str) -> None:
    files = ENV | {".env.example": "SHOP_TOKEN_TTL=3\nCART_NEW_SEARCH=true\n", "b.py": code}
    assert [row.read for row in rows(files)] == [True, None]


def test_a_library_may_read_variables_of_its_own_name() -> None:
    files = ENV | {
        ".env.example": "SHOP_TOKEN_TTL=3\nCART_NEW_SEARCH=true\n",
        "requirements.txt": "cart-client==1\n",
    }
    assert [row.read for row in rows(files)] == [True, None]


def test_an_image_from_elsewhere_may_read_the_file() -> None:
    text = "services: {a: {image: x, env_file: .env}}\n"
    files = ENV | {".env.example": "SHOP_TOKEN_TTL=3\nCART_NEW_SEARCH=true\n", "compose.yml": text}
    assert [row.read for row in rows(files)] == [True, None]


def test_without_a_variable_that_is_read_nothing_is_said() -> None:
    assert [row.read for row in rows({".env.example": "CART_NEW_SEARCH=true\n", "a.py": "x\n"})] == [None]


def test_variables_of_runtimes_are_not_asked_for() -> None:
    assert variables("POSTGRES_PASSWORD=x\nNODE_ENV=x\nPORT=3\n") == {}


def test_variables_of_the_services_that_the_product_builds() -> None:
    text = """services:
  a:
    build: .
    environment:
      SHOP_TOKEN_TTL: 3
      CART_NEW_SEARCH: "on"
      CART_API_KEY: abcdefgh12345678
  b:
    image: x
    environment: {CART_OLD_SEARCH: x}
  c:
    build: .
    environment: [SHOP_TOKEN_TTL=3, CART_LIST_SEARCH=yes, [x]]
  d: x
"""
    found = [
        (row.key, row.line, row.on, row.read, row.value) for row in rows(ENV | {"docker-compose.yml": text})
    ]
    assert found == [
        ("SHOP_TOKEN_TTL", 5, False, True, "3"),
        ("CART_NEW_SEARCH", 6, True, False, "on"),
        ("CART_API_KEY", 7, False, False, "***"),
        ("CART_LIST_SEARCH", 13, True, False, "yes"),
        ("SHOP_TOKEN_TTL", 13, False, True, "3"),
    ]


def test_another_manifest_that_sets_it_does_not_read_it() -> None:
    text = "services:\n  a:\n    build: .\n    environment: [SHOP_TOKEN_TTL=3, CART_NEW_SEARCH=1]\n"
    files = ENV | {"docker-compose.yml": text, "k8s/a.yaml": "name: CART_NEW_SEARCH\n", "b.dat": "x"}
    assert [row.read for row in rows(files)] == [False, True]


def test_binary_and_oversized_files_are_passed_over() -> None:
    files = {
        "settings.yaml": "max_items: 3\nmetrics_enabled: true\n",
        "app.py": LOADER,
        "b.py": "\0metrics_enabled",
    }
    assert [row.read for row in rows(files)] == [True, False]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60), st.sampled_from(("settings.yaml", "config.ini", ".env.example", "compose.yml")))
def test_whatever_a_file_holds_the_search_ends(text: str, path: str) -> None:
    assert isinstance(rows({path: text, "app.py": LOADER}), list)


def test_very_many_names_are_looked_for_in_bounded_time() -> None:
    text = "\n".join(f"max_items_{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}x: {i}" for i in range(5000))
    assert len(rows({"settings.yaml": text, "app.py": LOADER + "# x\n" * 10_000})) == 400
