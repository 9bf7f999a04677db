using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using OrdersApi.App;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>What shows each weakness of who may do what.</summary>
internal static class AuthorizationSwitches
{
    private const string Mail = """{"email":"changed@orders.test"}""";

    public static IEnumerable<(Weakness Weakness, Func<OrdersClient, Task<bool>> Shows)> All =>
    [
        (Weakness.ForeignWrites, api => ChangesAliceAsync(api, () => api.SendAsync("PUT", "/profiles/alice", api.Bob, Mail))),
        (Weakness.LooseParent, async api => (await api.GetAsync("/orders/27/lines/171", api.Bob)).Text.Contains("\"note\":\"line-", StringComparison.Ordinal)),
        (Weakness.BelievedOwner, async api => (await api.GetAsync("/orders?user_id=alice", api.Bob)).Text.Contains("\"owner\":\"alice\"", StringComparison.Ordinal)),
        (Weakness.ListOfAll, async api => (await api.GetAsync("/orders", api.Bob)).Text.Contains("\"owner\":\"alice\"", StringComparison.Ordinal)),
        (Weakness.OpenAdministration, async api => (await api.GetAsync("/admin/accounts", api.Bob)).Text.Contains("carol", StringComparison.Ordinal)),
        (Weakness.UnevenMethods, UnevenAsync),
        (Weakness.AnonymousPreferred, AnonymousPreferredAsync),
        (Weakness.AnonymousWrites, api => ChangesAliceAsync(api, () => api.SendAsync("PATCH", "/profiles/alice", api.Bob.Forged, [], Mail))),
        (Weakness.ExistenceOracle, async api => (await api.GetAsync("/orders/17", api.Bob)).Status != (await api.GetAsync("/orders/9999", api.Bob)).Status),
        (Weakness.MassAssignment, MassAssignmentAsync),
        (Weakness.OverExposure, async api => (await api.GetAsync("/profiles/alice", api.Alice)).Text.Contains("passwordHash", StringComparison.Ordinal)),
        (Weakness.StaleRole, RoleStaysAsync),
        (Weakness.LateDecision, RoleIsLateAsync),
        (Weakness.PathConfusion, async api => (await api.GetAsync("/ADMIN/accounts", api.Bob)).Text.Contains("carol", StringComparison.Ordinal)),
        (Weakness.ForgottenRoute, async api => (await api.SendAsync("GET", "/coupons", api.Alice.Forged, [])).Served),
        (Weakness.MethodOverride, async api => (await api.SendAsync("POST", "/profiles/alice", api.Alice.Forged, [("X-HTTP-Method-Override", "GET")])).Served),
    ];

    private static async Task<bool> ChangesAliceAsync(OrdersClient api, Func<Task<OrdersAnswer>> write)
    {
        await write();
        return (await api.GetAsync("/profiles/alice", api.Alice)).Member("email") == "changed@orders.test";
    }

    private static async Task<bool> UnevenAsync(OrdersClient api) =>
        (await api.SendAsync("PUT", "/profiles/alice", api.Bob, Mail)).Status == 403
        && await ChangesAliceAsync(api, () => api.SendAsync("PATCH", "/profiles/alice", api.Bob, Mail));

    private static async Task<bool> AnonymousPreferredAsync(OrdersClient api)
    {
        (await api.GetAsync("/orders/17/invoice", api.Bob)).Status.ShouldBe(403);
        return (await api.SendAsync("GET", "/orders/17/invoice", api.Bob.Forged, [])).Served;
    }

    private static async Task<bool> MassAssignmentAsync(OrdersClient api)
    {
        await api.SendAsync("PATCH", "/profiles/alice", api.Alice, """{"balance":999999}""");
        return (await api.GetAsync("/profiles/alice", api.Alice)).Member("balance") == "999999";
    }

    private static async Task<bool> RoleStaysAsync(OrdersClient api)
    {
        (await api.SendAsync("POST", "/admin/accounts/bob/role", api.Pki.Root, """{"role":"admin"}""")).Status.ShouldBe(200);
        (await api.GetAsync("/admin/accounts", api.Bob)).Served.ShouldBeTrue();
        (await api.SendAsync("POST", "/admin/accounts/bob/role", api.Pki.Root, """{"role":"customer"}""")).Status.ShouldBe(200);
        return (await api.GetAsync("/admin/accounts", api.Bob)).Served;
    }

    private static async Task<bool> RoleIsLateAsync(OrdersClient api)
    {
        (await api.GetAsync("/admin/accounts", api.Bob)).Status.ShouldBe(403);
        (await api.SendAsync("POST", "/admin/accounts/bob/role", api.Pki.Root, """{"role":"admin"}""")).Status.ShouldBe(200);
        bool late = (await api.GetAsync("/admin/accounts", api.Bob)).Status == 403;
        await api.SendAsync("POST", "/admin/accounts/bob/role", api.Pki.Root, """{"role":"customer"}""");
        return late;
    }
}
