export interface Sailing {
  from: string;
  to: string;
  minute: number;
}

export const next = (sailings: Sailing[], now: number): Sailing | undefined =>
  sailings.find((one) => one.minute >= now);
