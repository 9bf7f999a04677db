using System.Threading.Tasks;
using Sallyport.Scan.Checks.Authorization;
using Sallyport.Scan.Checks.Limits;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Authorization;

/// <summary>Lists that only one identity is served: the refusal of the others is an answer, and the one who is served is asked the rest.</summary>
public sealed class ListOfAnotherTests(CheckLab lab)
{
    [Theory]
    [InlineData(403, "passed")]
    [InlineData(404, "notTested")]
    [InlineData(500, "notTested")]
    public async Task A_list_that_is_refused_shows_nothing(int status, string outcome)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            bool mine = context.Request.Path == "/admin/accounts" && ApiServer.Caller(context) is "alice" or "bob";
            await (mine ? ApiServer.RefuseAsync(context, status) : Task.CompletedTask);
            return mine;
        });
        CheckSummary check = (await CheckLab.RunAsync(new ListLeak(), server.Request())).Checks[0];
        check.Outcome.ShouldBe(outcome, check.ToString());
    }

    [Fact]
    public async Task A_page_is_asked_for_as_whoever_is_served_it()
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            bool large = context.Request.Path == "/admin/accounts" && ApiServer.Caller(context) == "root" && context.Request.Query["limit"] == "1000000";
            await (large ? ApiServer.RefuseAsync(context, 400) : Task.CompletedTask);
            return large;
        });
        ScanRequest request = server.Request();
        Operation list = new() { Method = "GET", PathTemplate = "/admin/accounts", HasSecurity = true, Parameters = [new("limit", "query", false, ["20"])] };
        CheckSummary check = (await CheckLab.RunAsync(new UnboundedInput(), request with { Operations = [CheckLab.Profiles, list] })).Checks[0];
        check.Passed.ShouldBe(1, check.ToString());
    }
}
