using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace OrdersApi.App;

/// <summary>What a scanner is told of one started API: a configuration file, the files it names, and the secrets that it takes from the environment.</summary>
public sealed class OrdersConfiguration
{
    /// <summary>Who may do what, and who may not.</summary>
    private static readonly ImmutableArray<string> _allowed =
    [
        "\"alice GET /profiles/alice allow\"", "\"bob GET /profiles/bob allow\"", "\"root GET /admin/** allow\"",
        "\"alice GET /profiles/bob deny\"", "\"bob GET /profiles/alice deny\"", "\"alice GET /admin/** deny\"", "\"bob GET /admin/** deny\"", "\"none GET /profiles/** deny\"",
    ];

    private readonly OrdersApp _app;
    private readonly OrdersPki _pki;

    /// <summary>The configuration for an API that is started.</summary>
    public OrdersConfiguration(OrdersApp app, OrdersPki pki)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(pki);
        (_app, _pki) = (app, pki);
        Secrets = Members.SelectMany(SecretsOf).Append(new("ORDERS_ISSUER_KEY", app.IssuerKey)).Append(new("ORDERS_DEFAULT_PASSWORD", "admin")).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The name of the file in the folder.</summary>
    public static string FileName => "sallyport.yaml";

    /// <summary>Tokens, cookies, passwords and the issuer's key, by the name of the environment variable that the configuration names.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; }

    /// <summary>Whether dave signs in for tokens, as an application does, and what ends a token may be called; he signs in for a session otherwise, as a browser does.</summary>
    public bool SignsInForTokens { get; init; }

    /// <summary>Whether everyone signs in as a browser does, and what ends a session may be called; with a session that has begun otherwise.</summary>
    public bool SignsInForSessions { get; init; }

    /// <summary>
    /// Whether everything is told that some rule asks for, and everything may be called: logins of both kinds, the server's own key, who may do what, and,
    /// where the API is guarded, programs that revoke.
    /// </summary>
    public bool Thorough { get; init; }

    private bool EndsSessions => SignsInForSessions || Thorough;

    private bool EndsTokens => SignsInForTokens || Thorough;

    private IEnumerable<OrdersIdentity> Members => [_pki.Alice, _pki.Bob, _pki.Carol, _pki.Root, _pki.Dave];

    /// <summary>Writes certificates, keys, the description and the configuration.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="issuer">Whether the scanner is given the key that signs tokens.</param>
    /// <param name="more">Further lines of YAML, such as <c>mode: active</c>.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void WriteTo(string folder, bool issuer = true, params IEnumerable<string> more)
    {
        _pki.WriteTo(folder);
        File.WriteAllText(Path.Combine(folder, "openapi.json"), _app.Description);
        File.WriteAllText(Path.Combine(folder, FileName), Text(issuer, Thorough ? more.Append(Hooks(folder)) : more));
    }

    private static string Variable(OrdersIdentity identity, string kind) => $"ORDERS_{identity.Name.ToUpperInvariant()}_{kind}";

    private IEnumerable<KeyValuePair<string, string>> SecretsOf(OrdersIdentity identity) =>
    [
        new(Variable(identity, "TOKEN"), _app.TokenFor(identity)),
        .. _app.CookieFor(identity) is { } cookie ? [new(Variable(identity, "COOKIE"), cookie)] : Array.Empty<KeyValuePair<string, string>>(),
        new(Variable(identity, "PASSWORD"), _app.PasswordFor(identity)),
    ];

    private string Text(bool issuer, IEnumerable<string> more)
    {
        var text = new StringBuilder();
        Line(text, $"target: {_app.Url.GetLeftPart(UriPartial.Authority)}");
        Line(text, $"connectTo: 127.0.0.1:{_app.Url.Port}");
        text.AppendLine("spec: openapi.json\nserverCa: server-ca.pem\nclientCa: { cert: client-ca.pem, key: client-ca.key }\nidentities:");
        Identity(text, _pki.Alice, "");
        Identity(text, _pki.Bob, "");
        Identity(text, _pki.Root, ", role: admin");
        Identity(text, _pki.Carol, ", state: revoked");
        Identity(text, _pki.Dave, ", state: revocable, disposable: true");
        if (_app.HasDefaultLogin)
        {
            text.AppendLine("  default-admin: { cert: dave.pem, key: dave.key, login: { post: /session, json: { login: admin, password: env:ORDERS_DEFAULT_PASSWORD } }, disposable: true }");
        }

        if (Thorough)
        {
            var values = string.Join(", ", _app.ValuesFor(_pki.Dave).Select(value => $"{value.Key}: \"{value.Value}\""));
            Line(text, $"  service: {{ cert: dave.pem, key: dave.key, {SignIn(_pki.Dave)}, values: {{ {values} }}, state: revocable, disposable: true }}");
            text.AppendLine("  server: { cert: server.pem, key: server.key, state: unmapped }");
        }

        Line(text, $"names: [{OrdersApp.StaffHost}]");
        if (issuer)
        {
            Line(text, $"issuer: {{ key: env:ORDERS_ISSUER_KEY, alg: {_app.IssuerAlgorithm} }}");
        }

        // Whoever tells everything names the places too where nothing must answer.
        if ((Thorough ? _app.PlainPlace : _app.PlainUrl) is { } plain)
        {
            Line(text, $"origins: [\"http://127.0.0.1:{plain.Port}\"]");
        }

        if ((Thorough ? _app.BackendPlace : _app.BackendUrl) is { } backend)
        {
            Line(text, $"backends: [\"http://127.0.0.1:{backend.Port}\"]");
        }

        text.AppendLine(
            """
            operations:
              protected: ["GET /profiles/{name}"]
              public: [GET /health, GET /openapi.json, "GET /.well-known/**"]
            """);
        Line(text, $"  exclude: [{(EndsSessions ? "" : "POST /logout")}{(EndsTokens || EndsSessions ? "" : ", ")}{(EndsTokens ? "" : "POST /token/revoke")}]");
        Line(text, $"expect: {{ mutualTls: required, tokenBinding: required, sameSubject: true, browsers: true{(Thorough ? ", matrix: [ " + string.Join(", ", _allowed) + " ]" : "")} }}");
        foreach (var line in more)
        {
            text.AppendLine(line);
        }

        return text.ToString();
    }

    private void Identity(StringBuilder text, OrdersIdentity identity, string more)
    {
        var values = string.Join(", ", _app.ValuesFor(identity).Select(value => $"{value.Key}: \"{value.Value}\"")) + (Thorough ? $", promptCanary: \"{_app.Prompt}\"" : "");
        Line(text, $"  {identity.Name}:");
        // The one who may be locked out logs in; the others come with a session.
        var isGuarded = _app.CookieFor(identity) is null;
        var token = $"token: env:{Variable(identity, "TOKEN")}";
        var session = $"login: {{ post: /session, json: {{ login: {identity.Name}, password: env:{Variable(identity, "PASSWORD")} }} }}";
        var credentials = (identity == _pki.Dave, SignsInForTokens) switch
        {
            (true, true) => SignIn(identity),
            (true, false) => $"{token}, {session}",
            _ when identity != _pki.Carol && (EndsSessions || isGuarded) => $"{token}, {session}",
            _ when isGuarded => token,
            _ => $"{token}, cookie: env:{Variable(identity, "COOKIE")}",
        };
        Line(text, $"    {{ cert: {identity.Name}.pem, key: {identity.Name}.key, {credentials}, values: {{ {values} }}{more} }}");
    }

    /// <summary>Denies dave's certificate in the guard's file, and takes that back.</summary>
    private string Hooks(string folder)
    {
        if (_app.DenyList is not { } denied)
        {
            return "";
        }

        var (with, without) = (Path.Combine(folder, "denied.list"), Path.Combine(folder, "allowed.list"));
        File.WriteAllText(with, Convert.ToHexString(SHA256.HashData(_pki.Dave.Forged.Leaf.Span)) + "\n");
        File.WriteAllText(without, "# nobody\n");
        return $"hooks: {{ revoke: [cp, \"{with}\", \"{denied}\"], restore: [cp, \"{without}\", \"{denied}\"] }}";
    }

    private static string SignIn(OrdersIdentity identity) =>
        $"login: {{ post: /token, form: {{ grant_type: client_credentials, client_id: {identity.Name} }}, token: access_token }}";

    private static void Line(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
