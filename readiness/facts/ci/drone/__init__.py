"""Drone and Woodpecker, which grew from one root: steps in containers, plugins, conditions by event."""
