using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class CheckTestsTests(Repository repository)
{
    private const string Check = "namespace N; internal sealed class NoTrust : Check;";

    [Fact]
    public void Every_check_is_named_by_a_test() => CheckTests.Violations(
        repository.Below("src/Sallyport.Scan/Checks/"),
        CheckTests.NamesIn(repository.Below("tests/"))).ShouldFindNothing();

    [Fact]
    public void A_check_without_a_test_is_found() =>
        CheckTests.Violations([Samples.Source(Check)], CheckTests.NamesIn([Samples.Source("class T { string S => \"NoTrust\"; }")]))
            .ShouldNotBeEmpty();

    [Fact]
    public void A_check_with_a_test_is_fine() =>
        CheckTests.Violations([Samples.Source(Check)], CheckTests.NamesIn([Samples.Source("class T { object M() => new NoTrust(); }")]))
            .ShouldBeEmpty();
}
