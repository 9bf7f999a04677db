using System;
using System.Collections.Immutable;
using System.Net;
using System.Threading;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Transport;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Connections;

/// <summary>One TLS connection that passed the transport gate: whose it is, and by which epoch that is true.</summary>
/// <remarks>It belongs to the certificate of its TLS peer; an identity that a proxy forwards belongs to a request, never to a connection.</remarks>
internal sealed class GuardedConnection(
    string id, EndPoint? remote, string? serverName, VerifiedClientCertificate certificate, ImmutableArray<ReadOnlyMemory<byte>> presented, long epoch)
{
    private OpenRequest? _carried;

    /// <summary>The server's name for the connection.</summary>
    public string Id { get; } = id;

    /// <summary>Who is at the other end.</summary>
    public EndPoint? Remote { get; } = remote;

    /// <summary>The server name of the ClientHello; null when there was none.</summary>
    public string? ServerName { get; } = serverName;

    /// <summary><see cref="ServerName"/> as host names are compared: A-labels in lower case without the trailing dot; null when there is none.</summary>
    public string? ServerHost { get; } = serverName is null ? null : HostName.Canonical(serverName);

    /// <summary>The last name that a request asked for and that was found to be the connection's: the same text need not be looked at again.</summary>
    public string? RightHost
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>The request under way that it keeps in mind by itself: of HTTP/1.1 there is no other; further ones of HTTP/2 are kept in the list.</summary>
    public OpenRequest? Carried => Volatile.Read(ref _carried);

    /// <summary>How the peer's certificate stands.</summary>
    public CertificateStanding Standing { get; } = new(certificate, presented, epoch);

    /// <summary>The endpoint that it last asked for, and what that asks for in turn.</summary>
    public StraightWay? LastWay
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Whose the certificate was found to be by the last request that asked; counts for its epochs only.</summary>
    public CallerFact? Caller
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>The certificate of the TLS peer, as last verified.</summary>
    public VerifiedClientCertificate Certificate => Standing.Certificate;

    /// <summary>Keeps a request in mind.</summary>
    /// <returns>False when it keeps another.</returns>
    public bool TryCarry(OpenRequest request) => Interlocked.CompareExchange(ref _carried, request, null) is null;

    /// <summary>Forgets a request, if it is the one that it keeps in mind.</summary>
    public void Drop(OpenRequest request) => Interlocked.CompareExchange(ref _carried, null, request);

    /// <inheritdoc cref="CertificateStanding.Recheck"/>
    public Refusal? Recheck(CertificateJudge judge, long epoch, DateTimeOffset now) => Standing.Recheck(judge, epoch, now);
}
