using System.Collections.Immutable;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>What a deny list says.</summary>
internal sealed record DeniedCertificates(ImmutableHashSet<CertificateThumbprint> Thumbprints);
