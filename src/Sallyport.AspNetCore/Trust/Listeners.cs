using System;
using System.Collections.Immutable;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Trust;

/// <summary>Who hears of a publisher's news. Every one of them does: one that throws keeps none from hearing, and the publisher from nothing.</summary>
/// <param name="part">What they listen to, for the fault that is told.</param>
/// <param name="faults">Where a listener's fault goes; null where nobody asks.</param>
internal sealed class Listeners<TNews>(string part, GuardFaults? faults)
{
    private ImmutableArray<Action<TNews>> _all = [];

    public void Add(Action<TNews> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ImmutableInterlocked.Update(ref _all, static (all, one) => all.Add(one), listener);
    }

    public void Tell(TNews news)
    {
        foreach (var listener in _all)
        {
            try
            {
                listener(news);
            }
            catch (Exception e) when (GuardFaults.MayGoOn(e))
            {
                faults?.Tell(part, e);
            }
        }
    }
}
