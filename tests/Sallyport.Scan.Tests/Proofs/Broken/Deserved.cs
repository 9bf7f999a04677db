using System.Collections.Immutable;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>What may be concluded although the server is broken: each with the reason why what was seen is enough.</summary>
internal static class Deserved
{
    /// <summary>Judged by what the survey saw: the server's certificate, its request for the client's, and the banners of its answers.</summary>
    private static ImmutableArray<string> Surveyed { get; } = ["MTLS-001", "MTLS-007", "TLS-019", "TLS-020", "INV-003"];

    /// <summary>Judged by the ServerHello, which comes in clear, beside refusals of hellos that are unlike the usual one.</summary>
    private static ImmutableArray<string> ByServerHello { get; } =
        ["TLS-001", "TLS-002", "TLS-003", "TLS-006", "TLS-007", "TLS-008", "TLS-009", "TLS-010", "TLS-012", "TLS-013", "TLS-014", "TLS-016", "TLS-017", "TLS-021", "TLS-024"];

    /// <summary>Judged by whole handshakes, whatever is answered over them: renegotiation, tickets, certificates of other names, reactions to broken flights.</summary>
    private static ImmutableArray<string> ByHandshake { get; } = ["TLS-011", "TLS-015", "TLS-018", "TLS-023"];

    /// <summary>The ids that may have a passed probe.</summary>
    public static ImmutableArray<string> Passes(Breakage breakage) => breakage switch
    {
        // A closed plain port is right, and it is what was looked for.
        Breakage.Refused => [.. Surveyed, "TLS-022"],
        Breakage.ResetAfterServerHello or Breakage.CloseHalfway => [.. Surveyed, .. ByServerHello],
        > Breakage.AlertAccessDenied => [.. Surveyed, .. ByServerHello, .. ByHandshake],
        _ => Surveyed,
    };

    /// <summary>The ids that may have a finding.</summary>
    /// <remarks>TLS-022: a port that answers plain HTTP by anything but an error or a redirect to https does speak it; the finding is a suspicion.</remarks>
    public static ImmutableArray<string> Findings(Breakage breakage) => breakage
        is Breakage.PlainHttp or Breakage.Status401 or Breakage.Status403 or Breakage.Maintenance or Breakage.Bomb or Breakage.DuplicateKeys or Breakage.Restless ? ["TLS-022"] : [];
}
