"""The derived sections: matrix, lists, blockers, plan, costs, words, traces."""

from __future__ import annotations

from typing import Any

import pytest
from documents import assessment, rule
from reports import document, judged

from readiness.assessment import Assessment, Claimed, Evidence, InEnvironment
from readiness.choices import Planning
from readiness.levels import Level
from readiness.records import replace
from readiness.report import derive
from readiness.report.compliance import compliance
from readiness.report.matrix import matrix
from readiness.report.model import Cell, Check, Derived, MatrixRow
from readiness.report.resources import resources
from readiness.report.roadmap import roadmap
from readiness.report.tables import (
    compliance_table,
    cost_table,
    effort_table,
    matrix_table,
    roadmap_table,
)
from readiness.requirement import Requirement

SERVICE = ("service",)


def row(made: Assessment, component: str) -> MatrixRow:
    return next(one for one in matrix(made).rows if one.id == component)


def cell(made: Assessment, component: str, environment: str) -> Cell:
    return next(one for one in row(made, component).cells if one.environment == environment)


def check(made: Assessment, title: str) -> Check | None:
    return next((one for group in compliance(made) for one in group.checks if one.title == title), None)


DEVELOPS = [
    judged("cicd/pipeline-present", "enforced", "enforced", severity="critical"),
    judged("cicd/tests-run", "implemented", "enforced"),
    judged("cicd/triggers-on-change", "implemented"),
]


def test_a_cell_climbs_as_far_as_all_steps_hold() -> None:
    assert cell(document(DEVELOPS), "cicd", "development").state == "Good"
    without = [DEVELOPS[0], judged("cicd/tests-run", "partial", "enforced"), DEVELOPS[2]]
    found = cell(document(without), "cicd", "development")
    assert (found.state, found.tone, found.next) == ("Basic", "fair", ("cicd/tests-run",))


def test_a_later_step_without_the_one_below_lifts_nothing() -> None:
    made = document([judged("cicd/pipeline-present", "absent", "enforced"), *DEVELOPS[1:]])
    assert cell(made, "cicd", "development").state == "Missing"


def test_a_rule_by_environment_answers_for_the_cells_own() -> None:
    words = {
        "operations/deploy-automation": {
            "environments": (
                InEnvironment("production", "planned", "planned"),
                InEnvironment("staging", "partial", "partial"),
            )
        }
    }
    rules = [judged("operations/deploy-automation", "partial", "enforced"), *_fill("operations")]
    made = document(rules, words)
    made = replace(made, subject=replace(made.subject, environments=("production", "staging")))
    assert cell(made, "deployment", "staging").state == "Manual"
    assert cell(made, "deployment", "production") == Cell(
        "production",
        "Missing",
        "poor",
        "designed, not built",
        ("operations/deploy-automation",),
        ("operations/deploy-automation",),
    )


def _fill(area: str) -> list[Any]:
    """Rules that make ``area`` assessed."""
    return [judged(f"{area}/filler{n}", "implemented") for n in range(2)]


def test_an_environment_that_nothing_names_is_no_gap() -> None:
    made = document(DEVELOPS)
    assert made.subject.environments == ("production",)
    made = document([*DEVELOPS, judged("cicd/deploy-staging"), judged("cicd/deploy-production")])
    assert (cell(made, "cicd", "staging").state, cell(made, "cicd", "staging").tone) == ("None named", "none")


def test_staging_ahead_of_production_is_said() -> None:
    made = document(
        [*DEVELOPS, judged("cicd/deploy-staging", "implemented"), judged("cicd/deploy-production")]
    )
    made = replace(made, subject=replace(made.subject, environments=("staging",)))
    assert row(made, "cicd").gap == (
        "Production set-up needed: cicd/deploy-production is there; "
        "staging is ahead, extend its practice to production"
    )


def test_staging_is_not_ahead_where_production_is_asked_for_more_of_the_same() -> None:
    rules = [
        judged("monitoring/structured-logging", "implemented"),
        judged("monitoring/error-tracking", "implemented"),
        judged("monitoring/log-aggregation"),
        judged("monitoring/uptime-probes"),
        judged("monitoring/metrics-stack"),
    ]
    made = document(rules)
    made = replace(made, subject=replace(made.subject, environments=("production", "staging")))
    cells = [cell(made, "monitoring", name).state for name in ("staging", "production")]
    assert cells == ["Good", "Basic"]
    assert "staging" not in row(made, "monitoring").gap


def test_an_open_blocker_is_the_gap() -> None:
    made = document([*DEVELOPS, judged("cicd/deploy-production", severity="critical")])
    assert row(made, "cicd").gap == "Critical blocker: cicd/deploy-production is not there"
    assert row(made, "cicd").critical


def test_what_is_not_known_is_neither_missing_nor_there() -> None:
    open_ = judged("cicd/deploy-production", "absent", ceiling=Level.IMPLEMENTED)
    made = document([*DEVELOPS, open_])
    found = cell(made, "cicd", "production")
    assert (found.state, found.tone, found.note) == ("Unknown", "unknown", "not all is known from the files")
    assert row(made, "cicd").gap == "To be verified by hand: cicd/deploy-production is there"


def test_a_blocked_rule_holds_in_no_environment() -> None:
    words = {
        "container/probes": {"environments": (InEnvironment("production", "implemented", "implemented"),)}
    }
    rules = [
        judged("container/orchestration"),
        judged("container/image-defined", "implemented"),
        judged("container/probes", "implemented", requires=Requirement("container/orchestration")),
    ]
    made = document(rules, words)
    assert cell(made, "containerization", "production").state == "Basic"


def test_a_component_without_rules_that_apply_has_no_row_and_is_named() -> None:
    made = document([*DEVELOPS, judged("operations/backup-automation", applicable=False)])
    assert "backup" not in [one.id for one in matrix(made).rows]
    assert "No rule on these applies here: Backup/Recovery." in matrix(made).note


def test_a_complete_production_has_no_gap() -> None:
    names = ("deploy-production", "approval-gate", "auto-rollback")
    rules = [*(judged(f"cicd/{name}", "implemented") for name in names), *DEVELOPS]
    made = document([*rules, judged("operations/post-deploy-verification", "implemented")])
    assert row(made, "cicd").gap == "None"
    good = [one for one in rules if one.rule != "cicd/approval-gate"]
    less = document([*good, judged("cicd/approval-gate", "absent")])
    assert row(less, "cicd").gap == "Minor: cicd/approval-gate is there"


@pytest.mark.parametrize(
    ("level", "ceiling", "tone", "words"),
    [
        ("implemented", "implemented", "good", "in place"),
        ("partial", "partial", "fair", "in part; still asked: security/cors is there"),
        ("absent", "absent", "poor", "missing: security/cors is not there"),
        ("planned", "planned", "poor", "announced only: security/cors is not there"),
        ("absent", "implemented", "unknown", "not known from the files, verify by hand"),
    ],
)
def test_an_item_of_a_list_stands_as_its_rule_does(level: str, ceiling: str, tone: str, words: str) -> None:
    made = document([judged("security/cors", level, ceiling=Level.named(ceiling)), *_fill("security")])
    assert check(made, "CORS configuration") == Check(
        "CORS configuration",
        tone,  # type: ignore[arg-type]
        words,
        ("security/cors",),
    )


def test_an_item_in_place_names_what_is_to_improve() -> None:
    rules = [
        judged("cicd/pipeline-present", "implemented", weight=10),
        judged("cicd/triggers-on-change", "implemented", weight=6),
        judged("cicd/gates-blocking", "partial", weight=5),
    ]
    found = check(document(rules), "Continuous integration")
    assert found is not None
    assert found.words == "in place; still asked: cicd/gates-blocking is there"


def test_an_open_critical_rule_keeps_an_item_from_being_in_place() -> None:
    rules = [
        judged("cicd/pipeline-present", "absent", weight=1, severity="critical"),
        judged("cicd/triggers-on-change", "implemented", weight=20),
    ]
    found = check(document([*rules, *_fill("cicd")]), "Continuous integration")
    assert found is not None
    assert found.tone == "fair"


def test_an_item_of_which_a_part_is_missing_and_the_rest_not_known_is_not_met_in_part() -> None:
    rules = [
        judged("operations/rollback-procedure", "absent"),
        judged("cicd/auto-rollback", "absent", ceiling=Level.IMPLEMENTED),
    ]
    found = check(document([*rules, *_fill("cicd"), *_fill("operations")]), "Rollback capability")
    assert found is not None
    assert (found.tone, found.words) == (
        "unknown",
        "not known in full: operations/rollback-procedure is not there",
    )


def test_an_item_that_may_work_in_part_at_most_is_not_known() -> None:
    rules = [judged("operations/post-deploy-verification", "absent", ceiling=Level.PARTIAL)]
    found = check(document([*rules, *_fill("operations")]), "Verification after deployment")
    assert found is not None
    assert (found.tone, found.words) == ("unknown", "not known from the files, verify by hand")


def test_an_item_that_waits_says_for_what() -> None:
    rules = [
        judged("container/image-defined"),
        judged("container/image-scan", requires=Requirement("container/image-defined")),
    ]
    found = check(document([*rules, *_fill("container")]), "Container image scanning")
    assert found is not None
    assert found.words == "not yet: waits for `container/image-defined`"


def test_an_item_beyond_the_bar_says_so_and_one_that_does_not_apply_is_left_out() -> None:
    rules = [judged("security/cors", counted=False), judged("security/rate-limiting", applicable=False)]
    made = document([*rules, *_fill("security")])
    found = check(made, "CORS configuration")
    assert found is not None
    assert found.words.endswith("(beyond the bar of this assessment)")
    assert check(made, "Rate limiting") is None


PLAN = [
    judged("cicd/gate", severity="critical", weight=30),
    judged("cicd/lint", severity="medium", weight=10),
    judged("cicd/tidy", severity="low", weight=10),
    judged("cicd/fine", "implemented", weight=50),
]
THEMES: dict[str, dict[str, Any]] = {
    "cicd/gate": {"theme": "testing"},
    "cicd/lint": {"theme": "testing"},
    "cicd/tidy": {"theme": "governance", "phase": "operations"},
}


def derived(rules: list[Any] | None = None, words: dict[str, dict[str, Any]] | None = None) -> Derived:
    return derive(document(PLAN if rules is None else rules, THEMES if words is None else words))


def test_the_plan_holds_what_is_urgent_and_what_shares_its_theme_and_the_rest_is_backlog() -> None:
    plan = derived().roadmap
    assert [[item.rule for item in phase.items] for phase in plan.phases] == [["cicd/gate", "cicd/lint"]]
    assert plan.backlog is not None
    assert [item.rule for item in plan.backlog.items] == ["cicd/tidy"]


def test_points_of_phases_and_backlog_lead_from_the_score_to_a_hundred() -> None:
    made = document(PLAN, THEMES)
    plan = derive(made).roadmap
    assert made.score is not None
    assert plan.backlog is not None
    parts = [*plan.phases, plan.backlog]
    assert made.score.low + sum(one.gain for one in parts) == plan.backlog.score == 100_000
    assert [one.score for one in parts] == [90_000, 100_000]
    assert [one.verdict for one in parts] == ["ready", "ready"]


def test_weeks_of_phases_sum_to_the_weeks_of_the_plan_and_lead_to_ready() -> None:
    rules = [*PLAN, judged("cicd/far", severity="high", weight=100)]
    plan = derived(rules, THEMES | {"cicd/far": {"phase": "operations"}}).roadmap
    assert [one.weeks for one in plan.phases] == ["about 1 week", "about 1 week"]
    assert (plan.weeks_low, plan.weeks_high, plan.weeks) == (2, 2, "about 2 weeks")
    assert (plan.to_ready_low, plan.to_ready_high) == (2, 2)
    assert plan.timeline == "About 2 weeks: phases 1 and 2 lead to 95.0 of 100 and the verdict ready."


def test_where_only_the_backlog_leads_to_ready_its_weeks_count_too() -> None:
    rules = [
        judged("cicd/gate", severity="critical", weight=10),
        judged("cicd/tidy", severity="low", weight=80),
    ]
    plan = derived([*rules, judged("cicd/fine", "implemented", weight=10)]).roadmap
    assert (
        plan.timeline
        == "About 2 weeks: all phases and the backlog lead to 100.0 of 100 and the verdict ready."
    )


def test_what_is_waived_stands_against_ready_whatever_the_plan() -> None:
    waived = judged("cicd/excused", severity="critical", waived=True)
    plan = derived([*PLAN, waived]).roadmap
    assert plan.timeline == (
        "After about 2 weeks the verdict is still short of ready: a waived rule stands against it."
    )
    assert (plan.to_ready_low, plan.to_ready_high) == (0, 0)


def test_what_is_ready_has_only_improvement_to_plan() -> None:
    plan = derived([judged(f"cicd/{n}", "implemented") for n in range(9)] + [PLAN[2]], {}).roadmap
    assert (
        plan.timeline == "It is ready for production by this assessment; what the plan holds is improvement."
    )


def test_what_a_rule_waits_for_comes_first_and_is_planned_though_it_does_not_count() -> None:
    rules = [
        judged("container/platform", counted=False),
        judged("container/probes", requires=Requirement("container/platform")),
        *_fill("container"),
    ]
    words = {"container/platform": {"phase": "operations"}, "container/probes": {"phase": "foundation"}}
    plan = derived(rules, words).roadmap
    assert [(one.id, [item.rule for item in one.items]) for one in plan.phases] == [
        ("operations", ["container/platform", "container/probes"])
    ]


def test_a_critical_rule_and_what_it_waits_for_are_never_late() -> None:
    rules = [
        judged("container/image", severity="high"),
        judged("container/clean", severity="critical", requires=Requirement("container/image")),
        judged("container/asks", severity="critical"),
    ]
    late = {"phase": "operations"}
    words = {
        "container/image": late,
        "container/clean": late,
        "container/asks": late | {"theme": "application-security"},
    }
    plan = derived(rules, words).roadmap
    assert [(one.id, sorted(item.rule for item in one.items)) for one in plan.phases] == [
        ("foundation", ["container/clean", "container/image"]),
        ("security", ["container/asks"]),
    ]


def days(status_level: str, effort: str = "M", ceiling: str = "") -> tuple[int, int]:
    """The days of one rule of ``effort`` at a level, in hundredths."""
    one = judged("cicd/one", status_level, ceiling=Level.named(ceiling or status_level))
    made = document([one, *_fill("cicd")])
    changed = tuple(
        replace(rule, fix=replace(rule.fix, effort=effort)) if rule.id == "cicd/one" else rule
        for rule in made.rules
    )
    item = derive(replace(made, rules=changed)).roadmap.phases[0].items[0]
    return item.low, item.high


def test_what_is_there_takes_a_part_of_the_days_and_what_is_not_known_is_looked_at() -> None:
    assert days("absent") == (200, 300)
    assert days("partial") == (120, 180)
    assert days("planned") == (170, 255)
    assert days("absent", ceiling="implemented") == (38, 50)


def test_more_engineers_need_fewer_weeks_and_the_arithmetic_is_printed() -> None:
    rules = [judged(f"cicd/{n}") for n in range(30)]
    made = document(rules, {one.rule: {"theme": f"t{one.rule}"} for one in rules})
    phase = derive(made).roadmap.phases[0]
    assert phase.arithmetic == (
        "11.2 to 17.7 days (likely 15.0, spread 2.7) at 7 days a week: 2 engineers × 5 days × 70 %"
    )
    assert phase.weeks == "2–3 weeks"
    alone = replace(made, planning=Planning(engineers=1))
    assert derive(alone).roadmap.phases[0].weeks == "4–6 weeks"
    assert derive(alone).roadmap.phases[0].arithmetic.endswith("1 engineer × 5 days × 70 %")


def test_what_is_printed_of_days_adds_up() -> None:
    for number in range(1, 30):
        rules = [judged(f"cicd/{n}", ("absent", "partial", "planned")[n % 3]) for n in range(number + 2)]
        text = derive(document(rules, {})).roadmap.phases[0].arithmetic
        high = text.partition(" to ")[2].partition(" days")[0]
        likely, spread = text.partition("likely ")[2].partition(")")[0].split(", spread ")
        assert round(float(likely) + float(spread), 1) == float(high)


def test_rules_of_one_theme_share_their_set_up() -> None:
    rules = [judged(f"cicd/{n}") for n in range(30)]
    made = document(rules, {one.rule: {"theme": "testing"} for one in rules})
    assert derive(made).roadmap.phases[0].low == 900  # 30 times 0.375 days, four fifths of it, in hundredths


def test_themes_with_a_blocker_come_before_themes_with_urgent_rules() -> None:
    rules = [
        judged("cicd/stop", severity="critical"),
        judged("cicd/soon"),
        judged("cicd/waits", severity="critical", requires=Requirement("cicd/stop")),
        judged("cicd/perhaps", "absent", severity="critical", ceiling=Level.IMPLEMENTED),
    ]
    words = {
        "cicd/stop": {"theme": "testing"},
        "cicd/soon": {"theme": "logging"},
        "cicd/waits": {"theme": "a-theme-of-ones-own"},
    }
    found = derived(rules, words).blockers
    assert [(one.title, [todo.rule for todo in one.todos]) for one in found.must] == [
        ("Automated testing", ["cicd/stop"])
    ]
    assert [(one.title, [todo.first for todo in one.todos]) for one in found.should] == [
        ("A theme of ones own", [("cicd/stop",)]),
        ("Logging", [()]),
    ]
    assert [(one.rule, one.text) for one in found.unknown] == [
        ("cicd/perhaps", "Verify by hand: cicd/perhaps is there")
    ]


@pytest.mark.parametrize(
    ("critical", "high", "level"),
    [
        (5, 0, "High"),
        (2, 0, "Medium-high"),
        (1, 5, "Medium-high"),
        (1, 0, "Medium"),
        (0, 5, "Medium"),
        (0, 2, "Low-medium"),
        (0, 1, "Low"),
        (0, 0, "Low"),
    ],
)
def test_risk_is_told_by_open_rules(critical: int, high: int, level: str) -> None:
    rules = [
        *(judged(f"cicd/c{n}", severity="critical", weight=1) for n in range(critical)),
        *(judged(f"cicd/h{n}", weight=1) for n in range(high)),
        judged("cicd/fine", "implemented", weight=90),
        *_fill("cicd"),
    ]
    assert derived(rules, {}).conclusion.risk.level == level


def test_what_stops_a_shipment_by_itself_is_a_high_risk() -> None:
    rules = [
        judged("security/no-committed-secrets", severity="critical", weight=1),
        judged("security/fine", "implemented", weight=90),
        *_fill("security"),
    ]
    risk = derived(rules, {"security/no-committed-secrets": {"theme": "secrets-management"}}).conclusion.risk
    assert (risk.level, risk.because) == (
        "High",
        "1 critical rule is open; what drives it: secrets management",
    )


def test_a_weak_area_alone_is_a_medium_risk() -> None:
    rules = [judged("cicd/a", severity="medium", weight=90), *_fill("cicd")]
    risk = derived(rules, {}).conclusion.risk
    assert (risk.level, risk.because) == ("Medium", "no critical or high rule is open; weak: CI/CD")


def test_the_conclusion_goes_from_immediate_to_long_term() -> None:
    rules = [
        judged("cicd/stop", severity="critical"),
        judged("cicd/later"),
        judged("cicd/last", severity="low"),
        judged("cicd/perhaps", "absent", severity="critical", ceiling=Level.IMPLEMENTED),
    ]
    words = {
        "cicd/stop": {"theme": "testing"},
        "cicd/later": {"theme": "logging", "phase": "operations"},
        "cicd/last": {"theme": "governance", "phase": "optimization"},
        "cicd/perhaps": {"theme": "testing"},
    }
    end = derived(rules, words).conclusion
    assert [(one.when, one.text) for one in end.recommendations] == [
        ("Immediate", "Make cicd/stop."),
        ("Short term", "Automated testing (1 rule, phase 1)."),
        ("Medium term", "Logging (1 rule, phase 2)."),
        ("Long term", "Security governance (1 rule, phase 3)."),
    ]
    assert end.sentences == (
        "CI/CD needs work.",
        "It is not ready for production.",
        "Before production: automated testing.",
        "To be verified by hand, since the files do not tell: `cicd/perhaps`.",
    )


def test_where_nothing_blocks_the_conclusion_names_what_is_to_be_mended() -> None:
    rules = [*(judged(f"cicd/{n}", "implemented") for n in range(3)), judged("cicd/short", severity="high")]
    end = derived(rules, {"cicd/short": {"theme": "testing"}}).conclusion
    assert end.sentences == ("It is ready with conditions.", "To be mended soon: automated testing.")


def test_a_component_is_there_where_the_most_severe_of_its_rules_says_so() -> None:
    rules = [judged("cicd/stack", severity="critical"), judged("cicd/board", "implemented"), *_fill("cicd")]
    found = derived(rules, {one: {"component": "Monitoring"} for one in ("cicd/stack", "cicd/board")})
    assert [(one.title, one.rules) for one in found.resources.needed] == [("Monitoring", ("cicd/stack",))]
    assert found.resources.available == ()


def test_a_good_area_is_said_to_be_in_order() -> None:
    end = derived([judged(f"cicd/{n}", "implemented") for n in range(3)], {}).conclusion
    assert end.sentences == ("CI/CD is in good order.", "It is ready for production by this assessment.")


def test_the_summary_tells_paper_from_practice_in_tenths_that_add_up() -> None:
    rules = [judged("cicd/a", "planned", weight=30), *_fill("cicd")]
    text = " ".join(derived(rules, {}).executive)
    assert "The repository reaches 47.5 of 100 points by what is in force." in text
    assert "On paper it has 70.0: 22.5 points are designed, switched off, or work in part only" in text


def test_an_area_says_how_its_rules_stand_and_what_its_gaps_lead_to() -> None:
    rules = [
        judged("cicd/met", "implemented"),
        judged("cicd/part", "partial"),
        judged("cicd/plan", "planned"),
        judged("cicd/open", "absent", ceiling=Level.IMPLEMENTED),
    ]
    words = derived(rules, {}).areas[0]
    assert words.sentence == (
        "Of 4 rules that count, 1 is met, 1 is met in part, 1 is open and 1 is not known from the files."
    )
    assert words.designed == ("cicd/plan",)
    assert words.impact == ("Without cicd/part it fails.", "Without cicd/plan it fails.")
    assert derived(rules, {}).areas[1].sentence == "Not assessed: no rule of it applies."
    whole = derived([judged(f"cicd/{n}", "implemented") for n in range(3)], {}).areas[0]
    assert whole.sentence == "All 3 rules that count are met."
    none = derived([judged(f"cicd/{n}") for n in range(3)], {}).areas[0]
    assert none.sentence == "None of 3 rules that count is fully met: 3 are open."


def test_what_works_and_is_not_enforced_has_no_impact() -> None:
    rules = [judged("cicd/works", "implemented", top="enforced"), judged("cicd/part", "partial")]
    assert derived(rules, {}).areas[0].impact == ("Without cicd/part it fails.",)


def test_components_are_needed_where_no_rule_that_asks_for_them_is_implemented() -> None:
    rules = [
        judged("cicd/a"),
        judged("cicd/b", "implemented"),
        judged("cicd/c"),
        judged("cicd/d", "absent", ceiling=Level.IMPLEMENTED),
    ]
    words = {
        "cicd/a": {"component": "Backup storage"},
        "cicd/b": {"component": "CI runners"},
        "cicd/c": {"component": "CI runners"},
        "cicd/d": {"component": "Error tracking"},
    }
    found = resources(document(rules, words))
    assert [(one.title, one.rules) for one in found.needed] == [("Backup storage", ("cicd/a",))]
    assert [(one.title, one.rules) for one in found.available] == [("CI runners", ("cicd/b",))]
    assert [one.products for one in found.available] == [""]  # which of them is there, the rule tells


def test_costs_are_sums_of_their_lines_rounded_outward() -> None:
    found = resources(document(DEVELOPS))
    table = cost_table()
    assert [one.id for one in found.costs] == ["development", "staging", "production", "tools"]
    for cost in found.costs:
        low, high = sum(line.low for line in cost.lines), sum(line.high for line in cost.lines)
        assert cost.low * 100 <= low
        assert high <= cost.high * 100
        assert low - cost.low * 100 < table.round_to * 100
        assert cost.high * 100 - high < table.round_to * 100
    assert (found.total_low, found.total_high) == (
        sum(one.low for one in found.costs),
        sum(one.high for one in found.costs),
    )
    assert "Managed PostgreSQL" not in [line.title for line in found.costs[1].lines]
    assert found.assumptions[0].startswith("Planning estimate, not a quote. List prices on demand")


def test_a_line_counts_where_the_rule_that_asks_for_it_applies() -> None:
    made = document([*DEVELOPS, judged("operations/migrations-tool")])
    assert "Managed PostgreSQL" in [line.title for line in resources(made).costs[1].lines]


def test_the_users_currency_prices_size_and_environments_are_reckoned_with() -> None:
    plan = Planning(
        size="medium", currency="EUR", rate=900, prices={"node": 50_000}, environments=("staging",)
    )
    found = resources(replace(document(DEVELOPS), planning=plan))
    assert [one.id for one in found.costs] == ["staging", "tools"]
    lines = {line.title: line for line in found.costs[0].lines}
    assert lines["Worker node, 2 vCPU and 8 GB"].arithmetic == "4 to 6 × 50 per node"
    assert lines["Application load balancer"].arithmetic == "2 × 22.5 per balancer"
    assert (lines["Application load balancer"].low, found.currency) == (4_500, "EUR")
    assert "Prices in USD times 0.9 give EUR." in found.assumptions
    assert "Of the configuration: 1 price." in found.assumptions


@pytest.mark.parametrize(
    ("kinds", "why"),
    [
        (("library",), "the repository holds no service, worker or front end"),
        (("web-frontend",), "a front end alone is served as files"),
        (("service", "web-frontend"), ""),
    ],
)
def test_what_runs_nowhere_has_no_costs(kinds: tuple[str, ...], why: str) -> None:
    made = document(DEVELOPS)
    found = resources(replace(made, subject=replace(made.subject, kinds=kinds)))
    assert found.why_none.startswith(why)
    assert bool(found.costs) is not bool(why)


def test_old_prices_are_said_to_be_old() -> None:
    made = document(DEVELOPS)
    assert resources(made).warning == ""
    late = replace(made, subject=replace(made.subject, as_of="2028-01-01"))
    assert resources(late).warning == "The prices are 488 days old."
    none = replace(made, subject=replace(made.subject, as_of=""))
    assert resources(none).warning == ""


def test_claims_are_what_paper_has_more_than_practice_the_widest_first() -> None:
    line = (Evidence("plan.md", 3, "we will", "structure"),)
    rules = [
        judged("cicd/a", "planned", weight=10),
        judged("cicd/b", "partial", weight=40),
        judged("cicd/c", "absent"),
        judged("cicd/d", "planned"),
    ]
    words: dict[str, dict[str, Any]] = {"cicd/a": {"evidence": line}, "cicd/b": {"evidence": line}}
    found = derived(rules, words | {"cicd/d": {"evidence": ()}}).claims
    assert [(one.rule, one.level, one.reality) for one in found] == [
        ("cicd/b", "partial", "It works in part"),
        ("cicd/a", "planned", "cicd/a is not there"),
    ]
    assert found[0].points > found[1].points


def test_a_claim_that_is_contradicted_comes_first_and_a_backed_one_last() -> None:
    line = (Evidence("README.md", 3, "we back up daily", "structure"),)
    rules = [judged("cicd/a", "implemented"), judged("cicd/b"), judged("cicd/c", "partial"), *_fill("cicd")]
    words: dict[str, dict[str, Any]] = {
        "cicd/a": {"claim": Claimed("backed", line), "evidence": ()},
        "cicd/b": {"claim": Claimed("contradicted", line), "evidence": ()},
        "cicd/c": {"claim": Claimed("unbacked", line), "evidence": ()},
    }
    found = derived(rules, words).said
    assert [(one.rule, one.stand, one.reality) for one in found] == [
        ("cicd/b", "contradicted", "cicd/b is not there"),
        ("cicd/c", "unbacked", "It works in part"),
        ("cicd/a", "backed", "cicd/a works"),
    ]
    assert found[0].evidence == line


def test_a_framework_that_is_listed_in_full_says_how_many_controls_it_has() -> None:
    rules = [judged("cicd/met", "implemented"), *_fill("cicd")]
    words = {"cicd/met": {"standards": {"OSPS": ("OSPS-AC-01.01",)}}}
    found = next(one for one in derived(rules, words).frameworks if one.id == "OSPS")
    assert found.listed > 30
    assert found.controls[0].title == "Use MFA for Sensitive Actions"


def test_a_control_stands_as_the_rules_behind_it() -> None:
    rules = [
        judged("cicd/met", "implemented"),
        judged("cicd/part", "partial"),
        judged("cicd/open", "absent"),
        judged("cicd/perhaps", "absent", ceiling=Level.IMPLEMENTED),
    ]
    words: dict[str, dict[str, Any]] = {
        "cicd/met": {"standards": {"SC": ("All", "Mixed")}},
        "cicd/part": {"standards": {"SC": ("Part",)}},
        "cicd/open": {"standards": {"SC": ("Mixed", "None"), "Own": ("1",)}},
        "cicd/perhaps": {"standards": {"SC": ("Unknown",)}},
    }
    scorecard, own = sorted(derived(rules, words).frameworks, key=lambda one: one.id, reverse=True)
    assert (scorecard.title, own.title) == ("OpenSSF Scorecard (2026-08-07)", "Own")
    assert (scorecard.met, scorecard.partial, scorecard.open, scorecard.unknown) == (1, 2, 1, 1)
    assert [one.id for one in scorecard.controls] == ["All", "Mixed", "None", "Part", "Unknown"]


def test_what_was_looked_for_and_is_not_there_says_where() -> None:
    rules = [judged("cicd/gone"), judged("cicd/bad"), judged("cicd/plan", "planned"), *_fill("cicd")]
    seen: dict[str, Any] = {"looked": ("a.py",), "looked_total": 7, "missing": "some thing", "absence": "low"}
    bad: dict[str, Any] = {"offenders": (Evidence("b", 1, "x", "structure"),)}
    found = derived(rules, {"cicd/gone": seen, "cicd/bad": bad}).not_found
    assert [(one.rule, one.asked, one.looked_total, one.absence) for one in found] == [
        ("cicd/gone", "some thing", 7, "low")
    ]


def test_nothing_assessed_derives_without_falling() -> None:
    found = derive(assessment(low=None, areas=(), ledger=()))
    assert found.executive == ("Nothing was assessed, so nothing can be said of its readiness.",)
    assert found.roadmap.timeline == "Nothing was assessed, so there is nothing to plan."
    assert found.resources.why_none == "nothing was assessed"
    assert found.conclusion.risk.level == "Unknown"
    assert found.conclusion.sentences == found.executive


def test_a_document_without_settings_of_the_score_plans_without_scores() -> None:
    made = replace(document(PLAN, THEMES), scoring=None)
    plan = roadmap(made, derive(made).gains, None)
    assert [(one.score, one.gain, one.verdict) for one in plan.phases] == [(None, 0, "")]
    assert (
        plan.timeline == "The plan takes about 2 weeks; what the verdict is then, this document cannot tell."
    )


def test_a_document_with_a_score_and_no_area_derives_without_falling() -> None:
    found = derive(assessment(rule(), areas=()))
    assert found.executive[0].startswith("The repository reaches 60.0 of 100 points")


def test_the_tables_name_only_rules_themes_and_components_that_there_are(shipped_rules: Any) -> None:
    ids = {one.id for one in shipped_rules}
    steps = [step for row in matrix_table().components for steps in row.steps.values() for step in steps]
    named = {name for step in steps for group in step.groups for name, _ in group}
    named |= {name for one in compliance_table().lists for item in one.items for name in item.rules}
    named |= {
        name for _, lines in cost_table().environments.values() for line in lines for name in line.needs
    }
    named |= set(roadmap_table().stop_ship)
    assert named - ids == set()
    assert {one.theme for one in shipped_rules if one.theme} - set(roadmap_table().themes) == set()
    assert {one.component for one in shipped_rules if one.component} - set(cost_table().products) == set()
    assert {one.fix.effort for one in shipped_rules} <= set(effort_table().days)
    tops = {one.id: one.top for one in shipped_rules}
    too_high = [
        (name, level)
        for step in steps
        for group in step.groups
        for name, level in group
        if level > tops[name]
    ]
    assert too_high == []
