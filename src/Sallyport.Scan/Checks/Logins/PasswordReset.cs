using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
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

/// <summary>AUTH-007: whether a password reset can be done by whoever asks for it.</summary>
internal sealed partial class PasswordReset : Check
{
    private const double EnoughBits = 64;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTH-007",
        Title = "A password reset is for whoever asks",
        Category = Category.Authentication,
        Severity = Severity.High,
        Variants =
        [
            new("in-answer", "The token of a reset stands in the answer", Severity.High),
            new("reusable", "The token of a reset is good again", Severity.High),
            new("short", "The token of a reset can be guessed", Severity.High),
            new("host", "The link of a reset leads where the Host header says", Severity.High),
        ],
        Standards = new() { Cwe = [640], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["6.4.1", "6.4.3"] },
        Mode = ScanMode.Active,
        Needs = [Need.Operations, Need.Disposable],
        Why = "The token of a reset replaces the password, so it may reach nobody but the owner's mailbox. A token in the answer, one that can be used again or guessed, or a link built from the Host header of whoever asked gives the account away.",
        Impact = "Anybody's account is taken over with its name alone.",
        How = "For an account of the scanner's own (or a disposable identity without one) a reset is asked for. A text in the answer that differs each time and stands under a telling name is tried as the token: when a new password set with it opens the login, it is proved; then it is tried again, and its size is measured. "
            + "The reset is asked for once more with Host and X-Forwarded-Host of our own: found in the answer, or called by the target, it is a finding.",
        Sources = ["CWE-640", "OWASP Forgot Password Cheat Sheet", "James Kettle, Practical HTTP Host header attacks (2013)"],
        Remedies = SlowLogins.Resets,
    };

    /// <inheritdoc/>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (Reset(context) is not { } reset)
        {
            return CheckResult.NotTested("no operation is known that resets passwords", "a description with it, and with its body: spec");
        }

        if (LoginProbe.Disposable(context) is not { } identity)
        {
            return LoginProbe.Missing();
        }

        (OwnAccount? own, string? _) = Registration.Find(context) is { } registration
            ? await OwnAccount.MakeAsync(context, registration, Registration.StrongPassword(), identity, cancellationToken).ConfigureAwait(false)
            : (null, null);
        try
        {
            string? user = own?.User ?? LoginRequest.UserOf(identity.Login!); // Disposable looked
            if (user is null)
            {
                return CheckResult.NotTested("it is not to be seen which field of the login is the name", "a field named login, username or email");
            }

            return await ProbeAsync(context, reset, identity, own, user, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (own is not null)
            {
                await own.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static (Operation Operation, BodyFields Fields, string User)? Reset(CheckContext context)
    {
        foreach (Operation operation in context.Api.Operations.Where(one => one.Method == "POST" && ResetWords().IsMatch(one.PathTemplate) && !ConfirmWords().IsMatch(one.PathTemplate)))
        {
            BodyFields fields = SampleFields.Of(operation, null, null);
            if (fields.All.FirstOrDefault(field => LoginRequest.NamesUser(field.Name)) is { } user)
            {
                return (operation, fields, user.Name);
            }
        }

        return null;
    }

    private static async Task<CheckResult> ProbeAsync(CheckContext context, (Operation Operation, BodyFields Fields, string User) reset, Identity identity, OwnAccount? own, string user, CancellationToken cancellationToken)
    {
        ProbeResult Of(string variant, Outcome outcome) => new(outcome) { Variant = variant, Operation = reset.Operation.Name };
        Task<Exchange> AskAsync(string title, string name, Func<RawHttpRequest, RawHttpRequest>? change = null) =>
            Registration.SendAsync(context, identity, title, reset.Operation, reset.Fields.With(reset.User, name), change, cancellationToken);

        Exchange first = await AskAsync("reset", user).ConfigureAwait(false);
        Exchange second = await AskAsync("reset, again", user).ConfigureAwait(false);
        if (first.Answer is not { Status: >= 200 and < 400 } || second.Answer is not { Status: >= 200 and < 400 })
        {
            return new() { Probes = [Of("in-answer", new Outcome.NotTested($"the reset got: {first.Summary}, then {second.Summary}"))] };
        }

        List<ProbeResult> probes = [];
        (string Place, string Token)? token = Tokens(second.Answer).Where(one => Tokens(first.Answer).Any(other => other.Place == one.Place && other.Token != one.Token)).Cast<(string, string)?>().FirstOrDefault();
        if (token is not { } found)
        {
            probes.Add(Of("in-answer", new Outcome.Passed()));
            // What goes out by mail only the mailbox could show.
            probes.Add(Of("reusable", new Outcome.NotTested("the token does not stand in the answer, so it could not be tried twice")));
        }
        else
        {
            second.Redaction.Learn(found.Token);
            probes.AddRange(await UseAsync(context, identity, own, second, found, Of, cancellationToken).ConfigureAwait(false));
        }

        probes.Add(Of("host", await HostAsync(context, AskAsync, user, first, cancellationToken).ConfigureAwait(false)));
        return new() { Probes = [.. probes] };
    }

    private static async Task<IEnumerable<ProbeResult>> UseAsync(CheckContext context, Identity identity, OwnAccount? own, Exchange answered, (string Place, string Token) found, Func<string, Outcome, ProbeResult> of, CancellationToken cancellationToken)
    {
        Flaw flaw = new()
        {
            Expected = "The answer to a reset says nothing but that a mail may be under way.",
            Observed = $"The answer holds a text under {found.Place} that differs each time.",
            Confidence = Confidence.Firm,
            Evidence = [answered.ToEvidence()],
        };
        double bits = Bits(found.Token);
        ProbeResult small = of("short", bits >= EnoughBits ? new Outcome.Passed() : new Outcome.Failed(new Flaw
        {
            Expected = "A token of a reset has 64 random bits at least.",
            Observed = FormattableString.Invariant($"The token has {found.Token.Length} characters of its kind: {bits:0} bits at most."),
            Confidence = Confidence.Firm,
            Evidence = [answered.ToEvidence()],
        }));
        Operation? confirm = context.Api.Operations.FirstOrDefault(one => one.Method is "POST" or "PUT" && ResetWords().IsMatch(one.PathTemplate) && ConfirmWords().IsMatch(one.PathTemplate));
        BodyFields? fields = confirm is null ? null : SampleFields.Of(confirm, null, null);
        string? tokenField = fields?.All.FirstOrDefault(field => TokenName().IsMatch(field.Name) && !LoginRequest.NamesPassword(field.Name))?.Name;
        if (confirm is null || fields is null || own is null || (tokenField is null && !confirm.PathTemplate.Contains('{')))
        {
            return [of("in-answer", new Outcome.Failed(flaw)), small, of("reusable", new Outcome.NotTested("how a reset is completed is not known, or no account of the scanner's own could be made") { Needs = ["a description with the operation that takes the token, and a registration"] })];
        }

        async Task<(Exchange Confirmed, Exchange Login, bool Changed)> SetAsync(string title)
        {
            Secret password = Registration.StrongPassword();
            BodyFields filled = fields.All.Where(field => LoginRequest.NamesPassword(field.Name)).Aggregate(fields, (all, field) => all.With(field.Name, password.Reveal()));
            filled = tokenField is null ? filled : filled.With(tokenField, found.Token);
            Identity with = identity with { Values = PathNames().Matches(confirm.PathTemplate).Aggregate(identity.Values, (values, match) => values.SetItem(match.Groups["name"].Value, found.Token)) };
            Exchange confirmed = await Registration.SendAsync(context, with, title, confirm, filled, null, cancellationToken).ConfigureAwait(false);
            (Exchange login, bool? entered) = await own.LogInAsync("login with the new password", own.User, password, cancellationToken).ConfigureAwait(false);
            return (confirmed, login, entered == true);
        }

        (Exchange confirmed, Exchange login, bool changed) = await SetAsync("set a new password with it").ConfigureAwait(false);
        if (!changed)
        {
            return [of("in-answer", new Outcome.NotTested($"a text in the answer looks like a token, but no new password could be set with it: {confirmed.Summary}, login: {login.Summary}"))];
        }

        (Exchange again, Exchange after, bool reusable) = await SetAsync("set another password with the same").ConfigureAwait(false);
        return
        [
            of("in-answer", new Outcome.Failed(flaw with { Observed = $"The answer holds the token under {found.Place}: a new password was set with it and opens the login.", Confidence = Confidence.Confirmed, Evidence = [answered.ToEvidence(), confirmed.ToEvidence(), login.ToEvidence()] })),
            small,
            of("reusable", reusable
                ? new Outcome.Failed(new Flaw { Expected = "A token of a reset is good once.", Observed = "A second new password was set with the same token and opens the login.", Confidence = Confidence.Confirmed, Evidence = [confirmed.ToEvidence(), again.ToEvidence(), after.ToEvidence()] })
                : new Outcome.Passed()),
        ];
    }

    private static async Task<Outcome> HostAsync(CheckContext context, Func<string, string, Func<RawHttpRequest, RawHttpRequest>?, Task<Exchange>> askAsync, string user, Exchange control, CancellationToken cancellationToken)
    {
        CallbackUrl? callback = context.Callback?.Mint("the link of a password reset");
        string host = callback is not null && Uri.TryCreate(callback.Url, UriKind.Absolute, out Uri? url) ? url.Authority : "reset.evil.example";
        List<Exchange> seen = [];
        foreach ((string title, Func<RawHttpRequest, RawHttpRequest> change) in ((string, Func<RawHttpRequest, RawHttpRequest>)[])
        [
            ("reset, with another Host", request => request with { Host = host }),
            ("reset, with X-Forwarded-Host", request => request with { Headers = [.. request.Headers, new("x-forwarded-host", host), new("forwarded", $"host=\"{host}\"")] }),
        ])
        {
            Exchange exchange = await askAsync(title, user, change).ConfigureAwait(false);
            if (exchange.Answer is { } answer && (AnswerShape.Text(answer) + answer.Header("location")).Contains(host, StringComparison.OrdinalIgnoreCase) && exchange.Status is >= 200 and < 400)
            {
                return new Outcome.Failed(Found(title, "the answer holds it in its link", control, exchange));
            }

            seen.Add(exchange);
        }

        if (callback is not null && context.Callback is { } listener && seen.Any(exchange => exchange.Status is >= 200 and < 400) && await listener.WaitAsync(callback, cancellationToken).ConfigureAwait(false) is { } hit)
        {
            return new Outcome.Failed(Found("a reset with another Host", "the target called it", control, seen[0]) with { Evidence = [control.ToEvidence(), seen[0].ToEvidence(), hit.ToEvidence()] });
        }

        // A link that goes out by mail is seen by its reader only; where the other host is refused nothing goes out.
        return seen.All(exchange => exchange.Answer is { Status: >= 400 and < 500 and not (408 or 429) }) || Tokens(control.Answer).Any(one => one.Token.Contains("://", StringComparison.Ordinal))
            ? new Outcome.Passed()
            : seen.Any(exchange => exchange.Answer is null) ? new Outcome.NotTested($"with another Host it got: {seen.First(exchange => exchange.Answer is null).Summary}")
            : new Outcome.NotTested("the link goes out by mail: whether it leads to the other host only the mailbox shows");
    }

    private static Flaw Found(string title, string how, Exchange control, Exchange exchange) => new()
    {
        Expected = "Links are built from a configured address.",
        Observed = $"In {title} our host came back: {how}.",
        Confidence = Confidence.Confirmed,
        Evidence = [control.ToEvidence(), exchange.ToEvidence()],
    };

    private static IEnumerable<(string Place, string Token)> Tokens(HttpAnswer? answer)
    {
        if (SampleFields.Object(answer) is { } body)
        {
            foreach ((string name, JsonNode? value) in body.Where(member => TokenName().IsMatch(member.Key) && member.Value is JsonValue))
            {
                string text = value!.ToString(); // a JsonValue
                yield return ($"\"{name}\"", Uri.TryCreate(text, UriKind.Absolute, out Uri? link) && link.Scheme is "http" or "https" ? InLink(text) ?? text : text);
            }
        }

        if (answer?.Header("location") is { } location && InLink(location) is { } inLocation)
        {
            yield return ("Location", inLocation);
        }
    }

    private static string? InLink(string link) => LinkToken().Match(link) is { Success: true } match ? Uri.UnescapeDataString(match.Groups["token"].Value) : null;

    /// <summary>The most that a text of its length and characters can hold.</summary>
    private static double Bits(string token)
    {
        string plain = token.Replace("-", "", StringComparison.Ordinal);
        int alphabet = plain.All(char.IsAsciiDigit) ? 10 : plain.All(char.IsAsciiHexDigit) ? 16 : plain.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) || plain.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)) ? 36 : 64;
        return plain.Length * Math.Log2(alphabet);
    }

    [GeneratedRegex(@"reset|forgot|recover|remind", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ResetWords();

    [GeneratedRegex(@"confirm|complete|verify|finish|/set|change|\{", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ConfirmWords();

    [GeneratedRegex(@"token|code|link|url|key|otp|pin|secret", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex TokenName();

    [GeneratedRegex(@"(?:[?&](?:token|code|key|t|k)=|/reset[^/]*/)(?<token>[^&/#\s]{4,})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex LinkToken();

    [GeneratedRegex(@"\{(?<name>[^{}]+)\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PathNames();
}
