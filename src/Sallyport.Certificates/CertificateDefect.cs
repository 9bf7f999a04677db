namespace Sallyport.Certificates;

/// <summary>Why octets are not a certificate that can be read.</summary>
/// <param name="Kind">The kind of defect.</param>
/// <param name="Field">The field, by its name in RFC 5280, or the extension's dotted identifier.</param>
public sealed record CertificateDefect(CertificateDefectKind Kind, string Field)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind} in {Field}";
}
