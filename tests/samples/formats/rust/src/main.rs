use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{middleware, Router};
use sqlx::PgPool;
use tower_http::cors::CorsLayer;

mod guard;

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt().json().init();
    metrics_exporter_prometheus::PrometheusBuilder::new().install().expect("metrics");
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL");
    let pool = PgPool::connect(&url).await.expect("database");
    let guarded = Router::new()
        .route("/stars/:name/measure", post(measure))
        .layer(middleware::from_fn(guard::require_auth));
    let app = Router::new()
        .route("/alive", get(|| async { "ok" }))
        .route("/ready", get(ready))
        .route("/stars", get(stars))
        // .route("/moons", get(moons))
        .merge(guarded)
        .layer(CorsLayer::permissive())
        .with_state(pool);
    let port = std::env::var("PORT").unwrap_or_else(|_| "8080".to_string());
    let listener = tokio::net::TcpListener::bind(format!("0.0.0.0:{port}")).await.unwrap();
    axum::serve(listener, app)
        .with_graceful_shutdown(async { tokio::signal::ctrl_c().await.unwrap() })
        .await
        .unwrap();
}

async fn ready(State(pool): State<PgPool>) -> StatusCode {
    match sqlx::query("select 1").execute(&pool).await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn stars() -> &'static str {
    "Vega"
}

async fn measure() -> StatusCode {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(2)).build().unwrap();
    let _ = client.get("https://almanac.example.net/today").send().await;
    let _ = reqwest::get("https://sky.example.net/now").await;
    StatusCode::ACCEPTED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fake() {
        let _: Router = Router::new().route("/only-in-a-test", get(stars));
    }
}
