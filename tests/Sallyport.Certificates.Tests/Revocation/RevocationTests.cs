using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Revocation;

public sealed class RevocationTests : IDisposable
{
    private readonly Authority _root = Authority.Root();
    private readonly Authority _sub;
    private readonly byte[] _alice;
    private readonly byte[] _bob;

    public RevocationTests()
    {
        _sub = _root.Sub();
        _alice = _sub.Client("CN=alice");
        _bob = _sub.Client("CN=bob");
    }

    public void Dispose()
    {
        _root.Dispose();
        _sub.Dispose();
    }

    [Fact]
    public void Accepts_who_is_not_listed_and_refuses_who_is()
    {
        CertificateRevocationList[] lists = [_root.List(), _sub.List(_bob)];
        Verify(_alice, lists).ShouldBeNull();
        Refusal refusal = Verify(_bob, lists).ShouldNotBeNull();
        refusal.Reason.ShouldBe(RefusalReason.Revoked);
        refusal.Detail.ShouldBe("KeyCompromise");
        refusal.Certificate.ShouldBe(CertificateThumbprint.Of(_bob));
    }

    [Fact]
    public void A_revoked_intermediate_takes_its_clients_with_it()
    {
        Refusal refusal = Verify(_alice, [_root.List(_sub.Der), _sub.List()]).ShouldNotBeNull();
        refusal.Reason.ShouldBe(RefusalReason.Revoked);
        refusal.Certificate.ShouldBe(CertificateThumbprint.Of(_sub.Der));
    }

    [Fact]
    public void Unknown_is_refused_unless_the_policy_says_otherwise()
    {
        Verify(_alice, [_root.List()]).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.NoSource);
        Verify(_alice, [_root.List()], new RevocationPolicy { Mode = RevocationMode.WhenKnown }).ShouldBeNull();
        Verify(_bob, [_sub.List(_bob)], new RevocationPolicy { Mode = RevocationMode.WhenKnown }).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
        Verify(_bob, [_sub.List(_bob)], new RevocationPolicy { Mode = RevocationMode.Off }).ShouldBeNull();
    }

    [Fact]
    public void A_list_is_current_between_its_dates_and_within_grace_and_age()
    {
        CertificateRevocationList root = _root.List();
        CertificateRevocationList old = _sub.List(Authority.Now.AddDays(-3), Authority.Now.AddHours(-1));
        Verify(_alice, [root, old]).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.NotCurrent);
        Verify(_alice, [root, old], new RevocationPolicy { Grace = TimeSpan.FromHours(1) }).ShouldBeNull();
        Verify(_alice, [root, old], new RevocationPolicy { Grace = TimeSpan.FromMinutes(59) }).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.NotCurrent);
        Verify(_alice, [root, _sub.List(Authority.Now.AddMinutes(1), Authority.Now.AddDays(1))]).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.NotCurrent);
        Verify(_alice, [root, _sub.List()], new RevocationPolicy { MaxAge = TimeSpan.FromHours(23) }).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.NotCurrent);
        Verify(_alice, [root, _sub.List()], new RevocationPolicy { MaxAge = TimeSpan.FromHours(24) }).ShouldBeNull();
    }

    [Fact]
    public void Where_unknown_passes_an_outdated_list_still_refuses_whom_it_names()
    {
        CertificateRevocationList[] lists = [_root.List(), _sub.List(Authority.Now.AddDays(-3), Authority.Now.AddDays(-2), _bob)];
        var lenient = new RevocationPolicy { Mode = RevocationMode.WhenKnown };
        Verify(_bob, lists, lenient).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
        Verify(_alice, lists, lenient).ShouldBeNull();
        Verify(_bob, [.. lists, _sub.List()], lenient).ShouldBeNull("a newer list took it off");
    }

    [Fact]
    public void The_newest_current_list_decides()
    {
        CertificateRevocationList older = _sub.List(Authority.Now.AddDays(-2), Authority.Now.AddDays(1));
        Verify(_bob, [_root.List(), older, _sub.List(_bob)]).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
        Verify(_bob, [_root.List(), _sub.List(_bob), older]).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
    }

    [Fact]
    public void A_rogue_of_the_same_name_signs_no_list()
    {
        using Authority rogue = Authority.Root("CN=Intermediate,O=Example");
        Verify(_alice, [_root.List(), rogue.List()]).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.BadSignature);
        Verify(_alice, [_root.List(), rogue.List()], presented: [_sub.Der, rogue.Der]).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.UntrustedSigner);
        Verify(_alice, [_root.List(), rogue.List(_alice), _sub.List()]).ShouldBeNull("a stranger's list revokes nobody");
    }

    [Fact]
    public void A_snapshot_that_knows_the_signers_gives_the_same_answers()
    {
        using Authority rogue = Authority.Root("CN=Intermediate,O=Example");
        CertificateProfile[] signers = [_root.Profile, _sub.Profile, rogue.Profile];
        var good = RevocationSnapshot.Of(1, [_root.List(), _sub.List(_bob)], [], [], signers);
        Verify(_alice, good).ShouldBeNull();
        Verify(_bob, good).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
        Verify(_alice, RevocationSnapshot.Of(2, [_root.List(), rogue.List()], [], [], signers)).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.BadSignature);
    }

    [Fact]
    public void The_deny_list_needs_no_source_and_cannot_be_switched_off()
    {
        var snapshot = RevocationSnapshot.Of(3, [], [], [CertificateThumbprint.Of(_alice)], []);
        snapshot.Denies(CertificateThumbprint.Of(_alice)).ShouldBeTrue();
        Refusal refusal = Verify(_alice, snapshot, new RevocationPolicy { Mode = RevocationMode.Off }).ShouldNotBeNull();
        refusal.Reason.ShouldBe(RefusalReason.Revoked);
        refusal.Detail.ShouldBe("deny list");
        Verify(_bob, snapshot, new RevocationPolicy { Mode = RevocationMode.Off }).ShouldBeNull();
    }

    [Fact]
    public void A_list_signed_by_a_key_without_cRLSign_does_not_count()
    {
        using Authority mute = _root.Sub("CN=Mute", null, new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        byte[] leaf = mute.Client();
        CertificateRevocationList list = SignedList(mute, static _ => { });
        Verify(leaf, [_root.List(), list], presented: [mute.Der]).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.UntrustedSigner);
    }

    [Fact]
    public void An_unknown_critical_extension_makes_a_list_useless()
    {
        CertificateRevocationList list = SignedList(_sub, static w => Extension(w, "1.2.3.4", critical: true, [5, 0]));
        list.HasUnknownCriticalExtension.ShouldBeTrue();
        Verify(_alice, [_root.List(), list]).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.UnknownCriticalExtension);
    }

    [Theory]
    [InlineData("8101ff", true)]
    [InlineData("8201ff", false)]
    [InlineData("8501ff", false)]
    [InlineData("83020640", false)]
    public void The_scope_of_a_list_is_kept(string issuingPoint, bool covers)
    {
        byte[] point = [0x30, (byte)(issuingPoint.Length / 2), .. Convert.FromHexString(issuingPoint)];
        CertificateRevocationList list = SignedList(_sub, w => Extension(w, "2.5.29.28", critical: true, point));
        (Verify(_alice, [_root.List(), list]) is null).ShouldBe(covers);
    }

    [Fact]
    public void A_list_of_more_than_twenty_octet_serials_keeps_them_whole()
    {
        byte[] serial = [.. Enumerable.Range(1, 30).Select(static i => (byte)i)];
        byte[] twin = [.. serial[..29], 99];
        byte[] listed = _sub.Sign(_sub.ClientRequest("CN=long"), Minted.NotBefore, Minted.NotAfter, serial);
        byte[] other = _sub.Sign(_sub.ClientRequest("CN=long"), Minted.NotBefore, Minted.NotAfter, twin);
        CertificateRevocationList[] lists = [_root.List(), _sub.List(listed)];
        Verify(listed, lists, profile: null).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
        Verify(other, lists, profile: null).ShouldBeNull();
    }

    [Fact]
    public void Finds_exactly_the_listed_ones_among_many()
    {
        byte[][] all = [.. Enumerable.Range(0, 300).Select(i => _sub.Sign(_sub.ClientRequest(), Minted.NotBefore, Minted.NotAfter, [1, .. BitConverter.GetBytes(i * 7)]))];
        CertificateRevocationList list = _sub.List(all.Where(static (_, i) => i % 3 == 0));
        list.Count.ShouldBe(100);
        for (int i = 0; i < all.Length; i++)
        {
            (list.Find(Authority.Read(all[i])) is not null).ShouldBe(i % 3 == 0);
        }
    }

    internal static CertificateRevocationList SignedList(Authority authority, Action<AsnWriter> extensions)
    {
        byte[] der = SignedListDer(authority, extensions);
        CertificateRevocationList.TryRead(der, out CertificateRevocationList? list, out CertificateDefect? defect).ShouldBeTrue(defect?.ToString());
        return list.ShouldNotBeNull();
    }

    internal static byte[] SignedListDer(
        Authority authority, Action<AsnWriter> extensions, Action<AsnWriter>? entries = null, int capacity = 1024,
        DateTimeOffset? thisUpdate = null, DateTimeOffset? nextUpdate = null, byte number = 7)
    {
        var tbs = new AsnWriter(AsnEncodingRules.DER, capacity);
        Minted.Sequence(tbs, () =>
        {
            tbs.WriteInteger(1);
            Minted.Sequence(tbs, () => tbs.WriteObjectIdentifier("1.2.840.10045.4.3.2"));
            tbs.WriteEncodedValue(authority.Subject.RawData);
            tbs.WriteUtcTime(thisUpdate ?? Authority.Now.AddDays(-1));
            tbs.WriteUtcTime(nextUpdate ?? Authority.Now.AddDays(1));
            if (entries is not null)
            {
                Minted.Sequence(tbs, () => entries(tbs));
            }

            using (tbs.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                Minted.Sequence(tbs, () =>
                {
                    Extension(tbs, "2.5.29.20", critical: false, [2, 1, number]);
                    extensions(tbs);
                });
            }
        });
        byte[] signed = tbs.Encode();
        var whole = new AsnWriter(AsnEncodingRules.DER, capacity);
        Minted.Sequence(whole, () =>
        {
            whole.WriteEncodedValue(signed);
            Minted.Sequence(whole, () => whole.WriteObjectIdentifier("1.2.840.10045.4.3.2"));
            whole.WriteBitString(authority.Key.SignData(
                signed, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.DSASignatureFormat.Rfc3279DerSequence));
        });
        return whole.Encode();
    }

    internal static void Extension(AsnWriter writer, string oid, bool critical, byte[] value) => Minted.Sequence(writer, () =>
    {
        writer.WriteObjectIdentifier(oid);
        if (critical)
        {
            writer.WriteBoolean(true);
        }

        writer.WriteOctetString(value);
    });

    private Refusal? Verify(
        byte[] leaf, IEnumerable<CertificateRevocationList> lists, RevocationPolicy? policy = null, byte[][]? presented = null, StrictProfile? profile = null) =>
        Verify(leaf, RevocationSnapshot.Of(1, lists, [], [], []), policy, presented, profile);

    private Refusal? Verify(
        byte[] leaf, RevocationSnapshot snapshot, RevocationPolicy? policy = null, byte[][]? presented = null, StrictProfile? profile = null)
    {
        var rules = new ChainPolicy { Profile = profile, Revocation = policy ?? new RevocationPolicy() };
        ReadOnlyMemory<byte>[] others = [.. (presented ?? [_sub.Der]).Select(static p => (ReadOnlyMemory<byte>)p)];
        return new ChainVerifier([_root.Anchor], [], rules).Verify(leaf, others, snapshot, Authority.Now) is ChainVerdict.Refused refused ? refused.Refusal : null;
    }
}
