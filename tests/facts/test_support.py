"""Until when an image's tag says that its parts are mended."""

from __future__ import annotations

import pytest

from readiness.facts.containers.bases import reference
from readiness.facts.containers.images import STAGE
from readiness.facts.containers.support import end_of
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree


@pytest.mark.parametrize(
    ("image", "day"),
    [
        ("python:3.8", "2024-10-07"),
        ("python:3.12.1-slim", "2028-10-31"),
        ("python:3.12-slim-buster", "2024-06-30"),
        ("docker.io/library/python:3.9-alpine", "2025-10-31"),
        ("node:18-alpine", "2025-04-30"),
        ("node:22-alpine3.18", "2025-05-09"),
        ("golang:1.22.3-alpine", "2025-02-11"),
        ("ruby:3.1-slim", "2025-03-26"),
        ("php:8.1-fpm-alpine", "2025-12-31"),
        ("eclipse-temurin:17-jre", "2027-10-31"),
        ("eclipse-temurin:8u392-b08-jdk", "2030-12-31"),
        ("mcr.microsoft.com/dotnet/aspnet:6.0", "2024-11-12"),
        ("mcr.microsoft.com/dotnet/core/sdk:3.1-alpine", "2022-12-13"),
        ("openjdk:17-jdk-slim", "2022-07-31"),
        ("debian:11-slim", "2026-08-31"),
        ("debian:buster-20240101", "2024-06-30"),
        ("ubuntu:20.04", "2025-05-31"),
        ("ubuntu:jammy", "2027-04-01"),
        ("alpine:3.19.1", "2025-11-01"),
        ("centos:7", "2024-06-30"),
        ("centos:centos7.9.2009", "2024-06-30"),
        ("amazonlinux:2.0.20230101", "2026-06-30"),
        ("nginx:1.25-bookworm", "2028-06-30"),
        ("gcr.io/distroless/nodejs18-debian11", "2025-04-30"),
        ("gcr.io/distroless/static-debian12:nonroot", "2028-06-30"),
        ("node:18@sha256:" + "0" * 64, "2025-04-30"),
    ],
)
def test_a_tag_names_lines_of_which_the_first_to_end_counts(image: str, day: str) -> None:
    assert day == end_of(reference(image))


@pytest.mark.parametrize(
    "image",
    [
        "python",
        "python:3",
        "python:3-slim",
        "python:latest",
        "node:lts",
        "node:alpine",
        "acme/python:3.8",
        "registry.acme.io/base:18",
        "mcr.microsoft.com/dotnet/monitor:6.0",
        "python:9.9",
        "alpine:edge",
        "debian:stable-slim",
        "redis:7-alpine",
        "openjdk:26-ea-slim",
        "openjdk:latest",
        "openjdk:${V}",
        "python@sha256:" + "0" * 64,
    ],
)
def test_a_tag_that_names_no_line_has_no_known_end(image: str) -> None:
    assert end_of(reference(image)) is None


def test_a_stage_tells_how_long_ago_its_base_ended_and_how_long_it_has_left() -> None:
    text = "FROM node:18 AS build\nFROM build AS more\nFROM python:3.12\n"
    rows = Store(MemoryTree({"Dockerfile": text}), as_of="2025-05-10").collected(STAGE).rows
    assert [(row.ends, row.ended_days, row.left_days) for row in rows] == [
        ("2025-04-30", 10, 0),
        (None, None, None),
        ("2028-10-31", 0, 1270),
    ]


def test_an_image_that_only_a_build_knows_has_no_known_end() -> None:
    (row,) = Store(MemoryTree({"Dockerfile": "ARG BASE\nFROM $BASE\n"})).collected(STAGE).rows
    assert row.ends is None
