using System.Collections.Immutable;

namespace Sallyport.Tls.Hello;

/// <summary>An extension as bytes, written or read without interpretation.</summary>
/// <param name="Type">The extension's number.</param>
/// <param name="Body">What follows the length field.</param>
public readonly record struct RawExtension(ushort Type, ImmutableArray<byte> Body)
{
    /// <summary>The type and the body's length, never the body.</summary>
    public override string ToString() => $"0x{Type:X4}[{(Body.IsDefault ? 0 : Body.Length)}]";
}
