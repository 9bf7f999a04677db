using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>IV-004: whether a caller's text leads out of the directory it is looked up in.</summary>
internal sealed partial class PathTraversal : InjectionCheck
{
    private static readonly ImmutableArray<string> s_ways =
    [
        "..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "%2fetc%2fpasswd",
        "..%252f..%252f..%252f..%252f..%252f..%252fetc%252fpasswd",
        "....%2f%2f....%2f%2f....%2f%2f....%2f%2f....%2f%2f....%2f%2fetc%2fpasswd",
        "..%5c..%5c..%5c..%5c..%5c..%5cwindows%5cwin.ini",
        "..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd%00.txt",
    ];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "IV-004",
        Title = "A file name leads out of its directory",
        Category = Category.InputValidation,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [22], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["5.3.2"] },
        Needs = Usual,
        Why = "A name that is joined to a directory may begin with the way out of it. Escapes, doubled escapes and the other slash get past what only looks for \"../\".",
        Impact = "Any file that the server may read: keys, configuration, other tenants' data.",
        How = "A file that every Unix or Windows has is asked for under six spellings. Only its known content, absent from the answer to a sound value, is a finding."
            + AtLogins,
        Sources = ["CWE-22", "OWASP ASVS 5.0, 5.3.2"],
        Remedies = CheckInput.Files,
    };

    /// <inheritdoc/>
    protected override Regex Preferred => Names();

    /// <inheritdoc/>
    protected override bool IsTried(InjectionPoint point) => !point.IsNumber;

    /// <inheritdoc/>
    protected override async Task<IReadOnlyCollection<ProbeResult>> TryAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken)
    {
        (Exchange control, HttpAnswer? sound, string before) = await SendAsync(context, point, point.With(point.Value.Length > 0 ? point.Value : "a", "the sound value"), cancellationToken).ConfigureAwait(false);
        if (sound is null || Content().IsMatch(before))
        {
            return [new(new Outcome.NotTested($"{point.Place}: the sound value: {control.Summary}"))];
        }

        string? doubt = null;
        foreach (string way in s_ways)
        {
            Ask ask = point.In == "body" || point.In == "header"
                ? point.With(System.Uri.UnescapeDataString(way), "a way out")
                : point.WithRaw(way, "a way out");
            (Exchange exchange, HttpAnswer? answer, string text) = await SendAsync(context, point, ask, cancellationToken).ConfigureAwait(false);
            doubt = answer is null ? $"{point.Place}: {exchange.Summary}" : doubt;
            if (Content().IsMatch(text))
            {
                return
                [
                    new(new Outcome.Failed(new Flaw
                    {
                        Expected = "The value names something inside the directory, or nothing.",
                        Observed = $"{point.Place}: {way} was answered with a file of the system.",
                        Confidence = Confidence.Confirmed,
                        Evidence = [control.ToEvidence(), exchange.ToEvidence()],
                        Replay = CurlLine.Of(exchange.Ask, context.Request),
                    })),
                ];
            }
        }

        return [new(doubt is null ? new Outcome.Passed() : new Outcome.NotTested(doubt))];
    }

    [GeneratedRegex("file|path|doc|name|page|template|folder|dir|image|img|attachment|download|key", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Names();

    [GeneratedRegex(@"root:[^:\s]{0,100}:0:0:|\[fonts\]\s|; for 16-bit app support", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Content();
}
