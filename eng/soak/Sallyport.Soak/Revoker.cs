using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;

namespace Sallyport.Soak;

/// <summary>The programs that a scan's hooks run: one makes a file and one removes it, and an identity is revoked while it is there.</summary>
internal sealed class Revoker : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    private readonly OrdersApp _app;
    private readonly OrdersIdentity _identity;
    private readonly string _file;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;

    /// <summary>Begins to look.</summary>
    /// <param name="app">The API.</param>
    /// <param name="identity">Whom it revokes.</param>
    /// <param name="folder">Where the file is made.</param>
    public Revoker(OrdersApp app, OrdersIdentity identity, string folder)
    {
        (_app, _identity, _file) = (app, identity, Path.Combine(folder, "revoked"));
        _watching = WatchAsync();
    }

    /// <summary>The hooks, as a line of the configuration.</summary>
    public string Configuration => $"hooks: {{ revoke: [touch, \"{_file}\"], restore: [rm, \"-f\", \"{_file}\"] }}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(s_look);
        bool revoked = false;
        while (await timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
        {
            if (File.Exists(_file) != revoked)
            {
                revoked = !revoked;
                (revoked ? (Action<OrdersIdentity>)_app.Revoke : _app.Restore)(_identity);
            }
        }
    }
}
