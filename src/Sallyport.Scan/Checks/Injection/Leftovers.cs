using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>IV-007: debugging, metrics and source files that were left in.</summary>
internal sealed partial class Leftovers : Check
{
    // What each place says when it is that place; a catch-all page says none of it.
    private static readonly ImmutableArray<(string Path, string What, Regex Content)> s_places =
    [
        ("/.env", "an environment file", EnvironmentFile()),
        ("/.git/config", "a git repository", GitConfig()),
        ("/.git/HEAD", "a git repository", GitHead()),
        ("/actuator", "Spring Boot's actuator", Actuator()),
        ("/actuator/env", "Spring Boot's environment", ActuatorEnvironment()),
        ("/actuator/heapdump", "a heap dump", HeapDump()),
        ("/metrics", "Prometheus metrics", Metrics()),
        ("/debug/pprof/", "Go's profiler", Pprof()),
        ("/debug/vars", "Go's variables", GoVariables()),
        ("/_debug", "a debugging page", DebugPage()),
        ("/debug", "a debugging page", DebugPage()),
        ("/server-status", "Apache's status", ServerStatus()),
        ("/nginx_status", "nginx's status", NginxStatus()),
        ("/phpinfo.php", "phpinfo", PhpInfo()),
        ("/elmah.axd", "ELMAH's error log", Elmah()),
        ("/trace.axd", "ASP.NET's trace", TraceAxd()),
        ("/swagger/index.html", "Swagger UI", SwaggerUi()),
        ("/swagger-ui/index.html", "Swagger UI", SwaggerUi()),
        ("/graphiql", "a GraphQL console", Graphiql()),
        ("/appsettings.json", "a configuration file", AppSettings()),
        ("/web.config", "a configuration file", WebConfig()),
        ("/backup.sql", "a dump of a database", SqlDump()),
        ("/.DS_Store", "a directory's index", DsStore()),
        ("/__debug__/", "a debugging page", DebugPage()),
        ("/console", "a debugger's console", Console()),
    ];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "IV-007",
        Title = "Places for developers were left in",
        Category = Category.Inventory,
        Severity = Severity.High,
        Standards = new() { Cwe = [489, 215, 538], OwaspApi = ["API9:2023", "API8:2023"], PciDss = ["6.5.6", "2.2.4"], Asvs = ["13.4.1", "13.4.2", "13.4.5"] },
        Needs = [Need.Caller],
        Why = "Profilers, metrics, consoles and files of the source tree are made for those who built the server. They are mapped early, before any policy, and nobody looks at them again.",
        Impact = "Configuration with its secrets, the memory of the process, the names of everything inside.",
        How = "Some twenty-five places are asked for, as nobody and as a valid identity. Only the content that such a place has, and that a random path beside it has not, is a finding; a status never is.",
        Sources = ["CWE-489", "CWE-538", "OWASP API9:2023"],
        Remedies = CheckInput.Leftovers,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey is not { Control: { } control, Caller: { } caller })
        {
            return CheckResult.NotTested("there is no control request");
        }

        Ask Get(Actor actor, string path) => control.Ask with { Title = $"{actor.Name} at {path}", Actor = actor, Request = new RawHttpRequest { Target = path }, Reusable = true, Pooled = true };
        Exchange elsewhere = await context.Transport.ExchangeAsync(Get(Actor.Of(caller), "/" + context.Api.Fresh()), cancellationToken).ConfigureAwait(false);
        string everywhere = elsewhere.Answer is { } any ? AnswerShape.Text(any) : "";
        // A server whose handshake refuses nobody shows nobody anything.
        bool alone = context.Survey.Authentication is AuthVerdict.Enforced { Where: not Reports.EnforcementPoint.Http };
        ImmutableArray<Actor> actors = alone ? [Actor.Of(caller)] : [Actor.Nobody, Actor.Of(caller)];
        List<ProbeResult> probes = [];
        int undecided = 0;
        foreach ((string path, string what, Regex content) in s_places)
        {
            Outcome outcome = new Outcome.Passed();
            foreach (Actor actor in actors)
            {
                Exchange exchange = await context.Transport.ExchangeAsync(Get(actor, path), cancellationToken).ConfigureAwait(false);
                if (exchange.Answer is not { } answer)
                {
                    outcome = new Outcome.NotTested($"{path}: {exchange.Summary}");
                    continue;
                }

                if (answer.Status is >= 200 and < 300 && content.IsMatch(AnswerShape.Text(answer)) && !content.IsMatch(everywhere) && !IsDescribed(context, path))
                {
                    outcome = new Outcome.Failed(new Flaw
                    {
                        Expected = "The place is not there.",
                        Observed = $"{path} is {what}, for {actor.Name}.",
                        Confidence = Confidence.Confirmed,
                        Severity = actor.Name == "none" ? null : what.StartsWith("Swagger", StringComparison.Ordinal) ? Severity.Low : Severity.Medium,
                        Evidence = [elsewhere.ToEvidence(), exchange.ToEvidence()],
                        Replay = CurlLine.Of(exchange.Ask, context.Request),
                    });
                    break;
                }
            }

            undecided += outcome is Outcome.NotTested ? 1 : 0;
            probes.Add(context.Keep(new(outcome) { Operation = $"GET {path}" }));
        }

        return undecided == s_places.Length ? CheckResult.NotTested("none of the places answered anything") : new() { Probes = [.. probes] };
    }

    // What the description declares and protects is no leftover.
    private static bool IsDescribed(CheckContext context, string path) => context.Api.Operations.Any(operation => operation.PathTemplate.TrimEnd('/') == path.TrimEnd('/'));

    [GeneratedRegex(@"(?m)^[A-Z][A-Z0-9_]{2,60}=[^\n<]{0,400}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex EnvironmentFile();

    [GeneratedRegex(@"\[core\]\s|repositoryformatversion", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex GitConfig();

    [GeneratedRegex(@"^ref: refs/heads/", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex GitHead();

    [GeneratedRegex(@"""_links""\s*:\s*\{\s*""self""[^}]{1,300}actuator", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Actuator();

    [GeneratedRegex(@"""(?:activeProfiles|propertySources)""\s*:", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ActuatorEnvironment();

    [GeneratedRegex("^(?:JAVA PROFILE 1\\.0|\u001f\uFFFD\b)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HeapDump();

    [GeneratedRegex(@"(?m)^# (?:HELP|TYPE) [a-zA-Z_:][\w:]{1,100} ", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Metrics();

    [GeneratedRegex(@"/debug/pprof/|Types of profiles available", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pprof();

    [GeneratedRegex(@"""memstats""\s*:\s*\{", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex GoVariables();

    [GeneratedRegex(@"(?i)\b(?:environment variables|process\.env|debug toolbar|stack trace|request headers|assembly versions?|\bMachineName\b|working directory)\b", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex DebugPage();

    [GeneratedRegex(@"<title>Apache Status</title>|Server uptime:", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ServerStatus();

    [GeneratedRegex(@"Active connections: \d+\s+server accepts handled requests", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NginxStatus();

    [GeneratedRegex(@"<title>(?:PHP \d[\d.]* - )?phpinfo\(\)</title>", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PhpInfo();

    [GeneratedRegex(@"Error Log for <span|elmah\.axd/(?:rss|download)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Elmah();

    [GeneratedRegex(@"<title>[^<]{0,100}Application Trace|Requests to this Application", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex TraceAxd();

    [GeneratedRegex(@"swagger-ui-bundle\.js|id=""swagger-ui""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SwaggerUi();

    [GeneratedRegex(@"graphiql(?:\.min)?\.js|id=""graphiql""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Graphiql();

    [GeneratedRegex(@"""(?:ConnectionStrings|AllowedHosts|Logging)""\s*:", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex AppSettings();

    [GeneratedRegex(@"<configuration>[\s\S]{0,2000}<(?:system\.web|system\.webServer|connectionStrings|appSettings)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex WebConfig();

    [GeneratedRegex(@"(?i)-- (?:MySQL|PostgreSQL|MariaDB) (?:database )?dump|CREATE TABLE [^\n]{1,200}\(|INSERT INTO [^\n]{1,100} VALUES", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SqlDump();

    [GeneratedRegex(@"^\x00\x00\x00\x01Bud1", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex DsStore();

    [GeneratedRegex(@"Werkzeug|Interactive Console|Rails console|H2 Console", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Console();
}
