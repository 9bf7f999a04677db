using System;
using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports;

/// <summary>What a scan found: the one source of all six formats. JSON shape: CONTRACTS.md and docs/report.schema.json.</summary>
public sealed record ScanReport
{
    /// <summary>The version of the tool.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>The target as given.</summary>
    public required string Target { get; init; }

    /// <summary>The stack in front, given or detected; <c>null</c> when unknown.</summary>
    public ServerStack? Stack { get; init; }

    /// <summary>When the scan started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The mode it ran in.</summary>
    public required ScanMode Mode { get; init; }

    /// <summary>Whether something planned did not run: cancelled, out of time, or out of budget.</summary>
    public bool Partial { get; init; }

    /// <summary>Why the survey failed; <c>null</c> when it did not.</summary>
    public string? SurveyFailure { get; init; }

    /// <summary>Whether the deadline or the budget cut a planned check.</summary>
    public bool BudgetCut { get; init; }

    /// <summary>Whether any control request of a valid identity succeeded.</summary>
    public bool BaselineSucceeded { get; init; }

    /// <summary>HTTP requests sent.</summary>
    public int Requests { get; init; }

    /// <summary>Identical baseline requests that were not sent again.</summary>
    public int RequestsSaved { get; init; }

    /// <summary>Connections opened.</summary>
    public int Connections { get; init; }

    /// <summary>0 to 100; <c>null</c> when nothing was tested or MTLS-002 is not tested.</summary>
    public int? Score { get; init; }

    /// <summary>A to F; <c>null</c> with the score.</summary>
    public string? Grade { get; init; }

    /// <summary>Probes that were decided.</summary>
    public int Tested { get; init; }

    /// <summary>Probes that apply to this target.</summary>
    public int Applicable { get; init; }

    /// <summary>How the server treats client certificates.</summary>
    public ClientAuthentication ClientAuthentication { get; init; }

    /// <summary>Where a client without a certificate is refused; <c>null</c> unless required.</summary>
    public EnforcementPoint? EnforcedAt { get; init; }

    /// <summary>The score of each category.</summary>
    public ImmutableArray<CategoryScore> Categories { get; init; } = [];

    /// <summary>Every check of the catalogue that was selected, in id order.</summary>
    public ImmutableArray<CheckSummary> Checks { get; init; } = [];

    /// <summary>What each of <see cref="Checks"/> is, in id order; not part of the JSON report, which has <c>sallyport checks --format json</c> beside it.</summary>
    public ImmutableArray<CheckInfo> Rules { get; init; } = [];

    /// <summary>The findings, most severe first.</summary>
    public ImmutableArray<Finding> Findings { get; init; } = [];

    /// <summary>What is worth knowing and no weakness.</summary>
    public ImmutableArray<Fact> Facts { get; init; } = [];

    /// <summary>Identities × operations.</summary>
    public ImmutableArray<MatrixCell> Matrix { get; init; } = [];

    /// <summary>Every request of the scan that may have written, in order, and whether it was undone.</summary>
    public ImmutableArray<WriteRecord> Writes { get; init; } = [];

    /// <summary>Serials (hex) of the certificates minted under the user's CA.</summary>
    public ImmutableArray<string> MintedSerials { get; init; } = [];
}
