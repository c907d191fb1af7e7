# job "later" {}
variable "fire" { default = "coal" }
