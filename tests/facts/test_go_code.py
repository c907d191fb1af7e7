"""What a program in Go checks, logs, counts, reads and asks."""

# A source on one line is easier to compare than one that is put together.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from readiness.facts.code import nouns, unread
from readiness.facts.code.rows import HttpRoute  # noqa: TC001 - rows are what the tests look at
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

MOD = {"go.mod": "module example.org/shop\n"}
HTTP = 'package main\nimport (\n"database/sql"\n"encoding/json"\n"net/http"\n"time"\n)\n'
MAIN = 'func main() { http.HandleFunc("/health", health); http.ListenAndServe(":80", nil) }\n'
ECHO = 'package main\nimport "github.com/labstack/echo/v4"\nfunc main() { e := echo.New(); e.GET("/health", health) }\n'
GIVEN = "func health(w http.ResponseWriter, r *http.Request) "


def store(source: str, **others: str) -> Store:
    return Store(MemoryTree(MOD | {"main.go": source} | others))


def health(source: str, others: dict[str, str] | None = None) -> HttpRoute:
    (row,) = (row for row in store(source, **(others or {})).collected(unread.ROUTE).rows if row.health)
    return row


def package(*paths: str) -> str:
    return "package main\nimport (\n" + "".join(f"{path}\n" for path in paths) + ")\n"


@pytest.mark.parametrize(
    "body",
    [
        '{ w.Write([]byte("ok")) }',
        "{ w.WriteHeader(http.StatusOK) }",
        '{ w.Header().Set("Content-Type", "application/json"); json.NewEncoder(w).Encode(map[string]string{"status": "ok"}) }',
        '{ w.WriteHeader(200); fmt.Fprintln(w, "ok", time.Now()) }',
    ],
)
def test_an_answer_that_depends_on_nothing_is_constant(body: str) -> None:
    row = health(HTTP + MAIN + GIVEN + body)
    assert (row.depth, row.fails, row.catches) == ("constant", False, False)


def test_an_answer_that_depends_on_the_process_alone_is_shallow() -> None:
    row = health(
        HTTP + MAIN + GIVEN + "{ if !ready.Load() { w.WriteHeader(503); return }; w.WriteHeader(200) }"
    )
    assert (row.depth, row.fails) == ("shallow", True)


@pytest.mark.parametrize(
    "body",
    [
        "{ if err := db.Ping(); err != nil { w.WriteHeader(503) } }",
        '{ if err := db.PingContext(r.Context()); err != nil { http.Error(w, "no", http.StatusServiceUnavailable) } }',
        "{ status := http.StatusOK; if rdb.Ping(ctx).Err() != nil { status = http.StatusServiceUnavailable }; w.WriteHeader(status) }",
        '{ if _, err := http.Get("http://other/health"); err != nil { w.WriteHeader(http.StatusBadGateway) } }',
        '{ row := db.QueryRowContext(ctx, "SELECT 1"); if row.Err() != nil { w.WriteHeader(500) } }',
    ],
)
def test_a_dependency_that_is_asked_and_whose_error_is_answered_is_deep_and_can_say_no(body: str) -> None:
    row = health(HTTP + MAIN + GIVEN + body)
    assert (row.depth, row.fails, row.catches) == ("deep", True, False)


@pytest.mark.parametrize(
    "body",
    [
        '{ status := "up"; if err := db.Ping(); err != nil { status = "down" }; json.NewEncoder(w).Encode(status) }',
        "{ db.Ping(); w.WriteHeader(http.StatusOK) }",
    ],
)
def test_an_error_that_is_swallowed_says_yes(body: str) -> None:
    row = health(HTTP + MAIN + GIVEN + body)
    assert (row.depth, row.fails, row.catches) == ("deep", False, True)


def test_a_status_that_another_service_gave_is_no_answer_of_its_own() -> None:
    body = '{ r2, _ := http.Get("http://other"); if r2.StatusCode >= 500 { log(1) }; w.WriteHeader(200) }'
    assert health(HTTP + MAIN + GIVEN + body).fails is not True


def test_an_error_that_a_handler_of_echo_returns_is_a_500() -> None:
    row = health(
        ECHO
        + "func health(c echo.Context) error { if err := db.Ping(); err != nil { return err }; return c.NoContent(200) }\n"
    )
    assert (row.depth, row.fails) == ("deep", True)


def test_a_handler_in_another_package_is_followed_to_what_it_calls() -> None:
    files = {
        "web/health.go": (
            'package web\nimport "net/http"\ntype Health struct { repo Store }\n'
            "func NewHealth(r Store) *Health { return &Health{r} }\n"
            "func (h *Health) Check(w http.ResponseWriter, r *http.Request) { if err := h.probe(r); err != nil "
            "{ w.WriteHeader(http.StatusServiceUnavailable) } }\n"
        ),
        "web/probe.go": (
            'package web\nimport "net/http"\nfunc (h *Health) probe(r *http.Request) error { return h.repo.Alive(r.Context()) }\n'
        ),
        "db/db.go": (
            'package db\nimport "context"\ntype Store struct { pool *Pool }\n'
            "func (s *Store) Alive(ctx context.Context) error { return s.pool.Ping(ctx) }\n"
        ),
    }
    main = (
        'package main\nimport (\n"net/http"\n"example.org/shop/web"\n)\n'
        'func main() { h := web.NewHealth(nil); http.HandleFunc("/health", h.Check) }\n'
    )
    row = health(main, files)
    assert (row.depth, row.fails) == ("deep", True)


def test_what_cannot_be_followed_leaves_the_depth_unknown() -> None:
    row = health(HTTP + MAIN + GIVEN + "{ report := checker.Report(); json.NewEncoder(w).Encode(report) }")
    assert (row.depth, row.fails) == (None, None)


def telemetry(source: str, path: str = "main.go") -> list[tuple[str, bool, bool]]:
    rows = Store(MemoryTree(MOD | {path: source})).collected(nouns.TELEMETRY).rows
    return [(row.kind, row.exposes, row.file) for row in rows]


@pytest.mark.parametrize(
    ("imports", "body", "expected"),
    [
        ('"log/slog"', "slog.New(slog.NewJSONHandler(os.Stdout, nil))", [("structured-logging", True, False)]),
        ('"log/slog"', "slog.New(slog.NewTextHandler(os.Stdout, nil))", [("logging", True, False)]),
        ('"log/slog"', 'f, _ := os.OpenFile("a.log", 1, 2); slog.NewJSONHandler(f, nil)', [("structured-logging", True, True)]),
        ('"log/slog"', 'slog.Info("started")', []),
        ('"go.uber.org/zap"', "l, _ := zap.NewProduction()", [("structured-logging", True, False)]),
        ('"go.uber.org/zap"', "l, _ := zap.NewDevelopment()", [("logging", True, False)]),
        ('"go.uber.org/zap"', 'c := zap.Config{Encoding: "json"}', [("structured-logging", True, False)]),
        ('"github.com/rs/zerolog"', "l := zerolog.New(os.Stdout)", [("structured-logging", True, False)]),
        ('"github.com/rs/zerolog"', "l := zerolog.New(zerolog.ConsoleWriter{Out: os.Stderr})", [("logging", True, False)] * 2),
        ('"github.com/rs/zerolog/log"', 'log.Info().Msg("x")', [("structured-logging", True, False)]),
        ('log "github.com/sirupsen/logrus"', "log.SetFormatter(&log.JSONFormatter{})", [("structured-logging", True, False)]),
        ('"log"', 'f, _ := os.Create("a.log"); log.SetOutput(f)', [("logging", True, True)]),
        ('"github.com/prometheus/client_golang/prometheus"', "c := prometheus.NewCounterVec(o, l)", [("metrics", False, False)]),
        ('"github.com/prometheus/client_golang/prometheus/promhttp"', 'http.Handle("/metrics", promhttp.Handler())', [("metrics", True, False)]),
        ('"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"', "otlptracegrpc.New(ctx, otlptracegrpc.WithInsecure())", [("tracing", True, False)]),
        ('"github.com/getsentry/sentry-go"', "sentry.Init(o)", [("error-tracking", True, False)]),
        ('"github.com/go-chi/httprate"', "r.Use(httprate.LimitByIP(100, m))", [("rate-limit", True, False)]),
        ('"golang.org/x/time/rate"', "l := rate.NewLimiter(1, 1)", []),
        ('"os/signal"', "signal.Notify(c, syscall.SIGINT, syscall.SIGTERM)", [("signal-handler", True, False)]),
        ('"os/signal"', "ctx, stop := signal.NotifyContext(b, os.Interrupt, syscall.SIGTERM)", [("signal-handler", True, False)]),
        ('"os/signal"', "signal.Notify(c, os.Interrupt)", []),
        ('"os/signal"', "signal.Notify(c)", [("signal-handler", True, False)]),
        ('"os/signal"', "s := []os.Signal{syscall.SIGTERM}; signal.Notify(c, s...)", [("signal-handler", True, False)]),
    ],
)  # fmt: skip
def test_a_call_that_sets_up_how_the_program_is_watched(
    imports: str, body: str, expected: list[tuple[str, bool, bool]]
) -> None:
    assert telemetry(package(imports) + f"func main() {{ {body} }}\n") == expected


def test_a_logger_that_a_test_sets_up_is_none() -> None:
    source = package('"log/slog"') + "func TestA(t *testing.T) { slog.NewJSONHandler(b, nil) }\n"
    assert telemetry(source, "main_test.go") == []


def test_a_limiter_of_the_programs_own_is_named_after_it_and_answers_429() -> None:
    own = (
        "func rateLimit(c *gin.Context) { if !l.Allow() { c.AbortWithStatus(http.StatusTooManyRequests) } }\n"
    )
    other = "func retryLimit(r *Response) bool { return r.Code == http.StatusTooManyRequests }\n"
    source = package('"net/http"', '"github.com/gin-gonic/gin"')
    assert telemetry(source + own + other) == [("rate-limit", True, False)]
    given = "func RateLimit(n int) endpoint.Middleware { return nil }\nfunc RateLimitError() error { return nil }\n"
    assert telemetry(source + given) == [("rate-limit", True, False)]


def test_a_console_that_a_condition_chooses_leaves_the_json_of_zerolog() -> None:
    source = package('"github.com/rs/zerolog"', '"github.com/rs/zerolog/log"') + (
        "func main() { if dev { log.Logger = log.Output(zerolog.ConsoleWriter{}) }\nlog.Info().Msg(a) }\n"
    )
    assert sorted(kind for kind, _, _ in telemetry(source)) == ["logging", "structured-logging"]


def outgoing(body: str, *imports: str) -> list[tuple[str, bool | None, bool]]:
    source = package('"net/http"', '"context"', *imports) + f"func ask(ctx context.Context) {{ {body} }}\n"
    rows = Store(MemoryTree(MOD | {"main.go": source})).collected(nouns.OUTGOING).rows
    return sorted((row.library, row.timeout, row.retried) for row in rows)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("http.Get(u)", False),
        ("c := &http.Client{Timeout: 5 * time.Second}", True),
        ("c := http.Client{Timeout: 0}", False),
        ("c := &http.Client{}", False),
        ("c := &http.Client{}; c.Timeout = time.Second", True),
        ("c := &http.Client{}; q, _ := http.NewRequestWithContext(ctx, m, u, nil); c.Do(q)", None),
        ("c := &http.Client{Transport: t}", None),
        ("c := &http.Client{Transport: &http.Transport{ResponseHeaderTimeout: s}}", True),
        ("q, _ := http.NewRequest(m, u, nil); http.DefaultClient.Do(q)", False),
        ("q, _ := http.NewRequestWithContext(ctx, m, u, nil); http.DefaultClient.Do(q)", None),
        ("c2, _ := context.WithTimeout(ctx, s); q, _ := http.NewRequestWithContext(c2, m, u, nil); http.DefaultClient.Do(q)", True),
        ("q, _ := http.NewRequestWithContext(context.Background(), m, u, nil); http.DefaultClient.Do(q)", False),
    ],
)  # fmt: skip
def test_whether_a_call_ends_by_itself(body: str, expected: bool | None) -> None:
    assert [timeout for _, timeout, _ in outgoing(body)] == [expected]


def test_clients_of_other_libraries() -> None:
    assert outgoing("c := resty.New()", '"github.com/go-resty/resty/v2"') == [("resty", False, False)]
    limited = outgoing("c := resty.New().SetTimeout(s).SetRetryCount(3)", '"github.com/go-resty/resty/v2"')
    assert limited == [("resty", True, True)]
    again = outgoing("c := retryablehttp.NewClient()", '"github.com/hashicorp/go-retryablehttp"')
    assert again == [("go-retryablehttp", None, True)]
    assert outgoing("grpc.NewClient(a)", '"google.golang.org/grpc"') == [("grpc", None, False)]
    assert outgoing("smtp.SendMail(a, b, c, d, e)", '"net/smtp"') == [("net/smtp", False, False)]
    policy = outgoing(
        "retry.Do(func() error { _, err := http.Get(u); return err })", '"github.com/avast/retry-go/v4"'
    )
    assert policy == [("net/http", False, True)]


def test_a_router_that_gets_is_no_call_to_another_service() -> None:
    assert outgoing('r := chi.NewRouter(); r.Get("/a", a)', '"github.com/go-chi/chi/v5"') == []


def variables(source: str, **others: str) -> list[tuple[str, bool]]:
    rows = Store(MemoryTree(MOD | {"main.go": source} | others)).collected(nouns.VARIABLE).rows
    return [(row.name, row.default) for row in rows]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('func main() { p := os.Getenv("PORT"); use(p) }', [("PORT", False)]),
        ('func main() { p := os.Getenv("PORT"); if p == "" { p = "80" } }', [("PORT", True)]),
        ('func main() { p := os.Getenv("PORT")\nif p == "" {\nlog.Fatal("no")\n}\n}', [("PORT", False)]),
        ('func main() { p, ok := os.LookupEnv("PORT"); if !ok { p = "80" } }', [("PORT", True)]),
        ('const name = "PORT"\nfunc main() { os.Getenv(name) }', [("PORT", False)]),
        ('func get(k, d string) string { if v := os.Getenv(k); v != "" { return v }; return d }\nfunc main() { get("PORT", "80"); get("HOST", "") }', [("HOST", False), ("PORT", True)]),
        ('func must(to *string, k string) { v := os.Getenv(k); if v == "" { panic(k) }; *to = v }\nfunc main() { must(&a, "SHOP_ADDR") }', [("SHOP_ADDR", False)]),
        ('func main() { x := getEnv("LOG_LEVEL", "info"); y := setEnv("A_B", "c") }', [("LOG_LEVEL", True)]),
        ('type C struct { P int `env:"PORT" envDefault:"80"`; H string `env:"HOST,required"`; N string `env:"NAME"` }', [("HOST", False), ("NAME", True), ("PORT", True)]),
        ('type D struct { H string `env:"HOST,notEmpty"` }\ntype C struct { D D `envPrefix:"DB_"` }', [("DB_HOST", False)]),
        ('type C struct { P int `envconfig:"PORT" required:"true"` }', [("PORT", False)]),
        ('type C struct { P int `json:"port"` }', []),
        ('func main() { a := &cli.StringFlag{Name: "p", EnvVars: []string{"PORT"}} }', [("PORT", True)]),
        ('// p := os.Getenv("PORT")\nfunc main() {}', []),
    ],
)  # fmt: skip
def test_an_environment_variable_that_is_read(source: str, expected: list[tuple[str, bool]]) -> None:
    found = variables(package('"os"', '"github.com/caarlos0/env/v11"') + source + "\n")
    assert sorted(found) == expected


def test_viper_names_what_it_takes_from_the_environment_and_leaves_the_rest_open() -> None:
    source = package('"github.com/spf13/viper"') + (
        'func main() { viper.SetEnvPrefix("app"); viper.AutomaticEnv(); viper.SetDefault("port", 80)\n'
        'viper.GetString("db_url"); viper.BindEnv("x", "OTHER") }\n'
    )
    found = Store(MemoryTree(MOD | {"main.go": source})).collected(nouns.VARIABLE)
    assert [(row.name, row.default) for row in found.rows] == [
        ("APP_PORT", True),
        ("APP_DB_URL", False),
        ("OTHER", True),
    ]
    assert [gap.reason for gap in found.openings] == ["viper takes every setting from the environment too"]


@pytest.mark.parametrize(
    "body",
    ["for _, each := range os.Environ() { take(each) }", "parse(os.Environ())", "p.parseLines(os.Environ())"],
)
def test_a_program_that_goes_through_the_whole_environment_leaves_open_what_it_reads(body: str) -> None:
    source = package('"os"') + f"func main() {{ {body} }}\n"
    found = Store(MemoryTree(MOD | {"main.go": source})).collected(nouns.VARIABLE)
    assert [gap.reason for gap in found.openings] == [
        "the program goes through every variable of the environment"
    ]


def test_an_environment_that_is_handed_on_leaves_nothing_open() -> None:
    source = package('"os"', '"os/exec"') + (
        'func main() { c := exec.Command("x"); c.Env = append(os.Environ(), "A=b"); c.Env = os.Environ() }\n'
    )
    assert Store(MemoryTree(MOD | {"main.go": source})).collected(nouns.VARIABLE).openings == ()


def cors(body: str, *imports: str) -> list[tuple[bool | None, bool | None]]:
    source = package('"net/http"', *imports) + f"func main() {{ {body} }}\n"
    rows = Store(MemoryTree(MOD | {"main.go": source})).collected(nouns.CORS).rows
    return [(row.wildcard, row.credentials) for row in rows]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("github.com/rs/cors", "cors.Default()", (True, False)),
        ("github.com/rs/cors", 'cors.New(cors.Options{AllowedOrigins: []string{"https://a.org"}, AllowCredentials: true})', (False, True)),
        ("github.com/rs/cors", "cors.New(cors.Options{AllowCredentials: true})", (True, True)),
        ("github.com/rs/cors", "cors.New(cors.Options{AllowOriginFunc: func(o string) bool { return true }})", (True, False)),
        ("github.com/rs/cors", "cors.New(cors.Options{AllowOriginFunc: known})", (None, False)),
        ("github.com/go-chi/cors", 'cors.Handler(cors.Options{AllowedOrigins: []string{"*"}})', (True, False)),
        ("github.com/go-chi/cors", "cors.Handler(cors.Options{AllowedOrigins: cfg.Origins})", (None, False)),
        ("github.com/gin-contrib/cors", "cors.New(cors.Config{AllowAllOrigins: true})", (True, False)),
        ("github.com/gin-contrib/cors", "c := cors.DefaultConfig(); c.AllowOrigins = []string{a}; cors.New(c)", (None, False)),
        ("github.com/gin-contrib/cors", "c := cors.DefaultConfig(); c.AllowAllOrigins = true; cors.New(c)", (True, False)),
        ("github.com/labstack/echo/v4/middleware", "e.Use(middleware.CORS())", (True, False)),
        ("github.com/gofiber/fiber/v2/middleware/cors", 'cors.New(cors.Config{AllowOrigins: "https://a.org, https://b.org"})', (False, False)),
        ("github.com/gorilla/handlers", 'handlers.CORS(handlers.AllowedOrigins([]string{"*"}), handlers.AllowCredentials())', (True, True)),
        ("github.com/gorilla/handlers", "handlers.CORS()", (True, False)),
        ("fmt", 'w.Header().Set("Access-Control-Allow-Origin", "*")', (True, False)),
        ("fmt", 'w.Header().Set("Access-Control-Allow-Origin", origin)', (None, False)),
    ],
)  # fmt: skip
def test_a_set_up_of_cross_origin_requests(
    path: str, body: str, expected: tuple[bool | None, bool | None]
) -> None:
    assert cors(body, f'"{path}"') == [expected]


def test_servers_are_built_and_bound() -> None:
    source = package('"net/http"', '"github.com/gin-gonic/gin"') + (
        'func main() { gin.SetMode(gin.DebugMode); r := gin.Default(); r.Run("0.0.0.0:80")\n'
        's := http.Server{Addr: ":81"}; http.ListenAndServe("localhost:82", nil) }\n'
    )
    rows = Store(MemoryTree(MOD | {"main.go": source})).collected(nouns.SERVER).rows
    assert [(row.framework, row.act, row.debug, row.host) for row in rows] == [
        ("gin", "construct", True, ""),
        ("gin", "serve", False, "0.0.0.0"),
        ("net/http", "serve", False, "localhost"),
        ("net/http", "serve", False, ""),
    ]


def test_what_a_logger_is_given_says_nothing_of_the_answer() -> None:
    source = package('"net/http"', '"log/slog"', '"acme.org/util"') + MAIN
    row = health(source + GIVEN + '{ log.With(util.Id(r)).Debug("x"); w.WriteHeader(http.StatusNoContent) }')
    assert (row.depth, row.fails) == ("constant", False)


def test_a_helper_of_another_package_is_found_by_the_path_of_its_import() -> None:
    main = package('"net/http"', '"example.org/shop/internal/probe"') + MAIN
    helper = {"internal/probe/probe.go": "package probe\nfunc Check() error { return pool.Ping() }\n"}
    row = health(main + GIVEN + "{ if probe.Check() != nil { w.WriteHeader(503) } }", helper)
    assert (row.depth, row.fails) == ("deep", True)


@pytest.mark.parametrize(
    ("body", "fails"),
    [
        ("{ c := 503; w.WriteHeader(c) }", False),
        ("{ code := 503; w.WriteHeader(code) }", True),
        ("{ respond.InternalServerError(w) }", True),
        ("{ writeJSON(w, Answer{Status: 503}) }", True),
        ("{ switch r2.StatusCode { case 503: w.WriteHeader(200) } }", False),
    ],
)
def test_a_status_of_500_or_above_is_one_that_is_given_as_such(body: str, fails: bool) -> None:
    row = health(
        HTTP
        + MAIN
        + GIVEN
        + body
        + "\nfunc writeJSON(w http.ResponseWriter, a Answer) { json.NewEncoder(w).Encode(a) }\n"
    )
    assert (row.fails is True) is fails


@pytest.mark.parametrize(
    ("imports", "body", "expected"),
    [
        ('"github.com/rs/zerolog/log"', 'log.Logger = log.Output(zerolog.ConsoleWriter{}); log.Info().Msg("x")', []),
        ('"github.com/hashicorp/go-hclog"', "hclog.New(&hclog.LoggerOptions{JSONFormat: true})", [("logging", True, False), ("structured-logging", True, False)]),
        ('"go.uber.org/zap"', 'c := zap.Config{Encoding: "console"}', [("logging", True, False)]),
        ('"log"', "log.SetFlags(0)", [("logging", True, False)]),
        ('"os/signal"', "signal.Notify(c, signals...)", []),
    ],
)  # fmt: skip
def test_set_ups_that_depend_on_how_they_are_told(
    imports: str, body: str, expected: list[tuple[str, bool, bool]]
) -> None:
    found = telemetry(package(imports) + f"func main() {{ {body} }}\n")
    assert sorted(found) == sorted(expected)


def test_more_clients() -> None:
    assert outgoing("fasthttp.Get(nil, u); fasthttp.DoTimeout(a, b, c)", '"github.com/valyala/fasthttp"') == [
        ("fasthttp", False, False),
        ("fasthttp", True, False),
    ]
    assert outgoing("use(resty.New())", '"github.com/go-resty/resty/v2"') == [("resty", None, False)]
    assert outgoing("http.DefaultClient.Do(request)") == [("net/http", False, False)]
    assert outgoing("q := r.WithContext(ctx); http.DefaultClient.Do(q)") == [("net/http", None, False)]
    assert outgoing("q := make(); http.DefaultClient.Do(q); r.WithContext(ctx)") == [
        ("net/http", None, False)
    ]
    told = outgoing(
        "c := retryablehttp.NewClient(); c.HTTPClient.Timeout = s", '"github.com/hashicorp/go-retryablehttp"'
    )
    assert told == [("go-retryablehttp", True, True)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('type C struct { DBHost string `split_words:"true"` }', [("DB_HOST", True)]),
        ('type C struct { D D `mapstructure:"DB"` }\ntype D struct { Host string `mapstructure:"HOST"` }\nfunc main() { viper.AutomaticEnv() }', [("DB_HOST", False)]),
        ('func main() { a := &cli.StringFlag{Name: "p", Sources: cli.EnvVars("PORT"), Required: true} }', [("PORT", False)]),
        ('func main() { if p := os.Getenv("PORT"); p == "" { return fmt.Errorf("no") } }', [("PORT", False)]),
        ('func main() { if os.Getenv("DEBUG") == "1" { debug() } }', [("DEBUG", True)]),
        ('func main() { p := atoi(os.Getenv("PORT")); use(p); if q == "" { r() } }', [("PORT", False)]),
        ('func main() { p := os.Getenv("PORT")\n// a word\nif p == "" { return err } }', [("PORT", False)]),
        ('func main() { v := viper.New(); v.SetEnvKeyReplacer(r); v.AutomaticEnv(); v.GetString("db.host") }', [("DB_HOST", False)]),
        ("func main() { os.Getenv(name()) ; getEnv(name) }", []),
    ],
)  # fmt: skip
def test_more_ways_to_read_an_environment_variable(source: str, expected: list[tuple[str, bool]]) -> None:
    imports = package('"os"', '"github.com/kelseyhightower/envconfig"', '"github.com/spf13/viper"')
    assert sorted(variables(imports + source + "\n")) == expected


def test_more_servers() -> None:
    source = package('"net/http"', '"github.com/labstack/echo/v4"', '"google.golang.org/grpc"') + (
        'type S struct { e *echo.Echo }\nfunc (s *S) run() { s.e.Start("127.0.0.1:80"); grpc.NewServer(); other.Start("x") }\n'
    )
    rows = Store(MemoryTree(MOD | {"main.go": source})).collected(nouns.SERVER).rows
    assert sorted((row.framework, row.act, row.host) for row in rows) == [
        ("echo", "serve", "127.0.0.1"),
        ("grpc", "construct", ""),
    ]


def test_what_a_machine_wrote_is_not_read() -> None:
    source = package('"os"') + 'func main() { os.Getenv("PORT") }\n' + "// " + "x" * 300_000 + "\n"
    assert variables(source) == []


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("github.com/rs/cors", "cors.New(options)", (None, None)),
        ("github.com/gin-contrib/cors", "cors.New(cors.Config{AllowMethods: m})", (None, False)),
        ("github.com/gin-contrib/cors", "c := cors.DefaultConfig(); cors.New(c)", (None, False)),
        ("github.com/rs/cors", "cors.New(cors.Options{AllowedOrigins: origins})", (None, False)),
        ("github.com/rs/cors", 'cors.New(cors.Options{AllowedOrigins: []string{"https://a.org", other}})', (None, False)),
        ("github.com/gorilla/handlers", "handlers.CORS(handlers.AllowedOriginValidator(f))", (None, False)),
        ("github.com/gofiber/fiber/v2/middleware/cors", 'cors.New(cors.Config{AllowOrigins: "*", AllowCredentials: yes})', (True, None)),
        ("github.com/labstack/echo/v4", "c.Response().Header().Set(echo.HeaderAccessControlAllowOrigin, allowed)", (None, False)),
    ],
)  # fmt: skip
def test_more_set_ups_of_cross_origin_requests(
    path: str, body: str, expected: tuple[bool | None, bool | None]
) -> None:
    assert cors(body, f'"{path}"') == [expected]


def test_a_request_that_sets_the_header_allows_nothing() -> None:
    assert cors('req.Header.Set("Access-Control-Allow-Origin", "*"); w.Header().Set("Accept", "*")') == []
