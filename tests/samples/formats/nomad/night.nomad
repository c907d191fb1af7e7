job "night" {
  type = "batch"
  periodic { crons = ["0 2 * * *"] }
  group "night" {
    task "rake" {
      driver = "exec"
      config { command = "/usr/bin/rake" }
    }
  }
}
