using System;
using System.Linq;
using System.Net;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Tests.Audit;

/// <summary>How floods are counted: bounded in records and memory, and never at the cost of an account that was proved.</summary>
public sealed class AuditRepeatsTests
{
    [Fact]
    public void Changes_and_accepted_requests_are_never_counted_together()
    {
        AuditRepeats repeats = Repeats();
        Enumerable.Range(0, 100).ShouldAllBe(_ => repeats.Admit(new AuditEvent { Kind = AuditKind.Changed, Reason = "r" }));
        Enumerable.Range(0, 100).ShouldAllBe(_ => repeats.Admit(new AuditEvent { Kind = AuditKind.Accepted, Reason = "r" }));
        repeats.Drain().ShouldBeEmpty();
    }

    [Fact]
    public void Another_address_reason_or_account_is_another_count()
    {
        AuditRepeats repeats = Repeats();
        Admitted(repeats, Refused("198.51.100.1", "a")).ShouldBe(2);
        Admitted(repeats, Refused("198.51.100.2", "a")).ShouldBe(2);
        Admitted(repeats, Refused("198.51.100.1", "b")).ShouldBe(2);
        Admitted(repeats, Refused("198.51.100.1", "a", "alice")).ShouldBe(2);
        repeats.Drain().Length.ShouldBe(4);
    }

    [Fact]
    public void One_network_of_IPv6_is_one_address()
    {
        AuditRepeats repeats = Repeats();
        Enumerable.Range(1, 500).Count(i => repeats.Admit(Refused($"2001:db8::{i:x}", "a"))).ShouldBe(2);
        (AuditEvent summary, long number) = repeats.Drain().ShouldHaveSingleItem();
        number.ShouldBe(498);
        summary.Remote.ShouldBe(IPAddress.Parse("2001:db8::"));
    }

    [Fact]
    public void A_flood_from_everywhere_has_an_end_and_a_proved_account_is_still_recorded()
    {
        AuditRepeats repeats = Repeats();
        int recorded = Enumerable.Range(0, 20_000).Count(i => repeats.Admit(Refused($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", "a")));
        recorded.ShouldBe(50);
        long counted = repeats.Drain().Sum(static s => s.Repeats);
        counted.ShouldBe(20_000 - 50);

        repeats = Repeats();
        _ = Enumerable.Range(0, 20_000).Count(i => repeats.Admit(Refused($"10.0.{i >> 8}.{i & 255}", "a")));
        repeats.Admit(Refused("198.51.100.1", "a", "alice")).ShouldBeTrue();
        repeats.Drain().Length.ShouldBeLessThanOrEqualTo(101);
    }

    [Fact]
    public void Accounts_have_an_end_as_well()
    {
        AuditRepeats repeats = Repeats();
        Enumerable.Range(0, 20_000).Count(i => repeats.Admit(Refused("198.51.100.1", "a", $"account {i}"))).ShouldBe(8_192);
        repeats.Admit(Refused("198.51.100.1", "a")).ShouldBeTrue();
        repeats.Drain().Sum(static s => s.Repeats).ShouldBe(20_000 - 8_192);
    }

    [Fact]
    public void A_new_window_records_again()
    {
        AuditRepeats repeats = Repeats();
        Admitted(repeats, Refused("198.51.100.1", "a")).ShouldBe(2);
        repeats.Drain().Length.ShouldBe(1);
        Admitted(repeats, Refused("198.51.100.1", "a")).ShouldBe(2);
    }

    private static AuditRepeats Repeats() => new(new AuditOptions { RepeatsRecorded = 2, AnonymousRefusalsRecorded = 50 });

    private static AuditEvent Refused(string remote, string reason, string? identity = null) =>
        new() { Kind = AuditKind.Refused, Reason = reason, Remote = IPAddress.Parse(remote), Identity = identity };

    private static int Admitted(AuditRepeats repeats, AuditEvent happened) => Enumerable.Range(0, 10).Count(_ => repeats.Admit(happened));
}
