using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-121: B's right certificate at A's resource.</summary>
internal sealed class ForeignOwner : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-121",
        Title = "Another client's certificate opens the owner's resource",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [639, 863], OwaspApi = ["API1:2023"], PciDss = ["7.2.1", "7.3.3"], Asvs = ["8.2.2"] },
        Needs = [Need.Tls, Need.Identity, Need.SecondIdentity, Need.CertificateRequested, Need.CertificateMatters],
        Why = "Mutual TLS says who calls, not what the caller may see. Where every certificate of the client CA is as good as any other, the gate is strong and the rooms behind it are open: nobody compares the certificate's account with the owner of what is asked for.",
        Impact = "Every client reads what belongs to every other by changing an identifier.",
        How = "The second identity, with all its own credentials, asks for the first one's resource. It must not get the first one's answer. An answer that holds what only the owner gets, at a path that names the owner, is firm, and confirmed where expect.matrix denies it; without that it is a suspicion, for a resource may be meant for both. A path that was written out counts as the first one's when it holds its name or one of its values.",
        Sources = ["OWASP API Security Top 10 2023, API1", "RFC 9700, section 2.3"],
        Remedies = MapIdentity.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (!context.IsEnforced)
        {
            return CheckResult.NotApplicable("a client without a certificate is served here: the operation is public");
        }

        bool? declared = Declared(context);
        if (declared == true)
        {
            return CheckResult.NotApplicable($"expect.matrix allows {context.B.Name} here");
        }

        if (context.B.Role is { } role && declared is null)
        {
            return CheckResult.NotApplicable($"{context.B.Name} has the role {role}, which may see what belongs to others");
        }

        string? ownPath = context.Survey.ProtectedOperation is { } operation ? context.RequestFor(operation, context.B)?.Target : null;
        if (ownPath == context.ProtectedRequest.Target && declared is null && NotOwned(context) is { } reason)
        {
            return reason;
        }

        string identity = $"{context.B.Name} at the resource of {context.A.Name}";
        Verdict verdict = (await context.Oracle.JudgeAsync(context.Shown(Actor.Of(context.B)) with { Title = identity }, cancellationToken).ConfigureAwait(false)).IfShown();
        Outcome outcome = verdict switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(FlawOf(context, accepted, declared == false)),
            Verdict.Rejected => new Outcome.Passed(),
            _ => new Outcome.NotTested($"{identity}: {verdict.Detail}"),
        };
        MatrixCell cell = context.Cell(context.B.Name, verdict, Info.Id);
        return new() { Probes = [new(outcome) { Operation = context.Operation, Identity = context.B.Name }], Matrix = [cell] };
    }

    // A path that was written out ("GET /profiles/alice") has no parameter, and may be A's alone all the same.
    private static CheckResult? NotOwned(CheckContext context)
    {
        string path = context.ProtectedRequest.Target[context.Request.Target.Path.Length..];
        if (PathOwner.IsOnly(path, context.A, context.B))
        {
            return null;
        }

        return PathOwner.HoldsNumber(path)
            ? CheckResult.NotTested(
                $"whose {path} is cannot be told",
                $"the owner's value (identities.{context.A.Name}.values), or a row of expect.matrix: {context.B.Name} {context.Operation} deny",
                "an operation with a parameter, such as GET /profiles/{id}, and its value for each identity (identities.NAME.values)")
            : CheckResult.NotApplicable("the protected operation names no owner in its path: both identities ask the same");
    }

    // The last row that matches wins (CONTRACTS.md, expect.matrix).
    private static bool? Declared(CheckContext context)
    {
        bool? allowed = null;
        if (context.Survey.ProtectedOperation is not { } operation)
        {
            return allowed;
        }

        string path = context.ProtectedRequest.Target[context.Request.Target.Path.Length..];
        foreach (string[] words in context.Request.Expect.Matrix.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length == 4))
        {
            if (words[0] == context.B.Name && OperationPattern.TryParse($"{words[1]} {words[2]}", out OperationPattern? pattern, out string? _)
                && (pattern.Matches(operation.Method, path) || pattern.Matches(operation.Method, operation.PathTemplate)))
            {
                allowed = words[3] == "allow";
            }
        }

        return allowed;
    }

    private static Flaw FlawOf(CheckContext context, Verdict.Accepted accepted, bool denied)
    {
        List<Evidence> evidence = [.. context.Controls(), accepted.Exchange.ToEvidence()];
        if (context.Survey.ControlOfB is { } own)
        {
            evidence.Insert(1, own.First.ToEvidence($"control: {context.B.Name} at its own resource"));
        }

        return new()
        {
            Expected = $"{context.B.Name} does not get what belongs to {context.A.Name}.",
            Observed = $"{context.B.Name} got the answer of {context.A.Name}, twice ({accepted.Detail}).",
            Confidence = (denied, accepted.ByMarker) switch
            {
                (true, true) => Confidence.Confirmed,
                (true, false) or (false, true) => Confidence.Firm,
                _ => Confidence.Suspect,
            },
            Evidence = [.. evidence],
            Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
            Cause = Causes.OwnerNotChecked,
        };
    }
}
