using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using Sallyport.Cli.Output;
using Sallyport.Scan.Config;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Commands;

/// <summary>The options of <c>sallyport scan</c>, as CONTRACTS.md lists them. Values stay text until we can say what is wrong with them.</summary>
internal sealed class ScanCommandOptions
{
    private static readonly Dictionary<string, ScanMode> Modes = Names<ScanMode>();
    private static readonly Dictionary<string, ServerStack> Stacks = Names<ServerStack>();
    private static readonly Dictionary<string, ReportFormat> Formats = Names<ReportFormat>();
    private static readonly Dictionary<string, Severity?> Severities =
        new() { ["critical"] = Severity.Critical, ["high"] = Severity.High, ["medium"] = Severity.Medium, ["low"] = Severity.Low, ["none"] = null };

    private readonly Argument<string?> _url = new("url") { Description = "The API, such as https://api.example.com; wins over target: in the configuration file.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _config = One("--config", "FILE", "The configuration file (YAML).");
    private readonly Option<string?> _spec = One("--spec", "FILE|URL", "The OpenAPI description, or the guard's table of routes: a file, or a URL at the target.");
    private readonly Option<string?> _stack = One("--stack", "NAME", "The stack in front, for remedies: " + string.Join(", ", Stacks.Keys) + ".");
    private readonly Option<string[]> _identity = Many("--identity", "NAME=cert.pem[,key.pem]|NAME=id.p12", "An identity: PEM in any order, a separate key, or PKCS#12.");
    private readonly Option<string[]> _password = Many("--identity-password", "NAME=env:VAR|@file", "The password of an identity's key or PKCS#12.");
    private readonly Option<string[]> _token = Many("--token", "NAME=env:VAR|@file", "An identity's bearer token.");
    private readonly Option<string[]> _cookie = Many("--cookie", "NAME=env:VAR|@file", "An identity's Cookie header.");
    private readonly Option<string?> _serverCa = One("--server-ca", "FILE", "The roots that the server's certificate must chain to.");
    private readonly Option<string?> _clientCa = One("--client-ca", "FILE", "The CA of the client certificates.");
    private readonly Option<string?> _clientCaKey = One("--client-ca-key", "FILE", "Its key: the consent to mint test certificates with it, in memory, for 15 minutes at most.");
    private readonly Option<string?> _expect = One("--expect", "mtls", "What must hold: mtls.");
    private readonly Option<string[]> _operation = Many("--operation", "'GET /x'", "An operation to ask.");
    private readonly Option<string[]> _protected = Many("--protected", "'GET /x'", "An operation that must be protected.");
    private readonly Option<string[]> _exclude = Many("--exclude", "'POST /logout'", "An operation never to call; * and ** match.");
    private readonly Option<string[]> _name = Many("--name", "HOST", "Another virtual host at the same address.");
    private readonly Option<string[]> _origin = Many("--origin", "URL", "Another place of the same API, such as its direct port.");
    private readonly Option<string?> _callback = One("--callback", "URL", "Where the target can reach this machine.");
    private readonly Option<string?> _mode = One("--mode", "MODE", "What probes may do: safe (default), active or intrusive.");
    private readonly Option<bool> _allowHooks = new("--allow-hooks") { Description = "Let the configured hooks run." };
    private readonly Option<string[]> _checks = Many("--checks", "ID|ID/variant|CATEGORY,…", "Run only these.");
    private readonly Option<string[]> _skip = Many("--skip", "ID|ID/variant|CATEGORY,…", "Leave these out.");
    private readonly Option<string[]> _format = Many("--format", "FORMAT", "The report's format: " + string.Join(", ", Formats.Keys) + "; may be given several times with --output.");
    private readonly Option<string?> _failOn = One("--fail-on", "SEVERITY", "Exit with 1 at this severity or above: critical, high (default), medium, low or none.");
    private readonly Option<string?> _minCoverage = One("--min-coverage", "PERCENT", "Exit with 3 when less was tested.");
    private readonly Option<string[]> _require = Many("--require", "ID,…", "Exit with 3 when one of these was not tested.");
    private readonly Option<string?> _rps = One("--rps", "N", "HTTP requests a second; 50 by default.");
    private readonly Option<string?> _maxRequests = One("--max-requests", "N", "HTTP requests in all; 5000 by default.");
    private readonly Option<string?> _maxConnections = One("--max-connections", "N", "Connections in all; 400 by default.");
    private readonly Option<string?> _timeout = One("--timeout", "60s", "The whole scan's deadline; 60s by default, 10m above safe mode.");
    private readonly Option<string?> _connectTo = One("--connect-to", "IP:PORT", "The address to connect to instead of resolving the host.");

    public Option<string?> Output { get; } = One("--output", "PATH", "A file; or a directory when it is one, ends in /, or several formats are asked for.");

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "No colour, also on a terminal." };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "No progress and no notes on stderr." };

    public void AddTo(Command command)
    {
        command.Add(_url);
        foreach (Option option in (Option[])
        [
            _config, _spec, _stack, _identity, _password, _token, _cookie, _serverCa, _clientCa, _clientCaKey, _expect, _operation, _protected, _exclude,
            _name, _origin, _callback, _mode, _allowHooks, _checks, _skip, _format, Output, _failOn, _minCoverage, _require, _rps, _maxRequests,
            _maxConnections, _timeout, _connectTo, NoColor, Quiet,
        ])
        {
            command.Add(option);
        }
    }

    public ScanOptions Read(ParseResult parsed, List<InputProblem> problems) => new()
    {
        Url = parsed.GetValue(_url),
        ConfigurationFile = parsed.GetValue(_config),
        Description = parsed.GetValue(_spec),
        Stack = parsed.GetValue(_stack) is string stack ? Named(stack, "--stack", Stacks, problems) : null,
        Identities = All(parsed, _identity),
        IdentityPasswords = All(parsed, _password),
        Tokens = All(parsed, _token),
        Cookies = All(parsed, _cookie),
        ServerAuthority = parsed.GetValue(_serverCa),
        ClientAuthority = parsed.GetValue(_clientCa),
        ClientAuthorityKey = parsed.GetValue(_clientCaKey),
        ExpectMutualTls = parsed.GetValue(_expect) is string expect && Named(expect, "--expect", new Dictionary<string, bool> { ["mtls"] = true }, problems),
        Operations = All(parsed, _operation),
        Protected = All(parsed, _protected),
        Excluded = All(parsed, _exclude),
        Names = All(parsed, _name),
        Origins = All(parsed, _origin),
        Callback = parsed.GetValue(_callback),
        Mode = parsed.GetValue(_mode) is string mode ? Named(mode, "--mode", Modes, problems) : ScanMode.Safe,
        AllowHooks = parsed.GetValue(_allowHooks),
        Only = All(parsed, _checks),
        Skip = All(parsed, _skip),
        RequestsPerSecond = Number(parsed, _rps, 1, 10_000, problems),
        Requests = Number(parsed, _maxRequests, 1, 1_000_000, problems),
        Connections = Number(parsed, _maxConnections, 1, 100_000, problems),
        Timeout = parsed.GetValue(_timeout),
        ConnectTo = parsed.GetValue(_connectTo),
    };

    public ExitPolicy ReadPolicy(ParseResult parsed, List<InputProblem> problems) => new()
    {
        FailOn = parsed.GetValue(_failOn) is string failOn ? Named(failOn, "--fail-on", Severities, problems) : Severity.High,
        MinCoverage = Number(parsed, _minCoverage, 0, 100, problems),
        Require = [.. All(parsed, _require).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };

    public ImmutableArray<ReportFormat> ReadFormats(ParseResult parsed, List<InputProblem> problems) =>
        [.. All(parsed, _format).Select(text => Named(text, "--format", Formats, problems)).Distinct()];

    private static T? Named<T>(string text, string option, Dictionary<string, T> known, List<InputProblem> problems)
    {
        if (known.TryGetValue(text.ToLowerInvariant(), out T? value))
        {
            return value;
        }

        problems.Add(new($"{option}: {ParseComplaint.Plain(text)} is not known", ParseComplaint.Suggest(text.ToLowerInvariant(), known.Keys) ?? "one of " + string.Join(", ", known.Keys)));
        return default;
    }

    private static int? Number(ParseResult parsed, Option<string?> option, int least, int most, List<InputProblem> problems)
    {
        if (parsed.GetValue(option) is not string text)
        {
            return null;
        }

        if (int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add(new($"{option.Name} must be a whole number from {least} to {most}"));
        return null;
    }

    private static ImmutableArray<string> All(ParseResult parsed, Option<string[]> option) => [.. parsed.GetValue(option) ?? []];

    private static Option<string?> One(string name, string value, string description) => new(name) { HelpName = value, Description = description };

    private static Option<string[]> Many(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description, Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

    private static Dictionary<string, T> Names<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(value => value.ToString().ToLowerInvariant());
}
