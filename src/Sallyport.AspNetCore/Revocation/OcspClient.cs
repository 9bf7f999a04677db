using System;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Asks responders about one certificate, with a fresh nonce each time, until one of them gives an answer that counts.</summary>
internal sealed class OcspClient(
    IOptions<SallyportOptions> options, BoundedHttp http, TrustComposer composer, TrustHolder holder, RevocationLog log, RevocationMetrics metrics, TimeProvider time)
{
    private const string QuestionType = "application/ocsp-request";

    private readonly OcspOptions _options = options.Value.Revocation.Ocsp;
    private readonly ConcurrentDictionary<Uri, Silence> _silent = new();

    /// <summary>Asks about a certificate and sets when it is due next.</summary>
    public async Task AskAsync(WatchedCertificate certificate, CancellationToken cancellationToken)
    {
        var answered = false;
        foreach (var responder in certificate.Responders)
        {
            if (_silent.TryGetValue(responder, out var silence) && time.GetUtcNow() < silence.Until)
            {
                continue;
            }

            if (await AskAsync(responder, certificate, cancellationToken))
            {
                answered = true;
                break;
            }
        }

        certificate.Due = time.GetUtcNow() + certificate.Schedule.Next(answered);
    }

    private async Task<bool> AskAsync(Uri responder, WatchedCertificate certificate, CancellationToken cancellationToken)
    {
        var nonce = RandomNumberGenerator.GetBytes(OcspRequest.MaxNonceBytes);
        var question = OcspRequest.Encode(certificate.Certificate, certificate.Issuer, nonce);
        var fetched = await http.PostAsync(responder, question, QuestionType, OcspVerifier.MaxBytes, cancellationToken);
        metrics.Fetched("ocsp", fetched is Fetched.Body);
        if (fetched is not Fetched.Body body)
        {
            Fail(responder, fetched is Fetched.Failed failed ? failed.Why : "it answered in no known way");
            return false;
        }

        if (_silent.TryRemove(responder, out _))
        {
            log.FetchRecovered(responder);
        }

        var rules = new OcspRules { Nonce = Octets.Of(nonce), AllowMissingNonce = _options.UnsafeAllowMissingNonce };
        var lists = holder.Current?.Revocation ?? RevocationSnapshot.Empty;
        switch (OcspVerifier.Verify(body.Content.Span, certificate.Certificate, certificate.Issuer, rules, lists, time.GetUtcNow()))
        {
            case OcspVerdict.Answered answered:
                return Take(certificate, answered.Answer);
            case OcspVerdict.Refused refused:
                var told = $"{responder} {refused.Reason}";
                if (certificate.Told != told)
                {
                    certificate.Told = told;
                    log.AnswerRefused(responder, certificate.Certificate.Thumbprint, refused.Reason, refused.Detail);
                }

                return false;
            default:
                return false;
        }
    }

    private bool Take(WatchedCertificate certificate, OcspAnswer answer)
    {
        var told = answer.Status.ToString();
        if (composer.Answer(certificate.Key, answer) && certificate.Told != told)
        {
            certificate.Told = told;
            log.AnswerAccepted(certificate.Certificate.Thumbprint, answer.Status);
        }

        return true;
    }

    /// <summary>A responder that does not answer is left alone for a while, so that it does not hold up the questions to others.</summary>
    private void Fail(Uri responder, string why)
    {
        var silence = _silent.GetOrAdd(responder, _ => new Silence(new RefreshSchedule(_options.Refresh, Chance.Next)));
        TimeSpan wait;
        lock (silence)
        {
            wait = silence.Schedule.Next(succeeded: false);
            silence.Until = time.GetUtcNow() + wait;
        }

        log.FetchFailed(responder, why, wait);
    }

    private sealed class Silence(RefreshSchedule schedule)
    {
        private long _until;

        public RefreshSchedule Schedule => schedule;

        public DateTimeOffset Until
        {
            get => new(Volatile.Read(ref _until), TimeSpan.Zero);
            set => Volatile.Write(ref _until, value.UtcTicks);
        }
    }
}
