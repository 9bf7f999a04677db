using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>IV-005: whether a pattern runs for a time that explodes with the length of the text.</summary>
internal sealed partial class SlowPattern : InjectionCheck
{
    /// <summary>Long enough to show in a busy server, short enough to harm none.</summary>
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(1);

    /// <summary>What a text of this length never takes on a server that is not busy with it, nor with anything else.</summary>
    private static readonly TimeSpan s_unclear = TimeSpan.FromMilliseconds(250);

    private static readonly ImmutableArray<int> s_sizes = [26, 30, 34];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "IV-005",
        Title = "A pattern takes time that explodes with the text's length",
        Category = Category.InputValidation,
        Severity = Severity.Medium,
        Mode = ScanMode.Intrusive,
        Standards = new() { Cwe = [1333], OwaspApi = ["API4:2023"], PciDss = ["6.2.4"], Asvs = ["1.3.12"] },
        Needs = Usual,
        Why = "A backtracking engine tries every way to split a text among repeated groups. A few more characters double the time, and a short one that does not match keeps a processor busy for minutes.",
        Impact = "A handful of small requests stops the server.",
        How = "Texts of three sizes that almost match common patterns are sent, shortest first and never more than 40 characters. When the longest takes over a second, at least four times as long as the middle one (a polynomial would take less than twice) and as a plain text of the same length, each asked twice and the faster one counted, "
            + "it is a finding. What takes less than that and more than a quarter of a second stays undecided. Nothing longer is sent then."
            + AtLogins,
        Sources = ["CWE-1333", "OWASP ASVS 5.0, 1.3.12"],
        Remedies = CheckInput.Patterns,
    };

    /// <inheritdoc/>
    protected override int MaxPlaces => 8;

    /// <inheritdoc/>
    protected override Regex Preferred => Names();

    /// <inheritdoc/>
    protected override bool IsTried(InjectionPoint point) => !point.IsNumber;

    /// <inheritdoc/>
    protected override async Task<IReadOnlyCollection<ProbeResult>> TryAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken)
    {
        string? doubt = null;
        foreach (Func<int, string> shape in new Func<int, string>[] { n => new string('a', n) + "!", n => string.Concat(Enumerable.Repeat("a.", n / 2)) + "!", n => new string('1', n) + "x", n => new string('a', n) + "@" + new string('a', n / 3) + "!" })
        {
            Ask Slow(int n, string title) => point.With(shape(n), title) with { Mode = ScanMode.Intrusive };
            (Exchange small, HttpAnswer? first, _) = await SendAsync(context, point, Slow(16, "16 characters"), cancellationToken).ConfigureAwait(false);
            (Exchange middle, _, _) = await SendAsync(context, point, Slow(22, "22 characters"), cancellationToken).ConfigureAwait(false);
            if (first is null)
            {
                doubt ??= $"{point.Place}: {small.Summary}";
                continue;
            }

            foreach (int n in s_sizes)
            {
                (Exchange big, HttpAnswer? answer, _) = await SendAsync(context, point, Slow(n, $"{n} characters"), cancellationToken).ConfigureAwait(false);
                if (big.Http is not HttpOutcome.TimedOut && answer is null)
                {
                    doubt ??= $"{point.Place}: {big.Summary}";
                    break;
                }

                bool slow = big.Http is HttpOutcome.TimedOut || big.Duration >= s_long;
                if (!slow && (n < s_sizes[^1] || big.Duration < s_unclear))
                {
                    continue;
                }

                Ask usual = point.With(new string('a', n), "as many plain characters") with { Mode = ScanMode.Intrusive };
                (Exchange plain, HttpAnswer? usually, _) = await SendAsync(context, point, usual, cancellationToken).ConfigureAwait(false);
                if (!slow)
                {
                    doubt ??= usually is not null && big.Duration < 4 * plain.Duration ? null
                        : $"{point.Place}: {n} characters took {big.Duration.TotalMilliseconds:0} ms, as many plain ones {plain.Duration.TotalMilliseconds:0} ms: too little to be told from a busy server";
                    break;
                }

                // Whatever else keeps a server busy passes: the faster of two is nearer to what the text itself takes.
                (Exchange again, _, _) = await SendAsync(context, point, Slow(n, "the same again"), cancellationToken).ConfigureAwait(false);
                (Exchange middleAgain, _, _) = await SendAsync(context, point, Slow(22, "22 characters, again"), cancellationToken).ConfigureAwait(false);
                (Exchange plainAgain, HttpAnswer? still, _) = await SendAsync(context, point, usual, cancellationToken).ConfigureAwait(false);
                Exchange large = Faster(big, again);
                middle = Faster(middle, middleAgain);
                plain = Faster(plain, plainAgain);
                if (usually is not null && still is not null && large.Duration >= s_long && large.Duration >= 4 * middle.Duration && large.Duration >= 4 * plain.Duration)
                {
                    return
                    [
                        new(new Outcome.Failed(new Flaw
                        {
                            Expected = "The time to look at a text grows with its length, not with its exponent.",
                            Observed = $"{point.Place}: 22 characters took {middle.Duration.TotalMilliseconds:0} ms, {n} took {large.Duration.TotalMilliseconds:0} ms, as many plain ones {plain.Duration.TotalMilliseconds:0} ms.",
                            Confidence = Confidence.Firm,
                            Evidence = [middle.ToEvidence(), big.ToEvidence(), plain.ToEvidence(), again.ToEvidence()],
                        })),
                    ];
                }

                // It was slow for another reason: the next size would only be slower.
                doubt ??= $"{point.Place}: the answers are slow by themselves";
                break;
            }
        }

        return [new(doubt is null ? new Outcome.Passed() : new Outcome.NotTested(doubt))];
    }

    private static Exchange Faster(Exchange one, Exchange other) => other.Duration < one.Duration ? other : one;

    [GeneratedRegex("email|mail|url|host|name|path|pattern|q$|search|filter|version|date|phone", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
