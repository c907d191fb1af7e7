"""Lanterns, and who lights them."""


def lit(lanterns: list[dict]) -> list[str]:
    return [one["name"] for one in lanterns if one["burning"]]
