require "sinatra/base"

class Fake < Sinatra::Base
  get("/only-in-a-test") { "fake" }
end
