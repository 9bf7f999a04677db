using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>Lays the command line over a draft.</summary>
/// <param name="secrets">Where secrets come from.</param>
/// <param name="draft">What is changed.</param>
/// <param name="problems">Where problems go.</param>
/// <param name="workingDirectory">What paths are relative to.</param>
internal sealed class CommandLineOverrides(SecretSource secrets, ScanDraft draft, ProblemList problems, string workingDirectory)
{
    /// <summary>The parts of comma-separated values.</summary>
    public static ImmutableArray<string> Split(ImmutableArray<string> values) =>
        [.. values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    public void Apply(ScanOptions options)
    {
        draft.Target = Url(options.Url, "the target") ?? draft.Target;
        if (options.ConnectTo is string to)
        {
            draft.ConnectTo = InputValues.Endpoint(to, message => problems.Add($"--connect-to: {message}", InputValues.EndpointHint)) ?? draft.ConnectTo;
        }

        if (options.Description is string description)
        {
            draft.Description = DescriptionAddress.IsUrl(description) ? description : Place(description);
        }

        Files(options);
        foreach (string text in options.Identities)
        {
            Identity(text);
        }

        Secrets(options.IdentityPasswords, "--identity-password", "password", header: false, (identity, secret) => identity.Password = secret);
        Secrets(options.Tokens, "--token", "token", header: true, (identity, secret) => identity.Token = secret);
        Secrets(options.Cookies, "--cookie", "cookie", header: true, (identity, secret) => identity.Cookie = secret);
        foreach (string name in options.Names)
        {
            if (InputValues.IsHostName(name))
            {
                draft.Names.Add(name.ToLowerInvariant());
            }
            else
            {
                problems.Add($"--name: {Shown.Quoted(name)} is no host name", "write it as b.example");
            }
        }

        draft.Origins.AddRange(options.Origins.Select(origin => Url(origin, "--origin")).OfType<TargetUrl>());
        Callback(options.Callback);
        draft.Operations.AddRange(options.Operations);
        draft.Protected.AddRange(options.Protected);
        draft.Excluded.AddRange(options.Excluded);
        if (options.ExpectMutualTls)
        {
            draft.Expect = draft.Expect with { MutualTlsRequired = true };
        }

        Limits(options);
    }

    private void Callback(string? text)
    {
        if (!CallbackZone.IsMeant(text))
        {
            draft.Callback = Url(text, "--callback") ?? draft.Callback;
            draft.CallbackZone = text is null ? draft.CallbackZone : null;
        }
        else if (CallbackZone.TryParse(text, out CallbackZone? zone, out string? hint))
        {
            (draft.Callback, draft.CallbackZone) = (null, zone);
        }
        else
        {
            problems.Add($"--callback: {Shown.Url(text ?? "")} names no zone and no address of its server", hint);
        }
    }

    private void Files(ScanOptions options)
    {
        draft.ServerAuthority = options.ServerAuthority is string server ? Place(server) : draft.ServerAuthority;
        if (options.ClientAuthority is string client)
        {
            (draft.ClientAuthority, draft.ClientAuthorityKey, draft.ClientAuthorityPassword) = (Place(client), null, null);
        }

        draft.ClientAuthorityKey = options.ClientAuthorityKey is string key ? Place(key) : draft.ClientAuthorityKey;
    }

    private void Limits(ScanOptions options)
    {
        ScanLimits limits = draft.Limits;
        limits = limits with
        {
            RequestsPerSecond = Bounded(options.RequestsPerSecond, "--rps", 10_000) ?? limits.RequestsPerSecond,
            Requests = Bounded(options.Requests, "--max-requests", 1_000_000) ?? limits.Requests,
            Connections = Bounded(options.Connections, "--max-connections", 100_000) ?? limits.Connections,
        };
        if (options.Timeout is string text)
        {
            if (Duration.TryParse(text, out TimeSpan timeout))
            {
                limits = limits with { Timeout = timeout };
            }
            else
            {
                problems.Add($"--timeout: {Shown.Quoted(text)} is no duration", Duration.Hint);
            }
        }

        draft.Limits = limits;
    }

    private int? Bounded(int? value, string option, int most)
    {
        if (value is null || (value >= 1 && value <= most))
        {
            return value;
        }

        problems.Add($"{option}: {value} is out of range", $"from 1 to {most}");
        return null;
    }

    private void Identity(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals > 0 ? text[..equals] : "";
        if (!IdentityDraft.IsName(name) || equals == text.Length - 1)
        {
            problems.Add($"--identity: {Shown.Quoted(text)} is not NAME=cert.pem[,key.pem]", IdentityDraft.NameHint);
            return;
        }

        string[] files = text[(equals + 1)..].Split(',');
        if (files.Length > 2 || files.Any(string.IsNullOrWhiteSpace))
        {
            problems.Add($"--identity {name}: one or two files are named, separated by one comma", $"--identity {name}=cert.pem,key.pem");
            return;
        }

        IdentityDraft identity = draft.Identity(name);
        (identity.Where, identity.Certificate, identity.Key) = (null, Place(files[0]), files.Length == 2 ? Place(files[1]) : null);
    }

    private void Secrets(ImmutableArray<string> values, string option, string what, bool header, Action<IdentityDraft, Secret> keep)
    {
        foreach (string text in values)
        {
            // What follows the name may be a secret that was written out by mistake: it is never shown.
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string name = equals > 0 ? text[..equals] : "";
            if (!IdentityDraft.IsName(name))
            {
                problems.Add($"{option}: the value is not NAME=env:VAR or NAME=@file", IdentityDraft.NameHint);
                continue;
            }

            Secret? secret = secrets.Read(text[(equals + 1)..], $"the {what} of {name}", workingDirectory, out InputProblem? problem);
            if (secret is not null && header && !InputValues.FitsHeader(secret))
            {
                problem = new($"the {what} of {name} has line ends or other control characters inside", "it is sent as one header line");
            }

            if (problem is not null)
            {
                problems.Add($"{option}: {problem.Message}", problem.Hint);
            }
            else if (secret is not null)
            {
                keep(draft.Identity(name), secret);
            }
        }
    }

    private TargetUrl? Url(string? text, string what)
    {
        if (text is null)
        {
            return null;
        }

        if (!TargetUrl.TryParse(text, out TargetUrl? url, out string? hint))
        {
            problems.Add($"{what}: {Shown.Url(text)} is no URL that can be used", hint);
        }

        return url;
    }

    private string Place(string path) => Path.Combine(workingDirectory, path);
}
