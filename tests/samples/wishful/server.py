"""Lends lanterns."""

import logging
import os

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

logging.basicConfig(level=os.getenv("LOG_LEVEL", "INFO"))
app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)


@app.get("/health")
def health():
    return {"status": "healthy"}


@app.get("/lanterns")
def lanterns():
    return []
