using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>Reads sallyport.yaml strictly into a draft: every key that is not known is a problem, and all problems are told.</summary>
/// <param name="secrets">Where secrets come from.</param>
/// <param name="draft">What is filled.</param>
/// <param name="problems">Where problems go.</param>
internal sealed class ConfigurationFile(SecretSource secrets, ScanDraft draft, ProblemList problems)
{
    private const int Limit = 1024 * 1024;
    private static readonly string[] Required = ["required"];
    private static readonly ImmutableArray<string> Algorithms =
        ["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "HS256", "HS384", "HS512"];

    public void Read(string path, string workingDirectory)
    {
        string full = Path.Combine(workingDirectory, path);
        byte[]? bytes = InputFile.Read(full, "the configuration file", Limit, out InputProblem? problem);
        if (bytes is null)
        {
            problems.Add(problem?.Message ?? "the configuration file cannot be read", problem?.Hint);
            return;
        }

        var source = new ConfigSource(path, Path.GetDirectoryName(full) ?? workingDirectory, problems);
        switch (YamlText.Read(bytes, YamlLimits.Configuration))
        {
            case YamlAnswer.Broken broken:
                source.Problem(broken.Reason, HintFor(broken.Reason), broken.Line);
                break;
            case YamlAnswer.Read { Root: YamlNode.Mapping root }:
                Bind(new(root, source, ""), source);
                break;
            case YamlAnswer.Read read:
                source.Problem("the file holds no mapping at its top", "start with target: https://api.example.com", read.Root?.Line ?? 1);
                break;
        }
    }

    private static string? HintFor(string reason) =>
        reason.Contains("alias", StringComparison.Ordinal) ? "write the value out where it is needed"
        : reason.Contains("token", StringComparison.Ordinal) || reason.Contains("tab", StringComparison.Ordinal) ? "a text that begins with @ stands in quotes: \"@file\"; indent with spaces, not tabs"
        : null;

    private void Bind(ConfigMap map, ConfigSource source)
    {
        draft.Target = Url(map, "target");
        draft.ConnectTo = map.Text("connectTo") is string to ? InputValues.Endpoint(to, m => map.Problem("connectTo", m, InputValues.EndpointHint)) : null;
        string? spec = map.Text("spec");
        draft.Description = spec is null || Spec.DescriptionAddress.IsUrl(spec) ? spec : source.Place(spec);
        draft.ServerAuthority = PathAt(map, source, "serverCa");
        if (map.Map("clientCa") is ConfigMap authority)
        {
            draft.ClientAuthority = PathAt(authority, source, "cert");
            draft.ClientAuthorityKey = PathAt(authority, source, "key");
            draft.ClientAuthorityPassword = SecretAt(authority, source, "password", "the password of the client CA");
            authority.End();
        }

        if (map.Map("identities") is ConfigMap identities)
        {
            var reader = new IdentitySection(secrets, draft, source);
            foreach ((string name, int line) in identities.Keys.ToArray())
            {
                reader.Bind(identities, name, line);
            }
        }

        Issuer(map.Map("issuer"), source);
        draft.Names.AddRange(Texts(map, "names", InputValues.IsHostName, "is no host name", "write it as b.example"));
        draft.Origins.AddRange(Urls(map, "origins", source));
        draft.Backends.AddRange(Urls(map, "backends", source));
        if (CallbackZone.IsMeant(map.Text("callback")))
        {
            draft.CallbackZone = Zone(map, "callback");
        }
        else
        {
            draft.Callback = Url(map, "callback");
        }

        if (map.Map("operations") is ConfigMap operations)
        {
            draft.Protected.AddRange(operations.Texts("protected").Select(item => item.Text));
            draft.Public.AddRange(operations.Texts("public").Select(item => item.Text));
            draft.Excluded.AddRange(operations.Texts("exclude").Select(item => item.Text));
            operations.End();
        }

        Expect(map.Map("expect"), source);
        if (map.Map("hooks") is ConfigMap hooks)
        {
            draft.Hooks = new() { Revoke = Command(hooks, "revoke", source), Restore = Command(hooks, "restore", source) };
            hooks.End();
        }

        Limits(map.Map("limits"));
        map.End();
    }

    private void Issuer(ConfigMap? map, ConfigSource source)
    {
        if (map is null)
        {
            return;
        }

        Secret? key = SecretAt(map, source, "key", "the key of the token issuer");
        string? algorithm = map.Text("alg");
        map.End();
        if (algorithm is null || !Algorithms.Contains(algorithm))
        {
            map.Problem("alg", algorithm is null ? "is missing" : $"{Shown.Quoted(algorithm)} is no algorithm of RFC 7518 that is known here", $"one of {string.Join(", ", Algorithms)}");
        }
        else if (key is not null)
        {
            draft.Issuer = new(key, algorithm);
        }
        else if (map.Text("key") is null)
        {
            map.Problem("key", "is missing", "key: \"@issuer.key\"");
        }
    }

    private void Expect(ConfigMap? map, ConfigSource source)
    {
        if (map is null)
        {
            return;
        }

        ImmutableArray<(string Text, int Line)> rows = map.Texts("matrix");
        foreach ((string row, int line) in rows)
        {
            if (InputValues.MatrixRowProblem(row, [.. draft.Identities.Select(identity => identity.Name)]) is string wrong)
            {
                source.Problem($"expect.matrix: {Shown.Quoted(row)} {wrong}", "write it as \"bob GET /profiles/alice deny\": identity or none, method, path, allow or deny", line);
            }
        }

        draft.Expect = new()
        {
            MutualTlsRequired = OneOf(map, "mutualTls", Required) is not null,
            TokenBindingRequired = OneOf(map, "tokenBinding", Required) is not null,
            SameSubject = map.Flag("sameSubject"),
            Browsers = map.Flag("browsers"),
            Matrix = [.. rows.Select(row => row.Text)],
        };
        map.End();
    }

    private void Limits(ConfigMap? map)
    {
        if (map is null)
        {
            return;
        }

        ScanLimits standard = draft.Limits;
        TimeSpan? timeout = null;
        if (map.Text("timeout") is string text)
        {
            if (Duration.TryParse(text, out TimeSpan duration))
            {
                timeout = duration;
            }
            else
            {
                map.Problem("timeout", $"{Shown.Quoted(text)} is no duration", Duration.Hint);
            }
        }

        draft.Limits = standard with
        {
            RequestsPerSecond = map.Number("requestsPerSecond", 1, 10_000) ?? standard.RequestsPerSecond,
            Requests = map.Number("requests", 1, 1_000_000) ?? standard.Requests,
            Connections = map.Number("connections", 1, 100_000) ?? standard.Connections,
            HandshakesAtOnce = map.Number("handshakesAtOnce", 1, 256) ?? standard.HandshakesAtOnce,
            Timeout = timeout,
        };
        map.End();
    }

    private Secret? SecretAt(ConfigMap map, ConfigSource source, string key, string what)
    {
        if (map.Text(key) is not string text)
        {
            return null;
        }

        Secret? secret = secrets.Read(text, what, source.Folder, out InputProblem? problem);
        if (problem is not null)
        {
            map.Problem(key, problem.Message, problem.Hint);
        }

        return secret;
    }

    private static string? PathAt(ConfigMap map, ConfigSource source, string key) => map.Text(key) is string path ? source.Place(path) : null;

    private static TargetUrl? Url(ConfigMap map, string key)
    {
        if (map.Text(key) is not string text)
        {
            return null;
        }

        if (!TargetUrl.TryParse(text, out TargetUrl? url, out string? hint))
        {
            map.Problem(key, $"{Shown.Url(text)} is no URL that can be used", hint);
        }

        return url;
    }

    private static CallbackZone? Zone(ConfigMap map, string key)
    {
        string? text = map.Text(key);
        if (!CallbackZone.TryParse(text, out CallbackZone? zone, out string? hint))
        {
            map.Problem(key, $"{Shown.Url(text ?? "")} names no zone and no address of its server", hint);
        }

        return zone;
    }

    private static IEnumerable<TargetUrl> Urls(ConfigMap map, string key, ConfigSource source)
    {
        foreach ((string text, int line) in map.Texts(key))
        {
            if (TargetUrl.TryParse(text, out TargetUrl? url, out string? hint))
            {
                yield return url;
            }
            else
            {
                source.Problem($"{key}: {Shown.Url(text)} is no URL that can be used", hint, line);
            }
        }
    }

    private static IEnumerable<string> Texts(ConfigMap map, string key, Func<string, bool> right, string wrong, string hint)
    {
        foreach ((string text, _) in map.Texts(key))
        {
            if (right(text))
            {
                yield return text.ToLowerInvariant();
            }
            else
            {
                map.Problem(key, $"{Shown.Quoted(text)} {wrong}", hint);
            }
        }
    }

    private static string? OneOf(ConfigMap map, string key, string[] known)
    {
        string? text = map.Text(key);
        if (text is null || known.Contains(text))
        {
            return text;
        }

        map.Problem(key, $"{Shown.Quoted(text)} is not known", $"write {string.Join(" or ", known)}, or leave it out");
        return null;
    }

    private static ImmutableArray<string> Command(ConfigMap map, string key, ConfigSource source)
    {
        ImmutableArray<(string Text, int Line)> words = map.Texts(key);
        if (words.IsEmpty)
        {
            return [];
        }

        // Only what is written as a relative path is one: a bare program name is looked for on the PATH.
        string program = words[0].Text;
        bool relative = program.StartsWith("./", StringComparison.Ordinal) || program.StartsWith("../", StringComparison.Ordinal);
        return [relative ? Path.GetFullPath(program, source.Folder) : program, .. words.Skip(1).Select(word => word.Text)];
    }
}
