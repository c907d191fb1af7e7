"""How the product is watched: alerts, routes, scrapes, dashboards, objectives, collectors, probes."""
