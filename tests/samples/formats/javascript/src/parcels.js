import axios from "axios";
import { Router } from "express";
import { expressjwt } from "express-jwt";

const guard = expressjwt({ secret: process.env.JWT_SECRET, algorithms: ["HS256"] });
export const parcels = Router();

parcels.get("/", (_, answer) => answer.json([]));

parcels.post("/", guard, async (request, answer) => {
  const label = await axios.post(process.env.LABEL_URL, request.body, { timeout: 2000 });
  answer.status(201).json(label.data);
});

parcels.get("/:id/track", async (request, answer) => {
  const found = await axios.get(`https://track.example.net/${request.params.id}`);
  answer.json(found.data);
});
