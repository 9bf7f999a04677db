using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;

namespace Sallyport.Proof.Tests;

/// <summary>The guarded sample as a process that is killed under load: what it answered it has kept.</summary>
public sealed class KilledHostTests : IDisposable
{
    private const int EachAtLeast = 60;
    private static readonly TimeSpan _ceiling = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("sallyport-killed-").FullName;

    private string Log => Path.Combine(_folder, "guard", "audit.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Kill_9_under_load_loses_no_acknowledged_record_and_no_identity_change()
    {
        ImmutableArray<string> roles;
        int accepted;
        int refused;
        using (var host = await SampleProcess.StartAsync(_folder))
        {
            using var alice = host.ClientOf("alice");
            using var bob = host.ClientOf("bob");
            using var root = host.ClientOf("root");
            using var load = new Load();
            Task[] work =
            [
                load.RepeatAsync("accepted", () => alice.SendAsync(HttpMethod.Get, "/profiles/alice"), HttpStatusCode.OK),
                load.RepeatAsync("accepted", () => alice.SendAsync(HttpMethod.Get, "/profiles/alice"), HttpStatusCode.OK),
                load.RepeatAsync("refused", () => bob.SendAsync(HttpMethod.Get, "/admin/accounts"), HttpStatusCode.Forbidden),
                load.RepeatAsync("changed", () => root.SendAsync(HttpMethod.Post, "/admin/accounts/dave/role", $$"""{"role":"{{RoleOf(load["changed"])}}"}"""), HttpStatusCode.OK),
            ];
            await load.ReachedAsync(EachAtLeast, "accepted", "refused", "changed").WaitAsync(_ceiling, TestContext.Current.CancellationToken);

            // SIGKILL, in the middle of it.
            host.Kill();
            await Task.WhenAll(work).WaitAsync(_ceiling, TestContext.Current.CancellationToken);
            load.Unexpected.ShouldBeEmpty();
            (accepted, refused) = (load["accepted"], load["refused"]);
            roles = [.. Enumerable.Range(0, load["changed"]).Select(RoleOf)];
        }

        byte[] key = Convert.FromBase64String((await File.ReadAllTextAsync(Log + ".key", TestContext.Current.CancellationToken)).Trim());
        AuditVerifier.Verify(AuditVerifier.FilesOf(Log), key, []).ShouldBeOfType<AuditVerdict.Intact>();
        Recorded("accepted", "alice", "GET /profiles/{name}").ShouldBeGreaterThanOrEqualTo(accepted);
        Recorded("refused", "bob", "GET /admin/accounts").ShouldBeGreaterThanOrEqualTo(refused);
        Recorded("changed", "dave", null).ShouldBeGreaterThanOrEqualTo(roles.Length);
        string last = await KeptRoleAsync(roles);

        // The next one goes on with both.
        using SampleProcess next = await SampleProcess.StartAsync(_folder);
        using SampleProcess.Client administrator = next.ClientOf("root");
        using HttpResponseMessage answer = await administrator.SendAsync(HttpMethod.Get, "/admin/accounts");
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($$"""{"name":"dave","role":"{{last}}"}""");
        AuditVerifier.Verify(AuditVerifier.FilesOf(Log), key, []).ShouldBeOfType<AuditVerdict.Intact>();
    }

    private static string RoleOf(int change) => change % 2 == 0 ? "staff" : "customer";

    /// <summary>Every acknowledged change is there in its order; one more may be, which was made and not answered any more.</summary>
    private async Task<string> KeptRoleAsync(ImmutableArray<string> acknowledged)
    {
        await using var store = new SallyportIdentityStore(new IdentityStoreOptions().UseSqlite(Path.Combine(_folder, "guard", "identities.db")), TimeProvider.System);
        int kept = (await store.ReadChangesAsync(10_000, TestContext.Current.CancellationToken)).Count(change => change is { Action: "change", Name: "dave" });
        kept.ShouldBeInRange(acknowledged.Length, acknowledged.Length + 1);
        string role = (await store.ReadAsync(TestContext.Current.CancellationToken)).Identities.Single(identity => identity.Name == "dave").Roles.ShouldHaveSingleItem();
        role.ShouldBe(RoleOf(kept - 1));
        return role;
    }

    private int Recorded(string kind, string identity, string? route)
    {
        int count = 0;
        foreach (string line in AuditVerifier.FilesOf(Log).SelectMany(File.ReadLines).Where(line => line.EndsWith('}')))
        {
            using var record = JsonDocument.Parse(line);
            count += Text(record, "kind") == kind && Text(record, "identity") == identity && (route is null || Text(record, "route") == route) ? 1 : 0;
        }

        return count;
    }

    private static string? Text(JsonDocument record, string name) => record.RootElement.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
