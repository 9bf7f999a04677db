using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-010: whether a refusal tells that another's object is there.</summary>
internal sealed class ExistenceOracle : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-010",
        Title = "The refusal tells whether another's object exists",
        Category = Category.ObjectAuthorization,
        Severity = Severity.Low,
        Standards = new() { Cwe = [204, 203], OwaspApi = ["API1:2023"], PciDss = ["7.2.1"], Asvs = ["8.2.2"] },
        Needs = [Need.Caller, Need.SecondCaller, Need.Operations],
        Why = "The object is loaded first and its owner compared second: what is there is forbidden, what is not there is not found. The difference is an answer.",
        Impact = "Any account finds out which names, numbers and orders exist, and how many.",
        How = "A second account asks for two objects of others, and for two random ids of the same kind that nobody has. The same two answers for the existing and the same two others "
            + "for the random ones are a finding; one answer for all four is right.",
        Sources = ["CWE-204", "WFC fault F204 (existence leakage)"],
        Remedies = CheckOwner.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<ProbeResult> probes = await PerOperation.AskAsync(
            context.Readable.Where(static operation => operation.PathTemplate.EndsWith('}')), (operation, token) => OneAsync(context, operation, token), cancellationToken).ConfigureAwait(false);
        return Accounts.ResultOf(probes, "no known operation that only reads ends in an id");
    }

    /// <summary>An id of the same kind that nobody has: of as many digits, a UUID, or of as many letters.</summary>
    /// <param name="like">An id that is there.</param>
    internal static string Random(string like)
    {
        if (Guid.TryParse(like, out _))
        {
            return Guid.NewGuid().ToString();
        }

        if (like.All(char.IsAsciiDigit))
        {
            // Far above what counts up from one, and still a number that fits.
            return RandomNumberGenerator.GetInt32(1_500_000_000, int.MaxValue).ToString(CultureInfo.InvariantCulture);
        }

        return string.Concat(like.Select(static c => char.IsAsciiDigit(c) ? (char)('0' + RandomNumberGenerator.GetInt32(10))
            : char.IsAsciiLetterLower(c) ? (char)('a' + RandomNumberGenerator.GetInt32(26))
            : char.IsAsciiLetterUpper(c) ? (char)('A' + RandomNumberGenerator.GetInt32(26))
            : c)) + (like.Length < 8 && like.All(char.IsAsciiLetter) ? "qx" : "");
    }

    private static async Task<ProbeResult> OneAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        ProbeResult Probe(Outcome outcome) => new(outcome) { Operation = operation.Name, Identity = context.Other.Name };
        (ForeignObject? foreign, Outcome? otherwise) = await ForeignObject.FindAsync(context, operation, cancellationToken).ConfigureAwait(false);
        if (foreign?.AskFor(context) is not { Request: { } request } ask)
        {
            return Probe(otherwise ?? ApiMap.MissingFor(operation, context.Owner));
        }

        ImmutableArray<string> existing = [.. (await ExistingAsync(context, operation, foreign, cancellationToken).ConfigureAwait(false)).Take(2)];
        if (existing.Length < 2)
        {
            return Probe(new Outcome.NotTested("two objects of others are needed, and one is known") { Needs = ["a third identity with values of its own", "or an operation that lists the owner's objects"] });
        }

        ImmutableArray<string> random = [.. existing.Select(path => path[..(path.LastIndexOf('/') + 1)] + Uri.EscapeDataString(Random(Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]))))];
        List<Exchange> seen = [];
        foreach (string path in (string[])[.. existing, .. random])
        {
            seen.Add(await context.Transport.ExchangeAsync(ask with { Title = $"{context.Other.Name} at {path}", Request = request with { Target = context.Request.Target.Path + path }, Reusable = true }, cancellationToken).ConfigureAwait(false));
        }

        if (seen.Any(static one => one.Answer is null || one.Status is 429 or >= 500))
        {
            return Probe(new Outcome.NotTested($"not all four were answered: {seen.First(static one => one.Answer is null || one.Status is 429 or >= 500).Summary}"));
        }

        if (seen.Take(2).Any(static one => one.Status is >= 200 and < 300))
        {
            return Probe(new Outcome.NotApplicable($"{context.Other.Name} is not refused there: AUTHZ-001 judges it"));
        }

        if (!await context.Oracle.StillHoldsAsync(foreign.Baseline, cancellationToken).ConfigureAwait(false))
        {
            return Probe(new Outcome.NotTested($"the control request of {context.Owner.Name} no longer succeeded after it"));
        }

        bool there = Same(seen[0], seen[1]), away = Same(seen[2], seen[3]);
        return Probe((there, away, Same(seen[0], seen[2])) switch
        {
            (true, true, true) => new Outcome.Passed(),
            (true, true, false) => new Outcome.Failed(new Flaw
            {
                Expected = "Another's object and one that does not exist are refused in the same words.",
                Observed = $"{context.Other.Name} is answered {seen[0].Summary} for two objects of others, and {seen[2].Summary}{(seen[0].Status == seen[2].Status ? " in other words" : "")} for two ids that nobody has.",
                Confidence = Confidence.Firm,
                Evidence = [.. seen.Select(static one => one.ToEvidence())],
                Replay = CurlLine.Of(seen[0].Ask, context.Request),
            }),
            _ => new Outcome.NotTested("two like requests were answered differently, so a difference says nothing"),
        });
    }

    private static async Task<IEnumerable<string>> ExistingAsync(CheckContext context, Operation operation, ForeignObject foreign, CancellationToken cancellationToken)
    {
        List<string> paths = [foreign.Path];
        OwnValues owner = await context.Api.ValuesAsync(operation, context.Owner, cancellationToken).ConfigureAwait(false);
        paths.AddRange(owner.Listed.Skip(1).Select(id => foreign.Path[..(foreign.Path.LastIndexOf('/') + 1)] + Uri.EscapeDataString(id)));
        foreach (Identity third in context.Api.Identities.Where(one => !ReferenceEquals(one, context.Owner) && !ReferenceEquals(one, context.Other)))
        {
            OwnValues values = await context.Api.ValuesAsync(operation, third, cancellationToken).ConfigureAwait(false);
            // An id that does not exist would look like the random ones: the third must be served there.
            if (context.Api.RequestFor(operation, values.Identity) is { } request
                && await context.Api.BaselineAsync(operation, third, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned)
            {
                paths.Add(request.Target[context.Request.Target.Path.Length..]);
            }
        }

        return paths.Where(path => path != foreign.OwnPath && !path.Contains('?', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal);
    }

    // What was asked may stand in the answer; everything else must be the same.
    private static bool Same(Exchange one, Exchange other) => one.Status == other.Status && Blanked(one) == Blanked(other);

    private static string Blanked(Exchange exchange)
    {
        string text = exchange.Answer is { } answer ? AnswerShape.Text(answer) : "";
        string id = exchange.Ask.Request?.Target.Split('/')[^1] ?? "";
        text = id.Length == 0 ? text : text.Replace(Uri.UnescapeDataString(id), "", StringComparison.Ordinal).Replace(id, "", StringComparison.Ordinal);
        // Trace ids and times differ by themselves.
        return string.Concat(text.Where(static c => !char.IsAsciiHexDigit(c) && c is not ('-' or ':' or '.')));
    }
}
