from __future__ import annotations

import pytest

from readiness.facts.infrastructure.sources import held, module_held
from readiness.facts.infrastructure.terraform import BLOCK, ROOT, TerraformBlock, TerraformRoot
from readiness.facts.repository.noun import REPOSITORY
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

PROVIDER = 'provider "aws" {}\n'


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=[])


def blocks(text: str, path: str = "main.tf") -> tuple[TerraformBlock, ...]:
    return store({path: text}).collected(BLOCK).rows


def roots(files: dict[str, str]) -> dict[str, TerraformRoot]:
    return {row.path: row for row in store(files).collected(ROOT).rows}


def root(files: dict[str, str]) -> TerraformRoot:
    (row,) = roots(files).values()
    return row


# --- blocks


def test_a_resource_has_a_type_a_name_and_a_provider() -> None:
    (row,) = blocks('\nresource "aws_db_instance" "main" {}\n')
    assert (row.line, row.kind, row.type, row.name, row.provider, row.text) == (
        2,
        "resource",
        "aws_db_instance",
        "main",
        "aws",
        'resource "aws_db_instance" "main"',
    )


def test_attributes_are_told_with_their_path() -> None:
    text = """resource "a_b" "c" {
  multi_az = true
  days = var.days
  none = null
  lifecycle { prevent_destroy = true }
  tags = { Name = "x" }
  ingress { cidr_blocks = ["0.0.0.0/0", var.own] }
  dynamic "setting" {
    for_each = var.settings
    content { name = "y" }
  }
}"""
    (row,) = blocks(text)
    assert sorted(row.attributes) == [
        "days",
        "ingress",
        "ingress/cidr_blocks",
        "lifecycle",
        "lifecycle/prevent_destroy",
        "multi_az",
        "none",
        "setting",
        "setting/name",
        "tags",
        "tags/Name",
    ]
    assert sorted(row.values) == [
        "ingress/cidr_blocks=0.0.0.0/0",
        "lifecycle/prevent_destroy=true",
        "multi_az=true",
        "setting/name=y",
        "tags/Name=x",
    ]
    assert sorted(row.computed) == ["days", "ingress/cidr_blocks"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('resource "a_b" "c" { password = "hunter22x" }', "password=***"),
        ('variable "db_password" { default = "hunter22x" }', "default=***"),
        ('variable "url" { default = "https://me:hunter22x@x.example" }', "default=https://***@x.example"),
        ('variable "region" { default = "eu-west-1" }', "default=eu-west-1"),
    ],
)
def test_secrets_are_not_shown(text: str, expected: str) -> None:
    (row,) = blocks(text)
    assert row.values == {expected}


def test_terraform_speaks_of_its_backend_and_its_providers() -> None:
    text = """terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source = "hashicorp/aws"
      version = "~> 5.0"
    }
    old = ">= 2"
  }
  backend "s3" { bucket = "x" }
}
"""
    found = [(row.kind, row.line, row.type or row.name, row.version, row.pinned) for row in blocks(text)]
    assert found == [
        ("terraform", 1, "", ">= 1.5", True),
        ("required_provider", 4, "aws", "~> 5.0", True),
        ("required_provider", 8, "old", ">= 2", False),
        ("backend", 10, "s3", "", True),
    ]


@pytest.mark.parametrize("name", ["main.tf.json", "main.tofu.json"])
def test_the_json_syntax_is_read(name: str) -> None:
    text = """{"//": "why", "resource": {"aws_s3_bucket": {"a": {"acl": "${var.x}", "n": 1},
 "b": [{"m": 2}]}},
 "terraform": [{"backend": {"gcs": {"bucket": "y"}}, "required_providers": {"aws": {"version": "5.1.0"}}}],
 "variable": {"v": {}}, "stranger": 1}"""
    found = [(row.kind, row.type, row.name, sorted(row.values)) for row in blocks(text, name)]
    assert sorted(found) == [
        ("backend", "gcs", "", ["bucket=y"]),
        ("required_provider", "", "aws", []),
        ("resource", "aws_s3_bucket", "a", ["n=1"]),
        ("resource", "aws_s3_bucket", "b", ["m=2"]),
        (
            "terraform",
            "",
            "",
            ["backend/bucket=y", "required_providers/aws/version=5.1.0"],
        ),
        ("variable", "", "v", []),
    ]


def test_json_that_is_no_object_is_a_problem() -> None:
    assert len(store({"a.tf.json": "[]"}).collected(BLOCK).problems) == 1


def test_a_file_that_terraform_cannot_read_is_a_problem_and_opens_nothing() -> None:
    found = store({"a.tf": "resource {", "b.tf": 'variable "x" {}'}).collected(BLOCK)
    assert [problem.path for problem in found.problems] == ["a.tf"]
    assert (len(found.rows), found.openings) == (1, ())


def test_a_template_and_a_file_over_the_limit_leave_their_environment_open() -> None:
    files = {"envs/prod/main.tf.j2": "{{ x }}", "big.tf": "a = 1\n" * 110_000}
    found = store(files).collected(BLOCK)
    assert [(gap.path, gap.environment) for gap in found.openings] == [
        ("big.tf", ""),
        ("envs/prod/main.tf.j2", "production"),
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("git::https://x.example/a.git?ref=v1", ["live/prod/terragrunt.hcl"]),
        ("tfr:///terraform-aws-modules/vpc/aws?version=3.5.0", ["live/prod/terragrunt.hcl"]),
        ("${include.base.locals.url}?ref=v0.8.0", ["live/prod/terragrunt.hcl"]),
        ("${local.base}//modules/vpc", []),
        ("../modules//vpc", []),
    ],
)
def test_what_terragrunt_takes_from_elsewhere_leaves_its_environment_open(
    source: str, expected: list[str]
) -> None:
    files = {"live/prod/terragrunt.hcl": f'terraform {{ source = "{source}" }}\ninputs = {{}}\n'}
    found = store(files).collected(BLOCK)
    assert [gap.path for gap in found.openings] == expected
    assert {gap.environment for gap in found.openings} <= {"production"}


def test_downloaded_modules_are_passed_over() -> None:
    assert blocks('variable "x" {}', ".terraform/modules/a/main.tf") == ()


def test_a_file_belongs_to_the_environment_of_its_folder() -> None:
    (row,) = blocks('variable "x" {}', "envs/prod/main.tf")
    assert row.environment == "production"


# --- where modules come from


@pytest.mark.parametrize(
    ("source", "version", "expected"),
    [
        ("./a", "", True),
        ("terraform-aws-modules/vpc/aws", "5.1.0", True),
        ("terraform-aws-modules/vpc/aws", "~> 5.1", True),
        ("terraform-aws-modules/vpc/aws", ">= 5", False),
        ("terraform-aws-modules/vpc/aws", ">= 5, < 6", True),
        ("terraform-aws-modules/vpc/aws", "", False),
        ("terraform-aws-modules/vpc/aws", None, None),
        (None, "", None),
        ("git::https://x.example/a.git?ref=v1.2", "", True),
        ("git::https://x.example/a.git?ref=0123abcdef", "", True),
        ("git::https://x.example/a.git?ref=main", "", False),
        ("git::https://x.example/a.git?ref=release", "", None),
        ("git::https://x.example/a.git", "", False),
        ("github.com/a/b", "", False),
        ("git@github.com:a/b.git?ref=tags/v2", "", True),
        ("https://x.example/a.zip", "", None),
        ("https://x.example/a.zip?checksum=md5:1", "", True),
        ("s3::https://x.example/a.zip", "", None),
    ],
)
def test_a_module_is_held_by_a_version_a_tag_or_a_commit(
    source: str | None, version: str | None, expected: bool | None
) -> None:
    assert module_held(source, version) is expected


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [("1.2.3", True), ("= 1.2.3", True), ("~> 1", True), (">= 1", False), ("!= 1.0", False), ("", False)],
)
def test_a_constraint_holds_if_it_has_an_upper_end(constraint: str, expected: bool) -> None:
    assert held(constraint) is expected


def test_a_local_module_may_be_missing() -> None:
    files = {
        "live/main.tf": 'module "a" { source = "../modules/a" }\nmodule "b" { source = "../modules/b" }\n'
        'module "c" { source = "../../elsewhere" }\nmodule "d" { source = "x/y/z" }\n'
        'module "e" { source = "./${var.x}" }\n',
        "modules/a/main.tf": 'variable "x" {}\n',
    }
    rows = [row for row in store(files).collected(BLOCK).rows if row.kind == "module"]
    assert [(row.name, row.remote, row.missing) for row in rows] == [
        ("a", False, False),
        ("b", False, True),
        ("c", False, None),
        ("d", True, False),
        ("e", None, None),
    ]


def test_a_module_that_is_the_root_is_there() -> None:
    files = {"main.tf": 'variable "x" {}', "examples/a/main.tf": 'module "m" { source = "../../" }'}
    row = next(row for row in store(files).collected(BLOCK).rows if row.kind == "module")
    assert row.missing is False


def test_the_password_within_a_source_is_not_shown() -> None:
    (row,) = blocks('module "a" { source = "git::https://me:hunter22x@x.example/a.git" }')
    assert "hunter22x" not in f"{row.source} {row.text} {sorted(row.values)}"


# --- roots


def test_a_folder_with_a_backend_is_live() -> None:
    text = 'terraform {\n  backend "s3" {\n    bucket = "x"\n    key = "y"\n    use_lockfile = true\n  }\n}\n'
    row = root({"main.tf": PROVIDER, "state.tf": text, ".terraform.lock.hcl": ""})
    assert (row.path, row.line, row.standing, row.backend, row.locked, row.lock_file) == (
        "state.tf",
        2,
        "live",
        "s3",
        True,
        True,
    )


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        ('backend "s3" { bucket = "x" }', False),
        ('backend "s3" {}', None),
        ('backend "s3" { dynamodb_table = "x" }', True),
        ('backend "s3" {\n bucket = "x"\n use_lockfile = false\n}', False),
        ('backend "gcs" {}', True),
        ('backend "azurerm" {}', True),
        ('backend "local" {}', False),
        ('backend "http" { address = "x" }', False),
        ('backend "odd" {}', None),
        ("cloud {}", True),
        ("", False),
    ],
)
def test_a_state_is_locked_if_its_backend_locks(backend: str, expected: bool | None) -> None:
    assert root({"main.tf": PROVIDER + "terraform {\n" + backend + "\n}\n"}).locked is expected


def test_the_state_of_terragrunt_is_unknown() -> None:
    row = root({"live/a/main.tf": PROVIDER, "live/terragrunt.hcl": ""})
    assert (row.standing, row.backend, row.locked) == ("live", None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('terraform {\n required_providers {\n aws = { version = "~> 5" }\n }\n}\n', True),
        ("terraform {\n required_providers {\n aws = { version = var.x }\n }\n}\n", None),
        ('terraform {\n required_providers {\n aws = { source = "x" }\n }\n}\n', False),
        ('provider "aws" { version = "~> 5" }\n', True),
        ("", False),
    ],
)
def test_versions_are_pinned_if_every_provider_has_one(text: str, expected: bool | None) -> None:
    row = root({"main.tf": 'resource "aws_vpc" "x" {}\nresource "terraform_data" "y" {}\n' + text})
    assert row.versions_pinned is expected


def test_a_module_used_from_within_is_no_root() -> None:
    files = {"main.tf": PROVIDER + 'module "a" { source = "./a" }\n', "a/main.tf": 'variable "x" {}\n'}
    assert list(roots(files)) == ["main.tf"]


def test_what_examples_use_is_a_module_and_they_are_examples() -> None:
    files = {
        "main.tf": 'variable "x" {}\nresource "aws_vpc" "x" {}\n',
        "examples/a/main.tf": PROVIDER + 'module "m" { source = "../.." }\n',
    }
    found = {path: (row.standing, row.is_example) for path, row in roots(files).items()}
    assert found == {"main.tf": ("module", False), "examples/a/main.tf": ("example", True)}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.tf": 'resource "aws_vpc" "x" {}\n'}, "live"),
        ({"main.tf": 'resource "aws_vpc" "x" {}\nvariable "y" {}\n'}, None),
        ({"main.tf": 'variable "y" {}\n', "prod.tfvars": ""}, "live"),
        ({"main.tf": 'variable "y" {}\n', "envs/prod.tfvars": ""}, "live"),
        ({"main.tf": 'variable "y" {}\n', ".terraform.lock.hcl": ""}, "live"),
        ({"main.tf": 'output "y" {}\n'}, None),
        ({"modules/a/main.tf": 'resource "aws_vpc" "x" {}\n'}, "module"),
    ],
)
def test_without_provider_and_backend_other_signs_decide(files: dict[str, str], expected: str | None) -> None:
    assert root(files).standing == expected


def test_a_committed_state_is_told() -> None:
    assert root({"a/main.tf": PROVIDER, "a/terraform.tfstate": "{}"}).state_file == "a/terraform.tfstate"


def test_resources_are_counted() -> None:
    row = root({"a.tf": PROVIDER + 'resource "a_b" "c" {}\n', "b.tf": 'module "d" { source = "x/y/z" }\n'})
    assert (row.resources, row.text) == (2, ".: 2 resources and modules, backend: none said")


def test_any_file_of_the_folder_may_say_which_terraform_it_needs() -> None:
    files = {
        "a.tf": 'terraform {\n backend "gcs" {}\n}\n',
        "b.tf": 'terraform {\n required_version = "~> 1.5"\n}\n',
    }
    assert root(files).required_version == "~> 1.5"


@pytest.mark.parametrize("files", [{"live/terragrunt.hcl": "inputs = {}\n"}, {"main.tf.json": "{}"}])
def test_terragrunt_and_the_json_syntax_are_infrastructure(files: dict[str, str]) -> None:
    (row,) = store(files).collected(REPOSITORY).rows
    assert row.kind == {"infrastructure"}


# --- firewalls

OPEN = 'from_port = 22\nto_port = 22\nprotocol = "tcp"\ncidr_blocks = ["0.0.0.0/0"]'


@pytest.mark.parametrize(
    ("type_", "body", "ports"),
    [
        ("aws_security_group", f"ingress {{\n{OPEN}\n}}", {"22"}),
        ("aws_security_group", f"egress {{\n{OPEN}\n}}", set()),
        ("aws_security_group", f"ingress {{\n{OPEN.replace('22', '443')}\n}}", set()),
        ("aws_security_group", f"ingress {{\n{OPEN.replace('0.0.0.0/0', '10.0.0.0/8')}\n}}", set()),
        (
            "aws_security_group",
            (
                f"ingress {{\n{OPEN.replace('0.0.0.0/0', '10.0.0.0/8')}\n}}\n"
                f"ingress {{\n{OPEN.replace('22', '443')}\n}}"
            ),
            set(),
        ),
        ("aws_security_group", f"ingress {{\n{OPEN.replace('22', 'var.port')}\n}}", None),
        ("aws_security_group", "ingress {\nfrom_port = 22\nto_port = 22\ncidr_blocks = var.a\n}", None),
        ("aws_security_group", "ingress {\nfrom_port = 80\nto_port = 80\ncidr_blocks = var.a\n}", set()),
        (
            "aws_security_group",
            'dynamic "ingress" {\nfor_each = var.a\ncontent {\n' + OPEN + "\n}\n}",
            {"22"},
        ),
        (
            "aws_default_security_group",
            'ingress {\nprotocol = "-1"\nfrom_port = 0\nto_port = 0\nipv6_cidr_blocks = ["::/0"]\n}',
            {"22", "2379", "3306", "3389", "5432", "5984", "6379", "9200", "11211", "1433", "1521", "27017"},
        ),
        ("aws_security_group_rule", f'type = "ingress"\n{OPEN.replace("22", "5432")}', {"5432"}),
        ("aws_security_group_rule", f'type = "egress"\n{OPEN}', set()),
        (
            "aws_vpc_security_group_ingress_rule",
            'from_port = 3300\nto_port = 3400\nip_protocol = "tcp"\ncidr_ipv4 = "0.0.0.0/0"',
            {"3306", "3389"},
        ),
        (
            "azurerm_network_security_rule",
            (
                'direction = "Inbound"\naccess = "Allow"\ndestination_port_range = "3389"\n'
                'source_address_prefix = "Internet"'
            ),
            {"3389"},
        ),
        (
            "azurerm_network_security_rule",
            'access = "Deny"\ndestination_port_range = "*"\nsource_address_prefix = "*"',
            set(),
        ),
        (
            "azurerm_network_security_group",
            'security_rule {\ndestination_port_ranges = ["20-25"]\nsource_address_prefix = "*"\n}',
            {"22"},
        ),
        (
            "azurerm_network_security_rule",
            'destination_port_range = "odd"\nsource_address_prefix = "*"',
            None,
        ),
        (
            "azurerm_network_security_rule",
            'destination_port_range = "*"\nsource_address_prefix = "10.0.0.1"',
            set(),
        ),
        (
            "google_compute_firewall",
            'source_ranges = ["0.0.0.0/0"]\nallow {\nprotocol = "tcp"\nports = ["22", "80"]\n}',
            {"22"},
        ),
        ("google_compute_firewall", 'direction = "EGRESS"\nallow {\nprotocol = "tcp"\n}', set()),
        ("aws_instance", OPEN, set()),
    ],
)
def test_the_doors_that_a_firewall_opens_to_everyone(type_: str, body: str, ports: set[str] | None) -> None:
    (row,) = blocks(f'resource "{type_}" "a" {{\n{body}\n}}\n')
    assert row.opened == ports


def test_a_firewall_of_google_without_ports_opens_them_all() -> None:
    body = 'source_ranges = ["0.0.0.0/0"]\nallow {\nprotocol = "tcp"\n}'
    (row,) = blocks(f'resource "google_compute_firewall" "a" {{\n{body}\n}}\n')
    assert row.opened is not None
    assert {"22", "27017"} <= row.opened
