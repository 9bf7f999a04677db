using System;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Revocation;

/// <summary>The issuingDistributionPoint extension (RFC 5280, section 5.2.5): what a list is about.</summary>
internal sealed record IssuingDistributionPoint
{
    public DistributionPointName? Name { get; init; }

    public bool OnlyUsers { get; init; }

    public bool OnlyAuthorities { get; init; }

    public bool OnlyAttributes { get; init; }

    public bool IsIndirect { get; init; }

    public RevocationReasons? Reasons { get; init; }

    public static bool TryRead(ReadOnlyMemory<byte> value, out IssuingDistributionPoint point)
    {
        point = new IssuingDistributionPoint();
        var outer = new DerReader(value);
        if (!outer.TryTakeSequence(out DerReader inner) || !outer.AtEnd)
        {
            return false;
        }

        DistributionPointName? name = null;
        if (inner.NextTag == DerTag.Constructed(0)
            && (!inner.TryTakeInner(DerTag.Constructed(0), out DerReader named) || !PolicyValues.TryPointName(named, out name)))
        {
            return false;
        }

        RevocationReasons? reasons = null;
        if (!TryFlag(ref inner, 1, out bool users)
            || !TryFlag(ref inner, 2, out bool authorities)
            || !TryReasons(ref inner, out reasons)
            || !TryFlag(ref inner, 4, out bool indirect)
            || !TryFlag(ref inner, 5, out bool attributes))
        {
            return false;
        }

        point = new IssuingDistributionPoint
        {
            Name = name,
            OnlyUsers = users,
            OnlyAuthorities = authorities,
            OnlyAttributes = attributes,
            IsIndirect = indirect,
            Reasons = reasons,
        };

        // RFC 5280, section 5.2.5: at most one of the three.
        return inner.AtEnd && (users ? 1 : 0) + (authorities ? 1 : 0) + (attributes ? 1 : 0) <= 1;
    }

    private static bool TryFlag(ref DerReader reader, int number, out bool flag)
    {
        flag = false;
        return reader.NextTag != DerTag.Context(number) || reader.TryTakeBoolean(DerTag.Context(number), out flag);
    }

    private static bool TryReasons(ref DerReader reader, out RevocationReasons? reasons)
    {
        reasons = null;
        if (reader.NextTag != DerTag.Context(3))
        {
            return true;
        }

        bool ok = reader.TryTakeWhole(DerTag.Context(3), out ReadOnlyMemory<byte> whole)
            && ExtensionValues.TryFlags(new DerReader(whole), DerTag.Context(3), out int flags)
            && (reasons = (RevocationReasons)flags) is not null;
        return ok;
    }
}
