using System;
using System.Buffers;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>Reads one identity of the configuration file.</summary>
/// <param name="secrets">Where secrets come from.</param>
/// <param name="draft">What is filled.</param>
/// <param name="source">The file.</param>
internal sealed class IdentitySection(SecretSource secrets, ScanDraft draft, ConfigSource source)
{
    private static readonly ImmutableArray<string> States = ["valid", "revoked", "revocable", "expired", "unmapped"];
    private static readonly string[] SecretWords = ["password", "passwd", "pwd", "secret", "pin", "token", "otp"];

    public void Bind(ConfigMap identities, string name, int line)
    {
        if (identities.Map(name) is not ConfigMap map)
        {
            source.Problem($"identities.{Shown.Line(name)}: is empty", "give it cert: and key:, or token:", line);
            return;
        }

        if (!IdentityDraft.IsName(name))
        {
            source.Problem($"{Shown.Quoted(name)} is no name for an identity", IdentityDraft.NameHint, line);
            return;
        }

        IdentityDraft identity = draft.Identity(name);
        identity.Where = $"{Shown.Line(source.Name)}:{line}";
        identity.Certificate = map.Text("cert") is string cert ? source.Place(cert) : null;
        identity.Key = map.Text("key") is string key ? source.Place(key) : null;
        identity.Password = SecretAt(map, "password", name);
        identity.Token = HeaderSecretAt(map, "token", name);
        identity.Cookie = HeaderSecretAt(map, "cookie", name);
        identity.Basic = SecretAt(map, "basic", name);
        identity.ApiKey = HeaderSecretAt(map, "apiKey", name);
        identity.ApiKeyHeader = map.Text("apiKeyHeader");
        if (identity.ApiKeyHeader is string header && !InputValues.IsHeaderName(header))
        {
            map.Problem("apiKeyHeader", $"{Shown.Quoted(header)} is no header name", "write it as X-API-Key");
        }

        if (identity.Basic is Secret basic && !basic.Reveal().Contains(':', StringComparison.Ordinal))
        {
            map.Problem("basic", "the value has no colon", "the variable or file holds user:password");
        }

        identity.Login = LoginAt(map, name);
        identity.Role = map.Text("role");
        identity.State = StateAt(map);
        identity.Disposable = map.Flag("disposable");
        identity.Values = ValuesAt(map.Map("values"));
        map.End();
    }

    private IdentityState StateAt(ConfigMap map)
    {
        string text = map.Text("state") ?? "valid";
        if (!States.Contains(text))
        {
            map.Problem("state", $"{Shown.Quoted(text)} is not known", Shown.DidYouMean(text, States));
            return IdentityState.Valid;
        }

        return (IdentityState)States.IndexOf(text);
    }

    private static ImmutableDictionary<string, string> ValuesAt(ConfigMap? map)
    {
        var values = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach ((string key, _) in map?.Keys.ToArray() ?? [])
        {
            if (map?.Text(key) is string value)
            {
                values[key] = value;
            }
        }

        return values.ToImmutable();
    }

    private Login? LoginAt(ConfigMap identity, string name)
    {
        if (identity.Map("login") is not ConfigMap map)
        {
            return null;
        }

        string? post = map.Text("post");
        YamlNode? json = map.Node("json");
        ConfigMap? form = map.Map("form");
        string? token = map.Text("token");
        map.End();
        if (post is null)
        {
            map.Problem("post", "is missing", "name the path that is posted to, such as /token");
            return null;
        }

        if (json is not null && form is not null)
        {
            map.Problem("form", "stands beside json", "give one of the two");
        }

        (TargetUrl? origin, string? path) = InputValues.LoginPlace(post);
        if (path is null)
        {
            map.Problem("post", $"{Shown.Quoted(post)} is neither a path nor a URL", "write /token, or https://login.example.com/token");
            return null;
        }

        return new()
        {
            Path = path,
            Origin = origin,
            Json = json is null ? null : JsonAt(json, $"the login of {name}"),
            Form = FormAt(form, name),
            TokenMember = token,
        };
    }

    private ImmutableDictionary<string, Secret> FormAt(ConfigMap? form, string name)
    {
        var fields = ImmutableDictionary.CreateBuilder<string, Secret>(StringComparer.Ordinal);
        foreach ((string key, int line) in form?.Keys.ToArray() ?? [])
        {
            if (form?.Text(key) is string text && LoginValue(key, text, $"the login of {name}", line) is string value)
            {
                fields[key] = new(value);
            }
        }

        return fields.ToImmutable();
    }

    private Secret JsonAt(YamlNode node, string what)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            YamlJson.Write(writer, node, (key, scalar) => LoginValue(key, scalar.Text, what, scalar.Line));
        }

        return new(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>A value of a login body: <c>env:</c> and <c>@file</c> are read; a literal is refused where its name says "secret".</summary>
    private string? LoginValue(string key, string text, string what, int line)
    {
        bool points = text.StartsWith("env:", StringComparison.Ordinal) || (text.StartsWith('@') && text.Length > 1);
        if (!points && (text.Length == 0 || !SecretWords.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase))))
        {
            return text;
        }

        Secret? secret = secrets.Read(text, $"{Shown.Line(key)} in {what}", source.Folder, out InputProblem? problem);
        if (problem is not null)
        {
            source.Problem(problem.Message, problem.Hint, line);
        }

        return secret?.Reveal();
    }

    private Secret? HeaderSecretAt(ConfigMap map, string key, string name)
    {
        Secret? secret = SecretAt(map, key, name);
        if (secret is not null && !InputValues.FitsHeader(secret))
        {
            map.Problem(key, "the value has line ends or other control characters inside", "it is sent as one header line");
            return null;
        }

        return secret;
    }

    private Secret? SecretAt(ConfigMap map, string key, string name)
    {
        if (map.Text(key) is not string text)
        {
            return null;
        }

        Secret? secret = secrets.Read(text, $"the {key} of {name}", source.Folder, out InputProblem? problem);
        if (problem is not null)
        {
            map.Problem(key, problem.Message, problem.Hint);
        }

        return secret;
    }
}
