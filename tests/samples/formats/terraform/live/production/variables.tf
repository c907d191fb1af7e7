variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "large" {
  type = bool
}
