from granary import sacks


def test_a_sack_holds_fifty() -> None:
    assert sacks(120) == 2
