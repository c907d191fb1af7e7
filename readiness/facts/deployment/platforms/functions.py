"""Functions and sites run on demand: Serverless Framework, AWS SAM, Cloudflare, Vercel, Netlify.

Sources: Serverless Framework, "Serverless.yml Reference"; AWS, "AWS::Serverless::Function"; Cloudflare,
"Wrangler configuration"; Vercel, "Project configuration"; Netlify, "File-based configuration"; read 2026-10.
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
    named,
    pairs_of,
    row,
    tables,
    texts,
    variables,
)
from readiness.structured.nodes import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from readiness.facts.deployment.platforms.row import PlatformService
    from readiness.structured.nodes import Node
    from readiness.tree.model import Entry


def serverless(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """One row for each function; one of unknown fields where the functions lie in other files."""
    root = first(roots)
    provider, functions = below(root, "provider"), root.get("functions")
    if not root.text("service") and not root.table("service") and root.get("functions") is None:
        return
    shared = tuple(pairs_of(provider.get("environment")))
    found = [pair for each in (functions, *tables(functions)) for pair in named(each)]
    for key, each in found:
        given = variables((*shared, *pairs_of(each.get("environment"))))
        written, pinned = image(each.get("image"))
        yield row(
            entry,
            key.line,
            "serverless",
            key.text,
            use="function",
            built="image" if each.get("image") is not None else "source",
            image=written,
            image_pinned=pinned,
            command=known_text(each.get("handler")),
            restarts=True,
            autoscaled=True,
            limits_memory=True,
            limits_cpu=True,
            regions=texts(provider.get("region")),
            given=given,
            secret_refs=any("${ssm" in value or "secretsmanager" in value for _, value in shared),
            environment=_stage(provider.get("stage")),
        )
    if not found and functions is not None and is_there(functions) is not False:
        yield row(
            entry,
            root.line,
            "serverless",
            root.text("service"),
            use="function",
            restarts=True,
            autoscaled=True,
            limits_memory=True,
            limits_cpu=True,
            env_names=None,
            secret_refs=None,
        )


def _stage(node: Node | None) -> str:
    from readiness.facts.repository.environments import named as environment_named  # noqa: PLC0415

    return environment_named(node.text) if isinstance(node, Scalar) and "$" not in node.text else ""


def sam(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """The functions of a template of AWS SAM."""
    root = first(roots)
    if not any("AWS::Serverless" in text for text in texts(root.get("Transform"))):
        return
    common = below(root, "Globals", "Function")
    shared = tuple(pairs_of(below(common, "Environment").get("Variables")))
    for key, each in named(root.get("Resources")):
        if each.text("Type") != "AWS::Serverless::Function":
            continue
        inside = below(each, "Properties")
        given = variables((*shared, *pairs_of(below(inside, "Environment").get("Variables"))))
        written, pinned = image(inside.get("ImageUri"))
        deployment = inside.get("DeploymentPreference", "AutoPublishAlias") or common.get(
            "DeploymentPreference"
        )
        yield row(
            entry,
            key.line,
            "lambda",
            key.text,
            use="function",
            built="image" if inside.text("PackageType") == "Image" else "source",
            image=written,
            image_pinned=pinned,
            command=known_text(inside.get("Handler")),
            restarts=True,
            autoscaled=True,
            limits_memory=True,
            limits_cpu=True,
            rolls_back=True
            if is_there(below(inside, "DeploymentPreference").get("Alarms"))
            else None
            if deployment is not None
            else False,
            given=given,
            secret_refs=any(
                "resolve:secretsmanager" in value or "resolve:ssm" in value for _, value in shared
            ),
        )


def workers(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """A worker or a site of Cloudflare."""
    root = first(roots)
    if not root.text("name"):
        return
    given = variables(pairs_of(root.get("vars")))
    code = is_there(root.get("main"))
    yield row(
        entry,
        root.line,
        "cloudflare-workers",
        root.text("name"),
        use="function" if code else "static",
        built="source",
        restarts=True,
        autoscaled=True,
        limits_memory=True,
        limits_cpu=True,
        given=given,
        secret_refs=None,
    )


def vercel(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """A project of Vercel: the file tells how it differs from what the platform finds by itself."""
    root = first(roots)
    if all(key.text == "$schema" for key, _ in root):
        return
    given = variables(pairs_of(root.get("env")))
    functions = root.get("functions", "builds") is not None
    yield row(
        entry,
        root.line,
        "vercel",
        root.text("name"),
        use="function" if functions else "other",
        built="source",
        restarts=True,
        autoscaled=True,
        limits_memory=True,
        limits_cpu=True,
        deploys_itself=None,
        regions=texts(root.get("regions")),
        given=given,
        secret_refs=None,
    )


def netlify(entry: Entry, roots: tuple[Node, ...]) -> Iterator[PlatformService]:
    """A site of Netlify."""
    root = first(roots)
    if not root.pairs:
        return
    given = variables(pairs_of(below(root, "build").get("environment")))
    functions = root.get("functions") is not None or below(root, "build").get("functions") is not None
    yield row(
        entry,
        root.line,
        "netlify",
        use="function" if functions else "static",
        built="source",
        restarts=True,
        autoscaled=True,
        limits_memory=True,
        limits_cpu=True,
        given=given,
        secret_refs=None,
    )


READERS = (
    Reader(("**/serverless.y*ml",), "yaml", serverless),
    Reader(("**/serverless.json",), "json", serverless),
    Reader(("**/template.y*ml", "**/sam*.y*ml"), "yaml", sam),
    Reader(("**/wrangler.toml",), "toml", workers),
    Reader(("**/wrangler.json", "**/wrangler.jsonc"), "json5", workers),
    Reader(("**/vercel.json", "**/now.json"), "json", vercel),
    Reader(("**/netlify.toml",), "toml", netlify),
)
