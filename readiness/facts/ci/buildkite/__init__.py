"""Buildkite pipelines: steps side by side, barriers between them, and steps that add more steps."""
