"""Elixir: Phoenix and Plug."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.catalogue import TABLES
from readiness.facts.code import unread
from readiness.facts.code.elixir import parse
from readiness.facts.code.nouns import CORS, OUTGOING, ROUTE, SERVER, TELEMETRY, VARIABLE
from readiness.facts.store import Store
from readiness.spans import Unparsable
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.code.rows import HttpRoute

MIX = 'defmodule A.MixProject do\n  defp deps do\n    [{:phoenix, "~> 1.7"}]\n  end\nend\n'
PHOENIX = {"mix.exs": MIX, "lib/a_web/endpoint.ex": ""}
SENTRY = ("error-tracking", "sentry", True)
JSON = ("structured-logging", "logger", True)
CONTROLLER = "defmodule AWeb.XController do\n  use AWeb, :controller\n"


def facts(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=TABLES)


def router(body: str) -> str:
    return f"defmodule AWeb.Router do\n  use AWeb, :router\n{body}\nend\n"


def phoenix(body: str, **files: str) -> tuple[HttpRoute, ...]:
    others = {f"lib/a_web/{name}.ex": text for name, text in files.items()}
    return facts({"mix.exs": MIX, "lib/a_web/router.ex": router(body)} | others).collected(ROUTE).rows


def health(action: str, **files: str) -> HttpRoute:
    controller = f"defmodule AWeb.HealthController do\n  use AWeb, :controller\n{action}\nend\n"
    (row,) = phoenix('get "/health", AWeb.HealthController, :show', health_controller=controller, **files)
    return row


def plugged(body: str) -> tuple[HttpRoute, ...]:
    text = f"defmodule A.Router do\n  use Plug.Router\n{body}\nend\n"
    return facts({"mix.exs": MIX, "lib/a/router.ex": text}).collected(ROUTE).rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get "/a", X, :y', [("GET", "/a", "X#y")]),
        ('post("/a/:id/*rest", X, :y)', [("POST", "/a/{id}/{rest}", "X#y")]),
        ('get "/a", X, []', [("GET", "/a", "X#call")]),
        ('get "/a/#{@b}", X, :y', [("GET", "/a/{b}", "X#y")]),
        ("get path(), X, :y", [("GET", "/{value}", "X#y")]),
        ('match :*, "/a", X, :y', [("", "/a", "X#y")]),
        ('match [:get, :put], "/a", X, :y', [("GET", "/a", "X#y"), ("PUT", "/a", "X#y")]),
        ('resources "/a", X, only: [:index]', [("GET", "/a", "X#index")]),
        (
            'resources "/a", XController, only: [] do\n  get "/b", Y, :z\nend',
            [("GET", "/a/{x_id}/b", "Y#z")],
        ),
        ('resources "/a", X, only: ~w(show)a, param: "slug"', [("GET", "/a/{slug}", "X#show")]),
        ('resources("/a", X, [singleton: true, only: :show])', [("GET", "/a", "X#show")]),
        (
            'resources "/a", X, except: [:new, :edit, :create, :delete, :index, :show]',
            [("PATCH", "/a/{id}", "X#update"), ("PUT", "/a/{id}", "X#update")],
        ),
        ('scope "/a", B do\n  get "/c", X, :y\nend', [("GET", "/a/c", "B.X#y")]),
        (
            'scope "/a", B do\n  scope "/c", D do\n    get "/", X, :y\n  end\nend',
            [("GET", "/a/c", "B.D.X#y")],
        ),
        ('scope path: "/a", alias: B do\n  get "/c", X, :y\nend', [("GET", "/a/c", "B.X#y")]),
        (
            'scope "/a", B do\n  scope "/c", alias: false do\n    get "/", X, :y\n  end\nend',
            [("GET", "/a/c", "X#y")],
        ),
        ('alias B.X\nscope "/" do\n  get "/c", X, :y\nend', [("GET", "/c", "B.X#y")]),
        ('live "/a", XLive', [("GET", "/a", "XLive#mount")]),
        ('live_dashboard "/a", metrics: M', [("GET", "/a", "live_dashboard#mount")]),
        ('forward "/a", Absinthe.Plug, schema: S', [("", "/a", "Absinthe.Plug#call")]),
        ('if Mix.env() == :dev do\n  get "/a", X, :y\nend', []),
        ('if Application.compile_env(:a, :dev_routes) do\n  get "/a", X, :y\nend', []),
        ('unless Mix.env() == :prod do\n  get "/a", X, :y\nend', []),
        ('if Mix.env() != :prod do\n  get "/a", X, :y\nelse\n  get "/b", X, :y\nend', [("GET", "/b", "X#y")]),
        ('if @metrics do\n  get "/a", X, :y\nend', [("GET", "/a", "X#y")]),
        ('# get "/a", X, :y', []),
        ('get("/a")', []),
        ('resources "/a"\nforward()\nlive()', []),
    ],
)
def test_a_line_of_a_router_gives_its_routes(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(row.method, row.route, row.handler) for row in phoenix(text)] == expected


@pytest.mark.parametrize(
    "alias", ["alias B.C", "alias B.{C, D}", "alias B.Other, as: C", "alias B\nalias B.C"]
)
def test_an_alias_stands_for_the_whole_name(alias: str) -> None:
    ((_, name),) = [(row.route, row.handler) for row in phoenix(f'{alias}\nget "/a", C, :y')]
    assert name in ("B.C#y", "B.Other#y")


def test_a_match_that_nobody_can_follow_is_a_route_of_its_own() -> None:
    assert [(row.route, row.authenticated) for row in plugged('match "/x/*_", to: router()')] == [
        ("/x", None)
    ]


def test_resources_gives_seven_actions_of_which_a_controller_that_is_found_answers_those_it_has() -> None:
    assert len(phoenix('resources "/a", AWeb.XController')) == 8
    controller = CONTROLLER + "  def index(conn, _), do: json(conn, [])\nend\n"
    rows = phoenix('resources "/a", AWeb.XController', x_controller=controller)
    assert [(row.method, row.route) for row in rows] == [("GET", "/a")]


def test_lines_of_a_router_that_nobody_knows_leave_routes_open() -> None:
    found = facts({"lib/router.ex": router('pow_routes()\nauth_routes "/admin"')}).collected(ROUTE)
    assert [gap.reason for gap in found.openings] == ["routes that auth_routes registers are not read"]
    other = facts({"lib/a.ex": "defmodule A do\n  use Maru.Router\nend\n"}).collected(ROUTE)
    assert [gap.reason for gap in other.openings] == ["routes of a framework that is not read"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get "/health" do\n  send_resp(conn, 200, "ok")\nend', [("GET", "/health", "constant")]),
        ('get "/health", do: send_resp(conn, 200, "ok")', [("GET", "/health", "constant")]),
        ('get "/health", to: A.HealthPlug', [("GET", "/health", None)]),
        ('match "/health", via: [:get, :head] do\n  send_resp(conn, 200, "ok")\nend',
         [("GET", "/health", "constant"), ("HEAD", "/health", "constant")]),
        ('match _ do\n  send_resp(conn, 404, "")\nend', []),
        ('get "/health" do\n  A.Repo.query!("SELECT 1")\n  text(conn, 1)\nend', [("GET", "/health", "deep")]),
    ],
)  # fmt: skip
def test_a_router_of_plug_answers_in_place(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert [(row.method, row.route, row.depth) for row in plugged(text)] == expected


def module(name: str, *lines: str) -> str:
    return "\n".join((f"defmodule {name} do", *lines, "end", ""))


def test_a_router_below_another_has_the_path_that_it_is_put_at() -> None:
    files = {
        "lib/a/router.ex": module("A.Router", "use Plug.Router", "plug A.Auth", 'forward "/api", to: A.Api'),
        "lib/a/api.ex": module("A.Api", "use Plug.Router", 'get "/x", do: send_resp(conn, 200, "")'),
        "lib/a/auth.ex": module("A.Auth", 'def call(conn, _), do: conn |> send_resp(401, "") |> halt()'),
    }
    rows = facts(files).collected(ROUTE).rows
    assert [(row.route, row.authenticated) for row in rows] == [("/api/x", True)]


def test_a_router_that_is_matched_by_version_keeps_its_own_paths() -> None:
    files = {
        "lib/a/plugs/router.ex": module("A.R", "use Plug.Router", 'match("/api/v2/*_", to: A.V2.Router)'),
        "lib/a/v2/router.ex": module("A.V2.Router", "use Phoenix.Router", 'get "/api/v2/x", A.X, :y'),
    }
    assert [row.route for row in facts(files).collected(ROUTE).rows] == ["/api/v2/x"]


@pytest.mark.parametrize(
    ("action", "depth", "fails"),
    [
        ("def show(conn, _), do: json(conn, %{status: :ok})", "constant", False),
        ("def show(conn, _), do: conn |> json(%{at: DateTime.utc_now()})", "constant", False),
        ('def show(conn, _) do\n  Repo.query!("SELECT 1")\n  send_resp(conn, 200, "")\nend', "deep", True),
        ('def show(conn, _) do\n  {:ok, _} = Repo.query("SELECT 1")\n  text(conn, "ok")\nend', "deep", True),
        (
            ('def show(conn, _) do\n  case Repo.query("SELECT 1") do\n    {:ok, _} -> text(conn, 1)\n    '
            '{:error, _} -> send_resp(conn, 503, "")\n  end\nend'),
            "deep",
            True,
        ),
        (
            ('def show(conn, _) do\n  case Repo.query("SELECT 1") do\n    {:ok, _} -> json(conn, %{db: 1})\n'
            "    _ -> json(conn, %{db: 0})\n  end\nend"),
            "deep",
            None,
        ),
        (
            "def show(conn, _) do\n  Repo.one!(q())\n  text(conn, 1)\nrescue\n  _ -> text(conn, 0)\nend",
            "deep",
            False,
        ),
        (
            "def show(conn, _) do\n  Repo.one!(q())\n  text(conn, 1)\nrescue\n  e -> reraise(e, [])\nend",
            "deep",
            True,
        ),
        (
            ("def show(conn, _) do\n  check(conn)\nend\ndefp check(%{a: 1} = conn), do: text(conn, 1)\n"
            "defp check(conn) do\n  Repo.all(X)\n  conn |> put_status(:service_unavailable) |> text(0)\nend"),
            "deep",
            True,
        ),
        ("def show(conn, _), do: json(conn, Other.status())", None, None),
    ],
)  # fmt: skip
def test_a_check_of_health_is_as_deep_as_what_it_asks(
    action: str, depth: str | None, fails: bool | None
) -> None:
    row = health(action)
    assert (row.health, row.depth, row.fails) == (True, depth, fails)


def test_a_check_in_another_module_is_followed() -> None:
    checks = 'defmodule A.Checks do\n  alias A.Repo\n  def run, do: Repo.query("SELECT 1")\nend\n'
    row = health("alias A.Checks\ndef show(conn, _) do\n  Checks.run()\n  text(conn, 1)\nend", checks=checks)
    assert (row.depth, row.fails) == ("deep", None)


def test_plugs_that_answer_a_path_themselves_are_routes() -> None:
    text = (
        "defmodule AWeb.HealthPlug do\n  def init(o), do: o\n"
        '  def call(%Plug.Conn{request_path: "/up"} = conn, _) do\n    send_resp(conn, 200, "")\n  end\n'
        '  def call(%{path_info: ["healthz"]} = conn, _), do: conn |> send_resp(200, "") |> halt()\n'
        '  def call(%{request_path: "/passed"} = conn, _), do: conn\n'
        '  def call(%{path_info: ["a" | _]} = conn, _), do: conn |> send_resp(200, "") |> halt()\n'
        "  def call(conn, _), do: conn\nend\n"
    )
    rows = facts({"lib/a_web/health_plug.ex": text}).collected(ROUTE).rows
    assert [(row.route, row.health) for row in rows] == [("/up", True), ("/healthz", True)]


def test_libraries_of_health_checks_serve_one() -> None:
    endpoint = "defmodule AWeb.Endpoint do\n  use Phoenix.Endpoint, otp_app: :a\n  plug PlugHeartbeat\nend\n"
    rows = phoenix('forward "/check", PlugCheckup, x: 1', endpoint=endpoint)
    assert [(row.route, row.health, row.depth) for row in rows] == [
        ("/heartbeat", True, "constant"),
        ("/check", True, "deep"),
    ]


GUARDED = 'pipeline :x do\n  {plug}\nend\nscope "/" do\n  pipe_through [:x]\n  get "/a", X, :y\nend'


@pytest.mark.parametrize(
    ("plug", "expected"),
    [
        ("plug Guardian.Plug.EnsureAuthenticated", True),
        ("plug :require_authenticated_user", True),
        ("plug :basic_auth", True),
        ('plug :accepts, ["json"]', False),
        ("plug :fetch_current_user", False),
        ("plug :redirect_if_user_is_authenticated", False),
        ("plug Guardian.Plug.VerifyHeader", False),
        ("plug :something", None),
        ("plug Some.Library", None),
        ("plug AWeb.Denies", True),
        ("plug AWeb.Authenticate", True),
        ("plug AWeb.Looks", False),
        ("plug AWeb.Csrf", None),
        ("plug AWeb.Limiter", False),
        ("plug AWeb.Chain", True),
        ("plug AWeb.Loop", None),
        ("plug :inner", True),
    ],
)
def test_a_plug_asks_who_calls_if_it_turns_people_away(plug: str, expected: bool | None) -> None:
    stops = "def call(conn, _) do\n  if ok?(conn), do: conn, else: conn |> {what} |> halt()\nend"
    rows = phoenix(
        "pipeline :inner do\n  plug AWeb.Denies\nend\n" + GUARDED.replace("{plug}", plug),
        denies=module("AWeb.Denies", stops.replace("{what}", "put_status(401)")),
        authenticate=module("AWeb.Authenticate", stops.replace("{what}", 'redirect(to: "/login")')),
        looks=module("AWeb.Looks", "def call(conn, _), do: assign(conn, :user, 1)"),
        csrf=module("AWeb.Csrf", stops.replace("{what}", "put_status(403)")),
        limiter=module("AWeb.Limiter", stops.replace("{what}", "put_status(429)")),
        chain=module("AWeb.Chain", "use Plug.Builder\nplug Guardian.Plug.VerifyHeader\nplug AWeb.Denies"),
        loop=module("AWeb.Loop", "use Plug.Builder\nplug AWeb.Loop"),
        x="defmodule X do\n  def y(conn, _), do: text(conn, 1)\nend\n",
    )
    assert [row.authenticated for row in rows] == [expected]


@pytest.mark.parametrize(
    ("plug", "expected"),
    [
        ("plug :authenticate when action in [:y]", [True, False]),
        ("plug :authenticate when action not in [:y]", [False, True]),
        ("plug :authenticate when action == :z", [False, True]),
        ("plug :authenticate, [x: 1] when action in [:y, :z]", [True, True]),
        ("plug :authenticate when is_public(action)", [None, None]),
        ("plug :put_layout when is_public(action)", [False, False]),
    ],
)
def test_a_plug_of_a_controller_is_for_the_actions_that_it_names(
    plug: str, expected: list[bool | None]
) -> None:
    actions = "  def y(conn, _), do: text(conn, 1)\n  def z(conn, _), do: text(conn, 1)\nend\n"
    rows = phoenix(
        'get "/a", AWeb.XController, :y\nget "/b", AWeb.XController, :z',
        x_controller=f"{CONTROLLER}  {plug}\n{actions}",
    )
    assert [row.authenticated for row in rows] == expected


def test_what_an_endpoint_puts_before_its_router_counts_and_what_only_developers_have_does_not() -> None:
    x = "defmodule AWeb.XController do\n  def y(conn, _), do: text(conn, 1)\nend\n"
    head = "defmodule AWeb.Endpoint do\n  use AWeb, :endpoint\n"
    for line, expected in (
        ("plug Guardian.Plug.EnsureAuthenticated", True),
        ("plug Plug.Head", False),
        ("plug Some.Library", None),
        ("if code_reloading? do\n    plug Some.Library\n  end", False),
        ("if @auth do\n    plug Guardian.Plug.EnsureAuthenticated\n  end", None),
    ):
        endpoint = f"{head}  {line}\n  plug AWeb.Router\nend\n"
        rows = phoenix('get "/a", AWeb.XController, :y', x_controller=x, endpoint=endpoint)
        assert [row.authenticated for row in rows] == [expected]


def test_a_session_of_live_pages_says_whether_it_asks() -> None:
    text = (
        'live_session :a, on_mount: [{AWeb.UserAuth, :ensure_authenticated}] do\n  live "/a", ALive\nend\n'
        'live_session :b do\n  live "/b", BLive\nend'
    )
    assert [(row.route, row.authenticated) for row in phoenix(text)] == [("/a", True), ("/b", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('plug CORSPlug, origin: "*"', (True, True)),
        ('plug CORSPlug, origin: ["https://a.b"], credentials: false', (False, False)),
        ("plug CORSPlug, origin: &A.origins/0", (None, True)),
        ("plug CORSPlug, [expose: []]", (None, True)),
        ("plug CORSPlug", (True, True)),
        ('@o ["https://a.b"]\nplug CORSPlug, origin: @o', (False, True)),
        ("plug CORSPlug, origin: ~r/https:.*a.b/", (False, True)),
        ('plug Corsica, origins: "*", allow_credentials: true', (True, True)),
        ("plug Corsica, @options", (None, False)),
        ('use Corsica.Router, origins: ["https://a.b"]', (False, False)),
        ('put_resp_header(conn, "access-control-allow-origin", "*")', (True, False)),
        ('conn |> put_resp_header("Access-Control-Allow-Origin", origin)', (None, False)),
    ],
)  # fmt: skip
def test_origins(text: str, expected: tuple[bool | None, bool | None]) -> None:
    files = {"mix.exs": MIX, "lib/endpoint.ex": f"defmodule E do\n{text}\nend\n"}
    rows = facts(files).collected(CORS).rows
    assert [(row.wildcard, row.credentials) for row in rows] == [expected]


def test_origins_that_the_settings_name_are_those_of_a_plug_without_any() -> None:
    files = {
        "mix.exs": MIX,
        "config/config.exs": 'import Config\nconfig :cors_plug, origin: ["https://a.b"]\n',
        "lib/endpoint.ex": "defmodule E do\n  plug CORSPlug\nend\n",
    }
    rows = facts(files).collected(CORS).rows
    assert [(row.path, row.wildcard) for row in rows] == [("config/config.exs", False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('System.get_env("A")', [("A", True)]),
        ('System.get_env("A", "x")', [("A", True)]),
        ('System.get_env("A") || raise "no A"', [("A", False)]),
        ('System.get_env("A") || "x"', [("A", True)]),
        ('System.fetch_env!("A")', [("A", False)]),
        ('System.fetch_env("A")', [("A", True)]),
        ('Map.fetch!(System.get_env(), "A")', [("A", False)]),
        ('env!("A", :string)', [("A", False)]),
        ('env!("A", :string, "x")', [("A", True)]),
        ('x = {:system, "A"}', [("A", True)]),
        ('System.get_env("A_#{x}")', []),
        ("System.get_env(name)", []),
        ('Map.get(m, "A"); System.get_env()', []),
        ("x = {:system, name}", []),
    ],
)
def test_variables(text: str, expected: list[tuple[str, bool]]) -> None:
    rows = facts({"config/runtime.exs": f"import Config\n{text}\n"}).collected(VARIABLE).rows
    assert [(row.name, row.default) for row in rows] == expected


def test_what_a_library_reads_under_other_names_is_open_and_settings_of_developers_are_not_read() -> None:
    found = facts({"lib/a.ex": "defmodule A do\n  use Vapor.Planner\nend\n"}).collected(VARIABLE)
    assert [gap.reason for gap in found.openings] == ["variables that Vapor.Planner reads are not followed"]
    assert facts({"config/dev.exs": 'System.get_env("A")\n'}).collected(VARIABLE).rows == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("config :logger, level: :info", [("logging", "logger", True)]),
        ("config :logger, :console, format: {A.JsonFormatter, :format}", [JSON]),
        ("config :logger, :default_handler, formatter: {LoggerJSON.Formatters.Basic, []}",
         [JSON, ("structured-logging", "logger_json", True)]),
        ("config :logger, backends: [{LoggerFileBackend, :x}]",
         [("logging", "logger", True), ("logging", "logger_file_backend", True)]),
        ("use PromEx, otp_app: :a", [("metrics", "prom_ex", False)]),
        ('get "/metrics", PromEx.Plug, prom_ex_module: A', [("metrics", "prom_ex", True)]),
        ("import Telemetry.Metrics", [("metrics", "telemetry_metrics", False)]),
        ("x = [{TelemetryMetricsPrometheus, x: 1}]", [("metrics", "telemetry_metrics_prometheus", True)]),
        ("OpentelemetryPhoenix.setup()", [("tracing", "opentelemetry_phoenix", False)]),
        ("config :opentelemetry, traces_exporter: :otlp", [("tracing", "opentelemetry", True)]),
        ("config :opentelemetry, traces_exporter: :none", []),
        ("config :opentelemetry, span_processor: :batch", [("tracing", "opentelemetry", True)]),
        ('config :sentry, dsn: "x"', [("error-tracking", "sentry", True)]),
        ("config :sentry, client: A", []),
        ('if Mix.env() == :dev do\n  config :sentry, dsn: "x"\nend', []),
        ('if env == :test do\n  x()\nelse\n  config :sentry, dsn: 1\nend', [SENTRY]),
        ("use Sentry.PlugCapture", [("error-tracking", "sentry", True)]),
        ("alias Sentry.PlugCapture", []),
        ("%Sentry.Event{}", []),
        ("use PlugAttack", [("rate-limit", "plug_attack", True)]),
        ("plug Hammer.Plug, x: 1", [("rate-limit", "hammer_plug", True)]),
        ("plug AWeb.RateLimiter, limit: 7", [("rate-limit", "", True)]),
        ('Hammer.check_rate("a", 1, 2)', [("rate-limit", "hammer", True)]),
        ("x = [{Bandit, plug: A}]", [("signal-handler", "bandit", True)]),
        ("x = [{Plug.Cowboy.Drainer, refs: :all}]", [("signal-handler", "plug_cowboy", True)]),
        ("Bandit.start_link(plug: A)", []),
        ("use Phoenix.Endpoint, otp_app: :a", [("signal-handler", "phoenix", True)]),
    ],
)  # fmt: skip
def test_telemetry(text: str, expected: list[tuple[str, str, bool]]) -> None:
    rows = facts({"lib/a.ex": text + "\n"}).collected(TELEMETRY).rows
    assert [(row.kind, row.library, row.exposes) for row in rows] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HTTPoison.get!(u)", [("httpoison", True, False)]),
        ("HTTPoison.get(u, [], recv_timeout: :infinity)", [("httpoison", False, False)]),
        ("Req.get!(u)", [("req", True, True)]),
        ("Req.post(u, json: x)", [("req", True, False)]),
        ("Req.new(base_url: u, retry: false)", [("req", True, False)]),
        ("Req.post(u, retry: :transient)", [("req", True, True)]),
        ("Finch.request(r, F)", [("finch", True, False)]),
        ("use Tesla\nplug Tesla.Middleware.Timeout, timeout: 2", [("tesla", True, False)]),
        ("Tesla.client([Tesla.Middleware.Retry])", [("tesla", None, True)]),
        (":hackney.request(:get, u, [], d, o)", [("hackney", True, False)]),
        (":httpc.request(:get, {u, []}, [timeout: 5], [])", [("httpc", True, False)]),
        (":httpc.request(u)", [("httpc", False, False)]),
        (":httpc.request(:get, r, o, p)", [("httpc", None, False)]),
        ("f = &:httpc.request/4", []),
        ("use Retry\nFinch.request(r, F)", [("finch", True, True)]),
        ("%Req.Response{}", []),
        ("def c, do: Mockery.Macro.mockable(HTTPoison)", [("httpoison", None, False)]),
        ("alias HTTPoison", []),
    ],
)
def test_calls_to_others(text: str, expected: list[tuple[str, bool | None, bool]]) -> None:
    rows = facts({"lib/a.ex": f"defmodule A do\n{text}\nend\n"}).collected(OUTGOING).rows
    assert [(row.library, row.timeout, row.retried) for row in rows] == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("lib/e.ex", "use Phoenix.Endpoint, otp_app: :a", [("phoenix", "construct", False)]),
        ("lib/w.ex", "use Oban.Worker, queue: :a", [("oban", "construct", False)]),
        ("lib/a.ex", "x = [{Bandit, plug: A}]", [("plug", "serve", False)]),
        ("lib/a.ex", "Plug.Cowboy.http(A, [])", [("plug", "serve", False)]),
        ("config/prod.exs", "config :a, A.Endpoint, debug_errors: true", [("phoenix", "construct", True)]),
        ("config/dev.exs", "config :a, A.Endpoint, debug_errors: true", []),
    ],
)
def test_servers(path: str, text: str, expected: list[tuple[str, str, bool]]) -> None:
    rows = facts({path: text + "\n"}).collected(SERVER).rows
    assert [(row.framework, row.act, row.debug) for row in rows] == expected


def test_a_service_of_plug_alone_is_one_and_a_service_without_a_route_leaves_routes_open() -> None:
    files = {
        "mix.exs": 'defp deps do [{:bandit, "~> 1.0"}] end\n',
        "lib/a.ex": "defmodule A do\n  def start, do: [{Bandit, plug: A.R}]\nend\n",
    }
    found = facts(files).collected(unread.ROUTE)
    assert [gap.reason for gap in found.openings] == ["the routes of this service (:bandit,) are not found"]


def test_hostile_files_end_in_a_value_or_a_problem() -> None:
    assert parse(b"").routes == ()
    assert parse(b"\xff\xfe defmodule").units == ()
    assert parse(b"defmodule do\nend\ndefmodule A\n").routes == ()
    deep = b"defmodule A.R do\n use A, :router\n" + b'scope "/a" do\n' * 300 + b"end\n" * 301
    assert parse(deep).routes == ()
    with pytest.raises(Unparsable):
        parse(b"f(" * 700 + b")" * 700)
