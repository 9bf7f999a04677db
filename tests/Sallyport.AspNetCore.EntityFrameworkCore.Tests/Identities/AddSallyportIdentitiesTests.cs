using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.Identities;

public sealed class AddSallyportIdentitiesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-identities-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_guard_knows_what_is_in_the_file_and_hears_of_changes()
    {
        using IHost host = Build(options => options.UseSqlite("identities.db"));
        await host.StartAsync(Cancel);
        File.Exists(Path.Combine(_folder.FullName, "identities.db")).ShouldBeTrue();
        IIdentityDirectory directory = host.Services.GetRequiredService<IIdentityDirectory>();
        directory.FindByName("alice").ShouldBeOfType<IdentityAnswer.Unmapped>();
        await ChangedAsync(directory, store => store.AddAsync(new CertificateIdentity { Name = "alice" }, "test", Cancel), host);
        directory.FindByName("alice").ShouldBeOfType<IdentityAnswer.Known>();
        await ChangedAsync(directory, store => store.ChangeAsync("alice", null, identity => identity with { IsEnabled = false }, "test", Cancel), host);
        directory.FindByName("alice").ShouldBe(new IdentityAnswer.Inactive("alice"));
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Every_change_through_the_store_is_in_the_audit_trail_and_no_refused_one()
    {
        var trail = new Trail();
        using IHost host = Build(options => options.UseSqlite("identities.db"), services => services.AddSingleton<IAuditTrail>(trail));
        await host.StartAsync(Cancel);
        IIdentityDirectory directory = host.Services.GetRequiredService<IIdentityDirectory>();
        SallyportIdentityStore store = host.Services.GetRequiredService<SallyportIdentityStore>();
        var thumbprint = Certificates.CertificateThumbprint.Of([1, 2, 3]);
        await ChangedAsync(directory, one => one.AddAsync(new CertificateIdentity { Name = "alice" }, "clerk", Cancel), host);
        (await store.AddAsync(new CertificateIdentity { Name = "alice" }, "clerk", Cancel)).ShouldBeOfType<IdentityWrite.NameTaken>();
        await store.ChangeAsync("alice", null, identity => identity with { IsEnabled = false }, "clerk", Cancel);
        await store.RevokeAsync(thumbprint, "stolen", "clerk", Cancel);
        await store.RemoveAsync("alice", "clerk", Cancel);
        AuditEvent[] changes = [.. trail.Events.Where(static one => one.Reason.StartsWith(AuditReasons.IdentityChanged, StringComparison.Ordinal))];
        changes.Select(static one => one.Reason[(AuditReasons.IdentityChanged.Length + 1)..]).ShouldBe(["add", "change", "revoke", "remove"]);
        changes.ShouldAllBe(static one => one.Kind == AuditKind.Changed && one.Detail != null && one.Detail.StartsWith("by clerk, epoch "));
        changes.Select(static one => one.Identity).ShouldBe(["alice", "alice", null, "alice"]);
        changes[2].Certificate.ShouldBe(thumbprint);
        trail.Events.ShouldContain(static one => one.Reason == AuditReasons.IdentitiesRead);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_host_whose_store_is_misconfigured_does_not_start_and_says_no_password()
    {
        using IHost host = Build(options => options.UseNpgsql("Host=db.example;Password=hunter2"));
        OptionsValidationException thrown = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(Cancel));
        thrown.Message.ShouldContain("VerifyFull");
        thrown.Message.ShouldNotContain("hunter2");
    }

    private static async Task ChangedAsync(IIdentityDirectory directory, Func<SallyportIdentityStore, Task<IdentityWrite>> change, IHost host)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        directory.Subscribe(_ => heard.TrySetResult());
        (await change(host.Services.GetRequiredService<SallyportIdentityStore>())).ShouldBeOfType<IdentityWrite.Done>();
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    private IHost Build(Action<IdentityStoreOptions> configure, Action<IServiceCollection>? services = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = _folder.FullName });
        services?.Invoke(builder.Services);
        builder.AddSallyport(_ => { });
        builder.Services.AddSallyportIdentities(configure);
        return builder.Build();
    }

    private sealed class Trail : IAuditTrail
    {
        public ConcurrentQueue<AuditEvent> Events { get; } = new();

        public void Note(AuditEvent happened) => Events.Enqueue(happened);

        public ValueTask RecordAsync(AuditEvent happened, CancellationToken cancellationToken)
        {
            Events.Enqueue(happened);
            return default;
        }
    }
}
