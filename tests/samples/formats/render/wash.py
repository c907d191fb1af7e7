print("washed")
