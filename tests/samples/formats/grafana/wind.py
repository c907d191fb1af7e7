from prometheus_client import Gauge

SPEED = Gauge("wind_speed_knots", "How fast the air is")
