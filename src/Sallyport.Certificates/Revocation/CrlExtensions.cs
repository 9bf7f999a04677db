using System;
using System.Collections.Immutable;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Revocation;

/// <summary>The extensions of a list (RFC 5280, section 5.2), decoded.</summary>
internal sealed class CrlExtensions
{
    private AuthorityKeyIdentifier? _authorityKey;
    private ReadOnlyMemory<byte> _number;
    private ReadOnlyMemory<byte> _base;
    private IssuingDistributionPoint? _point;
    private ImmutableArray<DistributionPoint> _freshest = [];

    public AuthorityKeyIdentifier? AuthorityKey => _authorityKey;

    /// <summary>cRLNumber as an unsigned magnitude of up to 20 octets, or null.</summary>
    public Octets? Number { get; private set; }

    /// <summary>BaseCRLNumber of a delta list, or null for a complete one.</summary>
    public Octets? Base { get; private set; }

    public IssuingDistributionPoint? Point => _point;

    public Octets PointDer { get; private set; }

    public bool IsIndirect => _point?.IsIndirect ?? false;

    public bool HasUnknownCritical { get; private set; }

    public ImmutableArray<DistributionPoint> Freshest => _freshest;

    public bool TryTake(CertificateExtension extension)
    {
        ReadOnlyMemory<byte> value = extension.Value.Memory;
        switch (extension.Oid)
        {
            case Oids.AuthorityKeyIdentifier:
                return ExtensionValues.TryAuthorityKey(value, out _authorityKey);
            case Oids.CrlNumber:
                bool numbered = TryNumber(value, out _number);
                Number = new Octets(_number);
                return numbered;
            case Oids.DeltaCrlIndicator:
                bool based = TryNumber(value, out _base);
                Base = new Octets(_base);
                return based;
            case Oids.IssuingDistributionPoint:
                PointDer = extension.Value;
                bool read = IssuingDistributionPoint.TryRead(value, out IssuingDistributionPoint point);
                _point = point;
                return read;
            case Oids.FreshestCrl:
                return PolicyValues.TryPoints(value, out _freshest);
            case Oids.IssuerAlternativeName:
                return ExtensionValues.TryNames(value, out _);
            default:
                HasUnknownCritical |= extension.IsCritical;
                return true;
        }
    }

    private static bool TryNumber(ReadOnlyMemory<byte> value, out ReadOnlyMemory<byte> number)
    {
        var reader = new DerReader(value);
        bool ok = reader.TryTakeInteger(DerTag.Integer, out number) && reader.AtEnd && number.Span[0] < 0x80 && number.Length <= 21;
        number = ok ? number[(number.Span[0] == 0 ? 1 : 0)..] : default;
        return ok;
    }
}
