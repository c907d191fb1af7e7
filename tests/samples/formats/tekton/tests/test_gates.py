from sluice import closed


def test_a_gate_is_closed_unless_opened() -> None:
    assert closed(["upper", "lower"], {"upper"}) == ["lower"]
