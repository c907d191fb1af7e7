"""Routes of Go: their paths, what answers them, and what stands before them."""

# A source on one line is easier to compare than one that is put together.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from readiness.facts.code import unread
from readiness.facts.code.rows import HttpRoute  # noqa: TC001 - rows are what the tests look at
from readiness.facts.model import Collected  # noqa: TC001 - the same
from readiness.facts.store import Store
from readiness.tree.memory import MemoryTree

MOD = {"go.mod": "module example.org/shop\n"}
GIN = 'package main\nimport "github.com/gin-gonic/gin"\n'
CHI = 'package main\nimport (\n"net/http"\n"github.com/go-chi/chi/v5"\n)\n'
ECHO = 'package main\nimport "github.com/labstack/echo/v4"\n'
FIBER = 'package main\nimport (\n"github.com/gofiber/fiber/v2"\njwtware "github.com/gofiber/contrib/jwt"\n)\n'
MUX = 'package main\nimport (\n"net/http"\n"github.com/gorilla/mux"\n)\n'
HTTP = 'package main\nimport "net/http"\n'


def collected(files: dict[str, str]) -> Collected[HttpRoute]:
    return Store(MemoryTree(MOD | files)).collected(unread.ROUTE)


def routes(files: dict[str, str] | str) -> list[tuple[str, str]]:
    found = collected({"main.go": files} if isinstance(files, str) else files)
    return sorted((row.method, str(row.route)) for row in found.rows)


def guarded(files: dict[str, str] | str) -> dict[str, bool | None]:
    found = collected({"main.go": files} if isinstance(files, str) else files)
    return {str(row.route): row.authenticated for row in found.rows}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            HTTP + 'func main() { http.HandleFunc("/a", a); http.ListenAndServe(":80", nil) }\nfunc a() {}\n',
            [("", "/a")],
        ),
        (
            HTTP
            + 'func main() { mux := http.NewServeMux(); mux.HandleFunc("GET /a/{id}", a) }\nfunc a() {}\n',
            [("GET", "/a/{id}")],
        ),
        (
            HTTP + 'func main() { m := http.NewServeMux(); m.Handle("POST acme.org/a/{$}", h()) }\n',
            [("POST", "/a")],
        ),
        (GIN + 'func main() { r := gin.New(); r.GET("/a/:id", a) }\n', [("GET", "/a/{id}")]),
        (
            GIN + 'func main() { r := gin.New(); r.Any("/a", a); r.Handle("PUT", "/b", b) }\n',
            [("", "/a"), ("PUT", "/b")],
        ),
        (
            GIN
            + 'func main() { r := gin.New(); v := r.Group("/v1"); { u := v.Group("users"); u.GET("", a) } }\n',
            [("GET", "/v1/users")],
        ),
        (CHI + 'func main() { r := chi.NewRouter(); r.Get("/a", a) }\n', [("GET", "/a")]),
        (
            CHI
            + 'func main() { r := chi.NewRouter(); r.Route("/v1", func(r chi.Router) { r.Route("/u", func(r chi.Router)'
            + ' { r.Post("/", a) }); r.Delete("/x", b) }); r.Get("/z", c) }\n',
            [("POST", "/v1/u"), ("DELETE", "/v1/x"), ("GET", "/z")],
        ),
        (
            CHI
            + 'func main() { r := chi.NewRouter(); r.Method("GET", "/a", a); r.Group(func(r chi.Router) { r.Get("/b", b) }) }\n',
            [("GET", "/a"), ("GET", "/b")],
        ),
        (
            ECHO
            + 'func main() { e := echo.New(); g := e.Group("/v1"); g.GET("/a/:id", a); e.Add("GET", "/b", b) }\n',
            [("GET", "/v1/a/{id}"), ("GET", "/b")],
        ),
        (
            FIBER + 'func main() { app := fiber.New(); app.Get("/a", a); app.All("/b", b) }\n',
            [("GET", "/a"), ("", "/b")],
        ),
        (
            MUX
            + 'func main() { r := mux.NewRouter(); s := r.PathPrefix("/v1").Subrouter(); s.HandleFunc("/a", a).Methods("GET", http.MethodPost) }\n',
            [("GET", "/v1/a"), ("POST", "/v1/a")],
        ),
        (
            MUX + 'func main() { r := mux.NewRouter(); r.Methods("GET").Path("/a").HandlerFunc(a) }\n',
            [("GET", "/a")],
        ),
    ],
)
def test_the_routes_of_a_framework_are_read(source: str, expected: list[tuple[str, str]]) -> None:
    assert routes(source) == sorted(expected)


def test_a_path_is_put_together_of_constants_and_what_is_not_literal_has_a_name() -> None:
    source = (
        GIN
        + 'const base = "/v1"\nfunc main() { r := gin.New(); r.GET(base+"/a", a); r.GET("/b/"+name, b) }\n'
    )
    assert routes(source) == [("GET", "/b/{name}"), ("GET", "/v1/a")]


def test_a_route_in_a_comment_or_of_a_client_is_none() -> None:
    source = (
        GIN
        + 'func main() { r := gin.New(); r.GET("/a", a)\n// r.GET("/health", h)\n}\n'
        + 'func ask(c *Client, req *http.Request) { c.Get("/health", nil); req.Header.Get("/x") }\n'
    )
    assert routes(source) == [("GET", "/a")]


def test_the_routes_of_a_test_are_none() -> None:
    test = GIN + 'func TestA(t *testing.T) { r := gin.New(); r.GET("/health", h) }\n'
    assert routes(
        {"main.go": GIN + 'func main() { r := gin.New(); r.GET("/a", a) }\n', "main_test.go": test}
    ) == [("GET", "/a")]


def test_a_router_that_is_handed_to_another_package_keeps_its_prefix_and_its_guards() -> None:
    files = {
        "main.go": (
            'package main\nimport (\n"github.com/gin-gonic/gin"\n"example.org/shop/internal/users"\n)\n'
            'func main() { r := gin.New(); api := r.Group("/api", RequireAuth()); users.Register(api) }\n'
        ),
        "internal/users/routes.go": (
            'package users\nimport "github.com/gin-gonic/gin"\n'
            'func Register(g *gin.RouterGroup) { g.GET("/users", list) }\nfunc list(c *gin.Context) { c.JSON(200, 1) }\n'
        ),
    }
    found = collected(files)
    assert [(row.route, row.authenticated) for row in found.rows] == [("/api/users", True)]


def test_a_router_that_a_method_is_handed_is_found_by_the_type_it_is_a_method_of() -> None:
    files = {
        "main.go": (
            'package main\nimport (\n"github.com/labstack/echo/v4"\n"example.org/shop/web"\n)\n'
            'func main() { e := echo.New(); h := web.NewUsers(nil); h.Register(e.Group("/v1"))\n'
            'o := web.NewOrders(nil); o.Register(e.Group("/v2")) }\n'
        ),
        "web/web.go": (
            'package web\nimport "github.com/labstack/echo/v4"\ntype Users struct{}\ntype Orders struct{}\n'
            'func (u *Users) Register(g *echo.Group) { g.GET("/users", u.list) }\n'
            'func (o *Orders) Register(g *echo.Group) { g.GET("/orders", o.list) }\n'
        ),
    }
    assert routes(files) == [("GET", "/v1/users"), ("GET", "/v2/orders")]


def test_a_router_that_a_function_gives_back_is_mounted_below_a_path() -> None:
    files = {
        "main.go": CHI + 'func main() { r := chi.NewRouter(); r.Mount("/admin", adminRoutes()) }\n',
        "admin.go": CHI
        + 'func adminRoutes() chi.Router { r := chi.NewRouter(); r.Use(AdminOnly, JWT); r.Get("/x", x); return r }\n',
    }
    assert guarded(files) == {"/admin/x": True}


def test_a_router_whose_giver_is_not_seen_may_have_any_guard_before_it() -> None:
    source = (
        GIN
        + 'func Register(g *gin.RouterGroup) { g.GET("/a", a) }\nfunc a(c *gin.Context) { c.JSON(200, 1) }\n'
    )
    assert guarded(source) == {"/a": None}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (GIN + 'func main() { r := gin.New(); r.Use(AuthRequired()); r.GET("/a", a) }\n', True),
        (GIN + 'func main() { r := gin.New(); r.GET("/a", a); r.Use(AuthRequired()) }\n', False),
        (GIN + 'func main() { r := gin.New(); g := r.Group("/"); r.Use(AuthRequired()); g.GET("/a", a) }\n', False),
        (GIN + 'func main() { r := gin.New(); r.GET("/a", AuthRequired(), a) }\n', True),
        (GIN + 'func main() { r := gin.New(); r.Use(gin.Logger(), AuthorList()); r.GET("/a", a) }\n', False),
        (ECHO + 'func main() { e := echo.New(); e.GET("/a", a); e.Use(middleware.JWT(k)) }\n', True),
        (ECHO + 'func main() { e := echo.New(); e.GET("/a", a, requireLogin) }\n', True),
        (FIBER + 'func main() { app := fiber.New(); app.Use("/b", jwtware.New()); app.Get("/a", a) }\n', False),
        (FIBER + 'func main() { app := fiber.New(); app.Use("/a", jwtware.New()); app.Get("/a", a) }\n', True),
        (CHI + 'func main() { r := chi.NewRouter(); r.With(authenticate).Get("/a", a) }\n', True),
        (CHI + 'func main() { r := chi.NewRouter(); r.Get("/a", a); r.Group(func(r chi.Router) { r.Use(auth); r.Get("/b", a) }) }\n', False),
        (MUX + 'func main() { r := mux.NewRouter(); r.HandleFunc("/a", a); r.Use(AuthMiddleware) }\n', True),
        (HTTP + 'func main() { m := http.NewServeMux(); m.Handle("/a", requireAuth(http.HandlerFunc(a))) }\n', True),
        (HTTP + 'func main() { m := http.NewServeMux(); m.HandleFunc("/a", a); http.ListenAndServe("", requireAuth(m)) }\n', True),
        (HTTP + 'func main() { m := http.NewServeMux(); m.HandleFunc("/a", a); s := http.Server{Handler: checkToken(m)}; s.Serve(l) }\n', True),
        (HTTP + 'func main() { m := http.NewServeMux(); m.Handle("/a", NewAuthPage(store.users)) }\n', None),
    ],
)  # fmt: skip
def test_what_stands_before_a_route_asks_who_calls(source: str, expected: bool | None) -> None:
    answer = "func a(c *gin.Context) { c.JSON(200, 1) }\n"
    assert guarded(source + answer)["/a"] is expected


def test_a_guard_is_also_told_by_what_it_does() -> None:
    files = {
        "main.go": GIN
        + 'func main() { r := gin.New(); r.Use(gate()); r.GET("/a", a) }\nfunc a(c *gin.Context) { c.JSON(200, 1) }\n',
        "gate.go": GIN
        + "func gate() gin.HandlerFunc { return func(c *gin.Context) { if !ok(c) { c.AbortWithStatus(401) } } }\n",
    }
    assert guarded(files) == {"/a": True}


def test_guards_that_a_variable_keeps_are_unknown() -> None:
    source = (
        CHI
        + 'func New(all []func(http.Handler) http.Handler) { r := chi.NewRouter(); for _, one := range all { r.Use(one) }; r.Get("/a", a) }\nfunc a(w http.ResponseWriter, r *http.Request) {}\n'
    )
    assert guarded(source) == {"/a": None}


def test_a_handler_that_turns_askers_away_itself_leaves_it_unknown() -> None:
    source = (
        GIN
        + 'func main() { r := gin.New(); r.GET("/a", a) }\nfunc a(c *gin.Context) { if !known(c) { c.JSON(401, nil) } }\n'
    )
    assert guarded(source) == {"/a": None}


def test_a_router_that_a_field_keeps_may_be_guarded_elsewhere() -> None:
    source = (
        ECHO
        + "type Server struct { router *echo.Echo }\n"
        + 'func (s *Server) routes() { s.router.GET("/a", s.a) }\nfunc (s *Server) a(c echo.Context) error { return c.JSON(200, 1) }\n'
    )
    assert guarded(source) == {"/a": None}


def test_a_router_of_net_http_below_another_is_cut_off_its_prefix_where_it_is_told_so() -> None:
    source = (
        HTTP
        + 'func main() { m := http.NewServeMux(); api := http.NewServeMux(); api.HandleFunc("GET /users", u)\n'
        + 'm.Handle("/api/", http.StripPrefix("/api", api)); raw := http.NewServeMux(); raw.HandleFunc("/raw/x", u)\n'
        + 'm.Handle("/raw/", requireAuth(raw)) }\n'
    )
    assert guarded(source + "func u(w http.ResponseWriter, r *http.Request) {}\n") == {
        "/api/users": False,
        "/raw/x": True,
    }


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            'package main\nimport "github.com/kataras/iris/v12"\nfunc main() { app := iris.New(); app.Get("/a", a) }\n',
            "what github.com/kataras/iris serves is not read yet",
        ),
        (
            GIN
            + "func main() { r := gin.New(); for _, one := range all { r.GET(one.Path, one.Handler) } }\n",
            "a path that is not literal is registered",
        ),
    ],
)
def test_a_way_of_serving_that_is_not_read_leaves_the_routes_open(source: str, reason: str) -> None:
    found = collected({"main.go": source})
    assert found.rows == ()
    assert reason in [gap.reason for gap in found.openings]


def test_a_service_of_a_framework_that_is_not_known_stays_open() -> None:
    source = HTTP + 'import "acme.org/web"\nfunc main() { http.ListenAndServe(":80", web.Make()) }\n'
    found = collected({"main.go": source})
    assert [gap.reason for gap in found.openings] == [
        "the routes of this service (http.ListenAndServe) are not found"
    ]


def test_code_that_a_tool_made_serves_nothing() -> None:
    made = "// Code generated by x. DO NOT EDIT.\n" + GIN + 'func main() { r := gin.New(); r.GET("/b", b) }\n'
    assert routes({"main.go": GIN + 'func main() { r := gin.New(); r.GET("/a", a) }\n', "made.go": made}) == [
        ("GET", "/a")
    ]


def test_a_file_that_is_hardly_go_is_a_problem_and_opens_the_question() -> None:
    found = collected({"main.go": GIN + "\u00a7 \u00a7 \u00b0\u00b0 ~~ ?? \u00a7\n" * 40})
    assert [problem.message for problem in found.problems] == ["not readable as Go"]
    assert found.openings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (GIN + 'import "fmt"\nfunc main() { r := gin.New(); r.GET(fmt.Sprintf("/a/%s/b", x), a) }\n', [("GET", "/a/{value}/b")]),
        (GIN + 'var r = gin.New()\nfunc main() { r.GET("/a", a) }\n', [("GET", "/a")]),
        (MUX + 'var r *mux.Router\nfunc main() { r.HandleFunc("/a", a) }\n', [("", "/a")]),
        (GIN + 'func main() { r := gin.New(); r.GET(cfg.MetricsPath, a) }\n', [("GET", "/{MetricsPath}")]),
        (GIN + 'func New() *S { s := &S{router: gin.New()}; s.router.GET("/a", a); return s }\n', [("GET", "/a")]),
        (GIN + 'func (s *S) routes() { s.engine.GET("/a", s.a) }\n', [("GET", "/a")]),
        (HTTP + 'func main() { http.Handle("/a", http.StripPrefix("/a", files())) }\n', []),
        (ECHO + 'func main() { e := echo.New(); e.Match([]string{"GET", "POST"}, "/a", a) }\n', [("GET", "/a"), ("POST", "/a")]),
        (CHI + 'func main() { r := chi.NewRouter(); r.Group(func(r chi.Router) { r.Route("/v1", func(r chi.Router) { r.Get("/a", a) }) }) }\n', [("GET", "/v1/a")]),
        (FIBER + 'func main() { app := fiber.New(); app.Route("/v1", func(r fiber.Router) { r.Get("/a", a) }) }\n', [("GET", "/v1/a")]),
        ('package main\nimport "github.com/julienschmidt/httprouter"\nfunc main() { r := httprouter.New(); r.Handler("GET", "/a/:id", a) }\n', [("GET", "/a/{id}")]),
        (MUX + 'func main() { r := mux.NewRouter(); r.Handle("/a", h()).Methods(verb) }\n', [("", "/a")]),
        (CHI + 'func main() { r := chi.NewRouter(); s := chi.NewRouter(); s.Get("/x", x); r.Mount("/v1", s) }\n', [("GET", "/v1/x")]),
        (HTTP + 'func main() { http.HandleFunc(pattern(), a) ; http.Handle("/b") }\n', []),
    ],
)  # fmt: skip
def test_more_ways_to_register_a_route(source: str, expected: list[tuple[str, str]]) -> None:
    found = [(method, route) for method, route in routes(source) if route != "/{pattern}"]
    assert found == sorted(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (HTTP + 'func main() { m := http.NewServeMux(); m.Handle("/a", alice.New(requireAuth, log).Then(h)) }\n', True),
        (HTTP + 'func main() { m := http.NewServeMux(); c := alice.New(requireAuth); m.Handle("/a", c.ThenFunc(page)) }\nfunc page(w http.ResponseWriter, r *http.Request) {}\n', True),
        (HTTP + 'func main() { m := http.NewServeMux(); m.HandleFunc("/a", a); h := checkToken(m); http.ListenAndServe("", h) }\n', True),
        (HTTP + 'func main() { http.HandleFunc("/a", a); http.ListenAndServe("", requireAuth(http.DefaultServeMux)) }\n', True),
        (GIN + 'func main() { r := gin.New(); r.Group("/").Use(AuthRequired()).GET("/a", a) }\n', True),
        (GIN + 'func main() { r := gin.New(); mw := AuthRequired(); r.Use(mw); r.GET("/a", a) }\n', True),
        (GIN + 'func main() { r := gin.New(); r.Use(func(c *gin.Context) { if x { c.AbortWithStatus(403) } }); r.GET("/a", a) }\n', True),
        (GIN + 'func main() { r := gin.New(); r.Use(all...); r.GET("/a", a) }\n', None),
        (GIN + 'func (s *S) run() { r := gin.New(); r.Use(s.auth.Handle); r.GET("/a", a) }\n', True),
        (GIN + 'func (s *S) run() { r := gin.New(); r.Use(s.requireLogin); r.GET("/a", s.a) }\nfunc (s *S) requireLogin(c *gin.Context) {}\nfunc (s *S) a(c *gin.Context) {}\n', True),
        (ECHO + 'func main() { e := echo.New(); e.GET("/a", a, mws...) }\n', None),
    ],
)  # fmt: skip
def test_more_ways_to_guard_a_route(source: str, expected: bool | None) -> None:
    answer = "func a(c *gin.Context) { c.JSON(200, 1) }\n"
    assert guarded(source + answer)["/a"] is expected


def test_a_function_that_registers_routes_may_be_handed_several_routers() -> None:
    files = {
        "main.go": ECHO
        + 'func main() { e := echo.New(); add(e.Group("/v1")); add(e.Group("/v2", JWT())) }\n',
        "add.go": ECHO
        + 'func add(g *echo.Group) { more(g) }\nfunc more(g *echo.Group) { g.GET("/a", a) }\nfunc a(c echo.Context) error { return nil }\n',
    }
    assert guarded(files) == {"/v1/a": False, "/v2/a": True}


def test_a_function_that_hands_a_router_to_itself_ends() -> None:
    source = GIN + 'func add(g *gin.RouterGroup) { g.GET("/a", a); add(g.Group("/x")) }\n'
    assert "/a" in guarded(source)


def test_an_implementation_for_tests_is_no_answer_to_a_call_of_an_interface() -> None:
    files = {
        "main.go": (
            'package main\nimport (\n"net/http"\n"example.org/shop/web"\n)\n'
            'func main() { h := web.NewHealth(nil); http.HandleFunc("/health", h.Check) }\n'
        ),
        "web/web.go": (
            'package web\nimport "net/http"\ntype Health struct { db Store }\ntype Store interface { Alive() error }\n'
            "func (h *Health) Check(w http.ResponseWriter, r *http.Request) { if h.db.Alive() != nil { w.WriteHeader(503) } }\n"
        ),
        "mocks/store.go": "package mocks\nfunc (m *MockStore) Alive() error { m.Ping(); return nil }\n",
    }
    (row,) = collected(files).rows
    assert (row.depth, row.fails) == (None, True)


def test_a_check_of_health_is_followed_into_a_folder_that_registers_nothing() -> None:
    files = {
        "main.go": (
            'package main\nimport (\n"net/http"\n"example.org/shop/v2/pkg/probe"\n)\n'
            'func main() { http.HandleFunc("/health", health) }\n'
            "func health(w http.ResponseWriter, r *http.Request) { if !probe.Up() { w.WriteHeader(503) } }\n"
        ),
        "pkg/probe/probe.go": "package probe\nfunc Up() bool { return fine() }\nfunc fine() bool { return now() }\n",
        "pkg/probe/now.go": "package probe\nfunc now() bool { return true }\n",
    }
    (row,) = collected(files).rows
    assert (row.depth, row.fails) == ("shallow", True)


def test_a_router_is_handed_to_a_method_of_its_own_and_to_one_of_a_field() -> None:
    files = {
        "main.go": (
            'package main\nimport (\n"github.com/labstack/echo/v4"\n"example.org/shop/web"\n)\n'
            'type App struct { users *web.Users }\nfunc (a *App) run() { e := echo.New(); a.own(e); a.users.Register(e.Group("/v1")) }\n'
            'func (a *App) own(e *echo.Echo) { e.GET("/own", a.page) }\nfunc (a *App) page(c echo.Context) error { return nil }\n'
        ),
        "web/web.go": (
            'package web\nimport "github.com/labstack/echo/v4"\ntype Users struct{}\n'
            'func (u *Users) Register(g *echo.Group) { g.GET("/users", u.list) }\nfunc (u *Users) list(c echo.Context) error { return nil }\n'
        ),
    }
    assert guarded(files) == {"/own": False, "/v1/users": False}


@pytest.mark.parametrize(
    "source",
    [
        GIN + 'var (\n\tr = gin.New()\n)\nfunc main() { r.GET("/a", a) }\n',
        GIN + 'type S struct { api *gin.RouterGroup }\nfunc (s *S) add() { s.api.GET("/a", a) }\n',
        GIN + 'func (s *S) one() { s.r = gin.New() }\nfunc (s *S) two() { s.r.GET("/a", a) }\n',
        ECHO + 'func main() { e := echo.New(); for _, one := range []int{1} { e.GET("/a", a) } }\n',
        CHI
        + 'func main() { r := chi.NewRouter(); r.Route("/", func(r chi.Router) { func() { r.Get("/a", a) }() }) }\n',
    ],
)
def test_a_router_that_is_kept_in_one_way_or_another(source: str) -> None:
    assert routes(source) == [("GET", "/a")]
