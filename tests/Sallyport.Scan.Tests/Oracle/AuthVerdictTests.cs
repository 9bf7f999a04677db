using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Oracle;

public sealed class AuthVerdictTests
{
    private static readonly FsCheck.Config s_config = FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2_000);

    [Fact]
    public void Never_enforced_unless_A_was_accepted_or_the_refusal_named_its_cause() => Holds(seen =>
        AuthVerdict.Decide(seen) is not AuthVerdict.Enforced
        || seen.Valid is ObservedTreatment.Accepted
        || (seen.Valid is ObservedTreatment.NotAsked or ObservedTreatment.Answered && Nobody(seen).Any(n => n is ObservedTreatment.Rejected { NamesCause: true })));

    [Fact]
    public void Never_enforced_unless_every_offered_version_refuses_a_client_without_a_certificate() => Holds(seen =>
        AuthVerdict.Decide(seen) is not AuthVerdict.Enforced || Nobody(seen).All(n => n is ObservedTreatment.Rejected));

    [Fact]
    public void Never_optional_unless_a_client_without_a_certificate_was_accepted_and_one_was_asked_for() => Holds(seen =>
        AuthVerdict.Decide(seen) is not AuthVerdict.Optional || (Requested(seen) && Nobody(seen).Any(n => n is ObservedTreatment.Accepted)));

    [Fact]
    public void Never_not_requested_when_a_question_was_seen() => Holds(seen =>
        AuthVerdict.Decide(seen) is not AuthVerdict.NotRequested || !Requested(seen));

    [Fact]
    public void Anything_undecided_leaves_it_unknown() => Holds(seen =>
        AuthVerdict.Decide(seen) is AuthVerdict.Unknown || !Undecided(seen));

    [Fact]
    public void Forgetting_an_observation_never_turns_unknown_into_a_verdict_of_enforcement() => Holds(seen =>
        AuthVerdict.Decide(seen) is not AuthVerdict.Unknown
        || Forgotten(seen).All(less => AuthVerdict.Decide(less) is not AuthVerdict.Enforced || Nobody(seen).Any(n => n is ObservedTreatment.Rejected { NamesCause: true })));

    [Fact]
    public void Enforced_whenever_all_versions_refuse_nobody_and_A_is_accepted() => Holds(
        Enforcing(),
        seen => AuthVerdict.Decide(seen) == new AuthVerdict.Enforced(((ObservedTreatment.Rejected)Nobody(seen)[0]).Where));

    [Fact]
    public void Enforced_without_A_whenever_a_refusal_names_its_cause_and_only_then() => Holds(
        Enforcing(),
        seen => Array.Find(Nobody(seen), static one => one is ObservedTreatment.Rejected { NamesCause: true }) is ObservedTreatment.Rejected proof
            ? AuthVerdict.Decide(seen with { Valid = new ObservedTreatment.NotAsked() }) == new AuthVerdict.Enforced(proof.Where)
            : AuthVerdict.Decide(seen with { Valid = new ObservedTreatment.NotAsked() }) is AuthVerdict.Unknown);

    [Fact]
    public void Optional_whenever_A_is_accepted_and_nobody_as_well_in_some_version() => Holds(
        from seen in Enforcing()
        from newest in Gen.Elements(true, false)
        select newest && seen.Tls13 != RequestState.NotOffered || seen.Tls12 == RequestState.NotOffered
            ? seen with { Nobody13 = new ObservedTreatment.Accepted() }
            : seen with { Nobody12 = new ObservedTreatment.Accepted() },
        static seen => AuthVerdict.Decide(seen) == new AuthVerdict.Optional());

    [Fact]
    public void Not_requested_whenever_no_version_asks_and_each_answered() => Holds(
        from offered in Gen.Elements((true, true), (true, false), (false, true))
        from nobody12 in Gen.Elements<ObservedTreatment>(new ObservedTreatment.Accepted(), new ObservedTreatment.Answered())
        from nobody13 in Gen.Elements<ObservedTreatment>(new ObservedTreatment.Accepted(), new ObservedTreatment.Answered())
        from valid in Gen.Elements<ObservedTreatment>(new ObservedTreatment.NotAsked(), new ObservedTreatment.Accepted(), new ObservedTreatment.Answered())
        select new AuthObservations
        {
            Tls12 = offered.Item1 ? RequestState.NotRequested : RequestState.NotOffered,
            Tls13 = offered.Item2 ? RequestState.NotRequested : RequestState.NotOffered,
            Nobody12 = nobody12,
            Nobody13 = nobody13,
            Valid = valid,
        },
        static seen => AuthVerdict.Decide(seen) == new AuthVerdict.NotRequested());

    [Fact]
    public void Says_where_the_refusal_came_in_the_newest_version() => AuthVerdict.Decide(new()
    {
        Tls13 = RequestState.Requested,
        Tls12 = RequestState.Requested,
        Nobody13 = new ObservedTreatment.Rejected(EnforcementPoint.Alert, true),
        Nobody12 = new ObservedTreatment.Rejected(EnforcementPoint.Handshake, false),
        Valid = new ObservedTreatment.Accepted(),
    }).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Alert));

    [Fact]
    public void One_version_that_serves_everyone_makes_it_optional() => AuthVerdict.Decide(new()
    {
        Tls13 = RequestState.Requested,
        Tls12 = RequestState.NotRequested,
        Nobody13 = new ObservedTreatment.Rejected(EnforcementPoint.Alert, true),
        Nobody12 = new ObservedTreatment.Accepted(),
        Valid = new ObservedTreatment.Accepted(),
    }).ShouldBe(new AuthVerdict.Optional());

    [Fact]
    public void An_identity_that_is_refused_as_well_proves_nothing() => AuthVerdict.Decide(new()
    {
        Tls13 = RequestState.Requested,
        Tls12 = RequestState.NotOffered,
        Nobody13 = new ObservedTreatment.Rejected(EnforcementPoint.Alert, true),
        Valid = new ObservedTreatment.Rejected(EnforcementPoint.Alert, false),
    }).ShouldBeOfType<AuthVerdict.Unknown>();

    private static void Holds(Func<AuthObservations, bool> property) => Holds(Anything(), property);

    private static void Holds(Gen<AuthObservations> observations, Func<AuthObservations, bool> property) =>
        Prop.ForAll(observations.ToArbitrary(), property).Check(s_config);

    private static Gen<AuthObservations> Anything()
    {
        Gen<ObservedTreatment> treatment = Gen.Frequency(
            (4, Rejected()),
            (4, Gen.Elements<ObservedTreatment>(new ObservedTreatment.NotAsked(), new ObservedTreatment.Accepted(), new ObservedTreatment.Answered(), new ObservedTreatment.Undecided("time-out"))));
        Gen<RequestState> state = Gen.Elements(Enum.GetValues<RequestState>());
        return
            from tls12 in state
            from tls13 in state
            from later in Gen.Elements(true, false)
            from nobody12 in treatment
            from nobody13 in treatment
            from valid in treatment
            select new AuthObservations { Tls12 = tls12, Tls13 = tls13, RequestedLater = later, Nobody12 = nobody12, Nobody13 = nobody13, Valid = valid };
    }

    /// <summary>A certificate is asked for, by some offered version or later; every version refuses nobody, wherever; A is accepted.</summary>
    private static Gen<AuthObservations> Enforcing() =>
        from states in Gen.Elements(
            (RequestState.Requested, RequestState.Requested, false),
            (RequestState.Requested, RequestState.NotRequested, false),
            (RequestState.NotRequested, RequestState.Requested, false),
            (RequestState.Requested, RequestState.NotOffered, false),
            (RequestState.NotOffered, RequestState.Requested, false),
            (RequestState.NotRequested, RequestState.NotRequested, true),
            (RequestState.NotRequested, RequestState.NotOffered, true),
            (RequestState.NotOffered, RequestState.NotRequested, true))
        from nobody12 in Rejected()
        from nobody13 in Rejected()
        select new AuthObservations
        {
            Tls12 = states.Item1,
            Tls13 = states.Item2,
            RequestedLater = states.Item3,
            Nobody12 = nobody12,
            Nobody13 = nobody13,
            Valid = new ObservedTreatment.Accepted(),
        };

    private static Gen<ObservedTreatment> Rejected() =>
        from point in Gen.Elements(Enum.GetValues<EnforcementPoint>())
        from names in Gen.Elements(true, false)
        select (ObservedTreatment)new ObservedTreatment.Rejected(point, names);

    private static ObservedTreatment[] Nobody(AuthObservations seen) =>
        [.. new[] { (seen.Tls13, seen.Nobody13), (seen.Tls12, seen.Nobody12) }.Where(v => v.Item1 != RequestState.NotOffered).Select(v => v.Item2)];

    private static bool Requested(AuthObservations seen) => seen.RequestedLater || seen.Tls12 == RequestState.Requested || seen.Tls13 == RequestState.Requested;

    private static bool Undecided(AuthObservations seen) => seen.Tls12 == RequestState.Undecided || seen.Tls13 == RequestState.Undecided
        || seen.Valid is ObservedTreatment.Undecided || Nobody(seen).Any(n => n is ObservedTreatment.Undecided);

    private static AuthObservations[] Forgotten(AuthObservations seen) =>
    [
        seen with { Nobody12 = new ObservedTreatment.NotAsked() },
        seen with { Nobody13 = new ObservedTreatment.NotAsked() },
        seen with { Valid = new ObservedTreatment.NotAsked() },
    ];
}
