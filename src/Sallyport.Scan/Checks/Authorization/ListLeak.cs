using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-005: whether one account's list holds what only another is shown.</summary>
internal sealed class ListLeak : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-005",
        Title = "A list shows another account's objects",
        Category = Category.ObjectAuthorization,
        Severity = Severity.High,
        Standards = new() { Cwe = [639, 200], OwaspApi = ["API1:2023"], PciDss = ["7.2.1"], Asvs = ["8.2.2"] },
        Needs = [Need.Caller, Need.SecondCaller, Need.Operations],
        Why = "The owner is checked where one object is read, and forgotten where many are: the query of a list, a search or an export has no filter by account.",
        Impact = "One request shows the objects of every account.",
        How = "Texts that only one account is shown, at operations whose path names an object of its own, are looked for in the lists that a second account gets. A list entry that "
            + "holds the object's id and such a text, or a value of the owner's that the user declared, in two answers, is a finding. A list that the second account is refused, while another is served it, is right.",
        Sources = ["OWASP API Security Top 10 2023, API1", "CWE-200"],
        Remedies = CheckOwner.Lists,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<ForeignObject> owned = [.. (await PerOperation.AskAsync(
            context.Readable, async (operation, token) => (await ForeignObject.FindAsync(context, operation, token).ConfigureAwait(false)).Object, cancellationToken).ConfigureAwait(false)).OfType<ForeignObject>()];
        ImmutableArray<ProbeResult> probes = await PerOperation.AskAsync(
            context.Readable.Where(static operation => !operation.PathTemplate.EndsWith('}')), (operation, token) => OneAsync(context, operation, owned, token), cancellationToken).ConfigureAwait(false);
        return Accounts.ResultOf(probes, "no known operation lists anything");
    }

    /// <summary>The entries of a list that are the owner's: they hold an id of one of its objects and a text that stands nowhere else, or a declared value of its own.</summary>
    /// <param name="answer">The other account's list.</param>
    /// <param name="ids">The ids of the owner's objects.</param>
    /// <param name="markers">Texts that only the owner is shown.</param>
    /// <param name="declared">Values of the owner's, long enough to be no coincidence, that the other account does not have.</param>
    internal static string? LeakIn(HttpAnswer answer, ImmutableArray<string> ids, ImmutableArray<string> markers, ImmutableArray<string> declared)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Body, new JsonDocumentOptions { MaxDepth = 64 });
            foreach (JsonElement entry in Entries(document.RootElement))
            {
                ImmutableArray<string> texts = [.. Texts(entry)];
                if (declared.FirstOrDefault(texts.Contains) is { } value)
                {
                    return value;
                }

                if (texts.Any(ids.Contains) && markers.FirstOrDefault(marker => texts.Contains(marker)) is { } marker)
                {
                    return marker;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON: no list.
        }

        return null;
    }

    private static IEnumerable<JsonElement> Entries(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(static item => item.ValueKind == JsonValueKind.Object ? [item] : Entries(item)),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static member => Entries(member.Value)),
        _ => [],
    };

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static member => Texts(member.Value)),
        JsonValueKind.String => [element.GetString() ?? ""],
        JsonValueKind.Number => [element.GetRawText()],
        _ => [],
    };

    private static async Task<ProbeResult> OneAsync(CheckContext context, Operation operation, ImmutableArray<ForeignObject> owned, CancellationToken cancellationToken)
    {
        ProbeResult Probe(Outcome outcome) => new(outcome) { Operation = operation.Name, Identity = context.Other.Name };
        if (owned.FirstOrDefault(one => one.Operation.Name == operation.Name) is not null)
        {
            return Probe(new Outcome.NotApplicable("its path names one object's owner: AUTHZ-001 judges it"));
        }

        Access access = await context.Api.AccessAsync(operation, cancellationToken).ConfigureAwait(false);
        if (access is Access.Public)
        {
            return Probe(new Outcome.NotApplicable("nobody's request is served too: the operation is public"));
        }

        if (await context.Api.BaselineAsync(operation, context.Other, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: { First.Answer: { } first, Second.Answer: { } second } list })
        {
            return Probe(await RefusedAsync(context, access, cancellationToken).ConfigureAwait(false) ? new Outcome.Passed() : new Outcome.NotTested($"{context.Other.Name} gets no list there"));
        }

        if (!IsList(first))
        {
            return Probe(new Outcome.NotApplicable("what it answers holds no list"));
        }

        // A list below a parent is held against objects below the same collection; every other against all.
        ImmutableArray<string> ids = [.. owned.SelectMany(static one => one.Path.Split('/', '?', '=', '&').Except(one.Operation.PathTemplate.Split('/'), StringComparer.Ordinal)).Where(static part => part.Length > 0).Select(Uri.UnescapeDataString).Except(context.Other.Values.Values).Distinct(StringComparer.Ordinal)];
        ImmutableArray<string> markers = [.. owned.SelectMany(static one => one.Baseline.Markers).Distinct(StringComparer.Ordinal)];
        ImmutableArray<string> declared = [.. context.Owner.Values.Values.Where(value => value.Length >= Markers.MinLength && !context.Other.Values.ContainsValue(value) && !Markers.InRequest(value, list.Ask))];
        if (markers.IsEmpty && declared.IsEmpty)
        {
            return Probe(new Outcome.NotTested($"no text is known that only {context.Owner.Name} is shown") { Needs = [$"identities.{context.Owner.Name}.values that name an object of its own"] });
        }

        if (LeakIn(first, ids, markers, declared) is not { } leak || LeakIn(second, ids, markers, declared) is null)
        {
            return Probe(new Outcome.Passed());
        }

        bool denied = owned.Any(static one => one.Denied);
        return Probe(new Outcome.Failed(new Flaw
        {
            Expected = $"The list of {context.Other.Name} holds nothing that belongs to {context.Owner.Name}.",
            Observed = $"The list of {context.Other.Name} at {operation.Name} holds an entry with \"{Reports.Visible.Line(leak)}\", which only {context.Owner.Name} is shown, twice.",
            Confidence = denied ? Confidence.Confirmed : Confidence.Firm,
            Evidence = [.. owned.Where(one => one.Baseline.Markers.Contains(leak)).Take(1).Select(one => one.Baseline.First.ToEvidence($"control: {context.Owner.Name}, the owner")), list.First.ToEvidence($"the list of {context.Other.Name}")],
            Replay = CurlLine.Of(list.Ask, context.Request),
        }));
    }

    // Whoever is refused the list, while somebody is served it before and after, is shown nobody's objects.
    private static async Task<bool> RefusedAsync(CheckContext context, Access access, CancellationToken cancellationToken) =>
        access is Access.Protected { Baseline: { First.Answer: { } answer } served } && IsList(answer)
        && await context.Oracle.JudgeAgainstAsync(served.Ask with { Title = $"the list as {context.Other.Name}", Actor = Actor.Of(context.Other), Script = null }, served, cancellationToken).ConfigureAwait(false) is Verdict.Rejected;

    private static bool IsList(HttpAnswer answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Body, new JsonDocumentOptions { MaxDepth = 64 });
            return HasArray(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool HasArray(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => true,
        JsonValueKind.Object => element.EnumerateObject().Any(static member => HasArray(member.Value)),
        _ => false,
    };
}
