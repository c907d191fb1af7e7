package main

func main() { println("pff") }
