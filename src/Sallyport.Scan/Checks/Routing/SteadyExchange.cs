using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>Asks so that a connection lost by chance is not taken for a refusal.</summary>
internal static class SteadyExchange
{
    extension(CheckContext context)
    {
        /// <summary>The exchange; when it ended in a close that the transport did not ask again by itself, the same once more, whose end then counts.</summary>
        /// <param name="ask">The ask.</param>
        /// <param name="cancellationToken">Cancels it.</param>
        public async Task<Exchange> SteadyAsync(Ask ask, CancellationToken cancellationToken)
        {
            Exchange first = await context.Transport.ExchangeAsync(ask, cancellationToken).ConfigureAwait(false);
            bool closed = first.Opening is Opening.Closed || VerdictRules.Refused(first) is { Where: EnforcementPoint.Close };
            return closed && !SilentRefusals.IsSettled(ask, first)
                ? await context.Transport.ExchangeAsync(ask with { Reusable = false }, cancellationToken).ConfigureAwait(false)
                : first;
        }
    }
}
