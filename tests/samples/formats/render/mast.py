from flask import Flask

app = Flask(__name__)


@app.get("/alive")
def alive() -> str:
    return "yes"
