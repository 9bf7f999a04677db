using System;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Where the guard writes what it decided, and what that costs.</summary>
/// <remarks>
/// What a chain proves depends on who can read its key. With the key in a file beside the log: that nobody who could only write the log (a collector, a
/// backup, another account) changed a line of it. With the key from the environment or a mounted secret: the same against whoever has the disk. Against
/// whoever rules the machine, and against a cut end, only a checkpoint that was carried elsewhere proves anything: see <see cref="CheckpointFile"/>.
/// </remarks>
public sealed class AuditOptions
{
    /// <summary>The file of JSON lines, relative to the content root; null (the default) writes none: events are then only counted and logged, and each start warns.</summary>
    public string? File { get; set; }

    /// <summary>The file of the chain's key; by default that of the records with <c>.key</c> behind it. Made at the first start, readable by its owner only.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The environment variable that holds the key (base64 of 32 to 64 octets) instead of a file; <c>SALLYPORT_AUDIT_KEY</c> by default.</summary>
    public string KeyVariable { get; set; } = "SALLYPORT_AUDIT_KEY";

    /// <summary>A file to which the head of the chain is written every <see cref="CheckpointInterval"/>, best on another machine's disk; null (the default) for none.</summary>
    /// <remarks>At start, records that a checkpoint knows and the log does not are reported as <see cref="AuditReasons.AuditTruncated"/>.</remarks>
    public string? CheckpointFile { get; set; }

    /// <summary>How often a checkpoint is written. 1 second to 1 day; 1 minute by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 second to 1 day.</exception>
    public TimeSpan CheckpointInterval
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 second to 1 day.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>Whether requests that are let through are recorded too, before their endpoint runs; false by default.</summary>
    public bool RecordAccepted { get; set; }

    /// <summary>Whether every group of records is on the disk (fsync), not only with the kernel, before it is acknowledged; false by default.</summary>
    /// <remarks>Without it a record outlives the process, killed or not, but not a loss of power.</remarks>
    public bool FlushToDisk { get; set; }

    /// <summary>Lets requests go on whose record could not be written (full or unwritable disk); false by default: they are refused with 503.</summary>
    public bool UnsafeContinueWithoutRecords { get; set; }

    /// <summary>The size at which a new file is begun; the old one keeps its name with the number of its first record behind it. 64 KiB to 16 GiB; 64 MiB by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 64 KiB to 16 GiB.</exception>
    public long MaxFileBytes
    {
        get;
        set => field = value is >= 65_536 and <= 17_179_869_184
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "64 KiB to 16 GiB.");
    } = 67_108_864;

    /// <summary>How many events may wait for the writer. 16 to 1,000,000; 8,192 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 16 to 1,000,000.</exception>
    public int QueueLength
    {
        get;
        set => field = value is >= 16 and <= 1_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "16 to 1,000,000 events.");
    } = 8_192;

    /// <summary>The time over which repeats are counted together. 1 second to 1 hour; 1 minute by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 second to 1 hour.</exception>
    public TimeSpan RepeatWindow
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 second to 1 hour.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>How many equal refusals (address, account and reason) of one window have a record of their own; the rest are one record with their number. 1 to 10,000; 10 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 10,000.</exception>
    public int RepeatsRecorded
    {
        get;
        set => field = value is >= 1 and <= 10_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 10,000 records.");
    } = 10;

    /// <summary>How many refusals of peers without an account have a record of their own in one window, all addresses together. 10 to 1,000,000; 2,000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 10 to 1,000,000.</exception>
    public int AnonymousRefusalsRecorded
    {
        get;
        set => field = value is >= 10 and <= 1_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "10 to 1,000,000 records.");
    } = 2_000;
}
