using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Tests.Lab;

/// <summary>An audit trail that the test reads.</summary>
internal sealed class CollectedTrail : IAuditTrail
{
    private readonly Channel<AuditEvent> _events = Channel.CreateUnbounded<AuditEvent>();
    private ImmutableArray<AuditEvent> _all = [];

    public ImmutableArray<string> Reasons => [.. _all.Select(static happened => happened.Reason)];

    public void Note(AuditEvent happened)
    {
        ImmutableInterlocked.Update(ref _all, static (all, one) => all.Add(one), happened);
        _events.Writer.TryWrite(happened);
    }

    public ValueTask RecordAsync(AuditEvent happened, CancellationToken cancellationToken)
    {
        Note(happened);
        return default;
    }

    /// <summary>Waits for the next event with this reason.</summary>
    public async Task<AuditEvent> NextAsync(string reason)
    {
        using var ceiling = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ceiling.CancelAfter(GuardedClient.Ceiling);
        await foreach (var happened in _events.Reader.ReadAllAsync(ceiling.Token))
        {
            if (happened.Reason == reason)
            {
                return happened;
            }
        }

        throw new System.InvalidOperationException("The trail has ended.");
    }
}
