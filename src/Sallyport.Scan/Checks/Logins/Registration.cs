using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Changes;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Logins;

/// <summary>Makes accounts of the scanner's own, where the API lets anybody do that.</summary>
/// <param name="Operation">The operation that registers.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="UserField">The field of the login name.</param>
/// <param name="PasswordFields">The fields of the password: often it is asked for twice.</param>
internal sealed partial record Registration(Operation Operation, BodyFields Fields, BodyField UserField, System.Collections.Immutable.ImmutableArray<string> PasswordFields)
{
    /// <summary>The registration that the description names; <c>null</c> for none.</summary>
    /// <param name="context">The target.</param>
    public static Registration? Find(CheckContext context) => context.Api.Operations.Select(Of).FirstOrDefault(found => found is not null);

    /// <summary>The operation as a registration; <c>null</c> when it is none.</summary>
    /// <param name="operation">The operation.</param>
    public static Registration? Of(Operation operation)
    {
        if (operation.Method != "POST" || !Words().IsMatch(operation.PathTemplate) || operation.PathTemplate.Contains('{'))
        {
            return null;
        }

        BodyFields fields = SampleFields.Of(operation, null, null);
        return fields.All.FirstOrDefault(field => LoginRequest.NamesUser(field.Name)) is { } user && fields.All.Any(field => LoginRequest.NamesPassword(field.Name))
            ? new(operation, fields, user, [.. fields.All.Where(field => LoginRequest.NamesPassword(field.Name)).Select(field => field.Name)])
            : null;
    }

    /// <summary>A login name of ours that the field takes.</summary>
    public string NewUser() => UserField.Value.Contains('@') || UserField.Name.Contains("mail", System.StringComparison.OrdinalIgnoreCase) ? $"{CanaryText.Name()}@example.com" : CanaryText.Name();

    /// <summary>A password that nobody can call weak.</summary>
    public static Secret StrongPassword() => new($"Sp1-{CanaryText.Random()}");

    /// <summary>Registers an account.</summary>
    /// <param name="context">The target.</param>
    /// <param name="identity">Whose certificate is shown.</param>
    /// <param name="title">What evidence calls it.</param>
    /// <param name="user">The login name.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public Task<Exchange> RegisterAsync(CheckContext context, Identity identity, string title, string user, Secret password, CancellationToken cancellationToken) =>
        SendAsync(context, identity, title, Operation, PasswordFields.Aggregate(Fields.With(UserField.Name, user), (fields, name) => fields.With(name, password.Reveal())), null, cancellationToken);

    /// <summary>Sends a call of the pages around a login, as the identity's certificate and nothing else.</summary>
    /// <param name="context">The target.</param>
    /// <param name="identity">Whose certificate is shown.</param>
    /// <param name="title">What evidence calls it.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="change">The last word on the request; <c>null</c> for none.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static Task<Exchange> SendAsync(
        CheckContext context, Identity identity, string title, Operation operation, BodyFields fields, System.Func<RawHttpRequest, RawHttpRequest>? change, CancellationToken cancellationToken)
    {
        RawHttpRequest request = context.RequestFor(operation, identity) ?? new() { Method = operation.Method, Target = context.Request.Target.Path + operation.PathTemplate };
        request = fields.On(request with { Headers = [.. request.Headers, .. CrossSite.Own(context)] }, operation.Body is { IsForm: true } ? BodyKind.Form : BodyKind.Json);
        Ask ask = new() { Title = title, Route = Route.To(context.Request.Target), Actor = Actor.Of(identity).WithoutApplication(), Mode = ScanMode.Active, Request = change?.Invoke(request) ?? request };
        return context.Writes.WriteAsync(ask, null, cancellationToken);
    }

    [GeneratedRegex(@"regist|sign-?up|/(?:users|accounts|members)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}
