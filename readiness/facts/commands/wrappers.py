"""Programs that only run another one, and the names under which programs go.

Sources: the manuals of the wrappers, for which of their options take a value.
"""

from __future__ import annotations

# A wrapper's first words, the options that take a value, and how many operands it has before the command.
PREFIXES: dict[tuple[str, ...], tuple[frozenset[str], int]] = {
    ("sudo",): (frozenset(("-u", "-g", "-h", "-p", "-C", "-D", "--user", "--group")), 0),
    ("doas",): (frozenset(("-u", "-C")), 0),
    ("env",): (frozenset(("-u", "--unset", "-C", "--chdir")), 0),
    ("cross-env",): (frozenset(), 0),
    ("sshpass",): (frozenset(("-p", "-f", "-d", "-P")), 0),
    ("time",): (frozenset(("-f", "-o")), 0),
    ("nice",): (frozenset(("-n", "--adjustment")), 0),
    ("ionice",): (frozenset(("-c", "-n")), 0),
    ("nohup",): (frozenset(), 0),
    ("command",): (frozenset(), 0),
    ("builtin",): (frozenset(), 0),
    ("exec",): (frozenset(("-a",)), 0),
    ("setsid",): (frozenset(), 0),
    ("chronic",): (frozenset(), 0),
    ("unbuffer",): (frozenset(), 0),
    ("stdbuf",): (frozenset(("-i", "-o", "-e")), 0),
    ("caffeinate",): (frozenset(("-t",)), 0),
    ("timeout",): (frozenset(("-k", "-s", "--kill-after", "--signal")), 1),
    ("gtimeout",): (frozenset(("-k", "-s", "--kill-after", "--signal")), 1),
    ("flock",): (frozenset(("-w", "-E")), 1),
    ("xvfb-run",): (frozenset(("-n", "-s", "-e", "-f", "-p", "-w", "--server-num", "--server-args")), 0),
    ("dbus-run-session",): (frozenset(), 0),
    ("poetry", "run"): (frozenset(), 0),
    ("pipenv", "run"): (frozenset(), 0),
    ("pdm", "run"): (frozenset(("-p", "--project")), 0),
    ("rye", "run"): (frozenset(), 0),
    ("hatch", "run"): (frozenset(), 0),
    ("pixi", "run"): (frozenset(("-e", "--environment", "--manifest-path")), 0),
    ("conda", "run"): (frozenset(("-n", "-p", "--name", "--prefix", "--cwd")), 0),
    ("mamba", "run"): (frozenset(("-n", "-p", "--name", "--prefix")), 0),
    ("micromamba", "run"): (frozenset(("-n", "-p", "--name", "--prefix")), 0),
    ("uv", "run"): (
        frozenset(
            (
                *(
                    "--with",
                    "--extra",
                    "--group",
                    "--only-group",
                    "--no-group",
                    "-p",
                    "--python",
                    "--env-file",
                ),
                *(
                    "--with-requirements",
                    "--with-editable",
                    "--package",
                    "--project",
                    "--directory",
                    "--index",
                ),
            )
        ),
        0,
    ),
    ("uvx",): (frozenset(("--from", "--with", "-p", "--python")), 0),
    ("uv", "tool", "run"): (frozenset(("--from", "--with", "-p", "--python")), 0),
    ("pipx", "run"): (frozenset(("--spec", "--python", "--pip-args")), 0),
    ("npx",): (frozenset(("-p", "--package", "-w", "--workspace", "--prefix")), 0),
    ("npm", "exec"): (frozenset(("-p", "--package", "-w", "--workspace", "--prefix")), 0),
    ("npm", "x"): (frozenset(("-p", "--package", "-w", "--workspace", "--prefix")), 0),
    ("pnpm", "exec"): (frozenset(("--filter", "-F", "-C")), 0),
    ("pnpm", "dlx"): (frozenset(("--package",)), 0),
    ("pnpx",): (frozenset(), 0),
    ("yarn", "dlx"): (frozenset(("-p", "--package")), 0),
    ("yarn", "exec"): (frozenset(), 0),
    ("bunx",): (frozenset(("-p", "--package")), 0),
    ("bun", "x"): (frozenset(("-p", "--package")), 0),
    ("bundle", "exec"): (frozenset(), 0),
    ("appraisal",): (frozenset(), 0),
    ("composer", "exec"): (frozenset(), 0),
    ("dotnet", "tool", "run"): (frozenset(), 0),
    ("go", "tool"): (frozenset(("-modfile",)), 0),
    ("opam", "exec"): (frozenset(("--switch",)), 0),
    ("mise", "exec"): (frozenset(), 0),
    ("mise", "x"): (frozenset(), 0),
    ("asdf", "exec"): (frozenset(), 0),
    ("rtx", "exec"): (frozenset(), 0),
    ("direnv", "exec"): (frozenset(), 1),
    ("doppler", "run"): (frozenset(("-p", "-c", "--project", "--config", "-t", "--token")), 0),
    ("infisical", "run"): (frozenset(("--env", "--path", "--projectId")), 0),
    ("op", "run"): (frozenset(("--env-file",)), 0),
    ("dotenv", "run"): (frozenset(("-e", "-f", "-c")), 0),
    ("dotenv",): (frozenset(("-e", "-f", "-c")), 0),
    ("aws-vault", "exec"): (frozenset(("-d", "--duration")), 1),
    ("chamber", "exec"): (frozenset(), 1),
    ("heroku", "run"): (frozenset(("-a", "--app", "-s", "--size")), 0),
    ("percy", "exec"): (frozenset(("-c", "--config")), 0),
    ("lerna", "exec"): (frozenset(("--scope", "--concurrency")), 0),
    ("xargs",): (frozenset(("-n", "-P", "-I", "-L", "-d", "-s", "-a", "-E")), 0),
    ("parallel",): (frozenset(("-j", "--jobs", "-a")), 0),
    ("steam-run",): (frozenset(), 0),
    ("retry",): (frozenset(("-t", "-d", "--times", "--delay", "-n", "-s", "-m")), 0),
}
LONGEST = 3
CONTAINER = frozenset(
    (
        *(
            "-v",
            "-e",
            "-w",
            "-u",
            "-p",
            "-h",
            "-l",
            "-m",
            "-a",
            "-c",
            "--volume",
            "--env",
            "--workdir",
            "--user",
        ),
        *(
            "--publish",
            "--hostname",
            "--label",
            "--memory",
            "--attach",
            "--name",
            "--network",
            "--net",
            "--entrypoint",
        ),
        *("--mount", "--env-file", "--platform", "--add-host", "--cap-add", "--cap-drop", "--cpus", "--link"),
        *(
            "--restart",
            "--shm-size",
            "--ulimit",
            "--gpus",
            "--pull",
            "--tmpfs",
            "--security-opt",
            "--dns",
            "--device",
        ),
        *(
            "--volumes-from",
            "--log-driver",
            "--log-opt",
            "--ipc",
            "--pid",
            "--cidfile",
            "--index",
            "--expose",
        ),
    )
)
COMPOSE = frozenset(
    ("-f", "--file", "-p", "--project-name", "--profile", "--env-file", "--project-directory", "--ansi")
)
SSH = frozenset(f"-{letter}" for letter in "BDEFIJLOPQRSWbceilmopw")
KUBECTL = frozenset(("-n", "--namespace", "-c", "--container", "--context", "--kubeconfig"))
BIN = (
    "node_modules/.bin/",
    "vendor/bin/",
    "/bin/",
    "bin/",
    ".venv/bin/",
    "venv/bin/",
    "Scripts/",
    "/kaniko/",
)
ALIASES = {
    "gradlew": "gradle",
    "mvnw": "mvn",
    "tofu": "terraform",
    "terragrunt": "terraform",
    "podman": "docker",
    "nerdctl": "docker",
    "cross": "cargo",
    "nodejs": "node",
    "pip3": "pip",
    "golangci_lint": "golangci-lint",
}
VARIABLES = frozenset(
    ("PYTHON", "PYTHON3", "PIP", "GO", "NPM", "NPX", "YARN", "PNPM", "DOCKER", "CARGO", "POETRY", "UV")
)
SCRIPTS = ("manage.py", "setup.py", "gradlew", "mvnw", "artisan", "console", "codecov", "cc-test-reporter")
