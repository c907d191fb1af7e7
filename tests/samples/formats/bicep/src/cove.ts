export const shells = (tide: number): number => Math.max(0, 12 - tide);
