using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Exposure;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>IV-002: whether a caller's text becomes a part of a SQL statement.</summary>
internal sealed partial class SqlInjection : InjectionCheck
{
    private const double Pause = 2;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "IV-002",
        Title = "A caller's text becomes a part of a SQL statement",
        Category = Category.InputValidation,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [89], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["1.2.4"] },
        Needs = Usual,
        Why = "A statement that is put together from text is whatever the text makes of it. A certificate says who sends the text, not what is in it.",
        Impact = "Everything in the database is read, and often written.",
        How = "A quote alone and a doubled one (an error of the database for the first only is the proof); then two conditions that differ in nothing but being true or false, beside one that is no condition: "
            + "when the true one answers like the sound request twice and the other two do not, the database has read them. In intrusive mode also a pause of two seconds against none, three times."
            + AtLogins,
        Sources = ["CWE-89", "OWASP ASVS 5.0, 1.2.4"],
        Remedies = CheckInput.Sql,
    };

    /// <inheritdoc/>
    protected override Regex Preferred => Names();

    /// <inheritdoc/>
    protected override async Task<IReadOnlyCollection<ProbeResult>> TryAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken)
    {
        string sound = point.Value.Length > 0 ? point.Value : "a";
        (Exchange control, HttpAnswer? answer, string text) = await SendAsync(context, point, point.With(sound, "the sound value"), cancellationToken).ConfigureAwait(false);
        if (answer is null || answer.Status is 429 or >= 500)
        {
            return [new(new Outcome.NotTested($"{point.Place}: the sound value: {control.Summary}"))];
        }

        Outcome? found = await ErrorAsync(context, point, sound, control, text, cancellationToken).ConfigureAwait(false)
            ?? await PairAsync(context, point, sound, control, cancellationToken).ConfigureAwait(false)
            ?? (context.Request.Mode == ScanMode.Intrusive ? await PauseAsync(context, point, sound, cancellationToken).ConfigureAwait(false) : null);
        return [new(found ?? new Outcome.Passed())];
    }

    private static async Task<Outcome?> ErrorAsync(CheckContext context, InjectionPoint point, string sound, Exchange control, string before, CancellationToken cancellationToken)
    {
        (Exchange one, HttpAnswer? answer, string text) = await SendAsync(context, point, point.With(sound + "'", "a quote"), cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return new Outcome.NotTested($"{point.Place}: a quote: {one.Summary}");
        }

        if (Error(text) is not { } error || Error(before) is not null)
        {
            return null;
        }

        (Exchange two, _, string doubled) = await SendAsync(context, point, point.With(sound + "''", "a doubled quote"), cancellationToken).ConfigureAwait(false);
        return Error(doubled) is not null ? null : Failed(point, $"A quote was answered with an error of the database ({one.Redaction.Text(error)}), a doubled one was not.", Confidence.Confirmed, control, one, two);
    }

    private static string? Error(string text) => Leaks.In(text, []).Where(find => find.Kind == "sql-error").Select(find => find.Text).FirstOrDefault();

    private static async Task<Outcome?> PairAsync(CheckContext context, InjectionPoint point, string sound, Exchange control, CancellationToken cancellationToken)
    {
        (Exchange again, HttpAnswer? second, _) = await SendAsync(context, point, point.With(sound, "the sound value again"), cancellationToken).ConfigureAwait(false);
        if (control.Answer is not { Status: >= 200 and < 300 } first || second is null || AnswerShape.Learn(first, second) is not { } shape)
        {
            return null;
        }

        int seed = RandomNumberGenerator.GetInt32(1000, 9999);
        foreach ((string yes, string no, string nonsense) in new[]
        {
            ($"{sound}' AND '{seed}'='{seed}", $"{sound}' AND '{seed}'='{seed + 1}", $"{sound}' AXD '{seed}'='{seed}"),
            ($"{sound}') AND ('{seed}'='{seed}", $"{sound}') AND ('{seed}'='{seed + 1}", $"{sound}') AXD ('{seed}'='{seed}"),
            ($"{sound}%' AND '{seed}%'='{seed}", $"{sound}%' AND '{seed}%'='{seed + 1}", $"{sound}%' AXD '{seed}%'='{seed}"),
            ($"{sound} AND {seed}={seed}", $"{sound} AND {seed}={seed + 1}", $"{sound} AXD {seed}={seed}"),
        })
        {
            (Exchange isTrue, HttpAnswer? trueAnswer, _) = await SendAsync(context, point, point.With(yes, "a true condition"), cancellationToken).ConfigureAwait(false);
            if (trueAnswer is null || !Same(shape, first.Status, trueAnswer))
            {
                continue;
            }

            // It may only have ignored the end of the value: then the false one and the nonsense answer alike.
            (Exchange isFalse, HttpAnswer? falseAnswer, _) = await SendAsync(context, point, point.With(no, "a false condition"), cancellationToken).ConfigureAwait(false);
            (Exchange odd, HttpAnswer? oddAnswer, _) = await SendAsync(context, point, point.With(nonsense, "no condition"), cancellationToken).ConfigureAwait(false);
            (_, HttpAnswer? trueAgain, _) = await SendAsync(context, point, point.With(yes, "the true condition again"), cancellationToken).ConfigureAwait(false);
            (_, HttpAnswer? falseAgain, _) = await SendAsync(context, point, point.With(no, "the false condition again"), cancellationToken).ConfigureAwait(false);
            bool read = trueAgain is not null && Same(shape, first.Status, trueAgain)
                && falseAnswer is not null and not { Status: 429 } && !Same(shape, first.Status, falseAnswer)
                && falseAgain is not null and not { Status: 429 } && !Same(shape, first.Status, falseAgain)
                && oddAnswer is not null and not { Status: 429 } && !Same(shape, first.Status, oddAnswer);
            if (read)
            {
                return Failed(point, "A true condition after the value answered like the value, a false one and one that is none did not.", Confidence.Firm, control, isTrue, isFalse, odd);
            }
        }

        return again.Answer is null ? new Outcome.NotTested($"{point.Place}: {again.Summary}") : null;
    }

    private static async Task<Outcome?> PauseAsync(CheckContext context, InjectionPoint point, string sound, CancellationToken cancellationToken)
    {
        foreach (string form in new[] { "{0}' AND SLEEP({1})-- -", "{0}'; SELECT pg_sleep({1})-- -", "{0}' || (SELECT CASE WHEN pg_sleep({1}) IS NULL THEN '' ELSE '' END)-- -", "{0}'; WAITFOR DELAY '0:0:{1}'-- -" })
        {
            Exchange? slow = null;
            bool always = true;
            for (int i = 0; i < 3 && always; i++)
            {
                (slow, _, _) = await SendAsync(context, point, point.With(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, sound, Pause), "a pause") with { Mode = ScanMode.Intrusive }, cancellationToken).ConfigureAwait(false);
                always = slow.Duration.TotalSeconds >= Pause;
                if (always)
                {
                    (Exchange quick, _, _) = await SendAsync(context, point, point.With(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, sound, 0), "no pause") with { Mode = ScanMode.Intrusive }, cancellationToken).ConfigureAwait(false);
                    always = quick.Duration.TotalSeconds < Pause / 2;
                }
            }

            if (always && slow is not null)
            {
                return Failed(point, "A pause in the value held the answer back for as long, three times; none did not.", Confidence.Firm, slow);
            }
        }

        return null;
    }

    private static Outcome.Failed Failed(InjectionPoint point, string observed, Confidence confidence, params ReadOnlySpan<Exchange> exchanges) => new(new Flaw
    {
        Expected = "The value is data, whatever stands in it.",
        Observed = $"{point.Place}: {observed}",
        Confidence = confidence,
        Evidence = [.. exchanges.ToArray().Select(exchange => exchange.ToEvidence())],
        Cause = $"{point.Place} is read as SQL",
    });

    [GeneratedRegex("^(?:q|query|search|filter|where|order|sort|name|user|email|login|id|code|category|item|term)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
