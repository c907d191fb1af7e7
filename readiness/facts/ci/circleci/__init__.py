"""CircleCI read into the pipeline model."""
