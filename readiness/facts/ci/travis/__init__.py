"""Travis CI read into the pipeline model."""
