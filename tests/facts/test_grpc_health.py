"""The health service of gRPC, in several languages."""

from __future__ import annotations

import pytest

from readiness.facts.catalogue import TABLES
from readiness.facts.code import unread
from readiness.facts.code.nouns import ROUTE
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

GO = 'package main\n\nimport "google.golang.org/grpc"\n\nfunc main() {\n\ts := grpc.NewServer()\n'
STOCK = "\thealthpb.RegisterHealthServer(s, health.NewServer())\n}\n"


def store(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=TABLES)


def checks(files: dict[str, str]) -> list[tuple[str, int, str | None, bool | None]]:
    rows = [row for row in store(files).collected(ROUTE).rows if row.method == "GRPC"]
    assert all(row.route == "/grpc.health.v1.Health/Check" and row.health for row in rows)
    return [(row.path, row.line, row.depth, row.fails) for row in rows]


@pytest.mark.parametrize(
    ("path", "text", "depth"),
    [
        ("main.go", STOCK, "shallow"),
        (
            "s.py",
            "health_pb2_grpc.add_HealthServicer_to_server(health.HealthServicer(), server)\n",
            "shallow",
        ),
        ("s.py", "add_HealthServicer_to_server(grpc_health.HealthServicer(), server)\n", "shallow"),
        ("s.py", "add_HealthServicer_to_server(health_pb2_grpc.HealthServicer(), server)\n", None),
        ("s.ts", "const h = new HealthImplementation(map);\nh.addToServer(server);\n", "shallow"),
        ("s.js", "server.addService(health.service, new health.Implementation(m));\n", None),
        ("s.js", "server.addService(healthProto.Health.service, { check });\n", None),
        ("S.java", "  HealthStatusManager m = new HealthStatusManager();\n", "shallow"),
        ("S.kt", "val m = HealthStatusManager()\n", "shallow"),
        ("S.java", "class H extends HealthGrpc.HealthImplBase {\n", None),
        ("S.cs", "app.MapGrpcHealthChecksService();\n", None),
        ("S.cs", "public class H : Grpc.Health.V1.Health.HealthBase {}\n", None),
        ("S.cs", "internal class H : HealthBase\n{\n}\n", None),
        ("src/main.rs", "let (r, s) = tonic_health::server::health_reporter();\n", "shallow"),
        ("s.rb", "server.handle(Grpc::Health::Checker.new)\n", "shallow"),
    ],
)
def test_the_call_that_registers_the_service_is_a_check_of_health(
    path: str, text: str, depth: str | None
) -> None:
    assert checks({path: text}) == [(path, 1, depth, False if depth else None)]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("main.go", "\t// healthpb.RegisterHealthServer(s, health.NewServer())\n"),
        ("health_grpc.pb.go", "func RegisterHealthServer(s grpc.ServiceRegistrar, srv HealthServer) {\n"),
        ("health_pb2_grpc.py", "def add_HealthServicer_to_server(servicer, server):\n"),
        ("s.py", "from grpc_health.v1 import health_pb2_grpc\n"),
        ("s.js", "server.addService(orders.service, {});\n"),
        ("tests/test_s.py", "add_HealthServicer_to_server(health.HealthServicer(), server)\n"),
        ("src/lib.rs", "use tonic_health::server::HealthReporter;\nfn a(r: HealthReporter) {}\n"),
        ("src/lib.rs", "pub fn health_reporter() -> Reporter {\n"),
        ("client.go", "c := healthpb.NewHealthClient(conn)\n"),
    ],
)
def test_what_is_generated_commented_out_or_asks_others_is_none(path: str, text: str) -> None:
    assert checks({path: text}) == []


def test_a_service_that_is_told_of_trouble_may_look_at_anything() -> None:
    moved = GO + STOCK + "func down() { h.SetServingStatus(n, healthpb.HealthCheckResponse_NOT_SERVING) }\n"
    assert checks({"main.go": moved}) == [("main.go", 7, None, True)]


@pytest.mark.parametrize(
    ("body", "depth", "fails"),
    [
        ("if s.db.PingContext(ctx) != nil {\n\t\treturn &R{S: NOT_SERVING}, nil\n\t}\n", "deep", True),
        ("return &R{}, nil\n", "constant", False),
        ("return s.other.Look(ctx)\n", None, None),
    ],
)  # fmt: skip
def test_a_check_of_the_programs_own_in_go_is_as_deep_as_what_it_asks(
    body: str, depth: str | None, fails: bool | None
) -> None:
    head = "package main\n\nfunc (s *Server) Check(c Context, r *pb.HealthCheckRequest) (*R, error) {\n"
    own = f"{head}\t{body}}}\n"
    files = {"main.go": GO + "\tpb.RegisterHealthServer(s, &Server{})\n}\n", "check.go": own}
    assert checks(files) == [("check.go", 3, depth, fails)]


@pytest.mark.parametrize(
    ("path", "registers", "answers"),
    [
        ("s.py", "add_HealthServicer_to_server(H(), server)\n", "    def Check(self, request, context):\n"),
        ("s.js", "server.addService(p.Health.service, { check });\n", "function check(call, callback) {\n"),
        ("S.java", "class H extends HealthGrpc.HealthImplBase {\n", "  void check(HealthCheckRequest r) {\n"),
        ("S.cs", "class H : HealthBase {\n", "  override Task<R> Check(HealthCheckRequest r) {\n"),
    ],
)
def test_the_row_stands_where_the_answer_is_written(path: str, registers: str, answers: str) -> None:
    assert checks({path: registers + answers}) == [(path, 2, None, None)]
    assert checks({path: registers + answers + answers}) == [(path, 1, None, None)]


def test_it_answers_no_question_about_routes_of_http() -> None:
    files = {"go.mod": "module a\n", "main.go": GO.replace("grpc.New", "http.New") + STOCK}
    files["main.go"] += "func serve() { http.ListenAndServe(a, nil) }\n"
    found = store(files).collected(unread.ROUTE)
    assert [row.method for row in found.rows] == ["GRPC"]
    assert [gap.path for gap in found.openings] == ["main.go"]
