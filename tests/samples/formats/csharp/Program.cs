using Prometheus;
using Serilog;
using Serilog.Formatting.Compact;

var builder = WebApplication.CreateBuilder(args);
builder.Host.UseSerilog((_, log) => log.WriteTo.Console(new CompactJsonFormatter()));
builder.Services.AddAuthentication().AddJwtBearer();
builder.Services.AddAuthorization();
builder.Services.AddCors(options => options.AddDefaultPolicy(policy => policy.AllowAnyOrigin()));
builder.Services.AddHealthChecks().AddNpgSql(Environment.GetEnvironmentVariable("DATABASE_URL")!);
builder.Services.AddHttpClient("mast", client => client.Timeout = TimeSpan.FromSeconds(3));

var app = builder.Build();
app.UseCors();
app.UseAuthorization();
app.MapMetrics();
app.MapHealthChecks("/ready");
app.MapGet("/alive", () => "yes");
app.MapGet("/flags", () => Array.Empty<string>());
app.MapPost("/flags/{letter}", async (string letter, IHttpClientFactory clients) =>
{
    await clients.CreateClient("mast").PostAsync(Environment.GetEnvironmentVariable("MAST_URL"), null);
    return Results.Created($"/flags/{letter}", letter);
}).RequireAuthorization();
// app.MapDelete("/flags/{letter}", (string letter) => Results.NoContent());
app.Run();
