export const free = (berths) => berths.filter((one) => !one.ship);
