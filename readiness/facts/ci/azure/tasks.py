"""Tasks of Azure Pipelines that only call a program: the command that they run.

What a task does beyond that (``AzureWebApp``, ``Docker``) is in the table of tools, by its name.
Source: Azure Pipelines documentation, "Azure Pipelines task reference", the page of each task: its inputs,
their defaults and their aliases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.records import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Run(Struct, frozen=True):
    """The script of a task and the folder it runs in, as they are written. ``shell`` as for a script."""

    text: str
    directory: str = ""
    shell: str = "bash"


def run_of(task: str, given: Mapping[str, str]) -> Run | None:
    """What the task ``task`` (in lower case, without version) runs; None for one that calls no program.

    ``given`` are its inputs by name in lower case.
    """
    made = _TASKS.get(task)
    if made is None:
        return None
    paths = {name: given[name].replace("\\", "/") for name in _PATHS if name in given}
    return made({**given, **paths})


_PATHS = ("filepath", "scriptpath", "projects", "workingdirectory", "cwd", "workingdir", "mavenpomfile")


def _first(given: Mapping[str, str], *names: str, default: str = "") -> str:
    return next((given[name] for name in names if given.get(name)), default)


def _folder(given: Mapping[str, str]) -> str:
    return _first(given, "workingdirectory", "cwd", "workingdir", "workingfolder", "projectdirectory")


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _bash(given: Mapping[str, str]) -> Run | None:
    if given.get("targettype", "filepath").lower() == "inline" or "script" in given:
        return Run(given.get("script", ""), _folder(given))
    return _file(given)


def _file(given: Mapping[str, str]) -> Run | None:
    path = _first(given, "filepath", "scriptpath")
    arguments = _first(given, "arguments", "args")
    return Run(_joined("bash", path, arguments), _folder(given)) if path else None


def _powershell(given: Mapping[str, str]) -> Run | None:
    if given.get("targettype", "filepath").lower() == "inline" or "script" in given:
        return Run(given.get("script", ""), _folder(given), "pwsh")
    path = _first(given, "filepath", "scriptname", "scriptpath")
    return Run(_joined("pwsh -File", path), _folder(given)) if path else None


def _azure_cli(given: Mapping[str, str]) -> Run | None:
    kind = given.get("scripttype", "bash").lower()
    shell = "bash" if kind in {"bash", "batch"} else "pwsh"
    script = _first(given, "inlinescript", "script")
    if given.get("scriptlocation", "scriptpath").lower() == "inlinescript" or script:
        return Run(script, _folder(given), shell)
    return _file(given) if shell == "bash" else None


def _dotnet(given: Mapping[str, str]) -> Run | None:
    command = given.get("command", "build").lower()
    if command == "custom":
        command = given.get("custom", "")
    verb = {"push": "nuget push", "pack": "pack"}.get(command, command)
    return Run(_joined("dotnet", verb, given.get("projects", ""), given.get("arguments", "")), _folder(given))


def _npm(given: Mapping[str, str]) -> Run | None:
    command = given.get("command", "install").lower()
    verb = given.get("customcommand", "") if command == "custom" else command
    return Run(_joined("npm", verb), _folder(given)) if verb else None


def _maven(given: Mapping[str, str]) -> Run | None:
    goals = _first(given, "goals", default="package")
    pom = _first(given, "mavenpomfile", "mavenpomfilepath", default="pom.xml")
    return Run(_joined("mvn -f", pom, goals, given.get("options", "")))


def _gradle(given: Mapping[str, str]) -> Run | None:
    wrapper = _first(given, "gradlewrapperfile", "wrapperscript", default="gradlew")
    tasks = _first(given, "tasks", default="build")
    return Run(
        _joined(wrapper if "/" in wrapper else f"./{wrapper}", tasks, given.get("options", "")),
        _folder(given),
    )


def _go(given: Mapping[str, str]) -> Run | None:
    command = given.get("command", "get").lower()
    verb = given.get("customcommand", "") if command == "custom" else command
    return Run(_joined("go", verb, given.get("arguments", "")), _folder(given))


def _helm(given: Mapping[str, str]) -> Run | None:
    command = given.get("command", "ls").lower()
    waits = command in {"install", "upgrade"} and given.get("waitforexecution", "true").lower() != "false"
    name = _first(given, "releasename", default="release") if command in {"install", "upgrade"} else ""
    chart = _first(given, "chartname", "chartpath")
    return Run(_joined("helm", command, name, chart, "--wait" if waits else "", given.get("arguments", "")))


def _kubectl(given: Mapping[str, str]) -> Run | None:
    command = _first(given, "command")
    file = _first(given, "configuration") if given.get("useconfigurationfile", "").lower() == "true" else ""
    text = _joined("kubectl", command, f"-f {file}" if file else "", given.get("arguments", ""))
    return Run(text, _folder(given)) if command else None


def _compose(given: Mapping[str, str]) -> Run | None:
    action = given.get("action", "run a docker compose command").lower()
    verb = {
        "build services": "build",
        "push services": "push",
        "run services": "up -d",
        "run service images": "up -d",
    }.get(action, given.get("dockercomposecommand", ""))
    return Run(_joined("docker compose", verb)) if verb else None


def _terraform(given: Mapping[str, str]) -> Run | None:
    command = _first(given, "command", default="init").lower()
    return Run(_joined("terraform", command, _first(given, "commandoptions", "args")), _folder(given))


def _named(program: str, *inputs: str, default: str = "") -> Callable[[Mapping[str, str]], Run | None]:
    def run(given: Mapping[str, str]) -> Run | None:
        return Run(_joined(program, _first(given, *inputs, default=default)), _folder(given))

    return run


def _python(given: Mapping[str, str]) -> Run | None:
    path = given.get("scriptpath", "")
    return Run(_joined("python", path, given.get("arguments", "")), _folder(given)) if path else None


_TASKS: dict[str, Callable[[Mapping[str, str]], Run | None]] = {
    "bash": _bash,
    "shellscript": _file,
    "cmdline": _named("", "script"),
    "commandline": _named("", "script"),
    "powershell": _powershell,
    "azurecli": _azure_cli,
    "dotnetcorecli": _dotnet,
    "npm": _npm,
    "yarn": _named("yarn", "arguments", default="install"),
    "maven": _maven,
    "gradle": _gradle,
    "ant": _named("ant", "targets"),
    "go": _go,
    "helmdeploy": _helm,
    "kubernetes": _kubectl,
    "dockercompose": _compose,
    "grunt": _named("grunt", "targets"),
    "gulp": _named("gulp", "targets"),
    "pythonscript": _python,
    **dict.fromkeys(
        ("terraform", "terraformtask", "terraformtaskv1", "terraformtaskv2", "terraformtaskv3"), _terraform
    ),
    **dict.fromkeys(("terraformtaskv4", "terraformcli"), _terraform),
}
