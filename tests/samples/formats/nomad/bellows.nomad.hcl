job "bellows" {
  datacenters = ["north", "south"]
  type        = "service"

  update {
    max_parallel = 1
    auto_revert  = true
  }

  group "web" {
    count = 3

    network {
      port "http" { to = 8080 }
    }

    service {
      name = "bellows"
      port = "http"
      check {
        type     = "http"
        path     = "/alive"
        interval = "10s"
        timeout  = "2s"
      }
    }

    task "bellows" {
      driver       = "docker"
      kill_timeout = "25s"
      config {
        image = "registry.example.com/bellows:4.0.0"
        ports = ["http"]
      }
      resources {
        cpu    = 200
        memory = 128
      }
    }

    task "ash" {
      driver = "docker"
      config {
        image      = "registry.example.com/ash:latest"
        privileged = true
      }
    }
  }
}
