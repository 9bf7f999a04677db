using System;
using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Certificates.Chain;
using C = Sallyport.Certificates.Chain.ProfileClause;
using R = Sallyport.Certificates.Chain.RefusalReason;

namespace Sallyport.Certificates.Tests.Chain;

/// <summary>One way to break one clause of the strict profile and nothing else.</summary>
internal sealed record ProfileClauseRow(string Name, C Clause, R Reason, string? Detail, Action<Links> Bend)
{
    public StrictProfile Profile { get; init; } = new();
}

/// <summary>The clauses of the strict profile, each broken alone.</summary>
internal static class ProfileClauseRows
{
    private const string AnyPolicy = "2.5.29.32.0";

    public static ImmutableArray<ProfileClauseRow> All { get; } =
    [
        new("version 1 leaf", C.Version, R.BadVersion, "1", static l => l.Leaf.Version = 1),
        new("version 2 leaf", C.Version, R.BadVersion, "2", static l => l.Leaf.Version = 2),
        .. Serials(static l => l.Sub, "intermediate"),
        .. Serials(static l => l.Leaf, "leaf"),
        new("empty authority", C.AuthorityName, R.BadName, "subject", static l => l.Sub.Name = ""),
        new("empty subject beside a plain alternative name", C.SubjectName, R.BadName, "subject", static l => l.Leaf.Name = ""),
        new("empty subject without an alternative name", C.SubjectName, R.BadName, "subject", static l => (l.Leaf.Name, _) = ("", l.Leaf.Without("2.5.29.17"))),
        new("GeneralizedTime before 2050", C.TimeForm, R.BadValidity, "time form", static l => l.Leaf.NotAfter = static w => w.WriteGeneralizedTime(Minted.NotAfter)),
        new("GeneralizedTime of an intermediate", C.TimeForm, R.BadValidity, "time form", static l => l.Sub.NotAfter = static w => w.WriteGeneralizedTime(Minted.NotAfter)),
        new("unique identifier", C.UniqueIdentifier, R.BadName, "uniqueIdentifier", static l => l.Leaf.HasUniqueIdentifier = true),

        new("no authority key identifier", C.AuthorityKeyMissing, R.BadKeyIdentifier, null, static l => l.Leaf.Without("2.5.29.35")),
        new("empty authority key identifier", C.AuthorityKeyMissing, R.BadKeyIdentifier, null, static l => l.Leaf.With(Values.Empty("2.5.29.35"))),
        new("another's key identifier", C.AuthorityKeyForeign, R.BadKeyIdentifier, null, static l =>
            l.Leaf.With(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([9]))),
        new("another's serial number", C.AuthoritySerialForeign, R.BadKeyIdentifier, null, static l => l.Leaf.With(Values.AuthorityKey("CN=Root", [9]))),
        new("issuer without serial number", C.AuthorityHalfNamed, R.BadKeyIdentifier, null, static l => l.Leaf.With(Values.AuthorityKey("CN=Root", null))),
        new("serial number without issuer", C.AuthorityHalfNamed, R.BadKeyIdentifier, null, static l => l.Leaf.With(Values.AuthorityKey(null, l.Sub.Serial))),
        new("authority without key identifier", C.SubjectKeyMissing, R.BadKeyIdentifier, "subjectKeyIdentifier", static l => l.Sub.Without("2.5.29.14")),

        new("critical authority key identifier", C.NeverCritical, R.BadExtension, "2.5.29.35", static l => l.Leaf.Critical("2.5.29.35", true)),
        new("critical subject key identifier", C.NeverCritical, R.BadExtension, "2.5.29.14", static l => l.Sub.Critical("2.5.29.14", true)),
        new("critical freshest list", C.NeverCritical, R.BadExtension, "2.5.29.46", static l =>
            l.Leaf.With(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.example/"])).With(Freshest(l, critical: true))),
        new("critical authority access", C.NeverCritical, R.BadExtension, "1.3.6.1.5.5.7.1.1", static l => l.Leaf.With(Values.Access("1.3.6.1.5.5.7.1.1", true))),
        new("plain name constraints", C.AlwaysCritical, R.BadExtension, "2.5.29.30", static l => l.Sub.With(Values.PermittedDns("example", critical: false))),
        new("plain policy constraints", C.AlwaysCritical, R.BadExtension, "2.5.29.36", static l =>
            l.Sub.With(Minted.Raw("2.5.29.36", static w => Minted.Sequence(w, () => w.WriteInteger(9, Values.Context(0)))))),
        new("plain inhibitAnyPolicy", C.AlwaysCritical, R.BadExtension, "2.5.29.54", static l => l.Sub.With(Minted.Raw("2.5.29.54", static w => w.WriteInteger(9)))),

        new("key usage without a bit", C.EmptyKeyUsage, R.BadExtension, "2.5.29.15", static l =>
            l.Leaf.With(Minted.Raw("2.5.29.15", static w => w.WriteBitString([]), critical: true))),
        new("keyCertSign without cA", C.SignsWithoutAuthority, R.BadExtension, "2.5.29.15", static l =>
            l.Leaf.With(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, critical: true))),
        new("issuer without key usage", C.IssuerWithoutUsage, R.BadExtension, "2.5.29.15", static l => l.Sub.Without("2.5.29.15")),
        new("plain basic constraints", C.BasicConstraintsCritical, R.BadExtension, "2.5.29.19", static l => l.Sub.Critical("2.5.29.19", false)),
        new("path length without cA", C.LimitAlone, R.BadExtension, "2.5.29.19", static l =>
            l.Leaf.With(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: true, 0, critical: true))),

        new("anyPolicy with a qualifier of its own", C.AnyPolicyQualifier, R.BadExtension, "2.5.29.32", static l => l.Sub.With(Values.Policy(AnyPolicy, "1.3.6.1.4.1.99999.5"))),
        new("mapped from anyPolicy", C.AnyPolicyMapped, R.BadExtension, "2.5.29.33", static l => l.Leaf.With(Values.Mapping(AnyPolicy, "1.3.6.1.4.1.99999.1"))),
        new("mapped to anyPolicy", C.AnyPolicyMapped, R.BadExtension, "2.5.29.33", static l => l.Leaf.With(Values.Mapping("1.3.6.1.4.1.99999.1", AnyPolicy))),
        new("policy constraints without content", C.PolicyConstraintsEmpty, R.BadExtension, "2.5.29.36", static l => l.Sub.With(Values.Empty("2.5.29.36", critical: true))),

        .. Malformed(C.SubjectAlternativeName, "2.5.29.17", "subjectAltName"),
        .. Malformed(C.IssuerAlternativeName, "2.5.29.18", "issuerAltName"),
        new("address of three octets", C.SubjectAlternativeName, R.BadName, "subjectAltName", static l =>
            l.Leaf.With(Minted.Raw("2.5.29.17", static w => Minted.Sequence(w, () => w.WriteOctetString([1, 2, 3], Values.Context(7)))))),

        new("name constraints without content", C.NameConstraintsEmpty, R.BadExtension, "2.5.29.30", static l => l.Sub.With(Values.Empty("2.5.29.30", critical: true))),
        new("name constraints of a leaf", C.NameConstraintsMisplaced, R.BadExtension, "2.5.29.30", static l => l.Leaf.With(Values.PermittedDns("example"))),
        Distance("minimum", 0),
        Distance("maximum", 1),
        .. new (int Form, string Root)[] { (1, "a b@mail.example"), (1, "-.example"), (6, "https://uri.example/") }.Select(static bad =>
            new ProfileClauseRow($"subtree {bad.Root}", C.NameConstraintsSyntax, R.BadExtension, "2.5.29.30", l => l.Sub.With(Values.Permitted(w =>
                w.WriteCharacterString(UniversalTagNumber.IA5String, bad.Root, Values.Context(bad.Form)))))),
        new("subtree mask with a hole", C.NameConstraintsSyntax, R.BadExtension, "2.5.29.30", static l => l.Sub.With(Values.Permitted(static w =>
            w.WriteOctetString([192, 0, 2, 0, 255, 0, 255, 0], Values.Context(7))))),
        new("point with reasons only", C.NamelessPoint, R.BadExtension, "2.5.29.31", static l => l.Leaf.With(Values.Point("2.5.29.31", null))),
        new("point of an issuer without a directory name", C.NamelessPoint, R.BadExtension, "2.5.29.31", static l => l.Leaf.With(Values.Point("2.5.29.31", "http://crl.example/"))),
        new("freshest list with reasons only", C.NamelessPoint, R.BadExtension, "2.5.29.46", static l => l.Leaf.With(Values.Point("2.5.29.46", null))),

        new("weak anchor", C.AnchorKey, R.WeakKey, null, static l => l.Root.WithKey(RSA.Create(1024))),
        new("anchor out of its dates", C.AnchorValidity, R.BadAnchor, "validity", static l => l.Root.NotAfter = static w => w.WriteUtcTime(Authority.Now.AddDays(-1))),
        new("anchor of version 1", C.AnchorIsNoAuthority, R.BadAnchor, "basicConstraints", static l => l.Root.Version = 1),
        new("anchor without basic constraints", C.AnchorIsNoAuthority, R.BadAnchor, "basicConstraints", static l => l.Root.Without("2.5.29.19")),
        new("anchor without cA", C.AnchorIsNoAuthority, R.BadAnchor, "basicConstraints", static l => l.Root.With(new X509BasicConstraintsExtension(false, false, 0, true))),
        new("anchor without keyCertSign", C.AnchorMayNotSign, R.BadAnchor, "keyUsage", static l => l.Root.With(new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign, true))),

        new("SHA-1 over the leaf", C.SignatureStrength, R.WeakSignature, null, static l => l.Leaf.Signer = static k => new Sha1Signer(k)),
        new("SHA-1 over the intermediate", C.SignatureStrength, R.WeakSignature, null, static l => l.Sub.Signer = static k => new Sha1Signer(k)),
        new("weak leaf", C.KeyStrength, R.WeakKey, null, static l => l.Leaf.WithKey(ECDsa.Create(ECCurve.CreateFromFriendlyName("nistP224")))),
        new("weak intermediate", C.KeyStrength, R.WeakKey, null, static l => l.Sub.WithKey(RSA.Create(1024))),

        new("no purpose", C.Purpose, R.PurposeMissing, null, static l => l.Leaf.Without("2.5.29.37")),
        new("another purpose of the leaf", C.Purpose, R.PurposeMissing, null, static l => l.Leaf.With(Purpose("1.3.6.1.5.5.7.3.1"))),
        new("any purpose of the leaf", C.Purpose, R.PurposeMissing, null, static l => l.Leaf.With(Purpose("2.5.29.37.0"))),
        new("another purpose of the intermediate", C.Purpose, R.PurposeMissing, null, static l => l.Sub.With(Purpose("1.3.6.1.5.5.7.3.1"))),
        new("leaf that is an authority", C.LeafIsAuthority, R.LeafIsAuthority, "", static l => l.Leaf
            .With(new X509BasicConstraintsExtension(true, false, 0, critical: true))
            .With(new X509SubjectKeyIdentifierExtension([3, 2, 3, 4], critical: false))),
        new("no digital signature", C.LeafUsage, R.KeyUsageMissing, null, static l => l.Leaf.With(new X509KeyUsageExtension(X509KeyUsageFlags.KeyAgreement, true))),
        new("no key usage where one is asked for", C.LeafUsage, R.KeyUsageMissing, null, static l => l.Leaf.Without("2.5.29.15"))
        {
            Profile = new StrictProfile { RequireKeyUsage = true },
        },
        new("a name that is not listed", C.AllowedName, R.NameNotAllowed, "", static l => l.Leaf.With(ChainVerifierTests.Named("other.example")))
        {
            Profile = new StrictProfile { AllowedNames = [NamePattern.Dns("leaf.example")] },
        },
    ];

    public static X509Extension Freshest(Links links, bool critical) =>
        new("2.5.29.46", CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([$"http://{links.Leaf.Name[3..]}.example/"]).RawData, critical);

    private static X509EnhancedKeyUsageExtension Purpose(string oid) => new([new Oid(oid)], critical: false);

    /// <summary>Of an issuer, path validation itself refuses the distance: here the last certificate of the path has it.</summary>
    private static ProfileClauseRow Distance(string which, int tag) => new($"name constraints with a {which}", C.NameConstraintsDistance, R.BadExtension, "2.5.29.30", l => l.Leaf
        .With(new X509BasicConstraintsExtension(true, false, 0, critical: true))
        .With(new X509SubjectKeyIdentifierExtension([3, 2, 3, 4], critical: false))
        .With(Values.Permitted(w =>
        {
            w.WriteCharacterString(UniversalTagNumber.IA5String, "mail.example", Values.Context(1));
            w.WriteInteger(1, Values.Context(tag));
        })))
    {
        Profile = new StrictProfile { AllowAuthorityAsLeaf = true },
    };

    private static ImmutableArray<ProfileClauseRow> Serials(Func<Links, Link> which, string of) =>
    [
        new($"negative serial number of the {of}", C.SerialNumber, R.BadSerialNumber, "80", l => which(l).Serial = [0x80]),
        new($"zero serial number of the {of}", C.SerialNumber, R.BadSerialNumber, "00", l => which(l).Serial = [0]),
        new($"long serial number of the {of}", C.SerialNumber, R.BadSerialNumber, null, l => which(l).Serial = [.. Enumerable.Repeat((byte)1, 21)]),
    ];

    private static ImmutableArray<ProfileClauseRow> Malformed(C clause, string oid, string detail) =>
    [
        .. new (int Form, string Name)[]
        {
            (2, ""), (2, " "), (2, "a_b.example"), (2, "-a.example"), (2, "a..example"), (1, "no mailbox"), (1, "@example"), (1, "Al <a@mail.example>"),
            (6, "relative/path"), (6, "https:///no-host"), (6, "spiffe:///no-host"), (6, "x:"),
        }.Select(bad => new ProfileClauseRow($"{detail} '{bad.Name}'", clause, R.BadName, detail, l => l.Leaf.With(Values.Names(oid, bad.Form, bad.Name)))),
    ];
}
