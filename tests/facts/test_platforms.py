"""Services that platforms run from descriptors in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from readiness.facts.deployment.platforms import noun
from readiness.facts.deployment.platforms.noun import SERVICE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.deployment.platforms.row import PlatformService


def services(files: dict[str, str]) -> tuple[PlatformService, ...]:
    return Store(MemoryTree(files), tables=()).collected(SERVICE).rows


def fields(row: PlatformService, expected: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in expected}


def check(path: str, text: str, *expected: dict[str, Any]) -> None:
    rows = services({path: text})
    assert [fields(row, wanted) for row, wanted in zip(rows, expected, strict=True)] == list(expected)


def test_fly_tells_its_checks_its_release_command_and_how_many_run() -> None:
    text = """app = "shop"
kill_timeout = "30s"
primary_region = "fra"
[build]
dockerfile = "Dockerfile"
[deploy]
release_command = "bin/migrate"
[env]
LOG_LEVEL = "info"
DB_PASSWORD = "vK3pQ9xZr7LmT2"
[http_service]
internal_port = 8080
auto_start_machines = true
min_machines_running = 2
[[http_service.checks]]
path = "/health"
"""
    check(
        "fly.toml",
        text,
        {
            "platform": "fly",
            "name": "shop",
            "use": "web",
            "built": "dockerfile",
            "healthcheck": True,
            "release_command": "bin/migrate",
            "instances": 2,
            "autoscaled": True,
            "grace": 30,
            "regions": {"fra"},
            "env_names": {"LOG_LEVEL", "DB_PASSWORD"},
            "secrets_literal": {"DB_PASSWORD"},
            "restarts": True,
            "limits_memory": True,
            "secret_refs": None,
            "text": "fly web shop",
            "line": 1,
        },
    )


def test_fly_tells_a_group_of_processes_by_itself() -> None:
    text = """app = "shop"
[build]
image = "acme/shop:1.2.3"
[processes]
app = "serve"
worker = "work"
[[services]]
processes = ["app"]
[[services.tcp_checks]]
interval = "10s"
[checks.alive]
processes = ["worker"]
"""
    check(
        "deploy/fly.production.toml",
        text,
        {
            "name": "app",
            "use": "web",
            "command": "serve",
            "healthcheck": True,
            "environment": "production",
            "autoscaled": None,
            "instances": None,
            "built": "image",
            "image_pinned": "version",
            "line": 5,
        },
        {"name": "worker", "use": "worker", "command": "work", "healthcheck": True, "autoscaled": False},
    )


@pytest.mark.parametrize(
    ("build", "built"),
    [('builder = "paketobuildpacks/builder"', "buildpack"), ('[build.args]\nA = "b"', None)],
)
def test_fly_s_way_of_building_is_unknown_where_it_finds_out_by_itself(build: str, built: str | None) -> None:
    check(
        "fly.toml", f'app = "a"\n[build]\n{build}\n', {"built": built, "healthcheck": False, "use": "other"}
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("fly.toml", ""),
        ("fly.toml", "title = 'x'\n"),
        ("Procfile", "# web\nnothing here\n"),
        ("Procfile.dev", "web: run\n"),
        ("render.yaml", "databases: [{name: a}]\nservices: [{type: keyvalue, name: b}, x]\n"),
        ("railway.json", "{}"),
        ("app.yaml", "name: x\n"),
        ("app.json", '{"name": "x"}'),
        (".do/app.yaml", "name: x\n"),
        ("task-def.json", '{"family": "x"}'),
        ("Dockerrun.aws.json", '{"a": 1}'),
        (".ebextensions/a.config", "packages: {yum: {git: []}}\n"),
        ("azure.yaml", "name: x\nservices: {a: {project: src}}\n"),
        ("container-app.yaml", "name: x\n"),
        ("serverless.yml", "a: 1\n"),
        ("serverless.yml", "service: x\nresources: {}\n"),
        ("template.yaml", "Resources: {F: {Type: 'AWS::Serverless::Function'}}\n"),
        ("wrangler.toml", "main = 'a.ts'\n"),
        ("vercel.json", '{"$schema": "x"}'),
        ("netlify.toml", ""),
        ("config/deploy.yml", "branch: main\n"),
        ("captain-definition", '{"a": 1}'),
        ("pm2.json", '{"apps": [{"name": "x"}, 1]}'),
        ("ecosystem.config.js", "module.exports = {}\n"),
        ("x.service", "[Unit]\nDescription=x\n"),
        ("copilot/a/manifest.yml", "type: Other\n"),
        ("apprunner.yaml", "version: 1.0\n"),
        (".platform.app.yaml", "name: x\n"),
        ("zeabur.json", "{}"),
        ("a.nomad", 'variable "x" {}\n'),
        ("heroku.yml", "setup: {}\n"),
        ("koyeb.yaml", "- x\n"),
    ],
)
def test_a_file_that_only_has_the_name_of_a_descriptor_tells_nothing(path: str, text: str) -> None:
    assert services({path: text}) == ()


def test_a_procfile_tells_its_processes_and_what_runs_before_a_release() -> None:
    check(
        "Procfile",
        "web: gunicorn app\nrelease: manage.py migrate\nworker: celery\n",
        {
            "platform": "procfile",
            "name": "web",
            "use": "web",
            "command": "gunicorn app",
            "restarts": None,
            "release_command": "manage.py migrate",
            "line": 1,
            "limits_memory": None,
            "healthcheck": None,
        },
        {"name": "worker", "use": "worker", "line": 3},
    )


def test_heroku_yml_tells_images_and_commands() -> None:
    check(
        "heroku.yml",
        "build: {docker: {web: Dockerfile}}\nrelease: {command: [migrate]}\n"
        "run: {worker: {command: [a, b]}}\n",
        {"name": "web", "use": "web", "built": "dockerfile", "release_command": "migrate", "command": ""},
        {"name": "worker", "use": "worker", "command": "a b", "restarts": True},
    )


def test_app_json_tells_its_formation() -> None:
    text = """{"formation": {"web": {"quantity": 2}, "x": 1}, "buildpacks": [{"url": "a"}],
 "env": {"A": "b", "SECRET_KEY": {"generator": "secret"}}, "scripts": {"postdeploy": "seed"}}"""
    check(
        "app.json",
        text,
        {
            "instances": 2,
            "use": "web",
            "built": "buildpack",
            "env_names": {"A", "SECRET_KEY"},
            "secrets_literal": set(),
            "release_command": None,
        },
    )


def test_a_process_of_a_procfile_is_one_with_its_formation() -> None:
    formation = '{"formation": {"web": {"quantity": 2}, "clock": {"quantity": 1}}}'
    files = {"a/app.json": formation, "a/Procfile": "release: migrate\nweb: run\nworker: work\n"}
    rows = services(files | {"b/Procfile": "web: run\n"})
    assert [(row.path, row.line, row.platform, row.name, row.instances) for row in rows] == [
        ("a/Procfile", 2, "heroku", "web", 2),
        ("a/Procfile", 3, "procfile", "worker", None),
        ("a/app.json", 1, "heroku", "clock", 1),
        ("b/Procfile", 1, "procfile", "web", None),
    ]
    assert (rows[0].command, rows[0].release_command) == ("run", "migrate")


def test_render_tells_each_service_of_a_blueprint() -> None:
    text = """services:
  - type: web
    name: api
    runtime: docker
    region: frankfurt
    healthCheckPath: /health
    preDeployCommand: migrate
    maxShutdownDelaySeconds: 60
    scaling: {minInstances: 2, maxInstances: 5}
    envVars:
      - {key: API_TOKEN, sync: false}
      - {key: DB_PASSWORD, value: vK3pQ9xZr7LmT2}
      - {fromGroup: shared}
  - {type: web, name: site, env: static, autoDeploy: false}
  - {type: cron, name: nightly, runtime: image, image: {url: "acme/job:latest"}}
  - {type: worker, name: w, runtime: python, autoDeployTrigger: "off", numInstances: 3, startCommand: run}
"""
    check(
        "render.yaml",
        text,
        {
            "name": "api",
            "use": "web",
            "built": "dockerfile",
            "healthcheck": True,
            "autoscaled": True,
            "instances": 2,
            "release_command": "migrate",
            "grace": 60,
            "deploys_itself": True,
            "secrets_literal": {"DB_PASSWORD"},
            "secret_refs": True,
            "env_names": {"API_TOKEN", "DB_PASSWORD"},
        },
        {"name": "site", "use": "static", "healthcheck": None, "deploys_itself": False, "instances": 1},
        {"name": "nightly", "use": "job", "built": "image", "image_pinned": "floating", "restarts": False},
        {
            "name": "w",
            "use": "worker",
            "built": "source",
            "command": "run",
            "instances": 3,
            "deploys_itself": False,
        },
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "railway.toml",
            '[build]\nbuilder = "NIXPACKS"\n[deploy]\nstartCommand = "run"\nhealthcheckPath = "/up"\n',
        ),
        (
            "railway.json",
            '{"build": {"builder": "nixpacks"}, "deploy": {"startCommand": "run", "healthcheckPath": "/up"}}',
        ),
    ],
)
def test_railway_tells_its_health_check_in_either_form(path: str, text: str) -> None:
    check(
        path,
        text,
        {
            "platform": "railway",
            "built": "buildpack",
            "command": "run",
            "healthcheck": True,
            "restarts": True,
        },
    )


def test_railway_tells_a_service_that_is_not_started_again() -> None:
    text = (
        '{"build": {"dockerfilePath": "Dockerfile"},'
        ' "deploy": {"restartPolicyType": "NEVER", "numReplicas": 2}}'
    )
    check(
        "railway.json", text, {"built": "dockerfile", "restarts": False, "instances": 2, "healthcheck": False}
    )


def test_digitalocean_tells_each_part_of_an_app() -> None:
    text = """region: fra
envs: [{key: A, value: b}]
services:
  - name: api
    dockerfile_path: Dockerfile
    github: {repo: a/b, deploy_on_push: true}
    health_check: {http_path: /health}
    autoscaling: {min_instance_count: 2, max_instance_count: 4}
    envs: [{key: TOKEN, type: SECRET, value: "EV[1:x]"}]
workers:
  - {name: w, image: {registry_type: DOCR}, instance_count: 3}
jobs:
  - {name: migrate, kind: PRE_DEPLOY, run_command: migrate up}
static_sites: [{name: s}]
"""
    check(
        ".do/app.yaml",
        text,
        {
            "name": "api",
            "use": "web",
            "built": "dockerfile",
            "healthcheck": True,
            "autoscaled": True,
            "instances": 2,
            "deploys_itself": True,
            "release_command": "migrate up",
            "secret_refs": True,
            "env_names": {"A", "TOKEN"},
            "regions": {"fra"},
        },
        {"name": "w", "built": "image", "instances": 3, "healthcheck": None, "deploys_itself": False},
        {"name": "migrate", "use": "job", "restarts": False, "release_command": ""},
        {"name": "s", "use": "static", "built": "buildpack"},
    )
    nested = "spec:\n  services: [{name: api}]\n"
    check(".do/deploy.template.yaml", nested, {"name": "api", "healthcheck": False, "autoscaled": False})


def test_app_engine_tells_standard_from_flexible() -> None:
    check(
        "app.yaml",
        "runtime: python312\nentrypoint: run\nautomatic_scaling: {min_instances: 1}\nenv_variables: {A: b}\n",
        {"name": "default", "built": "buildpack", "healthcheck": None, "autoscaled": True, "instances": 1},
    )
    check(
        "app.yaml",
        "runtime: custom\nenv: flex\nservice: api\nmanual_scaling: {instances: 2}\n",
        {"name": "api", "built": "dockerfile", "healthcheck": True, "autoscaled": False, "instances": 2},
    )


def test_ecs_tells_each_container_of_a_task() -> None:
    text = """{"family": "web", "memory": "512", "cpu": "256", "containerDefinitions": [
 {"name": "web", "image": "<IMAGE>", "portMappings": [{"containerPort": 80}], "essential": true,
  "healthCheck": {"command": ["CMD", "x"]}, "stopTimeout": 60, "command": ["a", "b"],
  "environment": [{"name": "A", "value": "b"}, {"name": "API_TOKEN", "value": "vK3pQ9xZr7LmT2"}],
  "secrets": [{"name": "S", "valueFrom": "arn:x"}]},
 {"name": "side", "image": "x/side:1.2", "essential": false, "privileged": true}]}"""
    check(
        "deploy/task-def.json",
        text,
        {
            "name": "web",
            "use": "web",
            "image": None,
            "healthcheck": True,
            "limits_memory": True,
            "grace": 60,
            "limits_cpu": True,
            "secret_refs": True,
            "secrets_literal": {"API_TOKEN"},
            "command": "a b",
            "restarts": True,
            "line": 2,
        },
        {
            "name": "side",
            "use": "other",
            "image_pinned": "version",
            "healthcheck": False,
            "privileged": True,
            "restarts": False,
        },
    )
    bare = '{"taskDefinition": {"containerDefinitions": [{"name": "a", "image": "a/b"}]}}'
    check(".aws/td.json", bare, {"limits_memory": False, "limits_cpu": False, "image_pinned": "none"})
    check("ecs/migrate.json", bare, {"use": "job"})


def test_copilot_tells_a_service_and_how_many_run() -> None:
    check(
        "copilot/api/manifest.yml",
        "name: api\ntype: Load Balanced Web Service\nimage: {build: Dockerfile}\nhttp: {path: /}\n"
        "count: {range: 2-10}\nvariables: {A: b}\nsecrets: {S: /x}\n",
        {
            "platform": "copilot",
            "use": "web",
            "built": "dockerfile",
            "healthcheck": True,
            "instances": 2,
            "autoscaled": True,
            "secret_refs": True,
        },
    )
    check(
        "copilot/w/manifest.yml",
        "name: w\ntype: Worker Service\nimage: {location: 'acme/w:1.2.3'}\ncount: 1\n",
        {"use": "worker", "built": "image", "healthcheck": False, "instances": 1, "autoscaled": False},
    )
    check(
        "copilot/v/manifest.yml",
        "name: v\ntype: Worker Service\ncount: {range: {min: 1}}\n",
        {"instances": None},
    )


def test_app_runner_platform_sh_koyeb_and_zeabur_tell_what_they_start() -> None:
    check(
        "apprunner.yaml",
        "runtime: python311\nrun: {command: run, pre-run: migrate,"
        " env: [{name: A, value: b}], secrets: [{name: S}]}\n",
        {
            "use": "web",
            "command": "run",
            "release_command": "migrate",
            "env_names": {"A"},
            "secret_refs": True,
        },
    )
    check(
        ".platform.app.yaml",
        "name: app\ntype: 'php:8.3'\nhooks: {deploy: migrate}\nweb: {commands: {start: run}}\n",
        {"use": "web", "command": "run", "release_command": "migrate", "deploys_itself": True},
    )
    check(
        "koyeb.yaml",
        "services: [{name: a, scaling: {min: 2}, health_checks: [{http: {}}]}, {name: w, type: worker}]\n",
        {"use": "web", "instances": 2, "healthcheck": True},
        {"use": "worker", "healthcheck": False},
    )
    check("zeabur.json", '{"start_command": "run"}', {"command": "run", "healthcheck": None})


def test_elastic_beanstalk_tells_images_and_options() -> None:
    check(
        "Dockerrun.aws.json",
        '{"AWSEBDockerrunVersion": "1", "Image": {"Name": "acme/a:1.2.3"}}',
        {"built": "image", "image_pinned": "version", "limits_memory": None, "healthcheck": None},
    )
    check("Dockerrun.aws.json", '{"AWSEBDockerrunVersion": 1}', {"built": "dockerfile", "image": ""})
    check(
        "Dockerrun.aws.json",
        '{"AWSEBDockerrunVersion": 2, "containerDefinitions":'
        ' [{"name": "a", "image": "x/y:1.2", "memory": 128}]}',
        {"name": "a", "limits_memory": True, "use": "other"},
    )
    check(
        ".ebextensions/01.config",
        "option_settings:\n  aws:autoscaling:asg: {MinSize: 2, MaxSize: 4}\n"
        "  aws:elasticbeanstalk:application: {Application Healthcheck URL: /up}\n"
        "  aws:elasticbeanstalk:application:environment: {A: b}\n",
        {"instances": 2, "autoscaled": True, "healthcheck": True, "env_names": {"A"}},
    )
    check(
        ".ebextensions/02.config",
        "option_settings:\n  - {option_name: A, value: b}\n  - {namespace: x, option_name: y, value: z}\n",
        {"instances": None, "autoscaled": None, "healthcheck": None, "env_names": {"A"}},
    )


def test_azure_tells_services_and_containers() -> None:
    check(
        "azure.yaml",
        "services:\n  api: {project: src, host: containerapp}\n"
        "  f: {host: function}\n  s: {host: appservice}\n",
        {"name": "api", "use": "web", "built": None, "healthcheck": None},
        {"name": "f", "use": "function", "built": "source"},
        {"name": "s", "use": "web", "built": "source"},
    )
    check(
        "containerapp.yaml",
        "location: westeurope\nproperties:\n  configuration: {ingress: {external: true}}\n  template:\n"
        "    scale: {minReplicas: 1, maxReplicas: 1}\n"
        "    containers: [{name: a, image: 'x/y:1.2.3', probes: [{type: Liveness}],"
        " env: [{name: S, secretRef: s}]}]\n",
        {
            "use": "web",
            "healthcheck": True,
            "instances": 1,
            "autoscaled": False,
            "secret_refs": True,
            "regions": {"westeurope"},
        },
    )


def test_serverless_tells_each_function() -> None:
    text = """service: shop
provider:
  name: aws
  region: eu-central-1
  stage: ${opt:stage, 'dev'}
  environment: {SHARED: x, KEY: "${ssm:/a/b}"}
functions:
  get: {handler: a.get, environment: {OWN: y}}
  job: {image: "${env:IMAGE}"}
"""
    check(
        "serverless.yml",
        text,
        {
            "name": "get",
            "use": "function",
            "built": "source",
            "command": "a.get",
            "autoscaled": True,
            "env_names": {"SHARED", "KEY", "OWN"},
            "secret_refs": True,
            "regions": {"eu-central-1"},
            "environment": "",
            "limits_memory": True,
        },
        {"name": "job", "built": "image", "image": None},
    )
    check(
        "serverless.yml",
        "service: shop\nprovider: {stage: prod}\nfunctions: ${file(functions.yml)}\n",
        {"name": "shop", "env_names": None, "built": None},
    )
    check(
        "serverless.yml",
        "service: a\nprovider: {stage: prod}\nfunctions: {f: {handler: a}}\n",
        {"environment": "production"},
    )


def test_sam_tells_its_functions_and_whether_a_deployment_is_taken_back() -> None:
    text = """Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Environment: {Variables: {A: b}}}}
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties: {Handler: a.b, DeploymentPreference: {Type: Canary10Percent5Minutes, Alarms: [!Ref X]}}
  Job:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image, ImageUri: !Ref Image}
  Table: {Type: AWS::DynamoDB::Table}
"""
    check(
        "template.yaml",
        text,
        {"name": "Api", "command": "a.b", "rolls_back": True, "env_names": {"A"}, "built": "source"},
        {"name": "Job", "built": "image", "image": None, "rolls_back": False},
    )


def test_workers_vercel_and_netlify_are_run_on_demand() -> None:
    check(
        "wrangler.toml",
        'name = "w"\nmain = "src/a.ts"\n[vars]\nA = "b"\n',
        {"platform": "cloudflare-workers", "use": "function", "autoscaled": True, "env_names": {"A"}},
    )
    check("wrangler.jsonc", '{"name": "w", /* c */ "assets": {}}', {"use": "static"})
    check("vercel.json", '{"regions": ["fra1"], "functions": {}}', {"use": "function", "regions": {"fra1"}})
    check("vercel.json", '{"rewrites": []}', {"use": "other"})
    check("netlify.toml", '[build]\ncommand = "x"\n[build.environment]\nA = "b"\n', {"use": "static"})
    check("netlify.toml", '[functions]\ndirectory = "x"\n', {"use": "function"})


def test_kamal_tells_each_role_of_servers() -> None:
    text = """service: shop
image: acme/shop
servers:
  web: [1.1.1.1, 1.1.1.2]
  job:
    hosts: [1.1.1.3]
    cmd: bin/jobs
    options: {memory: 1g, cpus: 2}
env: {clear: {A: b}, secret: [KEY]}
drain_timeout: 45
"""
    check(
        "config/deploy.yml",
        text,
        {
            "name": "shop-web",
            "use": "web",
            "built": "dockerfile",
            "healthcheck": True,
            "instances": 2,
            "limits_memory": False,
            "secret_refs": True,
            "env_names": {"A"},
            "grace": 45,
        },
        {
            "name": "shop-job",
            "use": "worker",
            "command": "bin/jobs",
            "healthcheck": False,
            "instances": 1,
            "limits_memory": True,
            "limits_cpu": True,
        },
    )
    check(
        "config/deploy.staging.yml",
        "service: a\nimage: b\nproxy: false\nservers: [1.1.1.1]\nenv: {A: b}\n",
        {"name": "a-web", "healthcheck": False, "environment": "staging", "instances": 1, "env_names": {"A"}},
    )
    check("config/deploy.yml", "service: a\nimage: b\n", {"instances": None})


def test_caprover_and_pm2_tell_what_they_run() -> None:
    check("captain-definition", '{"schemaVersion": 2, "imageName": "a/b:1.2"}', {"built": "image"})
    check(
        "captain-definition",
        '{"schemaVersion": 2, "dockerfilePath": "./Dockerfile"}',
        {"built": "dockerfile"},
    )
    check("captain-definition", '{"schemaVersion": 2, "templateId": "node/8"}', {"built": "source"})
    check(
        "ecosystem.json",
        '{"apps": [{"name": "a", "script": "a.js", "instances": 2,'
        ' "max_memory_restart": "1G", "autorestart": false}]}',
        {"machine": True, "instances": 2, "limits_memory": True, "restarts": False, "healthcheck": False},
    )
    check("pm2.yml", "apps: [{script: a.js, env: {A: b}}]\n", {"restarts": True, "env_names": {"A"}})
    check(
        "ecosystem.config.js",
        "module.exports = {\n  apps: [],\n}\n",
        {"platform": "pm2", "line": 2, "restarts": None, "command": None},
    )


def test_systemd_tells_how_a_unit_is_started_again() -> None:
    text = """[Unit]
Description=Shop
[Service]
ExecStart=/usr/bin/shop serve
Restart=on-failure
MemoryMax=1G
TimeoutStopSec=20
Environment=A=b "API_TOKEN=vK3pQ9xZr7LmT2" bare
WatchdogSec=30
"""
    check(
        "deploy/shop.service",
        text,
        {
            "platform": "systemd",
            "name": "shop",
            "machine": True,
            "restarts": True,
            "limits_memory": True,
            "grace": 20,
            "env_names": {"A", "API_TOKEN"},
            "secrets_literal": {"API_TOKEN"},
            "healthcheck": True,
            "line": 3,
            "command": "/usr/bin/shop serve",
        },
    )
    once = "[Service]\nType=oneshot\nExecStart=/bin/x\nEnvironmentFile=/etc/x\n"
    check("x.service", once, {"use": "job", "restarts": False, "limits_memory": False, "env_names": None})


def test_nomad_tells_each_task() -> None:
    text = """job "shop" {
  datacenters = ["dc1"]
  update { auto_revert = true }
  group "web" {
    count = 2
    service {
      check { type = "http" }
    }
    scaling { max = 5 }
    task "server" {
      driver = "docker"
      kill_timeout = "30s"
      vault {}
      config {
        image = "acme/shop:1.2.3"
        privileged = true
      }
      env { A = "b" }
      resources { cores = 2 }
    }
    task "migrate" {
      lifecycle { hook = "prestart" }
      config { image = var.image }
    }
  }
  group "work" {
    count = var.n
    restart { attempts = 0 }
    task "w" {
      driver = "exec"
      config { command = "work" }
    }
  }
}
job "night" {
  type = "batch"
  group "g" {
    task "n" { env = { A = "b" } }
  }
}
"""
    check(
        "deploy/shop.nomad.hcl",
        text,
        {
            "name": "server",
            "use": "web",
            "instances": 2,
            "healthcheck": True,
            "autoscaled": True,
            "grace": 30,
            "image_pinned": "version",
            "privileged": True,
            "rolls_back": True,
            "secret_refs": True,
            "limits_cpu": True,
            "limits_memory": True,
            "regions": {"dc1"},
            "env_names": {"A"},
            "restarts": True,
        },
        {"name": "migrate", "use": "job", "image": None, "built": "image", "restarts": False},
        {
            "name": "w",
            "use": "other",
            "instances": None,
            "built": "none",
            "command": "work",
            "restarts": False,
        },
        {"name": "n", "use": "job", "instances": 1, "env_names": {"A"}, "rolls_back": False},
    )


def test_a_descriptor_that_cannot_be_read_is_a_problem_and_no_row() -> None:
    facts = Store(MemoryTree({"fly.toml": "a = [", "x.nomad": "job {", "render.yaml": "a: ["}), tables=())
    found = facts.collected(SERVICE)
    assert found.rows == ()
    assert sorted(problem.path for problem in found.problems) == ["fly.toml", "render.yaml", "x.nomad"]
    assert found.openings == ()


def test_a_descriptor_that_is_too_large_for_us_leaves_its_questions_open() -> None:
    text = "services:\n" + "- {type: web}\n" * 80_000
    found = Store(MemoryTree({"staging/render.yaml": text}), tables=()).collected(SERVICE)
    assert [(gap.path, gap.environment) for gap in found.openings] == [("staging/render.yaml", "staging")]


@pytest.mark.parametrize("value", ["${IMAGE}", "{{ image }}", "acme/x:${TAG}"])
def test_an_image_that_is_set_later_is_unknown(value: str) -> None:
    check("fly.toml", f'app = "a"\n[build]\nimage = "{value}"\n', {"image": None, "image_pinned": None})


@pytest.mark.parametrize(
    ("text", "expected"), [("'500ms'", 0), ("'2m'", 120), ("5", 5), ("'soon'", None), ("[]", None)]
)
def test_a_time_is_told_in_seconds(text: str, expected: int | None) -> None:
    check("fly.toml", f"app = 'a'\nkill_timeout = {text}\n", {"grace": expected})


def test_a_sidecar_of_nomad_runs_beside_the_service_and_is_no_job() -> None:
    text = """job "a" {
  group "g" {
    service {
      check { type = "http" }
    }
    task "main" {
      template {
        data = "A=b"
        env  = true
      }
    }
    task "logs" {
      lifecycle {
        hook    = "prestart"
        sidecar = true
      }
      config {
        image = "x/y:1.2"
        healthcheck { test = ["CMD", "x"] }
      }
    }
  }
}
"""
    check(
        "a.nomad",
        text,
        {"name": "main", "use": "web", "healthcheck": True, "env_names": None},
        {"name": "logs", "use": "worker", "healthcheck": True, "restarts": True, "env_names": set()},
    )


def test_functions_in_a_list_are_told_where_they_are_written_out() -> None:
    text = "service: a\nfunctions:\n  - ${file(b.yml)}\n  - f: {handler: a.f}\n"
    check("serverless.yml", text, {"name": "f", "line": 4})
    check("serverless.yml", "service: a\nfunctions: ['${file(b.yml)}']\n", {"name": "a", "autoscaled": True})


def test_a_secret_that_digitalocean_encrypts_or_asks_for_is_not_written_out() -> None:
    envs = "envs: [{key: API_TOKEN, type: SECRET, value: VALUE}]"
    wanted = {"secrets_literal": set(), "placeholder_secrets": set(), "secret_refs": True}
    encrypted = f"services: [{{name: a, {envs.replace('VALUE', 'EV[1:abcdefgh12345678]')}}}]\n".replace(
        "EV[1:abcdefgh12345678]", "'EV[1:abcdefgh12345678]'"
    )
    check(".do/app.yaml", encrypted, wanted)
    check(
        ".do/deploy.template.yaml",
        f"services: [{{name: a, {envs.replace('VALUE', 'k3Jd92LmQx7V')}}}]\n",
        wanted,
    )
    check(
        ".do/app.yaml",
        f"services: [{{name: a, {envs.replace('VALUE', 'k3Jd92LmQx7V')}}}]\n",
        {"secrets_literal": {"API_TOKEN"}},
    )


def test_of_very_many_services_in_one_descriptor_the_first_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noun, "MAX_ROWS", 2)
    rows = services({"Procfile": "web: a\nworker: b\nclock: c\n"})
    assert [row.name for row in rows] == ["web", "worker"]


@pytest.mark.parametrize(
    "text",
    [
        "service: a\nimage: your-user/a\nservers: {web: [10.1.1.1]}\n",
        "service: a\nimage: a\nservers: {web: [192.168.0.1]}\n",
        "service: a\nimage: a\nservers: [192.168.0.1]\n",
    ],
)
def test_a_file_of_kamal_as_rails_makes_it_tells_nothing(text: str) -> None:
    assert services({"config/deploy.yml": text}) == ()


def test_a_file_of_kamal_with_machines_of_its_own_tells_of_them() -> None:
    check(
        "config/deploy.yml",
        "service: a\nimage: b\nservers: {web: [192.168.0.1, 10.1.1.1]}\n",
        {"instances": 2},
    )
