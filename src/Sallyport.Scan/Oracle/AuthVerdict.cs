using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Oracle;

/// <summary>What the server does with a client that shows no certificate.</summary>
internal abstract record AuthVerdict
{
    private AuthVerdict()
    {
    }

    /// <summary>A valid certificate is accepted and none is refused.</summary>
    /// <param name="Where">Where the refusal happens.</param>
    internal sealed record Enforced(EnforcementPoint Where) : AuthVerdict;

    /// <summary>A certificate is asked for, and none is served as well.</summary>
    internal sealed record Optional : AuthVerdict;

    /// <summary>No certificate is asked for, in any version, on any path that was looked at.</summary>
    internal sealed record NotRequested : AuthVerdict;

    /// <summary>Undecided.</summary>
    /// <param name="Reason">Why, one sentence.</param>
    internal sealed record Unknown(string Reason) : AuthVerdict;

    /// <summary>Decides from what was observed. Pure; never "enforced" by an absence of evidence.</summary>
    /// <param name="seen">What was observed.</param>
    /// <remarks>CONTRACTS.md, "Verdicts"; docs/decisions/0011-enforced-without-an-identity.md for the case without A.</remarks>
    public static AuthVerdict Decide(AuthObservations seen)
    {
        ImmutableArray<(RequestState State, ObservedTreatment Nobody)> offered =
            [.. new[] { (seen.Tls13, seen.Nobody13), (seen.Tls12, seen.Nobody12) }.Where(v => v.Item1 != RequestState.NotOffered)];
        if (offered.IsEmpty)
        {
            return new Unknown("no TLS version was seen in which a client certificate could be asked for");
        }

        if (offered.Any(v => v.State == RequestState.Undecided))
        {
            return new Unknown("whether a client certificate is asked for could not be seen in every TLS version");
        }

        if (Doubt([.. offered.Select(v => v.Nobody), seen.Valid]) is { } doubt)
        {
            return new Unknown(doubt);
        }

        bool requested = seen.RequestedLater || offered.Any(v => v.State == RequestState.Requested);
        ImmutableArray<ObservedTreatment> nobody = [.. offered.Select(v => v.Nobody)];
        return requested ? Asked(nobody, seen.Valid) : NotAsked(nobody, seen.Valid);
    }

    private static string? Doubt(ImmutableArray<ObservedTreatment> all) =>
        all.OfType<ObservedTreatment.Undecided>().FirstOrDefault() is { Reason: var reason } ? $"undecided: {reason}" : null;

    private static AuthVerdict NotAsked(ImmutableArray<ObservedTreatment> nobody, ObservedTreatment valid)
    {
        if (nobody.Any(n => n is ObservedTreatment.NotAsked))
        {
            return new Unknown("no request was answered after which a client certificate could have been asked for");
        }

        // Without the question both sent the same: only chance, or something else, tells them apart.
        return nobody.Any(n => n is ObservedTreatment.Rejected) && valid is ObservedTreatment.Accepted
            ? new Unknown("no client certificate is asked for, and yet clients with and without one were treated differently")
            : new NotRequested();
    }

    private static AuthVerdict Asked(ImmutableArray<ObservedTreatment> nobody, ObservedTreatment valid)
    {
        if (nobody.Any(n => n is ObservedTreatment.Accepted))
        {
            return valid is ObservedTreatment.Accepted ? new Optional() : new Unknown("a client without a certificate is served, but a valid one is not");
        }

        if (nobody.FirstOrDefault() is not ObservedTreatment.Rejected first || !nobody.All(n => n is ObservedTreatment.Rejected))
        {
            return new Unknown("a client certificate is asked for; whether it is required needs a valid identity to compare with");
        }

        return valid switch
        {
            ObservedTreatment.Accepted => new Enforced(first.Where),
            ObservedTreatment.Rejected => new Unknown("a client without a certificate is refused, and the given identity is refused as well"),
            _ when nobody.OfType<ObservedTreatment.Rejected>().FirstOrDefault(r => r.NamesCause) is { } proof => new Enforced(proof.Where),
            _ => new Unknown("a client without a certificate is refused; whether for that reason needs a valid identity to compare with"),
        };
    }
}
