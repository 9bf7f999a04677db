using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;

namespace Sallyport.Proof.Tests;

/// <summary>Requests one after the other until nobody answers any more, and how many of each kind were answered.</summary>
internal sealed class Load : IDisposable
{
    private readonly ConcurrentDictionary<string, int> _answered = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _unexpected = new();
    private readonly System.Threading.SemaphoreSlim _moved = new(0);

    /// <summary>Answers that were not the expected ones.</summary>
    public IReadOnlyCollection<string> Unexpected => _unexpected;

    /// <summary>How many of a kind were answered.</summary>
    public int this[string kind] => _answered.GetValueOrDefault(kind);

    /// <summary>Sends until the server is gone.</summary>
    public async Task RepeatAsync(string kind, Func<Task<HttpResponseMessage>> send, HttpStatusCode expected)
    {
        while (true)
        {
            try
            {
                using HttpResponseMessage answer = await send();
                if (answer.StatusCode != expected)
                {
                    _unexpected.Enqueue($"{kind}: {(int)answer.StatusCode}");
                    _moved.Release();
                    return;
                }

                _answered.AddOrUpdate(kind, 1, static (_, count) => count + 1);
                _moved.Release();
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Waits until so many of each kind were answered, or something unexpected was.</summary>
    public async Task ReachedAsync(int count, params string[] kinds)
    {
        while (_unexpected.IsEmpty && kinds.Any(kind => this[kind] < count))
        {
            await _moved.WaitAsync();
        }
    }

    public void Dispose() => _moved.Dispose();
}
