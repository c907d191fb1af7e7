print("nothing to move")
