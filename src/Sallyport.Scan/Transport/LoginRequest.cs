using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>Writes the request of a configured login, and the same with another name or password in it.</summary>
internal static class LoginRequest
{
    private static readonly ImmutableArray<string> s_user = ["login", "username", "user", "user_name", "userName", "email", "mail", "name", "account", "client_id", "userId", "id"];
    private static readonly ImmutableArray<string> s_password = ["password", "pass", "passwd", "pwd", "passphrase", "secret", "client_secret", "pin"];

    /// <summary>The login as configured.</summary>
    /// <param name="login">The login.</param>
    public static RawHttpRequest Of(Login login) => Of(login, login.Json?.Reveal() ?? Form(login.Form.Select(field => KeyValuePair.Create(field.Key, field.Value.Reveal()))));

    /// <summary>The same login with another name or password.</summary>
    /// <param name="login">The login.</param>
    /// <param name="user">The name; <c>null</c> for the configured one.</param>
    /// <param name="password">The password; <c>null</c> for the configured one.</param>
    /// <returns><c>null</c> when it is not to be seen which field is which.</returns>
    public static RawHttpRequest? With(Login login, string? user, string? password)
    {
        if ((user is not null && Member(login, s_user) is null) || (password is not null && Member(login, s_password) is null))
        {
            return null;
        }

        Dictionary<string, string> changed = new(StringComparer.Ordinal);
        if (user is not null && Member(login, s_user) is { } name)
        {
            changed[name] = user;
        }

        if (password is not null && Member(login, s_password) is { } secret)
        {
            changed[secret] = password;
        }

        if (login.Json is null)
        {
            return Of(login, Form(login.Form.Select(field => KeyValuePair.Create(field.Key, changed.GetValueOrDefault(field.Key, field.Value.Reveal())))));
        }

        if (Object(login) is not { } body)
        {
            return null;
        }

        foreach ((string member, string value) in changed)
        {
            body[member] = value;
        }

        return Of(login, body.ToJsonString());
    }

    /// <summary>The configured name; <c>null</c> when it is not to be seen.</summary>
    /// <param name="login">The login.</param>
    public static string? UserOf(Login login) => ValueOf(login, Member(login, s_user));

    /// <summary>The configured password; <c>null</c> when it is not to be seen.</summary>
    /// <param name="login">The login.</param>
    public static Secret? PasswordOf(Login login) => ValueOf(login, Member(login, s_password)) is { } value ? new Secret(value) : null;

    /// <summary>The names of the login's fields.</summary>
    /// <param name="login">The login.</param>
    public static ImmutableArray<string> Fields(Login login) => login.Json is null ? [.. login.Form.Keys.Order(StringComparer.Ordinal)] : [.. (Object(login) ?? []).Select(member => member.Key)];

    /// <summary>Whether every field is one that is known to hold no secret, such as <c>grant_type</c> and <c>client_id</c>.</summary>
    /// <param name="login">The login.</param>
    public static bool HasNoSecret(Login login) => Fields(login) is { IsEmpty: false } fields
        && (login.Json is { } json ? JsonSecrets.Of(json.Reveal()).IsEmpty && Object(login) is not null : fields.All(JsonSecrets.IsOpen));

    /// <summary>Whether a field's name is that of a login name.</summary>
    /// <param name="name">The field's name.</param>
    public static bool NamesUser(string name) => s_user.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a field's name is that of a password.</summary>
    /// <param name="name">The field's name.</param>
    public static bool NamesPassword(string name) => s_password.Contains(name, StringComparer.OrdinalIgnoreCase) || name.Contains("password", StringComparison.OrdinalIgnoreCase);

    private static RawHttpRequest Of(Login login, string body) => new()
    {
        Method = "POST",
        Target = login.Path,
        Headers = [new("content-type", login.Json is null ? "application/x-www-form-urlencoded" : "application/json"), new("accept", "application/json")],
        Body = Encoding.UTF8.GetBytes(body),
    };

    private static string Form(IEnumerable<KeyValuePair<string, string>> fields) =>
        string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}"));

    private static string? Member(Login login, ImmutableArray<string> names)
    {
        ImmutableArray<string> fields = Fields(login);
        return names.Select(name => fields.FirstOrDefault(field => field.Equals(name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(found => found is not null);
    }

    private static string? ValueOf(Login login, string? member) => member switch
    {
        null => null,
        _ when login.Json is null => login.Form[member].Reveal(),
        _ => Object(login)?[member] is JsonValue value && value.TryGetValue(out string? text) ? text : null,
    };

    private static JsonObject? Object(Login login)
    {
        try
        {
            return login.Json is { } json ? JsonNode.Parse(json.Reveal()) as JsonObject : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }
}
