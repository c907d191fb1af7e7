print("hay")
