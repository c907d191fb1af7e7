plugins {
    kotlin("jvm") version "2.0.21"
    application
}

kotlin { jvmToolchain(21) }

dependencies {
    implementation("io.ktor:ktor-server-netty:3.0.1")
    implementation("io.ktor:ktor-server-auth:3.0.1")
    implementation("io.ktor:ktor-server-cors:3.0.1")
    implementation("io.ktor:ktor-client-cio:3.0.1")
    implementation("io.micrometer:micrometer-registry-prometheus:1.13.6")
    // implementation("io.sentry:sentry:7.16.0")
    testImplementation("io.ktor:ktor-server-test-host:3.0.1")
}
