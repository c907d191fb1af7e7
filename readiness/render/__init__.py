"""The assessment for each medium. Reads the document, and nothing else."""
