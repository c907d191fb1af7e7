import { NestFactory } from "@nestjs/core";
import * as Sentry from "@sentry/node";
import { Logger } from "nestjs-pino";
import { RegattaModule } from "./regatta.module";

Sentry.init({ dsn: process.env.SENTRY_DSN, tracesSampleRate: 0.1 });

async function bootstrap(): Promise<void> {
  const app = await NestFactory.create(RegattaModule, { bufferLogs: true });
  app.useLogger(app.get(Logger));
  app.enableCors({ origin: ["https://regatta.example.net"] });
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000);
}

void bootstrap();
