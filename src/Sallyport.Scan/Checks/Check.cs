using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks;

/// <summary>One check: one file, one test. Everything a reader sees is derived from its <see cref="Info"/>.</summary>
/// <remarks>
/// A check never opens its own socket, never retries, never catches broadly and never judges by status alone: it asks
/// the transport to observe and the oracle to judge. The engine runs it only
/// when its declared <see cref="CheckInfo.Needs"/> are met.
/// </remarks>
internal abstract class Check
{
    /// <summary>What the check is.</summary>
    public abstract CheckInfo Info { get; }

    /// <summary>Whether nothing else may run beside it: it changes what others would see, or holds connections open while a server may take one at a time.</summary>
    public virtual bool RunsAlone => Info.Mode == ScanMode.Intrusive;

    /// <summary>The same for a scan in a mode: what only reads in one may write in the next.</summary>
    /// <param name="mode">The scan's mode.</param>
    public virtual bool RunsAloneIn(ScanMode mode) => RunsAlone;

    /// <summary>Runs the check once.</summary>
    /// <param name="context">The target, what is known of it, and the ways to ask it.</param>
    /// <param name="cancellationToken">Ends the check; the engine turns that into "not tested".</param>
    public abstract Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken);
}
