using System;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;
using Sallyport.Scan.Tests.Checks.Matrix;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>The lab's API behind Kestrel with two names, strict or naked, that breaks when told. Its scan is given all that a scan can be given.</summary>
internal sealed class BreakableSite : IAsyncDisposable
{
    private readonly CheckLab _lab;
    private readonly bool _naked;
    private readonly string _revoked = Path.Combine(Path.GetTempPath(), $"sallyport-revoked-{Guid.NewGuid():N}");
    private HandlerServer? _api;
    private HandlerServer? _plain;
    private BreakableRelay? _front;
    private BreakableRelay? _plainFront;
    private volatile Func<int, Breakage> _answers = static _ => Breakage.None;
    private int _requests;

    private BreakableSite(CheckLab lab, bool naked) => (_lab, _naked) = (lab, naked);

    public BreakableRelay Front => _front ?? throw new InvalidOperationException("Started.");

    public static async Task<BreakableSite> StartAsync(CheckLab lab, bool naked)
    {
        BreakableSite site = new(lab, naked);
        site._api = await HandlerServer.StartAsync((name, _) => site.Options(name), site.AnswerAsync, () => site._answers(0) == Breakage.CloseAfterHandshake);
        site._plain = await HandlerServer.StartAsync(null, site.AnswerPlainAsync, _ => { });
        site._front = new(site._api.Endpoint.Port);
        site._plainFront = new(site._plain.Endpoint.Port);
        return site;
    }

    /// <summary>From now on it is broken so.</summary>
    public void Break(Breakage breakage)
    {
        _answers = _ => breakage;
        Front.Break(breakage);
        _plainFront?.Break(breakage);
    }

    /// <summary>From now on its connections and its answers are broken now and then, each by its number.</summary>
    public void Wound(Func<int, Breakage> connections, Func<int, Breakage> answers)
    {
        _answers = answers;
        Front.Treats = connections;
    }

    /// <summary>A scan with everything given: identities of every state, CA key, other name, origins, hooks.</summary>
    public ScanRequest Request(TimeSpan patience)
    {
        ScanRequest request = _lab.Request(new LabEndpoint("breakable", Front.Port), _lab.Pki.Alice, _lab.Pki.Bob);
        TargetUrl.TryParse($"http://localhost:{_plainFront?.Port}/", out TargetUrl? plain, out _).ShouldBeTrue();
        TargetUrl.TryParse($"https://127.0.0.1:{Front.Port}/", out TargetUrl? other, out _).ShouldBeTrue();
        return request with
        {
            Identities =
            [
                .. request.Identities,
                CheckLab.Identity(_lab.Pki.Other) with { Name = "other" },
                CheckLab.Identity(_lab.Pki.Server) with { Name = "server", State = IdentityState.Unmapped },
                CheckLab.Identity(_lab.Pki.Unmapped) with { State = IdentityState.Unmapped },
                CheckLab.Identity(_lab.Pki.Revoked) with { Name = "carol", State = IdentityState.Revoked },
                CheckLab.Identity(Dave) with { State = IdentityState.Revocable, Disposable = true },
            ],
            ClientAuthority = new() { Certificate = [.. _lab.Pki.ClientCa.Authority.Certificate.Span], Key = _lab.Pki.ClientCa.Authority.Key.Algorithm },
            Names = [LabApi.PublicHost],
            Origins = [other ?? throw new InvalidOperationException("Parsed."), plain ?? throw new InvalidOperationException("Parsed.")],
            Expect = new() { MutualTlsRequired = true },
            Mode = ScanMode.Intrusive,
            AllowHooks = !_naked, // a server that looks at nothing is waited for until its patience ends
            Hooks = _naked ? new() : new() { Revoke = ["touch", _revoked], Restore = ["rm", "-f", _revoked] },
            Limits = new()
            {
                RequestsPerSecond = 10_000,
                Requests = 100_000,
                Connections = 20_000,
                HandshakesAtOnce = 64,
                ProbeTimeout = patience,
                Timeout = TimeSpan.FromHours(1),
            },
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable? part in (IAsyncDisposable?[])[_front, _plainFront, _api, _plain])
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        File.Delete(_revoked);
    }

    private SslStreamCertificateContext Served => field ??= SslStreamCertificateContext.Create(_lab.Pki.Server, null, offline: true);

    private LabIdentity Dave => field ??= _lab.Pki.Client("dave");

    private SslServerAuthenticationOptions Options(string name) => new()
    {
        ServerCertificateContext = Served,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ClientCertificateRequired = true,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = LabTrust.Nobody(downloads: false),
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => _naked || Admits(name, certificate, chain),
    };

    private bool Admits(string name, X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is not X509Certificate2 leaf)
        {
            return false;
        }

        Shown shown = new(leaf, [.. chain?.ChainPolicy.ExtraStore.ToArray() ?? []]);
        byte[] der = leaf.RawData;
        bool revoked = der.AsSpan().SequenceEqual(_lab.Pki.Revoked.Certificate.RawData) || (File.Exists(_revoked) && der.AsSpan().SequenceEqual(Dave.Certificate.RawData));
        return name == LabApi.PublicHost
            ? der.AsSpan().SequenceEqual(_lab.Pki.Other.Certificate.RawData)
            : shown.IsRight(_lab.Pki) && !revoked;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (await BrokenAsync(context))
        {
            return;
        }

        string host = context.Request.Host.Host;
        string name = context.Features.Get<Microsoft.AspNetCore.Connections.Features.ITlsHandshakeFeature>()?.HostName ?? "";
        X509Certificate2? leaf = context.Connection.ClientCertificate;
        string? account = leaf is null ? null : new Shown(leaf, []).Account;
        string path = context.Request.Path.Value ?? "";
        PolicyServer.Reply reply = _naked
            ? Document(path) ?? new(404, "{}")
            : name.Length > 0 && !name.Equals(host, StringComparison.Ordinal) ? new(421, "{}")
            : host == LabApi.PublicHost ? path == "/profiles/alice" ? new(200, LabApi.Shared(host)) : new(404, "{}")
            : leaf is null || leaf.NotAfter < TimeProvider.System.GetLocalNow().DateTime ? new(401, "{}")
            : Document(path) is { } document && path.EndsWith("/" + account, StringComparison.Ordinal) ? document
            : new(Document(path) is null ? 404 : 403, "{}");
        context.Response.Headers.StrictTransportSecurity = "max-age=31536000";
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(reply.Body);
    }

    private async Task AnswerPlainAsync(HttpContext context)
    {
        if (await BrokenAsync(context))
        {
            return;
        }

        if (_naked)
        {
            PolicyServer.Reply reply = Document(context.Request.Path.Value ?? "") ?? new(404, "{}");
            context.Response.StatusCode = reply.Status;
            await context.Response.WriteAsync(reply.Body);
            return;
        }

        context.Response.Redirect($"https://localhost:{Front.Port}{context.Request.Path}", permanent: true, preserveMethod: true);
    }

    private static PolicyServer.Reply? Document(string path) => path.Split('/') is ["", "profiles", var owner] && (LabApi.Users.Contains(owner) || owner == "dave")
        ? new(200, LabApi.Profile(owner))
        : null;

    private async Task<bool> BrokenAsync(HttpContext context)
    {
        Breakage breakage = _answers(Interlocked.Increment(ref _requests));
        switch (breakage)
        {
            case Breakage.NoAnswer:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
                return true;
            case Breakage.CloseOnRequest or Breakage.CloseAfterHandshake:
                context.Abort();
                return true;
            case Breakage.CloseInAnswer:
                context.Response.ContentLength = 1000;
                // Kestrel closes after an answer shorter than it said; to abort would be to race with its own writing.
                await context.Response.WriteAsync("{\"name\":\"al");
                return true;
            case Breakage.EndlessAnswer:
                byte[] block = new byte[16 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(block, context.RequestAborted).AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
                }

                return true;
            case Breakage.LoginRedirect:
                context.Response.Redirect("/login?next=" + context.Request.Path);
                return true;
            case Breakage.Maintenance:
                await context.Response.WriteAsync("<html><body>We are working on it. Please come back later.</body></html>");
                return true;
            case Breakage.RedirectCircle:
                context.Response.Redirect(context.Request.Path == "/a" ? "/b" : "/a");
                return true;
            case Breakage.Bomb:
                context.Response.Headers.ContentEncoding = "gzip";
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync(Oddities.Bomb);
                return true;
            case Breakage.HugeJson:
                context.Response.ContentType = "application/json";
                await Oddities.HugeJsonAsync(context);
                return true;
            case Breakage.DuplicateKeys:
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync(Oddities.DuplicateKeys);
                return true;
            case Breakage.Restless:
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(Oddities.Restless());
                return true;
            case Breakage.Status500 or Breakage.Status503 or Breakage.Status404 or Breakage.Status429 or Breakage.Status401 or Breakage.Status403:
                string digits = breakage.ToString()[^3..];
                context.Response.StatusCode = int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
                await context.Response.WriteAsync($"{{\"status\":{digits}}}");
                return true;
            default:
                return false;
        }
    }
}
