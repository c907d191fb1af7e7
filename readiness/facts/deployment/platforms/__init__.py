"""Services that a platform runs from a descriptor in the repository."""
