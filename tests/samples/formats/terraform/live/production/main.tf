terraform {
  required_version = "~> 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.70"
    }
    random = {
      source = "hashicorp/random"
    }
  }
  backend "s3" {
    bucket         = "canal-state"
    key            = "production"
    region         = "eu-west-1"
    dynamodb_table = "canal-locks"
  }
}

provider "aws" {
  region = var.region
}

module "gate" {
  source = "../../modules/gate"
  height = 4
}

module "network" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.13.0"
}

module "old_network" {
  source = "git::https://git.example.org/canal/network.git"
}

resource "aws_db_instance" "canal" {
  engine                  = "postgres"
  storage_encrypted       = true
  backup_retention_period = 14
  multi_az                = var.large
  password                = random_password.canal.result
}

resource "random_password" "canal" {
  length = 32
}

# resource "aws_s3_bucket" "sand" {}
/*
resource "aws_instance" "digger" {
  ami = "none"
}
*/
