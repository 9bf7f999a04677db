using System.Collections.Immutable;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Engine;

/// <summary>What a scan did, apart from what its checks saw.</summary>
internal sealed record ScanTally
{
    /// <summary>Whether the user cancelled it.</summary>
    public bool Cancelled { get; init; }

    /// <summary>Whether the deadline passed or the budget ran out before the survey was done.</summary>
    public bool SurveyOutOfTime { get; init; }

    /// <summary>What was sent.</summary>
    public ScanTraffic Traffic { get; init; }

    /// <summary>What the oracle decided outside of any check.</summary>
    public ImmutableArray<MatrixCell> Matrix { get; init; } = [];

    /// <summary>Every request that may have written.</summary>
    public ImmutableArray<WriteRecord> Writes { get; init; } = [];

    /// <summary>Serials (hex) of the certificates minted under the user's CA.</summary>
    public ImmutableArray<string> MintedSerials { get; init; } = [];
}
