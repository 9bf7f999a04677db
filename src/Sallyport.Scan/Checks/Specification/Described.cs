using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Spec;

namespace Sallyport.Scan.Checks.Specification;

/// <summary>What the checks of the description have in common.</summary>
internal static class Described
{
    /// <summary>The answer of a check that needs the description and has none: nothing is proved by its absence.</summary>
    public static CheckResult Missing { get; } = CheckResult.NotTested("no description of the API was given or found", "--spec FILE or URL (spec)");

    /// <summary>The same answer with what is worth knowing all the same.</summary>
    /// <param name="facts">The facts.</param>
    public static CheckResult With(ImmutableArray<Fact> facts) => Missing with { Facts = facts };

    /// <summary>What was sent and came back, in a line each.</summary>
    /// <param name="sent">What was sent.</param>
    /// <param name="received">What came back.</param>
    public static Evidence Lines(string sent, string received) => new() { Title = sent, Sent = sent, Received = received };

    /// <summary>Up to eight names, and how many more there are.</summary>
    /// <param name="names">The names.</param>
    public static string List(IEnumerable<string> names)
    {
        ImmutableArray<string> all = [.. names.Distinct()];
        return all.Length <= 8 ? string.Join(", ", all) : $"{string.Join(", ", all.Take(8))} and {all.Length - 8} more";
    }

    /// <summary>Lines of the description as evidence.</summary>
    /// <param name="description">The description.</param>
    /// <param name="lines">What it says, one line each.</param>
    public static Evidence Evidence(ApiDescription description, IEnumerable<string> lines) => new()
    {
        Title = $"the description (OpenAPI {description.Version})",
        Sent = "nothing: the description was read",
        Received = string.Join('\n', lines.Take(40)),
    };
}
