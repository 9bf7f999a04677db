using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Identity;

/// <summary>A guard's memory without a server: trust, a directory and a clock that the test moves.</summary>
public sealed class IdentityLab : IDisposable
{
    private readonly ChainVerifier _verifier;
    private int _connections;

    public IdentityLab()
    {
        Pki = new LabPki(Time);
        TrustAnchor.TryRead(Pki.ClientCa.Authority.Certificate.Span, out TrustAnchor? anchor).ShouldBeTrue();
        _verifier = new ChainVerifier(
            [anchor.ShouldNotBeNull()], [], new ChainPolicy { Revocation = new RevocationPolicy { Mode = RevocationMode.Off } });
        Trust = new TrustHolder(Time);
        Judge = new CertificateJudge(Trust, Time);
        Directory = new IdentityDirectory(Options.Create(new SallyportOptions()), Time);
        Authenticator = new CertificateAuthenticator(Trust, Judge, Directory, Time);
        PublishTrust();
    }

    internal TestTime Time { get; } = new();

    internal LabPki Pki { get; }

    internal TrustHolder Trust { get; }

    internal CertificateJudge Judge { get; }

    internal IdentityDirectory Directory { get; }

    internal CertificateAuthenticator Authenticator { get; }

    public void Dispose() => Pki.Dispose();

    /// <summary>Publishes the client CA again, under the next epoch; revoking these.</summary>
    internal void PublishTrust(params IEnumerable<LabIdentity> denied)
    {
        ImmutableArray<Sallyport.Certificates.CertificateThumbprint> thumbprints =
            [.. System.Linq.Enumerable.Select(denied, static identity => Sallyport.Certificates.CertificateThumbprint.Of(identity.Certificate))];
        Trust.Publish(_verifier, RevocationSnapshot.Of((Trust.Current?.Epoch ?? 0) + 1, [], [], thumbprints, []));
    }

    internal VerifiedClientCertificate Verify(LabIdentity identity) =>
        Judge.Judge(identity.Forged.Leaf.Span, []).Verdict.ShouldBeOfType<ChainVerdict.Verified>().Certificate;

    internal GuardedConnection Connect(LabIdentity identity) => new(
        $"c{++_connections}", null, "localhost", Verify(identity), [], Trust.Current.ShouldNotBeNull().Epoch);

    /// <summary>The features of a request on a connection.</summary>
    internal static FeatureCollection Request(GuardedConnection connection)
    {
        var features = new FeatureCollection();
        features.Set<IGuardedConnectionFeature>(new Guarded(connection));
        return features;
    }

    internal void Publish(long epoch, params ImmutableArray<CertificateIdentity> identities) =>
        Directory.Publish(new StoredIdentities(epoch, identities), Moment.Of(Time));

    internal static CertificateIdentity Named(string name, params ImmutableArray<CertificateMatch> matches) => new() { Name = name, Matches = matches };

    internal static CertificateMatch Sha256(LabIdentity identity) => new CertificateMatch.Sha256(Sallyport.Certificates.CertificateThumbprint.Of(identity.Certificate));

    internal sealed record Guarded(GuardedConnection Connection) : IGuardedConnectionFeature;
}
