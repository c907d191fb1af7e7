Rails.application.configure do
  config.lograge.enabled = true
  config.lograge.formatter = Lograge::Formatters::Json.new
  config.log_level = ENV.fetch("RAILS_LOG_LEVEL", "info")
end
