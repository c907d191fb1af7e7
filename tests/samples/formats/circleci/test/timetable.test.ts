import { next } from "../src/timetable";

test("the next ferry is the first one that has not left", () => {
  expect(next([{ from: "a", to: "b", minute: 5 }], 3)?.minute).toBe(5);
});
