module "gate" {
  source = "../../modules/gate"
  height = 1
}
