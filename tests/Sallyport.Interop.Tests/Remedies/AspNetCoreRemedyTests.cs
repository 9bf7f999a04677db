using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.Logging;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Findings;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>The remedies for ASP.NET Core, compiled as they are printed and given to Kestrel.</summary>
public sealed class AspNetCoreRemedyTests(LabServers servers)
{
    // The certificate is required and held against the lab's CA before the remedy is applied.
    private const string Required =
        """
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.OnAuthenticate = (_, tls) => tls.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { clientCa }, DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck,
        };
        """;

    [Theory]
    [InlineData("MTLS-002 MTLS-003", "anonymous", Required)]
    [InlineData("MTLS-101 MTLS-102 MTLS-104", "owner", Required)]
    [InlineData("MTLS-107", "owner", Required)]
    [InlineData("MTLS-111", "owner", Required)]
    [InlineData("ENC-002", "open", "")]
    [InlineData("DATA-004", "owner", Required, "app.Use((context, next) => { context.Response.Headers.CacheControl = \"public, max-age=600\"; return next(context); });")]
    public Task The_remedy_takes_the_finding_away(string id, string rule, string around, string? flaw = null)
    {
        Remedy remedy = RemedyProof.Of(id, ServerStack.AspNetCore);
        return RemedyProof.HoldsAsync(
            id,
            servers.Pki,
            cancellation => StartAsync(flaw ?? remedy.Flaw ?? "", cancellation),
            cancellation => StartAsync(remedy.Fix ?? "", cancellation),
            site => site.Place);

        // What belongs to the pipeline says so.
        Task<Site> StartAsync(string lines, CancellationToken cancellation) => lines.Contains("app.Use(", StringComparison.Ordinal)
            ? Site.StartAsync(servers.Pki.Material, Compiled(around, lines), [], rule, cancellation)
            : Site.StartAsync(servers.Pki.Material, Compiled($"{around}\n{lines}", ""), [Hash(servers.Pki.Revoked.Certificate)], rule, cancellation);
    }

    private static Printed Compiled(string https, string app)
    {
        string source =
            $$"""
            using System;
            using System.Linq;
            using System.Net.Security;
            using System.Security.Authentication;
            using System.Security.Cryptography;
            using System.Security.Cryptography.X509Certificates;
            using Microsoft.AspNetCore.Builder;
            using Microsoft.AspNetCore.Http;
            using Microsoft.AspNetCore.Server.Kestrel.Https;

            public sealed class Revocations(Func<X509Certificate2, bool> contains)
            {
                public bool Contains(X509Certificate2 certificate) => contains(certificate);
            }

            public static class Printed
            {
                public static void Apply(HttpsConnectionAdapterOptions https, X509Certificate2 clientCa, Func<X509Certificate2, bool> revoked)
                {
                    var revocations = new Revocations(revoked);
                    {{https}}
                }

                public static void Use(WebApplication app)
                {
                    {{app}}
                }
            }
            """;
        IEnumerable<string> platform = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var compilation = CSharpCompilation.Create(
            "printed-" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(source, cancellationToken: TestContext.Current.CancellationToken)],
            platform.Select(static file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var assembly = new MemoryStream();
        compilation.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken).Diagnostics.Where(static one => one.Severity == DiagnosticSeverity.Error).Select(static one => one.ToString()).ShouldBeEmpty(https + app);
        assembly.Position = 0;
        Type type = new AssemblyLoadContext("printed").LoadFromStream(assembly).GetType("Printed") ?? throw new InvalidOperationException("What was compiled is not there.");
        return new(Method("Apply").CreateDelegate<Action<HttpsConnectionAdapterOptions, X509Certificate2, Func<X509Certificate2, bool>>>(), Method("Use").CreateDelegate<Action<WebApplication>>());

        MethodInfo Method(string name) => type.GetMethod(name) ?? throw new InvalidOperationException($"{name} was not compiled.");
    }

    private static string Hash(X509Certificate2 certificate) => Convert.ToHexString(SHA256.HashData(certificate.RawData));

    private sealed record Printed(Action<HttpsConnectionAdapterOptions, X509Certificate2, Func<X509Certificate2, bool>> Apply, Action<WebApplication> Use);

    private sealed class Site(WebApplication app, int port) : IAsyncDisposable
    {
        public LabEndpoint Place { get; } = new("kestrel with a remedy", port);

        public static async Task<Site> StartAsync(
            ServerMaterial material, Printed printed, ImmutableArray<string> revoked, string rule, CancellationToken cancellationToken)
        {
            ListenOptions? place = null;
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                place = listen;
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = material.ServerIdentity;
                    printed.Apply(https, material.ClientCa, certificate => revoked.Contains(Hash(certificate)));
                });
            }));
            WebApplication app = builder.Build();
            printed.Use(app);
            app.MapGet("/{kind}/{name}", (HttpContext context, string kind, string name) => Answer(context, kind, name, rule));
            await app.StartAsync(cancellationToken);
            return new(app, place?.IPEndPoint?.Port ?? throw new InvalidOperationException("The site is not bound."));
        }

        public async ValueTask DisposeAsync()
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }

        private static IResult Answer(HttpContext context, string kind, string name, string rule)
        {
            string? who = context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
            string? body = !LabApi.Users.Contains(name) ? null : kind switch { "profiles" => LabApi.Profile(name), "reports" => LabApi.Report(name), _ => null };
            bool served = rule == "open" || who == name || (rule == "anonymous" && who is null);
            return body is null ? Results.NotFound() : served ? Results.Text(body, "application/json") : Results.StatusCode(StatusCodes.Status403Forbidden);
        }
    }
}
