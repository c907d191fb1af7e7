"""What operational scripts set out to do."""

from __future__ import annotations

import pytest

from readiness.facts.repository.claimed import ENVIRONMENT
from readiness.facts.scripts.nouns import ACT, ScriptAct
from readiness.facts.scripts.purposes import of_file, of_name, of_tool
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree
from readiness.tree.model import Limits


def rows(files: dict[str, str]) -> tuple[ScriptAct, ...]:
    return Store(MemoryTree(files), tables=()).collected(ACT).rows


def acts(text: str, path: str = "scripts/deploy.sh", **others: str) -> dict[str, ScriptAct]:
    files = {name.replace("__", "/").replace("_sh", ".sh"): content for name, content in others.items()}
    return {row.name: row for row in rows({path: text, **files}) if row.path == path}


def python(text: str, path: str = "deploy/deploy.py") -> dict[str, ScriptAct]:
    return acts(text, path)


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("deploy", "deploy"),
        ("deploy_configuration", "deploy"),
        ("run_deployment", "deploy"),
        ("create_backup", "backup"),
        ("backupDatabase", "backup"),
        ("back_up", "backup"),
        ("dump_database", "backup"),
        ("db_backup", "backup"),
        ("create_snapshot", "backup"),
        ("restore_db", "restore"),
        ("rollback", "rollback"),
        ("rollback_migration", "rollback"),
        ("revert_deployment", "rollback"),
        ("run_health_checks", "verify"),
        ("health_check", "verify"),
        ("healthcheck", "verify"),
        ("run_smoke_tests", "verify"),
        ("verify_deployment", "verify"),
        ("post_deploy_checks", "verify"),
        ("wait_for_service", "verify"),
        ("validate_system", "validate"),
        ("validate", "validate"),
        ("check_prerequisites", "validate"),
        ("preflight", "validate"),
        ("pre_deploy_checks", "validate"),
        ("run_migrations", "migrate"),
        ("apply_migrations", "migrate"),
        ("db_migrate", "migrate"),
        ("upgrade_db", "migrate"),
        ("notify_team", "notify"),
        ("send_slack_alert", "notify"),
    ],
)
def test_the_words_of_a_name_say_what_a_function_is_for(name: str, purpose: str) -> None:
    assert purpose in of_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "backup_config_path",
        "cleanup_backups",
        "create_rollback_script",
        "rollback_transaction",
        "rollback_changelog",
        "download_backup",
        "validate_email",
        "test_backup",
        "list_backups",
        "restore_terminal",
        "restore_dependencies",
        "deployment_name",
        "send_request",
        "wait_for_input",
        "check_health_url",
        "py",
        "start",
        "run_script",
        "upgrade_packages",
    ],
)
def test_words_that_only_look_like_it_say_nothing(name: str) -> None:
    assert of_name(name) == frozenset()


@pytest.mark.parametrize(
    ("stem", "purpose"),
    [
        ("deploy_app.script", "deploy"),
        ("deployment-prod", "deploy"),
        ("prod-deploy", "deploy"),
        ("deploy.sh", "deploy"),
        ("deployment_script", "deploy"),
        ("pg_backup", "backup"),
        ("run-backup-job", "backup"),
        ("db-restore", "restore"),
        ("local_database_restore", "restore"),
        ("deploy-rollback", "deploy"),
    ],
)
def test_a_script_is_named_for_what_it_does(stem: str, purpose: str) -> None:
    assert purpose in of_file(stem)


@pytest.mark.parametrize("stem", ["test_deploy", "start", "deploy_utils", "x_rollback", "list_backup"])
def test_a_script_with_another_name_says_nothing(stem: str) -> None:
    assert of_file(stem) == frozenset()


def test_a_command_that_fetches_deploys_nothing() -> None:
    assert of_tool(frozenset(("deploy",)), ("scp", "host:/x", ".")) == frozenset()
    assert of_tool(frozenset(("deploy",)), ("scp", "x", "host:/x")) == {"deploy"}


def test_starting_the_containers_of_an_environment_deploys_it() -> None:
    up = ("docker", "compose", "-f", "compose.prod.yml", "up", "-d")
    assert of_tool(frozenset(), up) == {"deploy"}
    assert of_tool(frozenset(), ("docker-compose", "up")) == frozenset()


def test_a_rehearsal_validates_and_what_brings_data_back_restores() -> None:
    assert of_tool(frozenset(), ("kubectl", "apply", "--dry-run=server")) == {"validate"}
    assert of_tool(frozenset(), ("nginx", "-t")) == {"validate"}
    assert of_tool(frozenset(), ("restic", "--quiet", "restore", "latest")) == {"restore"}


# ---------------------------------------------------------------- shell


def test_the_commands_of_a_deployment_are_in_their_order() -> None:
    found = acts("set -e\npg_dump app\nkubectl apply -f k8s/\ncurl -f https://a.io/health\n")
    assert found["pg_dump app"].before == {"deploy", "verify"}
    assert found["pg_dump app"].after == set()
    assert found["curl"].after == {"backup", "deploy"}
    assert found["curl"].purposes == {"verify"}
    assert (found["curl"].line, found["curl"].blocking) == (4, True)


def test_no_secret_is_shown() -> None:
    (row,) = rows({"scripts/dump.sh": "pg_dump postgresql://app:Xk29sPq7Lw@db.acme.io/app\n"})
    assert (row.name, "Xk29sPq7Lw" in row.text) == ("pg_dump", False)


def test_a_failure_that_is_masked_does_not_block() -> None:
    assert not acts("set -e\nkubectl apply -f x\ncurl -f https://a.io/health || true\n")["curl"].blocking


def test_without_errexit_only_the_last_command_blocks() -> None:
    found = acts("pg_dump app\nkubectl apply -f x\n")
    assert (found["pg_dump app"].blocking, found["kubectl apply"].blocking) == (False, True)


def test_a_script_that_only_prints_is_a_placeholder() -> None:
    assert acts("echo deploying\nsleep 3\n")["deploy"].placeholder


def test_a_command_that_no_table_knows_is_believed_by_the_name_of_its_script() -> None:
    found = acts("tar czf app.tgz .\n")["deploy"]
    assert found.purposes == {"deploy"}
    assert (found.placeholder, found.called) == (False, True)


def test_a_function_lasts_from_its_call_to_its_end() -> None:
    found = acts("check_health() {\n  wget -q https://a.io/x\n}\nkubectl apply -f x\ncheck_health\n")
    assert found["check_health"].after == {"deploy"}
    assert found["check_health"].before == set()


def test_a_function_that_nothing_calls_is_a_wish() -> None:
    found = acts("rollback() {\n  kubectl rollout undo deployment/a\n}\nkubectl apply -f x\n")["rollback"]
    assert (found.called, found.blocking, found.text) == (False, False, "rollback, which nothing calls")


@pytest.mark.parametrize(
    "call",
    [
        "trap rollback ERR",
        "retry 3 rollback",
        "STATE=$(rollback now)",
        "STATE=`rollback`",
        'case "$1" in back) rollback;; esac',
        '"$@"',
        "if ! kubectl apply -f y; then rollback; fi",
    ],
)
def test_there_are_many_ways_to_call_a_function(call: str) -> None:
    assert acts(f"rollback() {{\n  kubectl rollout undo deployment/a\n}}\n{call}\n")["rollback"].called


def test_a_function_that_only_prints_is_a_placeholder() -> None:
    found = acts("rollback() {\n  echo back\n}\nkubectl apply -f x\nrollback\n")["rollback"]
    assert (found.placeholder, found.called, found.blocking) == (True, True, False)


def test_the_question_within_a_substitution_is_a_check() -> None:
    found = acts('kubectl apply -f x\nCODE=$(curl -s https://a.io/health)\n[ "$CODE" = 200 ] || exit 1\n')
    assert found["curl"].after == {"deploy"}


def test_a_substitution_that_only_tells_the_time_is_no_work() -> None:
    assert acts('echo "deploying at $(date)"\nX=$((1 + 2))\n')["deploy"].placeholder


def test_work_with_a_date_in_its_name_is_work() -> None:
    assert not acts('tar czf "a-$(date).tgz" a\n')["deploy"].placeholder


def test_a_script_is_followed_to_another() -> None:
    found = acts("set -e\n./scripts/copy.sh\nkubectl apply -f x\n", scripts__copy_sh="pg_dump app\n")
    assert found["./scripts/copy.sh"].purposes == {"backup"}


def test_a_script_that_is_started_is_known_by_its_name() -> None:
    found = acts("docker compose exec db /backup.sh\nkubectl apply -f x\n")
    assert found["/backup.sh"].before == {"deploy"}


def test_a_script_beside_its_caller_is_there() -> None:
    found = acts("./copy.sh\nkubectl apply -f x\n", scripts__copy_sh="pg_dump app\n")
    assert found["deploy"].missing == ""
    assert found["./copy.sh"].purposes == {"backup"}


def test_a_script_that_is_not_there_is_missing() -> None:
    assert acts("set -e\n./scripts/copy.sh\n")["deploy"].missing == "script './scripts/copy.sh'"


def test_what_the_script_itself_asks_for_is_not_missing() -> None:
    assert acts("set -e\nif [ -f ./scripts/copy.sh ]; then ./scripts/copy.sh; fi\n")["deploy"].missing == ""


def test_what_another_repository_has_is_not_missing() -> None:
    files = {
        "bin/deploy.sh": "set -e\npython parts/data/push.py\n",
        ".gitmodules": '[submodule "data"]\n\tpath = parts/data\n\turl = ../data\n',
    }
    assert [row.missing for row in rows(files)] == [""]


def test_functions_for_other_scripts_are_no_wishes() -> None:
    files = {
        "scripts/_lib.sh": "backup() {\n  pg_dump app\n}\nset -e\n",
        "scripts/run.sh": '. "$(dirname "$0")/_lib.sh"\nbackup\n',
    }
    assert rows(files) == ()


def test_a_file_of_functions_alone_is_no_script() -> None:
    assert acts("backup() {\n  pg_dump app\n}\n", "scripts/backup.sh")["backup"].called is False


def test_the_upload_of_a_backup_is_no_deployment() -> None:
    found = rows({"scripts/backup.sh": "aws s3 sync copies s3://kept\n"})
    assert [row.purposes for row in found] == [{"backup"}]


def test_one_line_gives_one_act_however_often_it_is_run() -> None:
    text = "say() {\n  curl -d x $SLACK_WEBHOOK\n}\nsay\nkubectl apply -f x\nsay\n"
    assert [row.line for row in rows({"deploy.sh": text}) if row.purposes == {"notify"}] == [2]


def test_an_update_in_a_folder_for_deployments_is_one() -> None:
    assert acts("docker compose up -d\n", "deployment/update.sh")["update"].purposes == {"deploy"}
    assert acts("docker compose up -d\n", "scripts/update.sh") == {}


def test_the_first_line_says_what_a_script_without_an_ending_is_written_in() -> None:
    assert acts("#!/bin/sh\nkubectl apply -f x\n", "bin/deploy")["deploy"].purposes == {"deploy"}
    assert python("#!/usr/bin/env python3\nimport os\nos.system('x')\n", "bin/deploy")["deploy"].called
    assert acts("#!/usr/bin/env ruby\nputs 1\n", "bin/deploy") == {}
    assert acts("#!/bin/sh\nls\n", "lib/deploy") == {}


# ---------------------------------------------------------------- places


@pytest.mark.parametrize(
    "path",
    [
        "src/deploy.py",
        "app/infrastructure/backup.py",
        "scripts/deploy.tsx",
        "scripts/index.ts",
        "tests/deploy.sh",
        "node_modules/a/deploy.sh",
        "docs/deploy.md",
    ],
)
def test_a_part_of_the_product_is_no_operational_script(path: str) -> None:
    assert rows({path: "import os\nos.system('kubectl apply -f x')\nfetch('x')\n"}) == ()


@pytest.mark.parametrize("path", ["deploy.py", "app/scripts/deploy.py", "a/management/commands/deploy.py"])
def test_a_script_stands_where_operators_look(path: str) -> None:
    assert python("import os\nos.system('x')\n", path)["deploy"].purposes == {"deploy"}


def test_a_script_is_for_the_environment_that_its_name_or_folder_says() -> None:
    files = {"deploy_staging.sh": "make up", "deploy/prod/deploy.sh": "make up", "deploy.sh": "make up"}
    assert [row.environment for row in rows(files)] == ["", "production", "staging"]


def test_python_is_read_where_a_function_or_a_tool_says_that_something_changes() -> None:
    text = "import os\n# deploy\ndef {}():\n    os.system('{}')\n{}()\n"
    files = {
        "scripts/a.py": text.format("rollback", "x", "rollback"),
        "scripts/b.py": text.format("go", "pg_dump app", "go"),
        "scripts/c.py": text.format("validate", "x", "validate"),
    }
    assert [(row.path, row.name) for row in rows(files)] == [
        ("scripts/a.py", "rollback"),
        ("scripts/b.py", "pg_dump app"),
    ]


def test_an_empty_script_and_one_about_other_things_give_nothing() -> None:
    assert rows({"deploy.sh": "", "scripts/start.sh": "make start\n", "scripts/a.py": "x = 1\n"}) == ()


# ---------------------------------------------------------------- Python

_DEPLOYMENT = """
import shutil, subprocess, sys, requests
class Deployment:
    def validate_system(self):
        return open('settings.yaml').read() != ''
    def create_backup(self):
        shutil.copytree('data', 'copies')
        return True
    def tell(self):
        print('told')
    def run_health_checks(self):
        return requests.get('http://x/health').ok
    def notify(self):
        requests.post('http://x')
    def start(self):
        subprocess.run(['kubectl', 'apply', '-f', 'k8s/'])
    def deploy(self):
        if not self.validate_system():
            return False
        if not self.create_backup():
            print('no backup')
        self.start()
        try:
            self.notify()
        except OSError:
            pass
        if self.run_health_checks():
            return True
        return False
    def rollback(self):
        raise NotImplementedError
    def restore(self):
        shutil.copytree('copies', 'data')
def main():
    sys.exit(0 if Deployment().deploy() else 1)
if __name__ == '__main__':
    main()
"""


def test_a_deployment_in_python_is_followed_from_its_start() -> None:
    found = python(_DEPLOYMENT)
    assert found["validate_system"].before == {"backup", "deploy", "notify", "verify"}
    assert found["create_backup"].before == {"deploy", "notify", "verify"}
    assert found["run_health_checks"].after == {"validate", "backup", "deploy", "notify"}
    assert found["kubectl apply"].purposes == {"deploy"}


def test_a_failure_counts_where_what_follows_leaves_the_function() -> None:
    found = python(_DEPLOYMENT)
    names = ("validate_system", "create_backup", "run_health_checks", "notify")
    assert [found[name].blocking for name in names] == [True, False, True, False]


def test_a_method_that_is_not_written_yet_is_a_placeholder_that_nothing_calls() -> None:
    found = python(_DEPLOYMENT)["rollback"]
    assert (found.placeholder, found.called) == (True, False)


def test_a_method_that_nothing_calls_is_a_wish() -> None:
    assert python(_DEPLOYMENT)["restore"].called is False


def _main(body: str, rest: str = "backup()") -> dict[str, ScriptAct]:
    lines = "\n    ".join(body.split("\n"))
    return python(
        f"import os, shutil, subprocess, sys, requests, json, pathlib\ndef backup():\n    {lines}\n{rest}\n"
    )


@pytest.mark.parametrize(
    "body",
    [
        "pathlib.Path('x').write_text('y')",
        "open('x', 'w').write('y')",
        "open('x', mode='ab')",
        "pathlib.Path('x').open('w')",
        "os.system('tar x')",
        "ctx.run('x')",
        "json.dump({}, f)",
        "subprocess.check_call(['pg_dump', '-Fc'])",
    ],
)
def test_work_leaves_the_process(body: str) -> None:
    assert _main(body)["backup"].placeholder is False


@pytest.mark.parametrize("body", ["open('x').read()", "x = compute()", "shutil.which('x')", "open('x', 'r')"])
def test_what_only_reads_or_computes_is_no_backup(body: str) -> None:
    assert "backup" not in _main(body)


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "print('x')",
        "logger.info('x')\nreturn True",
        "raise NotImplementedError('later')",
        "await asyncio.sleep(3)",
        "'''Backs up.'''\nx = 1\nimport os",
        "if __name__ == 'x':\n    pass",
    ],
)
def test_what_only_says_or_waits_is_a_placeholder(body: str) -> None:
    text = f"import asyncio\nasync def backup():\n    {body.replace(chr(10), chr(10) + '    ')}\nbackup()\n"
    assert python(text)["backup"].placeholder


@pytest.mark.parametrize(
    ("rest", "called"),
    [
        ("steps = [backup]", True),
        ("class A:\n    def go(self):\n        return [self.backup]\nA().go()", True),
        ("keeper = Keeper()\nkeeper.backup()", True),
        ("import other\nother.backup()\nos.system('x')", False),
        ("if options.backup:\n    os.system('x')", False),
        ("make().backup()\nos.system('x')", False),
    ],
)
def test_a_function_is_called_by_its_name_or_handed_on(rest: str, called: bool) -> None:
    assert _main("shutil.copytree('a', 'b')", rest)["backup"].called is called


def test_a_helper_runs_the_command_that_it_is_given() -> None:
    text = "import subprocess\ndef run(cmd):\n    subprocess.run(cmd, shell=True)\nrun('pg_dump -Fc app')\n"
    assert python(text)["pg_dump"].purposes == {"backup"}


def test_a_command_may_stand_in_a_list_with_a_name() -> None:
    text = "import subprocess\ncmd = ['pg_dump', '-h', host]\ndef go():\n    subprocess.run(cmd)\ngo()\n"
    assert python(text)["pg_dump"].text == "pg_dump -h $host"


@pytest.mark.parametrize(
    ("rest", "blocks"),
    [
        ("backup() or sys.exit(1)", True),
        ("ok = backup()", False),
        ("ok = backup()\nif not ok:\n    sys.exit(1)", True),
        ("ok = backup()\nif not ok:\n    print('no')", False),
        ("ok = backup()\nsys.exit(0 if ok else 1)", True),
        ("ok = backup()\nsys.exit(0 if ok else 1)\nprint(ok)\nif ok:\n    print(1)", True),
        ("def main():\n    return backup()\nmain()", False),
        ("def main():\n    return backup()\nsys.exit(main())", True),
        ("def main():\n    if not backup():\n        return False\nif main():\n    print(1)", False),
        ("def main():\n    if not backup():\n        raise OSError\nmain()", True),
        ("assert backup()", True),
        ("sys.exit(backup())", True),
        ("backup()", False),
        ("try:\n    backup()\nexcept OSError:\n    pass", False),
        ("try:\n    backup()\nexcept OSError:\n    sys.exit(1)\nelse:\n    backup() or quit()", False),
    ],
)
def test_whether_a_failure_stops_the_script_is_seen_at_the_call(rest: str, blocks: bool) -> None:
    assert _main("subprocess.run(['a', 'b'])", rest)["backup"].blocking is blocks


@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError",
        "sys.exit(1)",
        "subprocess.run(['a', 'b'], check=True)",
        "r.raise_for_status()",
        "assert x",
    ],
)
def test_a_function_may_fail_by_itself(body: str) -> None:
    assert _main(f"shutil.copytree('a', 'b')\n{body}")["backup"].blocking


def test_what_a_runner_starts_by_name_is_called() -> None:
    task = "from invoke import task\n@task\ndef backup(c):\n    c.run('x')\n"
    command = (
        "import shutil\nclass Command(Base):\n    def handle(self):\n        shutil.copytree('a', 'b')\n"
    )
    assert python(task)["backup"].called
    assert python(command, "a/management/commands/backup.py")["backup"].placeholder is False


def test_a_module_that_nothing_starts_is_no_script() -> None:
    assert python("import shutil\ndef backup():\n    shutil.copytree('a', 'b')\n") == {}


def test_a_script_that_uses_what_no_table_knows_is_believed_by_its_name() -> None:
    assert python("import sky\nsky.launch()\n")["deploy"].placeholder is False
    assert python("import sky\ndef go():\n    sky.launch()\ngo()\n")["deploy"].placeholder is False
    assert python("print('deployed')\n")["deploy"].placeholder
    assert python("def go():\n    print('x')\ngo()\n")["deploy"].placeholder


_RESTORE = """
import shutil
from pathlib import Path
class A:
    def __init__(self):
        self.kept = ROOT / 'kept'
    def restore(self):
        shutil.copy2(self.kept / 'app.db', 'app.db')
ROOT = Path(__file__).resolve().parent.parent
A().restore()
"""


def test_a_copy_from_where_nothing_is_names_it() -> None:
    assert python(_RESTORE)["restore"].missing == "kept/app.db"


def test_a_copy_from_where_something_is_names_nothing() -> None:
    found = rows({"deploy/deploy.py": _RESTORE, "kept/app.db": "x"})
    assert {row.missing for row in found} == {""}
    assert python(_RESTORE.replace(" / 'app.db'", ""))["restore"].missing == "kept"
    folder = rows({"deploy/deploy.py": _RESTORE.replace(" / 'app.db'", ""), "kept/a": "x"})
    assert {row.missing for row in folder} == {""}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A().restore()", "A().restore()\nROOT.exists()"),
        (".parent.parent", ".parent.parent.parent"),
        ("Path(__file__)", "Path(base)"),
        ("Path(__file__)", "open(__file__)"),
        ("'app.db', 'app.db')", "name, 'app.db')"),
        ("ROOT = Path", "ROOT = 1\nROOT = Path"),
        (".resolve().parent.parent", ""),
    ],
)
def test_what_the_file_does_not_spell_out_is_not_missing(old: str, new: str) -> None:
    assert python(_RESTORE.replace(old, new))["restore"].missing == ""


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ("[sys.executable, 'scripts/copy.py']", "scripts/copy.py"),
        ("['python', '/srv/copy.py']", ""),
        ("['python', '-m', 'copy']", ""),
        ("['bash', f'{base}/copy.sh']", ""),
        ("['python', 'deploy/deploy.py']", ""),
    ],
)
def test_a_script_that_is_started_and_not_there_is_missing(words: str, missing: str) -> None:
    assert _main(f"subprocess.run({words}, check=True)")["backup"].missing == missing


def test_functions_that_call_each_other_end() -> None:
    text = (
        "import os\ndef backup():\n    os.system('x')\n    deploy()\ndef deploy():\n    backup()\ndeploy()\n"
    )
    assert python(text)["backup"].called


def test_a_long_chain_of_calls_ends() -> None:
    chain = "".join(f"def f{at}():\n    f{at + 1}()\n" for at in range(2000))
    assert list(python(f"{chain}def f2000():\n    pass\nf0()\n")) == ["deploy"]


def test_there_is_an_end_to_what_is_followed() -> None:
    text = "import os\n" + "os.system('kubectl apply')\n" * 3000
    assert len(rows({"deploy.py": text})) == 2001


def test_a_script_that_deploys_claims_its_environment() -> None:
    files = {"deploy_staging.sh": "make up\n", "scripts/prod/dump.sh": "pg_dump app\n"}
    claims = Store(MemoryTree(files), tables=()).collected(ENVIRONMENT).rows
    assert [(row.path, row.name, row.source) for row in claims] == [
        ("deploy_staging.sh", "staging", "script")
    ]


def test_a_script_over_the_limit_gives_nothing_that_it_does_not_say() -> None:
    files = {"scripts/deploy.sh": "make up\n", "scripts/a.py": "import deploy\n", "deploy.py": "deploy()\n"}
    store = Store(MemoryTree(files, limits=Limits(file_bytes=4)), tables=())
    assert store.collected(ACT).rows == ()
    assert [gap.path for gap in store.collected(ACT).openings] == ["deploy.py", "scripts/deploy.sh"]


def test_a_script_that_no_python_can_read_gives_nothing() -> None:
    store = Store(MemoryTree({"deploy.py": "def deploy(:\n"}), tables=())
    assert store.collected(ACT).rows == ()
    assert store.collected(ACT).openings == ()


def test_a_script_that_only_we_cannot_read_is_an_opening() -> None:
    store = Store(
        MemoryTree({"deploy.py": "def deploy[T](x: T):\n    pass\n" if not _NEW else "x = {{ deploy }\n"}),
        tables=(),
    )
    assert [gap.path for gap in store.collected(ACT).openings] == ["deploy.py"]


_NEW = __import__("sys").version_info >= (3, 12)


# ---------------------------------------------------------------- JavaScript and TypeScript

_SCRIPT = """
// deploys
import { execSync } from 'child_process';
export async function backupDatabase() {
  execSync('pg_dump app');
}
const healthCheck = async (url: string) => {
  const answer = await fetch(url);
  if (!answer.ok) { throw new Error('down'); }
}
function rollback() {
  console.log('rolling back');
}
const restoreDatabase = function () {
  execSync("pg_restore app.dump");
}
class Deployer {
  async deploy() {
    await backupDatabase();
    await $`kubectl apply -f k8s`;
    await healthCheck('https://x/health');
  }
}
new Deployer().deploy();
"""


def test_a_script_in_typescript_is_followed_from_its_start() -> None:
    found = acts(_SCRIPT, "scripts/deploy.ts")
    assert found["backupDatabase"].before == {"deploy", "verify"}
    assert found["healthCheck"].after == {"backup", "deploy"}
    assert found["healthCheck"].blocking
    assert found["pg_dump app"].purposes == {"backup"}
    assert found["kubectl apply"].purposes == {"deploy"}


def test_a_script_in_typescript_has_wishes_and_placeholders() -> None:
    found = acts(_SCRIPT, "scripts/deploy.ts")
    assert (found["rollback"].placeholder, found["rollback"].called) == (True, False)
    assert found["restoreDatabase"].called is False


def test_a_script_in_javascript_that_only_prints_is_a_placeholder() -> None:
    assert acts("console.log('deploying');\n", "scripts/deploy.js")["deploy"].placeholder


def test_a_script_in_javascript_without_functions_works() -> None:
    assert not acts("const x = require('x');\nspawn(cmd);\nawait x.deploy();\n", "scripts/deploy.js")[
        "deploy"
    ].placeholder


def test_a_script_in_javascript_about_other_things_gives_nothing() -> None:
    assert rows({"ops/a.js": "x();\n", "ops/b.js": "function deploy() {\n  fetch('x');\n}\n"}) == ()
