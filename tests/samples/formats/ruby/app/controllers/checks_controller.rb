class ChecksController < ApplicationController
  skip_before_action :authenticate_user!

  def ready
    ActiveRecord::Base.connection.execute("select 1")
    head :ok
  end
end
