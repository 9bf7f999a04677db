using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>
/// An object that its owner can read, change, read back and put right again: all four were done once, so that a change by somebody else can be
/// proved (rule O3) and undone.
/// </summary>
internal sealed partial class EditableObject
{
    private const int MaxFields = 3;
    private readonly CheckContext _context;
    private readonly Identity _values;
    private readonly Operation _read;

    private EditableObject(CheckContext context, Operation write, Operation read, Identity owner, Identity values, JsonObject original, string field) =>
        (_context, Write, _read, Owner, _values, Original, Field) = (context, write, read, owner, values, original, field);

    /// <summary>The operation that changes it.</summary>
    public Operation Write { get; }

    /// <summary>Whose it is.</summary>
    public Identity Owner { get; }

    /// <summary>The object as it was found.</summary>
    public JsonObject Original { get; }

    /// <summary>The member that is changed.</summary>
    public string Field { get; }

    /// <summary>All members that the operation takes, with what they held.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Writable => Body(Write, Original).ToDictionary(StringComparer.Ordinal);

    /// <summary>What the member held.</summary>
    public JsonNode? Before => Original[Field];

    /// <summary>Finds the object of a PUT or PATCH; looked for once a scan.</summary>
    /// <param name="context">The scan; its mode must allow the owner's own writes.</param>
    /// <param name="write">The operation that changes it.</param>
    /// <param name="owner">The owner.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    /// <returns>The object, or why there is none.</returns>
    public static Task<(EditableObject? Object, Outcome.NotTested? Otherwise)> FindAsync(CheckContext context, Operation write, Identity owner, CancellationToken cancellationToken) =>
        context.Shared.OnceAsync($"editable object {write.Name} {owner.Name}", () => SearchAsync(context, write, owner, cancellationToken));

    /// <summary>A value for the member that it does not have and nobody else would write.</summary>
    public JsonNode? Fresh() => CanaryValue.For(Before, SchemaOf(Write, Field));

    /// <summary>The object with another value in it, as somebody sends it.</summary>
    /// <param name="who">Who.</param>
    /// <param name="title">What evidence calls it.</param>
    /// <param name="changes">The members that are not as they were.</param>
    /// <param name="mode">What it needs.</param>
    /// <param name="tag">The entity tag that the change is conditional on; <c>null</c> for none.</param>
    public Ask? AskFor(Actor who, string title, IReadOnlyDictionary<string, JsonNode?> changes, ScanMode mode, string? tag)
    {
        if (_context.Api.AskFor(Write, _values, who, title) is not { Request: { } request } ask)
        {
            return null;
        }

        JsonObject body = Write.Method == "PATCH" ? [] : Body(Write, Original);
        foreach ((string name, JsonNode? value) in changes)
        {
            body[name] = value?.DeepClone();
        }

        ImmutableArray<HttpHeader> headers =
        [
            .. request.Headers.Where(static one => !one.Name.Equals("content-type", StringComparison.OrdinalIgnoreCase) && !one.Name.Equals("if-match", StringComparison.OrdinalIgnoreCase)),
            new("Content-Type", Write.Body is { IsJson: true, MediaType: var type } ? type : "application/json"),
            .. tag is null ? [] : new[] { new HttpHeader("If-Match", tag) },
        ];
        return ask with { Mode = mode, Pooled = false, Request = request with { Headers = headers, Body = Encoding.UTF8.GetBytes(body.ToJsonString()) } };
    }

    /// <summary>What puts it right again, as its owner.</summary>
    /// <param name="mode">What it needs: that of the write it undoes.</param>
    /// <param name="old">The members to put right, with what they held.</param>
    public Ask? Restore(ScanMode mode, IReadOnlyDictionary<string, JsonNode?> old) => AskFor(Actor.Of(Owner), $"restore: {Owner.Name}", old, mode, Tagged ? "*" : null);

    /// <summary>Whether the server gives entity tags, so that a write may have to name one.</summary>
    public bool Tagged { get; private init; }

    /// <summary>The object as the owner reads it now.</summary>
    /// <param name="title">What evidence calls it.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public async Task<(Exchange Exchange, JsonObject? Now)> ReadAsync(string title, CancellationToken cancellationToken)
    {
        // RequestFor succeeded when the object was found, with the same values.
        Ask ask = _context.Api.AskFor(_read, _values, Actor.Of(Owner), title)!;
        Exchange exchange = await _context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
        return (exchange, exchange.Status is >= 200 and < 300 ? Parse(exchange.Answer) : null);
    }

    /// <summary>An answer's object; <c>null</c> when it is none.</summary>
    /// <param name="answer">The answer.</param>
    public static JsonObject? Parse(HttpAnswer? answer) => Json.Node(answer?.Body ?? default) as JsonObject;

    /// <summary>Whether two values are the same JSON.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    public static bool Same(JsonNode? one, JsonNode? other) => JsonNode.DeepEquals(one, other);

    /// <summary>The schema of a member of the body.</summary>
    /// <param name="write">The operation.</param>
    /// <param name="field">The member.</param>
    public static ApiSchema? SchemaOf(Operation write, string field) => write.Body?.Schema?.Properties.GetValueOrDefault(field);

    private static async Task<(EditableObject?, Outcome.NotTested?)> SearchAsync(CheckContext context, Operation write, Identity owner, CancellationToken cancellationToken)
    {
        if (context.Api.Operations.FirstOrDefault(one => one.Method == "GET" && one.PathTemplate == write.PathTemplate) is not { } read)
        {
            return (null, new($"no operation reads back what {write.Name} writes"));
        }

        if (write.Body is { IsJson: false })
        {
            return (null, new($"{write.Name} takes no JSON"));
        }

        OwnValues own = await context.Api.ValuesAsync(read, owner, cancellationToken).ConfigureAwait(false);
        BaselineResult result = await context.Api.BaselineAsync(read, owner, cancellationToken).ConfigureAwait(false);
        if (result is not BaselineResult.Learned { Baseline: { Ask.Request: not null } baseline } || Parse(baseline.First.Answer) is not { } original || Parse(baseline.Second.Answer) is not { } second)
        {
            return (null, new($"{owner.Name} does not read an object of its own there{(result is BaselineResult.Failed failed ? ": " + failed.Reason : "")}"));
        }

        string? why = null;
        foreach (string field in Fields(write, original, second).Take(MaxFields))
        {
            EditableObject one = new(context, write, read, owner, own.Identity, original, field) { Tagged = baseline.First.Answer?.Header("etag") is not null };
            why = await one.ProveAsync(cancellationToken).ConfigureAwait(false);
            if (why is null)
            {
                return (one, null);
            }
        }

        return (null, new(why ?? $"nothing is known in it that {write.Name} may change"));
    }

    /// <summary>The members that may be changed, those that mean the least first.</summary>
    private static IEnumerable<string> Fields(Operation write, JsonObject original, JsonObject second) => original
        .Where(member => member.Value is JsonValue && Same(member.Value, second[member.Key]) && !Meaningful().IsMatch(member.Key))
        .Where(member => write.Body?.Schema is not { Properties.IsEmpty: false } schema || (schema.Properties.TryGetValue(member.Key, out ApiSchema? own) && !own.ReadOnly))
        .Where(member => CanaryValue.For(member.Value, SchemaOf(write, member.Key)) is not null)
        .OrderBy(static member => Harmless().IsMatch(member.Key) ? 0 : member.Value!.GetValueKind() == JsonValueKind.String ? 1 : 2) // a JsonValue, filtered above
        .Select(static member => member.Key);

    // What the description does not let in stays out; where it says nothing, all that was read is sent back.
    private static JsonObject Body(Operation write, JsonObject original)
    {
        ApiSchema? schema = write.Body?.Schema;
        bool told = schema is { Properties.IsEmpty: false };
        return new(original.Where(member => !told || (schema!.Properties.TryGetValue(member.Key, out ApiSchema? own) && !own.ReadOnly)) // told means that there is one
            .Select(static member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
    }

    /// <summary>The owner changes it, reads it back, puts it right, and reads it back: without that no other's write proves anything. Returns why not.</summary>
    private async Task<string?> ProveAsync(CancellationToken cancellationToken)
    {
        (Exchange first, _) = await ReadAsync($"control: {Owner.Name}, before", cancellationToken).ConfigureAwait(false);
        JsonNode? fresh = Fresh();
        if (AskFor(Actor.Of(Owner), $"control: {Owner.Name} changes it", Change(fresh), ScanMode.Active, first.Answer?.Header("etag")) is not { } change
            || Restore(ScanMode.Active, Change(Before)) is not { } restore)
        {
            return "its request could not be written";
        }

        Exchange changed = await _context.Writes.WriteAsync(change, restore, cancellationToken).ConfigureAwait(false);
        (Exchange after, JsonObject? now) = await ReadAsync($"control: {Owner.Name}, after", cancellationToken).ConfigureAwait(false);
        bool proved = now is not null && Same(now[Field], fresh);
        bool restored = await _context.Writes.RestoreAsync(cancellationToken).ConfigureAwait(false);
        (_, JsonObject? again) = await ReadAsync($"control: {Owner.Name}, restored", cancellationToken).ConfigureAwait(false);
        return (proved, restored && again is not null && Same(again[Field], Before)) switch
        {
            (true, true) => null,
            (true, false) => $"what {Owner.Name} changed could not be put right again, so nobody else was let near it",
            _ => $"{Owner.Name}'s own change of {Field} does not show when it is read back ({changed.Summary}, then {after.Summary})",
        };
    }

    /// <summary>The change of the member.</summary>
    /// <param name="value">Its new value.</param>
    public IReadOnlyDictionary<string, JsonNode?> Change(JsonNode? value) => new Dictionary<string, JsonNode?>(StringComparer.Ordinal) { [Field] = value };

    [GeneratedRegex("^_?(?:id|uuid|guid|key|self|href|url|links?|etag|version|revision|type|kind|status|state|role|roles|owner|password|secret|token|currency|locale)$|(?:_?id|Id|ID|_at|At|_by|By|Date|_date|Url|_url)$|^(?:created|updated|modified)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Meaningful();

    [GeneratedRegex("note|comment|description|title|memo|remark|bio|about|nick|label|phone|address|street|city", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Harmless();
}
