"""Bitbucket Pipelines read into the pipeline model."""
