import { Module } from "@nestjs/common";
import { LoggerModule } from "nestjs-pino";
import { BoatsController } from "./boats.controller";
import { HealthController } from "./health.controller";

@Module({
  imports: [LoggerModule.forRoot()],
  controllers: [BoatsController, HealthController],
})
export class RegattaModule {}
