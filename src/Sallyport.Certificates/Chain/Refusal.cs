using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Chain;

/// <summary>One named refusal.</summary>
public sealed record Refusal
{
    /// <summary>Why.</summary>
    public required RefusalReason Reason { get; init; }

    /// <summary>Which certificate, or null when no single one is at fault.</summary>
    public CertificateThumbprint? Certificate { get; init; }

    /// <summary>What exactly: an extension's identifier, a name, a limit. Control characters are escaped. May be empty.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What was missing when <see cref="Reason"/> is <see cref="RefusalReason.RevocationUnknown"/>; null otherwise.</summary>
    public RevocationGap? Gap { get; init; }

    /// <summary>The profile's rule behind <see cref="Reason"/>; null when RFC 5280's path validation refuses.</summary>
    internal ProfileClause? Clause { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Gap is null ? $"{Reason} {Detail}".TrimEnd() : $"{Reason} ({Gap}) {Detail}".TrimEnd();
}
