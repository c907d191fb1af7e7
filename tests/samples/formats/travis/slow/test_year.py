from weir import flood


def test_a_dry_year_has_no_flood() -> None:
    assert not any(flood(1.0) for _ in range(365))
