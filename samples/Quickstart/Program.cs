using Sallyport.AspNetCore;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;

var builder = WebApplication.CreateBuilder(args);
builder.AddSallyport(guard =>
{
    guard.Transport.CertificateFile = "server.pem";
    guard.Trust.AddPemFile("client-ca.pem");
    guard.Revocation.Crl.AddFile("client-ca.crl");
});
builder.Services.AddSallyportIdentities(store => store.UseSqlite("identities.db"));
builder.WebHost.UseSallyport();
var app = builder.Build();
app.UseSallyport();
app.MapGet("/orders", (HttpContext context) => $"orders of {context.User.Identity?.Name}").RequireClientCertificate("clerk");
await app.RunAsync();
