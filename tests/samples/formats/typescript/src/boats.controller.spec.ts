import { Controller, Get } from "@nestjs/common";

@Controller("fake")
class FakeController {
  @Get()
  fake(): string {
    return "fake";
  }
}
