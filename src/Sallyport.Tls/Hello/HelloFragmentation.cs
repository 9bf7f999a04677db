using System.Collections.Immutable;

namespace Sallyport.Tls.Hello;

/// <summary>How a ClientHello is cut: into TLS records, and independently into writes on the connection.</summary>
public sealed record HelloFragmentation
{
    /// <summary>One record as large as records may be, one write.</summary>
    public static HelloFragmentation None { get; } = new();

    /// <summary>Payload bytes of each record, repeated from the start until the message ends; empty (the default) means 16,384. 1 to 16,384 each.</summary>
    public ImmutableArray<int> RecordSizes { get; init; } = [];

    /// <summary>Bytes of each write with a flush after it, repeated until the end; empty (the default) means one write. At least 1 each.</summary>
    public ImmutableArray<int> WriteSizes { get; init; } = [];
}
