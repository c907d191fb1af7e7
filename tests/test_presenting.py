"""Templates, logo, plan and presentation of the user's own: what they change, and what they may not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from documents import assessment, gap, rule

from readiness.assessment import SCHEMA_VERSION, LedgerRow, from_json, schema, to_json
from readiness.choices import Branding, Planning, is_logo
from readiness.cli import run
from readiness.cli.options import known_prices
from readiness.cli.presenting import data_uri
from readiness.cli.report import read
from readiness.config import Config, read_config, read_config_file
from readiness.errors import ReadinessError
from readiness.records import defaults_of, names_of, replace
from readiness.render.json import render
from readiness.report.tables import cost_table
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
MADE = assessment(rule(), gap("cicd/gap", 1_000), ledger=(LedgerRow(60_000, "x", rule="cicd/one"),))  # type: ignore[arg-type]

PLAN = """
[plan]
engineers = 1
focus = 50
size = "large"
currency = "EUR"
rate = 0.925
environments = ["staging", "production"]
[plan.prices]
node = 61.5
[report]
assessor = "Ann"
version = "2.1"
brand = "ACME"
logo = "data:image/png;base64,AAAA"
footer = "For internal use"
"""


def config(text: str) -> Config:
    return read_config(MemoryTree({"readiness.toml": text}))


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "assessment.json"
    path.write_text(render(MADE), encoding="utf-8")
    return path


def shown(stored: Path, *arguments: str, form: str = "markdown") -> str:
    target = stored.with_name("report")
    assert run(["report", str(stored), "--format", form, "--output", str(target), *arguments]) == 0
    return target.read_text(encoding="utf-8")


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert run(arguments) == 2
    return capsys.readouterr().err


def test_every_key_of_plan_and_report_is_read() -> None:
    found = config(PLAN)
    assert found.planning == Planning(1, 50, "large", "EUR", 925, {"node": 61_500}, ("staging", "production"))
    assert found.branding == Branding("Ann", "2.1", "ACME", "data:image/png;base64,AAAA", "For internal use")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[plan]\nenginers = 1", "readiness.toml:2: 'plan' has no key 'enginers'; did you mean 'engineers'?"),
        ("[plan]\nengineers = 0", "'engineers' must be a whole number, 1 or more"),
        ("[plan]\nengineers = 1001", "'engineers' is at most 1000"),
        ("[plan]\nfocus = 101", "readiness.toml:2: 'focus' is at most 100"),
        ("[plan]\nsize = 'smal'", "size is never 'smal'; did you mean 'small'?"),
        ("[plan]\ncurrency = 'euro'", "'currency' is three capitals, such as EUR"),
        ("[plan]\ncurrency = 'EUR'", "a 'currency' other than USD takes a 'rate'"),
        ("[plan]\nrate = 0", "'rate' must be a number above 0"),
        ("[plan]\nrate = 1.2345", "'rate' must be a number above 0, with at most three decimals"),
        ("[plan]\nrate = [1]", "'rate' must be a number above 0"),
        ("[plan]\nenvironments = ['stagin']", "environments is never 'stagin'; did you mean 'staging'?"),
        (
            "[plan]\nenvironments = ['x']",
            "environments is never 'x'; one of: development, staging, production",
        ),
        ("[plan.prices]\nnode = 'much'", "'node' must be a number above 0"),
        ("[report]\nbrnad = 'x'", "'report' has no key 'brnad'; did you mean 'brand'?"),
        (f"[report]\nfooter = '{'x' * 401}'", "'footer' has more than 400 characters"),
        ("[report]\nlogo = 'logo.png'", "a file is given by --logo"),
        ("[report]\nlogo = 'https://evil.example/x.png'", "'logo' is a data URI of an image"),
    ],
)
def test_a_mistake_in_plan_or_report_is_named(text: str, message: str) -> None:
    with pytest.raises(ReadinessError) as caught:
        config(text)
    assert message in str(caught.value)


def test_a_price_of_what_is_not_in_the_book_is_refused() -> None:
    known_prices(Config(planning=Planning(prices=dict.fromkeys(cost_table().items, 1))))
    with pytest.raises(ReadinessError, match="'prices' has no 'nods'; did you mean 'node'"):
        known_prices(Config("readiness.toml", planning=Planning(prices={"nods": 1})))
    with pytest.raises(ReadinessError, match="'prices' has no 'x'; one of: control_plane, "):
        known_prices(Config("readiness.toml", planning=Planning(prices={"x": 1})))


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("data:image/png;base64,AAAA", True),
        ("data:image/svg+xml;base64,AAAA", True),
        ("data:text/html;base64,AAAA", False),
        ('data:image/png;base64,AA"onerror=', False),
        ("data:image/png,AAAA", False),
        ("javascript:alert(1)", False),
        ("data:image/png;base64," + "A" * 100_000, False),
        ("", False),
    ],
)
def test_a_logo_is_a_data_uri_of_an_image(text: str, fine: bool) -> None:
    assert is_logo(text) is fine


def test_the_choices_of_a_configuration_are_in_the_document_and_in_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    top = tmp_path / "shop"
    top.mkdir()
    (top / "readiness.toml").write_text(PLAN)
    (top / "app.py").write_text("import flask\napp = flask.Flask('x')\n")
    made, text = tmp_path / "a.json", tmp_path / "a.md"
    formats = ["--format", "json", "--output", str(made), "--format", "markdown", "--output", str(text)]
    assert run(["scan", str(top), *formats]) == 0
    data = json.loads(made.read_text())
    assert data["planning"]["prices"] == {"node": 61_500}
    assert data["branding"]["brand"] == "ACME"
    assert "- Assessor: Ann\n- Version: 2.1\n" in text.read_text(encoding="utf-8")
    assert text.read_text(encoding="utf-8").endswith("\n---\n\nFor internal use\n")
    assert "1 engineer × 5 days × 50 %" in text.read_text(encoding="utf-8")
    (top / "readiness.toml").write_text("[plan.prices]\nnods = 1\n")
    assert "'prices' has no 'nods'" in refused(capsys, "scan", str(top))


def test_a_configuration_of_ones_own_stands_for_that_of_a_stored_assessment(stored: Path) -> None:
    own = stored.with_name("mine.toml")
    own.write_text(PLAN)
    text = shown(stored, "--config", str(own))
    assert "ACME" in text
    assert "1 engineer × 5 days × 50 %" in text
    assert "ACME" not in shown(stored)


def test_a_configuration_file_that_is_none_is_refused(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "cannot read" in refused(capsys, "report", str(stored), "--config", "/nowhere.toml")
    bad = stored.with_name("bad.toml")
    bad.write_text("a =")
    assert "bad.toml:1: " in refused(capsys, "report", str(stored), "--config", str(bad))
    bad.write_text("[plan]\nx = 1\n")
    with pytest.raises(ReadinessError, match="'plan' has no key 'x'"):
        read_config_file(str(bad))


def test_one_part_of_the_templates_can_be_replaced(stored: Path, tmp_path: Path) -> None:
    own = tmp_path / "templates" / "parts" / "markdown"
    own.mkdir(parents=True)
    (own / "conclusion.md.j2").write_text("## Our own end\n\n{{ report.title }} {{ report.score }}\n")
    text = shown(stored, "--templates", str(tmp_path / "templates"))
    assert "## Our own end\n\nshop: production readiness 60.0\n\n## Ledger" in text
    assert "## Conclusion" not in text
    assert "## Conclusion" in shown(stored)


def test_a_template_of_ones_own_escapes_as_ours_do(tmp_path: Path) -> None:
    stored = tmp_path / "assessment.json"
    named = replace(MADE, subject=replace(MADE.subject, name="<b>*x*"))
    stored.write_text(render(named), encoding="utf-8")
    own = tmp_path / "templates"
    own.mkdir()
    (own / "assessment.md.j2").write_text("{{ report.title }}")
    assert shown(stored, "--templates", str(own)) == r"\<b\>\*x\*: production readiness"
    (own / "email.html.j2").write_text("{{ brief.report.title }}")
    assert shown(stored, "--templates", str(own), form="email") == "&lt;b&gt;*x*: production readiness"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ report.nothing }}", "has no attribute 'nothing'"),
        ("{% for %}", "assessment.md.j2:1: "),
        ("{{ report.__class__.__mro__ }}", "unsafe"),
        ("{% include 'gone.j2' %}", "gone.j2"),
        ("{{ 1 / 0 }}", "division by zero"),
    ],
)
def test_a_template_that_cannot_be_used_is_the_users_mistake(
    stored: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    own = stored.with_name("templates")
    own.mkdir(exist_ok=True)
    (own / "assessment.md.j2").write_text(text)
    said = refused(capsys, "report", str(stored), "--templates", str(own))
    assert said.startswith("readiness: --templates: ")
    assert message in said


def test_templates_that_are_not_there_are_refused(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "report", str(stored), "--templates", "/nowhere")
    assert "--templates: there is no folder '/nowhere'" in said


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"GIF89a", "gif"),
        (b"RIFF0000WEBP", "webp"),
        (b"  <svg xmlns='x'/>", "svg+xml"),
    ],
)
def test_an_image_of_ones_own_becomes_a_data_uri(tmp_path: Path, data: bytes, kind: str) -> None:
    (tmp_path / "logo").write_bytes(data)
    found = data_uri(str(tmp_path / "logo"))
    assert found.startswith(f"data:image/{kind};base64,")
    assert is_logo(found)


def test_a_logo_that_is_no_image_or_too_large_is_refused(
    stored: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = stored.with_name("logo")
    assert "--logo: cannot read" in refused(capsys, "report", str(stored), "--logo", str(file))
    file.write_bytes(b"#!/bin/sh")
    assert "is no PNG, JPEG, GIF, WebP or SVG" in refused(capsys, "report", str(stored), "--logo", str(file))
    file.write_bytes(PNG + b"\0" * 70_000)
    assert "at most 65536 go into a report" in refused(capsys, "report", str(stored), "--logo", str(file))


def test_the_logo_is_in_the_page_that_shows_one(stored: Path) -> None:
    file = stored.with_name("logo.png")
    file.write_bytes(PNG)
    assert '<img src="data:image/png;base64,' in shown(stored, "--logo", str(file), form="executive")


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("planning", "size"), "huge", "its 'planning' is none that a configuration gives"),
        (("planning", "engineers"), 0, "its 'planning' is none that a configuration gives"),
        (("branding", "logo"), "javascript:x", "its 'branding.logo' is no data URI of an image"),
    ],
)
def test_a_stored_choice_that_no_configuration_gives_is_refused(
    stored: Path, place: tuple[str, str], value: Any, message: str
) -> None:
    data = json.loads(stored.read_text())
    data[place[0]][place[1]] = value
    stored.write_text(json.dumps(data))
    with pytest.raises(ReadinessError, match=message):
        read(str(stored))


def test_what_later_versions_added_may_be_missing_in_a_stored_assessment(stored: Path) -> None:
    data = json.loads(stored.read_text())
    for name in defaults_of(type(MADE)):
        del data[name]
    for one in data["rules"]:
        for name in defaults_of(type(MADE.rules[0])):
            del one[name]
    stored.write_text(json.dumps(data))
    found = read(str(stored))
    assert (found.planning, found.scoring, found.rules[0].own) == (Planning(), None, None)


def test_the_schema_asks_for_what_the_first_version_had_alone() -> None:
    parts = schema()["$defs"]
    assert "scoring" not in schema_of("Assessment")["required"]
    assert "own" not in parts["Rule"]["required"]
    assert "standards" in parts["Rule"]["required"]
    assert SCHEMA_VERSION == "1.1"


def schema_of(name: str) -> Any:
    return schema()["$defs"][name]


def test_the_document_survives_the_way_through_json_with_all_that_is_new() -> None:
    data = json.loads(json.dumps(to_json(MADE)))
    assert from_json(data) == MADE
    assert set(data) == set(names_of(MADE))
