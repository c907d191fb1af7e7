import express from "express";
import test from "node:test";

const fake = express();
fake.get("/only-in-a-test", (_, answer) => answer.end());

test("a parcel has an id", () => {});
