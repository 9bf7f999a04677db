using System;
using System.Collections.Concurrent;
using System.Threading.Tasks;

namespace Sallyport.Scan.Checks;

/// <summary>Probes whose answers several checks need: each is made once a scan, by whoever needs it first.</summary>
internal sealed class SharedProbes
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _probes = new(StringComparer.Ordinal);

    /// <summary>The answer of a probe.</summary>
    /// <param name="key">What it is; one key always stands for one type of answer.</param>
    /// <param name="probe">Makes it. Its token must be the scan's own (the one checks are given), for its answer is everybody's.</param>
    public Task<T> OnceAsync<T>(string key, Func<Task<T>> probe) => (Task<T>)_probes.GetOrAdd(key, _ => new Lazy<Task>(probe)).Value;
}
