import os


def count(event: dict, context: object) -> dict:
    return {"statusCode": 200, "body": os.environ["NEST"]}


def ring(event: dict, context: object) -> None:
    print("ringed")
