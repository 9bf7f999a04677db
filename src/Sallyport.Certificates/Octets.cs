using System;

namespace Sallyport.Certificates;

/// <summary>An immutable run of octets that compares by content.</summary>
/// <remarks>The comparison is not constant-time; use <see cref="CertificateThumbprint"/> for identity.</remarks>
public readonly struct Octets : IEquatable<Octets>
{
    internal Octets(ReadOnlyMemory<byte> memory) => Memory = memory;

    /// <summary>The octets; empty by default.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>The octets as a span.</summary>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>How many octets there are.</summary>
    public int Length => Memory.Length;

    /// <summary>Whether there are no octets.</summary>
    public bool IsEmpty => Memory.IsEmpty;

    /// <summary>Whether two runs hold the same octets.</summary>
    public static bool operator ==(Octets left, Octets right) => left.Equals(right);

    /// <summary>Whether two runs differ.</summary>
    public static bool operator !=(Octets left, Octets right) => !left.Equals(right);

    /// <summary>Copies octets.</summary>
    public static Octets Of(ReadOnlySpan<byte> octets) => new(octets.ToArray());

    /// <summary>Lower-case hexadecimal, two characters an octet.</summary>
    public string ToHex() => Convert.ToHexStringLower(Span);

    /// <inheritdoc/>
    public bool Equals(Octets other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Octets other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => ToHex();
}
