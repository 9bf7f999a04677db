namespace Sallyport.Certificates;

/// <summary>One extension as it stands in the certificate.</summary>
/// <param name="Oid">The dotted identifier.</param>
/// <param name="IsCritical">Whether a verifier that does not know it must refuse.</param>
/// <param name="Value">The octets inside the OCTET STRING.</param>
public sealed record CertificateExtension(string Oid, bool IsCritical, Octets Value);
