"""Where the pipelines of systems are by custom, that have no one place for them: globs."""

from __future__ import annotations

AZURE = (
    "azure-pipeline*.y*ml",
    "**/azure-pipelines*.y*ml",
    ".azure-pipelines/**.y*ml",
    "azure-pipeline{,s}/**.y*ml",
    ".azuredevops/**.y*ml",
    ".azure/pipelines/**.y*ml",
    "azure/pipelines/**.y*ml",
    ".pipelines/**.y*ml",
    ".ado/**.y*ml",
)
"""Where pipelines of Azure are by custom; which they are is set up in Azure DevOps."""

BUILDKITE = ("buildkite.{yml,yaml,json}", "{.buildkite,buildkite}/**pipeline*.{yml,yaml,json}")
"""Where Buildkite pipelines are written; the agent looks for some of these by itself."""

JENKINS = (
    "**/Jenkinsfile",
    "**/Jenkinsfile{.,-,_}*",
    "**/*{.,-,_}{Jenkinsfile,jenkinsfile}",
    "{.jenkins,jenkins,ci}/**.groovy",
)
"""Where Jenkins pipelines are written, by habit: a server may be told any other path."""

TEKTON = ("{.tekton,**/tekton}/**.{yaml,yml}", "**/*{pipelinerun,pipeline-run}*.{yaml,yml}")
"""Where pipelines of Tekton are written, by habit."""
