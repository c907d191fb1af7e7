"""Container and application services of the large clouds, by the descriptors that lie in a repository.

Sources: Google, "app.yaml reference"; AWS, "App Runner configuration file reference", "Copilot manifest",
"Task definition parameters", "Dockerrun.aws.json", ".ebextensions"; Microsoft, "azure.yaml schema",
"Container Apps YAML"; read 2026-10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.deployment.platforms.reading import (
    Reader,
    below,
    first,
    image,
    is_there,
    known_text,
    listed,
    named,
    number,
    pairs_of,
    row,
    switch,
    tables,
    texts,
    variables,
)
from readiness.structured.nodes import Items, Scalar, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.platforms.row import PlatformService, ServiceUse
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry

_COPILOT: dict[str, ServiceUse] = {
    "Load Balanced Web Service": "web",
    "Request-Driven Web Service": "web",
    "Backend Service": "web",
    "Worker Service": "worker",
    "Scheduled Job": "job",
    "Static Site": "static",
}


def app_engine(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """One service of App Engine; an ``app.yaml`` without a runtime is something else."""
    root = first(roots)
    if not root.text("runtime"):
        return
    flexible = root.text("env", root.text("vm")) in ("flex", "flexible", "true", "2")
    automatic, manual = below(root, "automatic_scaling"), below(root, "manual_scaling")
    least = automatic.get("min_instances", "min_num_instances")
    given = variables(pairs_of(root.get("env_variables")))
    yield row(
        entry,
        root.line,
        "app-engine",
        root.text("service", "default"),
        use="web",
        built="dockerfile" if root.text("runtime") == "custom" else "buildpack",
        command=known_text(root.get("entrypoint")),
        healthcheck=True if flexible else None,
        restarts=True,
        instances=number(manual.get("instances")) if manual.pairs else number(least),
        autoscaled=not manual.pairs,
        limits_memory=True,
        limits_cpu=True,
        rolls_back=False,
        given=given,
        secret_refs=None,
    )


def app_runner(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """The service that App Runner builds from the source."""
    root = first(roots)
    if not root.text("runtime"):
        return
    run = below(root, "run")
    given = variables(listed(run.get("env")))
    yield row(
        entry,
        root.line,
        "apprunner",
        use="web",
        built="source",
        command=known_text(run.get("command")),
        release_command=known_text(run.get("pre-run")),
        restarts=True,
        autoscaled=True,
        limits_memory=True,
        limits_cpu=True,
        given=given,
        secret_refs=is_there(run.get("secrets")),
    )


def copilot(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """One service or job of AWS Copilot."""
    root = first(roots)
    use = _COPILOT.get(root.text("type"))
    if use is None:
        return
    written, pinned = image(below(root, "image").get("location"))
    count = root.get("count")
    range_ = below(count).text("range")
    given = variables(pairs_of(root.get("variables")))
    yield row(
        entry,
        root.line,
        "copilot",
        root.text("name"),
        use=use,
        built="image" if written or written is None else "dockerfile",
        image=written,
        image_pinned=pinned,
        command=known_text(root.get("command")),
        healthcheck=_copilot_checks(root, use),
        restarts=use in ("web", "worker"),
        instances=_least(range_) if range_ else number(count),
        autoscaled=isinstance(count, Table),
        limits_memory=True,
        limits_cpu=True,
        given=given,
        secret_refs=is_there(root.get("secrets")),
    )


def _copilot_checks(root: Table, use: ServiceUse) -> bool | None:
    http = root.get("http")
    if use == "web" and http is not None:
        return True  # the load balancer asks for "/" where nothing else is said
    return is_there(below(root, "image").get("healthcheck"))


def _least(range_: str) -> int | None:
    digits = range_.partition("-")[0]
    return int(digits) if digits.isdecimal() and len(digits) < 6 else None


def task(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """The containers of a task definition of ECS."""
    root = first(roots)
    inner = below(root, "taskDefinition")
    root = inner if inner.get("containerDefinitions") is not None else root
    whole = root.get("memory") is not None
    jobs = entry.path.rpartition("/")[2].startswith(("migrate", "migration"))
    for each in tables(root.get("containerDefinitions")):
        written, pinned = image(each.get("image"))
        given = variables(listed(each.get("environment")))
        ports = each.get("portMappings")
        yield row(
            entry,
            each.line,
            "ecs",
            each.text("name"),
            use="job" if jobs else "web" if isinstance(ports, Items) and ports.items else "other",
            built="image",
            image=written,
            image_pinned=pinned,
            command=known_text(each.get("command")),
            healthcheck=is_there(each.get("healthCheck")),
            restarts=switch(each.get("essential")) is not False,
            limits_memory=True if whole else is_there(each.get("memory")),
            limits_cpu=True if root.get("cpu") is not None else is_there(each.get("cpu")),
            grace=number(each.get("stopTimeout")),
            privileged=switch(each.get("privileged")) is True,
            given=given,
            secret_refs=is_there(each.get("secrets")),
        )


def dockerrun(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """``Dockerrun.aws.json``: one image, or several containers."""
    root = first(roots)
    if not root.text("AWSEBDockerrunVersion"):
        return
    containers = list(tables(root.get("containerDefinitions")))
    if not containers:
        written, pinned = image(below(root, "Image").get("Name"))
        yield row(
            entry,
            root.line,
            "elastic-beanstalk",
            use="web",
            built="image" if written or written is None else "dockerfile",
            image=written,
            image_pinned=pinned,
            command=known_text(root.get("Command")),
            restarts=True,
            env_names=None,
            secret_refs=None,
        )
    for each in containers:
        written, pinned = image(each.get("image"))
        given = variables(listed(each.get("environment")))
        yield row(
            entry,
            each.line,
            "elastic-beanstalk",
            each.text("name"),
            use="web" if each.get("portMappings") is not None else "other",
            built="image",
            image=written,
            image_pinned=pinned,
            command=known_text(each.get("command")),
            restarts=True,
            limits_memory=is_there(each.get("memory")),
            given=given,
            secret_refs=None,
        )


def extensions(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """A file of ``.ebextensions`` that sets options of the environment."""
    root = first(roots)
    options = _options(root.get("option_settings"))
    if not options:
        return
    scale = "aws:autoscaling:asg"
    least, most = options.get((scale, "MinSize"), ""), options.get((scale, "MaxSize"), "")
    values = ((name, value) for (space, name), value in options.items() if space.endswith(":environment"))
    given = variables(values)
    yield row(
        entry,
        root.line,
        "elastic-beanstalk",
        use="other",
        restarts=True,
        healthcheck=True
        if ("aws:elasticbeanstalk:application", "Application Healthcheck URL") in options
        else None,
        instances=int(least) if least.isdecimal() and len(least) < 6 else None,
        autoscaled=None if not most.isdecimal() or not least.isdecimal() else most != least,
        given=given,
        secret_refs=None,
    )


def _options(node: Node | None) -> dict[tuple[str, str], str]:
    """The options in either of their forms."""
    found = {}
    for space, values in named(node):
        for key, value in values:
            if isinstance(value, Scalar):
                found[space.text, key.text] = value.text
    for each in tables(node):
        name = each.text("option_name", each.text("OptionName"))
        group = each.text("namespace", each.text("Namespace", "aws:elasticbeanstalk:application:environment"))
        found[group, name] = each.text("value", each.text("Value"))
    return found


def developer_cli(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """The services of ``azure.yaml``; what they run on is set up elsewhere."""
    for key, each in named(first(roots).get("services")):
        host = each.text("host")
        if host:
            use: ServiceUse = {"function": "function", "staticwebapp": "static"}.get(host, "web")  # type: ignore[assignment]
            written, pinned = image(each.get("image"))
            yield row(
                entry,
                key.line,
                "azure-developer-cli",
                key.text,
                use=use,
                built="image" if written else None if host in ("containerapp", "aks") else "source",
                image=written,
                image_pinned=pinned,
                restarts=True,
                env_names=None,
                secret_refs=None,
            )


def container_app(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """The containers of an Azure container app."""
    properties = below(first(roots), "properties")
    template = below(properties, "template")
    scale = below(template, "scale")
    for each in tables(template.get("containers")):
        written, pinned = image(each.get("image"))
        given = variables(listed(each.get("env")))
        yield row(
            entry,
            each.line,
            "azure-container-apps",
            each.text("name"),
            use="web" if below(properties, "configuration").get("ingress") is not None else "worker",
            built="image",
            image=written,
            image_pinned=pinned,
            command=known_text(each.get("command")),
            healthcheck=is_there(each.get("probes")),
            restarts=True,
            instances=number(scale.get("minReplicas")),
            autoscaled=scale.text("maxReplicas", "10") != scale.text("minReplicas", "0"),
            limits_memory=True,
            limits_cpu=True,
            given=given,
            secret_refs=any(one.get("secretRef") is not None for one in tables(each.get("env"))),
            regions=texts(first(roots).get("location")),
        )


READERS = (
    Reader(("**/app.y*ml", "**/app-*.y*ml", "**/app.*.y*ml"), "yaml", app_engine),
    Reader(("**/apprunner.yaml",), "yaml", app_runner),
    Reader(("**/copilot/*/manifest.y*ml",), "yaml", copilot),
    Reader(
        ("**/*task*def*.json", "**/{.aws,ecs}/*.json", "**/*ecs*.json", "**/*task*definition*.json"),
        "json",
        task,
    ),
    Reader(("**/Dockerrun.aws.json",), "json", dockerrun),
    Reader(("**/.ebextensions/*.config",), "yaml", extensions),
    Reader(("**/azure.y*ml",), "yaml", developer_cli),
    Reader(("**/*container*app*.y*ml",), "yaml", container_app),
)
