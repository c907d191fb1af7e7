from lantern import lit


def test_a_burning_lantern_is_lit() -> None:
    assert lit([{"name": "quay", "burning": True}]) == ["quay"]
