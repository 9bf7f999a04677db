using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;

namespace Sallyport.Lab.Servers;

/// <summary>The servers of a test assembly: each make is started once, when the first test asks for it, and stopped with the assembly.</summary>
public sealed class LabServers : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Type, Lazy<Task<IAsyncDisposable>>> _started = new();
    private readonly CancellationTokenSource _end = new();

    /// <summary>The certificates that all of them use.</summary>
    public LabPki Pki { get; } = new(TimeProvider.System);

    public Task<NginxServer> NginxAsync() => OnceAsync(NginxServer.StartAsync);

    public Task<HaproxyServer> HaproxyAsync() => OnceAsync(HaproxyServer.StartAsync);

    public Task<ApacheServer> ApacheAsync() => OnceAsync(ApacheServer.StartAsync);

    public Task<NodeServer> NodeAsync() => OnceAsync(NodeServer.StartAsync);

    public Task<OpensslServer> OpensslAsync() => OnceAsync(OpensslServer.StartAsync);

    public Task<KestrelServer> KestrelAsync() => OnceAsync(KestrelServer.StartAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var start in _started.Values)
        {
            try
            {
                await (await start.Value).DisposeAsync();
            }
            catch (Exception e) when (e is InvalidOperationException or OperationCanceledException)
            {
                // It never came up: the test that asked for it has said so.
            }
        }

        _end.Dispose();
        Pki.Dispose();
    }

    private async Task<T> OnceAsync<T>(Func<ServerMaterial, CancellationToken, Task<T>> start)
        where T : class, IAsyncDisposable
    {
        var server = await _started.GetOrAdd(
            typeof(T),
            _ => new Lazy<Task<IAsyncDisposable>>(async () => await start(Pki.Material, _end.Token))).Value;
        return (T)server;
    }
}
