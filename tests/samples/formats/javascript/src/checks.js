import { Router } from "express";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
export const checks = Router();

checks.get("/healthz", (_, answer) => answer.json({ status: "ok" }));

checks.get("/readyz", async (_, answer) => {
  try {
    await pool.query("select 1");
    answer.sendStatus(200);
  } catch (error) {
    answer.sendStatus(503);
  }
});
