using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Wire;

/// <summary>A ServerKeyExchange of ECDHE or DHE, with what a client needs to go on: the signed bytes and the signature.</summary>
/// <remarks>RFC 5246, section 7.4.3; RFC 8422, section 5.4; RFC 4279, section 3 (the PSK hint comes first).</remarks>
internal sealed record ServerKeyExchangeMessage
{
    internal required KeyExchangeFacts Facts { get; init; }

    /// <summary>The parameters as signed (after client and server random).</summary>
    internal required ImmutableArray<byte> SignedParameters { get; init; }

    internal ImmutableArray<byte> Signature { get; init; } = [];

    /// <summary>The generator of explicit Diffie-Hellman parameters.</summary>
    internal ImmutableArray<byte> DhGenerator { get; init; } = [];

    internal static bool TryRead(ReadOnlySpan<byte> body, CipherSuite suite, TlsVersion version, [NotNullWhen(true)] out ServerKeyExchangeMessage? message)
    {
        message = null;
        var reader = new TlsReader(body);
        if (suite.KeyExchange is "DHE_PSK" or "ECDHE_PSK" && !reader.TryVector16(out _))
        {
            return false;
        }

        ReadOnlySpan<byte> parameters = reader.Rest;
        KeyExchangeFacts? facts;
        ImmutableArray<byte> generator = [];
        switch (suite.KeyExchange)
        {
            case "ECDHE" or "ECDHE_PSK" or "ECDH":
                facts = ReadCurve(ref reader);
                break;
            case "DHE" or "DHE_PSK" or "DH":
                facts = ReadField(ref reader, out generator);
                break;
            default:
                return false;
        }

        if (facts is null)
        {
            return false;
        }

        parameters = parameters[..^reader.Remaining];
        ReadOnlySpan<byte> signature = default;
        bool signed = suite.Authentication is not ("anon" or "PSK");
        ushort scheme = 0;
        if (signed && ((version >= TlsVersion.Tls12 && !reader.TryU16(out scheme)) || !reader.TryVector16(out signature)))
        {
            return false;
        }

        if (!reader.IsEnd)
        {
            return false;
        }

        message = new ServerKeyExchangeMessage
        {
            Facts = facts with { IsSigned = signed, Signature = signed && version >= TlsVersion.Tls12 ? new SignatureScheme(scheme) : null },
            SignedParameters = ImmutableArray.Create(parameters),
            Signature = ImmutableArray.Create(signature),
            DhGenerator = generator,
        };
        return true;
    }

    private static KeyExchangeFacts? ReadCurve(ref TlsReader reader)
    {
        // curve_type 3 is named_curve; explicit curves (1, 2) were never deployed and are refused by RFC 8422.
        if (!reader.TryU8(out byte type) || type != 3 || !reader.TryU16(out ushort curve) || !reader.TryVector8(out ReadOnlySpan<byte> point))
        {
            return null;
        }

        return new KeyExchangeFacts { Group = new NamedGroup(curve), PublicValueBits = point.Length * 8, PublicValue = ImmutableArray.Create(point) };
    }

    private static KeyExchangeFacts? ReadField(ref TlsReader reader, out ImmutableArray<byte> generator)
    {
        generator = [];
        if (!reader.TryVector16(out ReadOnlySpan<byte> prime) || !reader.TryVector16(out ReadOnlySpan<byte> g) || !reader.TryVector16(out ReadOnlySpan<byte> value))
        {
            return null;
        }

        generator = ImmutableArray.Create(g);
        prime = prime.TrimStart((byte)0);
        return new KeyExchangeFacts
        {
            DhPrimeBits = Bits(prime),
            DhPrime = ImmutableArray.Create(prime),
            DhGeneratorBits = Bits(g.TrimStart((byte)0)),
            PublicValueBits = Bits(value.TrimStart((byte)0)),
            PublicValue = ImmutableArray.Create(value),
        };
    }

    private static int Bits(ReadOnlySpan<byte> number) =>
        number.IsEmpty ? 0 : (number.Length * 8) - (BitOperations.LeadingZeroCount(number[0]) - 24);
}
