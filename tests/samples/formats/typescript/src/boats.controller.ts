import { Controller, Get, Param, Post, UseGuards } from "@nestjs/common";
import { AuthGuard } from "@nestjs/passport";

@Controller("boats")
export class BoatsController {
  @Get()
  all(): string[] {
    return [];
  }

  @Get(":id")
  async one(@Param("id") id: string): Promise<unknown> {
    const answer = await fetch(`${process.env.CLUB_URL}/boats/${id}`, { signal: AbortSignal.timeout(1500) });
    return answer.json();
  }

  @UseGuards(AuthGuard("jwt"))
  @Post(":id/start")
  async start(@Param("id") id: string): Promise<void> {
    await fetch(`${process.env.CLUB_URL}/starts`, { method: "POST", body: id });
  }

  // @Get("secret")
  // secret(): string { return "none"; }
}
