using System;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Certificates.Tests.Chain;

/// <summary>Extension values that the platform's own builders do not write.</summary>
internal static class Values
{
    /// <summary>A sequence of names: an alternative name.</summary>
    public static X509Extension Names(string oid, int form, string name, bool critical = false) =>
        Minted.Raw(oid, w => Minted.Sequence(w, () => w.WriteCharacterString(UniversalTagNumber.IA5String, name, Context(form))), critical);

    public static X509Extension Empty(string oid, bool critical = false) => Minted.Raw(oid, static w => Minted.Sequence(w, static () => { }), critical);

    /// <summary>Name constraints with one permitted subtree.</summary>
    public static X509Extension Permitted(Action<AsnWriter> subtree, bool critical = true) => Minted.Raw("2.5.29.30", w => Minted.Sequence(w, () =>
    {
        using (w.PushSequence(Context(0)))
        {
            Minted.Sequence(w, () => subtree(w));
        }
    }), critical);

    public static X509Extension PermittedDns(string name, bool critical = true) =>
        Permitted(w => w.WriteCharacterString(UniversalTagNumber.IA5String, name, Context(2)), critical);

    /// <summary>An authority key identifier of the intermediate, its issuer and serial number each only when asked for.</summary>
    public static X509Extension AuthorityKey(string? issuer, byte[]? serial) => Minted.Raw("2.5.29.35", w => Minted.Sequence(w, () =>
    {
        w.WriteOctetString([2, 2, 3, 4], Context(0));
        if (issuer is not null)
        {
            using (w.PushSequence(Context(1)))
            using (w.PushSequence(Context(4)))
            {
                w.WriteEncodedValue(new X500DistinguishedName(issuer).RawData);
            }
        }

        if (serial is not null)
        {
            w.WriteInteger(serial, Context(2));
        }
    }));

    /// <summary>One policy with one qualifier.</summary>
    public static X509Extension Policy(string policy, string qualifier) => Minted.Raw("2.5.29.32", w => Minted.Sequence(w, () => Minted.Sequence(w, () =>
    {
        w.WriteObjectIdentifier(policy);
        Minted.Sequence(w, () => Minted.Sequence(w, () =>
        {
            w.WriteObjectIdentifier(qualifier);
            w.WriteCharacterString(UniversalTagNumber.IA5String, "https://ca.example/cps");
        }));
    })));

    public static X509Extension Mapping(string from, string to) => Minted.Raw("2.5.29.33", w => Minted.Sequence(w, () => Minted.Sequence(w, () =>
    {
        w.WriteObjectIdentifier(from);
        w.WriteObjectIdentifier(to);
    })));

    /// <summary>A distribution point with reasons only, or with the name of a list's issuer in the given form.</summary>
    public static X509Extension Point(string oid, string? issuerUri) => Minted.Raw(oid, w => Minted.Sequence(w, () => Minted.Sequence(w, () =>
    {
        if (issuerUri is null)
        {
            w.WriteBitString([0x40], 6, Context(1));
            return;
        }

        using (w.PushSequence(Context(2)))
        {
            w.WriteCharacterString(UniversalTagNumber.IA5String, issuerUri, Context(6));
        }
    })));

    public static X509Extension Access(string oid, bool critical) => Minted.Raw(oid, static w => Minted.Sequence(w, () => Minted.Sequence(w, () =>
    {
        w.WriteObjectIdentifier("1.3.6.1.5.5.7.48.1");
        w.WriteCharacterString(UniversalTagNumber.IA5String, "http://ocsp.example/", Context(6));
    })), critical);

    public static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number);
}
