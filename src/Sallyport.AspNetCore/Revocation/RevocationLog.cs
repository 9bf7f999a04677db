using System;
using Microsoft.Extensions.Logging;
using Sallyport.Certificates;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>What the background of revocation tells: events 2350 to 2379.</summary>
internal sealed partial class RevocationLog(ILogger<RevocationLog> logger)
{
    [LoggerMessage(EventId = 2350, Level = LogLevel.Information, Message = "Read {Path}.")]
    public partial void FileRead(string path);

    [LoggerMessage(EventId = 2351, Level = LogLevel.Warning, Message = "Refused the new content of {Path}: {Fault}; the last good content stays in force.")]
    public partial void FileRefused(string path, string fault);

    [LoggerMessage(EventId = 2352, Level = LogLevel.Error, Message = "Cannot use {Path}: {Fault}; nothing of it is in force.")]
    public partial void FileNeverRead(string path, string fault);

    [LoggerMessage(EventId = 2353, Level = LogLevel.Information, Message = "Accepted the list {Number} of {Issuer} from {Source}, issued {ThisUpdate:u}, {Count} entries.")]
    public partial void ListAccepted(string source, string issuer, string number, DateTimeOffset thisUpdate, int count);

    [LoggerMessage(EventId = 2354, Level = LogLevel.Warning, Message = "Refused the list {Number} of {Issuer} from {Source}, issued {ThisUpdate:u}: {Fate}; what was accepted before stays in force.")]
    public partial void ListRefused(string source, string issuer, string number, DateTimeOffset thisUpdate, CrlFate fate);

    [LoggerMessage(EventId = 2355, Level = LogLevel.Warning, Message = "The list of {Issuer} from {Source} is outdated since {NextUpdate:u}.")]
    public partial void ListOutdated(string source, string issuer, DateTimeOffset? nextUpdate);

    [LoggerMessage(EventId = 2356, Level = LogLevel.Warning, Message = "Could not fetch {Uri}: {Fault}; the last good content stays in force, next try in {Wait}.")]
    public partial void FetchFailed(Uri uri, string fault, TimeSpan wait);

    [LoggerMessage(EventId = 2357, Level = LogLevel.Information, Message = "{Uri} answers again.")]
    public partial void FetchRecovered(Uri uri);

    [LoggerMessage(EventId = 2358, Level = LogLevel.Warning, Message = "{Count} distribution points are in use; {Uri} is not fetched.")]
    public partial void TooManyPoints(int count, Uri uri);

    [LoggerMessage(EventId = 2359, Level = LogLevel.Warning, Message = "The responder {Uri} gave no usable answer about {Certificate}: {Refusal} {Detail}.")]
    public partial void AnswerRefused(Uri uri, CertificateThumbprint certificate, OcspRefusal refusal, string detail);

    [LoggerMessage(EventId = 2360, Level = LogLevel.Information, Message = "OCSP says {Status} of {Certificate}.")]
    public partial void AnswerAccepted(CertificateThumbprint certificate, OcspStatus status);

    [LoggerMessage(EventId = 2361, Level = LogLevel.Information, Message = "Trust epoch {Epoch}: {Anchors} anchors, {Lists} lists, {Answers} OCSP answers, {Denied} denied certificates; changed: {Changed}.")]
    public partial void Published(long epoch, int anchors, int lists, int answers, int denied, string changed);

    [LoggerMessage(EventId = 2362, Level = LogLevel.Critical, Message = "No trust anchor could be loaded: nobody is let in until one of the files can be read. Files: {Files}.")]
    public partial void NoAnchors(string files);

    [LoggerMessage(EventId = 2363, Level = LogLevel.Critical, Message = "The deny list {Path} could not be read: nobody is let in until it can.")]
    public partial void NoDenyList(string path);

    [LoggerMessage(EventId = 2364, Level = LogLevel.Error, Message = "The first fetches did not end within {Limit}; starting with what is there, whoever's status is unknown is judged by the policy.")]
    public partial void StartTimedOut(TimeSpan limit);

    [LoggerMessage(EventId = 2365, Level = LogLevel.Warning, Message = "Revocation mode {Mode}: a certificate whose status is unknown is let in.")]
    public partial void UnknownIsLetIn(RevocationMode mode);

    [LoggerMessage(EventId = 2366, Level = LogLevel.Warning, Message = "UnsafeAllowMissingNonce: old OCSP answers can be repeated until their nextUpdate.")]
    public partial void MissingNonceAllowed();

    [LoggerMessage(EventId = 2367, Level = LogLevel.Error, Message = "Refreshing {What} failed unexpectedly; it is tried again, and what grows too old meanwhile is refused.")]
    public partial void RefreshBroke(string what, Exception exception);

    [LoggerMessage(EventId = 2368, Level = LogLevel.Warning, Message = "{Kind} {Certificate} ({Subject}) expires {NotAfter:u}.")]
    public partial void Expiring(string kind, CertificateThumbprint certificate, string subject, DateTimeOffset notAfter);

    [LoggerMessage(EventId = 2369, Level = LogLevel.Warning, Message = "Certificate {Certificate} was put on the deny list.")]
    public partial void Denied(CertificateThumbprint certificate);

    [LoggerMessage(EventId = 2370, Level = LogLevel.Warning, Message = "Certificate {Certificate} was taken off the deny list; denied by the file all the same: {ByFile}.")]
    public partial void Allowed(CertificateThumbprint certificate, bool byFile);

    [LoggerMessage(EventId = 2371, Level = LogLevel.Warning, Message = "No list and no responder is configured while an unknown status is refused: nobody is let in.")]
    public partial void NoSources();
}
