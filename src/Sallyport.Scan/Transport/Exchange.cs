using System;
using Sallyport.Scan.Findings;
using Sallyport.Tls.Client;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>One ask and everything that came of it. What a server does, however odd, is in here and never an exception.</summary>
internal sealed record Exchange
{
    /// <summary>What was asked.</summary>
    public required Ask Ask { get; init; }

    /// <summary>How the connection opened.</summary>
    public required Opening Opening { get; init; }

    /// <summary>How the request ended; <c>null</c> when none was sent.</summary>
    public HttpOutcome? Http { get; init; }

    /// <summary>The messages of the connection; <c>null</c> without TLS.</summary>
    public Transcript? Transcript { get; init; }

    /// <summary>Whether the server was the right one.</summary>
    public ServerTrust Trust { get; init; } = new ServerTrust.NotSeen();

    /// <summary>Why the actor's application credentials were not sent; <c>null</c> when they were, or when there are none.</summary>
    public string? Withheld { get; init; }

    /// <summary>Why the request was not sent although the connection opened; <c>null</c> when it was, or when there is none.</summary>
    public string? NotSent { get; init; }

    /// <summary>From the connect to the end of the answer.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Hides secrets in what is shown.</summary>
    public required Redaction Redaction { get; init; }

    /// <summary>The answer; <c>null</c> when none arrived.</summary>
    public HttpAnswer? Answer => (Http as HttpOutcome.Answered)?.Answer;

    /// <summary>The answer's status; <c>null</c> when none arrived.</summary>
    public int? Status => Answer?.Status;

    /// <summary>What the TLS session was; <c>null</c> when the handshake did not finish.</summary>
    public SessionFacts? Session => (Opening as Opening.Secured)?.Session;

    /// <summary>What came back, in one clause: <c>HTTP 403</c>, <c>alert unknown_ca (48) after the handshake</c>, <c>closed without an answer</c>.</summary>
    public string Summary => ExchangeText.Summary(this);

    /// <summary>The exchange as proof for the report: redacted, bodies cut at 2 KB.</summary>
    /// <param name="title">Its title; <c>null</c> for the ask's.</param>
    public Evidence ToEvidence(string? title = null) => ExchangeText.Evidence(this, title);
}
