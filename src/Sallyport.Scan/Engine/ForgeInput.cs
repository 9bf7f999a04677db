using System;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Forge;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Engine;

/// <summary>Tells the forge what the scan knows.</summary>
internal static class ForgeInput
{
    /// <summary>Makes the matrix of bad identities for A.</summary>
    /// <param name="request">The scan.</param>
    /// <param name="survey">What is known of the target.</param>
    /// <param name="a">The genuine identity.</param>
    /// <param name="callback">Our listener; <c>null</c> for none.</param>
    /// <param name="time">The clock.</param>
    public static IdentityMatrix Create(ScanRequest request, Survey survey, Identity a, CallbackListener? callback, TimeProvider time)
    {
        ImmutableArray<ImmutableArray<byte>> names = survey.Handshakes.Select(h => h.Request).FirstOrDefault(r => r is { AuthorityNames.IsEmpty: false })?.AuthorityNames ?? [];
        return IdentityMatrix.Create(new MatrixInput
        {
            GenuineLeaf = a.Chain[0].AsMemory(),
            GenuineIntermediates = [.. a.Chain.Skip(1).Select(der => der.AsMemory())],
            // Keys stay the request's: a ForgeKey over one of them is not disposed here.
            GenuineKey = a.Key is { } key ? ForgeKey.From(key) : null,
            GenuineHasLowestRole = a.Role is null,
            Time = time,
            ClientAuthority = request.ClientAuthority is { Key: { } caKey } ca ? CertificateAuthority.FromExisting(ca.Certificate.AsMemory(), ForgeKey.From(caKey)) : null,
            ClientAuthorityCertificate = request.ClientAuthority?.Certificate.AsMemory(),
            SecondLeaf = survey.B?.Chain[0].AsMemory(),
            OtherLeaves = [.. request.Identities.Where(i => i != a && !i.Chain.IsEmpty).Select(i => i.Chain[0].AsMemory())],
            AuthorityNames = [.. names.Select(name => name.AsMemory())],
            CallbackUrl = callback?.Mint("URLs within a certificate").Url,
        });
    }
}
