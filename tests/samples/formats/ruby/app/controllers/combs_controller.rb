class CombsController < ApplicationController
  skip_before_action :authenticate_user!, only: :index

  def index
    render json: []
  end

  def create
    answer = Faraday.new(url: ENV.fetch("MEADOW_URL"), request: { timeout: 2 }).post("/flowers")
    render json: answer.body, status: :created
  end
end
