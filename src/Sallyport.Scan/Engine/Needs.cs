using System;
using System.Linq;
using System.Security.Cryptography;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Engine;

/// <summary>Holds each need against what was given and surveyed. Not applicable only when the survey proved the shape absent.</summary>
internal static class Needs
{
    private const string GiveIdentity = "a valid certificate: --identity NAME=cert.pem,key.pem (identities.NAME.cert and .key)";
    private const string GiveProtected = "an operation that this identity may call: --protected 'GET /path' (operations.protected), or --spec FILE";

    private const string GiveComparable = "an operation whose answer does not depend on the certificate: --protected 'GET /path' (operations.protected), or a marker of the identity (identities.NAME.values)";

    /// <summary>Why a need is not met; <c>null</c> when it is.</summary>
    public static Outcome? Unmet(Need need, ScanRequest request, Survey survey) => need switch
    {
        Need.Identity => Identity(survey),
        Need.SecondIdentity => survey.B is null
            ? Missing("no second valid identity was given", "a certificate of another account: a second --identity NAME=cert.pem,key.pem (identities)")
            : null,
        Need.ClientCaKey => request.ClientAuthority?.Key is null
            ? Missing("the key of the client CA was not given", "--client-ca FILE --client-ca-key FILE (clientCa.cert and .key)")
            : null,
        Need.CertificateRequested => CertificateRequested(survey),
        Need.CertificateMatters => CertificateMatters(survey),
        Need.Tls12 => Version(survey.Tls12, "TLS 1.2"),
        Need.Tls13 => Version(survey.Tls13, "TLS 1.3"),
        Need.Http2 => survey.Http2 ? null : new Outcome.NotApplicable("the server does not offer HTTP/2"),
        Need.SecondName => survey.OtherNames.IsEmpty
            ? Missing("no other virtual host of this address is known", "--name b.example (names)")
            : null,
        Need.Origins => request.Origins.IsEmpty ? Missing("no other place of this API was given", "--origin URL (origins)") : null,
        Need.Callback => request is { Callback: null, CallbackZone: null } && !survey.IsLoopback
            ? Missing("the target cannot reach this machine by itself", "give an address that the target reaches: --callback URL (callback)")
            : null,
        Need.RevokeHook => RevokeHook(request),
        Need.RevokedIdentity => request.Identities.Any(static one => one.State == IdentityState.Revoked && one.HasCertificate)
            ? null
            : Missing("no revoked certificate was given", "a revoked certificate: identities.NAME with state: revoked"),
        Need.ServerCa => request.ServerRoots.IsEmpty ? Missing("the CA of the server's certificate was not given", "--server-ca FILE (serverCa)") : null,
        Need.ServerKey => HoldsServerKey(request, survey)
            ? null
            : Missing("the key of the server's certificate was not given", "the server's own certificate and key as an identity without an account: identities.server with cert, key and state: unmapped"),
        Need.Operations => request.Operations.IsEmpty
            ? Missing("no operation of the API is known", "--spec FILE (spec), or --operation 'GET /path'")
            : null,
        Need.Caller => Caller(survey),
        Need.SecondCaller => request.Identities.Count(static one => one is { State: IdentityState.Valid, Role: null } && HasAny(one)) >= 2
            ? null
            : Missing("no second valid identity of the lowest role was given", "a second account: --identity, --token or --cookie NAME=… (identities)"),
        Need.Token => survey.Caller is { Token: not null } or { Login.TokenMember: not null }
            ? null
            : Missing("no bearer token of the first identity was given", $"--token {survey.Caller?.Name ?? "NAME"}=env:VAR (identities.{survey.Caller?.Name ?? "NAME"}.token, or a login)"),
        Need.Issuer => request.Issuer is null
            ? Missing("the signing key of the token issuer was not given", "issuer: { key: \"@issuer.key\", alg: ES256 }, in a test environment")
            : null,
        Need.Admin => request.Identities.Any(static one => one is { State: IdentityState.Valid, Role: not null } && HasAny(one))
            ? null
            : Missing("no identity with a role above the lowest was given", "identities.NAME with role: admin"),
        Need.Disposable => request.Identities.Any(static one => one is { Disposable: true })
            ? null
            : Missing("no identity is declared disposable, so no wrong login is tried", "identities.NAME with disposable: true"),
        Need.Tls => survey.Tls12 == true || survey.Tls13 == true
            ? null
            : request.Target.Tls
                ? Missing("no TLS handshake succeeded")
                : Missing("the target's URL is plain http", "a target that starts with https://"),
        _ => throw new ArgumentOutOfRangeException(nameof(need), need, "A need that the plan does not know."),
    };

    private static Outcome? Identity(Survey survey) => survey switch
    {
        { A: null } => Missing("no valid identity with a certificate was given", GiveIdentity),
        { ProtectedOperation: null } => Missing("no operation to hold identities against is known", GiveProtected),
        { BaselineSucceeded: false, A.Name: var name } => Missing(
            $"the control request of {name} did not succeed{(survey.BaselineFailure is { } why ? $": {why}" : "")}",
            GiveProtected),
        _ => null,
    };

    private static Outcome? Caller(Survey survey) => survey switch
    {
        { Caller: null } => Missing("no valid identity was given", $"{GiveIdentity}, or --token NAME=env:VAR (identities.NAME.token)"),
        { ProtectedOperation: null } => Missing("no operation to hold identities against is known", GiveProtected),
        { BaselineSucceeded: false, Caller.Name: var name } => Missing(
            $"the control request of {name} did not succeed{(survey.BaselineFailure is { } why ? $": {why}" : "")}",
            GiveProtected),
        _ => null,
    };

    private static bool HasAny(Identity identity) => identity.HasCertificate || Transport.ApplicationCredentials.Has(identity);

    private static Outcome? CertificateRequested(Survey survey)
    {
        if (survey.CertificateRequested)
        {
            return null;
        }

        // "Absent" needs a look at every version that is offered, and at the operation behind which one could still be asked for.
        bool looked12 = survey.Tls12 == false || survey.Requested12 == false;
        bool looked13 = survey.Tls13 == false || survey.Requested13 == false;
        bool any = survey.Requested12 == false || survey.Requested13 == false;
        return (looked12 && looked13 && any, survey.ProtectedOperation) switch
        {
            (true, not null) => new Outcome.NotApplicable("the server asks for no client certificate"),
            (true, null) => Missing("no client certificate is asked for in the handshake, and no operation is known on which it could be asked for later", GiveProtected),
            _ => Missing("whether the server asks for a client certificate could not be seen in every TLS version"),
        };
    }

    private static Outcome? CertificateMatters(Survey survey) => survey.Authentication switch
    {
        AuthVerdict.Enforced or AuthVerdict.Optional => null,
        AuthVerdict.NotRequested => new Outcome.NotApplicable("the server asks for no client certificate, so it has none to judge"),
        AuthVerdict.Unknown unknown when survey.BaselineSucceeded => Missing(Undecided(unknown), GiveComparable),
        AuthVerdict.Unknown unknown => Missing(Undecided(unknown), GiveIdentity, GiveProtected),
        _ => throw new InvalidOperationException("A verdict that the plan does not know."),
    };

    private static string Undecided(AuthVerdict.Unknown unknown) => $"it could not be decided whether a client certificate matters here: {unknown.Reason.Replace("undecided: ", "", StringComparison.Ordinal)}";

    private static Outcome? Version(bool? offered, string name) => offered switch
    {
        true => null,
        false => new Outcome.NotApplicable($"the server does not offer {name}"),
        null => Missing($"whether the server offers {name} is undecided"),
    };

    private static Outcome? RevokeHook(ScanRequest request) => (request.Hooks.Revoke.IsEmpty, request.AllowHooks) switch
    {
        (true, _) => Missing("no program that revokes an identity was given", "hooks.revoke and hooks.restore, an identity with state: revocable, and --allow-hooks"),
        (false, false) => Missing("the hooks are not allowed to run", "--allow-hooks"),
        _ => null,
    };

    private static bool HoldsServerKey(ScanRequest request, Survey survey) =>
        !survey.ServerChain.IsEmpty
        && request.Identities.Any(one => one.HasCertificate && CryptographicOperations.FixedTimeEquals(one.Chain[0].AsSpan(), survey.ServerChain[0].AsSpan()));

    private static Outcome.NotTested Missing(string reason, params ReadOnlySpan<string> supply) => new(reason) { Needs = [.. supply] };
}
