using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>DATA-003: traces, SQL errors, paths and internal addresses in answers and errors.</summary>
internal sealed class InsideShown : Check
{
    /// <summary>Operations that are asked wrongly; errors are written in one place in most servers.</summary>
    private const int MaxProvoked = 5;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "DATA-003",
        Title = "Answers tell how the server is built",
        Category = Category.DataExposure,
        Severity = Severity.Medium,
        Variants =
        [
            new("stack-trace", "An answer holds a stack trace", Severity.Medium),
            new("sql-error", "An answer holds an error of the database", Severity.Medium),
            new("path", "An answer holds a path of the server's files", Severity.Low),
            new("internal-address", "An answer holds an internal address", Severity.Low),
        ],
        Standards = new() { Cwe = [209, 497], OwaspApi = ["API8:2023"], PciDss = ["1.4.5", "6.2.4"], Asvs = ["16.5.1"] },
        Needs = [Need.Caller],
        Why = "An error that goes out as it came names the framework, its version, the statement that failed and the files and hosts behind the API. That is the map for the next request.",
        Impact = "Whoever can provoke an error learns where to aim, and often the name of a table, a host or an account.",
        How = "The answers of the valid identities are looked at, and what the server says to requests that only read and are slightly wrong: a broken escape, a wrong type, a header that no parser likes, "
            + "a path that is not there. Only a signature of one framework's trace or one database's error counts, and only when it is not an echo of what was sent.",
        Sources = ["CWE-209", "RFC 9457, section 3"],
        Remedies = ShowLess.Errors,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<(string Operation, Exchange Exchange)> seen = [.. (await context.Api.AnswersAsync(cancellationToken).ConfigureAwait(false)).Select(answer => (answer.Operation.Name, answer.Baseline.First))];
        if (context.Survey.Control is { } control && context.Survey.ProtectedOperation is { } operation)
        {
            seen.Add((operation.Name, control.First));
            foreach (Ask ask in Provocations(context, control).Concat(await OthersAsync(context, cancellationToken).ConfigureAwait(false)))
            {
                seen.Add((operation.Name, await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false)));
            }
        }

        ImmutableArray<(string Operation, Exchange Exchange)> answered = [.. seen.Where(one => one.Exchange.Answer is not null)];
        return answered.Length == 0
            ? CheckResult.NotTested("no request was answered")
            : new() { Probes = [.. Info.Variants.SelectMany(variant => Probes(context, variant, answered))] };
    }

    private static IEnumerable<ProbeResult> Probes(CheckContext context, CheckVariant variant, ImmutableArray<(string Operation, Exchange Exchange)> answered)
    {
        ImmutableArray<string> known = [.. new[] { context.Request.Target.Host, context.Survey.Address.Address.ToString() }, .. context.Request.Backends.Select(place => place.Host), .. context.Request.Origins.Select(place => place.Host)];
        List<ProbeResult> failed = [];
        foreach ((string operation, Exchange exchange) in answered)
        {
            string text = AnswerShape.Text(exchange.Answer!); // only answered ones are given
            Leaks.Find? find = Leaks.In(text, known).FirstOrDefault(one => one.Kind == variant.Slug && !Markers.InRequest(one.Text, exchange.Ask));
            // One server writes its errors in one place: the first answer that shows it stands for all.
            if (find is not null && failed.Count == 0)
            {
                failed.Add(new(new Outcome.Failed(new Flaw
                {
                    Expected = "Errors and answers say nothing of the server's inside.",
                    Observed = $"{variant.Title}: {find.What}.",
                    Confidence = Confidence.Confirmed,
                    Evidence = [exchange.ToEvidence()],
                    Replay = CurlLine.Of(exchange.Ask, context.Request),
                    Cause = $"inside shown: {variant.Slug}",
                }))
                { Operation = operation, Variant = variant.Slug });
            }
        }

        return failed.Count > 0 ? failed : [new ProbeResult(new Outcome.Passed()) { Variant = variant.Slug }];
    }

    /// <summary>The protected operation asked wrongly, by somebody who may ask: what only reads and breaks no server.</summary>
    private static IEnumerable<Ask> Provocations(CheckContext context, Baseline control)
    {
        RawHttpRequest request = control.Ask.Request ?? context.ProtectedRequest;
        string join = request.Target.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        Ask Changed(string title, RawHttpRequest changed) => control.Ask with { Title = title, Request = changed, Reusable = false, Pooled = true };
        yield return Changed("a broken escape", request with { Target = request.Target + "%ff%zz" });
        yield return Changed("a quote in the path", request with { Target = request.Target + "%27%22" });
        yield return Changed("odd query values", request with { Target = $"{request.Target}{join}id=%27&page=-1&limit=abc&sort[]=x&filter=%7B" });
        yield return Changed("a header that is no date", request with { Headers = [.. request.Headers, new("if-modified-since", "sallyport"), new("range", "bytes=x-y"), new("accept", "application/sallyport")] });
    }

    /// <summary>Other operations with parameters of the wrong type.</summary>
    private static async Task<IEnumerable<Ask>> OthersAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<Ask> asks = [];
        foreach (ApiAnswer answer in (await context.Api.AnswersAsync(cancellationToken).ConfigureAwait(false)).Where(one => one.Operation.PathTemplate.Contains('{', StringComparison.Ordinal)).Take(MaxProvoked))
        {
            RawHttpRequest request = answer.Baseline.Ask.Request ?? new();
            int last = request.Target.LastIndexOf('/');
            asks.Add(answer.Baseline.Ask with { Title = "a value of the wrong type", Request = request with { Target = request.Target[..(last + 1)] + "-9e999%27" }, Reusable = false, Pooled = true });
        }

        return asks;
    }
}
