using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Chain;

/// <summary>permitted_subtrees and excluded_subtrees of a path (RFC 5280, section 6.1.1 and 6.1.4 (g)).</summary>
internal sealed class NameSpaceRules
{
    // One list a certificate: a name must lie in a subtree of each list that speaks of its form, which is their intersection.
    private readonly List<ImmutableArray<GeneralName>> _permitted = [];
    private readonly List<GeneralName> _excluded = [];
    private bool _undecidable;

    public void Add(NameConstraints constraints)
    {
        _undecidable |= constraints.UsesDistances;
        if (!constraints.Permitted.IsEmpty)
        {
            _permitted.Add(constraints.Permitted);
        }

        _excluded.AddRange(constraints.Excluded);
    }

    /// <summary>RFC 5280, section 6.1.3 (b) and (c): every name of the certificate, or why not.</summary>
    public RefusalReason? Check(CertificateProfile certificate, out string detail)
    {
        detail = "";
        if (_permitted.Count == 0 && _excluded.Count == 0)
        {
            return null;
        }

        if (_undecidable)
        {
            detail = "minimum or maximum";
            return RefusalReason.NameConstraintUndecidable;
        }

        foreach (GeneralName name in NamesOf(certificate))
        {
            if (CheckOne(name) is { } reason)
            {
                detail = Printable.Shorten(Describe(name));
                return reason;
            }
        }

        return null;
    }

    /// <summary>Every name that constraints bind: subject, e-mail addresses in it, and all alternative names.</summary>
    private static IEnumerable<GeneralName> NamesOf(CertificateProfile certificate)
    {
        if (!certificate.Subject.IsEmpty)
        {
            yield return new GeneralName.Directory(certificate.Subject);
        }

        foreach (string address in certificate.Subject.ValuesOf(Oids.EmailAddress))
        {
            yield return new GeneralName.Email(address);
        }

        foreach (GeneralName name in certificate.SubjectAlternativeNames)
        {
            yield return name;
        }
    }

    private RefusalReason? CheckOne(GeneralName name)
    {
        foreach (GeneralName root in _excluded)
        {
            switch (Subtree.Compare(name, root, excluding: true))
            {
                case NameMatch.Within:
                    return RefusalReason.NameExcluded;
                case NameMatch.Undecidable:
                    return RefusalReason.NameConstraintUndecidable;
                default:
                    break;
            }
        }

        foreach (ImmutableArray<GeneralName> roots in _permitted)
        {
            NameMatch[] matches = [.. roots.Select(root => Subtree.Compare(name, root, excluding: false)).Where(static m => m != NameMatch.OtherForm)];
            if (matches.Length > 0 && !matches.Contains(NameMatch.Within))
            {
                return matches.Contains(NameMatch.Undecidable) ? RefusalReason.NameConstraintUndecidable : RefusalReason.NameNotPermitted;
            }
        }

        return null;
    }

    private static string Describe(GeneralName name) => name switch
    {
        GeneralName.Directory directory => directory.Name.Text,
        GeneralName.Dns dns => Printable.Escape(dns.Name),
        GeneralName.Email email => Printable.Escape(email.Address),
        GeneralName.Uri uri => Printable.Escape(uri.Value),
        GeneralName.Ip ip => ip.Address?.ToString() ?? ip.Octets.ToHex(),
        GeneralName.OtherName other => "otherName " + other.TypeId,
        GeneralName.RegisteredId registered => registered.Oid,
        GeneralName.X400 => "x400Address",
        _ => "ediPartyName",
    };
}
