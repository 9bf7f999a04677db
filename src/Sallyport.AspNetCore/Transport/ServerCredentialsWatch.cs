using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Trust;

namespace Sallyport.AspNetCore.Transport;

/// <summary>Keeps <see cref="ServerCredentials"/> fresh: looks at the files by poll (a replaced symbolic link raises no file event) and whenever trust changes.</summary>
internal sealed class ServerCredentialsWatch(ServerCredentials credentials, TrustHolder trust, IOptions<SallyportOptions> options, TimeProvider time) : BackgroundService
{
    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        trust.Subscribe(_ => _due.Writer.TryWrite(true));
        var interval = options.Value.Trust.PollInterval;
        await using var timer = time.CreateTimer(_ => _due.Writer.TryWrite(true), null, TimeSpan.Zero, interval);
        try
        {
            await foreach (var _ in _due.Reader.ReadAllAsync(stoppingToken))
            {
                credentials.Refresh();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
