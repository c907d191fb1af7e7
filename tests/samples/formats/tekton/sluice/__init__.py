def closed(gates: list[str], opened: set[str]) -> list[str]:
    return [gate for gate in gates if gate not in opened]
