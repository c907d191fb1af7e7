import os

print("camels:", os.environ["CAMELS"])
