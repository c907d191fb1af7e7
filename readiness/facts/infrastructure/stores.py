"""How data stores of AWS and Azure are kept: encrypted, in several zones, backed up, open to everyone.

``elsewhere`` is what an expression, a snapshot or a source decides. ``default`` is what the provider does by
itself. Sources: AWS CloudFormation resource reference; Azure resource reference (Bicep, ARM); read 2026-08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from readiness.facts.words import word_set
from readiness.records import Struct

if TYPE_CHECKING:
    from readiness.facts.infrastructure.written import Written

Encrypted = Literal["", "set", "default", "no", "elsewhere"]
Zones = Literal["", "several", "one", "elsewhere"]
Backups = Literal["", "kept", "default", "none", "elsewhere"]

_ENCRYPTION: dict[str, str] = {
    "AWS::DocDB::DBCluster": "StorageEncrypted",
    "AWS::EC2::Volume": "Encrypted",
    "AWS::EFS::FileSystem": "Encrypted",
    "AWS::ElastiCache::ReplicationGroup": "AtRestEncryptionEnabled",
    "AWS::Elasticsearch::Domain": "EncryptionAtRestOptions/Enabled",
    "AWS::Neptune::DBCluster": "StorageEncrypted",
    "AWS::OpenSearchService::Domain": "EncryptionAtRestOptions/Enabled",
    "AWS::RDS::DBCluster": "StorageEncrypted",
    "AWS::RDS::DBInstance": "StorageEncrypted",
    "AWS::Redshift::Cluster": "Encrypted",
}
"""Stores that do not encrypt by themselves, and the switch."""

_ENCRYPT_THEMSELVES = word_set(
    """
    AWS::DynamoDB::Table AWS::DynamoDB::GlobalTable AWS::S3::Bucket AWS::Serverless::SimpleTable
    Microsoft.Storage/storageAccounts Microsoft.DBforPostgreSQL/flexibleServers
    Microsoft.DBforPostgreSQL/servers Microsoft.DBforMySQL/flexibleServers Microsoft.DBforMySQL/servers
    Microsoft.Sql/servers/databases Microsoft.DocumentDB/databaseAccounts Microsoft.Cache/redis
    Microsoft.Compute/disks
    """
)
_TAKEN_OVER = word_set(
    "SnapshotIdentifier SourceDBInstanceIdentifier SourceDBClusterIdentifier DBClusterIdentifier SnapshotId "
    "SnapshotName DBSnapshotIdentifier DBClusterSnapshotIdentifier SourceDBInstanceAutomatedBackupsArn"
)
_ZONES: dict[str, tuple[tuple[str, str], ...]] = {
    "AWS::RDS::DBInstance": (("MultiAZ", "true"),),
    "AWS::ElastiCache::ReplicationGroup": (("MultiAZEnabled", "true"), ("AutomaticFailoverEnabled", "true")),
    "Microsoft.DBforPostgreSQL/flexibleServers": (("properties/highAvailability/mode", "ZoneRedundant"),),
    "Microsoft.DBforMySQL/flexibleServers": (("properties/highAvailability/mode", "ZoneRedundant"),),
    "Microsoft.Sql/servers/databases": (("properties/zoneRedundant", "true"),),
}
"""Stores in one zone unless one of these is so."""

_BACKUPS: dict[str, tuple[str, ...]] = {
    "AWS::DocDB::DBCluster": ("BackupRetentionPeriod",),
    "AWS::Neptune::DBCluster": ("BackupRetentionPeriod",),
    "AWS::RDS::DBCluster": ("BackupRetentionPeriod",),
    "AWS::RDS::DBInstance": ("BackupRetentionPeriod",),
    "AWS::Redshift::Cluster": ("AutomatedSnapshotRetentionPeriod",),
    "AWS::ElastiCache::ReplicationGroup": ("SnapshotRetentionLimit",),
    "AWS::DynamoDB::Table": ("PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled",),
    "Microsoft.DBforPostgreSQL/flexibleServers": ("properties/backup/backupRetentionDays",),
    "Microsoft.DBforMySQL/flexibleServers": ("properties/backup/backupRetentionDays",),
    "Microsoft.DBforPostgreSQL/servers": ("properties/storageProfile/backupRetentionDays",),
    "Microsoft.DBforMySQL/servers": ("properties/storageProfile/backupRetentionDays",),
    "Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies": ("properties/retentionDays",),
    "Microsoft.DocumentDB/databaseAccounts": ("properties/backupPolicy/type",),
}
_KEEPING = word_set("AWS::ElastiCache::ReplicationGroup AWS::DynamoDB::Table")
"""Stores that keep no copy by themselves: where nothing is said, there is none."""

PLANS = word_set(
    """
    AWS::Backup::BackupPlan AWS::Backup::BackupSelection AWS::DLM::LifecyclePolicy
    Microsoft.RecoveryServices/vaults/backupPolicies Microsoft.DataProtection/backupVaults/backupPolicies
    Microsoft.DataProtection/backupVaults/backupInstances
    """
)
"""What has others backed up."""

LOGS = word_set(
    """
    AWS::Logs::LogGroup AWS::Logs::SubscriptionFilter Microsoft.Insights/diagnosticSettings
    Microsoft.OperationalInsights/workspaces
    """
)
"""Where logs are kept together, and what sends them there."""

_OPEN: dict[str, tuple[tuple[str, str], ...]] = {
    "AWS::RDS::DBInstance": (("PubliclyAccessible", "true"),),
    "AWS::Redshift::Cluster": (("PubliclyAccessible", "true"),),
    "AWS::S3::Bucket": (("AccessControl", "PublicRead"), ("AccessControl", "PublicReadWrite")),
    "Microsoft.Storage/storageAccounts": (("properties/allowBlobPublicAccess", "true"),),
}
_KNOWN = (*_ENCRYPTION, *_ENCRYPT_THEMSELVES, *_ZONES, *_BACKUPS, *PLANS, *LOGS)
_SPELLED = {each.lower(): each for each in _KNOWN}


class Store(Struct, frozen=True):
    """How a data store is kept; all empty where a resource is none."""

    keeps_data: bool
    encrypted: Encrypted
    zones: Zones
    backups: Backups
    public: bool


def spelled(type_: str) -> str:
    """A type of Azure as its reference spells it: case does not count there."""
    return _SPELLED.get(type_.lower(), type_) if "/" in type_ else type_


def store(item: Written) -> Store:
    """How the data store that ``item`` declares is kept."""
    type_ = spelled(item.type)
    keeps = type_ in _ENCRYPTION or type_ in _ENCRYPT_THEMSELVES
    return Store(
        keeps_data=keeps,
        encrypted=_encrypted(type_, item),
        zones=_zones(type_, item),
        backups=_backups(type_, item),
        public=any(item.value(path) == value for path, value in _OPEN.get(type_, ())),
    )


def _encrypted(type_: str, item: Written) -> Encrypted:
    if type_ in _ENCRYPT_THEMSELVES:
        return "default"
    path = _ENCRYPTION.get(type_)
    if path is None:
        return ""
    found = item.value(path)
    if found == "true":
        return "set"
    taken = any(name in item.attributes for name in _TAKEN_OVER) or _is_aurora(type_, item)
    return "elsewhere" if found is None or (found == "" and (taken or _is_open(path, item))) else "no"


def _is_aurora(type_: str, item: Written) -> bool:
    """Whether an instance belongs to a cluster, which decides for it."""
    engine = item.value("Engine")
    return type_ == "AWS::RDS::DBInstance" and (engine or "").startswith("aurora")


def _is_open(path: str, item: Written) -> bool:
    """Whether an expression gives what lies above a path."""
    parts = path.split("/")
    return any("/".join(parts[:end]) in item.computed for end in range(1, len(parts)))


def _zones(type_: str, item: Written) -> Zones:
    switches = _ZONES.get(type_)
    if switches is None or _is_aurora(type_, item) or item.has("SourceDBInstanceIdentifier"):
        return ""
    if any(item.value(path) == value for path, value in switches):
        return "several"
    open_ = any(item.value(path) is None or _is_open(path, item) for path, _ in switches)
    replica = item.value("properties/createMode", "properties/replicationRole") not in (
        "",
        "Default",
        "Primary",
        "Create",
    )
    return "elsewhere" if open_ or replica else "one"


def _backups(type_: str, item: Written) -> Backups:
    if type_ in PLANS:
        return "kept"
    paths = _BACKUPS.get(type_)
    if paths is None or _is_aurora(type_, item):
        return ""
    found = item.value(*paths)
    if found is None or any(_is_open(path, item) for path in paths):
        return "elsewhere"
    if found in ("0", "false"):
        return "none"
    if found:
        return "kept"
    return "none" if type_ in _KEEPING else "default"
