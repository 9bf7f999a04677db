using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Tokens;

/// <summary>An issuer of tokens and a Node that verifies them, strictly or with one flaw.</summary>
public sealed class TokenLab(CheckLab lab) : IAsyncDisposable
{
    public const string Issuer = "https://issuer.orders.test/tenant1";
    public const string Audience = "https://api.orders.test";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SemaphoreSlim _gate = new(1);
    private NodeTokenServer? _node;

    internal CheckLab Lab => lab;

    /// <summary>What signs, as a user would give it.</summary>
    internal TokenIssuer Key => new(new Secret(_key.ExportPkcs8PrivateKeyPem()), "ES256");

    internal string PublicPem => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>What verifies.</summary>
    internal JsonWebKey PublicKey => JsonWebKey.Of(_key);

    internal async Task<NodeTokenServer> NodeAsync()
    {
        if (Binaries.WhyMissing("node") is { } missing)
        {
            Assert.Skip(missing);
        }

        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            Dictionary<string, string> notes = new[] { "alice", "bob" }.ToDictionary(name => name, name => $"note-of-{name}-{Guid.NewGuid():N}");
            return _node ??= await NodeTokenServer.StartAsync(lab.Pki.Material, _key.ExportSubjectPublicKeyInfoPem(), Issuer, Audience, notes, TestContext.Current.CancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A scan of one of Node's sites as alice and bob with a token each.</summary>
    /// <param name="flaw">The site.</param>
    /// <param name="bound">Whether tokens name their owner's certificate.</param>
    /// <param name="change">Changes the claims.</param>
    internal async Task<ScanRequest> RequestAsync(string flaw, bool bound = true, Func<JoseObject, JoseObject>? change = null)
    {
        NodeTokenServer node = await NodeAsync();
        ScanRequest request = lab.Request(node[flaw], lab.Pki.Alice, lab.Pki.Bob);
        JwsSigner signer = flaw == "secret" ? JwsSigner.Hmac("HS256", "secret"u8.ToArray()) : JwsSigner.Of("ES256", _key);
        return request with
        {
            Identities = [.. request.Identities.Select(identity => identity with { Token = new Secret(Token(identity, bound, signer, change)) })],
            Limits = new() { RequestsPerSecond = 10_000, Connections = 2_000 },
        };
    }

    /// <summary>An access token of this issuer.</summary>
    internal string Token(Identity identity, bool bound, JwsSigner? signer = null, Func<JoseObject, JoseObject>? change = null)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        JoseObject claims = JoseObject.Of(
            $$"""{"iss":"{{Issuer}}","aud":"{{Audience}}","sub":"{{identity.Name}}","scope":"read write","iat":{{now}},"nbf":{{now}},"exp":{{now + 1800}},"jti":"{{Guid.NewGuid():N}}"}""");
        if (bound)
        {
            claims = claims.With("cnf", $$"""{"x5t#S256":"{{JsonWebKey.Thumbprint(identity.Chain[0].AsSpan())}}"}""");
        }

        return JsonWebToken.Sign(JoseObject.Of("""{"alg":"ES256","typ":"at+jwt","kid":"k1"}"""), change?.Invoke(claims) ?? claims, signer ?? JwsSigner.Of("ES256", _key));
    }

    /// <summary>Runs several checks in one scan.</summary>
    internal static async Task<ScanReport> RunAsync(ScanRequest request, params Check[] checks)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        return await new Scanner(new ScanSessions(TimeProvider.System), [.. checks], TimeProvider.System).RunAsync(request with { Limits = request.Limits with { Timeout = TimeSpan.FromMinutes(2) } }, null, limit.Token);
    }

    /// <summary>Why a check ended as it did, for messages.</summary>
    internal static string Said(ScanReport report) =>
        string.Join("\n", report.Checks.Select(check => $"{check.Id} {check.Outcome}: {check.Reason}").Concat(report.Findings.Select(finding => $"{finding.Id}: {finding.Observed}")).Append(report.SurveyFailure));

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        _gate.Dispose();
        _key.Dispose();
    }
}
