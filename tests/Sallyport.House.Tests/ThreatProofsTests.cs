using System.Collections.Immutable;
using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class ThreatProofsTests(Repository repository)
{
    private const string Test = "class GateTests { [Fact] public void X1_d1_Fetches_nothing() { } public void Helper() { } }";

    private static readonly ImmutableHashSet<string> _tests = TestMethods.In([Samples.Source(Test)]);

    [Fact]
    public void Every_threat_and_experiment_is_held_by_a_test_that_is_there() =>
        ThreatProofs.Violations(repository.Read("docs/threat-model.md"), TestMethods.In(repository.Below("tests/"))).ShouldFindNothing();

    [Fact]
    public void A_complete_table_is_fine() => ThreatProofs.Violations(Table("`GateTests.X1_d1_Fetches_nothing`"), _tests).ShouldBeEmpty();

    [Theory]
    [InlineData("`GateTests.X1_d1_Was_renamed`")]
    [InlineData("`GateTests.Helper`")]
    [InlineData("gate tests")]
    [InlineData("")]
    public void A_row_that_names_no_test_is_found(string proof) => ThreatProofs.Violations(Table(proof), _tests).Count().ShouldBe(ThreatProofs.Numbers.Length);

    [Fact]
    public void A_row_without_a_test_needs_a_reason() => ThreatProofs.Violations(Table("no test: the platform has no such thing"), _tests).ShouldBeEmpty();

    [Fact]
    public void A_number_without_a_row_is_found_and_so_is_one_with_two()
    {
        string whole = Table("`GateTests.X1_d1_Fetches_nothing`");
        string row = whole.Split('\n').Single(static line => line.StartsWith("| d7 |", System.StringComparison.Ordinal));
        ThreatProofs.Violations(whole.Replace(row, "", System.StringComparison.Ordinal), _tests).ShouldHaveSingleItem();
        ThreatProofs.Violations($"{whole}\n{row}", _tests).ShouldHaveSingleItem();
        ThreatProofs.Violations($"{whole}\n{row.Replace("d7", "d99", System.StringComparison.Ordinal)}", _tests).ShouldHaveSingleItem();
    }

    private static string Table(string proof) => string.Join('\n', ThreatProofs.Numbers.Select(number => $"| {number} | what | rule | {proof} |"));
}
