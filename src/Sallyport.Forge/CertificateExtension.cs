using System;

namespace Sallyport.Forge;

/// <summary>An extension given as bytes: of any kind, well-formed or not.</summary>
/// <param name="Oid">Object identifier, dotted.</param>
/// <param name="Critical">Whether a verifier that does not know it must refuse.</param>
/// <param name="Value">Content of the OCTET STRING; not checked.</param>
public sealed record CertificateExtension(string Oid, bool Critical, ReadOnlyMemory<byte> Value);
