using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Forwarding;

/// <summary>What the gates at the edge are made of, over a PKI of the lab: trust, a directory of accounts, and an audit trail that remembers.</summary>
internal sealed class EdgeTrust : IDisposable
{
    public EdgeTrust(Action<SallyportOptions>? configure = null, TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Pki = new LabPki(Time);
        Holder = new TrustHolder(Time);
        Judge = new CertificateJudge(Holder, Time);
        Publish();
        configure?.Invoke(Options);
        Services = new ServiceCollection().AddSingleton<IIdentityDirectory>(Directory).BuildServiceProvider();
        Proxies = new TrustedProxies(Microsoft.Extensions.Options.Options.Create(Options), Services);
        Requests = new ForwardedRequests(Holder, Judge, Audit, Time, Services);
        Gate = new ForwardingGate(Microsoft.Extensions.Options.Options.Create(Options), Proxies, Judge, Requests, Audit);
    }

    public TimeProvider Time { get; }

    public LabPki Pki { get; }

    public SallyportOptions Options { get; } = new();

    public TrustHolder Holder { get; }

    public CertificateJudge Judge { get; }

    public Accounts Directory { get; } = new();

    public Remembered Audit { get; } = new();

    public ServiceProvider Services { get; }

    public TrustedProxies Proxies { get; }

    public ForwardedRequests Requests { get; }

    public ForwardingGate Gate { get; }

    /// <summary>Publishes the client CA, with these certificates denied.</summary>
    public void Publish(params IEnumerable<LabIdentity> denied) => Holder.Publish(
        new ChainVerifier(
            [TrustAnchor.TryRead(Pki.ClientCa.Authority.Certificate.Span, out TrustAnchor? anchor) ? anchor : throw new InvalidOperationException("No anchor.")],
            [],
            new ChainPolicy { Revocation = new RevocationPolicy { Mode = RevocationMode.Off } }),
        RevocationSnapshot.Of(1, [], [], denied.Select(static d => CertificateThumbprint.Of(d.Forged.Leaf.Span)), []));

    public VerifiedClientCertificate Verified(LabIdentity identity) =>
        Judge.Judge(identity.Forged.Leaf.Span, Above(identity)).Verdict.ShouldBeOfType<ChainVerdict.Verified>().Certificate;

    public IGuardedConnectionFeature Connection(LabIdentity identity) => new Guarded(
        new GuardedConnection("c", new IPEndPoint(IPAddress.Loopback, 1), null, Verified(identity), Above(identity), Holder.Current.ShouldNotBeNull().Epoch));

    public static ImmutableArray<ReadOnlyMemory<byte>> Above(LabIdentity identity) => [.. identity.Forged.Chain.Skip(1)];

    public static CertificateThumbprint Thumbprint(LabIdentity identity) => CertificateThumbprint.Of(identity.Forged.Leaf.Span);

    public static string Header(LabIdentity identity) => ClientCertHeader.Encode(identity.Forged.Leaf.Span);

    public void Dispose()
    {
        Requests.Dispose();
        Services.Dispose();
        Pki.Dispose();
    }

    private sealed record Guarded(GuardedConnection Connection) : IGuardedConnectionFeature;

    /// <summary>Accounts by certificate; whoever is not named is nobody.</summary>
    internal sealed class Accounts : IIdentityDirectory
    {
        private readonly ConcurrentDictionary<CertificateThumbprint, CertificateIdentity> _identities = new();
        private readonly ConcurrentQueue<Action<long>> _listeners = new();
        private long _epoch = 1;

        public long Epoch => Volatile.Read(ref _epoch);

        public void Name(LabIdentity identity, string name) => Change(() => _identities[Thumbprint(identity)] = new CertificateIdentity { Name = name });

        public void Remove(LabIdentity identity) => Change(() => _identities.TryRemove(Thumbprint(identity), out _));

        public IdentityAnswer Find(VerifiedClientCertificate certificate) =>
            _identities.TryGetValue(certificate.Thumbprint, out CertificateIdentity? identity) ? new IdentityAnswer.Known(identity, Epoch) : new IdentityAnswer.Unmapped();

        public IdentityAnswer FindByName(string name) =>
            _identities.Values.FirstOrDefault(i => i.Name == name) is { } identity ? new IdentityAnswer.Known(identity, Epoch) : new IdentityAnswer.Unmapped();

        public void Subscribe(Action<long> listener) => _listeners.Enqueue(listener);

        private void Change(Action change)
        {
            change();
            long epoch = Interlocked.Increment(ref _epoch);
            foreach (Action<long> listener in _listeners)
            {
                listener(epoch);
            }
        }
    }

    /// <summary>An audit trail in memory.</summary>
    internal sealed class Remembered : IAuditTrail
    {
        private readonly ConcurrentQueue<AuditEvent> _events = new();

        public IReadOnlyList<string> Reasons => [.. _events.Select(static e => e.Reason)];

        public IReadOnlyList<AuditEvent> Events => [.. _events];

        public void Note(AuditEvent happened) => _events.Enqueue(happened);

        public ValueTask RecordAsync(AuditEvent happened, CancellationToken cancellationToken)
        {
            _events.Enqueue(happened);
            return ValueTask.CompletedTask;
        }
    }
}
