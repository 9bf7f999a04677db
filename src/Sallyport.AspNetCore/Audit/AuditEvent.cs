using System.Net;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Audit;

/// <summary>One thing that happened, before it has a time, a number and a place in the chain. Never holds a secret.</summary>
public sealed record AuditEvent
{
    /// <summary>What it tells.</summary>
    public required AuditKind Kind { get; init; }

    /// <summary>Why: one of <see cref="AuditReasons"/>, or such a code followed by a colon and a finer one.</summary>
    public required string Reason { get; init; }

    /// <summary>The peer's address, without port.</summary>
    public IPAddress? Remote { get; init; }

    /// <summary>The SHA-256 of the certificate concerned.</summary>
    public CertificateThumbprint? Certificate { get; init; }

    /// <summary>The account's name.</summary>
    public string? Identity { get; init; }

    /// <summary>Method and route template of the request.</summary>
    public string? Route { get; init; }

    /// <summary>What else a reader needs: no token, key or cookie. Encoded when written, so it may hold anything a peer sent.</summary>
    public string? Detail { get; init; }
}
