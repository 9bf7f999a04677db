using System;

namespace Sallyport.Tls.Wire;

/// <summary>One entry of a key_share extension.</summary>
internal readonly record struct KeyShareEntry(NamedGroup Group, ReadOnlyMemory<byte> Public);
