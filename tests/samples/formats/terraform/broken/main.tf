resource "aws_instance" "digger" {
  ami = "none"
