using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-011: a token of another issuer.</summary>
internal sealed class ForeignIssuer : ClaimCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-011",
        Title = "A token of another issuer is accepted",
        Category = Category.Authentication,
        Severity = Severity.High,
        Variants = [new("other", "another name", Severity.High), new("spelling", "another spelling of the name", Severity.Low)],
        Standards = new() { Cwe = [345], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["10.3.3"] },
        Needs = [Need.Caller],
        Why = "Identity services sign for many tenants with one key, or publish keys of several issuers together. Then the signature fits whoever the token is from, and only iss tells tenants apart. A comparison by prefix, or none, takes every one of them.",
        Impact = "Whoever has a tenant at the same service signs in as anybody.",
        How = "The real token with iss set to another name, to its own value with something behind it, to another tenant of the same host, and left out; then with a slash at its end added or taken away, which is another name too and weighs little. Signed as the issuer does.",
        Sources = ["RFC 7519, section 4.1.1", "RFC 8725, section 3.8", "CWE-345"],
        Remedies = CheckClaims.All,
    };

    /// <inheritdoc/>
    protected override Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, JsonWebToken token, TokenForge forge, CancellationToken cancellationToken)
    {
        TokenProbe Of(string name, JoseObject claims, string variant = "other") => new(name, forge.Make(token.Header, claims)) { Variant = variant };
        List<TokenProbe> probes = [Of("iss of another issuer", token.Claims.WithText("iss", "https://issuer.sallyport.invalid"))];
        if (token.Claims.Text("iss") is { Length: > 0 } own)
        {
            probes.Add(Of("iss with something behind it", token.Claims.WithText("iss", own.TrimEnd('/') + ".evil.invalid")));
            probes.Add(Of("iss of another tenant", token.Claims.WithText("iss", Tenant(own))));
            probes.Add(Of("no iss", token.Claims.Without("iss")));
            probes.Add(Of("iss with another slash", token.Claims.WithText("iss", own.EndsWith('/') ? own.TrimEnd('/') : own + "/"), "spelling"));
        }

        return TryAsync(context, scene, probes, "A token is refused unless iss is exactly the issuer that this API trusts.", cancellationToken);
    }

    // The last part of the path is the tenant at most services; without a path it is the first label.
    private static string Tenant(string issuer)
    {
        const string Other = "00000000-0000-4000-8000-000000000000";
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out Uri? uri) || uri.AbsolutePath.Length <= 1)
        {
            return "tenant2-" + issuer;
        }

        string[] parts = uri.AbsolutePath.TrimEnd('/').Split('/');
        int tenant = parts.Length > 2 && parts[^1] is "v2.0" or "v1.0" or "oauth2" ? parts.Length - 2 : parts.Length - 1;
        parts[tenant] = Other;
        return $"{uri.Scheme}://{uri.Authority}{string.Join('/', parts)}";
    }
}
