namespace Sallyport.Tls.Records;

/// <summary>What reading one record gave.</summary>
internal abstract record RecordRead
{
    private RecordRead()
    {
    }

    /// <summary>A record, its protection removed.</summary>
    internal sealed record Record(byte Type, ushort Version, byte[] Plaintext) : RecordRead;

    /// <summary>End of the stream or a reset, perhaps in the middle of a record.</summary>
    internal sealed record Closed : RecordRead;

    /// <summary>Not a record, or one that our keys do not open.</summary>
    internal sealed record Malformed(string Reason) : RecordRead;
}
