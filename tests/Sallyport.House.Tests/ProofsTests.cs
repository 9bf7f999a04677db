using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class ProofsTests(Repository repository)
{
    private static readonly ImmutableSortedSet<string> _rules = ["TLS-001"];
    private static readonly ImmutableHashSet<string> _tests = ["ATests.Fails", "ATests.Passes"];
    private static readonly ImmutableHashSet<string> _decisions = ["0065"];

    [Fact]
    public void Every_rule_has_its_proofs() => ProofTable.Violations(
        repository.Read("docs/proofs.md"),
        ProofTable.RulesIn(repository.Below("src/Sallyport.Scan/Checks/")),
        TestMethods.In(repository.Below("tests/")),
        [.. repository.Files.Where(file => file.StartsWith("docs/decisions/", StringComparison.Ordinal)).Select(file => file["docs/decisions/".Length..][..4])]).ShouldFindNothing();

    [Theory]
    [InlineData("| TLS-001 | `ATests.Fails` | `ATests.Passes`, `ATests.Fails` | fact | 0065 |", true)]
    [InlineData("| TLS-001 | `ATests.Fails` | `ATests.Passes` | | 0065 |", false)]
    [InlineData("| TLS-001 | `ATests.Fails` | `ATests.Passes` | `ATests.Gone` | 0065 |", false)]
    [InlineData("| TLS-001 | `ATests.Fails` | `ATests.Passes` | `ATests.Fails` | 0099 |", false)]
    [InlineData("| TLS-001 | `ATests.Fails` | `ATests.Passes` | 0065 |", false)]
    [InlineData("| TLS-001 | `ATests.Fails` | `ATests.Passes` | later | 0065 |", false)]
    [InlineData("| TLS-002 | fact | fact | fact | fact |", false)]
    [InlineData("", false)]
    public void A_row_is_held_to_what_exists(string row, bool right) =>
        ProofTable.Violations("# Proofs\n\n| rule | a | b | c | d |\n|---|---|---|---|---|\n" + row + "\n", _rules, _tests, _decisions).Any().ShouldBe(!right);

    [Fact]
    public void A_row_that_stands_twice_is_found()
    {
        const string Row = "| TLS-001 | fact | fact | fact | fact |\n";
        ProofTable.Violations(Row + Row, _rules, _tests, _decisions).ShouldNotBeEmpty();
    }

    [Fact]
    public void Tests_and_rules_are_read_from_the_sources()
    {
        TestMethods.In([Samples.Source("class ATests { [Fact] public void Fails() { } [Xunit.Theory] public void Passes() { } void Helper() { } }")]).ShouldBe(_tests, ignoreOrder: true);
        ProofTable.RulesIn([Samples.Source("class C { string Id => \"TLS-001\"; string T => \"TLS-001 and more\"; }")]).ShouldBe(_rules);
    }
}
