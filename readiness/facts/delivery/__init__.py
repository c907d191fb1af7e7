"""What controllers in a cluster deliver from repositories: Argo CD and Flux."""
