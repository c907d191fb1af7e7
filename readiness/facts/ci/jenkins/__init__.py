"""Jenkins pipelines: the Groovy that they use, and what they say in the pipeline model."""
