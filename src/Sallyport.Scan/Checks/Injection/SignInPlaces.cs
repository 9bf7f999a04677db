using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Checks.Logins;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>Where callers' text goes at operations that sign in, register, or ask for a new password. Only a disposable identity tries there, and only where its sound request is accepted.</summary>
/// <remarks>
/// A login is the identity's own, and the right one follows each bad value, so that wrong ones do not add up. A registration names an account of the scanner's own,
/// another with each request. A forgotten password is the identity's own. Whatever else signs in or out, or sets a password, gets nothing.
/// </remarks>
internal static partial class SignInPlaces
{
    private const string Why = "it signs in or out, or sets a password";

    /// <summary>Whether an operation is one of these.</summary>
    /// <param name="operation">The operation.</param>
    public static bool Has(Operation operation) =>
        SignIn().IsMatch(operation.PathTemplate) || operation.Body?.Schema?.Properties.Keys.Any(LoginRequest.NamesPassword) == true;

    /// <summary>The places of such an operation; all of them withheld, with the reason, where nobody may try or nothing sound is accepted.</summary>
    /// <param name="context">The scan, active or more.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="usual">Its places as for any operation.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public static async Task<IEnumerable<InjectionPoint>> FindAsync(CheckContext context, Operation operation, IEnumerable<InjectionPoint> usual, CancellationToken cancellationToken)
    {
        if (operation.Method != "POST" || !Disposable(context).Any())
        {
            return Withheld(Why + (operation.Method == "POST" ? ", and no disposable identity has a login" : ""));
        }

        if ((Login(context, operation) ?? Registered(context, operation) ?? Forgotten(context, operation)) is not { } sound)
        {
            return Withheld(Why + ", and what would be accepted there is not known");
        }

        Exchange accepted = await context.Writes.WriteAsync(sound.Ask, null, cancellationToken).ConfigureAwait(false);
        return accepted.Answer is { Status: >= 200 and < 300 }
            ? InjectionPoint.Of(operation, sound.Ask).Where(point => point.In == "body")
                .Select(point => point with { SignsIn = true, Recall = sound.IsLogin ? sound.Ask with { Title = "the right login after a bad value" } : null, Named = sound.Named })
            : Withheld($"{Why}, and the sound request got: {accepted.Summary}");

        IEnumerable<InjectionPoint> Withheld(string why) => usual.Select(point => point with { Withheld = why });
    }

    private static IEnumerable<Identity> Disposable(CheckContext context) =>
        context.Request.Identities.Where(one => one is { Disposable: true, Login: not null, State: IdentityState.Valid or IdentityState.Revocable });

    private static Sound? Login(CheckContext context, Operation operation)
    {
        string path = context.Request.Target.Path + operation.PathTemplate;
        return Disposable(context).FirstOrDefault(one => one.Login is { Json: not null, Origin: null } login && (login.Path == operation.PathTemplate || login.Path == path)) is { Login: { } login } identity
            ? new(AskFor(context, identity, LoginRequest.Of(login), "the right login"), IsLogin: true, null)
            : null;
    }

    private static Sound? Registered(CheckContext context, Operation operation)
    {
        if (Registration.Of(operation) is not { } registration || operation.Body is not { IsForm: false })
        {
            return null;
        }

        string password = Registration.StrongPassword().Reveal();
        BodyFields fields = registration.PasswordFields.Aggregate(registration.Fields.With(registration.UserField.Name, registration.NewUser()), (all, name) => all.With(name, password));
        return new(Written(context, operation, fields, "an account of our own"), IsLogin: false, (registration.UserField.Name, registration.NewUser));
    }

    private static Sound? Forgotten(CheckContext context, Operation operation)
    {
        BodyFields fields = SampleFields.Of(operation, null, null);
        return ForgottenWords().IsMatch(operation.PathTemplate) && operation.Body is { IsForm: false } && !fields.All.Any(field => LoginRequest.NamesPassword(field.Name))
            && fields.All.FirstOrDefault(field => LoginRequest.NamesUser(field.Name)) is { } user
            && Disposable(context).Select(one => one.Login is { } login ? LoginRequest.UserOf(login) : null).FirstOrDefault(name => name is not null) is { } own
            ? new(Written(context, operation, fields.With(user.Name, own), "an account of our own"), IsLogin: false, null)
            : null;
    }

    private static Ask Written(CheckContext context, Operation operation, BodyFields fields, string title)
    {
        Identity identity = Disposable(context).First();
        RawHttpRequest request = context.RequestFor(operation, identity) ?? new() { Method = operation.Method, Target = context.Request.Target.Path + operation.PathTemplate };
        return AskFor(context, identity, fields.On(request, BodyKind.Json), title);
    }

    private static Ask AskFor(CheckContext context, Identity identity, RawHttpRequest request, string title) => new()
    {
        Title = title,
        Route = Route.To(context.Request.Target),
        Actor = Actor.Of(identity).WithoutApplication(),
        Mode = ScanMode.Active,
        Request = request with { Headers = [.. request.Headers, .. CrossSite.Own(context)] },
        Pooled = true,
        Reusable = false,
    };

    [GeneratedRegex("log-?in|log-?out|sign-?(?:in|up|out|off)|sessions?(?:/|$)|token|oauth|passw|reset|regist|revoke", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SignIn();

    [GeneratedRegex("reset|forgot|recover|remind", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ForgottenWords();

    /// <summary>A request that is accepted there.</summary>
    /// <param name="Ask">The request.</param>
    /// <param name="IsLogin">Whether it is the login of an account that may be locked.</param>
    /// <param name="Named">What is named anew with each request.</param>
    private sealed record Sound(Ask Ask, bool IsLogin, (string Member, Func<string> Make)? Named);
}
