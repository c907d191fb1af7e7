"""Deploys to staging."""

import subprocess

subprocess.run(["python", "server.py"], check=True)
