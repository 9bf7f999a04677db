using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Application;

/// <summary>MTLS-302: whether a right certificate without an account behind it is served.</summary>
internal sealed class UnmappedIdentity : MatrixCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-302",
        Title = "A certificate without an account is served",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [285, 287], OwaspApi = ["API2:2023", "API5:2023"], PciDss = ["7.2.1", "8.2.1"], Asvs = ["8.2.1"] },
        Needs = Usual,
        MintsUnderClientCa = true,
        Why = "The CA says that somebody is who the certificate says; it does not say that this somebody may use the API. A server that goes no further than the chain serves "
            + "every certificate the CA ever signed: other teams', other services', those of people who have left.",
        Impact = "Every holder of any certificate of the CA calls the protected operation.",
        How = "A right certificate of the given CA for a name that nobody has, and identities declared unmapped, ask for the protected operation with everything else unchanged. "
            + "The valid identity's answer, twice, is a finding.",
        Sources = ["RFC 5280, section 1", "NIST SP 800-52 Rev. 2, section 3.5", "CWE-285"],
        Remedies = MapIdentity.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<Identity> declared = [.. context.Request.Identities.Where(identity => identity is { State: IdentityState.Unmapped, HasCertificate: true })];
        if (declared.IsEmpty)
        {
            return await base.RunAsync(context, cancellationToken).ConfigureAwait(false);
        }

        CheckResult forged = context.Forged(Info.Id).IsEmpty ? new() : await base.RunAsync(context, cancellationToken).ConfigureAwait(false);
        List<ProbeResult> probes = [.. forged.Probes];
        foreach (Identity identity in declared)
        {
            Ask ask = context.Shown(Actor.Of(context.A).With(identity.Name, Actor.Of(identity).Credential!)); // HasCertificate was asked
            Verdict verdict = (await context.Oracle.JudgeAsync(ask, cancellationToken).ConfigureAwait(false)).IfShown();
            probes.Add(context.Keep(new(verdict switch
            {
                Verdict.Accepted accepted => new Outcome.Failed(new Flaw
                {
                    Expected = $"{identity.Name}, declared to have no account, is refused.",
                    Observed = $"It got what {context.A.Name} gets ({accepted.Detail}).",
                    Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                    Evidence = [.. context.Controls(), accepted.Exchange.ToEvidence()],
                    Cause = CauseOfAll,
                }),
                Verdict.Rejected => new Outcome.Passed(),
                _ => new Outcome.NotTested($"{identity.Name}: {verdict.Detail}"),
            })
            { Operation = context.Operation, Identity = identity.Name }));
        }

        return forged with { Probes = [.. probes] };
    }

    /// <inheritdoc/>
    protected override string CauseOf(Forge.Matrix.MatrixIdentity forged) => CauseOfAll;

    private string CauseOfAll => Info.Id;
}
