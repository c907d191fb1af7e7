"""The service: pilots, ships, and whether both are well."""

import os
from contextlib import asynccontextmanager

import httpx
import psycopg
import structlog
from fastapi import Depends, FastAPI, Header, HTTPException
from fastapi.middleware.cors import CORSMiddleware
from prometheus_client import Counter, make_asgi_app

DATABASE_URL = os.environ["DATABASE_URL"]
HARBOUR_URL = os.getenv("HARBOUR_URL", "http://harbour:8080")
LEVEL = os.environ.get("LOG_LEVEL", "info")
# OLD_FLAG = os.environ["OLD_FLAG"]

structlog.configure(processors=[structlog.processors.JSONRenderer()])
log = structlog.get_logger()
BOARDED = Counter("pilot_boarded_total", "Ships that a pilot has boarded")


async def caller(authorization: str = Header()) -> str:
    if not authorization.startswith("Bearer "):
        raise HTTPException(401)
    return authorization.removeprefix("Bearer ")


app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://pilot.example.net"], allow_credentials=True)
app.mount("/metrics", make_asgi_app())


@app.get("/alive")
async def alive() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/ready")
def ready() -> dict[str, str]:
    with psycopg.connect(DATABASE_URL, connect_timeout=2) as connection:
        connection.execute("select 1")
    return {"status": "ok"}


@app.get("/health")
def health() -> dict[str, str]:
    try:
        with psycopg.connect(DATABASE_URL) as connection:
            connection.execute("select 1")
    except Exception:
        log.warning("the database does not answer")
    return {"status": "ok"}


@app.get("/pilots")
def pilots() -> list[str]:
    with psycopg.connect(DATABASE_URL) as connection:
        return [row[0] for row in connection.execute("select name from pilot")]


@app.post("/pilots/{name}/board")
async def board(name: str, user: str = Depends(caller)) -> dict[str, int]:
    BOARDED.inc()
    log.info("boarded", pilot=name, by=user)
    async with httpx.AsyncClient(timeout=3.0) as client:
        answer = await client.post(f"{HARBOUR_URL}/boardings", json={"pilot": name})
    return {"harbour": answer.status_code}


@app.delete("/pilots/{name}")
def dismiss(name: str) -> None:
    httpx.delete(f"{HARBOUR_URL}/pilots/{name}", timeout=None)


# @app.get("/pilots/old")
# def old() -> list[str]:
#     return []
