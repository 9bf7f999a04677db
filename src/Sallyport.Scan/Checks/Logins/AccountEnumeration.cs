using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Logins;

/// <summary>AUTH-004: whether login, reset or registration tell which accounts exist.</summary>
internal sealed partial class AccountEnumeration : Check
{
    private const int Samples = 20;
    private const int Pairs = 3;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTH-004",
        Title = "It can be told which accounts exist",
        Category = Category.Authentication,
        Severity = Severity.Low,
        Variants =
        [
            new("login", "The login answers otherwise for accounts that exist", Severity.Low),
            new("login-time", "The login takes another time for accounts that exist", Severity.Low),
            new("reset", "The reset answers otherwise for accounts that exist", Severity.Low),
            new("register", "The registration answers otherwise for accounts that exist", Severity.Low),
        ],
        Standards = new() { Cwe = [204, 208], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["6.3.8"] },
        Mode = ScanMode.Active,
        Needs = [Need.Disposable],
        Why = "A server that says which names it knows hands attackers the list for guessing passwords and for letters that look genuine. The time that a password takes to be hashed says the same when it is hashed for known names only.",
        Impact = "The list of the users is read out, name by name.",
        How = "With an account of the scanner's own, or a disposable identity, and names of nobody: wrong logins, a reset and a registration are sent for both, three times. Names that are echoed and what differs between two unknown names are left out. A difference each time is a finding; so is a median time of twenty wrong logins more than three standard deviations, and 10 ms, apart. Times that scatter too much to tell decide nothing. A limit that comes for both alike ends the samples.",
        Sources = ["CWE-204", "CWE-208", "OWASP Authentication Cheat Sheet"],
        Remedies = SlowLogins.Alike,
    };

    /// <inheritdoc/>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (LoginProbe.Disposable(context) is not { } identity || context.Transport.LoginsOf(identity) is not { } trials)
        {
            return LoginProbe.Missing();
        }

        await using (trials.ConfigureAwait(false))
        {
            Registration? registration = Registration.Find(context);
            (OwnAccount? own, string? _) = registration is null ? (null, null) : await OwnAccount.MakeAsync(context, registration, Registration.StrongPassword(), identity, cancellationToken).ConfigureAwait(false);
            try
            {
                // An account of our own can be locked without harm to other checks.
                string? known = own?.User ?? LoginRequest.UserOf(identity.Login!); // Disposable looked
                if (known is null)
                {
                    return CheckResult.NotTested("it is not to be seen which field of the login is the name", "a field named login, username or email");
                }

                List<ProbeResult> probes = [];
                (Outcome answers, Outcome time) = await LoginAsync(trials, identity, known, own is not null, cancellationToken).ConfigureAwait(false);
                probes.Add(new(answers) { Variant = "login", Operation = $"POST {identity.Login?.Path}" });
                probes.Add(new(time) { Variant = "login-time", Operation = $"POST {identity.Login?.Path}" });
                if (Reset(context) is { } reset)
                {
                    probes.Add(await PagesAsync(context, identity, "reset", reset, known, cancellationToken).ConfigureAwait(false));
                }

                if (registration is not null && own is not null)
                {
                    probes.Add(await PagesAsync(context, identity, "register", new(registration.Operation, registration.PasswordFields.Aggregate(registration.Fields, (fields, name) => fields.With(name, Registration.StrongPassword().Reveal())), registration.UserField.Name), known, cancellationToken).ConfigureAwait(false));
                }

                return new() { Probes = [.. probes] };
            }
            finally
            {
                if (own is not null)
                {
                    await own.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    private static Page? Reset(CheckContext context) => context.Api.Operations.Where(one => one.Method == "POST" && ResetWords().IsMatch(one.PathTemplate) && !ConfirmWords().IsMatch(one.PathTemplate))
        .Select(one => (Operation: one, Fields: SampleFields.Of(one, null, null)))
        .Where(one => one.Fields.All.Any(field => LoginRequest.NamesUser(field.Name)))
        .Select(one => new Page(one.Operation, one.Fields, one.Fields.All.First(field => LoginRequest.NamesUser(field.Name)).Name)).FirstOrDefault();

    private static string Nobody(string known) => known.Contains('@', StringComparison.Ordinal) ? $"{CanaryText.Name()}@{known[(known.IndexOf('@', StringComparison.Ordinal) + 1)..]}" : CanaryText.Name();

    private static async Task<(Outcome Answers, Outcome Time)> LoginAsync(LoginTrials trials, Identity identity, string known, bool own, CancellationToken cancellationToken)
    {
        string nobody = Nobody(known);
        List<Exchange> ofKnown = [];
        List<Exchange> ofNobody = [];
        bool limited = false;
        for (int i = 0; i < Samples && !limited; i++)
        {
            // Whoever comes first changes from pair to pair: what drifts meets both.
            bool first = i % 2 == 0;
            foreach (bool existing in (bool[])[first, !first])
            {
                LoginTrial trial = new() { Title = existing ? "wrong login, known name" : "wrong login, name of nobody", User = existing ? known : nobody, Password = new Secret(CanaryText.Random()), OfOwnAccount = own && existing };
                Exchange? exchange = await trials.TryAsync(trial, cancellationToken).ConfigureAwait(false);
                if (exchange?.Answer is null or { Status: >= 500 })
                {
                    Outcome broken = new Outcome.NotTested($"a wrong login got: {exchange?.Summary ?? "nothing: which field is the name is not to be seen"}");
                    return (broken, broken);
                }

                (existing ? ofKnown : ofNobody).Add(exchange);
            }

            limited = LoginSignature.IsLimited(ofKnown[^1]) || LoginSignature.IsLimited(ofNobody[^1]);
        }

        Outcome answers = Compare(ofKnown, ofNobody, known, nobody, identity.Name, limited);
        if (limited || ofKnown.Count < Samples)
        {
            return (answers, new Outcome.NotTested($"the login is limited after {ofKnown.Count} wrong logins: too few to compare times"));
        }

        return (answers, Times(ofKnown, ofNobody));
    }

    private static Outcome Compare(List<Exchange> ofKnown, List<Exchange> ofNobody, string known, string nobody, string name, bool limited)
    {
        if (limited && LoginSignature.IsLimited(ofKnown[^1]) != LoginSignature.IsLimited(ofNobody[^1]))
        {
            return ofKnown.Count > 1
                ? new Outcome.Failed(Found($"After {ofKnown.Count} wrong logins the one is limited, the other is not.", ofKnown[^1], ofNobody[^1]))
                : new Outcome.NotTested("the login was limited from the start");
        }

        int usable = limited ? ofKnown.Count - 1 : ofKnown.Count;
        if (usable < 2)
        {
            return new Outcome.NotTested("the login is limited: too few answers to compare") { Needs = ["another disposable identity"] };
        }

        return Differs(ofKnown[..usable], ofNobody[..usable], known, nobody) is { } how ? new Outcome.Failed(Found(how, ofKnown[0], ofNobody[0])) : new Outcome.Passed();
    }

    /// <summary>How the answers for a known name differ from those for nobody, each time; <c>null</c> when they do not.</summary>
    private static string? Differs(List<Exchange> ofKnown, List<Exchange> ofNobody, string known, string nobody)
    {
        ImmutableArray<HttpAnswer> one = [.. ofKnown.Select(exchange => Without(exchange.Answer, known)).OfType<HttpAnswer>().Take(Pairs)];
        ImmutableArray<HttpAnswer> two = [.. ofNobody.Select(exchange => Without(exchange.Answer, nobody)).OfType<HttpAnswer>().Take(Pairs)];
        if (two.All(answer => answer.Status == two[0].Status) && one.All(answer => answer.Status == one[0].Status) && one[0].Status != two[0].Status)
        {
            return $"The known name is answered {one[0].Status}, that of nobody {two[0].Status}.";
        }

        // What differs between two calls for nobody is not about the name.
        return two.Length >= 2 && one[0].Status == two[0].Status && AnswerShape.Learn(two[0], two[1]) is { } shape && two.All(shape.Matches) && one.All(answer => !shape.Matches(answer))
            ? $"Both are answered {one[0].Status}, with another body for the known name."
            : null;
    }

    private static HttpAnswer? Without(HttpAnswer? answer, string name) => answer is null
        ? null
        : answer with { Body = Encoding.UTF8.GetBytes(AnswerShape.Text(answer).Replace(name, "NAME", StringComparison.OrdinalIgnoreCase)) };

    private static Outcome Times(List<Exchange> ofKnown, List<Exchange> ofNobody)
    {
        LoginTimes times = LoginTimes.Of(ofKnown.Select(exchange => exchange.Duration), ofNobody.Select(exchange => exchange.Duration));
        return times switch
        {
            { Differ: true } => new Outcome.Failed(Found($"{times}.", ofKnown[0], ofNobody[0])),
            { AreAlike: true } => new Outcome.Passed(),
            _ => new Outcome.NotTested($"{times}: they scatter too much to tell") { Needs = ["a scan while the server and the way to it have little else to do"] },
        };
    }

    private static async Task<ProbeResult> PagesAsync(CheckContext context, Identity identity, string variant, Page page, string known, CancellationToken cancellationToken)
    {
        List<Exchange> ofKnown = [];
        List<Exchange> ofNobody = [];
        string last = "";
        for (int i = 0; i < Pairs; i++)
        {
            last = Nobody(known);
            ofKnown.Add(Renamed(await Registration.SendAsync(context, identity, $"{variant}, known name", page.Operation, page.Fields.With(page.User, known), null, cancellationToken).ConfigureAwait(false), known));
            ofNobody.Add(Renamed(await Registration.SendAsync(context, identity, $"{variant}, name of nobody", page.Operation, page.Fields.With(page.User, last), null, cancellationToken).ConfigureAwait(false), last));
        }

        Exchange? broken = ofKnown.Concat(ofNobody).FirstOrDefault(exchange => exchange.Answer is null or { Status: >= 500 or 404 or 408 or 429 });
        Outcome outcome = broken is not null ? new Outcome.NotTested($"the {variant} got: {broken.Summary}")
            : Differs(ofKnown, ofNobody, known, last) is { } how ? new Outcome.Failed(Found(how, ofKnown[0], ofNobody[0]))
            : new Outcome.Passed();
        return new(outcome) { Variant = variant, Operation = page.Operation.Name };
    }

    private static Exchange Renamed(Exchange exchange, string name) => exchange.Http is HttpOutcome.Answered answered && Without(answered.Answer, name) is { } answer ? exchange with { Http = new HttpOutcome.Answered(answer) } : exchange;

    private static Flaw Found(string how, Exchange known, Exchange nobody) => new()
    {
        Expected = "Known and unknown names are answered alike, and as fast.",
        Observed = how,
        Confidence = Confidence.Firm,
        Evidence = [known.ToEvidence(), nobody.ToEvidence()],
    };

    [GeneratedRegex(@"reset|forgot|recover|remind", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ResetWords();

    [GeneratedRegex(@"confirm|complete|verify|finish|/set|change|\{", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ConfirmWords();

    private sealed record Page(Operation Operation, BodyFields Fields, string User);
}
