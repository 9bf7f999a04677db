using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Binding;

/// <summary>BIND-010: B's certificate at the token endpoint, for the client A.</summary>
internal sealed class TokenForAnotherClient : Check
{
    private static readonly ImmutableArray<string> s_secrets = ["client_secret", "password", "client_assertion", "secret", "pass", "code", "refresh_token", "assertion", "otp"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "BIND-010",
        Title = "The token endpoint issues one client's token for another's certificate",
        Category = Category.TokenBinding,
        Severity = Severity.Critical,
        Mode = ScanMode.Active,
        Standards = new() { Cwe = [287], OwaspApi = ["API2:2023"], PciDss = ["8.6.1"], Asvs = ["10.4.10", "10.4.16"] },
        Needs = [Need.Tls, Need.Caller, Need.Disposable],
        Why = "With tls_client_auth the certificate is the client's password, and client_id only says which client is meant. A token endpoint that verifies the certificate and then believes client_id, without comparing it with the client that the certificate was registered for, lets every client ask as any other.",
        Impact = "Every client gets tokens of every other.",
        How = "The login of a disposable identity that proves itself by its certificate alone (no password, secret or code among its fields) is sent with the second identity's certificate. A token in the answer, while the first identity's own certificate gets one and a client without a certificate gets none, is the proof; a token that names the second identity is none.",
        Sources = ["RFC 8705, sections 2 and 2.1.2", "RFC 6749, section 2.3", "CWE-287"],
        Remedies =
        [
            new(null, "Look the client up by client_id, then compare the certificate of the connection with the subject or the key that this client is registered with (RFC 8705, section 2), and refuse with invalid_client when they differ."),
            new(
                ServerStack.AspNetCore,
                "Compare at the token endpoint.",
                "Client? client = clients.Find(form[\"client_id\"]);",
                """
                Client? client = clients.Find(form["client_id"]);
                string shown = Base64Url.EncodeToString(SHA256.HashData(context.Connection.ClientCertificate?.RawData ?? []));
                if (client is null || client.Thumbprint != shown) { return Results.Json(new { error = "invalid_client" }, statusCode: 401); }
                """),
            new(
                ServerStack.Node,
                "Compare at the token endpoint; oidc-provider does with token_endpoint_auth_method 'tls_client_auth' and the client's tls_client_auth_subject_dn.",
                "const client = clients.get(req.body.client_id)",
                """
                const client = clients.get(req.body.client_id)
                if (!client || !req.socket.authorized || client.x5t !== req.socket.getPeerCertificate().fingerprint256) return res.status(401).json({ error: 'invalid_client' })
                """),
            new(ServerStack.Go, "Compare at the token endpoint.", null, "if sha256.Sum256(r.TLS.VerifiedChains[0][0].Raw) != client.CertSHA256 { writeError(w, 401, \"invalid_client\"); return }"),
        ],
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Request.Identities.FirstOrDefault(one => one is { Disposable: true, HasCertificate: true, State: IdentityState.Valid or IdentityState.Revocable, Login: { TokenMember: not null } }) is not { Login: { TokenMember: { } member } login } owner)
        {
            return CheckResult.NotTested("no disposable identity has a certificate and a login that yields a token", "identities.NAME with cert, key, login and disposable: true");
        }

        if (HasSecret(login))
        {
            return CheckResult.NotApplicable($"the login of {owner.Name} proves itself by more than the certificate");
        }

        if (context.Api.Identities.FirstOrDefault(one => one.HasCertificate && one.Name != owner.Name && one.Role is null) is not { } other)
        {
            return CheckResult.NotTested("no second identity has a certificate", "a second --identity NAME=cert.pem,key.pem (identities)");
        }

        if (login.Origin is { } origin && origin != other.Login?.Origin)
        {
            return CheckResult.NotTested($"the login host of {owner.Name} is not one of {other.Name}, whose certificate may not be shown there", $"identities.{other.Name}.login at the same host");
        }

        Task<Exchange> SendAsync(Actor who) => context.Transport.ExchangeAsync(AskOf(context, login, who), cancellationToken);
        Exchange own = await SendAsync(Actor.Of(owner) with { Name = $"control: certificate of {owner.Name}, client {owner.Name}", Application = null }).ConfigureAwait(false);
        if (TokenIn(own, member) is null)
        {
            return CheckResult.NotTested($"the login of {owner.Name} yielded no token: {own.Summary}");
        }

        Exchange nobody = await SendAsync(Actor.Nobody with { Name = $"control: no certificate, client {owner.Name}" }).ConfigureAwait(false);
        if (TokenIn(nobody, member) is not null)
        {
            return CheckResult.NotApplicable("the login needs no certificate at all");
        }

        Exchange foreign = await SendAsync(Actor.Of(other) with { Name = $"certificate of {other.Name}, client {owner.Name}", Application = null }).ConfigureAwait(false);
        Exchange after = await SendAsync(Actor.Of(owner) with { Name = $"control: certificate of {owner.Name} again", Application = null }).ConfigureAwait(false);
        return new() { Probes = [new(Judge(owner, other, TokenIn(foreign, member), TokenIn(after, member) is not null, own, nobody, foreign)) { Operation = $"POST {login.Path}", Identity = $"certificate of {other.Name}, client {owner.Name}" }] };
    }

    private Outcome Judge(Identity owner, Identity other, string? token, bool holds, Exchange own, Exchange nobody, Exchange foreign)
    {
        if (token is not null)
        {
            bool names = JsonWebToken.TryParse(token, out JsonWebToken? issued, out _);
            string? subject = issued?.Claims.Text("client_id") ?? issued?.Claims.Text("sub");
            JsonWebToken? right = JsonWebToken.TryParse(TokenIn(own, owner.Login?.TokenMember ?? ""), out JsonWebToken? first, out _) ? first : null;
            string? expected = right?.Claims.Text("client_id") ?? right?.Claims.Text("sub");
            return names && subject is not null && subject != expected
                ? new Outcome.Passed()
                : new Outcome.Failed(new Flaw
                {
                    Expected = $"The token endpoint refuses the client {owner.Name} with the certificate of {other.Name}.",
                    Observed = $"With the certificate of {other.Name} it issued a token for {owner.Name} ({foreign.Summary}), while without a certificate it issued none.",
                    Confidence = subject is not null && subject == expected ? Confidence.Confirmed : Confidence.Firm,
                    Evidence = [own.ToEvidence(), nobody.ToEvidence(), foreign.ToEvidence()],
                    Cause = Info.Id,
                });
        }

        return !holds
            ? new Outcome.NotTested($"the login of {owner.Name} itself no longer yields a token")
            : foreign.Status is 400 or 401 or 403 || (foreign.Status is null && Oracle.VerdictRules.Refused(foreign) is not null)
                ? new Outcome.Passed()
                : new Outcome.NotTested($"with the certificate of {other.Name}: {foreign.Summary}");
    }

    private static bool HasSecret(Login login) => login.Form.Keys.Any(s_secrets.Contains)
        || (login.Json is { } json && JoseObject.TryRead(Encoding.UTF8.GetBytes(json.Reveal()), out JoseObject? members, out _) && s_secrets.Any(members.Has));

    private static Ask AskOf(CheckContext context, Login login, Actor who)
    {
        string body = login.Json?.Reveal() ?? string.Join('&', login.Form.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value.Reveal())}"));
        return new()
        {
            Title = who.Name,
            Route = Route.To(login.Origin ?? context.Request.Target),
            Actor = who,
            Mode = ScanMode.Active,
            Request = new RawHttpRequest
            {
                Method = "POST",
                Target = login.Path,
                Headers = [new("content-type", login.Json is null ? "application/x-www-form-urlencoded" : "application/json"), new("accept", "application/json")],
                Body = Encoding.UTF8.GetBytes(body),
            },
        };
    }

    private static string? TokenIn(Exchange exchange, string member) => exchange.Answer is { Status: >= 200 and < 300 } answer
        && JoseObject.TryRead(answer.Body.ToArray(), out JoseObject? body, out _) ? body.Text(member) : null;
}
