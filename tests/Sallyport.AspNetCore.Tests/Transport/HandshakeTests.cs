using System;
using System.Net.Security;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.AspNetCore.Transport;
using Sallyport.AspNetCore.Trust;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Transport;

public sealed class HandshakeTests
{
    [Fact]
    public async Task A_revocation_between_the_verdict_and_the_entry_is_not_missed()
    {
        using var pki = new LabPki(TimeProvider.System);
        await using var host = await GuardedHost.StartAsync(pki);

        // The guard reads the clock once for the verdict and once for the entry: the second reading is the moment in between.
        var clock = new HookedTime(reading: 2, () => host.Trust(pki.Alice));
        Validate(host, clock, pki.Alice, out var connection).ShouldBeFalse();
        connection.Features.Get<IGuardedConnectionFeature>().ShouldBeNull();
        Validate(host, new HookedTime(reading: 2, () => host.Trust(pki.Alice)), pki.Bob, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task One_connection_has_one_verdict()
    {
        using var pki = new LabPki(TimeProvider.System);
        await using var host = await GuardedHost.StartAsync(pki);
        var handshake = Handshake(host, TimeProvider.System, new DefaultConnectionContext());
        handshake.Validate(this, pki.Alice.Certificate, null, SslPolicyErrors.None).ShouldBeTrue();
        handshake.Validate(this, pki.Bob.Certificate, null, SslPolicyErrors.None).ShouldBeFalse();
        var refused = Handshake(host, TimeProvider.System, new DefaultConnectionContext());
        refused.Validate(this, pki.Rogue.Certificate, null, SslPolicyErrors.None).ShouldBeFalse();
        refused.Validate(this, pki.Alice.Certificate, null, SslPolicyErrors.None).ShouldBeFalse();
    }

    private bool Validate(GuardedHost host, TimeProvider clock, LabIdentity identity, out ConnectionContext connection)
    {
        connection = new DefaultConnectionContext();
        return Handshake(host, clock, connection).Validate(this, identity.Certificate, null, SslPolicyErrors.None);
    }

    private static Handshake Handshake(GuardedHost host, TimeProvider clock, ConnectionContext connection) => new(
        connection,
        new CertificateJudge(host.TrustHolder, clock),
        host.Connections,
        host.Services.GetRequiredService<ConnectionWatch>(),
        clock,
        host.Services.GetRequiredService<GuardJournal>());

    private sealed class HookedTime(int reading, Action then) : TimeProvider
    {
        private int _readings;

        public override DateTimeOffset GetUtcNow()
        {
            _readings++;
            if (_readings == reading)
            {
                then();
            }

            return TimeProvider.System.GetUtcNow();
        }
    }
}
