using System.Collections.Generic;
using System.Linq;
using Sallyport.Scan.Engine;

namespace Sallyport.Scan.Tests.Engine;

/// <summary>Ids are what users put into --checks, --skip and baselines: every one that was ever promised stays.</summary>
public sealed class CatalogueIdsTests
{
    [Theory]
    [InlineData("TLS", 1, 24)]
    [InlineData("MTLS", 1, 10)]
    [InlineData("MTLS", 101, 126)]
    [InlineData("MTLS", 201, 207)]
    [InlineData("MTLS", 211, 217)]
    [InlineData("MTLS", 301, 307)]
    [InlineData("PROXY", 1, 6)]
    [InlineData("JWT", 1, 18)]
    [InlineData("BIND", 1, 10)]
    [InlineData("AUTHZ", 1, 14)]
    [InlineData("CSRF", 1, 8)]
    [InlineData("RACE", 1, 6)]
    [InlineData("AUTH", 1, 7)]
    [InlineData("IV", 1, 7)]
    [InlineData("RL", 1, 3)]
    [InlineData("DATA", 1, 4)]
    [InlineData("ENC", 1, 2)]
    [InlineData("SSRF", 1, 2)]
    [InlineData("INV", 1, 3)]
    [InlineData("UC", 1, 1)]
    [InlineData("GQL", 1, 5)]
    [InlineData("SPEC", 1, 6)]
    [InlineData("LLM", 1, 12)]
    public void No_check_of_the_catalogue_vanishes(string family, int first, int last)
    {
        IEnumerable<string> promised = Enumerable.Range(first, last - first + 1).Select(number => $"{family}-{number:000}");
        promised.Except(CheckCatalog.Rules.Select(static rule => rule.Id)).ShouldBeEmpty();
    }
}
