from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.ci.collect import JOB, STEP
from readiness.facts.elsewhere.noun import ELSEWHERE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAD = (
    "on: push\njobs:\n  deploy-production:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n"
)
BUMP = (
    "      - run: git clone https://github.com/own/gitops.git\n"
    "      - run: kustomize edit set image app=acme/app:$TAG\n"
    "      - run: git push\n"
)


def store(files: Mapping[str, str], remote: str = "https://github.com/own/repo") -> Store:
    return Store(MemoryTree(files, subject=Subject(name="s", default_branch="main", remote=remote)), ())


def workflow(steps: str) -> Store:
    return store({".github/workflows/ci.yml": HEAD + steps})


def told(facts: Store) -> list[tuple[str, str, str]]:
    return [(row.of, row.by, row.text) for row in facts.collected(ELSEWHERE).rows]


def deploys(facts: Store) -> bool | None:
    (row,) = facts.collected(JOB).rows
    return row.deploys


def test_a_new_image_pushed_into_manifests_hands_the_deployment_over() -> None:
    facts = workflow(BUMP)
    (row,) = facts.collected(ELSEWHERE).rows
    assert (row.of, row.by, row.line, row.environment) == ("deployment", "pipeline", 9, "production")
    assert row.works is None
    assert deploys(facts) is None


@pytest.mark.parametrize(
    "steps",
    [
        (
            "      - run: |\n          sed -i 's|image:.*|image: acme/app:$TAG|' k8s/deployment.yaml\n"
            "      - run: git push\n"
        ),
        (
            "      - run: yq -i '.image.tag = env(TAG)' values.yaml\n"
            "      - uses: stefanzweifel/git-auto-commit-action@v5\n"
        ),
        (
            "      - uses: actions/checkout@v4\n"
            "        with: {repository: own/deployments}\n"
            "      - run: git push origin main\n"
        ),
        "      - run: git clone $GITOPS_REPO_URL\n      - run: git -C x push\n",
        (
            "      - uses: peter-evans/repository-dispatch@v3\n"
            "        with: {repository: own/infra, event-type: deploy}\n"
        ),
        "      - run: gh workflow run deploy.yml -R own/infra\n",
        "      - run: gh api repos/own/infra/dispatches -f event_type=deploy\n",
        "      - run: curl -X POST https://api.github.com/repos/own/infra/dispatches -d '{}'\n",
        "      - uses: benc-uk/workflow-dispatch@v1\n        with: {workflow: deploy, repo: own/infra}\n",
        "      - uses: OctopusDeploy/create-release-action@v3\n        with: {project: shop}\n",
        "      - run: octopus release create --project shop\n",
    ],
)
def test_each_way_to_hand_over_leaves_open_whether_the_job_deploys(steps: str) -> None:
    facts = workflow(steps)
    assert deploys(facts) is None
    assert [row[:2] for row in told(facts)] == [("deployment", "pipeline")]


@pytest.mark.parametrize(
    "steps",
    [
        "      - run: git push origin v1\n",
        "      - run: sed -i 's/version/1/' pyproject.toml\n      - run: git push\n",
        "      - run: git clone https://github.com/acme/fixtures\n      - run: git push\n",
        "      - run: git clone https://github.com/own/repo gitops\n      - run: git push\n",
        "      - run: kustomize edit set image a=b\n",
        (
            "      - uses: actions/checkout@v4\n"
            "        with: {repository: '${{ github.repository }}'}\n"
            "      - run: git push\n"
        ),
        "      - uses: peter-evans/repository-dispatch@v3\n        with: {event-type: deploy}\n",
        "      - run: curl https://api.github.com/repos/own/infra/releases\n",
        "      - run: gh workflow run deploy.yml\n",
        "      - run: gh api repos/own/infra\n",
    ],
)
def test_other_pushes_and_clones_hand_nothing_over(steps: str) -> None:
    facts = workflow(steps)
    assert deploys(facts) is False
    assert told(facts) == []


def test_another_pipeline_that_has_nothing_to_do_with_deploying_is_no_deployment() -> None:
    head = HEAD.replace("deploy-production", "docs")
    step = (
        "      - uses: peter-evans/repository-dispatch@v3\n"
        "        with: {repository: own/site, event-type: docs}\n"
    )
    assert told(store({".github/workflows/ci.yml": head + step})) == []


def test_a_job_that_says_so_pushes_what_another_job_wrote() -> None:
    head = HEAD.replace("deploy-production", "push-manifests")
    facts = store({".github/workflows/ci.yml": head + "      - run: git push\n"})
    assert told(facts) == [
        ("deployment", "pipeline", "pushes manifests that others deploy, as its name says")
    ]


def test_a_job_that_is_switched_off_hands_nothing_over() -> None:
    text = HEAD.replace("    runs-on", "    if: false\n    runs-on") + BUMP
    assert told(store({".github/workflows/ci.yml": text})) == []


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("vercel.json", "{}", "Vercel"),
        ("web/netlify.toml", "[build]\n", "Netlify"),
        ("render.yaml", "services: []\n", "Render"),
        ("railway.json", "{}", "Railway"),
        (".do/app.yaml", "name: x\n", "DigitalOcean"),
    ],
)
def test_the_file_of_a_platform_shows_that_it_deploys(path: str, text: str, name: str) -> None:
    facts = store({path: text})
    assert told(facts) == [("deployment", "platform", f"{name} deploys it")]
    (gap,) = facts.collected(JOB).openings
    assert (gap.path, gap.field, gap.reason) == (path, "deploys", f"{name} deploys it by itself")
    assert facts.collected(STEP).openings == ()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("vercel.json", '{"git": {"deploymentEnabled": false}}'),
        ("render.yaml", "services:\n- autoDeploy: false\n"),
        ("netlify.toml", '[build]\nignore = "exit 0"\n'),
        ("vercel.json", ""),
        ("tests/fixtures/vercel.json", "{}"),
        ("examples/vercel.json", "{}"),
    ],
)
def test_what_is_switched_off_empty_or_not_the_products_shows_nothing(path: str, text: str) -> None:
    facts = store({path: text})
    assert told(facts) == []
    assert facts.collected(JOB).openings == ()


def test_a_link_to_a_sibling_repository_shows_where_the_infrastructure_is() -> None:
    facts = store({"README.md": "# x\n\nSee [the infrastructure](https://github.com/own/acme-infra).\n"})
    (row,) = facts.collected(ELSEWHERE).rows
    assert (row.of, row.by, row.line, row.text) == (
        "infrastructure",
        "link",
        3,
        "its infrastructure is in own/acme-infra",
    )


def test_a_link_to_the_repository_that_deploys_leaves_open_which_job_does() -> None:
    facts = store({"README.md": "https://github.com/own/acme-gitops/tree/main"})
    assert [gap.field for gap in facts.collected(JOB).openings] == ["deploys"]


@pytest.mark.parametrize(
    "text",
    [
        "The infrastructure is in another repository.",
        "https://github.com/other/infra",
        "https://github.com/own/repo",
        "https://github.com/own/terraform-provider-x",
        "https://github.com/own/website",
        "https://github.com/own/gitops-playground[here]",
        "https://example.com/own/infra",
    ],
)
def test_words_and_other_links_show_nothing(text: str) -> None:
    assert told(store({"README.md": text})) == []


def test_without_an_address_of_its_own_no_repository_is_a_sibling() -> None:
    assert told(store({"README.md": "https://github.com/own/infra"}, remote="")) == []


def test_a_badge_of_a_server_leaves_the_pipelines_open() -> None:
    facts = store({"README.md": "[![b](https://ci.acme.io/job/x/buildStatus/icon?job=x)](y)"})
    assert told(facts) == [("ci", "link", "the pipeline whose badge is shown is kept by Jenkins")]
    assert len(facts.collected(STEP).openings) == 1


def test_a_badge_beside_a_pipeline_shows_nothing() -> None:
    files = {"README.md": "https://badge.buildkite.com/x.svg", ".github/workflows/ci.yml": HEAD}
    facts = store(files)
    assert told(facts) == []
    assert facts.collected(STEP).openings == ()


def test_a_badge_of_a_platform_shows_that_it_deploys() -> None:
    facts = store({"README.md": "https://api.netlify.com/api/v1/badges/x/deploy-status"})
    assert told(facts) == [("deployment", "link", "Netlify deploys it, as its badge shows")]


def test_a_readme_of_links_alone_is_read_in_time() -> None:
    assert told(store({"README.md": "https://" * 100_000})) == []
