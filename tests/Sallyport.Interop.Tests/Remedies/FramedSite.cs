using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using OrdersApi.App;
using Sallyport.Forge;
using Sallyport.Scan.Config;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>A frame, compiled with its flaws or its fixes and started on loopback.</summary>
internal sealed class FramedSite : IAsyncDisposable
{
    private static readonly Lazy<ImmutableArray<MetadataReference>> _platform = new(static () =>
    [
        .. ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(static file => MetadataReference.CreateFromFile(file)),
    ]);

    private readonly RemedyFrame _frame;
    private readonly OrdersPki _pki = new(TimeProvider.System);
    private readonly ECDsa _issuer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-frame-").FullName;
    private readonly WebApplication _app;

    private FramedSite(RemedyFrame frame, bool mended)
    {
        _frame = frame;
        Assembly assembly = Compiled(frame, mended);
        Type given = assembly.GetType("Given") ?? throw new InvalidOperationException("Given was not compiled.");
        X509Certificate2 server = Named("localhost", "app.example.com");
        object material = Activator.CreateInstance(
            given,
            server,
            X509CertificateLoader.LoadCertificate(_pki.ClientCa.Certificate.Span),
            _issuer,
            Members.ToDictionary(one => Convert.ToHexString(SHA256.HashData(one.Forged.Leaf.Span)), one => one.Name, StringComparer.Ordinal),
            _folder)
            ?? throw new InvalidOperationException("Given was not made.");
        MethodInfo build = assembly.GetType("Site")?.GetMethod("Build") ?? throw new InvalidOperationException("Site.Build was not compiled.");
        _app = (WebApplication?)build.Invoke(null, [material]) ?? throw new InvalidOperationException("Nothing was built.");
    }

    private IEnumerable<OrdersIdentity> Members => [_pki.Alice, _pki.Bob, _pki.Root, _pki.Dave];

    /// <summary>Starts a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="mended">With the fixes, or with the flaws.</param>
    /// <param name="cancellationToken">The test's token.</param>
    public static async Task<FramedSite> StartAsync(RemedyFrame frame, bool mended, CancellationToken cancellationToken)
    {
        var site = new FramedSite(frame, mended);
        await site._app.StartAsync(cancellationToken);
        return site;
    }

    /// <summary>Scans it with rules of the frame, everything allowed.</summary>
    /// <param name="ids">The rules.</param>
    /// <param name="cancellationToken">The test's token.</param>
    public async Task<ScanReport> ScanAsync(ImmutableArray<string> ids, CancellationToken cancellationToken)
    {
        // What a remedy prints of the site's own address is its target.
        string own = RemedyFrame.Resource(_frame.Name + ".scan.yaml");
        _pki.WriteTo(_folder);
        // A file, or the path where the application has its own.
        string description = RemedyFrame.Resource(_frame.Name + ".openapi.yaml");
        await File.WriteAllTextAsync(Path.Combine(_folder, "description.yaml"), description, cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "scan.yaml"),
            $$"""
            connectTo: 127.0.0.1:{{new Uri(_app.Urls.First()).Port}}
            spec: {{(description.StartsWith('/') ? $"https://localhost:{new Uri(_app.Urls.First()).Port}{description.TrimEnd()}" : "description.yaml")}}
            serverCa: server-ca.pem
            clientCa: { cert: client-ca.pem, key: client-ca.key }
            limits: { requestsPerSecond: 10000, connections: 8000, requests: 40000, timeout: 2m }

            """ + (own.StartsWith("target:", StringComparison.Ordinal) ? own : $"target: https://localhost:{new Uri(_app.Urls.First()).Port}\n{own}")
                .Replace("BACKEND", $"{new Uri(_app.Urls.Last().Replace("[::]", "localhost", StringComparison.Ordinal)).Port}", StringComparison.Ordinal),
            cancellationToken);
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal) { ["ISSUER_KEY"] = _issuer.ExportPkcs8PrivateKeyPem(), ["PASSWORD"] = "Correct horse 1", ["USUAL_PASSWORD"] = "password" };
        ScanRequestAnswer answer = new ScanRequestReader(secrets.GetValueOrDefault, _folder).Read(new() { ConfigurationFile = "scan.yaml" });
        using ScanRequest request = answer switch
        {
            ScanRequestAnswer.Accepted accepted => accepted.Request,
            ScanRequestAnswer.Refused refused => throw new InvalidOperationException(string.Join("; ", refused.Problems)),
            _ => throw new InvalidOperationException("The frame's configuration was not read."),
        };
        return await new Scanner(TimeProvider.System).RunAsync(request with { Mode = ScanMode.Intrusive, Only = ids }, null, cancellationToken);
    }

    /// <summary>Asks for a path as the proxy does that ended alice's handshake: with a certificate of its own, dave's, and hers in the header that is printed.</summary>
    /// <param name="path">The path.</param>
    /// <param name="cancellationToken">The test's token.</param>
    public async Task<string> ProxiedAsync(string path, CancellationToken cancellationToken)
    {
        using X509Certificate2 serverCa = X509CertificateLoader.LoadCertificate(_pki.ServerCa.Certificate.Span);
        using X509Certificate2 proxy = X509CertificateLoader.LoadPkcs12(_pki.Dave.Forged.ExportPkcs12(""), "");
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [proxy];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { serverCa }, DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Add("X-ARR-ClientCert", Convert.ToBase64String(_pki.Alice.Forged.Leaf.Span));
        return await http.GetStringAsync(new Uri($"https://localhost:{new Uri(_app.Urls.First()).Port}{path}"), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _pki.Dispose();
        _issuer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private X509Certificate2 Named(params ImmutableArray<string> names)
    {
        using var key = ForgeKey.P256();
        ForgedIdentity server = _pki.ServerCa.Issue(new CertificateSpec
        {
            Subject = DistinguishedName.CommonName(names[0]),
            NotBefore = TimeProvider.System.GetUtcNow().AddMinutes(-5),
            NotAfter = TimeProvider.System.GetUtcNow().AddDays(1),
            Key = key,
            BasicConstraints = new BasicConstraints(IsAuthority: false),
            KeyUsages = X509KeyUsageFlags.DigitalSignature,
            SubjectAltNames = [.. names.Select(static name => new GeneralName.Dns(name))],
            ExtendedKeyUsages = ["1.3.6.1.5.5.7.3.1"],
        });
        return X509CertificateLoader.LoadPkcs12(server.ExportPkcs12(""), "");
    }

    // AddValidation is made at compile time, by a generator that comes with the SDK's reference assemblies.
    private static CSharpCompilation Generated(CSharpCompilation compilation, CSharpParseOptions options)
    {
        string packs = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "packs", "Microsoft.AspNetCore.App.Ref"));
        string file = Directory.EnumerateFiles(packs, "Microsoft.Extensions.Validation.ValidationsGenerator.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        IEnumerable<ISourceGenerator> generators = Assembly.LoadFrom(file).GetTypes().Where(type => type.GetCustomAttribute<GeneratorAttribute>() is not null)
            .Select(type => ((IIncrementalGenerator)(Activator.CreateInstance(type) ?? throw new InvalidOperationException(type.Name))).AsSourceGenerator());
        CSharpGeneratorDriver.Create(generators, parseOptions: options).RunGeneratorsAndUpdateCompilation(compilation, out Compilation with, out ImmutableArray<Diagnostic> problems);
        problems.ShouldBeEmpty();
        return (CSharpCompilation)with;
    }

    private static Assembly Compiled(RemedyFrame frame, bool mended)
    {
        CSharpParseOptions options = new CSharpParseOptions(LanguageVersion.Preview)
            .WithFeatures([new("InterceptorsNamespaces", "Microsoft.AspNetCore.Http.Validation.Generated;Microsoft.Extensions.Validation.Generated")]);
        ImmutableArray<string> source = [.. frame.Source(mended), RemedyFrame.Resource("common.cs.txt")];
        var compilation = CSharpCompilation.Create(
            $"{frame.Name}-{Guid.NewGuid():N}",
            [.. source.Select((file, number) => CSharpSyntaxTree.ParseText(file, options, $"{number}.cs", Encoding.UTF8))],
            _platform.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, optimizationLevel: OptimizationLevel.Release));
        compilation = source.Any(static file => file.Contains(".AddValidation()", StringComparison.Ordinal)) ? Generated(compilation, options) : compilation;
        using var assembly = new MemoryStream();
        compilation.Emit(assembly).Diagnostics.Where(static one => one.Severity == DiagnosticSeverity.Error).Select(static one => one.ToString()).ShouldBeEmpty(string.Join("\n----\n", source));
        assembly.Position = 0;
        return new AssemblyLoadContext(frame.Name).LoadFromStream(assembly);
    }
}
