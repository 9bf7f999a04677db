using System.Diagnostics.CodeAnalysis;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Where a caller stands at this moment: the account as it is now, or why there is none.</summary>
internal readonly record struct Standing
{
    private Standing(CertificateIdentity? identity, long trustEpoch, UseRefusal refusal, string? detail)
    {
        Identity = identity;
        TrustEpoch = trustEpoch;
        Refusal = refusal;
        Detail = detail;
    }

    public CertificateIdentity? Identity { get; }

    public long TrustEpoch { get; }

    /// <summary>Why not; means nothing when <see cref="Holds"/>.</summary>
    public UseRefusal Refusal { get; }

    public string? Detail { get; }

    [MemberNotNullWhen(true, nameof(Identity))]
    [MemberNotNullWhen(false, nameof(Detail))]
    public bool Holds => Identity is not null;

    public static Standing Good(CertificateIdentity identity, long trustEpoch) => new(identity, trustEpoch, default, null);

    public static Standing Lost(UseRefusal refusal, string detail) => new(null, 0, refusal, detail);
}
