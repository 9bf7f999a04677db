using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Logins;

/// <summary>AUTH-006: whether an account can be made with a password that everybody tries.</summary>
internal sealed class WeakRegistration : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTH-006",
        Title = "Accounts can be made with weak passwords",
        Category = Category.Authentication,
        Severity = Severity.Medium,
        Variants =
        [
            new("common", "A password from every list is taken", Severity.Medium),
            new("short", "A password of one character is taken", Severity.Medium),
            new("same-as-name", "The login name is taken as password", Severity.Medium),
        ],
        Standards = new() { Cwe = [521], OwaspApi = ["API2:2023"], PciDss = ["8.3.6"], Asvs = ["6.2.1", "6.2.4"] },
        Mode = ScanMode.Active,
        Needs = [Need.Operations],
        Why = "Whatever a site says about passwords, users take the shortest that it lets them. Passwords from the lists of the most usual ones are tried first by everybody.",
        Impact = "Accounts of careless users are taken over.",
        How = "An account of the scanner's own is registered with a strong password and logged in to: the control. Then accounts are registered with 123456, with one character, and with their own name as password. Only a registration after which the login works is a finding. The accounts have names that begin with sallyport.",
        Sources = ["PCI DSS 4.0.1, 8.3.6", "NIST SP 800-63B, section 5.1.1.2", "OWASP ASVS 5.0, 6.2"],
        Remedies = SlowLogins.Passwords,
    };

    /// <inheritdoc/>
    public override bool RunsAlone => true;

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (Registration.Find(context) is not { } registration)
        {
            return CheckResult.NotTested("no operation is known that registers accounts", "a description with it, and with its body: spec");
        }

        (OwnAccount? account, string? why) = await OwnAccount.MakeAsync(context, registration, Registration.StrongPassword(), null, cancellationToken).ConfigureAwait(false);
        if (account is null)
        {
            return CheckResult.NotTested($"the control account could not be made and logged in to: {why}", "identities.NAME.login, whose fields are those of the registered accounts");
        }

        await using (account.ConfigureAwait(false))
        {
            List<ProbeResult> probes = [];
            foreach (string variant in (string[])["common", "short", "same-as-name"])
            {
                probes.Add(context.Keep(await ProbeAsync(context, registration, account, variant, cancellationToken).ConfigureAwait(false)));
            }

            return new() { Probes = [.. probes] };
        }
    }

    private static async Task<ProbeResult> ProbeAsync(CheckContext context, Registration registration, OwnAccount control, string variant, CancellationToken cancellationToken)
    {
        string user = registration.NewUser();
        Secret password = new(variant switch { "common" => "123456", "short" => "a", _ => user });
        Exchange registered = await registration.RegisterAsync(context, control.Identity, $"register, password {variant}", user, password, cancellationToken).ConfigureAwait(false);
        return new(await JudgeAsync(control, registered, user, password, variant, cancellationToken).ConfigureAwait(false)) { Variant = variant, Operation = registration.Operation.Name };
    }

    private static async Task<Outcome> JudgeAsync(OwnAccount control, Exchange registered, string user, Secret password, string variant, CancellationToken cancellationToken)
    {
        if (registered.Answer is { Status: >= 400 and < 500 and not (404 or 408 or 429) })
        {
            return new Outcome.Passed();
        }

        if (registered.Answer is not { Status: >= 200 and < 400 })
        {
            return new Outcome.NotTested($"the registration got: {registered.Summary}");
        }

        (Exchange login, bool? entered) = await control.LogInAsync($"login, password {variant}", user, password, cancellationToken).ConfigureAwait(false);
        return entered switch
        {
            true => new Outcome.Failed(new Flaw
            {
                Expected = "Passwords of fewer than eight characters, from the lists of the most usual ones, or equal to the name are refused.",
                Observed = $"An account with {(variant switch { "common" => "the password 123456", "short" => "a password of one character", _ => "its own name as password" })} was registered ({registered.Summary}), and its login works ({login.Summary}).",
                Confidence = Confidence.Confirmed,
                Evidence = [control.Registered.ToEvidence(), control.LoggedIn.ToEvidence(), registered.ToEvidence(), login.ToEvidence()],
            }),
            false when !LoginSignature.IsLimited(login) => new Outcome.Passed(),
            _ => new Outcome.NotTested($"the login after the registration got: {login.Summary}"),
        };
    }
}
