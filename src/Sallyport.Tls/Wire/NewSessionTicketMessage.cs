using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Wire;

/// <summary>A NewSessionTicket of either shape.</summary>
/// <remarks>RFC 8446, section 4.6.1; RFC 5077, section 3.3.</remarks>
internal sealed record NewSessionTicketMessage
{
    internal required uint LifetimeSeconds { get; init; }

    internal uint AgeAdd { get; init; }

    internal ImmutableArray<byte> Nonce { get; init; } = [];

    internal required ImmutableArray<byte> Ticket { get; init; }

    internal ImmutableArray<RawExtension> Extensions { get; init; } = [];

    /// <summary>max_early_data_size; null when early data is not allowed.</summary>
    internal uint? MaxEarlyData { get; init; }

    internal static bool TryRead12(ReadOnlySpan<byte> body, [NotNullWhen(true)] out NewSessionTicketMessage? message)
    {
        message = null;
        var reader = new TlsReader(body);
        if (!reader.TryU32(out uint lifetime) || !reader.TryVector16(out ReadOnlySpan<byte> ticket) || !reader.IsEnd)
        {
            return false;
        }

        message = new NewSessionTicketMessage { LifetimeSeconds = lifetime, Ticket = ImmutableArray.Create(ticket) };
        return true;
    }

    internal static bool TryRead13(ReadOnlySpan<byte> body, [NotNullWhen(true)] out NewSessionTicketMessage? message)
    {
        message = null;
        var reader = new TlsReader(body);
        if (!reader.TryU32(out uint lifetime) || !reader.TryU32(out uint ageAdd) || !reader.TryVector8(out ReadOnlySpan<byte> nonce)
            || !reader.TryVector16(out ReadOnlySpan<byte> ticket) || !reader.TryVector16(out ReadOnlySpan<byte> block) || !reader.IsEnd
            || !ExtensionList.TryRead(block, out ImmutableArray<RawExtension> extensions))
        {
            return false;
        }

        uint? early = null;
        if (ExtensionList.TryFind(extensions, ExtensionType.EarlyData, out ReadOnlySpan<byte> size))
        {
            var number = new TlsReader(size);
            if (!number.TryU32(out uint value) || !number.IsEnd)
            {
                return false;
            }

            early = value;
        }

        message = new NewSessionTicketMessage
        {
            LifetimeSeconds = lifetime,
            AgeAdd = ageAdd,
            Nonce = ImmutableArray.Create(nonce),
            Ticket = ImmutableArray.Create(ticket),
            Extensions = extensions,
            MaxEarlyData = early,
        };
        return true;
    }
}
