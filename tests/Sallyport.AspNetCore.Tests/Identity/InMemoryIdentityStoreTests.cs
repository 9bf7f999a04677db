using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Tests.Identity;

public sealed class InMemoryIdentityStoreTests
{
    private readonly InMemoryIdentityStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_change_has_a_higher_epoch_and_no_version_ever_comes_back()
    {
        var alice = new CertificateIdentity { Name = "alice" };
        _store.Add(alice);
        long first = (await AllAsync()).Identities.Single().Version;
        _store.Replace(alice with { IsEnabled = false });
        CertificateIdentity disabled = (await AllAsync()).Identities.Single();
        disabled.IsEnabled.ShouldBeFalse();
        _store.Remove("alice").ShouldBeTrue();
        _store.Remove("alice").ShouldBeFalse();
        _store.Add(alice);
        StoredIdentities all = await AllAsync();
        new[] { first, disabled.Version, all.Identities.Single().Version }.ShouldBe([2, 3, 5]);
        all.Epoch.ShouldBe(await _store.ReadEpochAsync(Cancel));
    }

    [Fact]
    public async Task A_name_is_taken_once_and_only_what_is_there_is_replaced()
    {
        _store.Add(new CertificateIdentity { Name = "alice" });
        Should.Throw<ArgumentException>(() => _store.Add(new CertificateIdentity { Name = "alice" }));
        Should.Throw<KeyNotFoundException>(() => _store.Replace(new CertificateIdentity { Name = "bob" }));
        (await AllAsync()).Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task A_revoked_certificate_is_told()
    {
        var certificate = CertificateThumbprint.Of("certificate"u8);
        _store.Revoke(certificate);
        (await AllAsync()).Revoked.ShouldBe([certificate]);
    }

    [Fact]
    public async Task Whoever_waits_hears_of_a_change()
    {
        Task waiting = _store.WaitForChangeAsync(Cancel);
        waiting.IsCompleted.ShouldBeFalse();
        _store.Add(new CertificateIdentity { Name = "alice" });
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    private ValueTask<StoredIdentities> AllAsync() => _store.ReadAsync(Cancel);
}
