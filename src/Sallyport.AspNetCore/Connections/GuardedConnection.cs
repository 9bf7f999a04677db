using System;
using System.Collections.Immutable;
using System.Net;
using System.Threading;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Connections;

/// <summary>One TLS connection that passed the transport gate: whose it is, and by which epoch that is true.</summary>
/// <remarks>It belongs to the certificate of its TLS peer; an identity that a proxy forwards belongs to a request, never to a connection.</remarks>
internal sealed class GuardedConnection
{
    private readonly ImmutableArray<ReadOnlyMemory<byte>> _presented;
    private Standing _standing;

    public GuardedConnection(string id, EndPoint? remote, string? serverName, VerifiedClientCertificate certificate, ImmutableArray<ReadOnlyMemory<byte>> presented, long epoch)
    {
        Id = id;
        Remote = remote;
        ServerName = serverName;
        _presented = presented;
        _standing = new Standing(certificate, null, epoch);
    }

    /// <summary>The server's name for the connection.</summary>
    public string Id { get; }

    /// <summary>Who is at the other end.</summary>
    public EndPoint? Remote { get; }

    /// <summary>The server name of the ClientHello as sent; null when there was none.</summary>
    public string? ServerName { get; }

    /// <summary>Whose the certificate was found to be by the last request that asked; counts for its epochs only.</summary>
    public CallerFact? Caller
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>The certificate of the TLS peer, as last verified.</summary>
    public VerifiedClientCertificate Certificate => Volatile.Read(ref _standing).Certificate;

    /// <summary>Asks whether the peer's certificate still counts: by the dates always, by the rules again when the epoch has moved.</summary>
    /// <param name="judge">Who judges.</param>
    /// <param name="epoch">The epoch that counts now.</param>
    /// <param name="now">The clock's reading.</param>
    /// <returns>Null when it counts; the refusal otherwise, which stays until the epoch moves.</returns>
    public Refusal? Recheck(CertificateJudge judge, long epoch, DateTimeOffset now)
    {
        var standing = Volatile.Read(ref _standing);
        if (standing.Epoch != epoch)
        {
            var judgement = judge.Judge(standing.Certificate.Leaf.Der.Span, _presented);
            standing = judgement.Verdict switch
            {
                ChainVerdict.Verified verified => new Standing(verified.Certificate, null, judgement.Epoch),
                ChainVerdict.Refused refused => standing with { Refusal = refused.Refusal, Epoch = judgement.Epoch },
                _ => throw new InvalidOperationException("A verdict is one of two."),
            };
            Volatile.Write(ref _standing, standing);
        }

        return standing.Refusal
            ?? (now > standing.Certificate.ValidUntil
                ? new Refusal { Reason = RefusalReason.Expired, Certificate = standing.Certificate.Thumbprint }
                : null);
    }

    private sealed record Standing(VerifiedClientCertificate Certificate, Refusal? Refusal, long Epoch);
}
