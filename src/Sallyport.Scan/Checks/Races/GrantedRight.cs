using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Races;

/// <summary>A right that one identity can give another and take away again, and the read that needs it; proved one after the other.</summary>
/// <param name="Operation">The operation that gives and takes.</param>
/// <param name="Use">The read that needs the right.</param>
/// <param name="Grant">Gives it.</param>
/// <param name="Deny">Takes it away.</param>
/// <param name="Restore">Brings back what was there before.</param>
/// <param name="Baseline">What the read answers with the right.</param>
/// <param name="Refusal">How it is refused without.</param>
internal sealed partial record GrantedRight(Operation Operation, Operation Use, Ask Grant, Ask Deny, Ask Restore, Baseline Baseline, Verdict.Rejected Refusal)
{
    /// <summary>The values of the field that gives the right; empty when it is a grant with its removal. The read may show them.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>Whether an answer is what the right opens, whatever it shows of the right itself.</summary>
    /// <param name="context">The target.</param>
    /// <param name="exchange">The exchange.</param>
    public bool IsServed(CheckContext context, Exchange exchange) => context.Oracle.Classify(exchange, Baseline) is Verdict.Accepted
        || (!Values.IsEmpty && exchange.Answer is { } answer && answer.Status == Baseline.First.Status && Baseline.First.Answer is { } first && Baseline.Second.Answer is { } second
            && AnswerShape.Learn(Without(first), Without(second))?.Matches(Without(answer)) == true);

    private HttpAnswer Without(HttpAnswer answer) =>
        answer with { Body = System.Text.Encoding.UTF8.GetBytes(Values.Aggregate(AnswerShape.Text(answer), (text, value) => text.Replace($"\"{value}\"", "\"*\"", StringComparison.Ordinal))) };

    private const int MaxReads = 6;
    private const int MaxTries = 12;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Finds one: a grant with its removal, or a field with a few values of which one gives the right.</summary>
    /// <param name="context">The target.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<(GrantedRight? Right, string? Why)> FindAsync(CheckContext context, CancellationToken cancellationToken)
    {
        string? why = null;
        int tries = 0;
        foreach (Operation operation in context.Api.Operations.Where(one => one.Method is "PUT" or "POST" or "PATCH" && Words().IsMatch(one.PathTemplate)))
        {
            foreach (Identity who in context.Request.Identities.Where(one => one is { Role: null, State: IdentityState.Valid or IdentityState.Revocable }))
            {
                foreach (Identity giver in Givers(context, who))
                {
                    foreach ((Ask grant, Ask deny, ImmutableArray<string> shown) in Switches(context, operation, giver, who))
                    {
                        if (++tries > MaxTries)
                        {
                            return (null, why);
                        }

                        (GrantedRight? right, string? doubt) = await ProveAsync(context, operation, giver, who, grant, deny, cancellationToken).ConfigureAwait(false);
                        if (right is not null)
                        {
                            return (right with { Values = shown }, null);
                        }

                        why ??= doubt;
                    }
                }
            }
        }

        return (null, why ?? "no operation is known that gives a right and takes it away again");
    }

    /// <summary>Waits until the read is served: a cache may be late both ways.</summary>
    /// <param name="context">The target.</param>
    /// <param name="ask">The read.</param>
    /// <param name="cancellationToken">Ends the wait, which is 8 seconds at most.</param>
    public static async Task<bool> ServedAsync(CheckContext context, Ask ask, CancellationToken cancellationToken)
    {
        long start = context.Time.GetTimestamp();
        while (context.Time.GetElapsedTime(start) < s_patience)
        {
            if ((await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false)).Status is >= 200 and < 300)
            {
                return true;
            }

            await Task.Delay(s_pause, context.Time, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private static IEnumerable<Identity> Givers(CheckContext context, Identity who) => new[] { context.Api.Admin, context.Api.First }.OfType<Identity>().Where(one => one.Name != who.Name).Distinct();

    private static IEnumerable<(Ask Grant, Ask Deny, ImmutableArray<string> Values)> Switches(CheckContext context, Operation operation, Identity giver, Identity who)
    {
        // What names a user in the path is the one who gets the right; everything else is the giver's.
        Identity values = giver with { Values = giver.Values };
        foreach (Match parameter in Parameter().Matches(operation.PathTemplate))
        {
            if (NamesUser().IsMatch(parameter.Groups["name"].Value))
            {
                values = values with { Values = values.Values.SetItem(parameter.Groups["name"].Value, who.Values.GetValueOrDefault("name", who.Name)) };
            }
        }

        if (!operation.PathTemplate.Contains('{', StringComparison.Ordinal) || context.RequestFor(operation, values) is not { } request)
        {
            yield break;
        }

        Ask Of(RawHttpRequest sent, string title) => new() { Title = title, Route = Route.To(context.Request.Target), Actor = Actor.Of(giver), Mode = ScanMode.Intrusive, Request = sent };
        BodyFields fields = SampleFields.Of(operation, giver, null);
        RawHttpRequest with = request with { Headers = [.. request.Headers, .. CrossSite.Own(context)] };
        if (context.Api.Operations.FirstOrDefault(one => one.Method == "DELETE" && one.PathTemplate == operation.PathTemplate) is not null)
        {
            yield return (Of(fields.All.IsEmpty ? with : fields.On(with, BodyKind.Json), $"{giver.Name} gives {who.Name} the right"), Of(with with { Method = "DELETE", Body = default }, $"{giver.Name} takes it away"), []);
        }

        foreach ((string name, ApiSchema schema) in operation.Body?.Schema is { } body ? body.Properties : ApiSchema.None)
        {
            ImmutableArray<string> choices = [.. schema.Enum.Where(choice => choice.StartsWith('"')).Select(choice => choice.Trim('"'))];
            if (choices.Length is < 2 or > 6)
            {
                continue;
            }

            // Which of them gives the right is not said: the highest often stands last.
            foreach (string high in choices.Reverse())
            {
                yield return (
                    Of(fields.With(name, high).On(with, BodyKind.Json), $"{giver.Name} sets {name} of {who.Name} to {high}"),
                    Of(fields.With(name, choices.First(choice => choice != high)).On(with, BodyKind.Json), $"{giver.Name} sets it back"),
                    choices);
            }
        }
    }

    private static async Task<(GrantedRight? Right, string? Why)> ProveAsync(CheckContext context, Operation operation, Identity giver, Identity who, Ask grant, Ask deny, CancellationToken cancellationToken)
    {
        foreach (Operation use in Reads(context, operation).Take(MaxReads))
        {
            if (context.Api.AskFor(use, giver, Actor.Of(who), $"{who.Name} reads") is not { } ask)
            {
                continue;
            }

            // Taking away is what is restored: whoever had the right before would have been served without our grant.
            if (await context.Oracle.LearnAsync(ask, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned)
            {
                continue;
            }

            Exchange granted = await context.Writes.WriteAsync(grant, deny, cancellationToken).ConfigureAwait(false);
            if (granted.Status is not (>= 200 and < 300))
            {
                return (null, $"{operation.Name} got: {granted.Summary}");
            }

            await ServedAsync(context, ask, cancellationToken).ConfigureAwait(false);
            BaselineResult learned = await context.Oracle.LearnAsync(ask, cancellationToken).ConfigureAwait(false);
            await context.Writes.UndoAsync(deny, cancellationToken).ConfigureAwait(false);
            if (learned is BaselineResult.Learned { Baseline: var baseline }
                && await RefusalAsync(context, ask, baseline, cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                return (new(operation, use, grant, deny, deny, baseline, refusal), null);
            }
        }

        return (null, $"{operation.Name} was answered, but decided about no read that {who.Name} could try");
    }

    // A cache may keep the right for a while: that is for the loop to find, not for the proof that the two belong together.
    private static async Task<Verdict.Rejected?> RefusalAsync(CheckContext context, Ask ask, Baseline baseline, CancellationToken cancellationToken)
    {
        long start = context.Time.GetTimestamp();
        while (context.Time.GetElapsedTime(start) < s_patience)
        {
            if (context.Oracle.Classify(await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false), baseline) is Verdict.Rejected refused)
            {
                return refused;
            }

            await Task.Delay(s_pause, context.Time, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private static IEnumerable<Operation> Reads(CheckContext context, Operation operation)
    {
        string root = operation.PathTemplate.Split('{')[0];
        string thing = operation.PathTemplate.IndexOf('}', StringComparison.Ordinal) is >= 0 and var end ? operation.PathTemplate[..(end + 1)] : root;
        return context.Api.Operations.Where(one => one.Method == "GET").Where(one => one.PathTemplate == thing || one.Roles.Length == 1 || one.PathTemplate.StartsWith(root, StringComparison.Ordinal))
            .OrderBy(one => one.PathTemplate == thing ? 0 : one.Roles.Length == 1 ? 1 : 2);
    }

    [GeneratedRegex(@"/(?:shares?|grants?|permissions?|access|members?|collaborators?|roles?|acl|rights?|viewers?|editors?|readers?)(?:/|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Words();

    [GeneratedRegex(@"\{(?<name>[^{}]+)\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"user|account|name|member|grantee|login|subject|who|viewer", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex NamesUser();
}
