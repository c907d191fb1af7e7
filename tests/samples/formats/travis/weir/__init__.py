def flood(level: float) -> bool:
    return level > 4.2
