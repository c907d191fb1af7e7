"""Java and Kotlin: Spring, JAX-RS (Quarkus and others), Micronaut, Ktor, Javalin, servlets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.facts.code.jvm.file import JAVA, KOTLIN
from readiness.facts.code.language import Language
from readiness.facts.model import PatternTable

if TYPE_CHECKING:
    from readiness.facts.code.language import Found, Held
    from readiness.facts.code.model import Question
    from readiness.facts.model import Facts

_MANIFESTS = ("pom.xml", "build.gradle", "build.gradle.kts")

_UNREAD = (
    r"^import +(?:static +)?(?:io\.vertx\.ext\.web|play\.(?:api\.)?mvc|io\.helidon\.webserver|org\.http4k"
    r"|ratpack\.|spark\.(?:Spark|Route)|io\.jooby|io\.dropwizard|org\.apache\.struts2|com\.linecorp\.armeria"
    r"|io\.undertow\.server|org\.springframework\.(?:cloud\.gateway\.route|data\.rest\.core\.annotation)"
    r"|org\.restlet|org\.noear\.solon|com\.sun\.net\.httpserver)"
)
_ROUTE = "|".join(
    (
        r"(?m)@(?:Rest)?Controller\b|@(?:Get|Post|Put|Delete|Patch|Request)Mapping\b|@Path\(|@WebServlet\b",
        r"\bSecurity(?:Web)?FilterChain\b|WebSecurityConfigurerAdapter|\.ignoring\(\)",
        r"\bOncePerRequestFilter\b|\bHandlerInterceptor|\bContainerRequestFilter\b|\bGenericFilterBean\b",
        r"\bimplements Filter\b",
        r"\bWebFilter\b|HttpServerFilter",
        r"\bHealthIndicator\b|\bHealthCheck\b",
        r"^import io\.ktor\.(?:server\.)?(?:routing|application)|^import io\.javalin",
        r"^import org\.springframework\.web\.(?:servlet\.function|reactive\.function\.server)",
        _UNREAD,
    )
)
_TELEMETRY = "|".join(
    (
        r"(?m)^import (?:static )?(?:io\.micrometer|io\.prometheus|com\.timgroup\.statsd|io\.opentelemetry)",
        r"^import (?:io\.sentry|com\.rollbar|com\.bugsnag|io\.github\.bucket4j|co\.elastic\.apm)",
        r"^import io\.github\.resilience4j\.ratelimiter",
        r"^import io\.ktor\.(?:server\.)?(?:plugins|features|application)",
        r"\bTOO_MANY_REQUESTS\b|\bTooManyRequests\b|\(429\b|\baddShutdownHook\b|^import sun\.misc\.Signal",
        r"\bio\.quarkiverse\.bucket4j|\bMeterRegistry\b",
    )
)
_OUTGOING = "|".join(
    (
        r"\bRestTemplate\b|\bRestClient\b|\bWebClient\b|\bOkHttpClient\b|\bHttpClients?\b|\bHttpClientBuilder\b",
        r"@FeignClient\b|@ReactiveFeignClient\b|@RegisterRestClient\b|io\.micronaut\.http\.client\.annotation",
        r"\.openConnection\(",
    )
)


def _routes(facts: Facts, held: Held) -> tuple[Found, ...]:
    from readiness.facts.code.jvm.together import routes  # noqa: PLC0415 - loaded where there is such code only

    return routes(facts, held) if held else ()


def _beside(facts: Facts, question: Question) -> Held:
    if question not in ("route", "telemetry", "variable"):
        return ()
    if not facts.paths(*(f"**/{name}" for name in _MANIFESTS)):
        return ()
    from readiness.facts.code.jvm.beside import beside  # noqa: PLC0415 - loaded where there is a manifest only

    return beside(facts, question)


JVM = Language(
    name="jvm",
    hints=PatternTable(
        "code-jvm",
        "language",
        (
            ("route", _ROUTE),
            (
                "cors",
                (
                    r"(?m)@CrossOrigin\b|\bCorsRegistry\b|\bCorsConfiguration\b|\binstall\(CORS\b|enableCors|\banyHost\(\)"
                    r"|(?i:access-control-allow-origin)|ACCESS_CONTROL_ALLOW_ORIGIN|" + _UNREAD
                ),
            ),
            ("variable", r"\bgetenv\b|@Value\(|@ConfigProperty\("),
            ("telemetry", _TELEMETRY),
            ("outgoing", _OUTGOING),
            (
                "server",
                (
                    r"\bSpringApplication\b|\brunApplication<|\bembeddedServer\(|\bJavalin\.create|\bMicronaut\.(?:run|build)"
                    r"|\bQuarkus\.run|\bServerBuilder\.forPort|\bHttpServer\.create"
                ),
            ),
        ),
        endings=(".java", ".kt"),
    ),
    parser=JAVA,
    others=((".kt", KOTLIN),),
    answers=frozenset(("route", "cors", "variable", "telemetry", "outgoing")),
    starts=_MANIFESTS,
    routes=_routes,
    beside=_beside,
)
