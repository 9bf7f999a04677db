using System;
using System.Collections.Frozen;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>An issuer as the request path sees it: its rules, and its keys as last read. Reading never waits.</summary>
internal sealed class TokenIssuer(TokenIssuerOptions options)
{
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private KeySet? _keys;

    public TokenIssuerOptions Options { get; } = options;

    public string Name => Options.Issuer;

    public FrozenSet<string> Algorithms { get; } = options.Algorithms.ToFrozenSet(StringComparer.Ordinal);

    public FrozenSet<string> Audiences { get; } = options.Audiences.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The keys as last read, however long ago; null when they never were.</summary>
    public KeySet? Keys => Volatile.Read(ref _keys);

    /// <summary>The keys that count; null when they were never read, or too long ago.</summary>
    public KeySet? KeysAt(DateTimeOffset now) => Keys is { } keys && now - keys.ReadAt <= Options.MaxKeyAge ? keys : null;

    /// <summary>Replaces the keys.</summary>
    public void Publish(KeySet keys) => Volatile.Write(ref _keys, keys);

    /// <summary>Asks for the keys to be read again soon. Never waits, and a hundred calls ask once.</summary>
    public void WantKeys() => _wanted.Writer.TryWrite(true);

    /// <summary>Waits until somebody wants the keys, or wanted them since the last call.</summary>
    public async Task WaitUntilWantedAsync(CancellationToken cancellationToken) => await _wanted.Reader.ReadAsync(cancellationToken);
}
