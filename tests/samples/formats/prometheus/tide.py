from prometheus_client import Gauge, start_http_server

LEVEL = Gauge("tide_level_metres", "How high the sea is")

if __name__ == "__main__":
    start_http_server(8000)
    LEVEL.set(4.2)
