using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-011: whether an account sets members of its own object that are not its to set.</summary>
internal sealed partial class MassAssignment : Check
{
    private static readonly ImmutableArray<(string Name, string Value)> s_usual =
        [("role", "\"admin\""), ("admin", "true"), ("isAdmin", "true"), ("is_admin", "true"), ("balance", "1000001"), ("credit", "1000001"), ("verified", "true"), ("emailVerified", "true"), ("approved", "true")];

    // Of what the object does not show only these are tried: what they were before is known, so it can be put back.
    private static readonly ImmutableArray<string> s_hidden = ["admin", "isAdmin", "is_admin"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-011",
        Title = "An account sets what is not its to set",
        Category = Category.PropertyAuthorization,
        Severity = Severity.High,
        Mode = ScanMode.Active,
        Standards = new() { Cwe = [915], OwaspApi = ["API3:2023"], PciDss = ["6.2.4"], Asvs = ["15.3.3"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "A framework copies every member of the request into the stored object, those too that only the server is to set: the role, the balance, the owner, whether something was "
            + "verified.",
        Impact = "An account makes itself an administrator, or sets its own balance.",
        How = "An identity changes an object of its own, reads it back and puts it right. Then the same change carries members that the description does not let in or calls read-only, and "
            + "some usual ones. Only a member that has the value sent when it is read back, twice, is a finding; all is put right again.",
        Sources = ["OWASP API Security Top 10 2023, API3", "CWE-915"],
        Remedies = AllowListProperties.All,
    };

    /// <inheritdoc/>
    /// <remarks>It writes what others compare.</remarks>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Api.Ordinary is not [var owner, ..])
        {
            return CheckResult.NotTested("no ordinary account was given", "an identity without a role");
        }

        List<ProbeResult> probes = [];
        foreach (Operation operation in context.Writable.Where(static one => one.Method != "DELETE"))
        {
            probes.Add(context.Keep(new(await OneAsync(context, operation, owner, cancellationToken).ConfigureAwait(false)) { Operation = operation.Name, Identity = owner.Name }));
        }

        return Accounts.ResultOf([.. probes], "no known operation changes one object by its id");
    }

    /// <summary>The members that are not the caller's to set, each with a value that it does not have.</summary>
    /// <param name="write">The operation.</param>
    /// <param name="original">The object as it is.</param>
    internal static IReadOnlyDictionary<string, JsonNode?> Extras(Operation write, JsonObject original)
    {
        ApiSchema? schema = write.Body?.Schema;
        bool told = schema is { Properties.IsEmpty: false };
        Dictionary<string, JsonNode?> extras = new(StringComparer.Ordinal);
        foreach ((string name, JsonNode? now) in original)
        {
            // Without a description everything that is shown may be meant to be set; only what every API keeps to itself is tried.
            bool closed = told ? !schema!.Properties.TryGetValue(name, out ApiSchema? own) || own.ReadOnly : Privilege().IsMatch(name); // told means that there is one
            if (closed && !Identifying().IsMatch(name) && Other(name, now) is { } value)
            {
                extras[name] = value;
            }
        }

        foreach (string name in s_hidden.Where(one => !original.ContainsKey(one) && schema?.Properties.ContainsKey(one) != true))
        {
            extras[name] = JsonValue.Create(true);
        }

        return extras;
    }

    private static JsonNode? Other(string name, JsonNode? now) =>
        s_usual.FirstOrDefault(one => one.Name == name) is { Value: { } usual } && now?.ToJsonString() != usual && JsonNode.Parse(usual)?.GetValueKind() == now?.GetValueKind()
            ? JsonNode.Parse(usual)
            : CanaryValue.For(now, null);

    private static async Task<Outcome> OneAsync(CheckContext context, Operation operation, Identity owner, CancellationToken cancellationToken)
    {
        (EditableObject? editable, Outcome.NotTested? otherwise) = await EditableObject.FindAsync(context, operation, owner, cancellationToken).ConfigureAwait(false);
        if (editable is null)
        {
            return otherwise ?? new Outcome.NotTested("no object was found");
        }

        IReadOnlyDictionary<string, JsonNode?> extras = Extras(operation, editable.Original);
        Outcome outcome = await TryAsync(context, editable, extras, cancellationToken).ConfigureAwait(false);
        if (outcome is not Outcome.Passed)
        {
            return outcome;
        }

        // One member of the wrong kind may have spoilt all of them.
        foreach ((string name, JsonNode? value) in extras)
        {
            Outcome alone = await TryAsync(context, editable, new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { [name] = value }, cancellationToken).ConfigureAwait(false);
            if (alone is Outcome.Failed)
            {
                return alone;
            }
        }

        return outcome;
    }

    private static async Task<Outcome> TryAsync(CheckContext context, EditableObject editable, IReadOnlyDictionary<string, JsonNode?> extras, CancellationToken cancellationToken)
    {
        string names = string.Join(", ", extras.Keys);
        (Exchange before, JsonObject? then) = await editable.ReadAsync($"control: {editable.Owner.Name}, before", cancellationToken).ConfigureAwait(false);
        Dictionary<string, JsonNode?> changes = new(extras, StringComparer.Ordinal) { [editable.Field] = editable.Fresh() };
        if (then is null || editable.AskFor(Actor.Of(editable.Owner), $"{editable.Owner.Name} sets {names}", changes, ScanMode.Active, before.Answer?.Header("etag")) is not { } ask)
        {
            return new Outcome.NotTested($"{editable.Owner.Name} no longer reads it: {before.Summary}");
        }

        // Through the same hole; a server without it refuses that, and then has only the harmless member to put right.
        Dictionary<string, JsonNode?> old = extras.Keys.ToDictionary(static name => name, name => editable.Original.TryGetPropertyValue(name, out JsonNode? value) ? value : JsonValue.Create(false), StringComparer.Ordinal);
        old[editable.Field] = editable.Before;
        Exchange write = await context.Writes.WriteAsync(
            ask, editable.Restore(ScanMode.Active, old), cancellationToken, editable.Restore(ScanMode.Active, editable.Change(editable.Before))).ConfigureAwait(false);
        (Exchange after, JsonObject? now) = await editable.ReadAsync($"{editable.Owner.Name} reads it back", cancellationToken).ConfigureAwait(false);
        (_, JsonObject? again) = await editable.ReadAsync($"{editable.Owner.Name} reads it back once more", cancellationToken).ConfigureAwait(false);
        await context.Writes.RestoreAsync(cancellationToken).ConfigureAwait(false);
        if (now is null || again is null)
        {
            return new Outcome.NotTested($"{editable.Owner.Name} no longer reads it back: {after.Summary}");
        }

        ImmutableArray<string> set = [.. extras.Where(one => !EditableObject.Same(then[one.Key], one.Value) && EditableObject.Same(now[one.Key], one.Value) && EditableObject.Same(again[one.Key], one.Value)).Select(static one => one.Key)];
        if (!set.IsEmpty)
        {
            return new Outcome.Failed(new Flaw
            {
                Expected = "Members that are not the caller's to set are refused or ignored.",
                Observed = $"{editable.Owner.Name} sent {string.Join(", ", set.Select(name => $"{name} = {extras[name]?.ToJsonString()}"))} along with a change of its own object, and then reads {(set.Length == 1 ? "it" : "them")} back, twice.",
                Confidence = Confidence.Confirmed,
                Evidence = [before.ToEvidence(), write.ToEvidence(), after.ToEvidence()],
            });
        }

        return write.Answer is { Status: < 500 and not 429 } ? new Outcome.Passed() : new Outcome.NotTested($"the write got no usable answer: {write.Summary}");
    }

    [GeneratedRegex("^(?:role|roles|admin|is_?admin|balance|credit|verified|approved|permissions?|scopes?|level|plan|limit|price|status)$|[Vv]erified$|[Bb]alance$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Privilege();

    [GeneratedRegex("^_?(?:id|uuid|guid|key|name|username|self|href|url|links?|etag|version|revision|owner)$|(?:_?id|Id|ID|_at|At|Date|_date|Url|_url)$|^(?:created|updated|modified)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Identifying();
}
