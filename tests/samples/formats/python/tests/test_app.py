from fastapi import FastAPI
from fastapi.testclient import TestClient

from pilot.app import app

fake = FastAPI()


@fake.get("/fake")
def answer() -> str:
    return "fake"


def test_it_is_alive() -> None:
    assert TestClient(app).get("/alive").json() == {"status": "ok"}
