using System;
using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Transport;

/// <summary>One connection on its way through the handshake: its verdict, and its entry in the registry the moment that is good.</summary>
internal sealed class Handshake(
    ConnectionContext connection, CertificateJudge judge, ConnectionRegistry registry, ConnectionWatch watch, TimeProvider time, GuardJournal journal)
{
    private OpenConnection? _open;
    private bool _isRefused;

    /// <summary>The server name of the ClientHello; null when there was none.</summary>
    public string? ServerName { get; set; }

    /// <summary>The verdict, for <see cref="SslStream"/>. Memory only: no I/O, no wait.</summary>
    /// <remarks>
    /// The platform's own chain is not asked: its policy trusts nobody and fetches nothing, so that it ends before any work. Its
    /// extra store holds what the peer sent beside the leaf.
    /// </remarks>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_open is not null || _isRefused)
        {
            // One verdict for one connection: nothing is renegotiated here.
            return Refuse(AuditReasons.HandshakeFailed, null, "a second certificate");
        }

        if (certificate is not X509Certificate2 leaf)
        {
            return Refuse(AuditReasons.CertificateMissing, null, null);
        }

        var presented = Presented(chain);
        var der = leaf.RawDataMemory.Span;
        var judgement = judge.Judge(der, presented);
        if (judgement.Verdict is not ChainVerdict.Verified verified)
        {
            var refusal = (judgement.Verdict as ChainVerdict.Refused)?.Refusal;
            return Refuse($"{AuditReasons.CertificateRefused}:{refusal?.Reason}", CertificateThumbprint.Of(der), refusal?.ToString());
        }

        var guarded = new GuardedConnection(
            connection.ConnectionId, connection.RemoteEndPoint, ServerName, verified.Certificate, presented, judgement.Epoch);
        _open = new OpenConnection(guarded, connection, time.GetUtcNow());
        registry.Add(_open);
        if (watch.WhyNot(_open) is { } why)
        {
            return Refuse($"{AuditReasons.CertificateRefused}:{why}", guarded.Certificate.Thumbprint, "changed during the handshake");
        }

        connection.Features.Set<IGuardedConnectionFeature>(new GuardedConnectionFeature(guarded));
        return true;
    }

    /// <summary>The handshake is over and the connection is let in.</summary>
    public void Done() => journal.HandshakeAccepted();

    /// <summary>The connection is over, wherever it had come to.</summary>
    /// <param name="isDone">Whether its handshake was.</param>
    public void Closed(bool isDone)
    {
        if (_open is not null)
        {
            registry.Remove(_open);
        }

        if (!isDone && !_isRefused)
        {
            Refuse(AuditReasons.HandshakeFailed, _open?.Guarded.Certificate.Thumbprint, null);
        }
    }

    /// <summary>Says that there was no room for it.</summary>
    public void Crowded() => Refuse(AuditReasons.HandshakeLimit, null, null);

    private static ImmutableArray<ReadOnlyMemory<byte>> Presented(X509Chain? chain)
    {
        if (chain is null || chain.ChainPolicy.ExtraStore.Count == 0)
        {
            return [];
        }

        var presented = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>(chain.ChainPolicy.ExtraStore.Count);
        foreach (var certificate in chain.ChainPolicy.ExtraStore)
        {
            presented.Add(certificate.RawDataMemory);
        }

        return presented.MoveToImmutable();
    }

    private bool Refuse(string reason, CertificateThumbprint? certificate, string? detail)
    {
        if (!_isRefused)
        {
            _isRefused = true;
            journal.HandshakeRefused(connection.RemoteEndPoint, reason, certificate, detail);
        }

        return false;
    }
}
