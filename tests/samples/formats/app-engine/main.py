import os

from flask import Flask

app = Flask(__name__)


@app.get("/berths")
def berths() -> str:
    return os.environ["BERTHS"]
