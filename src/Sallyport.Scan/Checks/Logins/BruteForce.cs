using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Logins;

/// <summary>AUTH-003: whether passwords may be guessed without an end.</summary>
internal sealed class BruteForce : Check
{
    private const int Attempts = 12;
    private static readonly TimeSpan s_noticeable = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTH-003",
        Title = "Passwords may be guessed without an end",
        Category = Category.Authentication,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [307], OwaspApi = ["API2:2023", "API4:2023"], PciDss = ["8.3.4"], Asvs = ["6.3.1"] },
        Mode = ScanMode.Intrusive,
        Needs = [Need.Disposable],
        Why = "A login that answers every guess at once lets a program try the most usual passwords of every user in hours. PCI DSS asks for a lock after ten attempts at most.",
        Impact = "Accounts with usual passwords are taken over.",
        How = "On an identity that is declared disposable the right login is made, then twelve wrong ones in a row with random passwords, then the right one again. A status 429 or 423, a Retry-After, a changed refusal, a growing delay or a locked account passes; twelve equal refusals and an open door after them are a finding.",
        Sources = ["PCI DSS 4.0.1, 8.3.4", "OWASP ASVS 5.0, 6.3.1", "NIST SP 800-63B, section 5.2.2"],
        Remedies = SlowLogins.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (LoginProbe.Disposable(context) is not { } identity)
        {
            return LoginProbe.Missing();
        }

        (LoginProbe? probe, Outcome.NotTested? why) = await LoginProbe.OpenAsync(context, identity, cancellationToken).ConfigureAwait(false);
        if (probe is null)
        {
            return new() { Probes = [new(why!)] }; // one of the two is given
        }

        await using (probe.ConfigureAwait(false))
        {
            return new() { Probes = [new(await GuessAsync(probe, cancellationToken).ConfigureAwait(false)) { Operation = probe.Operation, Identity = identity.Name }] };
        }
    }

    private static async Task<Outcome> GuessAsync(LoginProbe probe, CancellationToken cancellationToken)
    {
        List<Exchange> wrong = [];
        for (int i = 1; i <= Attempts; i++)
        {
            (Exchange exchange, bool? entered) = await probe.TryAsync(new() { Title = FormattableString.Invariant($"wrong login {i} of {Attempts}"), Password = new Secret(CanaryText.Random()) }, cancellationToken).ConfigureAwait(false);
            if (LoginSignature.IsLimited(exchange) || (wrong.Count > 0 && exchange.Status is >= 400 and < 500 && exchange.Status != wrong[0].Status))
            {
                return new Outcome.Passed();
            }

            if (entered != false)
            {
                return new Outcome.NotTested(entered == true ? "a random password was let in: see AUTH-005" : $"wrong login {i} got: {exchange.Summary}");
            }

            wrong.Add(exchange);
        }

        TimeSpan first = Median(wrong.Take(3));
        TimeSpan last = Median(wrong.TakeLast(3));
        if (last > 3 * first && last - first > s_noticeable)
        {
            return new Outcome.Passed();
        }

        (Exchange after, bool? open) = await probe.TryAsync(new() { Title = "the right login after them" }, cancellationToken).ConfigureAwait(false);
        return open switch
        {
            true => new Outcome.Failed(new Flaw
            {
                Expected = "After ten wrong logins at most there is a lock, a delay or a limit.",
                Observed = FormattableString.Invariant($"{Attempts} wrong logins in a row were refused alike ({wrong[^1].Summary}, after {last.TotalMilliseconds:0} ms), and the right one after them was let in at once."),
                Confidence = Confidence.Firm,
                Evidence = [probe.Right.ToEvidence(), wrong[0].ToEvidence(), wrong[^1].ToEvidence(), after.ToEvidence()],
            }),
            false => new Outcome.Passed(),
            null => new Outcome.NotTested($"the right login after them got: {after.Summary}"),
        };
    }

    private static TimeSpan Median(IEnumerable<Exchange> exchanges) => exchanges.Select(exchange => exchange.Duration).Order().ElementAt(1);
}
