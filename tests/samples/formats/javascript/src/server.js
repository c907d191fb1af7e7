import cors from "cors";
import express from "express";
import pino from "pino";
import client from "prom-client";
import { checks } from "./checks.js";
import { parcels } from "./parcels.js";

const log = pino({ level: process.env.LOG_LEVEL ?? "info" });
const app = express();

client.collectDefaultMetrics();
app.use(cors());
app.use(express.json());
app.use("/parcels", parcels);
app.use(checks);

app.get("/metrics", async (_, answer) => {
  answer.type("text/plain").send(await client.register.metrics());
});
// app.get("/debug", (_, answer) => answer.json(process.env));

const server = app.listen(process.env.PORT || 8080, () => log.info("listening"));
process.on("SIGTERM", () => server.close());
