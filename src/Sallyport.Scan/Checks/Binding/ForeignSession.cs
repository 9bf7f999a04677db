using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Binding;

/// <summary>BIND-008: A's session cookie with B's certificate, and with none.</summary>
internal sealed class ForeignSession : Check
{
    private const int MaxOperations = 4;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "BIND-008",
        Title = "A session is continued with another certificate",
        Category = Category.TokenBinding,
        Severity = Severity.Critical,
        Variants = [new("other", "with another client's", Severity.Critical), new("none", "with none at all", Severity.Critical)],
        Standards = new() { Cwe = [294], OwaspApi = ["API2:2023"], PciDss = ["8.2.8"], Asvs = ["7.2.1"] },
        Needs = [Need.Tls, Need.Caller, Need.CertificateRequested],
        Why = "A session that began with a certificate is as strong as its cookie afterwards, unless every request is held to the certificate that began it. A cookie that is copied then works with any certificate, or with none where the handshake lets everybody through.",
        Impact = "A stolen cookie is a stolen identity, in spite of mutual TLS.",
        How = "The session cookie of one identity (given, or of its login) over a connection with another identity's certificate, and over one without. The answer must not hold what only the first identity gets. The certificate alone, without the cookie, is refused.",
        Sources = ["CWE-384", "OWASP ASVS 5.0, 7.2", "RFC 8705, section 3 (for tokens)"],
        Remedies =
        [
            new(null, "Store the SHA-256 of the certificate with the session when it begins, and end the session when a request comes with another certificate or with none."),
            .. BindTokens.All.Where(static remedy => remedy.Stack is ServerStack.Nginx or ServerStack.Haproxy or ServerStack.Envoy),
            new(
                ServerStack.AspNetCore,
                "Keep the certificate's hash in the ticket when the session begins, and compare it on every request.",
                "services.AddAuthentication().AddCookie();",
                """
                options.Events.OnSigningIn = context =>
                {
                    string x5t = context.HttpContext.Connection.ClientCertificate?.GetCertHashString(HashAlgorithmName.SHA256) ?? "";
                    context.Principal?.AddIdentity(new ClaimsIdentity([new Claim("x5t", x5t)]));
                    return Task.CompletedTask;
                };
                options.Events.OnValidatePrincipal = context =>
                {
                    string x5t = context.HttpContext.Connection.ClientCertificate?.GetCertHashString(HashAlgorithmName.SHA256) ?? "";
                    if (context.Principal?.FindFirst("x5t")?.Value != x5t) { context.RejectPrincipal(); }
                    return Task.CompletedTask;
                };
                """),
            new(
                ServerStack.Node,
                "Keep the fingerprint when the session begins, and compare on every request.",
                "req.session.user = user",
                """
                Object.assign(req.session, { user, x5t: req.socket.getPeerCertificate().fingerprint256 }) // login
                app.use((req, res, next) => !req.session.user || req.session.x5t === req.socket.getPeerCertificate().fingerprint256 ? next() : res.sendStatus(401))
                """),
            new(ServerStack.Go, "Compare on every request.", null, "if session.CertSHA256 != sha256.Sum256(r.TLS.PeerCertificates[0].Raw) { http.Error(w, \"session of another certificate\", 401); return }"),
        ],
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Identity? owner = null;
        Secret? cookie = null;
        foreach (Identity one in context.Api.Identities.Where(one => one.HasCertificate && one is not { Cookie: null, Login: null }))
        {
            PresentedCredentials credentials = await context.Api.CredentialsAsync(one, cancellationToken).ConfigureAwait(false);
            if (credentials.Cookie is not null)
            {
                (owner, cookie) = (one, credentials.Cookie);
                break;
            }
        }

        if (owner is null || cookie is null)
        {
            return CheckResult.NotTested("no identity with a certificate has a session cookie", "--cookie NAME=env:VAR (identities.NAME.cookie), or a login that sets one");
        }

        Identity? other = context.Api.Identities.FirstOrDefault(one => one.HasCertificate && one.Role is null && one.Name != owner.Name);
        Outcome? reason = null;
        foreach (Operation operation in Candidates(context))
        {
            if (await context.Api.BaselineAsync(operation, owner, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var own })
            {
                reason ??= new Outcome.NotTested($"the control request of {owner.Name} did not succeed on {operation.Name}");
                continue;
            }

            Ask Probe(Actor who, string name) => own.Ask with { Title = name, Actor = who, Reusable = false, Pooled = false };
            Verdict alone = await context.Oracle.JudgeAgainstAsync(Probe(Actor.Of(owner).WithoutApplication(), "certificate only"), own, cancellationToken).ConfigureAwait(false);
            if (alone is not Verdict.Rejected)
            {
                reason ??= alone is Verdict.Accepted ? new Outcome.NotApplicable($"{operation.Name} needs no session: the certificate alone is served") : new Outcome.NotTested($"without the cookie: {alone.Detail}");
                continue;
            }

            // An identity with a token as well may owe the answer to that: what refuses the cookie anyway says nothing of it.
            Verdict session = await context.Oracle.JudgeAgainstAsync(Probe(Actor.Of(owner).WithHeaders("certificate and cookie only", [new("cookie", cookie)]), "certificate and cookie only"), own, cancellationToken).ConfigureAwait(false);
            if (session is not Verdict.Accepted)
            {
                reason ??= session is Verdict.Rejected ? new Outcome.NotTested($"{operation.Name} needs more than the session") : new Outcome.NotTested($"with the cookie alone: {session.Detail}");
                continue;
            }

            return await OnAsync(context, operation, own, owner, other, cookie, cancellationToken).ConfigureAwait(false);
        }

        return new() { Probes = [new(reason ?? new Outcome.NotTested("no operation is known that a session could open")) { Identity = owner.Name }] };
    }

    private static IEnumerable<Operation> Candidates(CheckContext context)
    {
        IEnumerable<Operation> chosen = context.Survey.ProtectedOperation is { } first ? [first] : [];
        // What is described to want a cookie comes first.
        return chosen.Concat(context.Api.Operations.Where(one => one.Method == "GET" && one.HasSecurity)).DistinctBy(one => one.Name)
            .OrderByDescending(one => WantsCookie(one) ? 2 : one.Name == context.Survey.ProtectedOperation?.Name ? 1 : 0).Take(MaxOperations);
    }

    private static bool WantsCookie(Operation operation) => !operation.Security.IsDefaultOrEmpty && operation.Security.Any(way => way.Schemes.Any(scheme => scheme is { Kind: SecuritySchemeKind.ApiKey, In: "cookie" }));

    private async Task<CheckResult> OnAsync(CheckContext context, Operation operation, Baseline own, Identity owner, Identity? other, Secret cookie, CancellationToken cancellationToken)
    {
        PresentedHeader header = new("cookie", cookie);
        string none = $"no certificate, cookie of {owner.Name}";
        List<ProbeResult> probes = [await ShowAsync(Actor.Of(owner).WithoutCertificate().WithHeaders(none, [header]), "none").ConfigureAwait(false)];
        if (other is null)
        {
            probes.Add(new(new Outcome.NotTested("no second identity has a certificate") { Needs = ["a second --identity NAME=cert.pem,key.pem (identities)"] }) { Variant = "other", Operation = operation.Name });
        }
        else
        {
            if (await context.Api.OwnedAsync(operation, owner, other, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline: var sharpened })
            {
                own = sharpened;
            }

            probes.Add(await ShowAsync(Actor.Of(other).WithHeaders($"certificate of {other.Name}, cookie of {owner.Name}", [header]), "other").ConfigureAwait(false));
        }

        return new() { Probes = [.. probes] };

        async Task<ProbeResult> ShowAsync(Actor who, string variant)
        {
            Ask ask = own.Ask with { Title = who.Name, Actor = who, Reusable = false, Pooled = false };
            Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, own, cancellationToken).ConfigureAwait(false);
            return new(verdict switch
            {
                Verdict.Accepted accepted => new Outcome.Failed(new Flaw
                {
                    Expected = "A session is continued with the certificate only that began it.",
                    Observed = $"A request with {who.Name} got what {owner.Name} gets, twice ({accepted.Detail}), while the certificate of {owner.Name} without the cookie is refused.",
                    Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                    Evidence = [own.First.ToEvidence($"control: {owner.Name}"), accepted.Exchange.ToEvidence()],
                    Cause = $"{Info.Id} certificate of the session",
                }),
                Verdict.Rejected => new Outcome.Passed(),
                _ => new Outcome.NotTested($"{who.Name}: {verdict.Detail}"),
            })
            { Variant = variant, Operation = operation.Name, Identity = who.Name };
        }
    }
}
