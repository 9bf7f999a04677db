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

    private static void Holds(Func<AuthObservations, bool> property)
    {
        Gen<ObservedTreatment> treatment = Gen.Elements<ObservedTreatment>(
            new ObservedTreatment.NotAsked(),
            new ObservedTreatment.Accepted(),
            new ObservedTreatment.Answered(),
            new ObservedTreatment.Rejected(EnforcementPoint.Alert, true),
            new ObservedTreatment.Rejected(EnforcementPoint.Close, false),
            new ObservedTreatment.Rejected(EnforcementPoint.Http, false),
            new ObservedTreatment.Undecided("time-out"));
        Gen<RequestState> state = Gen.Elements(Enum.GetValues<RequestState>());
        Gen<AuthObservations> seen =
            from tls12 in state
            from tls13 in state
            from later in Gen.Elements(true, false)
            from nobody12 in treatment
            from nobody13 in treatment
            from valid in treatment
            select new AuthObservations { Tls12 = tls12, Tls13 = tls13, RequestedLater = later, Nobody12 = nobody12, Nobody13 = nobody13, Valid = valid };
        Prop.ForAll(seen.ToArbitrary(), property).Check(s_config);
    }

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
