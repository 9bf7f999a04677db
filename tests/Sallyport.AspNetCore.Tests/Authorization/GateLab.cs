using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Authorization;

/// <summary>What stands behind the use gate, for tests: real certificates and trust, accounts and clock that the test changes, and an audit that remembers.</summary>
internal sealed class GateLab : IDisposable
{
    private readonly LabPki _pki = new(TimeProvider.System);
    private readonly ChainVerifier _verifier;

    public GateLab()
    {
        Trust = new TrustHolder(Clock);
        Judge = new CertificateJudge(Trust, Clock);
        TrustAnchor.TryRead(_pki.ClientCa.Authority.Certificate.Span, out var anchor).ShouldBeTrue();
        _verifier = new ChainVerifier([anchor.ShouldNotBeNull()], [], new ChainPolicy { Revocation = new RevocationPolicy { Mode = RevocationMode.WhenKnown } });
        Trust.Publish(_verifier, RevocationSnapshot.Empty);
    }

    public TestClock Clock { get; } = new();

    public TrustHolder Trust { get; }

    public CertificateJudge Judge { get; }

    public TestDirectory Directory { get; } = new();

    public TestAudit Audit { get; } = new();

    public CallerStanding Standing => new(Directory, Trust, Judge, Clock);

    /// <summary>A caller with a certificate and an account of that name; new roles and scopes make a new version of the account.</summary>
    public TestCaller Caller(string name, string[]? roles = null, string[]? scopes = null, bool isForwarded = false)
    {
        var lab = name == "bob" ? _pki.Bob : _pki.Alice;
        var judgement = Judge.Judge(lab.Forged.Leaf.Span, []);
        var certificate = judgement.Verdict.ShouldBeOfType<ChainVerdict.Verified>().Certificate;
        var identity = Directory.Set(certificate.Thumbprint, name, roles ?? [], scopes ?? []);
        return new TestCaller(certificate, identity, Directory.Epoch, judgement.Epoch, isForwarded);
    }

    /// <summary>What counts is published anew: with nothing revoked, or with these denied.</summary>
    public void Publish(params IEnumerable<CertificateThumbprint> denied) => Trust.Publish(_verifier, RevocationSnapshot.Of(1, [], [], denied, []));

    /// <summary>A connection of this caller's certificate.</summary>
    public GuardedConnection Connection(ICallerFeature caller) => new("1", null, "localhost", caller.Certificate, [], Trust.Current.ShouldNotBeNull().Epoch);

    public IServiceCollection AddTo(IServiceCollection services)
    {
        services.AddLogging();
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
        services.Replace(ServiceDescriptor.Singleton(Trust));
        services.Replace(ServiceDescriptor.Singleton(Judge));
        services.Replace(ServiceDescriptor.Singleton<IIdentityDirectory>(Directory));
        services.Replace(ServiceDescriptor.Singleton<IAuditTrail>(Audit));
        services.AddAuthorizationGate();
        return services;
    }

    public void Dispose() => _pki.Dispose();

    internal sealed record TestCaller(VerifiedClientCertificate Certificate, CertificateIdentity Identity, long IdentityEpoch, long TrustEpoch, bool IsForwarded)
        : ICallerFeature
    {
        /// <summary>Makes the current request this caller's.</summary>
        public HttpContext Calls(IServiceProvider services)
        {
            var context = new DefaultHttpContext { RequestServices = services };
            context.Features.Set<ICallerFeature>(this);
            services.GetRequiredService<CurrentRequest>().Context = context;
            return context;
        }
    }

    internal sealed class TestClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }

    internal sealed class TestAudit : IAuditTrail
    {
        public ConcurrentQueue<AuditEvent> Events { get; } = new();

        public void Note(AuditEvent happened) => Events.Enqueue(happened);

        public ValueTask RecordAsync(AuditEvent happened, CancellationToken cancellationToken)
        {
            Events.Enqueue(happened);
            return ValueTask.CompletedTask;
        }
    }

    internal sealed class TestDirectory : IIdentityDirectory
    {
        private readonly ConcurrentDictionary<CertificateThumbprint, CertificateIdentity> _identities = new();

        public long Epoch { get; private set; } = 1;

        /// <summary>Answers instead of the accounts, when set.</summary>
        public IdentityAnswer? Instead { get; set; }

        public CertificateIdentity Set(CertificateThumbprint certificate, string name, string[] roles, string[] scopes)
        {
            Epoch++;
            return _identities.AddOrUpdate(
                certificate,
                _ => new CertificateIdentity { Name = name, Roles = [.. roles], Scopes = [.. scopes] },
                (_, old) => old with { Name = name, Roles = [.. roles], Scopes = [.. scopes], Version = old.Version + 1 });
        }

        public IdentityAnswer Find(VerifiedClientCertificate certificate) => Instead ?? (
            _identities.TryGetValue(certificate.Thumbprint, out var identity) ? new IdentityAnswer.Known(identity, Epoch) : new IdentityAnswer.Unmapped());

        public IdentityAnswer FindByName(string name) => Instead ?? (
            _identities.Values.FirstOrDefault(identity => identity.Name == name) is { } identity ? new IdentityAnswer.Known(identity, Epoch) : new IdentityAnswer.Unmapped());

        public void Subscribe(Action<long> listener)
        {
            // Nothing here waits for changes.
        }
    }
}
