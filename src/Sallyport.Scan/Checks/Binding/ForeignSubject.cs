using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Binding;

/// <summary>BIND-007: A's certificate with B's token, at B's resource: whose identity wins?</summary>
internal sealed class ForeignSubject : BindingCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "BIND-007",
        Title = "Certificate and token may belong to two accounts",
        Category = Category.TokenBinding,
        Severity = Severity.High,
        Standards = new() { Cwe = [863, 287], OwaspApi = ["API1:2023", "API2:2023"], PciDss = ["8.2.1"], Asvs = ["10.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.SecondIdentity, Need.CertificateRequested],
        Why = "When each client has an account of its own, certificate and token must name the same one. An API that lets the token decide alone makes every client certificate a ticket for every stolen token, and its records name the wrong client. Where a service calls on behalf of users, two names are right: then this is no flaw.",
        Impact = "One client acts as another with its token, from its own machine.",
        How = "The first identity's certificate with the second one's token, at the second one's resource, where the token has no cnf. An answer with what only the second gets shows that the token wins. It is a finding when expect.sameSubject is set, and a suspicion without it.",
        Sources = ["RFC 8705, sections 2 and 6.3", "CWE-863"],
        Remedies =
        [
            .. BindTokens.All.Where(static remedy => remedy.Stack is not ServerStack.Node),
            new(
                ServerStack.Node,
                "Bind the token; where it cannot be bound, compare its subject with the account of the certificate.",
                "const claims = jwt.verify(token, key, options)",
                """
                const claims = jwt.verify(token, key, options)
                if (claims.sub !== accountOf(req.socket.getPeerCertificate())) return res.sendStatus(401)
                """),
        ],
    };

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        Identity? other = null;
        Secret? token = null;
        foreach (Identity one in context.Api.Identities.Where(one => one.HasCertificate && one.Name != scene.Owner.Name && one.Role is null))
        {
            PresentedCredentials credentials = await context.Api.CredentialsAsync(one, cancellationToken).ConfigureAwait(false);
            if (credentials.Token is not null)
            {
                (other, token) = (one, credentials.Token);
                break;
            }
        }

        if (other is null || token is null)
        {
            return CheckResult.NotTested("no second identity has a certificate and a token", "identities.NAME with cert, key and token of another account");
        }

        if (JsonWebToken.TryParse(token.Reveal(), out JsonWebToken? read, out _) && read.BoundCertificate is not null)
        {
            return CheckResult.NotApplicable($"the token of {other.Name} is bound to a certificate (cnf): BIND-001 tells");
        }

        if (await context.Api.OwnedAsync(scene.Operation, other, scene.Owner, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: var theirs })
        {
            return CheckResult.NotTested($"the control request of {other.Name} did not succeed on {scene.Operation.Name}", $"identities.{other.Name}.values");
        }

        string name = $"certificate of {scene.Owner.Name}, token of {other.Name}";
        Ask ask = theirs.Ask with { Title = name, Actor = Actor.Of(scene.Owner).WithToken(name, token), Reusable = false, Pooled = false };
        Verdict verdict = await context.Oracle.JudgeAgainstAsync(ask, theirs, cancellationToken).ConfigureAwait(false);
        if (verdict is not Verdict.Accepted accepted)
        {
            return new() { Probes = [Of(scene, RefusedOr(verdict, name), name)], Facts = [new(Info.Id, "Certificate of one account, token of another", verdict is Verdict.Rejected ? "refused" : "undecided")] };
        }

        // The owner's own credentials must not get this anyway: an answer that everybody gets names nobody.
        Ask own = theirs.Ask with { Title = $"control: {scene.Owner.Name} at the resource of {other.Name}", Actor = Actor.Of(scene.Owner), Reusable = false, Pooled = false };
        if (!accepted.ByMarker && await context.Oracle.JudgeAgainstAsync(own, theirs, cancellationToken).ConfigureAwait(false) is not Verdict.Rejected)
        {
            return CheckResult.NotTested($"{scene.Owner.Name} gets the same with its own token, so the answer does not tell whose identity won", "identities.NAME.values, so that each asks for its own resource");
        }

        Confidence proof = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm;
        return new()
        {
            Probes =
            [
                Of(scene, new Outcome.Failed(new Flaw
                {
                    Expected = "A token is refused with the certificate of another account.",
                    Observed = $"The {name} got what {other.Name} gets, twice ({accepted.Detail}): the token alone decides.",
                    Confidence = context.Request.Expect.SameSubject ? proof : Confidence.Suspect,
                    Evidence = [theirs.First.ToEvidence($"control: {other.Name}"), .. scene.Controls(), accepted.Exchange.ToEvidence()],
                    Cause = Info.Id,
                }), name),
            ],
            Facts = [new(Info.Id, "Certificate of one account, token of another", "the token wins")],
        };
    }
}
