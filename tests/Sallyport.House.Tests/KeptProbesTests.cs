using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class KeptProbesTests(Repository repository)
{
    private const string Loop = "class C { async Task M(C context) { foreach (var one in All) { probes.Add({0}); } } }";
    private const string Side = "class C { async Task<List<ProbeResult>> M() { return await Task.WhenAll(All.Select(one => OneAsync(one))); } {0} }";

    [Fact]
    public void Checks_keep_what_they_have_proved() =>
        KeptProbes.Violations(repository.Below("src/Sallyport.Scan/Checks/")).ShouldFindNothing();

    [Theory]
    [InlineData(Loop, "await OneAsync(one)", false)]
    [InlineData(Loop, "context.Keep(await OneAsync(one))", true)]
    [InlineData(Side, "", false)]
    [InlineData(Side, "ProbeResult P(C context) => context.Keep(new());", true)]
    public void Probes_of_several_awaits_need_it(string code, string what, bool fine) =>
        KeptProbes.Violations([Samples.Source(code.Replace("{0}", what, System.StringComparison.Ordinal))])
            .Any().ShouldBe(!fine);
}
