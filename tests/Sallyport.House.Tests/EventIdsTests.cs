using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class EventIdsTests(Repository repository)
{
    [Fact]
    public void Every_event_of_a_log_has_a_number_of_its_own() => EventIds.Violations(repository.Below("src/")).ShouldFindNothing();

    [Theory]
    [InlineData("[LoggerMessage(EventId = 1)] void A(); [LoggerMessage(EventId = 1)] void B();", 2)]
    [InlineData("[LoggerMessage(EventId = 1)] void A(); [LoggerMessage(EventId = 2)] void B();", 0)]
    public void Two_of_one_number_are_found(string members, int found) => EventIds.Violations([Samples.Source($"class C {{ {members} }}")]).Count().ShouldBe(found);
}
