using Microsoft.AspNetCore.Builder;

public class FakeTests
{
    public void Fake(WebApplication app) => app.MapGet("/only-in-a-test", () => "fake");
}
