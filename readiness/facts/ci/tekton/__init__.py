"""Tekton: pipelines as objects of a cluster, and the events that Pipelines as Code runs them on."""
