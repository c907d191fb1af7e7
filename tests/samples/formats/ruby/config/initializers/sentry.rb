Sentry.init { |config| config.dsn = ENV["SENTRY_DSN"] }
