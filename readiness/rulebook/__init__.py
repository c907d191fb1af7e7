"""Rules as data: loaded, checked, every name resolved."""
