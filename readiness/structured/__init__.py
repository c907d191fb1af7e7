"""YAML, JSON, TOML and INI as values that know their lines."""
