def test_nothing_is_lent():
    assert [] == []
