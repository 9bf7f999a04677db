using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>IV-006: whether two servers in a row find different ends of a request.</summary>
internal sealed class Desync : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "IV-006",
        Title = "Two servers find different ends of a request",
        Category = Category.InputValidation,
        Severity = Severity.Critical,
        Mode = ScanMode.Intrusive,
        Variants =
        [
            new("cl-te", "The front counts bytes, the back reads chunks", Severity.Critical),
            new("te-cl", "The front reads chunks, the back counts bytes", Severity.Critical),
        ],
        Standards = new() { Cwe = [444], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["4.2.1"] },
        Needs = [Need.Caller],
        Why = "A request with two lengths ends at one place for the proxy and at another for the backend. What lies between is the beginning of somebody else's request, who came with another certificate.",
        Impact = "Requests of others are answered to the attacker, or the attacker's are sent in their name, past every certificate.",
        How = "On connections of its own the scanner sends requests whose two lengths differ by a byte, so that a back that disagrees with its front waits. A wait that the same request with equal lengths does not have, twice each, "
            + "is a finding. Nothing is left behind on a shared connection: each probe's own connection is closed.",
        Sources = ["RFC 9112, sections 6.1, 6.3 and 11.2", "CWE-444"],
        Remedies = CheckInput.Framing,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.Control is not { } control)
        {
            return CheckResult.NotTested("there is no control request");
        }

        return new()
        {
            Probes =
            [
                new(await TryAsync(context, control.Ask, "1\r\nA\r\nX", 4, "1\r\nA\r\n0\r\n\r\n", cancellationToken).ConfigureAwait(false)) { Variant = "cl-te" },
                new(await TryAsync(context, control.Ask, "0\r\n\r\nX", 6, "0\r\n\r\n", cancellationToken).ConfigureAwait(false)) { Variant = "te-cl" },
            ],
        };
    }

    private static async Task<Outcome> TryAsync(CheckContext context, Ask ask, string odd, int length, string sound, CancellationToken cancellationToken)
    {
        // Spellings of Transfer-Encoding that one server of the two may not know.
        foreach (string spelling in new[] { "Transfer-Encoding: chunked", "Transfer-Encoding : chunked", "Transfer-Encoding:\tchunked", "Transfer-Encoding: xchunked", "X: x\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x" })
        {
            int cut = spelling.IndexOf(':', StringComparison.Ordinal);
            Exchange? waited = null;
            Exchange? quick = null;
            bool always = true;
            for (int i = 0; i < 2 && always; i++)
            {
                quick = await SendAsync(context, ask, spelling[..cut], spelling[(cut + 1)..].TrimStart(' '), sound, sound.Length, cancellationToken).ConfigureAwait(false);
                always = quick.Answer is not null;
                if (always)
                {
                    waited = await SendAsync(context, ask, spelling[..cut], spelling[(cut + 1)..].TrimStart(' '), odd, length, cancellationToken).ConfigureAwait(false);
                    always = waited.Http is HttpOutcome.TimedOut && quick.Duration < waited.Duration / 2;
                }

                if (always && length != odd.Length)
                {
                    // One server alone may wait for the rest of a broken chunk: then it waits here too, where both ends agree.
                    Exchange whole = await SendAsync(context, ask, spelling[..cut], spelling[(cut + 1)..].TrimStart(' '), odd, odd.Length, cancellationToken).ConfigureAwait(false);
                    always = whole.Http is not HttpOutcome.TimedOut;
                }
            }

            if (always && waited is not null && quick is not null)
            {
                return new Outcome.Failed(new Flaw
                {
                    Expected = "A request with two lengths is refused, or read the same by every server.",
                    Observed = $"With \"{spelling.Replace("\r\n", "\\r\\n", StringComparison.Ordinal)}\" and a Content-Length of another end the answer never came, twice; with equal ends it came ({quick.Summary}).",
                    Confidence = Confidence.Firm,
                    Evidence = [quick.ToEvidence(), waited.ToEvidence()],
                });
            }
        }

        return new Outcome.Passed();
    }

    private static async Task<Exchange> SendAsync(CheckContext context, Ask ask, string name, string value, string body, int length, CancellationToken cancellationToken)
    {
        RawHttpRequest request = ask.Request ?? context.ProtectedRequest;
        IEnumerable<HttpHeader> framing = [new("Content-Length", length.ToString(CultureInfo.InvariantCulture)), new(name, value)];
        return await context.Transport.ExchangeAsync(
            ask with
            {
                Title = $"two lengths: {name}",
                Mode = ScanMode.Intrusive,
                Reusable = false,
                Pooled = false,
                Request = request with { Method = "POST", Body = Encoding.ASCII.GetBytes(body), AddContentLength = false, Headers = [.. request.Headers, .. framing, new("Connection", "close")] },
            },
            cancellationToken).ConfigureAwait(false);
    }
}
