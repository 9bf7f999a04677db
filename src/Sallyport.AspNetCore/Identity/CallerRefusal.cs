using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Identity;

/// <summary>Why a request is nobody's: for the audit trail and the log, never for the peer.</summary>
/// <param name="Reason">One of <see cref="Audit.AuditReasons"/>, or such a code, a colon and a finer one.</param>
internal sealed record CallerRefusal(string Reason)
{
    /// <summary>The certificate concerned.</summary>
    public CertificateThumbprint? Certificate { get; init; }

    /// <summary>The account's name, where it is known.</summary>
    public string? Identity { get; init; }

    /// <summary>What else a reader of the trail needs.</summary>
    public string? Detail { get; init; }
}
