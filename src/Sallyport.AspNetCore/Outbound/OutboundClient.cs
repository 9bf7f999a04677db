using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Threading;
using Microsoft.Extensions.Logging;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>What one named client knows: roots, lists and its own certificate, read again while it lives. All its handlers share it.</summary>
internal sealed partial class OutboundClient : IDisposable
{
    private readonly SallyportClientOptions _options;
    private readonly ILogger _log;
    private readonly TrustHolder _trust;
    private readonly WatchedFiles _trustFiles;
    private readonly WatchedFiles? _certificateFiles;
    private readonly Lock _gate = new();
    private readonly ITimer _poll;
    private SslStreamCertificateContext? _certificate;

    public OutboundClient(string name, SallyportClientOptions options, string contentRoot, TimeProvider time, ILogger log)
    {
        Name = name;
        _options = options;
        _log = log;
        _trust = new TrustHolder(time, new GuardFaults(log));
        Judge = new ServerJudge(_trust, [.. options.Pins], time);
        _trustFiles = new WatchedFiles([.. options.AnchorFiles.Concat(options.IntermediateFiles).Concat(options.RevocationListFiles).Select(Full)]);
        _certificateFiles = options is { CertificateFile: { } certificate, KeyFile: { } key } ? new WatchedFiles([Full(certificate), Full(key)]) : null;
        Connector = new OutboundConnector(this, options);
        Reload();
        _trust.Subscribe(_ => Connector.CloseRefused());
        _poll = time.CreateTimer(static me => (me as OutboundClient)?.Reload(), this, options.PollInterval, options.PollInterval);

        string Full(string path) => Path.GetFullPath(path, contentRoot);
    }

    /// <summary>The client's name.</summary>
    public string Name { get; }

    /// <summary>Who judges servers.</summary>
    public ServerJudge Judge { get; }

    /// <summary>Who makes connections.</summary>
    public OutboundConnector Connector { get; }

    /// <summary>Whether the client shows a certificate.</summary>
    public bool HasCertificate => _certificateFiles is not null;

    /// <summary>The certificate that new connections show; null when there is none, or none could be read yet.</summary>
    public SslStreamCertificateContext? Certificate => Volatile.Read(ref _certificate);

    /// <summary>Looks at the files now. What cannot be used changes nothing and is said.</summary>
    public void Reload()
    {
        // One look at a time: a slow disk makes the next one wait for its turn, not in line.
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            Try(ReloadTrust, "roots and revocation lists");
            Try(ReloadCertificate, "client certificate");
        }
        finally
        {
            _gate.Exit();
        }
    }

    public void Dispose()
    {
        _poll.Dispose();
        Connector.Dispose();
    }

    private void Try(Action reload, string what)
    {
        try
        {
            reload();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            LogKept(Name, what, e.Message);
        }
    }

    private void ReloadTrust()
    {
        if (!_trustFiles.TryReadChanged(out ImmutableArray<byte[]> contents))
        {
            return;
        }

        int anchorFiles = _options.AnchorFiles.Count;
        int certificateFiles = anchorFiles + _options.IntermediateFiles.Count;
        TrustAnchor[] anchors = [.. contents.Take(anchorFiles).SelectMany(OutboundFiles.Anchors)];
        CertificateProfile[] intermediates = [.. contents.Skip(anchorFiles).Take(certificateFiles - anchorFiles).SelectMany(static c => OutboundFiles.Certificates(c))];
        CertificateRevocationList[] lists = [.. contents.Skip(certificateFiles).SelectMany(static c => OutboundFiles.Lists(c))];
        var revocation = RevocationSnapshot.Of((_trust.Current?.Epoch ?? 0) + 1, lists, [], [], anchors.Select(static a => a.Certificate).Concat(intermediates));
        _trust.Publish(new ChainVerifier(anchors, intermediates, _options.ChainPolicy()), revocation);
        _trustFiles.Accept(contents);
        LogTrust(Name, anchors.Length, lists.Length);
    }

    private void ReloadCertificate()
    {
        if (_certificateFiles is null || !_certificateFiles.TryReadChanged(out ImmutableArray<byte[]> contents))
        {
            return;
        }

        // The old one is not disposed: connections that show it live on until their time is over.
        SslStreamCertificateContext next = OutboundFiles.ClientCertificate(contents[0], contents[1]);
        Volatile.Write(ref _certificate, next);
        _certificateFiles.Accept(contents);
        LogCertificate(Name, CertificateThumbprint.Of(next.TargetCertificate).ToHex());
    }

    [LoggerMessage(EventId = 2395, Level = LogLevel.Information, Message = "Client {Client} trusts {Anchors} roots, with {Lists} revocation lists.")]
    private partial void LogTrust(string client, int anchors, int lists);

    [LoggerMessage(EventId = 2396, Level = LogLevel.Information, Message = "Client {Client} shows the certificate {Sha256} on new connections.")]
    private partial void LogCertificate(string client, string sha256);

    [LoggerMessage(EventId = 2397, Level = LogLevel.Error, Message = "Client {Client} keeps its last good {What}: {Why}")]
    private partial void LogKept(string client, string what, string why);
}
