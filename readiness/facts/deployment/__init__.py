"""What is told to run, and how: services of compose files, and objects of Kubernetes."""
