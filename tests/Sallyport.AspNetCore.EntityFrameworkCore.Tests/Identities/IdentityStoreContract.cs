using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.Identities;

/// <summary>What both databases must do alike.</summary>
public abstract class IdentityStoreContract
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Another node on the same database.</summary>
    protected abstract SallyportIdentityStore Node();

    /// <summary>A change by hand.</summary>
    protected abstract Task SqlAsync(string statement);

    [Fact]
    public async Task An_identity_comes_back_as_it_was_written()
    {
        await using SallyportIdentityStore store = Node();
        using var pki = new LabPki(TimeProvider.System);
        CertificateProfile.TryRead(pki.Alice.Forged.Leaf.Span, out CertificateProfile? leaf, out _).ShouldBeTrue();
        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var alice = new CertificateIdentity
        {
            Name = "alice \u00E9 'quoted'",
            Matches =
            [
                new CertificateMatch.Sha256(leaf.ShouldNotBeNull().Thumbprint),
                new CertificateMatch.IssuerSerial(leaf.Issuer, leaf.SerialNumber),
                San(new GeneralName.Dns("Alice.Client.test")),
                San(new GeneralName.Uri("spiffe://corp.test/ns/A")),
                San(new GeneralName.Email("Alice@MAIL.test")),
                San(new GeneralName.Ip(Octets.Of(IPAddress.Parse("2001:db8::7").GetAddressBytes()))),
                San(new GeneralName.OtherName("1.3.6.1.4.1.311.20.2.3", Octets.Of([0x0C, 1, 0x61]))),
            ],
            Roles = ["buyer", "a \"quoted\" role"],
            Scopes = ["orders:read"],
            IsEnabled = false,
            NotBefore = now,
            NotAfter = now.AddDays(1),
        };
        (await store.AddAsync(alice, "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
        StoredIdentities all = await store.ReadAsync(Cancel);
        CertificateIdentity read = all.Identities.ShouldHaveSingleItem();
        read.Matches.ShouldBe(
            [
                alice.Matches[0],
                alice.Matches[1],
                San(new GeneralName.Dns("alice.client.test")),
                alice.Matches[3],
                San(new GeneralName.Email("Alice@mail.test")),
                alice.Matches[5],
                alice.Matches[6],
            ],
            ignoreOrder: true);
        read.Roles.ShouldBe(alice.Roles);
        read.Scopes.ShouldBe(alice.Scopes);
        (read.Name, read.IsEnabled, read.NotBefore, read.NotAfter).ShouldBe((alice.Name, false, alice.NotBefore, alice.NotAfter));
        all.Epoch.ShouldBe(await store.ReadEpochAsync(Cancel));
        read.Version.ShouldBe(all.Epoch);
    }

    [Fact]
    public async Task Every_change_has_a_higher_epoch_and_no_version_ever_comes_back()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "a.test");
        long first = (await OneAsync(store, "alice")).Version;
        (await store.ChangeAsync("alice", null, identity => identity with { IsEnabled = false }, "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
        long second = (await OneAsync(store, "alice")).Version;
        (await store.RemoveAsync("alice", "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
        await AddAsync(store, "alice", "a.test");
        long third = (await OneAsync(store, "alice")).Version;
        second.ShouldBeGreaterThan(first);
        third.ShouldBeGreaterThan(second);
        (await store.RemoveAsync("nobody", "test", Cancel)).ShouldBeOfType<IdentityWrite.NotFound>();
    }

    [Fact]
    public async Task A_name_and_a_match_are_taken_once_and_a_refused_change_has_changed_nothing()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await AddAsync(store, "bob", "bob.test");
        long epoch = await store.ReadEpochAsync(Cancel);
        (await store.AddAsync(Named("alice", "other.test"), "test", Cancel)).ShouldBeOfType<IdentityWrite.NameTaken>();
        (await store.AddAsync(Named("mallory", "free.test", "ALICE.test"), "test", Cancel)).ShouldBe(new IdentityWrite.MatchTaken(Dns("ALICE.test"), "alice"));
        (await store.AddAsync(Named("mallory", "*.test"), "test", Cancel)).ShouldBe(new IdentityWrite.Unusable(Dns("*.test")));
        (await store.ChangeAsync("bob", null, identity => identity with { Roles = ["admin"], Matches = [.. identity.Matches, Dns("alice.test")] }, "test", Cancel))
            .ShouldBe(new IdentityWrite.MatchTaken(Dns("alice.test"), "alice"));
        (await store.ChangeAsync("nobody", null, identity => identity, "test", Cancel)).ShouldBeOfType<IdentityWrite.NotFound>();
        StoredIdentities all = await store.ReadAsync(Cancel);
        all.Epoch.ShouldBe(epoch);
        all.Identities.Select(identity => identity.Name).ShouldBe(["alice", "bob"]);
        all.Identities[1].Roles.ShouldBeEmpty();
        (await store.ReadChangesAsync(100, Cancel)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_change_for_another_version_is_refused()
    {
        await using SallyportIdentityStore one = Node();
        await using SallyportIdentityStore other = Node();
        await AddAsync(one, "alice", "alice.test");
        long seen = (await OneAsync(one, "alice")).Version;
        (await other.ChangeAsync("alice", seen, identity => identity with { IsEnabled = false }, "other", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
        long now = (await OneAsync(one, "alice")).Version;
        (await one.ChangeAsync("alice", seen, identity => identity with { Roles = ["admin"] }, "one", Cancel)).ShouldBe(new IdentityWrite.VersionMoved(now));
        CertificateIdentity alice = await OneAsync(one, "alice");
        (alice.IsEnabled, alice.Roles.IsEmpty).ShouldBe((false, true));
    }

    [Fact]
    public async Task Changes_of_many_at_once_are_all_there()
    {
        await using SallyportIdentityStore one = Node();
        await using SallyportIdentityStore other = Node();
        await AddAsync(one, "alice", "alice.test");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            SallyportIdentityStore node = number % 2 == 0 ? one : other;
            (await node.ChangeAsync("alice", null, identity => identity with { Roles = identity.Roles.Add($"r{number}") }, "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
        }));
        (await OneAsync(one, "alice")).Roles.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 20).Select(number => $"r{number}").Order(StringComparer.Ordinal));
        ImmutableArray<IdentityChangeRecord> changes = await one.ReadChangesAsync(100, Cancel);
        changes.Select(change => change.Epoch).ShouldBe(changes.Select(change => change.Epoch).Distinct().OrderDescending());
    }

    [Fact]
    public async Task Nodes_that_start_at_once_make_one_schema()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using SallyportIdentityStore node = Node();
            await node.EnsureSchemaAsync(Cancel);
        }));
        await using SallyportIdentityStore store = Node();
        (await store.ReadEpochAsync(Cancel)).ShouldBe(1);
    }

    [Fact]
    public async Task A_revoked_certificate_is_taken_from_its_identity_and_told_for_good()
    {
        await using SallyportIdentityStore store = Node();
        var certificate = CertificateThumbprint.Of("certificate"u8);
        await store.AddAsync(Named("alice", "alice.test") with { Matches = [new CertificateMatch.Sha256(certificate), Dns("alice.test")] }, "test", Cancel);
        (await store.RevokeAsync(certificate, "stolen", "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
        (await store.RevokeAsync(certificate, "again", "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
        StoredIdentities all = await store.ReadAsync(Cancel);
        all.Revoked.ShouldBe([certificate]);
        all.Identities.Single().Matches.ShouldBe([Dns("alice.test")]);
    }

    [Fact]
    public async Task Every_change_is_recorded_with_who_made_it()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await store.ChangeAsync("alice", null, identity => identity with { Roles = ["admin"] }, "carol", Cancel);
        await store.RevokeAsync(CertificateThumbprint.Of("c"u8), "stolen", "dave", Cancel);
        await store.RemoveAsync("alice", "erin", Cancel);
        ImmutableArray<IdentityChangeRecord> changes = await store.ReadChangesAsync(10, Cancel);
        changes.Select(change => (change.Action, change.By)).ShouldBe([("remove", "erin"), ("revoke", "dave"), ("change", "carol"), ("add", "test")]);
        changes[2].Detail.ShouldContain("\"roles\":[\"admin\"]");
        changes[1].Detail.ShouldBe("stolen");
        changes[0].Epoch.ShouldBe(await store.ReadEpochAsync(Cancel));
    }

    [Fact]
    public async Task A_change_by_hand_in_sql_moves_the_epoch_and_the_version()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await AddAsync(store, "bob", "bob.test");
        long bob = (await OneAsync(store, "bob")).Version;
        foreach (string statement in (string[])
        [
            "UPDATE sallyport_identities SET enabled = NOT enabled WHERE name = 'alice'",
            "UPDATE sallyport_identities SET roles = '[\"admin\"]' WHERE name = 'alice'",
            "INSERT INTO sallyport_identity_matches (identity_id, kind, value) SELECT id, 'dns', 'more.test' FROM sallyport_identities WHERE name = 'alice'",
            "UPDATE sallyport_identity_matches SET value = 'changed.test' WHERE value = 'more.test'",
            "DELETE FROM sallyport_identity_matches WHERE value = 'changed.test'",
        ])
        {
            long before = await store.ReadEpochAsync(Cancel);
            await SqlAsync(statement);
            long after = await store.ReadEpochAsync(Cancel);
            after.ShouldBeGreaterThan(before, statement);
            (await OneAsync(store, "alice")).Version.ShouldBe(after, statement);
        }

        (await OneAsync(store, "bob")).Version.ShouldBe(bob);
        foreach (string statement in (string[])
        [
            $"INSERT INTO sallyport_revoked_certificates (sha256) VALUES ('{new string('a', 64)}')",
            "DELETE FROM sallyport_revoked_certificates",
            "INSERT INTO sallyport_identities (name, version) VALUES ('carol', 1)",
            "DELETE FROM sallyport_identities WHERE name = 'alice'",
        ])
        {
            long before = await store.ReadEpochAsync(Cancel);
            await SqlAsync(statement);
            (await store.ReadEpochAsync(Cancel)).ShouldBeGreaterThan(before, statement);
        }

        StoredIdentities all = await store.ReadAsync(Cancel);
        all.Identities.Select(identity => identity.Name).ShouldBe(["bob", "carol"]);
        all.Identities[1].Version.ShouldBeGreaterThan(1);
        (await store.AddAsync(Named("alice", "alice.test"), "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
    }

    [Theory]
    [InlineData("UPDATE sallyport_epoch SET epoch = epoch - 1")]
    [InlineData("UPDATE sallyport_epoch SET epoch = epoch")]
    [InlineData("DELETE FROM sallyport_epoch")]
    public async Task The_epoch_does_not_go_back_even_by_hand(string statement)
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        long before = await store.ReadEpochAsync(Cancel);
        await Should.ThrowAsync<System.Data.Common.DbException>(() => SqlAsync(statement));
        (await store.ReadEpochAsync(Cancel)).ShouldBe(before);
    }

    [Fact]
    public async Task A_version_does_not_come_back_even_by_hand()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await AddAsync(store, "bob", "bob.test");
        long before = (await OneAsync(store, "alice")).Version;
        try
        {
            await SqlAsync("UPDATE sallyport_identities SET version = 1 WHERE name = 'alice'");
        }
        catch (System.Data.Common.DbException)
        {
            // One database refuses it, the other gives the next version: either is right.
        }

        (await OneAsync(store, "alice")).Version.ShouldBeGreaterThanOrEqualTo(before);
    }

    [Fact]
    public async Task What_a_hand_has_spoiled_lets_that_identity_out_and_leaves_the_others()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await AddAsync(store, "bob", "bob.test");
        await AddAsync(store, "carol", "carol.test");
        await SqlAsync("UPDATE sallyport_identities SET roles = '[1]' WHERE name = 'alice'");
        await SqlAsync("UPDATE sallyport_identities SET not_after = 9223372036854775807 WHERE name = 'carol'");
        await SqlAsync("INSERT INTO sallyport_identity_matches (identity_id, kind, value) SELECT id, 'issuer-serial', 'zz' FROM sallyport_identities WHERE name = 'bob'");
        await SqlAsync("INSERT INTO sallyport_identity_matches (identity_id, kind, value) SELECT id, 'unheard-of', 'x' FROM sallyport_identities WHERE name = 'bob'");
        StoredIdentities all = await store.ReadAsync(Cancel);
        all.Identities.Select(identity => (identity.Name, identity.IsEnabled)).ShouldBe([("alice", false), ("bob", true), ("carol", false)]);
        all.Identities[1].Matches.ShouldBe([Dns("bob.test")]);
        await Should.ThrowAsync<System.Data.Common.DbException>(() => SqlAsync("UPDATE sallyport_identities SET roles = 'admin' WHERE name = 'bob'"));
    }

    [Fact]
    public async Task A_revocation_that_cannot_be_read_is_not_forgotten_silently()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await SqlAsync("INSERT INTO sallyport_revoked_certificates (sha256) VALUES ('AA:BB')");
        await Should.ThrowAsync<InvalidOperationException>(() => store.ReadAsync(Cancel).AsTask());
    }

    protected static CertificateIdentity Named(string name, params ImmutableArray<string> dns) => new() { Name = name, Matches = [.. dns.Select(Dns)] };

    protected static CertificateMatch Dns(string name) => San(new GeneralName.Dns(name));

    protected static async Task AddAsync(SallyportIdentityStore store, string name, string dns)
    {
        ArgumentNullException.ThrowIfNull(store);
        (await store.AddAsync(Named(name, dns), "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
    }

    protected static async Task<CertificateIdentity> OneAsync(SallyportIdentityStore store, string name)
    {
        ArgumentNullException.ThrowIfNull(store);
        return (await store.ReadAsync(Cancel)).Identities.Single(identity => identity.Name == name);
    }

    private static CertificateMatch.AlternativeName San(GeneralName name) => new(name);
}
