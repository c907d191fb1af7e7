"""The HTML report in a real browser: at rest, in use, in the dark, on a small screen, on paper."""

from __future__ import annotations

import json
import random
from io import BytesIO
from itertools import combinations
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest
from browser import Opened, opened, started
from documents import problem
from reports import document, judged
from test_golden import TESTS, wishful
from test_render_markdown import HOSTILE, every_status, hostile

from readiness.assess import Options, assess
from readiness.assessment import Claimed, Evidence
from readiness.choices import Branding
from readiness.cli.options import book
from readiness.levels import Level
from readiness.records import replace
from readiness.render.html import render
from readiness.render.text import inert
from readiness.report import derive
from readiness.report.arithmetic import arithmetic, gains, total
from readiness.requirement import Requirement
from readiness.score import Judged, load_scoring, score
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from readiness.assessment import Assessment, Rule


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started() as made:
        yield made


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on the sample, as a file."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render(wishful().assessment), encoding="utf-8")
    return file


@pytest.fixture
def at_rest(browser: Browser, report: Path) -> Iterator[Opened]:
    with opened(browser, report) as made:
        yield made


def shown(page: Page) -> list[str]:
    """The ids of the rules that are not filtered out, in their order."""
    found: list[str] = page.eval_on_selector_all(
        ".rule:not([hidden])", "items => items.map(item => item.querySelector('.meta code').textContent)"
    )
    return found


def tick(page: Page, rules: Collection[str]) -> dict[str, str]:
    """Assumes that exactly ``rules`` are fixed; what the page then says."""
    return page.evaluate(  # type: ignore[no-any-return]
        """rules => {
          for (const box of document.querySelectorAll("input[data-fix]")) {
            if (box.checked !== rules.includes(box.dataset.fix)) box.click();
          }
          return { ...document.getElementById("what-if-bar").dataset };
        }""",
        list(rules),
    )


def test_nothing_is_asked_of_anybody_and_nothing_goes_wrong(at_rest: Opened, report: Path) -> None:
    at_rest.page.click("#unfold")
    at_rest.page.click("#theme")
    at_rest.page.wait_for_load_state("networkidle")
    assert at_rest.asked == [report.as_uri()]
    assert at_rest.said == []


def test_the_policy_holds_against_a_script_and_a_picture_that_are_slipped_in(at_rest: Opened) -> None:
    ran = at_rest.page.evaluate(
        """async () => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
          const picture = "<img src='https://example.org/a.png' onerror='window.ran = 1'>";
          document.body.insertAdjacentHTML("beforeend", picture);
          await new Promise(done => setTimeout(done, 100));
          return window.ran ?? null;
        }"""
    )
    assert ran is None
    assert [url for url in at_rest.asked if "example.org" in url] == []
    assert sorted({said.partition(" '")[0] for said in at_rest.said}) != []


def few() -> Assessment:
    """A document on a few rules of every status, by names of which matrix, plan and lists know."""
    made = document(
        [
            judged("cicd/pipeline-present", "implemented", "enforced"),
            judged("cicd/tests-run", "partial", "enforced", severity="critical"),
            judged("cicd/deploy-production", "planned", "enforced", severity="critical"),
            judged("cicd/approval-gate", requires=Requirement("cicd/deploy-production")),
            judged("cicd/sast", "absent", counted=False),
            judged("cicd/supported-matrix", applicable=False),
            judged("monitoring/health-endpoint", "implemented"),
            judged("monitoring/metrics-stack", "absent", severity="critical"),
            judged("monitoring/alert-rules", "absent", ceiling=Level.IMPLEMENTED),
            judged("security/authentication", "absent", waived=True),
            judged("security/secret-scanning", "partial"),
            judged("security/lockfiles", "implemented"),
            judged("security/cors", "planned", severity="medium"),
        ],
        {
            name: {
                "evidence": SHOWN,
                "offenders": SHOWN,
                "offenders_total": 9,
                "limits": "Only `this` is read.",
            }
            for name in ("cicd/tests-run", "cicd/deploy-production", "security/lockfiles")
        }
        | {
            "security/cors": {"claim": Claimed("contradicted", SHOWN), "looked": ("a.py",), "looked_total": 3}
        },
    )
    return replace(
        made,
        branding=Branding(brand="Acme", footer="ours"),
        problems=(problem(),),
        subject=replace(made.subject, remote="https://github.com/acme/shop", commit="0" * 40, dirty=False),
    )


SHOWN = (Evidence("a b/c.yml", 3, "run: x || true", "structure"), Evidence("README.md", 1, "Shop", "pattern"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on a few rules."""
    file = tmp_path_factory.mktemp("small") / "report.html"
    file.write_text(render(few()), encoding="utf-8")
    return file


def broken_rules(page: Page) -> list[str]:
    """What axe finds wrong with the page, in a line each."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - may be missing

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_rule_of_accessibility_is_broken(browser: Browser, small: Path, scheme: Any) -> None:
    with opened(browser, small, color_scheme=scheme) as made:
        made.page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        tick(made.page, ["cicd/deploy-production", "monitoring/metrics-stack"])
        made.page.check("input[name=status][value=gap]")
        made.page.check("input[name=status][value=partial]")
        assert broken_rules(made.page) == []


def test_no_rule_of_accessibility_is_broken_by_a_whole_report(browser: Browser, report: Path) -> None:
    with opened(browser, report) as made:
        assert broken_rules(made.page) == []


@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_is_no_wider_than_its_window(browser: Browser, report: Path, width: int) -> None:
    with opened(browser, report, width=width) as made:
        made.page.click("#unfold")
        tick(made.page, ["cicd/tests-run"])
        assert made.page.evaluate("document.documentElement.scrollWidth") == width


def test_dark_follows_the_system_and_can_be_chosen_and_is_kept(browser: Browser, report: Path) -> None:
    def paper(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light, dark = "rgb(255, 255, 255)", "rgb(18, 22, 28)"
    with opened(browser, report, color_scheme="dark") as made:
        assert paper(made.page) == dark
        made.page.click("#theme")
        assert (made.page.inner_text("#theme"), paper(made.page)) == ("Theme: light", light)
        made.page.reload()
        assert paper(made.page) == light
        made.page.click("#theme")
        assert paper(made.page) == dark
    with opened(browser, report, color_scheme="light") as made:
        assert paper(made.page) == light


def test_without_its_script_the_page_is_whole_and_has_no_control(browser: Browser, report: Path) -> None:
    with opened(browser, report, "#rule-cicd-tests-run", java_script_enabled=False) as made:
        assert made.page.locator(".rule").count() == len(wishful().assessment.rules)
        assert made.page.locator(".js:visible").count() == 0
        assert made.page.locator("button:visible").count() == 0
        assert made.page.locator("#rule-cicd-tests-run").is_visible()
        assert made.said == []


def test_a_link_to_a_rule_opens_it_and_all_that_it_is_folded_in(browser: Browser, report: Path) -> None:
    uncounted = next(
        rule for rule in wishful().assessment.rules if not rule.scored and rule.status in ("gap", "met")
    )
    for rule in ("security/cors", uncounted.id):
        place = f"#rule-{rule.replace('/', '-')}"
        with opened(browser, report, place) as made:
            body = made.page.locator(place)
            assert body.is_visible()
            top = body.bounding_box()
            assert top is not None
            assert 0 <= top["y"] < 900
            assert made.page.locator(".rule details[open]").count() == 1


def test_a_link_to_a_rule_that_is_filtered_out_shows_it(at_rest: Opened) -> None:
    page = at_rest.page
    page.check("input[name=status][value=met]")
    assert page.locator("#rule-cicd-tests-run").is_hidden()
    page.evaluate("location.hash = '#rule-cicd-tests-run'")
    page.wait_for_selector("#rule-cicd-tests-run", state="visible")
    assert len(shown(page)) == len(wishful().assessment.rules)


def of(**wanted: str) -> set[str]:
    return {
        rule.id
        for rule in wishful().assessment.rules
        if all(getattr(rule, name) == value for name, value in wanted.items())
    }


def test_rules_are_filtered_by_status_severity_and_area_together(at_rest: Opened) -> None:
    page = at_rest.page
    page.check("input[name=status][value=gap]")
    assert set(shown(page)) == of(status="gap")
    page.check("input[name=status][value=partial]")
    assert set(shown(page)) == of(status="gap") | of(status="partial")
    page.select_option("#severity", "high")
    page.select_option("#area", "security")
    both = {"severity": "high", "area": "security"}
    wanted = of(status="gap", **both) | of(status="partial", **both)
    assert wanted
    assert set(shown(page)) == wanted
    assert page.inner_text("#count") == f"{len(wanted)} of {len(wishful().assessment.rules)} rules"
    assert page.locator(".area:visible").count() == 1
    page.click("#clear")
    assert len(shown(page)) == len(wishful().assessment.rules)
    assert page.locator("#clear").is_hidden()
    assert page.evaluate("document.activeElement.id") == "find"


def test_rules_are_found_by_all_the_words_that_are_typed(at_rest: Opened) -> None:
    page = at_rest.page
    page.fill("#find", "CODEOWNERS  file")
    assert "operations/service-ownership" in shown(page)
    assert len(shown(page)) < 10
    page.fill("#find", "no such words at all")
    assert shown(page) == []
    assert page.inner_text("#count") == f"0 of {len(wishful().assessment.rules)} rules"


def test_all_rules_fold_and_unfold(at_rest: Opened) -> None:
    page = at_rest.page
    count = len(wishful().assessment.rules)
    page.click("#unfold")
    assert page.locator(".rule details[open]").count() == count
    page.click("#fold")
    assert page.locator(".rule details[open]").count() == 0


def test_everything_can_be_done_with_the_keyboard(at_rest: Opened) -> None:
    page = at_rest.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.focus("input[name=status][value=gap]")
    page.keyboard.press("Space")
    assert set(shown(page)) == of(status="gap")
    summary = page.locator(".rule:visible summary").first
    summary.focus()
    page.keyboard.press("Enter")
    tickbox = page.locator(".rule details[open] input[data-fix]").first
    page.keyboard.press("Tab")
    while not tickbox.evaluate("box => box === document.activeElement"):
        page.keyboard.press("Tab")
    assert tickbox.evaluate("box => getComputedStyle(box).outlineStyle") == "solid"
    page.keyboard.press("Space")
    assert page.locator("#what-if-bar").is_visible()
    page.focus("#what-if-clear")
    page.keyboard.press("Enter")
    assert page.locator("#what-if-bar").is_hidden()
    assert page.evaluate("document.activeElement.id") == "what-if"


def scanned_again(changes: dict[str, str]) -> Assessment:
    """The sample with ``changes`` made to its files."""
    root = TESTS / "samples" / "wishful"
    files = {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }
    files |= {path: text.encode() for path, text in changes.items()}
    subject = Subject("wishful", commit="0" * 40, committed="2026-01-02", default_branch="main", dirty=False)
    return assess(MemoryTree(files, subject=subject), book(), Options(tier="C")).assessment


UPDATES = "version: 2\nupdates:\n" + "".join(
    f"  - package-ecosystem: {kind}\n    directory: {folder}\n    schedule:\n      interval: weekly\n"
    for kind, folder in (("pip", "/"), ("npm", "/frontend"), ("github-actions", "/"))
)
IMAGE = (
    "FROM python:3.12.4-slim AS build\nWORKDIR /app\nCOPY requirements.txt .\n"
    "RUN pip install -r requirements.txt\nFROM python:3.12.4-slim\nCOPY --from=build /usr/local /usr/local\n"
    'COPY server.py .\nCMD ["python", "server.py"]\n'
)


def test_what_if_says_to_the_millipoint_what_a_new_scan_says(at_rest: Opened) -> None:
    said = tick(at_rest.page, ["cicd/dependency-updates", "operations/service-ownership"])
    anew = scanned_again(
        {".github/dependabot.yml": UPDATES, "CODEOWNERS": "* @acme/all\n/docs/ @acme/docs\n"}
    )
    assert anew.score is not None
    assert (said["low"], said["high"]) == (str(anew.score.low), str(anew.score.high))
    assert (said["verdict"], said["least"]) == (anew.verdict, "false")


def test_what_if_says_at_least_where_other_rules_wait_for_the_fix_and_names_them(at_rest: Opened) -> None:
    page = at_rest.page
    said = tick(page, ["container/image-defined"])
    anew = scanned_again({"Dockerfile": IMAGE})
    today = wishful().assessment.score
    assert anew.score is not None
    assert today is not None
    assert today.low < int(said["low"]) < anew.score.low
    assert said["least"] == "true"
    assert "at least" in page.inner_text("#what-if-said")
    container = next(area for area in anew.areas if area.id == "container")
    assert container.score is not None
    then = page.inner_text("[data-then='1']").partition(",")
    assert float(then[0]) < container.score.low / 1000
    assert then[2] == " Needs Work"
    changed = {
        rule.id
        for rule, before in zip(anew.rules, wishful().assessment.rules, strict=True)
        if rule.scored and rule.status != before.status and rule.id != "container/image-defined"
    }
    named = set(page.locator("#what-if-more p", has_text="At least").locator("a").all_inner_texts())
    assert changed <= named


def test_what_if_says_what_still_waits_and_which_blockers_stay_open(at_rest: Opened) -> None:
    page = at_rest.page
    tick(page, ["container/image-scan"])
    told = page.inner_text("#what-if-more")
    assert "Ticked, but still waiting for what they require: container/image-scan" in told
    assert "Blockers still open: " in told
    assert "container/image-defined" in told


def test_a_rule_is_ticked_wherever_it_stands(at_rest: Opened) -> None:
    page = at_rest.page
    boxes = page.locator("input[data-fix='cicd/tests-run']")
    assert boxes.count() > 1
    boxes.first.evaluate("box => box.click()")
    assert boxes.evaluate_all("boxes => boxes.map(box => box.checked)") == [True] * boxes.count()


def judged_again(assessment: Assessment) -> list[Judged]:
    """The rules of ``assessment`` as they were judged, for the score stage."""
    return [_judged(rule) for rule in assessment.rules]


def _judged(rule: Rule) -> Judged:
    own = rule.own
    assert own is not None
    groups = tuple(
        Requirement(any_of=tuple(Requirement(need.rule, Level.named(need.at_least)) for need in group))
        for group in rule.needs
    )
    severity: Any = rule.severity
    return Judged(
        rule=rule.id,
        area=rule.area,
        severity=severity,
        weight=rule.weight,
        counted=own.counted,
        asks_presence=own.asks_presence,
        applicable=rule.status != "not-applicable",
        waived=rule.status == "waived",
        level=Level.named(own.level),
        ceiling=Level.named(own.ceiling),
        top=Level.named(rule.top),
        requires=Requirement(all_of=groups) if groups else None,
    )


def mended(rules: list[Judged], fixed: Collection[str]) -> tuple[str, str, str]:
    """What the score stage says where the rules ``fixed`` are at their top, as the page writes it."""
    made = score(
        [replace(one, level=one.top, ceiling=one.top) if one.rule in fixed else one for one in rules],
        load_scoring(),
    )
    return str(made.low), str(made.high), made.verdict


def test_whatever_is_ticked_the_page_says_what_the_score_stage_says(at_rest: Opened) -> None:
    made = wishful().assessment
    given = arithmetic(made)
    assert given is not None
    short = sorted(
        {rule.id for rule in made.rules}
        & set(at_rest.page.eval_on_selector_all("input[data-fix]", "all => all.map(one => one.dataset.fix)"))
    )
    critical = [rule.id for rule in made.rules if rule.severity == "critical" and rule.id in short]
    chance = random.Random(5)
    ticked = [[], critical, short, *(short[:n] + short[n + 1 :] for n in range(0, len(short), 9))]
    ticked += [chance.sample(short, chance.randrange(1, len(short))) for _ in range(30)]
    stage = judged_again(made)
    verdicts = set()
    for rules in ticked:
        said = tick(at_rest.page, rules)
        assert (said["low"], said["high"], said["verdict"]) == mended(stage, rules)
        assert total(given, rules).low == int(said["low"])
        verdicts.add(said["verdict"])
    assert verdicts == {"not-ready", "conditional", "ready"}


def test_the_phases_of_the_roadmap_lead_where_it_says(at_rest: Opened) -> None:
    page = at_rest.page
    phases = derive(wishful().assessment).roadmap.phases
    assert len(phases) > 1
    for phase in phases:
        page.evaluate(f"document.querySelector('[data-phase={phase.id}]').click()")
        said = page.evaluate("({ ...document.getElementById('what-if-bar').dataset })")
        assert (said["low"], said["verdict"]) == (str(phase.score), phase.verdict)
    page.evaluate(f"document.querySelector('[data-phase={phases[-1].id}]').click()")
    assert page.evaluate("document.getElementById('what-if-bar').dataset.low") == str(phases[-2].score)


def high(name: str, level: str = "implemented", **changes: Any) -> Judged:
    return judged(name, level, weight=7, **changes)


GOOD = [high(f"security/good-{n}", severity="low") for n in range(9)]
SUBJECTS = {
    "a blocker that caps": [
        *GOOD,
        high("cicd/a", "planned", severity="critical"),
        high("cicd/b"),
        high("cicd/c"),
    ],
    "a blocker that may be open": [
        *GOOD,
        high("cicd/a", "absent", ceiling=Level.IMPLEMENTED, severity="critical"),
        high("cicd/b", "partial"),
        high("cicd/c"),
    ],
    "a blocker that is waived": [
        *GOOD,
        high("cicd/a", "absent", severity="critical", waived=True),
        high("cicd/b"),
    ],
    "a high gap in an area that is not assessed": [
        *GOOD,
        high("cicd/a", "absent"),
        high("monitoring/b", "absent"),
    ],
    "gaps that do not count": [*GOOD, high("cicd/a", "absent", counted=False), high("cicd/b", counted=False)],
    "chains and choices": [
        *GOOD,
        high("cicd/a", "absent", severity="medium"),
        high("cicd/b", "partial", severity="critical", requires=Requirement("cicd/a")),
        high("cicd/c", "absent", requires=Requirement(any_of=(Requirement("cicd/a"), Requirement("cicd/d")))),
        high("cicd/d", "planned", ceiling=Level.PARTIAL),
        high("cicd/e", requires=Requirement("cicd/b", Level.IMPLEMENTED)),
    ],
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_page_decides_as_the_score_stage_does(browser: Browser, tmp_path: Path, name: str) -> None:
    rules = SUBJECTS[name]
    file = tmp_path / "report.html"
    file.write_text(render(document(rules)), encoding="utf-8")
    with opened(browser, file) as made:
        short = made.page.eval_on_selector_all("input[data-fix]", "all => all.map(one => one.dataset.fix)")
        for size in range(len(set(short)) + 1):
            for chosen in combinations(sorted(set(short)), size):
                said = tick(made.page, chosen)
                assert (said["low"], said["high"], said["verdict"]) == mended(rules, chosen)


def test_the_gain_that_a_rule_names_is_what_ticking_it_brings(at_rest: Opened) -> None:
    made = wishful().assessment
    assert made.score is not None
    alone = {name: gain for name, gain in gains(made, arithmetic(made)).items() if not gain.first}
    some = [rule.id for rule in made.rules if rule.scored and rule.id in alone][::4]
    for rule in some:
        said = tick(at_rest.page, [rule])
        assert int(said["low"]) - made.score.low == alone[rule].points
        assert (said["least"] == "true") == alone[rule].at_least


def printed(opened_: Opened, size: str) -> tuple[int, str]:
    """The number of pages and the text of the page on paper of ``size``, its spaces taken out."""
    from pypdf import PdfReader  # noqa: PLC0415 - may be missing

    reader = PdfReader(BytesIO(opened_.page.pdf(format=size, prefer_css_page_size=False)))
    text = normalize("NFKC", "".join(page.extract_text() for page in reader.pages))  # it has ligatures
    return len(reader.pages), "".join(text.split())


CONTROLS = ("Unfoldall", "Searchtherules", "Theme:", "Assumethatthisisfixed", "Tickallofit", "Skiptothe")


def test_on_paper_everything_is_open_and_no_control_is_left(at_rest: Opened) -> None:
    pages, text = printed(at_rest, "A4")
    rules = wishful().assessment.rules
    assert 20 <= pages <= 75
    assert [rule.id for rule in rules if rule.id not in text] == []
    steps = {
        "".join(rule.fix.steps[0].replace("`", "").split())
        for rule in rules
        if rule.status == "gap" and rule.fix.steps
    }
    assert [step for step in steps if step not in text] == []
    assert [control for control in CONTROLS if control in text] == []
    assert at_rest.page.locator(".rule details[open]").count() == 0


def test_on_paper_everything_is_open_without_the_script_too(browser: Browser, small: Path) -> None:
    with opened(browser, small, java_script_enabled=False) as made:
        pages, text = printed(made, "Letter")
    assert 8 <= pages <= 16
    assert [rule.id for rule in few().rules if rule.id not in text] == []
    assert "Makemonitoring/alert-rules." in text
    assert "Onlythisisread." in text
    assert [control for control in CONTROLS if control in text] == []


def test_a_hostile_repository_gives_a_page_that_does_nothing(browser: Browser, tmp_path: Path) -> None:
    scripts = "<script>alert(1)</script>{{ 7*7 }}::error::x](javascript:alert(1))\u202e\x1b[31m"
    bad = hostile(every_status())
    bad = replace(
        bad,
        subject=replace(bad.subject, name=scripts),
        rules=tuple(replace(rule, gap=scripts, unknown_because=(scripts,)) for rule in bad.rules),
    )
    file = tmp_path / "bad.html"
    file.write_text(render(bad), encoding="utf-8")
    with opened(browser, file) as made:
        made.page.click("#unfold")
        text = made.page.evaluate("document.body.textContent")
        assert inert(scripts) in text
        assert inert(HOSTILE)[:60] in text
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert made.page.locator("img, iframe, a[href^='javascript:'], a[href^='http']").count() == 0
        assert made.page.locator("script").count() == 1
        assert made.asked == [file.as_uri()]
        assert made.said == []


def test_the_data_of_the_script_is_the_arithmetic_of_the_report(at_rest: Opened) -> None:
    given = arithmetic(wishful().assessment)
    assert given is not None
    found = json.loads(
        at_rest.page.inner_text("#simulation") or at_rest.page.text_content("#simulation") or ""
    )
    assert [term[0] for term in found["terms"]] == [term.rule for term in given.terms]
    assert found["cap"] == given.cap
