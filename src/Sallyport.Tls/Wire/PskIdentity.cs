using System;

namespace Sallyport.Tls.Wire;

/// <summary>One identity of a pre_shared_key offer with the length of its binder.</summary>
internal readonly record struct PskIdentity(ReadOnlyMemory<byte> Identity, uint ObfuscatedAge, int BinderLength);
