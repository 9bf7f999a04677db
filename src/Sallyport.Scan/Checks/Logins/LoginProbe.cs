using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Logins;

/// <summary>A login whose right and wrong answers are known, so that others can be told apart by them.</summary>
internal sealed class LoginProbe : IAsyncDisposable
{
    private readonly CheckContext _context;
    private readonly LoginTrials _trials;

    private LoginProbe(CheckContext context, Identity identity, Login login, LoginTrials trials) => (_context, Identity, Login, _trials) = (context, identity, login, trials);

    /// <summary>The identity.</summary>
    public Identity Identity { get; }

    /// <summary>Its login.</summary>
    public Login Login { get; }

    /// <summary>What the report calls the operation.</summary>
    public string Operation => $"POST {Login.Path}";

    /// <summary>The right login.</summary>
    public Exchange Right { get => field ?? throw new InvalidOperationException("OpenAsync logs in before anybody has this."); private set; }

    /// <summary>A login with a random password; <c>null</c> when none was tried.</summary>
    public Exchange? Wrong { get; private set; }

    /// <summary>Whether a random password is answered exactly like the right one.</summary>
    public bool Alike => Login.TokenMember is null && Signature(Wrong) == Signature(Right);

    /// <summary>The disposable identities with a login that this scan may try wrongly.</summary>
    /// <param name="context">The target.</param>
    public static Identity? Disposable(CheckContext context) => context.Request.Identities.FirstOrDefault(one => one is { Disposable: true, Login: not null, State: IdentityState.Valid or IdentityState.Revocable });

    /// <summary>The answer of a check without such an identity.</summary>
    public static CheckResult Missing() => CheckResult.NotTested("no disposable identity has a login, so no wrong login is tried", "identities.NAME with login and disposable: true");

    /// <summary>Logs in rightly once, and with a random password once.</summary>
    /// <param name="context">The target.</param>
    /// <param name="identity">A disposable identity with a login.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <param name="evenAlike">Whether a probe is wanted although its two answers are <see cref="Alike"/>.</param>
    /// <returns>The probe, or why the two cannot be told apart.</returns>
    public static async Task<(LoginProbe? Probe, Outcome.NotTested? Why)> OpenAsync(CheckContext context, Identity identity, CancellationToken cancellationToken, bool evenAlike = false)
    {
        if (identity.Login is not { } login || context.Transport.LoginsOf(identity) is not { } trials)
        {
            return (null, new Outcome.NotTested($"{identity.Name} has no login") { Needs = [$"identities.{identity.Name}.login"] });
        }

        LoginProbe probe = new(context, identity, login, trials);
        Outcome.NotTested? why = await probe.ControlAsync(evenAlike, cancellationToken).ConfigureAwait(false);
        if (why is null)
        {
            return (probe, null);
        }

        await probe.DisposeAsync().ConfigureAwait(false);
        return (null, why);
    }

    /// <summary>Tries a login.</summary>
    /// <param name="trial">The attempt.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>What came of it; whether it was let in, <c>null</c> when that is not to be told.</returns>
    public async Task<(Exchange Exchange, bool? Entered)> TryAsync(LoginTrial trial, CancellationToken cancellationToken)
    {
        // The fields are known: the control was made with them.
        Exchange exchange = await _trials.TryAsync(trial, cancellationToken).ConfigureAwait(false) ?? Right;
        return (exchange, Entered(exchange));
    }

    /// <summary>Whether a login was let in: <c>null</c> when its answer is neither like the right one nor a refusal.</summary>
    /// <param name="exchange">The login.</param>
    public bool? Entered(Exchange exchange)
    {
        if (LoginSignature.IsLimited(exchange))
        {
            return false;
        }

        if (Signature(exchange) is not { } signature)
        {
            return null;
        }

        if (Login.TokenMember is { } member)
        {
            return signature is { Status: >= 200 and < 300 } && SampleFields.Object(exchange.Answer)?[member]?.ToString() is { Length: > 0 };
        }

        return signature == Signature(Right) ? true : signature == Signature(Wrong) || signature.Status is >= 400 and < 500 ? false : null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _trials.DisposeAsync();

    private LoginSignature? Signature(Exchange? exchange) => LoginSignature.Of(exchange, _context.Time.GetUtcNow());

    private async Task<Outcome.NotTested?> ControlAsync(bool evenAlike, CancellationToken cancellationToken)
    {
        Right = await _trials.TryAsync(new() { Title = $"control: login of {Identity.Name}" }, cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException("A configured login always has a request.");
        if (Right.Answer is not { Status: >= 200 and < 400 } || LoginSignature.IsLimited(Right))
        {
            return new($"the right login of {Identity.Name} got: {Right.Summary}") { Needs = [$"identities.{Identity.Name}.login"] };
        }

        Wrong = await _trials.TryAsync(new() { Title = "control: a random password", Password = new Secret(CanaryText.Random()) }, cancellationToken).ConfigureAwait(false);
        if (Wrong is null)
        {
            return new("it is not to be seen which field of the login is the name and which the password") { Needs = ["fields named login, username or email, and password"] };
        }

        return LoginSignature.IsLimited(Wrong) || Entered(Wrong) is null ? new($"a login with a random password got: {Wrong.Summary}")
            : Alike && !evenAlike ? new("the answers to a right and to a wrong login cannot be told apart")
            : null;
    }
}
