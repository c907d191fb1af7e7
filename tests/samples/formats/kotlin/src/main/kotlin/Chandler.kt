package test.chandler

import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.plugins.HttpTimeout
import io.ktor.client.request.get
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.auth.authenticate
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.plugins.cors.routing.CORS
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import io.micrometer.prometheusmetrics.PrometheusConfig
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry
import org.slf4j.LoggerFactory

private val log = LoggerFactory.getLogger("chandler")
private val registry = PrometheusMeterRegistry(PrometheusConfig.DEFAULT)
private val client = HttpClient(CIO) {
    install(HttpTimeout) { requestTimeoutMillis = 2000 }
}

fun main() {
    embeddedServer(Netty, port = System.getenv("PORT")?.toInt() ?: 8080) { module() }.start(wait = true)
}

fun Application.module() {
    install(CORS) { anyHost() }
    routing {
        get("/health") { call.respond(HttpStatusCode.OK, "well") }
        get("/metrics") { call.respondText(registry.scrape()) }
        route("/ropes") {
            get { call.respondText("hemp") }
            authenticate("clerk") {
                post("/{length}") {
                    log.info("cut")
                    client.get(System.getenv("MILL_URL"))
                    call.respond(HttpStatusCode.Created)
                }
            }
            // get("/wire") { call.respondText("steel") }
        }
    }
}
