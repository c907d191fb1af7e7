"""Azure Pipelines read into the pipeline model."""
