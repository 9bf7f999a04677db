using System;
using System.Collections.Immutable;
using System.Text;
using Sallyport.Tls.Hello;

namespace Sallyport.Tls.Wire;

/// <summary>Writes a ClientHello exactly as a HelloRequest says.</summary>
/// <remarks>RFC 8446, section 4.1.2. Order of extensions: as below, extra ones after, padding, and pre_shared_key last as it must be.</remarks>
internal static class ClientHelloEncoder
{
    internal static EncodedClientHello Encode(HelloRequest request, ClientHelloParts parts)
    {
        ReadOnlySpan<byte> random = parts.Random.Span;
        var writer = new TlsWriter();
        writer.U8((byte)HandshakeType.ClientHello);
        int message = writer.Begin(3);
        writer.U16((int)request.LegacyVersion).Bytes(random).Vector(1, request.SessionId.AsSpan());
        int suites = writer.Begin(2);
        WriteSuites(writer, request, random);
        writer.End(suites, 2).Vector(1, request.CompressionMethods.AsSpan());
        int block = writer.Begin(2);
        WriteExtensions(writer, request, parts);
        int binders = FinishBlock(writer, request, parts);
        if (writer.Length == block)
        {
            // No extension at all: the field is left out, for servers older than RFC 3546.
            byte[] bare = writer.ToArray()[..(block - 2)];
            return new EncodedClientHello(HandshakeMessage.Encode(HandshakeType.ClientHello, bare.AsSpan(4)), -1);
        }

        writer.End(block, 2).End(message, 3);
        return new EncodedClientHello(writer.ToArray(), binders);
    }

    private static void WriteSuites(TlsWriter writer, HelloRequest request, ReadOnlySpan<byte> random)
    {
        if (request.Grease)
        {
            writer.U16(Grease.Pick(random[0]));
        }

        foreach (CipherSuite suite in request.CipherSuites)
        {
            writer.U16(suite.Value);
        }

        if (request.Renegotiation == RenegotiationOffer.Scsv)
        {
            writer.U16(CipherSuite.RenegotiationScsv.Value);
        }

        if (request.FallbackScsv)
        {
            writer.U16(CipherSuite.FallbackScsv.Value);
        }
    }

    private static void WriteExtensions(TlsWriter writer, HelloRequest request, ClientHelloParts parts)
    {
        ReadOnlySpan<byte> random = parts.Random.Span;
        if (request.Grease)
        {
            Extension(writer, Grease.Pick(random[1]), []);
        }

        WriteNames(writer, request);
        Flag(writer, request.ExtendedMasterSecret, ExtensionType.ExtendedMasterSecret);
        if (request.Renegotiation == RenegotiationOffer.Extension)
        {
            Extension(writer, ExtensionType.RenegotiationInfo, new TlsWriter().Vector(1, parts.RenegotiatedConnection.Span).Written);
        }

        WriteGroups(writer, request, random);
        if (request.OfferSessionTicket)
        {
            Extension(writer, ExtensionType.SessionTicket, request.SessionTicket.AsSpan());
        }

        WriteAlpn(writer, request);
        if (request.StatusRequest)
        {
            // status_type ocsp, no responder list, no extensions: RFC 6066, section 8.
            Extension(writer, ExtensionType.StatusRequest, [1, 0, 0, 0, 0]);
        }

        WriteSchemes(writer, ExtensionType.SignatureAlgorithms, request.SignatureSchemes);
        WriteSchemes(writer, ExtensionType.SignatureAlgorithmsCert, request.SignatureSchemesCert);
        Flag(writer, request.EncryptThenMac, ExtensionType.EncryptThenMac);
        if (request.Heartbeat)
        {
            // peer_allowed_to_send: RFC 6520, section 2.
            Extension(writer, ExtensionType.Heartbeat, [1]);
        }

        WriteKeyShares(writer, request, parts);
        if (request.OfferPskModes)
        {
            // psk_dhe_ke only: RFC 8446, section 4.2.9.
            Extension(writer, ExtensionType.PskKeyExchangeModes, [1, 1]);
        }

        WriteVersions(writer, request, random);
        if (!parts.Cookie.IsEmpty)
        {
            Extension(writer, ExtensionType.Cookie, new TlsWriter().Vector(2, parts.Cookie.Span).Written);
        }

        Flag(writer, parts.EarlyData, ExtensionType.EarlyData);
        Flag(writer, request.OfferPostHandshakeAuth, ExtensionType.PostHandshakeAuth);
        foreach (RawExtension extra in request.ExtraExtensions)
        {
            Extension(writer, extra.Type, extra.Body.AsSpan());
        }

        if (request.Grease)
        {
            // A second reserved extension must differ from the first, or it would be a duplicate.
            Extension(writer, Grease.Pick((byte)(random[1] + 1)), [0]);
        }
    }

    /// <summary>Padding, then pre_shared_key; returns where the binders begin, or -1.</summary>
    private static int FinishBlock(TlsWriter writer, HelloRequest request, ClientHelloParts parts)
    {
        var psk = new TlsWriter();
        int binders = WritePreSharedKeys(psk, parts.PreSharedKeys);
        int after = parts.PreSharedKeys.IsEmpty ? 0 : psk.Length + 4;
        if (request.PaddingTo > 0)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(request.PaddingTo, 65_000);
            int missing = request.PaddingTo - writer.Length - after;
            if (missing > 0)
            {
                Extension(writer, ExtensionType.Padding, new byte[Math.Max(0, missing - 4)]);
            }
        }

        if (parts.PreSharedKeys.IsEmpty)
        {
            return -1;
        }

        int offset = writer.Length + 4 + binders;
        Extension(writer, ExtensionType.PreSharedKey, psk.Written);
        return offset;
    }

    private static int WritePreSharedKeys(TlsWriter writer, ImmutableArray<PskIdentity> identities)
    {
        int list = writer.Begin(2);
        foreach (PskIdentity identity in identities)
        {
            writer.Vector(2, identity.Identity.Span).U32(identity.ObfuscatedAge);
        }

        writer.End(list, 2);
        int binders = writer.Length;
        int values = writer.Begin(2);
        foreach (PskIdentity identity in identities)
        {
            writer.Vector(1, new byte[identity.BinderLength]);
        }

        writer.End(values, 2);
        return binders;
    }

    private static void WriteNames(TlsWriter writer, HelloRequest request)
    {
        if (request.ServerNames.IsEmpty)
        {
            return;
        }

        writer.U16(ExtensionType.ServerName);
        int body = writer.Begin(2);
        int list = writer.Begin(2);
        foreach (ImmutableArray<byte> name in request.ServerNames)
        {
            writer.U8(request.SniNameType).Vector(2, name.AsSpan());
        }

        writer.End(list, 2).End(body, 2);
    }

    private static void WriteGroups(TlsWriter writer, HelloRequest request, ReadOnlySpan<byte> random)
    {
        if (request.Groups.IsEmpty)
        {
            return;
        }

        writer.U16(ExtensionType.SupportedGroups);
        int body = writer.Begin(2);
        int list = writer.Begin(2);
        if (request.Grease)
        {
            writer.U16(Grease.Pick(random[2]));
        }

        foreach (NamedGroup group in request.Groups)
        {
            writer.U16(group.Value);
        }

        writer.End(list, 2).End(body, 2);
        Extension(writer, ExtensionType.EcPointFormats, [1, 0]);
    }

    private static void WriteAlpn(TlsWriter writer, HelloRequest request)
    {
        if (request.Alpn.IsEmpty)
        {
            return;
        }

        writer.U16(ExtensionType.Alpn);
        int body = writer.Begin(2);
        int list = writer.Begin(2);
        foreach (string protocol in request.Alpn)
        {
            writer.Vector(1, Encoding.Latin1.GetBytes(protocol));
        }

        writer.End(list, 2).End(body, 2);
    }

    private static void WriteSchemes(TlsWriter writer, ushort type, ImmutableArray<SignatureScheme> schemes)
    {
        if (schemes.IsEmpty)
        {
            return;
        }

        writer.U16(type);
        int body = writer.Begin(2);
        int list = writer.Begin(2);
        foreach (SignatureScheme scheme in schemes)
        {
            writer.U16(scheme.Value);
        }

        writer.End(list, 2).End(body, 2);
    }

    private static void WriteKeyShares(TlsWriter writer, HelloRequest request, ClientHelloParts parts)
    {
        if (parts.KeyShares is not { } shares)
        {
            return;
        }

        writer.U16(ExtensionType.KeyShare);
        int body = writer.Begin(2);
        int list = writer.Begin(2);
        if (request.Grease)
        {
            writer.U16(Grease.Pick(parts.Random.Span[2])).Vector(2, [0]);
        }

        foreach (KeyShareEntry share in shares)
        {
            writer.U16(share.Group.Value).Vector(2, share.Public.Span);
        }

        writer.End(list, 2).End(body, 2);
    }

    private static void WriteVersions(TlsWriter writer, HelloRequest request, ReadOnlySpan<byte> random)
    {
        if (request.SupportedVersions.IsEmpty)
        {
            return;
        }

        writer.U16(ExtensionType.SupportedVersions);
        int body = writer.Begin(2);
        int list = writer.Begin(1);
        if (request.Grease)
        {
            writer.U16(Grease.Pick(random[3]));
        }

        foreach (TlsVersion version in request.SupportedVersions)
        {
            writer.U16((int)version);
        }

        writer.End(list, 1).End(body, 2);
    }

    private static void Flag(TlsWriter writer, bool present, ushort type)
    {
        if (present)
        {
            Extension(writer, type, []);
        }
    }

    private static void Extension(TlsWriter writer, ushort type, ReadOnlySpan<byte> body) => writer.U16(type).Vector(2, body);
}
