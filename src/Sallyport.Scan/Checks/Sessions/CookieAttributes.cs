using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Sessions;

/// <summary>CSRF-004: what the server says of its session cookies.</summary>
internal sealed class CookieAttributes : Check
{
    private const int MaxReads = 12;
    private static readonly TimeSpan s_longLife = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "CSRF-004",
        Title = "A session cookie is not kept to its place",
        Category = Category.Sessions,
        Severity = Severity.Medium,
        Variants =
        [
            new("secure", "The session cookie also goes over plain HTTP", Severity.Medium),
            new("httponly", "Scripts can read the session cookie", Severity.Medium),
            new("samesite", "The session cookie goes with other sites' requests", Severity.Medium),
            new("domain", "The session cookie goes to every host of the domain", Severity.Medium),
            new("life", "The session cookie lives on for more than 30 days", Severity.Low),
            new("prefix", "The session cookie's name does not bind it to the host", Severity.Low),
        ],
        Standards = new() { Cwe = [614, 1004, 1275], OwaspApi = ["API8:2023"], PciDss = ["6.2.4", "8.2.8"], Asvs = ["3.3.1", "3.3.2", "3.3.3", "3.3.4"] },
        Needs = [Need.Caller],
        Why = "Whoever has a session cookie is the user. Without Secure it crosses the network in the clear, without HttpOnly any script of the page reads it, with SameSite=None it goes with requests of every site, and with a Domain every sibling host gets it and can replace it. "
            + "The prefix __Host- makes the browser itself refuse a cookie that was set any other way.",
        Impact = "The session is stolen or replaced by whoever controls the network, a script in the page, or a sibling host.",
        How = "The cookies that the configured logins and the API's own reads set are looked at; nothing is sent that other checks do not send too. A cookie counts as a session when its name says so or its value is long; tokens against forgery do not. "
            + "A cookie that says no SameSite is low: some browsers take Lax then, others send it everywhere. Each attribute is a variant of its own.",
        Sources = ["RFC 6265, section 4.1.2", "RFC 6265bis, sections 4.1.2.7 and 4.1.3", "OWASP Session Management Cheat Sheet"],
        Remedies = KeepSessions.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        (ImmutableArray<Seen> seen, string? doubt) = await CookiesAsync(context, cancellationToken).ConfigureAwait(false);
        if (seen.IsEmpty)
        {
            return doubt is null
                ? CheckResult.NotApplicable("no login and no answer sets a session cookie")
                : CheckResult.NotTested($"no session cookie was seen, but not all could be looked at: {doubt}", "identities.NAME.login");
        }

        List<ProbeResult> probes = [];
        foreach (Seen one in seen)
        {
            foreach (CheckVariant variant in Info.Variants)
            {
                string? wrong = Wrong(variant.Slug, one.Cookie);
                probes.Add(new(wrong is null ? new Outcome.Passed() : new Outcome.Failed(new Flaw
                {
                    Expected = "__Host- name, Secure, HttpOnly, SameSite=Lax or Strict, no Domain, and a life of a session.",
                    Observed = $"The cookie {one.Cookie.Name} {wrong}.",
                    Confidence = Confidence.Confirmed,
                    Severity = variant.Slug == "samesite" && one.Cookie.SameSite is null ? Severity.Low : null,
                    Evidence = [one.Exchange.ToEvidence()],
                }))
                { Variant = variant.Slug, Operation = one.Operation, Identity = one.Identity });
            }
        }

        return new() { Probes = [.. probes] };
    }

    private static string? Wrong(string variant, SetCookie cookie) => variant switch
    {
        "secure" when !cookie.Secure => "is set without Secure",
        "httponly" when !cookie.HttpOnly => "is set without HttpOnly",
        "samesite" when cookie.SameSite == "none" => "is set with SameSite=None",
        "samesite" when cookie.SameSite is null => "is set without SameSite",
        "domain" when cookie.Domain is { } domain => $"is set with Domain={domain}",
        "life" when cookie.Life > s_longLife => FormattableString.Invariant($"lives {cookie.Life.Value.TotalDays:0} days"),
        // Where the other attributes are missing the prefix could not be there: that is said already.
        "prefix" when cookie is { Secure: true, Domain: null } && !cookie.Name.StartsWith("__Host-", StringComparison.Ordinal) && !cookie.Name.StartsWith("__Secure-", StringComparison.Ordinal)
            => "could be set by a sibling host too: its name has no __Host- prefix",
        _ => null,
    };

    private static async Task<(ImmutableArray<Seen> Seen, string? Doubt)> CookiesAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<Seen> seen = [];
        string? doubt = null;
        void Look(Exchange exchange, string operation, string? identity) => seen.AddRange(
            SetCookie.In(exchange.Answer, context.Time.GetUtcNow()).Where(cookie => cookie is { LooksLikeSession: true, Removes: false } && seen.All(one => one.Cookie.Name != cookie.Name))
                .Select(cookie => new Seen(cookie, exchange, operation, identity)));

        foreach (Identity identity in context.Api.Identities.Where(one => one.Login is not null).Take(3))
        {
            if (context.Transport.LoginsOf(identity) is not { } logins)
            {
                continue;
            }

            await using (logins.ConfigureAwait(false))
            {
                Exchange? login = await logins.TryAsync(new() { Title = $"login of {identity.Name}" }, cancellationToken).ConfigureAwait(false);
                doubt ??= login?.Answer is null ? login?.Summary : null;
                if (login is not null)
                {
                    Look(login, $"POST {identity.Login?.Path}", identity.Name);
                }
            }
        }

        Identity? asker = context.Api.First;
        foreach (Operation read in context.Api.Operations.Where(one => one.Method == "GET").Take(MaxReads))
        {
            if (asker is null || context.Api.AskFor(read, asker, Actor.Of(asker)) is not { } ask)
            {
                continue;
            }

            Exchange exchange = await context.Transport.ExchangeAsync(ask with { Reusable = true }, cancellationToken).ConfigureAwait(false);
            doubt ??= exchange.Answer is null ? exchange.Summary : null;
            Look(exchange, read.Name, asker.Name);
        }

        return ([.. seen], doubt);
    }

    private sealed record Seen(SetCookie Cookie, Exchange Exchange, string Operation, string? Identity);
}
