using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Logins;

/// <summary>An account that the scanner has registered and logged in to.</summary>
internal sealed class OwnAccount : IAsyncDisposable
{
    private readonly LoginTrials _trials;
    private readonly Login _login;
    private readonly TimeProvider _time;
    private readonly LoginSignature? _right;

    private OwnAccount(Identity identity, Login login, LoginTrials trials, TimeProvider time, string user, Secret password, Exchange registered, Exchange loggedIn)
    {
        (Identity, _login, _trials, _time, User, Password, Registered, LoggedIn) = (identity, login, trials, time, user, password, registered, loggedIn);
        _right = LoginSignature.Of(loggedIn, time.GetUtcNow());
    }

    /// <summary>The identity whose login and certificate are used.</summary>
    public Identity Identity { get; }

    /// <summary>The login name.</summary>
    public string User { get; }

    /// <summary>The password.</summary>
    public Secret Password { get; set; }

    /// <summary>The registration.</summary>
    public Exchange Registered { get; }

    /// <summary>The login after it.</summary>
    public Exchange LoggedIn { get; }

    /// <summary>What the report calls the login.</summary>
    public string Operation => $"POST {_login.Path}";

    /// <summary>Registers an account and logs in to it.</summary>
    /// <param name="context">The target.</param>
    /// <param name="registration">How accounts are made.</param>
    /// <param name="password">The password.</param>
    /// <param name="identity">Whose login and certificate are used; <c>null</c> for the first disposable one, or the first with a login.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<(OwnAccount? Account, string? Why)> MakeAsync(CheckContext context, Registration registration, Secret password, Identity? identity, CancellationToken cancellationToken)
    {
        identity ??= LoginProbe.Disposable(context) ?? context.Api.Identities.FirstOrDefault(one => one.Login is not null);
        if (identity?.Login is not { } login || context.Transport.LoginsOf(identity) is not { } trials)
        {
            return (null, "no identity has a login that shows how one logs in");
        }

        string user = registration.NewUser();
        Exchange registered = await registration.RegisterAsync(context, identity, "control: register an account", user, password, cancellationToken).ConfigureAwait(false);
        if (registered.Answer is not { Status: >= 200 and < 400 })
        {
            await trials.DisposeAsync().ConfigureAwait(false);
            return (null, $"the registration got: {registered.Summary}");
        }

        // An account that was never made must not get in the same way.
        Exchange? nobody = await trials.TryAsync(new() { Title = "control: login of nobody", User = registration.NewUser(), Password = Registration.StrongPassword(), OfOwnAccount = true }, cancellationToken).ConfigureAwait(false);
        Exchange? loggedIn = await trials.TryAsync(new() { Title = "control: login of the new account", User = user, Password = password, OfOwnAccount = true }, cancellationToken).ConfigureAwait(false);
        if (loggedIn?.Answer is { Status: >= 200 and < 400 } && nobody?.Answer is not null && LoginSignature.Of(loggedIn, context.Time.GetUtcNow()) != LoginSignature.Of(nobody, context.Time.GetUtcNow())
            && (login.TokenMember is null || SampleFields.Object(loggedIn.Answer)?[login.TokenMember] is not null))
        {
            return (new(identity, login, trials, context.Time, user, password, registered, loggedIn), null);
        }

        await trials.DisposeAsync().ConfigureAwait(false);
        return (null, $"the login of the new account got: {loggedIn?.Summary ?? "nothing: which field is the name is not to be seen"}");
    }

    /// <summary>Logs in to an account of ours.</summary>
    /// <param name="title">What evidence calls it.</param>
    /// <param name="user">The login name.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The login, and whether it was let in; <c>null</c> when that is not to be told.</returns>
    public async Task<(Exchange Exchange, bool? Entered)> LogInAsync(string title, string user, Secret password, CancellationToken cancellationToken)
    {
        Exchange exchange = await _trials.TryAsync(new() { Title = title, User = user, Password = password, OfOwnAccount = true }, cancellationToken).ConfigureAwait(false) ?? LoggedIn;
        return (exchange, LoginSignature.IsLimited(exchange) ? false : LoginSignature.Of(exchange, _time.GetUtcNow()) is not { } signature ? null : signature == _right ? true : signature.Status is >= 400 and < 500 || signature.Denied || signature.Location != _right?.Location ? false : null);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _trials.DisposeAsync();
}
