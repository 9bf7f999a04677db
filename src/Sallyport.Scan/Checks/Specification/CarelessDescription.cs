using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Specification;

/// <summary>SPEC-004: what the description itself declares that is unsafe. Nothing is sent.</summary>
internal sealed class CarelessDescription : Check
{
    // Where nobody can have proved who he is yet, or proves it in the body.
    private static readonly ImmutableArray<string> OpenByNature =
        ["login", "signin", "sign-in", "token", "auth", "oauth", "register", "registration", "signup", "sign-up", "reset", "forgot", "session", "callback", "webhook", "health", "contact", "feedback", "search", "csp", "report"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "SPEC-004",
        Title = "The description declares weak or no protection",
        Category = Category.Authentication,
        Severity = Severity.Medium,
        Variants =
        [
            new("open-write", "A write is declared open beside protected operations", Severity.High),
            new("undefined-scheme", "A security scheme is demanded that is not defined", Severity.Medium),
            new("undefined-scope", "A scope is demanded that no flow defines", Severity.Medium),
            new("basic", "HTTP Basic is declared", Severity.Medium),
            new("query-key", "A key is declared to go into the URL", Severity.Medium),
            new("plain-url", "A server or token address is declared with http", Severity.High),
            new("old-flow", "An OAuth flow is declared that is not to be used any more", Severity.Medium),
        ],
        Standards = new() { Cwe = [306, 522, 598, 319], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["10.4.4", "14.2.1"] },
        Needs = [Need.Operations],
        Why = "Gateways, clients and tests are made from the description. `security: []` switches the default off for one operation; a scheme or scope that is demanded but nowhere defined is "
            + "taken for none by many tools; keys in URLs stand in every log; the implicit and password flows hand tokens and passwords to whoever runs the client.",
        Impact = "What is generated from the description is open, or sends credentials where others read them.",
        How = "The description is read: one finding for each kind, with the operations and schemes it is about. An open write is a finding only where the same path is protected for another "
            + "method; otherwise it is a suspicion. What the server really does is the subject of the other rules.",
        Sources = ["OpenAPI 3.1.1, sections 4.8.27 to 4.8.30", "RFC 9700, sections 2.1.2 and 2.4 (OAuth 2.0 security)", "RFC 9110, section 17.9"],
        Remedies = DescribeTruly.Description,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.Description is not { } description)
        {
            return Task.FromResult(Described.Missing);
        }

        List<ProbeResult> probes = [.. OpenWrites(description)];
        probes.Add(One(description, "undefined-scheme", "Every scheme that is demanded is defined.", Demanded(description)
            .Where(pair => pair.Scheme.Kind == SecuritySchemeKind.Unknown && !description.Schemes.Any(known => known.Scheme.Name == pair.Scheme.Name))
            .Select(pair => (pair.Operation.Name, $"demands `{pair.Scheme.Name}`, which is not defined"))));
        probes.Add(One(description, "undefined-scope", "Every scope that is demanded is defined by a flow of its scheme.", Demanded(description)
            .SelectMany(pair => Undefined(description, pair.Scheme).Select(scope => (pair.Operation.Name, $"demands the scope `{scope}` of `{pair.Scheme.Name}`, which no flow defines")))));
        probes.Add(One(description, "basic", "No operation takes a password with every request.", Used(description, scheme => scheme.Scheme.Kind == SecuritySchemeKind.Basic)
            .Select(scheme => ($"scheme `{scheme.Scheme.Name}`", "is HTTP Basic: the password goes with every request"))));
        probes.Add(One(description, "query-key", "Credentials go into header fields, never into the URL.", Used(description, scheme => scheme.Scheme.In == "query")
            .Select(scheme => ($"scheme `{scheme.Scheme.Name}`", $"is a key in the query parameter `{scheme.Scheme.ParameterName}`"))));
        probes.Add(One(description, "plain-url", "Servers and token endpoints are named with https.", description.Servers.Where(IsPlain).Select(url => ("server", url))
            .Concat(description.Schemes.SelectMany(scheme => scheme.Urls.Where(IsPlain).Select(url => ($"scheme `{scheme.Scheme.Name}`", url))))));
        probes.Add(One(description, "old-flow", "Only the authorization code, client credentials and device flows are offered.", Used(description, scheme => !scheme.Flows.IsEmpty)
            .SelectMany(scheme => scheme.Flows.Where(flow => flow is "implicit" or "password").Select(flow => ($"scheme `{scheme.Scheme.Name}`", $"offers the {flow} flow")))));
        return Task.FromResult(new CheckResult { Probes = [.. probes] });
    }

    private static IEnumerable<(Operation Operation, SecurityScheme Scheme)> Demanded(ApiDescription description) =>
        description.Operations.SelectMany(operation => operation.Security.SelectMany(alternative => alternative.Schemes).Select(scheme => (operation, scheme)));

    // What is defined and demanded nowhere does no harm.
    private static IEnumerable<DescribedScheme> Used(ApiDescription description, Func<DescribedScheme, bool> matches) =>
        description.Schemes.Where(scheme => matches(scheme) && Demanded(description).Any(pair => pair.Scheme.Name == scheme.Scheme.Name));

    private static IEnumerable<string> Undefined(ApiDescription description, SecurityScheme demanded) =>
        description.Schemes.FirstOrDefault(scheme => scheme.Scheme.Name == demanded.Name) is { Flows.IsEmpty: false } scheme ? demanded.Scopes.Except(scheme.Scopes) : [];

    private static bool IsPlain(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme == "http" && !address.IsLoopback;

    private static IEnumerable<ProbeResult> OpenWrites(ApiDescription description)
    {
        ImmutableArray<Operation> open = [.. description.Operations
            .Where(operation => operation.Method is "POST" or "PUT" or "PATCH" or "DELETE" && !operation.HasSecurity)
            .Where(operation => !OpenByNature.Any(word => operation.PathTemplate.Contains(word, StringComparison.OrdinalIgnoreCase)))];
        ImmutableArray<Operation> shut = [.. description.Operations.Where(operation => operation.HasSecurity)];
        ILookup<bool, Operation> beside = open.ToLookup(operation => shut.Any(other => other.PathTemplate == operation.PathTemplate));
        yield return Probe(description, "open-write", Confidence.Firm, "Writes are protected as the other methods of their path are.",
            [.. beside[true].Select(operation => (operation.Name, "is declared open, and other methods of its path are protected"))]);
        if (beside[false].Any() && !shut.IsEmpty)
        {
            yield return Probe(description, "open-write", Confidence.Suspect, "Writes are protected.", [.. beside[false].Select(operation => (operation.Name, "is declared open"))]);
        }
    }

    private static ProbeResult One(ApiDescription description, string variant, string expected, IEnumerable<(string Where, string What)> seen) =>
        Probe(description, variant, Confidence.Firm, expected, [.. seen.Distinct()]);

    private static ProbeResult Probe(ApiDescription description, string variant, Confidence confidence, string expected, ImmutableArray<(string Where, string What)> seen) => new(
        seen.IsEmpty ? new Outcome.Passed() : new Outcome.Failed(new Flaw
        {
            Expected = expected,
            Observed = $"{seen[0].Where} {seen[0].What}{(seen.Length == 1 ? "." : $"; the same of {Described.List(seen.Skip(1).Select(one => one.Where))}.")}",
            Confidence = confidence,
            Evidence = [Described.Evidence(description, seen.Select(one => $"{one.Where}: {one.What}"))],
        }))
    { Variant = variant };
}
