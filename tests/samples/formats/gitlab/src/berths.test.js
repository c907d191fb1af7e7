import { expect, test } from "vitest";
import { free } from "./berths.js";

test("an empty berth is free", () => {
  expect(free([{ name: "east" }])).toHaveLength(1);
});
