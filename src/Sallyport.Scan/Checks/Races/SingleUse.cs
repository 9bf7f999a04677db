using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Races;

/// <summary>A call that should have its effect once, and the read that counts the effects. Each <see cref="Use"/> is a fresh thing to use up.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Uses">Fresh things, in order.</param>
internal sealed partial record SingleUse(Operation Operation, ImmutableArray<Use> Uses)
{
    private const int MaxUses = 8;

    /// <summary>The operations that sound as if they may be called once for each thing, or that take an idempotency key.</summary>
    /// <param name="context">The target.</param>
    /// <param name="cancellationToken">Cancels the look for things.</param>
    public static async Task<ImmutableArray<SingleUse>> FindAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<SingleUse>.Builder found = ImmutableArray.CreateBuilder<SingleUse>();
        foreach (Operation operation in context.Api.Operations.Where(one => one.Method is "POST" or "PUT" or "PATCH" && one.Roles.All(role => role != "admin" || one.Roles.Length > 1)))
        {
            if (KeyOf(operation) is { } header)
            {
                found.Add(new(operation, Keyed(context, operation, header)));
            }
            else if (Words().IsMatch(operation.PathTemplate) && Last().Match(operation.PathTemplate) is { Success: true } parameter)
            {
                found.Add(new(operation, await NamedAsync(context, operation, parameter.Groups["name"].Value, cancellationToken).ConfigureAwait(false)));
            }
        }

        return found.ToImmutable();
    }

    private static string? KeyOf(Operation operation) => operation.Parameters.FirstOrDefault(one => one.In == "header" && one.Name.Contains("idempoten", StringComparison.OrdinalIgnoreCase))?.Name;

    private static ImmutableArray<Use> Keyed(CheckContext context, Operation operation, string header)
    {
        Operation? list = context.Api.Operations.FirstOrDefault(one => one.Method == "GET" && one.PathTemplate == operation.PathTemplate);
        if (context.Api.First is not { } identity || list is null || context.Api.AskFor(list, identity, Actor.Of(identity), "count") is not { } count || context.RequestFor(operation, identity) is not { } request)
        {
            return [];
        }

        return
        [
            .. Enumerable.Range(0, MaxUses).Select(_ => new Use(
                identity,
                Write(context, count, identity, operation, request with { Headers = [.. request.Headers.Where(one => one.Name != header), new(header, CanaryText.Random())] }),
                [count])),
        ];
    }

    private static async Task<ImmutableArray<Use>> NamedAsync(CheckContext context, Operation operation, string parameter, CancellationToken cancellationToken)
    {
        string whole = operation.PathTemplate[..(operation.PathTemplate.IndexOf("{" + parameter + "}", StringComparison.Ordinal) + parameter.Length + 2)];
        string above = whole[..whole.LastIndexOf('/')];
        Operation? one = context.Api.Operations.FirstOrDefault(read => read.Method == "GET" && read.PathTemplate == whole);
        Operation? list = context.Api.Operations.FirstOrDefault(read => read.Method == "GET" && read.PathTemplate == above);
        ImmutableArray<Use>.Builder uses = ImmutableArray.CreateBuilder<Use>();
        foreach (Identity identity in context.Api.Ordinary.Take(2))
        {
            List<string> values = identity.Values.TryGetValue(parameter, out string? own) ? [own] : [];
            if (list is not null && context.Api.AskFor(list, identity, Actor.Of(identity), $"what {identity.Name} has") is { } ask)
            {
                Exchange exchange = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
                values.AddRange(Listed(exchange.Answer, parameter).Where(value => !values.Contains(value)));
            }

            foreach (string value in values.Take(MaxUses))
            {
                Identity with = identity with { Values = identity.Values.SetItem(parameter, value) };
                ImmutableArray<Ask> counts = [.. new[] { one, list }.OfType<Operation>().Select(read => context.Api.AskFor(read, with, Actor.Of(identity), "count")).OfType<Ask>().Take(1)];
                if (!counts.IsEmpty && context.RequestFor(operation, with) is { } request)
                {
                    uses.Add(new(identity, Write(context, counts[0], identity, operation, request), counts));
                }
            }
        }

        return uses.ToImmutable();
    }

    private static Ask Write(CheckContext context, Ask like, Identity identity, Operation operation, RawHttpRequest request)
    {
        BodyFields fields = SampleFields.Of(operation, identity, null);
        RawHttpRequest own = request with { Headers = [.. request.Headers, .. CrossSite.Own(context)] };
        return like with
        {
            Title = $"{identity.Name} uses it",
            Mode = ScanMode.Intrusive,
            Pooled = false,
            Reusable = false,
            Request = operation.Body is null && fields.All.IsEmpty ? own : fields.On(own, operation.Body is { IsForm: true } ? BodyKind.Form : BodyKind.Json),
        };
    }

    private static IEnumerable<string> Listed(HttpAnswer? answer, string parameter)
    {
        List<string> found = [];
        if (answer is not { Status: >= 200 and < 300, BodyTruncated: false })
        {
            return found;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Body, new() { MaxDepth = 16 });
            JsonElement root = document.RootElement;
            JsonElement? list = root.ValueKind == JsonValueKind.Array ? root
                : root.ValueKind == JsonValueKind.Object ? root.EnumerateObject().Select(member => member.Value).Where(value => value.ValueKind == JsonValueKind.Array).Cast<JsonElement?>().FirstOrDefault() : null;
            for (int i = 0; list is { } items && i < items.GetArrayLength(); i++)
            {
                JsonElement item = items[i];
                if (item.ValueKind == JsonValueKind.Object && (item.TryGetProperty(parameter, out JsonElement id) || item.TryGetProperty("id", out id) || item.TryGetProperty("code", out id)))
                {
                    found.Add(id.ValueKind == JsonValueKind.String ? id.GetString()! : id.GetRawText()); // a string has one
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No list of ours.
        }

        return found;
    }

    [GeneratedRegex(@"redeem|coupon|voucher|gift|claim|withdraw|activate|accept|invit|bonus|vote|consume|cash|apply|enroll|check-?in", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Words();

    [GeneratedRegex(@"\{(?<name>[^{}]+)\}[^{}]*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Last();
}
