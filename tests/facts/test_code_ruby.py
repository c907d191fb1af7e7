"""Ruby: Rails, Sinatra and Grape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from readiness.facts.catalogue import TABLES
from readiness.facts.code import unread
from readiness.facts.code.nouns import CORS, OUTGOING, ROUTE, SERVER, TELEMETRY, VARIABLE
from readiness.facts.code.ruby import parse
from readiness.facts.store import Store
from readiness.spans import Unparsable
from readiness.tree.memory import MemoryTree

if TYPE_CHECKING:
    from readiness.facts.code.rows import HttpRoute

GEMFILE = 'source "https://rubygems.org"\ngem "rails"\n'
RAILS = {"Gemfile": GEMFILE, "config/application.rb": "class App < Rails::Application\nend\n"}
SINATRA = {"Gemfile": 'gem "sinatra"\n', "config.ru": "run App\n"}


def facts(files: dict[str, str]) -> Store:
    return Store(MemoryTree(files), tables=TABLES)


def rails(routes: str, **files: str) -> tuple[HttpRoute, ...]:
    drawn = {"config/routes.rb": f"Rails.application.routes.draw do\n{routes}\nend\n"}
    controllers = {f"app/controllers/{name}.rb": text for name, text in files.items()}
    return facts(RAILS | drawn | controllers).collected(ROUTE).rows


def sinatra(
    body: str, head: str = "require 'sinatra/base'\nclass App < Sinatra::Base\n"
) -> tuple[HttpRoute, ...]:
    return facts(SINATRA | {"app.rb": head + body + "\nend\n"}).collected(ROUTE).rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get "/a", to: "x#y"', [("GET", "/a", "x#y")]),
        ('get "a" => "x#y"', [("GET", "/a", "x#y")]),
        ('get "x/y"', [("GET", "/x/y", "x#y")]),
        ('post "/a/:id(.:format)", to: "x#y"', [("POST", "/a/{id}", "x#y")]),
        ('match "/a", to: "x#y", via: [:get, :post]', [("GET", "/a", "x#y"), ("POST", "/a", "x#y")]),
        ('match "/a", to: "x#y", via: :all', [("", "/a", "x#y")]),
        ('match("/a", {controller: "x", action: "y", via: "get"})', [("GET", "/a", "x#y")]),
        ('root "x#y"', [("GET", "/", "x#y")]),
        ('root to: "x#y"', [("GET", "/", "x#y")]),
        ("resources :posts, only: [:index]", [("GET", "/posts", "posts#index")]),
        ("resources :posts, only: %i[show]", [("GET", "/posts/{id}", "posts#show")]),
        ("resources :posts, only: :index, path: 'p'", [("GET", "/p", "posts#index")]),
        ("resource :profile, only: :show", [("GET", "/profile", "profiles#show")]),
        ("namespace :api do\nget 'a', to: 'x#y'\nend", [("GET", "/api/a", "api/x#y")]),
        ("scope '/v1', module: 'm' do\nget 'a', to: 'x#y'\nend", [("GET", "/v1/a", "m/x#y")]),
        ("scope module: 'm' do\nget 'a', to: 'x#y'\nend", [("GET", "/a", "m/x#y")]),
        ("controller :x do\nget 'a', action: :y\nend", [("GET", "/a", "x#y")]),
        ("constraints(id: /a/) do\nget 'a', to: 'x#y'\nend", [("GET", "/a", "x#y")]),
        ("%w[a b].each do |n|\nget n, to: 'x#y'\nend", [("GET", "/{n}", "x#y")]),
        (
            "resources :posts, only: [] do\nmember do\nget :preview\nend\nend",
            [("GET", "/posts/{id}/preview", "posts#preview")],
        ),
        (
            "resources :posts, only: [] do\ncollection { get :search }\nend",
            [("GET", "/posts/search", "posts#search")],
        ),
        (
            "resources :posts, only: [] do\nget :preview, on: :member\nend",
            [("GET", "/posts/{id}/preview", "posts#preview")],
        ),
        (
            "resources :posts, only: [] do\nget :search, on: :collection\nend",
            [("GET", "/posts/search", "posts#search")],
        ),
        (
            "resources :posts, only: [] do\nresources :notes, only: :index\nend",
            [("GET", "/posts/{post_id}/notes", "notes#index")],
        ),
        ("mount X::Engine => '/x'", [("", "/x", "X.Engine")]),
        ("mount X::Engine, at: '/x'", [("", "/x", "X.Engine")]),
        (
            "if ENV['A']\nget '/a', to: 'x#y'\nelse\nget '/b', to: 'x#y'\nend",
            [("GET", "/a", "x#y"), ("GET", "/b", "x#y")],
        ),
        ("controller :x do\nget 'a', to: :y\nend", [("GET", "/a", "x#y")]),
        ("get '/a' => Other", [("GET", "/a", "Other")]),
        ("get \"/#{NAME}/a\", to: 'x#y'", [("GET", "/{NAME}/a", "x#y")]),
        ("resource :category, only: :show", [("GET", "/category", "categories#show")]),
        (
            "resources :categories, only: [] do\nget :top\nend",
            [("GET", "/categories/{category_id}/top", "categories#top")],
        ),
        ("mount X", [("", "/", "X")]),
        ("# get '/a', to: 'x#y'", []),
        ("if Rails.env.development?\nget '/a', to: 'x#y'\nend", []),
        ("get '/a', to: 'x#y' if Rails.env.test?", []),
        ("unless Rails.env.production?\nelse\nget '/a', to: 'x#y'\nend", [("GET", "/a", "x#y")]),
        ("get '/a', to: redirect('/b')", [("GET", "/a", "")]),
        ("devise_for :users", []),
    ],
)
def test_a_line_of_the_routes_of_rails_declares(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(row.method, row.route, row.handler) for row in rails(text)] == expected


def test_seven_actions_are_served_as_far_as_the_controller_has_them() -> None:
    text = "class PostsController < ActionController::API\ndef index; end\ndef update; end\nend\n"
    rows = rails("resources :posts", posts_controller=text)
    assert [(row.method, row.route) for row in rows] == [
        ("GET", "/posts"),
        ("PATCH", "/posts/{id}"),
        ("PUT", "/posts/{id}"),
    ]


def test_a_part_of_the_routes_in_a_file_of_its_own_is_read() -> None:
    files = {
        "config/routes.rb": "Rails.application.routes.draw do\ndraw :admin\nend\n",
        "config/routes/admin.rb": "get '/admin', to: 'x#y'\n",
    }
    assert [row.route for row in facts(RAILS | files).collected(ROUTE).rows] == ["/admin"]


def test_the_routes_of_a_test_count_for_nothing() -> None:
    files = {
        "spec/dummy/config/routes.rb": "Rails.application.routes.draw do\nget '/health', to: 'x#y'\nend\n"
    }
    assert facts(RAILS | files).collected(ROUTE).rows == ()


def test_the_check_that_rails_brings_along_depends_on_nothing() -> None:
    (row,) = rails('get "up" => "rails/health#show", as: :rails_health_check')
    assert (row.route, row.health, row.depth, row.fails) == ("/up", True, "constant", False)


@pytest.mark.parametrize(
    ("body", "depth", "fails", "catches"),
    [
        ("render json: { status: 'ok' }", "constant", False, False),
        ("head :ok", "constant", False, False),
        ("ActiveRecord::Base.connection.execute('SELECT 1')\nhead :ok", "deep", True, False),
        ("ActiveRecord::Base.connection.active?\nhead :ok\nrescue => e\nhead :ok", "deep", False, True),
        ("Redis.new.ping\nhead :ok\nrescue StandardError\nhead :service_unavailable", "deep", True, False),
        ("Redis.new.ping rescue nil\nhead :ok", "deep", False, True),
        ("if database_up?\nhead :ok\nelse\nhead 503\nend", "deep", True, False),
        ("x = Widget.where(id: 500).count\nrender json: x", "shallow", False, False),
    ],
)
def test_a_check_of_health_in_rails_is_as_deep_as_what_it_asks(
    body: str, depth: str, fails: bool, catches: bool
) -> None:
    text = (
        f"class HealthController < ActionController::API\ndef show\n{body}\nend\n"
        "def database_up?\nActiveRecord::Base.connection.select_value('SELECT 1') == 1\nend\nend\n"
    )
    (row,) = rails("get '/health', to: 'health#show'", health_controller=text)
    assert (row.depth, row.fails, row.catches) == (depth, fails, catches)


def test_a_check_is_followed_into_a_class_of_the_repository() -> None:
    files = {
        "config/routes.rb": "Rails.application.routes.draw do\nget '/health', to: 'health#show'\nend\n",
        "app/controllers/health_controller.rb": (
            "class HealthController < Base\ndef show\nrender json: Checker.new.call\nend\nend\n"
        ),
        "app/services/checker.rb": "class Checker\ndef call\nRedis.current.ping\nend\nend\n",
    }
    (row,) = facts(RAILS | files).collected(ROUTE).rows
    assert (row.depth, row.fails) == ("deep", True)


def test_a_check_whose_class_does_not_say_what_it_does_is_unknown() -> None:
    files = {
        "config/routes.rb": "Rails.application.routes.draw do\nget '/health', to: 'health#show'\nend\n",
        "app/controllers/health_controller.rb": (
            "class HealthController < ActionController::API\ndef show\nrender json: Checker.run\nend\nend\n"
        ),
        "app/services/checker.rb": "class Checker < Base\nend\n",
    }
    (row,) = facts(RAILS | files).collected(ROUTE).rows
    assert row.depth is None


@pytest.mark.parametrize(
    ("line", "depth"),
    [
        ("mount OkComputer::Engine, at: '/checks'", "deep"),
        ("health_check_routes", "deep"),
        ("Healthcheck.routes(self)", "deep"),
        ("mount Easymon::Engine, at: '/checks'", None),
    ],
)
def test_a_library_of_health_checks_is_one_whatever_its_path(line: str, depth: str | None) -> None:
    (row,) = rails(line)
    assert (row.health, row.depth) == (True, depth)


def test_okcomputer_serves_a_check_without_a_line_in_the_routes() -> None:
    found = facts(RAILS | {"Gemfile": GEMFILE + 'gem "okcomputer"\n', "config.ru": "run App\n"})
    assert [(row.path, row.route, row.health) for row in found.collected(ROUTE).rows] == [
        ("Gemfile", "/okcomputer", True)
    ]


def test_okcomputer_that_is_mounted_is_counted_once() -> None:
    files = {
        "Gemfile": GEMFILE + 'gem "okcomputer"\n',
        "config/routes.rb": "Rails.application.routes.draw do\nmount OkComputer::Engine, at: '/ok'\nend\n",
    }
    assert [row.route for row in facts(RAILS | files).collected(ROUTE).rows] == ["/ok"]


GATED = "class ApplicationController < ActionController::Base\nbefore_action :authenticate_user!\nend\n"


@pytest.mark.parametrize(
    ("controller", "expected"),
    [
        ("class PagesController < ApplicationController\ndef show; end\nend\n", True),
        (
            (
                "class PagesController < ApplicationController\nskip_before_action :authenticate_user!\n"
                "def show; end\nend\n"
            ),
            False,
        ),
        (
            (
                "class PagesController < ApplicationController\n"
                "skip_before_action :authenticate_user!, only: [:show]\ndef show; end\nend\n"
            ),
            False,
        ),
        (
            (
                "class PagesController < ApplicationController\n"
                "skip_before_action :authenticate_user!, only: [:other]\ndef show; end\nend\n"
            ),
            True,
        ),
        (
            (
                "class PagesController < ApplicationController\n"
                "skip_before_action :authenticate_user!, except: :show\ndef show; end\nend\n"
            ),
            True,
        ),
        ("class PagesController < ActionController::Base\ndef show; end\nend\n", False),
        ("class PagesController < Gem::Controller\ndef show; end\nend\n", None),
        (
            "class PagesController < ActionController::Base\nbefore_action :set_user\ndef show; end\nend\n",
            False,
        ),
        (
            (
                "class PagesController < ActionController::Base\nbefore_action :set_current_user\n"
                "def show; end\nend\n"
            ),
            False,
        ),
        (
            (
                "class PagesController < ActionController::API\nbefore_action :require_login, except: :show\n"
                "def show; end\nend\n"
            ),
            False,
        ),
        (
            (
                "class PagesController < ActionController::API\nbefore_action :authenticate!, if: :own?\n"
                "def show; end\nend\n"
            ),
            None,
        ),
        (
            (
                "class PagesController < ActionController::Base\n"
                "http_basic_authenticate_with name: 'a', password: ENV['P']\ndef show; end\nend\n"
            ),
            True,
        ),
        (
            (
                "class PagesController < ActionController::Base\nbefore_action { authenticate_user! }\n"
                "def show; end\nend\n"
            ),
            True,
        ),
        (
            "class PagesController < ActionController::Base\ninclude Authentication\ndef show; end\nend\n",
            True,
        ),
        (
            (
                "class PagesController < ActionController::Base\ninclude Authentication\n"
                "allow_unauthenticated_access only: :show\ndef show; end\nend\n"
            ),
            False,
        ),
    ],
)
def test_a_gate_of_rails_stands_before_the_actions_it_names(controller: str, expected: bool | None) -> None:
    concern = "module Authentication\nincluded do\nbefore_action :require_authentication\nend\nend\n"
    files = {
        "config/routes.rb": "Rails.application.routes.draw do\nget '/page', to: 'pages#show'\nend\n",
        "app/controllers/application_controller.rb": GATED,
        "app/controllers/pages_controller.rb": controller,
        "app/controllers/concerns/authentication.rb": concern,
    }
    (row,) = facts(RAILS | files).collected(ROUTE).rows
    assert row.authenticated is expected


def test_a_parent_beside_a_controller_is_found_in_its_module() -> None:
    files = {
        "config/routes.rb": "Rails.application.routes.draw do\nnamespace :api do\nget :a, to: 'a#b'\nend end",
        "app/controllers/api/a_controller.rb": (
            "module Api\nclass AController < BaseController\ndef b; end\nend\nend\n"
        ),
        "app/controllers/api/base_controller.rb": (
            "class Api::BaseController < ActionController::API\nbefore_action :authenticate!\nend\n"
        ),
    }
    (row,) = facts(RAILS | files).collected(ROUTE).rows
    assert row.authenticated is True


def test_routes_from_another_file_leave_the_question_open() -> None:
    text = "Rails.application.routes.draw do\nself.instance_eval(File.read('a'))\nload 'b'\nend\n"
    assert [gap.questions for gap in parse(text.encode()).gaps] == [("route",), ("route",)]


def test_a_constraint_that_knows_who_asks_stands_before_its_routes() -> None:
    (row,) = rails("scope constraints: Authenticated.new do\nmount X => '/x'\nend")
    assert row.authenticated is True


def test_what_devise_lets_in_alone_asks_who_calls() -> None:
    (row,) = rails("authenticate :user do\nmount X => '/x'\nend")
    assert row.authenticated is True


def test_a_route_whose_controller_is_not_there_is_not_told_to_be_open() -> None:
    (row,) = rails("get '/a', to: 'x#y'")
    assert (row.authenticated, row.depth) == (None, None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("get '/a' do\n'ok'\nend", [("GET", "/a")]),
        ("namespace '/p' do\nget '/a' do\n1\nend\nend", [("GET", "/p/a")]),
        ("post '/a/:id' do\n1\nend", [("POST", "/a/{id}")]),
        ("# get '/a' do\n# end", []),
        ("helpers do\ndef get(a); end\nend", []),
    ],
)
def test_a_block_of_sinatra_is_a_route(body: str, expected: list[tuple[str, str]]) -> None:
    assert [(row.method, row.route) for row in sinatra(body)] == expected


def test_a_program_of_sinatra_without_a_class_is_read() -> None:
    found = (
        facts(SINATRA | {"app.rb": "require 'sinatra'\nget '/health' do\n'ok'\nend\n"}).collected(ROUTE).rows
    )
    assert [(row.route, row.health, row.depth, row.authenticated) for row in found] == [
        ("/health", True, "constant", False)
    ]


def test_an_application_of_sinatra_answers_below_the_path_it_is_mapped_to() -> None:
    files = {
        "app.rb": "require 'sinatra/base'\nclass App < Sinatra::Base\nget '/a' do\n1\nend\nend\n",
        "config.ru": "map '/p' do\nrun App\nend\n",
    }
    assert [row.route for row in facts(SINATRA | files).collected(ROUTE).rows] == ["/p/a"]


def test_what_a_filter_of_sinatra_asks_stands_before_its_routes() -> None:
    (row,) = sinatra("before do\nauthenticate!\nend\nget '/a' do\n1\nend")
    assert row.authenticated is True


def test_a_filter_of_an_unknown_parent_leaves_a_route_of_sinatra_in_doubt() -> None:
    (row,) = sinatra("get '/a' do\n1\nend", "require 'sinatra/base'\nclass App < Base\n")
    assert row.authenticated is None


def test_the_prefix_and_version_of_grape_stand_before_what_it_mounts() -> None:
    files = {
        "Gemfile": 'gem "grape"\n',
        "config.ru": "run Root\n",
        "root.rb": "class Root < Grape::API\nprefix :api\nversion 'v1', using: :path\nmount Posts\nend\n",
        "posts.rb": (
            "class Posts < Grape::API\nresource :posts do\nget do\n1\nend\n"
            "route_param :id do\nget :notes do\n1\nend\nend\nend\nend\n"
        ),
    }
    rows = facts(files).collected(ROUTE).rows
    assert [row.route for row in rows] == ["/api/v1/posts", "/api/v1/posts/{id}/notes"]


def test_a_server_of_an_unknown_framework_leaves_the_routes_open() -> None:
    files = {"Gemfile": 'gem "roda"\n', "config.ru": "run App\n", "app.rb": "class App < Roda\nend\n"}
    assert [gap.path for gap in facts(files).collected(unread.ROUTE).openings] == ["Gemfile"]


def test_a_framework_that_is_read_leaves_nothing_open() -> None:
    found = facts(SINATRA | {"app.rb": "require 'sinatra'\nget '/a' do\n1\nend\n"})
    openings = (
        found.collected(unread.ROUTE).openings,
        found.collected(unread.CORS).openings,
        found.collected(unread.VARIABLE).openings,
        found.collected(unread.TELEMETRY).openings,
        found.collected(unread.OUTGOING).openings,
    )
    assert openings == ((), (), (), (), ())


def telemetry(text: str, path: str = "config/initializers/a.rb") -> list[tuple[str, str, bool, bool]]:
    rows = facts(RAILS | {path: text}).collected(TELEMETRY).rows
    return [(row.kind, row.library, row.exposes, row.file) for row in rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("config.lograge.enabled = true", [("logging", "lograge", True, False)]),
        (
            "config.lograge.formatter = Lograge::Formatters::Json.new",
            [("structured-logging", "lograge", True, False)],
        ),
        ("config.lograge.formatter = Lograge::Formatters::KeyValue.new", []),
        (
            "SemanticLogger.add_appender(io: $stdout, formatter: :json)",
            [("structured-logging", "semantic_logger", True, False)],
        ),
        (
            "SemanticLogger.add_appender(file_name: 'log/a.log')",
            [("logging", "semantic_logger", True, True)],
        ),
        (
            "config.rails_semantic_logger.format = :json",
            [("structured-logging", "rails_semantic_logger", True, False)],
        ),
        ("config.logger = ActiveSupport::Logger.new(STDOUT)", [("logging", "logger", True, False)]),
        ("Logger.new('log/a.log')", [("logging", "logger", True, True)]),
        ("Logger.new(Rails.root.join('log/a.log'))", [("logging", "logger", True, True)]),
        ("config.log_formatter = JsonFormatter.new", [("structured-logging", "logger", True, False)]),
        ("config.log_formatter = ::Logger::Formatter.new", []),
        ("Sentry.init do |config|\nend", [("error-tracking", "sentry-ruby", True, False)]),
        ("# Sentry.init do |config|\n# end", []),
        ("Yabeda.configure do\ncounter :a\nend", [("metrics", "yabeda", False, False)]),
        ("use Prometheus::Middleware::Collector", [("metrics", "prometheus-client", False, False)]),
        ("use Prometheus::Middleware::Exporter", [("metrics", "prometheus-client", True, False)]),
        (
            "Rails.application.middleware.unshift PrometheusExporter::Middleware",
            [("metrics", "prometheus_exporter", True, False)],
        ),
        ("OpenTelemetry::SDK.configure do |c|\nend", [("tracing", "opentelemetry-sdk", True, False)]),
        ("Datadog.configure do |c|\nc.tracing.instrument :rails\nend", [("tracing", "datadog", True, False)]),
        ("Datadog.configure do |c|\nc.service = 'a'\nend", []),
        (
            "class Rack::Attack\nthrottle('a', limit: 5, period: 1) { |r| r.ip }\nend",
            [("rate-limit", "rack-attack", True, False)],
        ),
        (
            "Rack::Attack.throttle('a', limit: 5, period: 1) { |r| r.ip }",
            [("rate-limit", "rack-attack", True, False)],
        ),
        ("class Rack::Attack\nblocklist('a') { |r| r.ip }\nend", []),
        (
            "class A < ApplicationController\nrate_limit to: 10, within: 1.minute\nend",
            [("rate-limit", "actionpack", True, False)],
        ),
        ("Signal.trap('TERM') { stop }", [("signal-handler", "ruby", True, False)]),
        ("trap('SIGTERM') do\nstop\nend", [("signal-handler", "ruby", True, False)]),
        ("trap('INT') { stop }", []),
        ("plugin :yabeda_prometheus", [("metrics", "yabeda-prometheus", True, False)]),
    ],
)
def test_a_line_of_ruby_sets_up(text: str, expected: list[tuple[str, str, bool, bool]]) -> None:
    assert telemetry(text) == expected


def test_the_settings_of_a_developers_machine_set_nothing_up() -> None:
    assert telemetry("config.logger = Logger.new(STDOUT)", "config/environments/development.rb") == []


def test_a_file_of_settings_alone_switches_honeybadger_on() -> None:
    found = facts(RAILS | {"config/honeybadger.yml": "api_key: <%= ENV['K'] %>\n"}).collected(TELEMETRY).rows
    assert [(row.path, row.kind) for row in found] == [("config/honeybadger.yml", "error-tracking")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ENV['A']", [("A", True)]),
        ("ENV['A'] || raise('A is not set')", [("A", False)]),
        ("ENV.fetch('A')", [("A", False)]),
        ("ENV.fetch('A', 'x')", [("A", True)]),
        ("ENV.fetch('A') { 'x' }", [("A", True)]),
        ("ENV['A'] = 'x'", []),
        ("ENV[name]", []),
        ("ENV['BUNDLE_GEMFILE'] ||= 'x'", []),
    ],
)
def test_a_variable_is_read_under_its_literal_name(text: str, expected: list[tuple[str, bool]]) -> None:
    rows = facts(RAILS | {"lib/a.rb": text}).collected(VARIABLE).rows
    assert [(row.name, row.default) for row in rows] == expected


@pytest.mark.parametrize(
    ("origins", "credentials", "expected"),
    [
        ("'*'", "", (True, False)),
        ("'*'", ", credentials: true", (True, True)),
        ("'https://a.example'", ", credentials: true", (False, True)),
        ("'a.example', '*'", "", (True, False)),
        ("/.*/", "", (True, False)),
        ("ENV.fetch('O', '*').split(',')", "", (True, False)),
        ("ENV.fetch('O').split(',')", "", (None, False)),
        ("ENV['O'] || '*'", "", (True, False)),
        ("%w[*]", "", (True, False)),
        ("Site.pluck(:host)", "", (None, False)),
        ("['https://a.example']", "", (False, False)),
        ("*HOSTS", "", (None, False)),
        ("'*'", ", credentials: flag", (True, None)),
    ],
)
def test_rack_cors_allows(origins: str, credentials: str, expected: tuple[bool | None, bool | None]) -> None:
    text = (
        "Rails.application.config.middleware.insert_before 0, Rack::Cors do\nallow do\n"
        f"origins {origins}\nresource '*', headers: :any{credentials}\nend\nend\n"
    )
    (row,) = facts(RAILS | {"config/initializers/cors.rb": text}).collected(CORS).rows
    assert (row.wildcard, row.credentials, row.framework) == (*expected, "rack-cors")


@pytest.mark.parametrize(
    "text",
    [
        "response.headers['Access-Control-Allow-Origin'] = '*'",
        "response.set_header('Access-Control-Allow-Origin', '*')",
        "headers 'Access-Control-Allow-Origin' => '*'",
    ],
)
def test_the_header_by_hand_counts_too(text: str) -> None:
    (row,) = facts(RAILS | {"app/a.rb": text}).collected(CORS).rows
    assert (row.wildcard, row.framework) == (True, "header")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Net::HTTP.get(URI(u))", [("net/http", True, False)]),
        ("http = Net::HTTP.new('a')\nhttp.read_timeout = nil", [("net/http", False, False)]),
        ("Faraday.new(url: u)", [("faraday", True, False)]),
        ("Faraday.new(u) do |f|\nf.request :retry, max: 2\nend", [("faraday", True, True)]),
        ("Faraday.new(url: u, request: { timeout: 2 }).post('/a')", [("faraday", True, False)]),
        ("HTTParty.get(u)", [("httparty", True, False)]),
        ("class A\ninclude HTTParty\nend", [("httparty", True, False)]),
        ("RestClient.get(u)", [("restclient", True, False)]),
        ("RestClient::Request.execute(url: u)", [("restclient", True, False)]),
        ("Typhoeus.get(u)", [("typhoeus", False, False)]),
        ("Typhoeus.get(u, timeout: 5)", [("typhoeus", True, False)]),
        ("HTTP.get(u)", [("http", False, False)]),
        ("HTTP.timeout(5).get(u)", [("http", True, False)]),
        ("Retriable.retriable { HTTParty.get(u) }", [("httparty", True, True)]),
        ("# Typhoeus.get(u)", []),
    ],
)
def test_a_call_to_another_service_ends(text: str, expected: list[tuple[str, bool, bool]]) -> None:
    rows = facts(RAILS | {"app/a.rb": text}).collected(OUTGOING).rows
    assert [(row.library, row.timeout, row.retried) for row in rows] == expected


def test_servers_and_workers_are_seen_where_they_are_built() -> None:
    files = {
        "config/puma.rb": "port 3000\n",
        "config/sidekiq.yml": ":concurrency: 5\n",
        "config/initializers/sidekiq.rb": "Sidekiq.configure_server do |c|\nend\n",
        "app.rb": "class A < Sinatra::Base\nend\nA.run!\n",
    }
    found = [(row.framework, row.act) for row in facts(RAILS | files).collected(SERVER).rows]
    assert sorted(found) == [
        ("puma", "serve"),
        ("rack", "serve"),
        ("rails", "construct"),
        ("sidekiq", "construct"),
        ("sidekiq", "serve"),
        ("sinatra", "construct"),
    ]


@pytest.mark.parametrize(("value", "expected"), [("true", [True]), ("false", [])])
def test_production_that_shows_its_errors_runs_in_debug_mode(value: str, expected: list[bool]) -> None:
    text = f"Rails.application.configure do\nconfig.consider_all_requests_local = {value}\nend\n"
    found = facts(RAILS | {"config/environments/production.rb": text}).collected(SERVER).rows
    assert [row.debug for row in found if row.path.endswith("production.rb")] == expected


def test_a_file_that_is_no_ruby_opens_questions() -> None:
    with pytest.raises(Unparsable) as caught:
        parse(b"%%% <<< {{{ ((( ]]] *** ;;; \x00 ''' \" " * 20)
    assert caught.value.opens


def test_what_a_machine_wrote_is_not_read() -> None:
    assert parse(b"x = '" + b"a" * 20000 + b"'\nENV['A']\n").variables == ()


def test_deep_nesting_ends() -> None:
    text = (
        "Rails.application.routes.draw do\n" + "scope 'a' do\n" * 60 + "get 'b', to: 'x#y'\n" + "end\n" * 61
    )
    assert [gap.questions for gap in parse(text.encode()).gaps][:1] == [("route",)]
