"""Infrastructure as code beside Terraform."""

from __future__ import annotations

import pytest

from readiness.facts.infrastructure.resources import NOUN, Infrastructure
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files))


def rows(files: dict[str, str]) -> dict[str, Infrastructure]:
    return {row.name: row for row in store(files).collected(NOUN).rows}


def row(files: dict[str, str]) -> Infrastructure:
    (found,) = rows(files).values()
    return found


def stack(type_: str, properties: str) -> dict[str, str]:
    return {"stack.yaml": f"Resources:\n  A:\n    Type: {type_}\n    Properties: {properties}\n"}


def bicep(type_: str, properties: str) -> dict[str, str]:
    return {"a.bicep": f"resource A '{type_}@2023-01-01' = {{\n  properties: {properties}\n}}\n"}


# --- CloudFormation


def test_a_resource_of_a_template() -> None:
    text = """AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Main:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "${AWS::StackName}-jobs"
      DelaySeconds: 5
      Tags: [{ Key: a, Value: b }]
      MasterPassword: hunter22x
"""
    found = row({"deploy/app.yml": text})
    assert (found.line, found.tool, found.kind, found.type, found.name) == (
        3,
        "cloudformation",
        "resource",
        "AWS::SQS::Queue",
        "Main",
    )
    assert (found.provider, found.state, found.text) == (
        "aws",
        "platform",
        "cloudformation resource AWS::SQS::Queue Main",
    )
    assert found.values == {"DelaySeconds=5", "Tags/Key=a", "Tags/Value=b", "MasterPassword=***"}
    assert found.computed == {"QueueName"}


@pytest.mark.parametrize("path", ["a.json", "a.template"])
def test_a_template_in_json_is_read(path: str) -> None:
    text = '{"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "N"}}}}}'
    found = row({path: text})
    assert (found.type, found.computed, found.store, found.encrypted) == (
        "AWS::S3::Bucket",
        frozenset(("BucketName",)),
        True,
        "default",
    )


def test_sam_and_the_serverless_framework_are_read() -> None:
    sam = "Transform: AWS::Serverless-2016-10-31\nResources:\n  A: { Type: 'AWS::Serverless::Function' }\n"
    framework = (
        "service: x\nprovider: { name: aws }\nresources:\n  Resources:\n    B: { Type: 'AWS::S3::Bucket' }\n"
    )
    found = rows({"template.yaml": sam, "serverless.yml": framework})
    assert {name: each.tool for name, each in found.items()} == {"A": "sam", "B": "cloudformation"}


@pytest.mark.parametrize(
    ("resource", "opens"),
    [
        ("{ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: ./db.yaml } }", False),
        ("{ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://s3/db.yaml' } }", True),
        ("{ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: !Ref U } }", True),
    ],
)
def test_a_stack_whose_template_lies_elsewhere_leaves_questions_open(resource: str, opens: bool) -> None:
    found = store({"a.yaml": f"Resources:\n  A: {resource}\n"}).collected(NOUN)
    assert [each.kind for each in found.rows] == ["module"]
    assert bool(found.openings) is opens


def test_a_loop_of_a_template_leaves_questions_open() -> None:
    text = "Resources:\n  Fn::ForEach::Topics: [x]\n  A: { Type: 'AWS::SNS::Topic' }\n"
    found = store({"a.yaml": text}).collected(NOUN)
    assert [(gap.line, gap.reason) for gap in found.openings] == [
        (2, "Fn::ForEach makes resources that are not worked out")
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"a.yaml": "Parameters:\n  V: { Type: 'AWS::EC2::VPC::Id' }\n"},
        {"a.yaml": "Resources:\n  A: { Type: other }\n# Type: AWS::S3::Bucket\n"},
        {"cdk.out/a.template.json": '{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}'},
        {"app/cdk.out/a.json": '{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}'},
        {"mail.template": "Dear {name}: [\n"},
    ],
)
def test_other_files_are_no_templates(files: dict[str, str]) -> None:
    assert rows(files) == {}


def test_a_broken_template_is_a_problem() -> None:
    found = store({"a.yaml": "Resources:\n  A:\n    Type: AWS::S3::Bucket\n   b: [\n"}).collected(NOUN)
    assert [problem.path for problem in found.problems] == ["a.yaml"]
    assert found.openings == ()


def test_a_template_of_a_template_leaves_questions_open() -> None:
    found = store(
        {"a.yaml": "Resources:\n{% if x %}\n  A:\n    Type: AWS::S3::Bucket\n{% endif %}\n"}
    ).collected(NOUN)
    assert [gap.path for gap in found.openings] == ["a.yaml"]


# --- stores


@pytest.mark.parametrize(
    ("type_", "properties", "encrypted"),
    [
        ("AWS::RDS::DBInstance", "{ StorageEncrypted: true }", "set"),
        ("AWS::RDS::DBInstance", "{ StorageEncrypted: 'True' }", "set"),
        ("AWS::RDS::DBInstance", "{ StorageEncrypted: false }", "no"),
        ("AWS::RDS::DBInstance", "{ AllocatedStorage: 1 }", "no"),
        ("AWS::RDS::DBInstance", "{ StorageEncrypted: !Ref E }", "elsewhere"),
        ("AWS::RDS::DBInstance", "{ DBSnapshotIdentifier: x }", "elsewhere"),
        ("AWS::RDS::DBInstance", "{ Engine: aurora-postgresql }", "elsewhere"),
        ("AWS::OpenSearchService::Domain", "{ EncryptionAtRestOptions: { Enabled: true } }", "set"),
        ("AWS::OpenSearchService::Domain", "{ EncryptionAtRestOptions: !Ref O }", "elsewhere"),
        ("AWS::DynamoDB::Table", "{ TableName: x }", "default"),
        ("AWS::SQS::Queue", "{ QueueName: x }", ""),
    ],
)
def test_whether_a_store_is_encrypted(type_: str, properties: str, encrypted: str) -> None:
    assert row(stack(type_, properties)).encrypted == encrypted


@pytest.mark.parametrize(
    ("files", "zones"),
    [
        (stack("AWS::RDS::DBInstance", "{ MultiAZ: true }"), "several"),
        (stack("AWS::RDS::DBInstance", "{ MultiAZ: !If [P, true, false] }"), "elsewhere"),
        (stack("AWS::RDS::DBInstance", "{ Engine: mysql }"), "one"),
        (stack("AWS::RDS::DBInstance", "{ Engine: aurora }"), ""),
        (stack("AWS::RDS::DBInstance", "{ SourceDBInstanceIdentifier: x }"), ""),
        (stack("AWS::ElastiCache::ReplicationGroup", "{ AutomaticFailoverEnabled: true }"), "several"),
        (
            bicep(
                "Microsoft.DBforPostgreSQL/flexibleServers",
                "{\n highAvailability: { mode: 'ZoneRedundant' }\n}",
            ),
            "several",
        ),
        (
            bicep(
                "Microsoft.DBforPostgreSQL/flexibleServers", "{\n highAvailability: { mode: 'Disabled' }\n}"
            ),
            "one",
        ),
        (bicep("microsoft.dbformysql/FLEXIBLESERVERS", "{\n highAvailability: ha\n}"), "elsewhere"),
        (bicep("Microsoft.DBforMySQL/flexibleServers", "{\n createMode: 'Replica'\n}"), "elsewhere"),
        (stack("AWS::S3::Bucket", "{ BucketName: x }"), ""),
    ],
)
def test_whether_a_store_runs_in_several_zones(files: dict[str, str], zones: str) -> None:
    assert row(files).zones == zones


@pytest.mark.parametrize(
    ("files", "backups"),
    [
        (stack("AWS::RDS::DBInstance", "{ BackupRetentionPeriod: 7 }"), "kept"),
        (stack("AWS::RDS::DBInstance", "{ BackupRetentionPeriod: 0 }"), "none"),
        (stack("AWS::RDS::DBInstance", "{ BackupRetentionPeriod: !Ref B }"), "elsewhere"),
        (stack("AWS::RDS::DBInstance", "{ Engine: mysql }"), "default"),
        (
            stack(
                "AWS::DynamoDB::Table",
                "{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }",
            ),
            "kept",
        ),
        (stack("AWS::DynamoDB::Table", "{ TableName: x }"), "none"),
        (stack("AWS::Backup::BackupPlan", "{ BackupPlan: {} }"), "kept"),
        (
            bicep("Microsoft.DBforPostgreSQL/flexibleServers", "{\n backup: { backupRetentionDays: 7 }\n}"),
            "kept",
        ),
        (stack("AWS::S3::Bucket", "{ BucketName: x }"), ""),
    ],
)
def test_whether_a_store_is_backed_up(files: dict[str, str], backups: str) -> None:
    assert row(files).backups == backups


@pytest.mark.parametrize(
    ("files", "public"),
    [
        (stack("AWS::RDS::DBInstance", "{ PubliclyAccessible: true }"), True),
        (stack("AWS::RDS::DBInstance", "{ PubliclyAccessible: false }"), False),
        (stack("AWS::S3::Bucket", "{ AccessControl: PublicRead }"), True),
        (bicep("Microsoft.Storage/storageAccounts", "{\n allowBlobPublicAccess: true\n}"), True),
        (bicep("Microsoft.Storage/storageAccounts", "{\n allowBlobPublicAccess: open\n}"), False),
    ],
)
def test_whether_a_store_is_open_to_everyone(files: dict[str, str], public: bool) -> None:
    assert row(files).public is public


# --- permissions


def policy(statement: str) -> dict[str, str]:
    return stack("AWS::IAM::Policy", f"{{ PolicyDocument: {{ Statement: [{statement}] }} }}")


@pytest.mark.parametrize(
    ("files", "permissions"),
    [
        (policy("{ Effect: Allow, Action: '*' }"), "all"),
        (policy("{ Effect: Allow, Action: ['s3:GetObject', '*'] }"), "all"),
        (policy("{ Effect: Deny, Action: '*' }"), "named"),
        (policy("{ Effect: Allow, NotAction: 'iam:*' }"), "all"),
        (policy("{ Effect: Allow, Action: 's3:*' }"), "service"),
        (policy("{ Effect: Allow, Action: 'xray:*' }"), "named"),
        (policy("{ Effect: Allow, Action: !Ref A }"), "elsewhere"),
        (policy("{ Effect: Allow, Action: 's3:GetObject' }"), "named"),
        (stack("AWS::IAM::Policy", "{ PolicyDocument: !Ref D }"), "elsewhere"),
        (
            stack("AWS::IAM::Role", "{ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }"),
            "all",
        ),
        (
            stack(
                "AWS::IAM::Role", "{ ManagedPolicyArns: [!Sub 'arn:${P}:iam::aws:policy/ReadOnlyAccess'] }"
            ),
            "named",
        ),
        (stack("AWS::IAM::Role", "{ ManagedPolicyArns: [!Ref P] }"), "elsewhere"),
        (
            stack(
                "AWS::IAM::Role",
                "{ Policies: [{ PolicyDocument: { Statement: { Effect: Allow, Action: '*' } } }] }",
            ),
            "all",
        ),
        (stack("AWS::IAM::Role", "{ AssumeRolePolicyDocument: {} }"), ""),
        (stack("AWS::Serverless::Function", "{ Policies: AdministratorAccess }"), "all"),
        (
            stack("AWS::Serverless::Function", "{ Policies: [{ Statement: [{ Action: 'ec2:*' }] }] }"),
            "service",
        ),
        (stack("AWS::Serverless::Function", "{ Handler: x }"), ""),
        (stack("AWS::SQS::Queue", "{ QueueName: x }"), ""),
    ],
)
def test_how_far_a_policy_goes(files: dict[str, str], permissions: str) -> None:
    assert row(files).permissions == permissions


# --- Azure


def test_a_template_of_the_resource_manager_is_read() -> None:
    text = """{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "resources": [
      {"type": "Microsoft.Sql/servers", "name": "a", "location": "[parameters('l')]", "resources": [
        {"type": "databases", "name": "b", "properties": {"zoneRedundant": true}}]},
      {"type": "Microsoft.Resources/deployments", "name": "in", "properties": {"template": {"resources": {
        "s": {"type": "Microsoft.Storage/storageAccounts", "name": "c"}}}}},
      {"type": "Microsoft.Resources/deployments", "name": "out", "properties": {"templateLink": {}}},
      "x"
    ]}"""
    found = store({"azuredeploy.json": text}).collected(NOUN)
    assert [(each.line, each.type, each.name, each.zones) for each in found.rows] == [
        (3, "Microsoft.Sql/servers", "a", ""),
        (4, "Microsoft.Sql/servers/databases", "b", "several"),
        (6, "Microsoft.Storage/storageAccounts", "c", ""),
    ]
    assert found.rows[0].computed == {"location"}
    assert [gap.line for gap in found.openings] == [7]


def test_other_json_is_no_template_of_azure() -> None:
    assert rows({"a.json": '{"$schema": "x", "about": "/deploymentTemplate.json"}'}) == {}


def test_a_broken_bicep_file_is_a_problem_and_one_elsewhere_an_opening() -> None:
    found = store({"a.bicep": "resource a 'T", "b.bicep": "module m 'br:x/y:1' = {\n}\n"}).collected(NOUN)
    assert [problem.path for problem in found.problems] == ["a.bicep"]
    assert [gap.path for gap in found.openings] == ["b.bicep"]


# --- Ansible


def test_plays_roles_and_tests_of_ansible() -> None:
    play = """- name: web
  hosts: all
  pre_tasks: [{ apt: { name: x }, when: a }]
  tasks:
    - block: [{ ansible.builtin.copy: { src: a }, with_items: [b] }]
    - just a text
- hosts: db
  roles: [postgres]
- import_playbook: other.yml
"""
    files = {
        "anything.yml": play,
        "roles/db/tasks/main.yml": "- apt: {}\n",
        "roles/empty/tasks/main.yml": "",
        "roles/db/molecule/default/molecule.yml": "driver: {}\n",
        "k8s/ingress.yml": "spec:\n  tls:\n    - hosts: [a]\n",
    }
    found = [(each.name, each.kind, set(each.attributes)) for each in store(files).collected(NOUN).rows]
    assert found == [
        ("web", "play", {"apt", "ansible.builtin.copy"}),
        ("db", "play", set()),
        ("default", "test", set()),
        ("db", "role", set()),
    ]


def test_a_play_that_does_nothing_is_none() -> None:
    idle = "- name: watch\n  hosts: all\n  tasks: []\n  roles:\n"
    files = {"site.yml": idle + "- name: web\n  hosts: all\n  tasks: []\n  roles: [nginx]\n"}
    assert [row.name for row in store(files).collected(NOUN).rows] == ["web"]


# --- programs


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"infra/Pulumi.yaml": "name: a\nruntime: nodejs\n", "infra/index.ts": "x\n"},
            ("pulumi", "a", True, "service"),
        ),
        ({"infra/Pulumi.yaml": "name: a\nruntime: nodejs\n"}, ("pulumi", "a", False, "service")),
        (
            {
                "Pulumi.yaml": "name: a\nruntime: { name: go }\nbackend: { url: 's3://x' }\n",
                "go.mod": "module a\n",
            },
            ("pulumi", "a", True, "bucket"),
        ),
        (
            {"Pulumi.yaml": "name: a\nruntime: yaml\nresources: { b: {} }\nbackend: { url: 'file://.' }\n"},
            ("pulumi", "a", True, "local"),
        ),
        ({"Pulumi.yaml": "name: a\nruntime: yaml\n"}, ("pulumi", "a", False, "service")),
        (
            {"cdk.json": '{"app": "python3 app.py"}', "app.py": "x\n"},
            ("cdk", "python3 app.py", True, "platform"),
        ),
        ({"cdktf.json": '{"app": "node main"}'}, ("cdktf", "node main", False, "")),
    ],
)
def test_programs_that_make_infrastructure(
    files: dict[str, str], expected: tuple[str, str, bool, str]
) -> None:
    found = row(files)
    assert (found.tool, found.name, found.complete, found.state) == expected


@pytest.mark.parametrize(
    "files", [{"Pulumi.yaml": "name: a\n"}, {"cdk.json": "{}"}, {"cdk.json": "["}, {"Pulumi.yml": ""}]
)
def test_other_files_of_these_names_are_no_programs(files: dict[str, str]) -> None:
    assert rows(files) == {}


# --- objects of a cluster


@pytest.mark.parametrize(
    ("api", "kind", "tool", "provider"),
    [
        ("rds.aws.upbound.io/v1beta1", "Instance", "crossplane", "aws"),
        ("database.gcp.crossplane.io/v1beta1", "CloudSQLInstance", "crossplane", "google"),
        ("s3.services.k8s.aws/v1alpha1", "Bucket", "ack", "aws"),
        ("sql.cnrm.cloud.google.com/v1beta1", "SQLInstance", "config-connector", "google"),
        ("storage.azure.com/v1api20230101", "StorageAccount", "azure-service-operator", "azure"),
    ],
)
def test_objects_that_stand_for_resources(api: str, kind: str, tool: str, provider: str) -> None:
    found = row({"k8s/a.yaml": f"apiVersion: {api}\nkind: {kind}\nmetadata: {{ name: a }}\n"})
    assert (found.tool, found.provider, found.state) == (tool, provider, "platform")


@pytest.mark.parametrize(
    ("api", "kind"),
    [("pkg.crossplane.io/v1", "Provider"), ("v1", "Service"), ("aws.upbound.io/v1", "ProviderConfig")],
)
def test_other_objects_stand_for_none(api: str, kind: str) -> None:
    assert rows({"k8s/a.yaml": f"apiVersion: {api}\nkind: {kind}\nmetadata: {{ name: a }}\n"}) == {}
