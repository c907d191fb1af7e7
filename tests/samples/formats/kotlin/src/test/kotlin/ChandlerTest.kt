package test.chandler

import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.ktor.server.testing.testApplication

fun fake() = testApplication {
    routing { get("/only-in-a-test") { } }
}
