from weir import flood


def test_high_water_is_a_flood() -> None:
    assert flood(5.0)
