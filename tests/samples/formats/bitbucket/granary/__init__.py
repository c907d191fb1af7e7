def sacks(grain: int) -> int:
    return grain // 50
