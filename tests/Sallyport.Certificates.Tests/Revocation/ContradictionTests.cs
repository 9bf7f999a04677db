using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Revocation;

public sealed class ContradictionTests : IDisposable
{
    private const RevocationReason Hold = RevocationReason.CertificateHold;
    private const RevocationReason Stolen = RevocationReason.KeyCompromise;
    private const RevocationReason Removed = RevocationReason.RemoveFromCrl;

    private readonly Authority _root = Authority.Root();
    private readonly byte[] _alice;
    private readonly CertificateProfile _profile;

    public ContradictionTests()
    {
        _alice = _root.Client("CN=alice");
        _profile = Authority.Read(_alice);
    }

    public static TheoryData<RevocationMode> Modes => [RevocationMode.Required, RevocationMode.WhenKnown];

    public void Dispose() => _root.Dispose();

    [Theory]
    [MemberData(nameof(Modes))]
    public void An_outdated_list_that_says_revoked_wins_over_a_current_answer_that_says_good(RevocationMode mode)
    {
        CertificateRevocationList old = List(-10, -9, Stolen);
        Says([old], [Answer(OcspStatus.Good, -1)], mode).ShouldBe("Revoked:KeyCompromise");
        Says([List(-10, -9)], [Answer(OcspStatus.Good, -1)], mode).ShouldBe("good");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void An_outdated_answer_that_says_revoked_wins_over_a_current_list(RevocationMode mode)
    {
        Says([List(-1, 1)], [Answer(OcspStatus.Revoked, -20, Stolen)], mode).ShouldBe("Revoked:KeyCompromise");
        Says([List(-1, 1)], [Answer(OcspStatus.Good, -20)], mode).ShouldBe("good");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_later_good_answer_does_not_take_back_a_revoked_one(RevocationMode mode)
    {
        Says([], [Answer(OcspStatus.Revoked, -3, Stolen), Answer(OcspStatus.Good, -1)], mode).ShouldBe("Revoked:KeyCompromise");
        Says([], [Answer(OcspStatus.Good, -1), Answer(OcspStatus.Revoked, -3)], mode).ShouldBe("Revoked:Unspecified");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_hold_ends_with_a_later_good_from_anywhere_and_only_with_a_later_one(RevocationMode mode)
    {
        Says([List(-3, 1, Hold)], [Answer(OcspStatus.Good, -2)], mode).ShouldBe("good");
        Says([List(-2, 1, Hold)], [Answer(OcspStatus.Good, -3)], mode).ShouldBe("Revoked:CertificateHold");
        Says([List(-2, 1, Hold)], [Answer(OcspStatus.Good, -2)], mode).ShouldBe("Revoked:CertificateHold");
        Says([List(-10, -9, Hold)], [Answer(OcspStatus.Good, -20)], mode).ShouldBe("Revoked:CertificateHold");
        Says([List(-1, 1)], [Answer(OcspStatus.Revoked, -2, Hold)], mode).ShouldBe("good");
        Says([List(-2, 1)], [Answer(OcspStatus.Revoked, -1, Hold)], mode).ShouldBe("Revoked:CertificateHold");
        Says([], [Answer(OcspStatus.Revoked, -3, Hold), Answer(OcspStatus.Good, -1)], mode).ShouldBe("good");
        Says([], [Answer(OcspStatus.Revoked, -3, Hold), Answer(OcspStatus.Unknown, -1)], mode).ShouldBe("Revoked:CertificateHold");
    }

    [Fact]
    public void A_hold_does_not_end_with_a_good_that_has_grown_old_or_speaks_of_other_reasons()
    {
        Says([List(-9, 1, Hold)], [Answer(OcspStatus.Good, -8, until: -1)], RevocationMode.WhenKnown).ShouldBe("Revoked:CertificateHold");
        CertificateRevocationList theft = List(-1, 1, extensions: static w => RevocationTests.Extension(w, "2.5.29.28", critical: true, [0x30, 4, 0x83, 2, 6, 0x40]));
        Says([List(-2, 1, Hold), theft], [], RevocationMode.Required).ShouldBe("Revoked:CertificateHold");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_list_gives_way_only_to_a_later_one_of_its_own_signer_and_scope(RevocationMode mode)
    {
        Says([List(-3, 2, Stolen), List(-1, 1)], [], mode).ShouldBe("good", "the later one is in place of the first");
        Says([List(-1, 1), List(-3, -2, Stolen)], [], mode).ShouldBe("good");
        Says([List(-3, 2, Stolen), List(1, 2)], [], mode).ShouldBe("Revoked:KeyCompromise", "tomorrow's list is not yet said");
        CertificateRevocationList users = List(-1, 1, extensions: static w => RevocationTests.Extension(w, "2.5.29.28", critical: true, [0x30, 3, 0x81, 1, 0xff]));
        Says([List(-3, -2, Stolen), users], [], mode).ShouldBe("Revoked:KeyCompromise", "another scope takes nothing back");
        using Authority rogue = Authority.Root();
        Says([List(-3, 2, Stolen), rogue.List()], [], mode).ShouldBe("Revoked:KeyCompromise", "nor does a stranger");
        Says([List(-1, 1), rogue.List(_alice)], [], mode).ShouldBe("good", "and a stranger revokes nobody");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_delta_that_says_revoked_is_believed_when_it_is_old_and_when_its_base_is_missing(RevocationMode mode)
    {
        CertificateRevocationList complete = List(-5, 1, number: 7);
        Says([complete, Delta(-4, -3, 7, 8, Stolen)], [], mode).ShouldBe("Revoked:KeyCompromise");
        Says([complete, Delta(-4, 1, 9, 10, Stolen)], [], mode).ShouldBe("Revoked:KeyCompromise", "the base is not the one that we have");
        Says([Delta(-4, 1, 9, 10, Stolen)], [Answer(OcspStatus.Good, -1)], mode).ShouldBe("Revoked:KeyCompromise", "there is no base");
        Says([complete, Delta(-4, 1, 7, 8, Stolen), Delta(-3, 1, 8, 9)], [], mode).ShouldBe("Revoked:KeyCompromise", "the second says only what came after");
        Says([List(-3, 1, number: 8), Delta(-4, 1, 7, 8, Stolen)], [], mode).ShouldBe("good", "a later complete list is in its place");
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_deltas_removal_takes_back_what_its_base_says_while_it_is_current(RevocationMode mode)
    {
        CertificateRevocationList held = List(-5, 1, Hold, number: 7);
        Says([held, Delta(-4, 1, 7, 8, Removed)], [], mode).ShouldBe("good");
        Says([held, Delta(-4, -3, 7, 8, Removed)], [], mode).ShouldBe("Revoked:CertificateHold");
        Says([held, Delta(-4, 1, 8, 9, Removed)], [], mode).ShouldBe("Revoked:CertificateHold", "it is over another base");
        Says([List(-5, 1, Stolen, number: 7), Delta(-4, 1, 7, 8, Removed)], [], mode).ShouldBe("good");
        Says([List(-5, 1, number: 7), Delta(-4, 1, 7, 8, Hold), Delta(-3, 1, 7, 9, Removed)], [], mode).ShouldBe("good");
    }

    [Fact]
    public void A_list_marked_as_outdated_says_revoked_and_never_good()
    {
        CertificateRevocationList named = List(-1, 1, Stolen);
        CertificateRevocationList silent = List(-1, 1);
        Says(Snapshot([named], [], named), RevocationMode.Required).ShouldBe("Revoked:KeyCompromise");
        Says(Snapshot([silent], [], silent), RevocationMode.Required).ShouldBe("RevocationUnknown:NotCurrent");
        Says(Snapshot([silent], []), RevocationMode.Required).ShouldBe("good");
    }

    [Theory]
    [InlineData(RevocationMode.Required)]
    [InlineData(RevocationMode.WhenKnown)]
    [InlineData(RevocationMode.Off)]
    public void The_deny_list_wins_over_everybody_who_says_good(RevocationMode mode)
    {
        var snapshot = RevocationSnapshot.Of(1, [List(-1, 1)], [Answer(OcspStatus.Good, -1)], [CertificateThumbprint.Of(_alice)], [_root.Profile]);
        Says(snapshot, mode).ShouldBe("Revoked:deny list");
    }

    [Fact]
    public void Who_spends_the_budget_of_signatures_does_not_keep_a_list_from_being_heard()
    {
        var policy = new ChainPolicy { Profile = null, MaxSignatureChecks = 1, Revocation = new RevocationPolicy { Mode = RevocationMode.WhenKnown } };
        var snapshot = RevocationSnapshot.Of(1, [List(-1, 1, Stolen)], [Answer(OcspStatus.Good, -1)], [], []);
        var verdict = new ChainVerifier([_root.Anchor], [], policy).Verify(_alice, [], snapshot, Authority.Now);
        verdict.ShouldBeOfType<ChainVerdict.Refused>().Refusal.Reason.ShouldBe(RefusalReason.SearchExhausted);
    }

    private static DateTimeOffset At(double days) => Authority.Now.AddDays(days);

    private RevocationSnapshot Snapshot(
        IEnumerable<CertificateRevocationList> lists, IEnumerable<OcspAnswer> answers, params IEnumerable<CertificateRevocationList> outdated) =>
        RevocationSnapshot.Of(1, lists, answers, [], [_root.Profile], outdated);

    private string Says(IEnumerable<CertificateRevocationList> lists, IEnumerable<OcspAnswer> answers, RevocationMode mode) =>
        Says(Snapshot(lists, answers), mode);

    private string Says(RevocationSnapshot snapshot, RevocationMode mode)
    {
        var policy = new ChainPolicy { Profile = null, Revocation = new RevocationPolicy { Mode = mode } };
        return new ChainVerifier([_root.Anchor], [], policy).Verify(_alice, [], snapshot, Authority.Now) switch
        {
            ChainVerdict.Refused refused => $"{refused.Refusal.Reason}:{refused.Refusal.Gap?.ToString() ?? refused.Refusal.Detail}",
            _ => "good",
        };
    }

    private OcspAnswer Answer(OcspStatus status, double from, RevocationReason? reason = null, double? until = null) => new()
    {
        Issuer = _root.Profile.Subject,
        IssuerPin = _root.Profile.PublicKey.Pin,
        SerialNumber = _profile.SerialNumber,
        Status = status,
        Reason = reason,
        ThisUpdate = At(from),
        NextUpdate = At(until ?? (from < -5 ? from + 1 : 1)),
    };

    private CertificateRevocationList Delta(double from, double until, byte over, byte number, RevocationReason? reason = null) =>
        List(from, until, reason, number, w => RevocationTests.Extension(w, "2.5.29.27", critical: true, [2, 1, over]));

    private CertificateRevocationList List(
        double from, double until, RevocationReason? reason = null, byte number = 7, Action<AsnWriter>? extensions = null)
    {
        byte[] der = RevocationTests.SignedListDer(
            _root,
            extensions ?? (static _ => { }),
            reason is { } why ? writer => Entry(writer, why) : null,
            thisUpdate: At(from),
            nextUpdate: At(until),
            number: number);
        CertificateRevocationList.TryRead(der, out CertificateRevocationList? list, out CertificateDefect? defect).ShouldBeTrue(defect?.ToString());
        return list.ShouldNotBeNull();
    }

    private void Entry(AsnWriter writer, RevocationReason reason) => Minted.Sequence(writer, () =>
    {
        writer.WriteInteger(_profile.SerialNumber.Span);
        writer.WriteUtcTime(At(-20));
        Minted.Sequence(writer, () => RevocationTests.Extension(writer, "2.5.29.21", critical: false, [0x0a, 1, (byte)reason]));
    });
}
