using System;
using System.Collections.Immutable;

namespace Sallyport.Certificates.Asn;

/// <summary>The certificate extensions this project understands, decoded.</summary>
internal sealed class KnownExtensions
{
    private KeyUsages _keyUsage;
    private BasicConstraints? _basicConstraints;
    private AuthorityKeyIdentifier? _authorityKey;
    private PolicyConstraints? _policyConstraints;
    private NameConstraints? _nameConstraints;
    private Octets _subjectKey;
    private int _inhibitAny;
    private ImmutableArray<string> _purposes = [];
    private ImmutableArray<GeneralName> _subjectNames = [];
    private ImmutableArray<GeneralName> _issuerNames = [];
    private ImmutableArray<CertificatePolicy> _policies = [];
    private ImmutableArray<PolicyMapping> _mappings = [];
    private ImmutableArray<DistributionPoint> _points = [];
    private ImmutableArray<DistributionPoint> _freshest = [];
    private ImmutableArray<AccessDescription> _authorityAccess = [];
    private ImmutableArray<AccessDescription> _subjectAccess = [];
    private ImmutableArray<int> _features = [];
    private Octets _timestamps;

    public KeyUsages? KeyUsage { get; private set; }

    public BasicConstraints? BasicConstraints => _basicConstraints;

    public AuthorityKeyIdentifier? AuthorityKey => _authorityKey;

    public PolicyConstraints? PolicyConstraints => _policyConstraints;

    public NameConstraints? NameConstraints => _nameConstraints;

    public Octets? SubjectKey { get; private set; }

    public int? InhibitAnyPolicy { get; private set; }

    public bool HasPurposes => !_purposes.IsEmpty;

    public ImmutableArray<string> Purposes => _purposes;

    public ImmutableArray<GeneralName> SubjectNames => _subjectNames;

    public ImmutableArray<GeneralName> IssuerNames => _issuerNames;

    public bool HasPolicies => !_policies.IsEmpty;

    public ImmutableArray<CertificatePolicy> Policies => _policies;

    public ImmutableArray<PolicyMapping> Mappings => _mappings;

    public ImmutableArray<DistributionPoint> Points => _points;

    public ImmutableArray<DistributionPoint> Freshest => _freshest;

    public ImmutableArray<AccessDescription> AuthorityAccess => _authorityAccess;

    public ImmutableArray<AccessDescription> SubjectAccess => _subjectAccess;

    public ImmutableArray<int> Features => _features;

    public bool HasTimestamps { get; private set; }

    public bool HasPoison { get; private set; }

    public bool HasNoCheck { get; private set; }

    /// <summary>Whether this code decodes the extension at all.</summary>
    public static bool Decodes(string oid) => oid is Oids.KeyUsage or Oids.BasicConstraints or Oids.AuthorityKeyIdentifier
        or Oids.PolicyConstraints or Oids.NameConstraints or Oids.SubjectKeyIdentifier or Oids.InhibitAnyPolicy or Oids.ExtendedKeyUsage
        or Oids.SubjectAlternativeName or Oids.IssuerAlternativeName or Oids.CertificatePolicies or Oids.PolicyMappings
        or Oids.CrlDistributionPoints or Oids.FreshestCrl or Oids.AuthorityInfoAccess or Oids.SubjectInfoAccess or Oids.TlsFeature
        or Oids.SignedTimestamps or Oids.Precertificate or Oids.OcspNoCheck;

    /// <summary>Takes one extension in; true for those that are not ours.</summary>
    public bool TryTake(string oid, ReadOnlyMemory<byte> value)
    {
        bool ok = oid switch
        {
            Oids.KeyUsage => ExtensionValues.TryKeyUsage(value, out _keyUsage),
            Oids.BasicConstraints => ExtensionValues.TryBasicConstraints(value, out _basicConstraints),
            Oids.AuthorityKeyIdentifier => ExtensionValues.TryAuthorityKey(value, out _authorityKey),
            Oids.PolicyConstraints => PolicyValues.TryPolicyConstraints(value, out _policyConstraints),
            Oids.NameConstraints => PolicyValues.TryNameConstraints(value, out _nameConstraints),
            Oids.SubjectKeyIdentifier => ExtensionValues.TryOctetString(value, out _subjectKey),
            Oids.InhibitAnyPolicy => ExtensionValues.TryCount(value, out _inhibitAny),
            Oids.ExtendedKeyUsage => ExtensionValues.TryOids(value, out _purposes),
            Oids.SubjectAlternativeName => ExtensionValues.TryNames(value, out _subjectNames),
            Oids.IssuerAlternativeName => ExtensionValues.TryNames(value, out _issuerNames),
            Oids.CertificatePolicies => PolicyValues.TryPolicies(value, out _policies),
            Oids.PolicyMappings => PolicyValues.TryMappings(value, out _mappings),
            Oids.CrlDistributionPoints => PolicyValues.TryPoints(value, out _points),
            Oids.FreshestCrl => PolicyValues.TryPoints(value, out _freshest),
            Oids.AuthorityInfoAccess => ExtensionValues.TryAccess(value, out _authorityAccess),
            Oids.SubjectInfoAccess => ExtensionValues.TryAccess(value, out _subjectAccess),
            Oids.TlsFeature => ExtensionValues.TryNumbers(value, out _features),
            Oids.SignedTimestamps => ExtensionValues.TryOctetString(value, out _timestamps),
            Oids.Precertificate or Oids.OcspNoCheck => ExtensionValues.TryNull(value),
            _ => true,
        };
        MarkPresent(oid);
        return ok;
    }

    private void MarkPresent(string oid)
    {
        switch (oid)
        {
            case Oids.KeyUsage:
                KeyUsage = _keyUsage;
                break;
            case Oids.SubjectKeyIdentifier:
                SubjectKey = _subjectKey;
                break;
            case Oids.InhibitAnyPolicy:
                InhibitAnyPolicy = _inhibitAny;
                break;
            case Oids.SignedTimestamps:
                HasTimestamps = !_timestamps.IsEmpty;
                break;
            case Oids.Precertificate:
                HasPoison = true;
                break;
            case Oids.OcspNoCheck:
                HasNoCheck = true;
                break;
            default:
                break;
        }
    }
}
