using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Certificates.Chain;

namespace Sallyport.Certificates.Tests.Chain;

/// <summary>The strict profile, clause by clause: each broken alone on a path that RFC 5280's validation accepts.</summary>
public sealed class ProfileClauseTests
{
    public static IEnumerable<TheoryDataRow<string>> Rows => ProfileClauseRows.All.Select(static r => new TheoryDataRow<string>(r.Name));

    [Fact]
    public void A_chain_without_a_fault_passes()
    {
        using var links = new Links();
        links.Judge(new StrictProfile { RequireKeyUsage = true, AllowedNames = [NamePattern.Dns("leaf.example")] }).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_clause_refuses_what_breaks_it_alone(string name)
    {
        ProfileClauseRow row = ProfileClauseRows.All.Single(r => r.Name == name);
        using var links = new Links();
        row.Bend(links);
        Refusal refusal = links.Judge(row.Profile).ShouldNotBeNull();
        (refusal.Clause, refusal.Reason).ShouldBe((row.Clause, row.Reason));
        if (row.Detail is { } detail)
        {
            refusal.Detail.ShouldBe(detail);
        }

        // Nothing but the profile is in the way: path validation alone accepts it.
        links.Judge(profile: null).ShouldBeNull();
    }

    [Fact]
    public void Every_clause_and_every_reason_of_the_profile_has_a_row()
    {
        // Not reached by a leaf's path; Who_signs_lists_must_say_so and An_issuer_without_a_name_is_refused break them.
        ProfileClause[] elsewhere = [ProfileClause.ListSignerWithoutUsage, ProfileClause.IssuerName];
        ImmutableArray<ProfileClauseRow> rows = ProfileClauseRows.All;
        rows.Select(static r => r.Clause).Concat(elsewhere).Distinct().Order().ShouldBe(Enum.GetValues<ProfileClause>());
        rows.Select(static r => r.Reason).Distinct().Order().ShouldBe(Enum.GetValues<RefusalReason>().Where(static r => r >= RefusalReason.PurposeMissing));
        rows.Select(static r => r.Name).Distinct(StringComparer.Ordinal).Count().ShouldBe(rows.Length);

        // What is never critical but not processed either is refused before the profile is asked.
        string?[] critical = [.. rows.Where(static r => r.Clause == ProfileClause.NeverCritical).Select(static r => r.Detail), "1.3.6.1.5.5.7.1.11"];
        critical.Order(StringComparer.Ordinal).ShouldBe(Conformance.NeverCritical.Order(StringComparer.Ordinal));
        IEnumerable<string?> plain = rows.Where(static r => r.Clause == ProfileClause.AlwaysCritical).Select(static r => r.Detail);
        plain.Order(StringComparer.Ordinal).ShouldBe(Conformance.AlwaysCritical.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Who_signs_lists_must_say_so()
    {
        using var links = new Links();
        CertificateProfile root = Authority.Read(links.Root.SignedBy(links.Root));
        CertificateProfile can = Authority.Read(links.Sub.SignedBy(links.Root));
        new StrictProfile().Check(TrustAnchor.Of(root), [can], PathRole.CrlSigner, Authority.Now).ShouldBeNull();

        links.Sub.With(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        CertificateProfile cannot = Authority.Read(links.Sub.SignedBy(links.Root));
        Refusal refusal = new StrictProfile().Check(TrustAnchor.Of(root), [cannot], PathRole.CrlSigner, Authority.Now).ShouldNotBeNull();
        (refusal.Clause, refusal.Reason).ShouldBe((ProfileClause.ListSignerWithoutUsage, RefusalReason.BadExtension));
    }

    [Fact]
    public void An_issuer_without_a_name_is_refused()
    {
        // On a path its own certificate is refused first: an anchor needs a name, and so does an intermediate.
        using var links = new Links();
        links.Leaf.IssuerName = "";
        CertificateProfile sub = Authority.Read(links.Sub.SignedBy(links.Root));
        ConformanceFault? fault = Conformance.Check(Authority.Read(links.Leaf.SignedBy(links.Sub)), sub, isIssuer: false);
        fault.ShouldBe(new ConformanceFault(RefusalReason.BadName, ProfileClause.IssuerName, "issuer"));
        links.Root.Name = "";
        TrustAnchor.TryRead(links.Root.SignedBy(links.Root), out _).ShouldBeFalse();
    }

    [Fact]
    public void What_the_structure_does_not_allow_is_refused_before_any_profile()
    {
        // An empty SEQUENCE of names is no GeneralNames: the leaf is unreadable, and an intermediate like it leads nowhere.
        Refused(static l => l.Leaf.With(Values.Empty("2.5.29.17")), RefusalReason.Unreadable);
        Refused(static l => l.Sub.With(Values.Empty("2.5.29.17")), RefusalReason.UnknownIssuer);
        Refused(static l => l.Sub.Version = 1, RefusalReason.IssuerIsNoAuthority);
        Refused(static l => l.Sub.With(new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign, critical: true)), RefusalReason.IssuerMayNotSign);
        Refused(static l => l.Leaf.With(Values.Access("1.3.6.1.5.5.7.1.11", critical: true)), RefusalReason.UnknownCriticalExtension);
        Refused(static l => l.Leaf.NotAfter = static w => w.WriteUtcTime(Minted.NotBefore.AddDays(-1)), RefusalReason.Expired);
    }

    [Fact]
    public void What_conforms_in_an_unusual_way_is_accepted()
    {
        Accepted(static l => l.Leaf.With(Values.AuthorityKey("CN=Root", l.Sub.Serial)));
        Accepted(static l => (l.Leaf.Name, _) = ("", l.Leaf.Critical("2.5.29.17", true)));
        Accepted(static l => l.Leaf.NotAfter = static w => w.WriteGeneralizedTime(Minted.NotAfter.AddYears(40)));
        Accepted(static l => (l.Leaf.Serial, l.Sub.Serial) = ([.. Enumerable.Repeat((byte)0x7f, 20)], [1]));
        Accepted(static l => l.Sub.WithKey(RSA.Create(2048)));
        Accepted(static l => l.Sub.With(Values.Policy("2.5.29.32.0", "1.3.6.1.5.5.7.2.1")).With(Values.Mapping("1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.99999.2")));
        Accepted(static l => l.Sub.With(new X509BasicConstraintsExtension(true, true, 0, critical: true)).With(Values.PermittedDns("example")));
        Accepted(static l => l.Leaf.With(Minted.Raw("2.5.29.19", static w => Minted.Sequence(w, static () => { }), critical: true)));
        Accepted(static l => l.Leaf.With(Values.Access("1.3.6.1.5.5.7.1.1", critical: false)).With(ProfileClauseRows.Freshest(l, critical: false)));
        Accepted(static l => l.Leaf.With(Values.Names("2.5.29.18", 2, "ca.example")));
        foreach (string uri in (string[])["spiffe://corp.example/ns/a", "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "mailto:a@mail.example", "https://[2001:db8::1]:8443/"])
        {
            Accepted(l => l.Leaf.With(Values.Names("2.5.29.17", 6, uri)));
        }
    }

    private static void Refused(Action<Links> bend, RefusalReason reason)
    {
        using var links = new Links();
        bend(links);
        links.Judge(new StrictProfile()).ShouldNotBeNull().Reason.ShouldBe(reason);
        links.Judge(profile: null).ShouldNotBeNull().Reason.ShouldBe(reason);
    }

    private static void Accepted(Action<Links> bend)
    {
        using var links = new Links();
        bend(links);
        links.Judge(new StrictProfile()).ShouldBeNull();
    }
}
