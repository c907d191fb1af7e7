"""The file names that tell whose file it is, where no folder does: the second table behind ``roles``.

Sources: the naming rules of pytest, go test, Jest, Vitest, Node's test runner, Deno, RSpec,
Cypress, bats and Terraform; the suffixes that protoc, the bundlers and editors write.
"""

from __future__ import annotations

from functools import lru_cache

from readiness.globs import glob
from readiness.matching import PatternSet
from readiness.tree.model import Role
from readiness.tree.signs import PIPELINE_HOMES, form

_SCRIPT = "{js,jsx,ts,tsx,mjs,cjs,mts,cts,vue}"

_NAMES: tuple[tuple[Role, str, tuple[str, ...]], ...] = (
    (
        Role.BACKUP,
        "a backup copy",
        (
            "*.{bak,bkp,orig,old,save,swp,swo,rej,conflict_backup,backup,disabled}",
            "*~",
            "*.{bak,backup}[0-9_-]*",
            "*.{bak,old,backup,disabled}.*",
            "{copy of ,copy_of_}*",
            "*{ - copy, copy,([1-9])}{,.*}",
        ),
    ),
    (
        Role.SAMPLE,
        "an example",
        (
            "*.{example,sample}{,.*}",
            "{example,sample}.env",
            "*env*.{template,tmpl,dist}",
            "*.{yml,yaml,json,ini,conf,toml}.dist",
            f"*.stories.{_SCRIPT}",
        ),
    ),
    (
        Role.TEST,
        "a test",
        (
            "{test_*,*_test,*_tests,conftest,tests}.py",
            "*_test.{go,rs,dart,rb,exs,c,cc,cpp}",
            "*_spec.{rb,cr,lua}",
            f"*.{{test,spec,cy,e2e,e2e-spec}}.{_SCRIPT}",
            "{test,*_test}.{js,mjs,cjs,ts,mts,cts}",
            "*.{bats,tftest.hcl,feature}",
        ),
    ),
    (
        Role.VENDORED,
        "instructions for coding agents",
        (
            "{claude,agents,gemini}.md",
            "{copilot-instructions,claude.local}.md",
            ".{cursorrules,windsurfrules,clinerules,roomodes}",
            "*agents*.txt",
            "{.pnp.cjs,.pnp.loader.mjs}",
        ),
    ),
    (
        Role.GENERATED,
        "generated code",
        (
            "*.min.{js,css,mjs}",
            "*.map",
            "*.{bundle,chunk}.{js,css}",
            "*_pb2{,_grpc}.{py,pyi}",
            "*.pb.{go,cc,h,gw.go}",
            "*_{pb,grpc_pb}.{js,d.ts}",
            "*.{g,freezed}.dart",
            "*.generated.*",
            "*.gen.{go,ts,tsx}",
            "zz_generated*",
            "*.designer.cs",
            "*.{pyc,pyo,class,o}",
        ),
    ),
    (
        Role.GENERATED,
        "the output of a run",
        (
            "*.{snap,log,lcov,tfplan}",
            "{lcov.info,coverage.xml,.coverage,coverage-final.json}",
            "{test-,test_,junit-,junit_}{results,report}.{json,xml,html}",
            "junit.xml",
        ),
    ),
)
"""Read from above: role, reason, and globs over the name in lower case; the first that matches decides."""

_PURPOSES = "{{docker-,}compose*,values*}.backup.{yml,yaml}"
"""Overlays for the purpose of backing up, not copies."""
_BACKUP_SCRIPTS = "*.backup.{sh,ps1,bat,service,timer,md}"

_TESTS_BY_CASE = "*{Test,Tests,Spec}.{cs,swift,php,groovy}"

_ACTS = (
    "{package,composer,deno,renovate,nx,turbo}.json,package-lock.json,npm-shrinkwrap.json,pnpm-lock.yaml"
    ",*.{lock,lockb,lock.json,lock.hcl,lockfile,sum,tf,hcl,gradle,kts,csproj},go.{mod,work}"
    ",{requirements,constraints}*.{txt,in},{pyproject,cargo,pipfile}{,.toml},pom.xml,gemfile,mix.exs"
    ",.{gitlab-ci,travis,drone,woodpecker,cirrus}.{yml,yaml},{azure-pipelines,bitbucket-pipelines}*.{yml,yaml}"
    ",{cloudbuild,buildspec,chart,values,kustomization,action}*.{yml,yaml},justfile,taskfile*.{yml,yaml}"
)
"""Names of files that act where they lie, beside those of the form ``tool``."""


def by_name(name: str) -> tuple[Role, str] | None:
    """The role that a file's name tells, and the reason; None where it tells nothing."""
    lowered = name.lower()
    found = _set().names(lowered)
    if found:
        index = int(found[0].partition(":")[0])
        role, reason, _ = _NAMES[index]
        if role is Role.BACKUP and _about_backups(lowered):
            return None
        return role, reason
    if glob(_TESTS_BY_CASE).covers(name):
        return Role.TEST, "a test"
    return None


def acts_in_place(path: str) -> bool:
    """Whether a tool reads ``path`` where it lies, so that marks for statistics cannot mean it."""
    name = path.rpartition("/")[2].lower()
    top = path.split("/", 1)[0].lower()
    return top in PIPELINE_HOMES or form(name) == "tool" or glob(f"{{{_ACTS}}}").covers(name)


def _about_backups(lowered: str) -> bool:
    return glob(_PURPOSES).covers(lowered) or glob(_BACKUP_SCRIPTS).covers(lowered)


@lru_cache(maxsize=1)
def _set() -> PatternSet:
    patterns = {}
    for index, (_, _, globs) in enumerate(_NAMES):
        for number, text in enumerate(globs):
            patterns[f"{index}:{number}"] = rf"\A(?:{glob(text).source})\z"
    return PatternSet(patterns)
