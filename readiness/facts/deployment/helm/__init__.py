"""Helm charts, rendered as far as their templates can be followed without running anything."""
