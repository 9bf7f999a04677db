using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Engine;

/// <summary>What the engine needs of the survey, the transport and the oracle: one surveyed target.</summary>
internal interface IScanSession : IAsyncDisposable
{
    /// <summary>What is known of the target.</summary>
    Survey Survey { get; }

    /// <summary>The request with what the survey added to it, such as the operations of a description that the target itself serves.</summary>
    /// <param name="request">The request as it was asked.</param>
    ScanRequest Complete(ScanRequest request) => request;

    /// <summary>What was sent so far.</summary>
    ScanTraffic Traffic { get; }

    /// <summary>What the oracle decided for identities at operations, outside of any check.</summary>
    ImmutableArray<MatrixCell> Matrix { get; }

    /// <summary>Serials (hex) of the certificates minted under the user's CA.</summary>
    ImmutableArray<string> MintedSerials { get; }

    /// <summary>Every request of the scan that may have written, by now.</summary>
    ImmutableArray<WriteRecord> Writes => [];

    /// <summary>Has writes told as they happen.</summary>
    /// <param name="noted">Told of each before it is sent, and of how its undoing ended.</param>
    void Watch(Action<WriteRecord> noted)
    {
    }

    /// <summary>Undoes every write that is still open, whatever ended the scan; bounded in time, and never throws for what the target does.</summary>
    Task RestoreAsync() => Task.CompletedTask;

    /// <summary>The context in which a check runs: its probes may go up to the scan's mode.</summary>
    /// <param name="check">The check.</param>
    CheckContext ContextFor(CheckInfo check);

    /// <summary>Whether H(A) is accepted on a connection opened after this call.</summary>
    /// <param name="patience">Until this completes the connection may wait for others who want to know the same.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<bool> ControlStillHoldsAsync(Task patience, CancellationToken cancellationToken);

    /// <summary>Whether every refusal by a close that a check believed is one still; see <see cref="Transport.SilentRefusals"/>.</summary>
    /// <param name="cancellationToken">Ends the requests.</param>
    Task<bool> SilentRefusalsHoldAsync(CancellationToken cancellationToken) => Task.FromResult(true);
}
