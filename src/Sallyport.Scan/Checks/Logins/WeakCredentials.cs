using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Logins;

/// <summary>AUTH-005: whether a declared account opens with a default or weak password.</summary>
internal sealed class WeakCredentials : Check
{
    // Four wrong logins in all, with the control: fewer than any usual lock.
    private const int MaxGuesses = 3;

    private static readonly ImmutableArray<string> s_known =
    [
        "password", "123456", "admin", "changeme", "12345678", "123456789", "1234", "12345", "1234567", "qwerty", "letmein", "welcome", "welcome1", "password1", "password123", "passw0rd",
        "p@ssw0rd", "secret", "test", "test123", "guest", "default", "root", "toor", "demo", "admin123", "administrator", "user", "changeit", "iloveyou", "abc123", "111111", "000000", "",
    ];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTH-005",
        Title = "An account opens with a default or weak password",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Variants =
        [
            new("known", "The declared password is one that everybody tries", Severity.Critical),
            new("guessed", "A password that everybody tries opens the account", Severity.Critical),
            new("any", "Any password opens the account", Severity.Critical),
        ],
        Standards = new() { Cwe = [521, 798, 1392], OwaspApi = ["API2:2023"], PciDss = ["2.2.2", "8.3.6"], Asvs = ["6.2.4", "6.3.2"] },
        Needs = [Need.Disposable],
        Why = "Products and test data come with accounts whose passwords are in every list. Whoever finds such a login is in with the first guess.",
        Impact = "The account, often an administrator's, belongs to whoever tries.",
        How = "The test list is the identities that you declare disposable and give a login. A declared password that is in the list of the most usual ones, or the login name itself, and that is let in, is a finding without any wrong login; a login that is let in with nothing but a name and a kind of grant has none. In active mode a random password and three of the most usual are tried as well: fewer than lock an account.",
        Sources = ["CWE-1392", "PCI DSS 4.0.1, 2.2.2", "docs/decisions/0051-weak-credentials-of-declared-accounts.md"],
        Remedies = SlowLogins.Passwords,
    };

    /// <inheritdoc/>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        foreach (Identity identity in context.Request.Identities.Where(one => one is { Disposable: true, Login: not null, State: IdentityState.Valid or IdentityState.Revocable }).Take(10))
        {
            probes.AddRange((await OfAsync(context, identity, cancellationToken).ConfigureAwait(false)).Select(context.Keep));
        }

        return probes.Count > 0 ? new() { Probes = [.. probes] } : LoginProbe.Missing();
    }

    private static async Task<IEnumerable<ProbeResult>> OfAsync(CheckContext context, Identity identity, CancellationToken cancellationToken)
    {
        Login login = identity.Login!; // the caller looked
        ProbeResult Of(string variant, Outcome outcome) => new(outcome) { Variant = variant, Operation = $"POST {login.Path}", Identity = identity.Name };
        string? user = LoginRequest.UserOf(login);
        (Outcome declared, bool refused) = await DeclaredAsync(context, identity, login, user, cancellationToken).ConfigureAwait(false);
        if (declared is not Outcome.Passed)
        {
            return [Of("known", declared)];
        }

        if (refused)
        {
            return [Of("known", declared), Of("guessed", new Outcome.NotTested($"the declared password of {identity.Name} was refused: there is no right login that others could be held against") { Needs = [$"identities.{identity.Name}.login"] })];
        }

        if (context.Request.Mode < ScanMode.Active)
        {
            return [Of("known", declared), Of("guessed", new Outcome.NotTested("no wrong login is tried in safe mode") { Needs = ["--mode active"] })];
        }

        (LoginProbe? probe, Outcome.NotTested? why) = await LoginProbe.OpenAsync(context, identity, cancellationToken, evenAlike: true).ConfigureAwait(false);
        if (probe is null)
        {
            return [Of("known", declared), Of("guessed", why!)]; // one of the two is given
        }

        await using (probe.ConfigureAwait(false))
        {
            if (probe.Alike)
            {
                // Some logins answer everybody alike and tell later: only what the cookie opens is a proof.
                return [Of("known", declared), Of("any", await OpensAsync(context, identity, probe, cancellationToken).ConfigureAwait(false))];
            }

            return probe.Wrong is { } wrong && probe.Entered(wrong) == true
                ? [Of("known", declared), Of("any", new Outcome.Failed(Found(identity, "a random password", probe.Right, wrong)))]
                : [Of("known", declared), Of("any", new Outcome.Passed()), Of("guessed", await GuessAsync(probe, identity, user, cancellationToken).ConfigureAwait(false))];
        }
    }

    private static async Task<Outcome> OpensAsync(CheckContext context, Identity identity, LoginProbe probe, CancellationToken cancellationToken)
    {
        const string Undecided = "the answers to a right and to a wrong login cannot be told apart";
        Changes.Browser right = Changes.Browser.Of(identity, [.. Changes.SetCookie.In(probe.Right.Answer, context.Time.GetUtcNow()).Where(cookie => !cookie.Removes)], probe.Right);
        (Sessions.SessionPage? page, string? _) = await Sessions.SessionPage.FindAsync(context, right, cancellationToken).ConfigureAwait(false);
        Changes.SetCookie? wrong = Changes.SetCookie.In(probe.Wrong?.Answer, context.Time.GetUtcNow()).FirstOrDefault(cookie => cookie is { LooksLikeSession: true, Removes: false });
        if (page is null || wrong is null || probe.Wrong is not { } exchange)
        {
            return new Outcome.NotTested(Undecided);
        }

        exchange.Redaction.Learn(wrong.Value);
        return await page.JudgeAsync(context, identity, "the session after a random password", wrong, cancellationToken).ConfigureAwait(false) switch
        {
            Oracle.Verdict.Accepted accepted => new Outcome.Failed(Found(identity, "a random password", probe.Right, exchange) with { Evidence = [probe.Right.ToEvidence(), exchange.ToEvidence(), accepted.Exchange.ToEvidence()] }),
            Oracle.Verdict.Rejected => new Outcome.Passed(),
            _ => new Outcome.NotTested(Undecided),
        };
    }

    /// <summary>What the declared password says, and whether it is a usual one that was refused: then there is no right login to compare others with.</summary>
    private static async Task<(Outcome Outcome, bool Refused)> DeclaredAsync(CheckContext context, Identity identity, Login login, string? user, CancellationToken cancellationToken)
    {
        if (LoginRequest.PasswordOf(login) is not { } password)
        {
            if (LoginRequest.HasNoSecret(login) && await EntersAsync(context, identity, login, cancellationToken).ConfigureAwait(false))
            {
                return (new Outcome.NotApplicable($"the login of {identity.Name} is let in without a password: {string.Join(", ", LoginRequest.Fields(login))} are all that it sends"), false);
            }

            return (new Outcome.NotTested("it is not to be seen which field of the login is the password") { Needs = ["a field named password"] }, false);
        }

        string given = password.Reveal();
        bool known = s_known.Contains(given, StringComparer.OrdinalIgnoreCase) || given.Equals(user, StringComparison.OrdinalIgnoreCase) || given.Equals(identity.Name, StringComparison.OrdinalIgnoreCase);
        if (context.Transport.LoginsOf(identity) is not { } trials)
        {
            return (new Outcome.NotTested($"{identity.Name} has no login"), false);
        }

        await using (trials.ConfigureAwait(false))
        {
            Exchange? right = await trials.TryAsync(new() { Title = $"login of {identity.Name} as declared" }, cancellationToken).ConfigureAwait(false);
            bool entered = HasEntered(context, login, right);
            return (known, entered) switch
            {
                (true, true) => (new Outcome.Failed(new Flaw
                {
                    Expected = "Passwords that are in every list open no account.",
                    Observed = $"The declared password of {identity.Name} is one of the most usual ones, or the login name, and it was let in ({right?.Summary}).",
                    Confidence = Confidence.Confirmed,
                    Evidence = right is null ? [] : [right.ToEvidence()],
                }), false),
                // A declared default that is refused is what was hoped for.
                (true, false) when right is not null && Oracle.VerdictRules.Refused(right) is not null => (new Outcome.Passed(), true),
                (_, true) => (new Outcome.Passed(), false),
                _ => (new Outcome.NotTested($"the declared login of {identity.Name} got: {right?.Summary}") { Needs = [$"identities.{identity.Name}.login"] }, false),
            };
        }
    }

    private static async Task<bool> EntersAsync(CheckContext context, Identity identity, Login login, CancellationToken cancellationToken)
    {
        if (context.Transport.LoginsOf(identity) is not { } trials)
        {
            return false;
        }

        await using (trials.ConfigureAwait(false))
        {
            return HasEntered(context, login, await trials.TryAsync(new() { Title = $"login of {identity.Name} as declared" }, cancellationToken).ConfigureAwait(false));
        }
    }

    private static bool HasEntered(CheckContext context, Login login, Exchange? right) => right?.Answer is { Status: >= 200 and < 400 } answer
        && (login.TokenMember is { } member ? Changes.SampleFields.Object(answer)?[member]?.ToString() is { Length: > 0 } : Changes.SetCookie.In(answer, context.Time.GetUtcNow()).Any(cookie => !cookie.Removes));

    private static async Task<Outcome> GuessAsync(LoginProbe probe, Identity identity, string? user, CancellationToken cancellationToken)
    {
        string? doubt = null;
        int tried = 0;
        foreach (string guess in new[] { user, "password", "123456", "admin" }.OfType<string>().Distinct(StringComparer.Ordinal).Take(MaxGuesses))
        {
            (Exchange exchange, bool? entered) = await probe.TryAsync(new() { Title = "one of the most usual passwords", Password = new Secret(guess) }, cancellationToken).ConfigureAwait(false);
            if (entered == true)
            {
                return new Outcome.Failed(Found(identity, guess == user ? "the login name as password" : "one of the three most usual passwords", probe.Right, exchange));
            }

            tried += entered == false && !LoginSignature.IsLimited(exchange) ? 1 : 0;
            doubt ??= entered is null ? exchange.Summary : null;
        }

        return doubt is not null ? new Outcome.NotTested($"a guess got: {doubt}") : tried > 0 ? new Outcome.Passed() : new Outcome.NotTested("the login is limited: no guess was looked at");
    }

    private static Flaw Found(Identity identity, string what, Exchange right, Exchange exchange) => new()
    {
        Expected = "Only the account's own password opens it.",
        Observed = $"The login of {identity.Name} with {what} was let in like the right one ({exchange.Summary}).",
        Confidence = Confidence.Confirmed,
        Evidence = [right.ToEvidence(), exchange.ToEvidence()],
    };
}
