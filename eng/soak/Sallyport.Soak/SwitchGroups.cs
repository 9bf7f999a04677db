using System.Collections.Immutable;
using System.Linq;
using OrdersApi.App;

namespace Sallyport.Soak;

/// <summary>The switches in as few groups as possible, each of which shows all that its switches declare while all of them are on.</summary>
/// <remarks>What hides what, and why a switch is not in the first group: decision 0072.</remarks>
internal static class SwitchGroups
{
    // All that shows only while tokens, certificates and owners count for something; and the second of two that plant one thing in two ways.
    private static readonly ImmutableArray<Weakness> s_refusing =
    [
        Weakness.AlgorithmNone, Weakness.KeyConfusion, Weakness.KeyFromHeaderName, Weakness.KeyFromHeader, Weakness.PsychicSignature, Weakness.LooseTokenShape,
        Weakness.UnevenMethods, Weakness.LocalTrusted, Weakness.PathConfusion, Weakness.BelievedOwner, Weakness.ExistenceOracle, Weakness.HiddenRoutes,
        Weakness.ForeignHost, Weakness.StaleRole, Weakness.LateDecision, Weakness.MethodOverride, Weakness.AnonymousPreferred, Weakness.AnonymousWrites,
        Weakness.CertificateOptional, Weakness.LateRevocation, Weakness.TrustedConnection, Weakness.HeaderBeatsCertificate, Weakness.InstructionsObeyed,
        Weakness.SpoofedRateLimit, Weakness.DefaultPassword, Weakness.PoorCookie, Weakness.NoCaps,
    ];

    // A token is asked for before anything else, so that nothing shows here that is served without one.
    private static readonly ImmutableArray<Weakness> s_late =
        [Weakness.TokenBeforeCertificate, Weakness.SilentDescription, Weakness.SlowPattern, Weakness.SubjectIgnored, Weakness.UnmappedServed];

    // Served without a token, so that nothing shows that a token opens.
    private static readonly ImmutableArray<Weakness> s_token = [Weakness.TokenOptional, Weakness.SharedAnswer];

    /// <summary>The groups. A switch that no other holds is in the first.</summary>
    public static ImmutableArray<(string Name, ImmutableArray<Weakness> Weaknesses)> All { get; } =
    [
        ("first", [.. Weakness.All.Except([.. s_refusing, .. s_late, .. s_token, Weakness.EveryoneServed, Weakness.SharedCache])]),
        ("refusing", s_refusing),
        ("late", s_late),
        ("token", s_token),
        ("everyone-served", [Weakness.EveryoneServed]),
        ("shared-cache", [Weakness.SharedCache]),
    ];
}
