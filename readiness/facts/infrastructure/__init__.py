"""Infrastructure that the repository declares: Terraform and OpenTofu."""
