variable "height" { type = number }

resource "aws_s3_bucket" "gate" {
  bucket = "canal-gate-${var.height}"
}

module "hinge" {
  source = "../hinge"
}
