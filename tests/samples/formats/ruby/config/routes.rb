Rails.application.routes.draw do
  get "up" => "rails/health#show"
  get "ready" => "checks#ready"
  resources :combs, only: [:index, :create]
  # get "smoke", to: "combs#smoke"
end
